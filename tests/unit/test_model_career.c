/* SPDX-License-Identifier: EUPL-1.2 */
/* Gaps and ways: small cases that a trainer can check, and random trades in which every way is
 * compared with what a search without any cleverness finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "model/career.h"

#define SEED UINT64_C(20261125)

static uint64_t state;

static int below(int n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return n > 0 ? (int)(state >> 33) % n : 0;
}

/* ---- a trade that fits on a hand ---- */

enum { HELPER, WELDER, ALLROUND, TRAINER, ROBOTS, ISLAND, OCCUPATIONS };
enum { WELD, DRAW, TEACH, PROGRAM, SAFETY, SKILLS };

static const struct career_need needs[] = {
    {HELPER, SAFETY, 2, true},
    {WELDER, WELD, 3, true},
    {WELDER, SAFETY, 3, true},
    {ALLROUND, WELD, 4, true},
    {ALLROUND, DRAW, 3, true},
    {ALLROUND, SAFETY, 3, true},
    {TRAINER, WELD, 4, true},
    {TRAINER, TEACH, 3, true},
    {ROBOTS, WELD, 3, true},
    {ROBOTS, PROGRAM, 3, true},
    {ROBOTS, DRAW, 2, false},
    {ISLAND, PROGRAM, 5, true},
};
static const struct career_move moves[] = {
    {HELPER, WELDER, DIRECTION_grow, 12, 20},
    {WELDER, ALLROUND, DIRECTION_grow, 24, 30},
    {ALLROUND, TRAINER, DIRECTION_lead, 6, 3},
    {WELDER, TRAINER, DIRECTION_lead, 36, 2},
    {WELDER, ROBOTS, DIRECTION_broaden, 6, 4},
};
static const struct lesson lessons[SKILLS] = {
    [WELD] = {LESSON_away, 10, false},
    [DRAW] = {LESSON_own_time, 0, true},
    [TEACH] = {LESSON_none, 0, false},
    [PROGRAM] = {LESSON_away, 5, false},
    [SAFETY] = {LESSON_workplace, 0, false},
};

static void make(struct career *c)
{
    career_make(c, &(struct career_parts){OCCUPATIONS, SKILLS, sizeof(needs) / sizeof(needs[0]),
                       sizeof(moves) / sizeof(moves[0]), needs, moves, lessons, NULL});
}

static void the_gap_counts_what_is_essential(void **unused)
{
    (void)unused;
    static const struct {
        int has, level, wanted, have, essential;
    } cases[] = {
        {WELD, 3, ALLROUND, 0, 3}, /* a level short is missing */
        {WELD, 4, ALLROUND, 1, 3},
        {WELD, LEVEL_some, ALLROUND, 1, 3}, /* a level that is not known counts */
        {DRAW, 5, ROBOTS, 0, 2},            /* what is not essential does not count */
        {TEACH, 1, ISLAND, 0, 1},
    };
    struct career c;
    make(&c);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t levels[SKILLS] = {0};
        levels[cases[i].has] = (uint8_t)cases[i].level;
        struct gap gap = career_gap(&c, cases[i].wanted, levels);
        assert_int_equal(gap.have, cases[i].have);
        assert_int_equal(gap.essential, cases[i].essential);
    }
    uint8_t levels[SKILLS] = {0};
    career_gain(&c, WELDER, levels);
    assert_int_equal(career_gap(&c, ALLROUND, levels).have, 1); /* safety; welds a level short */
    career_release(&c);
}

