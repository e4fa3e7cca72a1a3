/* SPDX-License-Identifier: EUPL-1.2 */
/* The wall clock of a machine that may have none, as far as it can be believed. */
#ifndef ACHT_BASE_TRUST_H
#define ACHT_BASE_TRUST_H

#include <stdbool.h>
#include <stdint.h>

/* No acht is older than this (2026-01-01). */
#define TRUST_FLOOR INT64_C(1767225600000)
/* Nobody runs a kiosk this long after the last thing it knows the time of. */
#define TRUST_LATEST (400 * 24 * 60 * 60 * INT64_C(1000))
#define TRUST_SLACK (24 * 60 * 60 * INT64_C(1000))

struct trust {
    int64_t floor; /* an instant that has passed */
    int64_t since; /* when that was known, monotonic */
    bool wrong;    /* the clock says what cannot be: earlier by a day, or much too late */
};

/* Tells of an instant that has passed (what TRUST_FLOOR is, too): when it is another than the one
 * before, time is counted from it. */
void trust_floor(struct trust *t, int64_t instant, int64_t monotonic);

/* The time: the wall clock's, or, where it cannot be that, the floor and what has passed since. */
int64_t trust_now(struct trust *t, int64_t wall, int64_t monotonic);

#endif
