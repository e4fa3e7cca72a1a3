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

#define POLL_MS 1000

/* libcurl averages over some seconds, so that a transfer that stops ends after about twice as many.
 * A whole page of a megabyte at 10 KB/s takes most of the two minutes. */
static const struct patience usual = {
    .connect_ms = 10000, .total_ms = 120000, .slow_bytes = 100, .slow_seconds = 8};

/* What OpenSSL says of a certificate (X509_V_...). libcurl compares the names only where OpenSSL
 * has nothing to say, and then leaves what it began with: NAME. */
enum { VERIFY_NAME = 1, VERIFY_NOT_YET_VALID = 9, VERIFY_EXPIRED = 10, VERIFY_SELF_SIGNED = 18 };

struct curl_transport {
    struct transport base;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers; /* without and with the type of a body */
    char server[LIM_URL];
    bool own_ca; /* a CA file instead of the system's */
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
    t->own_ca = *ca;
    if (*ca) {
        SET(t->easy, CURLOPT_CAINFO, ca);
        SET(t->easy, CURLOPT_CAPATH, NULL);
    }
}

void transport_curl_patience(struct transport *base, const struct patience *p)
{
    struct curl_transport *t = (struct curl_transport *)base;
    SET(t->easy, CURLOPT_CONNECTTIMEOUT_MS, p->connect_ms);
    SET(t->easy, CURLOPT_TIMEOUT_MS, p->total_ms);
    SET(t->easy, CURLOPT_LOW_SPEED_LIMIT, p->slow_bytes);
    SET(t->easy, CURLOPT_LOW_SPEED_TIME, p->slow_seconds);
}

static bool is_pin(const char *pin, size_t len)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t scheme = strlen("sha256//"), digest = 43; /* of 32 bytes, then one '=' */
    return len == scheme + digest + 1 && strncmp(pin, "sha256//", scheme) == 0 &&
           strspn(pin + scheme, base64) == digest && pin[len - 1] == '=';
}

int transport_curl_pin(struct transport *base, const char *pins, struct err *err)
{
    struct curl_transport *t = (struct curl_transport *)base;
    if (!*pins)
        return 0;
    for (const char *at = pins;; at++) {
        size_t len = strcspn(at, ";");
        if (!is_pin(at, len))
            return err_set(err, ERR_CONFIG, "'%.100s' is not a list like sha256//...=", pins);
        at += len;
        if (!*at)
            break;
    }
    SET(t->easy, CURLOPT_PINNEDPUBLICKEY, pins);
    return 0;
}

static void set_limits(struct curl_transport *t)
{
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

static void add_token(struct curl_transport *t, const char *token)
{
    char line[sizeof(t->authorization)];
    snprintf(line, sizeof(line), "Authorization: Bearer %s", token);
    add_header(t, line);
    memory_wipe(line, sizeof(line));
}

static void set_headers(struct curl_transport *t, const struct request *q)
{
    char line[3 * LIM_ID + 32];
    curl_slist_free_all(t->headers);
    t->headers = NULL;
    add_header(t, WIRE_PROTOCOL_HEADER ": " WIRE_PROTOCOL);
    add_header(t, "Expect:"); /* a 100-continue would cost a round trip on every push */
    if (q->token)
        add_token(t, q->token);
    else if (t->authorization[0])
        add_header(t, t->authorization);
    if (q->type) {
        snprintf(line, sizeof(line), "Content-Type: %s", q->type);
        add_header(t, line);
    }
    if (q->known && *q->known) {
        snprintf(line, sizeof(line), "If-None-Match: \"%s\"", q->known);
        add_header(t, line);
    }
    if (q->mark) {
        snprintf(line, sizeof(line), WIRE_MARK_HEADER ": %s", q->mark);
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

/* The one header of this name; none when it is missing, repeated or too long. */
static void read_header(struct curl_transport *t, const char *name, char out[LIM_ID])
{
    struct curl_header *h;
    if (curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK || h->amount != 1 ||
        str_copy(out, LIM_ID, h->value) < 0)
        out[0] = '\0';
}

/* What cannot be read, or lies in the past, is a second: the server did ask for patience. */
static int64_t read_retry(struct curl_transport *t)
{
    curl_off_t seconds = 0;
    struct curl_header *h;
    if (curl_easy_header(t->easy, "Retry-After", 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
        return NO_RETRY_AFTER;
    if (curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK ||
        seconds < RETRY_MIN_S)
        return RETRY_MIN_S;
    return seconds < RETRY_MAX_S ? seconds : RETRY_MAX_S;
}

static void read_head(struct curl_transport *t, struct response *r)
{
    long status = 0;
    char wish[LIM_ID];
    if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        BUG("libcurl has no status");
    r->status = (int)status;
    read_type(t, r);
    read_header(t, WIRE_SERVER_HEADER, r->server_id);
    read_header(t, WIRE_MARK_HEADER, r->mark);
    read_header(t, WIRE_TOKEN_HEADER, wish);
    r->renew = strcmp(wish, WIRE_TOKEN_RENEW) == 0;
    r->retry_after = read_retry(t);
}

/* A certificate of somebody else, or one that anybody can make for himself where the public ones
 * are trusted, comes from a network that wants a login first. One that was renewed, when a file of
 * one's own says whom to trust, looks the same to that file. */
static enum cause cause_of_certificate(struct curl_transport *t)
{
    long verified = -1;
    if (curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verified) != CURLE_OK)
        return CAUSE_certificate;
    switch (verified) {
    case VERIFY_NAME:
        return CAUSE_portal;
    case VERIFY_SELF_SIGNED:
        return t->own_ca ? CAUSE_certificate : CAUSE_portal;
    case VERIFY_NOT_YET_VALID:
        return CAUSE_clock;
    case VERIFY_EXPIRED:
        t->response->expired = true;
        return CAUSE_certificate;
    default:
        return CAUSE_certificate;
    }
}

/* For the operator: what is wrong with the certificate. */
static const char *certificate_words(struct curl_transport *t)
{
    static const struct {
        long code;
        const char *words;
    } known[] = {{VERIFY_NAME, "the certificate is for another name"},
        {VERIFY_NOT_YET_VALID, "by the clock of this kiosk the certificate is not valid yet"},
        {VERIFY_EXPIRED, "by the clock of this kiosk the certificate has expired"},
        {VERIFY_SELF_SIGNED, "the certificate is signed by itself, and not known here"}};
    long verified = -1;
    (void)curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].code == verified)
            return known[i].words;
    return "the certificate is signed by nobody whom this kiosk trusts";
}

static const char *words_of(struct curl_transport *t, CURLcode code)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return certificate_words(t);
    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
        return "the server's key is none of those that this kiosk was told: somebody reads along";
    return curl_easy_strerror(code);
}

static enum cause cause_of(struct curl_transport *t, CURLcode code)
{
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
        return cause_of_certificate(t);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return CAUSE_intercepted;
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
    return err_set(err, ERR_NET, "%s", words_of(t, code));
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
    transport_curl_patience(&t->base, &usual);
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
