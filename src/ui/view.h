/* SPDX-License-Identifier: EUPL-1.2 */
/* The picture of a state, pure: nothing here reads a file, a clock or a terminal. */
#ifndef ACHT_UI_VIEW_H
#define ACHT_UI_VIEW_H

#include "screen/state.h"
#include "ui/canvas.h"

struct view {
    const struct app *app;
    const struct state *state;
    const struct rowset
        *rows;             /* one per data of the present screen; the list's may be not fetched */
    int64_t now;           /* wall clock, for the header and for "as of" */
    bool clock_wrong;      /* ... which it cannot be trusted for */
    int64_t waiting;       /* entries that are not sent yet */
    const char *corrected; /* the words that were searched instead of the typed ones, or "" */
    int cols, height;
    bool ascii; /* no box drawing and no blocks */
};

struct geometry {
    int per_page; /* choices of the list on one page, >= 1 */
    int pages;    /* pages of the article, >= 1 */
};

/* How the present screen falls on this size. Needs the rows of the ONE queries only, and the totals
 * of the others (0 is a fair guess before they are known). */
void view_measure(const struct view *v, struct geometry *g);

/* Draws into a canvas of v->cols x v->height, cursor included. Speaks v->state->language. */
void view_draw(const struct view *v, struct canvas *c);

/* The choice that stands at this cell of the picture, as an index for EVENT_PICK (PICK_MORE where
 * "more" stands), or -1. */
int64_t view_index_at(const struct view *v, int row, int col);

/* The same screen as numbered lines for speech, braille and TERM=dumb. */
int view_plain(const struct view *v, struct buf *out);

#endif
