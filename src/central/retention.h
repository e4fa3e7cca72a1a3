/* SPDX-License-Identifier: EUPL-1.2 */
/* Forgetting what was kept long enough, by the rules of model/keep.h. */
#ifndef ACHT_CENTRAL_RETENTION_H
#define ACHT_CENTRAL_RETENTION_H

#include "central/database.h"

#define RETENTION_EVERY (24 * 60 * 60 * INT64_C(1000)) /* milliseconds between two of a server */

/* Whether a server may forget now: 1; 0: since the last time its clock went back, or on by more
 * than days, and may be wrong; then it may the next time, if the clock still says so by then. */
int retention_due(struct database *db, int64_t now, struct err *err) ACHT_NODISCARD;

/* How much was forgotten. */
struct retention_counts {
    int64_t records;  /* requests, notices, delegations, letters */
    int64_t bodies;   /* of entries and of what was set aside */
    int64_t verdicts; /* entries that are gone altogether */
    int64_t lines;    /* of the audit trail, emptied of whom they named */
    int64_t rows;     /* codes and other rows that only the server has */
};

/* Forgets, and writes one line about it into the trail. To be called once a day; calling it more
 * often changes nothing. Not within a transaction: it makes several, so that nobody waits long. */
int retention_run(struct database *db, int64_t now, struct retention_counts *counts,
    struct err *err) ACHT_NODISCARD;

#endif
