/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the imports: what both do with rows and records. */
#ifndef ACHT_CENTRAL_IMPORT_COMMON_H
#define ACHT_CENTRAL_IMPORT_COMMON_H

#include "central/csv.h"
#include "central/idset.h"
#include "central/import.h"

#define NAMED 1u  /* stands in the file, perhaps in a bad row */
#define LOADED 2u /* was put into the database */

/* Opens the file and reads its header. The caller ends it with reader_close(), also after -1. */
struct reader {
    FILE *file;
    struct csv *csv;
};
int reader_open(struct reader *r, const char *path, struct err *err) ACHT_NODISCARD;
void reader_close(struct reader *r);
/* An export that went wrong is no reason to forget everything: no rows are an error. */
int reader_no_rows(const char *path, struct err *err) ACHT_NODISCARD;

/* Sets err to "column NAME: why" and returns -1. */
int column_err(struct err *err, const char *column, const struct err *why);

/* Puts a record and counts what came of it. Returns 1 when it belongs to another source. */
int import_put(struct database *db, const char *company, const char *source, const struct record *r,
    bool dry, struct import_count *count, struct err *err) ACHT_NODISCARD;

/* Makes tombstones of the source's records that are not in `named`. */
int import_sweep(struct database *db, const char *company, const char *source, enum type_id type,
    const struct idset *named, bool dry, struct import_count *count,
    struct err *err) ACHT_NODISCARD;

#endif
