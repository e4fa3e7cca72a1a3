/* SPDX-License-Identifier: EUPL-1.2 */
/* Leaving nothing of what was deleted. */
#include "base/buf.h"
#include "central/postgres.h"

/* VACUUM keeps what a transaction may still see that is older than the deleting one: also one in
 * another database of the cluster, since its own look counts and reaches back that far. What runs
 * now is waited for, and then once more, since what began meanwhile may see as far back as that. */
#define WAIT_FOR_OTHERS                                                                            \
    "DO $$ DECLARE running text[]; BEGIN FOR i IN 1..2 LOOP"                                       \
    " SELECT array_agg(virtualtransaction) INTO running FROM pg_locks"                             \
    " WHERE locktype = 'virtualxid' AND pid <> pg_backend_pid();"                                  \
    " WHILE EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'virtualxid'"                          \
    " AND virtualtransaction = ANY (running)) LOOP PERFORM pg_sleep(0.01); END LOOP;"              \
    " END LOOP; END $$"

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
    int rc = pg_exec(pg, WAIT_FOR_OTHERS, err);
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
