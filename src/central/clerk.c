/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/clerk.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "central/api.h"
#include "central/court.h"
#include "central/docket.h"

#define GROUP_MAX 128   /* jobs of one transaction */
#define NOTES_MAX 16384 /* that wait to be written */
#define NOTES_SECONDS 1 /* and no longer than this */

struct note {
    char kiosk[LIM_ID];
    struct feed_note says;
};

struct clerk {
    struct central *writer;
    pthread_t thread;
    struct clerk_job *slow[LIM_SLOW]; /* wait for their turn; the thread's alone */
    int slow_count;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t arrived;
    struct clerk_job *first, **end;
    int waiting;
    struct note *notes;
    int noted;
    struct central_counts counts; /* a copy, as of the last transaction */
    int64_t since;                /* when the present transaction began; 0: there is none */
    bool stopping;
};

/* ---- one job ---- */

/* Slow hashes are made for one at a time, and others are served between two of them. */
static enum slow slow_now(const struct clerk *clerk, const struct clerk_job *job)
{
    if (clerk->slow_count > 0 && clerk->slow[0] == job)
        return SLOW_NOW;
    return clerk->slow_count < LIM_SLOW ? SLOW_LATER : SLOW_NEVER;
}

/* false: it waits for its turn. */
static bool serve(struct clerk *clerk, struct clerk_job *job)
{
    response_release(job->rs);
    response_init(job->rs);
    job->rq->slow = slow_now(clerk, job);
    route(job->rq, clerk->writer, job->rs);
    job->rq->admitted = true;
    if (job->rs->later)
        clerk->slow[clerk->slow_count++] = job;
    return !job->rs->later;
}

static struct clerk_job *end_turn(struct clerk *clerk)
{
    struct clerk_job *job = clerk->slow[0];
    clerk->slow_count--;
    for (int i = 0; i < clerk->slow_count; i++)
        clerk->slow[i] = clerk->slow[i + 1];
    return job;
}

/* ---- a group ---- */

/* The one whose turn it is, and all jobs that arrived; of these, *done becomes those that are
 * finished, in their order. */
static void serve_all(struct clerk *clerk, struct clerk_job *jobs, struct clerk_job **done)
{
    bool turn = clerk->slow_count > 0;
    if (turn)
        serve(clerk, clerk->slow[0]);
    for (struct clerk_job *job = jobs, *next; job; job = next) {
        next = job->next;
        job->next = NULL;
        if (serve(clerk, job)) {
            *done = job;
            done = &job->next;
        }
    }
    if (turn) {
        *done = end_turn(clerk);
        (*done)->next = NULL;
    }
}

static void finish(struct clerk_job *job)
{
    while (job) {
        struct clerk_job *next = job->next; /* done may end the job */
        job->done(job);
        job = next;
    }
}

static int write_notes(struct database *db, const struct note *notes, int count, struct err *err)
{
    if (database_begin(db, err) < 0) /* not after a rollback */
        return -1;
    for (int i = 0; i < count; i++)
        if (docket_note(db, notes[i].kiosk, &notes[i].says, err) < 0)
            return -1;
    return database_commit(db, err);
}

static void refuse(struct clerk_job *job, const struct err *why)
{
    const struct route *r = route_find(job->rq);
    response_release(job->rs);
    response_init(job->rs);
    if (r && r->handle == api_ready) /* which asks for just that */
        api_not_ready(why, job->rs);
    else
        api_failure(why, job->rs);
}

/* Nothing can be written now: nobody waits for a turn any more, and all are told so. Returns them.
 */
static struct clerk_job *refuse_all(
    struct clerk *clerk, struct clerk_job *jobs, const struct err *why)
{
    while (clerk->slow_count > 0) {
        struct clerk_job *job = end_turn(clerk);
        job->next = jobs;
        jobs = job;
    }
    for (struct clerk_job *job = jobs; job; job = job->next)
        refuse(job, why);
    return jobs;
}

/* After a failure: each alone, so that one cannot spoil it for the others; nobody waits again. */
static void serve_alone(struct clerk *clerk, struct clerk_job *jobs)
{
    for (struct clerk_job *job = jobs; job; job = job->next) {
        response_release(job->rs);
        response_init(job->rs);
        route(job->rq, clerk->writer, job->rs);
    }
}

/* One transaction. Returns the jobs that are finished. */
static struct clerk_job *serve_group(
    struct clerk *clerk, struct clerk_job *jobs, const struct note *notes, int noted)
{
    struct err err = {0};
    struct central *w = clerk->writer;
    struct central_counts before = w->counts;
    struct clerk_job *done = NULL;
    if (database_group_begin(w->db, &err) < 0) {
        api_log(w, "error: nothing can be written: %s", err.msg);
        return refuse_all(clerk, jobs, &err);
    }
    serve_all(clerk, jobs, &done);
    int rc = write_notes(w->db, notes, noted, &err);
    if (database_group_commit(w->db, rc, &err) == 0)
        return done;
    api_log(w, "warning: a group of requests was not written: %s", err.msg);
    w->counts = before;
    serve_alone(clerk, done);
    return done;
}

