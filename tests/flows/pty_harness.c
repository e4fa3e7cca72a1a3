/* SPDX-License-Identifier: EUPL-1.2 */
/* The pty harness and the hooks, tried on a small full-screen program: this one, started again as
 * its own child. It shows what it was typed, the size, and a timer, and it works slowly in many
 * writes, so that a harness that looks too early sees a half picture. */
#define ACHT_TEST_HOOKS
#include "kiosk/hooks.c" /* NOLINT(bugprone-suspicious-include): released programs have it empty */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/pty.h"

/* ---- the child ---- */

#define SHOWN 60 /* of what was typed last */

static int resized[2]; /* a pipe: the signal handler writes, the loop reads */

struct child {
    char typed[SHOWN + 1];
    int keys;
    int64_t started, fired; /* the timer fires after 60 s */
};

static void on_resize(int sig)
{
    (void)sig;
    (void)!write(resized[1], "r", 1);
}

/* Clears and writes in small pieces; the last piece is the one that tests look for. */
static void child_draw(const struct child *c)
{
    struct winsize size;
    ioctl(1, TIOCGWINSZ, &size);
    dprintf(1, "\033[2J\033[1;1H");
    for (int i = 0; i < 40; i++)
        dprintf(1, "\033[3;%dH.", i + 1);
    dprintf(1, "\033[2;1H\033[1;38;5;208mlas\033[0m \xe6\xbc\xa2|");
    dprintf(1, "\033[4;1Htimer %d", (int)c->fired);
    dprintf(1, "\033[5;1Hkeys %d %dx%d", c->keys, size.ws_row, size.ws_col);
    dprintf(1, "\033[1;1H>%s", c->typed);
}

static bool child_read(struct child *c)
{
    char key;
    if (read(0, &key, 1) != 1 || key == 'q')
        return false;
    size_t len = strlen(c->typed);
    if (len == SHOWN)
        memmove(c->typed, c->typed + 1, len--);
    c->typed[len] = key >= ' ' && key < 127 ? key : '^';
    c->typed[len + 1] = '\0';
    c->keys++;
    return true;
}

static int child_loop(bool deaf)
{
    struct child c = {.started = clock_monotonic()};
    struct pollfd fds[3] = {
        {.fd = 0, .events = POLLIN},
        {.fd = resized[0], .events = POLLIN},
        {.fd = hooks_fd(), .events = POLLIN},
    };
    for (;;) {
        child_draw(&c);
        int64_t now = clock_monotonic() + hooks_clock_offset();
        c.fired = now - c.started >= 60000;
        if (poll(fds, 3, 0) == 0) {
            if (!deaf)
                hooks_about_to_block();
            poll(fds, 3, 1000);
        }
        char byte;
        if (fds[1].revents)
            (void)!read(resized[0], &byte, 1);
        if (fds[0].revents && !child_read(&c))
            return 7;
    }
}

static int child_main(bool deaf)
{
    struct termios t;
    tcgetattr(0, &t);
    cfmakeraw(&t);
    tcsetattr(0, TCSANOW, &t);
    (void)!pipe(resized);
    signal(SIGWINCH, on_resize);
    return child_loop(deaf);
}

/* ---- the tests ---- */

static char *self;

static struct pty *start(const char *how)
{
    char *argv[] = {self, (char *)how, NULL};
    return pty_start(argv, NULL, 24, 80);
}

static void waits_for_every_key(void **state)
{
    (void)state;
    struct pty *p = start("child");
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    for (int i = 1; i <= 500; i++) {
        char want[32];
        assert_int_equal(pty_type(p, "abcdefghij" + i % 10), PTY_IDLE);
        snprintf(want, sizeof(want), "timer 0");
        assert_string_equal(pty_row(p, 3), want);
    }
    /* Of "abcdefghij" + i % 10 ten rounds type 55 keys. */
    assert_string_equal(pty_row(p, 4), "keys 2750 24x80");
    assert_string_equal(pty_row(p, 2), "........................................");
    pty_free(p);
}

