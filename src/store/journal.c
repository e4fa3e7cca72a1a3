/* SPDX-License-Identifier: EUPL-1.2 */
/* The journal: entries are only ever added; what became of them stands in a table of its own. */
#include "store/inner.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "proto/codec.h"

/* person repeats what stands in bytes, to find a person's entries by. */
const struct migration journal_migrations[] = {
    {1, "CREATE TABLE meta(name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;"
        "CREATE TABLE entry(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
        " hash TEXT NOT NULL, bytes BLOB NOT NULL, made_at INTEGER NOT NULL, person TEXT) STRICT;"
        "CREATE INDEX entry_person ON entry(person);"
        "CREATE TABLE verdict(entry TEXT PRIMARY KEY, kind TEXT NOT NULL, reason TEXT NOT NULL,"
        " settled_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"},
};
const int journal_migration_count = 1;

#define WAITS "NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.entry = entry.id)"

/* ---- epoch ---- */

static int get_epoch(struct store *s, char epoch[UUID_TEXT], struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT text FROM meta WHERE name = 'epoch'");
    int rc = stmt_step(q, err);
    (void)str_copy(epoch, UUID_TEXT, rc > 0 ? stmt_get_text(q, 0) : "");
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

int journal_check_epoch(struct store *s, struct err *err)
{
    char epoch[UUID_TEXT];
    if (get_epoch(s, epoch, err) < 0)
        return -1;
    if (epoch[0])
        return 0;
    uuid7(clock_now(), epoch);
    if (db_begin(s->journal, err) < 0)
        return -1;
    struct stmt *q = db_stmt(s->journal, "INSERT OR IGNORE INTO meta(name, text) "
                                         "VALUES('epoch', ?)");
    stmt_text(q, 1, epoch);
    if (stmt_run(q, err) == 0 && db_commit(s->journal, err) == 0)
        return 0;
    db_rollback(s->journal);
    return -1;
}

/* ---- appending ---- */

static int next_seq(struct store *s, int64_t *seq, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT seq + 1 FROM sqlite_sequence "
                                         "WHERE name = 'entry'");
    int rc = stmt_step(q, err);
    *seq = rc > 0 ? stmt_get_number(q, 0) : 1;
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static const char *person_of(const struct record *fields)
{
    int field = type_field(fields->type, "person");
    return field >= 0 ? record_text(fields, field) : "";
}

static int insert_entry(
    struct store *s, const struct entry *e, const struct buf *bytes, struct err *err)
{
    char hash[DIGEST_HEX];
    sha256_hex(bytes->p, bytes->len, hash);
    struct stmt *q = db_stmt(s->journal,
        "INSERT INTO entry(seq, id, hash, bytes, made_at, person) VALUES(?, ?, ?, ?, ?, ?)");
    stmt_number(q, 1, e->seq);
    stmt_text(q, 2, e->id);
    stmt_text(q, 3, hash);
    stmt_blob(q, 4, bytes->p, bytes->len);
    stmt_number(q, 5, e->made_at);
    stmt_text(q, 6, person_of(&e->fields));
    return stmt_run(q, err);
}

static int append(struct store *s, struct entry e, struct err *err)
{
    char epoch[UUID_TEXT];
    if (get_epoch(s, epoch, err) < 0 || next_seq(s, &e.seq, err) < 0)
        return -1;
    e.epoch = epoch;
    if (record_check(&e.fields, err) < 0)
        return -1;
    struct buf bytes = BUF_INIT(LIM_LINE);
    int rc = entry_to_json(&e, &bytes);
    if (rc < 0)
        rc = err_set(err, ERR_DATA, "the entry is too long");
    else
        rc = insert_entry(s, &e, &bytes, err);
    buf_release(&bytes);
    return rc;
}

int journal_append(struct store *s, const struct record *fields, const char *kiosk, int64_t now,
    char id[UUID_TEXT], struct err *err)
{
    char made[UUID_TEXT];
    struct entry e = {.id = made, .kiosk = kiosk, .made_at = now, .fields = *fields};
    uuid7(now, made);
    e.fields.id = made;
    if (db_begin(s->journal, err) < 0)
        return -1;
    if (append(s, e, err) < 0 || db_commit(s->journal, err) < 0) {
        db_rollback(s->journal);
        return -1;
    }
    if (id)
        memcpy(id, made, UUID_TEXT);
    return 0;
}

/* ---- sending ---- */

static bool is_whole(struct stmt *q, int hash_column, int bytes_column)
{
    char hash[DIGEST_HEX];
    size_t len;
    const void *bytes = stmt_get_blob(q, bytes_column, &len);
    sha256_hex(bytes, len, hash);
    return strcmp(hash, stmt_get_text(q, hash_column)) == 0;
}

static void keep_pending(struct stmt *q, struct arena *mem, struct pending *p)
{
    const void *bytes = stmt_get_blob(q, 2, &p->len);
    p->bytes = arena_strndup(mem, bytes, p->len);
    p->id = arena_strdup(mem, stmt_get_text(q, 0));
    p->hash = arena_strdup(mem, stmt_get_text(q, 1));
}

int journal_pending(struct store *s, int max, size_t max_bytes, struct arena *mem,
    struct pending **out, int *count, int *damaged, struct err *err)
{
    struct stmt *q =
        db_stmt(s->journal, "SELECT id, hash, bytes FROM entry WHERE " WAITS " ORDER BY seq");
    size_t left = max_bytes;
    bool full = false;
    int rc;
    *count = *damaged = 0;
    *out = arena_alloc(mem, sizeof(**out) * (size_t)max);
    while ((rc = stmt_step(q, err)) > 0) {
        size_t len;
        (void)stmt_get_blob(q, 2, &len);
        if (!is_whole(q, 1, 2)) {
            ++*damaged;
            continue;
        }
        full = full || *count == max || len + 1 > left;
        if (full)
            continue; /* the damaged ones are still counted */
        left -= len + 1;
        keep_pending(q, mem, &(*out)[(*count)++]);
    }
    return rc;
}

int journal_settle(struct store *s, const char *id, const char *hash, const char *kind,
    const char *reason, int64_t now, struct err *err)
{
    struct stmt *q = db_stmt(s->journal,
        "INSERT INTO verdict(entry, kind, reason, settled_at) SELECT id, ?3, ?4, ?5 FROM entry "
        "WHERE id = ?1 AND hash = ?2 ON CONFLICT DO NOTHING");
    stmt_text(q, 1, id);
    stmt_text(q, 2, hash);
    stmt_text(q, 3, kind);
    stmt_text(q, 4, reason);
    stmt_number(q, 5, now);
    if (stmt_run(q, err) < 0)
        return -1;
    return db_changes(s->journal) > 0;
}

int journal_begin(struct store *s, struct err *err)
{
    return db_begin(s->journal, err);
}

int journal_commit(struct store *s, struct err *err)
{
    if (db_commit(s->journal, err) == 0)
        return 0;
    db_rollback(s->journal);
    return -1;
}

int64_t journal_waiting(struct store *s)
{
    struct stmt *q = db_stmt(s->journal, "SELECT count(*) FROM entry WHERE " WAITS);
    int64_t n = stmt_step(q, NULL) > 0 ? stmt_get_number(q, 0) : 0;
    stmt_reset(q);
    return n;
}

static int forget(struct store *s, int64_t before, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "DELETE FROM entry WHERE id IN "
                                         "(SELECT entry FROM verdict WHERE settled_at < ?)");
    stmt_number(q, 1, before);
    if (stmt_run(q, err) < 0)
        return -1;
    q = db_stmt(s->journal, "DELETE FROM verdict WHERE settled_at < ?");
    stmt_number(q, 1, before);
    return stmt_run(q, err);
}

