/* SPDX-License-Identifier: EUPL-1.2 */
/* The made-up line: how long a request is under way, what becomes of it, and the server's routes at
 * its end. */
#include <stdio.h>
#include <string.h>

#include "fleet/sim_inner.h"
#include "proto/wire.h"

#define SILENCE_MS 10000 /* as long as the sync waits for a connection */

void line_bearer(const struct machine *k, const struct request *q, char out[BEARER_TEXT])
{
    snprintf(out, BEARER_TEXT, "Bearer %s", q->token ? q->token : k->token);
}

/* ---- sizes ---- */

/* Of the head of a request as libcurl writes it, and of an answer as the server does, without what
 * differs from one to the next. */
#define HEAD_UP 210
#define HEAD_DOWN 212

int64_t line_bytes_up(const struct request *q)
{
    char number[24];
    size_t n = HEAD_UP + strlen(q->path) + q->len;
    if (q->type)
        n += strlen("Content-Type: \r\nContent-Length: \r\n") + strlen(q->type) +
             (size_t)snprintf(number, sizeof(number), "%zu", q->len);
    if (q->known && *q->known)
        n += strlen("If-None-Match: \"\"\r\n") + strlen(q->known);
    if (q->mark)
        n += strlen(WIRE_MARK_HEADER ": \r\n") + strlen(q->mark);
    return (int64_t)n;
}

static int64_t bytes_down(const struct response *r)
{
    return (int64_t)(HEAD_DOWN + r->body.len + strlen(r->type) + strlen(r->mark));
}

static int64_t travel(const struct sim *f, int64_t bytes)
{
    return f->options.round_trip / 2 + bytes * 8 * 1000 / f->options.bits_per_second;
}

/* ---- the routes ---- */

static void read_answer(struct sim *f, const struct http_response *rs, struct response *r)
{
    r->status = rs->status;
    r->retry_after = rs->retry_after ? rs->retry_after : NO_RETRY_AFTER;
    str_copy(r->type, sizeof(r->type), rs->type ? rs->type : "");
    str_copy(r->server_id, sizeof(r->server_id), database_server_id(f->central.db));
    str_copy(r->mark, sizeof(r->mark), rs->mark);
    r->renew = rs->renew && rs->status < 400;
    buf_add(&r->body, rs->body.p, rs->body.len);
}

void line_serve(struct sim *f, const char *authorization, const struct request *q, int64_t now,
    struct response *r)
{
    struct http_response rs;
    char path[LIM_URL], cursor[LIM_CURSOR] = "", tag[LIM_CURSOR + 2] = "";
    str_copy(path, sizeof(path), q->path);
    char *query = strchr(path, '?');
    if (query) {
        *query = '\0';
        str_copy(cursor, sizeof(cursor), query + strlen("?cursor=")); /* digits, letters, dots */
    }
    if (q->known && *q->known)
        snprintf(tag, sizeof(tag), "\"%s\"", q->known);
    struct http_request rq = {.method = q->type ? "POST" : "GET",
        .path = path,
        .cursor = cursor,
        .authorization = authorization,
        .if_none_match = tag,
        .body = q->body ? q->body : "",
        .len = q->len,
        .now = now,
        .clock = q->clock ? q->clock : NO_NUMBER,
        .mark = q->mark ? q->mark : ""};
    response_init(&rs);
    route(&rq, &f->central, &rs);
    read_answer(f, &rs, r);
    response_release(&rs);
}

/* ---- under way ---- */

void line_fails(struct visit *v, int64_t after, enum cause cause, const char *why)
{
    struct sim *f = v->machine->sim;
    v->answer = err_set(v->err, ERR_NET, "%s", why);
    *v->cause = cause;
    event_add(f, f->now + after, v->machine, EVENT_ANSWER);
}

bool line_refuses(struct sim *f, struct visit *v)
{
    const struct fault *cause = fault_now(v->machine, FAULT_cause);
    if (fault_now(v->machine, FAULT_down))
        line_fails(v, f->options.round_trip, CAUSE_no_network, "the connection is refused");
    else if (fault_now(v->machine, FAULT_silent))
        line_fails(v, SILENCE_MS, CAUSE_no_network, "nothing comes back");
    else if (cause)
        line_fails(v, f->options.round_trip, (enum cause)cause->value, "a fault of the script");
    else if (fault_loses(v->machine, FAULT_lose_requests))
        line_fails(v, f->options.round_trip, CAUSE_no_network, "the request is lost");
    else
        return false;
    return true;
}

void line_start(struct sim *f, struct visit *v)
{
    if (!line_refuses(f, v))
        event_add(f, f->now + travel(f, line_bytes_up(v->q)), v->machine, EVENT_ARRIVE);
}

/* The made-up server answers one after the other; as many as it has connections may wait. */
void line_arrive(struct sim *f, struct visit *v)
{
    count_arrival(f);
    f->counts.up += line_bytes_up(v->q);
    if (f->options.capacity == 0) {
        line_answer(f, v);
        return;
    }
    int64_t now = f->now * 1000, each = 1000000 / f->options.capacity;
    if (f->free_us < now)
        f->free_us = now;
    if ((f->free_us - now) / each >= LIM_CONNECTIONS) {
        line_fails(v, f->options.round_trip / 2, CAUSE_no_network, "the server takes no more");
        return;
    }
    f->free_us += each;
    event_add(f, (f->free_us + 999) / 1000, v->machine, EVENT_SERVE);
}

void line_answer(struct sim *f, struct visit *v)
{
    char authorization[BEARER_TEXT];
    const struct fault *slow = fault_now(v->machine, FAULT_slow);
    line_bearer(v->machine, v->q, authorization);
    line_serve(f, authorization, v->q, f->start + f->now, v->r);
    if (fault_loses(v->machine, FAULT_lose_answers)) {
        line_fails(v, f->options.round_trip / 2, CAUSE_no_network, "the answer is lost");
        return;
    }
    v->answer = 0;
    count_answer(f, v->r->status, bytes_down(v->r));
    event_add(f, f->now + travel(f, bytes_down(v->r)) + (slow ? slow->value : 0), v->machine,
        EVENT_ANSWER);
}
