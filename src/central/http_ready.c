/* SPDX-License-Identifier: EUPL-1.2 */
/* Whether the server is ready only the clerk can tell, who may be just what is stuck: nobody who
 * asks waits for him longer than LIM_READY_SECONDS. */
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "central/api.h"
#include "central/clerk.h"
#include "central/http_inner.h"

static void resume_all(struct asker *list)
{
    while (list) {
        struct asker *next = list->next; /* an asker who is resumed may go at once */
        MHD_resume_connection(list->mhd);
        list = next;
    }
}

static void copy_answer(const struct http_response *from, struct http_response *to)
{
    to->status = from->status;
    to->type = from->type;
    buf_clear(&to->body);
    buf_add(&to->body, from->body.p, from->body.len);
}

/* In the clerk's thread. */
static void probed(struct clerk_job *job)
{
    struct probe *probe = (struct probe *)(void *)((char *)job - offsetof(struct probe, job));
    struct http_server *server = probe->server;
    pthread_mutex_lock(&server->lock);
    struct asker *list = server->askers;
    for (struct asker *a = list; a; a = a->next)
        copy_answer(&probe->rs, a->rs);
    server->askers = NULL;
    response_release(&probe->rs);
    probe->busy = false;
    pthread_mutex_unlock(&server->lock);
    resume_all(list);
}

/* The lock is held. A clerk who takes nothing does not get on either: the tick will say so. */
static void start_probe(struct http_server *server)
{
    struct probe *probe = &server->probe;
    if (probe->busy || server->stopping)
        return;
    probe->server = server;
    probe->rq = (struct http_request){.method = "GET",
        .path = "/readyz",
        .cursor = "",
        .authorization = "",
        .if_none_match = "",
        .body = "",
        .now = clock_now(),
        .clock = NO_NUMBER,
        .mark = ""};
    response_init(&probe->rs);
    probe->job = (struct clerk_job){.rq = &probe->rq, .rs = &probe->rs, .done = probed};
    probe->busy = clerk_take(server->central->clerk, &probe->job) == 0;
    if (!probe->busy)
        response_release(&probe->rs);
}

void http_ready(struct http_server *server, struct asker *asker)
{
    pthread_mutex_lock(&server->lock);
    bool stopping = server->stopping;
    if (!stopping) {
        asker->since = clock_monotonic();
        asker->next = server->askers;
        server->askers = asker;
        start_probe(server);
    }
    pthread_mutex_unlock(&server->lock);
    if (!stopping)
        return;
    response_error(asker->rs, 503, "not_ready", "the server is about to end");
    MHD_resume_connection(asker->mhd); /* nobody would do it later */
}

void http_ready_tick(struct http_server *server, int64_t now)
{
    struct asker *late = NULL;
    pthread_mutex_lock(&server->lock);
    for (struct asker **at = &server->askers; *at;) {
        struct asker *a = *at;
        if (now - a->since < LIM_READY_SECONDS * 1000) {
            at = &a->next;
            continue;
        }
        *at = a->next;
        a->next = late;
        late = a;
        response_error(a->rs, 503, "not_ready", READY_STUCK);
    }
    pthread_mutex_unlock(&server->lock);
    resume_all(late);
}
