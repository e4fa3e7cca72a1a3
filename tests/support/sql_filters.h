/* SPDX-License-Identifier: EUPL-1.2 */
/* The conditions of an SQL text: found, shown, and taken away one at a time. Knows no database. */
#ifndef TESTS_SUPPORT_SQL_FILTERS_H
#define TESTS_SUPPORT_SQL_FILTERS_H

#include <stdbool.h>

#include "base/buf.h"

#define SQL_FILTERS 40 /* of one statement at most */
#define SQL_NAME 64

/* One comparison after WHERE, ON, WHEN or within iif(): bytes [start, end) of the text. */
struct sql_filter {
    size_t start, end;
};

/* Finds them in their order; returns how many. */
int sql_filters(const char *sql, struct sql_filter out[SQL_FILTERS]);

/* The first column that the condition names, without its table's name; "" when there is none. */
void sql_column(const char *sql, const struct sql_filter *f, char name[SQL_NAME]);

/* The table that the statement named last before the condition. */
void sql_table(const char *sql, const struct sql_filter *f, char name[SQL_NAME]);

/* Adds the statement as it is when somebody forgets the condition; parameters keep their numbers.
 */
void sql_without(const char *sql, const struct sql_filter *f, struct buf *out);

/* The same for a control: the condition is written otherwise and says what it said. */
void sql_with_nothing_new(const char *sql, const struct sql_filter *f, struct buf *out);

/* Adds the statement for a reader, on one line, long lists of columns left out and the condition
 * between brackets. f NULL: none is marked. */
void sql_show(const char *sql, const struct sql_filter *f, struct buf *out);

/* How many of these tables (ends with NULL) a statement finds rows in by no column called company.
 * A table that it joins to another by that column counts too: one of the two must say whose. */
int sql_unguarded(const char *sql, const char *const *tables);

/* How many of these tables it finds rows in, or puts them into. */
int sql_touches(const char *sql, const char *const *tables);

#endif
