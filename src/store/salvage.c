/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/salvage.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "proto/codec.h"
#include "store/walk.h"

/* An entry that must have been there: its index or what is left of its row says so. */
struct known {
    int64_t seq;
    char id[UUID_TEXT]; /* "" when only the seq can be told */
};

struct salvage {
    struct db *to;
    struct err *err;
    int rc;
    struct known *known;
    size_t count, room;
    int64_t sequence;  /* the highest seq that the file says was given */
    int64_t forgotten; /* the highest that was removed on purpose */
    int64_t lost;
    struct arena mem; /* of one row */
};

/* ---- shapes ---- */

static bool has_shape(const struct walk_row *row, const char *shape)
{
    static const char letters[] = {
        [WALK_NULL] = '0', [WALK_NUMBER] = 'n', [WALK_TEXT] = 't', [WALK_BLOB] = 'b'};
    for (int i = 0; i < row->columns; i++)
        if (!shape[i] || (shape[i] != '?' && shape[i] != letters[row->value[i].kind]))
            return false;
    return !shape[row->columns];
}

static char *text_of(struct salvage *g, const struct walk_value *v)
{
    return arena_strndup(&g->mem, v->len > 0 ? v->data : "", v->len);
}

static bool is_uuid(struct salvage *g, const struct walk_value *v)
{
    return uuid_valid(text_of(g, v));
}

/* ---- what goes into the new file ---- */

static void run(struct salvage *g, struct stmt *s)
{
    if (stmt_run(s, g->err) < 0)
        g->rc = -1;
}

static void know(struct salvage *g, int64_t seq, const char *id)
{
    if (seq < 1)
        return;
    if (g->count == g->room) {
        g->room = g->room ? 2 * g->room : 256;
        g->known = mem_realloc(g->known, g->room * sizeof(*g->known));
    }
    struct known *k = &g->known[g->count++];
    k->seq = seq;
    (void)str_copy(k->id, sizeof(k->id), uuid_valid(id) ? id : "");
}

static const char *person_of(const struct entry *e)
{
    int field = e->fields.type ? type_field(e->fields.type, "person") : -1;
    return field >= 0 ? record_text(&e->fields, field) : "";
}

static void put_entry(
    struct salvage *g, const struct entry *e, const struct walk_value *bytes, const char *hash)
{
    struct stmt *s = db_stmt(g->to, "INSERT OR IGNORE INTO entry(seq, id, hash, bytes, made_at, "
                                    "person) VALUES(?, ?, ?, ?, ?, ?)");
    stmt_number(s, 1, e->seq);
    stmt_text(s, 2, e->id);
    stmt_text(s, 3, hash);
    stmt_blob(s, 4, bytes->data, bytes->len);
    stmt_number(s, 5, e->made_at);
    stmt_text(s, 6, person_of(e));
    run(g, s);
}

/* The bytes are believed when they have their digest, and they say all else that the row says. */
static void take_entry(struct salvage *g, const struct walk_row *row)
{
    struct entry e;
    struct err ignored = {0};
    char digest[DIGEST_HEX];
    const struct walk_value *bytes = &row->value[3];
    const char *hash = text_of(g, &row->value[2]);
    sha256_hex(bytes->data, bytes->len, digest);
    if (strcmp(digest, hash) == 0 &&
        entry_from_json(bytes->data, bytes->len, &g->mem, &e, &ignored) >= 0)
        put_entry(g, &e, bytes, hash);
    else
        know(g, row->rowid, text_of(g, &row->value[1]));
}

static void take_verdict(struct salvage *g, const struct walk_row *row)
{
    struct stmt *s = db_stmt(g->to, "INSERT OR IGNORE INTO verdict(entry, kind, reason, settled_at)"
                                    " VALUES(?, ?, ?, ?)");
    for (int i = 0; i < 3; i++)
        stmt_text(s, i + 1, text_of(g, &row->value[i]));
    stmt_number(s, 4, row->value[3].number);
    run(g, s);
}

static void take_try(struct salvage *g, const struct walk_row *row)
{
    struct stmt *s = db_stmt(g->to, "INSERT OR IGNORE INTO pin_try(entry, person, at, clock)"
                                    " VALUES(?, ?, ?, ?)");
    stmt_text(s, 1, text_of(g, &row->value[0]));
    stmt_text(s, 2, text_of(g, &row->value[1]));
    stmt_number(s, 3, row->value[2].number);
    stmt_number(s, 4, row->value[3].number);
    run(g, s);
}

static void take_stuck(struct salvage *g, const struct walk_row *row)
{
    struct stmt *s = db_stmt(g->to, "INSERT OR IGNORE INTO stuck(entry, status, since, tried)"
                                    " VALUES(?, ?, ?, ?)");
    stmt_text(s, 1, text_of(g, &row->value[0]));
    for (int i = 1; i < 4; i++)
        stmt_number(s, i + 1, row->value[i].number);
    run(g, s);
}

/* The counts of earlier damage go on; the epoch does not: it is another file. */
static void take_meta(struct salvage *g, const struct walk_row *row)
{
    const char *name = text_of(g, &row->value[0]);
    const char *text = text_of(g, &row->value[1]);
    if (strcmp(name, FORGOTTEN) == 0)
        g->forgotten = strtoll(text, NULL, 10);
    else if (strcmp(name, DAMAGE_TIMES) != 0 && strcmp(name, DAMAGE_LOST) != 0 &&
             strcmp(name, CACHE_REBUILT) != 0)
        return;
    struct stmt *s = db_stmt(g->to, "INSERT OR IGNORE INTO meta(name, text) VALUES(?, ?)");
    stmt_text(s, 1, name);
    stmt_text(s, 2, text);
    run(g, s);
}

