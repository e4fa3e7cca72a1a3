/* SPDX-License-Identifier: EUPL-1.2 */
/* Careers for the screens: cards, lists, what an occupation takes, and ways. */
#include <stdlib.h>
#include <string.h>

#include "model/local.h"
#include "store/careers_inner.h"

static const char *in_language(struct reading *r, struct stmt *q, int column)
{
    return local_text(stmt_get_text(q, column), r->lang, &r->rs->mem);
}

/* Row id of a record, or NO_NUMBER when there is none. */
static int find_rowid(
    struct store *s, const char *sql, const char *id, int64_t *rowid, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, sql);
    stmt_text(q, 1, id);
    int rc = stmt_step(q, err);
    *rowid = rc > 0 ? stmt_get_number(q, 0) : NO_NUMBER;
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int career_find(struct store *s, const char *id, int32_t *number, struct err *err)
{
    int64_t rowid;
    *number = -1;
    if (careers_load(s->cache, &s->careers, err) < 0 ||
        find_rowid(s, "SELECT rowid FROM occupation WHERE id = ?", id, &rowid, err) < 0)
        return -1;
    if (rowid != NO_NUMBER)
        *number = careers_occupation(&s->careers, rowid);
    return 0;
}

/* ---- a card ---- */

static int add_card(struct reading *r, const char *id, struct err *err)
{
    static const struct {
        int card;
        bool local;
    } columns[] = {{CARD_label, true}, {CARD_ladder, true}, {CARD_does, true}, {CARD_day, true},
        {CARD_change, true}, {CARD_talk, true}, {CARD_credit, true}, {CARD_source, false},
        {CARD_crebo, false}, {CARD_esco, false}, {CARD_isco, false}};
    enum { TEXTS = sizeof(columns) / sizeof(columns[0]) };
    struct stmt *q = db_stmt(r->s->cache,
        "SELECT label, ladder, does, day, change, talk, credit, name, crebo, esco, isco,"
        " rung, occupation.checked, other_trade FROM occupation"
        " LEFT JOIN source ON source.id = occupation.source WHERE occupation.id = ?");
    stmt_text(q, 1, id);
    int rc = stmt_step(q, err);
    if (rc > 0) {
        struct record *card = rowset_add(r->rs, TYPE_CARD);
        card->id = arena_strdup(&r->rs->mem, id);
        for (int i = 0; i < TEXTS; i++)
            record_set_text(card, columns[i].card,
                columns[i].local ? in_language(r, q, i)
                                 : arena_strdup(&r->rs->mem, stmt_get_text(q, i)));
        record_set_number(card, CARD_rung, stmt_get_number(q, TEXTS));
        record_set_number(card, CARD_checked, stmt_get_number(q, TEXTS + 1));
        record_set_number(card, CARD_other_trade, stmt_get_number(q, TEXTS + 2));
    }
    stmt_reset(q);
    r->rs->total = r->rs->count;
    return rc < 0 ? -1 : 0;
}

int store_card(
    struct store *s, const char *occupation, const char *lang, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    rowset_start(rs, 1);
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, add_card(&r, occupation, err), rs, err);
}

/* ---- lists ---- */

struct record *career_add_job(struct reading *r, struct stmt *q)
{
    struct record *job = rowset_add(r->rs, TYPE_JOB);
    job->id = arena_strdup(&r->rs->mem, stmt_get_text(q, 0));
    record_set_text(job, JOB_label, in_language(r, q, 1));
    record_set_text(job, JOB_ladder, in_language(r, q, 2));
    record_set_number(job, JOB_rung, stmt_get_number(q, 3));
    record_set_text(job, JOB_does, in_language(r, q, 4));
    return job;
}

/* The occupation with this number; NULL on an error, which is set, or when it is gone. */
static struct record *add_job_number(struct reading *r, int32_t number, struct err *err)
{
    struct stmt *q = db_stmt(r->s->cache, "SELECT " JOB_COLUMNS " FROM occupation WHERE rowid = ?");
    stmt_number(q, 1, r->s->careers.occupation[number]);
    struct record *job = stmt_step(q, err) > 0 ? career_add_job(r, q) : NULL;
    stmt_reset(q);
    return job;
}

