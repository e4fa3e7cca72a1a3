/* SPDX-License-Identifier: EUPL-1.2 */
/* PINs at the server: what proves an entry, and what a wrong one costs whom. */
#include "central_pins.h"
#include "house_files.h"

static void open_house(struct house *h)
{
    house_people(h);
    house_pin(h, "anna", PIN_ANNA, NOW - DAY);
    house_pin(h, "sara", PIN_SARA, NOW - DAY);
}

/* ---- right and wrong ---- */

static void a_pin_opens_and_another_does_not(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    expect_accepted(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}));
    expect_refused(
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_SARA}), REASON_wrong_pin);
    expect_refused(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = NULL}), REASON_no_pin);
    /* Who has none yet has no right one. */
    expect_refused(
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "aad", .pin = PIN_ANNA}), REASON_wrong_pin);
    /* An ask needs none, but a wrong one is wrong. */
    expect_accepted(act(&h, &h.a, (struct act){TYPE_ASK, "anna", .pin = NULL}));
    expect_refused(act(&h, &h.a, (struct act){TYPE_ASK, "aad", .pin = PIN_ANNA}), REASON_wrong_pin);
    house_close(&h);
}

static void a_wrong_pin_is_told_to_whom_it_concerns(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    for (int i = 0; i < 2; i++)
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "111222"});
    /* Who mistypes is told at the kiosk; who does it a third time may be somebody else. */
    assert_int_equal(notices(&h, "anna", "wrong_pin") + notices(&h, "sara", "team_wrong_pin"), 0);
    for (int i = 0; i < 2; i++)
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "111222"});
    assert_int_equal(notices(&h, "anna", "wrong_pin"), 1); /* once a day and kiosk */
    assert_int_equal(notices(&h, "sara", "team_wrong_pin"), 1);
    assert_int_equal(notices(&h, "aad", "wrong_pin") + notices(&h, "aad", "team_wrong_pin"), 0);
    assert_int_equal(notices(&h, "cor", "team_wrong_pin"), 0);
    /* Nobody supervises wim's team, and nobody sara but the contact. */
    act(&h, &h.a, (struct act){TYPE_ASK, "wim", .pin = "111222"});
    assert_int_equal(notices(&h, "cor", "team_wrong_pin"), 1);
    act(&h, &h.a, (struct act){TYPE_ASK, "sara", .pin = "111222"});
    assert_int_equal(notices(&h, "sara", "team_wrong_pin"), 1);
    assert_int_equal(notices(&h, "cor", "team_wrong_pin"), 2);
    house_close(&h);
}

/* ---- how PINs are kept ---- */

static void see_pin(struct house *h, char hash[SLOW_HASH])
{
    int count;
    struct kept_pin pins[PINS_MAX];
    OK(database_pins(h->central.db, "amber", "anna", NOW, pins, &count, &err));
    assert_int_equal(count, 1);
    str_copy(hash, SLOW_HASH, pins[0].hash);
}

/* I-02, I-03: Argon2id at today's cost, and what was hashed at less is hashed anew when it opens.
 */
static void hashes_keep_up_with_their_cost(void **unused)
{
    (void)unused;
    static const char now[] = "$argon2id$v=19$m=19456,t=2,p=1$";
    struct kept_pin old = {NOW - DAY, "$argon2id$v=19$m=8192,t=1,p=1$wcz/AIZWr56eoLTCIH5mWw"
                                      "$3VwI6wP83XFTS3XaQHmbLZGaVoKXeH9QACWfYlfslQk"};
    char hash[SLOW_HASH];
    struct house h;
    open_house(&h);
    see_pin(&h, hash);
    assert_memory_equal(hash, now, strlen(now));
    assert_memory_equal(pin_nobody, now, strlen(now));
    OK(database_begin(h.central.db, &err));
    OK(database_pin_put(h.central.db, "amber", "anna", &old, NOW, &err));
    OK(database_commit(h.central.db, &err));
    act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "904417"});
    see_pin(&h, hash);
    assert_string_equal(hash, old.hash); /* a wrong one changes nothing */
    expect_accepted(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}));
    see_pin(&h, hash);
    assert_memory_equal(hash, now, strlen(now));
    expect_accepted(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}));
    house_close(&h);
}

