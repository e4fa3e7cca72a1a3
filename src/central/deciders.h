/* SPDX-License-Identifier: EUPL-1.2 */
/* Who decides for whom, by the roster (people.h) and the delegations of a company. */
#ifndef ACHT_CENTRAL_DECIDERS_H
#define ACHT_CENTRAL_DECIDERS_H

#include "central/docket.h"

#define ANSWER_DAYS 5      /* working days, when the company says nothing else */
#define DELEGATION_DAYS 60 /* a holiday, not a new supervisor */

/* What `who` was to a worker at an instant, by the roster of that instant: himself; a decider
 * (supervisor of the team, such a one's deputy on that day, the contact of a team that had no other
 * supervisor); the contact, who decides what is overdue; or nobody. What a later import says of
 * anybody changes nothing. */
int decider_relation(struct database *db, const char *company, const char *who, const char *worker,
    int64_t at, enum relation *out, struct err *err) ACHT_NODISCARD;

/* Working days after which an unanswered request goes to the contact. */
int decider_answer_days(
    struct database *db, const char *company, int *days, struct err *err) ACHT_NODISCARD;

#endif
