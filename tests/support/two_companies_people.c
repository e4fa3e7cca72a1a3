/* SPDX-License-Identifier: EUPL-1.2 */
/* The second act: what people do at the kiosks of both companies. */
#include "central/people.h"
#include "central/pin.h"
#include "model/number.h"
#include "support/two_companies.h"

struct deed {
    struct act act;
    int kiosk;
    bool wrong; /* with the PIN of somebody else */
    int64_t wish;
};

enum { AMBER, BERIL };

/* Somebody does something at a kiosk, with the right PIN, or with that of the other company. */
#define ACTING(kind, number, ...)                                                                  \
    .act = {.type = TYPE_##kind, .id = (number), .person = __VA_ARGS__}
#define DO(where, ...)                                                                             \
    {                                                                                              \
        .kiosk = (where), ACTING(__VA_ARGS__)                                                      \
    }
#define WRONG(where, ...)                                                                          \
    {                                                                                              \
        .kiosk = (where), .wrong = true, ACTING(__VA_ARGS__)                                       \
    }

/* ---- an entry ---- */

static void fill(const struct deed *d, struct record *r, char request[UUID_TEXT])
{
    struct seal_keys visit;
    court_fields(&d->act, r, request);
    if (r->type == type_get(TYPE_WISH))
        record_set_number(r, WISH_wish, d->wish);
    if (r->type != type_get(TYPE_SIGN_IN))
        return;
    static char key[KEY_HEX];
    seal_keys_from_secret(TOKEN_A, &visit);
    str_copy(key, sizeof(key), visit.public_key);
    record_set_text(r, SIGN_IN_key, key);
}

static void seal_line(const struct play *p, struct entry *e, struct buf *out)
{
    struct buf inner = BUF_INIT(LIM_LINE), box = BUF_INIT(LIM_BOX);
    assert_int_equal(entry_to_json(e, &inner), 0);
    assert_int_equal(seal_text(p->house.secrets.keys.public_key, inner.p, inner.len, &box), 0);
    record_init(&e->fields, TYPE_SEALED);
    e->fields.id = e->id;
    record_set_text(&e->fields, SEALED_box, box.p);
    assert_int_equal(entry_to_json(e, out), 0);
    buf_release(&inner);
    buf_release(&box);
}

static void write_line(
    const struct play *p, int c, const struct deed *d, const char *secret, struct buf *out)
{
    char id[UUID_TEXT], request[UUID_TEXT];
    struct arena mem = {0};
    struct proof proof = {0};
    struct entry e = {.id = court_id(d->act.id, id),
        .kiosk = p->kiosk[c][d->kiosk].id,
        .epoch = "e",
        .seq = d->act.id,
        .made_at = p->now};
    record_init(&e.fields, d->act.type);
    e.fields.id = id;
    fill(d, &e.fields, request);
    play_pin(d->wrong ? !c : c, d->act.person, proof.pin);
    str_copy(proof.secret, sizeof(proof.secret), secret);
    if (!d->act.unproven)
        OK(proof_seal(&proof, p->house.secrets.keys.public_key, &e, &mem, &err));
    if (d->act.sealed)
        seal_line(p, &e, out);
    else
        assert_int_equal(entry_to_json(&e, out), 0);
    (void)buf_putc(out, '\n');
    arena_release(&mem);
}

static void post(struct play *p, int c, int kiosk, const char *lines)
{
    struct http_response rs;
    struct http_request rq = house_request("POST", "/v1/journal", p->token[c][kiosk]);
    rq.body = lines;
    rq.len = strlen(lines);
    rq.now = p->now;
    int status = house_send(&p->house, &rq, &rs);
    play_tell(p, "%s: %d %s", play_company[c], status, rs.body.p);
    response_release(&rs);
    p->now += 1000;
}

static void send(struct play *p, int c, const struct deed *d, const char *secret)
{
    struct buf line = BUF_INIT(LIM_BODY);
    write_line(p, c, d, secret, &line);
    post(p, c, d->kiosk, line.p);
    buf_release(&line);
}

static void send_all(struct play *p, int c, const struct deed *deeds, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        send(p, c, &deeds[i], "");
    play_scene_of(p, c, name);
}
#define SEND(p, c, name, ...)                                                                      \
    do {                                                                                           \
        const struct deed deeds_[] = {__VA_ARGS__};                                                \
        send_all(p, c, deeds_, (int)(sizeof(deeds_) / sizeof(deeds_[0])), name);                   \
    } while (0)

static void tick(struct play *p, int64_t later, const char *name)
{
    p->now += later;
    OK(requests_tick(p->house.central.db, p->now, NULL, &err));
    play_scene(p, name);
}

/* ---- PINs ---- */

static void first_pins(struct play *p, int c)
{
    static const char *const people[][2] = {{"1001", "aad"}, {"1002", "anna"}, {"1003", "cor"},
        {"1004", "sara"}, {"1005", "ulla"}, {"1006", "wim"}};
    for (int i = 0; i < 6; i++) {
        struct admin_code code;
        char digits[LIM_CODE + 1] = "";
        const struct deed set = {
            .act = {.type = TYPE_SET_PIN, .id = 100 + i, .person = people[i][1]},
            .kiosk = i % KIOSKS};
        OK(admin_person_code(p->house.central.db, &p->house.secrets, people[i][0], play_company[c],
            p->now, &code, &err));
        for (size_t k = 0, n = 0; code.text[k] && n < LIM_CODE; k++)
            if (code.text[k] != ' ')
                digits[n++] = code.text[k];
        play_tell(p, "a code for %s of %s\n", code.name, code.company);
        if (i == 1) /* a code for others is not spent by this one */
            play_scene_of(p, c, "a code");
        send(p, c, &set, digits);
    }
    play_scene_of(p, c, "PINs");
}

static void wrong_pins(struct play *p, int c)
{
    SEND(p, c, "wrong PINs", WRONG(HALL_3, SIGN_IN, 110, "anna"),
        WRONG(HALL_3, SIGN_IN, 111, "anna"), WRONG(HALL_4, SIGN_IN, 112, "anna"),
        WRONG(HALL_3, SIGN_IN, 113, "aad"), DO(HALL_3, SIGN_IN, 114, "anna"),
        DO(HALL_3, SIGN_IN, 115, "sara"));
    post(p, c, HALL_3, "{\"of\":\"anna\"}\n{\"of\":\"wim\"}\n");
    play_scene_of(p, c, "what nobody can read");
    for (int i = 0; i < 4; i++)
        SEND(p, c, "wrong decisions", WRONG(HALL_4, SEE, 120 + i, "aad", .request = 1));
}

/* ---- requests ---- */

static void ask(struct play *p)
{
    SEND(p, AMBER, "amber asks", DO(HALL_3, DECIDE, 90, "sara", .request = 4),
        DO(HALL_3, ASK, 1, "anna", .run = "one"),
        DO(HALL_4, ASK, 2, "aad", .run = "one", .unproven = true),
        DO(HALL_3, ASK, 3, "anna", .course = "tig", .own = true, .sealed = true),
        DO(OFFICE, PROPOSE, 6, "sara", .worker = "anna", .course = "tig"),
        DO(HALL_4, ASK, 5, "anna", .run = "one"),
        DO(HALL_3, ASK, 7, "wim", .course = "tig", .own = true, .sealed = true),
        DO(HALL_3, ASK, 10, "anna"), DO(HALL_3, ASK, 12, "anna", .course = "tig", .run = "any"));
    SEND(p, BERIL, "beril asks", DO(HALL_4, DECIDE, 90, "ulla", .request = 5),
        DO(HALL_4, DECIDE, 91, "ulla", .request = 4), DO(HALL_4, ASK, 1, "anna", .run = "one"),
        DO(HALL_3, ASK, 2, "wim", .course = "tig", .run = "two"),
        DO(HALL_3, ASK, 3, "aad", .run = "one"),
        DO(HALL_3, ASK, 7, "anna", .course = "tig", .own = true, .sealed = true),
        DO(HALL_4, ASK, 8, "anna", .run = "one"), DO(HALL_3, ASK, 11, "anna", .course = "tig"),
        DO(HALL_4, ASK, 12, "anna", .course = "tig", .run = "any"));
    SEND(p, AMBER, "what was held", DO(HALL_4, ASK, 4, "aad"));
    SEND(p, BERIL, "what was held", DO(HALL_4, ASK, 5, "anna"));
}

static void decide(struct play *p)
{
    SEND(p, AMBER, "amber decides",
        DO(HALL_3, DELEGATE, 20, "sara", .deputy = "wim", .start = 20780, .end = 20790),
        DO(HALL_3, SEE, 21, "sara", .request = 1),
        DO(HALL_3, DECIDE, 22, "sara", .request = 1, .answer = ANSWER_yes),
        DO(OFFICE, DECIDE, 23, "wim", .request = 2, .answer = ANSWER_yes),
        DO(HALL_3, ACCEPT, 24, "anna", .request = 6, .agrees = true),
        DO(HALL_4, DECIDE, 25, "ulla", .request = 1, .answer = ANSWER_no));
    SEND(p, BERIL, "beril decides",
        DO(HALL_3, DECIDE, 21, "wim", .request = 1, .answer = ANSWER_yes),
        DO(HALL_4, DECIDE, 22, "ulla", .request = 1, .answer = ANSWER_info),
        DO(HALL_4, REPLY, 23, "anna", .request = 1),
        DO(HALL_3, DECIDE, 24, "sara", .request = 3, .answer = ANSWER_yes),
        DO(HALL_4, SIGN_IN, 25, "anna"), DO(HALL_4, WISH, 26, "anna"),
        {.kiosk = HALL_4, .wish = 1, .act = {.type = TYPE_WISH, .id = 27, .person = "anna"}});
    SEND(p, AMBER, "amber signs in", DO(HALL_3, SIGN_IN, 26, "anna"),
        DO(HALL_3, SIGN_IN, 27, "wim"), DO(HALL_3, SIGN_IN, 28, "anna"),
        DO(HALL_3, WISH, 29, "anna"), DO(HALL_4, WISH, 30, "aad"),
        DO(HALL_3, WITHDRAW, 31, "anna", .request = 1),
        DO(HALL_3, DECIDE, 92, "anna", .request = 77),
        DO(HALL_3, DECIDE, 32, "sara", .request = 12, .answer = ANSWER_yes));
    SEND(p, BERIL, "beril decides the same",
        DO(HALL_4, DECIDE, 32, "ulla", .request = 12, .answer = ANSWER_yes));
}

/* The fund has found a seat for one of two requests with the same number. */
static void place(struct play *p)
{
    struct err why = {0};
    struct database *db = p->house.central.db;
    char id[UUID_TEXT], number[LIM_ID];
    request_number(court_id(12, id), number);
    if (admin_place_request(db, number, NULL, p->now, &why) < 0)
        play_tell(p, "%s\n", why.msg);
    OK(admin_place_request(db, number, play_company[AMBER], p->now, &err));
    play_scene_of(p, AMBER, "placed");
}

/* ---- the act ---- */

void play_people(struct play *p)
{
    for (int c = 0; c < 2; c++)
        first_pins(p, c);
    for (int c = 0; c < 2; c++)
        wrong_pins(p, c);
    p->now += DAY;
    ask(p);
    tick(p, HOUR, "the first round");
    decide(p);
    place(p);
    tick(p, HOUR, "the second round");
    tick(p, 3 * DAY, "the third round");
    SEND(p, BERIL, "held in beril too", DO(HALL_4, DECIDE, 92, "anna", .request = 77));
    tick(p, 5 * DAY, "amber's is given up");
    tick(p, 4 * DAY, "nobody answered");
    SEND(p, AMBER, "amber, late", DO(HALL_3, SIGN_IN, 40, "wim"),
        DO(OFFICE, DECIDE, 41, "cor", .request = 2, .answer = ANSWER_yes));
    SEND(p, BERIL, "beril, late", DO(HALL_3, SIGN_IN, 40, "anna"),
        DO(OFFICE, DECIDE, 41, "wim", .request = 3, .answer = ANSWER_no));
    tick(p, DAY, "the last round");
}
