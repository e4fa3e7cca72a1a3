/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/sqlite.h"

/* Verdicts and reasons are kept by name: their numbers may change when one is added. */
static int choice_of(const char *choices, const char *name)
{
    int i = choice_index(choices, name, strlen(name));
    if (i < 0)
        BUG("'%s' is none of %s", name, choices);
    return i;
}

int database_entry_find(
    struct database *db, const char *company, const char *id, struct verdict *out, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "SELECT hash, verdict, reason FROM entry WHERE company = ?1 AND id = ?2");
    stmt_text(s, 1, company);
    stmt_text(s, 2, id);
    int rc = stmt_step(s, err);
    if (rc > 0) {
        str_copy(out->id, sizeof(out->id), id);
        str_copy(out->hash, sizeof(out->hash), stmt_get_text(s, 0));
        out->kind = (enum verdict_kind)choice_of(VERDICTS, stmt_get_text(s, 1));
        out->reason = (enum reason)choice_of(REASONS, stmt_get_text(s, 2));
    }
    stmt_reset(s);
    return rc;
}

int database_entry_keep(struct database *db, const struct kept_entry *e, struct err *err)
{
    char kind[LIM_ID], reason[LIM_ID];
    choice_name(VERDICTS, e->verdict.kind, kind);
    choice_name(REASONS, e->verdict.reason, reason);
    struct stmt *s = db_stmt(db->db,
        "INSERT INTO entry (company, id, kiosk, hash, received_at, made_at, person, course, run,"
        " open, verdict, reason, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, ''),"
        " coalesce(?8, ''), coalesce(?9, ''), ?10, ?11, ?12, coalesce(?13, ''))");
    stmt_text(s, 1, e->company);
    stmt_text(s, 2, e->verdict.id);
    stmt_text(s, 3, e->kiosk);
    stmt_text(s, 4, e->verdict.hash);
    stmt_number(s, 5, e->received_at);
    stmt_number(s, 6, e->made_at);
    stmt_text(s, 7, e->person);
    stmt_text(s, 8, e->course);
    stmt_text(s, 9, e->run);
    stmt_number(s, 10, 0); /* of an earlier schema */
    stmt_text(s, 11, kind);
    stmt_text(s, 12, reason);
    stmt_text(s, 13, e->body);
    return stmt_run(s, err);
}

int database_entry_refuse(
    struct database *db, const char *company, const char *id, enum reason reason, struct err *err)
{
    char name[LIM_ID];
    choice_name(REASONS, reason, name);
    struct stmt *s = db_stmt(db->db, "UPDATE entry SET verdict = 'refused', reason = ?3"
                                     " WHERE company = ?1 AND id = ?2 AND verdict = 'held'");
    stmt_text(s, 1, company);
    stmt_text(s, 2, id);
    stmt_text(s, 3, name);
    return stmt_run(s, err);
}

int database_set_aside(struct database *db, const struct kept_entry *e, struct err *err)
{
    char reason[LIM_ID];
    choice_name(REASONS, e->verdict.reason, reason);
    struct stmt *s = db_stmt(db->db,
        "INSERT OR IGNORE INTO set_aside (company, kiosk, hash, id, received_at, reason, body)"
        " VALUES (?1, ?2, ?3, coalesce(?4, ''), ?5, ?6, coalesce(?7, ''))");
    stmt_text(s, 1, e->company);
    stmt_text(s, 2, e->kiosk);
    stmt_text(s, 3, e->verdict.hash);
    stmt_text(s, 4, e->verdict.id);
    stmt_number(s, 5, e->received_at);
    stmt_text(s, 6, reason);
    stmt_text(s, 7, e->body);
    return stmt_run(s, err);
}
