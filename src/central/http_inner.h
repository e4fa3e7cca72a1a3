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

/* A request whose body is still coming, or that waits for its turn. */
struct upload {
    struct MHD_Connection *mhd;
    struct buf body;
};

struct http_server {
    struct MHD_Daemon *daemon;
    struct central *central;
    char url[LIM_URL];
    pthread_mutex_t lock; /* guards the list and what is in it */
    struct connection *connections;
    bool stopping;
    /* Requests that need slow hashes, in their order; the first one has its turn, and others are
     * served between two of them. Only the server's own thread has to do with these. */
    struct upload *slow[LIM_SLOW];
    int slow_count;
    struct buf certificate, key;
};

/* Sets how long the present step of a connection may take. */
void connection_step(
    struct http_server *server, struct MHD_Connection *mhd, bool busy, int64_t seconds);

/* libmicrohttpd's callbacks for requests. */
enum MHD_Result http_access(void *server, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *len, void **state);
void http_completed(
    void *server, struct MHD_Connection *mhd, void **state, enum MHD_RequestTerminationCode code);

#endif
