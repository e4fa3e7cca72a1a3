/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/jobs.h"

#include "base/clock.h"
#include "central/people.h"
#include "central/requests.h"

#define HELD_FOR (7 * 24 * 60 * 60 * INT64_C(1000))

/* Part of a round, in a transaction of its own: how much was looked at, or -1. */
typedef int job(struct database *db, int64_t now, struct err *err);

static int run_job(struct database *db, job *run, int64_t now, struct err *err)
{
    if (database_begin(db, err) < 0)
        return -1;
    int count = run(db, now, err);
    if (count >= 0 && database_commit(db, err) == 0)
        return count;
    database_rollback(db);
    return -1;
}

/* Who made the step is told, unless nobody but a letter may know of it. */
static int give_up(struct database *db, const struct docket_step *d, int64_t now, struct err *err)
{
    struct docket_row row = {.route = d->sealed ? ROUTE_own : ROUTE_employer};
    str_copy(row.company, sizeof(row.company), d->company);
    str_copy(row.id, sizeof(row.id), d->request);
    if (database_entry_refuse(db, d->company, d->step.id, REASON_no_request, err) < 0)
        return -1;
    return requests_tell(db, &row, d->step.person, NOTICE_given_up, "", now, err);
}

static int give_up_held(struct database *db, int64_t now, struct err *err)
{
    struct arena mem = {0};
    struct docket_steps held;
    int rc = docket_held(db, NULL, NULL, &mem, &held, err);
    for (int i = 0; rc == 0 && i < held.count; i++)
        if (held.step[i].where == STEP_HELD && held.step[i].received_at < now - HELD_FOR)
            rc = give_up(db, &held.step[i], now, err);
    arena_release(&mem);
    return rc < 0 ? -1 : docket_give_up(db, now - HELD_FOR, err);
}

/* Seats and dates are looked at again when the catalogue has changed. */
static int watch_catalogue(struct database *db, int64_t now, struct err *err)
{
    (void)now;
    int64_t before, last;
    if (docket_jobs_seq(db, &before, err) < 0 || database_last_seq(db, &last, err) < 0)
        return -1;
    if (before == last)
        return 0;
    if (docket_wake_runs(db, before, err) < 0)
        return -1;
    return docket_set_jobs_seq(db, last, err);
}

/* An offer begins to run when a kiosk has it, or a letter on the own route. */
static int start_offer(struct database *db, struct docket_row *row, int64_t now, struct err *err)
{
    int there = row->shown;
    if (row->route == ROUTE_employer)
        there = docket_delivered(db, row->company, row->id, err);
    if (there <= 0)
        return there;
    row->delivered_at = now;
    return requests_publish(db, row, now, err);
}

static int start_offers(struct database *db, int64_t now, struct err *err)
{
    struct arena mem = {0};
    struct docket_rows rows;
    int rc = docket_offers(db, &mem, &rows, err);
    for (int i = 0; rc == 0 && i < rows.count; i++)
        rc = start_offer(db, &rows.row[i], now, err);
    arena_release(&mem);
    return rc;
}

static int settle_due(struct database *db, int64_t now, struct err *err)
{
    struct arena mem = {0};
    struct docket_rows rows;
    int rc = docket_due(db, now, &mem, &rows, err);
    for (int i = 0; rc == 0 && i < rows.count; i++)
        rc = requests_settle(db, rows.row[i].company, rows.row[i].id, now, err);
    arena_release(&mem);
    return rc < 0 ? -1 : rows.count;
}

int requests_tick(struct database *db, int64_t now, int64_t *done, struct err *err)
{
    static job *const jobs[] = {give_up_held, watch_catalogue, start_offers};
    int64_t all = 0;
    int part;
    if (members_new_day(db, date_from_instant(now), err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
        if (run_job(db, jobs[i], now, err) < 0)
            return -1;
    do {
        part = run_job(db, settle_due, now, err);
        all += part;
    } while (part > 0);
    if (done)
        *done = all;
    return part;
}
