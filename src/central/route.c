/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/route.h"

#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/api.h"
#include "central/mark.h"
#include "central/people.h"

const struct route routes[] = {
    {"POST", "/v1/enrol", false, true, api_enrol},
    {"POST", "/v1/journal", true, true, api_journal},
    {"GET", "/v1/feed", true, false, api_feed},
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

/* One event is one line of at most 2 KiB, whatever the texts in it are. */
#define LOG_LINE 2047

void api_log(struct central *c, const char *fmt, ...)
{
    va_list ap;
    if (!c->log)
        return;
    struct buf line = BUF_INIT(LOG_LINE);
    char text[LOG_LINE / 3];
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    (void)utf8_sanitize(&line, text, strlen(text), false);
    fprintf(c->log, "%s\n", line.p);
    buf_release(&line);
}

void api_failure(const struct err *err, struct http_response *rs)
{
    if (err->code == ERR_BUSY || err->code == ERR_FULL || err->code == ERR_NET) {
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

/* 1: this kiosk asks, perhaps one that was revoked; 0: nobody we know. */
static int authenticate(
    struct central *c, const struct http_request *rq, struct kiosk *kiosk, struct err *err)
{
    static const char scheme[] = "Bearer ";
    const size_t skip = sizeof(scheme) - 1;
    if (strncmp(rq->authorization, scheme, skip) != 0 ||
        !hex_valid(rq->authorization + skip, KEY_BYTES))
        return 0;
    char hash[DIGEST_HEX];
    sha256_hex(rq->authorization + skip, strlen(rq->authorization + skip), hash);
    return database_kiosk_by_token(c->db, hash, kiosk, err);
}

/* While a kiosk is served, no row of another company can be touched. */
static void handle(struct central *c, const struct route *r, const struct http_request *rq,
    const struct kiosk *kiosk, struct http_response *rs)
{
    if (kiosk) {
        mark_check(c, rq, kiosk, rs);
        database_only(c->db, kiosk->company);
    }
    r->handle(c, rq, kiosk, rs);
    database_only(c->db, NULL);
}

static void run_route(struct central *c, const struct route *r, const struct http_request *rq,
    struct http_response *rs)
{
    struct kiosk kiosk;
    struct err err = {0};
    int known = r->kiosks_only ? authenticate(c, rq, &kiosk, &err) : 1;
    if (known < 0)
        api_failed(c, &err, rs);
    else if (known == 0)
        response_error(rs, 401, "unauthorized", "this kiosk is not enrolled");
    else if (r->kiosks_only && kiosk.revoked)
        response_error(rs, 401, ERROR_REVOKED, "this kiosk was revoked: it forgets everybody");
    else
        handle(c, r, rq, r->kiosks_only ? &kiosk : NULL, rs);
}

static void no_route(const struct http_request *rq, struct http_response *rs)
{
    response_error(rs, 404, "not_found", "there is nothing here");
    for (const struct route *r = routes; r->method; r++) {
        if (strcmp(r->path, rq->path) != 0)
            continue;
        response_error(rs, 405, "method_not_allowed", "this address does not take that method");
        rs->allow = r->method;
    }
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
        no_route(rq, rs);
    if (rs->later)
        return;
    size_t which = r ? (size_t)(r - routes) : ROUTES_MAX;
    int class = rs->status / 100 - 2;
    if (class >= 0 && class < STATUS_CLASSES)
        c->counts.answers[which][class]++;
}