/* ---- the thread ---- */

static void wait_for_work(struct clerk *clerk)
{
    struct timespec until;
    if (clerk->slow_count > 0)
        return;
    while (!clerk->first && !clerk->noted && !clerk->stopping)
        pthread_cond_wait(&clerk->arrived, &clerk->lock);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += NOTES_SECONDS;
    while (!clerk->first && !clerk->stopping &&
           pthread_cond_timedwait(&clerk->arrived, &clerk->lock, &until) == 0) {
    }
}

static struct clerk_job *take_jobs(struct clerk *clerk)
{
    struct clerk_job *jobs = clerk->first, **end = &clerk->first;
    int n = 0;
    while (*end && n++ < GROUP_MAX)
        end = &(*end)->next;
    clerk->first = *end;
    *end = NULL;
    if (!clerk->first)
        clerk->end = &clerk->first;
    clerk->waiting -= n < GROUP_MAX ? n : GROUP_MAX;
    return jobs;
}

static void *work(void *context)
{
    struct clerk *clerk = context;
    struct note *notes = mem_array(NOTES_MAX, sizeof(*notes)), *swap;
    pthread_mutex_lock(&clerk->lock);
    for (;;) {
        wait_for_work(clerk);
        if (clerk->stopping && !clerk->first && !clerk->noted && !clerk->slow_count)
            break;
        struct clerk_job *jobs = take_jobs(clerk);
        int noted = clerk->noted;
        swap = clerk->notes;
        clerk->notes = notes;
        notes = swap;
        clerk->noted = 0;
        clerk->since = clock_monotonic();
        pthread_mutex_unlock(&clerk->lock);
        jobs = serve_group(clerk, jobs, notes, noted);
        pthread_mutex_lock(&clerk->lock);
        clerk->counts = clerk->writer->counts; /* before anybody hears of what is counted */
        clerk->since = 0;
        pthread_mutex_unlock(&clerk->lock);
        finish(jobs);
        pthread_mutex_lock(&clerk->lock);
    }
    pthread_mutex_unlock(&clerk->lock);
    free(notes);
    return NULL;
}

/* ---- from other threads ---- */

int clerk_take(struct clerk *clerk, struct clerk_job *job)
{
    int rc = -1;
    job->next = NULL;
    pthread_mutex_lock(&clerk->lock);
    if (clerk->waiting < CLERK_WAITING) {
        *clerk->end = job;
        clerk->end = &job->next;
        clerk->waiting++;
        pthread_cond_signal(&clerk->arrived);
        rc = 0;
    }
    pthread_mutex_unlock(&clerk->lock);
    return rc;
}

void clerk_note(struct clerk *clerk, const char *kiosk, const struct feed_note *note)
{
    pthread_mutex_lock(&clerk->lock);
    if (clerk->noted < NOTES_MAX) { /* else with the kiosk's next question */
        struct note *n = &clerk->notes[clerk->noted++];
        str_copy(n->kiosk, sizeof(n->kiosk), kiosk);
        n->says = *note;
        pthread_cond_signal(&clerk->arrived);
    }
    pthread_mutex_unlock(&clerk->lock);
}

bool clerk_moves(struct clerk *clerk, int64_t now, int64_t milliseconds)
{
    pthread_mutex_lock(&clerk->lock);
    bool moves = clerk->since == 0 || now - clerk->since <= milliseconds;
    pthread_mutex_unlock(&clerk->lock);
    return moves;
}

void clerk_counts(struct clerk *clerk, struct central_counts *out)
{
    pthread_mutex_lock(&clerk->lock);
    *out = clerk->counts;
    pthread_mutex_unlock(&clerk->lock);
}

void clerk_free(struct clerk *clerk)
{
    if (!clerk)
        return;
    pthread_cond_destroy(&clerk->arrived);
    pthread_mutex_destroy(&clerk->lock);
    free(clerk->notes);
    free(clerk);
}

int clerk_start(struct clerk **out, struct central *writer, struct err *err)
{
    pthread_condattr_t attributes;
    struct clerk *clerk = mem_alloc(sizeof(*clerk));
    clerk->writer = writer;
    clerk->counts = writer->counts;
    clerk->end = &clerk->first;
    clerk->notes = mem_array(NOTES_MAX, sizeof(*clerk->notes));
    pthread_mutex_init(&clerk->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&clerk->arrived, &attributes);
    pthread_condattr_destroy(&attributes);
    int rc = pthread_create(&clerk->thread, NULL, work, clerk);
    if (rc != 0) {
        clerk_free(clerk);
        return err_set(err, ERR_IO, "cannot start a thread: %s", strerrordesc_np(rc));
    }
    *out = clerk;
    return 0;
}

void clerk_stop(struct clerk *clerk)
{
    pthread_mutex_lock(&clerk->lock);
    clerk->stopping = true;
    pthread_cond_signal(&clerk->arrived);
    pthread_mutex_unlock(&clerk->lock);
    pthread_join(clerk->thread, NULL);
}