int journal_forget(struct store *s, int64_t before, struct err *err)
{
    if (db_begin(s->journal, err) < 0)
        return -1;
    if (forget(s, before, err) == 0 && db_commit(s->journal, err) == 0)
        return 0;
    db_rollback(s->journal);
    return -1;
}

int journal_settled_people(
    struct store *s, struct arena *mem, const char ***out, int *count, struct err *err)
{
    int room = 0;
    struct stmt *q = db_stmt(s->journal, "SELECT DISTINCT person, (SELECT count(DISTINCT person)"
                                         " FROM entry) FROM entry"
                                         " WHERE person IS NOT NULL AND NOT " WAITS);
    int rc;
    *count = 0;
    *out = NULL;
    while ((rc = stmt_step(q, err)) > 0) {
        if (!*out) {
            room = (int)stmt_get_number(q, 1);
            *out = arena_alloc(mem, sizeof(**out) * (size_t)room);
        }
        if (*count < room)
            (*out)[(*count)++] = arena_strdup(mem, stmt_get_text(q, 0));
    }
    return rc;
}

static int forget_person(struct store *s, const char *person, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "DELETE FROM entry WHERE person = ? AND NOT " WAITS);
    stmt_text(q, 1, person);
    if (stmt_run(q, err) < 0)
        return -1;
    return stmt_run(db_stmt(s->journal, "DELETE FROM verdict WHERE NOT EXISTS "
                                        "(SELECT 1 FROM entry WHERE entry.id = verdict.entry)"),
        err);
}

int journal_forget_person(struct store *s, const char *person, struct err *err)
{
    if (db_begin(s->journal, err) < 0)
        return -1;
    if (forget_person(s, person, err) == 0 && db_commit(s->journal, err) == 0)
        return 0;
    db_rollback(s->journal);
    return -1;
}

/* ---- a person's asks ---- */

static bool read_ask(struct stmt *q, struct arena *mem, struct ask *a)
{
    struct entry e;
    struct err ignored = {0};
    size_t len;
    const char *bytes = stmt_get_blob(q, 2, &len);
    if (!is_whole(q, 1, 2) || entry_from_json(bytes, len, mem, &e, &ignored) != 0 ||
        e.fields.type != type_get(TYPE_ASK))
        return false;
    *a = (struct ask){arena_strdup(mem, stmt_get_text(q, 0)), e.fields, e.made_at,
        stmt_get_number(q, 3), arena_strdup(mem, stmt_get_text(q, 4)),
        arena_strdup(mem, stmt_get_text(q, 5))};
    return true;
}

int journal_asks(struct store *s, const char *person, struct arena *mem, struct ask **out,
    int *count, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT count(*) FROM entry WHERE person = ?");
    stmt_text(q, 1, person);
    int64_t n = stmt_step(q, err) > 0 ? stmt_get_number(q, 0) : -1;
    stmt_reset(q);
    if (n < 0)
        return -1;
    *count = 0;
    *out = arena_alloc(mem, sizeof(**out) * ((size_t)n + 1));
    q = db_stmt(s->journal, "SELECT id, hash, bytes, settled_at, kind, reason "
                            "FROM entry LEFT JOIN verdict ON verdict.entry = entry.id "
                            "WHERE person = ?1 ORDER BY seq LIMIT ?2");
    stmt_text(q, 1, person);
    stmt_number(q, 2, n);
    int rc;
    while ((rc = stmt_step(q, err)) > 0)
        *count += read_ask(q, mem, &(*out)[*count]);
    return rc;
}
