/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/database_inner.h"
#include "central/database_rights.h"

static int read_last(
    struct database *db, const char *company, int64_t *seq, char hash[DIGEST_HEX], struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT seq, hash FROM audit WHERE company = " BOUND("?1") " ORDER BY seq DESC LIMIT 1");
    sql_text(s, 1, company);
    int rc = sql_step(s, err);
    *seq = rc > 0 ? sql_get_number(s, 0) : 0;
    str_copy(hash, DIGEST_HEX, rc > 0 ? sql_get_text(s, 1) : "");
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_audit_last(
    struct database *db, const char *company, int64_t *seq, char hash[DIGEST_HEX], struct err *err)
{
    if (db->trail.seq == 0 || strcmp(db->trail.company, company) != 0)
        return read_last(db, company, seq, hash, err);
    *seq = db->trail.seq;
    str_copy(hash, DIGEST_HEX, db->trail.hash);
    return 0;
}

/* Lines are added in write transactions only. */
static void remember_last(struct database *db, const struct audit_row *row)
{
    db->trail.seq = row->seq;
    str_copy(db->trail.company, sizeof(db->trail.company), row->company);
    str_copy(db->trail.hash, sizeof(db->trail.hash), row->hash);
}

int database_audit_add(struct database *db, const struct audit_row *row, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO audit (company, seq, event, at, actor, subject, request, kiosk, salt, detail,"
        " prev, hash) VALUES (coalesce(?1, ''), ?2, ?3, ?4, coalesce(?5, ''), coalesce(?6, ''),"
        " coalesce(?7, ''), coalesce(?8, ''), ?9, ?10, coalesce(?11, ''), ?12)");
    sql_text(s, 1, row->company);
    sql_number(s, 2, row->seq);
    sql_text(s, 3, row->event);
    sql_number(s, 4, row->at);
    sql_text(s, 5, row->actor);
    sql_text(s, 6, row->subject);
    sql_text(s, 7, row->request);
    sql_text(s, 8, row->kiosk);
    sql_text(s, 9, row->salt);
    sql_text(s, 10, row->detail);
    sql_text(s, 11, row->prev);
    sql_text(s, 12, row->hash);
    remember_last(db, row);
    return sql_run(s, err);
}

#define AUDIT_COLUMNS                                                                              \
    "company, seq, event, at, actor, subject, request, kiosk, salt, detail, prev, hash"

static int see_rows(struct sql_stmt *s, database_see_audit *see, void *context, struct err *err)
{
    int rc;
    int seen = 0;
    while (seen == 0 && (rc = sql_step(s, err)) > 0) {
        struct audit_row row = {.company = sql_get_text(s, 0),
            .seq = sql_get_number(s, 1),
            .event = sql_get_text(s, 2),
            .at = sql_get_number(s, 3),
            .actor = sql_get_text(s, 4),
            .subject = sql_get_text(s, 5),
            .request = sql_get_text(s, 6),
            .kiosk = sql_get_text(s, 7),
            .salt = sql_get_text(s, 8),
            .detail = sql_get_text(s, 9),
            .prev = sql_get_text(s, 10),
            .hash = sql_get_text(s, 11)};
        seen = see(context, &row, err);
    }
    sql_reset(s);
    return seen != 0 ? (seen < 0 ? -1 : 0) : rc;
}

int database_audit_each(struct database *db, const char *company, int64_t since,
    database_see_audit *see, void *context, struct err *err)
{
    struct sql_stmt *s =
        company ? sql_stmt(db->sql, "SELECT " AUDIT_COLUMNS " FROM audit WHERE at >= ?1"
                                    " AND company = " BOUND("?2") " ORDER BY company, seq")
                : sql_stmt(db->sql, "SELECT " AUDIT_COLUMNS " FROM audit WHERE at >= ?1"
                                    " ORDER BY company, seq");
    sql_number(s, 1, since == NO_NUMBER ? since + 1 : since);
    if (company)
        sql_text(s, 2, company);
    return see_rows(s, see, context, err);
}

int database_audit_of(struct database *db, const char *company, const char *person,
    database_see_audit *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " AUDIT_COLUMNS " FROM audit WHERE company = ?1 AND (subject = ?2 OR actor = ?2)"
        " ORDER BY seq DESC");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return see_rows(s, see, context, err);
}

int database_audit_empty(
    struct database *db, const char *event, int64_t before, int64_t *count, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "UPDATE audit SET actor = '', subject = '', request = '', kiosk = '', salt = ''"
        " WHERE event = ?1 AND at < ?2 AND salt <> ''");
    sql_text(s, 1, event);
    sql_number(s, 2, before);
    return run_counted(s, count, err);
}
