/* SPDX-License-Identifier: EUPL-1.2 */
/* D-16: the wall clock jumps in the middle of twenty screens; the countdown comes after 60 s and
 * the start screen after 80, not a second sooner or later. U-10: what cannot be the time is said,
 * and everything goes on with what can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/demo.h"
#include "support/pty.h"
#include "support/temp.h"

#define HOUR (60 * 60 * INT64_C(1000))
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)
#define COUNTDOWN "Press any key to go on"
#define START "Press any key to begin"
#define WRONG "clock is wrong"

static char data[TEMP_PATH];
static struct pty *terminal;

static const struct {
    const char *name;
    int64_t to;    /* instant, or by: */
    int64_t by;    /* milliseconds */
    bool believed; /* it could be the time */
} jumps[] = {
    {"an hour back", 0, -HOUR, true},
    {"an hour ahead", 0, HOUR, true},
    {"40 days back", 0, -40 * DAY, false},
    {"40 days ahead", 0, 40 * DAY, true},
    {"ten years ahead", 0, 10 * YEAR, false},
    {"1970", 1, 0, false},
    {"2038-01-19", INT64_C(2147483647000), 0, false},
    {"after 2038-01-19", INT64_C(2147483649000), 0, false},
    {"a day back", 0, -DAY + HOUR, true},
    {"a minute back", 0, -60000, true},
};

/* Keys to twenty screens. */
static const char *const flows[] = {"Enter", "Enter Down", "Enter 2", "Enter 2 Down", "Enter 2 1",
    "Enter 2 1 l a s", "Enter 2 1 l a s Down", "Enter 2 1 l a s Down Enter", "Enter 2 3",
    "Enter 2 3 Down", "Enter 2 3 1", "Enter 2 3 1 2", "Enter 2 3 1 3", "Enter 3", "Enter 3 1 2",
    "Enter 4", "Enter 4 Down", "Enter 5", "Enter 6", "Enter 2 9"};

static void press(const char *keys)
{
    while (*keys) {
        char key[16];
        size_t len = strcspn(keys, " ");
        snprintf(key, sizeof(key), "%.*s", (int)len, keys);
        enum pty_state state = len > 1 ? pty_key(terminal, key) : pty_type(terminal, key);
        assert_int_equal((int)state, PTY_IDLE);
        keys += len + (keys[len] == ' ');
    }
}

static void pass(int64_t millis)
{
    assert_int_equal(pty_advance(terminal, millis), PTY_IDLE);
}

static bool sees(const char *text)
{
    return pty_contains(terminal, text);
}

static void jump(size_t i)
{
    int64_t off = jumps[i].to ? jumps[i].to - clock_now() : jumps[i].by;
    assert_int_equal(pty_set_wall(terminal, off), PTY_IDLE);
}

/* From the last key on: nothing after 59 s, the countdown after 61, still there after 79, the start
 * after 81; the clock jumps before the first and in the countdown. */
static bool ends_in_time(size_t jump_number, const char *keys)
{
    bool good = true;
    assert_int_equal(pty_set_wall(terminal, 0), PTY_IDLE);
    press(keys);
    jump(jump_number);
    pass(59000);
    good = good && !sees(COUNTDOWN) && !sees(START);
    pass(2000);
    good = good && sees(COUNTDOWN) && !sees(START);
    assert_int_equal(pty_set_wall(terminal, -jumps[jump_number].by), PTY_IDLE);
    pass(18000);
    good = good && sees(COUNTDOWN) && !sees(START);
    pass(2000);
    return good && !sees(COUNTDOWN) && sees(START);
}

static void no_jump_moves_a_time_out(void **state)
{
    int bad = 0, rounds = 0;
    (void)state;
    for (size_t j = 0; j < sizeof(jumps) / sizeof(jumps[0]); j++)
        for (size_t f = 0; f < sizeof(flows) / sizeof(flows[0]); f++, rounds++)
            if (!ends_in_time(j, flows[f])) {
                printf("%s at %s\n%s\n", jumps[j].name, flows[f], pty_screen_text(terminal));
                bad++;
            }
    printf("D-16: %d jumps x %d screens = %d, %d time-outs off by a second\n",
        (int)(sizeof(jumps) / sizeof(jumps[0])), (int)(sizeof(flows) / sizeof(flows[0])), rounds,
        bad);
    assert_int_equal(bad, 0);
}

/* The control: time that really passes is noticed to the second. */
static void a_second_less_is_seen(void **state)
{
    (void)state;
    press("Enter");
    pass(59000);
    assert_false(sees(COUNTDOWN));
    press("Down");
    pass(59000);
    assert_false(sees(COUNTDOWN));
    pass(1000);
    assert_true(sees(COUNTDOWN));
    pass(20000);
    assert_true(sees(START));
}

static void a_wrong_clock_is_said(void **state)
{
    (void)state;
    for (size_t j = 0; j < sizeof(jumps) / sizeof(jumps[0]); j++) {
        jump(j);
        pass(0);
        if (sees(WRONG) == jumps[j].believed)
            fail_msg("%s:\n%s", jumps[j].name, pty_screen_text(terminal));
        press("Enter 2 1 l a s"); /* and the catalogue is as it was */
        if (!sees("lassen") && !sees("Lassen"))
            fail_msg("%s:\n%s", jumps[j].name, pty_screen_text(terminal));
        assert_int_equal(pty_set_wall(terminal, 0), PTY_IDLE);
        pass(81000);
        assert_true(sees(START));
        assert_false(sees(WRONG)); /* the clock was put right: without a restart */
    }
    printf("U-10: %d clocks\n", (int)(sizeof(jumps) / sizeof(jumps[0])));
}

static int start(void **state)
{
    static char program[512], share[512];
    (void)state;
    snprintf(program, sizeof(program), "%s/bin-hooks/acht", getenv("ACHT_BUILD"));
    snprintf(share, sizeof(share), "%s/share/acht", getenv("ACHT_BUILD"));
    temp_make(data);
    demo_fill(data, share, clock_now());
    static char option[] = "--data", language[] = "--lang", english[] = "en";
    char *argv[] = {program, option, data, language, english, NULL};
    terminal = pty_start(argv, NULL, 24, 80);
    return pty_wait_idle(terminal) == PTY_IDLE ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    pty_free(terminal);
    temp_remove(data);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_jump_moves_a_time_out),
        cmocka_unit_test(a_second_less_is_seen),
        cmocka_unit_test(a_wrong_clock_is_said),
    };
    return cmocka_run_group_tests(tests, start, end);
}
