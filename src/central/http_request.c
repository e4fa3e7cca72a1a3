/* SPDX-License-Identifier: EUPL-1.2 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "central/api.h"
#include "central/clerk.h"
#include "central/http_inner.h"
#include "proto/wire.h"

/* A request: its body is still coming, or the clerk has it. */
struct upload {
    struct buf body;
    struct clerk_job job;
    struct http_request rq;
    struct http_response rs;
    struct MHD_Connection *mhd;
    char address[INET6_ADDRSTRLEN];
    int64_t began; /* clock_monotonic() */
    struct asker asker;
    bool handed_in;
};

/* ---- the answer ---- */

static void add_header(struct MHD_Response *to, const char *name, const char *value)
{
    if (value && *value && MHD_add_response_header(to, name, value) != MHD_YES)
        BUG("a header that is none: %s", name);
}

/* Kiosks under way would else send one request after the other, and the last would be cut off. */
static bool is_closing(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    bool closing = server->closing;
    pthread_mutex_unlock(&server->lock);
    return closing;
}

static void add_headers(
    struct http_server *server, const struct http_response *rs, struct MHD_Response *to)
{
    char seconds[16];
    snprintf(seconds, sizeof(seconds), "%d", rs->retry_after);
    add_header(to, "Acht-Server", database_server_id(server->central->db));
    add_header(to, "Cache-Control", "no-store");
    add_header(to, "Connection", is_closing(server) ? "close" : NULL);
    add_header(to, "Content-Type", rs->type);
    add_header(to, "ETag", rs->etag);
    add_header(to, "Allow", rs->allow);
    add_header(to, WIRE_MARK_HEADER, rs->mark);
    add_header(to, WIRE_TOKEN_HEADER, rs->renew && rs->status < 400 ? WIRE_TOKEN_RENEW : NULL);
    add_header(to, "Connection", rs->last ? "close" : NULL);
    add_header(to, "Retry-After", rs->retry_after ? seconds : NULL);
    add_header(to, "WWW-Authenticate", rs->status == 401 ? "Bearer" : NULL);
}

static enum MHD_Result answer(
    struct http_server *server, struct MHD_Connection *mhd, struct http_response *rs)
{
    size_t len = rs->body.len;
    unsigned status = (unsigned)rs->status;
    struct MHD_Response *r =
        MHD_create_response_from_buffer(len, buf_take(&rs->body), MHD_RESPMEM_MUST_FREE);
    if (!r)
        BUG("no memory for an answer");
    add_headers(server, rs, r);
    connection_step(server, mhd, true, LIM_SLOW_SECONDS + (int64_t)len / LIM_SLOW_ANSWER);
    enum MHD_Result result = MHD_queue_response(mhd, status, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result refuse(struct http_server *server, struct MHD_Connection *mhd, int status,
    const char *code, const char *message)
{
    struct http_response rs;
    response_init(&rs);
    response_error(&rs, status, code, message);
    rs.last = true;
    enum MHD_Result result = answer(server, mhd, &rs);
    response_release(&rs);
    return result;
}

/* ---- the request ---- */

static const char *header(struct MHD_Connection *mhd, const char *name)
{
    const char *value = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
    return value ? value : "";
}

struct head {
    int hosts, lengths, codings;
    bool odd;
};

static bool is_token(const char *name, size_t len)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)name[i]) && !memchr(others, name[i], sizeof(others) - 1))
            return false;
    return len > 0;
}

static bool is_plain(const char *value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F)
            return false;
    return true;
}

static enum MHD_Result see_header(void *context, enum MHD_ValueKind kind, const char *name,
    size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    struct head *h = context;
    h->hosts += strcasecmp(name, "Host") == 0;
    h->lengths += strcasecmp(name, "Content-Length") == 0;
    h->codings += strcasecmp(name, "Transfer-Encoding") == 0;
    h->odd |= !is_token(name, name_len) || !is_plain(value, value_len);
    return MHD_YES;
}

/* What two programs could read in two ways is how requests are smuggled past a proxy (RFC
 * 9112, 5.1, 6.3): libmicrohttpd takes "Content-Length :" for another header, a lone CR for a part
 * of a value, and a lone LF in a chunk's head for its end. Our kiosks and nginx say how long a body
 * is, so chunks are not taken at all. Returns the status that refuses it, or 0. */
static int judge_head(struct MHD_Connection *mhd)
{
    struct head h = {0};
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, see_header, &h);
    const char *length = header(mhd, "Content-Length");
    if (h.hosts > 1 || h.lengths > 1 || h.lengths + h.codings > 1 || h.odd ||
        strspn(length, "0123456789") != strlen(length))
        return 400;
    return h.codings ? 411 : 0;
}

static bool body_is_announced_too_large(struct MHD_Connection *mhd)
{
    const char *length = header(mhd, "Content-Length");
    return strlen(length) > 9 || strtol(length, NULL, 10) > LIM_BODY;
}

/* Milliseconds since 1970; what is no such number was not said. */
static int64_t read_clock(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > 14 || strspn(text, "0123456789") != len)
        return NO_NUMBER;
    return strtoll(text, NULL, 10);
}

