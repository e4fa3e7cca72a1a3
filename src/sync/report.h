/* SPDX-License-Identifier: EUPL-1.2 */
/* What a kiosk says of itself to the server at the end of a sync: POST /v1/status, a record of
 * TYPE_REPORT. */
#ifndef ACHT_SYNC_REPORT_H
#define ACHT_SYNC_REPORT_H

#include "proto/codec.h"
#include "store/store.h"
#include "sync/transport.h"

struct report_job {
    struct store
        *store; /* a KIOSK's, when the sync's cannot be opened: then nothing is remembered */
    const struct enrolment *enrolment;
    struct transport *transport;
    int64_t starts; /* report_starts() */
    bool again;     /* also what was said before: the server may have lost it */
    bool remembers; /* the store is the sync's */
};

/* Sends it when it says something new since the last time; what is otherwise every night (when the
 * catalogue was whole, how much of the disk is free, what has only just been asked) is nothing new.
 * Returns 1 when the server has it, 0 when there was nothing to say or the server is too old to
 * hear it, or -1. What could not be sent, or not be remembered, is new the next time, too. */
int sync_report(const struct report_job *job, struct err *err) ACHT_NODISCARD;

/* Of all kiosk programs of this machine the most starts that came to nothing, one after another
 * (kiosk/starts.h): the largest number in the files DIR/acht-NAME/starts; 0 when there is none. */
int64_t report_starts(const char *dir);

#define REPORT_LITTLE_MIB 500 /* less free space than this is news */

#endif
