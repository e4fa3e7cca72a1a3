/* SPDX-License-Identifier: EUPL-1.2 */
/* The terminal itself: its kinds, its sizes, its keys, and how little is written to it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/limits.h"
#include "support/visit.h"

static struct rig rig;
static struct visit v;

static int end(void **state)
{
    (void)state;
    visit_end(&v);
    return 0;
}

static void start(int rows, int cols, const char *term)
{
    visit_start(&v, &(struct visit_how){.rows = rows, .cols = cols, .term = term});
}

static bool cursor_is_on(const char *text)
{
    struct pty_cursor at = pty_cursor(v.pty);
    return at.visible && strstr(pty_row(v.pty, at.row), text) != NULL;
}

/* ---- the language ---- */

static void the_language_changes_and_the_place_stays(void **state)
{
    static const struct {
        const char *keys, *dutch, *english;
    } screens[] = {
        {"", "Leren op de werkvloer", "Learning on the shop floor"},
        {"Enter Down", "Wat wil je doen?", "What do you want to do?"},
        {"Enter 2 Down Down", "Zoek een cursus", "Find a course"},
        {"Enter 2 1 heftruck Down Down", "Zoek heftruck", "Search heftruck"},
        {"Enter 2 3 Down", "Lassen", "Lassen"},
        {"Enter 2 3 1 3", "Lijst korter maken", "Narrow the list"},
        {"Enter 2 1 heftruck Down Enter Down", "Aanvragen", "Ask for it"},
        {"Enter 2 1 heftruck Down Enter Tab", "Over deze cursus", "About this course"},
        {"Enter 3 12", "Wie ben je?", "Who are you?"},
        {"Enter #" SANNE " 3 Enter", "Mijn aanvragen", "My requests"},
        {"Enter #" SANNE " 2 1 heftruck Down Enter 1 Enter Down", "Cursus aanvragen?",
            "Ask for this course?"},
        {"Enter 5", "Hulp", "Help"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
        start(24, 80, NULL);
        visit_press(&v, screens[i].keys);
        struct pty_cursor before = pty_cursor(v.pty);
        SEE(&v, screens[i].dutch);
        visit_press(&v, "F2");
        visit_press(&v, visit_digit(&v, "English"));
        SEE(&v, screens[i].english);
        HOLDS(&v, pty_cursor(v.pty).row == before.row);
        visit_press(&v, "F2");
        visit_press(&v, visit_digit(&v, "Nederlands"));
        SEE(&v, screens[i].dutch);
        HOLDS(&v, pty_cursor(v.pty).row == before.row && pty_cursor(v.pty).col == before.col);
        visit_end(&v);
    }
}

/* ---- sizes ---- */

/* In kB; 0 when unknown. */
static long most_memory(int pid)
{
    char path[64], line[128];
    long kb = 0;
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

static void a_terminal_may_claim_any_size(void **state)
{
    (void)state;
    start(1000, 1000, "xterm-256color");
    long kb = most_memory(pty_pid(v.pty));
    if (kb <= 0 || kb > 60 * 1024)
        fail_msg("%ld kB", kb);
    HOLDS(&v, pty_resize(v.pty, 24, 80) == PTY_IDLE);
    HOLDS(&v, pty_contains(v.pty, "Leren op de werkvloer"));
}

static void the_place_stays_at_every_size(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter 2 1 lassen Down Down Down");
    char title[120];
    snprintf(title, sizeof(title), "%.14s", pty_row(v.pty, pty_cursor(v.pty).row) + 5);
    static const struct {
        int rows, cols;
    } sizes[] = {{20, 40}, {43, 132}, {24, 80}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        HOLDS(&v, pty_resize(v.pty, sizes[i].rows, sizes[i].cols) == PTY_IDLE);
        HOLDS(&v, cursor_is_on("▌"));
        HOLDS(&v, cursor_is_on(title));
        SEE(&v, "Zoek lassen");
    }
    HOLDS(&v, pty_resize(v.pty, 10, 30) == PTY_IDLE);
    SEE(&v, "Dit venster is te klein.");
    SEE_NOT(&v, "lassen");
    HOLDS(&v, pty_resize(v.pty, 1, 1) == PTY_IDLE);
    HOLDS(&v, pty_resize(v.pty, 24, 80) == PTY_IDLE);
    SEE(&v, "Zoek lassen");
    HOLDS(&v, cursor_is_on(title));
}

static void the_search_stays_while_a_course_is_read(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter 2 1 las sen Down Down Enter Tab Esc Esc");
    SEE(&v, "Zoek lassen");
    HOLDS(&v, cursor_is_on("▌"));
    visit_press(&v, "Backspace");
    SEE(&v, "Zoek lasse ");
    visit_press(&v, "_tig");
    SEE(&v, "Zoek lasse tig ");
    HOLDS(&v, cursor_is_on("Zoek"));
}

/* ---- kinds of terminals ---- */

static void every_kind_shows_everything(void **state)
{
    static const char *const kinds[] = {"linux", "vt100", "xterm", "xterm-256color", "unheard-of"};
    char first[LIM_BODY];
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        start(24, 80, kinds[i]);
        visit_press(&v, "Enter 2 1 heftruck Down Enter");
        HOLDS(&v, cursor_is_on("▌"));
        const char *now = strchr(pty_screen_text(v.pty), '\n'); /* after the line with the clock */
        if (i == 0)
            snprintf(first, sizeof(first), "%s", now);
        else
            assert_string_equal(now, first);
        visit_press(&v, "0 Down Down");
        HOLDS(&v, cursor_is_on("3"));
        visit_end(&v);
    }
}

/* ---- keys ---- */

static void control_keys_do_nothing(void **state)
{
    static const char *const keys[] = {"C-c", "C-z", "C-\\", "C-s", "C-q", "C-d", "C-x", "C-l"};
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter 2 1 las");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        HOLDS(&v, pty_key(v.pty, keys[i]) == PTY_IDLE);
    visit_press(&v, "sen C-x x C-q");
    SEE(&v, "Zoek lassenx ");
}

static void the_maintenance_keys_end_it(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter #" SANNE " 2 C-x");
    pty_bytes_reset(v.pty);
    HOLDS(&v, pty_key(v.pty, "C-q") == PTY_ENDED);
    assert_int_equal(pty_exit_status(v.pty), 0);
    SEE_NOT(&v, "Sanne");
    HOLDS(&v, pty_bytes_contain(v.pty, "\033[3J"));
}

static void a_hang_up_ends_it(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter 2 1 las");
    int64_t from = clock_monotonic();
    pty_hang_up(v.pty);
    assert_int_equal(pty_exit_status(v.pty), 0);
    assert_true(clock_monotonic() - from < 1000);
}

static void a_termination_ends_it(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter #" SANNE);
    pty_kill(v.pty, SIGTERM);
    assert_int_equal(pty_exit_status(v.pty), 0);
    SEE_NOT(&v, "Sanne");
}

static void a_touch_chooses(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter");
    HOLDS(&v, pty_click(v.pty, pty_find(v.pty, "Hulp"), 20) == PTY_IDLE);
    SEE(&v, "Kies met het nummer ervoor");
}

/* Curses would read on after each of these until the next key. */
static void no_mouse_report_makes_it_wait(void **state)
{
    static const char *const reports[][2] = {
        {"\033[<0;20;6M", "\033[<0;20;6m"},   /* pressed, and only later let go */
        {"\033[<2;20;6M", "\033[<2;20;6m"},   /* another button */
        {"\033[<64;20;6M", "\033[<65;20;6M"}, /* the wheel */
        {"\033[<0;2", "\033[M"},              /* cut */
    };
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter");
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        for (int part = 0; part < 2; part++) {
            pty_send(v.pty, reports[i][part], strlen(reports[i][part]));
            HOLDS(&v, pty_wait_idle(v.pty) == PTY_IDLE);
        }
    }
}

