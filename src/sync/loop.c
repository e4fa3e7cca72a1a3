/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/loop.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "sync/lock.h"
#include "sync/report.h"
#include "sync/token.h"
#include "sync/transport_curl.h"
#include "sync/wipe.h"

/* How often the journal is looked at for a new entry: when the system tells of changes, only in
 * case it does not. */
#define WATCH_MS 2000
#define WATCH_TOLD_MS 30000

/* For the operator: counts and a cause, nothing of people and no secrets. */
static void report(const struct sync_result *r, int rc, const struct err *err)
{
    char cause[LIM_ID];
    choice_name(CAUSES, r->cause, cause);
    log_line(stderr,
        "acht-sync: %s sent=%d accepted=%d merged=%d held=%d refused=%d waiting=%" PRId64
        " skipped=%d damaged=%d pages=%d records=%d%s%s%s",
        rc < 0 && r->cause == CAUSE_ok ? "failed" : cause, r->sent, r->settled[VERDICT_accepted],
        r->settled[VERDICT_merged], r->settled[VERDICT_held], r->settled[VERDICT_refused],
        r->waiting, r->skipped, r->damaged, r->pages, r->records, r->copied ? " copied" : "",
        rc < 0 ? ": " : "", rc < 0 ? err->msg : "");
    notify_status("the last sync: %s%s%s, %" PRId64 " requests wait", cause, rc < 0 ? ", " : "",
        rc < 0 ? err->msg : "", r->waiting);
}

/* ---- what this kiosk says of itself ---- */

static void say(const struct report_job *job)
{
    struct err err = {0};
    if (sync_report(job, &err) < 0)
        fprintf(stderr, "acht-sync: what this kiosk says of itself was not sent: %s\n", err.msg);
}

/* What lies on this side is something to tell; being told to stop is not. */
static bool is_fault(int rc, const struct err *err)
{
    return rc < 0 && err->code != ERR_BUSY;
}

/* When the server was there. It is no part of the sync: what becomes of it changes nothing. It
 * waits for the next one when tries before this one failed: many kiosks come back then, all with
 * news. */
static void say_how_it_is(struct loop *l, const struct enrolment *e, struct transport *transport,
    const struct sync_result *result, bool well)
{
    if (well && result->cause == CAUSE_ok && !l->recovers)
        say(&(struct report_job){
            l->store, e, transport, report_starts(l->runtime), result->copied, true});
}

/* Of a disk on which no sync can be done: a kiosk reads what there is. */
static void say_what_is_amiss(struct loop *l, const struct enrolment *e)
{
    struct store *store;
    struct transport *transport;
    struct err ignored = {0};
    if (store_open(&store, l->dir, l->share, STORE_KIOSK, NULL, &ignored) < 0)
        return;
    if (transport_curl_open(&transport, e->server, e->ca, e->token, l->stop_fd, &ignored) == 0) {
        if (transport_curl_pin(transport, e->pins, &ignored) == 0)
            say(&(struct report_job){store, e, transport, report_starts(l->runtime), false, false});
        transport_curl_close(transport);
    }
    store_close(store);
}

/* ---- one sync ---- */

static int sync_over_http(struct loop *l, const struct enrolment *e, struct sync_result *result,
    bool *ran, struct err *err)
{
    struct transport *transport;
    if (transport_curl_open(&transport, e->server, e->ca, e->token, l->stop_fd, err) < 0)
        return -1;
    int rc = transport_curl_pin(transport, e->pins, err);
    if (rc == 0) {
        *ran = true;
        rc = sync_run(l->store, e, transport, isatty(STDERR_FILENO), result, err);
        say_how_it_is(l, e, transport, result, rc == 0 || is_fault(rc, err));
    }
    transport_curl_close(transport);
    return rc;
}

static void forget_all(struct loop *l)
{
    struct err err = {0};
    int64_t sealed;
    if (sync_wipe(l->store, l->dir, clock_now(), &sealed, &err) == 0)
        log_line(stderr,
            "acht-sync: this kiosk was revoked and has forgotten everybody; %" PRId64
            " entries are sealed for the server",
            sealed);
    else
        log_line(stderr, "acht-sync: this kiosk was revoked, but cannot forget: %s", err.msg);
}

/* The old one goes on to be good, so a disk that is full now costs nothing but another night. */
static void renew(struct loop *l, struct enrolment *e)
{
    struct err err = {0};
    if (sync_renew_token(l->dir, e, &err) < 0)
        fprintf(stderr, "acht-sync: the token stays the old one: %s\n", err.msg);
}

static int sync_locked(
    struct loop *l, struct enrolment *e, struct sync_result *result, bool *ran, struct err *err)
{
    if (!l->store && store_open(&l->store, l->dir, l->share, STORE_SYNC, NULL, err) < 0) {
        l->store = NULL;
        say_what_is_amiss(l, e);
        return -1;
    }
    int rc = sync_over_http(l, e, result, ran, err);
    if (result->revoked)
        forget_all(l);
    else if (rc == 0 && result->renew)
        renew(l, e);
    /* After a failure on this side nothing that the store holds open can be relied on. */
    if (rc < 0 && result->cause == CAUSE_ok)
        loop_end(l);
    return rc;
}

static int sync_alone(struct loop *l, struct sync_result *result, bool *ran, struct err *err)
{
    struct enrolment e;
    if (enrolment_load(l->dir, &e, err) < 0)
        return -1;
    int lock = sync_lock(l->dir, err);
    int rc = lock == SYNC_LOCK_HELD ? 1 : -1;
    if (lock >= 0) {
        rc = sync_locked(l, &e, result, ran, err);
        close(lock);
    }
    memory_wipe(&e, sizeof(e));
    return rc;
}

