/* SPDX-License-Identifier: EUPL-1.2 */
/* A TCP relay on loopback that counts what passes between a client and a server, and goes away
 * after so many bytes: a process of its own, which ends with the test. One connection at a time. */
#ifndef TESTS_SUPPORT_RELAY_H
#define TESTS_SUPPORT_RELAY_H

#include <stdint.h>
#include <sys/types.h>

/* Shared with the relay's process: the test may set and clear it between two programs. */
struct relay_seen {
    volatile int connections;
    volatile int pages;        /* of the feed that were asked for */
    volatile int64_t up, down; /* bytes */
    volatile int64_t left;     /* bytes that still come down; INT64_MAX at first */
};

struct relay {
    struct relay_seen *seen;
    pid_t pid;
    int port;
};

void relay_start(struct relay *r, int server_port);
void relay_end(struct relay *r);

#endif
