/* SPDX-License-Identifier: EUPL-1.2 */
/* The first act: the interface of the database itself, for what the people and the operator cannot
 * tell apart from outside (a kiosk's id, a badge's hash or a digest is one company's as it is). A
 * second back end must answer the same. */
#include "central/database_rights.h"
#include "central/kept.h"
#include "central/people.h"
#include "support/two_companies.h"

#define HASH "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
#define OTHER_HASH "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

static struct err why; /* of the last call that failed */

static void must(int rc)
{
    if (rc < 0)
        fail_msg("%s", why.msg);
}

static void begin(struct play *p)
{
    must(database_begin(p->house.central.db, &why));
}

static void end(struct play *p)
{
    must(database_commit(p->house.central.db, &why));
}

static void tell_ids(struct play *p, const char *what, const char **ids, int64_t count)
{
    play_tell(p, "%s:", what);
    for (int64_t i = 0; i < count; i++)
        play_tell(p, " %s", ids[i]);
    play_tell(p, "\n");
}

/* ---- records and members ---- */

static void put_notice(struct play *p, int c, const char *person)
{
    char line[200];
    snprintf(line, sizeof(line),
        "{'type':'notice','id':'n1','person':'%s','kind':'pin_set','at':'2026-11-24T02:00:00Z'}",
        person);
    house_put(&p->house, play_company[c], "judge", line);
}

static void put_letter(struct play *p, int c, const char *person)
{
    struct record r;
    record_init(&r, TYPE_LETTER);
    r.id = c ? "l2" : "l1";
    record_set_text(&r, LETTER_visit, "v");
    record_set_text(&r, LETTER_box, "box");
    begin(p);
    must(database_put_at(p->house.central.db, play_company[c], "judge", &r, "kiosk", person, &why));
    end(p);
}

static void put_member(struct play *p, int c, const char *person, const char *sites)
{
    char body[200];
    int64_t moved = 0;
    snprintf(body, sizeof(body), "{\"type\":\"person\",\"id\":\"%s\",\"name\":\"%s\"}", person,
        play_company[c]);
    struct member m = {person, sites, "nl", NO_NUMBER, NO_NUMBER, body};
    begin(p);
    must(database_member_put(p->house.central.db, play_company[c], &m, NOW, &moved, &why));
    end(p);
    play_tell(p, "%s of %s: %lld moved\n", person, play_company[c], (long long)moved);
}

static void tell_member(struct play *p, int c, const char *person)
{
    struct arena mem = {0};
    struct member m = {.sites = "?", .body = "?"};
    int rc = 0;
    must(rc = database_member_get(p->house.central.db, play_company[c], person, &mem, &m, &why));
    play_tell(p, "%s of %s: %d %s %s\n", person, play_company[c], rc, m.sites, m.body);
    arena_release(&mem);
}

static void records(struct play *p)
{
    for (int c = 0; c < 2; c++) {
        put_member(p, c, "anna", c ? "south" : "north");
        put_member(p, c, "sara", c ? "north" : "south");
        put_member(p, c, c ? "bob" : "amy", "north");
        put_letter(p, c, "anna");
        put_notice(p, c, "anna");
    }
    play_scene(p, "records about people");
    put_notice(p, 0, "sara");
    put_notice(p, 1, "nobody");
    house_put(&p->house, "amber", "judge",
        "{'type':'notice','id':'n2','person':'nobody','kind':'pin_set',"
        "'at':'2026-11-24T02:00:00Z'}");
    play_scene(p, "they are about others");
    put_notice(p, 0, "anna");
    put_notice(p, 1, "anna");
    put_member(p, 0, "anna", "east");
    play_scene(p, "somebody moved");
    tell_member(p, 0, "anna");
    tell_member(p, 1, "anna");
    tell_member(p, 1, "sara");
}

/* Who must come into the feed, where the other company has somebody of this id in it already. */
static void due(struct play *p)
{
    struct arena mem = {0};
    struct due_member *list;
    int64_t count;
    put_member(p, 0, "nora", "north");
    put_member(p, 1, "nora", "north");
    house_put(&p->house, "beril", "hand",
        "{'type':'person','id':'nora','name':'Nora','role':'worker'," BADGE "}");
    must(database_members_due(
        p->house.central.db, date_from_instant(p->now), &mem, &list, &count, &why));
    for (int64_t i = 0; i < count; i++)
        play_tell(p, "due in %s: %d %s\n", list[i].company, list[i].gone, list[i].body);
    arena_release(&mem);
}

