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

/* ---- who it is ---- */

static enum who who_passes(int guard)
{
    switch (guard) {
    case GUARD_supervises:
        return WHO_SUPERVISOR;
    case GUARD_identified:
    case GUARD_unlocked:
    case GUARD_pinned:
    case GUARD_proven:
    case GUARD_checking:
    case GUARD_decides:
        return WHO_PERSON;
    default:
        return WHO_ANYBODY;
    }
}

/* These happen to an identified person only. */
static enum who who_has(const struct edge *e)
{
    static const char *const events[] = {"identified", "proven", "wrong_pin", "unproven"};
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        if (is(e, events[i]))
            return WHO_PERSON;
    return WHO_ANYBODY;
}

/* For whom alone this branch is ever taken. A screen that is for somebody alone is left as soon as
 * it is for that one no more: see check_loss(). */
static enum who who_takes(const struct checker *c, const struct edge *e)
{
    enum who who = screen_who(&c->app->screen[e->from]);
    enum who passes = who_passes(e->branch->guard), has = who_has(e);
    who = passes > who ? passes : who;
    return has > who ? has : who;
}

static const char *guards_for(enum who who)
{
    return who == WHO_SUPERVISOR ? "'supervises'" : "'identified'";
}

static void check_entry(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    enum who needs = b->target < 0 ? WHO_ANYBODY : screen_who(&c->app->screen[b->target]);
    if (who_takes(c, e) < needs)
        check_wrong(c, e->owner, "on.%s.%d: '%s' is %s, so this needs when %s", e->handler->event,
            place(e), c->app->screen[b->target].name,
            needs == WHO_SUPERVISOR ? "for a supervisor" : "personal", guards_for(needs));
}

/* ---- detours ---- */

/* A screen that finds out who somebody is and then goes on to where that one was going. */
static bool is_detour(const struct screen *s)
{
    for (int h = 0; h < s->on_count; h++)
        for (int i = 0; i < s->on[h].count; i++)
            if (s->on[h].branch[i].target == TARGET_THEN)
                return true;
    return false;
}

/* Where @then leads survives from one detour to the next, which takes its place. */
static void check_then(struct checker *c, const struct edge *e)
{
    const struct app *app = c->app;
    const struct branch *b = e->branch;
    const char *event = e->handler->event;
    bool to = b->target >= 0 && is_detour(&app->screen[b->target]);
    bool on = to && e->owner != &app->global && is_detour(&app->screen[e->from]);
    if (b->target == TARGET_THEN && (e->owner == &app->global || who_takes(c, e) < WHO_PERSON))
        check_wrong(c, e->owner,
            "on.%s.%d: @then is for a screen's own, once it is known who it is", event, place(e));
    if (on && (b->then || b->stack != STACK_REPLACE))
        check_wrong(c, e->owner, "on.%s.%d: from one detour to the next needs replace, and no then",
            event, place(e));
    if (to && !on && !b->then)
        check_wrong(c, e->owner, "on.%s.%d: '%s' leads on to @then, so this needs then", event,
            place(e), app->screen[b->target].name);
    if (!to && b->then)
        check_wrong(
            c, e->owner, "on.%s.%d: nothing at the goto leads on to @then", event, place(e));
}

/* A detour that asks for nothing waits for the answer to a PIN. */
static bool waits(const struct screen *s)
{
    return is_detour(s) && !screen_widget(s, WIDGET_input);
}

/* It is entered when a PIN is being checked, and goes on by itself whatever comes of that. */
static void check_waiting(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    const struct screen *from = &c->app->screen[e->from];
    bool to = b->target >= 0 && waits(&c->app->screen[b->target]);
    bool came = is(e, "proven") || is(e, "unproven");
    bool on =
        came ? b->target == TARGET_THEN : b->target >= 0 && is_detour(&c->app->screen[b->target]);
    if (to && !is(e, "checking"))
        check_wrong(c, e->owner,
            "on.%s.%d: '%s' waits for a PIN's answer, so only 'checking' leads "
            "there",
            e->handler->event, place(e), c->app->screen[b->target].name);
    if (waits(from) && (came || is(e, "wrong_pin")) && (e->owner == &c->app->global || !on))
        check_wrong(c, from, "on.%s: waits for it, so it must lead on to %s", e->handler->event,
            came ? "@then" : "a screen that asks again");
    if (b->then && is_detour(&c->app->screen[b->then->screen]))
        check_wrong(c, e->owner, "on.%s.%d.then: '%s' leads on itself", e->handler->event, place(e),
            c->app->screen[b->then->screen].name);
}

