/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing the cache: pages of the feed, and the end of a download. */
#include "store/inner.h"

#include <string.h>

#include "base/clock.h"
#include "store/aside.h"
#include "store/reserve.h"

/* Names in meta that only the sync knows. */
#define CURSOR "cursor"
#define GENERATION "generation"   /* of the running download */
#define SWEPT "swept"             /* generation of which all that is older was removed */
#define WORDS_OLD "words_old"     /* 1: vocabulary is behind */
#define CAREERS_OLD "careers_old" /* 1: the careers' numbers are behind */
#define ROOTS "roots"             /* digest of the roots by which courses were indexed */

static struct db *writable(struct store *s)
{
    if (s->role != STORE_SYNC)
        BUG("only the sync writes the cache");
    return s->cache;
}

/* A damaged cache is made anew, so that the download starts over. Returns -1. */
static int renew_if_damaged(struct store *s, struct err *err)
{
    struct err again = {0};
    if (!err || err->code != ERR_CORRUPT)
        return -1;
    cache_close(s);
    if (cache_open(s, &again) < 0)
        *err = again;
    return -1;
}

/* Ends a write: on failure nothing of it stays. */
static int end_write(struct store *s, int rc, struct err *err)
{
    arena_clear(&s->scratch);
    if (rc == 0 && db_commit(s->cache, err) == 0)
        return 0;
    db_rollback(s->cache);
    return renew_if_damaged(s, err);
}

/* While the journal's reserve is used up, nothing but the journal may grow. */
static bool has_space(struct store *s)
{
    if (reserve_make(s->gate))
        return true;
    aside_empty(s->dir);
    return reserve_make(s->gate);
}

static int begin_write(struct store *s, struct err *err)
{
    (void)writable(s);
    if (!has_space(s))
        return err_set(err, ERR_FULL, "the space that is left is kept for what people ask");
    if (!s->cache && cache_open(s, err) < 0)
        return -1;
    return db_begin(s->cache, err) < 0 ? renew_if_damaged(s, err) : 0;
}

int cache_cursor(struct store *s, char cursor[LIM_CURSOR], struct err *err)
{
    cursor[0] = '\0';
    if (cache_check(s, err) < 0)
        return -1;
    return s->cache ? meta_get(s->cache, CURSOR, NULL, cursor, LIM_CURSOR, err) : 0;
}

static int number_or(
    struct db *db, const char *name, int64_t otherwise, int64_t *out, struct err *err)
{
    if (meta_get(db, name, out, NULL, 0, err) < 0)
        return -1;
    if (*out == NO_NUMBER)
        *out = otherwise;
    return 0;
}

static int restart(struct db *db, struct err *err)
{
    int64_t generation;
    if (number_or(db, GENERATION, 0, &generation, err) < 0 ||
        meta_set(db, GENERATION, generation + 1, NULL, err) < 0)
        return -1;
    return meta_set(db, CURSOR, NO_NUMBER, "", err);
}

int cache_restart(struct store *s, struct err *err)
{
    if (begin_write(s, err) < 0)
        return -1;
    return end_write(s, restart(s->cache, err), err);
}

/* ---- records ---- */

struct applying {
    struct db *db;
    int64_t generation;
    bool someone_left;
    bool careers; /* something of them changed */
    struct touched touched;
};

static int touch_by(struct applying *a, struct stmt *s, struct err *err)
{
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        touch(&a->touched, stmt_get_number(s, 0));
    return rc;
}

/* The courses that this record changes: itself, or the run's. Asked before and after the change,
 * for a run may go over to another course. */
static int touch_record(struct applying *a, const struct record *r, struct err *err)
{
    struct stmt *s;
    if (r->type == type_get(TYPE_COURSE))
        s = db_stmt(a->db, "SELECT rowid FROM course WHERE id = ?");
    else if (r->type == type_get(TYPE_RUN))
        s = db_stmt(a->db, "SELECT course.rowid FROM run JOIN course ON run.course = course.id "
                           "WHERE run.id = ?");
    else
        return 0;
    stmt_text(s, 1, r->id);
    return touch_by(a, s, err);
}

static int delete_record(struct applying *a, const struct record *r, struct err *err)
{
    struct stmt *s = record_delete(a->db, r->type, "id = ?");
    stmt_text(s, 1, r->id);
    return stmt_run(s, err);
}

static int put_record(struct applying *a, const struct record *r, struct err *err)
{
    struct stmt *s = record_upsert(a->db, r->type);
    stmt_text(s, 1, r->id);
    stmt_number(s, 2, a->generation);
    record_bind(s, 3, r);
    return stmt_run(s, err);
}

/* Courses are, because they give skills. */
static bool is_of_careers(const struct type *type)
{
    enum type_id id = type_id_of(type);
    return id == TYPE_COURSE || id == TYPE_OCCUPATION || id == TYPE_SKILL || id == TYPE_NEED ||
           id == TYPE_CAREER_STEP || id == TYPE_OUTCOME;
}

