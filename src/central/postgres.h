/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the PostgreSQL back end of sql.h: a connection in pipeline mode. What is sent and not yet
 * answered is in flight; its answers are taken in order. */
#ifndef ACHT_CENTRAL_POSTGRES_H
#define ACHT_CENTRAL_POSTGRES_H

#include <postgresql/libpq-fe.h>

#include "base/limits.h"
#include "central/sql_driver.h"

/* pg_type.oid of what is bound. */
enum { OID_INT8 = 20, OID_TEXT = 25 };

/* No company has this name (see id_valid()). */
#define EVERY_COMPANY "every company"

enum {
    PARAMS_MAX = 32,
    NUMBER_ROOM = 24,
    /* Their answers must fit into a socket's buffer, or both sides wait for each other. */
    IN_FLIGHT_MAX = 64,
    PIECE = 200, /* rows that are fetched at a time of what is read in pieces */
};

struct pg_stmt {
    struct sql_stmt stmt;
    char *text;      /* with $1 for ?1 */
    char name[16];   /* at the server */
    int64_t session; /* of the connection that has it prepared */
    bool in_pieces;  /* through a cursor of that name */
    int params;
    Oid types[PARAMS_MAX]; /* 0 until it was bound */
    const char *values[PARAMS_MAX];
    char numbers[PARAMS_MAX][NUMBER_ROOM];
    PGresult *result; /* while its rows are read */
    int row;
};

struct postgres {
    struct sql sql;
    PGconn *conn;
    char *url;           /* may hold a password */
    char where[LIM_URL]; /* what is told of it */
    int64_t session;     /* counts connections: what was prepared ends with one */
    int64_t made;        /* statements, for their names */
    struct flight {
        struct pg_stmt *stmt; /* NULL: a text */
        bool prepares;
    } flight[IN_FLIGHT_MAX];
    int in_flight;
    int64_t changed;   /* rows, by the last command that was answered */
    char only[LIM_ID]; /* the company, or EVERY_COMPANY */
    bool in_transaction;
    bool failed; /* the transaction, which can only be rolled back */
};

/* Fills err from a failed answer, or from the connection when result is NULL; -1. */
int pg_fail(struct postgres *pg, const PGresult *result, struct err *err);

/* Runs something that is not a statement of the server's, outside of the pipeline. 0 or -1. */
int pg_exec(struct postgres *pg, const char *text, struct err *err) ACHT_NODISCARD;

/* Sends; what the server says of it comes with a later answer. */
int pg_send_text(struct postgres *pg, const char *text, struct err *err) ACHT_NODISCARD;
/* The same, but its rows are to become those of s. */
int pg_send_text_for(
    struct postgres *pg, struct pg_stmt *s, const char *text, struct err *err) ACHT_NODISCARD;
int pg_send(struct postgres *pg, struct pg_stmt *s, struct err *err) ACHT_NODISCARD;
/* Says within a transaction whose rows may be touched from now on: those of pg->only. */
int pg_send_only(struct postgres *pg, struct err *err) ACHT_NODISCARD;

/* Takes all answers; the one to `keep`, if that is the last sent, becomes its result. Outside of a
 * transaction this also ends the implicit one. After a failure nothing is in flight and the
 * transaction can only be rolled back. */
int pg_collect(struct postgres *pg, struct pg_stmt *keep, struct err *err) ACHT_NODISCARD;

/* Connects, or connects anew when the connection is broken. */
int pg_connect(struct postgres *pg, struct err *err) ACHT_NODISCARD;

/* Writes all tables anew: of what was deleted nothing stays in their files. See sql_scrub(). */
int pg_scrub(struct postgres *pg, struct err *err) ACHT_NODISCARD;

/* Brings the schema up to date. */
int pg_migrate(struct postgres *pg, struct err *err) ACHT_NODISCARD;

#endif
