/* SPDX-License-Identifier: EUPL-1.2 */
/* The one small interface to what the server stores in: a file of SQLite, or PostgreSQL. Statements
 * are written once, in the SQL that both speak, with parameters ?1, ?2 ...; only the schemas exist
 * twice. One connection, for one thread. */
#ifndef ACHT_CENTRAL_SQL_H
#define ACHT_CENTRAL_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct sql;
struct sql_stmt; /* a prepared statement; owned by its sql */

/* Whether this names a PostgreSQL database (postgresql://...), not a file. */
bool sql_is_url(const char *where);

/* Opens the file or connects, and brings the schema up to date. A file is made when it is not there
 * (store/db.h says what else holds for it). PostgreSQL: the database is there already, and the role
 * must be one whom row-level security binds (ERR_CONFIG). A schema of a newer version is
 * ERR_TOO_NEW, no connection ERR_NET. What is told of a URL never holds its password. */
int sql_open(struct sql **out, const char *where, struct err *err) ACHT_NODISCARD;
void sql_close(struct sql *sql); /* NULL is fine */

/* The statement for this text (a string literal: its address is the key), reset and unbound. Never
 * NULL: what does not compile says so when it is stepped. */
struct sql_stmt *sql_stmt(struct sql *sql, const char *text);
/* For SQL that is put together from names of this program: kept by its text, which is copied. */
struct sql_stmt *sql_stmt_made(struct sql *sql, const char *text);
/* The same for a query without parameters whose rows may not fit into memory; within a transaction,
 * and to its end before it is asked again. */
struct sql_stmt *sql_stmt_long(struct sql *sql, const char *text);

/* Parameters count from 1 and are bound in every use, since their types follow from it. A text must
 * stay until the statement is reset or has run. */
void sql_text(struct sql_stmt *s, int i, const char *text); /* "" and NULL bind NULL */
void sql_number(struct sql_stmt *s, int i, int64_t number); /* NO_NUMBER binds NULL */

/* 1: a row; 0: done (and reset); -1: error. */
int sql_step(struct sql_stmt *s, struct err *err) ACHT_NODISCARD;
/* To the end, without its rows. Within a transaction it may only be sent: then what fails in it is
 * told by what follows, at the latest by sql_commit(). */
int sql_run(struct sql_stmt *s, struct err *err) ACHT_NODISCARD;
/* As sql_run(), but its outcome is known: how many rows were changed, or -1. */
int64_t sql_run_count(struct sql_stmt *s, struct err *err) ACHT_NODISCARD;
const char *sql_get_text(struct sql_stmt *s, int column); /* "" for NULL; until the next step */
int64_t sql_get_number(struct sql_stmt *s, int column);   /* NO_NUMBER for NULL */
void sql_reset(struct sql_stmt *s);

/* Of all programs that use this database one at a time is between begin and its end: so whoever
 * numbers changes, or gives a seat, sees everything that was before. Not nested. After an error the
 * caller rolls back. ERR_BUSY: others had it for too long, or this transaction was in the way of
 * another; ERR_NET: the connection broke, and if that was at the commit, whether it took place is
 * not known. Nothing is written outside of it. */
int sql_begin(struct sql *sql, struct err *err) ACHT_NODISCARD;
int sql_commit(struct sql *sql, struct err *err) ACHT_NODISCARD;
void sql_rollback(struct sql *sql);
/* For reading much: until sql_rollback() everything is as it was at the first statement, and nobody
 * waits for it. */
int sql_begin_reading(struct sql *sql, struct err *err) ACHT_NODISCARD;

/* Whose rows the following statements may touch, beside everyone's: those of this company, until
 * the next call; NULL: of all, as it is at first. PostgreSQL holds everybody to that by row-level
 * security, whatever a statement says; a file of SQLite does not. */
void sql_only(struct sql *sql, const char *company);

/* Whether the schema is still the one that this program knows: another program may have changed it
 * since sql_open(). Else ERR_TOO_NEW. */
int sql_check_schema(struct sql *sql, struct err *err) ACHT_NODISCARD;

/* Names of the tables, one a row; names of the columns of table ?1 in their order, and whether each
 * holds numbers (1) or text (0). */
struct sql_stmt *sql_tables(struct sql *sql);
struct sql_stmt *sql_columns(struct sql *sql);

/* Leaves no byte of what was deleted in the tables. Not within a transaction. ERR_BUSY when
 * somebody reads for too long. */
int sql_scrub(struct sql *sql, struct err *err) ACHT_NODISCARD;

#endif