/* How well an occupation answers to a name. One of the fund's ladders goes before others, unless
 * the name only stands in its own. */
enum called { CALLED_not, CALLED_partly, CALLED_also, CALLED_so, CALLED_id };
enum { ON_LADDER = CALLED_so - CALLED_partly };

static enum called compare_name(const char *folded, const char *name, size_t len)
{
    char text[LIM_QUERY * 2];
    struct buf b = BUF_INIT(LIM_QUERY * 2);
    enum called called = CALLED_not;
    if (len < sizeof(text)) {
        memcpy(text, name, len);
        text[len] = '\0';
        (void)words_fold(&b, text);
        called = strcmp(b.p, folded) == 0      ? CALLED_so
                 : strstr(b.p, folded) != NULL ? CALLED_partly
                                               : CALLED_not;
    }
    buf_release(&b);
    return called;
}

static enum called is_called(
    const char *text, const char *folded, const char *id, const char *label, const char *keywords)
{
    struct local_line line;
    enum called best = CALLED_not;
    size_t len;
    const char *word;
    if (strcmp(text, id) == 0)
        return CALLED_id;
    for (int i = 0; local_line(label, i, &line); i++) {
        enum called c = compare_name(folded, line.text, line.len);
        best = c > best ? c : best;
    }
    for (int i = 0; (word = list_element(keywords, i, &len)); i++)
        if (compare_name(folded, word, len) == CALLED_so && best < CALLED_also)
            best = CALLED_also;
    return best;
}

/* Those that answer best, in the order of the list. */
static int find_called(
    struct reading *r, const char *text, int64_t first, int limit, struct err *err)
{
    struct buf folded = BUF_INIT(LIM_QUERY * 2);
    (void)words_fold(&folded, text);
    int best = CALLED_partly;
    struct stmt *q = db_stmt(r->s->cache,
        "SELECT " JOB_COLUMNS ", keywords FROM occupation ORDER BY ladder, rung, label");
    int rc = *folded.p ? 1 : 0;
    while (rc > 0 && (rc = stmt_step(q, err)) > 0) {
        int c = is_called(
            text, folded.p, stmt_get_text(q, 0), stmt_get_text(q, 1), stmt_get_text(q, 5));
        if (c == CALLED_id || (c > CALLED_partly && *stmt_get_text(q, 2)))
            c += ON_LADDER;
        if (c > best) {
            rowset_start(r->rs, limit);
            r->rs->first = first;
            best = c;
        }
        if (c < best)
            continue;
        if (r->rs->total >= first && r->rs->count < limit)
            (void)career_add_job(r, q);
        r->rs->total++;
    }
    stmt_reset(q);
    buf_release(&folded);
    return rc;
}

int store_jobs_called(struct store *s, const char *text, const char *lang, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    rowset_start(rs, limit);
    rs->first = first;
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, find_called(&r, text, first, limit, err), rs, err);
}

/* ---- steps ---- */

