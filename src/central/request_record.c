/* SPDX-License-Identifier: EUPL-1.2 */
/* What others read of a request: its record in the feed, notices, the audit trail. */
#include <string.h>

#include "base/clock.h"
#include "central/audit.h"
#include "central/court.h"
#include "central/requests.h"

#define SOURCE_OF_REQUESTS "judge"

/* ---- the record ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a == NO_NUMBER || (b != NO_NUMBER && b < a) ? b : a;
}

/* The last day for whoever must do something: for an answer, or the first day of the course. */
static int64_t due_of(const struct request_case *c, enum holder holder)
{
    const struct request_fold *f = &c->fold;
    if (holder == HOLDER_nobody || holder == HOLDER_fund || !f->exists)
        return NO_NUMBER;
    if (holder == HOLDER_worker)
        return c->run.start;
    int64_t answer = request_answer_due(f, c->answer_days);
    if (holder == HOLDER_contact)
        answer = working_days_after(answer, c->answer_days);
    return earlier(answer, c->run.start);
}

static void set_answer(const struct request_fold *f, struct record *r)
{
    record_set_text(r, REQUEST_words, f->words);
    record_set_text(r, REQUEST_reply, f->reply);
    record_set_text(r, REQUEST_proposer, f->proposer);
    record_set_text(r, REQUEST_decider, f->decider);
    record_set_text(r, REQUEST_objector, f->objector);
    record_set_number(r, REQUEST_decided_at, f->decided_at);
    record_set_alternative(r, f->alternative);
    if (f->badge_only)
        record_set_number(r, REQUEST_badge_only, 1);
    if (*f->decider)
        record_set_number(r, REQUEST_because, (int64_t)f->because);
    if (*f->objector)
        record_set_number(r, REQUEST_objection, (int64_t)f->objection);
}

void requests_record(const struct request_case *c, struct record *out)
{
    const struct docket_row *row = c->row;
    const struct request_fold *f = &c->fold;
    enum request_state state = f->exists ? f->state : REQUEST_refused;
    enum holder holder = request_holder(state, c->overdue);
    record_init(out, TYPE_REQUEST);
    out->id = row->id;
    record_set_text(out, REQUEST_person, row->person);
    record_set_text(out, REQUEST_course, row->course);
    record_set_text(out, REQUEST_run, row->run);
    record_set_text(out, REQUEST_title, row->title);
    record_set_number(out, REQUEST_price, row->price);
    record_set_number(out, REQUEST_state, (int64_t)state);
    record_set_number(out, REQUEST_reason, (int64_t)row->refused);
    record_set_number(out, REQUEST_holder, (int64_t)holder);
    record_set_number(out, REQUEST_due, due_of(c, holder));
    record_set_number(out, REQUEST_asked_at, row->asked_at);
    record_set_number(out, REQUEST_since, f->exists ? f->since : row->judged_at);
    record_set_number(out, REQUEST_judged_at, row->judged_at);
    if (f->exists)
        set_answer(f, out);
    if (state == REQUEST_waitlisted)
        record_set_number(out, REQUEST_place, row->place);
    if (state == REQUEST_offered)
        record_set_number(out, REQUEST_until, case_offer_until(row));
}

/* ---- who may read it ---- */

int requests_put(struct database *db, const char *company, const struct record *r, struct err *err)
{
    enum put_result ignored;
    if (record_check(r, err) < 0)
        return -1;
    return database_put(db, company, SOURCE_OF_REQUESTS, r, false, &ignored, err);
}

static int put_tombstone(struct database *db, const struct docket_row *row, struct err *err)
{
    struct record r;
    record_init(&r, TYPE_REQUEST);
    r.id = row->id;
    r.gone = true;
    return requests_put(db, row->company, &r, err);
}

int requests_tell(struct database *db, const struct docket_row *row, const char *person,
    enum notice_kind kind, const char *about, int64_t now, struct err *err)
{
    struct kiosk nowhere = {.contact = NO_NUMBER};
    struct court c = {.db = db, .kiosk = &nowhere, .now = now};
    if (row->route == ROUTE_own)
        return 0;
    str_copy(nowhere.company, sizeof(nowhere.company), row->company);
    int rc = notice_put(&c, person, kind, about, row->id, err);
    arena_release(&c.mem);
    return rc;
}

static int note(struct database *db, const struct docket_row *row, enum audit_event event,
    const char *actor, int64_t now, struct err *err)
{
    const struct audit_line line = {event, now, actor, row->person, row->id, ""};
    return row->route == ROUTE_own ? 0 : audit_add(db, row->company, &line, err);
}

/* ---- what has changed since it was published last ---- */

static int tell_objection(struct database *db, struct request_case *c, struct docket_row *row,
    int64_t now, struct err *err)
{
    if (row->objected || !*c->fold.objector)
        return 0;
    row->objected = true;
    if (note(db, row, AUDIT_objected, c->fold.objector, now, err) < 0)
        return -1;
    return requests_tell(db, row, row->person, NOTICE_objection, c->fold.objector, now, err);
}

static int tell_changes(struct database *db, struct request_case *c, struct docket_row *row,
    int64_t now, struct err *err)
{
    bool escalated = c->overdue && !row->overdue;
    bool expired = c->fold.state == REQUEST_expired && row->state != REQUEST_expired;
    if (escalated && note(db, row, AUDIT_escalated, "", now, err) < 0)
        return -1;
    if (expired && note(db, row, AUDIT_expired, "", now, err) < 0)
        return -1;
    return tell_objection(db, c, row, now, err);
}

static int publish_case(struct database *db, struct request_case *c, struct docket_row *row,
    int64_t now, struct err *err)
{
    struct record r;
    case_fold(c, now);
    if (c->fold.exists && tell_changes(db, c, row, now, err) < 0)
        return -1;
    enum request_state state = c->fold.exists ? c->fold.state : REQUEST_refused;
    if (state != row->state || c->overdue != row->overdue)
        row->judged_at = now;
    row->state = state;
    row->overdue = c->overdue;
    row->wake = case_wake(c, now);
    requests_record(c, &r);
    if (row->route == ROUTE_own)
        return 0;
    return requests_put(db, row->company, &r, err);
}

int requests_publish(struct database *db, struct docket_row *row, int64_t now, struct err *err)
{
    struct arena mem = {0};
    struct request_case c;
    int rc = 0;
    if (*row->merged) {
        row->wake = NO_NUMBER;
        rc = row->route == ROUTE_own ? 0 : put_tombstone(db, row, err);
    } else {
        rc = case_load(db, row, &mem, &c, err);
        if (rc == 0)
            rc = publish_case(db, &c, row, now, err);
    }
    arena_release(&mem);
    return rc < 0 ? -1 : docket_save(db, row, err);
}
