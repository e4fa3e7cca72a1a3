/* SPDX-License-Identifier: EUPL-1.2 */
/* Where a house is that is not in a file: a test program has one database of the private cluster
 * (assets/build/with-postgres) for itself, a house is a schema of it. */
#ifndef ACHT_TESTS_HOUSE_POSTGRES_H
#define ACHT_TESTS_HOUSE_POSTGRES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <postgresql/libpq-fe.h>

/* ACHT_BACK_END=postgres */
static inline bool house_is_postgres(void)
{
    const char *back_end = getenv("ACHT_BACK_END");
    return back_end && strcmp(back_end, "postgres") == 0;
}

static inline const char *house_cluster(void)
{
    const char *dir = getenv("ACHT_POSTGRES_DIR");
    if (!dir)
        fail_msg("there is no PostgreSQL here: run this with assets/build/with-postgres");
    return dir;
}

/* The cluster's administrator, whom nothing binds, in a database. */
static inline PGconn *house_superuser(const char *database)
{
    char conninfo[256];
    snprintf(
        conninfo, sizeof(conninfo), "host=%s user=postgres dbname=%s", house_cluster(), database);
    PGconn *conn = PQconnectdb(conninfo);
    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s: %s", conninfo, PQerrorMessage(conn));
    PQclear(PQexec(conn, "SET client_min_messages = error"));
    return conn;
}

/* Runs statements; the first value of the last one is put into out, unless that is NULL. */
static inline void house_do(PGconn *conn, const char *sql, char *out, size_t size)
{
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    if (out)
        snprintf(out, size, "%s", PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
}

/* The name of this program's database, which is made when it is asked for first. */
static inline const char *house_database(void)
{
    static char name[24];
    char sql[80];
    if (*name)
        return name;
    snprintf(name, sizeof(name), "t%d", (int)getpid());
    PGconn *conn = house_superuser("postgres");
    snprintf(sql, sizeof(sql), "CREATE DATABASE %s OWNER acht", name);
    house_do(conn, sql, NULL, 0);
    PQfinish(conn);
    return name;
}

/* Statements of the administrator in this program's database. */
static inline void house_postgres_get(const char *sql, char *out, size_t size)
{
    PGconn *conn = house_superuser(house_database());
    house_do(conn, sql, out, size);
    PQfinish(conn);
}

static inline void house_postgres(const char *sql)
{
    house_postgres_get(sql, NULL, 0);
}

/* Making the tables is slow, so those of a closed house are emptied for the next one. */
enum { SCHEMAS_MAX = 8 };
static struct house_schema {
    char name[24];
    bool used;
} house_schemas[SCHEMAS_MAX];

static inline struct house_schema *house_schema(const char *name)
{
    for (int i = 0; i < SCHEMAS_MAX; i++)
        if (name ? strcmp(house_schemas[i].name, name) == 0 : !house_schemas[i].used)
            return &house_schemas[i];
    fail_msg("too many houses at once");
    return NULL;
}

#define EMPTY_SCHEMA                                                                               \
    "SET search_path = %s; DO $$ DECLARE t text; BEGIN FOR t IN"                                   \
    " SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND"        \
    " relkind = 'r' AND relname NOT IN ('schema_version', 'company') LOOP"                         \
    " EXECUTE format('DELETE FROM %%I', t); END LOOP; DELETE FROM company;"                        \
    " INSERT INTO meta VALUES ('seq', '0'); END $$"

static inline void house_schema_empty(const char *name)
{
    char sql[600];
    snprintf(sql, sizeof(sql), EMPTY_SCHEMA, name);
    house_postgres(sql);
}

/* A schema without rows; where: its URL. */
static inline void house_schema_take(char name[24], char *where, size_t size)
{
    char sql[80];
    struct house_schema *schema = house_schema(NULL);
    if (*schema->name) {
        house_schema_empty(schema->name);
    } else {
        snprintf(schema->name, sizeof(schema->name), "h%d", (int)(schema - house_schemas));
        snprintf(sql, sizeof(sql), "CREATE SCHEMA %s AUTHORIZATION acht", schema->name);
        house_postgres(sql);
    }
    schema->used = true;
    snprintf(name, 24, "%s", schema->name);
    snprintf(where, size, "postgresql://acht@/%s?host=%s&options=-csearch_path%%3D%s",
        house_database(), house_cluster(), schema->name);
}

/* Whether this program's database takes anybody but its administrator: if not, whoever is
 * connected is thrown out. */
static inline void house_postgres_open(bool open)
{
    char sql[200];
    PGconn *conn = house_superuser("postgres");
    snprintf(
        sql, sizeof(sql), "ALTER DATABASE %s CONNECTION LIMIT %d", house_database(), open ? -1 : 0);
    house_do(conn, sql, NULL, 0);
    snprintf(sql, sizeof(sql),
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '%s'",
        house_database());
    if (!open)
        house_do(conn, sql, NULL, 0);
    PQfinish(conn);
}

#endif
