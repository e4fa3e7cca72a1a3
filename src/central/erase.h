/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasing a person, so that nothing brings the person back: no roster, no entry that comes in
 * later, no backup. Ids stay where other people's data or the audit trail has them. */
#ifndef ACHT_CENTRAL_ERASE_H
#define ACHT_CENTRAL_ERASE_H

#include "central/database.h"
#include "central/secrets.h"

/* The list of who was erased, beside the database and in no backup of it: PATH.erased, a line per
 * erasure, with digests for people. */
#define ERASED_ENDING ".erased"

struct erasing {
    struct database *db;
    const struct secrets *secrets; /* NULL: boxes that only they open are looked at by id alone */
    const char *list;              /* path of the list; NULL: none is kept */
    int64_t now;
    int64_t made; /* when the backup was made that this database comes from; 0: it is none */
};

/* Erases: the records become tombstones in the feed, entries keep only id, hash and verdict, PIN,
 * codes and all other rows go. When it returns 0 no byte of it is left in the database's files. */
int erase_person(const struct erasing *e, const char *company, const char *person,
    struct err *err) ACHT_NODISCARD;

/* Takes the person off the list: the next roster may bring the same badge again. */
int erase_take_back(const struct erasing *e, const char *company, const char *person,
    struct err *err) ACHT_NODISCARD;

/* Erases everybody on the list of whom this database does not know it: after a backup was brought
 * back. *count of them. A list that is not there is empty. */
int erase_reapply(const struct erasing *e, int64_t *count, struct err *err) ACHT_NODISCARD;

/* Whether the person was erased: 1, 0, -1. */
int erase_known(
    struct database *db, const char *company, const char *person, struct err *err) ACHT_NODISCARD;

#endif