int loop_once(struct loop *l, struct sync_result *result, struct err *err)
{
    bool ran = false;
    *result = (struct sync_result){.retry_after = NO_RETRY_AFTER};
    int rc = sync_alone(l, result, &ran, err);
    if (ran)
        report(result, rc, err);
    else if (rc < 0)
        log_line(stderr, "acht-sync: %s", err->msg);
    return rc;
}

void loop_end(struct loop *l)
{
    store_close(l->store);
    l->store = NULL;
}

/* An entry changes files of the data directory, and nothing else has to be asked for it. Where the
 * system cannot tell (-1), the journal is looked at by the clock. */
static int notify_open(const char *dir)
{
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0 && inotify_add_watch(fd, dir, IN_MODIFY) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* What changed does not matter, and whose doing it was the journal says. */
static void notify_drain(int fd)
{
    _Alignas(struct inotify_event) char events[4096];
    while (read(fd, events, sizeof(events)) > 0)
        continue;
}

/* Waits for the end, a change of the files, or the time. */
static bool stopped_within(const struct loop *l, int64_t milliseconds)
{
    struct pollfd p[2] = {{l->stop_fd, POLLIN, 0}, {l->notify_fd, POLLIN, 0}};
    bool stopped = poll(p, 2, (int)milliseconds) > 0 && p[0].revents;
    if (p[1].revents)
        notify_drain(l->notify_fd);
    return stopped;
}

static uint64_t dice(void)
{
    uint64_t random;
    random_bytes(&random, sizeof(random));
    return random;
}

static int turn(struct loop *l, struct schedule *s, struct err *err)
{
    struct sync_result result;
    l->recovers = s->failures > 0;
    int rc = loop_once(l, &result, err);
    sync_plan(s, rc, &result, clock_monotonic(), dice());
    l->known = result.expected;
    return rc;
}

static void watch(struct loop *l, struct schedule *s)
{
    if (!l->store || !store_changed(l->store))
        return;
    int64_t waiting = journal_waiting(l->store);
    if (waiting > l->known)
        schedule_new_entry(s, clock_monotonic());
    l->known = waiting;
}

static int64_t patience(const struct loop *l, const struct schedule *s)
{
    int64_t wait = schedule_wait(s, clock_monotonic());
    int64_t most = l->notify_fd < 0 ? WATCH_MS : WATCH_TOLD_MS;
    int64_t watched = notify_wait(clock_monotonic());
    if (watched >= 0 && watched < most)
        most = watched;
    return wait < most ? wait : most;
}

/* ---- the spread ---- */

/* This kiosk's place in the spread, from now. */
static int place(const struct loop *l, int64_t *milliseconds, struct err *err)
{
    struct enrolment e;
    *milliseconds = 0;
    if (l->spread <= 0)
        return 0;
    if (enrolment_load(l->dir, &e, err) < 0)
        return -1;
    *milliseconds = schedule_place(e.kiosk, l->spread);
    memory_wipe(&e, sizeof(e));
    return 0;
}

int loop_wait_spread(struct loop *l, struct err *err)
{
    int64_t wait;
    if (place(l, &wait, err) < 0) {
        log_line(stderr, "acht-sync: %s", err->msg);
        return -1;
    }
    struct pollfd p = {l->stop_fd, POLLIN, 0};
    if (wait > 0)
        notify_status("waits for its turn");
    return poll(&p, 1, (int)wait) > 0;
}

/* The journal is watched before the first sync, too: somebody may be at the kiosk already. */
static int open_early(struct loop *l, struct err *err)
{
    int lock = sync_lock(l->dir, err);
    if (lock < 0)
        return -1;
    int rc = store_open(&l->store, l->dir, l->share, STORE_SYNC, NULL, err);
    if (rc == 0)
        l->known = journal_waiting(l->store);
    close(lock);
    return rc;
}

static void run(struct loop *l, struct schedule *s)
{
    while (!stopped_within(l, patience(l, s))) {
        struct err why = {0};
        if (schedule_wait(s, clock_monotonic()) > 0)
            watch(l, s);
        else
            turn(l, s, &why);
        notify_turn(clock_monotonic());
        log_turn(clock_monotonic());
    }
}

/* The first sync, or the wait for its place in the spread. */
static int begin(struct loop *l, struct schedule *s, struct err *err)
{
    int64_t wait;
    if (place(l, &wait, err) < 0) {
        log_line(stderr, "acht-sync: %s", err->msg);
        return -1;
    }
    struct err why = {0};
    if (wait > 0 && open_early(l, &why) < 0)
        wait = 0; /* the first sync says what is amiss, or waits for another one */
    schedule_start(s, l->interval, clock_monotonic() + wait);
    notify_ready(wait > 0 ? "waits for its turn" : "syncs");
    if (wait > 0)
        return 0;
    return turn(l, s, err) < 0 && err->code == ERR_CONFIG ? -1 : 0;
}

int loop_run(struct loop *l, struct err *err)
{
    struct schedule s;
    l->notify_fd = notify_open(l->dir); /* before the first sync: an entry may come while it runs */
    int rc = begin(l, &s, err);
    if (rc == 0)
        run(l, &s);
    notify_stopping();
    if (l->notify_fd >= 0)
        close(l->notify_fd);
    return rc;
}
