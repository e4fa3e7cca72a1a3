/* SPDX-License-Identifier: EUPL-1.2 */
/* One request with everything that its state follows from. */
#ifndef ACHT_CENTRAL_CASE_H
#define ACHT_CENTRAL_CASE_H

#include "central/docket.h"

/* A run as far as requests need it. Dates and numbers may be NO_NUMBER. */
struct run_facts {
    bool known;
    int64_t start, end;          /* end: start, when the run says none */
    int64_t seats_left, checked; /* as of when */
};
int run_facts_load(
    struct database *db, const char *run, struct run_facts *out, struct err *err) ACHT_NODISCARD;

/* The instant at which a day begins, in local time. */
int64_t day_begins(int64_t date);

struct request_case {
    const struct docket_row *row;
    struct run_facts run;
    int answer_days;
    struct docket_steps steps; /* in the order in which they count */
    enum step_result *result;  /* of each, after case_fold() */
    struct request_fold fold;
    bool overdue;
};

/* Loads what belongs to the row, whose place in memory stays the caller's; the rest is in mem. */
int case_load(struct database *db, const struct docket_row *row, struct arena *mem,
    struct request_case *c, struct err *err) ACHT_NODISCARD;

/* What people said until an instant, without seats and calendar. */
struct request_fold case_said(struct request_case *c, int64_t until);

/* The last instant at which what somebody says still comes before the seat and the calendar. */
int64_t case_last_word(const struct request_case *c);

/* Everything as of now: what people said, the seat of the row, the calendar. */
void case_fold(struct request_case *c, int64_t now);

/* The offer's end, or NO_NUMBER as long as nobody could have seen it. */
int64_t case_offer_until(const struct docket_row *row);

/* When the clock alone changes the case next, after now; or NO_NUMBER. */
int64_t case_wake(const struct request_case *c, int64_t now);

#endif
