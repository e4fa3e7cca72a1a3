/* SPDX-License-Identifier: EUPL-1.2 */
/* When the next sync is due. Pure: the caller brings the time (clock_monotonic) and the dice. */
#ifndef ACHT_SYNC_SCHEDULE_H
#define ACHT_SYNC_SCHEDULE_H

#include <stdint.h>

#include "model/cause.h"

#define SCHEDULE_BASE_MS 5000            /* the first back-off */
#define SCHEDULE_CAP_MS (15 * 60 * 1000) /* the longest back-off */
#define SCHEDULE_SOON_MS 150             /* after a new entry: somebody may wait for the answer */
#define RETRY_MIN_S 1                    /* what a server may ask for in Retry-After */
#define RETRY_MAX_S (60 * 60)
#define NO_RETRY_AFTER (-1)

struct schedule {
    int64_t interval; /* milliseconds between syncs that went well */
    int64_t next;     /* when the next one is due */
    int failures;     /* in a row */
};

/* A kiosk's place within a spread of so many milliseconds, by its id: always the same for one
 * kiosk, and as good as by lot among many. A machine id would not do: copies of an image share it.
 */
int64_t schedule_place(const char *kiosk, int64_t spread);

/* The first sync is due at once. */
void schedule_start(struct schedule *s, int64_t interval, int64_t now);

/* Plans the sync after one that ended now with this cause. Back-off has full jitter: anything
 * between nothing and the doubled limit, so that kiosks which failed together do not return
 * together. retry_after is in seconds, or NO_RETRY_AFTER; random is any 64 bits. */
void schedule_after(
    struct schedule *s, enum cause cause, int64_t retry_after, int64_t now, uint64_t random);

/* A new entry waits. It hastens the next sync, but not one that a failure has put off. */
void schedule_new_entry(struct schedule *s, int64_t now);

/* Milliseconds until the next sync, 0 when it is due. */
int64_t schedule_wait(const struct schedule *s, int64_t now);

#endif
