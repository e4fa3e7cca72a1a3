/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/contract_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define PATIENCE 20000 /* milliseconds until the test gives up */

static int call(int port)
{
    struct sockaddr_in there = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0)
        BUG("cannot connect to port %d", port);
    return fd;
}

static void write_request(
    const char *method, const char *target, const struct contract_message *m, struct buf *out)
{
    bool length = false;
    buf_printf(out, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", method, target);
    for (int i = 0; i < m->header_count; i++) {
        buf_printf(out, "%s: %s\r\n", m->headers[i].name, m->headers[i].value);
        length |= strcasecmp(m->headers[i].name, "Content-Length") == 0;
    }
    if (m->type)
        buf_printf(out, "Content-Type: %s\r\n", m->type);
    if (m->len && !length)
        buf_printf(out, "Content-Length: %zu\r\n", m->len);
    buf_puts(out, "\r\n");
    buf_add(out, m->body, m->len);
}

static void say(int fd, const struct buf *out)
{
    for (size_t at = 0; at < out->len;) {
        ssize_t n = send(fd, out->p + at, out->len - at, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* it closed on us, which shows in the answer */
        at += (size_t)n;
    }
}

static void hear(int fd, struct buf *in)
{
    char chunk[8192];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (ssize_t n = 1; n > 0;) {
        if (poll(&p, 1, PATIENCE) <= 0)
            BUG("no answer");
        n = recv(fd, chunk, sizeof(chunk), 0);
        if (n > 0)
            buf_add(in, chunk, (size_t)n);
    }
}

/* Cuts what was heard into its parts, in place. */
static void read_answer(struct contract_answered *a)
{
    enum { ROOM = sizeof(a->header) / sizeof(a->header[0]) };
    char *end = strstr(a->in.p, "\r\n\r\n"), *line = strstr(a->in.p, "\r\n");
    if (!end || strncmp(a->in.p, "HTTP/1.1 ", 9) != 0)
        return;
    a->status = (int)strtol(a->in.p + 9, NULL, 10);
    while (line < end && a->m.header_count < ROOM) {
        struct contract_header *h = &a->header[a->m.header_count++];
        h->name = line + 2;
        char *colon = strchr(line + 2, ':');
        line = strstr(line + 2, "\r\n");
        *colon = *line = '\0';
        h->value = colon + 1 + strspn(colon + 1, " ");
        if (strcasecmp(h->name, "Content-Type") == 0)
            a->m.type = h->value;
    }
    a->m.headers = a->header;
    a->m.all_headers = true;
    a->m.body = end + 4;
    a->m.len = a->in.len - (size_t)(end + 4 - a->in.p);
}

void contract_http(int port, const char *method, const char *target,
    const struct contract_message *request, struct contract_answered *out)
{
    struct buf said = BUF_INIT(4 * (size_t)LIM_PAGE);
    *out = (struct contract_answered){0};
    buf_init(&out->in, 4 * (size_t)LIM_PAGE);
    int fd = call(port);
    write_request(method, target, request, &said);
    say(fd, &said);
    hear(fd, &out->in);
    close(fd);
    read_answer(out);
    buf_release(&said);
}

void contract_http_release(struct contract_answered *a)
{
    buf_release(&a->in);
}
