/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "proto/wire.h"
#include "sync/run.h"

#define RAN_AWAY_MS (400 * 24 * 60 * 60 * INT64_C(1000))

/* Settled entries are kept this long: the person still sees them if the feed is late, and a server
 * that was restored from a backup gets them again. */
#define KEEP_SETTLED_MS (7 * 24 * 60 * 60 * INT64_C(1000))

int run_fail(struct run *run, enum cause cause, struct err *err, const char *fmt, ...)
{
    char msg[LIM_ERR];
    static const enum err_code codes[] = {
        [CAUSE_intercepted] = ERR_NET,
        [CAUSE_no_network] = ERR_NET,
        [CAUSE_portal] = ERR_NET,
        [CAUSE_certificate] = ERR_NET,
        [CAUSE_clock] = ERR_NET,
        [CAUSE_not_enrolled] = ERR_AUTH,
        [CAUSE_busy] = ERR_BUSY,
        [CAUSE_server_wrong] = ERR_DATA,
    };
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    run->result->cause = cause;
    return err_set(err, codes[cause], "%s", msg);
}

int64_t run_now(const struct run *run)
{
    return run->transport->now ? run->transport->now(run->transport) : clock_now();
}

static int judge_stranger(struct run *run, const struct response *r, struct err *err)
{
    char code[LIM_ID];
    error_code_from_json(r->body.p, r->body.len, code);
    run->result->revoked = r->status == 401 && strcmp(code, ERROR_REVOKED) == 0;
    if (run->result->revoked)
        return run_fail(run, CAUSE_not_enrolled, err, "this kiosk was revoked");
    return run_fail(
        run, CAUSE_not_enrolled, err, "the server does not know this kiosk (%d)", r->status);
}

/* 511 is what a network says that wants a login. */
static bool is_busy(int status)
{
    return status == 429 || (status > 500 && status <= 599 && status != 511);
}

static int judge_status(struct run *run, const struct response *r, struct err *err)
{
    if (is_busy(r->status)) {
        run->result->retry_after = r->retry_after;
        return run_fail(run, CAUSE_busy, err, "the server is busy (%d)", r->status);
    }
    if (strcmp(r->server_id, run->enrolment->server_id) != 0)
        return run_fail(
            run, CAUSE_portal, err, "somebody else answers for the server (%d)", r->status);
    if (r->status == 401 || r->status == 403)
        return judge_stranger(run, r, err);
    if (r->status == 500)
        return run_fail(run, CAUSE_server_wrong, err, "the server failed (500)");
    return 0;
}

/* No server lets its certificate expire and no kiosk goes without a sync for as long as this: then
 * it is the clock that has jumped. */
static bool clock_ran_away(struct run *run)
{
    int64_t finished;
    struct err ignored = {0};
    return store_fetched(run->store, &finished, &ignored) == 0 && finished != NO_NUMBER &&
           run_now(run) - finished > RAN_AWAY_MS;
}

/* One request, and what its answer says of this kiosk. The body is the caller's. */
static int exchange_once(
    struct run *run, const struct request *q, struct response *r, struct err *err)
{
    *r = (struct response){.retry_after = NO_RETRY_AFTER};
    buf_init(&r->body, LIM_PAGE);
    struct request marked = *q;
    marked.mark = run->mark_line[0] ? run->mark_line : NULL;
    if (run->transport->exchange(run->transport, &marked, r, &run->result->cause, err) < 0) {
        if (r->expired && clock_ran_away(run))
            run->result->cause = CAUSE_clock;
        return -1;
    }
    if (judge_status(run, r, err) < 0)
        return -1;
    run->again = run->again || strcmp(r->mark, WIRE_MARK_AGAIN) == 0;
    run->marked = run->marked || strcmp(r->mark, run->mark.next) == 0;
    run->result->renew = run->result->renew || r->renew;
    return 0;
}

/* The server does not know the token that this kiosk made last: it was not told yet, its answer was
 * lost, or its database is one from before. With the token before, which it knows then, it is told
 * the hash of the new one. */
static int announce_token(struct run *run, struct err *err)
{
    struct buf body = BUF_INIT(LIM_LINE);
    struct response r;
    char hash[DIGEST_HEX];
    run->announced = true;
    sha256_hex(run->enrolment->token, strlen(run->enrolment->token), hash);
    if (token_to_json(hash, &body) < 0)
        BUG("no room for a digest");
    struct request q = {.path = WIRE_TOKEN,
        .type = WIRE_JSON,
        .body = body.p,
        .len = body.len,
        .token = run->enrolment->token_before};
    int rc = exchange_once(run, &q, &r, err);
    if (rc == 0 && r.status != 200)
        rc = run_fail(run, CAUSE_not_enrolled, err, "the server takes no new token (%d)", r.status);
    buf_release(&r.body);
    buf_release(&body);
    return rc;
}