/* A hash without the pepper is of no use: it is bound to it, to the company and to the person. */
static void a_claim_is_bound_to_all_of_it(void **unused)
{
    (void)unused;
    char claim[5][DIGEST_HEX];
    struct secrets s, other;
    house_secrets(&s);
    other = s;
    other.pepper[0] = 'f';
    pin_claim(&s, PIN_SECRET, "amber", "anna", PIN_ANNA, claim[0]);
    pin_claim(&other, PIN_SECRET, "amber", "anna", PIN_ANNA, claim[1]);
    pin_claim(&s, PIN_SECRET, "beril", "anna", PIN_ANNA, claim[2]);
    pin_claim(&s, PIN_SECRET, "amber", "aad", PIN_ANNA, claim[3]);
    pin_claim(&s, PIN_CODE, "amber", "anna", PIN_ANNA, claim[4]);
    for (int i = 0; i < 5; i++)
        for (int k = i + 1; k < 5; k++)
            assert_string_not_equal(claim[i], claim[k]);
}

/* ---- the seal ---- */

enum way { ID, KIOSK, EPOCH, SEQ, TIME, FIELD, KIND, NOTHING, WAYS };

/* Moves the seal of e into another entry, that differs from it in this way. */
static void tamper(struct house *h, enum way way, struct entry *e, struct arena *mem)
{
    static char id[UUID_TEXT];
    const struct act sign_in = {TYPE_SIGN_IN, "anna", .at = e->made_at};
    const char *seal = record_text(&e->fields, ASK_pin);
    switch (way) {
    case ID:
        uuid7(e->made_at, id);
        e->id = e->fields.id = id;
        break;
    case KIOSK:
        e->kiosk = h->b.id;
        break;
    case EPOCH:
        e->epoch = "f";
        break;
    case SEQ:
        e->seq++;
        break;
    case TIME:
        e->made_at -= 365 * DAY;
        break;
    case FIELD:
        record_set_text(&e->fields, ASK_course, "tig");
        break;
    case KIND:
        *e = act_entry(h, &h->a, &sign_in, mem);
        record_set_text(&e->fields, SIGN_IN_pin, seal);
        break;
    default:
        break;
    }
}

static struct verdict judge_tampered(struct house *h, enum way way, int64_t now)
{
    struct arena mem = {0};
    struct verdict v;
    struct judge_counts counts;
    struct buf body = BUF_INIT(LIM_BODY);
    const struct act a = {TYPE_ASK, "anna", .pin = PIN_ANNA, .at = now};
    struct entry e = act_entry(h, &h->a, &a, &mem);
    tamper(h, way, &e, &mem);
    assert_int_equal(entry_to_json(&e, &body), 0);
    const struct kiosk *kiosk = way == KIOSK ? &h->b : &h->a;
    assert_int_equal(judge_body(h, kiosk, body.p, body.len, now, &v, &counts), 1);
    assert_int_equal(counts.hashes, way == NOTHING);
    buf_release(&body);
    arena_release(&mem);
    return v;
}

/* I-10: a seal proves its own entry only. */
static void a_seal_is_of_no_other_entry(void **unused)
{
    (void)unused;
    struct house h;
    int64_t now = NOW;
    open_house(&h);
    for (int i = 0; i < 8 * WAYS; i++, now += 2 * HOUR) {
        struct verdict v = judge_tampered(&h, (enum way)(i % WAYS), now);
        if (i % WAYS != NOTHING)
            expect_refused(v, REASON_wrong_pin);
        else
            assert_true(v.kind == VERDICT_accepted || v.kind == VERDICT_merged);
    }
    house_close(&h);
}

/* ---- batches ---- */

static void one_pin_costs_one_hash(void **unused)
{
    (void)unused;
    struct house h;
    struct judge_counts counts;
    struct verdict v[LIM_BATCH];
    struct buf body = BUF_INIT(LIM_BODY);
    open_house(&h);
    for (int i = 0; i < 20; i++)
        act_add(&h, &h.a, &(struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}, &body);
    assert_int_equal(judge_body(&h, &h.a, body.p, body.len, NOW, v, &counts), 20);
    assert_int_equal(counts.by_kind[VERDICT_accepted], 20);
    assert_int_equal(counts.hashes, 1);
    buf_release(&body);
    house_close(&h);
}