/* A badge whose hash is another company's too. */
static void badges(struct play *p)
{
    struct arena mem = {0};
    struct record r;
    for (int c = 0; c < 2; c++) {
        char line[200];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'%s','name':'N','role':'worker','badge':'" HASH "'}",
            c ? "bob" : "amy");
        house_put(&p->house, play_company[c], "hand", line);
    }
    for (int c = 0; c < 2; c++) {
        int rc = 0;
        must(rc = database_person_by_badge(
                 p->house.central.db, play_company[c], HASH, &mem, &r, &why));
        play_tell(p, "badge in %s: %s\n", play_company[c], rc > 0 ? r.id : "nobody");
    }
    arena_release(&mem);
}

static int see_person(void *context, const char *person, struct err *err)
{
    (void)err;
    play_tell(context, " %s", person);
    return 0;
}

/* Whom each table names. */
static void people(struct play *p)
{
    struct database *db = p->house.central.db;
    struct arena mem = {0};
    for (int c = 0; c < 2; c++) {
        const char **ids, *company = play_company[c];
        int64_t count;
        must(database_members(db, company, &mem, &ids, &count, &why));
        tell_ids(p, company, ids, count);
        must(database_ids_at(db, company, TYPE_LETTER, "kiosk", "anna", &mem, &ids, &count, &why));
        tell_ids(p, company, ids, count);
        must(database_people_ever(db, company, see_person, p, &why));
        must(database_table_people(db, "entry", "person", company, see_person, p, &why));
        for (const struct kept_table *t = kept_tables; t->name; t++)
            if (t->person)
                must(database_table_people(db, t->name, t->person, company, see_person, p, &why));
        must(database_table_people(db, "step", "person", company, see_person, p, &why));
        must(database_table_people(db, "step", "worker", company, see_person, p, &why));
    }
    arena_release(&mem);
    play_scene(p, "whom the tables name");
}

/* ---- companies and kiosks ---- */

static void see_table(void *context, const char *table)
{
    play_tell(context, " %s", table);
}

static void tell_token(struct play *p, const char *hash)
{
    struct kiosk k = {0};
    int rc = 0;
    must(rc = database_kiosk_by_token(p->house.central.db, hash, &k, &why));
    play_tell(p, "token %.4s: %d %s %d %s %lld\n", hash, rc, k.id, (int)k.token, k.mark,
        (long long)k.alarmed_at);
}

/* Both kiosks have a token and announce another; that of the first one begins, and begins no other
 * when it is told so again. */
static void tokens(struct play *p, const char *const id[2])
{
    static const char *const first[] = {"first token 0", "first token 1"};
    static const char *const next[] = {"next token 0", "next token 1"};
    struct database *db = p->house.central.db;
    begin(p);
    for (int c = 0; c < 2; c++) {
        must(database_kiosk_enrol(db, id[c], first[c], &why));
        must(database_token_announce(db, id[c], next[c], &why));
        must(database_token_announce(db, id[c], first[c], &why)); /* has it in use */
    }
    must(database_kiosk_mark(db, id[0], "a mark", &why));
    must(database_kiosk_alarmed(db, id[0], p->now, &why));
    must(database_token_begin(db, id[0], p->now, &why));
    must(database_token_begin(db, id[0], p->now + 1, &why));
    end(p);
    for (int c = 0; c < 2; c++) {
        tell_token(p, first[c]);
        tell_token(p, next[c]);
    }
    play_scene(p, "tokens");
}

static void companies(struct play *p)
{
    struct database *db = p->house.central.db;
    char id[2][LIM_ID];
    for (int c = 0; c < 2; c++) {
        struct kiosk k = {.name = "Hal 9"};
        struct enrol_code code = {.handle = "handle?", .hash = HASH, .expires = p->now + DAY};
        str_copy(k.company, sizeof(k.company), play_company[c]);
        code.handle[6] = (char)('a' + c);
        begin(p);
        must(database_kiosk_add(db, &k, &code, &why));
        end(p);
        str_copy(id[c], LIM_ID, k.id);
    }
    begin(p);
    must(database_code_tried(db, "handleb", &why));
    end(p);
    play_scene(p, "a code was tried");
    tokens(p, (const char *const[]){id[0], id[1]});
    for (int c = 1; c >= 0; c--) {
        int rc = 0;
        begin(p);
        must(rc = database_spray_due(db, play_company[c], p->now, HOUR, &why));
        end(p);
        play_tell(p, "an alarm in %s: %d\n", play_company[c], rc);
    }
    must(database_tables(db, see_table, p, &why));
    play_scene(p, "companies");
}

/* ---- PINs ---- */

