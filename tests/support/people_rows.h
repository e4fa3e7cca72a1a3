/* SPDX-License-Identifier: EUPL-1.2 */
/* What the kiosk's queries about people and requests would find: a team, its requests in every
 * state, days, messages; for pictures, without a store. */
#ifndef TESTS_SUPPORT_PEOPLE_ROWS_H
#define TESTS_SUPPORT_PEOPLE_ROWS_H

#include "model/record.h"
#include "screen/vocab.h"

#define PEOPLE_NOW "2026-11-24T09:42:00Z"
#define PEOPLE_MARKED_ID "019af000-0000-7000-8000-00f8b2c49d12" /* of the ticket "badge_only" */

struct people_scene {
    const char *shown; /* name of the ticket of a query that finds one */
    const char *mine;  /* names of the tickets of a query that finds many */
    bool proven;       /* the fund has confirmed the PIN */
    bool only;         /* the date that was asked for is the course's only one */
};

/* The rows of a query in a scene; rs->total is their number. */
void people_answer(const struct people_scene *scene, enum query query, struct rowset *rs);

#endif