/* Line i of a body. */
static const char *line_at(const char *body, int i)
{
    for (; i > 0; i--)
        body += strcspn(body, "\n") + 1;
    return body;
}

/* Sends what has no verdict yet until all of it has one; returns the number of requests. */
static int judge_until_done(struct house *h, const struct buf *body, int count, int64_t now,
    struct verdict *v, int64_t *most)
{
    int done = 0, rounds = 0;
    for (; done < count; rounds++) {
        struct judge_counts counts;
        const char *rest = line_at(body->p, done);
        int n = judge_body(h, &h->a, rest, strlen(rest), now, v + done, &counts);
        assert_true(n > 0);
        *most = counts.hashes > *most ? counts.hashes : *most;
        done += n;
    }
    return rounds;
}

/* I-09: a day without a line. Of 100 entries 20 have wrong PINs: these are refused, the others
 * count, no PIN is in any file, and no request took more time than it may. */
static void wrong_pins_of_a_day_offline(void **unused)
{
    (void)unused;
    static const char *const canaries[] = {"618043", "904417", NULL};
    struct house h;
    struct verdict v[100];
    int64_t most = 0;
    struct buf body = BUF_INIT(LIM_BODY);
    open_house(&h);
    static const char *const people[] = {"anna", "aad", "wim", "sara", "cor"};
    for (int i = 0; i < 5; i++)
        house_pin(&h, people[i], canaries[0], NOW - DAY);
    for (int i = 0; i < 100; i++)
        act_add(&h, &h.a,
            &(struct act){TYPE_SIGN_IN, people[i % 5], .pin = canaries[i % 5 == i / 5 % 5],
                .at = NOW - (100 - i) * 10 * MINUTE},
            &body);
    int rounds = judge_until_done(&h, &body, 100, NOW, v, &most);
    assert_true(rounds > 1);
    assert_true(most <= HASHES_MAX + PINS_MAX);
    for (int i = 0; i < 100; i++) {
        if (i % 5 == i / 5 % 5)
            expect_refused(v[i], REASON_wrong_pin);
        else
            expect_accepted(v[i]);
    }
    /* 20 wrong ones, four of each person */
    for (int i = 0; i < 5; i++)
        assert_int_equal(notices(&h, people[i], "wrong_pin"), 1);
    for (int i = 0; canaries[i]; i++)
        assert_int_equal(house_hits(&h, canaries[i]), 0);
    assert_true(house_hits(&h, h.a.id) > 0);
    buf_release(&body);
    house_close(&h);
}

/* I-08: many people in one request; what was not looked at comes again, and nothing is lost. */
static void a_crowd_takes_several_requests(void **unused)
{
    (void)unused;
    struct house h;
    struct verdict v[15];
    int64_t most = 0;
    struct buf body = BUF_INIT(LIM_BODY);
    open_house(&h);
    for (int i = 0; i < 15; i++) {
        char person[LIM_ID];
        snprintf(person, sizeof(person), "p%d", i);
        act_add(&h, &h.a, &(struct act){TYPE_SIGN_IN, person, .pin = PIN_ANNA}, &body);
    }
    assert_int_equal(judge_until_done(&h, &body, 15, NOW, v, &most), 2);
    assert_int_equal(most, HASHES_MAX);
    /* The route says how many it answered. */
    struct http_response rs;
    struct trailer t;
    size_t lines;
    buf_clear(&body);
    for (int i = 0; i < 10; i++) {
        char person[LIM_ID];
        snprintf(person, sizeof(person), "q%d", i);
        act_add(
            &h, &h.a, &(struct act){TYPE_ASK, person, .pin = PIN_ANNA, .at = NOW + HOUR}, &body);
    }
    struct http_request rq = house_request("POST", "/v1/journal", TOKEN_A);
    rq.body = body.p;
    rq.len = body.len;
    rq.now = NOW + HOUR;
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    OK(trailer_check(rs.body.p, rs.body.len, &lines, &t, &err));
    assert_int_equal(t.count, HASHES_MAX);
    response_release(&rs);
    buf_release(&body);
    house_close(&h);
}

