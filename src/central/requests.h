/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of requests on the server: from the steps that people made to where each stands. */
#ifndef ACHT_CENTRAL_REQUESTS_H
#define ACHT_CENTRAL_REQUESTS_H

#include "central/case.h"

/* All of these stand within the caller's write transaction. */

/* Brings a request, and those that ask for the same, to where their steps say: which of them
 * counts, whose turn it is, the seats of the run; writes their records, tells whom it concerns and
 * keeps the audit trail. Whatever the order in which steps came in, the end is the same. */
int requests_settle(struct database *db, const char *company, const char *id, int64_t now,
    struct err *err) ACHT_NODISCARD;

/* The same of one whose row was saved just now; row becomes what it is then. */
int requests_settle_row(
    struct database *db, struct docket_row *row, int64_t now, struct err *err) ACHT_NODISCARD;

/* Writes where a request stands, and saves its row. On the own route nothing goes into the feed. */
int requests_publish(
    struct database *db, struct docket_row *row, int64_t now, struct err *err) ACHT_NODISCARD;

/* Gives the seats of a run anew. */
int requests_seat_run(
    struct database *db, const char *run, int64_t now, struct err *err) ACHT_NODISCARD;

/* The record of a case that has been folded; texts are borrowed from the case and its row. */
void requests_record(const struct request_case *c, struct record *out);

/* What step `step` did to the request of which it speaks. */
int requests_result(struct database *db, const char *company, const char *request, const char *step,
    int64_t now, enum step_result *out, struct err *err) ACHT_NODISCARD;

/* Adds the person's own-route requests to lines, newest first, each as the line of its `request`
 * record with a newline, for a letter to a visit that was proven; an offer that is in it counts as
 * seen. Stops before lines would overflow. */
int requests_own(struct database *db, const char *company, const char *person, struct buf *lines,
    struct err *err) ACHT_NODISCARD;

/* ---- what is said to others ---- */

/* Puts a record of the judge's: it goes to the kiosks of the person whom it names. */
int requests_put(struct database *db, const char *company, const struct record *r,
    struct err *err) ACHT_NODISCARD;

/* Tells a person something about a request, once; nothing when it is on the own route. */
int requests_tell(struct database *db, const struct docket_row *row, const char *person,
    enum notice_kind kind, const char *about, int64_t now, struct err *err) ACHT_NODISCARD;

#endif
