/* SPDX-License-Identifier: EUPL-1.2 */
/* The transport against addresses it must refuse and servers that answer badly, over loopback. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "sync/schedule.h"
#include "sync/transport_curl.h"

#define ANSWER_MAX (32 * LIM_PAGE)
#define OK_HEAD "HTTP/1.1 200 OK\r\nAcht-Server: s1\r\nContent-Type: application/x-ndjson\r\n"

/* What the server says; rest adds what is too long or too odd for a literal. */
struct saying {
    const char *text;
    void (*rest)(struct buf *out);
    int want; /* of exchange() */
    enum cause cause;
    int status;
    const char *type, *server_id, *body;
    int64_t retry_after;
};

static void add_page(struct buf *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf_putc(out, 'x');
}

static void too_long_to_the_end(struct buf *out)
{
    add_page(out, LIM_PAGE + 1);
}

static void too_long_in_chunks(struct buf *out)
{
    for (int i = 0; i < 2 * LIM_PAGE / 4096; i++) {
        buf_puts(out, "1000\r\n");
        add_page(out, 4096);
        buf_puts(out, "\r\n");
    }
}

static void endless_headers(struct buf *out)
{
    for (int i = 0; i < LIM_HEADERS / 16; i++)
        buf_printf(out, "X-%d: xxxxxxxxxxxxxxxx\r\n", i);
    buf_puts(out, "\r\n");
}

/* Huffman codes stand in a deflate stream with their highest bit first. */
static void add_code(struct buf *out, unsigned *bits, int *have, unsigned code, int len)
{
    for (int i = len - 1; i >= 0; i--) {
        *bits |= (code >> i & 1) << *have;
        if (++*have == 8) {
            buf_putc(out, (char)*bits);
            *bits = 0;
            *have = 0;
        }
    }
}

