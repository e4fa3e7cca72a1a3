/* SPDX-License-Identifier: EUPL-1.2 */
/* What careers_read.c and careers_lists.c share. */
#ifndef ACHT_STORE_CAREERS_INNER_H
#define ACHT_STORE_CAREERS_INNER_H

#include "store/inner.h"

/* One reading: in this language. */
struct reading {
    struct store *s;
    const char *lang;
    struct rowset *rs;
};

/* The number of an occupation, or -1 when there is none; the careers are loaded. */
int career_find(struct store *s, const char *id, int32_t *number, struct err *err) ACHT_NODISCARD;

/* Adds the occupation in whose row a statement stands that selects these first. */
#define JOB_COLUMNS "id, label, ladder, rung, does"
struct record *career_add_job(struct reading *r, struct stmt *q);

/* Adds the listed occupation, one of the two ends of a step, with what the step takes. */
int career_add_step(struct reading *r, int32_t from, const struct way_step *step, int32_t listed,
    struct err *err) ACHT_NODISCARD;

#endif
