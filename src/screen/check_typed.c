/* SPDX-License-Identifier: EUPL-1.2 */
/* What is typed is taken by somebody, and what is taken was typed before. */
#include <string.h>

#include "screen/check.h"

static bool asks_for(const struct screen *s, enum typed typed)
{
    const struct widget *input = screen_widget(s, WIDGET_input);
    return input && input->bind == typed;
}

static bool does(const struct screen *s, int action)
{
    for (int h = 0; h < s->on_count; h++)
        for (int b = 0; b < s->on[h].count; b++)
            if (s->on[h].branch[b].action == action)
                return true;
    return false;
}

/* Whether whoever comes from there has typed all that this screen counts upon. */
static bool typed_before(const struct screen *s, const struct screen *from)
{
    if (asks_for(s, TYPED_again))
        return asks_for(from, TYPED_new_pin);
    if (asks_for(s, TYPED_new_pin))
        return asks_for(from, TYPED_code) || asks_for(from, TYPED_again);
    if (asks_for(s, TYPED_words) && !does(s, ACTION_reply))
        return screen_widget(from, WIDGET_words);
    return true;
}

static const char *what_before(const struct screen *s)
{
    return asks_for(s, TYPED_again)     ? "a screen that asks for new_pin"
           : asks_for(s, TYPED_new_pin) ? "a screen that asks for code or again"
                                        : "a screen that shows words";
}

static void check_order(struct checker *c, const struct edge *e, int target)
{
    const struct screen *s = &c->app->screen[target];
    if (!typed_before(s, &c->app->screen[e->from]))
        check_wrong(c, e->owner, "on.%s.%d: '%s' is entered from %s alone", e->handler->event,
            (int)(e->branch - e->handler->branch), s->name, what_before(s));
}

/* The actions that take what was typed here. */
static bool taken(const struct screen *s)
{
    return (!asks_for(s, TYPED_pin) || does(s, ACTION_enter_pin)) &&
           (!asks_for(s, TYPED_again) || does(s, ACTION_set_pin)) &&
           (!asks_for(s, TYPED_badge) || does(s, ACTION_identify));
}

void check_typed(struct checker *c)
{
    const struct app *app = c->app;
    for (int i = 0; i < c->flow.edge_count; i++) {
        const struct edge *e = &c->flow.edge[i];
        if (e->branch->target >= 0)
            check_order(c, e, e->branch->target);
        if (e->branch->then)
            check_order(c, e, e->branch->then->screen);
    }
    for (int s = 0; s < app->count; s++)
        if (!taken(&app->screen[s]))
            check_wrong(c, &app->screen[s], "body: nothing takes what is typed here");
    for (int s = 0; s < app->count; s++)
        if ((s == app->start || s == app->home) && !typed_before(&app->screen[s], &app->global))
            check_wrong(c, &app->screen[s], "is entered by anybody, not from %s alone",
                what_before(&app->screen[s]));
}
