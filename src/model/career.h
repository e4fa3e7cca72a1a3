/* SPDX-License-Identifier: EUPL-1.2 */
/* Occupations, what they take, and the ways from one to another: as numbers, in memory.
 *
 * Occupations and skills are counted from 0. A skill is there when somebody has it at the level
 * that is needed, or when one of the levels is not known. */
#ifndef ACHT_MODEL_CAREER_H
#define ACHT_MODEL_CAREER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "model/type.h"

/* Wishes with which somebody comes, and what people like: either of each pair. */
#define WANTS "better|other|lead|robots|lighter"
#define TASTES "hands|head|self|machine|alone|people|workshop|travel|precise|big|steady|varied"
#define TASTES_COUNT 12

struct career_need {
    int32_t occupation, skill;
    uint8_t level; /* 1 to 5; 0: not known */
    bool essential;
};
struct career_move {
    int32_t from, to;
    enum direction direction;
    int32_t months, days_off;
};

/* The best way to learn a skill apart from doing it at work, in the order in which they are liked:
 * no course gives it; one does, in lessons; one that costs no day of work; one at the workplace. */
enum lesson_form { LESSON_none, LESSON_away, LESSON_own_time, LESSON_workplace };
struct lesson {
    enum lesson_form form;
    int32_t days;   /* of lessons in working time */
    bool knowledge; /* to know, not to do: no task at work teaches it */
};

/* {0} is a trade without occupations. Made once, then only read. */
struct career {
    int32_t occupations, skills;
    int32_t
        *need_at; /* occupations + 1 places in need, which is in the order of occupation, skill */
    struct career_need *need;
    int32_t
        *user_at; /* skills + 1 places in user: needs that have this skill, essential ones only */
    int32_t *user;
    int32_t *essentials; /* how many of an occupation's needs are essential */
    int32_t *move_at;    /* occupations + 1 places in move */
    struct career_move *move;
    bool *led_to; /* occupations to which a move leads */
    bool *open;   /* occupations that anybody may begin */
    struct lesson *lesson;
    struct arena mem; /* owns all of it */
};

/* Needs and moves in any order, none twice, all within the counts; they are copied. */
struct career_parts {
    int32_t occupations, skills, needs, moves;
    const struct career_need *need;
    const struct career_move *move;
    const struct lesson *lesson; /* skills of them */
    const bool *open;            /* occupations of them; NULL: none */
};
void career_make(struct career *c, const struct career_parts *parts);
void career_release(struct career *c);

/* What somebody has: a level by skill, 0 is none, LEVEL_some a level that is not known. */
#define LEVEL_some 6
/* Adds the needs of an occupation to levels, which has c->skills of them. */
void career_gain(const struct career *c, int32_t occupation, uint8_t *levels);

/* Whether this is enough for that need. */
bool career_has(const struct career_need *need, const uint8_t *levels);

/* The needs of an occupation. */
const struct career_need *career_needs(const struct career *c, int32_t occupation, int32_t *count);

struct gap {
    int32_t essential, have; /* essential needs, and those that are there */
};
struct gap career_gap(const struct career *c, int32_t occupation, const uint8_t *levels);

/* ---- ways ---- */

/* What a way costs. away: skills on it that are learnt elsewhere than at the workplace. */
struct way_cost {
    int32_t months, days_off, away;
};

/* What is looked at first, second and third when two ways are compared:
 *   months     months, days off, skills learnt away
 *   days-off   days off, months, skills learnt away
 *   workplace  skills learnt away, days off, months */
#define WAY_BYS "months|days-off|workplace"
enum way_by { WAY_BY_months, WAY_BY_days_off, WAY_BY_workplace, WAY_BYS_COUNT };

/* One step of a way: a move that the fund has drawn; or to an occupation that anybody may begin;
 * or, where no moves were drawn, neither out of the one occupation nor into the other, to one of
 * whose essential skills at least half are there already. The last two take what it takes to learn
 * what is missing. */
enum way_kind { WAY_drawn, WAY_open, WAY_near };
struct way_step {
    int32_t to;
    enum way_kind kind;
    const struct career_move *move; /* of WAY_drawn */
    struct way_cost cost;
};
struct way {
    struct way_cost cost;
    int count;
    struct way_step *steps; /* in the arena that was given */
};

/* How one skill is learnt best. */
struct way_cost way_learn(const struct career *c, int32_t skill, enum way_by by);
/* The first difference decides, as WAY_BYS says: below 0, 0, above 0. */
int way_compare(const struct way_cost *a, const struct way_cost *b, enum way_by by);

/* The best way, exactly: no other costs less, and of those that cost the same none has fewer steps.
 * own: levels of skills that the person has beside those of `from`; NULL: none. Returns false when
 * no way leads there. */
bool way_find(const struct career *c, int32_t from, int32_t to, const uint8_t *own, enum way_by by,
    struct arena *mem, struct way *out);

/* The steps from an occupation, but for those that anybody may make; cheapest first, in mem. */
void way_steps(const struct career *c, int32_t from, const uint8_t *own, enum way_by by,
    struct arena *mem, struct way_step **out, int32_t *count);

/* What one step would cost: the moves that were drawn, or the skills that are missing. Returns
 * false when there is no step. */
bool way_step(const struct career *c, int32_t from, int32_t to, const uint8_t *own, enum way_by by,
    struct way_step *out);

#endif
