/* SPDX-License-Identifier: EUPL-1.2 */
/* S-08: a page of the feed that is cut off at any byte, in every way in which HTTP can send it, is
 * not applied, not even where libcurl takes it for whole. Every 61st byte,
 * and every 11th without sockets; with ACHT_LONG=1 every one. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "proto/codec.h"
#include "support/temp.h"
#include "sync/engine.h"
#include "sync/transport_curl.h"

#define SERVER "server-1"
#define COURSES 180 /* a page of 20 KB */
#define STEP 61
#define STEP_WITHOUT 11
#define ANSWER_MAX (64 * 1024)

enum framing { PLAIN, CHUNKED, GZIP, TO_THE_END, GZIP_TO_THE_END, WAYS };
static const char *const way_names[] = {
    "with a length", "chunked", "gzip", "close-delimited", "gzip, close-delimited"};

static int passed, failed;
static struct buf page = BUF_INIT(ANSWER_MAX), answer[WAYS];

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- answers ---- */

static void make_page(void)
{
    struct trailer t = {.count = COURSES};
    for (int i = 0; i < COURSES; i++)
        buf_printf(&page,
            "{\"type\":\"course\",\"id\":\"course-%d\",\"source\":\"s\",\"title\":\"Lassen "
            "%d\",\"provider\":\"Praktijkschool\",\"form\":\"online\"}\n",
            i, i);
    sha256_hex(page.p, page.len, t.digest);
    str_copy(t.next, sizeof(t.next), "a-1");
    trailer_to_json(&t, &page);
    buf_putc(&page, '\n');
}

static uint32_t crc32(const char *p, size_t len)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void put_number(struct buf *b, size_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(b, (char)(n >> 8 * i));
}

/* One block that is stored as it is. */
static void add_gzip(struct buf *b)
{
    buf_add(b, "\x1f\x8b\x08\0\0\0\0\0\0\3\1", 11);
    put_number(b, page.len, 2);
    put_number(b, ~page.len, 2);
    buf_add(b, page.p, page.len);
    put_number(b, crc32(page.p, page.len), 4);
    put_number(b, page.len, 4);
}

static void add_chunks(struct buf *b)
{
    for (size_t at = 0; at < page.len; at += 1000) {
        size_t n = page.len - at < 1000 ? page.len - at : 1000;
        buf_printf(b, "%zx\r\n", n);
        buf_add(b, page.p + at, n);
        buf_puts(b, "\r\n");
    }
    buf_puts(b, "0\r\n\r\n");
}

static void make_answers(void)
{
    make_page();
    for (int way = 0; way < WAYS; way++) {
        struct buf *b = &answer[way];
        bool gzip = way == GZIP || way == GZIP_TO_THE_END;
        buf_init(b, ANSWER_MAX);
        buf_puts(b,
            "HTTP/1.1 200 OK\r\nAcht-Server: " SERVER "\r\nContent-Type: application/x-ndjson\r\n");
        if (gzip)
            buf_puts(b, "Content-Encoding: gzip\r\n");
        if (way == PLAIN || way == GZIP)
            buf_printf(b, "Content-Length: %zu\r\n", page.len + (gzip ? 23 : 0));
        buf_puts(b, way == CHUNKED ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
        if (way == CHUNKED)
            add_chunks(b);
        else if (gzip)
            add_gzip(b);
        else
            buf_add(b, page.p, page.len);
    }
}

/* ---- the server: /WAY/BYTES ---- */

static void serve(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        char request[4096] = "";
        int fd = accept(listener, NULL, NULL);
        if (recv(fd, request, sizeof(request) - 1, 0) > 0) {
            char *end = strchr(request, '/');
            long way = end ? strtol(end + 1, &end, 10) : WAYS;
            long bytes = end ? strtol(end + 1, NULL, 10) : 0;
            if (way < WAYS && bytes >= 0 && (size_t)bytes <= answer[way].len)
                (void)!send(fd, answer[way].p, (size_t)bytes, MSG_NOSIGNAL);
        }
        close(fd);
    }
}

static pid_t start_server(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(listener, 64) < 0 ||
        getsockname(listener, (struct sockaddr *)&a, &len) < 0)
        BUG("cannot listen");
    *port = ntohs(a.sin_port);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        serve(listener);
    close(listener);
    return pid;
}

/* ---- the kiosk ---- */

/* A transport that says how much of which answer is to come. */
struct cutter {
    struct transport base;
    struct transport *curl; /* NULL: without sockets */
    int way;
    size_t bytes;
    bool taken_for_whole;
};

static int exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct cutter *c = (struct cutter *)t;
    char path[64];
    struct request cut = *q;
    if (!c->curl) {
        *r = (struct response){.status = 200, .retry_after = NO_RETRY_AFTER, .body = r->body};
        str_copy(r->type, sizeof(r->type), "application/x-ndjson");
        str_copy(r->server_id, sizeof(r->server_id), SERVER);
        return buf_add(&r->body, page.p, c->bytes);
    }
    snprintf(path, sizeof(path), "/%d/%zu", c->way, c->bytes);
    cut.path = path;
    int rc = c->curl->exchange(c->curl, &cut, r, cause, err);
    c->taken_for_whole = rc == 0;
    return rc;
}

