/* SPDX-License-Identifier: EUPL-1.2 */
/* A world for the pure step: rows for every query, and what comes of every action. */
#ifndef ACHT_TESTS_SCREEN_WORLD_H
#define ACHT_TESTS_SCREEN_WORLD_H

#include <string.h>

#include "screen/state.h"

/* Every text of the world begins with it, so that what is left of a visit can be found. */
#define MARK "SECRET"

struct world {
    struct app app;
    struct state st;
    struct rowset rows[LIM_DATA];
    int per_page, pages;
    int many, one;             /* rows that queries find */
    enum request_state ticket; /* where the requests among them stand */
    enum role role;            /* of whoever shows a badge */
    int64_t first;             /* of the window of lists */
    int window;                /* its rows */
    const char *outcome;       /* of the next action that has it; else the action's first one */
    struct effect last;        /* the last effect that was wanted */
};

static inline void world_row(
    struct rowset *rs, enum type_id type, int64_t n, enum request_state state)
{
    struct record *r = rowset_add(rs, type);
    char text[LIM_ID];
    snprintf(text, sizeof(text), MARK "-%s-%d", type_get(type)->name, (int)n);
    r->id = arena_strdup(&rs->mem, text);
    for (int f = 0; f < r->type->count; f++) {
        if (!kind_is_text(r->type->fields[f].kind))
            continue;
        snprintf(text, sizeof(text), MARK "-%s-%d", r->type->fields[f].name, (int)n);
        record_set_text(r, f, arena_strdup(&rs->mem, text));
    }
    if (type == TYPE_TICKET)
        record_set_number(r, TICKET_state, (int64_t)state);
}

/* Answers the queries of the present screen. */
static inline void world_fetch(struct world *w)
{
    const struct screen *s = state_screen(&w->app, &w->st);
    for (int d = 0; d < s->data_count; d++) {
        const struct word *q = &vocab_queries[s->data[d].query];
        struct rowset *rs = &w->rows[d];
        int64_t total = q->many ? w->many : w->one, first = q->many ? w->first : 0;
        int64_t count = first > total ? 0 : total - first;
        if (count > w->window)
            count = w->window;
        rowset_start(rs, (int)count + 1);
        rs->total = total;
        rs->first = first;
        for (int64_t i = 0; i < count; i++)
            world_row(rs, q->type, first + i, w->ticket);
    }
}

static inline const char *world_outcome(struct world *w, enum action action, char name[LIM_ID])
{
    const char *outcomes = vocab_actions[action].outcomes;
    choice_name(outcomes, 0, name);
    if (w->outcome && choice_index(outcomes, w->outcome, strlen(w->outcome)) >= 0) {
        str_copy(name, LIM_ID, w->outcome);
        w->outcome = NULL;
    }
    return name;
}

/* What the kiosk does for an effect, as far as the state can tell. */
static inline void world_act(struct world *w, const struct effect *e, const char *outcome)
{
    struct state *st = &w->st;
    if (strcmp(outcome, "identified") == 0) {
        if (!st->session.identified)
            st->session.role = w->role;
        st->session.identified = true;
        str_copy(st->session.person, sizeof(st->session.person), MARK "-person");
        str_copy(st->session.name, sizeof(st->session.name), MARK "-name");
    }
    if (strcmp(outcome, "another_person") == 0) {
        state_forget(st);
        world_act(w, e, "identified");
    }
    if (strcmp(outcome, "checking") == 0)
        st->session.proof = VISIT_CHECKING;
    if (strcmp(outcome, "no_pin") == 0)
        st->session.proof = VISIT_NO_PIN;
    if (e->action == ACTION_enter_pin)
        memset(st->pin, 0, sizeof(st->pin));
    if (strcmp(outcome, "code_made") == 0)
        str_copy(st->code, sizeof(st->code), "4071938265");
    if (e->action == ACTION_choose_value)
        str_copy(st->search.chosen[FACET_form], LIM_LABEL, e->param[PARAM_value]);
    if (e->action == ACTION_new_search || e->action == ACTION_browse)
        memset(&st->search, 0, sizeof(st->search));
    if (e->action == ACTION_widen)
        memset(st->search.chosen, 0, sizeof(st->search.chosen));
    if (e->action == ACTION_end_session)
        state_forget(st);
}

/* What happened elsewhere changes the visit before the screen hears of it. */
static inline void world_happen(struct world *w, const char *what)
{
    struct session *who = &w->st.session;
    if (strcmp(what, "proven") == 0)
        who->proof = VISIT_PROVEN;
    if (strcmp(what, "unproven") == 0)
        who->proof = VISIT_UNPROVEN;
    if (strcmp(what, "wrong_pin") == 0)
        who->proof = VISIT_CLAIMED;
}

/* One event and all that comes of it. */
static inline void world_step(struct world *w, const struct event *ev)
{
    struct event next = *ev;
    struct effect e;
    char outcome[LIM_ID];
    if (ev->kind == EVENT_WORLD)
        world_happen(w, ev->text);
    for (;;) {
        world_fetch(w);
        struct context cx = {w->rows, w->per_page, w->pages};
        step(&w->app, &w->st, &next, &cx, &e);
        if (!e.wanted)
            return;
        w->last = e;
        next = (struct event){.kind = EVENT_OUTCOME, .text = world_outcome(w, e.action, outcome)};
        world_act(w, &e, outcome);
    }
}

static inline void world_start(struct world *w, const char *dir)
{
    struct err err = {0};
    *w = (struct world){.per_page = 8, .pages = 1, .many = 20, .one = 1, .window = LIM_ROWS};
    if (app_load(&w->app, dir, &err) < 0)
        fail_msg("%s", err.msg);
    state_init(&w->app, &w->st, "nl");
}

static inline void world_end(struct world *w)
{
    for (int d = 0; d < LIM_DATA; d++)
        rowset_release(&w->rows[d]);
    app_release(&w->app);
}

#endif
