/* SPDX-License-Identifier: EUPL-1.2 */
/* Files of every version that a schema ever had, with rows in them, and their way to the newest:
 * whole, refused in the middle, or killed in the middle (D-18). */
#ifndef ACHT_TESTS_MIGRATE_HOUSE_H
#define ACHT_TESTS_MIGRATE_HOUSE_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/db.h"

struct schema {
    const struct migration *steps;
    int count;
    enum db_kind kind;
    uint32_t id;
    const char *const *fill; /* what is put into a file of each version, from the first on */
};

struct migrated {
    char dir[64], path[96];
};

static inline void migrate_begin(struct migrated *m)
{
    *m = (struct migrated){.dir = "/dev/shm/acht-migrate-XXXXXX"};
    if (!mkdtemp(m->dir)) {
        (void)str_copy(m->dir, sizeof(m->dir), "/tmp/acht-migrate-XXXXXX");
        assert_non_null(mkdtemp(m->dir));
    }
    (void)snprintf(m->path, sizeof(m->path), "%s/x.db", m->dir);
}

static inline void migrate_end(struct migrated *m)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", "-writer"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char file[128];
        (void)snprintf(file, sizeof(file), "%s%s", m->path, endings[i]);
        (void)unlink(file);
    }
    assert_int_equal(rmdir(m->dir), 0);
}

/* Opens the file with these steps: 0, or -1. */
static inline int migrate_open(
    const struct schema *s, const struct migrated *m, const struct migration *steps, int count)
{
    struct db *db;
    struct err err = {0};
    int rc = db_open(&db, m->path, s->kind, s->id, steps, count, NULL, &err);
    if (rc == 0)
        db_close(db);
    return rc;
}

/* Makes a file of this version, filled version by version. */
static inline void migrate_make(const struct schema *s, const struct migrated *m, int version)
{
    for (int v = 1; v <= version; v++) {
        struct db *db;
        struct err err = {0};
        if (db_open(&db, m->path, s->kind, s->id, s->steps, v, NULL, &err) < 0 ||
            db_begin(db, &err) < 0 || db_exec(db, s->fill[v - 1], &err) < 0 ||
            db_commit(db, &err) < 0)
            fail_msg("version %d: %s", v, err.msg);
        db_close(db);
    }
}

/* ---- what stands in a file, seen past the programs ---- */

static inline sqlite3 *migrate_raw(const struct migrated *m)
{
    sqlite3 *sql;
    assert_int_equal(sqlite3_open(m->path, &sql), SQLITE_OK);
    return sql;
}

/* Every row of the query's first column, as a line. */
static inline void migrate_rows(sqlite3 *sql, const char *query, struct buf *out)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(sql, query, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", query, sqlite3_errmsg(sql));
    while (sqlite3_step(st) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(st, 0);
        (void)buf_printf(out, "%s\n", text ? (const char *)text : "NULL");
    }
    sqlite3_finalize(st);
}

static inline int migrate_number(const struct migrated *m, const char *query)
{
    struct buf text = BUF_INIT(1024);
    sqlite3 *sql = migrate_raw(m);
    migrate_rows(sql, query, &text);
    sqlite3_close(sql);
    int n = (int)strtol(text.p, NULL, 10);
    buf_release(&text);
    return n;
}

/* One query for each table that there is now: all its rows with the columns that it has now. */
static inline void migrate_queries(const struct migrated *m, struct buf *out)
{
    sqlite3 *sql = migrate_raw(m);
    migrate_rows(sql,
        "SELECT 'SELECT ''' || t.name || ': '' || ' || group_concat('quote(' || c.name || ')',"
        " ' || '' '' || ') || ' FROM ' || t.name || ' ORDER BY 1' FROM sqlite_schema t,"
        " pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        " GROUP BY t.name ORDER BY t.name",
        out);
    sqlite3_close(sql);
}

static inline void migrate_dump(const struct migrated *m, const char *queries, struct buf *out)
{
    sqlite3 *sql = migrate_raw(m);
    buf_clear(out);
    for (const char *at = queries; *at; at += strcspn(at, "\n") + 1) {
        char *query = mem_strndup(at, strcspn(at, "\n"));
        migrate_rows(sql, query, out);
        free(query);
    }
    sqlite3_close(sql);
    assert_false(out->overflow);
}