static int apply_record(struct applying *a, const struct record *r, struct err *err)
{
    if (r->type->class != CLASS_RECORD)
        return err_set(err, ERR_DATA, "%s does not travel down the feed", r->type->name);
    if (touch_record(a, r, err) < 0)
        return -1;
    a->careers = a->careers || is_of_careers(r->type);
    if (r->gone) {
        a->someone_left = a->someone_left || r->type == type_get(TYPE_PERSON);
        return delete_record(a, r, err);
    }
    return put_record(a, r, err) < 0 ? -1 : touch_record(a, r, err);
}

/* ---- pages ---- */

/* Facts are as of the day of the last finished download, and first of all as of today. */
static int facts_day(struct db *db, int64_t *day, struct err *err)
{
    if (meta_get(db, META_DAY, day, NULL, 0, err) < 0)
        return -1;
    if (*day != NO_NUMBER)
        return 0;
    *day = date_from_instant(clock_now());
    return meta_set(db, META_DAY, *day, NULL, err);
}

static int count_courses(struct db *db, int64_t day, struct err *err)
{
    int64_t courses;
    int64_t soon;
    if (facts_count(db, day, &courses, &soon, err) < 0 ||
        meta_set(db, META_COURSES, courses, NULL, err) < 0)
        return -1;
    return meta_set(db, META_SOON, soon, NULL, err);
}

/* Facts and words of what was touched, and what is known of the whole. */
static int index_touched(struct store *s, struct applying *a, int64_t day, struct err *err)
{
    if (a->touched.count == 0)
        return 0;
    int64_t version;
    if (index_courses(s, &a->touched, day, err) < 0 || count_courses(a->db, day, err) < 0 ||
        number_or(a->db, META_FACTS, 0, &version, err) < 0 ||
        meta_set(a->db, META_FACTS, version + 1, NULL, err) < 0)
        return -1;
    return meta_set(a->db, WORDS_OLD, 1, NULL, err);
}

static int apply_page(struct store *s, struct applying *a, const struct record *records, int count,
    const char *next, struct err *err)
{
    int64_t day;
    if (number_or(a->db, GENERATION, 0, &a->generation, err) < 0 || facts_day(a->db, &day, err) < 0)
        return -1;
    for (int i = 0; i < count; i++)
        if (apply_record(a, &records[i], err) < 0)
            return -1;
    if (index_touched(s, a, day, err) < 0 ||
        (a->careers && meta_set(a->db, CAREERS_OLD, 1, NULL, err) < 0))
        return -1;
    return meta_set(a->db, CURSOR, NO_NUMBER, next, err);
}

int cache_apply(
    struct store *s, const struct record *records, int count, const char *next, struct err *err)
{
    if (begin_write(s, err) < 0)
        return -1;
    struct applying a = {.db = s->cache};
    int rc = end_write(s, apply_page(s, &a, records, count, next, err), err);
    touched_release(&a.touched);
    if (rc == 0 && a.someone_left) /* nor may files that were set aside know that person */
        aside_empty(s->dir);
    return rc;
}

/* ---- the end of a download ---- */

static int sweep_type(struct applying *a, const struct type *type, struct err *err)
{
    struct stmt *s = record_delete(a->db, type, "generation < ?");
    stmt_number(s, 1, a->generation);
    if (stmt_run(s, err) < 0)
        return -1;
    bool people = type == type_get(TYPE_PERSON), any = db_changes(a->db) > 0;
    a->someone_left = a->someone_left || (people && any);
    if (!any || !is_of_careers(type))
        return 0;
    return meta_set(a->db, CAREERS_OLD, 1, NULL, err);
}

static int touch_swept(struct applying *a, struct err *err)
{
    struct stmt *s =
        db_stmt(a->db, "SELECT rowid FROM course WHERE generation < ?1 UNION "
                       "SELECT course.rowid FROM run JOIN course ON run.course = course.id "
                       "WHERE run.generation < ?1");
    stmt_number(s, 1, a->generation);
    return touch_by(a, s, err);
}

/* Removes what the new download did not bring. */
static int sweep(struct applying *a, struct err *err)
{
    int64_t swept;
    if (number_or(a->db, GENERATION, 0, &a->generation, err) < 0 ||
        number_or(a->db, SWEPT, 0, &swept, err) < 0)
        return -1;
    if (swept == a->generation)
        return 0;
    if (touch_swept(a, err) < 0)
        return -1;
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        if (type->class == CLASS_RECORD && sweep_type(a, type, err) < 0)
            return -1;
    }
    return meta_set(a->db, SWEPT, a->generation, NULL, err);
}

/* Courses whose runs began since the day of the facts, or, when the clock was set back, begin
 * again. */
static int touch_passed(struct applying *a, int64_t day, int64_t today, struct err *err)
{
    struct stmt *s = db_stmt(a->db, "SELECT DISTINCT course.rowid FROM run JOIN course "
                                    "ON run.course = course.id "
                                    "WHERE run.\"start\" >= ?1 AND run.\"start\" < ?2");
    stmt_number(s, 1, day < today ? day : today);
    stmt_number(s, 2, day < today ? today : day);
    return touch_by(a, s, err);
}

