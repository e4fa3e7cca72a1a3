/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"
#include "central/database_inner.h"

static int find_company(
    struct database *db, const char *company, char badge_key[KEY_HEX], struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT badge_key FROM company WHERE id = ?1");
    sql_text(s, 1, company);
    int rc = sql_step(s, err);
    if (rc > 0)
        str_copy(badge_key, KEY_HEX, sql_get_text(s, 0));
    sql_reset(s);
    return rc;
}

int database_company(
    struct database *db, const char *company, char badge_key[KEY_HEX], struct err *err)
{
    int rc = find_company(db, company, badge_key, err);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    random_key_hex(badge_key);
    struct sql_stmt *s = sql_stmt(db->sql, "INSERT INTO company (id, badge_key) VALUES (?1, ?2)");
    sql_text(s, 1, company);
    sql_text(s, 2, badge_key);
    return sql_run(s, err);
}

/* Columns of every query that finds kiosks. */
#define KIOSK_COLUMNS                                                                              \
    "id, company, name, CASE WHEN token_hash IS NULL THEN 0 ELSE 1 END, revoked, contact, site, "  \
    "coalesce(served, 0), token_at, mark, alarmed_at, coalesce(handed, 0), synced"
#define KIOSK_END 13

static void read_kiosk(struct sql_stmt *s, struct kiosk *k)
{
    *k = (struct kiosk){0};
    str_copy(k->id, sizeof(k->id), sql_get_text(s, 0));
    str_copy(k->company, sizeof(k->company), sql_get_text(s, 1));
    str_copy(k->name, sizeof(k->name), sql_get_text(s, 2));
    k->enrolled = sql_get_number(s, 3) != 0;
    k->revoked = sql_get_number(s, 4) != 0;
    k->contact = sql_get_number(s, 5);
    str_copy(k->site, sizeof(k->site), sql_get_text(s, 6));
    k->served = sql_get_number(s, 7);
    k->token_at = sql_get_number(s, 8);
    str_copy(k->mark, sizeof(k->mark), sql_get_text(s, 9));
    k->alarmed_at = sql_get_number(s, 10);
    k->handed = sql_get_number(s, 11);
    k->synced = sql_get_number(s, 12);
}

/* An old code of the same kiosk ends here, also one that another kiosk's handle would repeat. */
int database_kiosk_add(
    struct database *db, struct kiosk *kiosk, const struct enrol_code *code, struct err *err)
{
    char id[UUID_TEXT];
    uuid7(clock_now(), id);
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO kiosk (id, company, name, code_handle, code_hash, code_expires, site)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, ''))"
        " ON CONFLICT (company, name) DO UPDATE SET code_handle = excluded.code_handle,"
        " code_hash = excluded.code_hash, code_expires = excluded.code_expires, code_tries = 0,"
        " site = coalesce(?7, kiosk.site) RETURNING id, site");
    sql_text(s, 1, id);
    sql_text(s, 2, kiosk->company);
    sql_text(s, 3, kiosk->name);
    sql_text(s, 4, code->handle);
    sql_text(s, 5, code->hash);
    sql_number(s, 6, code->expires);
    sql_text(s, 7, kiosk->site);
    int rc = sql_step(s, err);
    if (rc > 0) {
        str_copy(kiosk->id, sizeof(kiosk->id), sql_get_text(s, 0));
        str_copy(kiosk->site, sizeof(kiosk->site), sql_get_text(s, 1));
    }
    sql_reset(s);
    return rc > 0 ? 0 : -1;
}

int database_kiosk_by_code(struct database *db, const char *handle, struct kiosk *kiosk,
    struct enrol_code *code, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT " KIOSK_COLUMNS ", code_hash, code_expires, code_tries"
                          " FROM kiosk WHERE code_handle = ?1");
    sql_text(s, 1, handle);
    int rc = sql_step(s, err);
    if (rc > 0) {
        read_kiosk(s, kiosk);
        str_copy(code->handle, sizeof(code->handle), handle);
        str_copy(code->hash, sizeof(code->hash), sql_get_text(s, KIOSK_END));
        code->expires = sql_get_number(s, KIOSK_END + 1);
        code->tries = sql_get_number(s, KIOSK_END + 2);
    }
    sql_reset(s);
    return rc;
}

int database_code_tried(struct database *db, const char *handle, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "UPDATE kiosk SET code_tries = code_tries + 1 WHERE code_handle = ?1");
    sql_text(s, 1, handle);
    return sql_run(s, err);
}

int database_kiosk_enrol(
    struct database *db, const char *id, const char *token_hash, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "UPDATE kiosk SET token_hash = ?2, token_at = ?3, next_hash = NULL, old_hash = NULL,"
        " revoked = 0, code_handle = NULL, code_hash = NULL, code_expires = NULL, code_tries = 0"
        " WHERE id = ?1");
    sql_text(s, 1, id);
    sql_text(s, 2, token_hash);
    sql_number(s, 3, clock_now());
    return sql_run(s, err);
}

