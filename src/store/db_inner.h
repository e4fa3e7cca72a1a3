/* SPDX-License-Identifier: EUPL-1.2 */
/* What db.c and db_open.c share. */
#ifndef ACHT_STORE_DB_INNER_H
#define ACHT_STORE_DB_INNER_H

#include <sqlite3.h>

#include "store/db.h"

enum { STMT_BUCKETS = 64, BUSY_MS = 5000 };

/* What a statement of a READ_ONLY connection may take, in steps of SQLite's machine: many times
 * what 100,000 courses need. A tree whose pages lead back to themselves would be read for years. */
enum { WORK_STEPS = 100 * 1000, WORK_MOST = 200 };

struct stmt {
    sqlite3_stmt *sql; /* NULL while it could not be prepared */
    struct db *db;
    const char *literal; /* the key; NULL when it goes by name */
    char *name, *text;
    struct stmt *next;
};

struct db {
    sqlite3 *sql;
    enum db_kind kind;
    char *path;
    int writer_fd;                    /* SERVER: the lock file, -1 otherwise */
    bool writing;                     /* between db_begin and its end */
    bool damaged;                     /* something of it could not be read */
    int work;                         /* READ_ONLY: of the present statement, in WORK_STEPS */
    struct stmt *stmts[STMT_BUCKETS]; /* by literal */
    struct stmt *named;
};

/* Fills err from what the connection last met; returns -1. */
int db_fail(struct db *db, int rc, struct err *err);

/* The lock that a SERVER's writers hold; nothing to do for the other kinds. */
int db_lock(struct db *db, struct err *err) ACHT_NODISCARD;
void db_unlock(struct db *db);

#endif
