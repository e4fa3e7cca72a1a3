/* SPDX-License-Identifier: EUPL-1.2 */
/* A fleet's night, as fast as the server can: night KIOSKS sqlite|postgres DIR, on whose disk the
 * database is made. Each kiosk opens a
 * connection, sends a batch of five entries, asks for the feed and says how it is, and closes; so
 * many of them at once as a server takes from a proxy. The engine has made the requests before; the
 * client that sends them does nothing else, and its processor time is told apart. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fleet/sim.h"
#include "support/measure.h"
#include "support/served.h"
#include "support/temp.h"

#define AT_ONCE 64
#define ENTRIES 5
#define REQUESTS 3 /* of a kiosk */
#define ANSWER_MAX (512 * 1024)

struct message {
    char *bytes;
    size_t len;
};

struct script {
    struct message request[REQUESTS];
    int count;
};

struct line {
    int fd, kiosk, at; /* which of its requests is under way */
    double sent;
    char *in;
    size_t got;
};

struct night {
    struct script *scripts;
    int kiosks, next, done;
    int port, epoll;
    struct samples latency;
    int64_t up, down, by_status[6], not_modified;
    struct line lines[AT_ONCE];
};

/* ---- what is to be sent ---- */

static void see(void *context, int kiosk, const char *bytes, size_t len)
{
    struct night *n = context;
    struct script *s = &n->scripts[kiosk];
    if (s->count == REQUESTS)
        die("a kiosk has more to say than was thought");
    s->request[s->count++] = (struct message){mem_strndup(bytes, len), len};
}

/* ---- connections ---- */

static void open_line(struct night *n, struct line *l)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)n->port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    l->kiosk = n->next++;
    l->at = 0;
    l->got = 0;
    struct epoll_event e = {.events = EPOLLOUT, .data.ptr = l};
    if (l->fd < 0 ||
        (connect(l->fd, (struct sockaddr *)&a, sizeof(a)) < 0 && errno != EINPROGRESS) ||
        epoll_ctl(n->epoll, EPOLL_CTL_ADD, l->fd, &e) < 0)
        die("cannot connect");
}

/* A request is smaller than what a socket takes at once. */
static void send_request(struct night *n, struct line *l)
{
    const struct message *m = &n->scripts[l->kiosk].request[l->at];
    l->sent = wall_ms();
    l->got = 0;
    if (send(l->fd, m->bytes, m->len, MSG_NOSIGNAL) != (ssize_t)m->len)
        die("a request was not taken");
    n->up += (int64_t)m->len;
}

static void connected(struct night *n, struct line *l)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};
    if (epoll_ctl(n->epoll, EPOLL_CTL_MOD, l->fd, &e) < 0)
        die("cannot wait for an answer");
    send_request(n, l);
}

static void close_line(struct night *n, struct line *l)
{
    close(l->fd);
    l->fd = -1;
    n->done++;
    if (n->next < n->kiosks)
        open_line(n, l);
}

/* ---- answers ---- */

/* Bytes of the answer that has begun to come; 0: the head is not whole yet. */
static size_t answer_len(const char *in, int *status)
{
    const char *end = strstr(in, "\r\n\r\n"), *line = in;
    size_t body = 0;
    if (!end)
        return 0;
    if (strncmp(in, "HTTP/1.1 ", 9) != 0)
        die("an answer that is none");
    *status = (int)strtol(in + 9, NULL, 10);
    while ((line = strstr(line, "\r\n")) && line < end) {
        line += 2;
        if (strncasecmp(line, "Content-Length:", 15) == 0)
            body = strtoul(line + 15, NULL, 10);
    }
    return (size_t)(end + 4 - in) + (*status == 304 || *status == 204 ? 0 : body);
}

/* Every answer must be the one that a night without faults has: verdicts, the feed or no news in
 * it, and nothing to a report. */
static bool is_right(int request, int status)
{
    static const int whole[REQUESTS] = {200, 200, 204};
    return status == whole[request] || (request == 1 && status == 304);
}

static void judge(struct night *n, const struct line *l, int status)
{
    if (!is_right(l->at, status)) {
        fprintf(stderr, "%.400s\n", l->in);
        die("the server did not take a request");
    }
    n->by_status[status / 100]++;
    n->not_modified += status == 304;
    samples_add(&n->latency, wall_ms() - l->sent);
}

