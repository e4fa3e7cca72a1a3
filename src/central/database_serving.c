/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/database_inner.h"

#define KEPT (40 * 24 * 60 * 60 * INT64_C(1000)) /* nobody asks for nights before that */

/* Several servers are there at once, and their clocks are not quite one. */
static int go_on(struct database *db, int64_t now, int64_t *changed, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "UPDATE serving SET until = CASE WHEN until > ?1 THEN until ELSE ?1 END"
                          " WHERE since = (SELECT max(since) FROM serving WHERE since <= ?3) AND "
                          "until >= ?2 AND until <= ?3");
    sql_number(s, 1, now);
    sql_number(s, 2, now - SERVES_PAUSE);
    sql_number(s, 3, now + SERVES_PAUSE);
    return run_counted(s, changed, err);
}

static int begin_anew(struct database *db, int64_t now, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO serving (since, until) VALUES (?1, ?1)"
                          " ON CONFLICT (since) DO UPDATE SET until = excluded.until");
    sql_number(s, 1, now);
    if (sql_run(s, err) < 0)
        return -1;
    s = sql_stmt(db->sql, "DELETE FROM serving WHERE until < ?1 OR since > ?2");
    sql_number(s, 1, now - KEPT);
    sql_number(s, 2, now + SERVES_PAUSE); /* noted with a clock that was ahead */
    return sql_run(s, err);
}

static int serves(struct database *db, int64_t now, struct err *err)
{
    int64_t changed = 0;
    if (go_on(db, now, &changed, err) < 0)
        return -1;
    return changed > 0 ? 0 : begin_anew(db, now, err);
}

int database_serves(struct database *db, int64_t now, struct err *err)
{
    if (database_begin(db, err) < 0)
        return -1;
    if (serves(db, now, err) == 0 && database_commit(db, err) == 0)
        return 0;
    database_rollback(db);
    return -1;
}

int database_served(
    struct database *db, int64_t after, struct stretch *out, int max, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT since, until FROM serving WHERE until >= ?1 ORDER BY since DESC");
    int rc = 1, count = 0;
    sql_number(s, 1, after);
    while (count < max && (rc = sql_step(s, err)) > 0)
        out[count++] = (struct stretch){sql_get_number(s, 0), sql_get_number(s, 1)};
    sql_reset(s);
    for (int i = 0; i < count / 2; i++) {
        struct stretch swap = out[i];
        out[i] = out[count - 1 - i];
        out[count - 1 - i] = swap;
    }
    return rc < 0 ? -1 : count;
}
