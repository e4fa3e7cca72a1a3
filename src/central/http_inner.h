/* SPDX-License-Identifier: EUPL-1.2 */
/* What http.c and http_request.c share. */
#ifndef ACHT_CENTRAL_HTTP_INNER_H
#define ACHT_CENTRAL_HTTP_INNER_H

#include <microhttpd.h>
#include <pthread.h>

#include "central/http.h"

/* A connection, and until when its present step must be done. */
struct connection {
    struct connection *next, **link;
    int fd;
    int64_t deadline; /* clock_monotonic() */
    bool busy;        /* a request is in hand */
};

/* Somebody who waits to hear whether the server is ready. */
struct asker {
    struct asker *next;
    struct MHD_Connection *mhd; /* suspended until rs is filled */
    struct http_response *rs;
    int64_t since; /* clock_monotonic() */
};

/* What is asked of the clerk on behalf of all of them. */
struct probe {
    struct clerk_job job;
    struct http_request rq;
    struct http_response rs;
    struct http_server *server;
    bool busy;
};

struct http_server {
    struct MHD_Daemon *daemon;
    struct central *central;
    char url[LIM_URL];
    pthread_mutex_t lock; /* guards what follows */
    struct connection *connections;
    bool closing; /* no connection is kept any more */
    struct asker *askers;
    struct probe probe;
    bool stopping;   /* the clerk takes nothing more */
    int64_t judging; /* since when the server's thread is busy with one request; 0: it is not */
    struct buf certificate, key;
};

/* Sets how long the present step of a connection may take. */
void connection_step(
    struct http_server *server, struct MHD_Connection *mhd, bool busy, int64_t seconds);

/* Around the work on one request. */
void http_judging(struct http_server *server, bool begins);

/* Answers a suspended connection once the clerk has shown whether it can write, and at the latest
 * at the tick after LIM_READY_SECONDS: that it is stuck. The asker stays the caller's. */
void http_ready(struct http_server *server, struct asker *asker);
void http_ready_tick(struct http_server *server, int64_t now);

/* libmicrohttpd's callbacks for requests. */
enum MHD_Result http_access(void *server, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *len, void **state);
void http_completed(
    void *server, struct MHD_Connection *mhd, void **state, enum MHD_RequestTerminationCode code);

#endif
