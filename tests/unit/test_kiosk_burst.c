/* SPDX-License-Identifier: EUPL-1.2 */
/* Fingers and badge readers, told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kiosk/burst.h"

/* Feeds text with `gap` milliseconds between characters; '\n' is the terminator. What the kiosk
 * would handle as typed characters goes to typed, a badge to badge. */
static void feed(const char *text, int gap, struct buf *typed, struct buf *badge)
{
    struct burst b = {0};
    int64_t now = 1000;
    for (const char *s = text; *s; s++, now += gap) {
        if (burst_wait(&b, now) == 0)
            buf_puts(typed, burst_take(&b));
        enum burst_result r = burst_feed(&b, *s == '\n' ? 0 : (unsigned char)*s, now);
        if (r == BURST_BADGE) {
            buf_puts(badge, burst_take(&b));
        } else if (r == BURST_PASS) {
            buf_puts(typed, burst_take(&b));
            buf_putc(typed, *s);
        }
    }
    buf_puts(typed, burst_take(&b));
}

static void tells_readers_from_fingers(void **state)
{
    static const struct {
        const char *text;
        int gap;
        const char *typed, *badge;
    } cases[] = {
        {"0012345678\n", 2, "", "0012345678"},
        {"04A3B2C1D0\n", 0, "", "04A3B2C1D0"},
        {"123456\n", 30, "", "123456"},
        {"123456\n", 31, "123456\n", ""},
        {"12345\n", 1, "12345\n", ""},
        {"1", 1, "1", ""},
        {"1lassen", 80, "1lassen", ""},
        {"lassen\n", 1, "lassen\n", ""},
        {"faced0\n", 1, "faced0\n", ""},
        {"12345678 \n", 1, "12345678 \n", ""},
        {"\n", 1, "\n", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf typed = BUF_INIT(100), badge = BUF_INIT(100);
        feed(cases[i].text, cases[i].gap, &typed, &badge);
        assert_string_equal(typed.p, cases[i].typed);
        assert_string_equal(badge.p, cases[i].badge);
        buf_release(&typed);
        buf_release(&badge);
    }
}

static void never_holds_more_than_a_badge(void **state)
{
    struct burst b = {0};
    (void)state;
    for (int i = 0; i < LIM_BADGE; i++)
        assert_int_equal(burst_feed(&b, '7', 5), BURST_HELD);
    assert_int_equal(burst_feed(&b, '7', 5), BURST_PASS);
    assert_int_equal(strlen(burst_take(&b)), LIM_BADGE);
    assert_string_equal(burst_take(&b), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_readers_from_fingers),
        cmocka_unit_test(never_holds_more_than_a_badge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
