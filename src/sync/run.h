/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside sync: what the steps of one sync share. */
#ifndef ACHT_SYNC_RUN_H
#define ACHT_SYNC_RUN_H

#include "sync/engine.h"

struct run {
    struct store *store;
    const struct enrolment *enrolment;
    struct transport *transport;
    bool progress;
    struct sync_result *result;
    struct mark mark;
    char mark_line[3 * UUID_TEXT];
    bool marked;    /* the server has the mark */
    bool again;     /* it says that one of the two is a copy */
    bool announced; /* the token: once in a sync is enough */
};

/* Notes the cause and returns -1 with the sentence. */
int run_fail(struct run *run, enum cause cause, struct err *err, const char *fmt, ...)
    ACHT_PRINTF(4, 5);

/* The time, as the transport has it. */
int64_t run_now(const struct run *run);

/* All requests from now on carry this mark; one that has no next is none. */
void run_mark(struct run *run, const struct mark *m);

/* Sends q. 0: the enrolled server answered; any status but those that end a sync (401, 403, 429,
 * 5xx). -1: nobody or somebody else did, or one of those. */
int run_exchange(
    struct run *run, const struct request *q, struct response *r, struct err *err) ACHT_NODISCARD;

/* Checks that r is 200 with whole NDJSON; *lines is what stands before the trailer. */
int run_check(struct run *run, const struct response *r, size_t *lines, struct trailer *trailer,
    struct err *err) ACHT_NODISCARD;

/* Entries settled until now. */
int run_settled(const struct run *run);

int run_push(struct run *run, struct err *err) ACHT_NODISCARD;
int run_pull(struct run *run, struct err *err) ACHT_NODISCARD;

#endif
