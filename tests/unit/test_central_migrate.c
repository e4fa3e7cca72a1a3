/* SPDX-License-Identifier: EUPL-1.2 */
/* A server's database of every version becomes one of today, with every row in it (D-18). */
#include "migrate_house.h"

#include "central/people.h"
#include "central/schema.h"

#define ANNA                                                                                       \
    "'{\"type\":\"person\",\"id\":\"anna\",\"name\":\"Anna\",\"team\":\"las\","                    \
    "\"role\":\"supervisor\",\"badge\":\"00\"}'"
#define ASK(id) "'{\"kind\":\"ask\",\"id\":\"" id "\",\"title\":\"MIG\",\"price\":129000}'"

/* The columns by name: they are those of the version. */
static const char *const fill[] = {
    "UPDATE meta SET value = 7 WHERE name = 'seq';"
    "INSERT INTO company (id, badge_key) VALUES ('amber', 'k1'), ('beril', 'k2');"
    "INSERT INTO kiosk (id, company, name, token_hash, code_tries, contact) VALUES"
    " ('ka', 'amber', 'Hal 3', 'token', 0, 5), ('kb', 'beril', 'Hal 3', NULL, 2, NULL);"
    "INSERT INTO record (type, id, company, source, seq, gone, body) VALUES"
    " ('course', 'mig', '', 's', 1, 0, '{}'), ('person', 'anna', 'amber', 'roster', 2, 0, " ANNA
    "), ('person', 'aad', 'amber', 'roster', 3, 1, '{}'),"
    " ('notice', 'n', 'amber', 'judge', 4, 0, '{\"person\":\"anna\"}');"
    "INSERT INTO entry (company, id, kiosk, hash, received_at, made_at, person, course, run, open,"
    " verdict, reason, body) VALUES"
    " ('amber', 'e1', 'ka', 'h1', 20, 10, 'anna', 'mig', 'r', 1, 'accepted', 'none', " ASK(
        "e1") "),"
              " ('amber', 'e2', 'ka', 'h2', 20, 30, 'anna', 'tig', '', 0, 'refused', "
              "'course_gone', " ASK(
                  "e2") "),"
                        " ('amber', 'e3', 'ka', 'h3', 20, NULL, '', '', '', 0, 'refused', "
                        "'malformed', 'x');"
                        "INSERT INTO set_aside (company, kiosk, hash, id, received_at, reason, "
                        "body) VALUES"
                        " ('amber', 'ka', 'h9', '', 20, 'malformed', 'it''s; not JSON');",

    "INSERT INTO member (company, person, sites, language, first, last, body) VALUES"
    " ('amber', 'anna', '\n' || 'Noord' || '\n', 'nl', 20000, NULL, " ANNA
    "), ('beril', 'bea', '', '', NULL, 20100, '{\"role\":\"worker\"}');"
    "UPDATE record SET audience = '\n' || 'Noord' || '\n' WHERE person = 'anna';"
    "INSERT INTO pin (company, person, set_at, received_at, hash) VALUES"
    " ('amber', 'anna', 1, 2, '$argon2id$1'), ('amber', 'anna', 3, 4, '$argon2id$2');"
    "INSERT INTO pin_code (company, person, hash, expires, tries) VALUES"
    " ('amber', 'aad', '$argon2id$3', 99, 1);"
    "INSERT INTO pin_streak (company, person, kiosk, wrong, last) VALUES ('amber', 'anna', 'ka', 2,"
    " 9);"
    "INSERT INTO pin_try (company, kiosk, person, at) VALUES ('amber', 'ka', 'anna', 9);"
    "UPDATE company SET sprayed_at = 8 WHERE id = 'amber';",

    "INSERT INTO request (company, id, person, course, run, route, title, price, asked_at, refused,"
    " merged, ready, agreed_at, seat, place, queued_at, given_at, shown, state, overdue, objected,"
    " judged_at, wake) VALUES"
    " ('amber', 'q1', 'anna', 'mig', 'r', 'own', 'MIG', 5, 10, 'none', NULL, 1, 11, 'placed', NULL,"
    "  NULL, 12, 0, 'placed', 0, 0, 13, 14),"
    " ('amber', 'q2', 'anna', 'mig', 'r', 'own', 'MIG', NULL, 15, 'none', 'q1', 0, NULL, 'none',"
    "  NULL, NULL, NULL, 0, 'asked', 0, 0, 16, NULL),"
    " ('amber', 'q3', 'aad', 'mig', 'r', 'own', 'MIG', NULL, 15, 'none', NULL, 1, NULL, 'waiting',"
    "  1, 15, NULL, 0, 'waitlisted', 0, 0, 16, NULL);"
    "INSERT INTO step (company, id, request, kiosk, kind, at, received_at, person, worker, route,"
    " relation, proven, sealed, because, alternative, words, place) VALUES"
    " ('amber', 's1', 'q1', 'ka', 'ask', 10, 10, 'anna', 'anna', 'own', 'worker', 1, 1, 'none',"
    "  NULL, 'my words', 'in'),"
    " ('amber', 's2', 'zz', 'ka', 'no', 10, 10, 'bas', NULL, 'employer', 'none', 1, 0, 'busy', "
    "21000,"
    "  NULL, 'held');"
    "UPDATE kiosk SET served = 3 WHERE id = 'ka';",

    "INSERT INTO audit (company, seq, event, at, actor, subject, request, kiosk, salt, detail, "
    "prev,"
    " hash) VALUES ('amber', 1, 'asked', 10, 'anna', 'anna', 'q1', 'ka', 's', 'd', '', 'h');"
    "INSERT INTO erased (company, person_hash, at) VALUES ('amber', 'digest', 10);"
    "INSERT INTO wish (company, person, wish, at) VALUES ('amber', 'anna', 'export', 10);",

    "INSERT INTO standing (company, person, since, team, role, first, last) VALUES"
    " ('amber', 'aad', 30, 'las', 'worker', NULL, 20000);"
    "UPDATE request SET left_at = 17, listed = 1 WHERE id = 'q3';",
    "UPDATE kiosk SET next_hash = 'next', old_hash = 'old', token_at = 4, mark = 'm', alarmed_at = "
    "6"
    " WHERE id = 'ka';",
    "UPDATE kiosk SET handed = 7, synced = 70 WHERE id = 'ka';"
    "INSERT INTO report VALUES ('amber', 'ka', 71, 3, '{}');"
    "INSERT INTO serving VALUES (60, 80);",
};

