/* SPDX-License-Identifier: EUPL-1.2 */
/* What people were, by what the roster said at the time. */
#include <string.h>

#include "base/clock.h"
#include "central/people.h"
#include "central/sqlite.h"

/* The row that holds at ?3 for the person s.person. */
#define LATEST                                                                                     \
    "(SELECT max(since) FROM standing WHERE company = s.company AND person = s.person AND since "  \
    "<= ?3)"

int database_standing_put(
    struct database *db, const char *company, const struct member *m, int64_t now, struct err *err)
{
    /* A clock that was put back makes nothing older than what is known. */
    struct stmt *s = db_stmt(db->db,
        "INSERT OR REPLACE INTO standing (company, person, since, team, role, first, last)"
        " SELECT ?1, ?2, max(?3, coalesce(l.since, 0)), n.team, n.role, ?5, ?6 FROM"
        "  (SELECT coalesce(json_extract(?4, '$.team'), '') AS team,"
        "   coalesce(json_extract(?4, '$.role'), '') AS role) n LEFT JOIN"
        "  (SELECT * FROM standing WHERE company = ?1 AND person = ?2"
        "   ORDER BY since DESC LIMIT 1) l"
        " WHERE l.since IS NULL OR l.team <> n.team OR l.role <> n.role"
        "  OR l.first IS NOT ?5 OR l.last IS NOT ?6");
    stmt_text(s, 1, company);
    stmt_text(s, 2, m->person);
    stmt_number(s, 3, now);
    stmt_text(s, 4, m->body);
    stmt_number(s, 5, m->first);
    stmt_number(s, 6, m->last);
    return stmt_run(s, err);
}

static int read_standing(
    struct stmt *s, int64_t date, struct arena *mem, struct standing *out, struct err *err)
{
    const struct member days = {.first = stmt_get_number(s, 2), .last = stmt_get_number(s, 3)};
    const char *role = stmt_get_text(s, 1);
    const char *roles = type_get(TYPE_PERSON)->fields[PERSON_role].choices;
    int choice = *role ? choice_index(roles, role, strlen(role)) : 0;
    if (choice < 0)
        return err_set(err, ERR_CORRUPT, "'%.40s' is no role", role);
    *out = (struct standing){.there = *role && member_on(&days, date),
        .team = arena_strdup(mem, stmt_get_text(s, 0)),
        .role = (enum role)choice};
    return 1;
}

int database_standing(struct database *db, const char *company, const char *person, int64_t at,
    struct arena *mem, struct standing *out, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT team, role, first, last FROM standing WHERE"
                                     " company = ?1 AND person = ?2 AND since <= ?3"
                                     " ORDER BY since DESC LIMIT 1");
    *out = (struct standing){.team = ""};
    stmt_text(s, 1, company);
    stmt_text(s, 2, person);
    stmt_number(s, 3, at);
    int rc = stmt_step(s, err);
    if (rc > 0)
        rc = read_standing(s, date_from_instant(at), mem, out, err);
    stmt_reset(s);
    return rc;
}

int database_team_led(struct database *db, const char *company, const char *team,
    const char *except, int64_t at, struct err *err)
{
    struct stmt *s = db_stmt(db->db,
        "SELECT 1 FROM standing s WHERE company = ?1 AND team = ?2 AND role = 'supervisor'"
        " AND person <> coalesce(?4, '') AND since = " LATEST
        " AND coalesce(first, ?5) <= ?5 AND coalesce(last, ?5) >= ?5 LIMIT 1");
    stmt_text(s, 1, company);
    stmt_text(s, 2, team);
    stmt_number(s, 3, at);
    stmt_text(s, 4, except);
    stmt_number(s, 5, date_from_instant(at));
    int rc = stmt_step(s, err);
    stmt_reset(s);
    return rc;
}

int database_standings_forget(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct stmt *s = db_stmt(
        db->db, "DELETE FROM standing AS s WHERE since < ?3 AND (role = '' OR since < " LATEST ")");
    stmt_number(s, 3, before);
    if (stmt_run(s, err) < 0)
        return -1;
    *count += db_changes(db->db);
    return 0;
}
