/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/database_inner.h"
#include "central/docket.h"

/* ---- requests ---- */

#define ROW_COLUMNS                                                                                \
    "company, id, person, course, run, route, title, price, asked_at, refused, merged, ready,"     \
    " agreed_at, seat, place, queued_at, given_at, released_at, offered_at, delivered_at, shown,"  \
    " state, overdue, objected, judged_at, wake,"                                                  \
    " run_start, run_end, left_at, listed"

#define ROW_CHANGES                                                                                \
    "person = excluded.person, course = excluded.course, run = excluded.run,"                      \
    " route = excluded.route, title = excluded.title, price = excluded.price,"                     \
    " asked_at = excluded.asked_at, refused = excluded.refused, merged = excluded.merged,"         \
    " ready = excluded.ready, agreed_at = excluded.agreed_at, seat = excluded.seat,"               \
    " place = excluded.place, queued_at = excluded.queued_at, given_at = excluded.given_at,"       \
    " released_at = excluded.released_at, offered_at = excluded.offered_at, delivered_at = "       \
    "excluded.delivered_at,"                                                                       \
    " shown = excluded.shown, state = excluded.state, overdue = excluded.overdue,"                 \
    " objected = excluded.objected, judged_at = excluded.judged_at, wake = excluded.wake,"         \
    " run_start = excluded.run_start, run_end = excluded.run_end,"                                 \
    " left_at = excluded.left_at, listed = excluded.listed"

static void read_seat(struct sql_stmt *s, struct docket_row *r)
{
    r->seat = (enum seat_status)get_choice(s, 13, SEAT_STATUSES);
    r->place = sql_get_number(s, 14);
    r->queued_at = sql_get_number(s, 15);
    r->given_at = sql_get_number(s, 16);
    r->released_at = sql_get_number(s, 17);
    r->offered_at = sql_get_number(s, 18);
    r->delivered_at = sql_get_number(s, 19);
    r->shown = sql_get_number(s, 20) != 0;
}

static void read_row(struct sql_stmt *s, struct docket_row *r)
{
    *r = (struct docket_row){0};
    str_copy(r->company, sizeof(r->company), sql_get_text(s, 0));
    str_copy(r->id, sizeof(r->id), sql_get_text(s, 1));
    str_copy(r->person, sizeof(r->person), sql_get_text(s, 2));
    str_copy(r->course, sizeof(r->course), sql_get_text(s, 3));
    str_copy(r->run, sizeof(r->run), sql_get_text(s, 4));
    r->route = (enum route_kind)get_choice(s, 5, ROUTES);
    str_copy(r->title, sizeof(r->title), sql_get_text(s, 6));
    r->price = sql_get_number(s, 7);
    r->asked_at = sql_get_number(s, 8);
    r->refused = (enum reason)get_choice(s, 9, REASONS);
    str_copy(r->merged, sizeof(r->merged), sql_get_text(s, 10));
    r->ready = sql_get_number(s, 11) != 0;
    r->agreed_at = sql_get_number(s, 12);
    read_seat(s, r);
    r->state = (enum request_state)get_choice(s, 21, REQUEST_STATES);
    r->overdue = sql_get_number(s, 22) != 0;
    r->objected = sql_get_number(s, 23) != 0;
    r->judged_at = sql_get_number(s, 24);
    r->wake = sql_get_number(s, 25);
    r->run_start = sql_get_number(s, 26);
    r->run_end = sql_get_number(s, 27);
    r->left_at = sql_get_number(s, 28);
    r->listed = sql_get_number(s, 29);
}

static int find_row(struct sql_stmt *s, struct docket_row *row, struct err *err)
{
    int rc = sql_step(s, err);
    if (rc > 0)
        read_row(s, row);
    sql_reset(s);
    return rc;
}

int docket_find(struct database *db, const char *company, const char *id, struct docket_row *row,
    struct err *err)
{
    if (memo_row(db, company, id, row))
        return 1;
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT " ROW_COLUMNS " FROM request WHERE company = ?1 AND id = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    int rc = find_row(s, row, err);
    if (rc > 0)
        memo_row_keep(db, row);
    return rc;
}

