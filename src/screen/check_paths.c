/* SPDX-License-Identifier: EUPL-1.2 */
/* Every screen can be reached, home can be reached from every screen, and the stack stays short. */
#include <string.h>

#include "screen/check.h"

struct paths {
    struct checker *c;
    bool from_start[LIM_SCREENS];
    bool to_home[LIM_SCREENS];
    bool turns[LIM_SCREENS][LIM_SCREENS]; /* the one below becomes the other: replaced, or @then */
    bool above[LIM_SCREENS][LIM_SCREENS]; /* the other can lie right above the one */
    int height[LIM_SCREENS];              /* screens of the highest stack from this one on */
};

static int target_of(const struct app *app, const struct branch *b)
{
    return b->target == TARGET_HOME    ? app->home
           : b->target == TARGET_START ? app->start
                                       : b->target;
}

/* ---- reaching ---- */

static bool mark(bool *mark, bool when)
{
    bool news = when && !*mark;
    *mark |= when;
    return news;
}

static void reach(struct paths *p)
{
    const struct flow *f = &p->c->flow;
    bool news = true;
    p->from_start[f->app->start] = true;
    while (news) {
        news = false;
        for (int i = 0; i < f->edge_count; i++) {
            const struct branch *b = f->edge[i].branch;
            bool here = p->from_start[f->edge[i].from];
            int target = target_of(f->app, b);
            if (target >= 0)
                news |= mark(&p->from_start[target], here);
            if (b->then)
                news |= mark(&p->from_start[b->then->screen], here);
        }
    }
}

/* Whether a screen that was put upon this one has a way home already. */
static bool home_below(const struct paths *p, int screen)
{
    const struct flow *f = &p->c->flow;
    bool pushed = false;
    for (int i = 0; i < f->edge_count; i++) {
        const struct branch *b = f->edge[i].branch;
        if (b->target != screen || b->stack != STACK_PUSH)
            continue;
        pushed = true;
        if (p->to_home[f->edge[i].from])
            return true;
    }
    return !pushed; /* nothing lies below: back is home */
}

static bool leads_home(const struct paths *p, const struct edge *e)
{
    const struct branch *b = e->branch;
    if (!(e->by & BY_HAND))
        return false;
    if (b->target == TARGET_THEN)
        return true; /* its screen is checked by itself */
    if (b->target == TARGET_BACK)
        return home_below(p, e->from);
    int target = target_of(p->c->app, b);
    return target >= 0 && p->to_home[target];
}

static void reach_home(struct paths *p)
{
    const struct flow *f = &p->c->flow;
    bool news = true;
    p->to_home[f->app->home] = true;
    while (news) {
        news = false;
        for (int i = 0; i < f->edge_count; i++)
            news |= mark(&p->to_home[f->edge[i].from], leads_home(p, &f->edge[i]));
    }
}

static void check_reach(struct paths *p)
{
    const struct app *app = p->c->app;
    reach(p);
    reach_home(p);
    for (int s = 0; s < app->count; s++) {
        if (!p->from_start[s])
            check_wrong(p->c, &app->screen[s], "nothing leads here from the start");
        else if (!p->to_home[s])
            check_wrong(p->c, &app->screen[s], "nothing that it offers leads home");
    }
}

/* ---- moves ---- */

static bool goes_back(const struct screen *s)
{
    for (int h = 0; h < s->on_count; h++)
        for (int b = 0; b < s->on[h].count; b++)
            if (s->on[h].branch[b].target == TARGET_BACK)
                return true;
    return false;
}

static bool speaks(const struct screen *s)
{
    for (int h = 0; h < s->on_count; h++)
        for (int b = 0; b < s->on[h].count; b++)
            if (s->on[h].branch[b].action == ACTION_speak)
                return true;
    return false;
}

/* Whether a key of kiosk.json puts the screen upon any other. */
static bool is_overlay(const struct app *app, int screen)
{
    for (int k = 0; k < app->global.key_count; k++) {
        const struct handler *h = screen_handler(&app->global, app->global.keys[k].event);
        for (int i = 0; h && i < h->count; i++)
            if (h->branch[i].target == screen && h->branch[i].stack == STACK_PUSH)
                return true;
    }
    return false;
}

/* Shows something else than now: what a row names. */
static bool moves_on(const struct branch *b)
{
    for (int p = 0; p < PARAMS_COUNT; p++)
        if (b->with[p].from == BIND_ROW_ID || b->with[p].from == BIND_ROW_FIELD)
            return true;
    return false;
}

/* One place a branch shows, at once or by @then. */
static void check_move(struct checker *c, const struct edge *e, int screen)
{
    const struct screen *s = &c->app->screen[screen];
    const char *event = e->handler->event;
    int i = (int)(e->branch - e->handler->branch);
    bool own = e->owner != &c->app->global;
    bool push = e->branch->stack == STACK_PUSH;
    if (own && screen == e->from && !push && !moves_on(e->branch))
        check_wrong(c, e->owner, "on.%s.%d: leads to itself", event, i);
    if (own && is_overlay(c->app, screen))
        check_wrong(
            c, e->owner, "on.%s.%d: '%s' is opened by its event in kiosk.json", event, i, s->name);
    if (!push && goes_back(s) && screen != c->app->home)
        check_wrong(c, e->owner, "on.%s.%d: '%s' goes back to where it was opened: needs push",
            event, i, s->name);
}