/* The token in use first: nearly all requests come with that. */
int database_kiosk_by_token(
    struct database *db, const char *token_hash, struct kiosk *kiosk, struct err *err)
{
    static const char *const texts[] = {
        [TOKEN_IN_USE] = "SELECT " KIOSK_COLUMNS " FROM kiosk WHERE token_hash = ?1",
        [TOKEN_ANNOUNCED] = "SELECT " KIOSK_COLUMNS " FROM kiosk WHERE next_hash = ?1",
        [TOKEN_OLD] = "SELECT " KIOSK_COLUMNS " FROM kiosk WHERE old_hash = ?1",
    };
    int rc = 0;
    for (int use = TOKEN_IN_USE; use <= TOKEN_OLD && rc == 0; use++) {
        struct sql_stmt *s = sql_stmt(db->sql, texts[use]);
        sql_text(s, 1, token_hash);
        rc = sql_step(s, err);
        if (rc > 0) {
            read_kiosk(s, kiosk);
            kiosk->token = (enum token_use)use;
        }
        sql_reset(s);
    }
    return rc;
}

int database_token_announce(
    struct database *db, const char *id, const char *token_hash, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "UPDATE kiosk SET next_hash = ?2 WHERE id = ?1 AND token_hash <> ?2");
    sql_text(s, 1, id);
    sql_text(s, 2, token_hash);
    return sql_run(s, err);
}

int database_token_begin(struct database *db, const char *id, int64_t now, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "UPDATE kiosk SET old_hash = token_hash, token_hash = next_hash, next_hash = NULL,"
        " token_at = ?2 WHERE id = ?1 AND next_hash IS NOT NULL");
    sql_text(s, 1, id);
    sql_number(s, 2, now);
    return sql_run(s, err);
}

int database_kiosk_mark(struct database *db, const char *id, const char *mark, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "UPDATE kiosk SET mark = coalesce(?2, '') WHERE id = ?1");
    sql_text(s, 1, id);
    sql_text(s, 2, mark);
    return sql_run(s, err);
}

int database_kiosk_alarmed(struct database *db, const char *id, int64_t now, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE kiosk SET alarmed_at = ?2 WHERE id = ?1");
    sql_text(s, 1, id);
    sql_number(s, 2, now);
    return sql_run(s, err);
}

int database_kiosk_contact(struct database *db, const char *id, int64_t now, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE kiosk SET contact = ?2 WHERE id = ?1");
    sql_text(s, 1, id);
    sql_number(s, 2, now);
    return sql_run(s, err);
}

static int count_named(struct database *db, const char *name, int64_t *count, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT count(*) FROM kiosk WHERE id = ?1 OR name = ?1");
    sql_text(s, 1, name);
    int rc = sql_step(s, err);
    *count = rc > 0 ? sql_get_number(s, 0) : 0;
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_kiosk_revoke(struct database *db, const char *name, struct err *err)
{
    int64_t count;
    if (count_named(db, name, &count, err) < 0)
        return -1;
    if (count == 0)
        return 0;
    if (count > 1)
        return err_set(err, ERR_USAGE, "%lld kiosks are called %s: give the id of the one",
            (long long)count, name);
    struct sql_stmt *s =
        sql_stmt(db->sql, "UPDATE kiosk SET revoked = 1, code_handle = NULL, code_hash = NULL"
                          " WHERE id = ?1 OR name = ?1");
    sql_text(s, 1, name);
    return sql_run(s, err) < 0 ? -1 : 1;
}

int database_kiosks(struct database *db, database_see_kiosk *see, void *context, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT " KIOSK_COLUMNS " FROM kiosk ORDER BY company, name");
    int rc;
    while ((rc = sql_step(s, err)) > 0) {
        struct kiosk kiosk;
        read_kiosk(s, &kiosk);
        see(context, &kiosk);
    }
    sql_reset(s);
    return rc;
}

/* ---- what they say of themselves ---- */

int database_report_put(
    struct database *db, const struct kiosk *kiosk, const struct report_row *r, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO report (company, kiosk, received_at, clock, body)"
        " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (kiosk) DO UPDATE SET"
        " received_at = excluded.received_at, clock = excluded.clock, body = excluded.body");
    sql_text(s, 1, kiosk->company);
    sql_text(s, 2, kiosk->id);
    sql_number(s, 3, r->received_at);
    sql_number(s, 4, r->clock);
    sql_text(s, 5, r->body);
    return sql_run(s, err);
}

int database_reports(struct database *db, database_see_report *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " KIOSK_COLUMNS ", received_at, clock, body FROM kiosk LEFT JOIN"
        " (SELECT kiosk AS whose, received_at, clock, body FROM report) said ON whose = id"
        " ORDER BY company, site, name");
    int rc;
    while ((rc = sql_step(s, err)) > 0) {
        struct kiosk kiosk;
        read_kiosk(s, &kiosk);
        struct report_row row = {sql_get_number(s, KIOSK_END), sql_get_number(s, KIOSK_END + 1),
            sql_get_text(s, KIOSK_END + 2)};
        see(context, &kiosk, &row);
    }
    sql_reset(s);
    return rc;
}
