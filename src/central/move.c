/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/move.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "model/record.h"

enum { TABLES_MAX = 64, COLUMNS_MAX = 32, LANES = 4, LANE_HEX = 16 };

struct table {
    char name[LIM_ID];
    char column[COLUMNS_MAX][LIM_ID];
    bool is_number[COLUMNS_MAX];
    int columns;
};

/* The digests of rows, added up: so the order does not count, and equal rows do. */
struct sum {
    uint64_t lane[LANES];
    int64_t rows;
};

/* ---- what there is ---- */

/* Companies come first: others refer to them. */
static int find_tables(struct sql *sql, struct table *t, int *count, struct err *err)
{
    struct sql_stmt *s = sql_tables(sql);
    int rc;
    str_copy(t[0].name, LIM_ID, "company");
    *count = 1;
    while ((rc = sql_step(s, err)) > 0) {
        if (strcmp(sql_get_text(s, 0), "company") == 0)
            continue;
        if (*count == TABLES_MAX)
            BUG("more tables than there is room for");
        str_copy(t[(*count)++].name, LIM_ID, sql_get_text(s, 0));
    }
    return rc;
}

static int find_columns(struct sql *sql, struct table *t, struct err *err)
{
    struct sql_stmt *s = sql_columns(sql);
    int rc;
    sql_text(s, 1, t->name);
    while ((rc = sql_step(s, err)) > 0) {
        if (t->columns == COLUMNS_MAX)
            BUG("more columns than there is room for: %s", t->name);
        str_copy(t->column[t->columns], LIM_ID, sql_get_text(s, 0));
        t->is_number[t->columns++] = sql_get_number(s, 1) == 1;
    }
    return rc;
}

static int count_rows(struct sql *sql, const char *table, int64_t *count, struct err *err)
{
    char text[LIM_ID + 32];
    snprintf(text, sizeof(text), "SELECT count(*) FROM %s", table);
    struct sql_stmt *s = sql_stmt_made(sql, text);
    if (sql_step(s, err) < 0)
        return -1;
    *count = sql_get_number(s, 0);
    sql_reset(s);
    return 0;
}

/* A new database has the change counter, which is at its beginning, and nothing else. */
static int expect_empty(struct sql *to, const struct table *t, int count, struct err *err)
{
    for (int i = 0; i < count; i++) {
        int64_t rows, may = strcmp(t[i].name, "meta") == 0 ? 1 : 0;
        if (count_rows(to, t[i].name, &rows, err) < 0)
            return -1;
        if (rows > may)
            return err_set(err, ERR_CONFIG,
                "the database to move to is not empty: its table %s has %lld rows", t[i].name,
                (long long)rows);
    }
    return 0;
}

/* ---- rows ---- */

/* Texts come with a sign before them, since an empty one is not the same as none. */
static void select_text(const struct table *t, struct buf *out)
{
    (void)buf_puts(out, "SELECT ");
    for (int i = 0; i < t->columns; i++)
        (void)buf_printf(
            out, "%s%s%s", i ? ", " : "", t->is_number[i] ? "" : "'=' || ", t->column[i]);
    (void)buf_printf(out, " FROM %s", t->name);
}

static void insert_text(const struct table *t, struct buf *out)
{
    (void)buf_printf(out, "INSERT INTO %s (", t->name);
    for (int i = 0; i < t->columns; i++)
        (void)buf_printf(out, "%s%s", i ? ", " : "", t->column[i]);
    (void)buf_puts(out, ") VALUES (");
    for (int i = 0; i < t->columns; i++)
        (void)buf_printf(out, t->is_number[i] ? "%s?%d" : "%ssubstr(?%d, 2)", i ? ", " : "", i + 1);
    (void)buf_puts(out, ")");
}

typedef struct sql_stmt *get_stmt(struct sql *sql, const char *text);

static struct sql_stmt *statement(struct sql *sql, const struct table *t, get_stmt *get,
    void (*make)(const struct table *t, struct buf *out))
{
    struct buf text = BUF_INIT(LIM_LINE);
    make(t, &text);
    struct sql_stmt *s = get(sql, text.p);
    buf_release(&text);
    return s;
}

static void add_row(struct sum *sum, struct sql_stmt *row, int columns)
{
    struct sha256 digest;
    char hex[DIGEST_HEX], lane[LANE_HEX + 1];
    sha256_start(&digest);
    for (int i = 0; i < columns; i++) {
        const char *text = sql_get_text(row, i);
        sha256_add(&digest, text, strlen(text) + 1);
    }
    sha256_end(&digest, hex);
    for (int i = 0; i < LANES; i++) {
        snprintf(lane, sizeof(lane), "%.*s", LANE_HEX, hex + i * LANE_HEX);
        sum->lane[i] += strtoull(lane, NULL, 16);
    }
    sum->rows++;
}

