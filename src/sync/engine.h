/* SPDX-License-Identifier: EUPL-1.2 */
/* One sync: the journal goes up, the feed comes down. */
#ifndef ACHT_SYNC_ENGINE_H
#define ACHT_SYNC_ENGINE_H

#include "proto/codec.h"
#include "store/store.h"
#include "sync/transport.h"

struct sync_result {
    enum cause cause;
    int64_t retry_after; /* seconds, or NO_RETRY_AFTER */
    int sent;            /* entries that the server took, or put off */
    int settled[4];      /* of them, by enum verdict_kind */
    int unanswered;      /* of them, without a verdict and not said to be put off */
    int skipped;         /* refused by themselves: they stay queued */
    int damaged;         /* rows whose bytes have not their digest any more */
    int64_t waiting;     /* entries that wait now */
    int64_t expected;    /* as many as would wait if none had come while the sync ran */
    int pages, records;  /* of the feed */
};

/* Pushes, pulls, and leaves word in the store of what came of it. Returns 0 when both are done and
 * the cause is ok. On -1 with the cause ok the reason lies on this side: the disk, or told to stop.
 * Whatever happens, an entry stops waiting only by a verdict on its id and hash in a whole answer,
 * and a page of the feed is applied whole or not at all. progress: a person watches stderr, who is
 * told how far a feed of many pages is. */
int sync_run(struct store *store, const struct enrolment *enrolment, struct transport *transport,
    bool progress, struct sync_result *result, struct err *err) ACHT_NODISCARD;

#endif
