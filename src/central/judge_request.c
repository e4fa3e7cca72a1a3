/* SPDX-License-Identifier: EUPL-1.2 */
/* The verdict on what somebody does about a request. What it leads to is in requests.h. */
#include <string.h>

#include "base/clock.h"
#include "central/audit.h"
#include "central/court.h"
#include "central/deciders.h"
#include "central/people.h"
#include "central/requests.h"

/* ---- from an entry to a step ---- */

static const char *text_of(const struct plea *p, const char *field)
{
    int f = type_field(p->e->fields.type, field);
    return f < 0 ? "" : record_text(&p->e->fields, f);
}

static int64_t number_of(const struct plea *p, const char *field, int64_t otherwise)
{
    int f = type_field(p->e->fields.type, field);
    int64_t n = f < 0 ? NO_NUMBER : record_number(&p->e->fields, f);
    return n == NO_NUMBER ? otherwise : n;
}

static bool begins(enum step_kind kind)
{
    return kind == STEP_ASK || kind == STEP_PROPOSE;
}

static struct docket_step read_step(const struct court *c, const struct plea *p)
{
    enum step_kind kind = (enum step_kind)step_of_entry(&p->e->fields);
    bool decides = p->e->fields.type == type_get(TYPE_DECIDE);
    bool own =
        begins(kind) && (p->private || number_of(p, "route", ROUTE_employer) == (int64_t)ROUTE_own);
    return (struct docket_step){.company = c->kiosk->company,
        .request = begins(kind) ? p->e->id : text_of(p, "request"),
        .kiosk = c->kiosk->id,
        .received_at = c->now,
        .sealed = p->private,
        .step = {.kind = kind,
            .at = p->at,
            .id = p->e->id,
            .person = p->person,
            .maker = step_maker(kind),
            .proven = p->proven,
            .worker = kind == STEP_PROPOSE ? text_of(p, "worker") : p->person,
            .route = own ? ROUTE_own : ROUTE_employer,
            .because = (enum because)number_of(p, "because", BECAUSE_none),
            .alternative = decides ? record_alternative(&p->e->fields) : NO_NUMBER,
            .words = text_of(p, "words")}};
}

/* ---- from what it did to a verdict ---- */

static int say(struct plea *p, enum step_result result)
{
    static const enum reason reasons[] = {
        [STEP_NOT_ALLOWED] = REASON_not_allowed,
        [STEP_NOT_PROVEN] = REASON_no_pin,
        [STEP_INCOMPLETE] = REASON_malformed,
        [STEP_TOO_LATE] = REASON_too_late,
    };
    court_accept(p);
    if (result == STEP_REPEATED)
        p->kept->verdict.kind = VERDICT_merged;
    else if (result == STEP_OBJECTED)
        p->kept->verdict.reason = REASON_objection;
    else if (result != STEP_TAKEN)
        court_refuse(p, reasons[result]);
    return 0;
}

static int hold(struct court *c, struct plea *p, struct docket_step *d, struct err *err)
{
    d->where = STEP_HELD;
    p->kept->verdict.kind = VERDICT_held;
    p->kept->verdict.reason = REASON_no_request;
    return docket_add_step(c->db, d, err);
}

static int note(struct court *c, const struct docket_step *d, enum audit_event event,
    const char *worker, struct err *err)
{
    const struct audit_line line = {
        event, c->now, d->step.person, worker, d->request, c->kiosk->id};
    return audit_add(c->db, c->kiosk->company, &line, err);
}

/* The trail of the company has nothing of the own route. An objection is noted where the request
 * is published: an answer may become one only later. */
static int note_step(struct court *c, const struct docket_step *d, enum step_result result,
    const char *worker, struct err *err)
{
    static const enum audit_event events[] = {
        [STEP_ASK] = AUDIT_asked,
        [STEP_PROPOSE] = AUDIT_proposed,
        [STEP_SEE] = AUDIT_opened,
        [STEP_YES] = AUDIT_decided,
        [STEP_YES_IF] = AUDIT_decided,
        [STEP_INFO] = AUDIT_decided,
        [STEP_NO] = AUDIT_decided,
        [STEP_REPLY] = AUDIT_replied,
        [STEP_AGREE] = AUDIT_agreed,
        [STEP_DECLINE] = AUDIT_declined,
        [STEP_WITHDRAW] = AUDIT_withdrawn,
        [STEP_ABSENT] = AUDIT_absent,
    };
    bool opened = d->step.kind == STEP_SEE && result == STEP_REPEATED;
    if (d->step.route == ROUTE_own)
        return 0;
    if (result == STEP_NOT_ALLOWED)
        return note(c, d, AUDIT_not_allowed, worker, err);
    if (result != STEP_TAKEN && !opened)
        return 0;
    return note(c, d, events[d->step.kind], worker, err);
}

/* ---- what begins a request ---- */

static int look_up_run(
    struct court *c, const struct plea *p, int64_t asked_on, enum reason *out, struct err *err)
{
    struct record run;
    if (!*text_of(p, "run"))
        return 0;
    int rc = database_get(c->db, "", TYPE_RUN, text_of(p, "run"), &c->mem, &run, err);
    if (rc < 0)
        return -1;
    int64_t start = rc > 0 ? record_number(&run, RUN_start) : NO_NUMBER;
    if (rc == 0 || strcmp(record_text(&run, RUN_course), text_of(p, "course")) != 0)
        *out = REASON_run_gone;
    else if (start != NO_NUMBER && start < asked_on)
        *out = REASON_run_started;
    return 0;
}

