/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/trust.h"

#define HOUR (60 * 60 * INT64_C(1000))
#define DAY (24 * HOUR)
#define FETCHED (TRUST_FLOOR + 100 * DAY)

static void a_clock_that_can_be_right_is_believed(void **state)
{
    static const int64_t after[] = {0, 1, HOUR, 30 * DAY, 400 * DAY};
    struct trust t = {0};
    (void)state;
    trust_floor(&t, FETCHED, 5000);
    for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
        assert_int_equal(trust_now(&t, FETCHED + after[i], 6000), FETCHED + after[i]);
        assert_false(t.wrong);
    }
}

/* U-10: 1970, no clock at all, ten years ahead, 40 days back. */
static void time_goes_on_without_a_clock(void **state)
{
    static const int64_t wrong[] = {
        0, 1000, FETCHED + 3650 * DAY, FETCHED - 40 * DAY, INT64_C(2147483647000), -DAY};
    struct trust t = {0};
    (void)state;
    trust_floor(&t, FETCHED, 5000);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(trust_now(&t, wrong[i], 5000 + 7 * HOUR), FETCHED + 7 * HOUR);
        assert_true(t.wrong);
        assert_int_equal(trust_now(&t, FETCHED + 8 * HOUR, 5000 + 8 * HOUR), FETCHED + 8 * HOUR);
        assert_false(t.wrong);
    }
}

/* A clock that is set back by an hour right after a download is not called wrong for that. */
static void the_floor_holds_quietly(void **state)
{
    struct trust t = {0};
    (void)state;
    trust_floor(&t, FETCHED, 5000);
    assert_int_equal(trust_now(&t, FETCHED - HOUR, 6000), FETCHED + 1000);
    assert_false(t.wrong);
}

static void the_same_floor_again_changes_nothing(void **state)
{
    struct trust t = {0};
    (void)state;
    trust_floor(&t, 0, 1000);
    assert_int_equal(t.floor, TRUST_FLOOR);
    trust_floor(&t, FETCHED, 5000);
    trust_floor(&t, FETCHED, 9000);
    assert_int_equal(trust_now(&t, 0, 10000), FETCHED + 5000);
    trust_floor(&t, FETCHED + DAY, 20000);
    assert_int_equal(trust_now(&t, 0, 20001), FETCHED + DAY + 1);
}

/* D-16: ids are ascending and so all different while the clock goes back an hour in small steps and
 * in one. */
static void ids_never_repeat(void **state)
{
    enum { IDS = 1000000 };
    char id[2][UUID_TEXT] = {"", ""};
    int64_t now = FETCHED;
    int bad = 0;
    (void)state;
    for (int i = 0; i < IDS; i++) {
        now += i < IDS / 2 ? i % 1000 == 0 : -(i % 100 == 0);
        if (i == IDS / 2)
            now -= HOUR;
        uuid7(now, id[i % 2]);
        bad += strcmp(id[i % 2], id[(i + 1) % 2]) <= 0;
    }
    printf("D-16: %d ids over a step back of one hour, %d not ascending\n", IDS, bad);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_can_be_right_is_believed),
        cmocka_unit_test(time_goes_on_without_a_clock),
        cmocka_unit_test(the_floor_holds_quietly),
        cmocka_unit_test(the_same_floor_again_changes_nothing),
        cmocka_unit_test(ids_never_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
