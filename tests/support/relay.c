/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/relay.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int connect_to(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
        _exit(1);
    return fd;
}

/* A request comes in one piece. */
static bool move_up(struct relay_seen *seen, int client, int server)
{
    static const char feed[] = "GET /v1/feed";
    char chunk[8192];
    ssize_t n = recv(client, chunk, sizeof(chunk), 0);
    if (n <= 0 || send(server, chunk, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    seen->up += n;
    seen->pages += n > (ssize_t)sizeof(feed) && memcmp(chunk, feed, sizeof(feed) - 1) == 0;
    return true;
}

static bool move_down(struct relay_seen *seen, int server, int client)
{
    char chunk[8192];
    ssize_t n = recv(server, chunk, sizeof(chunk), 0);
    if (n <= 0)
        return false;
    ssize_t passed = n < seen->left ? n : (ssize_t)seen->left;
    seen->left -= passed;
    seen->down += passed;
    return send(client, chunk, (size_t)passed, MSG_NOSIGNAL) == n;
}

static void pass_on(struct relay_seen *seen, int client, int server)
{
    struct pollfd p[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    for (bool open = true; open && poll(p, 2, -1) > 0;) {
        if (p[0].revents)
            open = move_up(seen, client, server);
        if (open && p[1].revents)
            open = move_down(seen, server, client);
    }
}

static void run(struct relay_seen *seen, int listener, int server_port)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int client = accept(listener, NULL, NULL), server = connect_to(server_port);
        seen->connections++;
        pass_on(seen, client, server);
        close(server);
        close(client);
    }
}

void relay_start(struct relay *r, int server_port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    r->seen =
        mmap(NULL, sizeof(*r->seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->seen == MAP_FAILED || bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 ||
        listen(listener, 8) < 0 || getsockname(listener, (struct sockaddr *)&a, &len) < 0)
        abort();
    r->seen->left = INT64_MAX;
    r->port = ntohs(a.sin_port);
    fflush(stdout);
    r->pid = fork();
    if (r->pid == 0)
        run(r->seen, listener, server_port);
    close(listener);
}

void relay_end(struct relay *r)
{
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    munmap(r->seen, sizeof(*r->seen));
}