static void each_wish_has_its_own_way(void **unused)
{
    (void)unused;
    static const struct {
        enum way_by by;
        int count, months, days_off, last;
    } cases[] = {
        {WAY_BY_months, 3, 42, 53, ALLROUND},  /* 12 + 24 + 6 */
        {WAY_BY_days_off, 2, 48, 22, WELDER},  /* 20 + 2 */
        {WAY_BY_workplace, 2, 48, 22, WELDER}, /* a drawing must be read for the other one */
    };
    struct career c;
    struct arena mem = {0};
    make(&c);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct way way;
        assert_true(way_find(&c, HELPER, TRAINER, NULL, cases[i].by, &mem, &way));
        assert_int_equal(way.count, cases[i].count);
        assert_int_equal(way.cost.months, cases[i].months);
        assert_int_equal(way.cost.days_off, cases[i].days_off);
        assert_int_equal(way.steps[way.count - 2].to, cases[i].last);
        assert_int_equal(way.steps[way.count - 1].to, TRAINER);
    }
    arena_release(&mem);
    career_release(&c);
}

static void where_nothing_leads_there_is_no_way(void **unused)
{
    (void)unused;
    struct career c;
    struct arena mem = {0};
    struct way way;
    make(&c);
    assert_false(way_find(&c, HELPER, ISLAND, NULL, WAY_BY_months, &mem, &way));
    assert_false(way_find(&c, TRAINER, HELPER, NULL, WAY_BY_months, &mem, &way));
    assert_true(way_find(&c, WELDER, WELDER, NULL, WAY_BY_months, &mem, &way));
    assert_int_equal(way.count, 0);
    arena_release(&mem);
    career_release(&c);
}

/* Half of the essential skills make a step where nobody has drawn any. */
static void half_is_near(void **unused)
{
    (void)unused;
    static const struct career_need four[] = {
        {0, 0, 0, false},
        {0, 1, 0, true},
        {1, 0, 0, true},
        {1, 1, 0, true},
        {1, 2, 0, true},
        {1, 3, 0, true},
        {2, 0, 0, true},
        {2, 3, 0, true},
        {2, 2, 0, true},
    };
    static const struct lesson plain[4] = {{LESSON_none, 0, false}};
    struct career c;
    struct arena mem = {0};
    struct way way;
    career_make(&c, &(struct career_parts){3, 4, 9, 0, four, NULL, plain, NULL});
    assert_true(way_find(&c, 0, 1, NULL, WAY_BY_months, &mem, &way));
    assert_int_equal(way.count, 1);
    assert_int_equal(way.steps[0].kind, WAY_near);
    assert_int_equal(way.cost.months, 4); /* two skills, two months each at work */
    struct way_step step;
    assert_false(way_step(&c, 0, 2, NULL, WAY_BY_months, &step)); /* one of three */
    uint8_t own[4] = {0, 0, 0, 2};
    assert_true(way_step(&c, 0, 2, own, WAY_BY_months, &step)); /* with what he can do himself */
    assert_int_equal(step.cost.months, 2);
    arena_release(&mem);
    career_release(&c);
}

/* ---- any trade ---- */

#define MOST 14

struct trade {
    struct career_need need[MOST * 12];
    struct career_move move[MOST * 3];
    struct lesson lesson[12];
    bool open[MOST];
    struct career_parts parts;
};

static void draw_needs(struct trade *t)
{
    for (int o = 0; o < t->parts.occupations; o++)
        for (int s = 0; s < t->parts.skills; s++)
            if (below(3) == 0)
                t->need[t->parts.needs++] =
                    (struct career_need){o, s, (uint8_t)below(6), below(4) > 0};
}

static void draw_moves(struct trade *t)
{
    int wanted = below(4) ? below(MOST * 2) : 0;
    bool drawn[MOST][MOST] = {{false}};
    for (int i = 0; i < wanted; i++) {
        int from = below(t->parts.occupations), to = below(t->parts.occupations);
        if (from == to || drawn[from][to])
            continue;
        drawn[from][to] = true;
        t->move[t->parts.moves++] = (struct career_move){
            from, to, (enum direction)below(4), below(3) ? below(20) : 0, below(8)};
    }
}

static void draw_trade(struct trade *t)
{
    *t = (struct trade){
        .parts = {2 + below(MOST - 2), 1 + below(11), 0, 0, t->need, t->move, t->lesson}};
    draw_needs(t);
    draw_moves(t);
    for (int o = 0; o < t->parts.occupations; o++)
        t->open[o] = below(8) == 0;
    for (int s = 0; s < t->parts.skills; s++)
        t->lesson[s] = (struct lesson){(enum lesson_form)below(4), below(9), below(3) == 0};
}

