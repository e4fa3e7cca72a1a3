/* SPDX-License-Identifier: EUPL-1.2 */
/* Who may decide is what the roster said when the decision was made: the same end whether a
 * decision that was made at a kiosk without a network came in before an import or after it (S-28).
 */
#include "court_house.h"

#include "central/import.h"
#include "central/person_id.h"
#include "central/retention.h"

#define DECIDED (NOW - 2 * HOUR) /* when somebody decides */
#define READ (NOW - HOUR)        /* when the roster that changes things is read */

/* What an import says of a person: a team and a role; role NULL: nothing, he is not in it. */
struct row {
    const char *person, *team, *role;
    int64_t first; /* a date; 0: none */
};

static void read_row(struct house *h, const struct row *row, int64_t now)
{
    char body[300];
    int64_t moved;
    struct member m = {.person = row->person,
        .sites = "",
        .language = "",
        .first = row->first ? row->first : NO_NUMBER,
        .last = NO_NUMBER,
        .body = body};
    snprintf(body, sizeof(body),
        "{\"type\":\"person\",\"id\":\"%s\",\"name\":\"%s\",\"team\":\"%s\",\"role\":\"%s\","
        "\"badge\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
        row->person, row->person, row->role ? row->team : "", row->role ? row->role : "worker");
    OK(database_begin(h->central.db, &err));
    if (row->role)
        OK(database_member_put(h->central.db, "amber", &m, now, &moved, &err));
    else
        OK(database_member_remove(h->central.db, "amber", row->person, now, &err));
    struct arena mem = {0};
    struct record r;
    enum put_result result;
    OK(record_from_json(body, strlen(body), &mem, &r, &err));
    r.gone = !row->role;
    OK(database_put(h->central.db, "amber", "roster", &r, false, &result, &err));
    OK(database_commit(h->central.db, &err));
    arena_release(&mem);
}

struct late_case {
    const char *what;
    struct row before[2], after[2]; /* what the rosters before and at READ say */
    const char *worker, *decider;
    int64_t decided;
    enum request_state state;
};

static const struct late_case cases[] = {
    {"the worker goes to another team", {{0}}, {{"wim", "spuit", "worker", 0}}, "wim", "ans",
        DECIDED, REQUEST_placed},
    {"the worker has gone to another team", {{0}}, {{"wim", "spuit", "worker", 0}}, "wim", "ans",
        READ + MINUTE, REQUEST_asked},
    {"the worker comes from another team", {{0}}, {{"eva", "las", "worker", 0}}, "eva", "ans",
        DECIDED, REQUEST_asked},
    {"the worker has come from another team", {{0}}, {{"eva", "las", "worker", 0}}, "eva", "ans",
        READ + MINUTE, REQUEST_placed},
    {"who decides is no supervisor any more", {{0}}, {{"ans", "las", "worker", 0}}, "wim", "ans",
        DECIDED, REQUEST_placed},
    {"who decides becomes a supervisor", {{0}}, {{"wil", "las", "supervisor", 0}}, "wim", "wil",
        DECIDED, REQUEST_asked},
    {"who decides is new", {{0}}, {{"nel", "las", "supervisor", 0}}, "wim", "nel", DECIDED,
        REQUEST_asked},
    {"who decides leaves", {{0}}, {{"ans", NULL, NULL, 0}}, "wim", "ans", DECIDED, REQUEST_placed},
    {"a team gets a supervisor", {{0}}, {{"nel", "solo", "supervisor", 0}}, "sam", "cor", DECIDED,
        REQUEST_placed},
    {"a team has got a supervisor", {{0}}, {{"nel", "solo", "supervisor", 0}}, "sam", "cor",
        READ + MINUTE, REQUEST_asked},
    {"a team loses its supervisor", {{0}}, {{"dirk", NULL, NULL, 0}}, "eva", "cor", DECIDED,
        REQUEST_asked},
    {"a team has lost its supervisor", {{0}}, {{"dirk", NULL, NULL, 0}}, "eva", "cor",
        READ + MINUTE, REQUEST_placed},
    {"back and forth", {{"ans", "spuit", "supervisor", 0}},
        {{"ans", "las", "supervisor", 0}, {"wim", "spuit", "worker", 0}}, "wim", "ans", DECIDED,
        REQUEST_asked},
};

static void read_rows(struct house *h, const struct row rows[2], int64_t now)
{
    for (int i = 0; i < 2 && rows[i].person; i++)
        read_row(h, &rows[i], now);
}

