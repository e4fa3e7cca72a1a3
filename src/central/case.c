/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/case.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "central/deciders.h"

#define HOUR (60 * 60 * INT64_C(1000))
#define DAY (24 * HOUR)
#define OFFER_HOURS 48 /* on weekdays */

/* ---- the run ---- */

static int load_checked(struct database *db, const struct record *run, struct arena *mem,
    struct run_facts *out, struct err *err)
{
    struct record course, source;
    int rc = database_get(db, "", TYPE_COURSE, record_text(run, RUN_course), mem, &course, err);
    if (rc > 0)
        rc = database_get(
            db, "", TYPE_SOURCE, record_text(&course, COURSE_source), mem, &source, err);
    if (rc > 0)
        out->checked = record_number(&source, SOURCE_checked);
    return rc < 0 ? -1 : 0;
}

int run_facts_load(struct database *db, const char *run, struct run_facts *out, struct err *err)
{
    struct arena mem = {0};
    struct record r;
    *out = (struct run_facts){
        .start = NO_NUMBER, .end = NO_NUMBER, .seats_left = NO_NUMBER, .checked = NO_NUMBER};
    int rc = *run ? database_get(db, "", TYPE_RUN, run, &mem, &r, err) : 0;
    if (rc > 0) {
        out->known = true;
        out->start = record_number(&r, RUN_start);
        out->end = record_number(&r, RUN_end);
        out->end = out->end == NO_NUMBER ? out->start : out->end;
        out->seats_left = record_number(&r, RUN_seats_left);
        rc = load_checked(db, &r, &mem, out, err);
    }
    arena_release(&mem);
    return rc < 0 ? -1 : 0;
}

int64_t day_begins(int64_t date)
{
    int64_t at = date * DAY;
    while (date_from_instant(at) >= date)
        at -= HOUR;
    while (date_from_instant(at) < date)
        at += HOUR;
    return at;
}

/* ---- folding ---- */

int case_load(struct database *db, const struct docket_row *row, struct arena *mem,
    struct request_case *c, struct err *err)
{
    *c = (struct request_case){.row = row};
    if (run_facts_load(db, row->run, &c->run, err) < 0 ||
        decider_answer_days(db, row->company, &c->answer_days, err) < 0 ||
        docket_steps(db, row->company, row->id, mem, &c->steps, err) < 0)
        return -1;
    if (!c->run.known) {
        c->run.start = row->run_start;
        c->run.end = row->run_end;
    }
    size_t count = (size_t)c->steps.count;
    c->result = arena_alloc(mem, (count + 1) * sizeof(*c->result));
    if (count)
        qsort(c->steps.step, count, sizeof(*c->steps.step), step_compare);
    return 0;
}

/* A contact decides what the supervisor has let lie. Decided in the order in which the steps
 * count, so that it does not depend on the order in which they came in. */
static enum step_result apply(
    const struct request_case *c, struct request_fold *f, struct docket_step *d)
{
    bool may = d->relation == RELATION_decider ||
               (d->relation == RELATION_contact && request_overdue(f, d->step.at, c->answer_days));
    d->step.maker = step_maker(d->step.kind);
    if (d->step.maker == MAKER_DECIDER && !may)
        return STEP_NOT_ALLOWED;
    return request_apply(f, &d->step);
}

struct request_fold case_said(struct request_case *c, int64_t until)
{
    struct request_fold f = {0};
    for (int i = 0; i < c->steps.count; i++)
        if (i == 0 || c->steps.step[i].step.at <= until)
            apply(c, &f, &c->steps.step[i]);
    return f;
}

static void serve(struct request_case *c, enum step_kind kind, int64_t at)
{
    struct step s = {.kind = kind, .at = at, .id = "", .person = "", .maker = MAKER_SERVER};
    request_apply(&c->fold, &s);
}

int64_t case_last_word(const struct request_case *c)
{
    const struct docket_row *r = c->row;
    if (c->run.start == NO_NUMBER)
        return INT64_MAX;
    if (r->seat != SEAT_PLACED)
        return day_begins(c->run.start + 1) - 1;
    int64_t start = day_begins(c->run.start) - 1;
    return r->given_at > start ? r->given_at : start;
}

static void serve_seat(struct request_case *c)
{
    const struct docket_row *r = c->row;
    if (r->seat == SEAT_WAITING)
        serve(c, STEP_WAIT, r->queued_at > c->fold.since ? r->queued_at : c->fold.since);
    if ((r->seat == SEAT_OFFERED || r->seat == SEAT_PLACED) && r->offered_at != NO_NUMBER)
        serve(c, STEP_OFFER, r->offered_at);
    if (r->seat == SEAT_PLACED)
        serve(c, STEP_SEAT, r->given_at);
}

static void serve_calendar(struct request_case *c, int64_t today)
{
    if (c->run.start == NO_NUMBER)
        return;
    if (today >= c->run.start)
        serve(c, STEP_START, day_begins(c->run.start));
    if (today > c->run.end)
        serve(c, STEP_FINISH, day_begins(c->run.end + 1));
    if (today > c->run.start)
        serve(c, STEP_EXPIRE, day_begins(c->run.start + 1));
}

static bool comes_after(const struct docket_step *d, int64_t last)
{
    return d->step.kind == STEP_ABSENT || d->step.at > last;
}

void case_fold(struct request_case *c, int64_t now)
{
    int64_t last = case_last_word(c);
    c->fold = (struct request_fold){0};
    for (int i = 0; i < c->steps.count; i++)
        if (i == 0 || !comes_after(&c->steps.step[i], last))
            c->result[i] = apply(c, &c->fold, &c->steps.step[i]);
    serve_seat(c);
    serve_calendar(c, date_from_instant(now));
    for (int i = 1; i < c->steps.count; i++)
        if (comes_after(&c->steps.step[i], last))
            c->result[i] = apply(c, &c->fold, &c->steps.step[i]);
    bool open = c->fold.state == REQUEST_asked || c->fold.state == REQUEST_seen;
    c->overdue = open && request_overdue(&c->fold, now, c->answer_days);
}

/* ---- the clock ---- */

int64_t case_offer_until(const struct docket_row *row)
{
    return row->seat == SEAT_OFFERED && row->delivered_at != NO_NUMBER
               ? weekday_hours_after(row->delivered_at, OFFER_HOURS)
               : NO_NUMBER;
}

static void sooner(int64_t *wake, int64_t at, int64_t now)
{
    if (at != NO_NUMBER && at > now && (*wake == NO_NUMBER || at < *wake))
        *wake = at;
}

int64_t case_wake(const struct request_case *c, int64_t now)
{
    int64_t wake = NO_NUMBER;
    if (!c->fold.exists)
        return wake;
    enum request_state state = c->fold.state;
    bool running = request_open(state) || state == REQUEST_started;
    if (c->run.start != NO_NUMBER && running) {
        sooner(&wake, day_begins(c->run.start), now);
        sooner(&wake, day_begins(c->run.start + 1), now);
        sooner(&wake, day_begins(c->run.end + 1), now);
    }
    if (state == REQUEST_asked || state == REQUEST_seen)
        sooner(&wake, day_begins(request_answer_due(&c->fold, c->answer_days) + 1), now);
    sooner(&wake, case_offer_until(c->row), now);
    return wake;
}
