/* SPDX-License-Identifier: EUPL-1.2 */
/* One sync: the journal goes up, the feed comes down.
 *
 * The engine knows neither sockets nor time: a struct transport brings both, and nothing of it is
 * kept outside of its arguments. So a program may run any number of kiosks, each with a store, an
 * enrolment, a transport and a struct schedule of its own:
 *
 *     schedule_start(&schedule, interval, now);
 *     each time that schedule_wait() is 0:
 *         rc = sync_run(store, &enrolment, &transport, false, &result, &err);
 *         sync_plan(&schedule, rc, &result, now, dice);
 *
 * exchange() may take as long as it likes and may hand the processor to another kiosk meanwhile:
 * no transaction is open and no lock is held then; 64 KiB of stack are enough. A kiosk's calls may
 * not overlap. Of the store the engine calls journal_*, cache_* and store_fetched() only
 * (store/store.h, under "the journal" and "writing the cache"): a simulator that wants kiosks of a
 * few hundred bytes links functions of these names instead of the store; one that opens real stores
 * keeps few of them open at a time, because all of SQLite's memory in a process is bounded
 * (64 MiB). */
#ifndef ACHT_SYNC_ENGINE_H
#define ACHT_SYNC_ENGINE_H

#include "proto/codec.h"
#include "store/store.h"
#include "sync/schedule.h"
#include "sync/transport.h"

struct sync_result {
    enum cause cause;
    int64_t retry_after; /* seconds, or NO_RETRY_AFTER */
    int sent;            /* entries that the server took, or put off */
    int settled[4];      /* of them, by enum verdict_kind */
    int unanswered;      /* of them, without a verdict and not said to be put off */
    int skipped;         /* stuck: the server does not take them, they wait apart */
    int damaged;         /* rows whose bytes have not their digest any more */
    int64_t waiting;     /* entries that wait now */
    int64_t expected;    /* as many as would wait if none had come while the sync ran */
    int pages, records;  /* of the feed */
    bool copied;         /* this journal or the server's database is a copy: all was sent again */
    bool renew;          /* the server wants the token replaced (sync/token.h) */
    bool revoked;        /* the server wants this kiosk to forget whom it knows (sync/wipe.h) */
};

/* Pushes, pulls, and leaves word in the store of what came of it. Returns 0 when both are done and
 * the cause is ok. On -1 with the cause ok the reason lies on this side: the disk, or told to stop.
 * Whatever happens, an entry stops waiting only by a verdict on its id and hash in a whole answer,
 * and a page of the feed is applied whole or not at all. progress: a person watches stderr, who is
 * told how far a feed of many pages is. */
int sync_run(struct store *store, const struct enrolment *enrolment, struct transport *transport,
    bool progress, struct sync_result *result, struct err *err) ACHT_NODISCARD;

/* Plans the next sync after one that ended now with rc and this result. What is amiss on this side
 * is tried again as patiently as a busy server. now: clock_monotonic(), or a simulator's; random:
 * any 64 bits. */
void sync_plan(struct schedule *schedule, int rc, const struct sync_result *result, int64_t now,
    uint64_t random);

#endif
