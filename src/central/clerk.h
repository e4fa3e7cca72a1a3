/* SPDX-License-Identifier: EUPL-1.2 */
/* The one who writes: a thread with a database connection of its own. Whatever arrives while a
 * transaction is on its way to the disk is done together in the next one, so a hundred kiosks cost
 * hardly more waiting than one. */
#ifndef ACHT_CENTRAL_CLERK_H
#define ACHT_CENTRAL_CLERK_H

#include "central/docket.h"
#include "central/route.h"

struct clerk;

/* Starts the thread, which alone uses `writer` from now on: its db, its counts. Signals that the
 * caller has blocked are blocked there too. */
int clerk_start(struct clerk **out, struct central *writer, struct err *err) ACHT_NODISCARD;

/* A request that writes. Both stay the caller's and are the clerk's alone until done was called,
 * which happens in its thread, after the commit. What needs slow hashes waits for its turn; when
 * LIM_SLOW wait already, the answer is 429. */
struct clerk_job {
    struct http_request *rq;
    struct http_response *rs; /* prepared by response_init() */
    void (*done)(struct clerk_job *job);
    struct clerk_job *next; /* the clerk's */
};

/* Takes a job, or returns -1 when too many wait already (CLERK_WAITING): to come again later. */
#define CLERK_WAITING 512
int clerk_take(struct clerk *clerk, struct clerk_job *job) ACHT_NODISCARD;

/* What a kiosk's request for the feed shows, which need not be on the disk before it is answered.
 */
void clerk_note(struct clerk *clerk, const char *kiosk, const struct feed_note *note);

/* What was counted so far. */
void clerk_counts(struct clerk *clerk, struct central_counts *out);

/* Whether it gets on: false when one transaction has kept it for longer than this. */
bool clerk_moves(struct clerk *clerk, int64_t now, int64_t milliseconds);

/* Does what it has taken and ends the thread. Nobody may hand in anything any more; notes are
 * forgotten from then on, the counts may still be asked for. */
void clerk_stop(struct clerk *clerk);
void clerk_free(struct clerk *clerk); /* one that was stopped; NULL is fine */

#endif
