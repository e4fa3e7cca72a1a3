/* SPDX-License-Identifier: EUPL-1.2 */
/* Occupations, needs, moves and lessons as numbers, in few rows: read one by one, the 120,000 needs
 * of all of ESCO would take longer than a key may. Written once at the end of a download. */
#include "store/careers.h"

#include <stdlib.h>
#include <string.h>

#include "store/inner.h"

enum { PART_MAX = 64 * 1024 };
enum { COST_END = 100000 }; /* months and days of one step or course are fewer */

/* What a row holds many of. */
enum part_kind {
    PART_occupations,
    PART_open,
    PART_skills,
    PART_needs,
    PART_moves,
    PART_lessons,
    PART_KINDS
};
static const size_t sizes[PART_KINDS] = {sizeof(int64_t), sizeof(bool), sizeof(int64_t),
    sizeof(struct career_need), sizeof(struct career_move), sizeof(struct lesson)};

/* ---- writing ---- */

struct packing {
    struct db *db;
    enum part_kind kind;
    int64_t part;
    struct buf items;
};

static int write_part(struct packing *p, struct err *err)
{
    if (p->items.len == 0)
        return 0;
    struct stmt *s = db_stmt(p->db, "INSERT INTO career(kind, part, items) VALUES(?1, ?2, ?3)");
    stmt_number(s, 1, p->kind);
    stmt_number(s, 2, p->part++);
    stmt_blob(s, 3, p->items.p, p->items.len);
    int rc = stmt_run(s, err);
    buf_clear(&p->items);
    return rc;
}

static int pack(struct packing *p, const void *item, struct err *err)
{
    if (p->items.len + sizes[p->kind] > PART_MAX && write_part(p, err) < 0)
        return -1;
    return buf_add(&p->items, item, sizes[p->kind]);
}

static int begin_kind(struct packing *p, enum part_kind kind, struct err *err)
{
    int rc = write_part(p, err);
    p->kind = kind;
    p->part = 0;
    return rc;
}

/* Row ids in their order: a thing's number is its place among them. */
struct numbers {
    int64_t *rowid;
    int32_t count;
    int32_t room;
};

static void numbers_add(struct numbers *n, int64_t rowid)
{
    if (n->count == n->room) {
        n->room = n->room ? n->room * 2 : 256;
        n->rowid = mem_realloc(n->rowid, (size_t)n->room * sizeof(*n->rowid));
    }
    n->rowid[n->count++] = rowid;
}

