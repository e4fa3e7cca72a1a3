/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything of one database into another, whatever each of them is: from a file to PostgreSQL when
 * a fund outgrows it, or back. The server's id, the changes' numbers and the kiosks' tokens are
 * among it, so no kiosk notices. */
#ifndef ACHT_CENTRAL_MOVE_H
#define ACHT_CENTRAL_MOVE_H

#include "base/digest.h"
#include "central/sql.h"

/* A table that was moved: how many rows, and a digest over all of them in whatever order. */
struct moved_table {
    const char *name;
    int64_t rows;
    char digest[DIGEST_HEX];
};
typedef void move_see(void *context, const struct moved_table *t);

/* Copies all rows in one transaction, reads them back, and commits when the digests of each table
 * are equal; sees each table with what both have. Nobody else can write to either meanwhile. `to`
 * must be empty (ERR_CONFIG), and stays so after an error; rows that differ are ERR_CORRUPT. */
int move_all(
    struct sql *from, struct sql *to, move_see *see, void *context, struct err *err) ACHT_NODISCARD;

/* The same while others go on writing to `from`: what is copied is all of one moment. */
int move_copy(
    struct sql *from, struct sql *to, move_see *see, void *context, struct err *err) ACHT_NODISCARD;

/* Sees each table of a database as move_all() would see it. */
int move_look(struct sql *sql, move_see *see, void *context, struct err *err) ACHT_NODISCARD;

#endif