/* ---- how little is written ---- */

static void a_moved_marker_is_a_few_bytes(void **state)
{
    static const char *const lists[] = {"Enter", "Enter 2", "Enter 2 3", "Enter 2 1 lassen Down"};
    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        start(24, 80, NULL);
        visit_press(&v, lists[i]);
        for (int down = 0; down < 3; down++) {
            pty_bytes_reset(v.pty);
            visit_press(&v, "Down");
            HOLDS(&v, pty_bytes_written(v.pty) > 0 && pty_bytes_written(v.pty) <= 48);
        }
        visit_end(&v);
    }
}

/* Calls of write(2) so far; -1 where the system does not tell. */
static long writes(void)
{
    char path[64], line[128];
    long n = -1;
    snprintf(path, sizeof(path), "/proc/%d/io", pty_pid(v.pty));
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "syscw: ", 7) == 0)
            n = strtol(line + 7, NULL, 10);
    if (f)
        fclose(f);
    return n;
}

/* The program without hooks: those write, too. */
static void a_frame_is_one_write(void **state)
{
    (void)state;
    visit_start(&v, &(struct visit_how){.program = "bin/acht"});
    HOLDS(&v, pty_wait_text(v.pty, "Druk op een toets"));
    pty_send(v.pty, "\r", 1);
    HOLDS(&v, pty_wait_text(v.pty, "▌ 1"));
    for (int i = 2; i <= 4; i++) {
        char marked[16];
        long before = writes();
        snprintf(marked, sizeof(marked), "▌ %d", i);
        pty_send(v.pty, "\033OB", 3);
        HOLDS(&v, pty_wait_text(v.pty, marked));
        if (before >= 0)
            assert_int_equal(writes() - before, 1);
    }
}

static void silence_writes_nothing(void **state)
{
    (void)state;
    start(24, 80, NULL);
    visit_press(&v, "Enter 2");
    pty_bytes_reset(v.pty);
    visit_pass_time(&v, 20);
    HOLDS(&v, pty_bytes_written(v.pty) < 60); /* the clock may have moved on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_language_changes_and_the_place_stays, end),
        cmocka_unit_test_teardown(a_terminal_may_claim_any_size, end),
        cmocka_unit_test_teardown(the_place_stays_at_every_size, end),
        cmocka_unit_test_teardown(the_search_stays_while_a_course_is_read, end),
        cmocka_unit_test_teardown(every_kind_shows_everything, end),
        cmocka_unit_test_teardown(control_keys_do_nothing, end),
        cmocka_unit_test_teardown(the_maintenance_keys_end_it, end),
        cmocka_unit_test_teardown(a_hang_up_ends_it, end),
        cmocka_unit_test_teardown(a_termination_ends_it, end),
        cmocka_unit_test_teardown(a_touch_chooses, end),
        cmocka_unit_test_teardown(no_mouse_report_makes_it_wait, end),
        cmocka_unit_test_teardown(a_moved_marker_is_a_few_bytes, end),
        cmocka_unit_test_teardown(a_frame_is_one_write, end),
        cmocka_unit_test_teardown(silence_writes_nothing, end),
    };
    visit_rig(&rig);
    visit_enrol(&v, &rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
