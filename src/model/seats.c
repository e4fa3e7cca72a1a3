/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/seats.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct seat_claim *x = a, *y = b;
    if (x->queued_at != y->queued_at)
        return x->queued_at < y->queued_at ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool is_firm(const struct seat_claim *c, enum seat_status status)
{
    return !c->left && c->firm && c->status == status;
}

/* How many stood there when the claim was made. */
static int stood_before(const struct seat_claim *claims, int count, const struct seat_claim *c)
{
    int before = 0;
    for (int i = 0; i < count; i++) {
        const struct seat_claim *o = &claims[i];
        bool earlier =
            o->asked_at < c->asked_at || (o->asked_at == c->asked_at && strcmp(o->id, c->id) < 0);
        before += earlier && (!o->left || o->left_at >= c->asked_at);
    }
    return before;
}

/* What a claim comes to when there is a seat for it. */
static enum seat_status with_seat(
    const struct seat_claim *claims, int count, const struct seat_claim *c)
{
    if (c->status == SEAT_PLACED || (c->status == SEAT_OFFERED && c->agreed))
        return SEAT_PLACED;
    return stood_before(claims, count, c) < c->listed ? SEAT_PLACED : SEAT_OFFERED;
}

/* Takes the seats of those that are firm from the number; returns what is left. */
static int64_t keep_firm(struct seat_claim *claims, int count, int64_t seats)
{
    for (int i = 0; i < count; i++)
        seats -= is_firm(&claims[i], SEAT_PLACED);
    for (int i = 0; i < count; i++) {
        claims[i].place = 0;
        claims[i].firm &= !is_firm(&claims[i], SEAT_OFFERED) || seats > 0;
        seats -= is_firm(&claims[i], SEAT_OFFERED);
    }
    return seats;
}

void seats_allot(struct seat_claim *claims, int count, int64_t seats)
{
    int place = 0;
    if (count > 0)
        qsort(claims, (size_t)count, sizeof(*claims), compare);
    int64_t open = keep_firm(claims, count, seats);
    for (int i = 0, taken = 0; i < count; i++) {
        struct seat_claim *c = &claims[i];
        bool offer = is_firm(c, SEAT_OFFERED), seat = offer || taken < open;
        if (c->left || is_firm(c, SEAT_PLACED))
            continue;
        if (c->status == SEAT_NONE)
            c->listed = open;
        c->status = seat ? with_seat(claims, count, c) : SEAT_WAITING;
        c->place = seat ? 0 : ++place;
        taken += seat && !offer;
    }
}
