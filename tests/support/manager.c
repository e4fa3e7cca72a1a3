/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/manager.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define PATIENCE 10000

void manager_open(struct manager *m)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    *m = (struct manager){.dir = "/tmp/acht-manager-XXXXXX"};
    bool ok = mkdtemp(m->dir);
    snprintf(m->path, sizeof(m->path), "%s/notify", m->dir);
    snprintf(m->setting, sizeof(m->setting), "NOTIFY_SOCKET=%s", m->path);
    memcpy(a.sun_path, m->path, strlen(m->path) + 1);
    m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (!ok || bind(m->fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
        perror("manager");
        exit(1);
    }
}

void manager_close(struct manager *m)
{
    close(m->fd);
    unlink(m->path);
    rmdir(m->dir);
}

bool manager_hear(struct manager *m, int patience, bool *ping)
{
    char text[sizeof(m->last)];
    struct pollfd p = {.fd = m->fd, .events = POLLIN};
    if (poll(&p, 1, patience) <= 0)
        return false;
    ssize_t n = recv(m->fd, text, sizeof(text) - 1, 0);
    text[n < 0 ? 0 : n] = '\0';
    *ping = strcmp(text, "WATCHDOG=1") == 0;
    if (!*ping)
        memcpy(m->last, text, sizeof(text));
    return true;
}

bool manager_wait(struct manager *m, const char *text)
{
    bool ping;
    while (!strstr(m->last, text))
        if (!manager_hear(m, PATIENCE, &ping))
            return false;
    return true;
}

bool manager_pings(struct manager *m, int count)
{
    bool ping;
    while (count > 0 && manager_hear(m, PATIENCE, &ping))
        count -= ping;
    return count == 0;
}

bool manager_silence(struct manager *m, int milliseconds)
{
    int64_t until = clock_monotonic() + PATIENCE, heard = clock_monotonic();
    while (clock_monotonic() - heard < milliseconds) {
        bool ping = false;
        if (clock_monotonic() > until)
            return false;
        if (manager_hear(m, milliseconds, &ping) && ping)
            heard = clock_monotonic();
    }
    return true;
}