/* late: the decision comes in after the import that was read at READ. */
static void run_case(const struct late_case *c, bool late, struct buf *out)
{
    struct house h;
    bool decided_before = c->decided < READ;
    const struct act ask = {.type = TYPE_ASK, .id = 1, .person = c->worker, .run = "one"};
    const struct act yes = {
        .type = TYPE_DECIDE, .id = 2, .person = c->decider, .request = 1, .at = c->decided};
    house_open(&h);
    court_fill(&h);
    read_rows(&h, c->before, NOW - DAY);
    court_act(&h, &h.a, NOW - 3 * HOUR, &ask);
    if (decided_before && !late)
        court_act(&h, &h.a, c->decided, &yes);
    read_rows(&h, c->after, READ);
    if (!decided_before || late)
        court_act(&h, &h.a, late ? NOW : c->decided, &yes);
    if (court_state(&h, 1) != (int)c->state)
        fail_msg("%s, %s: state %d", c->what, late ? "late" : "in time", court_state(&h, 1));
    court_tick(&h, NOW);
    buf_clear(out);
    house_dump(&h, TYPE_REQUEST, out);
    house_close(&h);
}

/* What differs is when the server said so. */
static void without_judged_at(struct buf *dump)
{
    for (char *c = dump->p; (c = strstr(c, "_at\":\"")); c += 6)
        memset(c + 6, '0', strcspn(c + 6, "\""));
    for (char *c = dump->p; (c = strstr(c, "since\":\"")); c += 8)
        memset(c + 8, '0', strcspn(c + 8, "\""));
}

static void a_late_decision_is_judged_by_its_time(void **unused)
{
    (void)unused;
    struct buf in_time = BUF_INIT(LIM_PAGE), late = BUF_INIT(LIM_PAGE);
    int same = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++, same++) {
        run_case(&cases[i], false, &in_time);
        run_case(&cases[i], true, &late);
        without_judged_at(&in_time);
        without_judged_at(&late);
        if (strcmp(in_time.p, late.p) != 0)
            fail_msg("%s:\n%snot\n%s", cases[i].what, late.p, in_time.p);
    }
    print_message("S-28: %d changes of a roster, the same end in both orders\n", same);
    buf_release(&in_time);
    buf_release(&late);
}

/* A step that is held for a request is judged by its own time as well. */
static void a_held_decision_is_judged_by_its_time(void **unused)
{
    (void)unused;
    struct house h;
    const struct row moved = {"wim", "spuit", "worker", 0};
    const struct act ask = {
        .type = TYPE_ASK, .id = 1, .person = "wim", .run = "one", .at = NOW - 3 * HOUR};
    const struct act yes = {
        .type = TYPE_DECIDE, .id = 2, .person = "ans", .request = 1, .at = DECIDED};
    house_open(&h);
    court_fill(&h);
    read_row(&h, &moved, READ);
    EXPECT(court_act(&h, &h.a, NOW, &yes), held, no_request);
    EXPECT(court_act(&h, &h.a, NOW, &ask), accepted, none);
    assert_int_equal(court_state(&h, 1), REQUEST_placed);
    house_close(&h);
}

/* A deputy stands for whoever was the supervisor then. */
static void a_deputy_decides_for_the_supervisor_of_then(void **unused)
{
    (void)unused;
    for (int before = 0; before < 2; before++) {
        struct house h;
        const struct row demoted = {"ans", "las", "worker", 0};
        const struct act yes = {.type = TYPE_DECIDE,
            .id = 3,
            .person = "wil",
            .request = 1,
            .at = before ? DECIDED : READ + MINUTE};
        int64_t today = date_from_instant(NOW);
        house_open(&h);
        court_fill(&h);
        ACT_AT(&h, NOW - DAY, .type = TYPE_ASK, .id = 1, .person = "wim", .run = "one");
        EXPECT(ACT_AT(&h, NOW - DAY, .type = TYPE_DELEGATE, .id = 2, .person = "ans",
                   .deputy = "wil", .start = today - 2, .end = today),
            accepted, none);
        read_row(&h, &demoted, READ);
        court_act(&h, &h.a, NOW, &yes);
        assert_int_equal(court_state(&h, 1), before ? REQUEST_placed : REQUEST_asked);
        house_close(&h);
    }
}