static struct schema server(void)
{
    return (struct schema){schema_sqlite, schema_sqlite_count, DB_SERVER, SCHEMA_SQLITE_ID, fill};
}

/* No table of any version is empty in these tests. */
static void every_table_has_rows(void **unused)
{
    (void)unused;
    struct migrated m;
    const struct schema s = server();
    struct buf tables = BUF_INIT(4096);
    assert_int_equal(sizeof(fill) / sizeof(fill[0]), schema_sqlite_count);
    for (int version = 1; version <= s.count; version++) {
        migrate_begin(&m);
        migrate_make(&s, &m, version);
        sqlite3 *sql = migrate_raw(&m);
        buf_clear(&tables);
        migrate_rows(sql, "SELECT name FROM sqlite_schema WHERE type = 'table'", &tables);
        sqlite3_close(sql);
        for (char *rest, *t = strtok_r(tables.p, "\n", &rest); t; t = strtok_r(NULL, "\n", &rest)) {
            char query[128];
            snprintf(query, sizeof(query), "SELECT count(*) FROM %s", t);
            if (migrate_number(&m, query) == 0)
                fail_msg("version %d: nothing in %s", version, t);
        }
        migrate_end(&m);
    }
    buf_release(&tables);
}

static void broken_off_at_every_statement(void **unused)
{
    (void)unused;
    const struct schema s = server();
    int times = migrate_break_everywhere(&s);
    assert_true(times > 100);
    print_message("D-18: %d times broken off, the old version whole, then the new one\n", times);
}

