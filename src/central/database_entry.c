/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/database_inner.h"

int database_entry_find(
    struct database *db, const char *company, const char *id, struct verdict *out, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT hash, verdict, reason FROM entry WHERE company = ?1 AND id = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    int rc = sql_step(s, err);
    if (rc > 0) {
        str_copy(out->id, sizeof(out->id), id);
        str_copy(out->hash, sizeof(out->hash), sql_get_text(s, 0));
        out->kind = (enum verdict_kind)get_choice(s, 1, VERDICTS);
        out->reason = (enum reason)get_choice(s, 2, REASONS);
    }
    sql_reset(s);
    return rc;
}

int database_entry_keep(struct database *db, const struct kept_entry *e, struct err *err)
{
    char kind[LIM_ID], reason[LIM_ID];
    choice_name(VERDICTS, e->verdict.kind, kind);
    choice_name(REASONS, e->verdict.reason, reason);
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO entry (company, id, kiosk, hash, received_at, made_at, person, course, run,"
        " open, verdict, reason, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, ''),"
        " coalesce(?8, ''), coalesce(?9, ''), ?10, ?11, ?12, coalesce(?13, ''))");
    sql_text(s, 1, e->company);
    sql_text(s, 2, e->verdict.id);
    sql_text(s, 3, e->kiosk);
    sql_text(s, 4, e->verdict.hash);
    sql_number(s, 5, e->received_at);
    sql_number(s, 6, e->made_at);
    sql_text(s, 7, e->person);
    sql_text(s, 8, e->course);
    sql_text(s, 9, e->run);
    sql_number(s, 10, 0); /* of an earlier schema */
    sql_text(s, 11, kind);
    sql_text(s, 12, reason);
    sql_text(s, 13, e->body);
    return sql_run(s, err);
}

int database_entry_refuse(
    struct database *db, const char *company, const char *id, enum reason reason, struct err *err)
{
    char name[LIM_ID];
    choice_name(REASONS, reason, name);
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE entry SET verdict = 'refused', reason = ?3"
                                           " WHERE company = ?1 AND id = ?2 AND verdict = 'held'");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    sql_text(s, 3, name);
    return sql_run(s, err);
}

int database_set_aside(struct database *db, const struct kept_entry *e, struct err *err)
{
    char reason[LIM_ID];
    choice_name(REASONS, e->verdict.reason, reason);
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO set_aside (company, kiosk, hash, id, received_at, reason, body)"
        " VALUES (?1, ?2, ?3, coalesce(?4, ''), ?5, ?6, coalesce(?7, ''))"
        " ON CONFLICT DO NOTHING");
    sql_text(s, 1, e->company);
    sql_text(s, 2, e->kiosk);
    sql_text(s, 3, e->verdict.hash);
    sql_text(s, 4, e->verdict.id);
    sql_number(s, 5, e->received_at);
    sql_text(s, 6, reason);
    sql_text(s, 7, e->body);
    return sql_run(s, err);
}