/* One zero, and then "the last byte, 258 times more" again and again: a thousand times as long. */
static void gzip_bomb(struct buf *out)
{
    unsigned bits = 0;
    int have = 0;
    buf_add(out, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    add_code(out, &bits, &have, 6, 3);    /* the last block, with the fixed codes */
    add_code(out, &bits, &have, 0x30, 8); /* the literal 0 */
    for (int i = 0; i < 2 * LIM_PAGE / 258; i++)
        add_code(out, &bits, &have, 0xC5u << 5, 13); /* length 258, distance 1 */
    add_code(out, &bits, &have, 0, 16);
}

static void random_bytes_only(struct buf *out)
{
    for (unsigned i = 1; i < 5000; i++)
        buf_putc(out, (char)(i * 2654435761u >> 24));
}

static const struct saying sayings[] = {
    {OK_HEAD "Content-Length: 5\r\n\r\nhello", NULL, 0, CAUSE_ok, 200, "application/x-ndjson", "s1",
        "hello", NO_RETRY_AFTER},
    {OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", NULL, 0, CAUSE_ok, 200,
        "application/x-ndjson", "s1", "hello", NO_RETRY_AFTER},
    {"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=x\r\nContent-Length: 1\r\n\r\nx", NULL, 0,
        CAUSE_ok, 200, "text/html", "", "x", NO_RETRY_AFTER},
    {OK_HEAD "acht-server: s2\r\nContent-Length: 0\r\n\r\n", NULL, 0, CAUSE_ok, 200,
        "application/x-ndjson", "", "", NO_RETRY_AFTER},
    {"HTTP/1.1 503 No\r\nRetry-After: 77\r\nContent-Length: 0\r\n\r\n", NULL, 0, CAUSE_ok, 503, "",
        "", "", 77},
    {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", NULL, 0,
        CAUSE_ok, 302, "", "", "", NO_RETRY_AFTER},
    {"", NULL, -1, CAUSE_no_network, 0, NULL, NULL, NULL, 0},
    {"HTTP/1.1 200 OK\r\nContent-Le", NULL, -1, CAUSE_no_network, 0, NULL, NULL, NULL, 0},
    {OK_HEAD "Content-Length: 50\r\n\r\nhello", NULL, -1, CAUSE_no_network, 0, NULL, NULL, NULL, 0},
    {OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", NULL, -1, CAUSE_no_network, 0, NULL,
        NULL, NULL, 0},
    {"hello, is that HTTP?\r\n\r\n", NULL, -1, CAUSE_server_wrong, 0, NULL, NULL, NULL, 0},
    {"", random_bytes_only, -1, CAUSE_server_wrong, 0, NULL, NULL, NULL, 0},
    {OK_HEAD, endless_headers, -1, CAUSE_server_wrong, 0, NULL, NULL, NULL, 0},
    {OK_HEAD "\r\n", too_long_to_the_end, -1, CAUSE_server_wrong, 0, NULL, NULL, NULL, 0},
    {OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", too_long_in_chunks, -1, CAUSE_server_wrong, 0,
        NULL, NULL, NULL, 0},
    {OK_HEAD "Content-Encoding: gzip\r\n\r\n", gzip_bomb, -1, CAUSE_server_wrong, 0, NULL, NULL,
        NULL, 0},
    {OK_HEAD "Content-Encoding: gzip\r\n\r\n", random_bytes_only, -1, CAUSE_server_wrong, 0, NULL,
        NULL, NULL, 0},
};
#define SAYINGS (sizeof(sayings) / sizeof(sayings[0]))
#define SILENT SAYINGS /* reads the request and says nothing */

/* ---- the server: /N is answered with saying N ---- */

static int port;
static pid_t server;
static int stop[2]; /* a pipe into which the server speaks when it is to be silent */

static void say(int fd, size_t n)
{
    struct buf out = BUF_INIT(ANSWER_MAX);
    buf_puts(&out, sayings[n].text);
    if (sayings[n].rest)
        sayings[n].rest(&out);
    for (size_t at = 0; at < out.len;) {
        ssize_t sent = send(fd, out.p + at, out.len - at, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        at += (size_t)sent;
    }
    buf_release(&out);
}

/* Says back, as a body, whether the request tells the kiosk's time. */
static void say_clock(int fd, const char *request)
{
    char out[256];
    const char *clock = strcasestr(request, "\r\nAcht-Clock: ");
    int len = clock ? (int)strcspn(clock + 2, "\r") : 0;
    int n = snprintf(out, sizeof(out), OK_HEAD "Content-Length: %d\r\n\r\n%.*s", len, len,
        clock ? clock + 2 : "");
    (void)!send(fd, out, (size_t)n, MSG_NOSIGNAL);
}

static void serve(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        char request[8192] = "";
        int fd = accept(listener, NULL, NULL);
        if (recv(fd, request, sizeof(request) - 1, 0) <= 0) {
            close(fd);
            continue;
        }
        if (strncmp(request, "POST /", 6) == 0)
            say_clock(fd, request);
        if (strncmp(request, "GET /", 5) == 0) {
            size_t n = strtoul(request + 5, NULL, 10);
            if (n < SAYINGS)
                say(fd, n);
            else if (write(stop[1], "x", 1) == 1)
                recv(fd, request, sizeof(request), 0);
        }
        close(fd);
    }
}

static int start_server(void **unused)
{
    (void)unused;
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(listener, 8) < 0 ||
        pipe(stop) < 0 || getsockname(listener, (struct sockaddr *)&a, &len) < 0)
        return -1;
    port = ntohs(a.sin_port);
    server = fork();
    if (server == 0)
        serve(listener);
    close(listener);
    return 0;
}

static int stop_server(void **unused)
{
    (void)unused;
    kill(server, SIGKILL);
    return waitpid(server, NULL, 0) == server ? 0 : -1;
}

static struct transport *connect_to_server(int stop_fd)
{
    char url[64];
    struct transport *t;
    struct err err = {0};
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
    assert_int_equal(transport_curl_open(&t, url, "", "token", stop_fd, &err), 0);
    return t;
}

static int get(struct transport *t, size_t n, struct response *r, enum cause *cause)
{
    char path[32];
    struct err err = {0};
    snprintf(path, sizeof(path), "/%zu", n);
    struct request q = {.path = path};
    *r = (struct response){.retry_after = NO_RETRY_AFTER};
    buf_init(&r->body, LIM_PAGE);
    int rc = t->exchange(t, &q, r, cause, &err);
    assert_int_equal(rc == 0, err.code == ERR_NONE);
    return rc;
}

static void check_saying(struct transport *t, size_t n)
{
    const struct saying *s = &sayings[n];
    struct response r;
    enum cause cause = CAUSE_ok;
    int rc = get(t, n, &r, &cause);
    if (rc != s->want || cause != s->cause)
        fail_msg("saying %zu: %d, cause %d", n, rc, (int)cause);
    if (rc == 0) {
        assert_int_equal(r.status, s->status);
        assert_string_equal(r.type, s->type);
        assert_string_equal(r.server_id, s->server_id);
        assert_string_equal(r.body.p, s->body);
        assert_int_equal(r.retry_after, s->retry_after);
    }
    assert_true(r.body.len <= LIM_PAGE);
    buf_release(&r.body);
}

