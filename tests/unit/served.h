/* SPDX-License-Identifier: EUPL-1.2 */
/* The house on a real socket. */
#ifndef ACHT_TESTS_SERVED_H
#define ACHT_TESTS_SERVED_H

#include "central/clerk.h"
#include "central/http.h"
#include "central_house.h"

struct served {
    struct house house;
    struct central writer; /* the clerk's */
    struct http_server *server;
    uint16_t port;
};

static inline void serve(struct served *s, unsigned per_address)
{
    house_open(&s->house);
    house_fill(&s->house);
    struct http_options options = {.listen = "127.0.0.1:0", .per_address = per_address};
    s->writer = s->house.central;
    s->writer.pages = NULL; /* those are one thread's own */
    OK(database_open(&s->writer.db, s->house.where, &err));
    OK(clerk_start(&s->house.central.clerk, &s->writer, &err));
    OK(http_start(&s->server, &s->house.central, &options, &err));
    s->port = (uint16_t)strtol(strrchr(http_url(s->server), ':') + 1, NULL, 10);
}

static inline void stop(struct served *s)
{
    http_stop(s->server);
    database_close(s->writer.db);
    house_close(&s->house);
}

#endif
