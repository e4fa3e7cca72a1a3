/* SPDX-License-Identifier: EUPL-1.2 */
/* Forgetting and handing out: records, entries, and what was set aside. */
#include <string.h>

#include "central/database_rights.h"
#include "central/sqlite.h"
#include "store/scrub.h"

/* Runs a change and adds its rows to the count. */
static int run_counted(struct database *db, struct stmt *s, int64_t *count, struct err *err)
{
    if (stmt_run(s, err) < 0)
        return -1;
    *count += db_changes(db->db);
    return 0;
}

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
    struct stmt *s = db_stmt(db->db, "UPDATE record SET gone = 1, seq = ?4, body = ?5 WHERE"
                                     " type = ?1 AND id = ?2 AND company = ?3 AND gone = 0");
    stmt_text(s, 1, r.type->name);
    stmt_text(s, 2, id);
    stmt_text(s, 3, company);
    stmt_number(s, 4, sqlite_next_seq(db));
    stmt_text(s, 5, db->body.p);
    return stmt_run(s, err);
}

/* ---- people and companies ---- */

int database_people_ever(struct database *db, const char *company, database_see_person *see,
    void *context, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "SELECT id FROM record WHERE type = 'person' AND company = ?1");
    stmt_text(s, 1, company);
    int rc;
    while ((rc = stmt_step(s, err)) > 0 && see(context, stmt_get_text(s, 0), err) == 0)
        ;
    stmt_reset(s);
    return rc == 0 ? 0 : -1;
}

int database_each_company(
    struct database *db, database_see_company *see, void *context, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT id FROM company ORDER BY id");
    int rc;
    while ((rc = stmt_step(s, err)) > 0 && see(context, stmt_get_text(s, 0), err) == 0)
        ;
    stmt_reset(s);
    return rc == 0 ? 0 : -1;
}

/* ---- entries ---- */

static int see_bodies(struct stmt *s, database_see_body *see, void *context, struct err *err)
{
    int rc;
    int seen = 0;
    while (seen == 0 && (rc = stmt_step(s, err)) > 0) {
        struct body_row row = {stmt_get_text(s, 0), stmt_get_text(s, 1), stmt_get_text(s, 2),
            stmt_get_text(s, 3), stmt_get_number(s, 4)};
        seen = see(context, &row, err);
    }
    stmt_reset(s);
    return seen < 0 ? -1 : seen > 0 ? 0 : rc;
}

int database_bodies(struct database *db, const char *company, int64_t before,
    database_see_body *see, void *context, struct err *err)
{
    struct stmt *s = db_stmt(db->db,
        "SELECT company, id, person, body, received_at FROM entry WHERE body <> ''"
        " AND received_at < ?1 AND (?2 IS NULL OR company = ?2) ORDER BY received_at, id");
    stmt_number(s, 1, before);
    stmt_text(s, 2, company);
    return see_bodies(s, see, context, err);
}

int database_entry_empty(struct database *db, const char *company, const char *id, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "UPDATE entry SET body = '', person = '', course = '',"
                                     " run = '', open = 0 WHERE company = ?1 AND id = ?2");
    stmt_text(s, 1, company);
    stmt_text(s, 2, id);
    return stmt_run(s, err);
}

int database_entry_received(
    struct database *db, const char *company, const char *id, int64_t *received_at, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "SELECT received_at FROM entry WHERE company = ?1 AND id = ?2");
    stmt_text(s, 1, company);
    stmt_text(s, 2, id);
    int rc = stmt_step(s, err);
    *received_at = rc > 0 ? stmt_get_number(s, 0) : NO_NUMBER;
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_entries_drop(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "DELETE FROM entry WHERE body = '' AND received_at < ?1");
    stmt_number(s, 1, before);
    return run_counted(db, s, count, err);
}

