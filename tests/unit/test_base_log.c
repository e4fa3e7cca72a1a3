/* SPDX-License-Identifier: EUPL-1.2 */
/* U-09: a flood of events is few lines, and all of them are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"

enum { EVENTS = 1000000, CAUSES = 7, MINUTES = 10 };

static const char *const formats[CAUSES] = {"error: %s", "warning: %d", "alarm: kiosk %s",
    "refused a code", "not ready: %s", "a group was not written: %s", "enrolled %s"};

/* A stream into memory. */
struct log {
    char *text;
    size_t len;
    FILE *to;
};

static void log_open(struct log *l)
{
    *l = (struct log){0};
    l->to = open_memstream(&l->text, &l->len);
    assert_non_null(l->to);
}

static void log_close(struct log *l)
{
    fclose(l->to);
    free(l->text);
}

/* What the lines "n more of the kind" of a log add up to. */
static long long told_as_more(const char *text)
{
    long long sum = 0;
    for (const char *at = text; (at = strstr(at, " more of the kind: ")); at++) {
        const char *line = at;
        while (line > text && line[-1] != '\n')
            line--;
        sum += strtoll(line, NULL, 10);
    }
    return sum;
}

static int lines_of(const char *text)
{
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    return lines;
}

static void a_million_events_are_few_lines(void **unused)
{
    (void)unused;
    static struct log_gate g;
    struct log l;
    int let = 0;
    log_open(&l);
    for (int i = 0; i < EVENTS; i++) {
        int64_t now = (int64_t)i * MINUTES * LOG_MINUTE / EVENTS;
        if (log_gate_opens(&g, l.to, formats[i % CAUSES], now)) {
            fprintf(l.to, "an event that is %d\n", i % CAUSES);
            let++;
        }
        if (i % 1000 == 0)
            log_gate_turn(&g, now);
    }
    log_gate_turn(&g, (int64_t)MINUTES * LOG_MINUTE + LOG_MINUTE);
    fflush(l.to);
    int lines = lines_of(l.text);
    print_message("U-09: %d events of %d causes in %d minutes: %d lines, %zu bytes\n", EVENTS,
        CAUSES, MINUTES, lines, l.len);
    assert_true(lines <= CAUSES * (MINUTES + 1) * LOG_LINES);
    assert_true(lines >= CAUSES * MINUTES * (LOG_LINES - 1));
    assert_int_equal(told_as_more(l.text), EVENTS - let);
    assert_non_null(strstr(l.text, " more of the kind: alarm: kiosk ...\n"));
    log_close(&l);
}

/* What is rare is told as it comes, and nothing of it is left out. */
static void what_is_rare_is_told(void **unused)
{
    (void)unused;
    static struct log_gate g;
    struct log l;
    log_open(&l);
    for (int i = 0; i < 1000; i++)
        assert_true(log_gate_opens(&g, l.to, formats[0], (int64_t)i * 4000));
    log_gate_turn(&g, INT64_C(1) << 40);
    fflush(l.to);
    assert_int_equal(l.len, 0);
    log_close(&l);
}

static void a_flood_of_one_does_not_hide_another(void **unused)
{
    (void)unused;
    static struct log_gate g;
    static char many[LOG_CAUSES + 10][16];
    struct log l;
    log_open(&l);
    for (int i = 0; i < 1000; i++)
        (void)log_gate_opens(&g, l.to, formats[0], 1);
    assert_false(log_gate_opens(&g, l.to, formats[0], 1));
    for (int i = 0; i < LOG_CAUSES - 1; i++)
        assert_true(log_gate_opens(&g, l.to, many[i], 1)); /* the last ones share their lines */
    log_close(&l);
}

/* The real thing, with hostile texts. */
static void lines_are_whole(void **unused)
{
    (void)unused;
    struct log l;
    log_open(&l);
    for (int i = 0; i < 1000; i++)
        log_line(l.to, "error: %s", "one\nline \x1b[2J");
    fflush(l.to);
    assert_int_equal(lines_of(l.text), LOG_LINES - 1);
    assert_null(strchr(l.text, '\x1b'));
    log_turn(INT64_MAX / 2);
    fflush(l.to);
    assert_int_equal(lines_of(l.text), LOG_LINES);
    assert_non_null(strstr(l.text, "981 more of the kind: error: ...\n"));
    log_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_events_are_few_lines),
        cmocka_unit_test(what_is_rare_is_told),
        cmocka_unit_test(a_flood_of_one_does_not_hide_another),
        cmocka_unit_test(lines_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
