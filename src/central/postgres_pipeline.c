/* SPDX-License-Identifier: EUPL-1.2 */
/* Sending and answers. */
#include "central/postgres.h"

#include <stdlib.h>
#include <string.h>

/* ---- failures ---- */

static const struct {
    const char *state; /* how an SQLSTATE begins */
    enum err_code code;
} meanings[] = {
    {"08", ERR_NET},     /* the connection */
    {"57P", ERR_NET},    /* shut down, or ended by its administrator */
    {"25P03", ERR_NET},  /* idle for too long within a transaction */
    {"40", ERR_BUSY},    /* in the way of another transaction */
    {"55P03", ERR_BUSY}, /* no lock in time */
    {"57014", ERR_BUSY}, /* not done in time */
    {"53300", ERR_BUSY}, /* too many connections */
    {"53100", ERR_FULL}, /* no space left */
    {"25006", ERR_READ_ONLY}, {"22", ERR_DATA}, {"23", ERR_DATA},
    {"42", ERR_CORRUPT}, /* the statements are tested: the schema is not what it was */
};

static enum err_code meaning(const char *state)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
            return meanings[i].code;
    return ERR_IO;
}

int pg_fail(struct postgres *pg, const PGresult *result, struct err *err)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *why = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!state)
        return err_set(err, ERR_NET, "the database %s does not answer", pg->where);
    return err_set(
        err, meaning(state), "the database %s: %s (%s)", pg->where, why ? why : "failed", state);
}

/* ---- sending ---- */

static int flown(struct postgres *pg, struct pg_stmt *s, bool prepares, int sent, struct err *err)
{
    if (!sent)
        return pg_fail(pg, NULL, err);
    pg->flight[pg->in_flight++] = (struct flight){s, prepares};
    return 0;
}

static int make_room(struct postgres *pg, int count, struct err *err)
{
    return pg->in_flight + count <= IN_FLIGHT_MAX ? 0 : pg_collect(pg, NULL, err);
}

int pg_send_text_for(struct postgres *pg, struct pg_stmt *s, const char *text, struct err *err)
{
    if (make_room(pg, 1, err) < 0)
        return -1;
    int sent = PQsendQueryParams(pg->conn, text, 0, NULL, NULL, NULL, NULL, 0);
    return flown(pg, s, false, sent, err);
}

int pg_send_text(struct postgres *pg, const char *text, struct err *err)
{
    return pg_send_text_for(pg, NULL, text, err);
}

/* What is set so ends with the transaction, the implicit one too: a connection never keeps it. */
int pg_send_only(struct postgres *pg, struct err *err)
{
    const char *values[] = {pg->only};
    const Oid types[] = {OID_TEXT};
    if (make_room(pg, 1, err) < 0)
        return -1;
    int sent = PQsendQueryParams(
        pg->conn, "SELECT set_config('acht.company', $1, true)", 1, types, values, NULL, NULL, 0);
    return flown(pg, NULL, false, sent, err);
}

static int send_prepare(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    if (s->session == pg->session)
        return 0;
    s->session = pg->session;
    int sent = PQsendPrepare(pg->conn, s->name, s->text, s->params, s->types);
    return flown(pg, s, true, sent, err);
}

int pg_send(struct postgres *pg, struct pg_stmt *s, struct err *err)
{
    if (make_room(pg, 3, err) < 0 || (!pg->in_transaction && pg_send_only(pg, err) < 0) ||
        send_prepare(pg, s, err) < 0)
        return -1;
    int sent = PQsendQueryPrepared(pg->conn, s->name, s->params, s->values, NULL, NULL, 0);
    return flown(pg, s, false, sent, err);
}

/* ---- answers ---- */

/* One answer, with the NULL that ends it; NULL when there is none any more. */
static PGresult *answer(struct postgres *pg)
{
    PGresult *result = PQgetResult(pg->conn), *more;
    while (result && (more = PQgetResult(pg->conn)))
        PQclear(more);
    return result;
}

static bool is_fine(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void note_changed(struct postgres *pg, PGresult *result)
{
    const char *rows = PQcmdTuples(result);
    pg->changed = *rows ? strtoll(rows, NULL, 10) : 0;
}

/* The first failure counts; what was sent after it was not done. */
static int take_answer(
    struct postgres *pg, const struct flight *f, struct pg_stmt *keep, bool failed, struct err *err)
{
    PGresult *result = answer(pg);
    if (!failed && result && is_fine(result)) {
        note_changed(pg, result);
        if (f->stmt == keep && keep && !f->prepares) {
            PQclear(keep->result);
            keep->result = result;
            keep->row = 0;
        } else {
            PQclear(result);
        }
        return 0;
    }
    if (f->prepares)
        f->stmt->session = 0;
    if (!failed)
        (void)pg_fail(pg, result, err);
    PQclear(result);
    return -1;
}

static int take_answers(struct postgres *pg, struct pg_stmt *keep, struct err *err)
{
    bool failed = false;
    for (int i = 0; i < pg->in_flight; i++)
        if (take_answer(pg, &pg->flight[i], keep, failed, err) < 0)
            failed = true;
    pg->in_flight = 0;
    return failed ? -1 : 0;
}

/* The mark that ends an implicit transaction, and to which a failure skips. */
static int take_sync(struct postgres *pg, struct err *err)
{
    PGresult *result = PQgetResult(pg->conn);
    bool is_mark = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    if (!is_mark)
        (void)pg_fail(pg, result, err);
    PQclear(result);
    return is_mark ? 0 : -1;
}

/* In the pipeline: everything until a mark is taken, so that it can be used again. */
static int collect(struct postgres *pg, struct pg_stmt *keep, bool sync, struct err *err)
{
    if (!(sync ? PQpipelineSync(pg->conn) : PQsendFlushRequest(pg->conn)) ||
        PQflush(pg->conn) < 0) {
        pg->in_flight = 0;
        return pg_fail(pg, NULL, err);
    }
    int rc = take_answers(pg, keep, err);
    if (rc < 0 && !sync)
        sync = PQpipelineSync(pg->conn) == 1;
    if (sync && take_sync(pg, err) < 0)
        rc = -1;
    return rc;
}

int pg_collect(struct postgres *pg, struct pg_stmt *keep, struct err *err)
{
    if (pg->in_flight == 0)
        return 0;
    int rc = collect(pg, keep, !pg->in_transaction, err);
    if (rc < 0)
        pg->failed = pg->in_transaction;
    return rc;
}
