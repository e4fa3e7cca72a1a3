/* SPDX-License-Identifier: EUPL-1.2 */
/* The terminal, by curses; the only room that knows it. */
#ifndef ACHT_TERM_TERM_H
#define ACHT_TERM_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "screen/vocab.h"
#include "ui/canvas.h"

/* What came from the keyboard, the mouse or the line. */
enum input_kind {
    INPUT_NONE,
    INPUT_KEY,     /* key */
    INPUT_CHAR,    /* ch, printable */
    INPUT_CONTROL, /* ch, 1..31: only the maintenance keys mean anything */
    INPUT_POINT,   /* row, col: touched or clicked there */
    INPUT_RESIZE,
    INPUT_HANGUP, /* nobody is at the other end any more */
};

struct input {
    enum input_kind kind;
    enum key key;
    uint32_t ch;
    int row, col;
};

struct term;

/* Takes the terminal over: raw (no key is a signal), no echo, alternate screen where there is one.
 * Variables of the environment that could point curses at foreign terminal descriptions are removed
 * first. Fails on a terminal that cannot move its cursor; --plain is for those. */
int term_open(struct term **out, struct err *err) ACHT_NODISCARD;

/* Wipes what was shown, the scrollback too, and gives the terminal back as it was. */
void term_close(struct term *t);

void term_size(const struct term *t, int *rows, int *cols);
bool term_ascii(const struct term *t); /* neither UTF-8 nor line drawing */
int term_fd(const struct term *t);

/* Shows the picture; writes only what changed, in one write. */
void term_show(struct term *t, const struct canvas *c);

/* The next input, without waiting; INPUT_NONE when there is none. */
struct input term_read(struct term *t);

/* Throws away what was typed and not yet read: the last person's keys must not act for the next. */
void term_flush(struct term *t);

/* After SIGWINCH: takes the new size. */
void term_resize(struct term *t);

/* Erases the picture and the terminal's memory of earlier ones, and draws anew at the next show. */
void term_wipe(struct term *t);

#endif
