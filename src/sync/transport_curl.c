/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/transport_curl.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/notify.h"
#include "proto/wire.h"
#include "sync/schedule.h"

#define CONNECT_TIMEOUT_MS 10000L
#define TOTAL_TIMEOUT_MS 120000L
#define SLOW_BYTES_PER_SECOND 100L
#define SLOW_SECONDS 15L
#define POLL_MS 1000

/* X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL: then it is the kiosk's clock that is wrong. */
#define VERIFY_NOT_YET_VALID 9

struct curl_transport {
    struct transport base;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers; /* without and with the type of a body */
    char server[LIM_URL];
    char authorization[LIM_TOKEN + 32];
    int stop_fd;
    struct response *response; /* of the running exchange */
    size_t header_bytes;
    bool head_ended;
};

/* Nothing that somebody put in the environment may redirect, log or unlock a transfer. */
static void clean_environment(void)
{
    static const char *const names[] = {"SSLKEYLOGFILE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "OPENSSL_CONF", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
        "ALL_PROXY", "no_proxy", "NO_PROXY", "NETRC", "HOME"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct curl_transport *t = context;
    return buf_add(&t->response->body, data, size * count) < 0 ? 0 : size * count;
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    struct curl_transport *t = context;
    t->header_bytes += size * count;
    if (size * count >= 5 && memcmp(data, "HTTP/", 5) == 0)
        t->head_ended = false; /* a head after 100 Continue */
    else if (data[0] == '\r' || data[0] == '\n')
        t->head_ended = true;
    return t->header_bytes > LIM_HEADERS ? 0 : size * count;
}

static bool is_loopback(const char *host)
{
    unsigned char address[4];
    return (inet_pton(AF_INET, host, address) == 1 && address[0] == 127) ||
           strcmp(host, "[::1]") == 0 || strcmp(host, "localhost") == 0;
}

static bool url_has(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static int check_url(CURLU *url, const char *server, struct err *err)
{
    char *scheme = NULL, *host = NULL;
    int rc = 0;
    if (curl_url_set(url, CURLUPART_URL, server, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        rc = err_set(
            err, ERR_CONFIG, "'%.200s' is not an address like https://acht.example", server);
    else if (url_has(url, CURLUPART_USER) || url_has(url, CURLUPART_QUERY) ||
             url_has(url, CURLUPART_FRAGMENT))
        rc = err_set(err, ERR_CONFIG, "a server's address has no user, query or fragment");
    else if (strcmp(scheme, "https") != 0 && (strcmp(scheme, "http") != 0 || !is_loopback(host)))
        rc = err_set(err, ERR_CONFIG,
            "'%.200s' is not https; plain http only reaches this machine itself", server);
    curl_free(scheme);
    curl_free(host);
    return rc;
}

static int set_server(struct curl_transport *t, const char *server, struct err *err)
{
    CURLU *url = curl_url();
    if (!url)
        BUG("out of memory");
    int rc = check_url(url, server, err);
    curl_url_cleanup(url);
    if (rc == 0 && str_copy(t->server, sizeof(t->server), server) < 0)
        rc = err_set(err, ERR_CONFIG, "the server's address is too long");
    size_t len = strlen(t->server);
    if (len > 0 && t->server[len - 1] == '/')
        t->server[len - 1] = '\0';
    return rc;
}

/* libcurl refuses an option only when it was built without it or has no memory: neither is data. */
#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt(easy, option, value) != CURLE_OK)                                     \
            BUG("libcurl refuses " #option);                                                       \
    } while (0)

static void set_security(struct curl_transport *t, const char *ca)
{
    bool tls = strncmp(t->server, "https", 5) == 0;
    SET(t->easy, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http");
    SET(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    SET(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    SET(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(t->easy, CURLOPT_PROXY, "");
    SET(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(t->easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
    if (*ca) {
        SET(t->easy, CURLOPT_CAINFO, ca);
        SET(t->easy, CURLOPT_CAPATH, NULL);
    }
}

static void set_limits(struct curl_transport *t)
{
    SET(t->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    SET(t->easy, CURLOPT_TIMEOUT_MS, TOTAL_TIMEOUT_MS);
    SET(t->easy, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES_PER_SECOND);
    SET(t->easy, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS);
    SET(t->easy, CURLOPT_HTTP09_ALLOWED, 0L);
    SET(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(t->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(t->easy, CURLOPT_NOSIGNAL, 1L);
    SET(t->easy, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(t->easy, CURLOPT_USERAGENT, "acht-sync/" ACHT_VERSION);
}

static void set_callbacks(struct curl_transport *t)
{
    SET(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(t->easy, CURLOPT_WRITEDATA, t);
    SET(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    SET(t->easy, CURLOPT_HEADERDATA, t);
}

static void add_header(struct curl_transport *t, const char *header)
{
    struct curl_slist *longer = curl_slist_append(t->headers, header);
    if (!longer)
        BUG("out of memory");
    t->headers = longer;
}

static void set_headers(struct curl_transport *t, const struct request *q)
{
    char line[LIM_CURSOR + 32];
    curl_slist_free_all(t->headers);
    t->headers = NULL;
    add_header(t, WIRE_PROTOCOL_HEADER ": " WIRE_PROTOCOL);
    add_header(t, "Expect:"); /* a 100-continue would cost a round trip on every push */
    if (t->authorization[0])
        add_header(t, t->authorization);
    if (q->type) {
        snprintf(line, sizeof(line), "Content-Type: %s", q->type);
        add_header(t, line);
    }
    if (q->known && *q->known) {
        snprintf(line, sizeof(line), "If-None-Match: \"%s\"", q->known);
        add_header(t, line);
    }
    if (q->clock > 0) {
        snprintf(line, sizeof(line), WIRE_CLOCK_HEADER ": %lld", (long long)q->clock);
        add_header(t, line);
    }
    SET(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void set_request(struct curl_transport *t, const struct request *q)
{
    char url[2 * LIM_URL];
    snprintf(url, sizeof(url), "%s%s", t->server, q->path);
    SET(t->easy, CURLOPT_URL, url);
    set_headers(t, q);
    if (q->type) {
        SET(t->easy, CURLOPT_POST, 1L);
        SET(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->len);
        SET(t->easy, CURLOPT_POSTFIELDS, q->body);
    } else {
        SET(t->easy, CURLOPT_HTTPGET, 1L);
    }
}

static void read_type(struct curl_transport *t, struct response *r)
{
    char *type = NULL;
    if (curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK || !type)
        return;
    size_t n = strcspn(type, "; \t");
    for (size_t i = 0; i < n && i < sizeof(r->type) - 1; i++)
        r->type[i] = type[i] >= 'A' && type[i] <= 'Z' ? (char)(type[i] - 'A' + 'a') : type[i];
}

static void read_head(struct curl_transport *t, struct response *r)
{
    long status = 0;
    curl_off_t retry = 0;
    struct curl_header *id;
    if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        BUG("libcurl has no status");
    r->status = (int)status;
    read_type(t, r);
    if (curl_easy_header(t->easy, WIRE_SERVER_HEADER, 0, CURLH_HEADER, -1, &id) == CURLHE_OK &&
        id->amount == 1)
        str_copy(r->server_id, sizeof(r->server_id), id->value);
    if (curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry) == CURLE_OK && retry > 0)
        r->retry_after = retry;
}

static enum cause cause_of(struct curl_transport *t, CURLcode code)
{
    long verified = 0;
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
        if (curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verified) == CURLE_OK &&
            verified == VERIFY_NOT_YET_VALID)
            return CAUSE_clock;
        return CAUSE_certificate;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
        return CAUSE_certificate;
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return CAUSE_server_wrong;
    default:
        return CAUSE_no_network;
    }
}

static bool must_stop(const struct curl_transport *t)
{
    struct pollfd p = {.fd = t->stop_fd, .events = POLLIN};
    return t->stop_fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Runs the transfer to its end: 0 with its code, or 1 when it was told to stop. */
static int drive(struct curl_transport *t, CURLcode *code)
{
    struct curl_waitfd stop = {.fd = t->stop_fd, .events = CURL_WAIT_POLLIN};
    for (int running = 1; running;) {
        if (must_stop(t))
            return 1;
        if (curl_multi_perform(t->multi, &running) != CURLM_OK)
            BUG("libcurl cannot go on");
        notify_turn(clock_monotonic()); /* a transfer is long, and bounded */
        if (running && curl_multi_poll(t->multi, &stop, t->stop_fd >= 0, POLL_MS, NULL) != CURLM_OK)
            BUG("libcurl cannot wait");
    }
    int left;
    const CURLMsg *done = curl_multi_info_read(t->multi, &left);
    if (!done || done->msg != CURLMSG_DONE)
        BUG("libcurl lost a transfer");
    *code = done->data.result;
    return 0;
}

static int exchange(struct transport *base, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct curl_transport *t = (struct curl_transport *)base;
    CURLcode code = CURLE_OK;
    t->response = r;
    t->header_bytes = 0;
    t->head_ended = false;
    set_request(t, q);
    if (curl_multi_add_handle(t->multi, t->easy) != CURLM_OK)
        BUG("libcurl refuses a transfer");
    int stopped = drive(t, &code);
    if (!stopped && code == CURLE_OK)
        read_head(t, r);
    curl_multi_remove_handle(t->multi, t->easy);
    if (stopped) {
        *cause = CAUSE_ok;
        return err_set(err, ERR_BUSY, "told to stop");
    }
    if (code == CURLE_OK && !t->head_ended) /* libcurl takes a head that was cut off for whole */
        code = CURLE_GOT_NOTHING;
    if (code == CURLE_OK)
        return 0;
    *cause = cause_of(t, code);
    if (r->body.overflow)
        return err_set(err, ERR_DATA, "the answer is larger than %zu bytes", r->body.max);
    return err_set(err, ERR_NET, "%s", curl_easy_strerror(code));
}

int transport_curl_open(struct transport **out, const char *server, const char *ca,
    const char *token, int stop_fd, struct err *err)
{
    struct curl_transport *t = mem_alloc(sizeof(*t));
    if (set_server(t, server, err) < 0) {
        free(t);
        return -1;
    }
    clean_environment();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        BUG("libcurl cannot start");
    t->base.exchange = exchange;
    t->stop_fd = stop_fd;
    t->multi = curl_multi_init();
    t->easy = curl_easy_init();
    if (!t->multi || !t->easy)
        BUG("out of memory");
    if (*token)
        snprintf(t->authorization, sizeof(t->authorization), "Authorization: Bearer %s", token);
    set_security(t, ca);
    set_limits(t);
    set_callbacks(t);
    *out = &t->base;
    return 0;
}

void transport_curl_close(struct transport *base)
{
    struct curl_transport *t = (struct curl_transport *)base;
    if (!t)
        return;
    curl_easy_cleanup(t->easy);
    curl_multi_cleanup(t->multi);
    curl_slist_free_all(t->headers);
    memory_wipe(t->authorization, sizeof(t->authorization));
    free(t);
    curl_global_cleanup();
}
