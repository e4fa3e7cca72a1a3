/* SPDX-License-Identifier: EUPL-1.2 */
/* Bindings: what is given is what is taken, and it is there to be given. */
#include <stdio.h>
#include <string.h>

#include "model/career.h"
#include "screen/check.h"

/* The rows that `$row` may mean: of these types, or none at all. */
struct row_types {
    enum type_id type[2];
    int count;
    bool none;
};

/* Where a `with` stands, and what it must give. */
struct giving {
    const struct screen *s;
    char at[160];
    const struct row_types *rows;
    bool takes[PARAMS_COUNT];
    bool all; /* also what may be empty */
    const char *taker;
};

/* The params that the id of a row is a value of. */
static const char *id_params(enum type_id type)
{
    switch (type) {
    case TYPE_COURSE:
    case TYPE_HIT:
        return "course";
    case TYPE_RUN:
        return "run";
    case TYPE_REQUEST:
    case TYPE_TICKET:
        return "request";
    case TYPE_FACET:
        return "facet|value";
    case TYPE_LANGUAGE:
        return "language";
    case TYPE_PERSON:
        return "person";
    case TYPE_OCCASION:
        return "day";
    case TYPE_CARD:
    case TYPE_JOB:
        return "occupation";
    default:
        return "";
    }
}

static bool named(const char *choices, const char *name)
{
    return choice_index(choices, name, strlen(name)) >= 0;
}

/* A reference carries the id of what it points to; other texts are no ids. */
static bool field_gives(enum type_id type, const char *field, const char *param)
{
    const struct type *t = type_get(type);
    int f = type_field(t, field);
    if (f < 0)
        return false;
    if (t->fields[f].kind == KIND_REF)
        return named(t->fields[f].choices, param);
    return t->fields[f].kind == KIND_TEXT && named("value", param);
}

static void check_row(
    struct checker *c, const struct giving *g, enum param p, const struct binding *b)
{
    const char *param = vocab_params[p].name;
    const char *field = b->from == BIND_ROW_ID ? "id" : b->field;
    if (!g->rows || g->rows->none)
        check_wrong(c, g->s, "%s.%s: there may be no row here", g->at, param);
    for (int i = 0; g->rows && i < g->rows->count; i++) {
        enum type_id type = g->rows->type[i];
        bool gives = b->from == BIND_ROW_ID ? named(id_params(type), param)
                                            : field_gives(type, field, param);
        if (!gives)
            check_wrong(c, g->s, "%s.%s: $row.%s of a %s is no %s", g->at, param, field,
                type_get(type)->name, param);
    }
}

static void check_binding(
    struct checker *c, const struct giving *g, enum param p, const struct binding *b)
{
    const char *param = vocab_params[p].name;
    switch (b->from) {
    case BIND_NOTHING:
        break;
    case BIND_PARAM:
        if (b->param != p)
            check_wrong(c, g->s, "%s.%s: $param.%s is no %s", g->at, param,
                vocab_params[b->param].name, param);
        else if (!g->s->takes[p])
            check_wrong(c, g->s, "%s.%s: this screen takes no param '%s'", g->at, param, param);
        break;
    case BIND_ROW_ID:
    case BIND_ROW_FIELD:
        check_row(c, g, p, b);
        break;
    case BIND_LITERAL:
        if ((p == PARAM_facet && !named(FACETS, b->literal)) ||
            (p == PARAM_because && !named(BECAUSES, b->literal)) ||
            (p == PARAM_want && !named(WANTS, b->literal)) ||
            (p == PARAM_taste && !named(TASTES, b->literal)))
            check_wrong(c, g->s, "%s.%s: no %s '%.60s'", g->at, param, param, b->literal);
        break;
    }
}

/* Whether a row of that type knows it: it is one, or it refers to one. */
static bool row_has(enum type_id type, const char *param)
{
    const struct type *t = type_get(type);
    for (int f = 0; f < t->count; f++)
        if (t->fields[f].kind == KIND_REF && named(t->fields[f].choices, param))
            return true;
    return named(id_params(type), param);
}

