/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/sqlite.h"

#include <stdlib.h>

#include "base/clock.h"

/* 32 MiB: an import of 100,000 courses meets its index pages again. */
#define CACHE "PRAGMA cache_size = -32768"

int database_meta_get(
    struct database *db, const char *name, char *out, size_t size, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT value FROM meta WHERE name = ?1");
    stmt_text(s, 1, name);
    int rc = stmt_step(s, err);
    if (rc > 0 && str_copy(out, size, stmt_get_text(s, 0)) < 0)
        rc = err_set(err, ERR_CORRUPT, "what the database says of %s is too long", name);
    stmt_reset(s);
    return rc;
}

int database_meta_set(struct database *db, const char *name, const char *value, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "INSERT INTO meta VALUES (?1, ?2)"
                                     " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    stmt_text(s, 1, name);
    stmt_text(s, 2, value);
    return stmt_run(s, err);
}

static int load_server_id(struct database *db, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT value FROM meta WHERE name = 'server_id'");
    int rc = stmt_step(s, err);
    if (rc > 0)
        str_copy(db->server_id, sizeof(db->server_id), stmt_get_text(s, 0));
    stmt_reset(s);
    return rc;
}

static int make_server_id(struct database *db, struct err *err)
{
    char id[UUID_TEXT];
    uuid7(clock_now(), id);
    struct stmt *s = db_stmt(db->db, "INSERT OR IGNORE INTO meta VALUES ('server_id', ?1)");
    stmt_text(s, 1, id);
    if (db_begin(db->db, err) < 0)
        return -1;
    if (stmt_run(s, err) < 0 || db_commit(db->db, err) < 0) {
        db_rollback(db->db);
        return -1;
    }
    return load_server_id(db, err) == 1 ? 0 : err_set(err, ERR_CORRUPT, "the server has no id");
}

int database_open(struct database **out, const char *path, struct err *err)
{
    struct database *db = mem_alloc(sizeof(*db));
    buf_init(&db->body, LIM_LINE);
    int rc = db_open(&db->db, path, DB_SERVER, SQLITE_OURS, sqlite_migrations,
        sqlite_migration_count, NULL, err);
    if (rc == 0)
        rc = db_exec(db->db, CACHE, err);
    if (rc == 0)
        rc = load_server_id(db, err);
    if (rc == 0)
        rc = make_server_id(db, err);
    if (rc < 0) {
        database_close(db);
        return -1;
    }
    *out = db;
    return 0;
}

void database_close(struct database *db)
{
    if (!db)
        return;
    db_close(db->db);
    buf_release(&db->body);
    free(db);
}

const char *database_server_id(const struct database *db)
{
    return db->server_id;
}

int database_last_seq(struct database *db, int64_t *seq, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT value FROM meta WHERE name = 'seq'");
    int rc = stmt_step(s, err);
    if (rc > 0)
        *seq = stmt_get_number(s, 0);
    stmt_reset(s);
    if (rc == 0)
        return err_set(err, ERR_CORRUPT, "the change counter is missing");
    return rc < 0 ? -1 : 0;
}

int database_begin(struct database *db, struct err *err)
{
    db->seq_changed = false;
    if (db_begin(db->db, err) < 0)
        return -1;
    if (database_last_seq(db, &db->seq, err) == 0)
        return 0;
    db_rollback(db->db);
    return -1;
}

int64_t sqlite_next_seq(struct database *db)
{
    db->seq_changed = true;
    return ++db->seq;
}

int database_commit(struct database *db, struct err *err)
{
    if (db->seq_changed) {
        struct stmt *s = db_stmt(db->db, "UPDATE meta SET value = ?1 WHERE name = 'seq'");
        stmt_number(s, 1, db->seq);
        if (stmt_run(s, err) < 0)
            return -1;
    }
    return db_commit(db->db, err);
}

void database_rollback(struct database *db)
{
    db_rollback(db->db);
}

/* The open connection has the right schema, or db_open() had refused it; a write that reaches the
 * disk shows the rest. */
int database_ready(struct database *db, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "INSERT INTO meta VALUES ('probes', 1)"
                                     " ON CONFLICT (name) DO UPDATE SET value = value + 1");
    if (db_begin(db->db, err) < 0)
        return -1;
    if (stmt_run(s, err) == 0 && db_commit(db->db, err) == 0)
        return 0;
    db_rollback(db->db);
    return -1;
}
