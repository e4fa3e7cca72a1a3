/* SPDX-License-Identifier: EUPL-1.2 */
/* What people were, by what the roster said at the time. */
#include <string.h>

#include "base/clock.h"
#include "central/database_inner.h"
#include "central/people.h"

/* The row that holds at this time for the person s.person. */
#define LATEST(time)                                                                               \
    "(SELECT max(since) FROM standing WHERE company = s.company AND person = s.person"             \
    " AND since <= " time ")"

int database_standing_put(
    struct database *db, const char *company, const struct member *m, int64_t now, struct err *err)
{
    /* A clock that was put back makes nothing older than what is known. */
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO standing (company, person, since, team, role, first, last)"
        " SELECT ?1, ?2, CASE WHEN l.since > ?3 THEN l.since ELSE ?3 END, n.team, n.role, ?5, ?6"
        " FROM (SELECT coalesce(json_extract(?4, '$.team'), '') AS team,"
        "   coalesce(json_extract(?4, '$.role'), '') AS role) n LEFT JOIN"
        "  (SELECT since, team, role, first, last FROM standing WHERE company = ?1 AND person = ?2"
        "   ORDER BY since DESC LIMIT 1) l ON true"
        " WHERE l.since IS NULL OR l.team <> n.team OR l.role <> n.role"
        "  OR l.first IS DISTINCT FROM ?5 OR l.last IS DISTINCT FROM ?6"
        " ON CONFLICT (company, person, since) DO UPDATE SET team = excluded.team,"
        " role = excluded.role, first = excluded.first, last = excluded.last");
    sql_text(s, 1, company);
    sql_text(s, 2, m->person);
    sql_number(s, 3, now);
    sql_text(s, 4, m->body);
    sql_number(s, 5, m->first);
    sql_number(s, 6, m->last);
    return sql_run(s, err);
}

static int read_standing(
    struct sql_stmt *s, int64_t date, struct arena *mem, struct standing *out, struct err *err)
{
    const struct member days = {.first = sql_get_number(s, 2), .last = sql_get_number(s, 3)};
    const char *role = sql_get_text(s, 1);
    const char *roles = type_get(TYPE_PERSON)->fields[PERSON_role].choices;
    int choice = *role ? choice_index(roles, role, strlen(role)) : 0;
    if (choice < 0)
        return err_set(err, ERR_CORRUPT, "'%.40s' is no role", role);
    *out = (struct standing){.there = *role && member_on(&days, date),
        .team = arena_strdup(mem, sql_get_text(s, 0)),
        .role = (enum role)choice};
    return 1;
}

int database_standing(struct database *db, const char *company, const char *person, int64_t at,
    struct arena *mem, struct standing *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT team, role, first, last FROM standing WHERE"
                                           " company = ?1 AND person = ?2 AND since <= ?3"
                                           " ORDER BY since DESC LIMIT 1");
    *out = (struct standing){.team = ""};
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_number(s, 3, at);
    int rc = sql_step(s, err);
    if (rc > 0)
        rc = read_standing(s, date_from_instant(at), mem, out, err);
    sql_reset(s);
    return rc;
}

int database_team_led(struct database *db, const char *company, const char *team,
    const char *except, int64_t at, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT 1 FROM standing s WHERE company = ?1 AND team = ?2 AND role = 'supervisor'"
        " AND person <> coalesce(?4, '')"
        " AND coalesce(first, ?5) <= ?5 AND coalesce(last, ?5) >= ?5"
        " AND since = " LATEST("?3") " LIMIT 1");
    sql_text(s, 1, company);
    sql_text(s, 2, team);
    sql_number(s, 3, at);
    sql_text(s, 4, except);
    sql_number(s, 5, date_from_instant(at));
    int rc = sql_step(s, err);
    sql_reset(s);
    return rc;
}

int database_standings_forget(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "DELETE FROM standing AS s WHERE since < ?1 AND (role = '' OR since < " LATEST("?1") ")");
    sql_number(s, 1, before);
    return run_counted(s, count, err);
}
