/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/db_inner.h"

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "model/record.h"

/* What the system said of the last failure, or else SQLite. */
static const char *reason(struct db *db, int rc)
{
    int code = sqlite3_system_errno(db->sql);
    bool system = (rc & 0xFF) == SQLITE_CANTOPEN || (rc & 0xFF) == SQLITE_IOERR;
    return system && code ? strerrordesc_np(code) : sqlite3_errstr(rc);
}

static int fail_damaged(struct db *db, struct err *err)
{
    db->damaged = true;
    return err_set(err, ERR_CORRUPT, "%s is damaged (%s)", db->path, sqlite3_errmsg(db->sql));
}

int db_fail(struct db *db, int rc, struct err *err)
{
    if (rc == SQLITE_IOERR_DATA) /* a page without its checksum */
        return fail_damaged(db, err);
    switch (rc & 0xFF) {
    case SQLITE_FULL:
        return err_set(err, ERR_FULL, "no space left for %s", db->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_BUSY, "%s is in use by another program", db->path);
    case SQLITE_ERROR: /* the statements are tested: the file is not what it was at the opening */
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_INTERRUPT: /* no statement of ours takes so long on a sound file */
        return fail_damaged(db, err);
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return err_set(
            err, ERR_DATA, "%s does not take this (%s)", db->path, sqlite3_errmsg(db->sql));
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        BUG("%s: %s", db->path, sqlite3_errmsg(db->sql));
    case SQLITE_READONLY:
        return err_set(err, ERR_READ_ONLY, "%s cannot be written, only read", db->path);
    default:
        return err_set(err, ERR_IO, "cannot use %s (%s)", db->path, reason(db, rc));
    }
}

/* ---- statements ---- */

static int prepare(struct stmt *s)
{
    const char *text = s->literal ? s->literal : s->text;
    return sqlite3_prepare_v3(s->db->sql, text, -1, SQLITE_PREPARE_PERSISTENT, &s->sql, NULL);
}

static struct stmt *ready(struct stmt *s)
{
    s->db->work = 0;
    if (s->sql) {
        sqlite3_reset(s->sql);
        sqlite3_clear_bindings(s->sql);
    } else {
        (void)prepare(s); /* a failure is met again, and told, at the step */
    }
    return s;
}

static struct stmt *add_stmt(struct db *db, struct stmt **bucket)
{
    struct stmt *s = mem_alloc(sizeof(*s));
    s->db = db;
    s->next = *bucket;
    *bucket = s;
    return s;
}

struct stmt *db_stmt(struct db *db, const char *sql)
{
    struct stmt **bucket = &db->stmts[((uintptr_t)sql >> 3) % STMT_BUCKETS];
    struct stmt *s = *bucket;
    while (s && s->literal != sql)
        s = s->next;
    if (!s) {
        s = add_stmt(db, bucket);
        s->literal = sql;
    }
    return ready(s);
}

struct stmt *db_stmt_known(struct db *db, const char *name)
{
    struct stmt *s = db->named;
    while (s && strcmp(s->name, name) != 0)
        s = s->next;
    return s ? ready(s) : NULL;
}

struct stmt *db_stmt_named(struct db *db, const char *name, const char *sql)
{
    struct stmt *s = db_stmt_known(db, name);
    if (s)
        return s;
    s = add_stmt(db, &db->named);
    s->name = mem_strdup(name);
    s->text = mem_strdup(sql);
    return ready(s);
}

static void free_list(struct stmt *s)
{
    while (s) {
        struct stmt *next = s->next;
        sqlite3_finalize(s->sql);
        free(s->name);
        free(s->text);
        free(s);
        s = next;
    }
}

static void free_stmts(struct db *db)
{
    for (int i = 0; i < STMT_BUCKETS; i++)
        free_list(db->stmts[i]);
    free_list(db->named);
}

static void reset_stmts(struct db *db)
{
    for (int i = 0; i < STMT_BUCKETS; i++)
        for (struct stmt *s = db->stmts[i]; s; s = s->next)
            stmt_reset(s);
    for (struct stmt *s = db->named; s; s = s->next)
        stmt_reset(s);
}

static void check_bind(const struct stmt *s, int rc)
{
    if (rc == SQLITE_RANGE || rc == SQLITE_MISUSE)
        BUG("%s: %s in: %s", s->db->path, sqlite3_errstr(rc), s->literal ? s->literal : s->text);
}

void stmt_text(struct stmt *s, int i, const char *text)
{
    if (s->sql && text && *text)
        check_bind(s, sqlite3_bind_text(s->sql, i, text, -1, SQLITE_STATIC));
    else if (s->sql)
        check_bind(s, sqlite3_bind_null(s->sql, i));
}