static void check_moves(struct checker *c)
{
    for (int i = 0; i < c->flow.edge_count; i++) {
        const struct edge *e = &c->flow.edge[i];
        if (e->branch->target >= 0)
            check_move(c, e, e->branch->target);
        if (e->branch->then)
            check_move(c, e, e->branch->then->screen);
    }
    for (int s = 0; s < c->app->count; s++) {
        const struct screen *screen = &c->app->screen[s];
        if ((screen_widget(screen, WIDGET_keys) || speaks(screen)) && !is_overlay(c->app, s))
            check_wrong(c, screen, "help and language need a key in kiosk.json that pushes them");
        if (is_overlay(c->app, s) && !goes_back(screen))
            check_wrong(c, screen, "is opened anywhere, so it must lead @back");
    }
}

/* ---- the stack ---- */

static void find_turns(struct paths *p)
{
    const struct flow *f = &p->c->flow;
    int n = f->app->count;
    for (int s = 0; s < n; s++)
        p->turns[s][s] = true;
    for (int i = 0; i < f->edge_count; i++) {
        const struct branch *b = f->edge[i].branch;
        if (b->target < 0 || b->stack != STACK_REPLACE)
            continue;
        p->turns[f->edge[i].from][b->target] = true;
        if (b->then)
            p->turns[f->edge[i].from][b->then->screen] = true;
    }
    for (int via = 0; via < n; via++)
        for (int a = 0; a < n; a++)
            for (int b = 0; p->turns[a][via] && b < n; b++)
                p->turns[a][b] |= p->turns[via][b];
}

/* What is pushed for all screens lies on top of any of them, at most once, and is counted apart. */
static void find_above(struct paths *p)
{
    const struct flow *f = &p->c->flow;
    for (int i = 0; i < f->edge_count; i++) {
        const struct edge *e = &f->edge[i];
        const struct branch *b = e->branch;
        if (b->target < 0 || b->stack != STACK_PUSH || e->owner == &f->app->global)
            continue;
        for (int s = 0; s < f->app->count; s++)
            p->above[e->from][s] |=
                p->turns[b->target][s] || (b->then && p->turns[b->then->screen][s]);
    }
}

static void say_cycle(struct paths *p, const int *path, int from, int depth)
{
    struct buf names = BUF_INIT(400);
    for (int i = from; i < depth; i++)
        buf_printf(&names, "%s > ", p->c->app->screen[path[i]].name);
    check_wrong(p->c, &p->c->app->screen[path[from]], "pushes go round: %s%s", names.p,
        p->c->app->screen[path[from]].name);
    buf_release(&names);
}

/* Fills the heights from path[depth - 1] on; false once a cycle was found. */
static bool measure(struct paths *p, int *path, int depth)
{
    int here = path[depth - 1], highest = 0;
    for (int i = 0; i < depth - 1; i++) {
        if (path[i] == here) {
            say_cycle(p, path, i, depth - 1);
            return false;
        }
    }
    for (int s = 0; s < p->c->app->count; s++) {
        if (!p->above[here][s])
            continue;
        path[depth] = s;
        if (!p->height[s] && !measure(p, path, depth + 1))
            return false;
        if (p->height[s] > highest)
            highest = p->height[s];
    }
    p->height[here] = highest + 1;
    return true;
}

/* The height that the screens pushed by global handlers add. */
static int overlays(const struct paths *p)
{
    const struct app *app = p->c->app;
    bool counted[LIM_SCREENS] = {false};
    int height = 0;
    for (int h = 0; h < app->global.on_count; h++) {
        for (int i = 0; i < app->global.on[h].count; i++) {
            const struct branch *b = &app->global.on[h].branch[i];
            if (b->target >= 0 && b->stack == STACK_PUSH && mark(&counted[b->target], true))
                height += p->height[b->target];
        }
    }
    return height;
}

static void check_stack(struct paths *p)
{
    int path[LIM_SCREENS + 1], highest = 0;
    find_turns(p);
    find_above(p);
    for (int s = 0; s < p->c->app->count; s++) {
        path[0] = s;
        if (!p->height[s] && !measure(p, path, 1))
            return;
        if (p->height[s] > highest)
            highest = p->height[s];
    }
    highest += overlays(p);
    if (highest > LIM_STACK)
        check_wrong(p->c, &p->c->app->global, "%d screens can lie upon each other; %d is the most",
            highest, LIM_STACK);
}

void check_paths(struct checker *c)
{
    struct paths p = {.c = c};
    check_reach(&p);
    check_moves(c);
    check_stack(&p);
}
