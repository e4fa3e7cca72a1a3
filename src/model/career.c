/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/career.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static void *copy(struct arena *mem, const void *from, size_t count, size_t size)
{
    void *to = arena_alloc(mem, count * size + 1);
    if (count > 0)
        memcpy(to, from, count * size);
    return to;
}

static int compare_needs(const void *a, const void *b)
{
    const struct career_need *x = a, *y = b;
    if (x->occupation != y->occupation)
        return x->occupation < y->occupation ? -1 : 1;
    return (x->skill > y->skill) - (x->skill < y->skill);
}

static int compare_moves(const void *a, const void *b)
{
    const struct career_move *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static void check_need(const struct career_parts *p, const struct career_need *n)
{
    if (n->occupation < 0 || n->occupation >= p->occupations || n->skill < 0 ||
        n->skill >= p->skills)
        BUG("a need of occupation %d, skill %d", n->occupation, n->skill);
}

/* at[i + 1] counts what belongs to i; this makes places of the counts. */
static void sum_up(int32_t *at, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        at[i + 1] += at[i];
}

static void place_needs(struct career *c, int32_t needs)
{
    c->need_at = arena_alloc(&c->mem, ((size_t)c->occupations + 1) * sizeof(int32_t));
    c->user_at = arena_alloc(&c->mem, ((size_t)c->skills + 1) * sizeof(int32_t));
    c->essentials = arena_alloc(&c->mem, ((size_t)c->occupations + 1) * sizeof(int32_t));
    for (int32_t i = 0; i < needs; i++) {
        c->need_at[c->need[i].occupation + 1]++;
        c->user_at[c->need[i].skill + 1] += c->need[i].essential;
        c->essentials[c->need[i].occupation] += c->need[i].essential;
    }
    sum_up(c->need_at, c->occupations);
    sum_up(c->user_at, c->skills);
}

static void place_users(struct career *c, int32_t needs)
{
    struct arena scratch = {0};
    int32_t *next = copy(&scratch, c->user_at, (size_t)c->skills + 1, sizeof(int32_t));
    c->user = arena_alloc(&c->mem, (size_t)c->user_at[c->skills] * sizeof(int32_t) + 1);
    for (int32_t i = 0; i < needs; i++)
        if (c->need[i].essential)
            c->user[next[c->need[i].skill]++] = i;
    arena_release(&scratch);
}

static void place_moves(struct career *c, int32_t moves)
{
    c->move_at = arena_alloc(&c->mem, ((size_t)c->occupations + 1) * sizeof(int32_t));
    c->led_to = arena_alloc(&c->mem, (size_t)c->occupations + 1);
    for (int32_t i = 0; i < moves; i++) {
        const struct career_move *m = &c->move[i];
        if (m->from < 0 || m->from >= c->occupations || m->to < 0 || m->to >= c->occupations)
            BUG("a move from %d to %d", m->from, m->to);
        c->move_at[m->from + 1]++;
        c->led_to[m->to] = true;
    }
    sum_up(c->move_at, c->occupations);
}

void career_make(struct career *c, const struct career_parts *p)
{
    *c = (struct career){.occupations = p->occupations, .skills = p->skills};
    for (int32_t i = 0; i < p->needs; i++)
        check_need(p, &p->need[i]);
    c->need = copy(&c->mem, p->need, (size_t)p->needs, sizeof(*p->need));
    c->move = copy(&c->mem, p->move, (size_t)p->moves, sizeof(*p->move));
    c->lesson = copy(&c->mem, p->lesson, (size_t)p->skills, sizeof(*p->lesson));
    c->open = arena_alloc(&c->mem, (size_t)p->occupations + 1);
    if (p->open)
        memcpy(c->open, p->open, (size_t)p->occupations * sizeof(*p->open));
    qsort(c->need, (size_t)p->needs, sizeof(*c->need), compare_needs);
    qsort(c->move, (size_t)p->moves, sizeof(*c->move), compare_moves);
    place_needs(c, p->needs);
    place_users(c, p->needs);
    place_moves(c, p->moves);
}

void career_release(struct career *c)
{
    arena_release(&c->mem);
    *c = (struct career){0};
}

const struct career_need *career_needs(const struct career *c, int32_t occupation, int32_t *count)
{
    *count = c->need_at[occupation + 1] - c->need_at[occupation];
    return c->need + c->need_at[occupation];
}

void career_gain(const struct career *c, int32_t occupation, uint8_t *levels)
{
    int32_t count;
    const struct career_need *need = career_needs(c, occupation, &count);
    for (int32_t i = 0; i < count; i++) {
        uint8_t level = need[i].level ? need[i].level : LEVEL_some;
        if (levels[need[i].skill] < level)
            levels[need[i].skill] = level;
    }
}

bool career_has(const struct career_need *need, const uint8_t *levels)
{
    return levels[need->skill] > 0 && levels[need->skill] >= need->level;
}

struct gap career_gap(const struct career *c, int32_t occupation, const uint8_t *levels)
{
    int32_t count;
    struct gap gap = {.essential = c->essentials[occupation]};
    const struct career_need *need = career_needs(c, occupation, &count);
    for (int32_t i = 0; i < count; i++)
        gap.have += need[i].essential && career_has(&need[i], levels);
    return gap;
}