struct best {
    struct way_cost cost;
    int steps;
};

/* Tries every step again and again until nothing gets better. */
static void relax(const struct career *c, int from, const uint8_t *own, enum way_by by,
    struct best best[MOST], bool seen[MOST])
{
    for (bool better = true; better;) {
        better = false;
        for (int u = 0; u < c->occupations; u++)
            for (int v = 0; v < c->occupations; v++) {
                struct way_step step;
                if (!seen[u] || v == from || !way_step(c, u, v, own, by, &step))
                    continue;
                struct best b = {{best[u].cost.months + step.cost.months,
                                     best[u].cost.days_off + step.cost.days_off,
                                     best[u].cost.away + step.cost.away},
                    best[u].steps + 1};
                int order = seen[v] ? way_compare(&b.cost, &best[v].cost, by) : -1;
                if (order > 0 || (order == 0 && b.steps >= best[v].steps))
                    continue;
                best[v] = b;
                seen[v] = better = true;
            }
    }
}

/* The steps are steps, and their costs add up to that of the way. */
static void check_steps(
    const struct career *c, int from, const uint8_t *own, enum way_by by, const struct way *way)
{
    struct way_cost sum = {0};
    for (int i = 0; i < way->count; from = way->steps[i++].to) {
        struct way_step step;
        assert_true(way_step(c, from, way->steps[i].to, own, by, &step));
        assert_int_equal(way_compare(&step.cost, &way->steps[i].cost, by), 0);
        assert_ptr_equal(step.move, way->steps[i].move);
        sum.months += step.cost.months;
        sum.days_off += step.cost.days_off;
        sum.away += step.cost.away;
    }
    assert_int_equal(way_compare(&sum, &way->cost, by), 0);
}

static int check_trade(const struct career *c, const uint8_t *own, enum way_by by)
{
    int ways = 0;
    struct arena mem = {0};
    for (int from = 0; from < c->occupations; from++) {
        struct best best[MOST] = {{{0}, 0}};
        bool seen[MOST] = {false};
        seen[from] = true;
        relax(c, from, own, by, best, seen);
        for (int to = 0; to < c->occupations; to++) {
            struct way way;
            bool found = way_find(c, from, to, own, by, &mem, &way);
            assert_int_equal(found, seen[to]);
            if (!found)
                continue;
            assert_int_equal(way_compare(&way.cost, &best[to].cost, by), 0);
            assert_int_equal(way.count, best[to].steps);
            check_steps(c, from, own, by, &way);
            ways += way.count > 1;
        }
        arena_clear(&mem);
    }
    arena_release(&mem);
    return ways;
}

static void no_other_way_is_better(void **unused)
{
    (void)unused;
    int rounds = 300, ways = 0;
    static struct trade trade;
    state = SEED;
    for (int i = 0; i < rounds; i++) {
        struct career c;
        uint8_t own[12] = {0};
        draw_trade(&trade);
        career_make(&c, &trade.parts);
        for (int s = 0; s < c.skills; s++)
            own[s] = below(3) ? 0 : (uint8_t)below(6);
        for (int by = 0; by < WAY_BYS_COUNT; by++) {
            ways += check_trade(&c, NULL, (enum way_by)by);
            ways += check_trade(&c, own, (enum way_by)by);
        }
        career_release(&c);
    }
    printf("seed %llu: %d ways of several steps in %d trades, each the best\n",
        (unsigned long long)SEED, ways, rounds);
    assert_true(ways > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gap_counts_what_is_essential),
        cmocka_unit_test(each_wish_has_its_own_way),
        cmocka_unit_test(where_nothing_leads_there_is_no_way),
        cmocka_unit_test(half_is_near),
        cmocka_unit_test(no_other_way_is_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