static void take_sequence(struct salvage *g, const struct walk_row *row)
{
    if (strcmp(text_of(g, &row->value[0]), "entry") == 0 && row->value[1].number > g->sequence)
        g->sequence = row->value[1].number;
}

/* Rows without a digest of their own are believed when their page has its checksum. */
static void take_whole(struct salvage *g, const struct walk_row *row)
{
    if (row->table && has_shape(row, "tn"))
        take_sequence(g, row);
    else if (row->table)
        return;
    else if (has_shape(row, "tttn") && is_uuid(g, &row->value[0]))
        take_verdict(g, row);
    else if (has_shape(row, "ttnn") && is_uuid(g, &row->value[0]))
        take_try(g, row);
    else if (has_shape(row, "tnnn") && is_uuid(g, &row->value[0]))
        take_stuck(g, row);
    else if (has_shape(row, "tt"))
        take_meta(g, row);
    else if (has_shape(row, "tn") || has_shape(row, "0n"))
        know(g, row->value[1].number, text_of(g, &row->value[0]));
}

static void take(void *context, const struct walk_row *row)
{
    struct salvage *g = context;
    if (g->rc < 0)
        return;
    if (row->table && has_shape(row, "0ttbn?"))
        take_entry(g, row);
    else if (row->whole)
        take_whole(g, row);
    arena_clear(&g->mem);
}

/* ---- what is missing ---- */

static int by_seq(const void *a, const void *b)
{
    const struct known *x = a;
    const struct known *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int64_t ask(struct salvage *g, struct stmt *s)
{
    int rc = stmt_step(s, g->err);
    int64_t n = rc > 0 ? stmt_get_number(s, 0) : 0;
    stmt_reset(s);
    if (rc < 0)
        g->rc = -1;
    return n;
}

/* Whether it was saved, or had its verdict and so is no loss. */
static bool is_accounted_for(struct salvage *g, const struct known *k)
{
    struct stmt *s = db_stmt(g->to, "SELECT (SELECT count(*) FROM entry WHERE seq = ?1) + "
                                    "(SELECT count(*) FROM verdict WHERE entry = ?2)");
    stmt_number(s, 1, k->seq);
    stmt_text(s, 2, k->id);
    return ask(g, s) > 0;
}

static void count_lost(struct salvage *g)
{
    int64_t last = ask(g, db_stmt(g->to, "SELECT coalesce(max(seq), 0) FROM entry"));
    if (g->count > 0)
        qsort(g->known, g->count, sizeof(*g->known), by_seq);
    for (size_t i = 0; i < g->count;) {
        bool fine = false;
        size_t first = i;
        for (; i < g->count && g->known[i].seq == g->known[first].seq; i++)
            fine = fine || is_accounted_for(g, &g->known[i]);
        g->lost += !fine;
    }
    if (g->count > 0 && g->known[g->count - 1].seq > last)
        last = g->known[g->count - 1].seq;
    if (g->forgotten > last)
        last = g->forgotten;
    if (g->sequence > last) /* given, and nothing is left of them */
        g->lost += g->sequence - last;
    else
        g->sequence = last;
}

/* ---- the end ---- */

static void note(struct salvage *g, const char *name, int64_t number, bool adds)
{
    struct stmt *s =
        db_stmt(g->to, "INSERT INTO meta(name, text) VALUES(?1, CAST(?2 AS TEXT)) "
                       "ON CONFLICT(name) DO UPDATE SET text = CAST(?2 + "
                       "CASE ?3 WHEN 1 THEN CAST(text AS INTEGER) ELSE 0 END AS TEXT)");
    stmt_text(s, 1, name);
    stmt_number(s, 2, number);
    stmt_number(s, 3, adds);
    run(g, s);
}

static void note_all(struct salvage *g)
{
    note(g, DAMAGE_TIMES, 1, true);
    note(g, DAMAGE_LOST, g->lost, true);
    note(g, DAMAGE_SAVED, ask(g, db_stmt(g->to, "SELECT count(*) FROM entry")), false);
    note(g, DAMAGE_AT, clock_now(), false);
}

/* No verdict stays without its entry, no entry is stuck that is not there; no seq is given again.
 */
static void tidy(struct salvage *g)
{
    run(g, db_stmt(g->to, "DELETE FROM verdict WHERE NOT EXISTS "
                          "(SELECT 1 FROM entry WHERE entry.id = verdict.entry)"));
    run(g, db_stmt(g->to, "DELETE FROM stuck WHERE NOT EXISTS "
                          "(SELECT 1 FROM entry WHERE entry.id = stuck.entry)"));
    struct stmt *s = db_stmt(g->to, "DELETE FROM sqlite_sequence WHERE name = 'entry'");
    run(g, s);
    s = db_stmt(g->to, "INSERT INTO sqlite_sequence(name, seq) VALUES('entry', ?)");
    stmt_number(s, 1, g->sequence);
    run(g, s);
}

int salvage_journal(int fd, struct db *to, struct err *err)
{
    struct salvage g = {.to = to, .err = err};
    if (db_begin(to, err) < 0)
        return -1;
    if (fd >= 0)
        walk_file(fd, take, &g);
    if (g.rc == 0)
        count_lost(&g);
    if (g.rc == 0)
        tidy(&g);
    if (g.rc == 0)
        note_all(&g);
    arena_release(&g.mem);
    mem_free(g.known);
    if (g.rc == 0 && db_commit(to, err) == 0)
        return 0;
    db_rollback(to);
    return -1;
}