static void tell_tries(struct play *p, int c, const char *person, const char *kiosk)
{
    struct pin_tries t;
    must(database_pin_tries(
        p->house.central.db, play_company[c], person, kiosk, p->now, MINUTE, &t, &why));
    play_tell(p, "tries of %s %s at %s: %lld %lld %lld %lld %lld %lld\n", play_company[c], person,
        kiosk, (long long)t.streak, (long long)t.last, (long long)t.at_kiosk,
        (long long)t.people_at_kiosk, (long long)t.people, (long long)t.kiosks);
}

static void pins(struct play *p)
{
    static const struct {
        int c;
        const char *person, *kiosk;
    } wrong[] = {{0, "anna", "k1"}, {0, "anna", "k1"}, {0, "anna", "k2"}, {0, "aad", "k1"},
        {0, "sara", "k2"}, {1, "anna", "k1"}, {1, "anna", "k3"}, {1, "bob", "k1"},
        {0, "amy", "k1"}};
    enum { WRONG = sizeof(wrong) / sizeof(wrong[0]) };
    struct database *db = p->house.central.db;
    begin(p);
    for (int i = 0; i < WRONG; i++)
        must(database_pin_wrong(
            db, play_company[wrong[i].c], wrong[i].person, wrong[i].kiosk, p->now - i, &why));
    end(p);
    for (int i = 0; i < WRONG; i++)
        tell_tries(p, wrong[i].c, wrong[i].person, wrong[i].kiosk);
    begin(p);
    must(database_pin_right(db, "beril", "anna", "k1", &why));
    end(p);
    play_scene(p, "a right PIN");
}

static void codes(struct play *p)
{
    struct database *db = p->house.central.db;
    for (int c = 0; c < 2; c++) {
        struct pin_code code = {HASH, p->now + c, c};
        struct kept_pin pin = {p->now, HASH};
        begin(p);
        must(database_pin_code_put(db, play_company[c], "anna", &code, &why));
        must(database_pin_code_put(db, play_company[c], c ? "bob" : "amy", &code, &why));
        must(database_pin_put(db, play_company[c], "anna", &pin, p->now, &why));
        must(database_pin_put(db, play_company[c], c ? "bob" : "amy", &pin, p->now, &why));
        end(p);
    }
    for (int c = 0; c < 2; c++) {
        struct pin_code code = {0};
        must(database_pin_code_get(db, play_company[c], "anna", &code, &why));
        play_tell(p, "code of %s: %lld\n", play_company[c], (long long)code.tries);
    }
    begin(p);
    must(database_pin_code_remove(db, "beril", "anna", &why));
    end(p);
    play_scene(p, "a code is used");
}

/* ---- requests ---- */

#define REQUEST(id)                                                                                \
    "{'type':'request','id':'" id "','person':'anna','course':'mig','title':'MIG',"                \
    "'state':'asked','reason':'none','holder':'fund','asked_at':'2026-11-24T02:00:00Z',"           \
    "'since':'2026-11-24T02:00:00Z','judged_at':'2026-11-24T02:00:00Z'}"

static void save(struct play *p, int c, const char *id, const char *person)
{
    struct docket_row row = {.route = ROUTE_employer,
        .asked_at = p->now,
        .run_start = NO_NUMBER,
        .run_end = NO_NUMBER,
        .wake = NO_NUMBER};
    str_copy(row.company, sizeof(row.company), play_company[c]);
    str_copy(row.id, sizeof(row.id), id);
    str_copy(row.person, sizeof(row.person), person);
    str_copy(row.course, sizeof(row.course), "mig");
    str_copy(row.title, sizeof(row.title), "MIG");
    begin(p);
    must(docket_save(p->house.central.db, &row, &why));
    end(p);
}

static void add_step(struct play *p, int c, const char *id, const char *request, const char *person,
    const char *worker)
{
    struct docket_step d = {.company = play_company[c],
        .request = request,
        .kiosk = "k1",
        .received_at = p->now,
        .where = STEP_HELD,
        .step = {.kind = STEP_SEE, .id = id, .person = person, .worker = worker}};
    begin(p);
    must(docket_add_step(p->house.central.db, &d, &why));
    end(p);
}