/* Whether what is asked for is there, and was to come when it was asked for. */
static int check_facts(struct court *c, const struct plea *p, enum reason *out, struct err *err)
{
    struct record course;
    *out = REASON_none;
    int rc = database_get(c->db, "", TYPE_COURSE, text_of(p, "course"), &c->mem, &course, err);
    if (rc == 0)
        *out = REASON_course_gone;
    return rc > 0 ? look_up_run(c, p, date_from_instant(p->at), out, err) : rc;
}

static struct docket_row new_row(
    const struct court *c, const struct plea *p, const struct docket_step *d, enum reason refused)
{
    struct docket_row row = {.route = d->step.route,
        .price = number_of(p, "price", NO_NUMBER),
        .run_start = NO_NUMBER,
        .run_end = NO_NUMBER,
        .asked_at = d->step.at,
        .refused = refused,
        .agreed_at = NO_NUMBER,
        .left_at = NO_NUMBER,
        .listed = NO_NUMBER,
        .place = NO_NUMBER,
        .queued_at = NO_NUMBER,
        .given_at = NO_NUMBER,
        .released_at = NO_NUMBER,
        .offered_at = NO_NUMBER,
        .delivered_at = NO_NUMBER,
        .judged_at = c->now,
        .wake = NO_NUMBER};
    str_copy(row.company, sizeof(row.company), d->company);
    str_copy(row.id, sizeof(row.id), d->request);
    str_copy(row.person, sizeof(row.person), d->step.worker);
    str_copy(row.course, sizeof(row.course), text_of(p, "course"));
    str_copy(row.run, sizeof(row.run), text_of(p, "run"));
    str_copy(row.title, sizeof(row.title), text_of(p, "title"));
    return row;
}

static int relate(struct court *c, struct docket_step *d, const char *worker, struct err *err)
{
    return decider_relation(
        c->db, c->kiosk->company, d->step.person, worker, d->step.at, &d->relation, err);
}

/* Steps that came in before their request. */
static int take_in_held(struct court *c, const char *request, const char *worker, struct err *err)
{
    struct docket_steps held;
    if (docket_held(c->db, c->kiosk->company, request, &c->mem, &held, err) < 0)
        return -1;
    for (int i = 0; i < held.count; i++) {
        struct docket_step *d = &held.step[i];
        if (relate(c, d, worker, err) < 0 || docket_take_in(c->db, d, err) < 0)
            return -1;
    }
    return 0;
}

static int begin_request(struct court *c, struct plea *p, struct docket_step *d, struct err *err)
{
    enum reason refused;
    if (check_facts(c, p, &refused, err) < 0)
        return -1;
    struct docket_row row = new_row(c, p, d, refused);
    if (docket_save(c->db, &row, err) < 0 ||
        (refused == REASON_none && docket_add_step(c->db, d, err) < 0) ||
        take_in_held(c, row.id, row.person, err) < 0 ||
        note_step(c, d, STEP_TAKEN, row.person, err) < 0 ||
        requests_settle_row(c->db, &row, c->now, err) < 0)
        return -1;
    if (refused != REASON_none)
        return court_refuse(p, refused);
    return say(p, *row.merged ? STEP_REPEATED : STEP_TAKEN);
}

/* 1: the company had the worker then; 0: not; -1. Who asks has been found already. */
static int worker_there(struct court *c, const struct docket_step *d, struct err *err)
{
    struct standing then;
    if (d->step.kind == STEP_ASK)
        return 1;
    int rc = database_standing(
        c->db, c->kiosk->company, d->step.worker, d->step.at, &c->mem, &then, err);
    return rc < 0 ? -1 : then.there;
}

/* Whether the entry may begin a request at all: the table says, of a request that is not there. */
static int judge_beginning(struct court *c, struct plea *p, struct docket_step *d, struct err *err)
{
    int rc = worker_there(c, d, err);
    if (rc <= 0)
        return rc < 0 ? -1 : court_refuse(p, REASON_unknown_person);
    if (relate(c, d, d->step.worker, err) < 0)
        return -1;
    struct request_fold nothing = {0};
    bool stranger = d->step.maker == MAKER_DECIDER && d->relation != RELATION_decider;
    enum step_result result = stranger ? STEP_NOT_ALLOWED : request_apply(&nothing, &d->step);
    if (result == STEP_TAKEN)
        return begin_request(c, p, d, err);
    say(p, result);
    return note_step(c, d, result, d->step.worker, err);
}

/* ---- what happens to a request ---- */

static int judge_further(struct court *c, struct plea *p, struct docket_step *d, struct err *err)
{
    struct docket_row row;
    enum step_result result;
    int rc = docket_find(c->db, d->company, d->request, &row, err);
    if (rc < 0)
        return -1;
    /* Nobody else learns from an answer that there is such a request on the own route. */
    if (rc == 0 || (row.route == ROUTE_own && strcmp(row.person, p->person) != 0))
        return hold(c, p, d, err);
    d->step.route = row.route;
    if (relate(c, d, row.person, err) < 0 || docket_add_step(c->db, d, err) < 0)
        return -1;
    row.judged_at = c->now;
    if (docket_save(c->db, &row, err) < 0 ||
        requests_settle(c->db, d->company, d->request, c->now, err) < 0 ||
        requests_result(c->db, d->company, d->request, p->e->id, c->now, &result, err) < 0)
        return -1;
    say(p, result);
    return note_step(c, d, result, row.person, err);
}

int judge_request(struct court *c, struct plea *p, struct err *err)
{
    struct docket_step d = read_step(c, p);
    p->kept->person = p->person;
    if (!begins(d.step.kind))
        return judge_further(c, p, &d, err);
    p->kept->course = text_of(p, "course");
    p->kept->run = text_of(p, "run");
    return judge_beginning(c, p, &d, err);
}
