/* SPDX-License-Identifier: EUPL-1.2 */
/* Ids of people: they follow from the badge, but do not tell it. */
#ifndef ACHT_CENTRAL_PERSON_ID_H
#define ACHT_CENTRAL_PERSON_ID_H

#include "base/digest.h"
#include "central/database.h"

#define PERSON_ID 33

/* The hash and the id of a badge; -1 when it is no badge number. */
int person_id_of_badge(const char *badge_key, const char *badge, char hash[DIGEST_HEX],
    char id[PERSON_ID]) ACHT_NODISCARD;

/* The id of whom an operator names, by badge number or by id. ERR_NOT_FOUND when the company never
 * had such a person. */
int person_id_find(struct database *db, const char *company, const char *named, char id[LIM_ID],
    struct err *err) ACHT_NODISCARD;

#endif