struct kiosk {
    struct store *store;
    struct cutter cutter;
};

/* Whether all is as it was. */
static bool untouched(struct kiosk *k)
{
    char cursor[LIM_CURSOR];
    struct store_status status;
    struct err err = {0};
    return cache_cursor(k->store, cursor, &err) == 0 && !cursor[0] &&
           store_status(k->store, &status, &err) == 0 && status.courses == 0 &&
           status.finished == NO_NUMBER;
}

static int sync_cut(struct kiosk *k, int way, size_t bytes, struct sync_result *result)
{
    static const struct enrolment e = {.server_id = SERVER, .kiosk = "k1", .company = "acme"};
    struct err err = {0};
    k->cutter.way = way;
    k->cutter.bytes = bytes;
    return sync_run(k->store, &e, &k->cutter.base, false, result, &err);
}

struct tally {
    long cuts, applied, other_cause, taken_for_whole;
};

static void cut(struct kiosk *k, int way, size_t len, size_t step, struct tally *t)
{
    *t = (struct tally){0};
    for (size_t bytes = 0; bytes < len;
         bytes += bytes + step < len || bytes == len - 1 ? step : 1) {
        struct sync_result result;
        bool failed_well = sync_cut(k, way, bytes, &result) == -1;
        t->cuts++;
        t->applied += !failed_well || result.records > 0;
        t->other_cause += result.cause != CAUSE_no_network;
        t->taken_for_whole += k->cutter.taken_for_whole;
    }
    t->applied += !untouched(k);
}

static void cut_without_sockets(struct kiosk *k, size_t step)
{
    struct tally t;
    cut(k, PLAIN, page.len - 1, step, &t); /* the last newline is no loss */
    printf("without sockets: %ld cuts, %ld applied\n", t.cuts, t.applied);
    expect(t.applied == 0 && t.other_cause == 0, "nothing of it is applied");
}

static void cut_over_http(struct kiosk *k, size_t step)
{
    /* What stands after a page's last brace, a gzip's text or the last chunk is no loss. */
    static const size_t no_loss[WAYS] = {[CHUNKED] = 4, [TO_THE_END] = 1, [GZIP_TO_THE_END] = 9};
    struct tally sum = {0};
    for (int way = 0; way < WAYS; way++) {
        struct tally t;
        bool to_the_end = way == TO_THE_END || way == GZIP_TO_THE_END;
        cut(k, way, answer[way].len - no_loss[way], step, &t);
        printf("%-22s %ld cuts, %ld applied, %ld taken for whole by libcurl\n", way_names[way],
            t.cuts, t.applied, t.taken_for_whole);
        expect(t.applied == 0 && t.other_cause == 0, "nothing of it is applied");
        expect((t.taken_for_whole > 0) == to_the_end,
            to_the_end ? "negative control: the transport alone does not notice"
                       : "the transport notices too");
        sum.cuts += t.cuts;
    }
    printf("%ld cuts over HTTP\n", sum.cuts);
}

static void whole_at_last(struct kiosk *k)
{
    struct sync_result result;
    struct store_status status;
    struct err err = {0};
    /* Whole, and then the same page again, which has moved nowhere. */
    (void)sync_cut(k, CHUNKED, answer[CHUNKED].len, &result);
    expect(store_status(k->store, &status, &err) == 0 && status.courses == COURSES,
        "a whole page is applied");
}

int main(void)
{
    char dir[TEMP_PATH], share[PATH_ROOM], url[64];
    const char *build = getenv("ACHT_BUILD");
    bool every = getenv("ACHT_LONG");
    int port;
    struct kiosk k = {.cutter.base.exchange = exchange};
    struct err err = {0};
    int64_t began = clock_monotonic();
    make_answers();
    pid_t server = start_server(&port);
    temp_make(dir);
    snprintf(share, sizeof(share), "%s%s", build ? build : "assets", build ? "/share/acht" : "");
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", port);
    if (store_open(&k.store, dir, share, STORE_SYNC, NULL, &err) < 0)
        BUG("%s", err.msg);
    cut_without_sockets(&k, every ? 1 : STEP_WITHOUT);
    if (transport_curl_open(&k.cutter.curl, url, "", "", -1, &err) < 0)
        BUG("%s", err.msg);
    cut_over_http(&k, every ? 1 : STEP);
    whole_at_last(&k);
    transport_curl_close(k.cutter.curl);
    store_close(k.store);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    temp_remove(dir);
    printf("%.1f s\n%d passed, %d failed\n", (double)(clock_monotonic() - began) / 1000, passed,
        failed);
    return failed > 0;
}
