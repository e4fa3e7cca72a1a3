/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/measure.h"

#define PATIENCE 20000 /* milliseconds until it gives up */
#define HEAD_MAX 4096

struct line {
    int fd;
    struct buf out;
    char head[HEAD_MAX];
    size_t head_len;
    int64_t left; /* of the body; -1: the head is still coming */
};

struct client {
    const struct load *load;
    struct line *lines;
    int64_t begun;
    double until;
    int epoll;
    struct load_result result;
};

static int call(int port)
{
    struct sockaddr_in there = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return fd;
}

/* Requests are small: the socket takes one at once. */
static void ask(struct client *c, struct line *l)
{
    if (wall_ms() > c->until)
        return;
    buf_clear(&l->out);
    c->load->write(c->load->context, c->begun++, &l->out);
    l->head_len = 0;
    l->left = -1;
    if (send(l->fd, l->out.p, l->out.len, MSG_NOSIGNAL) != (ssize_t)l->out.len)
        die("a request was not taken");
}

static void read_head(struct client *c, struct line *l, const char *end)
{
    char *length = strcasestr(l->head, "\r\nContent-Length: ");
    size_t rest = l->head_len - (size_t)(end + 4 - l->head);
    int status = (int)strtol(l->head + strlen("HTTP/1.1 "), NULL, 10);
    l->left = length && length < end ? strtoll(length + 18, NULL, 10) : 0;
    c->result.bytes += l->left;
    l->left -= (int64_t)rest;
    if (status == 200)
        return;
    c->result.failed++;
    c->result.status = status;
}

static void hear_head(struct client *c, struct line *l)
{
    ssize_t n = recv(l->fd, l->head + l->head_len, sizeof(l->head) - 1 - l->head_len, 0);
    if (n <= 0)
        die("the server closed a connection");
    l->head_len += (size_t)n;
    l->head[l->head_len] = '\0';
    const char *end = strstr(l->head, "\r\n\r\n");
    if (end)
        read_head(c, l, end);
    else if (l->head_len == sizeof(l->head) - 1)
        die("the head of an answer is too long");
}

/* Bodies are read, as by any client, and forgotten. */
static void hear_body(struct line *l)
{
    static char bytes[256 * 1024];
    size_t most = (size_t)l->left < sizeof(bytes) ? (size_t)l->left : sizeof(bytes);
    ssize_t n = recv(l->fd, bytes, most, 0);
    if (n <= 0)
        die("the server closed a connection");
    l->left -= n;
}

static void hear(struct client *c, struct line *l)
{
    if (l->left < 0)
        hear_head(c, l);
    else
        hear_body(l);
    if (l->left != 0)
        return;
    c->result.answers++;
    ask(c, l);
}

static void start(struct client *c)
{
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    c->lines = mem_array((size_t)c->load->connections, sizeof(*c->lines));
    for (int i = 0; i < c->load->connections; i++) {
        struct line *l = &c->lines[i];
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};
        buf_init(&l->out, LIM_PAGE);
        l->fd = call(c->load->port);
        if (l->fd < 0 || epoll_ctl(c->epoll, EPOLL_CTL_ADD, l->fd, &e) < 0)
            die("the server takes no connection");
    }
}

static void end(struct client *c)
{
    for (int i = 0; i < c->load->connections; i++) {
        close(c->lines[i].fd);
        buf_release(&c->lines[i].out);
    }
    close(c->epoll);
    mem_free(c->lines);
}

struct load_result load_run(const struct load *l)
{
    struct client c = {.load = l};
    struct epoll_event events[64];
    start(&c);
    double begun = wall_ms();
    c.until = begun + l->ms;
    for (int i = 0; i < l->connections; i++)
        ask(&c, &c.lines[i]);
    while (c.result.answers < c.begun) {
        int n = epoll_wait(c.epoll, events, 64, PATIENCE);
        if (n <= 0)
            die("the server does not answer");
        for (int i = 0; i < n; i++)
            hear(&c, events[i].data.ptr);
    }
    c.result.wall_ms = wall_ms() - begun;
    end(&c);
    return c.result;
}

/* ---- the server ---- */

void load_wait(int port)
{
    for (int tries = 0, fd; tries < 200; tries++) {
        if ((fd = call(port)) >= 0) {
            close(fd);
            return;
        }
        poll(NULL, 0, 50);
    }
    die("the server does not start");
}

static int read_port(int fd)
{
    char text[256] = "";
    size_t len = 0;
    ssize_t n;
    while (len < sizeof(text) - 1 && (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0) {
        len += (size_t)n;
        text[len] = '\0';
        if (strchr(text, '\n'))
            break;
    }
    char *colon = strrchr(text, ':');
    return strstr(text, "listening") && colon ? (int)strtol(colon + 1, NULL, 10) : 0;
}

pid_t load_serve(const char *const argv[], const char *log, int *port)
{
    int out[2];
    if (pipe2(out, O_CLOEXEC) < 0)
        die("no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        int messages = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (messages < 0 || dup2(out[1], 1) < 0 || dup2(messages, 2) < 0)
            _exit(127);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    *port = read_port(out[0]);
    close(out[0]);
    if (!*port)
        die("the server does not start; its log says why");
    return pid;
}

void load_end(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

double load_cpu_ms(pid_t pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        die("cannot read the processor time of the server");
    text[n] = '\0';
    char *at = strrchr(text, ')') + 2;
    for (int i = 0; i < 11; i++)
        at = strchr(at, ' ') + 1;
    char *rest;
    double ticks = (double)strtoull(at, &rest, 10);
    ticks += (double)strtoull(rest, NULL, 10);
    return 1000 * ticks / (double)sysconf(_SC_CLK_TCK);
}