/* What the fund says of a move that it has drawn. */
static int add_words(
    struct reading *r, struct record *job, int32_t from, int32_t to, struct err *err)
{
    struct stmt *q =
        db_stmt(r->s->cache, "SELECT opens, carries FROM career_step WHERE"
                             " \"from\" = (SELECT id FROM occupation WHERE rowid = ?1) AND"
                             " \"to\" = (SELECT id FROM occupation WHERE rowid = ?2) LIMIT 1");
    stmt_number(q, 1, r->s->careers.occupation[from]);
    stmt_number(q, 2, r->s->careers.occupation[to]);
    int rc = stmt_step(q, err);
    if (rc > 0) {
        record_set_text(job, JOB_opens, in_language(r, q, 0));
        record_set_text(job, JOB_carries, in_language(r, q, 1));
    }
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int career_add_step(
    struct reading *r, int32_t from, const struct way_step *step, int32_t listed, struct err *err)
{
    const struct career *c = &r->s->careers.graph;
    struct arena mem = {0};
    uint8_t *levels = arena_alloc(&mem, (size_t)c->skills + 1);
    career_gain(c, from, levels);
    struct gap gap = career_gap(c, step->to, levels);
    arena_release(&mem);
    struct record *job = add_job_number(r, listed, err);
    if (!job)
        return err->code ? -1 : 0;
    record_set_number(job, JOB_months, step->cost.months);
    record_set_number(job, JOB_days_off, step->cost.days_off);
    record_set_number(job, JOB_away, step->cost.away);
    record_set_number(job, JOB_essential, gap.essential);
    record_set_number(job, JOB_have, gap.have);
    if (step->kind != WAY_drawn)
        return 0;
    record_set_number(job, JOB_direction, step->move->direction);
    return add_words(r, job, from, step->to, err);
}

/* By direction, as a map has them: up, to lead, aside, to another branch, near; cheapest first. */
static int compare_steps(const void *a, const void *b)
{
    static const int rank[] = {[DIRECTION_grow] = 0,
        [DIRECTION_lead] = 1,
        [DIRECTION_broaden] = 2,
        [DIRECTION_switch] = 3};
    const struct way_step *x = a, *y = b;
    int first = x->move ? rank[x->move->direction] : 4,
        second = y->move ? rank[y->move->direction] : 4;
    if (first != second)
        return first - second;
    int cost = way_compare(&x->cost, &y->cost, WAY_BY_months);
    return cost != 0 ? cost : (x->to > y->to) - (x->to < y->to);
}

static int read_neighbours(
    struct reading *r, const char *occupation, int64_t first, int limit, struct err *err)
{
    int32_t from, count;
    struct way_step *steps;
    if (career_find(r->s, occupation, &from, err) < 0)
        return -1;
    if (from < 0)
        return 0;
    way_steps(&r->s->careers.graph, from, NULL, WAY_BY_months, &r->s->scratch, &steps, &count);
    r->rs->total = count;
    if (count > 0)
        qsort(steps, (size_t)count, sizeof(*steps), compare_steps);
    for (int64_t i = first; i < count && i < first + limit; i++)
        if (career_add_step(r, from, &steps[i], steps[i].to, err) < 0)
            return -1;
    return 0;
}

int store_neighbours(struct store *s, const char *occupation, const char *lang, int64_t first,
    int limit, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    rowset_start(rs, limit);
    rs->first = first;
    if (!cache_read_begin(s))
        return 0;
    int rc = read_neighbours(&r, occupation, first, limit, err);
    arena_clear(&s->scratch);
    return cache_read_end(s, rc, rs, err);
}

static int read_way(struct reading *r, const char *from_id, const char *to_id, enum way_by by,
    struct way_cost *cost, struct err *err)
{
    struct way way;
    int32_t from, to;
    if (career_find(r->s, from_id, &from, err) < 0 || career_find(r->s, to_id, &to, err) < 0)
        return -1;
    if (from < 0 || to < 0 ||
        !way_find(&r->s->careers.graph, from, to, NULL, by, &r->s->scratch, &way))
        return 0;
    *cost = way.cost;
    rowset_start(r->rs, way.count + 1);
    r->rs->total = way.count;
    for (int i = 0; i < way.count; from = way.steps[i++].to)
        if (career_add_step(r, from, &way.steps[i], way.steps[i].to, err) < 0)
            return -1;
    return 0;
}

int store_way(struct store *s, const char *from, const char *to, enum way_by by, const char *lang,
    struct rowset *rs, struct way_cost *cost, struct err *err)
{
    struct reading r = {s, lang, rs};
    rowset_start(rs, 1);
    *cost = (struct way_cost){0};
    if (!cache_read_begin(s))
        return 0;
    int rc = read_way(&r, from, to, by, cost, err);
    arena_clear(&s->scratch);
    return cache_read_end(s, rc, rs, err);
}

/* ---- what an occupation takes ---- */

/* The course that gives a skill at the level, or nearest below it; of several that start the one
 * that starts soonest, then the cheapest. */
static int add_course(
    struct reading *r, struct record *ability, int64_t skill, int64_t today, struct err *err)
{
    struct stmt *q = db_stmt(r->s->cache,
        "SELECT course.id, course.title, course.form, course.days, course.price, run.\"start\","
        " run.place, source.checked FROM outcome JOIN course ON course.id = outcome.course"
        " LEFT JOIN source ON source.id = course.source"
        " LEFT JOIN run ON run.course = course.id AND run.\"start\" >= ?2"
        " WHERE outcome.skill = (SELECT id FROM skill WHERE rowid = ?1)"
        " ORDER BY coalesce(outcome.level, 5) < coalesce(?3, 0),"
        " abs(coalesce(outcome.level, 5) - coalesce(?3, 0)), run.\"start\" IS NULL, run.\"start\", "
        "course.price IS NULL, course.price,"
        " course.id, run.id LIMIT 1");
    stmt_number(q, 1, skill);
    stmt_number(q, 2, today);
    stmt_number(q, 3, record_number(ability, ABILITY_level));
    int rc = stmt_step(q, err);
    if (rc > 0) {
        record_set_text(ability, ABILITY_course, arena_strdup(&r->rs->mem, stmt_get_text(q, 0)));
        record_set_text(ability, ABILITY_title, arena_strdup(&r->rs->mem, stmt_get_text(q, 1)));
        record_set_number(ability, ABILITY_form, stmt_get_number(q, 2));
        record_set_number(ability, ABILITY_days, stmt_get_number(q, 3));
        record_set_number(ability, ABILITY_price, stmt_get_number(q, 4));
        record_set_number(ability, ABILITY_start, stmt_get_number(q, 5));
        record_set_text(ability, ABILITY_place, arena_strdup(&r->rs->mem, stmt_get_text(q, 6)));
        record_set_number(ability, ABILITY_checked, stmt_get_number(q, 7));
    }
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static int add_ability(
    struct reading *r, const struct career_need *need, bool there, int64_t today, struct err *err)
{
    int64_t skill = r->s->careers.skill[need->skill];
    struct stmt *q =
        db_stmt(r->s->cache, "SELECT id, label, knowledge, unofficial FROM skill WHERE rowid = ?");
    stmt_number(q, 1, skill);
    int rc = stmt_step(q, err);
    struct record *ability = rc > 0 ? rowset_add(r->rs, TYPE_ABILITY) : NULL;
    if (ability) {
        ability->id = arena_strdup(&r->rs->mem, stmt_get_text(q, 0));
        record_set_text(ability, ABILITY_label, in_language(r, q, 1));
        record_set_number(ability, ABILITY_knowledge, stmt_get_number(q, 2));
        record_set_number(ability, ABILITY_unofficial, stmt_get_number(q, 3));
        if (need->level)
            record_set_number(ability, ABILITY_level, need->level);
        record_set_number(ability, ABILITY_essential, need->essential);
        record_set_number(ability, ABILITY_there, there);
    }
    stmt_reset(q);
    if (rc <= 0)
        return rc;
    return there ? 0 : add_course(r, ability, skill, today, err);
}

/* What is missing, what is there, what is good to have. */
static int group_of(const struct career_need *need, const uint8_t *levels)
{
    return need->essential ? career_has(need, levels) : 2;
}

static int read_abilities(struct reading *r, const char *occupation, const char *from_id,
    int64_t today, int limit, struct err *err)
{
    int32_t number, from = -1, count;
    if (career_find(r->s, occupation, &number, err) < 0 ||
        (*from_id && career_find(r->s, from_id, &from, err) < 0))
        return -1;
    if (number < 0)
        return 0;
    const struct career *c = &r->s->careers.graph;
    uint8_t *levels = arena_alloc(&r->s->scratch, (size_t)c->skills + 1);
    const struct career_need *need = career_needs(c, number, &count);
    if (from >= 0)
        career_gain(c, from, levels);
    for (int group = 0; group < 3; group++)
        for (int32_t i = 0; i < count; i++) {
            if (group_of(&need[i], levels) != group || r->rs->total++ < r->rs->first ||
                r->rs->count >= limit)
                continue;
            if (add_ability(r, &need[i], career_has(&need[i], levels), today, err) < 0)
                return -1;
        }
    return 0;
}

int store_abilities(struct store *s, const char *occupation, const char *from, const char *lang,
    int64_t today, int64_t first, int limit, struct rowset *rs, struct err *err)
{
    struct reading r = {s, lang, rs};
    rowset_start(rs, limit);
    rs->first = first;
    if (!cache_read_begin(s))
        return 0;
    int rc = read_abilities(&r, occupation, from, today, limit, err);
    arena_clear(&s->scratch);
    return cache_read_end(s, rc, rs, err);
}
