/* SPDX-License-Identifier: EUPL-1.2 */
/* Data and widgets: each widget has what it shows, and they get along on one screen. */
#include "screen/check.h"

enum need { NO, MAY, MUST };
enum rows { NONE, ONE, MANY };

/* What each widget has, by its kind. */
static const struct widget_rule {
    enum rows rows;   /* of its source */
    int type;         /* of those rows, or -1 for any */
    bool source_must; /* else it may */
    enum need text, empty, items;
    bool once; /* at most one on a screen */
} rules[WIDGETS_COUNT] = {
    [WIDGET_poster] = {ONE, TYPE_SUMMARY, true, MUST, NO, NO, true},
    [WIDGET_list] = {MANY, -1, false, MAY, MAY, MAY, true},
    [WIDGET_card] = {ONE, -1, true, NO, NO, NO, false},
    [WIDGET_article] = {ONE, -1, true, NO, NO, NO, true},
    [WIDGET_text] = {NONE, -1, false, MUST, NO, NO, false},
    [WIDGET_input] = {NONE, -1, false, MUST, MAY, NO, true},
    [WIDGET_facets] = {MANY, TYPE_FACET, true, NO, NO, NO, false},
    [WIDGET_keys] = {NONE, -1, false, NO, NO, NO, true},
};

static void check_need(
    struct checker *c, const struct screen *s, int i, enum need need, bool has, const char *member)
{
    const char *name = vocab_widgets[s->body[i].kind].name;
    if (need == NO && has)
        check_wrong(c, s, "body.%d: %s has no %s", i, name, member);
    if (need == MUST && !has)
        check_wrong(c, s, "body.%d: %s needs %s", i, name, member);
}

static void check_source(struct checker *c, const struct screen *s, int i)
{
    const struct widget *w = &s->body[i];
    const struct widget_rule *r = &rules[w->kind];
    const char *name = vocab_widgets[w->kind].name;
    check_need(c, s, i,
        r->rows == NONE  ? NO
        : r->source_must ? MUST
                         : MAY,
        w->source >= 0, "source");
    if (w->source < 0 || r->rows == NONE)
        return;
    const struct word *query = &vocab_queries[s->data[w->source].query];
    if (query->many != (r->rows == MANY))
        check_wrong(c, s, "body.%d.source: %s needs a query that finds %s, not '%s'", i, name,
            r->rows == MANY ? "many" : "one", query->name);
    else if (r->type >= 0 && (int)query->type != r->type)
        check_wrong(c, s, "body.%d.source: %s cannot show what '%s' finds", i, name, query->name);
}

static void check_widget(struct checker *c, const struct screen *s, int i)
{
    const struct widget *w = &s->body[i];
    const struct widget_rule *r = &rules[w->kind];
    check_source(c, s, i);
    check_need(c, s, i, r->text, *w->text, "text");
    check_need(c, s, i, r->empty, *w->empty, "empty");
    check_need(c, s, i, r->items, w->before_count + w->after_count > 0, "items");
    if (r->once && screen_widget(s, w->kind) != w)
        check_wrong(c, s, "body.%d: a screen has one %s at most", i, vocab_widgets[w->kind].name);
    if (w->kind == WIDGET_list && w->source < 0 && w->before_count + w->after_count == 0)
        check_wrong(c, s, "body.%d: list needs a source or items", i);
}

static void check_item_guards(
    struct checker *c, const struct screen *s, const struct item *items, int count)
{
    for (int i = 0; i < count; i++)
        if (items[i].guard == GUARD_dated && !s->takes[PARAM_run])
            check_wrong(c, s, "item '%s': dated needs the param 'run'", items[i].text);
}

/* Enter, digits and letters have one meaning at a time. */
static void check_together(struct checker *c, const struct screen *s)
{
    const struct widget *list = screen_widget(s, WIDGET_list);
    const struct widget *input = screen_widget(s, WIDGET_input);
    if (screen_widget(s, WIDGET_article) && (list || input))
        check_wrong(c, s, "body: an article turns its pages with the keys of a list or an input");
    if (input && input->badge && list)
        check_wrong(c, s, "body: Enter would submit the badge, so the list cannot be used");
    if (input && !input->badge &&
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