int database_set_aside_empty(struct database *db, int64_t before, int64_t *count, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "UPDATE set_aside SET body = '', id = ''"
                                     " WHERE body <> '' AND received_at < ?1");
    stmt_number(s, 1, before);
    return run_counted(db, s, count, err);
}

int database_set_asides(struct database *db, const char *company, database_see_body *see,
    void *context, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT company, hash, '', body, received_at FROM set_aside"
                                     " WHERE company = ?1 AND body <> '' ORDER BY received_at");
    stmt_text(s, 1, company);
    return see_bodies(s, see, context, err);
}

int database_set_aside_empty_one(
    struct database *db, const char *company, const char *hash, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "UPDATE set_aside SET body = '' WHERE company = ?1 AND hash = ?2");
    stmt_text(s, 1, company);
    stmt_text(s, 2, hash);
    return stmt_run(s, err);
}

int database_steps_erase(
    struct database *db, const char *company, const char *person, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "DELETE FROM step WHERE company = ?1 AND place <> 'in'"
                                     " AND (person = ?2 OR worker = ?2)");
    stmt_text(s, 1, company);
    stmt_text(s, 2, person);
    return stmt_run(s, err);
}

int database_codes_drop(struct database *db, int64_t now, int64_t *count, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "UPDATE kiosk SET code_handle = NULL, code_hash = NULL,"
                                     " code_expires = NULL WHERE code_expires < ?1");
    stmt_number(s, 1, now);
    return run_counted(db, s, count, err);
}

/* ---- who was erased ---- */

int database_erased_add(
    struct database *db, const char *company, const char *person_hash, int64_t at, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "INSERT OR IGNORE INTO erased (company, person_hash, at)"
                                     " VALUES (?1, ?2, ?3)");
    stmt_text(s, 1, company);
    stmt_text(s, 2, person_hash);
    stmt_number(s, 3, at);
    return stmt_run(s, err);
}

int database_erased_drop(
    struct database *db, const char *company, const char *person_hash, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "DELETE FROM erased WHERE company = ?1 AND person_hash = ?2");
    stmt_text(s, 1, company);
    stmt_text(s, 2, person_hash);
    return stmt_run(s, err);
}

int database_erased_has(
    struct database *db, const char *company, const char *person_hash, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "SELECT 1 FROM erased WHERE company = ?1 AND person_hash = ?2");
    stmt_text(s, 1, company);
    stmt_text(s, 2, person_hash);
    int rc = stmt_step(s, err);
    stmt_reset(s);
    return rc;
}

/* ---- wishes ---- */

int database_wish_add(struct database *db, const struct wish_row *w, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "INSERT OR IGNORE INTO wish (company, person, wish, at)"
                                     " VALUES (?1, ?2, ?3, ?4)");
    stmt_text(s, 1, w->company);
    stmt_text(s, 2, w->person);
    stmt_text(s, 3, w->wish);
    stmt_number(s, 4, w->at);
    return stmt_run(s, err);
}

int database_wish_done(
    struct database *db, const char *company, const char *person, const char *wish, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "DELETE FROM wish WHERE company = ?1 AND person = ?2 AND wish = ?3");
    stmt_text(s, 1, company);
    stmt_text(s, 2, person);
    stmt_text(s, 3, wish);
    return stmt_run(s, err);
}

int database_wishes(struct database *db, const char *company, database_see_wish *see, void *context,
    struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT company, person, wish, at FROM wish"
                                     " WHERE ?1 IS NULL OR company = ?1 ORDER BY at, person");
    stmt_text(s, 1, company);
    int rc;
    while ((rc = stmt_step(s, err)) > 0) {
        struct wish_row row = {
            stmt_get_text(s, 0), stmt_get_text(s, 1), stmt_get_text(s, 2), stmt_get_number(s, 3)};
        see(context, &row);
    }
    stmt_reset(s);
    return rc;
}

int database_scrub(struct database *db, struct err *err)
{
    return db_scrub(db->db, err);
}