static void takes_resizes(void **state)
{
    (void)state;
    struct pty *p = start("child");
    for (int i = 0; i < 100; i++) {
        char want[32];
        assert_int_equal(pty_resize(p, 20 + i % 7, 40 + i % 50), PTY_IDLE);
        snprintf(want, sizeof(want), "keys 0 %dx%d", 20 + i % 7, 40 + i % 50);
        assert_string_equal(pty_row(p, 4), want);
    }
    pty_free(p);
}

static void moves_the_clock(void **state)
{
    (void)state;
    struct pty *p = start("child");
    assert_int_equal(pty_advance(p, 40000), PTY_IDLE);
    assert_string_equal(pty_row(p, 3), "timer 0");
    assert_int_equal(pty_advance(p, 40000), PTY_IDLE);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    assert_string_equal(pty_row(p, 3), "timer 1");
    pty_free(p);
}

static void sees_keys_as_a_terminal_sends_them(void **state)
{
    static const struct {
        const char *key, *typed;
    } cases[] = {
        {"Up", ">^[A"},
        {"PgDn", ">^[6~"},
        {"F1", ">^OP"},
        {"Enter", ">^"},
        {"BackTab", ">^[Z"},
        {"C-x", ">^"},
        {"Backspace", ">^"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pty *p = start("child");
        assert_int_equal(pty_wait_idle(p), PTY_IDLE);
        assert_int_equal(pty_key(p, cases[i].key), PTY_IDLE);
        assert_string_equal(pty_row(p, 0), cases[i].typed);
        pty_free(p);
    }
}

static void knows_the_picture(void **state)
{
    (void)state;
    struct pty *p = start("child");
    assert_int_equal(pty_type(p, "xy"), PTY_IDLE);
    assert_string_equal(pty_row(p, 1), "las \xe6\xbc\xa2|");
    assert_int_equal(pty_find(p, "keys 2"), 4);
    assert_false(pty_contains(p, "keys 3"));
    struct pty_attr attr = pty_attr(p, 1, 1);
    assert_true(attr.bold && !attr.reverse);
    assert_int_equal(attr.fg, 208);
    assert_int_equal(attr.bg, PTY_DEFAULT);
    struct pty_cursor cursor = pty_cursor(p);
    assert_int_equal(cursor.row, 0);
    assert_int_equal(cursor.col, 3);
    pty_bytes_reset(p);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    assert_true(pty_bytes_written(p) > 0 && pty_bytes_contain(p, ">xy"));
    pty_free(p);
}

static void tells_how_it_ended(void **state)
{
    (void)state;
    struct pty *p = start("child");
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    assert_int_equal(pty_type(p, "q"), PTY_ENDED);
    assert_int_equal(pty_exit_status(p), 7);
    pty_free(p);

    p = start("child");
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    pty_kill(p, SIGKILL);
    assert_int_equal(pty_exit_status(p), 128 + SIGKILL);
    pty_free(p);

    p = start("child");
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    pty_hang_up(p);
    assert_int_equal(pty_exit_status(p), 128 + SIGHUP);
    pty_free(p);
}

static void gives_up_in_time(void **state)
{
    (void)state;
    struct pty *p = start("deaf");
    assert_true(pty_wait_text(p, "keys 0 24x80"));
    pty_set_patience(p, 200);
    assert_int_equal(pty_type(p, "a"), PTY_STUCK);
    assert_false(pty_wait_text(p, "never said"));
    assert_int_equal(pty_exit_status(p), -1);
    pty_free(p);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return child_main(strcmp(argv[1], "deaf") == 0);
    self = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_every_key),
        cmocka_unit_test(takes_resizes),
        cmocka_unit_test(moves_the_clock),
        cmocka_unit_test(sees_keys_as_a_terminal_sends_them),
        cmocka_unit_test(knows_the_picture),
        cmocka_unit_test(tells_how_it_ended),
        cmocka_unit_test(gives_up_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
