/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk's journal of every version becomes one of today, with every entry in it (D-18). */
#include "migrate_house.h"

#include "store/inner.h"

static const char *const fill[] = {
    "INSERT INTO meta VALUES ('epoch', 'e1');"
    "INSERT INTO entry (id, hash, bytes, made_at, person) VALUES ('a', 'h1', x'00ff7b', 1, 'wim'),"
    " ('b', 'h2', x'7b7d', 2, NULL);"
    "DELETE FROM entry WHERE id = 'b';"
    "INSERT INTO entry (id, hash, bytes, made_at, person) VALUES ('c', 'h3', x'78', 3, 'w;im');"
    "INSERT INTO verdict VALUES ('a', 'refused', 'wrong_pin', 4);",
    "INSERT INTO pin_try VALUES ('c', 'wim', 5, 6);",
    "INSERT INTO stuck VALUES ('c', 422, 7, 8);",
};

static struct schema journal(void)
{
    return (struct schema){
        journal_migrations, journal_migration_count, DB_PRECIOUS, JOURNAL_ID, fill};
}

static void every_version_has_rows(void **unused)
{
    (void)unused;
    assert_int_equal(sizeof(fill) / sizeof(fill[0]), journal_migration_count);
}

static void broken_off_at_every_statement(void **unused)
{
    (void)unused;
    const struct schema s = journal();
    int times = migrate_break_everywhere(&s);
    assert_true(times >= 4);
    print_message("D-18: %d times broken off, the old version whole, then the new one\n", times);
}

/* Numbers that were given once are not given again. */
static void the_sequence_goes_on(void **unused)
{
    (void)unused;
    struct migrated m;
    const struct schema s = journal();
    migrate_begin(&m);
    migrate_make(&s, &m, 1);
    assert_int_equal(migrate_open(&s, &m, s.steps, s.count), 0);
    assert_int_equal(migrate_number(&m, "SELECT seq FROM sqlite_sequence WHERE name = 'entry'"), 3);
    migrate_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_has_rows),
        cmocka_unit_test(broken_off_at_every_statement),
        cmocka_unit_test(the_sequence_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
