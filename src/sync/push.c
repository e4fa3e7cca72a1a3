/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "sync/run.h"

/* Entries that this sync leaves alone: the server refuses them by themselves. */
struct left_out {
    char id[LIM_SKIPS][LIM_ID];
    int count;
    size_t bytes;
};

struct batch {
    struct pending entry[LIM_BATCH];
    struct verdict verdict[LIM_BATCH];
    bool judged[LIM_BATCH];
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

/* Takes one verdict into its entry's place. What concerns no entry of this request is ignored. */
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
    if (b->judged[first + i])
        return run_fail(run, CAUSE_server_wrong, err, "an entry has two verdicts");
    b->judged[first + i] = true;
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
        if (b->judged[i] && settle(run, &b->verdict[i], err) < 0)
            return -1;
        run->result->unanswered += !b->judged[i];
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

static int skip(
    struct run *run, const struct pending *p, struct left_out *out, int status, struct err *err)
{
    if (out->count == LIM_SKIPS)
        return run_fail(run, CAUSE_server_wrong, err, "the server refuses everything (%d)", status);
    str_copy(out->id[out->count++], LIM_ID, p->id);
    out->bytes += p->len + 1;
    run->result->skipped = out->count;
    return 0;
}

static bool refuses_content(int status)
{
    return status == 400 || status == 413 || status == 422;
}

/* Sends a part of the batch; when the server refuses it as a whole, its halves, down to the one
 * entry that cannot be sent. */
static int push_part(
    struct run *run, struct batch *b, int first, int count, struct left_out *out, struct err *err)
{
    struct response r;
    int rc = post(run, b, first, count, &r, err);
    int status = r.status;
    bool refused = rc == 0 && refuses_content(status);
    if (rc == 0 && !refused)
        rc = apply_verdicts(run, b, first, count, &r, err);
    buf_release(&r.body);
    if (!refused)
        return rc;
    if (count == 1)
        return skip(run, &b->entry[first], out, status, err);
    int half = count / 2;
    if (push_part(run, b, first, half, out, err) < 0)
        return -1;
    return push_part(run, b, first + half, count - half, out, err);
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
        if (push_part(run, b, 0, b->count, out, err) < 0)
            return -1;
        if (run->result->unanswered > 0 && run_settled(run) == before)
            return 0;
    }
}

int run_push(struct run *run, struct err *err)
{
    struct arena mem = {0};
    struct batch *b = mem_alloc(sizeof(*b));
    struct left_out *out = mem_alloc(sizeof(*out));
    int rc = push_batches(run, b, out, &mem, err);
    free(out);
    free(b);
    arena_release(&mem);
    return rc;
}