/* Other roots cut words otherwise: everything is indexed anew. */
static int touch_all_if_roots_changed(struct store *s, struct applying *a, struct err *err)
{
    char digest[DIGEST_HEX];
    if (lexicon_load(s, err) < 0 || meta_get(a->db, ROOTS, NULL, digest, sizeof(digest), err) < 0)
        return -1;
    if (strcmp(digest, s->roots_digest) == 0)
        return 0;
    if (digest[0] && touch_by(a, db_stmt(a->db, "SELECT rowid FROM course"), err) < 0)
        return -1;
    return meta_set(a->db, ROOTS, NO_NUMBER, s->roots_digest, err);
}

static int refresh_vocabulary(struct db *db, struct err *err)
{
    int64_t old;
    if (number_or(db, WORDS_OLD, 0, &old, err) < 0)
        return -1;
    if (!old)
        return 0;
    return vocabulary_write(db, err) < 0 ? -1 : meta_set(db, WORDS_OLD, 0, NULL, err);
}

static int refresh_careers(struct db *db, struct err *err)
{
    int64_t old, changes;
    if (number_or(db, CAREERS_OLD, 0, &old, err) < 0 ||
        number_or(db, META_CAREERS, 0, &changes, err) < 0)
        return -1;
    if (!old)
        return 0;
    if (careers_write(db, err) < 0 || meta_set(db, META_CAREERS, changes + 1, NULL, err) < 0)
        return -1;
    return meta_set(db, CAREERS_OLD, 0, NULL, err);
}

static int finish(struct store *s, struct applying *a, int64_t now, struct err *err)
{
    int64_t day;
    int64_t today = date_from_instant(now);
    if (facts_day(a->db, &day, err) < 0 || sweep(a, err) < 0 ||
        touch_passed(a, day, today, err) < 0 || touch_all_if_roots_changed(s, a, err) < 0 ||
        meta_set(a->db, META_DAY, today, NULL, err) < 0 || index_touched(s, a, today, err) < 0 ||
        count_courses(a->db, today, err) < 0 || refresh_vocabulary(a->db, err) < 0 ||
        refresh_careers(a->db, err) < 0)
        return -1;
    return meta_set(a->db, META_FINISHED, now, NULL, err);
}

/* Whom the feed no longer brings is no longer in the journal either, but for what the server has
 * yet to answer: those whose entries are settled, into the scratch. */
static int find_strangers(struct store *s, const char ***out, int *count, struct err *err)
{
    int rc = journal_settled_people(s, &s->scratch, out, count, err);
    int kept = 0;
    for (int i = 0; rc == 0 && i < *count; i++) {
        struct stmt *q = db_stmt(s->cache, "SELECT 1 FROM person WHERE id = ?");
        stmt_text(q, 1, (*out)[i]);
        int known = stmt_step(q, err);
        stmt_reset(q);
        if (known == 0)
            (*out)[kept++] = (*out)[i];
        rc = known < 0 ? -1 : 0;
    }
    *count = kept;
    return rc;
}

static int forget_strangers(struct store *s, struct err *err)
{
    const char **people;
    int count;
    int rc = find_strangers(s, &people, &count, err);
    for (int i = 0; rc == 0 && i < count; i++)
        rc = journal_forget_person(s, people[i], err);
    if (count > 0)
        aside_empty(s->dir);
    arena_clear(&s->scratch);
    return rc;
}

int cache_finish(struct store *s, int64_t now, struct err *err)
{
    if (begin_write(s, err) < 0)
        return -1;
    struct applying a = {.db = s->cache};
    int rc = end_write(s, finish(s, &a, now, err), err);
    touched_release(&a.touched);
    if (rc == 0 && a.someone_left)
        aside_empty(s->dir);
    return rc < 0 ? -1 : forget_strangers(s, err);
}

/* ---- what came of a sync ---- */

/* The first failure after a success begins a new row of them. */
static int count_failure(struct db *db, const char *cause, int64_t now, struct err *err)
{
    char before[LIM_ID];
    int64_t count;
    if (meta_get(db, META_CONTACT, NULL, before, sizeof(before), err) < 0 ||
        number_or(db, META_FAILING, 0, &count, err) < 0)
        return -1;
    bool first = !before[0] || strcmp(before, "ok") == 0;
    if (first && meta_set(db, META_SINCE, now, NULL, err) < 0)
        return -1;
    if (meta_set(db, META_FAILING, first ? 1 : count + 1, cause, err) < 0)
        return -1;
    return meta_set(db, META_UNTIL, now, NULL, err);
}

static int set_contact(struct db *db, const char *cause, int64_t now, struct err *err)
{
    if (strcmp(cause, "ok") != 0 && count_failure(db, cause, now, err) < 0)
        return -1;
    return meta_set(db, META_CONTACT, now, cause, err);
}

int cache_set_contact(struct store *s, const char *cause, int64_t now, struct err *err)
{
    if (begin_write(s, err) < 0)
        return -1;
    return end_write(s, set_contact(s->cache, cause, now, err), err);
}

int cache_set_said(struct store *s, const char *digest, struct err *err)
{
    if (begin_write(s, err) < 0)
        return -1;
    return end_write(s, meta_set(s->cache, META_SAID, NO_NUMBER, digest, err), err);
}
