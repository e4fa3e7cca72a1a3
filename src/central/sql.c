/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "central/sql_driver.h"

bool sql_is_url(const char *where)
{
    return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

int sql_open(struct sql **out, const char *where, struct err *err)
{
    return sql_is_url(where) ? sql_open_postgres(out, where, err)
                             : sql_open_sqlite(out, where, err);
}

void sql_close(struct sql *sql)
{
    if (sql)
        sql->driver->close(sql);
}

/* ---- statements ---- */

static struct sql_stmt *add(struct sql *sql, struct sql_stmt **list, const char *text)
{
    struct sql_stmt *s = sql->driver->make(sql, text);
    s->sql = sql;
    s->text = text;
    s->next = *list;
    *list = s;
    return s;
}

static struct sql_stmt *ready(struct sql_stmt *s)
{
    s->sql->driver->reset(s);
    s->sql->driver->unbind(s);
    return s;
}

struct sql_stmt *sql_stmt(struct sql *sql, const char *text)
{
    struct sql_stmt **list = &sql->stmts[((uintptr_t)text >> 3) % SQL_BUCKETS];
    struct sql_stmt *s = *list;
    while (s && s->text != text)
        s = s->next;
    return s ? ready(s) : add(sql, list, text);
}

struct sql_stmt *sql_stmt_made(struct sql *sql, const char *text)
{
    struct sql_stmt *s = sql->made;
    while (s && strcmp(s->text, text) != 0)
        s = s->next;
    if (s)
        return ready(s);
    s = add(sql, &sql->made, mem_strdup(text));
    s->made = true;
    return s;
}

struct sql_stmt *sql_stmt_long(struct sql *sql, const char *text)
{
    struct sql_stmt *s = sql_stmt_made(sql, text);
    if (sql->driver->in_pieces)
        sql->driver->in_pieces(s);
    return s;
}

static void drop_list(struct sql_stmt *s)
{
    while (s) {
        struct sql_stmt *next = s->next;
        char *text = s->made ? (char *)(uintptr_t)s->text : NULL;
        s->sql->driver->drop(s);
        free(text);
        s = next;
    }
}

void sql_drop_stmts(struct sql *sql)
{
    for (int i = 0; i < SQL_BUCKETS; i++)
        drop_list(sql->stmts[i]);
    drop_list(sql->made);
}

void sql_text(struct sql_stmt *s, int i, const char *text)
{
    s->sql->driver->text(s, i, text && *text ? text : NULL);
}

void sql_number(struct sql_stmt *s, int i, int64_t number)
{
    s->sql->driver->number(s, i, number);
}

int sql_step(struct sql_stmt *s, struct err *err)
{
    return s->sql->driver->step(s, err);
}

int sql_run(struct sql_stmt *s, struct err *err)
{
    return s->sql->driver->run(s, err);
}

int64_t sql_run_count(struct sql_stmt *s, struct err *err)
{
    return s->sql->driver->run_count(s, err);
}

const char *sql_get_text(struct sql_stmt *s, int column)
{
    return s->sql->driver->get_text(s, column);
}

int64_t sql_get_number(struct sql_stmt *s, int column)
{
    return s->sql->driver->get_number(s, column);
}

void sql_reset(struct sql_stmt *s)
{
    s->sql->driver->reset(s);
}

struct sql_stmt *sql_tables(struct sql *sql)
{
    return sql_stmt(sql, sql->driver->tables);
}

struct sql_stmt *sql_columns(struct sql *sql)
{
    return sql_stmt(sql, sql->driver->columns);
}

int sql_check_schema(struct sql *sql, struct err *err)
{
    struct sql_stmt *s = sql_stmt(sql, sql->driver->version);
    int rc = sql_step(s, err);
    bool same = rc > 0 && sql_get_number(s, 0) == sql->driver->newest();
    sql_reset(s);
    if (rc < 0 || same)
        return rc < 0 ? -1 : 0;
    return err_set(err, ERR_TOO_NEW, "the schema of the database was changed by another program");
}

/* ---- transactions ---- */

int sql_begin(struct sql *sql, struct err *err)
{
    return sql->driver->begin(sql, err);
}

int sql_begin_reading(struct sql *sql, struct err *err)
{
    return sql->driver->begin_reading(sql, err);
}

int sql_commit(struct sql *sql, struct err *err)
{
    return sql->driver->commit(sql, err);
}

void sql_rollback(struct sql *sql)
{
    sql->driver->rollback(sql);
}

void sql_only(struct sql *sql, const char *company)
{
    sql->driver->only(sql, company);
}

int sql_scrub(struct sql *sql, struct err *err)
{
    return sql->driver->scrub(sql, err);
}