void stmt_number(struct stmt *s, int i, int64_t number)
{
    if (s->sql && number != NO_NUMBER)
        check_bind(s, sqlite3_bind_int64(s->sql, i, number));
    else if (s->sql)
        check_bind(s, sqlite3_bind_null(s->sql, i));
}

void stmt_blob(struct stmt *s, int i, const void *data, size_t len)
{
    if (s->sql)
        check_bind(s, sqlite3_bind_blob64(s->sql, i, data, len, SQLITE_STATIC));
}

static void guard_writer(const struct stmt *s)
{
    if (s->db->kind == DB_SERVER && !s->db->writing && !sqlite3_stmt_readonly(s->sql))
        BUG("%s: written outside a transaction: %s", s->db->path, sqlite3_sql(s->sql));
}

int stmt_step(struct stmt *s, struct err *err)
{
    if (!s->sql) {
        int rc = prepare(s);
        return db_fail(s->db, rc == SQLITE_OK ? SQLITE_ERROR : rc, err);
    }
    guard_writer(s);
    int rc = sqlite3_step(s->sql);
    if (rc == SQLITE_ROW)
        return 1;
    int out = rc == SQLITE_DONE ? 0 : db_fail(s->db, rc, err);
    sqlite3_reset(s->sql);
    return out;
}

int stmt_run(struct stmt *s, struct err *err)
{
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        ;
    return rc;
}

const char *stmt_get_text(struct stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s->sql, column);
    return text ? text : "";
}

int64_t stmt_get_number(struct stmt *s, int column)
{
    if (sqlite3_column_type(s->sql, column) == SQLITE_NULL)
        return NO_NUMBER;
    return sqlite3_column_int64(s->sql, column);
}

const void *stmt_get_blob(struct stmt *s, int column, size_t *len)
{
    const void *data = sqlite3_column_blob(s->sql, column);
    *len = data ? (size_t)sqlite3_column_bytes(s->sql, column) : 0;
    return data ? data : "";
}

void stmt_reset(struct stmt *s)
{
    if (s->sql)
        sqlite3_reset(s->sql);
}

void stmt_unbind(struct stmt *s)
{
    if (s->sql)
        sqlite3_clear_bindings(s->sql);
}

/* ---- transactions ---- */

int db_lock(struct db *db, struct err *err)
{
    if (db->writer_fd < 0)
        return 0;
    int64_t deadline = clock_monotonic() + BUSY_MS;
    while (flock(db->writer_fd, LOCK_EX | LOCK_NB) < 0) {
        if (clock_monotonic() >= deadline)
            return db_fail(db, SQLITE_BUSY, err);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return 0;
}

void db_unlock(struct db *db)
{
    if (db->writer_fd >= 0)
        (void)flock(db->writer_fd, LOCK_UN);
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : db_fail(db, rc, err);
}

int db_begin(struct db *db, struct err *err)
{
    if (db->writing)
        BUG("%s: a transaction in a transaction", db->path);
    if (db_lock(db, err) < 0)
        return -1;
    if (db_exec(db, "BEGIN IMMEDIATE", err) < 0) {
        db_unlock(db);
        return -1;
    }
    db->writing = true;
    return 0;
}

int db_commit(struct db *db, struct err *err)
{
    if (db_exec(db, "COMMIT", err) < 0)
        return -1;
    db->writing = false;
    db_unlock(db);
    return 0;
}

void db_rollback(struct db *db)
{
    reset_stmts(db);
    if (!sqlite3_get_autocommit(db->sql)) /* should this fail, the next opening rolls back */
        (void)sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
    db->writing = false;
    db_unlock(db);
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->sql);
}

int64_t db_data_version(struct db *db)
{
    struct stmt *s = db_stmt(db, "PRAGMA data_version");
    int64_t version = stmt_step(s, NULL) > 0 ? stmt_get_number(s, 0) : 0;
    stmt_reset(s);
    return version;
}

bool db_damaged(const struct db *db)
{
    return db->damaged;
}

bool db_unwritable(struct db *db)
{
    return sqlite3_db_readonly(db->sql, "main") == 1;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    free_stmts(db);
    /* The last connection of a WAL checkpoints it: that, too, is writing. */
    if (db_lock(db, NULL) < 0)
        (void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (sqlite3_close(db->sql) != SQLITE_OK)
        BUG("%s is closed while it is in use", db->path);
    db_unlock(db);
    if (db->writer_fd >= 0)
        close(db->writer_fd);
    free(db->path);
    free(db);
}
