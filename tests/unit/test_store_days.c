/* SPDX-License-Identifier: EUPL-1.2 */
/* Days to choose from: those that a no may name, and those to which a deputy decides. */
#include "store_fixture.h"

static void days_to_choose(void **state)
{
    struct fixture *f = *state;
    int64_t today = date_from_civil(2026, 11, 25);
    add_run(f, "u1", "c1", date_from_civil(2026, 12, 1), "Zwolle", "");
    add_run(f, "u2", "c1", date_from_civil(2026, 12, 9), "Breda", "");
    add_run(f, "u3", "c1", today, "Breda", "");
    apply(f, "2");
    MUST(store_occasions(f->kiosk, "c1", "", today, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "2026-12-01 2026-12-09 2027-01-01 2027-02-01 2027-03-01 "
                                "2027-04-01 2027-05-01");
    assert_int_equal(record_number(&f->rs.rows[1], OCCASION_starts), 1);
    assert_int_equal(record_number(&f->rs.rows[2], OCCASION_starts), 0);
    store_fridays(today, 0, 3, &f->rs);
    assert_string_equal(ids(f), "2026-11-27 2026-12-04 2026-12-11");
    assert_int_equal(f->rs.total, 6);
}

/* The day that was asked for is no other day, and where there is none, that can be said. */
static void another_day_than_the_one_asked_for(void **state)
{
    struct fixture *f = *state;
    int64_t today = date_from_civil(2026, 11, 25);
    add_run(f, "u1", "c1", date_from_civil(2026, 12, 9), "Zwolle", "");
    add_run(f, "u2", "c1", date_from_civil(2026, 12, 9), "Breda", "");
    add_run(f, "u3", "c1", date_from_civil(2027, 2, 1), "Breda", "");
    add_run(f, "u4", "c2", date_from_civil(2027, 2, 1), "Breda", "");
    apply(f, "2");
    MUST(store_occasions(f->kiosk, "c1", "u1", today, 0, 3, &f->rs, err));
    assert_string_equal(ids(f), "2027-02-01 2026-12-01 2027-01-01");
    MUST(store_occasions(f->kiosk, "c1", "u3", today, 0, 3, &f->rs, err));
    assert_string_equal(ids(f), "2026-12-09 2026-12-01 2027-01-01");
    MUST(store_occasions(f->kiosk, "c2", "u4", today, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "none 2026-12-01 2027-01-01 2027-03-01 2027-04-01 2027-05-01");
    MUST(store_occasions(f->kiosk, "gone", "gone", today, 0, 1, &f->rs, err));
    assert_string_equal(ids(f), "none");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_start_open, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(days_to_choose),
        TEST(another_day_than_the_one_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
