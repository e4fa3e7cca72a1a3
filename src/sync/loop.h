/* SPDX-License-Identifier: EUPL-1.2 */
/* What acht-sync does with its life: one sync, or one after another. */
#ifndef ACHT_SYNC_LOOP_H
#define ACHT_SYNC_LOOP_H

#include "sync/engine.h"

struct loop {
    const char *dir, *share; /* as for store_open() */
    const char *runtime;     /* where the kiosk's programs count their starts (sync/report.h) */
    int64_t interval;        /* milliseconds between syncs */
    int64_t spread;      /* milliseconds over which the kiosks' first syncs are spread; 0: none */
    int stop_fd;         /* readable: come to an end */
    struct store *store; /* private */
    bool recovers;       /* private: the try before this sync failed */
    int64_t known;       /* private: entries that waiting longer will not help */
    int notify_fd;       /* private: readable when the directory's files change; -1: never */
};

/* Waits for this kiosk's place in the spread. Returns 0 when it is there, 1 when told to stop. */
int loop_wait_spread(struct loop *l, struct err *err) ACHT_NODISCARD;

/* One sync, with a line about it on stderr. Returns 0, 1 when another process is at it already, or
 * -1. */
int loop_once(struct loop *l, struct sync_result *result, struct err *err) ACHT_NODISCARD;

/* Syncs until stop_fd is readable; what somebody does at the kiosk does not wait for the spread.
 * Returns -1 at once when the first try finds no configuration to
 * work with. */
int loop_run(struct loop *l, struct err *err) ACHT_NODISCARD;

void loop_end(struct loop *l);

#endif
