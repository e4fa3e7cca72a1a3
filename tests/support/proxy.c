/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/rng.h"

#define PATIENCE_MS 5000
#define OLD 8 /* exchanges that are kept for a replay */
#define MESSAGE_MAX (4 * LIM_PAGE)

/* What the test and the proxy both see. */
struct shared {
    volatile int honest;
    volatile int64_t count[PROXY_FAULTS];
};

struct proxy {
    struct shared *shared;
    pid_t pid;
    int port;
};

/* The proxy's own process. */
struct state {
    struct shared *shared;
    int server_port;
    uint64_t rng;
    struct {
        struct buf request, answer;
    } old[OLD];
    int next_old;
};

static const char *const names[] = {"pass", "lose request", "cut request", "lose answer",
    "cut answer", "repeat", "replay", "stale answer", "garbage", "changed", "portal", "delay"};

const char *proxy_fault_name(enum proxy_fault fault)
{
    return names[fault];
}

/* ---- sockets ---- */

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static int port_of(int fd)
{
    struct sockaddr_in a = {0};
    socklen_t len = sizeof(a);
    if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        BUG("getsockname");
    return ntohs(a.sin_port);
}

static int listen_somewhere(void)
{
    struct sockaddr_in a = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 64) < 0)
        BUG("cannot listen on loopback");
    return fd;
}

int proxy_free_port(void)
{
    int fd = listen_somewhere(), port = port_of(fd);
    close(fd);
    return port;
}

static int connect_to(int port)
{
    struct sockaddr_in a = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void send_bytes(int fd, const char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        p += n;
        len -= (size_t)n;
    }
}

/* Adds what comes next to b: its bytes, 0 at the end or after the patience. */
static ssize_t receive(int fd, struct buf *b)
{
    char chunk[16384];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, PATIENCE_MS) <= 0)
        return 0;
    ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
    if (n > 0 && buf_add(b, chunk, (size_t)n) < 0)
        return 0;
    return n;
}

/* ---- HTTP, as much as is needed ---- */

/* Bytes of the whole message that starts b, or 0 while its head is not complete. */
static size_t message_size(const struct buf *b)
{
    const char *end = strstr(b->p, "\r\n\r\n");
    if (!end)
        return 0;
    size_t head = (size_t)(end - b->p) + 4;
    const char *length = strcasestr(b->p, "\r\ncontent-length:");
    return length && length < end ? head + strtoul(length + 17, NULL, 10) : head;
}

static bool receive_message(int fd, struct buf *b)
{
    for (;;) {
        size_t size = message_size(b);
        if (size > 0 && b->len >= size) {
            buf_truncate(b, size); /* the clients here do not send ahead */
            return true;
        }
        if (receive(fd, b) <= 0)
            return false;
    }
}

static void ask_server(struct state *s, const struct buf *request, size_t len, struct buf *answer)
{
    buf_clear(answer);
    int fd = len ? connect_to(s->server_port) : -1;
    if (fd < 0)
        return;
    send_bytes(fd, request->p, len);
    if (len == request->len && !receive_message(fd, answer))
        buf_clear(answer);
    close(fd);
}

/* ---- faults ---- */

static void copy(struct buf *to, const struct buf *from)
{
    buf_clear(to);
    buf_add(to, from->p, from->len);
}

static void remember(struct state *s, const struct buf *request, const struct buf *answer)
{
    int i = s->next_old++ % OLD;
    copy(&s->old[i].request, request);
    copy(&s->old[i].answer, answer);
}

static int some_old(struct state *s)
{
    int kept = s->next_old < OLD ? s->next_old : OLD;
    return kept ? (int)rng_below(&s->rng, (uint64_t)kept) : 0;
}

static void change_body(struct state *s, struct buf *answer)
{
    const char *end = strstr(answer->p, "\r\n\r\n");
    size_t head = end ? (size_t)(end - answer->p) + 4 : answer->len;
    if (head < answer->len) {
        size_t at = head + rng_below(&s->rng, answer->len - head);
        answer->p[at] = (char)(answer->p[at] ^ (1 + (int)rng_below(&s->rng, 127)));
    }
}

static void make_garbage(struct state *s, struct buf *answer)
{
    buf_clear(answer);
    if (rng_below(&s->rng, 2))
        buf_puts(answer, "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n");
    for (int i = 0; i < 300; i++)
        buf_putc(answer, (char)rng_below(&s->rng, 256));
}