static void receive(struct night *n, struct line *l)
{
    int status = 0;
    ssize_t got = recv(l->fd, l->in + l->got, ANSWER_MAX - 1 - l->got, 0);
    if (got <= 0)
        die("the server has closed a connection");
    l->got += (size_t)got;
    l->in[l->got] = '\0';
    size_t whole = answer_len(l->in, &status);
    if (whole == 0 || l->got < whole)
        return;
    n->down += (int64_t)whole;
    judge(n, l, status);
    if (++l->at < n->scripts[l->kiosk].count)
        send_request(n, l);
    else
        close_line(n, l);
}

static void send_all(struct night *n)
{
    struct epoll_event ready[AT_ONCE];
    n->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < AT_ONCE; i++) {
        n->lines[i].in = mem_alloc(ANSWER_MAX);
        if (n->next < n->kiosks)
            open_line(n, &n->lines[i]);
    }
    while (n->done < n->kiosks) {
        int count = epoll_wait(n->epoll, ready, AT_ONCE, 60000);
        if (count <= 0)
            die("the server is silent");
        for (int i = 0; i < count; i++)
            if (ready[i].events & EPOLLOUT)
                connected(n, ready[i].data.ptr);
            else
                receive(n, ready[i].data.ptr);
    }
    close(n->epoll);
    for (int i = 0; i < AT_ONCE; i++)
        mem_free(n->lines[i].in);
}

/* ---- the night ---- */

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        die(err->msg);
}

static void verify(struct sim *f, int kiosks)
{
    struct sim_check check;
    struct err err = {0};
    must(sim_check(f, &check, &err), &err);
    if (check.lost || check.surplus || check.by_verdict[VERDICT_accepted] != kiosks * ENTRIES)
        die("the server has not exactly what was sent");
}

static void report_night(const struct night *n, const char *back_end, double wall, double client,
    const struct served_cost *before, const struct served_cost *after)
{
    struct samples latency = n->latency;
    double server = after->cpu_ms - before->cpu_ms;
    printf(
        "%6d kiosks, %-8s %6.2f s %7.0f requests/s  p50 %5.1f p99 %6.1f ms  server %6.2f s of "
        "processor, %5.3f ms a kiosk, %3lld MiB  client %5.2f s  %lld B up, %lld B down a kiosk, "
        "%lld x 304\n",
        n->kiosks, back_end, wall / 1e3, n->latency.count / wall * 1e3,
        samples_percentile(&latency, 50), samples_percentile(&latency, 99), server / 1e3,
        server / n->kiosks, (long long)after->rss >> 20, client / 1e3,
        (long long)(n->up / n->kiosks), (long long)(n->down / n->kiosks),
        (long long)n->not_modified);
    fflush(stdout);
}

static void run(
    const char *dir, const char *database, const char *secrets, int kiosks, const char *back_end)
{
    char log[512];
    struct sim *f;
    struct served server;
    struct served_cost before, after;
    struct err err = {0};
    struct night n = {
        .scripts = mem_array((size_t)kiosks, sizeof(struct script)), .kiosks = kiosks};
    must(sim_open(&f,
             &(struct sim_options){
                 .kiosks = kiosks, .dir = dir, .database = database, .secrets = secrets},
             &err),
        &err);
    must(sim_record(f, ENTRIES, see, &n, &err), &err);
    snprintf(log, sizeof(log), "%.400s/log", dir);
    served_start(&server, database, secrets, log);
    n.port = server.port;
    served_cost(&server, &before);
    double wall = wall_ms(), cpu = cpu_ms();
    send_all(&n);
    wall = wall_ms() - wall;
    cpu = cpu_ms() - cpu;
    served_cost(&server, &after);
    if (!served_stop(&server))
        die("the server does not end as it should");
    if (n.latency.count != kiosks * REQUESTS)
        die("some kiosks have not sent all that they had to say");
    verify(f, kiosks);
    report_night(&n, back_end, wall, cpu, &before, &after);
    sim_close(f);
}

int main(int argc, char **argv)
{
    char database[512], secrets[512], name[32];
    if (argc != 4)
        die("usage: night KIOSKS sqlite|postgres DIR");
    const char *dir = argv[3];
    int kiosks = (int)strtol(argv[1], NULL, 10);
    bool postgres = strcmp(argv[2], "postgres") == 0;
    (void)mkdir(dir, 0700);
    snprintf(secrets, sizeof(secrets), "%.400s/secrets", dir);
    snprintf(database, sizeof(database), "%.400s/central.db", dir);
    snprintf(name, sizeof(name), "night_%d", (int)getpid());
    if (postgres && !served_postgres(name, database, sizeof(database)))
        die("there is no PostgreSQL here: run this with assets/build/with-postgres");
    run(dir, database, secrets, kiosks, argv[2]);
    temp_remove(dir);
    return 0;
}
