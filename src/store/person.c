/* SPDX-License-Identifier: EUPL-1.2 */
/* The people of this site: who somebody is, who decides for whom, what somebody is told. */
#include "store/inner.h"

#include <string.h>

/* ---- who it is ---- */

int store_badge(
    struct store *s, char hashes[][DIGEST_HEX], int count, struct rowset *rs, struct err *err)
{
    struct rowset found = {0};
    int people = 0;
    int rc = 0;
    rowset_start(rs, 1);
    for (int i = 0; i < count && rc == 0; i++) {
        rc = store_person(s, hashes[i], people == 0 ? rs : &found, err);
        const struct rowset *now = people == 0 ? rs : &found;
        bool other = rc == 0 && now->count > 0 &&
                     (people == 0 || strcmp(found.rows[0].id, rs->rows[0].id) != 0);
        people += other;
    }
    if (people > 1)
        rowset_start(rs, 1);
    rowset_release(&found);
    return rc;
}

/* One text that a statement finds, in mem; "" when it finds none. */
static int one_text(struct stmt *q, struct arena *mem, const char **out, struct err *err)
{
    int rc = stmt_step(q, err);
    *out = arena_strdup(mem, rc > 0 ? stmt_get_text(q, 0) : "");
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int person_name(
    struct store *s, const char *id, struct arena *mem, const char **name, struct err *err)
{
    *name = "";
    if (!s->cache || !*id)
        return 0;
    struct stmt *q = db_stmt(s->cache, "SELECT name FROM person WHERE id = ?");
    stmt_text(q, 1, id);
    return one_text(q, mem, name, err);
}

/* ---- the company ---- */

int store_company_row(struct store *s, struct company *out, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT seal_key, answer_days FROM company LIMIT 1");
    int rc = stmt_step(q, err);
    (void)str_copy(out->seal_key, sizeof(out->seal_key), rc > 0 ? stmt_get_text(q, 0) : "");
    out->answer_days = rc > 0 ? stmt_get_number(q, 1) : 0;
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int store_company(struct store *s, struct company *out, struct err *err)
{
    *out = (struct company){.answer_days = 0};
    if (!cache_read_begin(s))
        return 0;
    int rc = store_company_row(s, out, err);
    db_rollback(s->cache);
    return rc;
}

/* ---- who decides ---- */

/* Whether a statement finds anything: 0, 1 or -1. */
static int finds(struct stmt *q, struct err *err)
{
    int rc = stmt_step(q, err);
    stmt_reset(q);
    return rc;
}

static int is_deputy(struct store *s, const char *person, int64_t today, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT 1 FROM delegation WHERE deputy = ?1 AND "
                                       "\"start\" <= ?2 AND \"end\" >= ?2");
    stmt_text(q, 1, person);
    stmt_number(q, 2, today);
    return finds(q, err);
}

int store_is_deputy(
    struct store *s, const char *person, int64_t today, bool *deputy, struct err *err)
{
    *deputy = false;
    if (!cache_read_begin(s))
        return 0;
    int rc = is_deputy(s, person, today, err);
    *deputy = rc > 0;
    return cache_read_end(s, rc < 0 ? -1 : 0, NULL, err);
}

#define COLLEAGUES                                                                                 \
    "EXISTS (SELECT 1 FROM person AS of_team WHERE of_team.id = ?1 AND of_team.team = "            \
    "person.team)"

/* The same team, with the viewer as its supervisor. */
static int supervises(struct store *s, const struct viewer *v, const char *person, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT 1 FROM person WHERE id = ?1 AND team = ?2");
    if (v->role != ROLE_supervisor || !*v->team)
        return 0;
    stmt_text(q, 1, person);
    stmt_text(q, 2, v->team);
    return finds(q, err);
}

/* In the place of a supervisor of that team, who cannot be the one it is about. */
static int stands_in(struct store *s, const struct viewer *v, const char *person, struct err *err)
{
    struct stmt *q =
        db_stmt(s->cache, "SELECT 1 FROM delegation JOIN person ON person.id = delegation.person "
                          "WHERE delegation.deputy = ?2 AND \"start\" <= ?3 AND \"end\" >= ?3 AND "
                          "person.role = ?4 AND person.id <> ?1 AND " COLLEAGUES);
    stmt_text(q, 1, person);
    stmt_text(q, 2, v->person);
    stmt_number(q, 3, v->today);
    stmt_number(q, 4, ROLE_supervisor);
    return finds(q, err);
}

/* The contact's turn, if the person is of this place: the time is up, or nobody else is there who
 * may decide. */
static int is_contacts(
    struct store *s, const struct viewer *v, const char *person, bool overdue, struct err *err)
{
    if (v->role != ROLE_contact)
        return 0;
    struct stmt *q =
        overdue ? db_stmt(s->cache, "SELECT 1 FROM person WHERE id = ?1")
                : db_stmt(s->cache, "SELECT 1 FROM person AS worker WHERE worker.id = ?1 AND NOT "
                                    "EXISTS (SELECT 1 FROM person WHERE role = ?2 AND id <> ?1 "
                                    "AND " COLLEAGUES ")");
    stmt_text(q, 1, person);
    if (!overdue)
        stmt_number(q, 2, ROLE_supervisor);
    return finds(q, err);
}

int decides_for(
    struct store *s, const struct viewer *v, const char *person, bool overdue, struct err *err)
{
    if (!s->cache || strcmp(v->person, person) == 0)
        return 0;
    int rc = supervises(s, v, person, err);
    if (rc == 0)
        rc = is_contacts(s, v, person, overdue, err);
    return rc == 0 ? stands_in(s, v, person, err) : rc;
}

/* ---- the team ---- */

/* Whoever the viewer decides for; a worker has no team unless he is a deputy. ?1 he, ?2 the team of
 * a supervisor or NULL, ?3 1 for a contact, ?4 today, ?5 an id or NULL, ?6 a supervisor's role. */
#define TEAM                                                                                       \
    "WHERE id <> ?1 AND (?5 IS NULL OR id = ?5) AND (?3 = 1 OR team = ?2 OR EXISTS (SELECT 1 "     \
    "FROM delegation JOIN person AS head ON head.id = delegation.person WHERE deputy = ?1 AND "    \
    "\"start\" <= ?4 AND \"end\" >= ?4 AND head.role = ?6 AND head.team = person.team AND "        \
    "head.id <> person.id))"

static void bind_team(struct stmt *q, const struct viewer *v, const char *id)
{
    stmt_text(q, 1, v->person);
    stmt_text(q, 2, v->role == ROLE_supervisor ? v->team : "");
    stmt_number(q, 3, v->role == ROLE_contact);
    stmt_number(q, 4, v->today);
    stmt_text(q, 5, id);
    stmt_number(q, 6, ROLE_supervisor);
}

static int read_team(
    struct store *s, const struct viewer *v, const char *id, struct rowset *rs, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT count(*) FROM person " TEAM);
    bind_team(q, v, id);
    int64_t n = stmt_step(q, err) > 0 ? stmt_get_number(q, 0) : -1;
    stmt_reset(q);
    if (n < 0)
        return -1;
    rowset_start(rs, (int)n + 1);
    q = record_select(s->cache, TYPE_PERSON, "of team", TEAM " ORDER BY name, id LIMIT ?7");
    bind_team(q, v, id);
    stmt_number(q, 7, n);
    if (record_fetch_all(q, TYPE_PERSON, rs, err) < 0)
        return -1;
    for (int i = 0; i < rs->count; i++)
        record_set_text(&rs->rows[i], PERSON_badge, "");
    return 0;
}

static int team_of(
    struct store *s, const struct viewer *v, const char *id, struct rowset *rs, struct err *err)
{
    rowset_start(rs, 1);
    if (!v->pinned || !cache_read_begin(s))
        return 0;
    return cache_read_end(s, read_team(s, v, id, rs, err), rs, err);
}

int store_team(struct store *s, const struct viewer *v, int64_t first, int limit, struct rowset *rs,
    struct err *err)
{
    if (team_of(s, v, "", rs, err) < 0)
        return -1;
    keep_window(rs, first, limit);
    return 0;
}

static int keep_decided(struct store *s, const struct viewer *v, struct rowset *rs, struct err *err)
{
    int kept = 0;
    for (int i = 0; i < rs->count; i++) {
        int rc = decides_for(s, v, rs->rows[i].id, false, err);
        if (rc < 0)
            return -1;
        if (rc > 0)
            rs->rows[kept++] = rs->rows[i];
    }
    rs->count = kept;
    return 0;
}

int store_proposable(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    if (team_of(s, v, "", rs, err) < 0)
        return -1;
    if (rs->count > 0 && cache_read_begin(s) &&
        cache_read_end(s, keep_decided(s, v, rs, err), rs, err) < 0)
        return -1;
    keep_window(rs, first, limit);
    return 0;
}

int store_member(
    struct store *s, const struct viewer *v, const char *id, struct rowset *rs, struct err *err)
{
    if (!*id || team_of(s, v, id, rs, err) < 0)
        return *id ? -1 : 0;
    rs->total = rs->count;
    return 0;
}

/* ---- what somebody is told ---- */

static int read_notices(struct store *s, const struct viewer *v, struct rowset *rs, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT count(*) FROM notice WHERE person = ?");
    stmt_text(q, 1, v->person);
    int64_t n = stmt_step(q, err) > 0 ? stmt_get_number(q, 0) : -1;
    stmt_reset(q);
    if (n < 0)
        return -1;
    rowset_start(rs, (int)n + 1);
    q = record_select(
        s->cache, TYPE_NOTICE, "of person", "WHERE person = ?1 ORDER BY at DESC, id LIMIT ?2");
    stmt_text(q, 1, v->person);
    stmt_number(q, 2, n);
    if (record_fetch_all(q, TYPE_NOTICE, rs, err) < 0)
        return -1;
    for (int i = 0; i < rs->count; i++) {
        const char *name;
        if (person_name(s, record_text(&rs->rows[i], NOTICE_about), &rs->mem, &name, err) < 0)
            return -1;
        record_set_text(&rs->rows[i], NOTICE_about, name);
    }
    return 0;
}

int store_notices(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    rowset_start(rs, 1);
    if (v->proven && cache_read_begin(s) &&
        cache_read_end(s, read_notices(s, v, rs, err), rs, err) < 0)
        return -1;
    keep_window(rs, first, limit);
    return 0;
}

int store_letter(
    struct store *s, const char *sign_in, struct arena *mem, const char **box, struct err *err)
{
    *box = NULL;
    if (!cache_read_begin(s))
        return 0;
    struct stmt *q = db_stmt(s->cache, "SELECT box FROM letter WHERE visit = ?");
    stmt_text(q, 1, sign_in);
    const char *text;
    int rc = one_text(q, mem, &text, err);
    if (rc == 0 && *text)
        *box = text;
    return cache_read_end(s, rc, NULL, err);
}