/* What is not for everybody who comes out of a detour is guarded there again. */
static void check_goal(struct checker *c, const struct edge *e)
{
    const struct goal *then = e->branch->then;
    enum who needs = then ? screen_who(&c->app->screen[then->screen]) : WHO_ANYBODY;
    if (needs == WHO_SUPERVISOR && who_passes(then->guard) < needs)
        check_wrong(c, e->owner, "on.%s.%d.then: '%s' is for a supervisor, so this needs when %s",
            e->handler->event, place(e), c->app->screen[then->screen].name, guards_for(needs));
}

/* Whether a branch before this one leads who is known there: to the screen itself, or (-1) to a
 * detour that is for those who are known. */
static bool known_go_first(const struct app *app, const struct edge *e, int screen)
{
    for (int i = 0; i < place(e); i++) {
        const struct branch *b = &e->handler->branch[i];
        bool there = screen >= 0
                         ? b->target == screen
                         : b->guard == GUARD_identified && b->target >= 0 &&
                               (!b->then || screen_who(&app->screen[b->target]) > WHO_ANYBODY);
        if (there && who_passes(b->guard) > WHO_ANYBODY)
            return true;
    }
    return false;
}

/* Who is known already goes straight to where the detour leads, and is not asked twice. */
static void check_detour(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    const struct app *app = c->app;
    if (!b->then || b->target < 0 || !is_detour(&app->screen[b->target]))
        return;
    if (!known_go_first(app, e, b->then->screen))
        check_wrong(c, e->owner, "on.%s.%d: needs a branch before it: when 'identified', goto '%s'",
            e->handler->event, place(e), app->screen[b->then->screen].name);
    else if (screen_who(&app->screen[b->target]) == WHO_ANYBODY && !known_go_first(app, e, -1))
        check_wrong(c, e->owner,
            "on.%s.%d: asks who somebody is who may be known: needs a branch "
            "before it with when 'identified'",
            e->handler->event, place(e));
}

/* ---- coming and going ---- */

/* A PIN that was not right takes away what it had opened: nothing of that stays on the stack. A
 * detour lies upon nothing that it opens. */
static void check_loss(struct checker *c, const struct edge *e)
{
    const struct branch *b = e->branch;
    bool asks_again = e->owner != &c->app->global && is_detour(&c->app->screen[e->from]) &&
                      b->target >= 0 && is_detour(&c->app->screen[b->target]);
    bool afresh = b->target == TARGET_HOME || (b->target >= 0 && b->stack == STACK_RESET);
    if ((is(e, "wrong_pin") || is(e, "barred")) && !asks_again && !afresh)
        check_wrong(c, e->owner, "on.%s.%d: must lead to @home or reset the stack",
            e->handler->event, place(e));
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

/* What goes into the journal stays there: it is asked for by a choice that says so, or by Enter on
 * what was typed for it. Opening a request is noted as one opens it. */
static bool deliberate(const struct edge *e)
{
    return e->by == BY_ITEM || e->by == BY_INPUT ||
           (e->by == BY_ROW && e->branch->action == ACTION_look);
}

static void check_deed(struct checker *c, const struct edge *e)
{
    if (e->branch->action < 0 || vocab_actions[e->branch->action].who == WHO_ANYBODY)
        return;
    if (e->owner == &c->app->global || !deliberate(e))
        check_wrong(c, e->owner, "on.%s.%d: only an item of this screen's list may do %s",
            e->handler->event, place(e), vocab_actions[e->branch->action].name);
}

/* What was done for good is not offered once more. */
static void check_done(struct checker *c, const struct edge *e)
{
    if (is(e, "saved") && e->branch->action < 0 && e->branch->target == TARGET_NONE)
        check_wrong(
            c, e->owner, "on.saved.%d: what was done must not stay to be done again", place(e));
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
    check_goal(c, e);
    check_detour(c, e);
    check_waiting(c, e);
    check_loss(c, e);
    check_end(c, e);
    check_arrival(c, e);
    check_deed(c, e);
    check_done(c, e);
    check_back(c, e);
}

/* Start and home are entered from everywhere, whoever stands there. */
static void check_entrance(struct checker *c, int screen)
{
    const struct screen *s = &c->app->screen[screen];
    if (screen_who(s) != WHO_ANYBODY)
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
