/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists of the fund's own occupations. They are few: a list is made whole and its window kept. */
#include <stdlib.h>
#include <string.h>

#include "store/careers_inner.h"

enum { JOBS_MOST = 300 }; /* rows of one list */

/* Its own occupations stand in a branch; those of a classification do not. */
#define OURS "ladder <> '' AND coalesce(other_trade, 0) = 0"

static int list_all(struct reading *r, struct stmt *q, struct err *err)
{
    int rc;
    while ((rc = stmt_step(q, err)) > 0 && r->rs->count < JOBS_MOST)
        (void)career_add_job(r, q);
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

/* Brackets around one list. */
static bool begin(struct reading *r)
{
    rowset_start(r->rs, JOBS_MOST);
    return cache_read_begin(r->s);
}

static int end(struct reading *r, int rc, int64_t first, int limit, struct err *err)
{
    keep_window(r->rs, first, limit);
    arena_clear(&r->s->scratch);
    return cache_read_end(r->s, rc, r->rs, err);
}

/* ---- branches ---- */

/* The first row of each branch stays, and learns how many there were. */
static void keep_first_of_branch(struct rowset *rs)
{
    int kept = 0;
    for (int i = 0; i < rs->count; i++) {
        struct record *last = kept > 0 ? &rs->rows[kept - 1] : NULL;
        if (last &&
            strcmp(record_text(last, JOB_ladder), record_text(&rs->rows[i], JOB_ladder)) == 0) {
            record_set_number(last, JOB_count, record_number(last, JOB_count) + 1);
            continue;
        }
        rs->rows[kept] = rs->rows[i];
        record_set_number(&rs->rows[kept++], JOB_count, 1);
    }
    rs->count = kept;
}

int store_ladders(
    struct store *s, const char *lang, int64_t first, int limit, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    if (!begin(&r))
        return 0;
    int rc = list_all(&r,
        db_stmt(s->cache, "SELECT " JOB_COLUMNS " FROM occupation o WHERE " OURS
                          " ORDER BY (SELECT min(rowid) FROM occupation WHERE ladder = o.ladder),"
                          " rung, rowid"),
        err);
    keep_first_of_branch(rs);
    return end(&r, rc, first, limit, err);
}

int store_ladder(struct store *s, const char *occupation, const char *lang, int64_t first,
    int limit, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    if (!begin(&r))
        return 0;
    struct stmt *q = db_stmt(s->cache,
        "SELECT " JOB_COLUMNS " FROM occupation WHERE " OURS
        " AND ladder = (SELECT ladder FROM occupation WHERE id = ?1) ORDER BY rung, rowid");
    stmt_text(q, 1, occupation);
    return end(&r, list_all(&r, q, err), first, limit, err);
}

/* ---- wishes and likings ---- */

int store_wanted(struct store *s, const char *want, const char *lang, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    if (!begin(&r))
        return 0;
    struct stmt *q = db_stmt(s->cache,
        "SELECT " JOB_COLUMNS " FROM occupation WHERE " OURS
        " AND instr(char(10) || wants || char(10), char(10) || ?1 || char(10)) > 0"
        " ORDER BY rung, rowid");
    stmt_text(q, 1, want);
    return end(&r, list_all(&r, q, err), first, limit, err);
}

/* Two points for what was answered, one off for the other of the pair. */
static int score_of(const char *interests, unsigned tastes)
{
    int score = 0;
    size_t len;
    const char *name;
    for (int i = 0; (name = list_element(interests, i, &len)); i++) {
        int taste = choice_index(TASTES, name, len);
        if (taste < 0)
            continue;
        score += tastes & 1u << taste ? 2 : 0;
        score -= tastes & 1u << (taste ^ 1) ? 1 : 0;
    }
    return score;
}

struct scored {
    struct record job;
    int score, place;
};

static int compare_scores(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    return x->score != y->score ? y->score - x->score : x->place - y->place;
}

static int read_scored(struct reading *r, unsigned tastes, struct scored *scored, struct err *err)
{
    struct stmt *q = db_stmt(r->s->cache, "SELECT " JOB_COLUMNS ", interests FROM occupation"
                                          " WHERE " OURS " ORDER BY rung, rowid");
    int rc;
    while ((rc = stmt_step(q, err)) > 0 && r->rs->count < JOBS_MOST) {
        int i = r->rs->count;
        scored[i] =
            (struct scored){*career_add_job(r, q), score_of(stmt_get_text(q, 5), tastes), i};
    }
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

/* What nothing speaks for is no answer. */
int store_liked(struct store *s, unsigned tastes, const char *lang, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    if (!begin(&r))
        return 0;
    struct scored *scored = arena_alloc(&s->scratch, JOBS_MOST * sizeof(*scored));
    int rc = read_scored(&r, tastes, scored, err), count = rs->count;
    qsort(scored, (size_t)count, sizeof(*scored), compare_scores);
    rs->count = 0;
    for (int i = 0; i < count && scored[i].score > 0; i++)
        rs->rows[rs->count++] = scored[i].job;
    return end(&r, rc, first, limit, err);
}

/* ---- where people come from ---- */

int store_trades(
    struct store *s, const char *lang, int64_t first, int limit, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    if (!begin(&r))
        return 0;
    struct stmt *q = db_stmt(s->cache, "SELECT " JOB_COLUMNS " FROM occupation"
                                       " WHERE other_trade = 1 ORDER BY rowid");
    return end(&r, list_all(&r, q, err), first, limit, err);
}

static int read_ways_in(struct reading *r, const char *occupation, struct err *err)
{
    int32_t to;
    struct way_step step;
    if (career_find(r->s, occupation, &to, err) < 0)
        return -1;
    const struct career *c = &r->s->careers.graph;
    for (int32_t i = 0; to >= 0 && i < c->move_at[c->occupations]; i++) {
        const struct career_move *m = &c->move[i];
        if (m->to != to || r->rs->count == JOBS_MOST ||
            !way_step(c, m->from, to, NULL, WAY_BY_months, &step))
            continue;
        if (career_add_step(r, m->from, &step, m->from, err) < 0)
            return -1;
    }
    return 0;
}

int store_ways_in(struct store *s, const char *occupation, const char *lang, int64_t first,
    int limit, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    if (!begin(&r))
        return 0;
    return end(&r, read_ways_in(&r, occupation, err), first, limit, err);
}
