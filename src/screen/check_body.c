/* SPDX-License-Identifier: EUPL-1.2 */
/* Data and widgets: each widget has what it shows, and they get along on one screen. */
#include <string.h>

#include "screen/check.h"

static bool named(const char *choices, const char *name)
{
    return choice_index(choices, name, strlen(name)) >= 0;
}

static void check_member(
    struct checker *c, const struct screen *s, int i, const char *member, bool has)
{
    const struct word *w = &vocab_widgets[s->body[i].kind];
    if (!has && named(w->needs, member))
        check_wrong(c, s, "body.%d: %s needs %s", i, w->name, member);
    if (has && !named(w->needs, member) && !named(w->may, member))
        check_wrong(c, s, "body.%d: %s has no %s", i, w->name, member);
}

/* The rows that a widget reads field by field are of its type. */
static bool reads(enum widget_kind kind, enum type_id type)
{
    switch (kind) {
    case WIDGET_poster:
        return type == TYPE_SUMMARY;
    case WIDGET_facets:
        return type == TYPE_FACET;
    case WIDGET_brief:
        return type == TYPE_COURSE || type == TYPE_TICKET || type == TYPE_PERSON ||
               type == TYPE_CARD;
    case WIDGET_article:
        return type == TYPE_COURSE || type == TYPE_CARD;
    case WIDGET_here:
        return type == TYPE_CARD;
    default:
        return true;
    }
}

static void check_source(struct checker *c, const struct screen *s, int i)
{
    const struct word *w = &vocab_widgets[s->body[i].kind];
    int source = s->body[i].source;
    const char *rows = named(w->needs, "one") ? "one" : "many";
    if (source < 0 && named(w->needs, rows))
        check_wrong(c, s, "body.%d: %s needs source", i, w->name);
    if (source < 0)
        return;
    const struct word *query = &vocab_queries[s->data[source].query];
    if (!named(w->needs, rows) && !named(w->may, rows))
        check_wrong(c, s, "body.%d: %s has no source", i, w->name);
    else if (query->many != (strcmp(rows, "many") == 0))
        check_wrong(c, s, "body.%d.source: %s needs a query that finds %s, not '%s'", i, w->name,
            rows, query->name);
    else if (!reads(s->body[i].kind, query->type))
        check_wrong(
            c, s, "body.%d.source: %s cannot show what '%s' finds", i, w->name, query->name);
}

/* Keys, focus and typing are meant for the one that there is. */
static bool once(enum widget_kind kind)
{
    return kind == WIDGET_list || kind == WIDGET_input || kind == WIDGET_article;
}

static void check_widget(struct checker *c, const struct screen *s, int i)
{
    const struct widget *w = &s->body[i];
    bool items = w->before_count + w->after_count > 0;
    check_source(c, s, i);
    check_member(c, s, i, "text", *w->text);
    check_member(c, s, i, "empty", *w->empty);
    check_member(c, s, i, "items", items);
    if (once(w->kind) && screen_widget(s, w->kind) != w)
        check_wrong(c, s, "body.%d: a screen has one %s at most", i, vocab_widgets[w->kind].name);
    if (w->kind == WIDGET_list && w->source < 0 && !items)
        check_wrong(c, s, "body.%d: list needs a source or items", i);
}

static void check_item_guards(
    struct checker *c, const struct screen *s, const struct item *items, int count)
{
    for (int i = 0; i < count; i++)
        if (guard_lacks(s, items[i].guard))
            check_wrong(c, s, "item '%s': %s needs %s", items[i].text,
                vocab_guards[items[i].guard].name, guard_lacks(s, items[i].guard));
}

/* Enter, digits and letters have one meaning at a time. */
static void check_together(struct checker *c, const struct screen *s)
{
    const struct widget *list = screen_widget(s, WIDGET_list);
    const struct widget *input = screen_widget(s, WIDGET_input);
    if (screen_widget(s, WIDGET_article) && (list || input))
        check_wrong(c, s, "body: an article turns its pages with the keys of a list or an input");
    if (input && input->bind != TYPED_query && list)
        check_wrong(c, s, "body: Enter would submit what is typed, so the list cannot be used");
    if (input && input->bind == TYPED_query &&
        (!list || list->source < 0 || s->data[list->source].query != QUERY_search))
        check_wrong(c, s, "body: what is typed needs a list with the query 'search'");
    if (list) {
        check_item_guards(c, s, list->before, list->before_count);
        check_item_guards(c, s, list->after, list->after_count);
    }
}

static bool shown(const struct screen *s, int data)
{
    for (int i = 0; i < s->body_count; i++)
        if (s->body[i].source == data)
            return true;
    return false;
}

void check_body(struct checker *c, const struct screen *s)
{
    for (int i = 0; i < s->body_count; i++)
        check_widget(c, s, i);
    check_together(c, s);
    for (int d = 0; d < s->data_count; d++)
        if (!shown(s, d))
            check_wrong(c, s, "data.%s: no widget shows it", s->data[d].name);
}
