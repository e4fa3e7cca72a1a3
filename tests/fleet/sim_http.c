/* SPDX-License-Identifier: EUPL-1.2 */
/* Over HTTP to a server that runs: libcurl carries all exchanges side by side, with the headers of
 * the sync's own transport. A sync opens a connection and keeps it to its end. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet/sim_inner.h"
#include "proto/wire.h"

#define TOTAL_MS 120000L

struct http {
    CURLM *multi;
};

/* What a sync has of libcurl. */
struct line_http {
    CURL *easy;
    CURLSH *own; /* keeps its connection, which nobody else uses */
    struct curl_slist *headers;
};

#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt(easy, option, value) != CURLE_OK)                                     \
            BUG("libcurl refuses " #option);                                                       \
    } while (0)

int http_open(struct sim *f, struct err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(err, ERR_IO, "libcurl cannot start");
    f->http = mem_alloc(sizeof(*f->http));
    f->http->multi = curl_multi_init();
    if (!f->http->multi)
        BUG("out of memory");
    return 0;
}

void http_close(struct sim *f)
{
    if (!f->http)
        return;
    curl_multi_cleanup(f->http->multi);
    mem_free(f->http);
    f->http = NULL;
    curl_global_cleanup();
}

void http_end(struct visit *v)
{
    if (!v->http)
        return;
    curl_easy_cleanup(v->http->easy);
    curl_share_cleanup(v->http->own);
    curl_slist_free_all(v->http->headers);
    mem_free(v->http);
    v->http = NULL;
}

/* ---- a request ---- */

static size_t on_body(char *data, size_t size, size_t n, void *context)
{
    struct visit *v = context;
    return buf_add(&v->r->body, data, size * n) == 0 ? size * n : 0;
}

static struct line_http *line_of(struct sim *f, struct visit *v)
{
    if (v->http)
        return v->http;
    v->http = mem_alloc(sizeof(*v->http));
    CURL *easy = v->http->easy = curl_easy_init();
    v->http->own = curl_share_init();
    if (!easy || !v->http->own ||
        curl_share_setopt(v->http->own, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) != CURLSHE_OK)
        BUG("out of memory");
    SET(easy, CURLOPT_SHARE, v->http->own);
    SET(easy, CURLOPT_PRIVATE, (void *)v);
    SET(easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(easy, CURLOPT_WRITEDATA, (void *)v);
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    SET(easy, CURLOPT_PROXY, "");
    SET(easy, CURLOPT_TIMEOUT_MS, TOTAL_MS);
    SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(easy, CURLOPT_USERAGENT, "acht-sync/" ACHT_VERSION);
    if (f->options.ca)
        SET(easy, CURLOPT_CAINFO, f->options.ca);
    return v->http;
}

static void add_header(struct line_http *h, const char *name, const char *value)
{
    char line[4 * LIM_ID];
    snprintf(line, sizeof(line), "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(h->headers, line);
    if (!longer)
        BUG("out of memory");
    h->headers = longer;
}

static void set_headers(struct line_http *h, const struct visit *v)
{
    char text[4 * LIM_ID];
    curl_slist_free_all(h->headers);
    h->headers = curl_slist_append(NULL, "Expect:");
    add_header(h, WIRE_PROTOCOL_HEADER, WIRE_PROTOCOL);
    line_bearer(v->machine, v->q, text);
    add_header(h, "Authorization", text);
    if (v->q->type)
        add_header(h, "Content-Type", v->q->type);
    if (v->q->known && *v->q->known) {
        snprintf(text, sizeof(text), "\"%s\"", v->q->known);
        add_header(h, "If-None-Match", text);
    }
    if (v->q->mark)
        add_header(h, WIRE_MARK_HEADER, v->q->mark);
    if (v->q->clock > 0) {
        snprintf(text, sizeof(text), "%lld", (long long)v->q->clock);
        add_header(h, WIRE_CLOCK_HEADER, text);
    }
    SET(h->easy, CURLOPT_HTTPHEADER, h->headers);
}

void http_begin(struct sim *f, struct visit *v)
{
    char url[2 * LIM_URL];
    if (line_refuses(f, v))
        return;
    struct line_http *h = line_of(f, v);
    snprintf(url, sizeof(url), "%s%s", f->options.server, v->q->path);
    SET(h->easy, CURLOPT_URL, url);
    if (v->q->type) {
        SET(h->easy, CURLOPT_POST, 1L);
        SET(h->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)v->q->len);
        SET(h->easy, CURLOPT_POSTFIELDS, v->q->body);
    } else {
        SET(h->easy, CURLOPT_HTTPGET, 1L);
    }
    set_headers(h, v);
    if (curl_multi_add_handle(f->http->multi, h->easy) != CURLM_OK)
        BUG("libcurl refuses a transfer");
    count_arrival(f);
}

/* ---- an answer ---- */

static void read_header(CURL *easy, const char *name, char out[LIM_ID])
{
    struct curl_header *h;
    if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK || h->amount != 1 ||
        str_copy(out, LIM_ID, h->value) < 0)
        out[0] = '\0';
}

static void read_head(CURL *easy, struct response *r)
{
    long status = 0;
    char retry[LIM_ID], wish[LIM_ID];
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    r->status = (int)status;
    read_header(easy, "Content-Type", r->type);
    read_header(easy, WIRE_SERVER_HEADER, r->server_id);
    read_header(easy, WIRE_MARK_HEADER, r->mark);
    read_header(easy, WIRE_TOKEN_HEADER, wish);
    r->renew = strcmp(wish, WIRE_TOKEN_RENEW) == 0;
    read_header(easy, "Retry-After", retry);
    r->retry_after = retry[0] ? strtoll(retry, NULL, 10) : NO_RETRY_AFTER;
}

static void count(struct sim *f, CURL *easy, const struct visit *v)
{
    long head = 0;
    curl_off_t body = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &head);
    (void)curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
    f->counts.up += line_bytes_up(v->q); /* libcurl does not say it of a body */
    count_answer(f, v->r->status, head + body);
}

static void finish(struct sim *f, CURL *easy, CURLcode code)
{
    char *private = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    struct visit *v = (struct visit *)(void *)private;
    curl_multi_remove_handle(f->http->multi, easy);
    if (code == CURLE_OK) {
        read_head(easy, v->r);
        count(f, easy, v);
        v->answer = 0;
    }
    if (code == CURLE_OK && fault_loses(v->machine, FAULT_lose_answers)) {
        *v->cause = CAUSE_no_network;
        v->answer = err_set(v->err, ERR_NET, "the answer is lost");
    } else if (code != CURLE_OK) {
        bool certificate = code == CURLE_PEER_FAILED_VERIFICATION;
        *v->cause = certificate ? CAUSE_certificate : CAUSE_no_network;
        v->answer = err_set(v->err, ERR_NET, "%s", curl_easy_strerror(code));
    }
    visit_resume(v);
}

void http_turn(struct sim *f, int64_t milliseconds)
{
    int running, left;
    if (curl_multi_perform(f->http->multi, &running) != CURLM_OK)
        BUG("libcurl cannot go on");
    bool any = false;
    for (CURLMsg *m; (m = curl_multi_info_read(f->http->multi, &left));)
        if (m->msg == CURLMSG_DONE) {
            any = true;
            finish(f, m->easy_handle, m->data.result);
        }
    if (!any && curl_multi_poll(f->http->multi, NULL, 0, (int)milliseconds, NULL) != CURLM_OK)
        BUG("libcurl cannot wait");
}
