/* SPDX-License-Identifier: EUPL-1.2 */
/* PostgreSQL behind sql.h: statements and transactions. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "central/postgres.h"
#include "central/schema.h"
#include "model/record.h"

static struct postgres *pg_of(struct sql *sql)
{
    return (struct postgres *)sql;
}

static struct pg_stmt *own(struct sql_stmt *s)
{
    return (struct pg_stmt *)s;
}

/* ---- statements ---- */

/* ?1 becomes $1, but not within quotes; *params is the highest. */
static char *translate(const char *text, int *params)
{
    char *out = mem_strdup(text);
    bool quoted = false;
    *params = 0;
    for (char *c = out; *c; c++) {
        if (*c == '\'')
            quoted = !quoted;
        if (quoted || *c != '?')
            continue;
        *c = '$';
        int i = (int)strtol(c + 1, NULL, 10);
        *params = i > *params ? i : *params;
    }
    if (*params > PARAMS_MAX)
        BUG("%d parameters in: %s", *params, text);
    return out;
}

static struct sql_stmt *pg_make(struct sql *sql, const char *text)
{
    struct pg_stmt *s = mem_alloc(sizeof(*s));
    s->text = translate(text, &s->params);
    snprintf(s->name, sizeof(s->name), "s%" PRId64, ++pg_of(sql)->made);
    return &s->stmt;
}

static void pg_reset(struct sql_stmt *s)
{
    PQclear(own(s)->result);
    own(s)->result = NULL;
}

static void pg_drop(struct sql_stmt *s)
{
    pg_reset(s);
    free(own(s)->text);
    free(s);
}

static void pg_unbind(struct sql_stmt *s)
{
    memset(own(s)->values, 0, sizeof(own(s)->values));
}

static int parameter(struct sql_stmt *s, int i)
{
    if (i < 1 || i > own(s)->params)
        BUG("no parameter %d in: %s", i, s->text);
    return i - 1;
}

static void pg_text(struct sql_stmt *s, int i, const char *text)
{
    int at = parameter(s, i);
    own(s)->types[at] = OID_TEXT;
    own(s)->values[at] = text;
}

static void pg_number(struct sql_stmt *s, int i, int64_t number)
{
    struct pg_stmt *p = own(s);
    int at = parameter(s, i);
    snprintf(p->numbers[at], sizeof(p->numbers[at]), "%" PRId64, number);
    p->types[at] = OID_INT8;
    p->values[at] = number == NO_NUMBER ? NULL : p->numbers[at];
}

static int ask(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    return pg_send(pg, s, err) < 0 ? -1 : pg_collect(pg, s, err);
}

/* Outside of a transaction a connection that broke meanwhile costs nothing but a second try. */
static int first_step(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    struct err why = {0};
    if (pg->in_transaction)
        return ask(pg, s, err);
    if (pg_connect(pg, err) < 0)
        return -1;
    if (ask(pg, s, &why) == 0)
        return 0;
    if (PQstatus(pg->conn) == CONNECTION_OK)
        return err_set(err, why.code, "%s", why.msg);
    return pg_connect(pg, err) < 0 ? -1 : ask(pg, s, err);
}

static void pg_in_pieces(struct sql_stmt *s)
{
    own(s)->in_pieces = true;
}

static int fetch_piece(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    char text[64];
    snprintf(text, sizeof(text), "FETCH %d FROM %s", PIECE, s->name);
    return pg_send_text_for(pg, s, text, err) < 0 ? -1 : pg_collect(pg, s, err);
}

static int first_piece(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    struct buf text = BUF_INIT(LIM_LINE);
    if (!pg->in_transaction)
        BUG("read in pieces outside a transaction: %s", s->text);
    (void)buf_printf(&text, "DECLARE %s NO SCROLL CURSOR FOR %s", s->name, s->text);
    int rc = pg_send_text(pg, text.p, err);
    buf_release(&text);
    return rc < 0 ? -1 : fetch_piece(pg, s, err);
}

/* 1: there are rows again; 0: there were no more. */
static int next_piece(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    char text[64];
    if (PQntuples(s->result) == PIECE && fetch_piece(pg, s, err) < 0)
        return -1;
    if (s->row < PQntuples(s->result))
        return 1;
    snprintf(text, sizeof(text), "CLOSE %s", s->name);
    return pg_send_text(pg, text, err);
}

static int pg_step(struct sql_stmt *stmt, struct err *err)
{
    struct pg_stmt *s = own(stmt);
    struct postgres *pg = pg_of(stmt->sql);
    if (s->result)
        s->row++;
    else if ((s->in_pieces ? first_piece(pg, s, err) : first_step(pg, s, err)) < 0)
        return -1;
    if (s->row < PQntuples(s->result))
        return 1;
    int rc = s->in_pieces ? next_piece(pg, s, err) : 0;
    if (rc <= 0)
        pg_reset(stmt);
    return rc;
}

static int pg_run(struct sql_stmt *s, struct err *err)
{
    if (pg_of(s->sql)->in_transaction)
        return pg_send(pg_of(s->sql), own(s), err);
    int rc = pg_step(s, err);
    pg_reset(s);
    return rc < 0 ? -1 : 0;
}

static int64_t pg_run_count(struct sql_stmt *s, struct err *err)
{
    struct postgres *pg = pg_of(s->sql);
    if (!pg->in_transaction)
        BUG("changed outside a transaction: %s", s->text);
    return pg_send(pg, own(s), err) < 0 || pg_collect(pg, NULL, err) < 0 ? -1 : pg->changed;
}

