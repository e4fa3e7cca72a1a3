/* SPDX-License-Identifier: EUPL-1.2 */
/* T-13: what badge readers send, at any moment and in any shape, chooses nothing and is typed
 * nowhere; and the next badge is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/burst.h"
#include "support/rng.h"
#include "support/visit.h"

static struct rig rig;
static struct visit v;

static int start(void **state)
{
    (void)state;
    visit_start(&v, &(struct visit_how){0});
    return 0;
}

static int end(void **state)
{
    (void)state;
    visit_end(&v);
    return 0;
}

static void scan(const char *bytes)
{
    HOLDS(&v, pty_type(v.pty, bytes) == PTY_IDLE);
    HOLDS(&v, pty_advance(v.pty, BURST_PAUSE + 1) == PTY_IDLE);
}

/* The screen from its second row on: the first has the time. */
static void picture(struct buf *out)
{
    buf_clear(out);
    const char *text = pty_screen_text(v.pty);
    buf_puts(out, text + strcspn(text, "\n"));
}

/* Digits without an end, control characters, keys in between, too long for a badge. */
static void odd_scan(uint64_t *rng, char *out, size_t size)
{
    static const char *const odd[] = {"\x18\x11", "\x02", "\x03", "\x1D", "\x04", "\x13"};
    size_t n = 0;
    for (int i = 0; i < BURST_LEAST; i++)
        out[n++] = (char)('0' + rng_below(rng, 10));
    for (int parts = (int)rng_below(rng, 8); parts > 0; parts--) {
        const char *more = odd[rng_below(rng, sizeof(odd) / sizeof(odd[0]))];
        n += (size_t)snprintf(out + n, size - n, "%s%u", more, (unsigned)rng_below(rng, 100000));
    }
    if (rng_below(rng, 2)) {
        memset(out + n, '7', LIM_BADGE);
        n += LIM_BADGE;
        out[n++] = '\r';
    }
    out[n] = '\0';
}

static void scans_on(const char *keys, int runs, uint64_t *rng)
{
    struct buf before = BUF_INIT(LIM_PAGE), after = BUF_INIT(LIM_PAGE);
    visit_press(&v, keys);
    picture(&before);
    for (int i = 0; i < runs; i++) {
        char bytes[400];
        odd_scan(rng, bytes, sizeof(bytes));
        scan(bytes);
        picture(&after);
        HOLDS(&v, strcmp(before.p, after.p) == 0);
    }
    buf_release(&before);
    buf_release(&after);
}

static void odd_scans_do_nothing(void **state)
{
    (void)state;
    static const char *const places[] = {"Enter 2 1 heftruck", "Backspace", "Esc Esc", "3"};
    uint64_t rng = rng_seed();
    printf("200 scans\n");
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        scans_on(places[i], 50, &rng);
    scan("0004718236\r\n");
    SEE(&v, "Je bent Sanne Kuipers");
}

static void ten_thousand_digits(void **state)
{
    (void)state;
    static char digits[10001];
    memset(digits, '1', sizeof(digits) - 1);
    visit_press(&v, "Enter 2 1");
    for (int i = 0; i < 10; i++) { /* a terminal keeps at most 4096 bytes for its reader */
        digits[1000] = '\0';
        scan(digits);
    }
    SEE_NOT(&v, "111");
    scan("0004718236\r");
    SEE(&v, "Je bent Sanne Kuipers");
}

static void a_badge_where_a_pin_is_typed(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" SANNE " 3 48");
    SEE(&v, "2 van 6");
    scan(PIET "\r");
    visit_press(&v, "Down");
    SEE(&v, "Je bent Piet van Oosterzee");
    SEE_NOT(&v, "van 6");
    scan(DELROY "\r" SANNE "\r"); /* two at once: the first */
    visit_press(&v, "Down");
    SEE(&v, "Je bent Delroy");
}

#define VISIT(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISIT(odd_scans_do_nothing),
        VISIT(ten_thousand_digits),
        VISIT(a_badge_where_a_pin_is_typed),
    };
    visit_rig(&rig);
    visit_enrol(&v, &rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