static void requests(struct play *p)
{
    struct database *db = p->house.central.db;
    int64_t count = 0;
    save(p, 0, "q", "amy");
    save(p, 1, "r", "bob");
    house_put(&p->house, "amber", "judge", REQUEST("only"));
    for (int c = 0; c < 2; c++) {
        static const char *const ids[] = {"q", "r", "only"};
        for (int i = 0; i < 3; i++) {
            int rc = 0;
            must(rc = database_request_known(db, play_company[c], ids[i], &why));
            play_tell(p, "request %s of %s: %d\n", ids[i], play_company[c], rc);
        }
    }
    add_step(p, 0, "s1", "r", "anna", "sara");
    add_step(p, 0, "s2", "q", "sara", "anna");
    add_step(p, 0, "s3", "q", "sara", "sara");
    add_step(p, 1, "s1", "q", "anna", "anna");
    begin(p);
    must(database_steps_erase(db, "beril", "sara", &why));
    end(p);
    play_scene(p, "steps of somebody");
    begin(p);
    must(database_steps_erase(db, "amber", "anna", &why));
    end(p);
    play_scene(p, "steps of somebody");
    add_step(p, 0, "s4", "r", "sara", "sara");
    begin(p);
    must(database_steps_drop(db, p->now + 1, &count, &why));
    end(p);
    play_scene(p, "steps without a request");
}

/* A kiosk has read everything there is. */
static void serve_all(struct play *p, int company, int kiosk)
{
    int64_t seq;
    begin(p);
    must(database_last_seq(p->house.central.db, &seq, &why));
    must(docket_note(p->house.central.db, p->kiosk[company][kiosk].id,
        &(struct feed_note){seq, seq, p->now, p->now}, &why));
    end(p);
}

/* A record that nobody has read as it is now. */
static void put_mine_anew(struct play *p)
{
    house_put(&p->house, "beril", "judge", "{'type':'request','id':'mine','gone':true}");
    house_put(&p->house, "beril", "judge", REQUEST("mine"));
}

/* Whether a kiosk has read it: that of the other company, or of another site, does not count; nor
 * does what is not of this company, or not there at all. */
static void delivered(struct play *p)
{
    static const int reader[][2] = {
        {0, HALL_3}, {0, OFFICE}, {1, HALL_4}, {1, HALL_3}, {1, OFFICE}};
    static const char *const ids[] = {"mine", "only", "nowhere"};
    put_member(p, 1, "anna", "north");
    for (size_t i = 0; i < sizeof(reader) / sizeof(reader[0]); i++) {
        put_mine_anew(p);
        serve_all(p, reader[i][0], reader[i][1]);
        for (int k = 0; k < 3; k++) {
            int rc = 0;
            must(rc = docket_delivered(p->house.central.db, "beril", ids[k], &why));
            play_tell(p, "%s read by %d %d: %d\n", ids[k], reader[i][0], reader[i][1], rc);
        }
    }
}

/* ---- who was erased ---- */

static int tell_erased(
    void *context, const char *company, const char *person_hash, int64_t at, struct err *err)
{
    (void)at, (void)err;
    play_tell(context, "listed: %s %s\n", company, person_hash);
    return 0;
}

static void erased(struct play *p)
{
    struct database *db = p->house.central.db;
    begin(p);
    must(database_erased_add(db, "amber", HASH, p->now, &why));
    must(database_erased_add(db, "beril", OTHER_HASH, p->now, &why));
    end(p);
    for (int c = 0; c < 2; c++) {
        int rc = 0;
        must(rc = database_erased_has(db, play_company[c], HASH, &why));
        play_tell(p, "erased in %s: %d\n", play_company[c], rc);
    }
    begin(p);
    must(database_erased_drop(db, "beril", HASH, &why));
    end(p);
    play_scene(p, "taken back in one of them");
    begin(p);
    must(database_erased_add(db, "beril", HASH, p->now, &why));
    end(p);
    play_scene(p, "erased in both");
    must(database_erased_each(db, tell_erased, p, &why));
}

static void wishes(struct play *p)
{
    for (int c = 0; c < 2; c++) {
        struct wish_row w = {play_company[c], c ? "bob" : "amy", "erase", p->now};
        begin(p);
        must(database_wish_add(p->house.central.db, &w, &why));
        end(p);
    }
}

static void see_value(void *context, int64_t row, const char *column, const char *value)
{
    play_tell(context, " %lld %s=%s", (long long)row, column, value);
}

static void rows_of_anna(struct play *p)
{
    for (const struct kept_table *t = kept_tables; t->name; t++)
        for (int c = 0; c < 2 && t->handed_out; c++)
            must(database_table_of(p->house.central.db, t->name, t->person, play_company[c], "anna",
                see_value, p, &why));
    play_scene(p, "rows of somebody");
}

void play_interface(struct play *p)
{
    companies(p);
    records(p);
    due(p);
    badges(p);
    pins(p);
    codes(p);
    wishes(p);
    requests(p);
    delivered(p);
    play_entries(p);
    people(p);
    rows_of_anna(p);
    erased(p);
    play_standings(p);
}
