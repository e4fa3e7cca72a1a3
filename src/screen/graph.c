/* SPDX-License-Identifier: EUPL-1.2 */
/* The definition as a picture, and its texts for the translators. */
#include <string.h>

#include "screen/check.h"

static void quote(struct buf *out, const char *s)
{
    buf_putc(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *s);
    }
    buf_putc(out, '"');
}

/* ---- the graph ---- */

static void draw_node(struct buf *out, const struct app *app, int screen)
{
    const struct screen *s = &app->screen[screen];
    quote(out, s->name);
    buf_puts(out, " [tooltip=");
    quote(out, s->title);
    if (screen_who(s) != WHO_ANYBODY)
        buf_printf(out, ", peripheries=2, xlabel=\"%s\"",
            screen_who(s) == WHO_PERSON ? "personal" : "supervisor");
    if (screen == app->start || screen == app->home)
        buf_puts(out, ", style=bold");
    buf_puts(out, "];\n");
}

static const char *style_of(enum stack_op stack)
{
    switch (stack) {
    case STACK_REPLACE:
        return ", style=dashed";
    case STACK_RESET:
        return ", style=bold";
    case STACK_PUSH:
        break;
    }
    return "";
}

static void draw_arrow(struct buf *out, const char *from, const char *to, const char *event,
    int guard, const char *style)
{
    quote(out, from);
    buf_puts(out, " -> ");
    quote(out, to);
    buf_printf(out, " [label=\"%s%s%s\"%s];\n", event, guard >= 0 ? " if " : "",
        guard >= 0 ? vocab_guards[guard].name : "", style);
}

static void draw_branch(struct buf *out, const struct app *app, const struct screen *from,
    const struct handler *h, const struct branch *b)
{
    int target = b->target == TARGET_HOME    ? app->home
                 : b->target == TARGET_START ? app->start
                                             : b->target;
    if (target < 0)
        return;
    const char *to = app->screen[target].name;
    draw_arrow(out, from->name, to, h->event, b->guard,
        b->target < 0 ? ", style=bold" : style_of(b->stack));
    if (b->then)
        draw_arrow(out, to, app->screen[b->then->screen].name, "then", -1, ", style=dashed");
}

static void draw_screen(struct buf *out, const struct app *app, const struct screen *s)
{
    for (int h = 0; h < s->on_count; h++)
        for (int b = 0; b < s->on[h].count; b++)
            draw_branch(out, app, s, &s->on[h], &s->on[h].branch[b]);
}

int app_graph(const struct app *app, struct buf *out)
{
    buf_puts(out, "digraph acht {\nrankdir=LR;\nnode [shape=box];\n");
    for (int i = 0; i < app->count; i++)
        draw_node(out, app, i);
    quote(out, app->global.name);
    buf_puts(out, " [shape=ellipse, label=\"every screen\"];\n");
    draw_screen(out, app, &app->global);
    for (int i = 0; i < app->count; i++)
        draw_screen(out, app, &app->screen[i]);
    buf_puts(out, "}\n");
    return out->overflow ? -1 : 0;
}

/* ---- the template ---- */

struct template
{
    const struct app *app;
    struct buf *out;
};

struct reference {
    const char *id;
    const struct screen *last; /* of those written already */
    struct buf *out;
};

static void add_reference(void *to, const struct text_use *use)
{
    struct reference *se = to;
    if (strcmp(use->id, se->id) != 0 || use->screen == se->last)
        return;
    buf_printf(se->out, " screens/%s.json", use->screen->name);
    se->last = use->screen;
}

struct first_use {
    const char *id;
    const char *found;
};

static void find_first(void *to, const struct text_use *use)
{
    struct first_use *first = to;
    if (!first->found && strcmp(use->id, first->id) == 0)
        first->found = use->id;
}

/* Each text is written where it stands first; the pointer tells whether this is there. */
static void add_text(void *to, const struct text_use *use)
{
    const struct template *t = to;
    struct first_use first = {use->id, NULL};
    texts_each(t->app, find_first, &first);
    if (first.found != use->id)
        return;
    buf_puts(t->out, "\n#:");
    texts_each(t->app, add_reference, &(struct reference){use->id, NULL, t->out});
    buf_puts(t->out, "\nmsgid ");
    quote(t->out, use->id);
    buf_puts(t->out, "\nmsgstr \"\"\n");
}

int app_texts(const struct app *app, struct buf *out)
{
    buf_puts(out, "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
                  "\"Content-Transfer-Encoding: 8bit\\n\"\n");
    texts_each(app, add_text, &(struct template){app, out});
    return out->overflow ? -1 : 0;
}
