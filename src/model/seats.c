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

/* What a claim comes to when there is a seat for it. */
static enum seat_status with_seat(const struct seat_claim *c)
{
    switch (c->status) {
    case SEAT_WAITING:
        return SEAT_OFFERED;
    case SEAT_OFFERED:
        return c->agreed ? SEAT_PLACED : SEAT_OFFERED;
    default:
        return SEAT_PLACED;
    }
}

static bool is_firm(const struct seat_claim *c)
{
    return c->firm && c->status == SEAT_PLACED;
}

void seats_allot(struct seat_claim *claims, int count, int64_t seats)
{
    int place = 0;
    if (count > 0)
        qsort(claims, (size_t)count, sizeof(*claims), compare);
    for (int i = 0; i < count; i++)
        seats -= is_firm(&claims[i]);
    for (int i = 0; i < count; i++) {
        struct seat_claim *c = &claims[i];
        c->place = 0;
        if (is_firm(c))
            continue;
        c->status = seats > 0 ? with_seat(c) : SEAT_WAITING;
        c->place = seats > 0 ? 0 : ++place;
        seats -= seats > 0;
    }
}