/* The file has this version, is whole, and has what it had. */
static inline void migrate_expect(const struct migrated *m, int version, const char *queries,
    const char *want, const char *what, int k)
{
    struct buf got = BUF_INIT(1024 * 1024);
    migrate_dump(m, queries, &got);
    if (migrate_number(m, "PRAGMA user_version") != version || strcmp(want, got.p) != 0)
        fail_msg("%s at statement %d: version %d\n%s", what, k,
            migrate_number(m, "PRAGMA user_version"), got.p);
    assert_int_equal(migrate_number(m, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(
        migrate_number(m, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    buf_release(&got);
}

/* ---- breaking off ---- */

/* The end of the statement that begins here: behind its semicolon. */
static inline const char *migrate_statement_end(const char *sql)
{
    bool quoted = false;
    for (; *sql && (quoted || *sql != ';'); sql++)
        quoted ^= *sql == '\'';
    return *sql ? sql + 1 : sql;
}

/* The statements from a version on: the first k, then `then`. Returns how many there are. */
static inline int migrate_some(
    const struct schema *s, int version, int k, const char *then, struct buf *out)
{
    int all = 0;
    buf_clear(out);
    for (int i = version; i < s->count; i++)
        for (const char *at = s->steps[i].sql, *end; *at; at = end, all++) {
            end = migrate_statement_end(at);
            if (all < k)
                (void)buf_add(out, at, (size_t)(end - at));
        }
    (void)buf_puts(out, then);
    return all;
}

static inline void migrate_die(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)context, (void)count, (void)values;
    (void)raise(SIGKILL);
}

static inline int migrate_add_die(sqlite3 *sql, char **message, const void *api)
{
    (void)message, (void)api;
    return sqlite3_create_function(sql, "die", 0, SQLITE_UTF8, NULL, migrate_die, NULL, NULL);
}

/* Runs the first k statements and dies in the middle of the transaction. */
static inline void migrate_killed(
    const struct schema *s, const struct migrated *m, const struct migration *steps, int count)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)sqlite3_auto_extension((void (*)(void))migrate_add_die);
        (void)migrate_open(s, m, steps, count);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Breaks off after k statements from a version on; then it is the old version, and the next start
 * goes all the way. Returns how many statements there are. */
static inline int migrate_break(const struct schema *s, int version, int k, bool kill)
{
    struct migrated m;
    struct buf sql = BUF_INIT(64 * 1024), queries = BUF_INIT(64 * 1024),
               want = BUF_INIT(1024 * 1024);
    int newest = s->steps[s->count - 1].version;
    struct migration *steps = mem_array((size_t)s->count + 1, sizeof(*steps));
    memcpy(steps, s->steps, (size_t)s->count * sizeof(*steps));
    int all = migrate_some(s, version, k, kill ? "SELECT die();" : "SELECT no_such_thing();", &sql);
    steps[version] = (struct migration){newest, sql.p};
    migrate_begin(&m);
    migrate_make(s, &m, version);
    migrate_queries(&m, &queries);
    migrate_dump(&m, queries.p, &want);
    assert_true(want.len > 0);
    if (kill)
        migrate_killed(s, &m, steps, version + 1);
    else
        assert_int_equal(migrate_open(s, &m, steps, version + 1), -1);
    migrate_expect(&m, version, queries.p, want.p, kill ? "killed" : "refused", k);
    assert_int_equal(migrate_open(s, &m, s->steps, s->count), 0);
    migrate_expect(&m, newest, queries.p, want.p, "done", k);
    migrate_end(&m);
    free(steps);
    buf_release(&sql);
    buf_release(&queries);
    buf_release(&want);
    return all;
}

/* All versions, at every statement, both ways; returns how often. */
static inline int migrate_break_everywhere(const struct schema *s)
{
    int times = 0;
    for (int version = 1; version < s->count; version++)
        for (int k = 0, all = 0; k <= all; k++, times += 2) {
            all = migrate_break(s, version, k, false);
            assert_int_equal(migrate_break(s, version, k, true), all);
        }
    return times;
}

#endif
