/* SPDX-License-Identifier: EUPL-1.2 */
/* Who gets the seats of a run: a pure function of the claims and the number of seats. */
#ifndef ACHT_MODEL_SEATS_H
#define ACHT_MODEL_SEATS_H

#include "model/record.h"

/* How a claim stands. NONE: it has not been looked at yet. */
#define SEAT_STATUSES "none|waiting|offered|placed"
enum seat_status { SEAT_NONE, SEAT_WAITING, SEAT_OFFERED, SEAT_PLACED };

/* A request that may have a seat (request_may_have_seat()), or could have had one until it was
 * taken back: that one gets none, but tells who asked while it stood. */
struct seat_claim {
    int64_t queued_at; /* when it was asked for; after an offer that ran out, when that was */
    const char *id;    /* breaks ties */
    int64_t asked_at;
    bool left;
    int64_t left_at; /* bounded time */
    bool firm;       /* placed long enough, or an offer that the worker has been told of */
    bool agreed;     /* offered, and the worker has taken it */
    enum seat_status status;
    int64_t listed; /* in and out: seats that were not firm when it was looked at first */
    int place;      /* out: on the waiting list from 1; 0 when it does not wait */
    int tag;        /* of the caller */
};

/* Sorts the claims by when they were asked for and gives each its status and place.
 *
 * A firm seat stays, whatever the number of seats; a firm offer stays as long as there is a seat
 * for it. What is left goes to the others in the order in which they asked. Whoever asked when (by
 * bounded times) fewer stood before him than there were seats is placed; whoever asked when all
 * were taken is offered what was given back since, and is placed when he has agreed; the rest
 * waits. So it does not matter in which order asks and what was given back came in, as long as
 * nobody was told for certain (a firm seat, a firm offer) before all of it was there, and nobody's
 * seat came back before the ask for it. The result does not depend on the order of the claims. */
void seats_allot(struct seat_claim *claims, int count, int64_t seats);

#endif
