/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables by name, for what declares them (kept.h). Names are literals of this program. */
#include <string.h>

#include "central/database_inner.h"
#include "central/database_rights.h"

/* The statement before table, column and after: made once. */
static struct sql_stmt *statement(struct database *db, const char *head, const char *table,
    const char *tail, const char *column, const char *end)
{
    struct buf sql = BUF_INIT(512);
    (void)buf_printf(&sql, "%s%s%s%s%s", head, table, tail, column, end);
    struct sql_stmt *s = sql_stmt_made(db->sql, sql.p);
    buf_release(&sql);
    return s;
}

int database_table_erase(struct database *db, const char *table, const char *column,
    const char *company, const char *person, struct err *err)
{
    memo_begin(db, db->memo.writing);
    struct sql_stmt *s =
        statement(db, "DELETE FROM ", table, " WHERE company = ?1 AND ", column, " = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return sql_run(s, err);
}

int database_table_drop(struct database *db, const char *table, const char *column, int64_t before,
    int64_t *count, struct err *err)
{
    memo_begin(db, db->memo.writing);
    struct sql_stmt *s = statement(db, "DELETE FROM ", table, " WHERE ", column, " < ?1");
    sql_number(s, 1, before);
    return run_counted(s, count, err);
}

enum { COLUMNS_MAX = 32 };

static int column_names(
    struct database *db, const char *table, char names[][LIM_ID], int *count, struct err *err)
{
    struct sql_stmt *s = sql_columns(db->sql);
    sql_text(s, 1, table);
    int rc;
    *count = 0;
    while ((rc = sql_step(s, err)) > 0)
        if (*count < COLUMNS_MAX)
            str_copy(names[(*count)++], LIM_ID, sql_get_text(s, 0));
    return rc;
}

int database_table_of(struct database *db, const char *table, const char *column,
    const char *company, const char *person, database_see_value *see, void *context,
    struct err *err)
{
    char names[COLUMNS_MAX][LIM_ID];
    int count, rc;
    if (column_names(db, table, names, &count, err) < 0)
        return -1;
    struct sql_stmt *s =
        statement(db, "SELECT * FROM ", table, " WHERE company = ?1 AND ", column, " = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    for (int64_t row = 0; (rc = sql_step(s, err)) > 0; row++)
        for (int i = 0; i < count; i++)
            see(context, row, names[i], sql_get_text(s, i));
    sql_reset(s);
    return rc;
}

int database_table_people(struct database *db, const char *table, const char *column,
    const char *company, database_see_person *see, void *context, struct err *err)
{
    struct sql_stmt *s =
        statement(db, "SELECT DISTINCT ", column, " FROM ", table, " WHERE company = " BOUND("?1"));
    int rc;
    sql_text(s, 1, company);
    while ((rc = sql_step(s, err)) > 0 && see(context, sql_get_text(s, 0), err) == 0)
        ;
    sql_reset(s);
    return rc == 0 ? 0 : -1;
}

int database_tables(struct database *db, database_see_table *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_tables(db->sql);
    int rc;
    while ((rc = sql_step(s, err)) > 0)
        see(context, sql_get_text(s, 0));
    sql_reset(s);
    return rc;
}

/* ---- requests: a table and the steps of each ---- */

static int see_requests(
    struct sql_stmt *s, database_see_request *see, void *context, struct err *err)
{
    int rc;
    int seen = 0;
    while (seen == 0 && (rc = sql_step(s, err)) > 0)
        seen = see(context, sql_get_text(s, 0), sql_get_text(s, 1), sql_get_text(s, 2), err);
    sql_reset(s);
    return seen < 0 ? -1 : seen > 0 ? 0 : rc;
}

int database_requests_of(struct database *db, const char *company, const char *person,
    database_see_request *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(
        db->sql, "SELECT company, id, state FROM request WHERE company = ?1 AND person = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return see_requests(s, see, context, err);
}

int database_requests_before(
    struct database *db, int64_t before, database_see_request *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT company, id, state FROM request"
                                           " WHERE coalesce(judged_at, asked_at) < ?1");
    sql_number(s, 1, before);
    return see_requests(s, see, context, err);
}

static int record_known(struct database *db, const char *company, const char *id, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT 1 FROM record WHERE type = 'request' AND id = ?2"
                                           " AND company = ?1 AND gone = 0");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    int rc = sql_step(s, err);
    sql_reset(s);
    return rc;
}

int database_request_known(
    struct database *db, const char *company, const char *id, struct err *err)
{
    int rc = record_known(db, company, id, err);
    if (rc != 0)
        return rc;
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT 1 FROM request WHERE company = ?1 AND id = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    rc = sql_step(s, err);
    sql_reset(s);
    return rc;
}

int database_request_forget(
    struct database *db, const char *company, const char *id, struct err *err)
{
    if (database_table_erase(db, "step", "request", company, id, err) < 0 ||
        database_table_erase(db, "request", "id", company, id, err) < 0)
        return -1;
    return database_bury(db, company, TYPE_REQUEST, id, err);
}

int database_steps_drop(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "DELETE FROM step WHERE received_at < ?1 AND NOT EXISTS"
                          " (SELECT 1 FROM request WHERE request.id = step.request AND"
                          " request.company = step.company)");
    sql_number(s, 1, before);
    return run_counted(s, count, err);
}
