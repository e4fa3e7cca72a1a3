/* SPDX-License-Identifier: EUPL-1.2 */
/* The seats of a run: model/seats.h says who gets one, this is what follows from it. */
#include <string.h>

#include "base/clock.h"
#include "central/audit.h"
#include "central/requests.h"

#define FIRM_AFTER (2 * 24 * 60 * 60 * INT64_C(1000)) /* until then an earlier ask may come in */

struct seating {
    struct database *db;
    int64_t now;
    struct docket_rows rows;
    struct seat_claim *claims;
    int count;
};

/* Seats that acht may fill: those left when the source was read, and those that acht held then. */
static int64_t seats_of(const struct seating *s, const struct run_facts *run)
{
    int64_t seats = run->seats_left;
    for (int i = 0; i < s->rows.count; i++) {
        const struct docket_row *r = &s->rows.row[i];
        seats += r->given_at != NO_NUMBER && r->given_at <= run->checked &&
                 (r->released_at == NO_NUMBER || r->released_at > run->checked);
    }
    return seats;
}

/* An offer that nobody took goes to the next; who let it pass waits behind all others. */
static void let_offer_pass(const struct seating *s, struct docket_row *r)
{
    int64_t until = case_offer_until(r);
    bool agreed = r->agreed_at != NO_NUMBER && r->agreed_at >= r->offered_at;
    if (until == NO_NUMBER || agreed || s->now < until)
        return;
    r->seat = SEAT_WAITING;
    r->queued_at = until;
    r->listed = r->offered_at = r->delivered_at = NO_NUMBER;
}

static void claim(struct seating *s, int i)
{
    struct docket_row *r = &s->rows.row[i];
    let_offer_pass(s, r);
    bool long_ago = r->given_at != NO_NUMBER && s->now - r->given_at >= FIRM_AFTER;
    s->claims[s->count++] =
        (struct seat_claim){.queued_at = r->queued_at == NO_NUMBER ? r->asked_at : r->queued_at,
            .id = r->id,
            .asked_at = r->asked_at,
            .left = !r->ready,
            .left_at = r->left_at,
            .firm = long_ago || r->delivered_at != NO_NUMBER,
            .listed = r->listed,
            .agreed = r->agreed_at != NO_NUMBER && r->offered_at != NO_NUMBER &&
                      r->agreed_at >= r->offered_at,
            .status = r->seat,
            .tag = i};
}

/* ---- what a new status means ---- */

static int note(
    const struct seating *s, const struct docket_row *r, enum audit_event event, struct err *err)
{
    const struct audit_line line = {event, s->now, "", r->person, r->id, ""};
    return r->route == ROUTE_own ? 0 : audit_add(s->db, r->company, &line, err);
}

static void take_seat_away(const struct seating *s, struct docket_row *r, enum seat_status status)
{
    if (r->seat == SEAT_PLACED)
        r->released_at = s->now;
    r->seat = status;
    r->offered_at = r->delivered_at = NO_NUMBER;
    r->shown = false;
}

static int give(const struct seating *s, struct docket_row *r, struct err *err)
{
    r->seat = SEAT_PLACED;
    r->given_at = s->now;
    r->released_at = NO_NUMBER;
    return note(s, r, AUDIT_seat_given, err);
}

static int offer(const struct seating *s, struct docket_row *r, struct err *err)
{
    r->seat = SEAT_OFFERED;
    r->offered_at = s->now;
    r->delivered_at = NO_NUMBER;
    r->shown = false;
    if (note(s, r, AUDIT_seat_offered, err) < 0)
        return -1;
    return requests_tell(s->db, r, r->person, NOTICE_offer, "", s->now, err);
}

static int put_on_list(const struct seating *s, struct docket_row *r, struct err *err)
{
    bool had = r->seat == SEAT_PLACED || r->seat == SEAT_OFFERED;
    take_seat_away(s, r, SEAT_WAITING);
    if (r->queued_at == NO_NUMBER)
        r->queued_at = r->asked_at;
    if (!had)
        return 0;
    if (note(s, r, AUDIT_seat_lost, err) < 0)
        return -1;
    return requests_tell(s->db, r, r->person, NOTICE_seat_lost, "", s->now, err);
}

/* The row as it was before this allotment tells what is new. */
static int follow(const struct seating *s, const struct docket_row *before,
    const struct seat_claim *c, struct err *err)
{
    struct docket_row *r = &s->rows.row[c->tag];
    int rc = 0;
    if (c->status == SEAT_PLACED && r->seat != SEAT_PLACED)
        rc = give(s, r, err);
    else if (c->status == SEAT_OFFERED && r->seat != SEAT_OFFERED)
        rc = offer(s, r, err);
    else if (c->status == SEAT_WAITING && r->seat != SEAT_WAITING)
        rc = put_on_list(s, r, err);
    r->place = c->place ? c->place : NO_NUMBER;
    r->listed = c->listed;
    if (rc < 0)
        return -1;
    if (r->seat == before->seat && r->place == before->place && r->queued_at == before->queued_at)
        return 0;
    r->judged_at = s->now;
    return requests_publish(s->db, r, s->now, err);
}

static int release(const struct seating *s, struct docket_row *r, struct err *err)
{
    if (r->ready || r->seat == SEAT_NONE)
        return 0;
    take_seat_away(s, r, SEAT_NONE);
    r->place = r->queued_at = r->listed = NO_NUMBER;
    return requests_publish(s->db, r, s->now, err);
}

static int seat_rows(
    struct seating *s, const struct run_facts *run, struct arena *mem, struct err *err)
{
    size_t n = (size_t)s->rows.count;
    for (int i = 0; i < s->rows.count; i++)
        if (release(s, &s->rows.row[i], err) < 0)
            return -1;
    if (run->seats_left == NO_NUMBER)
        return 0; /* nobody knows of any seats: the fund looks for one */
    struct docket_row *before = arena_alloc(mem, n * sizeof(*before));
    memcpy(before, s->rows.row, n * sizeof(*before));
    s->claims = arena_alloc(mem, n * sizeof(*s->claims));
    for (int i = 0; i < s->rows.count; i++)
        if (s->rows.row[i].ready || s->rows.row[i].left_at != NO_NUMBER)
            claim(s, i);
    seats_allot(s->claims, s->count, seats_of(s, run));
    for (int i = 0; i < s->count; i++)
        if (!s->claims[i].left && follow(s, &before[s->claims[i].tag], &s->claims[i], err) < 0)
            return -1;
    return 0;
}

int requests_seat_run(struct database *db, const char *run, int64_t now, struct err *err)
{
    struct arena mem = {0};
    struct run_facts facts;
    struct seating s = {.db = db, .now = now};
    const char *only = database_only(db, NULL); /* people of many companies share a run */
    int rc = run_facts_load(db, run, &facts, err);
    bool over = facts.start != NO_NUMBER && date_from_instant(now) > facts.start;
    if (rc == 0 && facts.known && !over) {
        rc = docket_run(db, run, &mem, &s.rows, err);
        if (rc == 0 && s.rows.count)
            rc = seat_rows(&s, &facts, &mem, err);
    }
    database_only(db, only);
    arena_release(&mem);
    return rc;
}
