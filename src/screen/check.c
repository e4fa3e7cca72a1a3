/* SPDX-License-Identifier: EUPL-1.2 */
/* What the loader cannot see in one place: that the screens make sense together. */
#include "screen/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A branch of the global part stands on every screen; what is wrong with it is said once. */
void check_wrong(struct checker *c, const struct screen *s, const char *fmt, ...)
{
    char what[500], line[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    snprintf(line, sizeof(line), "%s.json: %s\n", s->name, what);
    if (strstr(c->out->p, line))
        return;
    buf_puts(c->out, line);
    c->wrong++;
}

/* ---- handlers ---- */

static bool guard_before(const struct handler *h, int n)
{
    for (int i = 0; i < n; i++)
        if (h->branch[i].guard == h->branch[n].guard)
            return true;
    return false;
}

/* What the guard asks about and this screen has not, or NULL. */
const char *guard_lacks(const struct screen *s, int guard)
{
    const struct widget *list = screen_widget(s, WIDGET_list);
    switch (guard) {
    case GUARD_dated:
        return s->takes[PARAM_run] ? NULL : "the param 'run'";
    case GUARD_several:
        return list && list->source >= 0 ? NULL : "a list with a source";
    case GUARD_taught:
        if (list && list->source >= 0 &&
            vocab_queries[s->data[list->source].query].type == TYPE_ABILITY)
            return NULL;
        return "a list of abilities";
    case GUARD_can_withdraw:
    case GUARD_can_agree:
    case GUARD_can_reply:
    case GUARD_can_decide:
    case GUARD_ended:
        for (int d = 0; d < s->data_count; d++)
            if (!vocab_queries[s->data[d].query].many &&
                vocab_queries[s->data[d].query].type == TYPE_TICKET)
                return NULL;
        return "a query that finds one request";
    default:
        return NULL;
    }
}

static void check_handler(struct checker *c, const struct screen *s, const struct handler *h)
{
    for (int i = 0; i < h->count; i++) {
        int guard = h->branch[i].guard;
        bool last = i == h->count - 1;
        if (last && guard >= 0)
            check_wrong(c, s, "on.%s.%d: the last branch must have no when", h->event, i);
        if (!last && guard < 0)
            check_wrong(c, s, "on.%s.%d: only the last branch may have no when", h->event, i);
        if (guard >= 0 && guard_before(h, i))
            check_wrong(c, s, "on.%s.%d: the same when stands before it", h->event, i);
        if (guard_lacks(s, guard))
            check_wrong(c, s, "on.%s.%d: %s needs %s", h->event, i, vocab_guards[guard].name,
                guard_lacks(s, guard));
    }
}

static bool global_used(const struct checker *c, const char *event)
{
    for (int s = 0; s < c->app->count; s++)
        if (flow_by(&c->flow, s, event) && !screen_handler(&c->app->screen[s], event))
            return true;
    return false;
}

static void check_handlers(struct checker *c)
{
    for (int s = 0; s < c->app->count; s++) {
        const struct screen *screen = &c->app->screen[s];
        for (int h = 0; h < screen->on_count; h++) {
            check_handler(c, screen, &screen->on[h]);
            if (!flow_by(&c->flow, s, screen->on[h].event))
                check_wrong(c, screen, "on.%s: nothing emits it", screen->on[h].event);
        }
    }
    for (int h = 0; h < c->app->global.on_count; h++) {
        const struct handler *handler = &c->app->global.on[h];
        check_handler(c, &c->app->global, handler);
        if (!global_used(c, handler->event))
            check_wrong(c, &c->app->global, "on.%s: no screen emits it", handler->event);
    }
}

/* What happens on every screen is for the global part to handle. */
static void check_events(struct checker *c)
{
    for (int s = 0; s < c->app->count; s++) {
        const struct events *ev = &c->flow.events[s];
        for (int i = 0; i < ev->count; i++) {
            const struct screen *owner;
            if (flow_handler(c->app, s, ev->at[i].event, &owner))
                continue;
            owner = ev->at[i].by & BY_HAND ? &c->app->screen[s] : &c->app->global;
            check_wrong(c, owner, "on: nothing handles '%s'", ev->at[i].event);
        }
    }
}

/* Whether the action, or one that follows on its outcomes, is in `done`: that would never end. */
static bool circles(const struct app *app, int screen, int action, unsigned done)
{
    char outcome[LIM_ID];
    const char *outcomes = vocab_actions[action].outcomes;
    if (done & 1U << action)
        return true;
    for (int64_t o = 0; choice_name(outcomes, o, outcome), outcome[0]; o++) {
        const struct screen *owner;
        const struct handler *h = flow_handler(app, screen, outcome, &owner);
        for (int b = 0; h && b < h->count; b++)
            if (h->branch[b].action >= 0 &&
                circles(app, screen, h->branch[b].action, done | 1U << action))
                return true;
    }
    return false;
}

static bool edge_circles(const struct checker *c, const struct edge *e)
{
    return e->branch->action >= 0 && circles(c->app, e->from, e->branch->action, 0);
}

/* A global branch is an edge of many screens. */
static bool told(const struct checker *c, int edge)
{
    for (int i = 0; i < edge; i++)
        if (c->flow.edge[i].branch == c->flow.edge[edge].branch &&
            edge_circles(c, &c->flow.edge[i]))
            return true;
    return false;
}

static void check_actions(struct checker *c)
{
    for (int i = 0; i < c->flow.edge_count; i++) {
        const struct edge *e = &c->flow.edge[i];
        if (edge_circles(c, e) && !told(c, i))
            check_wrong(c, e->owner, "on.%s: '%s' never comes to an end", e->handler->event,
                vocab_actions[e->branch->action].name);
    }
}

/* ---- keys ---- */

static bool binds(const struct screen *s, enum key key)
{
    for (int i = 0; i < s->key_count; i++)
        if (s->keys[i].key == key)
            return true;
    return false;
}

static void check_keys(struct checker *c, const struct screen *s)
{
    for (int i = 0; i < s->key_count; i++) {
        const char *name = vocab_keys[s->keys[i].key].name;
        if (s != &c->app->global && binds(&c->app->global, s->keys[i].key))
            check_wrong(c, s, "keys.%s: is bound for all screens in kiosk.json", name);
        if (s->keys[i].key != KEY_Enter)
            continue;
        if (s == &c->app->global || screen_widget(s, WIDGET_list) || screen_widget(s, WIDGET_input))
            check_wrong(c, s, "keys.Enter: it chooses and submits already");
    }
}

/* ---- the global part ---- */

static void check_global(struct checker *c)
{
    const struct app *app = c->app;
    const struct screen *g = &app->global;
    enum { COLS_LEAST = 40, COLS_MOST = 80, ROWS_LEAST = 20, ROWS_MOST = 24 };
    if (app->idle_countdown >= app->idle_after)
        check_wrong(c, g, "idle: the countdown must be shorter than after");
    if (app->min_cols < COLS_LEAST || app->min_cols > COLS_MOST || app->min_rows < ROWS_LEAST ||
        app->min_rows > ROWS_MOST)
        check_wrong(c, g, "minimum: must be between 40 x 20 and 80 x 24");
    if (app->start == app->home)
        check_wrong(c, g, "start and home must be two screens");
    for (int p = 0; p < PARAMS_COUNT; p++) {
        if (app->screen[app->start].takes[p])
            check_wrong(c, &app->screen[app->start], "params: nobody gives the start screen any");
        if (app->screen[app->home].takes[p])
            check_wrong(c, &app->screen[app->home], "params: nobody gives the home screen any");
    }
}

int app_check(const struct app *app, struct buf *out)
{
    struct checker c = {.app = app, .out = out};
    flow_start(&c.flow, app);
    check_global(&c);
    check_keys(&c, &app->global);
    check_bindings(&c, &app->global);
    for (int s = 0; s < app->count; s++) {
        check_body(&c, &app->screen[s]);
        check_keys(&c, &app->screen[s]);
        check_bindings(&c, &app->screen[s]);
    }
    check_handlers(&c);
    check_events(&c);
    check_actions(&c);
    check_paths(&c);
    check_person(&c);
    check_typed(&c);
    check_texts(&c);
    flow_release(&c.flow);
    return c.wrong;
}
