/* SPDX-License-Identifier: EUPL-1.2 */
/* Connecting, and bringing the schema up to date. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "central/postgres.h"
#include "central/schema.h"

/* ---- outside of the pipeline ---- */

int pg_exec(struct postgres *pg, const char *text, struct err *err)
{
    PGresult *result = PQexec(pg->conn, text);
    ExecStatusType status = PQresultStatus(result);
    int rc = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : pg_fail(pg, result, err);
    PQclear(result);
    return rc;
}

/* The number that a query gives. */
static int ask_number(struct postgres *pg, const char *text, int64_t *out, struct err *err)
{
    PGresult *result = PQexec(pg->conn, text);
    bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    int rc = fine ? 0 : pg_fail(pg, result, err);
    if (fine)
        *out = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return rc;
}

/* ---- connecting ---- */

static const char *option(const PQconninfoOption *options, const char *name)
{
    for (; options->keyword; options++)
        if (strcmp(options->keyword, name) == 0)
            return options->val && *options->val ? options->val : "?";
    return "?";
}

/* What may be told of a URL: a password is never part of it. */
static int describe(struct postgres *pg, struct err *err)
{
    PQconninfoOption *options = PQconninfoParse(pg->url, NULL);
    if (!options)
        return err_set(err, ERR_USAGE,
            "this is not a PostgreSQL URL"
            " (postgresql://user@host/database)");
    snprintf(pg->where, sizeof(pg->where), "%s at %s", option(options, "dbname"),
        option(options, "host"));
    PQconninfoFree(options);
    return 0;
}

static void say_nothing(void *context, const char *message)
{
    (void)context;
    (void)message;
}

/* Nobody holds the writers' lock for long, whatever becomes of him. Statements are small: compiling
 * one takes longer than it does. */
#define SESSION                                                                                    \
    "SET lock_timeout = '5s'; SET statement_timeout = '60s';"                                      \
    " SET idle_in_transaction_session_timeout = '60s'; SET client_encoding = 'UTF8';"              \
    " SET default_transaction_isolation = 'read committed'; SET jit = off"

/* Row-level security does not bind these. */
#define UNBOUND                                                                                    \
    "SELECT (rolsuper OR rolbypassrls)::int FROM pg_catalog.pg_roles WHERE rolname = current_user"

static int set_up(struct postgres *pg, struct err *err)
{
    int64_t unbound = 0;
    if (pg_exec(pg, SESSION, err) < 0 || ask_number(pg, UNBOUND, &unbound, err) < 0)
        return -1;
    if (unbound)
        return err_set(err, ERR_CONFIG,
            "row-level security does not bind this role of %s: use one that is neither superuser"
            " nor has BYPASSRLS",
            pg->where);
    return PQenterPipelineMode(pg->conn) ? 0 : pg_fail(pg, NULL, err);
}

int pg_connect(struct postgres *pg, struct err *err)
{
    static const char *const names[] = {"connect_timeout", "application_name", "dbname", NULL};
    const char *values[] = {"5", "acht-central", pg->url, NULL};
    if (pg->conn && PQstatus(pg->conn) == CONNECTION_OK)
        return 0;
    if (describe(pg, err) < 0)
        return -1;
    PQfinish(pg->conn);
    pg->session++;
    pg->in_flight = 0;
    pg->conn = PQconnectdbParams(names, values, 1);
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return err_set(err, ERR_NET, "cannot connect to the database %s", pg->where);
    PQsetNoticeProcessor(pg->conn, say_nothing, NULL);
    if (set_up(pg, err) == 0)
        return 0;
    PQfinish(pg->conn);
    pg->conn = NULL;
    return -1;
}

/* ---- the schema ---- */

#define VERSION "SELECT coalesce((SELECT max(version) FROM schema_version), 0)"
#define HAS_VERSION "SELECT (to_regclass('schema_version') IS NOT NULL)::int"

static int version_of(struct postgres *pg, int64_t *version, struct err *err)
{
    int64_t has = 0;
    if (ask_number(pg, HAS_VERSION, &has, err) < 0)
        return -1;
    *version = 0;
    return has ? ask_number(pg, VERSION, version, err) : 0;
}

static int step_to(struct postgres *pg, const struct migration *m, struct err *err)
{
    char note[80];
    snprintf(note, sizeof(note), "INSERT INTO schema_version VALUES (%d)", m->version);
    return pg_exec(pg, m->sql, err) < 0 ? -1 : pg_exec(pg, note, err);
}

#define CLAIM                                                                                      \
    "BEGIN; SELECT pg_advisory_xact_lock(1633904756, hashtext(current_schema()));"                 \
    " CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY)"

/* In one transaction: another program that starts now waits, and then finds it done. */
static int step_all(struct postgres *pg, struct err *err)
{
    int64_t version = 0;
    if (pg_exec(pg, CLAIM, err) < 0 || version_of(pg, &version, err) < 0)
        return -1;
    for (int i = 0; i < schema_postgres_count; i++)
        if (schema_postgres[i].version > version && step_to(pg, &schema_postgres[i], err) < 0)
            return -1;
    return pg_exec(pg, "COMMIT", err);
}

static int bring_up_to_date(struct postgres *pg, struct err *err)
{
    int64_t version = 0, newest = schema_postgres[schema_postgres_count - 1].version;
    if (version_of(pg, &version, err) < 0)
        return -1;
    if (version > newest)
        return err_set(
            err, ERR_TOO_NEW, "the database %s is of a newer version of acht-central", pg->where);
    if (version == newest || step_all(pg, err) == 0)
        return 0;
    PQclear(PQexec(pg->conn, "ROLLBACK"));
    return -1;
}

int pg_migrate(struct postgres *pg, struct err *err)
{
    if (!PQexitPipelineMode(pg->conn))
        return pg_fail(pg, NULL, err);
    int rc = bring_up_to_date(pg, err);
    return PQenterPipelineMode(pg->conn) ? rc : pg_fail(pg, NULL, err);
}
