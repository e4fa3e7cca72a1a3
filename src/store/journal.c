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
    /* PINs that were tried; at: by the guard's clock (pins.c), clock: by the wall clock. */
    {2, "CREATE TABLE pin_try(entry TEXT PRIMARY KEY, person TEXT NOT NULL, at INTEGER NOT NULL,"
        " clock INTEGER NOT NULL) STRICT, WITHOUT ROWID;"},
    /* Waiting entries that the server does not take, not even alone. */
    {3, "CREATE TABLE stuck(entry TEXT PRIMARY KEY, status INTEGER NOT NULL,"
        " since INTEGER NOT NULL, tried INTEGER NOT NULL) STRICT, WITHOUT ROWID;"},
};
const int journal_migration_count = 3;

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

/* The inner entry as the box of one that says nothing but when and where it was made. */
static int seal_entry(
    const char *key, const struct entry *inner, struct entry *e, struct arena *mem, struct err *err)
{
    struct buf line = BUF_INIT(LIM_LINE);
    struct buf box = BUF_INIT(LIM_BOX);
    int rc = entry_to_json(inner, &line);
    if (rc == 0)
        rc = seal_text(key, line.p, line.len, &box);
    if (rc == 0) {
        record_init(&e->fields, TYPE_SEALED);
        e->fields.id = e->id;
        record_set_text(&e->fields, SEALED_box, arena_strndup(mem, box.p, box.len));
    } else {
        (void)err_set(err, ERR_DATA, "the entry cannot be sealed");
    }
    memory_wipe(line.p, line.len);
    buf_release(&line);
    buf_release(&box);
    return rc;
}

static int seal_draft(
    struct store *s, const struct draft *d, struct entry *e, struct arena *mem, struct err *err)
{
    struct company company;
    if (!d->proof && !d->sealed)
        return 0;
    if (store_company(s, &company, err) < 0)
        return -1;
    if (!company.seal_key[0])
        return err_set(err, ERR_CONFIG, "the server's key has not been fetched yet");
    if (d->proof && proof_seal(d->proof, company.seal_key, e, mem, err) < 0)
        return -1;
    struct entry inner = *e;
    return d->sealed ? seal_entry(company.seal_key, &inner, e, mem, err) : 0;
}

static int put_line(struct store *s, const struct entry *e, struct err *err)
{
    struct buf bytes = BUF_INIT(LIM_LINE);
    int rc = entry_to_json(e, &bytes);
    if (rc < 0)
        rc = err_set(err, ERR_DATA, "the entry is too long");
    else
        rc = insert_entry(s, e, &bytes, err);
    buf_release(&bytes);
    return rc;
}

/* What was typed is kept as whoever reads the line has it: what a seal is bound to must be the same
 * on both sides. */
static int read_back(struct entry *e, struct arena *mem, struct err *err)
{
    struct buf line = BUF_INIT(LIM_LINE);
    int rc = record_check(&e->fields, err);
    if (rc == 0 && entry_to_json(e, &line) < 0)
        rc = err_set(err, ERR_DATA, "the entry is too long");
    if (rc == 0)
        rc = entry_from_json(line.p, line.len, mem, e, err);
    memory_wipe(line.p, line.len);
    buf_release(&line);
    return rc;
}

static int put_entry(
    struct store *s, struct draft *d, struct entry *e, struct arena *mem, struct err *err)
{
    if (read_back(e, mem, err) < 0 || seal_draft(s, d, e, mem, err) < 0 ||
        record_check(&e->fields, err) < 0)
        return -1;
    return put_line(s, e, err);
}

int journal_put(struct store *s, struct draft *d, const char *kiosk, int64_t now, struct err *err)
{
    char epoch[UUID_TEXT];
    struct arena mem = {0};
    struct entry e = {.id = d->id, .kiosk = kiosk, .made_at = now, .fields = *d->fields};
    uuid7(now, d->id);
    e.fields.id = d->id;
    if (get_epoch(s, epoch, err) < 0 || next_seq(s, &d->seq, err) < 0)
        return -1;
    e.epoch = epoch;
    e.seq = d->seq;
    int rc = put_entry(s, d, &e, &mem, err);
    arena_release(&mem);
    return rc;
}

struct adding {
    struct draft *drafts;
    int count;
    const char *kiosk;
    int64_t now;
};

static int add_all(struct store *s, void *context, struct err *err)
{
    const struct adding *a = context;
    for (int i = 0; i < a->count; i++)
        if (journal_put(s, &a->drafts[i], a->kiosk, a->now, err) < 0)
            return -1;
    return 0;
}

int journal_add(struct store *s, struct draft *drafts, int count, const char *kiosk, int64_t now,
    struct err *err)
{
    struct adding a = {drafts, count, kiosk, now};
    return journal_write(s, add_all, &a, err);
}