/* ---- what a kiosk may know ---- */

/* I-01, the server's part: nothing that a kiosk is sent can check a PIN. */
static void no_kiosk_gets_a_verifier(void **unused)
{
    (void)unused;
    char claim[DIGEST_HEX];
    struct house h;
    struct http_response rs;
    open_house(&h);
    pin_claim(&h.secrets, PIN_SECRET, "amber", "anna", PIN_ANNA, claim);
    act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA});
    act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "904417"});
    struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    assert_non_null(strstr(rs.body.p, h.secrets.keys.public_key)); /* to seal with */
    const char *const secrets[] = {
        "argon2", PIN_ANNA, "904417", claim, h.secrets.keys.secret_key, h.secrets.pepper};
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        assert_null(strstr(rs.body.p, secrets[i]));
    response_release(&rs);
    house_close(&h);
}

static void find_letters(struct house *h, struct buf *dump)
{
    buf_clear(dump);
    house_dump(h, TYPE_LETTER, dump);
}

static void a_letter_is_for_its_visit_only(void **unused)
{
    (void)unused;
    struct house h;
    struct buf dump = BUF_INIT(LIM_PAGE), text = BUF_INIT(LIM_BOX);
    struct seal_keys visit;
    struct arena mem = {0};
    struct record letter;
    open_house(&h);
    struct verdict first = act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA});
    struct verdict second = act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA});
    act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "904417"});
    find_letters(&h, &dump);
    assert_null(strstr(dump.p, first.id)); /* the older one is gone */
    assert_non_null(strstr(dump.p, second.id));
    OK(database_get(h.central.db, "amber", TYPE_LETTER, second.id, &mem, &letter, &err));
    assert_string_equal(record_text(&letter, LETTER_visit), second.id);
    seal_keys_from_secret(VISIT_KEY, &visit);
    assert_int_equal(seal_open(&visit, record_text(&letter, LETTER_box), &text), 0);
    assert_int_equal(seal_open(&h.secrets.keys, record_text(&letter, LETTER_box), &text), -1);
    arena_release(&mem);
    buf_release(&dump);
    buf_release(&text);
    house_close(&h);
}

/* texts that would be SQL, or anything but ids, stay texts. */
static void hostile_texts_stay_texts(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"'--", "anna'OR'1'='1", "anna';DROP", "=anna", "anna%", "%",
        "_", "(SELECT(1))", "anna)", "$.role", "sara'||'", "*", "anna;", "1=1", "-1"};
    struct house h;
    open_house(&h);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int64_t at = NOW + (int64_t)i * HOUR;
        expect_refused(
            act(&h, &h.a, (struct act){TYPE_SIGN_IN, texts[i], .pin = PIN_ANNA, .at = at}),
            REASON_wrong_pin);
        expect_refused(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "1'='1", .at = at}),
            REASON_wrong_pin);
        expect_refused(act(&h, &h.a,
                           (struct act){TYPE_GIVE_CODE, "sara", .pin = PIN_SARA,
                               .secret = "1234567890", .worker = texts[i], .at = at}),
            REASON_unknown_person);
        expect_refused(act(&h, &h.a,
                           (struct act){TYPE_SET_PIN, "aad", .pin = "483517", .secret = "'OR'1'='1",
                               .at = at}),
            REASON_wrong_pin);
    }
    expect_accepted(
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW + 20 * DAY}));
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_opens_and_another_does_not),
        cmocka_unit_test(a_wrong_pin_is_told_to_whom_it_concerns),
        cmocka_unit_test(hashes_keep_up_with_their_cost),
        cmocka_unit_test(a_claim_is_bound_to_all_of_it),
        cmocka_unit_test(a_seal_is_of_no_other_entry),
        cmocka_unit_test(one_pin_costs_one_hash),
        cmocka_unit_test(wrong_pins_of_a_day_offline),
        cmocka_unit_test(a_crowd_takes_several_requests),
        cmocka_unit_test(no_kiosk_gets_a_verifier),
        cmocka_unit_test(a_letter_is_for_its_visit_only),
        cmocka_unit_test(hostile_texts_stay_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
