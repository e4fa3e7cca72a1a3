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

#endif