static int32_t number_of(const int64_t *rowids, int32_t count, int64_t rowid)
{
    int32_t low = 0, high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (rowids[middle] < rowid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && rowids[low] == rowid ? low : -1;
}

static int pack_numbers(struct packing *p, enum part_kind kind, struct stmt *rows,
    struct numbers *numbers, struct err *err)
{
    int rc = begin_kind(p, kind, err) < 0 ? -1 : stmt_step(rows, err);
    for (; rc > 0; rc = stmt_step(rows, err)) {
        int64_t rowid = stmt_get_number(rows, 0);
        numbers_add(numbers, rowid);
        if (pack(p, &rowid, err) < 0)
            return -1;
    }
    return rc;
}

/* Who stands on no rung yet may begin on the first. */
static int pack_open(struct packing *p, struct err *err)
{
    struct stmt *s = db_stmt(p->db, "SELECT rung = 1 AND coalesce(other_trade, 0) = 0"
                                    " FROM occupation ORDER BY rowid");
    int rc = begin_kind(p, PART_open, err) < 0 ? -1 : stmt_step(s, err);
    for (; rc > 0; rc = stmt_step(s, err)) {
        bool open = stmt_get_number(s, 0) == 1;
        if (pack(p, &open, err) < 0)
            return -1;
    }
    return rc;
}

static int pack_needs(struct packing *p, const struct numbers *occupations,
    const struct numbers *skills, struct err *err)
{
    struct stmt *s = db_stmt(p->db,
        "SELECT occupation.rowid, skill.rowid, need.level, need.essential FROM occupation"
        " JOIN need ON need.occupation = occupation.id JOIN skill ON skill.id = need.skill"
        " GROUP BY 1, 2 ORDER BY 1, 2");
    int rc = begin_kind(p, PART_needs, err) < 0 ? -1 : stmt_step(s, err);
    for (; rc > 0; rc = stmt_step(s, err)) {
        int64_t level = stmt_get_number(s, 2);
        struct career_need need;
        memset(&need, 0, sizeof(need)); /* the gaps are written too */
        need.occupation = number_of(occupations->rowid, occupations->count, stmt_get_number(s, 0));
        need.skill = number_of(skills->rowid, skills->count, stmt_get_number(s, 1));
        need.level = level == NO_NUMBER ? 0 : (uint8_t)level;
        need.essential = stmt_get_number(s, 3) == 1;
        if (pack(p, &need, err) < 0)
            return -1;
    }
    return rc;
}

static int pack_moves(struct packing *p, const struct numbers *occupations, struct err *err)
{
    struct stmt *s = db_stmt(p->db,
        "SELECT a.rowid, b.rowid, m.kind, m.months, m.days_off FROM career_step m"
        " JOIN occupation a ON a.id = m.\"from\" JOIN occupation b ON b.id = m.\"to\""
        " WHERE a.id <> b.id GROUP BY 1, 2 ORDER BY 1, 2");
    int rc = begin_kind(p, PART_moves, err) < 0 ? -1 : stmt_step(s, err);
    for (; rc > 0; rc = stmt_step(s, err)) {
        struct career_move move;
        memset(&move, 0, sizeof(move));
        move.from = number_of(occupations->rowid, occupations->count, stmt_get_number(s, 0));
        move.to = number_of(occupations->rowid, occupations->count, stmt_get_number(s, 1));
        move.direction = (enum direction)stmt_get_number(s, 2);
        move.months = (int32_t)stmt_get_number(s, 3);
        move.days_off = (int32_t)stmt_get_number(s, 4);
        if (pack(p, &move, err) < 0)
            return -1;
    }
    return rc;
}

static struct lesson lesson_of(int64_t form, int64_t days)
{
    struct lesson l;
    memset(&l, 0, sizeof(l));
    l.form = form == NO_NUMBER        ? LESSON_none
             : form == FORM_workplace ? LESSON_workplace
             : form == FORM_online    ? LESSON_own_time
                                      : LESSON_away;
    if (l.form == LESSON_away) /* where it is not known: one, for none it cannot be */
        l.days = days == NO_NUMBER ? 1 : (int32_t)((days + 99) / 100);
    return l;
}

static bool is_better(const struct lesson *a, const struct lesson *b)
{
    return a->form > b->form || (a->form == b->form && a->days < b->days);
}

/* A skill's rows come one after the other, one per course that gives it or one without. */
static int pack_lessons(struct packing *p, struct err *err)
{
    struct stmt *s =
        db_stmt(p->db, "SELECT skill.rowid, skill.knowledge, course.form, course.days FROM skill"
                       " LEFT JOIN outcome ON outcome.skill = skill.id"
                       " LEFT JOIN course ON course.id = outcome.course ORDER BY skill.rowid");
    int64_t skill = NO_NUMBER;
    struct lesson best = {0};
    int rc = begin_kind(p, PART_lessons, err) < 0 ? -1 : stmt_step(s, err);
    for (; rc > 0; rc = stmt_step(s, err)) {
        struct lesson l = lesson_of(stmt_get_number(s, 2), stmt_get_number(s, 3));
        l.knowledge = stmt_get_number(s, 1) == 1;
        bool same = stmt_get_number(s, 0) == skill;
        if (!same && skill != NO_NUMBER && pack(p, &best, err) < 0)
            return -1;
        if (!same || is_better(&l, &best))
            best = l;
        skill = stmt_get_number(s, 0);
    }
    return rc == 0 && skill != NO_NUMBER ? pack(p, &best, err) : rc;
}

int careers_write(struct db *db, struct err *err)
{
    struct packing p = {.db = db};
    struct numbers occupations = {0}, skills = {0};
    buf_init(&p.items, PART_MAX);
    int rc = db_exec(db, "DELETE FROM career", err);
    if (rc == 0)
        rc = pack_numbers(&p, PART_occupations,
            db_stmt(db, "SELECT rowid FROM occupation ORDER BY rowid"), &occupations, err);
    if (rc == 0)
        rc = pack_open(&p, err);
    if (rc == 0)
        rc = pack_numbers(
            &p, PART_skills, db_stmt(db, "SELECT rowid FROM skill ORDER BY rowid"), &skills, err);
    if (rc == 0)
        rc = pack_needs(&p, &occupations, &skills, err);
    if (rc == 0)
        rc = pack_moves(&p, &occupations, err);
    if (rc == 0)
        rc = pack_lessons(&p, err);
    if (rc == 0)
        rc = write_part(&p, err);
    free(occupations.rowid);
    free(skills.rowid);
    buf_release(&p.items);
    return rc;
}

/* ---- reading ---- */

void careers_drop(struct careers *c)
{
    career_release(&c->graph);
    free(c->occupation);
    free(c->skill);
    *c = (struct careers){0};
}

struct items {
    void *item; /* malloc */
    int32_t count;
};

static int add_part(struct items *items, enum part_kind kind, struct stmt *s, struct err *err)
{
    size_t len, have = (size_t)items->count * sizes[kind];
    const void *data = stmt_get_blob(s, 0, &len);
    if (len % sizes[kind] != 0 || len == 0)
        return err_set(err, ERR_CORRUPT, "the careers are damaged");
    items->item = mem_realloc(items->item, have + len);
    memcpy((char *)items->item + have, data, len);
    items->count += (int32_t)(len / sizes[kind]);
    return 0;
}

static int read_kind(struct db *db, enum part_kind kind, struct items *items, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT items FROM career WHERE kind = ? ORDER BY part");
    stmt_number(s, 1, kind);
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        if (add_part(items, kind, s, err) < 0) {
            stmt_reset(s);
            return -1;
        }
    return rc;
}

/* What was written here cannot be wrong, but what was changed on the disk can. */
static bool is_bool(const bool *b)
{
    unsigned char byte;
    memcpy(&byte, b, 1);
    return byte <= 1;
}

static bool within(int32_t n, int32_t count)
{
    return n >= 0 && n < count;
}

/* None stands there twice. */
static bool comes_after(const struct career_need *a, const struct career_need *b)
{
    return a->occupation > b->occupation || (a->occupation == b->occupation && a->skill > b->skill);
}

static bool needs_fit(const struct items items[PART_KINDS])
{
    const struct career_need *n = items[PART_needs].item;
    for (int32_t i = 0; i < items[PART_needs].count; i++)
        if (!within(n[i].occupation, items[PART_occupations].count) ||
            !within(n[i].skill, items[PART_skills].count) || n[i].level >= LEVEL_some ||
            !is_bool(&n[i].essential) || (i > 0 && !comes_after(&n[i], &n[i - 1])))
            return false;
    return true;
}

static bool moves_fit(const struct items items[PART_KINDS])
{
    const struct career_move *m = items[PART_moves].item;
    int32_t occupations = items[PART_occupations].count;
    for (int32_t i = 0; i < items[PART_moves].count; i++)
        if (!within(m[i].from, occupations) || !within(m[i].to, occupations) ||
            !within((int32_t)m[i].direction, DIRECTION_lead + 1) ||
            !within(m[i].months, COST_END) || !within(m[i].days_off, COST_END))
            return false;
    return true;
}

static bool lessons_fit(const struct items items[PART_KINDS])
{
    const struct lesson *l = items[PART_lessons].item;
    for (int32_t i = 0; i < items[PART_lessons].count; i++)
        if (!within((int32_t)l[i].form, LESSON_workplace + 1) || !within(l[i].days, COST_END) ||
            !is_bool(&l[i].knowledge))
            return false;
    return items[PART_lessons].count == items[PART_skills].count;
}

static bool open_fits(const struct items items[PART_KINDS])
{
    const bool *open = items[PART_open].item;
    for (int32_t i = 0; i < items[PART_open].count; i++)
        if (!is_bool(&open[i]))
            return false;
    return items[PART_open].count == items[PART_occupations].count;
}

static int check_items(const struct items items[PART_KINDS], struct err *err)
{
    bool fit = needs_fit(items) && moves_fit(items) && lessons_fit(items) && open_fits(items);
    return fit ? 0 : err_set(err, ERR_CORRUPT, "the careers are damaged");
}

static void take_items(struct careers *c, struct items items[PART_KINDS])
{
    c->occupation = items[PART_occupations].item;
    c->skill = items[PART_skills].item;
    career_make(
        &c->graph, &(struct career_parts){items[PART_occupations].count, items[PART_skills].count,
                       items[PART_needs].count, items[PART_moves].count, items[PART_needs].item,
                       items[PART_moves].item, items[PART_lessons].item, items[PART_open].item});
    items[PART_occupations].item = items[PART_skills].item = NULL;
}

static int read_all(struct db *db, struct careers *c, struct err *err)
{
    struct items items[PART_KINDS] = {{0}};
    int rc = 0;
    for (int kind = 0; kind < PART_KINDS && rc == 0; kind++)
        rc = read_kind(db, (enum part_kind)kind, &items[kind], err);
    if (rc == 0)
        rc = check_items(items, err);
    if (rc == 0)
        take_items(c, items);
    for (int kind = 0; kind < PART_KINDS; kind++)
        free(items[kind].item);
    return rc;
}

int careers_load(struct db *db, struct careers *c, struct err *err)
{
    int64_t version = db_data_version(db), changes;
    if (c->loaded && c->version == version)
        return 0;
    if (meta_get(db, META_CAREERS, &changes, NULL, 0, err) < 0)
        return -1;
    c->version = version;
    if (c->loaded && c->changes == changes)
        return 0;
    careers_drop(c);
    if (read_all(db, c, err) < 0)
        return -1;
    c->loaded = true;
    c->version = version;
    c->changes = changes;
    return 0;
}

int32_t careers_occupation(const struct careers *c, int64_t rowid)
{
    return number_of(c->occupation, c->graph.occupations, rowid);
}

int32_t careers_skill(const struct careers *c, int64_t rowid)
{
    return number_of(c->skill, c->graph.skills, rowid);
}
