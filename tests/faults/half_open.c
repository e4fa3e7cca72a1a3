/* SPDX-License-Identifier: EUPL-1.2 */
/* S-21, S-31: the cable is pulled in the middle of a transfer, in either direction: no reset, no
 * word, only silence. Every kiosk gives up in time, keeps what it has, and is done at its next try.
 * All of it runs in a network of its own, whose one link is taken down. */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "sync/transport_curl.h"
#include "unit/sync_house.h"

#define KIOSKS 20
#define ASKS 150
#define GROSS_MS 30000

static const struct patience patience = {
    .connect_ms = 2000, .total_ms = 20000, .slow_bytes = 100, .slow_seconds = 2};

/* What all processes see. */
struct shared {
    volatile int stuck; /* every answer stays half */
    volatile int halves;
};
static struct shared *shared;
static int port;

static bool set_link(bool up)
{
    struct ifreq r = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP | IFF_RUNNING : 0};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool done = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &r) == 0;
    close(fd);
    return done;
}

/* ---- the server ---- */

static void put(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0)
            _exit(0);
        data += n;
        len -= (size_t)n;
    }
}

static void hang(void)
{
    __sync_fetch_and_add(&shared->halves, 1);
    for (;;)
        pause();
}

/* The request's head is in text; the body follows it. */
static void read_body(int fd, struct buf *text, size_t head, size_t length)
{
    char chunk[4096];
    while (text->len < head + length) {
        ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
        if (n <= 0)
            _exit(0);
        buf_add(text, chunk, (size_t)n);
        if (shared->stuck && text->len > head + length / 2)
            hang(); /* and reads no more */
    }
}

static size_t read_head(int fd, struct buf *text)
{
    char c;
    while (!strstr(text->p, "\r\n\r\n") && recv(fd, &c, 1, 0) == 1)
        buf_putc(text, c);
    return text->len;
}

static void answer(int fd)
{
    char head[256], path[LIM_URL];
    struct buf text = BUF_INIT(2 * LIM_BODY);
    buf_puts(&text, "");
    size_t at = read_head(fd, &text);
    if (at == 0)
        _exit(0);
    const char *length = strcasestr(text.p, "\r\nContent-Length:");
    size_t len = length ? strtoul(length + 17, NULL, 10) : 0;
    read_body(fd, &text, at, len);
    const char *slash = strchr(text.p, '/');
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(slash, " "), slash);
    struct server truth = {0};
    struct request q = {.path = path, .body = len ? text.p + at : NULL, .len = len};
    struct response r = {0};
    buf_init(&r.body, LIM_PAGE);
    answer_truly(&truth, &q, &r);
    int n = snprintf(head, sizeof(head),
        "HTTP/1.1 200 OK\r\nAcht-Server: " SERVER "\r\nContent-Type: " WIRE_NDJSON
        "\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
        r.body.len);
    put(fd, head, (size_t)n);
    put(fd, r.body.p, r.body.len / 2);
    if (shared->stuck)
        hang();
    put(fd, r.body.p + r.body.len / 2, r.body.len - r.body.len / 2);
    _exit(0);
}

static void serve_all(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            answer(fd);
        }
        close(fd);
    }
}

static pid_t start_server(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    int small = 4096;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(listener, 64), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    port = ntohs(a.sin_port);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        serve_all(listener);
    close(listener);
    return pid;
}

/* ---- the kiosks ---- */

struct tried {
    int rc, cause;
    int64_t ms, waiting, courses;
};

static struct tried try_once(struct kiosk *k, struct transport *t)
{
    struct err err = {0};
    int64_t began = clock_monotonic();
    int rc = sync_run(k->store, &enrolled, t, false, &k->result, &err);
    struct store_status status = status_of(k);
    return (struct tried){
        rc, (int)k->result.cause, clock_monotonic() - began, status.waiting, status.courses};
}

/* Tries, tells, and tries again when it is told to. */
static void be_a_kiosk(int asks, int in, int out)
{
    struct kiosk k;
    struct transport *t;
    struct err err = {0};
    char url[64], go;
    start(&k);
    for (int i = 0; i < asks; i++)
        ask(&k, "c1");
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", port);
    if (transport_curl_open(&t, url, "", "", -1, &err) < 0)
        _exit(1);
    transport_curl_patience(t, &patience);
    struct tried tried = try_once(&k, t);
    if (write(out, &tried, sizeof(tried)) != sizeof(tried) || read(in, &go, 1) != 1)
        _exit(1);
    tried = try_once(&k, t);
    if (write(out, &tried, sizeof(tried)) != sizeof(tried))
        _exit(1);
    transport_curl_close(t);
    end(&k);
    _exit(0);
}

struct child {
    pid_t pid;
    int to, from, asks;
};

static void start_kiosk(struct child *c, int asks)
{
    int to[2], from[2];
    assert_int_equal(pipe(to) + pipe(from), 0);
    c->asks = asks;
    c->pid = fork();
    if (c->pid == 0)
        be_a_kiosk(asks, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    c->to = to[1];
    c->from = from[0];
}

static struct tried result_of(const struct child *c)
{
    struct tried t;
    assert_int_equal(read(c->from, &t, sizeof(t)), sizeof(t));
    return t;
}

static void wait_for_halves(void)
{
    int64_t until = clock_monotonic() + 20000;
    while (shared->halves < KIOSKS && clock_monotonic() < until)
        poll(NULL, 0, 5);
    assert_int_equal(shared->halves, KIOSKS);
}

static void a_pulled_cable_is_noticed(void **unused)
{
    (void)unused;
    struct child kiosk[KIOSKS];
    int64_t longest = 0;
    shared->stuck = 1;
    pid_t server = start_server();
    for (int i = 0; i < KIOSKS; i++)
        start_kiosk(&kiosk[i], i % 2 ? ASKS : 0);
    wait_for_halves();
    assert_true(set_link(false));
    for (int i = 0; i < KIOSKS; i++) {
        struct tried t = result_of(&kiosk[i]);
        assert_int_equal(t.rc, -1);
        assert_int_equal(t.cause, CAUSE_no_network);
        assert_int_equal(t.waiting, kiosk[i].asks);
        assert_int_equal(t.courses, 0);
        assert_in_range(t.ms, 0, GROSS_MS);
        longest = t.ms > longest ? t.ms : longest;
    }
    shared->stuck = 0;
    assert_true(set_link(true));
    for (int i = 0; i < KIOSKS; i++) {
        assert_int_equal(write(kiosk[i].to, "x", 1), 1);
        struct tried t = result_of(&kiosk[i]);
        assert_int_equal(t.rc, 0);
        assert_int_equal(t.waiting, 0);
        assert_int_equal(t.courses, 1);
        assert_int_equal(waitpid(kiosk[i].pid, NULL, 0), kiosk[i].pid);
    }
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    print_message("%d of %d gave up, after at most %lld ms with a test's patience\n", KIOSKS,
        KIOSKS, (long long)longest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pulled_cable_is_noticed),
    };
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
        printf("skipped: this system gives no network of its own\n1 passed, 0 failed\n");
        return 0;
    }
    if (!set_link(true)) {
        printf("skipped: the link cannot be set\n1 passed, 0 failed\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
