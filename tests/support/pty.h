/* SPDX-License-Identifier: EUPL-1.2 */
/* Drives a full-screen program in a terminal of its own, without a sleep: libvterm keeps the
 * picture, and the program's hooks (src/kiosk/hooks.h) tell when it has dealt with everything that
 * was sent.
 *
 *     char *argv[] = {path, "--data", dir, NULL};
 *     struct pty *p = pty_start(argv, NULL, 24, 80);
 *     assert_int_equal(pty_wait_idle(p), PTY_IDLE);
 *     assert_int_equal(pty_key(p, "Down"), PTY_IDLE);
 *     assert_true(pty_contains(p, "lassen"));
 *     pty_free(p);
 *
 * What is not met within the patience (10 s) fails with the picture on stderr. */
#ifndef TESTS_SUPPORT_PTY_H
#define TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pty;

enum pty_state {
    PTY_IDLE,  /* it has nothing left to do */
    PTY_ENDED, /* it has exited */
    PTY_STUCK, /* it did neither in time */
};

/* Starts argv[0] (a path); keys wait until it is idle for the first time: before that it may not
 * have prepared its terminal. env: further "NAME=value", NULL-ended or NULL; the program gets
 * these, TERM (xterm-256color unless env has it), PATH, HOME, TZ, LC_ALL=C.UTF-8, the sanitizers'
 * options, and nothing else. A system that gives no terminal ends the test. */
struct pty *pty_start(char *const argv[], char *const env[], int rows, int cols);
void pty_free(struct pty *p); /* kills what still runs; NULL is fine */

void pty_set_patience(struct pty *p, int millis);

/* Each sends, then waits until the program is idle again. */
enum pty_state pty_wait_idle(struct pty *p);
/* Keys are named as screens name them; also "BackTab" and "C-x". */
enum pty_state pty_key(struct pty *p, const char *name);
enum pty_state pty_type(struct pty *p, const char *text);
enum pty_state pty_click(struct pty *p, int row, int col);
enum pty_state pty_resize(struct pty *p, int rows, int cols);
enum pty_state pty_advance(struct pty *p, int64_t millis); /* of the program's monotonic clock */

enum pty_state pty_set_wall(struct pty *p, int64_t millis); /* how far its wall clock is off */
void pty_hang(struct pty *p);                               /* its loop never turns again */

/* For raw bytes, and for programs without hooks: sends without waiting; waits until the picture has
 * the text (false when it did not come in time). */
void pty_send(struct pty *p, const void *bytes, size_t len);
bool pty_wait_text(struct pty *p, const char *text);

/* The picture: UTF-8, trailing spaces cut. A text is valid until the next call with this pty. */
const char *pty_row(struct pty *p, int row);
const char *pty_screen_text(struct pty *p); /* rows split by '\n' */
bool pty_contains(struct pty *p, const char *text);
int pty_find(struct pty *p, const char *text); /* the first row that has it, or -1 */

struct pty_cursor {
    int row, col;
    bool visible;
};
struct pty_cursor pty_cursor(struct pty *p);

#define PTY_DEFAULT (-1)
#define PTY_RGB 0x1000000 /* added to 0xRRGGBB; smaller colours are indices of the palette */
struct pty_attr {
    bool bold, underline, reverse;
    int fg, bg; /* PTY_DEFAULT, an index, or PTY_RGB + 0xRRGGBB */
};
struct pty_attr pty_attr(struct pty *p, int row, int col);

/* Bytes that the program wrote to the terminal since the last reset, and whether they had this. */
size_t pty_bytes_written(struct pty *p);
void pty_bytes_reset(struct pty *p);
bool pty_bytes_contain(struct pty *p, const char *bytes);

int pty_fd(struct pty *p); /* the terminal, for tcgetattr(3) */
int pty_pid(struct pty *p);
void pty_kill(struct pty *p, int signal);
void pty_hang_up(struct pty *p); /* the terminal is gone */

/* Waits until it has exited: its code, or 128 + the signal that ended it; -1 when it did not in
 * time. */
int pty_exit_status(struct pty *p);

#endif
