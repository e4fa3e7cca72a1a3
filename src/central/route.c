/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/route.h"

#include <stdarg.h>
#include <string.h>

#include "base/log.h"
#include "central/admit.h"
#include "central/api.h"
#include "central/mark.h"
#include "central/people.h"

const struct route routes[] = {
    {"POST", "/v1/enrol", false, true, api_enrol},
    {"POST", "/v1/journal", true, true, api_journal},
    {"GET", "/v1/feed", true, false, api_feed},
    {"POST", "/v1/token", true, true, api_token},
    {"POST", "/v1/status", true, true, api_report},
    {"GET", "/healthz", false, false, api_health},
    {"GET", "/readyz", false, true, api_ready},
    {"GET", "/metrics", false, false, api_metrics},
    {NULL, NULL, false, false, NULL},
};
_Static_assert(sizeof(routes) / sizeof(routes[0]) <= ROUTES_MAX, "room for the counts");

void response_init(struct http_response *rs)
{
    *rs = (struct http_response){.status = 500};
    buf_init(&rs->body, LIM_PAGE);
}

void response_release(struct http_response *rs)
{
    buf_release(&rs->body);
}

void response_error(struct http_response *rs, int status, const char *code, const char *message)
{
    rs->status = status;
    rs->type = JSON;
    rs->etag[0] = '\0';
    buf_clear(&rs->body);
    if (error_to_json(code, message, &rs->body) < 0)
        BUG("no room for an error");
    buf_putc(&rs->body, '\n');
}

void api_log(struct central *c, const char *fmt, ...)
{
    va_list ap;
    if (!c->log)
        return;
    va_start(ap, fmt);
    log_line_list(c->log, fmt, ap);
    va_end(ap);
}

void api_failure(const struct err *err, struct http_response *rs)
{
    if (err->code == ERR_BUSY || err->code == ERR_FULL || err->code == ERR_READ_ONLY ||
        err->code == ERR_NET) {
        response_error(rs, 503, "unavailable", "the server cannot store this now; try again later");
        rs->retry_after = 30;
    } else {
        response_error(rs, 500, "internal", "the server failed; nothing was changed");
    }
}

void api_failed(struct central *c, const struct err *err, struct http_response *rs)
{
    api_log(c, "error: %s", err->msg);
    api_failure(err, rs);
}

void api_end_page(struct http_response *rs, struct trailer *t)
{
    if (!*t->digest)
        sha256_hex(rs->body.p, rs->body.len, t->digest);
    if (trailer_to_json(t, &rs->body) < 0 || buf_putc(&rs->body, '\n') < 0)
        BUG("no room for the trailer");
    rs->status = 200;
    rs->type = NDJSON;
}

/* While a kiosk is served, no row of another company can be touched. */
static void handle(struct central *c, const struct route *r, const struct http_request *rq,
    const struct kiosk *kiosk, struct http_response *rs)
{
    if (kiosk) {
        mark_check(c, rq, kiosk, rs);
        rs->renew = kiosk->token_at == NO_NUMBER || rq->now - kiosk->token_at >= TOKEN_LIFE;
        database_only(c->db, kiosk->company);
    }
    r->handle(c, rq, kiosk, rs);
    database_only(c->db, NULL);
}

static void run_route(struct central *c, const struct route *r, const struct http_request *rq,
    struct http_response *rs)
{
    struct kiosk kiosk;
    if (!r->kiosks_only)
        handle(c, r, rq, NULL, rs);
    else if (admit(c, rq, &kiosk, rs))
        handle(c, r, rq, &kiosk, rs);
}

static void no_route(struct central *c, const struct http_request *rq, struct http_response *rs)
{
    response_error(rs, 404, "not_found", "there is nothing here");
    for (const struct route *r = routes; r->method; r++) {
        if (strcmp(r->path, rq->path) != 0)
            continue;
        response_error(rs, 405, "method_not_allowed", "this address does not take that method");
        rs->allow = r->method;
    }
    admit_in_vain(c, rq, rs);
}

const struct route *route_find(const struct http_request *rq)
{
    for (const struct route *r = routes; r->method; r++)
        if (strcmp(r->path, rq->path) == 0 && strcmp(r->method, rq->method) == 0)
            return r;
    return NULL;
}

void route(const struct http_request *rq, struct central *c, struct http_response *rs)
{
    const struct route *r = route_find(rq);
    if (r)
        run_route(c, r, rq, rs);
    else
        no_route(c, rq, rs);
    if (rs->later)
        return;
    size_t which = r ? (size_t)(r - routes) : ROUTES_MAX;
    int class = rs->status / 100 - 2;
    if (class >= 0 && class < STATUS_CLASSES)
        c->counts.answers[which][class]++;
}
