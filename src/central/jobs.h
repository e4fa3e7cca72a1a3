/* SPDX-License-Identifier: EUPL-1.2 */
/* What the clock alone does. */
#ifndef ACHT_CENTRAL_JOBS_H
#define ACHT_CENTRAL_JOBS_H

#include "central/database.h"

#define JOBS_EVERY (60 * INT64_C(1000)) /* milliseconds between two rounds of a server */

/* One round as of now: people come to a company and leave it, what nobody answered goes to the
 * contact, offers that somebody could have seen begin to run and run out, waiting lists move with
 * the seats of the catalogue, courses start and end, what has no seat by then expires, and entries
 * that were held for seven days are given up. In several short transactions. *done, if not NULL:
 * how many requests were looked at. */
int requests_tick(struct database *db, int64_t now, int64_t *done, struct err *err) ACHT_NODISCARD;

#endif