static void every_answer_is_taken_for_what_it_is(void **unused)
{
    (void)unused;
    struct transport *t = connect_to_server(-1);
    for (size_t n = 0; n < SAYINGS; n++)
        check_saying(t, n);
    check_saying(t, 0);
    transport_curl_close(t);
}

/* Entries are sent with what the kiosk's clock says. */
static void the_clock_is_told(void **unused)
{
    (void)unused;
    static const struct {
        int64_t clock;
        const char *want;
    } cases[] = {{INT64_C(1795521600123), "Acht-Clock: 1795521600123"}, {0, ""}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct transport *t = connect_to_server(-1);
        struct response r = {.retry_after = NO_RETRY_AFTER};
        enum cause cause = CAUSE_ok;
        struct err err = {0};
        struct request q = {
            .path = "/x", .type = "t/t", .body = "b", .len = 1, .clock = cases[i].clock};
        buf_init(&r.body, LIM_PAGE);
        assert_int_equal(t->exchange(t, &q, &r, &cause, &err), 0);
        assert_string_equal(r.body.p, cases[i].want);
        buf_release(&r.body);
        transport_curl_close(t);
    }
}

static void nobody_there_is_no_network(void **unused)
{
    (void)unused;
    struct transport *t;
    struct err err = {0};
    struct response r;
    enum cause cause = CAUSE_ok;
    assert_int_equal(transport_curl_open(&t, "http://127.0.0.1:1", "", "", -1, &err), 0);
    assert_int_equal(get(t, 0, &r, &cause), -1);
    assert_int_equal(cause, CAUSE_no_network);
    buf_release(&r.body);
    transport_curl_close(t);
}

static void plain_http_is_no_tls(void **unused)
{
    (void)unused;
    char url[64];
    struct transport *t;
    struct err err = {0};
    struct response r;
    enum cause cause = CAUSE_ok;
    snprintf(url, sizeof(url), "https://127.0.0.1:%d", port);
    assert_int_equal(transport_curl_open(&t, url, "", "", -1, &err), 0);
    assert_int_equal(get(t, 0, &r, &cause), -1);
    assert_int_equal(cause, CAUSE_no_network);
    buf_release(&r.body);
    transport_curl_close(t);
}

static void a_silent_server_does_not_hold_up_the_end(void **unused)
{
    (void)unused;
    struct response r;
    enum cause cause = CAUSE_no_network;
    struct transport *t = connect_to_server(stop[0]);
    int64_t began = clock_monotonic();
    assert_int_equal(get(t, SILENT, &r, &cause), -1);
    assert_int_equal(cause, CAUSE_ok);
    assert_in_range(clock_monotonic() - began, 0, 1000);
    buf_release(&r.body);
    transport_curl_close(t);
}

static void only_safe_addresses_are_taken(void **unused)
{
    (void)unused;
    static const struct {
        const char *url;
        int want;
    } cases[] = {
        {"https://acht.example", 0},
        {"https://acht.example:8443/base/", 0},
        {"http://127.0.0.1:8470", 0},
        {"http://localhost", 0},
        {"http://[::1]:8470", 0},
        {"http://acht.example", -1},
        {"http://10.0.0.1", -1},
        {"http://127.0.0.1.evil.example", -1},
        {"http://localhost.evil.example", -1},
        {"https://me:secret@acht.example", -1},
        {"https://acht.example/?a=1", -1},
        {"https://acht.example/#a", -1},
        {"ftp://acht.example", -1},
        {"file:///etc/passwd", -1},
        {"acht.example", -1},
        {"https://", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct transport *t = NULL;
        struct err err = {0};
        int rc = transport_curl_open(&t, cases[i].url, "", "", -1, &err);
        if (rc != cases[i].want || (rc < 0 && err.code != ERR_CONFIG))
            fail_msg("%s: %d %s", cases[i].url, rc, err.msg);
        transport_curl_close(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_is_taken_for_what_it_is),
        cmocka_unit_test(the_clock_is_told),
        cmocka_unit_test(nobody_there_is_no_network),
        cmocka_unit_test(plain_http_is_no_tls),
        cmocka_unit_test(a_silent_server_does_not_hold_up_the_end),
        cmocka_unit_test(only_safe_addresses_are_taken),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
