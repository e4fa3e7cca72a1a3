/* SPDX-License-Identifier: EUPL-1.2 */
/* Careers in the cache: the records as they came, and beside them as numbers for model/career.h. */
#ifndef ACHT_STORE_CAREERS_H
#define ACHT_STORE_CAREERS_H

#include "model/career.h"
#include "store/db.h"

/* What is kept in memory; {0} is nothing. */
struct careers {
    bool loaded;
    int64_t version, changes; /* data_version and META_CAREERS when it was loaded */
    struct career graph;
    int64_t *occupation, *skill; /* row ids by number, ascending */
};

/* Makes the numbers anew of the records. Within a transaction. */
int careers_write(struct db *db, struct err *err) ACHT_NODISCARD;

/* Loads them when they changed. */
int careers_load(struct db *db, struct careers *c, struct err *err) ACHT_NODISCARD;
void careers_drop(struct careers *c);

int32_t careers_occupation(const struct careers *c, int64_t rowid); /* its number, or -1 */
int32_t careers_skill(const struct careers *c, int64_t rowid);

#endif
