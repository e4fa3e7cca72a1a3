/* SPDX-License-Identifier: EUPL-1.2 */
/* Every request of the API as a function of the request and the database, without sockets. */
#ifndef ACHT_CENTRAL_ROUTE_H
#define ACHT_CENTRAL_ROUTE_H

#include <stdio.h>

#include "central/database.h"
#include "central/judge.h"
#include "central/pages.h"
#include "central/throttle.h"

#define JSON "application/json"
#define NDJSON "application/x-ndjson"

/* Slow hashes keep the one who writes from everybody else. What becomes of a request that needs
 * some: LATER: nothing yet, it is to be asked once more; NEVER: 429; NOW: they are made. */
enum slow { SLOW_LATER, SLOW_NEVER, SLOW_NOW };

/* Texts that were not sent are "". */
struct http_request {
    const char *method, *path;
    const char *cursor; /* the one query parameter there is */
    const char *authorization, *if_none_match;
    const char *body;
    size_t len;
    int64_t now;
    int64_t clock;       /* what the kiosk's clock said (header Acht-Clock), or NO_NUMBER */
    const char *mark;    /* header WIRE_MARK_HEADER */
    const char *address; /* where it comes from, without the port; NULL or "": not known */
    enum slow slow;
    bool admitted; /* it was counted before (central/throttle.h) */
};

struct http_response {
    int status;
    const char *type; /* Content-Type; NULL: no body */
    struct buf body;
    char etag[LIM_CURSOR + 2]; /* "" or with its quotes */
    const char *allow;         /* 405 */
    char mark[LIM_ID];         /* header WIRE_MARK_HEADER; "": none */
    int retry_after;           /* seconds; 0: not said */
    bool renew;                /* header WIRE_TOKEN_HEADER: the token is to be replaced */
    bool last;                 /* nothing more is heard over this connection */
    bool later;                /* no answer yet, nothing was changed: ask once more */
};

enum status_class { STATUS_2XX, STATUS_3XX, STATUS_4XX, STATUS_5XX, STATUS_CLASSES };
#define ROUTES_MAX 12

struct central_counts {
    int64_t answers[ROUTES_MAX + 1][STATUS_CLASSES]; /* by route; the last one: no route */
    struct judge_counts judged;
    int64_t enrolled, enrol_refused;
    int64_t limited[LIMITS];
    int64_t copies; /* alarms: there are two of a kiosk */
};

/* What a thread that answers requests has. clerk: does what writes, for one that only reads; NULL
 * for the clerk's own. */
struct central {
    struct database *db;
    struct pages *pages; /* NULL: none are kept */
    const struct secrets *secrets;
    FILE *log; /* what an operator must see; NULL: nowhere */
    struct clerk *clerk;
    struct throttle *throttle; /* everybody's; NULL: there are no limits */
    struct central_counts counts;
};

typedef void route_handler(struct central *c, const struct http_request *rq,
    const struct kiosk *kiosk, struct http_response *rs);

struct route {
    const char *method, *path; /* a table ends with NULL */
    bool kiosks_only;          /* needs a kiosk's token; kiosk is NULL otherwise */
    bool writes;               /* is for the clerk, when there is one */
    route_handler *handle;
};
extern const struct route routes[];

/* What the request is for, or NULL. */
const struct route *route_find(const struct http_request *rq);

/* Fills rs, which response_init() has prepared; the caller ends it with response_release(). */
void route(const struct http_request *rq, struct central *c, struct http_response *rs);

void response_init(struct http_response *rs);
void response_release(struct http_response *rs);

/* Answers with {"error":{"code":...,"message":...}}. */
void response_error(struct http_response *rs, int status, const char *code, const char *message);

#endif
