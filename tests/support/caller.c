/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/caller.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

int caller_connect(int port, unsigned char host, int room)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = {.sin_family = AF_INET}, there = own;
    own.sin_addr.s_addr = htonl(0x7F000000U | host);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons((uint16_t)port);
    if (room)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
        connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0) {
        perror("cannot connect");
        exit(1);
    }
    return fd;
}

bool caller_say(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

bool caller_hear(int fd, struct buf *in, const char *enough, int64_t until)
{
    char chunk[16384];
    for (;;) {
        if (enough && in->len && strstr(in->p, enough))
            return false;
        int64_t left = until - clock_monotonic();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            return false;
        ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
        if (n <= 0)
            return true;
        for (ssize_t i = 0; i < n; i++)
            (void)buf_putc(in, chunk[i] ? chunk[i] : '?');
    }
}

bool caller_closed(int fd)
{
    char chunk[16384];
    for (;;) {
        ssize_t n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
        if (n <= 0) {
            struct pollfd p = {.fd = fd, .events = POLLIN};
            return n == 0 || (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)));
        }
    }
}

int caller_count(const struct buf *in, const char *text)
{
    int n = 0;
    for (const char *at = in->len ? in->p : ""; (at = strstr(at, text)); at += strlen(text))
        n++;
    return n;
}

int caller_status(const struct buf *in)
{
    static const char head[] = "HTTP/1.1 ";
    return in->len && strncmp(in->p, head, sizeof(head) - 1) == 0
               ? (int)strtol(in->p + sizeof(head) - 1, NULL, 10)
               : 0;
}

bool caller_descriptors(unsigned count)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < count)
        files.rlim_cur = files.rlim_max < count ? files.rlim_max : count;
    setrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_cur >= count;
}

int caller_open_files(int pid)
{
    char path[64];
    int n = 0;
    snprintf(path, sizeof(path), "/proc/%d/fd", pid);
    DIR *d = opendir(path);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

int64_t caller_most_kib(int pid)
{
    char path[64], line[256];
    long long kib = -1;
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoll(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kib;
}
