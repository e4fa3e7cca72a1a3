/* SPDX-License-Identifier: EUPL-1.2 */
/* Private to step.c and state.c. */
#ifndef ACHT_SCREEN_STEP_H
#define ACHT_SCREEN_STEP_H

#include "screen/state.h"

/* The row that `$row` means now, or NULL: the focused one, else the one thing the screen is about.
 */
const struct record *focused_row(
    const struct screen *s, const struct state *st, const struct rowset *rows);

/* What the bindings give on this frame; "" where they give nothing. row may be NULL. */
void bind_all(const struct binding *with, const struct frame *frame, const struct record *row,
    char out[PARAMS_COUNT][LIM_PARAM]);

/* Forgets where @then leads. */
void forget_then(struct state *st);

/* Typing (typing.c). type_char() says whether the character was taken, erase_char() whether there
 * was one. */
bool type_char(const struct screen *s, struct state *st, uint32_t ch);
bool erase_char(const struct screen *s, struct state *st);
bool shows_digits(const struct screen *s); /* has PINs or codes that go when it is left */
void forget_digits(struct state *st);
void forget_words(struct state *st);

#endif
