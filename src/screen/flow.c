/* SPDX-License-Identifier: EUPL-1.2 */
#include "screen/flow.h"

#include <string.h>

const struct handler *flow_handler(
    const struct app *app, int screen, const char *event, const struct screen **owner)
{
    *owner = &app->screen[screen];
    const struct handler *h = screen_handler(*owner, event);
    if (h)
        return h;
    *owner = &app->global;
    return screen_handler(*owner, event);
}

/* Returns whether that was news. */
static bool emit(struct events *ev, const char *event, unsigned by)
{
    for (int i = 0; i < ev->count; i++) {
        if (strcmp(ev->at[i].event, event) != 0)
            continue;
        bool news = by & ~ev->at[i].by;
        ev->at[i].by |= by;
        return news;
    }
    if (ev->count == LIM_EMITTED)
        BUG("more than %d events of one screen", LIM_EMITTED);
    ev->at[ev->count++] = (struct emitted){event, by};
    return true;
}

static void emit_items(struct events *ev, const struct item *items, int count)
{
    for (int i = 0; i < count; i++)
        emit(ev, items[i].event, BY_ITEM);
}

static void emit_keys(struct events *ev, const struct screen *s, unsigned by)
{
    for (int i = 0; i < s->key_count; i++)
        emit(ev, s->keys[i].event, by);
}

/* What happens by nobody's doing here, on any screen. barred: @then leads to what is not for this
 * person. */
static const char *const world[] = {"idle", "proven", "wrong_pin", "unproven", "barred"};

/* The events that step() emits by itself; see there. */
static void emit_own(struct events *ev, const struct screen *s)
{
    const struct widget *list = screen_widget(s, WIDGET_list);
    const struct widget *input = screen_widget(s, WIDGET_input);
    for (int i = 0; i < s->body_count; i++) {
        emit_items(ev, s->body[i].before, s->body[i].before_count);
        emit_items(ev, s->body[i].after, s->body[i].after_count);
    }
    if (list && list->source >= 0)
        emit(ev, "choose", BY_ROW);
    if (!list && !input)
        emit(ev, "any", BY_ANY_KEY);
    bool badge = input && input->bind == TYPED_badge;
    if (input && input->bind != TYPED_query)
        emit(ev, "submit", badge ? BY_INPUT | BY_WORLD : BY_INPUT);
    if (!badge)
        emit(ev, "badge", BY_WORLD);
    for (size_t i = 0; i < sizeof(world) / sizeof(world[0]); i++)
        emit(ev, world[i], BY_WORLD);
}

/* Adds what comes of an event's handlers' actions; returns whether that was news. */
static bool emit_outcomes(struct flow *f, int screen, const char *event, unsigned by)
{
    struct events *ev = &f->events[screen];
    const struct screen *owner;
    const struct handler *h = flow_handler(f->app, screen, event, &owner);
    bool news = false;
    char name[LIM_ID];
    for (int i = 0; h && i < h->count; i++) {
        if (h->branch[i].action < 0)
            continue;
        const char *outcomes = vocab_actions[h->branch[i].action].outcomes;
        for (int64_t o = 0; choice_name(outcomes, o, name), name[0]; o++)
            news |= emit(ev, arena_strdup(&f->mem, name), by | BY_OUTCOME);
    }
    return news;
}

static void find_events(struct flow *f, int screen)
{
    struct events *ev = &f->events[screen];
    bool news = true;
    emit_own(ev, &f->app->screen[screen]);
    emit_keys(ev, &f->app->screen[screen], BY_KEY);
    emit_keys(ev, &f->app->global, BY_GLOBAL_KEY);
    while (news) {
        news = false;
        for (int i = 0; i < ev->count; i++)
            news |= emit_outcomes(f, screen, ev->at[i].event, ev->at[i].by);
    }
}

/* Adds the edges of one screen; with out NULL only counts them. */
static int add_edges(struct flow *f, int screen, struct edge *out)
{
    int n = 0;
    for (int i = 0; i < f->events[screen].count; i++) {
        const struct emitted *e = &f->events[screen].at[i];
        const struct screen *owner;
        const struct handler *h = flow_handler(f->app, screen, e->event, &owner);
        for (int b = 0; h && b < h->count; b++, n++)
            if (out)
                out[n] = (struct edge){screen, e->by, owner, h, &h->branch[b]};
    }
    return n;
}

void flow_start(struct flow *f, const struct app *app)
{
    *f = (struct flow){.app = app};
    f->events = arena_alloc(&f->mem, sizeof(*f->events) * (size_t)app->count);
    int total = 0;
    for (int s = 0; s < app->count; s++) {
        find_events(f, s);
        total += add_edges(f, s, NULL);
    }
    f->edge = arena_alloc(&f->mem, sizeof(*f->edge) * (size_t)total);
    for (int s = 0; s < app->count; s++)
        f->edge_count += add_edges(f, s, f->edge + f->edge_count);
}

void flow_release(struct flow *f)
{
    arena_release(&f->mem);
    *f = (struct flow){0};
}

unsigned flow_by(const struct flow *f, int screen, const char *event)
{
    const struct events *ev = &f->events[screen];
    for (int i = 0; i < ev->count; i++)
        if (strcmp(ev->at[i].event, event) == 0)
            return ev->at[i].by;
    return 0;
}
