/* SPDX-License-Identifier: EUPL-1.2 */
/* What the sync has to remember of the journal: entries that the server does not take, and the mark
 * by which the two find out that one of them is a copy. */
#include "store/inner.h"

#include <string.h>

#include "base/clock.h"

#define WAITS "NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.entry = stuck.entry)"

/* ---- entries that are stuck ---- */

int journal_stick(struct store *s, const char *id, int status, int64_t now, struct err *err)
{
    struct stmt *q = db_stmt(s->journal,
        "INSERT INTO stuck(entry, status, since, tried) SELECT id, ?2, ?3, ?3 FROM entry WHERE "
        "id = ?1 ON CONFLICT(entry) DO UPDATE SET status = excluded.status, tried = "
        "excluded.tried");
    stmt_text(q, 1, id);
    stmt_number(q, 2, status);
    stmt_number(q, 3, now);
    return stmt_run(q, err);
}

int journal_stuck(struct store *s, int64_t now, struct arena *mem, struct pending *out, int *count,
    struct err *err)
{
    struct stmt *q = db_stmt(s->journal,
        "SELECT entry.id, hash, bytes, seq FROM stuck JOIN entry ON entry.id = stuck.entry WHERE " WAITS
        " AND tried <> ?1 ORDER BY tried, seq LIMIT 1");
    stmt_number(q, 1, now);
    int rc = stmt_step(q, err);
    *count = rc > 0;
    if (rc > 0)
        pending_keep(q, mem, out);
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int64_t journal_stuck_count(struct store *s)
{
    struct stmt *q = db_stmt(s->journal, "SELECT count(*) FROM stuck WHERE " WAITS);
    int64_t n = stmt_step(q, NULL) > 0 ? stmt_get_number(q, 0) : 0;
    stmt_reset(q);
    return n;
}

/* ---- the mark ---- */

static int get(struct store *s, const char *name, char out[UUID_TEXT], struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT text FROM meta WHERE name = ?");
    stmt_text(q, 1, name);
    int rc = stmt_step(q, err);
    (void)str_copy(out, UUID_TEXT, rc > 0 ? stmt_get_text(q, 0) : "");
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static int set(struct store *s, const char *name, const char *value, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "INSERT INTO meta(name, text) VALUES(?, ?) "
                                         "ON CONFLICT(name) DO UPDATE SET text = excluded.text");
    stmt_text(q, 1, name);
    stmt_text(q, 2, value);
    return stmt_run(q, err);
}

static int drop(struct store *s, const char *name, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "DELETE FROM meta WHERE name = ?");
    stmt_text(q, 1, name);
    return stmt_run(q, err);
}

static int end(struct store *s, int rc, struct err *err)
{
    if (rc == 0)
        return journal_commit(s, err);
    db_rollback(s->journal);
    return -1;
}

static int new_text(
    struct store *s, const char *name, int64_t now, char out[UUID_TEXT], struct err *err)
{
    uuid7(now, out);
    if (db_begin(s->journal, err) < 0)
        return -1;
    return end(s, set(s, name, out, err), err);
}

int journal_mark(struct store *s, int64_t now, struct mark *out, struct err *err)
{
    if (get(s, "epoch", out->epoch, err) < 0 || get(s, "mark", out->before, err) < 0 ||
        get(s, "mark_next", out->next, err) < 0)
        return -1;
    return out->next[0] ? 0 : new_text(s, "mark_next", now, out->next, err);
}

int journal_marked(struct store *s, const struct mark *m, struct err *err)
{
    if (db_begin(s->journal, err) < 0)
        return -1;
    int rc = set(s, "mark", m->next, err) < 0 ? -1 : drop(s, "mark_next", err);
    return end(s, rc, err);
}

static int renew(struct store *s, int64_t now, struct err *err)
{
    char epoch[UUID_TEXT];
    uuid7(now, epoch);
    if (set(s, "epoch", epoch, err) < 0 || drop(s, "mark", err) < 0 ||
        drop(s, "mark_next", err) < 0)
        return -1;
    return stmt_run(db_stmt(s->journal, "DELETE FROM verdict"), err);
}

int journal_renew(struct store *s, int64_t now, struct err *err)
{
    if (db_begin(s->journal, err) < 0)
        return -1;
    return end(s, renew(s, now, err), err);
}
