/* SPDX-License-Identifier: EUPL-1.2 */
/* What a screen shows: params, data and widgets. */
#include <string.h>

#include "screen/load.h"

struct item_list {
    struct item *items;
    int *count;
};

static int read_item(struct loader *l, json_t *v, void *into)
{
    struct item_list *to = into;
    struct item *item = &to->items[(*to->count)++];
    *item = (struct item){.note = "", .guard = -1};
    return READ_OBJECT(l, v,
        {{"text", true, read_text, &item->text}, {"note", false, read_text, &item->note},
            {"event", true, read_text, &item->event}, {"when", false, read_guard, &item->guard}});
}

static int read_items(struct loader *l, json_t *list, void *into)
{
    return read_elements(l, list, LIM_ITEMS, read_item, into);
}

static int read_bind(struct loader *l, json_t *v, void *into)
{
    const char *name = string_of(v);
    int typed = choice_index(TYPED_THINGS, name, strlen(name));
    if (typed < 0)
        return loader_fail(l, "an input takes " TYPED_THINGS ", not", name);
    *(enum typed *)into = (enum typed)typed;
    return 0;
}

static int read_kind(struct loader *l, json_t *v, void *into)
{
    int k;
    if (find_word(l, "widget", vocab_widgets, WIDGETS_COUNT, string_of(v), &k) < 0)
        return -1;
    *(enum widget_kind *)into = (enum widget_kind)k;
    return 0;
}

static int find_source(struct loader *l, const struct screen *s, const char *name, int *out)
{
    struct near n = {0};
    for (int d = 0; d < s->data_count; d++) {
        if (strcmp(s->data[d].name, name) == 0) {
            *out = d;
            return 0;
        }
        near_try(&n, name, s->data[d].name);
    }
    return loader_unknown(l, "data", name, &n);
}

static int read_widget(struct loader *l, json_t *o, void *into)
{
    struct screen *s = into;
    struct widget *w = &s->body[s->body_count++];
    const char *source = NULL;
    *w = (struct widget){.source = -1, .text = "", .empty = ""};
    int rc = READ_OBJECT(l, o,
        {{"widget", true, read_kind, &w->kind}, {"source", false, read_text, &source},
            {"text", false, read_text, &w->text}, {"empty", false, read_text, &w->empty},
            {"bind", false, read_bind, &w->bind},
            {"before", false, read_items, &(struct item_list){w->before, &w->before_count}},
            {"after", false, read_items, &(struct item_list){w->after, &w->after_count}}});
    if (rc < 0)
        return -1;
    if ((w->kind == WIDGET_input) != (json_object_get(o, "bind") != NULL))
        return err_set(
            l->err, ERR_CONFIG, "%s: an input needs bind, and nothing else has it", l->at);
    return source ? find_source(l, s, source, &w->source) : 0;
}

int read_body(struct loader *l, json_t *list, void *into)
{
    return read_elements(l, list, LIM_WIDGETS, read_widget, into);
}

static int read_param(struct loader *l, json_t *v, void *into)
{
    bool *takes = into;
    int p;
    if (find_word(l, "param", vocab_params, PARAMS_COUNT, string_of(v), &p) < 0)
        return -1;
    takes[p] = true;
    return 0;
}

int read_params(struct loader *l, json_t *list, void *into)
{
    return read_elements(l, list, PARAMS_COUNT, read_param, into);
}

static int read_query(struct loader *l, json_t *v, void *into)
{
    int q;
    if (find_word(l, "query", vocab_queries, QUERIES_COUNT, string_of(v), &q) < 0)
        return -1;
    *(enum query *)into = (enum query)q;
    return 0;
}

static int read_source(struct loader *l, const char *name, json_t *value, void *into)
{
    struct screen *s = into;
    struct data *d = &s->data[s->data_count++];
    d->name = arena_strdup(&l->app->mem, name);
    return READ_OBJECT(
        l, value, {{"query", true, read_query, &d->query}, {"with", false, read_with, d->args}});
}

int read_data(struct loader *l, json_t *o, void *into)
{
    return read_members(l, o, LIM_DATA, read_source, into);
}
