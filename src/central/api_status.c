/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/api.h"

static void answer(struct http_response *rs, const char *json)
{
    rs->status = 200;
    rs->type = JSON;
    buf_puts(&rs->body, json);
}

void api_health(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    (void)c, (void)rq, (void)kiosk;
    answer(rs, "{\"status\":\"ok\"}\n");
}

/* What stands in the way, in words that tell nothing of where the database is. */
static const char *reason(const struct err *err)
{
    switch (err->code) {
    case ERR_FULL:
        return "the disk of the database is full";
    case ERR_READ_ONLY:
        return "the database can only be read";
    case ERR_TOO_NEW:
    case ERR_CORRUPT:
        return "the database has another schema than this version of acht-central";
    case ERR_BUSY:
        return READY_STUCK;
    case ERR_NET:
        return "the database does not answer";
    default:
        return "the database cannot be written";
    }
}

void api_not_ready(const struct err *why, struct http_response *rs)
{
    response_error(rs, 503, "not_ready", reason(why));
}

void api_ready(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    (void)rq, (void)kiosk;
    struct err err = {0};
    if (database_ready(c->db, &err) == 0) {
        answer(rs, "{\"status\":\"ready\"}\n");
        return;
    }
    api_log(c, "not ready: %s", err.msg);
    api_not_ready(&err, rs);
}
