/* SPDX-License-Identifier: EUPL-1.2 */
/* Leaving nothing of what was deleted. */
#include <poll.h>

#include "base/buf.h"
#include "base/clock.h"
#include "central/postgres.h"

/* VACUUM keeps what a transaction may still see that is older than the deleting one: also one in
 * another database of the cluster, since its own look counts and reaches back that far. What runs
 * now is waited for, and then once more, since what began meanwhile may see as far back as that.
 * Asked in short transactions, so that two who wait do not wait for each other. */
#define RUNNING                                                                                    \
    "SELECT array_agg(virtualtransaction) FROM pg_locks WHERE locktype = 'virtualxid'"             \
    " AND pid <> pg_backend_pid()"
#define STILL_RUNNING                                                                              \
    "SELECT 1 FROM pg_locks WHERE locktype = 'virtualxid' AND virtualtransaction = ANY ($1)"

enum { PAUSE_MS = 10, PATIENCE_MS = 60000 };

static int wait_for_these(struct postgres *pg, const char *running, int64_t until, struct err *err)
{
    int rows = 1;
    while (rows > 0) {
        PGresult *result = PQexecParams(pg->conn, STILL_RUNNING, 1, NULL, &running, NULL, NULL, 0);
        bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
        rows = PQntuples(result);
        if (!fine)
            (void)pg_fail(pg, result, err);
        PQclear(result);
        if (!fine)
            return -1;
        if (rows > 0 && clock_monotonic() > until)
            return err_set(
                err, ERR_BUSY, "the database %s: somebody reads or writes for too long", pg->where);
        if (rows > 0)
            (void)poll(NULL, 0, PAUSE_MS);
    }
    return 0;
}

static int wait_for_others(struct postgres *pg, struct err *err)
{
    int64_t until = clock_monotonic() + PATIENCE_MS;
    for (int i = 0; i < 2; i++) {
        PGresult *result = PQexec(pg->conn, RUNNING);
        bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
        int rc = !fine ? pg_fail(pg, result, err)
                 : PQgetisnull(result, 0, 0)
                     ? 0
                     : wait_for_these(pg, PQgetvalue(result, 0, 0), until, err);
        PQclear(result);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* Of this schema alone: the database may have others. */
#define TABLES                                                                                     \
    "SELECT 'VACUUM (FULL) ' || string_agg(quote_ident(relname), ', ') FROM pg_class"              \
    " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"

static int make_vacuum(struct postgres *pg, struct buf *out, struct err *err)
{
    PGresult *result = PQexec(pg->conn, TABLES);
    bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    int rc = fine ? buf_puts(out, PQgetvalue(result, 0, 0)) : pg_fail(pg, result, err);
    PQclear(result);
    return rc;
}

static int scrub(struct postgres *pg, struct err *err)
{
    struct buf vacuum = BUF_INIT(LIM_LINE);
    int rc = wait_for_others(pg, err);
    if (rc == 0)
        rc = make_vacuum(pg, &vacuum, err);
    if (rc == 0)
        rc = pg_exec(pg, vacuum.p, err);
    buf_release(&vacuum);
    return rc;
}

int pg_scrub(struct postgres *pg, struct err *err)
{
    if (pg_connect(pg, err) < 0)
        return -1;
    if (!PQexitPipelineMode(pg->conn))
        return pg_fail(pg, NULL, err);
    int rc = scrub(pg, err);
    return PQenterPipelineMode(pg->conn) ? rc : pg_fail(pg, NULL, err);
}
