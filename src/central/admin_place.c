/* SPDX-License-Identifier: EUPL-1.2 */
/* A seat that the fund found itself, on a run of which nobody says how many there are. */
#include "base/clock.h"
#include "central/admin_inner.h"
#include "central/audit.h"
#include "central/requests.h"

static int refuse(const char *id, const char *why, struct err *err)
{
    return err_set(err, ERR_DATA, "request %.60s cannot be placed: %s", id, why);
}

/* Why it cannot have a seat at all, or NULL. */
static const char *not_ready(const struct request_case *c)
{
    const struct request_fold *f = &c->fold;
    if (!f->exists || !request_open(f->state))
        return "it is closed";
    if (!*c->row->run)
        return "it names no date; the worker must ask for one";
    if (c->row->seat == SEAT_PLACED)
        return "it has a seat already";
    if (!f->worker_yes)
        return "the worker has not agreed yet";
    if (f->route == ROUTE_employer && !f->decider_yes)
        return "the supervisor has not said yes yet";
    return request_may_have_seat(f) ? NULL : "it is not agreed on";
}

static int check(const struct request_case *c, const char *id, struct err *err)
{
    const char *why = not_ready(c);
    if (why)
        return refuse(id, why, err);
    if (c->run.known && c->run.seats_left != NO_NUMBER)
        return refuse(id, "the seats of this date are counted and go by who asked first", err);
    return 0;
}

/* The trail of a company has nothing of the own route; the fund's own has no people. */
static int note(struct database *db, const struct docket_row *row, int64_t now, struct err *err)
{
    bool own = row->route == ROUTE_own;
    const struct audit_line line = {AUDIT_seat_given, now, "", own ? "" : row->person, row->id, ""};
    return audit_add(db, own ? "" : row->company, &line, err);
}

static int place(struct database *db, const char *id, struct docket_row *row, int64_t now,
    struct arena *mem, struct err *err)
{
    struct request_case c;
    if (case_load(db, row, mem, &c, err) < 0)
        return -1;
    case_fold(&c, now);
    if (check(&c, id, err) < 0)
        return -1;
    row->seat = SEAT_PLACED;
    row->given_at = now;
    row->released_at = NO_NUMBER;
    return note(db, row, now, err) < 0 ? -1 : requests_publish(db, row, now, err);
}

static int find_and_place(struct database *db, const char *name, const char *company, int64_t now,
    struct arena *mem, struct err *err)
{
    struct docket_rows rows;
    const struct request_filter filter = {.company = company, .fund = true};
    if (admin_find_request(db, name, &filter, mem, &rows, err) < 0)
        return -1;
    if (rows.count > 1)
        return err_set(err, ERR_USAGE,
            "%d companies have a request %.60s: say which with --company", rows.count, name);
    return place(db, name, &rows.row[0], now, mem, err);
}

int admin_place_request(
    struct database *db, const char *name, const char *company, int64_t now, struct err *err)
{
    struct arena mem = {0};
    if (company && !id_valid(company))
        return err_set(err, ERR_USAGE, "'%.60s' cannot name a company", company);
    if (database_begin(db, err) < 0)
        return -1;
    int rc = find_and_place(db, name, company, now, &mem, err);
    if (rc == 0)
        rc = database_commit(db, err);
    if (rc < 0)
        database_rollback(db);
    arena_release(&mem);
    return rc;
}