/* Of IPv6 the network alone: whoever has one address there has as many as he likes. */
static void read_address(struct MHD_Connection *mhd, char out[INET6_ADDRSTRLEN])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *from = info ? info->client_addr : NULL;
    out[0] = '\0';
    if (from && from->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)from;
        inet_ntop(AF_INET, &v4->sin_addr, out, INET6_ADDRSTRLEN);
    } else if (from && from->sa_family == AF_INET6) {
        struct in6_addr network = ((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
        if (!IN6_IS_ADDR_V4MAPPED(&network))
            memset(network.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &network, out, INET6_ADDRSTRLEN);
    }
}

static struct http_request read_request(
    struct MHD_Connection *mhd, const char *url, const char *method, struct upload *upload)
{
    read_address(mhd, upload->address);
    const char *cursor = MHD_lookup_connection_value(mhd, MHD_GET_ARGUMENT_KIND, "cursor");
    return (struct http_request){
        .method = method,
        .path = url,
        .cursor = cursor ? cursor : "",
        .authorization = header(mhd, "Authorization"),
        .if_none_match = header(mhd, "If-None-Match"),
        .body = upload->body.p,
        .len = upload->body.len,
        .now = clock_now(),
        .clock = read_clock(header(mhd, WIRE_CLOCK_HEADER)),
        .mark = header(mhd, WIRE_MARK_HEADER),
        .address = upload->address,
    };
}

static enum MHD_Result answer_and_release(struct http_server *server, struct upload *upload)
{
    enum MHD_Result result = answer(server, upload->mhd, &upload->rs);
    response_release(&upload->rs);
    return result;
}

/* In the clerk's thread: libmicrohttpd calls http_access() again. */
static void served(struct clerk_job *job)
{
    struct upload *upload = (struct upload *)(void *)((char *)job - offsetof(struct upload, job));
    MHD_resume_connection(upload->mhd);
}

static int clerk_takes(struct http_server *server, struct clerk_job *job)
{
    pthread_mutex_lock(&server->lock);
    int rc = server->stopping ? -1 : clerk_take(server->central->clerk, job);
    pthread_mutex_unlock(&server->lock);
    return rc;
}

static enum MHD_Result hand_in(struct http_server *server, struct upload *upload)
{
    upload->handed_in = true;
    upload->job = (struct clerk_job){.rq = &upload->rq, .rs = &upload->rs, .done = served};
    connection_step(server, upload->mhd, true, LIM_JUDGE_SECONDS);
    MHD_suspend_connection(upload->mhd);
    if (clerk_takes(server, &upload->job) == 0)
        return MHD_YES;
    response_error(&upload->rs, 429, "busy", "too many wait already; try again later");
    upload->rs.retry_after = LIM_BUSY_SECONDS;
    MHD_resume_connection(upload->mhd);
    return MHD_YES;
}

static enum MHD_Result ask_ready(struct http_server *server, struct upload *upload)
{
    upload->handed_in = true;
    upload->asker = (struct asker){.mhd = upload->mhd, .rs = &upload->rs};
    connection_step(server, upload->mhd, true, LIM_JUDGE_SECONDS);
    MHD_suspend_connection(upload->mhd);
    http_ready(server, &upload->asker);
    return MHD_YES;
}

static enum MHD_Result run(struct http_server *server, struct MHD_Connection *mhd, const char *url,
    const char *method, struct upload *upload)
{
    if (upload->handed_in)
        return answer_and_release(server, upload);
    upload->mhd = mhd;
    upload->rq = read_request(mhd, url, method, upload);
    response_init(&upload->rs);
    const struct route *r = route_find(&upload->rq);
    if (r && r->handle == api_ready)
        return ask_ready(server, upload);
    if (r && (r->writes || *upload->rq.mark)) /* a mark is kept */
        return hand_in(server, upload);
    http_judging(server, true);
    route(&upload->rq, server->central, &upload->rs);
    http_judging(server, false);
    if (upload->rs.later) /* something must be written after all */
        return hand_in(server, upload);
    return answer_and_release(server, upload);
}

/* A body gets the more time the more of it has come: who sends hardly anything has little. */
static void body_step(struct http_server *server, struct MHD_Connection *mhd, struct upload *upload)
{
    int64_t seconds = LIM_SLOW_SECONDS + (int64_t)upload->body.len / LIM_SLOW_BODY;
    connection_step(server, mhd, true, seconds - (clock_monotonic() - upload->began) / 1000);
}

static enum MHD_Result begin(
    struct http_server *server, struct MHD_Connection *mhd, const char *url, void **state)
{
    struct upload *upload = mem_alloc(sizeof(*upload));
    buf_init(&upload->body, LIM_BODY);
    *state = upload;
    upload->began = clock_monotonic();
    body_step(server, mhd, upload);
    int status = judge_head(mhd);
    if (status == 411)
        return refuse(server, mhd, 411, "length_required", "a body comes with a Content-Length");
    if (status)
        return refuse(server, mhd, 400, "malformed", "the head of the request is not clear");
    if (body_is_announced_too_large(mhd))
        return refuse(server, mhd, 413, "too_large", "the body is too large");
    if (strlen(url) > LIM_URL)
        return refuse(server, mhd, 414, "too_large", "the address is too long");
    return MHD_YES;
}

/* libmicrohttpd calls this with the headers, with each piece of the body, and at its end. */
enum MHD_Result http_access(void *server, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *len, void **state)
{
    (void)version;
    struct upload *upload = *state;
    if (!upload)
        return begin(server, mhd, url, state);
    if (*len == 0)
        return run(server, mhd, url, method, upload);
    if (buf_add(&upload->body, data, *len) < 0) /* more than was announced */
        return MHD_NO;
    body_step(server, mhd, upload);
    *len = 0;
    return MHD_YES;
}

void http_completed(
    void *server, struct MHD_Connection *mhd, void **state, enum MHD_RequestTerminationCode code)
{
    (void)code;
    struct upload *upload = *state;
    if (upload) {
        response_release(&upload->rs);
        buf_release(&upload->body);
    }
    free(upload);
    *state = NULL;
    connection_step(server, mhd, false, LIM_SLOW_SECONDS);
}
