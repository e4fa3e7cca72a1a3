/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "sync/run.h"

/* Entries that this sync leaves alone: the server refuses them by themselves. */
struct left_out {
    char id[LIM_SKIPS][LIM_ID];
    int status[LIM_SKIPS];
    int count;
    size_t bytes;
};

struct batch {
    struct pending entry[LIM_BATCH];
    struct verdict verdict[LIM_BATCH];
    enum { UNJUDGED, JUDGED, DISPUTED } judged[LIM_BATCH];
    int count;
};

static bool is_left_out(const struct left_out *out, const char *id)
{
    for (int i = 0; i < out->count; i++)
        if (strcmp(out->id[i], id) == 0)
            return true;
    return false;
}

/* The oldest waiting entries that fit one request, without those left out. */
static int next_batch(struct run *run, const struct left_out *out, struct arena *mem,
    struct batch *b, struct err *err)
{
    struct pending *waiting;
    int count;
    if (journal_pending(run->store, LIM_BATCH, LIM_BODY + out->bytes, mem, &waiting, &count,
            &run->result->damaged, err) < 0)
        return -1;
    size_t bytes = 0;
    b->count = 0;
    for (int i = 0; i < count && b->count < LIM_BATCH; i++) {
        if (is_left_out(out, waiting[i].id))
            continue;
        bytes += waiting[i].len + 1;
        if (bytes > LIM_BODY)
            break;
        b->entry[b->count++] = waiting[i];
    }
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
    for (int i = first; i < first + count; i++) {
        bool judged = b->judged[i] == JUDGED;
        if (judged && settle(run, &b->verdict[i], err) < 0)
            return -1;
        run->result->unanswered += !judged;
    }
    return journal_commit(run->store, err);
}

static int apply_verdicts(struct run *run, struct batch *b, int first, int count,
    const struct response *r, struct err *err)
{
    size_t lines;
    struct trailer trailer;
    if (run_check(run, r, &lines, &trailer, err) < 0 ||
        take_verdicts(run, b, first, count, r->body.p, lines, err) < 0)
        return -1;
    run->result->sent += count;
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
    out->bytes += p->len + 1;
    return 0;
}

static bool refuses_content(int status)
{
    return status == 400 || status == 413 || status == 422;
}

/* Sends a part of the batch. Returns 0, -1, or the status by which the server refused it whole. */
static int push_part(struct run *run, struct batch *b, int first, int count, struct err *err)
{
    struct response r;
    int rc = post(run, b, first, count, &r, err);
    if (rc == 0 && refuses_content(r.status))
        rc = r.status;
    else if (rc == 0)
        rc = apply_verdicts(run, b, first, count, &r, err);
    buf_release(&r.body);
    return rc;
}

/* Finds the first entry of [first, end) that the server refuses, when it refused all of them
 * together: what stands before it is sent, half by half, and what stands after it goes with the
 * next batch. So one bad entry of 200 costs 8 requests. */
static int find_refused(
    struct run *run, struct batch *b, int status, struct left_out *out, struct err *err)
{
    int first = 0, end = b->count;
    while (end - first > 1) {
        int half = (end - first) / 2;
        int rc = push_part(run, b, first, half, err);
        if (rc < 0)
            return -1;
        if (rc > 0) {
            status = rc;
            end = first + half;
        } else {
            first += half;
        }
    }
    return leave_out(run, &b->entry[first], status, out, err);
}

/* A server may leave entries for the next request (many PINs take time); one that judges nothing at
 * all gets no other. */
static int push_batches(
    struct run *run, struct batch *b, struct left_out *out, struct arena *mem, struct err *err)
{
    for (;;) {
        arena_clear(mem);
        if (next_batch(run, out, mem, b, err) < 0)
            return -1;
        if (b->count == 0)
            return 0;
        int before = run_settled(run);
        run->result->unanswered = 0;
        int rc = push_part(run, b, 0, b->count, err);
        if (rc < 0 || (rc > 0 && find_refused(run, b, rc, out, err) < 0))
            return -1;
        if (run->result->unanswered > 0 && run_settled(run) == before)
            return 0;
    }
}

/* What was stuck before this sync is tried again, each alone, a few in each sync. */
static int push_stuck(
    struct run *run, struct batch *b, int64_t began, struct arena *mem, struct err *err)
{
    int rc = 0;
    for (int i = 0; i < LIM_SKIPS && rc == 0; i++) {
        arena_clear(mem);
        if (journal_stuck(run->store, began, mem, &b->entry[0], &b->count, err) < 0)
            return -1;
        if (b->count == 0)
            break;
        rc = push_part(run, b, 0, 1, err);
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
