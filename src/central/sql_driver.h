/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside sql.h: what a back end implements. The functions are those of sql.h. */
#ifndef ACHT_CENTRAL_SQL_DRIVER_H
#define ACHT_CENTRAL_SQL_DRIVER_H

#include "central/sql.h"

struct sql_driver {
    void (*close)(struct sql *sql);
    /* Makes a statement; text stays as long as the statement. */
    struct sql_stmt *(*make)(struct sql *sql, const char *text);
    void (*drop)(struct sql_stmt *s);
    void (*reset)(struct sql_stmt *s);
    void (*unbind)(struct sql_stmt *s);
    void (*text)(struct sql_stmt *s, int i, const char *text);
    void (*number)(struct sql_stmt *s, int i, int64_t number);
    int (*step)(struct sql_stmt *s, struct err *err);
    int (*run)(struct sql_stmt *s, struct err *err);
    int64_t (*run_count)(struct sql_stmt *s, struct err *err);
    const char *(*get_text)(struct sql_stmt *s, int column);
    int64_t (*get_number)(struct sql_stmt *s, int column);
    void (*in_pieces)(struct sql_stmt *s); /* fetches its rows some at a time; NULL: it does so */
    int (*begin)(struct sql *sql, struct err *err);
    int (*begin_reading)(struct sql *sql, struct err *err);
    int (*commit)(struct sql *sql, struct err *err);
    void (*rollback)(struct sql *sql);
    void (*only)(struct sql *sql, const char *company);
    int (*scrub)(struct sql *sql, struct err *err);
    const char *tables, *columns; /* the statements of sql_tables() and sql_columns() */
    const char *version;          /* of the schema, as it is now */
    int (*newest)(void);          /* that this program knows */
};

enum { SQL_BUCKETS = 64 };

/* The heads of what a driver keeps. */
struct sql_stmt {
    struct sql *sql;
    struct sql_stmt *next;
    const char *text; /* without ownership, unless it is made */
    bool made;
};

struct sql {
    const struct sql_driver *driver;
    struct sql_stmt *stmts[SQL_BUCKETS]; /* literals, by address */
    struct sql_stmt *made;
};

int sql_open_sqlite(struct sql **out, const char *path, struct err *err) ACHT_NODISCARD;
int sql_open_postgres(struct sql **out, const char *url, struct err *err) ACHT_NODISCARD;

/* Drops all statements: for a driver's close. */
void sql_drop_stmts(struct sql *sql);

#endif
