/* SPDX-License-Identifier: EUPL-1.2 */
/* What is a person's stays with that person: who comes in, how it ends, and what cannot be undone.
 */
#include <string.h>

#include "screen/check.h"

static bool is(const struct edge *e, const char *event)
{
    return strcmp(e->handler->event, event) == 0;
}

static int place(const struct edge *e)
{
    return (int)(e->branch - e->handler->branch);
}

/* A screen that asks who somebody is and then goes on to where that one was going. */
static bool is_detour(const struct screen *s)
{
    const struct handler *h = screen_handler(s, "identified");
    for (int i = 0; h && i < h->count; i++)
        if (h->branch[i].target == TARGET_THEN)
            return true;
    return false;
}

static void check_entry(struct checker *c, const struct edge *e)
{
    const struct app *app = c->app;
    const struct branch *b = e->branch;
    if (b->target < 0 || !screen_personal(&app->screen[b->target]))
        return;
    if (b->guard != GUARD_identified && !is(e, "identified") &&
        !screen_personal(&app->screen[e->from]))
        check_wrong(c, e->owner, "on.%s.%d: '%s' is personal, so this needs when 'identified'",
            e->handler->event, place(e), app->screen[b->target].name);
}

static void check_then(struct checker *c, const struct edge *e)
{
    const struct app *app = c->app;
    const struct branch *b = e->branch;
    const char *event = e->handler->event;
    bool detour = b->target >= 0 && is_detour(&app->screen[b->target]);
    if (b->target == TARGET_THEN && !(is(e, "identified") && e->owner != &app->global))
        check_wrong(
            c, e->owner, "on.%s.%d: @then belongs to a screen's 'identified'", event, place(e));
    if (detour && !b->then)
        check_wrong(c, e->owner, "on.%s.%d: '%s' leads on to @then, so this needs then", event,
            place(e), app->screen[b->target].name);
    if (!detour && b->then)
        check_wrong(
            c, e->owner, "on.%s.%d: nothing at the goto leads on to @then", event, place(e));
}

/* Who is known already goes straight to where the detour leads. */
static void check_detour(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    if (!b->then || b->target < 0 || !is_detour(&c->app->screen[b->target]))
        return;
    for (int i = 0; i < place(e); i++)
        if (e->handler->branch[i].guard == GUARD_identified &&
            e->handler->branch[i].target == b->then->screen)
            return;
    check_wrong(c, e->owner, "on.%s.%d: needs a branch before it: when 'identified', goto '%s'",
        e->handler->event, place(e), c->app->screen[b->then->screen].name);
}

/* The start screen is for nobody, so only the end of a visit leads there; and that always does. */
static void check_end(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    const char *event = e->handler->event;
    bool ended = is(e, "ended");
    bool start = b->target == TARGET_START || b->target == c->app->start;
    if (ended && b->target != TARGET_START)
        check_wrong(c, e->owner, "on.%s.%d: must be a goto to @start", event, place(e));
    if (!ended && start)
        check_wrong(c, e->owner, "on.%s.%d: only 'ended' leads to the start", event, place(e));
    if (is(e, "idle") && b->action != ACTION_end_session)
        check_wrong(c, e->owner, "on.%s.%d: must do end_session", event, place(e));
}

/* Who comes in finds nothing of the one before, and the start is not what lies below a visit. */
static void check_arrival(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    bool afresh = b->target == TARGET_HOME || (b->target >= 0 && b->stack == STACK_RESET);
    if (is(e, "another_person") && !afresh)
        check_wrong(c, e->owner, "on.%s.%d: must lead to @home or reset the stack",
            e->handler->event, place(e));
    if (e->from == c->app->start && e->owner != &c->app->global && b->target >= 0 && !afresh)
        check_wrong(c, e->owner, "on.%s.%d: what leads away from the start resets the stack",
            e->handler->event, place(e));
}

/* What goes into the journal stays there: it is asked for by a choice that says so. */
static void check_deed(struct checker *c, const struct edge *e)
{
    if (e->branch->action >= 0 && vocab_actions[e->branch->action].personal &&
        (e->by != BY_ITEM || e->owner == &c->app->global))
        check_wrong(c, e->owner, "on.%s.%d: only an item of this screen's list may do %s",
            e->handler->event, place(e), vocab_actions[e->branch->action].name);
}

static void check_back(struct checker *c, const struct edge *e)
{
    bool bottom = e->from == c->app->start || e->from == c->app->home;
    if (e->branch->target == TARGET_BACK && bottom && e->owner != &c->app->global)
        check_wrong(
            c, e->owner, "on.%s.%d: there is nothing to go back to", e->handler->event, place(e));
}

static void check_edge(struct checker *c, const struct edge *e)
{
    check_entry(c, e);
    check_then(c, e);
    check_detour(c, e);
    check_end(c, e);
    check_arrival(c, e);
    check_deed(c, e);
    check_back(c, e);
}

/* Start and home are entered from everywhere, whoever stands there. */
static void check_entrance(struct checker *c, int screen)
{
    const struct screen *s = &c->app->screen[screen];
    if (screen_personal(s))
        check_wrong(c, s, "is personal, but entered by anybody");
    if (is_detour(s))
        check_wrong(c, s, "leads on to @then, but is entered without then");
}

void check_person(struct checker *c)
{
    const struct app *app = c->app;
    check_entrance(c, app->start);
    if (app->home != app->start)
        check_entrance(c, app->home);
    for (int i = 0; i < c->flow.edge_count; i++)
        check_edge(c, &c->flow.edge[i]);
}
