/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "sync/run.h"

/* Entries that the server refused by themselves in this sync. */
struct left_out {
    char id[LIM_SKIPS][LIM_ID];
    int status[LIM_SKIPS];
    int count;
};

struct batch {
    struct pending entry[LIM_BATCH];
    struct verdict verdict[LIM_BATCH];
    enum { UNJUDGED, JUDGED, DISPUTED } judged[LIM_BATCH];
    int count;
};

/* The oldest waiting entries after that one which fit one request. */
static int next_batch(
    struct run *run, int64_t after, struct arena *mem, struct batch *b, struct err *err)
{
    struct pending *waiting;
    int damaged;
    if (journal_pending(
            run->store, after, LIM_BATCH, LIM_BODY, mem, &waiting, &b->count, &damaged, err) < 0)
        return -1;
    memcpy(b->entry, waiting, sizeof(b->entry[0]) * (size_t)b->count);
    if (after == 0)
        run->result->damaged = damaged;
    return 0;
}

static int find_entry(const struct pending *entries, int count, const struct verdict *v)
{
    for (int i = 0; i < count; i++)
        if (strcmp(entries[i].id, v->id) == 0 && strcmp(entries[i].hash, v->hash) == 0)
            return i;
    return -1;
}

/* Takes one verdict into its entry's place. What concerns no entry of this request is ignored; two
 * different ones on the same entry are none. */
static int take_verdict(struct run *run, struct batch *b, int first, int count, const char *line,
    size_t len, struct err *err)
{
    struct verdict v;
    struct err why = {0};
    if (verdict_from_json(line, len, &v, &why) < 0)
        return run_fail(run, CAUSE_server_wrong, err, "a verdict cannot be read: %s", why.msg);
    int i = find_entry(b->entry + first, count, &v);
    if (i < 0)
        return 0;
    const struct verdict *known = &b->verdict[first + i];
    bool same = known->kind == v.kind && known->reason == v.reason;
    if (b->judged[first + i] == UNJUDGED)
        b->judged[first + i] = JUDGED;
    else if (!same)
        b->judged[first + i] = DISPUTED;
    b->verdict[first + i] = v;
    return 0;
}

static int take_verdicts(struct run *run, struct batch *b, int first, int count, const char *lines,
    size_t len, struct err *err)
{
    memset(b->judged + first, 0, sizeof(b->judged[0]) * (size_t)count);
    for (size_t at = 0; at < len;) {
        size_t n = (size_t)((const char *)memchr(lines + at, '\n', len - at) - (lines + at));
        if (take_verdict(run, b, first, count, lines + at, n, err) < 0)
            return -1;
        at += n + 1;
    }
    return 0;
}

static int settle(struct run *run, const struct verdict *v, struct err *err)
{
    char kind[LIM_ID], reason[LIM_ID];
    choice_name(VERDICTS, v->kind, kind);
    choice_name(REASONS, v->reason, reason);
    if (journal_settle(run->store, v->id, v->hash, kind, reason, run_now(run), err) < 0)
        return -1;
    run->result->settled[v->kind]++;
    return 0;
}

static int settle_all(struct run *run, const struct batch *b, int first, int count, struct err *err)
{
    if (journal_begin(run->store, err) < 0)
        return -1;
    for (int i = first; i < first + count; i++)
        if (b->judged[i] == JUDGED && settle(run, &b->verdict[i], err) < 0)
            return -1;
    return journal_commit(run->store, err);
}

/* How far the server came: entries up to the last with a verdict. What it passed over it must have
 * counted. When it passed over everything, it is done with everything. */
static int count_done(
    struct run *run, const struct batch *b, int first, int count, const struct trailer *t)
{
    int done = count, silent = 0;
    while (done > 0 && b->judged[first + done - 1] == UNJUDGED)
        done--;
    if (done == 0)
        done = count;
    for (int i = first; i < first + done; i++)
        silent += b->judged[i] != JUDGED;
    if (silent > t->later)
        run->result->unanswered += silent;
    run->result->sent += done;
    return done;
}

static int apply_verdicts(struct run *run, struct batch *b, int first, int count,
    const struct response *r, int *done, struct err *err)
{
    size_t lines;
    struct trailer trailer;
    if (run_check(run, r, &lines, &trailer, err) < 0 ||
        take_verdicts(run, b, first, count, r->body.p, lines, err) < 0)
        return -1;
    *done = count_done(run, b, first, count, &trailer);
    return settle_all(run, b, first, count, err);
}

static int post(struct run *run, const struct batch *b, int first, int count, struct response *r,
    struct err *err)
{
    struct buf body = BUF_INIT(LIM_BODY);
    for (int i = first; i < first + count; i++) {
        buf_add(&body, b->entry[i].bytes, b->entry[i].len);
        buf_putc(&body, '\n');
    }
    struct request q = {.path = WIRE_JOURNAL,
        .type = WIRE_NDJSON,
        .body = body.p,
        .len = body.len,
        .clock = run_now(run)};
    int rc = run_exchange(run, &q, r, err);
    buf_release(&body);
    return rc;
}

