/* SPDX-License-Identifier: EUPL-1.2 */
/* Slow hashes of PINs and one-time codes, and how often they were wrong. */
#include "central/database_inner.h"
#include "central/people.h"

#define OLD_PIN (14 * 24 * 60 * 60 * INT64_C(1000)) /* after that, nobody brings what it signed */

static void read_pin(struct sql_stmt *s, struct kept_pin *pin)
{
    pin->set_at = sql_get_number(s, 0);
    str_copy(pin->hash, sizeof(pin->hash), sql_get_text(s, 1));
}

int database_pins(struct database *db, const char *company, const char *person, int64_t at,
    struct kept_pin out[PINS_MAX], int *count, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT set_at, hash, received_at FROM pin WHERE company = ?1"
                          " AND person = ?2 ORDER BY set_at DESC");
    int rc;
    *count = 0;
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    while ((rc = sql_step(s, err)) > 0) {
        read_pin(s, &out[(*count)++]);
        if (*count == PINS_MAX || sql_get_number(s, 2) <= at)
            break;
    }
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_pins_forget(struct database *db, int64_t now, int64_t *count, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "DELETE FROM pin WHERE EXISTS (SELECT 1 FROM pin n WHERE n.company = pin.company"
        "  AND n.person = pin.person AND n.set_at > pin.set_at AND n.received_at < ?1)");
    sql_number(s, 1, now - OLD_PIN);
    return run_counted(s, count, err);
}

int database_pin_put(struct database *db, const char *company, const char *person,
    const struct kept_pin *pin, int64_t now, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO pin (company, person, set_at, received_at, hash)"
                          " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (company, person, set_at)"
                          " DO UPDATE SET hash = excluded.hash");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_number(s, 3, pin->set_at);
    sql_number(s, 4, now);
    sql_text(s, 5, pin->hash);
    return sql_run(s, err);
}

/* ---- one-time codes ---- */

int database_pin_code_put(struct database *db, const char *company, const char *person,
    const struct pin_code *code, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO pin_code (company, person, hash, expires, tries)"
                          " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (company, person) DO UPDATE"
                          " SET hash = excluded.hash, expires = excluded.expires,"
                          " tries = excluded.tries");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, code->hash);
    sql_number(s, 4, code->expires);
    sql_number(s, 5, code->tries);
    return sql_run(s, err);
}

int database_pin_code_get(struct database *db, const char *company, const char *person,
    struct pin_code *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT hash, expires, tries FROM pin_code"
                                           " WHERE company = ?1 AND person = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    int rc = sql_step(s, err);
    if (rc > 0) {
        str_copy(out->hash, sizeof(out->hash), sql_get_text(s, 0));
        out->expires = sql_get_number(s, 1);
        out->tries = sql_get_number(s, 2);
    }
    sql_reset(s);
    return rc;
}

int database_pin_code_remove(
    struct database *db, const char *company, const char *person, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "DELETE FROM pin_code WHERE company = ?1 AND person = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return sql_run(s, err);
}

/* ---- wrong ones ---- */

static int read_streak(struct database *db, const char *company, const char *person,
    const char *kiosk, struct pin_tries *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT wrong, last FROM pin_streak"
                                           " WHERE company = ?1 AND person = ?2 AND kiosk = ?3");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, kiosk);
    int rc = sql_step(s, err);
    if (rc > 0) {
        out->streak = sql_get_number(s, 0);
        out->last = sql_get_number(s, 1);
    }
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

int database_pin_tries(struct database *db, const char *company, const char *person,
    const char *kiosk, int64_t at, int64_t window, struct pin_tries *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT count(*) FILTER (WHERE kiosk = ?3),"
        "  count(DISTINCT person) FILTER (WHERE kiosk = ?3), count(DISTINCT person),"
        "  count(DISTINCT kiosk) FILTER (WHERE person = ?2)"
        " FROM pin_try WHERE company = ?1 AND at > ?4 AND at < ?5");
    *out = (struct pin_tries){.last = NO_NUMBER};
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, kiosk);
    sql_number(s, 4, at - window);
    sql_number(s, 5, at + window);
    int rc = sql_step(s, err);
    if (rc > 0) {
        out->at_kiosk = sql_get_number(s, 0);
        out->people_at_kiosk = sql_get_number(s, 1);
        out->people = sql_get_number(s, 2);
        out->kiosks = sql_get_number(s, 3);
    }
    sql_reset(s);
    return rc < 0 ? -1 : read_streak(db, company, person, kiosk, out, err);
}

static int add_try(struct database *db, const char *company, const char *person, const char *kiosk,
    int64_t at, struct err *err)
{
    struct sql_stmt *s = sql_stmt(
        db->sql, "INSERT INTO pin_try (company, kiosk, person, at) VALUES (?1, ?2, ?3, ?4)");
    sql_text(s, 1, company);
    sql_text(s, 2, kiosk);
    sql_text(s, 3, person);
    sql_number(s, 4, at);
    return sql_run(s, err);
}

int database_pin_wrong(struct database *db, const char *company, const char *person,
    const char *kiosk, int64_t at, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO pin_streak (company, person, kiosk, wrong, last)"
                          " VALUES (?1, ?2, ?3, 1, ?4) ON CONFLICT (company, person, kiosk)"
                          " DO UPDATE SET wrong = pin_streak.wrong + 1, last = CASE"
                          " WHEN excluded.last > pin_streak.last THEN excluded.last"
                          " ELSE pin_streak.last END");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, kiosk);
    sql_number(s, 4, at);
    return sql_run(s, err) < 0 ? -1 : add_try(db, company, person, kiosk, at, err);
}

int database_pin_right(struct database *db, const char *company, const char *person,
    const char *kiosk, struct err *err)
{
    struct sql_stmt *s = sql_stmt(
        db->sql, "DELETE FROM pin_streak WHERE company = ?1 AND person = ?2 AND kiosk = ?3");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, kiosk);
    return sql_run(s, err);
}

int database_spray_due(
    struct database *db, const char *company, int64_t now, int64_t every, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE company SET sprayed_at = ?2 WHERE id = ?1"
                                           " AND coalesce(sprayed_at, 0) <= ?3");
    sql_text(s, 1, company);
    sql_number(s, 2, now);
    sql_number(s, 3, now - every);
    int64_t changed = sql_run_count(s, err);
    return changed < 0 ? -1 : changed > 0;
}
