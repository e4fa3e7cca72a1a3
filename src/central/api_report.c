/* SPDX-License-Identifier: EUPL-1.2 */
/* What a kiosk says of itself. */
#include "central/api.h"
#include "central/docket.h"

/* As this version knows it: what is not declared is not kept. 1: it cannot be read. */
static int read_report(const struct http_request *rq, struct buf *body)
{
    struct arena mem = {0};
    struct record r;
    struct err why = {0};
    bool good =
        report_from_json(rq->body, rq->len, &mem, &r, &why) == 0 && report_to_json(&r, body) == 0;
    arena_release(&mem);
    return good ? 0 : 1;
}

static int keep(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    const char *body, struct err *err)
{
    const struct report_row row = {
        rq->now, rq->clock == NO_NUMBER ? NO_NUMBER : rq->clock - rq->now, body};
    const struct feed_note heard = {0, NO_NUMBER, NO_NUMBER, rq->now};
    if (database_begin(c->db, err) < 0)
        return -1;
    if (database_report_put(c->db, kiosk, &row, err) == 0 &&
        docket_note(c->db, kiosk->id, &heard, err) == 0 && database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
}

void api_report(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    struct err err = {0};
    struct buf body = BUF_INIT(LIM_STATUS);
    if (rq->len > LIM_STATUS)
        response_error(rs, 413, "too_large", "a report is smaller than that");
    else if (read_report(rq, &body) != 0)
        response_error(rs, 400, "malformed", "this is no report of a kiosk");
    else if (keep(c, rq, kiosk, body.p, &err) < 0)
        api_failed(c, &err, rs);
    else
        rs->status = 204;
    buf_release(&body);
}