static void bind_seat(struct sql_stmt *s, const struct docket_row *r, char seat[LIM_ID])
{
    bind_choice(s, 14, SEAT_STATUSES, (int)r->seat, seat);
    sql_number(s, 15, r->place);
    sql_number(s, 16, r->queued_at);
    sql_number(s, 17, r->given_at);
    sql_number(s, 18, r->released_at);
    sql_number(s, 19, r->offered_at);
    sql_number(s, 20, r->delivered_at);
    sql_number(s, 21, r->shown);
}

int docket_save(struct database *db, const struct docket_row *r, struct err *err)
{
    char route[LIM_ID], refused[LIM_ID], seat[LIM_ID], state[LIM_ID];
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO request (" ROW_COLUMNS ") VALUES (?1, ?2, ?3, ?4, coalesce(?5, ''),"
        " ?6, coalesce(?7, ''), ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,"
        " ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)"
        " ON CONFLICT (company, id) DO UPDATE SET " ROW_CHANGES);
    sql_text(s, 1, r->company);
    sql_text(s, 2, r->id);
    sql_text(s, 3, r->person);
    sql_text(s, 4, r->course);
    sql_text(s, 5, r->run);
    bind_choice(s, 6, ROUTES, (int)r->route, route);
    sql_text(s, 7, r->title);
    sql_number(s, 8, r->price);
    sql_number(s, 9, r->asked_at);
    bind_choice(s, 10, REASONS, (int)r->refused, refused);
    sql_text(s, 11, r->merged);
    sql_number(s, 12, r->ready);
    sql_number(s, 13, r->agreed_at);
    bind_seat(s, r, seat);
    bind_choice(s, 22, REQUEST_STATES, (int)r->state, state);
    sql_number(s, 23, r->overdue);
    sql_number(s, 24, r->objected);
    sql_number(s, 25, r->judged_at);
    sql_number(s, 26, r->wake);
    sql_number(s, 27, r->run_start);
    sql_number(s, 28, r->run_end);
    sql_number(s, 29, r->left_at);
    sql_number(s, 30, r->listed);
    memo_row_keep(db, r);
    return sql_run(s, err);
}

static int read_rows(
    struct sql_stmt *s, struct arena *mem, struct docket_rows *out, struct err *err)
{
    int rc, room = 0;
    *out = (struct docket_rows){0};
    while ((rc = sql_step(s, err)) > 0) {
        if (out->count == room) {
            room = room ? 2 * room : 8;
            struct docket_row *more = arena_alloc(mem, (size_t)room * sizeof(*more));
            if (out->count)
                memcpy(more, out->row, (size_t)out->count * sizeof(*more));
            out->row = more;
        }
        read_row(s, &out->row[out->count++]);
    }
    sql_reset(s);
    return rc;
}

int docket_group(struct database *db, const struct docket_row *of, struct arena *mem,
    struct docket_rows *out, struct err *err)
{
    char route[LIM_ID];
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " ROW_COLUMNS " FROM request WHERE company = ?1 AND person = ?2 AND course = ?3"
        " AND run = coalesce(?4, '') AND route = ?5 AND refused = 'none' ORDER BY asked_at, id");
    sql_text(s, 1, of->company);
    sql_text(s, 2, of->person);
    sql_text(s, 3, of->course);
    sql_text(s, 4, of->run);
    bind_choice(s, 5, ROUTES, (int)of->route, route);
    return read_rows(s, mem, out, err);
}

int docket_run(struct database *db, const char *run, struct arena *mem, struct docket_rows *out,
    struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT " ROW_COLUMNS " FROM request WHERE run = ?1"
                          " AND (ready = 1 OR given_at IS NOT NULL OR left_at IS NOT NULL"
                          "  OR seat <> 'none')");
    sql_text(s, 1, run);
    return read_rows(s, mem, out, err);
}

int docket_own(struct database *db, const char *company, const char *person, struct arena *mem,
    struct docket_rows *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " ROW_COLUMNS " FROM request WHERE company = ?1 AND person = ?2 AND route = 'own'"
        " AND merged IS NULL ORDER BY asked_at DESC, id DESC");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return read_rows(s, mem, out, err);
}

