/* SPDX-License-Identifier: EUPL-1.2 */
/* requests that two programs could read in two ways, alone and behind nginx. Each carries
 * another request, which asks for /readyz, and one that follows it, which asks for /healthz. Alone
 * the server must read it as RFC 9112 does, or refuse it and close. Behind nginx somebody else's
 * request that comes next must get its own answer and no other, and the server must see no request
 * that nginx did not send. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/caller.h"
#include "support/proxy.h"
#include "support/rig.h"

enum { PATIENCE_MS = 20000, NGINX_SILENT_MS = 300 };

#define HOST "\r\nHost: x\r\n"
#define INNER "GET /readyz HTTP/1.1" HOST "\r\n"
#define NEXT "GET /healthz HTTP/1.1" HOST "\r\n"
#define POST "POST /v1/enrol HTTP/1.1" HOST
#define CHUNKS POST "Transfer-Encoding: chunked\r\n\r\n"
#define NONE "0\r\n\r\n"
#define READY "\"ready\""
#define OK_ "\"ok\""

/* How often the inner and the following request are answered, read as the standard has it. */
static const struct odd {
    const char *name, *text;
    int inner, next;
} cases[] = {
    {"length and chunks", POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" NONE INNER,
        0, 0},
    {"chunks and length", POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" NONE INNER,
        0, 0},
    {"two lengths", POST "Content-Length: 0\r\nContent-Length: 33\r\n\r\n" INNER, 0, 0},
    {"two equal lengths", POST "Content-Length: 33\r\nContent-Length: 33\r\n\r\n" INNER, 0, 0},
    {"list of lengths", POST "Content-Length: 0, 33\r\n\r\n" INNER, 0, 0},
    {"length with +", POST "Content-Length: +33\r\n\r\n" INNER, 0, 0},
    {"length with -", POST "Content-Length: -1\r\n\r\n" INNER, 0, 0},
    {"length in hexadecimal", POST "Content-Length: 0x21\r\n\r\n" INNER, 0, 0},
    {"length with a space in it", POST "Content-Length: 3 3\r\n\r\n" INNER, 0, 0},
    {"empty length", POST "Content-Length: \r\n\r\n" INNER, 0, 0},
    {"length beyond 64 bits", POST "Content-Length: 18446744073709551616\r\n\r\n" INNER, 0, 0},
    {"length with a fraction", POST "Content-Length: 33.0\r\n\r\n" INNER, 0, 0},
    {"space before the colon", POST "Content-Length : 33\r\n\r\n" INNER, 0, 0},
    {"tab before the colon", POST "Content-Length\t: 33\r\n\r\n" INNER, 0, 0},
    {"space before the colon of the coding", POST "Transfer-Encoding : chunked\r\n\r\n" NONE INNER,
        0, 0},
    {"coding xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n" NONE INNER, 0, 0},
    {"coding chunked, identity", POST "Transfer-Encoding: chunked, identity\r\n\r\n" NONE INNER, 0,
        0},
    {"coding identity, chunked", POST "Transfer-Encoding: identity, chunked\r\n\r\n" NONE INNER, 0,
        0},
    {"coding gzip", POST "Transfer-Encoding: gzip\r\n\r\n" INNER, 0, 0},
    {"two codings",
        POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" NONE INNER, 0, 0},
    {"coding after a vertical tab",
        POST "Transfer-Encoding:\x0b"
             "chunked\r\n\r\n" NONE INNER,
        0, 0},
    {"coding in quotes", POST "Transfer-Encoding: \"chunked\"\r\n\r\n" NONE INNER, 0, 0},
    {"coding in HTTP/1.0",
        "POST /v1/enrol HTTP/1.0" HOST "Transfer-Encoding: chunked\r\n\r\n" NONE INNER, 0, 0},
    {"folded coding", POST "Transfer-Encoding:\r\n chunked\r\n\r\n" NONE INNER, 0, 0},
    {"length in a fold", POST "X: y\r\n Content-Length: 33\r\n\r\n" INNER, 0, 0},
    {"lone LF", "POST /v1/enrol HTTP/1.1\nHost: x\nContent-Length: 0\n\n" INNER, 1, 1},
    {"length after a lone LF", POST "X: y\nContent-Length: 33\r\n\r\n" INNER, 0, 1},
    {"length after a lone CR", POST "X: y\rContent-Length: 33\r\n\r\n" INNER, 0, 0},
    {"control character in a value", POST "X: \x01\r\nContent-Length: 33\r\n\r\n" INNER, 0, 0},
    {"chunk extension", CHUNKS "5;x=y\r\nhello\r\n" NONE INNER, 0, 0},
    {"chunk extension with a lone LF", CHUNKS "5;x\nhello\r\n" NONE INNER, 0, 0},
    {"chunks with lone LFs", CHUNKS "5\nhello\n0\n\n" INNER, 0, 0},
    {"chunk of -5", CHUNKS "-5\r\nhello\r\n" NONE INNER, 0, 0},
    {"chunk of 0x5", CHUNKS "0x5\r\nhello\r\n" NONE INNER, 0, 0},
    {"chunk beyond 64 bits", CHUNKS "10000000000000005\r\nhello\r\n" NONE INNER, 0, 0},
    {"chunk longer than it says", CHUNKS "5\r\nhelloXX\r\n" NONE INNER, 0, 0},
    {"chunk with a space", CHUNKS "5 \r\nhello\r\n" NONE INNER, 0, 0},
    {"length in a trailer", CHUNKS "0\r\nContent-Length: 33\r\n\r\n" INNER, 0, 0},
    {"body of a GET", "GET /v1/feed HTTP/1.1" HOST "Content-Length: 33\r\n\r\n" INNER, 0, 1},
    {"header without a colon", POST "Content-Length\r\n\r\n" INNER, 0, 0},
    {"header that begins with a space",
        "POST /v1/enrol HTTP/1.1\r\n X: y" HOST "Content-Length: 0\r\n\r\n" INNER, 0, 0},
    {"two hosts", POST "Host: y\r\nContent-Length: 0\r\n\r\n" INNER, 0, 0},
    {"no host", "POST /v1/enrol HTTP/1.1\r\nContent-Length: 0\r\n\r\n" INNER, 0, 0},
    {"version 1.1x", "GET /v1/feed HTTP/1.1x" HOST "\r\n" INNER, 0, 0},
    {"tabs for spaces", "GET\t/v1/feed\tHTTP/1.1" HOST "\r\n" INNER, 0, 0},
    {"HTTP/0.9", "GET /v1/feed\r\n" INNER, 0, 0},
    {"upgrade to HTTP/2",
        "GET /v1/feed HTTP/1.1" HOST "Connection: Upgrade, HTTP2-Settings\r\n"
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" INNER,
        1, 1},
    {"length with an underscore", POST "Content_Length: 33\r\n\r\n" INNER, 1, 1},
    /* The control: what is no trick at all. */
    {"two after another", POST "Content-Length: 0\r\n\r\n" INNER, 1, 1},
    {"one in a body", POST "Content-Length: 33\r\n\r\n" INNER, 0, 1},
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };
_Static_assert(sizeof(INNER) - 1 == 33, "the lengths above");

static int passed, failed;
static struct rig rig;
static pid_t nginx;
static int port;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- alone ---- */

static bool says_all(int fd, const char *text)
{
    return caller_say(fd, text, strlen(text)) && caller_say(fd, NEXT, strlen(NEXT));
}

/* All that is answered until the server has read to the end and closed. */
static bool alone(const struct odd *c)
{
    struct buf in = BUF_INIT(1 << 20);
    int fd = caller_connect(rig.port, 1, 0);
    (void)says_all(fd, c->text);
    shutdown(fd, SHUT_WR);
    bool closed = caller_hear(fd, &in, NULL, clock_monotonic() + PATIENCE_MS);
    int inner = caller_count(&in, READY), next = caller_count(&in, OK_);
    bool right = closed && inner == c->inner && next == c->next;
    if (!right)
        printf("%s: closed %d, answered %d and %d times instead of %d and %d\n%s\n", c->name,
            closed, inner, next, c->inner, c->next, in.len ? in.p : "");
    close(fd);
    buf_release(&in);
    return right;
}

/* ---- behind nginx ---- */

#define CONF                                                                                       \
    "daemon off; master_process off; pid nginx.pid; error_log nginx.log;\n"                        \
    "events { worker_connections 256; }\n"                                                         \
    "http {\n"                                                                                     \
    "  log_format sent '$upstream_status $request';\n"                                             \
    "  access_log sent.log sent; client_body_temp_path b; proxy_temp_path p;\n"                    \
    "  fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n"                                \
    "  upstream acht { server 127.0.0.1:%d max_fails=0; keepalive 1; }\n"                          \
    "  server {\n"                                                                                 \
    "    listen 127.0.0.1:%d; client_max_body_size 1m; proxy_http_version 1.1;\n"                  \
    "    proxy_set_header Connection ''; location / { proxy_pass http://acht; }\n"                 \
    "  }\n"                                                                                        \
    "}\n"

static void wait_for(int there, pid_t pid)
{
    int64_t until = clock_monotonic() + PATIENCE_MS;
    while (!rig_answers(there)) {
        if (waitpid(pid, NULL, WNOHANG) != 0 || clock_monotonic() > until)
            rig_fail(&rig, "nginx does not start");
        (void)poll(NULL, 0, 2);
    }
}

static void start_nginx(void)
{
    char conf[RIG_PATH + 16], log[RIG_PATH + 16];
    snprintf(conf, sizeof(conf), "%s/nginx.conf", rig.dir);
    snprintf(log, sizeof(log), "%s/nginx.log", rig.dir);
    port = proxy_free_port();
    FILE *f = fopen(conf, "w");
    if (!f)
        rig_fail(&rig, "cannot write nginx's configuration");
    fprintf(f, CONF, rig.port, port);
    fclose(f);
    const char *const argv[] = {"/usr/sbin/nginx", "-p", rig.dir, "-e", log, "-c", conf, NULL};
    nginx = rig_spawn(&rig, argv, -1);
    wait_for(port, nginx);
}

/* Somebody else's request that comes next is answered once, and with what it asked for. */
static bool next_is_right(void)
{
    static const char ask[] = "GET /healthz HTTP/1.1" HOST "Connection: close\r\n\r\n";
    struct buf in = BUF_INIT(1 << 20);
    int fd = caller_connect(port, 2, 0);
    (void)caller_say(fd, ask, strlen(ask));
    bool closed = caller_hear(fd, &in, NULL, clock_monotonic() + PATIENCE_MS);
    bool right = closed && caller_status(&in) == 200 && caller_count(&in, "HTTP/1.1 ") == 1 &&
                 caller_count(&in, OK_) == 1;
    if (!right)
        printf("what came instead: %s\n", in.len ? in.p : "nothing");
    close(fd);
    buf_release(&in);
    return right;
}

/* nginx waits for the end of some of these: then nothing of it has reached the server. */
static bool behind(const struct odd *c)
{
    struct buf in = BUF_INIT(1 << 20);
    int fd = caller_connect(port, 1, 0);
    (void)caller_say(fd, c->text, strlen(c->text));
    (void)caller_hear(fd, &in, "\r\n\r\n", clock_monotonic() + NGINX_SILENT_MS);
    bool right = next_is_right();
    close(fd);
    buf_release(&in);
    if (!right)
        printf("%s: the next one suffers\n", c->name);
    return right;
}

/* How many requests for /readyz nginx read, by its own log: it sent no more than that. */
static int read_by_nginx(void)
{
    char path[RIG_PATH + 16];
    struct buf log = BUF_INIT(1 << 20);
    struct err err = {0};
    snprintf(path, sizeof(path), "%s/sent.log", rig.dir);
    kill(nginx, SIGQUIT);
    (void)rig_wait(nginx);
    if (buf_read_file(&log, path, &err) < 0)
        rig_fail(&rig, err.msg);
    int n = caller_count(&log, " GET /readyz");
    buf_release(&log);
    return n;
}

static int answered_by_server(void)
{
    static const char ask[] = "GET /metrics HTTP/1.1" HOST "Connection: close\r\n\r\n";
    static const char name[] = "acht_http_answers_total{path=\"/readyz\",status=\"2xx\"} ";
    struct buf in = BUF_INIT(1 << 20);
    int fd = caller_connect(rig.port, 2, 0), n = -1;
    (void)caller_say(fd, ask, strlen(ask));
    (void)caller_hear(fd, &in, NULL, clock_monotonic() + PATIENCE_MS);
    const char *at = in.len ? strstr(in.p, name) : NULL;
    if (at)
        n = (int)strtol(at + strlen(name), NULL, 10);
    close(fd);
    buf_release(&in);
    return n;
}

int main(void)
{
    int as_read = 0, harmless = 0;
    rig_start(&rig, 3, 1);
    for (int i = 0; i < CASES; i++)
        as_read += alone(&cases[i]);
    printf("A-11: alone: %d of %d are read as the standard has it, or refused\n", as_read, CASES);
    expect(as_read == CASES, "alone");
    int before = answered_by_server();
    start_nginx();
    for (int i = 0; i < CASES; i++)
        harmless += behind(&cases[i]);
    int read = read_by_nginx(), answered = answered_by_server() - before;
    printf("A-11: behind nginx: %d of %d leave the next one alone; nginx read %d of the inner"
           " requests, the server answered %d\n",
        harmless, CASES, read, answered);
    expect(harmless == CASES, "behind nginx the next request gets its own answer");
    expect(answered > 0 && answered <= read, "the server answered nothing that nginx did not read");
    rig_end(&rig);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
