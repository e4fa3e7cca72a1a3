/* SPDX-License-Identifier: EUPL-1.2 */
/* A TCP proxy on loopback that treats each HTTP request between a client and a server badly: a
 * process of its own, which ends with the test. */
#ifndef TESTS_SUPPORT_PROXY_H
#define TESTS_SUPPORT_PROXY_H

#include <stdbool.h>
#include <stdint.h>

enum proxy_fault {
    PROXY_PASS,
    PROXY_LOSE_REQUEST, /* reads it and closes */
    PROXY_CUT_REQUEST,  /* the server gets its first bytes only */
    PROXY_LOSE_ANSWER,  /* the server has done it; the client does not hear so */
    PROXY_CUT_ANSWER,   /* the client gets its first bytes only */
    PROXY_REPEAT,       /* the server gets the request two or three times */
    PROXY_REPLAY,       /* the server gets an older request again before this one */
    PROXY_STALE_ANSWER, /* the client gets the answer to an older request */
    PROXY_GARBAGE,      /* the client gets something else than HTTP */
    PROXY_CHANGED,      /* one byte of the answer's body is another */
    PROXY_PORTAL,       /* the client gets a login page */
    PROXY_DELAY,        /* the answer comes in pieces with pauses */
    PROXY_FAULTS,
};

struct proxy;

struct proxy *proxy_start(int server_port, uint64_t seed);
void proxy_end(struct proxy *p); /* NULL is fine */

int proxy_port(const struct proxy *p);
void proxy_set_honest(struct proxy *p, bool honest);
int64_t proxy_count(const struct proxy *p, enum proxy_fault fault);
const char *proxy_fault_name(enum proxy_fault fault);

/* A port of this machine that nobody listens on. */
int proxy_free_port(void);

#endif