static int insert_row(struct sql *to, const struct table *t, struct sql_stmt *row, struct err *err)
{
    struct sql_stmt *s = statement(to, t, sql_stmt_made, insert_text);
    for (int i = 0; i < t->columns; i++)
        if (t->is_number[i])
            sql_number(s, i + 1, sql_get_number(row, i));
        else
            sql_text(s, i + 1, sql_get_text(row, i));
    return sql_run(s, err);
}

/* Adds up all rows; into: puts them there as well. */
static int each_row(
    struct sql *sql, const struct table *t, struct sql *into, struct sum *sum, struct err *err)
{
    struct sql_stmt *row = statement(sql, t, sql_stmt_long, select_text);
    int rc;
    *sum = (struct sum){.rows = 0};
    while ((rc = sql_step(row, err)) > 0) {
        add_row(sum, row, t->columns);
        if (into && insert_row(into, t, row, err) < 0)
            rc = -1;
        if (rc < 0)
            break;
    }
    sql_reset(row);
    return rc;
}

/* ---- tables ---- */

static int clear(struct sql *to, const char *table, struct err *err)
{
    char text[LIM_ID + 16];
    snprintf(text, sizeof(text), "DELETE FROM %s", table);
    return sql_run(sql_stmt_made(to, text), err);
}

static void tell(const struct table *t, const struct sum *sum, move_see *see, void *context)
{
    struct moved_table moved = {t->name, sum->rows, ""};
    snprintf(moved.digest, sizeof(moved.digest),
        "%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64, sum->lane[0], sum->lane[1],
        sum->lane[2], sum->lane[3]);
    see(context, &moved);
}

static int move_table(
    struct sql *from, struct sql *to, struct table *t, struct sum *sent, struct err *err)
{
    struct sum arrived;
    if (find_columns(from, t, err) < 0 || clear(to, t->name, err) < 0 ||
        each_row(from, t, to, sent, err) < 0 || each_row(to, t, NULL, &arrived, err) < 0)
        return -1;
    if (memcmp(sent, &arrived, sizeof(arrived)) != 0)
        return err_set(err, ERR_CORRUPT,
            "the rows of %s are not the same after moving; nothing was moved", t->name);
    return 0;
}

static int move_tables(
    struct sql *from, struct sql *to, move_see *see, void *context, struct err *err)
{
    struct table t[TABLES_MAX] = {0};
    struct sum sum;
    int count;
    if (find_tables(from, t, &count, err) < 0 || expect_empty(to, t, count, err) < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (move_table(from, to, &t[i], &sum, err) < 0)
            return -1;
        tell(&t[i], &sum, see, context);
    }
    return 0;
}

typedef int begin_at(struct sql *sql, struct err *err);

static int move_between(struct sql *from, begin_at *begin, struct sql *to, move_see *see,
    void *context, struct err *err)
{
    if (begin(from, err) < 0)
        return -1;
    int rc = sql_begin(to, err);
    if (rc == 0) {
        rc = move_tables(from, to, see, context, err);
        if (rc == 0)
            rc = sql_commit(to, err);
        if (rc < 0)
            sql_rollback(to);
    }
    sql_rollback(from);
    return rc;
}

int move_all(struct sql *from, struct sql *to, move_see *see, void *context, struct err *err)
{
    return move_between(from, sql_begin, to, see, context, err);
}

int move_copy(struct sql *from, struct sql *to, move_see *see, void *context, struct err *err)
{
    return move_between(from, sql_begin_reading, to, see, context, err);
}

static int look_at_tables(struct sql *sql, move_see *see, void *context, struct err *err)
{
    struct table t[TABLES_MAX] = {0};
    struct sum sum;
    int count;
    if (find_tables(sql, t, &count, err) < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (find_columns(sql, &t[i], err) < 0 || each_row(sql, &t[i], NULL, &sum, err) < 0)
            return -1;
        tell(&t[i], &sum, see, context);
    }
    return 0;
}

int move_look(struct sql *sql, move_see *see, void *context, struct err *err)
{
    if (sql_begin_reading(sql, err) < 0)
        return -1;
    int rc = look_at_tables(sql, see, context, err);
    sql_rollback(sql);
    return rc;
}