static void make_portal(struct buf *answer)
{
    static const char page[] = "<html>Log in to the guest network</html>";
    buf_clear(answer);
    buf_printf(answer,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n\r\n%s",
        sizeof(page) - 1, page);
}

static void send_slowly(struct state *s, int fd, const struct buf *answer)
{
    for (size_t at = 0; at < answer->len;) {
        size_t n = 1 + rng_below(&s->rng, answer->len);
        n = n < answer->len - at ? n : answer->len - at;
        send_bytes(fd, answer->p + at, n);
        at += n;
        poll(NULL, 0, (int)rng_below(&s->rng, 15));
    }
}

/* What the server gets, and its answer. */
static void pass_up(
    struct state *s, enum proxy_fault fault, const struct buf *request, struct buf *answer)
{
    size_t len = request->len;
    if (fault == PROXY_CUT_REQUEST)
        len = rng_below(&s->rng, len);
    if (fault == PROXY_REPLAY) {
        const struct buf *old = &s->old[some_old(s)].request;
        ask_server(s, old, old->len, answer);
    }
    uint64_t times = fault == PROXY_REPEAT ? 2 + rng_below(&s->rng, 2) : 1;
    for (uint64_t i = 0; i < times; i++)
        ask_server(s, request, len, answer);
    remember(s, request, answer);
}

/* What the client gets. Returns whether the connection goes on. */
static bool pass_down(struct state *s, enum proxy_fault fault, int client, struct buf *answer)
{
    if (fault == PROXY_LOSE_ANSWER || fault == PROXY_CUT_REQUEST || answer->len == 0)
        return false;
    if (fault == PROXY_STALE_ANSWER)
        copy(answer, &s->old[some_old(s)].answer);
    if (fault == PROXY_GARBAGE)
        make_garbage(s, answer);
    if (fault == PROXY_PORTAL)
        make_portal(answer);
    if (fault == PROXY_CHANGED)
        change_body(s, answer);
    if (fault == PROXY_CUT_ANSWER)
        buf_truncate(answer, rng_below(&s->rng, answer->len));
    if (fault == PROXY_DELAY)
        send_slowly(s, client, answer);
    else
        send_bytes(client, answer->p, answer->len);
    return fault != PROXY_CUT_ANSWER && fault != PROXY_GARBAGE;
}

static enum proxy_fault draw(struct state *s)
{
    enum proxy_fault fault = PROXY_PASS;
    if (!s->shared->honest && rng_below(&s->rng, 3) > 0)
        fault = (enum proxy_fault)rng_below(&s->rng, PROXY_FAULTS);
    s->shared->count[fault]++;
    return fault;
}

static bool handle_request(struct state *s, int client, struct buf *request, struct buf *answer)
{
    buf_clear(request);
    if (!receive_message(client, request))
        return false;
    enum proxy_fault fault = draw(s);
    if (fault == PROXY_LOSE_REQUEST)
        return false;
    pass_up(s, fault, request, answer);
    return pass_down(s, fault, client, answer);
}

static void run(struct state *s, int listener)
{
    struct buf request = BUF_INIT(MESSAGE_MAX), answer = BUF_INIT(MESSAGE_MAX);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            continue;
        while (handle_request(s, client, &request, &answer))
            ;
        close(client);
    }
}

static void run_child(struct shared *shared, int listener, int server_port, uint64_t seed)
{
    struct state s = {.shared = shared, .server_port = server_port, .rng = seed};
    for (int i = 0; i < OLD; i++) {
        buf_init(&s.old[i].request, MESSAGE_MAX);
        buf_init(&s.old[i].answer, MESSAGE_MAX);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run(&s, listener);
}

struct proxy *proxy_start(int server_port, uint64_t seed)
{
    struct proxy *p = mem_alloc(sizeof(*p));
    int listener = listen_somewhere();
    p->port = port_of(listener);
    p->shared =
        mmap(NULL, sizeof(*p->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p->shared == MAP_FAILED)
        BUG("mmap");
    p->pid = fork();
    if (p->pid < 0)
        BUG("fork");
    if (p->pid == 0)
        run_child(p->shared, listener, server_port, seed);
    close(listener);
    return p;
}

void proxy_end(struct proxy *p)
{
    if (!p)
        return;
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    munmap(p->shared, sizeof(*p->shared));
    free(p);
}

int proxy_port(const struct proxy *p)
{
    return p->port;
}

void proxy_set_honest(struct proxy *p, bool honest)
{
    p->shared->honest = honest;
}

int64_t proxy_count(const struct proxy *p, enum proxy_fault fault)
{
    return p->shared->count[fault];
}
