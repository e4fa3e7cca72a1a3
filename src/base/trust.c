/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/trust.h"

void trust_floor(struct trust *t, int64_t instant, int64_t monotonic)
{
    int64_t floor = instant > TRUST_FLOOR ? instant : TRUST_FLOOR;
    if (floor == t->floor)
        return;
    t->floor = floor;
    t->since = monotonic;
}

int64_t trust_now(struct trust *t, int64_t wall, int64_t monotonic)
{
    t->wrong = wall < t->floor - TRUST_SLACK || wall > t->floor + TRUST_LATEST;
    bool possible = wall >= t->floor && !t->wrong;
    return possible ? wall : t->floor + (monotonic - t->since);
}
