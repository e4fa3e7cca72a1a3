/* SPDX-License-Identifier: EUPL-1.2 */
/* requests that are too large in every way, one after another and all at once: each is
 * refused with the status that says so, the server's memory stays bounded, and it serves on. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/caller.h"
#include "support/rig.h"

enum { PATIENCE_MS = 20000, MOST_KIB = 128 * 1024 };
enum { AT_ONCE = 8 }; /* of each, from addresses of their own */

#define HOST "\r\nHost: x\r\n"
#define GET "GET /v1/feed HTTP/1.1" HOST
#define POST "POST /v1/enrol HTTP/1.1" HOST
#define JOURNAL "POST /v1/journal HTTP/1.1" HOST

static const struct oversize {
    const char *name, *head; /* with what makes it large, so often, and its end */
    const char *part;
    int times;
    const char *end;
    int status; /* 0: cut off without an answer */
} cases[] = {
    {"Content-Length of 10 GB", POST "Content-Length: 10000000000\r\n\r\n", "x", 5000, "", 413},
    {"Content-Length of 10^20", POST "Content-Length: 100000000000000000000\r\n\r\n", "x", 5000, "",
        413},
    {"header of 10 MB", GET "X: ", "aaaaaaaaaa", 1000000, "\r\n\r\n", 431},
    {"10^6 headers", GET, "X: y\r\n", 1000000, "\r\n", 431},
    {"gzip bomb", JOURNAL "Content-Encoding: gzip\r\nContent-Length: 200000\r\n\r\n",
        "\x1f\x8b\x08?????\x02\x03", 20000, "", 401},
    {"gzip bomb, not even a token", POST "Content-Encoding: gzip\r\nContent-Length: 200000\r\n\r\n",
        "\x1f\x8b\x08?????\x02\x03", 20000, "", 400},
    {"depth of 10^6", POST "Content-Length: 1000000\r\n\r\n", "[", 1000000, "", 413},
    {"depth as great as fits", POST "Content-Length: 260000\r\n\r\n", "[", 260000, "", 400},
    {"array of 10^6", POST "Content-Length: 2000002\r\n\r\n[", "1,", 1000000, "]", 413},
    {"array as long as fits", POST "Content-Length: 260002\r\n\r\n[", "1,", 130000, "]", 400},
    {"string of 1 MB", POST "Content-Length: 1000011\r\n\r\n{\"code\":\"", "a", 1000000, "\"}",
        413},
    {"string as long as fits", POST "Content-Length: 260011\r\n\r\n{\"code\":\"", "a", 260000,
        "\"}", 400},
    {"10^5 query parameters", "GET /v1/feed?a=b", "&a=b", 100000, " HTTP/1.1" HOST "\r\n", 414},
    {"address of 10 MB", "GET /", "aaaaaaaaaa", 1000000, " HTTP/1.1" HOST "\r\n", 414},
    {"method of 1 MB", "A", "aaaaaaaaaa", 100000, " / HTTP/1.1" HOST "\r\n", 414},
    {"cookie of 50 KB", GET "Cookie: ", "a=b; ", 10000, "\r\n\r\n", 431},
    {"token of 100 KB", GET "Authorization: Bearer ", "aaaaaaaaaa", 10000, "\r\n\r\n", 431},
    {"chunks without end", POST "Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", 100000, "",
        411},
    {"6,000 query parameters", "GET /v1/feed?a=b", "&a=b", 6000, " HTTP/1.1" HOST "\r\n", 0},
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static int passed, failed;
static struct rig rig;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

static void say(int fd, const struct oversize *c)
{
    struct buf out = BUF_INIT(16 << 20);
    (void)buf_puts(&out, c->head);
    for (int i = 0; i < c->times; i++)
        (void)buf_puts(&out, c->part);
    (void)buf_puts(&out, c->end);
    (void)caller_say(fd, out.p, out.len);
    shutdown(fd, SHUT_WR);
    buf_release(&out);
}

/* Its status, or -1 when the connection stays open. */
static int hear(int fd)
{
    struct buf in = BUF_INIT(1 << 20);
    bool closed = caller_hear(fd, &in, NULL, clock_monotonic() + PATIENCE_MS);
    int status = closed ? caller_status(&in) : -1;
    close(fd);
    buf_release(&in);
    return status;
}

static void one_by_one(void)
{
    for (int i = 0; i < CASES; i++) {
        int64_t before = clock_monotonic();
        int fd = caller_connect(rig.port, 1, 0);
        say(fd, &cases[i]);
        int status = hear(fd);
        printf("%s: %d after %lld ms\n", cases[i].name, status,
            (long long)(clock_monotonic() - before));
        expect(status == cases[i].status, "refused as it should be");
    }
}

static void all_at_once(void)
{
    static int fd[AT_ONCE][CASES];
    int right = 0;
    for (int k = 0; k < AT_ONCE; k++)
        for (int i = 0; i < CASES; i++) {
            fd[k][i] = caller_connect(rig.port, (unsigned char)(10 + k), 0);
            say(fd[k][i], &cases[i]);
        }
    for (int k = 0; k < AT_ONCE; k++)
        for (int i = 0; i < CASES; i++) {
            int status = hear(fd[k][i]);
            right += status == cases[i].status || status == 0; /* it may be cut off in the middle */
        }
    printf("%d of %d at once were refused or cut off\n", right, AT_ONCE * CASES);
    expect(right == AT_ONCE * CASES, "none is served, none stays open");
}

int main(void)
{
    struct buf in = BUF_INIT(1 << 20);
    rig_start(&rig, 3, 1);
    one_by_one();
    all_at_once();
    int64_t kib = caller_most_kib(rig.server);
    printf("A-10: %d requests, %lld MiB resident at most\n", CASES * (1 + AT_ONCE),
        (long long)kib / 1024);
    expect(kib > 0 && kib < MOST_KIB, "its memory is bounded");
    int fd = caller_connect(rig.port, 2, 0);
    (void)caller_say(fd, "GET /readyz HTTP/1.1" HOST "Connection: close\r\n\r\n", 52);
    bool closed = caller_hear(fd, &in, NULL, clock_monotonic() + PATIENCE_MS);
    expect(closed && caller_status(&in) == 200, "it serves on");
    close(fd);
    buf_release(&in);
    rig_end(&rig);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
