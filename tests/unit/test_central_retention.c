/* SPDX-License-Identifier: EUPL-1.2 */
/* Forgetting with a moved clock (I-22): each thing is there on the last day of its time and gone on
 * the next, and what is about something that lives stays. */
#include "central_house.h"

#include "central/audit.h"
#include "central/database_rights.h"
#include "central/retention.h"
#include "model/keep.h"

#define DAY (24 * 60 * MINUTE)
#define EARLY (NOW - MINUTE) /* when everything in the scene happened */

static int64_t number(struct house *h, const char *sql)
{
    struct err err = {0};
    struct sql_stmt *s = sql_stmt_made(h->central.db->sql, sql);
    if (sql_step(s, &err) != 1)
        fail_msg("%s: %s", sql, err.msg);
    int64_t n = sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

static void change(struct house *h, const char *sql)
{
    OK(database_begin(h->central.db, &err));
    OK(house_sql(h->central.db, sql, &err));
    OK(database_commit(h->central.db, &err));
}

/* An entry that the server has had since EARLY. */
static void keep_entry(struct house *h, const char *id, const char *body)
{
    char text[1024];
    struct kept_entry e = {.company = "amber",
        .kiosk = "k",
        .person = "",
        .course = "",
        .run = "",
        .received_at = EARLY,
        .made_at = EARLY,
        .verdict = {.kind = VERDICT_accepted}};
    snprintf(text, sizeof(text),
        "{'kind':%s,'id':'%s','kiosk':'k','epoch':'e','seq':1,'made_at':'2026-11-24T11:59:00Z',"
        "'person':'anna'}",
        body, id);
    for (char *c = text; (c = strchr(c, '\''));)
        *c = '"';
    e.body = text;
    str_copy(e.verdict.id, sizeof(e.verdict.id), id);
    sha256_hex(text, strlen(text), e.verdict.hash);
    OK(database_begin(h->central.db, &err));
    OK(database_entry_keep(h->central.db, &e, &err));
    OK(database_commit(h->central.db, &err));
}

static void put_request(struct house *h, const char *id, const char *state)
{
    char line[600];
    snprintf(line, sizeof(line),
        "{'type':'request','id':'%s','person':'anna','course':'mig','title':'MIG','state':'%s',"
        "'reason':'none','holder':'nobody','asked_at':'2026-11-24T11:59:00Z',"
        "'since':'2026-11-24T11:59:00Z','judged_at':'2026-11-24T11:59:00Z'}",
        id, state);
    house_put(h, "amber", "judge", line);
}

#define ASK(id) "01936c5e-0000-7000-8000-00000000000" id

static void scene_open(struct house *h)
{
    house_open(h);
    house_fill(h);
    put_request(h, ASK("1"), "finished");
    put_request(h, ASK("2"), "placed");
    keep_entry(h, ASK("1"), "'ask','course':'mig','title':'MIG'");
    keep_entry(h, ASK("2"), "'ask','course':'mig','title':'MIG'");
    keep_entry(h, ASK("3"), "'withdraw','request':'" ASK("1") "'");
    keep_entry(h, ASK("4"), "'withdraw','request':'" ASK("2") "'");
    keep_entry(h, ASK("5"),
        "'sign_in','key':'0000000000000000000000000000000000000000000000000000000000000000'");
    house_put(h, "amber", "judge",
        "{'type':'notice','id':'n','person':'anna','kind':'pin_set','at':'2026-11-24T11:59:00Z'}");
    house_put(
        h, "amber", "judge", "{'type':'letter','id':'l','visit':'" ASK("5") "','box':'sealed'}");
    house_put(h, "amber", "judge",
        "{'type':'delegation','id':'d','person':'anna','deputy':'aad','start':'2026-11-20',"
        "'end':'2026-11-23'}");
    change(
        h, "INSERT INTO set_aside VALUES ('amber', 'k', 'h', '', 1795521540000, 'malformed', 'x')");
}

struct expectation {
    int day; /* after which */
    int requests, notices, letters, delegations, bodies, entries, set_aside;
};

#define ALIVE(type) "SELECT count(*) FROM record WHERE gone = 0 AND type = '" type "'"

static void expect(struct house *h, const struct expectation *e)
{
    const struct {
        const char *what, *sql;
        int want;
    } counts[] = {
        {"requests", ALIVE("request"), e->requests},
        {"notices", ALIVE("notice"), e->notices},
        {"letters", ALIVE("letter"), e->letters},
        {"delegations", ALIVE("delegation"), e->delegations},
        {"people", ALIVE("person"), 3},
        {"bodies", "SELECT count(*) FROM entry WHERE body <> ''", e->bodies},
        {"entries", "SELECT count(*) FROM entry", e->entries},
        {"set aside", "SELECT count(*) FROM set_aside WHERE body <> ''", e->set_aside},
    };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        if (number(h, counts[i].sql) != counts[i].want)
            fail_msg("after %d days: %lld %s", e->day, (long long)number(h, counts[i].sql),
                counts[i].what);
}

static void each_in_its_time(void **unused)
{
    (void)unused;
    struct house h;
    static const struct expectation days[] = {
        {0, 2, 1, 1, 1, 5, 5, 1}, {1, 2, 1, 0, 1, 5, 5, 1}, {8, 2, 1, 0, 1, 5, 5, 1},
        {31, 2, 1, 0, 1, 5, 5, 1}, {89, 2, 1, 0, 1, 5, 5, 1}, {91, 2, 0, 0, 0, 4, 5, 0},
        {364, 2, 0, 0, 0, 4, 5, 0}, {366, 1, 0, 0, 0, 2, 5, 0},
        {401, 1, 0, 0, 0, 2, 2, 0}, /* a request that lives keeps its entries */
    };
    scene_open(&h);
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        struct retention_counts counts;
        OK(retention_run(h.central.db, NOW + days[i].day * DAY, &counts, &err));
        expect(&h, &days[i]);
    }
    house_close(&h);
}

