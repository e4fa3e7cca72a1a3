/* SPDX-License-Identifier: EUPL-1.2 */
/* The server's tables, once for each back end. A change of them is one more step in both. */
#ifndef ACHT_CENTRAL_SCHEMA_H
#define ACHT_CENTRAL_SCHEMA_H

#include "store/db.h"

#define SCHEMA_SQLITE_ID 0x61636863u /* a file's application_id: "achc" */

extern const struct migration schema_sqlite[], schema_postgres[];
extern const int schema_sqlite_count, schema_postgres_count;

#endif
