/* SPDX-License-Identifier: EUPL-1.2 */
/* Looking for bytes in all files of a house: those in its directory, and on PostgreSQL those of the
 * database too (not the write-ahead log, which its operator keeps and recycles). */
#ifndef ACHT_TESTS_HOUSE_FILES_H
#define ACHT_TESTS_HOUSE_FILES_H

#include "central_house.h"
#include "files.h"

static inline int house_hits(const struct house *h, const char *text)
{
    char oid[24], dir[300];
    int hits = files_hits(h->dir, text);
    if (!house_is_postgres())
        return hits;
    house_postgres_get("CHECKPOINT; SELECT oid FROM pg_database WHERE datname = current_database()",
        oid, sizeof(oid));
    snprintf(dir, sizeof(dir), "%s/data/base/%s", house_cluster(), oid);
    return hits + files_hits(dir, text);
}

#endif
