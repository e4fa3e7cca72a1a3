/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/villain.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "proto/codec.h"
#include "sync/schedule.h"

/* ---- sending ---- */

static bool put(int fd, const void *data, size_t len)
{
    for (const char *p = data; len > 0;) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool say(int fd, const char *text)
{
    return put(fd, text, strlen(text));
}

/* Until the client is gone, which it is as soon as it has had enough. */
static void again_and_again(int fd, const char *text)
{
    while (say(fd, text))
        continue;
}

static void slowly(int fd, const char *text)
{
    while (put(fd, text, 1))
        poll(NULL, 0, 500);
}

static void nothing_more(int fd)
{
    char c;
    while (recv(fd, &c, 1, 0) > 0)
        continue;
}

static void drip(int fd)
{
    slowly(fd, "x");
}

static void half_and_silence(int fd)
{
    say(fd, "{\"type\":\"course\"");
    nothing_more(fd);
}

static void reset(int fd)
{
    struct linger at_once = {1, 0};
    say(fd, "hello");
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static char kilobyte[1025];

static void endless(int fd)
{
    again_and_again(fd, kilobyte);
}

static void endless_chunks(int fd)
{
    while (say(fd, "400\r\n") && say(fd, kilobyte) && say(fd, "\r\n"))
        continue;
}

static void endless_headers(int fd)
{
    for (int i = 0; i < 100 * 1024; i++)
        if (!say(fd, "X-Header: ") || !say(fd, kilobyte) || !say(fd, "\r\n"))
            return;
    say(fd, "\r\n");
}

static void giant_header(int fd)
{
    say(fd, "X-Header: ");
    for (int i = 0; i < 5 * 1024; i++)
        if (!say(fd, kilobyte))
            return;
    say(fd, "\r\n\r\n");
}

static void endless_continue(int fd)
{
    again_and_again(fd, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void noise(int fd)
{
    for (unsigned i = 1; i < 5000; i++) {
        char c = (char)(i * 2654435761u >> 24);
        if (!put(fd, &c, 1))
            return;
    }
}

/* ---- compressed answers ---- */

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
static struct buf the_bomb = BUF_INIT(4 << 20);

static void make_bomb(void)
{
    struct buf *out = &the_bomb;
    unsigned bits = 0;
    int have = 0;
    buf_add(out, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    add_code(out, &bits, &have, 6, 3);    /* the last block, with the fixed codes */
    add_code(out, &bits, &have, 0x30, 8); /* the literal 0 */
    for (int i = 0; i < (1 << 30) / 258; i++)
        add_code(out, &bits, &have, 0xC5u << 5, 13); /* length 258, distance 1 */
}

static void bomb(int fd)
{
    put(fd, the_bomb.p, the_bomb.len);
}

static void half_a_gzip(int fd)
{
    put(fd, "\x1f\x8b\x08\0\0\0\0\0\0\3\x63", 11);
}

/* ---- pages ---- */

static void end_page(struct buf *b, int64_t count)
{
    struct trailer t = {.count = count, .more = false};
    sha256_hex(b->p, b->len, t.digest);
    str_copy(t.next, sizeof(t.next), "n-1");
    trailer_to_json(&t, b);
    buf_putc(b, '\n');
}

#define COURSE                                                                                     \
    "{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"title\":\"Lassen\",\"provider\":\"p\"," \
    "\"form\":\"online\"}\n"

static void whole(struct buf *b, const char *line, size_t len)
{
    buf_add(b, line, len);
    end_page(b, 1);
}

#define PAGE(name, line)                                                                           \
    static void page_##name(struct buf *b)                                                         \
    {                                                                                              \
        whole(b, line, sizeof(line) - 1);                                                          \
    }
PAGE(duplicate, "{\"type\":\"course\",\"id\":\"c1\",\"id\":\"c2\",\"verdict\":\"accepted\"}\n")
PAGE(nul, "{\"type\":\"course\",\"id\":\"c\0001\"}\n")
PAGE(escaped_nul, "{\"type\":\"course\",\"id\":\"c\\u0000\",\"hash\":\"\"}\n")
PAGE(surrogate, "{\"type\":\"course\",\"id\":\"\\ud800\"}\n")
PAGE(utf8, "{\"type\":\"course\",\"id\":\"\xff\xfe\"}\n")
PAGE(number, "{\"type\":\"course\",\"id\":\"c1\",\"price\":1e400}\n")
PAGE(types, "{\"type\":7,\"id\":[],\"hash\":{},\"verdict\":null}\n")
PAGE(array, "[[],[]]\n")
PAGE(words, "hello\n")

static void page_deep(struct buf *b)
{
    for (int i = 0; i < LIM_PAGE - 1024; i++)
        buf_putc(b, '[');
    buf_putc(b, '\n');
    end_page(b, 1);
}

static void page_keys(struct buf *b)
{
    buf_putc(b, '{');
    for (int i = 0; i < 50000; i++)
        buf_printf(b, "\"k%d\":1,", i);
    buf_puts(b, "\"type\":\"course\"}\n");
    end_page(b, 1);
}

static void page_wrong_count(struct buf *b)
{
    buf_puts(b, COURSE);
    end_page(b, 2);
}

static void page_wrong_digest(struct buf *b)
{
    buf_puts(b, COURSE);
    end_page(b, 1);
    *strstr(b->p, "Lassen") = 'M'; /* which would be as good a course */
}

static void page_no_end(struct buf *b)
{
    buf_puts(b, COURSE);
}

static void page_more_after_the_end(struct buf *b)
{
    buf_puts(b, COURSE);
    end_page(b, 1);
    buf_puts(b, COURSE);
}

/* ---- what it says ---- */

#define OURS "Acht-Server: " VILLAIN_ID "\r\n"
#define LINES "Content-Type: application/x-ndjson\r\n"
#define OK "HTTP/1.1 200 OK\r\n" OURS LINES
#define EMPTY "Content-Length: 0\r\n\r\n"
#define HTML "Content-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>log in!</html>"
#define BUSY(text) "HTTP/1.1 503 No\r\n" OURS "Retry-After: " text "\r\n" EMPTY
#define STATUS(text) "HTTP/1.1 " text "\r\n" OURS EMPTY
#define MOVED(to) "HTTP/1.1 302 Found\r\nLocation: " to "\r\n" EMPTY

const struct villainy villainies[] = {
    /* no network: no whole answer came */
    {"silence", "", nothing_more, .cause = CAUSE_no_network, .slow = true},
    {"nothing at all", "", .cause = CAUSE_no_network},
    {"cut in the headers", "HTTP/1.1 200 OK\r\nContent-Le", .cause = CAUSE_no_network},
    {"cut in the body", OK "Content-Length: 50\r\n\r\nhello", .cause = CAUSE_no_network},
    {"cut in a chunk", OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", .cause = CAUSE_no_network},
    {"cut without a length", OK "\r\n{\"type\":\"co", .cause = CAUSE_no_network},
    {"cut in a gzip", OK "Content-Encoding: gzip\r\n\r\n", half_a_gzip, .cause = CAUSE_no_network},
    {"reset", OK "Content-Length: 50\r\n\r\n", reset, .cause = CAUSE_no_network},
    {"silence in the body", OK "\r\n", half_and_silence, .cause = CAUSE_no_network, .slow = true},
    {"99 GB that never come", OK "Content-Length: 99000000000\r\n\r\n", nothing_more,
        .cause = CAUSE_no_network, .slow = true},
    {"two bytes a second", OK "\r\n", drip, .cause = CAUSE_no_network, .slow = true},
    {"headers, two bytes a second", "HTTP/1.1 200 OK\r\nX: ", drip, .cause = CAUSE_no_network,
        .slow = true},
    {"two lengths", OK "Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello",
        .cause = CAUSE_no_network},
    {"5 MB header", "HTTP/1.1 200 OK\r\n", giant_header, .cause = CAUSE_no_network},
    {"no end mark", OK, .page = page_no_end, .cause = CAUSE_no_network},
    {"more after the end mark", OK, .page = page_more_after_the_end, .cause = CAUSE_no_network},
    /* somebody else answered */
    {"login page", "HTTP/1.1 200 OK\r\n" HTML, .cause = CAUSE_portal},
    {"login page, 302", MOVED("http://portal.example/login"), .cause = CAUSE_portal},
    {"login page, 511", "HTTP/1.1 511 Network Authentication Required\r\n" HTML,
        .cause = CAUSE_portal},
    {"302 to a file", MOVED("file:///etc/passwd"), .cause = CAUSE_portal},
    {"302 to gopher", MOVED("gopher://127.0.0.1:25/"), .cause = CAUSE_portal},
    {"302 to itself", MOVED("/"), .cause = CAUSE_portal},
    {"another server", "HTTP/1.1 200 OK\r\nAcht-Server: server-2\r\n" LINES, .page = page_no_end,
        .cause = CAUSE_portal},
    {"two servers", "HTTP/1.1 200 OK\r\n" OURS "Acht-Server: server-2\r\n" LINES EMPTY,
        .cause = CAUSE_portal},
    {"a page in our name", "HTTP/1.1 200 OK\r\n" OURS HTML, .cause = CAUSE_portal},
    {"401 of somebody else", "HTTP/1.1 401 No\r\n" EMPTY, .cause = CAUSE_portal},
    /* not enrolled */
    {"401", STATUS("401 Unauthorized"), .cause = CAUSE_not_enrolled},
    {"403", STATUS("403 Forbidden"), .cause = CAUSE_not_enrolled},
    /* busy, S-18 */
    {"retry at once", BUSY("0"), .cause = CAUSE_busy, .retry_after = 1},
    {"retry in two minutes", BUSY("120"), .cause = CAUSE_busy, .retry_after = 120},
    {"retry in the past", BUSY("-5"), .cause = CAUSE_busy, .retry_after = 1},
    {"retry in an age", BUSY("1000000000000"), .cause = CAUSE_busy, .retry_after = RETRY_MAX_S},
    {"retry in 2999", BUSY("Wed, 25 Nov 2999 00:00:00 GMT"), .cause = CAUSE_busy,
        .retry_after = RETRY_MAX_S},
    {"retry when?", BUSY("soon"), .cause = CAUSE_busy, .retry_after = 1},
    {"429", STATUS("429 Too Many Requests"), .cause = CAUSE_busy, .retry_after = NO_RETRY_AFTER},
    {"502 of a proxy", "HTTP/1.1 502 Bad Gateway\r\n" HTML, .cause = CAUSE_busy},
    /* our server, with what cannot be used */
    {"500", STATUS("500 Oh"), .cause = CAUSE_server_wrong},
    {"404", STATUS("404 No"), .cause = CAUSE_server_wrong},
    {"426", STATUS("426 Upgrade Required"), .cause = CAUSE_server_wrong},
    {"204", "HTTP/1.1 204 No\r\n" OURS "\r\n", .cause = CAUSE_server_wrong},
    {"206", "HTTP/1.1 206 Some\r\n" OURS LINES EMPTY, .cause = CAUSE_server_wrong},
    {"304", "HTTP/1.1 304 Same\r\n" OURS "\r\n", .cause = CAUSE_server_wrong},
    {"bomb of 1 GiB", OK "Content-Encoding: gzip\r\n\r\n", bomb, .cause = CAUSE_server_wrong},
    {"bomb in a bomb", OK "Content-Encoding: gzip, gzip\r\n\r\n", bomb,
        .cause = CAUSE_server_wrong},
    {"zstd, unasked", OK "Content-Encoding: zstd\r\n\r\n", noise, .cause = CAUSE_server_wrong},
    {"gzip that is none", OK "Content-Encoding: gzip\r\n\r\n", noise, .cause = CAUSE_server_wrong},
    {"endless body", OK "\r\n", endless, .cause = CAUSE_server_wrong},
    {"endless 99 GB", OK "Content-Length: 99000000000\r\n\r\n", endless,
        .cause = CAUSE_server_wrong},
    {"endless chunks", OK "Transfer-Encoding: chunked\r\n\r\n", endless_chunks,
        .cause = CAUSE_server_wrong},
    {"100 MB headers", "HTTP/1.1 200 OK\r\n", endless_headers, .cause = CAUSE_server_wrong},
    {"endless 100 Continue", "", endless_continue, .cause = CAUSE_server_wrong},
    {"garbage", "", noise, .cause = CAUSE_server_wrong},
    {"HTTP/0.9", "{\"end\":true,\"count\":0}\n", .cause = CAUSE_server_wrong},
    {"wrong count", OK, .page = page_wrong_count, .cause = CAUSE_server_wrong},
    {"wrong digest", OK, .page = page_wrong_digest, .cause = CAUSE_server_wrong},
    /* S-24 */
    {"deep", OK, .page = page_deep, .cause = CAUSE_server_wrong},
    {"50,000 keys", OK, .page = page_keys, .cause = CAUSE_server_wrong},
    {"a key twice", OK, .page = page_duplicate, .cause = CAUSE_server_wrong},
    {"NUL", OK, .page = page_nul, .cause = CAUSE_server_wrong},
    {"escaped NUL", OK, .page = page_escaped_nul, .cause = CAUSE_server_wrong},
    {"lone surrogate", OK, .page = page_surrogate, .cause = CAUSE_server_wrong},
    {"no UTF-8", OK, .page = page_utf8, .cause = CAUSE_server_wrong},
    {"1e400", OK, .page = page_number, .cause = CAUSE_server_wrong},
    {"wrong types", OK, .page = page_types, .cause = CAUSE_server_wrong},
    {"an array", OK, .page = page_array, .cause = CAUSE_server_wrong},
    {"words", OK, .page = page_words, .cause = CAUSE_server_wrong},
};
const int villainy_count = (int)(sizeof(villainies) / sizeof(villainies[0]));

/* ---- the process ---- */

static void answer(int fd)
{
    static char request[LIM_BODY + 4096];
    struct pollfd p = {fd, POLLIN, 0};
    size_t len = 0;
    ssize_t n;
    /* All of it, so that closing the connection resets nothing. */
    while (poll(&p, 1, len ? 20 : 5000) > 0 && len < sizeof(request) - 1 &&
           (n = recv(fd, request + len, sizeof(request) - 1 - len, 0)) > 0)
        len += (size_t)n;
    const char *slash = strchr(request, '/');
    long which = slash ? strtol(slash + 1, NULL, 10) : villainy_count;
    if (which >= villainy_count)
        return;
    const struct villainy *v = &villainies[which];
    say(fd, v->head);
    if (v->rest)
        v->rest(fd);
    if (v->page) {
        struct buf page = BUF_INIT(2 * LIM_PAGE);
        char length[64];
        v->page(&page);
        snprintf(length, sizeof(length), "Content-Length: %zu\r\n\r\n", page.len);
        say(fd, length);
        put(fd, page.p, page.len);
        buf_release(&page);
    }
}

static void serve(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    memset(kilobyte, 'x', sizeof(kilobyte) - 1);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            answer(fd);
            _exit(0);
        }
        close(fd);
    }
}

pid_t villain_start(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    make_bomb(); /* takes a while, so not while somebody waits for it */
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(listener, 64) < 0 ||
        getsockname(listener, (struct sockaddr *)&a, &len) < 0)
        BUG("cannot listen");
    *port = ntohs(a.sin_port);
    pid_t pid = fork();
    if (pid == 0)
        serve(listener);
    close(listener);
    return pid;
}

void villain_end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
