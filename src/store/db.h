/* SPDX-License-Identifier: EUPL-1.2 */
/* A hardened SQLite connection: every statement is bound, prepared once and kept. */
#ifndef ACHT_STORE_DB_H
#define ACHT_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct db;
struct stmt; /* a prepared statement; owned by its db */

/* How a file is kept. PRECIOUS, REPLACEABLE: journal_mode=TRUNCATE, synchronous=FULL (no
 * acknowledged commit is lost at power loss). SERVER: WAL, FULL; every write transaction of
 * any process holds an exclusive lock on PATH-writer, because SQLite before 3.51.3 can corrupt a
 * WAL when two connections write or checkpoint at the same moment; writing outside a transaction is
 * a bug there. READ_ONLY: reads a REPLACEABLE file that another process keeps; never writes. All
 * but SERVER carry a checksum in every page (pages.h) and can never go over to WAL. */
enum db_kind { DB_PRECIOUS, DB_REPLACEABLE, DB_SERVER, DB_READ_ONLY };

/* One step of a schema; steps are never changed after a release. */
struct migration {
    int version;
    const char *sql;
};

/* Opens and, unless READ_ONLY, creates (mode 0600) and migrates the file. application_id must
 * match; a file of a newer version is ERR_TOO_NEW, a damaged one ERR_CORRUPT, another program's
 * ERR_DATA. A REPLACEABLE file is not migrated: any other version is ERR_TOO_NEW. READ_ONLY: a file
 * that is not there, or still empty, is ERR_NOT_FOUND. The schema must be exactly what the
 * migrations make (a planted trigger is ERR_CORRUPT); triggers, views and ATTACH are switched off.
 * Also checks the file's structure when it is PRECIOUS or REPLACEABLE. vfs NULL: default. */
int db_open(struct db **out, const char *path, enum db_kind kind, uint32_t application_id,
    const struct migration *migrations, int count, const char *vfs, struct err *err) ACHT_NODISCARD;
void db_close(struct db *db); /* NULL is fine */

/* An empty database in memory with these tables, in which nothing can be written: stands for a file
 * that cannot be opened. Never fails. */
struct db *db_open_nothing(const struct migration *migrations, int count);

bool db_damaged(const struct db *db); /* whether something of it has turned out to be damaged */
bool db_unwritable(struct db *db);    /* whether the system let it be opened for reading only */
int db_check(struct db *db, struct err *err) ACHT_NODISCARD; /* reads all of it from the disk */

/* The statement for this text (a string literal: its address is the key), reset and unbound. Never
 * NULL: what does not compile says so when it is stepped. */
struct stmt *db_stmt(struct db *db, const char *sql);
/* For SQL that is made once from the declared types: prepared under a name, text copied. */
struct stmt *db_stmt_named(struct db *db, const char *name, const char *sql);
struct stmt *db_stmt_known(struct db *db, const char *name); /* NULL when it was not made yet */

/* Parameters count from 1. Text and blobs must stay until the statement is reset. */
void stmt_text(struct stmt *s, int i, const char *text); /* "" and NULL bind NULL */
void stmt_number(struct stmt *s, int i, int64_t number); /* NO_NUMBER binds NULL */
void stmt_blob(struct stmt *s, int i, const void *data, size_t len);
/* 1: a row; 0: done (and reset); -1: error. */
int stmt_step(struct stmt *s, struct err *err) ACHT_NODISCARD;
int stmt_run(struct stmt *s, struct err *err) ACHT_NODISCARD; /* steps to the end, ignores rows */
const char *stmt_get_text(struct stmt *s, int column);        /* "" for NULL; until the next step */
int64_t stmt_get_number(struct stmt *s, int column);          /* NO_NUMBER for NULL */
const void *stmt_get_blob(
    struct stmt *s, int column, size_t *len); /* never NULL; until the next step */
void stmt_reset(struct stmt *s);
void stmt_unbind(struct stmt *s); /* all parameters are NULL again */

/* BEGIN IMMEDIATE ... COMMIT. Not nested. Rolling back after an error is the caller's job. */
int db_begin(struct db *db, struct err *err) ACHT_NODISCARD;
int db_commit(struct db *db, struct err *err) ACHT_NODISCARD;
void db_rollback(struct db *db);

int db_exec(struct db *db, const char *sql, struct err *err) ACHT_NODISCARD;
int64_t db_changes(struct db *db);      /* rows of the last statement */
int64_t db_data_version(struct db *db); /* changes when another connection committed */

#endif
