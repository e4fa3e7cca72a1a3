/* SPDX-License-Identifier: EUPL-1.2 */
/* Every text of a definition, in the order in which a translator wants to read them. */
#include "screen/check.h"

struct visitor {
    void (*visit)(void *to, const struct text_use *use);
    void *to;
    const struct screen *screen;
};

static void one(const struct visitor *v, enum text_place place, const char *id)
{
    if (id && *id)
        v->visit(v->to, &(struct text_use){id, v->screen, place});
}

static void each_item(const struct visitor *v, const struct item *items, int count)
{
    for (int i = 0; i < count; i++) {
        one(v, TEXT_ITEM, items[i].text);
        one(v, TEXT_NOTE, items[i].note);
    }
}

static void each_widget(const struct visitor *v, const struct widget *w)
{
    one(v, TEXT_WIDGET, w->text);
    one(v, TEXT_WIDGET, w->empty);
    each_item(v, w->before, w->before_count);
    each_item(v, w->after, w->after_count);
}

static void each_screen(struct visitor *v, const struct screen *s)
{
    v->screen = s;
    one(v, TEXT_TITLE, s->title);
    for (int i = 0; i < s->body_count; i++)
        each_widget(v, &s->body[i]);
    for (int i = 0; i < s->key_count; i++)
        one(v, TEXT_LABEL, s->keys[i].label);
    for (int h = 0; h < s->on_count; h++)
        for (int b = 0; b < s->on[h].count; b++)
            one(v, TEXT_MESSAGE, s->on[h].branch[b].message);
}

void texts_each(
    const struct app *app, void (*visit)(void *to, const struct text_use *use), void *to)
{
    struct visitor v = {visit, to, NULL};
    each_screen(&v, &app->global);
    for (int i = 0; i < app->count; i++)
        each_screen(&v, &app->screen[i]);
}
