/* SPDX-License-Identifier: EUPL-1.2 */
/* What a statement gives on PostgreSQL, to compare. */
#ifndef TESTS_SUPPORT_PG_ROWS_H
#define TESTS_SUPPORT_PG_ROWS_H

#include <postgresql/libpq-fe.h>

#include "base/digest.h"

/* The digest of its rows, in whatever order they came, and of how many it changed. */
void pg_rows_digest(const PGresult *result, char out[DIGEST_HEX]);

#endif