/* The own route has no record: its row, its steps and their words go as well. */
static void the_own_route_too(void **unused)
{
    (void)unused;
    struct house h;
    struct retention_counts counts;
    static const char *const left = "SELECT (SELECT count(*) FROM request) * 10 +"
                                    " (SELECT count(*) FROM step)";
    house_open(&h);
    for (int i = 0; i < 2; i++) {
        char sql[1024];
        snprintf(sql, sizeof(sql),
            "INSERT INTO request (company, id, person, course, run, route, title, asked_at,"
            " refused, ready, seat, shown, state, overdue, objected, judged_at) VALUES ('amber',"
            " 'r%d', 'anna', 'mig', '', 'own', 'MIG', 1, 'none', 0, 'none', 0, '%s', 0, 0, %lld);"
            "INSERT INTO step (company, id, request, kiosk, kind, at, received_at, person, route,"
            " relation, proven, sealed, because, words, place) VALUES ('amber', 's%d', 'r%d', 'k',"
            " 'ask', 1, %lld, 'anna', 'own', 'worker', 1, 1, 'none', 'words', 'in');",
            i, i ? "placed" : "withdrawn", (long long)EARLY, i, i, (long long)EARLY);
        change(&h, sql);
    }
    OK(retention_run(h.central.db, NOW + 364 * DAY, &counts, &err));
    assert_int_equal(number(&h, left), 22);
    OK(retention_run(h.central.db, NOW + 366 * DAY, &counts, &err));
    assert_int_equal(number(&h, left), 11);
    assert_int_equal(number(&h, "SELECT count(*) FROM request WHERE id = 'r1'"), 1);
    change(&h, "DELETE FROM request"); /* a step of nothing */
    OK(retention_run(h.central.db, NOW + 366 * DAY, &counts, &err));
    assert_int_equal(number(&h, left), 0);
    house_close(&h);
}

/* The verdict on what was emptied is still given, and its end is one tombstone. */
static void a_replay_is_still_answered(void **unused)
{
    (void)unused;
    struct house h;
    struct verdict v;
    struct retention_counts counts;
    scene_open(&h);
    OK(retention_run(h.central.db, NOW + 366 * DAY, &counts, &err));
    assert_int_equal(counts.records, 4);
    assert_int_equal(counts.bodies, 4);
    assert_int_equal(database_entry_find(h.central.db, "amber", ASK("1"), &v, NULL), 1);
    assert_int_equal(v.kind, VERDICT_accepted);
    OK(retention_run(h.central.db, NOW + 366 * DAY, &counts, &err));
    assert_int_equal(counts.records + counts.bodies + counts.verdicts + counts.lines, 0);
    house_close(&h);
}

