/* SPDX-License-Identifier: EUPL-1.2 */
/* Single records and short lists, for the kiosk's screens. */
#include "store/inner.h"

#include <string.h>

#include "model/cause.h"

static int64_t count_of(struct stmt *s, struct err *err)
{
    int64_t n = stmt_step(s, err) > 0 ? stmt_get_number(s, 0) : -1;
    stmt_reset(s);
    return n;
}

static int read_course(struct store *s, const char *id, struct rowset *rs, struct err *err)
{
    struct stmt *q = record_select(s->cache, TYPE_COURSE, "by id", "WHERE id = ?");
    stmt_text(q, 1, id);
    if (record_fetch_all(q, TYPE_COURSE, rs, err) < 0)
        return -1;
    rs->total = rs->count;
    if (rs->count == 0)
        return 0;
    q = record_select(s->cache, TYPE_SOURCE, "by id", "WHERE id = ?");
    stmt_text(q, 1, record_text(&rs->rows[0], COURSE_source));
    return record_fetch_all(q, TYPE_SOURCE, rs, err);
}

int store_course(struct store *s, const char *id, struct rowset *rs, struct err *err)
{
    rowset_start(rs, 2);
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, read_course(s, id, rs, err), rs, err);
}

static int read_runs(struct store *s, const char *course, int64_t today, int limit,
    struct rowset *rs, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT count(*) FROM run WHERE course = ? "
                                       "AND \"start\" >= ?");
    stmt_text(q, 1, course);
    stmt_number(q, 2, today);
    rs->total = count_of(q, err);
    if (rs->total < 0)
        return -1;
    q = record_select(s->cache, TYPE_RUN, "of course",
        "WHERE course = ? AND \"start\" >= ? ORDER BY \"start\", id LIMIT ? OFFSET ?");
    stmt_text(q, 1, course);
    stmt_number(q, 2, today);
    stmt_number(q, 3, limit);
    stmt_number(q, 4, rs->first);
    return record_fetch_all(q, TYPE_RUN, rs, err);
}

int store_runs(struct store *s, const char *course, int64_t today, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    rowset_start(rs, limit);
    rs->first = first;
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, read_runs(s, course, today, limit, rs, err), rs, err);
}

static int read_by(struct store *s, enum type_id type, const char *name, const char *where,
    const char *key, struct rowset *rs, struct err *err)
{
    rowset_start(rs, 1);
    if (!cache_read_begin(s))
        return 0;
    struct stmt *q = record_select(s->cache, type, name, where);
    stmt_text(q, 1, key);
    int rc = record_fetch_all(q, type, rs, err);
    rs->total = rs->count;
    return cache_read_end(s, rc, rs, err);
}

int store_run(struct store *s, const char *id, struct rowset *rs, struct err *err)
{
    return read_by(s, TYPE_RUN, "by id", "WHERE id = ?", id, rs, err);
}

int store_person(struct store *s, const char *badge_hash, struct rowset *rs, struct err *err)
{
    return read_by(
        s, TYPE_PERSON, "by badge", "WHERE badge = ? ORDER BY id LIMIT 1", badge_hash, rs, err);
}

/* The sync has counted as of its day; only a kiosk that heard nothing since then counts itself. */
static int count_soon(struct store *s, int64_t today, int64_t *soon, struct err *err)
{
    int64_t day;
    int64_t courses;
    if (meta_get(s->cache, META_DAY, &day, NULL, 0, err) < 0 ||
        meta_get(s->cache, META_SOON, soon, NULL, 0, err) < 0)
        return -1;
    if (day != today && day != NO_NUMBER)
        return facts_count(s->cache, today, &courses, soon, err);
    if (*soon == NO_NUMBER)
        *soon = 0;
    return 0;
}

static int read_summary(struct store *s, int64_t today, struct record *r, struct err *err)
{
    int64_t courses;
    int64_t soon;
    int64_t finished;
    char word[LIM_ID];
    if (meta_get(s->cache, META_COURSES, &courses, NULL, 0, err) < 0 ||
        meta_get(s->cache, META_FINISHED, &finished, NULL, 0, err) < 0 ||
        meta_get(s->cache, META_CONTACT, NULL, word, sizeof(word), err) < 0 ||
        count_soon(s, today, &soon, err) < 0)
        return -1;
    int cause = choice_index(CAUSES, word, strlen(word));
    record_set_number(r, SUMMARY_courses, courses == NO_NUMBER ? 0 : courses);
    record_set_number(r, SUMMARY_soon, soon);
    record_set_number(r, SUMMARY_checked, finished);
    if (cause >= 0)
        record_set_number(r, SUMMARY_cause, cause);
    return 0;
}

static void empty_summary(struct store *s, struct rowset *rs)
{
    rowset_start(rs, 1);
    struct record *r = rowset_add(rs, TYPE_SUMMARY);
    r->id = "summary";
    record_set_number(r, SUMMARY_courses, 0);
    record_set_number(r, SUMMARY_soon, 0);
    record_set_number(r, SUMMARY_waiting, journal_waiting(s));
    record_set_number(r, SUMMARY_disk, store_disk(s));
    record_set_number(r, SUMMARY_damaged, s->cache_bad);
    record_set_number(r, SUMMARY_clock_wrong, 0);
    record_set_number(r, SUMMARY_stuck, journal_stuck_count(s));
    rs->total = 1;
}

int store_summary(struct store *s, int64_t today, struct rowset *rs, struct err *err)
{
    empty_summary(s, rs);
    if (!cache_read_begin(s))
        return 0;
    int rc = cache_read_end(s, read_summary(s, today, &rs->rows[0], err), NULL, err);
    if (rc == 0 && !s->cache)
        empty_summary(s, rs);
    return rc;
}

int store_fetched(struct store *s, int64_t *fetched, struct err *err)
{
    *fetched = NO_NUMBER;
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, meta_get(s->cache, META_FINISHED, fetched, NULL, 0, err), NULL, err);
}

int store_contact(struct store *s, char cause[LIM_ID], struct err *err)
{
    cause[0] = '\0';
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, meta_get(s->cache, META_CONTACT, NULL, cause, LIM_ID, err), NULL, err);
}

static int read_status(struct store *s, struct store_status *out, struct err *err)
{
    static const char *const counts[] = {
        "SELECT count(*) FROM course", "SELECT count(*) FROM run", "SELECT count(*) FROM person"};
    int64_t *const into[] = {&out->courses, &out->runs, &out->people};
    for (int i = 0; i < 3; i++) {
        *into[i] = count_of(db_stmt(s->cache, counts[i]), err);
        if (*into[i] < 0)
            return -1;
    }
    if (meta_get(s->cache, META_FINISHED, &out->finished, NULL, 0, err) < 0)
        return -1;
    return meta_get(s->cache, META_CONTACT, &out->contact, out->cause, sizeof(out->cause), err);
}

static int read_oldest(struct store *s, struct store_status *out, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT min(made_at) FROM entry WHERE NOT EXISTS "
                                         "(SELECT 1 FROM verdict WHERE verdict.entry = entry.id)");
    int rc = stmt_step(q, err);
    if (rc > 0)
        out->oldest_waiting = stmt_get_number(q, 0);
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int store_status(struct store *s, struct store_status *out, struct err *err)
{
    *out = (struct store_status){
        .oldest_waiting = NO_NUMBER, .finished = NO_NUMBER, .contact = NO_NUMBER};
    out->waiting = journal_waiting(s);
    store_health(s, out);
    out->stuck = journal_stuck_count(s);
    if (read_oldest(s, out, err) < 0)
        return -1;
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, read_status(s, out, err), NULL, err);
}
