/* SPDX-License-Identifier: EUPL-1.2 */
/* What the sync has to remember of the journal: entries that the server does not take, and the mark
 * by which the two find out that one of them is a copy. */
#include "store/inner.h"

#include <string.h>

#include "base/clock.h"

#define STILL_WAITS "NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.entry = stuck.entry)"

/* ---- entries that are stuck ---- */

struct sticking {
    const char *id;
    int status;
    int64_t now;
};

static int stick(struct store *s, void *context, struct err *err)
{
    const struct sticking *t = context;
    struct stmt *q = db_stmt(s->journal,
        "INSERT INTO stuck(entry, status, since, tried) SELECT id, ?2, ?3, ?3 FROM entry WHERE "
        "id = ?1 ON CONFLICT(entry) DO UPDATE SET status = excluded.status, tried = "
        "excluded.tried");
    stmt_text(q, 1, t->id);
    stmt_number(q, 2, t->status);
    stmt_number(q, 3, t->now);
    return stmt_run(q, err);
}

int journal_stick(struct store *s, const char *id, int status, int64_t now, struct err *err)
{
    struct sticking t = {id, status, now};
    return journal_write(s, stick, &t, err);
}

int journal_stuck(struct store *s, int64_t now, struct arena *mem, struct pending *out, int *count,
    struct err *err)
{
    struct stmt *q = db_stmt(s->journal,
        "SELECT entry.id, hash, bytes, seq FROM stuck JOIN entry ON entry.id = stuck.entry "
        "WHERE " STILL_WAITS " AND tried <> ?1 ORDER BY tried, seq LIMIT 1");
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
    struct stmt *q = db_stmt(s->journal, "SELECT count(*) FROM stuck WHERE " STILL_WAITS);
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

static int set_next(struct store *s, void *context, struct err *err)
{
    const char *mark = context;
    return set(s, "mark_next", mark, err);
}

static int read_mark(struct store *s, struct mark *out, struct err *err)
{
    if (get(s, "epoch", out->epoch, err) < 0 || get(s, "mark", out->before, err) < 0)
        return -1;
    return get(s, "mark_next", out->next, err);
}

int journal_mark_last(struct store *s, struct mark *out, struct err *err)
{
    if (read_mark(s, out, err) < 0)
        return -1;
    if (!out->next[0])
        str_copy(out->next, sizeof(out->next), out->before);
    return 0;
}

int journal_mark(struct store *s, int64_t now, struct mark *out, struct err *err)
{
    if (read_mark(s, out, err) < 0)
        return -1;
    if (out->next[0])
        return 0;
    uuid7(now, out->next);
    return journal_write(s, set_next, out->next, err);
}

/* What was saved of a damaged journal meanwhile is another one, which the mark says nothing of. */
static int follow(struct store *s, void *context, struct err *err)
{
    const struct mark *m = context;
    char epoch[UUID_TEXT];
    if (get(s, "epoch", epoch, err) < 0)
        return -1;
    if (strcmp(epoch, m->epoch) != 0)
        return 0;
    return set(s, "mark", m->next, err) < 0 ? -1 : drop(s, "mark_next", err);
}

int journal_marked(struct store *s, const struct mark *m, struct err *err)
{
    struct mark copy = *m;
    return journal_write(s, follow, &copy, err);
}

static int renew(struct store *s, void *context, struct err *err)
{
    const char *epoch = context;
    if (set(s, "epoch", epoch, err) < 0 || drop(s, "mark", err) < 0 ||
        drop(s, "mark_next", err) < 0)
        return -1;
    return stmt_run(db_stmt(s->journal, "DELETE FROM verdict"), err);
}

int journal_renew(struct store *s, int64_t now, struct err *err)
{
    char epoch[UUID_TEXT];
    uuid7(now, epoch);
    return journal_write(s, renew, epoch, err);
}