int journal_append(struct store *s, const struct record *fields, const char *kiosk, int64_t now,
    char id[UUID_TEXT], struct err *err)
{
    struct draft d = {.fields = fields};
    if (journal_add(s, &d, 1, kiosk, now, err) < 0)
        return -1;
    if (id)
        memcpy(id, d.id, UUID_TEXT);
    return 0;
}

int journal_last(struct store *s, int64_t *seq, struct err *err)
{
    int rc = next_seq(s, seq, err);
    --*seq;
    return rc;
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

int64_t journal_count_damaged(struct store *s)
{
    struct stmt *q = db_stmt(s->journal, "SELECT hash, bytes FROM entry WHERE " WAITS);
    int64_t damaged = 0;
    while (stmt_step(q, NULL) > 0)
        damaged += !is_whole(q, 0, 1);
    stmt_reset(q);
    return damaged;
}

void pending_keep(struct stmt *q, struct arena *mem, struct pending *p)
{
    const void *bytes = stmt_get_blob(q, 2, &p->len);
    p->bytes = arena_strndup(mem, bytes, p->len);
    p->id = arena_strdup(mem, stmt_get_text(q, 0));
    p->hash = arena_strdup(mem, stmt_get_text(q, 1));
    p->seq = stmt_get_number(q, 3);
}

int journal_pending(struct store *s, int64_t after, int max, size_t max_bytes, struct arena *mem,
    struct pending **out, int *count, int *damaged, struct err *err)
{
    struct stmt *q =
        db_stmt(s->journal, "SELECT id, hash, bytes, seq FROM entry WHERE seq > ? AND " WAITS
                            " AND NOT EXISTS (SELECT 1 FROM stuck WHERE stuck.entry = entry.id)"
                            " ORDER BY seq");
    size_t left = max_bytes;
    bool full = false;
    int rc;
    stmt_number(q, 1, after);
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
        pending_keep(q, mem, &(*out)[(*count)++]);
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

int64_t journal_waiting(struct store *s)
{
    struct stmt *q = db_stmt(s->journal, "SELECT count(*) FROM entry WHERE " WAITS);
    int64_t n = stmt_step(q, NULL) > 0 ? stmt_get_number(q, 0) : 0;
    stmt_reset(q);
    return n;
}

/* ---- reading ---- */

int journal_verdict(
    struct store *s, const char *id, char kind[LIM_ID], char reason[LIM_ID], struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT kind, reason FROM verdict WHERE entry = ?");
    stmt_text(q, 1, id);
    int rc = stmt_step(q, err);
    (void)str_copy(kind, LIM_ID, rc > 0 ? stmt_get_text(q, 0) : "");
    (void)str_copy(reason, LIM_ID, rc > 0 ? stmt_get_text(q, 1) : "");
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static bool read_local(struct stmt *q, struct arena *mem, struct local *l)
{
    struct entry e;
    struct err ignored = {0};
    size_t len;
    const char *bytes = stmt_get_blob(q, 2, &len);
    if (!is_whole(q, 1, 2) || entry_from_json(bytes, len, mem, &e, &ignored) != 0)
        return false;
    *l = (struct local){arena_strdup(mem, stmt_get_text(q, 0)), e.seq, e.fields, e.made_at,
        stmt_get_number(q, 3), arena_strdup(mem, stmt_get_text(q, 4)),
        arena_strdup(mem, stmt_get_text(q, 5)), false};
    l->fields.id = l->id;
    return true;
}

#define SHOWN                                                                                      \
    " FROM entry LEFT JOIN verdict ON verdict.entry = entry.id WHERE settled_at IS NULL OR "       \
    "?1 IS NULL OR settled_at > ?1 OR kind = 'refused' OR seq > ?2"

static void bind_shown(struct stmt *q, int64_t since, int64_t seq)
{
    stmt_number(q, 1, since);
    stmt_number(q, 2, seq);
}

int journal_locals(struct store *s, int64_t since, int64_t seq, struct arena *mem,
    struct local **out, int *count, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT count(*)" SHOWN);
    bind_shown(q, since, seq);
    int64_t n = stmt_step(q, err) > 0 ? stmt_get_number(q, 0) : -1;
    stmt_reset(q);
    if (n < 0)
        return -1;
    *count = 0;
    *out = arena_alloc(mem, sizeof(**out) * ((size_t)n + 1));
    q = db_stmt(s->journal,
        "SELECT id, hash, bytes, settled_at, kind, reason" SHOWN " ORDER BY seq LIMIT ?3");
    bind_shown(q, since, seq);
    stmt_number(q, 3, n);
    int rc;
    while ((rc = stmt_step(q, err)) > 0)
        *count += read_local(q, mem, &(*out)[*count]);
    return rc;
}