/* The column `from` says when a row holds, if that is later than the import. */
static void what_is_to_come_holds_from_its_day(void **unused)
{
    (void)unused;
    struct house h;
    struct arena mem = {0};
    struct standing s;
    const int64_t day = date_from_instant(NOW) + 3;
    const struct row coming = {"nel", "las", "supervisor", day};
    const struct row started = {"kim", "las", "supervisor", day - 100};
    house_open(&h);
    court_fill(&h);
    read_row(&h, &coming, NOW);
    read_row(&h, &started, NOW);
    const struct {
        const char *person;
        int64_t at;
        bool there;
    } wants[] = {{"nel", NOW, false}, {"nel", day_begins(day) - 1, false},
        {"nel", day_begins(day), true}, {"kim", NOW - 1, false}, {"kim", NOW, true}};
    for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
        OK(database_standing(h.central.db, "amber", wants[i].person, wants[i].at, &mem, &s, &err));
        if (s.there != wants[i].there)
            fail_msg("%zu: %s", i, wants[i].person);
    }
    arena_release(&mem);
    house_close(&h);
}

static void a_team_is_led_by_anybody_but_who_is_left_out(void **unused)
{
    (void)unused;
    struct house h;
    const struct row kim = {"kim", "dak", "supervisor", date_from_instant(NOW)};
    house_open(&h);
    court_fill(&h);
    read_row(&h, &kim, NOW);
    const struct {
        const char *team, *except;
        int led;
    } wants[] = {{"dak", "kim", 0}, {"dak", "wim", 1}, {"dak", "", 1}, {"goot", "", 0}};
    for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
        int rc = 0;
        OK(rc = database_team_led(
               h.central.db, "amber", wants[i].team, wants[i].except, NOW, &err));
        if (rc != wants[i].led)
            fail_msg("%s without '%s'", wants[i].team, wants[i].except);
    }
    house_close(&h);
}

/* ---- what is kept ---- */

static int64_t rows_of(struct house *h, const char *person)
{
    int64_t rows = 0;
    for (int64_t at = NOW - 400 * DAY; at < NOW + 400 * DAY; at += DAY) {
        struct arena mem = {0};
        struct standing s;
        int rc = database_standing(h->central.db, "amber", person, at, &mem, &s, NULL);
        rows = rc > 0 && s.there ? rows + 1 : rows;
        arena_release(&mem);
    }
    return rows;
}

static void import_one(struct house *h, const char *row, int64_t now)
{
    char csv[96];
    struct import_result result;
    snprintf(csv, sizeof(csv), "%s.csv", h->path);
    FILE *f = fopen(csv, "w");
    assert_non_null(f);
    fprintf(f, "badge,name,team,role\n99,Ada,kantoor,contact\n%s", row);
    fclose(f);
    struct import_job job = {.path = csv, .now = now, .problems = {.file = csv}};
    OK(import_people(h->central.db, "amber", &job, &result, &err));
}

/* An import notes what is new, forgets nothing for 90 days, and then what it replaced. */
static void imports_are_noted_and_forgotten(void **unused)
{
    (void)unused;
    struct house h;
    struct retention_counts counts;
    char nel[LIM_ID];
    house_open(&h);
    house_fill(&h);
    import_one(&h, "1,Nel,las,worker\n", NOW);
    OK(person_id_find(h.central.db, "amber", "1", nel, &err));
    import_one(&h, "1,Nelly,las,worker\n", NOW + DAY); /* nothing that anybody decides by */
    import_one(&h, "1,Nelly,spuit,worker\n", NOW + 10 * DAY);
    import_one(&h, "", NOW + 20 * DAY);
    assert_int_equal(rows_of(&h, nel), 20);
    OK(retention_run(h.central.db, NOW + 99 * DAY, &counts, &err));
    assert_int_equal(rows_of(&h, nel), 20);
    OK(retention_run(h.central.db, NOW + 101 * DAY, &counts, &err));
    assert_int_equal(rows_of(&h, nel), 10); /* las is forgotten */
    OK(retention_run(h.central.db, NOW + 111 * DAY, &counts, &err));
    assert_int_equal(rows_of(&h, nel), 0);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_decision_is_judged_by_its_time),
        cmocka_unit_test(a_held_decision_is_judged_by_its_time),
        cmocka_unit_test(a_deputy_decides_for_the_supervisor_of_then),
        cmocka_unit_test(what_is_to_come_holds_from_its_day),
        cmocka_unit_test(a_team_is_led_by_anybody_but_who_is_left_out),
        cmocka_unit_test(imports_are_noted_and_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
