/* SPDX-License-Identifier: EUPL-1.2 */
/* The API on a socket: libmicrohttpd with one thread and a limit on everything. */
#ifndef ACHT_CENTRAL_HTTP_H
#define ACHT_CENTRAL_HTTP_H

#include "central/route.h"

struct http_server;

struct http_options {
    const char *listen;            /* 127.0.0.1:8470, [::1]:8470; port 0 is any free one */
    const char *certificate, *key; /* PEM files, or NULL: plain HTTP, on loopback only */
    unsigned per_address;          /* connections from one address; a front proxy needs more */
};

/* Starts to serve in a thread of its own, which alone uses central from now on; what writes goes to
 * central's clerk. Plain HTTP on another address than loopback is ERR_CONFIG. */
int http_start(struct http_server **out, struct central *central,
    const struct http_options *options, struct err *err) ACHT_NODISCARD;

/* "http://127.0.0.1:8470" with the real port. */
const char *http_url(const struct http_server *server);

/* To be called about once a second with clock_monotonic(): ends connections that take too long,
 * however busy they look. */
void http_tick(struct http_server *server, int64_t now);

/* Whether the server's thread and the clerk's get on: false when one request has kept one of them
 * for longer than this. */
bool http_moves(struct http_server *server, int64_t now, int64_t milliseconds);

/* Takes no new connections, finishes the requests in hand (at most LIM_STOP_SECONDS), ends the
 * clerk and the thread. */
void http_stop(struct http_server *server);

#endif
