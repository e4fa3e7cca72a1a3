/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/database_rights.h"
#include "central/sqlite.h"

int database_audit_last(
    struct database *db, const char *company, int64_t *seq, char hash[DIGEST_HEX], struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT seq, hash FROM audit WHERE company = coalesce(?1, '')"
                                     " ORDER BY seq DESC LIMIT 1");
    stmt_text(s, 1, company);
    int rc = stmt_step(s, err);
    *seq = rc > 0 ? stmt_get_number(s, 0) : 0;
    str_copy(hash, DIGEST_HEX, rc > 0 ? stmt_get_text(s, 1) : "");
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_audit_add(struct database *db, const struct audit_row *row, struct err *err)
{
    struct stmt *s = db_stmt(db->db,
        "INSERT INTO audit (company, seq, event, at, actor, subject, request, kiosk, salt, detail,"
        " prev, hash) VALUES (coalesce(?1, ''), ?2, ?3, ?4, coalesce(?5, ''), coalesce(?6, ''),"
        " coalesce(?7, ''), coalesce(?8, ''), ?9, ?10, coalesce(?11, ''), ?12)");
    stmt_text(s, 1, row->company);
    stmt_number(s, 2, row->seq);
    stmt_text(s, 3, row->event);
    stmt_number(s, 4, row->at);
    stmt_text(s, 5, row->actor);
    stmt_text(s, 6, row->subject);
    stmt_text(s, 7, row->request);
    stmt_text(s, 8, row->kiosk);
    stmt_text(s, 9, row->salt);
    stmt_text(s, 10, row->detail);
    stmt_text(s, 11, row->prev);
    stmt_text(s, 12, row->hash);
    return stmt_run(s, err);
}

#define AUDIT_COLUMNS                                                                              \
    "company, seq, event, at, actor, subject, request, kiosk, salt, detail, prev, hash"

static int see_rows(struct stmt *s, database_see_audit *see, void *context, struct err *err)
{
    int rc;
    int seen = 0;
    while (seen == 0 && (rc = stmt_step(s, err)) > 0) {
        struct audit_row row = {.company = stmt_get_text(s, 0),
            .seq = stmt_get_number(s, 1),
            .event = stmt_get_text(s, 2),
            .at = stmt_get_number(s, 3),
            .actor = stmt_get_text(s, 4),
            .subject = stmt_get_text(s, 5),
            .request = stmt_get_text(s, 6),
            .kiosk = stmt_get_text(s, 7),
            .salt = stmt_get_text(s, 8),
            .detail = stmt_get_text(s, 9),
            .prev = stmt_get_text(s, 10),
            .hash = stmt_get_text(s, 11)};
        seen = see(context, &row, err);
    }
    stmt_reset(s);
    return seen != 0 ? (seen < 0 ? -1 : 0) : rc;
}

int database_audit_each(struct database *db, const char *company, int64_t since,
    database_see_audit *see, void *context, struct err *err)
{
    struct stmt *s = company
                         ? db_stmt(db->db, "SELECT " AUDIT_COLUMNS " FROM audit WHERE at >= ?1"
                                           " AND company = coalesce(?2, '') ORDER BY company, seq")
                         : db_stmt(db->db, "SELECT " AUDIT_COLUMNS " FROM audit WHERE at >= ?1"
                                           " ORDER BY company, seq");
    stmt_number(s, 1, since == NO_NUMBER ? since + 1 : since);
    if (company)
        stmt_text(s, 2, company);
    return see_rows(s, see, context, err);
}

int database_audit_of(struct database *db, const char *company, const char *person,
    database_see_audit *see, void *context, struct err *err)
{
    struct stmt *s = db_stmt(db->db,
        "SELECT " AUDIT_COLUMNS " FROM audit WHERE company = ?1 AND (subject = ?2 OR actor = ?2)"
        " ORDER BY seq DESC");
    stmt_text(s, 1, company);
    stmt_text(s, 2, person);
    return see_rows(s, see, context, err);
}

int database_audit_empty(
    struct database *db, const char *event, int64_t before, int64_t *count, struct err *err)
{
    struct stmt *s = db_stmt(db->db,
        "UPDATE audit SET actor = '', subject = '', request = '', kiosk = '', salt = ''"
        " WHERE event = ?1 AND at < ?2 AND salt <> ''");
    stmt_text(s, 1, event);
    stmt_number(s, 2, before);
    if (stmt_run(s, err) < 0)
        return -1;
    *count += db_changes(db->db);
    return 0;
}
