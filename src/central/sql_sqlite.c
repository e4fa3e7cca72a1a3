/* SPDX-License-Identifier: EUPL-1.2 */
/* SQLite behind sql.h: store/db.h does the work. */
#include <stdlib.h>

#include "base/mem.h"
#include "central/schema.h"
#include "central/sql_driver.h"
#include "store/scrub.h"

/* 32 MiB: an import of 100,000 courses meets its index pages again. */
#define CACHE "PRAGMA cache_size = -32768"

struct lite {
    struct sql sql;
    struct db *db;
};

struct lite_stmt {
    struct sql_stmt stmt;
    struct stmt *own;
};

static struct db *db_of(struct sql *sql)
{
    return ((struct lite *)sql)->db;
}

static struct stmt *own(struct sql_stmt *s)
{
    return ((struct lite_stmt *)s)->own;
}

static void lite_close(struct sql *sql)
{
    struct lite *lite = (struct lite *)sql;
    sql_drop_stmts(sql);
    db_close(lite->db);
    free(lite);
}

static struct sql_stmt *lite_make(struct sql *sql, const char *text)
{
    struct lite_stmt *s = mem_alloc(sizeof(*s));
    s->own = db_stmt(db_of(sql), text);
    return &s->stmt;
}

static void lite_drop(struct sql_stmt *s)
{
    free(s); /* its db ends the statement */
}

static void lite_reset(struct sql_stmt *s)
{
    stmt_reset(own(s));
}

static void lite_unbind(struct sql_stmt *s)
{
    stmt_unbind(own(s));
}

static void lite_text(struct sql_stmt *s, int i, const char *text)
{
    stmt_text(own(s), i, text);
}

static void lite_number(struct sql_stmt *s, int i, int64_t number)
{
    stmt_number(own(s), i, number);
}

static int lite_step(struct sql_stmt *s, struct err *err)
{
    return stmt_step(own(s), err);
}

static int lite_run(struct sql_stmt *s, struct err *err)
{
    return stmt_run(own(s), err);
}

static int64_t lite_run_count(struct sql_stmt *s, struct err *err)
{
    return stmt_run(own(s), err) < 0 ? -1 : db_changes(db_of(s->sql));
}

static const char *lite_get_text(struct sql_stmt *s, int column)
{
    return stmt_get_text(own(s), column);
}

static int64_t lite_get_number(struct sql_stmt *s, int column)
{
    return stmt_get_number(own(s), column);
}

static int lite_begin(struct sql *sql, struct err *err)
{
    return db_begin(db_of(sql), err);
}

/* Of the WAL: who writes goes on. */
static int lite_begin_reading(struct sql *sql, struct err *err)
{
    return db_exec(db_of(sql), "BEGIN", err);
}

static int lite_commit(struct sql *sql, struct err *err)
{
    return db_commit(db_of(sql), err);
}

static void lite_rollback(struct sql *sql)
{
    db_rollback(db_of(sql));
}

static void lite_only(struct sql *sql, const char *company)
{
    (void)sql;
    (void)company;
}

static int lite_scrub(struct sql *sql, struct err *err)
{
    return db_scrub(db_of(sql), err);
}

static int lite_newest(void)
{
    return schema_sqlite[schema_sqlite_count - 1].version;
}

static const struct sql_driver driver = {
    .close = lite_close,
    .make = lite_make,
    .drop = lite_drop,
    .reset = lite_reset,
    .unbind = lite_unbind,
    .text = lite_text,
    .number = lite_number,
    .step = lite_step,
    .run = lite_run,
    .run_count = lite_run_count,
    .get_text = lite_get_text,
    .get_number = lite_get_number,
    .begin = lite_begin,
    .begin_reading = lite_begin_reading,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .only = lite_only,
    .scrub = lite_scrub,
    .tables = "SELECT name FROM sqlite_schema WHERE type = 'table'"
              " AND name NOT LIKE 'sqlite_%' ORDER BY name",
    .columns = "SELECT name, CASE type WHEN 'INTEGER' THEN 1 ELSE 0 END FROM pragma_table_info(?1)"
               " ORDER BY cid",
    .version = "SELECT user_version FROM pragma_user_version",
    .newest = lite_newest,
};

int sql_open_sqlite(struct sql **out, const char *path, struct err *err)
{
    struct lite *lite = mem_alloc(sizeof(*lite));
    lite->sql.driver = &driver;
    int rc = db_open(&lite->db, path, DB_SERVER, SCHEMA_SQLITE_ID, schema_sqlite,
        schema_sqlite_count, NULL, err);
    if (rc == 0)
        rc = db_exec(lite->db, CACHE, err);
    if (rc < 0) {
        lite_close(&lite->sql);
        return -1;
    }
    *out = &lite->sql;
    return 0;
}
