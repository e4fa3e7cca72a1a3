/* SPDX-License-Identifier: EUPL-1.2 */
/* Forgetting and handing out: records, entries, and what was set aside. */
#include <string.h>

#include "central/database_inner.h"
#include "central/database_rights.h"

int database_bury(
    struct database *db, const char *company, enum type_id type, const char *id, struct err *err)
{
    struct record r;
    record_init(&r, type);
    r.id = id;
    r.gone = true;
    buf_clear(&db->body);
    if (record_to_json(&r, &db->body) < 0)
        return err_set(err, ERR_DATA, "%s %s is too large", r.type->name, r.id);
    memo_begin(db, db->memo.writing);
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE record SET gone = 1, seq = ?4, body = ?5 WHERE"
                                           " type = ?1 AND id = ?2 AND company = ?3 AND gone = 0");
    sql_text(s, 1, r.type->name);
    sql_text(s, 2, id);
    sql_text(s, 3, company);
    sql_number(s, 4, next_seq(db));
    sql_text(s, 5, db->body.p);
    return sql_run(s, err);
}

/* ---- people and companies ---- */

int database_people_ever(struct database *db, const char *company, database_see_person *see,
    void *context, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT id FROM record WHERE type = 'person' AND company = ?1");
    sql_text(s, 1, company);
    int rc;
    while ((rc = sql_step(s, err)) > 0 && see(context, sql_get_text(s, 0), err) == 0)
        ;
    sql_reset(s);
    return rc == 0 ? 0 : -1;
}

int database_each_company(
    struct database *db, database_see_company *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT id FROM company ORDER BY id");
    int rc;
    while ((rc = sql_step(s, err)) > 0 && see(context, sql_get_text(s, 0), err) == 0)
        ;
    sql_reset(s);
    return rc == 0 ? 0 : -1;
}

/* ---- entries ---- */

static int see_bodies(struct sql_stmt *s, database_see_body *see, void *context, struct err *err)
{
    int rc;
    int seen = 0;
    while (seen == 0 && (rc = sql_step(s, err)) > 0) {
        struct body_row row = {sql_get_text(s, 0), sql_get_text(s, 1), sql_get_text(s, 2),
            sql_get_text(s, 3), sql_get_number(s, 4)};
        seen = see(context, &row, err);
    }
    sql_reset(s);
    return seen < 0 ? -1 : seen > 0 ? 0 : rc;
}

int database_bodies(struct database *db, const char *company, int64_t before,
    database_see_body *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT company, id, person, body, received_at FROM entry WHERE body <> ''"
        " AND received_at < ?1 AND (?2 IS NULL OR company = ?2) ORDER BY received_at, id");
    sql_number(s, 1, before);
    sql_text(s, 2, company);
    return see_bodies(s, see, context, err);
}

int database_entry_empty(struct database *db, const char *company, const char *id, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE entry SET body = '', person = '', course = '',"
                                           " run = '', open = 0 WHERE company = ?1 AND id = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    return sql_run(s, err);
}

int database_entry_received(
    struct database *db, const char *company, const char *id, int64_t *received_at, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT received_at FROM entry WHERE company = ?1 AND id = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    int rc = sql_step(s, err);
    *received_at = rc > 0 ? sql_get_number(s, 0) : NO_NUMBER;
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_entries_drop(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "DELETE FROM entry WHERE body = '' AND received_at < ?1");
    sql_number(s, 1, before);
    return run_counted(s, count, err);
}

int database_set_aside_empty(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE set_aside SET body = '', id = ''"
                                           " WHERE body <> '' AND received_at < ?1");
    sql_number(s, 1, before);
    return run_counted(s, count, err);
}

int database_set_asides(struct database *db, const char *company, database_see_body *see,
    void *context, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT company, hash, '', body, received_at FROM set_aside"
                          " WHERE company = ?1 AND body <> '' ORDER BY received_at");
    sql_text(s, 1, company);
    return see_bodies(s, see, context, err);
}

int database_set_aside_empty_one(
    struct database *db, const char *company, const char *hash, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "UPDATE set_aside SET body = '' WHERE company = ?1 AND hash = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, hash);
    return sql_run(s, err);
}

int database_steps_erase(
    struct database *db, const char *company, const char *person, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "DELETE FROM step WHERE company = ?1 AND place <> 'in'"
                                           " AND (person = ?2 OR worker = ?2)");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return sql_run(s, err);
}

int database_codes_drop(struct database *db, int64_t now, int64_t *count, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE kiosk SET code_handle = NULL, code_hash = NULL,"
                                           " code_expires = NULL WHERE code_expires < ?1");
    sql_number(s, 1, now);
    return run_counted(s, count, err);
}

/* ---- who was erased ---- */

int database_erased_add(
    struct database *db, const char *company, const char *person_hash, int64_t at, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "INSERT INTO erased (company, person_hash, at)"
                                           " VALUES (?1, ?2, ?3)"
                                           " ON CONFLICT DO NOTHING");
    sql_text(s, 1, company);
    sql_text(s, 2, person_hash);
    sql_number(s, 3, at);
    return sql_run(s, err);
}

int database_erased_drop(
    struct database *db, const char *company, const char *person_hash, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "DELETE FROM erased WHERE company = ?1 AND person_hash = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person_hash);
    return sql_run(s, err);
}

int database_erased_has(
    struct database *db, const char *company, const char *person_hash, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT 1 FROM erased WHERE company = ?1 AND person_hash = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person_hash);
    int rc = sql_step(s, err);
    sql_reset(s);
    return rc;
}

int database_erased_each(
    struct database *db, database_see_erased *see, void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(
        db->sql, "SELECT company, person_hash, at FROM erased ORDER BY at, company, person_hash");
    int rc;
    while ((rc = sql_step(s, err)) > 0) {
        rc = see(context, sql_get_text(s, 0), sql_get_text(s, 1), sql_get_number(s, 2), err);
        if (rc < 0)
            break;
    }
    sql_reset(s);
    return rc;
}

/* ---- wishes ---- */

int database_wish_add(struct database *db, const struct wish_row *w, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "INSERT INTO wish (company, person, wish, at)"
                                           " VALUES (?1, ?2, ?3, ?4)"
                                           " ON CONFLICT DO NOTHING");
    sql_text(s, 1, w->company);
    sql_text(s, 2, w->person);
    sql_text(s, 3, w->wish);
    sql_number(s, 4, w->at);
    return sql_run(s, err);
}

int database_wish_done(
    struct database *db, const char *company, const char *person, const char *wish, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "DELETE FROM wish WHERE company = ?1 AND person = ?2 AND wish = ?3");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, wish);
    return sql_run(s, err);
}

int database_wishes(struct database *db, const char *company, database_see_wish *see, void *context,
    struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT company, person, wish, at FROM wish"
                                           " WHERE ?1 IS NULL OR company = ?1 ORDER BY at, person");
    sql_text(s, 1, company);
    int rc;
    while ((rc = sql_step(s, err)) > 0) {
        struct wish_row row = {
            sql_get_text(s, 0), sql_get_text(s, 1), sql_get_text(s, 2), sql_get_number(s, 3)};
        see(context, &row);
    }
    sql_reset(s);
    return rc;
}

int database_scrub(struct database *db, struct err *err)
{
    return sql_scrub(db->sql, err);
}
