/* SPDX-License-Identifier: EUPL-1.2 */
/* What can happen on each screen: the events it can have, and where they lead. Private to the
 * checker and the graph. */
#ifndef ACHT_SCREEN_FLOW_H
#define ACHT_SCREEN_FLOW_H

#include "screen/def.h"

/* What an event comes from, as a set. An outcome also has what its action's event came from. */
enum {
    BY_ITEM = 1,    /* a static item of the list */
    BY_ROW = 2,     /* a row of the list */
    BY_INPUT = 4,   /* what was typed */
    BY_ANY_KEY = 8, /* any key, where there is nothing to choose or type */
    BY_KEY = 16,    /* a key of the screen */
    BY_HAND = BY_ITEM | BY_ROW | BY_INPUT | BY_ANY_KEY | BY_KEY, /* what the screen itself offers */
    BY_GLOBAL_KEY = 32,
    BY_WORLD = 64, /* a badge, or nobody's doing */
    BY_OUTCOME = 128,
};

struct emitted {
    const char *event;
    unsigned by;
};

#define LIM_EMITTED (LIM_WIDGETS * LIM_ITEMS * 2 + KEYS_COUNT * 2 + 64)
struct events {
    struct emitted at[LIM_EMITTED];
    int count;
};

/* One branch that can be taken on a screen. */
struct edge {
    int from;
    unsigned by;
    const struct screen *owner; /* the screen, or the global part */
    const struct handler *handler;
    const struct branch *branch;
};

struct flow {
    const struct app *app;
    struct events *events; /* one per screen */
    struct edge *edge;
    int edge_count;
    struct arena mem; /* owns the above */
};

void flow_start(struct flow *f, const struct app *app);
void flow_release(struct flow *f);

/* What the event comes from on that screen; 0 when it cannot happen there. */
unsigned flow_by(const struct flow *f, int screen, const char *event);

/* The handler of an event on a screen, its own or the global one, and whose it is; or NULL. */
const struct handler *flow_handler(
    const struct app *app, int screen, const char *event, const struct screen **owner);

#endif
