/* SPDX-License-Identifier: EUPL-1.2 */
/* The best way from one occupation to another: Dijkstra's algorithm over costs of three numbers. */
#include <string.h>

#include "model/career.h"

/* What is counted where nothing better is known: months of a course with its practice, and of
 * learning something from a colleague at work. */
#define COURSE_MONTHS 1
#define WORK_MONTHS 2

static void order(const struct way_cost *c, enum way_by by, int32_t out[3])
{
    const int32_t months[] = {c->months, c->days_off, c->away};
    const int32_t days_off[] = {c->days_off, c->months, c->away};
    const int32_t workplace[] = {c->away, c->days_off, c->months};
    const int32_t *const orders[WAY_BYS_COUNT] = {months, days_off, workplace};
    memcpy(out, orders[by], 3 * sizeof(*out));
}

int way_compare(const struct way_cost *a, const struct way_cost *b, enum way_by by)
{
    int32_t x[3], y[3];
    order(a, by, x);
    order(b, by, y);
    for (int i = 0; i < 3; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

struct way_cost way_learn(const struct career *c, int32_t skill, enum way_by by)
{
    const struct lesson *l = &c->lesson[skill];
    const struct way_cost at_work = {WORK_MONTHS, 0, l->knowledge};
    const struct way_cost course = {COURSE_MONTHS, l->form == LESSON_away ? l->days : 0,
        l->form == LESSON_away || l->form == LESSON_own_time};
    return l->form != LESSON_none && way_compare(&course, &at_work, by) < 0 ? course : at_work;
}

static void add(struct way_cost *sum, const struct way_cost *more)
{
    sum->months += more->months;
    sum->days_off += more->days_off;
    sum->away += more->away;
}

/* What it takes to learn what an occupation needs and is not there. */
static struct way_cost learn_missing(
    const struct career *c, int32_t occupation, const uint8_t *levels, enum way_by by)
{
    int32_t count;
    struct way_cost sum = {0};
    const struct career_need *need = career_needs(c, occupation, &count);
    for (int32_t i = 0; i < count; i++) {
        if (!need[i].essential || career_has(&need[i], levels))
            continue;
        struct way_cost cost = way_learn(c, need[i].skill, by);
        add(&sum, &cost);
    }
    return sum;
}

/* Whoever drew the move knows how long it takes; the skills only tell where they are learnt. */
static struct way_step drawn_step(
    const struct career *c, const struct career_move *move, const uint8_t *levels, enum way_by by)
{
    struct way_cost missing = learn_missing(c, move->to, levels, by);
    return (struct way_step){
        move->to, WAY_drawn, move, {move->months, move->days_off, missing.away}};
}

static bool is_near(const struct career *c, int32_t to, int32_t have)
{
    return c->essentials[to] > 0 && 2 * have >= c->essentials[to];
}

static bool has_moves(const struct career *c, int32_t from)
{
    return c->move_at[from + 1] > c->move_at[from];
}

static struct way_step learning_step(
    const struct career *c, int32_t to, enum way_kind kind, const uint8_t *levels, enum way_by by)
{
    return (struct way_step){to, kind, NULL, learn_missing(c, to, levels, by)};
}

bool way_step(const struct career *c, int32_t from, int32_t to, const uint8_t *own, enum way_by by,
    struct way_step *out)
{
    struct arena mem = {0};
    uint8_t *levels = arena_alloc(&mem, (size_t)c->skills + 1);
    bool found = false;
    if (own)
        memcpy(levels, own, (size_t)c->skills);
    career_gain(c, from, levels);
    for (int32_t i = c->move_at[from]; i < c->move_at[from + 1] && !found; i++)
        if (c->move[i].to == to) {
            *out = drawn_step(c, &c->move[i], levels, by);
            found = true;
        }
    bool undrawn = !found && from != to;
    if (undrawn && c->open[to]) {
        *out = learning_step(c, to, WAY_open, levels, by);
        found = true;
    } else if (undrawn && !has_moves(c, from) && !c->led_to[to] &&
               is_near(c, to, career_gap(c, to, levels).have)) {
        *out = learning_step(c, to, WAY_near, levels, by);
        found = true;
    }
    arena_release(&mem);
    return found;
}

/* ---- the search ---- */

/* An occupation that was reached: at what cost, in how many steps, and by which one. */
struct reached {
    struct way_cost cost;
    int32_t steps, before; /* before: -1 where the way starts */
    int32_t place;         /* in the heap; -1 when it is not there */
    bool seen;
    struct way_step by;
};

struct search {
    const struct career *c;
    const uint8_t *own; /* NULL: nothing */
    enum way_by by;
    struct reached *at;
    int32_t *heap, waiting;
    uint8_t *levels; /* of who is where the search stands */
    int32_t *have;   /* essential skills by occupation, while neighbours are counted */
    int32_t *near;   /* those that have any */
    int32_t *skills; /* what somebody has: first the own ones, then those of the occupation */
    int32_t owns;
    bool opens; /* looks at what anybody may begin, too */
};

static bool before(const struct search *s, int32_t a, int32_t b)
{
    const struct reached *x = &s->at[a], *y = &s->at[b];
    int order = way_compare(&x->cost, &y->cost, s->by);
    if (order != 0 || x->steps != y->steps)
        return order != 0 ? order < 0 : x->steps < y->steps;
    return a < b;
}

static void put_at(struct search *s, int32_t place, int32_t occupation)
{
    s->heap[place] = occupation;
    s->at[occupation].place = place;
}

static void rise(struct search *s, int32_t occupation)
{
    int32_t place = s->at[occupation].place;
    for (; place > 0 && before(s, occupation, s->heap[(place - 1) / 2]); place = (place - 1) / 2)
        put_at(s, place, s->heap[(place - 1) / 2]);
    put_at(s, place, occupation);
}

static int32_t take_best(struct search *s)
{
    int32_t best = s->heap[0], last = s->heap[--s->waiting], place = 0;
    s->at[best].place = -1;
    if (s->waiting == 0)
        return best;
    for (;;) {
        int32_t child = 2 * place + 1;
        if (child + 1 < s->waiting && before(s, s->heap[child + 1], s->heap[child]))
            child++;
        if (child >= s->waiting || !before(s, s->heap[child], last))
            break;
        put_at(s, place, s->heap[child]);
        place = child;
    }
    put_at(s, place, last);
    return best;
}

static void reach(struct search *s, int32_t from, const struct way_step *step)
{
    struct reached *r = &s->at[step->to], next = s->at[from];
    next.steps++;
    add(&next.cost, &step->cost);
    int better = r->seen ? way_compare(&next.cost, &r->cost, s->by) : -1;
    if (better > 0 || (better == 0 && next.steps >= r->steps))
        return;
    bool fresh = !r->seen;
    int32_t place = fresh ? s->waiting++ : r->place;
    *r = (struct reached){next.cost, next.steps, from, place, true, *step};
    rise(s, step->to);
}

static void count_users(struct search *s, int32_t skill, int32_t *found)
{
    const struct career *c = s->c;
    for (int32_t i = c->user_at[skill]; i < c->user_at[skill + 1]; i++) {
        const struct career_need *need = &c->need[c->user[i]];
        if (c->led_to[need->occupation] || c->open[need->occupation] ||
            !career_has(need, s->levels))
            continue;
        if (s->have[need->occupation]++ == 0)
            s->near[(*found)++] = need->occupation;
    }
}

/* Where nobody has drawn a move: occupations of which half is there. */
static void reach_near(struct search *s, int32_t from, int32_t count)
{
    int32_t found = 0;
    for (int32_t i = 0; i < count; i++)
        count_users(s, s->skills[i], &found);
    for (int32_t i = 0; i < found; i++) {
        int32_t to = s->near[i];
        if (to != from && is_near(s->c, to, s->have[to])) {
            struct way_step step = learning_step(s->c, to, WAY_near, s->levels, s->by);
            reach(s, from, &step);
        }
        s->have[to] = 0;
    }
}

/* Sets levels to what somebody in this occupation has; returns how many skills that are. */
static int32_t stand_in(struct search *s, int32_t occupation)
{
    int32_t needs, count = s->owns;
    const struct career_need *need = career_needs(s->c, occupation, &needs);
    for (int32_t i = 0; i < needs; i++)
        if (!s->levels[need[i].skill])
            s->skills[count++] = need[i].skill;
    career_gain(s->c, occupation, s->levels);
    return count;
}

static void leave(struct search *s, int32_t occupation)
{
    int32_t needs;
    const struct career_need *need = career_needs(s->c, occupation, &needs);
    for (int32_t i = 0; i < needs; i++)
        s->levels[need[i].skill] = s->own ? s->own[need[i].skill] : 0;
}

/* A move that was drawn says more than that anybody may begin there. */
static bool is_drawn(const struct career *c, int32_t from, int32_t to)
{
    for (int32_t i = c->move_at[from]; i < c->move_at[from + 1]; i++)
        if (c->move[i].to == to)
            return true;
    return false;
}

static void reach_open(struct search *s, int32_t from)
{
    for (int32_t to = 0; to < s->c->occupations; to++)
        if (s->c->open[to] && to != from && !is_drawn(s->c, from, to)) {
            struct way_step step = learning_step(s->c, to, WAY_open, s->levels, s->by);
            reach(s, from, &step);
        }
}

static void expand(struct search *s, int32_t from)
{
    const struct career *c = s->c;
    int32_t count = stand_in(s, from);
    for (int32_t i = c->move_at[from]; i < c->move_at[from + 1]; i++) {
        struct way_step step = drawn_step(c, &c->move[i], s->levels, s->by);
        reach(s, from, &step);
    }
    if (!has_moves(c, from))
        reach_near(s, from, count);
    if (s->opens)
        reach_open(s, from);
    leave(s, from);
}

static void write_way(const struct search *s, int32_t to, struct arena *mem, struct way *out)
{
    const struct reached *end = &s->at[to];
    out->cost = end->cost;
    out->count = end->steps;
    out->steps = arena_alloc(mem, (size_t)end->steps * sizeof(*out->steps) + 1);
    for (int i = end->steps - 1; i >= 0; i--, to = s->at[to].before)
        out->steps[i] = s->at[to].by;
}

static void start(struct search *s, int32_t from, struct arena *scratch)
{
    const size_t occupations = (size_t)s->c->occupations, skills = (size_t)s->c->skills;
    s->at = arena_alloc(scratch, occupations * sizeof(*s->at));
    s->heap = arena_alloc(scratch, occupations * sizeof(*s->heap));
    s->have = arena_alloc(scratch, occupations * sizeof(*s->have));
    s->near = arena_alloc(scratch, occupations * sizeof(*s->near));
    s->levels = arena_alloc(scratch, skills + 1);
    s->skills = arena_alloc(scratch, skills * sizeof(*s->skills) + 1);
    if (s->own)
        memcpy(s->levels, s->own, skills);
    for (int32_t i = 0; s->own && i < s->c->skills; i++)
        if (s->own[i])
            s->skills[s->owns++] = i;
    s->at[from] = (struct reached){.before = -1, .seen = true};
    put_at(s, 0, from);
    s->waiting = 1;
}

bool way_find(const struct career *c, int32_t from, int32_t to, const uint8_t *own, enum way_by by,
    struct arena *mem, struct way *out)
{
    struct arena scratch = {0};
    struct search s = {.c = c, .own = own, .by = by, .opens = true};
    int32_t now = -1;
    start(&s, from, &scratch);
    while (s.waiting > 0 && (now = take_best(&s)) != to)
        expand(&s, now);
    if (now == to)
        write_way(&s, to, mem, out);
    arena_release(&scratch);
    return now == to;
}

void way_steps(const struct career *c, int32_t from, const uint8_t *own, enum way_by by,
    struct arena *mem, struct way_step **out, int32_t *count)
{
    struct arena scratch = {0};
    struct search s = {.c = c, .own = own, .by = by};
    start(&s, from, &scratch);
    expand(&s, take_best(&s));
    *out = arena_alloc(mem, (size_t)s.waiting * sizeof(**out) + 1);
    for (*count = 0; s.waiting > 0; (*count)++)
        (*out)[*count] = s.at[take_best(&s)].by;
    arena_release(&scratch);
}
