/* SPDX-License-Identifier: EUPL-1.2 */
/* The keys of a schema that hold a company: what makes an INSERT know whose row is there already.
 */
#ifndef TESTS_SUPPORT_SQL_KEYS_H
#define TESTS_SUPPORT_SQL_KEYS_H

#include "base/buf.h"

#define SQL_KEYS 30
#define SQL_KEY_NAME 64

/* One PRIMARY KEY, UNIQUE or unique index with a column called company: its list of columns is the
 * bytes [start, end) of the schema, without the parentheses. */
struct sql_key {
    size_t start, end;
    char table[SQL_KEY_NAME];
};

/* Finds them in CREATE statements; returns how many. */
int sql_keys(const char *schema, struct sql_key out[SQL_KEYS]);

/* Adds the schema with the key that somebody forgot the company in. */
void sql_keys_without(const char *schema, const struct sql_key *k, struct buf *out);

/* Adds the statement as it must be with that key: ON CONFLICT of its table names the same columns.
 */
void sql_keys_adapt(
    const char *schema, const struct sql_key *k, const char *statement, struct buf *out);

#endif
