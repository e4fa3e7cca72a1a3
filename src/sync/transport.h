/* SPDX-License-Identifier: EUPL-1.2 */
/* One request and its answer, whoever carries them; and the time at which they travel. */
#ifndef ACHT_SYNC_TRANSPORT_H
#define ACHT_SYNC_TRANSPORT_H

#include <stdint.h>

#include "base/buf.h"
#include "model/cause.h"

struct request {
    const char *path; /* with the query, percent-encoded; after the server's base address */
    const char *type; /* content type of the body; NULL makes it a GET */
    const char *body;
    size_t len;
    const char
        *known; /* tag of what the kiosk has already: 304 when there is no more. "" or NULL: none */
    int64_t clock;     /* what the kiosk's clock says now, for the server to know; 0: not said */
    const char *mark;  /* header WIRE_MARK_HEADER; NULL: none */
    const char *token; /* to be sent instead of the carrier's own; NULL: that one */
};

struct response {
    int status;
    char type[LIM_ID];      /* content type without parameters, lower case; "" when none */
    char server_id[LIM_ID]; /* "" when there is none, or more than one */
    char mark[LIM_ID];      /* header WIRE_MARK_HEADER; "" when there is none */
    bool renew;             /* header WIRE_TOKEN_HEADER wants the token replaced */
    int64_t retry_after;    /* seconds, or NO_RETRY_AFTER */
    bool expired;           /* on -1: the server's certificate is past its end, by the clock here */
    struct buf body;        /* decoded; its maximum is set by the caller */
};

struct transport {
    /* Returns 0 when an answer with a status came whole, as far as the carrier can know. Returns -1
     * when not; *cause tells why, and is CAUSE_ok when the sync itself is to stop. The body was
     * initialised by the caller, who releases it. */
    int (*exchange)(struct transport *t, const struct request *q, struct response *r,
        enum cause *cause, struct err *err);
    /* The kiosk's wall clock, an instant; NULL: this machine's. */
    int64_t (*now)(struct transport *t);
};

#endif
