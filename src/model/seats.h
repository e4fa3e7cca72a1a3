/* SPDX-License-Identifier: EUPL-1.2 */
/* Who gets the seats of a run: a pure function of the claims and the number of seats. */
#ifndef ACHT_MODEL_SEATS_H
#define ACHT_MODEL_SEATS_H

#include "model/record.h"

/* How a claim stands. NONE: it has not been looked at yet. */
#define SEAT_STATUSES "none|waiting|offered|placed"
enum seat_status { SEAT_NONE, SEAT_WAITING, SEAT_OFFERED, SEAT_PLACED };

/* A request that may have a seat (request_may_have_seat()). */
struct seat_claim {
    int64_t queued_at; /* when it was asked for; after an offer that ran out, when that was */
    const char *id;    /* breaks ties */
    bool firm;         /* placed long enough that nobody displaces it any more */
    bool agreed;       /* offered, and the worker has taken it */
    enum seat_status status;
    int place; /* out: on the waiting list from 1; 0 when it does not wait */
    int tag;   /* of the caller */
};

/* Sorts the claims by when they were asked for and gives each its status and place:
 * a firm seat stays, whatever the number of seats; then in their order whoever never waited is
 * placed, whoever waited is offered a seat and is placed when he has agreed; the rest waits. The
 * result does not depend on the order of the claims. */
void seats_allot(struct seat_claim *claims, int count, int64_t seats);

#endif