/* A param that may be empty is left out on purpose only where nothing is there to be given. */
static bool needed(const struct giving *g, enum param p)
{
    if (!g->takes[p])
        return false;
    if (!vocab_params[p].optional || g->all || g->s->takes[p])
        return true;
    return g->rows && !g->rows->none && g->rows->count == 1 &&
           row_has(g->rows->type[0], vocab_params[p].name);
}

static void check_with(struct checker *c, const struct giving *g, const struct binding *with)
{
    for (int p = 0; p < PARAMS_COUNT; p++) {
        bool given = with[p].from != BIND_NOTHING;
        if (given && !g->takes[p])
            check_wrong(
                c, g->s, "%s: '%s' does not take '%s'", g->at, g->taker, vocab_params[p].name);
        else if (!given && needed(g, (enum param)p))
            check_wrong(c, g->s, "%s: '%s' needs '%s'", g->at, g->taker, vocab_params[p].name);
        else if (given)
            check_binding(c, g, (enum param)p, &with[p]);
    }
}

static void takes_word(struct giving *g, const struct word *word)
{
    g->taker = word->name;
    for (int p = 0; p < PARAMS_COUNT; p++)
        g->takes[p] = named(word->params, vocab_params[p].name);
}

static void takes_screen(struct giving *g, const struct screen *s)
{
    g->taker = s->name;
    memcpy(g->takes, s->takes, sizeof(g->takes));
}

static void check_branch(struct checker *c, struct giving *g, const struct branch *b)
{
    if (b->action >= 0)
        takes_word(g, &vocab_actions[b->action]);
    else if (b->target >= 0)
        takes_screen(g, &c->app->screen[b->target]);
    else
        return;
    check_with(c, g, b->with);
    if (!b->then)
        return;
    takes_screen(g, &c->app->screen[b->then->screen]);
    snprintf(g->at + strlen(g->at), sizeof(g->at) - strlen(g->at), ".then");
    check_with(c, g, b->then->with);
}

static void add_type(struct row_types *rows, enum type_id type)
{
    if (rows->count == 0 || rows->type[0] != type)
        rows->type[rows->count++] = type;
}

/* An item of the list has the one thing the screen is about; a row has itself; a key can be pressed
 * at either. */
static struct row_types rows_of(const struct screen *s, unsigned by)
{
    struct row_types rows = {.none = true};
    const struct widget *list = screen_widget(s, WIDGET_list);
    bool listed = list && list->source >= 0;
    if (by == (by & (BY_ROW | BY_OUTCOME)) && listed) {
        add_type(&rows, vocab_queries[s->data[list->source].query].type);
        rows.none = false;
        return rows;
    }
    for (int d = 0; d < s->data_count && rows.none; d++) {
        if (!vocab_queries[s->data[d].query].many) {
            add_type(&rows, vocab_queries[s->data[d].query].type);
            rows.none = false;
        }
    }
    if (listed && by & ~(unsigned)(BY_ITEM | BY_OUTCOME))
        add_type(&rows, vocab_queries[s->data[list->source].query].type);
    return rows;
}

void check_bindings(struct checker *c, const struct screen *s)
{
    for (int d = 0; d < s->data_count; d++) {
        struct giving g = {.s = s, .all = true};
        snprintf(g.at, sizeof(g.at), "data.%s.with", s->data[d].name);
        takes_word(&g, &vocab_queries[s->data[d].query]);
        check_with(c, &g, s->data[d].args);
    }
    bool global = s == &c->app->global;
    for (int h = 0; h < s->on_count; h++) {
        unsigned by = global ? 0 : flow_by(&c->flow, (int)(s - c->app->screen), s->on[h].event);
        struct row_types rows = rows_of(s, by);
        for (int i = 0; i < s->on[h].count; i++) {
            struct giving g = {.s = s, .rows = global ? NULL : &rows};
            snprintf(g.at, sizeof(g.at), "on.%s.%d.with", s->on[h].event, i);
            check_branch(c, &g, &s->on[h].branch[i]);
        }
    }
}