/* The control: a step that loses something is seen. */
static void what_is_lost_would_be_seen(void **unused)
{
    (void)unused;
    struct migrated m;
    const struct schema s = server();
    struct buf queries = BUF_INIT(64 * 1024), want = BUF_INIT(64 * 1024), got = BUF_INIT(64 * 1024);
    migrate_begin(&m);
    migrate_make(&s, &m, 1);
    migrate_queries(&m, &queries);
    migrate_dump(&m, queries.p, &want);
    assert_int_equal(migrate_open(&s, &m, s.steps, s.count), 0);
    sqlite3 *sql = migrate_raw(&m);
    assert_int_equal(
        sqlite3_exec(sql, "UPDATE entry SET made_at = NULL WHERE id = 'e1'", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(sql);
    migrate_dump(&m, queries.p, &got);
    assert_string_not_equal(want.p, got.p);
    migrate_end(&m);
    buf_release(&queries);
    buf_release(&want);
    buf_release(&got);
}

/* ---- what steps make of what was there ---- */

static void expect_numbers(const struct migrated *m, const char *const *wants)
{
    for (; *wants; wants++)
        if (migrate_number(m, *wants) != 1)
            fail_msg("not so: %s", *wants);
}

static void what_is_new_follows_from_what_was_there(void **unused)
{
    (void)unused;
    static const char *const wants[] = {
        "SELECT count(*) = 2 FROM record WHERE person = 'anna' AND audience = ''",
        "SELECT count(*) = 0 FROM record WHERE company = '' AND person <> ''",
        "SELECT count(*) = 3 FROM request",
        "SELECT state = 'asked' AND asked_at = 10 AND price = 129000 AND title = 'MIG'"
        " AND route = 'employer' AND wake = 0 FROM request WHERE id = 'e1'",
        "SELECT state = 'refused' AND refused = 'course_gone' AND asked_at = 20"
        " FROM request WHERE id = 'e2'",
        "SELECT count(*) = 2 FROM step WHERE kind = 'ask' AND relation = 'worker'",
        "SELECT verdict = 'accepted' AND reason = 'none' FROM entry WHERE id = 'e4'",
        "SELECT count(*) = 1 FROM standing WHERE person = 'anna' AND since = 0 AND team = 'las'"
        " AND role = 'supervisor' AND first IS NULL",
        "SELECT count(*) = 0 FROM standing WHERE person = 'aad'",
        "SELECT count(*) = 0 FROM request WHERE left_at IS NOT NULL OR listed IS NOT NULL",
        "SELECT count(*) = 2 FROM kiosk WHERE token_at IS NULL AND next_hash IS NULL",
        "SELECT mark = 'a mark' FROM kiosk WHERE id = 'ka'",
        "SELECT count(*) = 0 FROM meta WHERE name LIKE 'mark %'", NULL};
    struct migrated m;
    struct schema s = server();
    const char *with_full[] = {fill[0],
        "INSERT INTO entry (company, id, kiosk, hash, received_at, made_at, person, course, run,"
        " open, verdict, reason, body) VALUES ('amber', 'e4', 'ka', 'h4', 20, 10, 'anna', 'mig',"
        " 'full', 0, 'refused', 'seats_full', " ASK(
            "e4") ");"
                  "INSERT INTO meta VALUES ('mark ka', 'a mark')"};
    s.fill = with_full;
    migrate_begin(&m);
    migrate_make(&s, &m, 2);
    assert_int_equal(migrate_open(&s, &m, s.steps, s.count), 0);
    expect_numbers(&m, wants);
    migrate_end(&m);
}

/* The server works with what it opened: a member of an earlier version has stood there always. */
static void the_server_opens_every_version(void **unused)
{
    (void)unused;
    const struct schema s = server();
    for (int version = 1; version <= s.count; version++) {
        struct migrated m;
        struct database *db;
        struct err err = {0};
        struct arena mem = {0};
        struct standing then;
        migrate_begin(&m);
        migrate_make(&s, &m, version);
        if (database_open(&db, m.path, &err) < 0 || database_ready(db, &err) < 0)
            fail_msg("version %d: %s", version, err.msg);
        if (version < 5)
            assert_int_equal(database_standing(db, "amber", "anna",
                                 (version == 1 ? 1 : 20001) * INT64_C(86400000), &mem, &then, &err),
                1);
        assert_true(version >= 5 || (then.there && strcmp(then.team, "las") == 0));
        arena_release(&mem);
        database_close(db);
        migrate_end(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_has_rows),
        cmocka_unit_test(broken_off_at_every_statement),
        cmocka_unit_test(what_is_lost_would_be_seen),
        cmocka_unit_test(what_is_new_follows_from_what_was_there),
        cmocka_unit_test(the_server_opens_every_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