static int leave_out(
    struct run *run, const struct pending *p, int status, struct left_out *out, struct err *err)
{
    if (out->count == LIM_SKIPS)
        return run_fail(run, CAUSE_server_wrong, err, "the server refuses everything (%d)", status);
    out->status[out->count] = status;
    str_copy(out->id[out->count++], LIM_ID, p->id);
    return 0;
}

static bool refuses_content(int status)
{
    return status == 400 || status == 413 || status == 422;
}

/* Sends entries in one request. *done says how many the server is done with; 0: it refuses them as
 * a whole, with *status. */
static int send_part(
    struct run *run, struct batch *b, int first, int count, int *done, int *status, struct err *err)
{
    struct response r;
    int rc = post(run, b, first, count, &r, err);
    *done = 0;
    *status = r.status;
    if (rc == 0 && !refuses_content(r.status))
        rc = apply_verdicts(run, b, first, count, &r, done, err);
    buf_release(&r.body);
    return rc;
}

/* Sends the entries from *first to end, and again what the server did not come to (many PINs take
 * time); *first goes along. Returns 0, -1, or the status by which the server refused the rest as a
 * whole. */
static int push_part(struct run *run, struct batch *b, int *first, int end, struct err *err)
{
    while (*first < end) {
        int done, status;
        if (send_part(run, b, *first, end - *first, &done, &status, err) < 0)
            return -1;
        if (done == 0)
            return status;
        *first += done;
    }
    return 0;
}

/* Finds the first entry from first to end that the server refuses, when it refused all of them
 * together: what stands before it is sent, half by half, and what stands after it goes with the
 * next batch. So one bad entry of 200 costs 8 requests. Returns its place, or -1. */
static int find_refused(
    struct run *run, struct batch *b, int first, int status, struct left_out *out, struct err *err)
{
    int end = b->count;
    while (end - first > 1) {
        int half = first + (end - first) / 2;
        int rc = push_part(run, b, &first, half, err);
        if (rc < 0)
            return -1;
        if (rc > 0) {
            status = rc;
            end = half;
        }
    }
    return leave_out(run, &b->entry[first], status, out, err) < 0 ? -1 : first;
}

/* Through the outbox, once: what the server puts off or refuses to take waits for the next sync,
 * and nothing waits behind it. A server that leaves out verdicts gets no more. */
static int push_batches(
    struct run *run, struct batch *b, struct left_out *out, struct arena *mem, struct err *err)
{
    int64_t after = 0;
    do {
        int first = 0;
        arena_clear(mem);
        if (next_batch(run, after, mem, b, err) < 0)
            return -1;
        int rc = push_part(run, b, &first, b->count, err), last = b->count - 1;
        if (rc > 0)
            last = rc = find_refused(run, b, first, rc, out, err);
        if (rc < 0)
            return -1;
        after = last >= 0 ? b->entry[last].seq : after;
    } while (b->count > 0 && run->result->unanswered == 0);
    return 0;
}

/* What was stuck before this sync is tried again, each alone, a few in each sync. */
static int push_stuck(
    struct run *run, struct batch *b, int64_t began, struct arena *mem, struct err *err)
{
    int rc = 0;
    for (int i = 0; i < LIM_SKIPS && rc == 0; i++) {
        int first = 0;
        arena_clear(mem);
        if (journal_stuck(run->store, began, mem, &b->entry[0], &b->count, err) < 0)
            return -1;
        if (b->count == 0)
            break;
        rc = push_part(run, b, &first, 1, err);
        if (rc >= 0)
            rc = journal_stick(run->store, b->entry[0].id, rc, began, err);
    }
    return rc;
}

static int stick_all(struct run *run, const struct left_out *out, int64_t began, struct err *err)
{
    for (int i = 0; i < out->count; i++)
        if (journal_stick(run->store, out->id[i], out->status[i], began, err) < 0)
            return -1;
    return 0;
}

int run_push(struct run *run, struct err *err)
{
    struct arena mem = {0};
    struct batch *b = mem_alloc(sizeof(*b));
    struct left_out *out = mem_alloc(sizeof(*out));
    int64_t began = run_now(run);
    int rc = push_batches(run, b, out, &mem, err);
    if (rc == 0)
        rc = push_stuck(run, b, began, &mem, err);
    if (rc == 0)
        rc = stick_all(run, out, began, err);
    run->result->skipped = (int)journal_stuck_count(run->store);
    free(out);
    free(b);
    arena_release(&mem);
    return rc;
}