int docket_due(
    struct database *db, int64_t now, struct arena *mem, struct docket_rows *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT " ROW_COLUMNS " FROM request WHERE wake <= ?1"
                                           " ORDER BY wake, asked_at, id, company LIMIT ?2");
    sql_number(s, 1, now);
    sql_number(s, 2, DOCKET_DUE);
    return read_rows(s, mem, out, err);
}

int docket_offers(struct database *db, struct arena *mem, struct docket_rows *out, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT " ROW_COLUMNS " FROM request WHERE seat = 'offered'"
                          " AND delivered_at IS NULL ORDER BY asked_at, id, company");
    return read_rows(s, mem, out, err);
}

int docket_all(struct database *db, const char *company, bool own, struct arena *mem,
    struct docket_rows *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " ROW_COLUMNS " FROM request WHERE (?1 IS NULL OR company = ?1)"
        " AND (?2 = 1 OR route = 'employer') AND merged IS NULL ORDER BY asked_at, id, company");
    sql_text(s, 1, company);
    sql_number(s, 2, own);
    return read_rows(s, mem, out, err);
}

int docket_named(struct database *db, const char *company, const char *id, struct arena *mem,
    struct docket_rows *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " ROW_COLUMNS " FROM request AS r WHERE (?1 IS NULL OR company = ?1)"
        " AND merged IS NULL AND (id = ?2 OR EXISTS"
        " (SELECT 1 FROM request AS again WHERE again.company = r.company AND again.id = ?2"
        "  AND again.merged = r.id)) ORDER BY company");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    return read_rows(s, mem, out, err);
}

int docket_numbered(struct database *db, const char *company, const char *tail, struct arena *mem,
    struct docket_rows *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " ROW_COLUMNS " FROM request AS r WHERE (?1 IS NULL OR company = ?1)"
        " AND merged IS NULL AND (id LIKE '%' || ?2 OR EXISTS"
        " (SELECT 1 FROM request AS again WHERE again.company = r.company"
        "  AND again.id LIKE '%' || ?2 AND again.merged = r.id)) ORDER BY id, company");
    sql_text(s, 1, company);
    sql_text(s, 2, tail);
    return read_rows(s, mem, out, err);
}

int docket_wake_runs(struct database *db, int64_t seq, struct err *err)
{
    memo_row_drop(db);
    struct sql_stmt *s = sql_stmt(db->sql,
        "UPDATE request SET wake = 0 WHERE run <> '' AND (ready = 1 OR wake IS NOT NULL) AND EXISTS"
        " (SELECT 1 FROM record WHERE company = '' AND seq > ?1 AND type IN ('source', 'run'))");
    sql_number(s, 1, seq);
    return sql_run(s, err);
}

/* ---- how far kiosks have read the feed ---- */

int docket_note(
    struct database *db, const char *kiosk, const struct feed_note *note, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "UPDATE kiosk SET contact = ?3, served = CASE WHEN ?2 > coalesce(served, 0) THEN ?2"
        " ELSE served END, handed = coalesce(?4, handed), synced = coalesce(?5, synced)"
        " WHERE id = ?1");
    sql_text(s, 1, kiosk);
    sql_number(s, 2, note->served);
    sql_number(s, 3, note->contact);
    sql_number(s, 4, note->handed);
    sql_number(s, 5, note->synced);
    return sql_run(s, err);
}

int docket_delivered(struct database *db, const char *company, const char *id, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT 1 FROM record r JOIN kiosk k ON k.company = r.company AND k.served >= r.seq"
        " WHERE r.type = 'request' AND r.id = ?2 AND r.company = ?1 AND k.revoked = 0"
        " AND (r.audience = '' OR k.site = '' OR"
        "  instr(r.audience, ?3 || k.site || ?3) > 0) LIMIT 1");
    sql_text(s, 1, company);
    sql_text(s, 2, id);
    sql_text(s, 3, "\n");
    int rc = sql_step(s, err);
    sql_reset(s);
    return rc;
}

int docket_jobs_seq(struct database *db, int64_t *seq, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT value FROM meta WHERE name = 'jobs_seq'");
    int rc = sql_step(s, err);
    *seq = rc > 0 ? sql_get_number(s, 0) : 0;
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

int docket_set_jobs_seq(struct database *db, int64_t seq, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO meta VALUES ('jobs_seq', ?1)"
                          " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    sql_number(s, 1, seq);
    return sql_run(s, err);
}