int run_exchange(struct run *run, const struct request *q, struct response *r, struct err *err)
{
    struct err why = {0};
    int rc = exchange_once(run, q, r, &why);
    bool unknown = rc < 0 && r->status == 401 && run->result->cause == CAUSE_not_enrolled &&
                   !run->result->revoked;
    if (unknown && run->enrolment->token_before[0] && !run->announced) {
        run->result->cause = CAUSE_ok;
        if (announce_token(run, err) < 0)
            return -1;
        buf_release(&r->body);
        return exchange_once(run, q, r, err);
    }
    return rc < 0 ? err_set(err, why.code, "%s", why.msg) : 0;
}

int run_check(struct run *run, const struct response *r, size_t *lines, struct trailer *trailer,
    struct err *err)
{
    struct err why = {0};
    if (r->status != 200)
        return run_fail(run, CAUSE_server_wrong, err, "the server answered %d", r->status);
    if (strcmp(r->type, WIRE_NDJSON) != 0)
        return run_fail(run, CAUSE_portal, err, "the answer is %s, not %s",
            r->type[0] ? r->type : "of no type", WIRE_NDJSON);
    if (trailer_check(r->body.p, r->body.len, lines, trailer, &why) < 0)
        return run_fail(
            run, why.code == ERR_NET ? CAUSE_no_network : CAUSE_server_wrong, err, "%s", why.msg);
    return 0;
}

int run_settled(const struct run *run)
{
    const int *n = run->result->settled;
    return n[VERDICT_accepted] + n[VERDICT_merged] + n[VERDICT_held] + n[VERDICT_refused];
}

void run_mark(struct run *run, const struct mark *m)
{
    run->mark = *m;
    if (m->next[0])
        snprintf(run->mark_line, sizeof(run->mark_line), "%s %s %s", m->epoch,
            m->before[0] ? m->before : "-", m->next);
}

static int take_mark(struct run *run, struct err *err)
{
    struct mark m;
    run->again = run->marked = false;
    if (journal_mark(run->store, run_now(run), &m, err) < 0)
        return -1;
    run_mark(run, &m);
    return 0;
}

static int go_both_ways(struct run *run, struct err *err)
{
    if (take_mark(run, err) < 0 || run_push(run, err) < 0 || run_pull(run, err) < 0)
        return -1;
    return run->marked ? journal_marked(run->store, &run->mark, err) : 0;
}

/* This kiosk's disk or the server's database is a copy from earlier. What the server may have lost
 * goes up again, and what this kiosk may have missed comes down. The server goes on asking for it
 * until the journal has been renewed, so that nothing is left out when this is cut off. */
static int go_again(struct run *run, struct err *err)
{
    run->result->copied = true;
    if (cache_restart(run->store, err) < 0 || journal_renew(run->store, run_now(run), err) < 0)
        return -1;
    return go_both_ways(run, err);
}

static int exchange_all(struct run *run, struct err *err)
{
    if (go_both_ways(run, err) < 0 || (run->again && go_again(run, err) < 0))
        return -1;
    if (run->result->unanswered > 0)
        return run_fail(run, CAUSE_server_wrong, err, "the server left out %d verdicts",
            run->result->unanswered);
    return journal_forget(run->store, run_now(run) - KEEP_SETTLED_MS, err);
}

int sync_run(struct store *store, const struct enrolment *enrolment, struct transport *transport,
    bool progress, struct sync_result *result, struct err *err)
{
    *result = (struct sync_result){.retry_after = NO_RETRY_AFTER};
    struct run run = {.store = store,
        .enrolment = enrolment,
        .transport = transport,
        .progress = progress,
        .result = result};
    struct err why = {0};
    char cause[LIM_ID];
    int64_t before = journal_waiting(store);
    int rc = exchange_all(&run, err);
    result->waiting = journal_waiting(store);
    result->expected = before - run_settled(&run); /* less than none: some were sent again */
    result->expected = result->expected > 0 ? result->expected : 0;
    choice_name(CAUSES, result->cause, cause);
    bool known = rc == 0 || result->cause != CAUSE_ok;
    if (known && cache_set_contact(store, cause, run_now(&run), &why) < 0)
        return err_set(err, why.code, "%s", why.msg);
    return rc;
}

void sync_plan(struct schedule *schedule, int rc, const struct sync_result *result, int64_t now,
    uint64_t random)
{
    enum cause cause = rc != 0 && result->cause == CAUSE_ok ? CAUSE_busy : result->cause;
    schedule_after(schedule, cause, result->retry_after, now, random);
}