static const char *pg_get_text(struct sql_stmt *s, int column)
{
    return PQgetvalue(own(s)->result, own(s)->row, column);
}

static int64_t pg_get_number(struct sql_stmt *s, int column)
{
    if (PQgetisnull(own(s)->result, own(s)->row, column))
        return NO_NUMBER;
    return strtoll(pg_get_text(s, column), NULL, 10);
}

/* ---- transactions ---- */

/* One writer at a time, in whatever process: the changes' numbers appear in their order (a reader
 * misses none that commits late), and a court sees all that was judged before. */
#define LOCK "SELECT pg_advisory_xact_lock(1633904756, hashtext(current_schema()))"

static int open_transaction(
    struct postgres *pg, const char *begin, const char *lock, struct err *err)
{
    if (pg_connect(pg, err) < 0)
        return -1;
    pg->in_transaction = true;
    pg->failed = false;
    if (pg_send_text(pg, begin, err) < 0 || (lock && pg_send_text(pg, lock, err) < 0) ||
        pg_send_only(pg, err) < 0)
        return -1;
    return pg_collect(pg, NULL, err);
}

/* What is in flight does not count any more, so neither does how it ended; and on a broken
 * connection the server rolls back by itself. */
static void pg_rollback(struct sql *sql)
{
    struct postgres *pg = pg_of(sql);
    struct err ignored = {0};
    if (!pg->in_transaction)
        return;
    int rc = pg_collect(pg, NULL, &ignored);
    pg->in_transaction = false;
    if (rc == 0 || PQstatus(pg->conn) == CONNECTION_OK)
        rc = pg_send_text(pg, "ROLLBACK", &ignored);
    if (rc == 0)
        rc = pg_collect(pg, NULL, &ignored);
    (void)rc;
    pg->failed = false;
}

/* A connection that broke meanwhile is made anew. */
static int begin_as(struct sql *sql, const char *begin, const char *lock, struct err *err)
{
    struct postgres *pg = pg_of(sql);
    struct err why = {0};
    if (pg->in_transaction)
        BUG("a transaction in a transaction");
    if (open_transaction(pg, begin, lock, &why) == 0)
        return 0;
    pg_rollback(sql);
    if (why.code != ERR_NET)
        return err_set(err, why.code, "%s", why.msg);
    if (open_transaction(pg, begin, lock, err) == 0)
        return 0;
    pg_rollback(sql);
    return -1;
}

static int pg_begin(struct sql *sql, struct err *err)
{
    return begin_as(sql, "BEGIN", LOCK, err);
}

static int pg_begin_reading(struct sql *sql, struct err *err)
{
    return begin_as(sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, err);
}

static int pg_commit(struct sql *sql, struct err *err)
{
    struct postgres *pg = pg_of(sql);
    if (pg_collect(pg, NULL, err) < 0)
        return -1;
    if (pg->failed)
        return err_set(
            err, ERR_IO, "the database %s: something failed before the commit", pg->where);
    if (pg_send_text(pg, "COMMIT", err) < 0)
        return -1;
    pg->in_transaction = false; /* ends the pipeline with a mark */
    if (pg_collect(pg, NULL, err) == 0)
        return 0;
    pg->in_transaction = true;
    return -1;
}

static void pg_only(struct sql *sql, const char *company)
{
    struct postgres *pg = pg_of(sql);
    if (str_copy(pg->only, sizeof(pg->only), company ? company : EVERY_COMPANY) < 0)
        BUG("too long for a company: %s", company);
    if (pg->in_transaction && pg_send_only(pg, NULL) < 0)
        pg->failed = true;
}

static int pg_forget(struct sql *sql, struct err *err)
{
    return pg_scrub(pg_of(sql), err);
}

static void pg_close(struct sql *sql)
{
    struct postgres *pg = pg_of(sql);
    sql_drop_stmts(sql);
    PQfinish(pg->conn);
    memory_wipe(pg->url, strlen(pg->url));
    free(pg->url);
    free(pg);
}

static int pg_newest(void)
{
    return schema_postgres[schema_postgres_count - 1].version;
}

static const struct sql_driver driver = {
    .close = pg_close,
    .make = pg_make,
    .drop = pg_drop,
    .reset = pg_reset,
    .unbind = pg_unbind,
    .text = pg_text,
    .number = pg_number,
    .step = pg_step,
    .run = pg_run,
    .run_count = pg_run_count,
    .get_text = pg_get_text,
    .get_number = pg_get_number,
    .in_pieces = pg_in_pieces,
    .begin = pg_begin,
    .begin_reading = pg_begin_reading,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .only = pg_only,
    .scrub = pg_forget,
    .tables = "SELECT table_name FROM information_schema.tables"
              " WHERE table_schema = current_schema() AND table_name <> 'schema_version'"
              " ORDER BY table_name",
    .columns =
        "SELECT column_name, CASE data_type WHEN 'bigint' THEN 1 ELSE 0 END"
        " FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = ?1 ORDER BY ordinal_position",
    .version = "SELECT max(version) FROM schema_version",
    .newest = pg_newest,
};

int sql_open_postgres(struct sql **out, const char *url, struct err *err)
{
    struct postgres *pg = mem_alloc(sizeof(*pg));
    pg->sql.driver = &driver;
    pg->url = mem_strdup(url);
    str_copy(pg->only, sizeof(pg->only), EVERY_COMPANY);
    if (pg_connect(pg, err) < 0 || pg_migrate(pg, err) < 0) {
        pg_close(&pg->sql);
        return -1;
    }
    *out = &pg->sql;
    return 0;
}
