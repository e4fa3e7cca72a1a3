/* SPDX-License-Identifier: EUPL-1.2 */
/* A page of the feed beside nginx that sends the same bytes from a file: page BUILD CENTRAL DIR.
 * Kiosks of many companies ask for the first page of a download, over kept connections. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/contract_http.h"
#include "support/fund.h"
#include "support/load.h"
#include "support/measure.h"

enum { CONNECTIONS = 16, PAIRS = 5, SECONDS = 2 };

static struct fund fund;

struct server {
    const char *name;
    int port;
    pid_t pid;
    void (*write)(void *context, int64_t n, struct buf *out);
    struct samples rate, cpu; /* answers a second; ms of processor time for each */
};

static void write_feed(void *context, int64_t n, struct buf *out)
{
    (void)context;
    buf_printf(out, "GET /v1/feed?cursor= HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
        fund.token[n % FUND_KIOSKS]);
}

static void write_file(void *context, int64_t n, struct buf *out)
{
    (void)context;
    buf_printf(out, "GET /page HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
        fund.token[n % FUND_KIOSKS]);
}

static int64_t measure(struct server *s)
{
    struct load l = {
        .port = s->port, .connections = CONNECTIONS, .ms = SECONDS * 1000, .write = s->write};
    double cpu = load_cpu_ms(s->pid);
    struct load_result r = load_run(&l);
    cpu = load_cpu_ms(s->pid) - cpu;
    if (r.failed || r.answers == 0) {
        fprintf(stderr, "%s answered %d\n", s->name, r.status);
        die("a page was not served");
    }
    samples_add(&s->rate, 1000.0 * (double)r.answers / r.wall_ms);
    samples_add(&s->cpu, cpu / (double)r.answers);
    return r.bytes / r.answers;
}

/* ---- nginx ---- */

static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
        getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        die("there is no port");
    close(fd);
    return ntohs(a.sin_port);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0)
        die("cannot write a file");
}

/* One process, as ours: what it serves is in the page cache of the system. */
static void start_nginx(struct server *s, const char *dir)
{
    char path[4096], text[4096];
    s->port = free_port();
    snprintf(path, sizeof(path), "%s/nginx.conf", dir);
    snprintf(text, sizeof(text),
        "daemon off; master_process off; pid %s/nginx.pid; error_log %s/nginx.log;\n"
        "events { worker_connections 64; }\n"
        "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        "client_body_temp_path %s/t1; proxy_temp_path %s/t2; fastcgi_temp_path %s/t3;\n"
        "uwsgi_temp_path %s/t4; scgi_temp_path %s/t5; open_file_cache max=10;\n"
        "server { listen 127.0.0.1:%d; location = /page { alias %s/page.ndjson;\n"
        "default_type application/x-ndjson; } } }\n",
        dir, dir, dir, dir, dir, dir, dir, s->port, dir);
    write_text(path, text);
    s->pid = fork();
    if (s->pid == 0) {
        execlp("nginx", "nginx", "-c", path, "-e", "/dev/null", (char *)NULL);
        _exit(127);
    }
    load_wait(s->port);
}

/* The page as the server sends it, into the file that nginx sends. */
static void keep_page(int port, const char *dir)
{
    char token[128], path[4096];
    const struct contract_header header = {"Authorization", token};
    const struct contract_message m = {.headers = &header, .header_count = 1, .body = ""};
    struct contract_answered a;
    snprintf(token, sizeof(token), "Bearer %s", fund.token[0]);
    snprintf(path, sizeof(path), "%s/page.ndjson", dir);
    contract_http(port, "GET", "/v1/feed?cursor=", &m, &a);
    if (a.status != 200)
        die("a page was not served");
    write_text(path, a.m.body);
    contract_http_release(&a);
}

int main(int argc, char **argv)
{
    char program[4096], log[4096], dir[4096];
    if (argc != 4 || !realpath(argv[3], dir))
        die("usage: page BUILD CENTRAL DIR");
    struct server ours = {.name = "acht-central", .write = write_feed};
    struct server nginx = {.name = "nginx", .write = write_file};
    snprintf(program, sizeof(program), "%s/bin/acht-central", argv[1]);
    snprintf(log, sizeof(log), "%s/page.log", dir);
    const char *const serve[] = {program, "serve", "--database", argv[2], "--listen", "127.0.0.1:0",
        "--per-address", "64", "--kiosk-rate", "0", "--company-rate", "0", NULL};
    if (!program_exists("nginx")) {
        report_missing("a page of the feed, beside nginx", "nginx is not installed");
        return 0;
    }
    fund_add(&fund, argv[2], false);
    ours.pid = load_serve(serve, log, &ours.port);
    keep_page(ours.port, dir);
    start_nginx(&nginx, dir);
    int64_t bytes = 0;
    for (int i = 0; i < PAIRS; i++) {
        bytes = measure(&ours);
        if (measure(&nginx) != bytes)
            die("nginx serves other bytes");
    }
    load_end(nginx.pid);
    load_end(ours.pid);
    printf("a page of the feed is %lld bytes\n", (long long)bytes);
    report_at_least("pages of the feed, beside nginx with a file", "per s",
        samples_median(&ours.rate), samples_median(&nginx.rate), 0.9);
    report("processor time of the server for a page", "ms", samples_median(&ours.cpu),
        samples_median(&nginx.cpu), 0);
    return 0;
}
