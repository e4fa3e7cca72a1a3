/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/notify.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

#define STATUS_BYTES 200
#define PATIENCE_MAX_MS (60 * 60 * INT64_C(1000))

static struct {
    bool known; /* the environment has been read */
    int fd;     /* -1: nobody wants to know */
    struct sockaddr_un to;
    socklen_t len;
    int64_t patience, pinged; /* milliseconds; patience -1: no watchdog */
    char status[STATUS_BYTES];
} manager;

/* "@name" is a name outside the file system: its first byte is NUL. */
static bool find_socket(const char *name)
{
    size_t len = name ? strlen(name) : 0;
    if (len < 2 || len >= sizeof(manager.to.sun_path) || (name[0] != '/' && name[0] != '@'))
        return false;
    manager.to.sun_family = AF_UNIX;
    memcpy(manager.to.sun_path, name, len + 1);
    if (name[0] == '@')
        manager.to.sun_path[0] = '\0';
    manager.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    return true;
}

static int64_t number_in(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    long long n = text ? strtoll(text, &end, 10) : -1;
    return text && end != text && !*end && n > 0 ? n : -1;
}

/* The watchdog may be meant for another process of the same service. */
static int64_t find_patience(void)
{
    int64_t usec = number_in("WATCHDOG_USEC");
    if (usec < 1000 || (getenv("WATCHDOG_PID") && number_in("WATCHDOG_PID") != getpid()))
        return -1;
    return usec / 1000 < PATIENCE_MAX_MS ? usec / 1000 : PATIENCE_MAX_MS;
}

static void look(void)
{
    if (manager.known)
        return;
    manager.known = true;
    manager.fd = -1;
    manager.patience = -1;
    if (!find_socket(getenv("NOTIFY_SOCKET")))
        return;
    manager.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (manager.fd >= 0)
        manager.patience = find_patience();
}

/* A manager that does not read must not hold up anybody. */
static void tell(const char *text)
{
    look();
    if (manager.fd >= 0)
        (void)sendto(manager.fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
            (const struct sockaddr *)&manager.to, manager.len);
}

void notify_ready(const char *status)
{
    char text[STATUS_BYTES + 32];
    snprintf(text, sizeof(text), "READY=1\nSTATUS=%.*s", STATUS_BYTES - 1, status);
    str_copy(manager.status, sizeof(manager.status), status);
    tell(text);
}

void notify_status(const char *fmt, ...)
{
    char status[STATUS_BYTES], text[STATUS_BYTES + 16];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(status, sizeof(status), fmt, ap);
    va_end(ap);
    if (strcmp(status, manager.status) == 0)
        return;
    str_copy(manager.status, sizeof(manager.status), status);
    snprintf(text, sizeof(text), "STATUS=%s", status);
    tell(text);
}

void notify_stopping(void)
{
    tell("STOPPING=1");
}

void notify_turn(int64_t now)
{
    if (notify_wait(now) != 0)
        return;
    manager.pinged = now;
    tell("WATCHDOG=1");
}

int64_t notify_wait(int64_t now)
{
    look();
    if (manager.patience < 0)
        return -1;
    int64_t due = manager.pinged + manager.patience / 3;
    return manager.pinged == 0 || now >= due ? 0 : due - now;
}

int64_t notify_patience(void)
{
    look();
    return manager.patience;
}