static void codes_run_out(void **unused)
{
    (void)unused;
    struct house h;
    char code[CODE_TEXT];
    struct kiosk kiosk;
    struct retention_counts counts;
    house_open(&h);
    OK(admin_add_kiosk(h.central.db, "Hal 3", "amber", "", NOW, code, &kiosk, &err));
    OK(retention_run(h.central.db, NOW + 14 * MINUTE, &counts, &err));
    assert_int_equal(number(&h, "SELECT count(code_hash) FROM kiosk"), 1);
    OK(retention_run(h.central.db, NOW + 16 * MINUTE, &counts, &err));
    assert_int_equal(number(&h, "SELECT count(code_hash) FROM kiosk"), 0);
    assert_int_equal(counts.rows, 1);
    house_close(&h);
}

/* A PIN that was replaced proves what was done before, for as long as that may still come in. */
static void replaced_pins_go(void **unused)
{
    (void)unused;
    struct house h;
    struct retention_counts counts;
    house_open(&h);
    change(&h, "INSERT INTO pin (company, person, set_at, received_at, hash) VALUES"
               " ('amber', 'anna', 1, 1, 'old'), ('amber', 'wim', 1, 1, 'only')");
    struct sql_stmt *s =
        sql_stmt(h.central.db->sql, "INSERT INTO pin (company, person, set_at, received_at, hash)"
                                    " VALUES ('amber', 'anna', ?1, ?1, 'new')");
    OK(database_begin(h.central.db, &err));
    sql_number(s, 1, NOW);
    OK(sql_run(s, &err));
    OK(database_commit(h.central.db, &err));
    OK(retention_run(h.central.db, NOW + 13 * DAY, &counts, &err));
    assert_int_equal(number(&h, "SELECT count(*) FROM pin"), 3);
    OK(retention_run(h.central.db, NOW + 15 * DAY, &counts, &err));
    assert_int_equal(number(&h, "SELECT count(*) FROM pin WHERE hash = 'old'"), 0);
    assert_int_equal(number(&h, "SELECT count(*) FROM pin"), 2);
    house_close(&h);
}

/* Sign-ins are emptied after 90 days; the chain is whole, and says when that was done. */
static void the_trail_survives(void **unused)
{
    (void)unused;
    struct house h;
    struct audit_fault fault;
    struct retention_counts counts;
    struct audit_line in = {AUDIT_signed_in, EARLY, "anna", "anna", "", "k"};
    struct audit_line opened = {AUDIT_opened, EARLY, "sue", "anna", "", "k"};
    house_open(&h);
    OK(database_begin(h.central.db, &err));
    OK(audit_add(h.central.db, "amber", &in, &err));
    OK(audit_add(h.central.db, "amber", &opened, &err));
    OK(database_commit(h.central.db, &err));
    OK(retention_run(h.central.db, NOW + 91 * DAY, &counts, &err));
    assert_int_equal(counts.lines, 1);
    assert_int_equal(number(&h, "SELECT count(*) FROM audit WHERE actor = 'anna'"), 0);
    assert_int_equal(number(&h, "SELECT count(*) FROM audit WHERE actor = 'sue'"), 1);
    assert_int_equal(
        number(&h, "SELECT count(*) FROM audit WHERE company = '' AND event = 'retention'"), 1);
    assert_int_equal(audit_verify(h.central.db, NULL, NULL, 0, NOW + 91 * DAY, &fault, NULL), 0);
    house_close(&h);
}

/* More than one transaction's worth. */
static void much_is_forgotten_in_parts(void **unused)
{
    (void)unused;
    struct house h;
    struct retention_counts counts;
    house_open(&h);
    change(&h, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)"
               " INSERT INTO entry SELECT 'amber', 'e' || i, 'k', 'h', 1795521540000, NULL, '',"
               " '', '', 0, 'refused', 'malformed', 'body' FROM n");
    OK(retention_run(h.central.db, NOW + 91 * DAY, &counts, &err));
    assert_int_equal(counts.bodies, 4500);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_in_its_time),
        cmocka_unit_test(the_own_route_too),
        cmocka_unit_test(a_replay_is_still_answered),
        cmocka_unit_test(codes_run_out),
        cmocka_unit_test(replaced_pins_go),
        cmocka_unit_test(the_trail_survives),
        cmocka_unit_test(much_is_forgotten_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
