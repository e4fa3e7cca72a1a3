/* SPDX-License-Identifier: EUPL-1.2 */
/* A server whose catalogue has a history: records come, change, go and come back, and its feed has
 * pages of a few of them. It may be cut off at any page. */
#ifndef TESTS_UNIT_SYNC_FEED_H
#define TESTS_UNIT_SYNC_FEED_H

#include "unit/sync_house.h"

#define COURSES 400 /* that there can be at most */

struct feed {
    struct transport base;
    int history; /* cursors of another one are not known */
    int page;    /* records on a page */
    int64_t last;
    struct {
        int64_t seq; /* of its last change; 0: never was */
        bool gone;
        int version;
    } course[COURSES];
    int pages;         /* that were asked for */
    int cut_after;     /* pages until the network is gone; -1: never */
    uint64_t *rng;     /* not NULL: a page in four does not come, or only half of it */
    int seen[COURSES]; /* how often each was sent */
};

static inline uint64_t dice(uint64_t *rng, uint64_t sides)
{
    *rng = *rng * 6364136223846793005u + 1442695040888963407u;
    return (*rng >> 33) % sides;
}

static inline void feed_change(struct feed *f, int i, bool gone)
{
    f->course[i].seq = ++f->last;
    f->course[i].gone = gone;
    f->course[i].version++;
}

/* The course whose change comes next after this place, or -1. */
static inline int feed_next(const struct feed *f, int64_t after)
{
    int best = -1;
    for (int i = 0; i < COURSES; i++)
        if (f->course[i].seq > after && (best < 0 || f->course[i].seq < f->course[best].seq))
            best = i;
    return best;
}

static inline void feed_add(struct feed *f, int i, struct buf *body)
{
    f->seen[i]++;
    if (f->course[i].gone)
        buf_printf(body, "{\"type\":\"course\",\"id\":\"c%d\",\"gone\":true}\n", i);
    else
        buf_printf(body,
            "{\"type\":\"course\",\"id\":\"c%d\",\"source\":\"s\",\"title\":\"Course %d.%d\","
            "\"provider\":\"p\",\"form\":\"online\"}\n",
            i, i, f->course[i].version);
}

static inline void feed_fill(struct feed *f, int64_t after, struct response *r)
{
    char next[LIM_CURSOR];
    int i = feed_next(f, after);
    for (int n = 0; n < f->page && i >= 0; n++, i = feed_next(f, after)) {
        feed_add(f, i, &r->body);
        after = f->course[i].seq;
    }
    snprintf(next, sizeof(next), "h%d.%lld", f->history, (long long)after);
    add_trailer(&r->body, next, i >= 0);
}

/* 1: the network is gone; it may leave half of the answer. */
static inline bool feed_is_cut(struct feed *f, struct response *r)
{
    if (f->cut_after == 0)
        return true;
    if (f->cut_after > 0)
        f->cut_after--;
    if (f->rng && dice(f->rng, 8) == 0)
        return true;
    if (f->rng && dice(f->rng, 8) == 0)
        buf_truncate(&r->body, dice(f->rng, r->body.len));
    return false;
}

static inline int feed_exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct feed *f = (struct feed *)t;
    long long after = 0;
    int history = f->history;
    contract_hold_request(q, true);
    r->status = 200;
    str_copy(r->type, sizeof(r->type), WIRE_NDJSON);
    str_copy(r->server_id, sizeof(r->server_id), SERVER);
    if (q->type) {
        answer_journal(q, &r->body);
        return 0;
    }
    f->pages++;
    if (*strchr(q->path, '=') && strchr(q->path, '=')[1] == 'h') {
        char *end;
        history = (int)strtol(strchr(q->path, '=') + 2, &end, 10);
        after = strtoll(end + 1, NULL, 10);
    }
    if (history != f->history) {
        r->status = 410;
        return 0;
    }
    feed_fill(f, after, r);
    if (!feed_is_cut(f, r))
        return 0;
    *cause = CAUSE_no_network;
    return err_set(err, ERR_NET, "cut off");
}

static inline void feed_start(struct feed *f, int history, int page)
{
    *f = (struct feed){
        .base = {.exchange = feed_exchange}, .history = history, .page = page, .cut_after = -1};
}

/* Courses that the kiosk has otherwise than the server. */
static inline int feed_differences(const struct feed *f, struct store *s)
{
    int wrong = 0;
    for (int i = 0; i < COURSES; i++) {
        struct rowset rs = {0};
        struct err err = {0};
        char id[16], title[32];
        snprintf(id, sizeof(id), "c%d", i);
        snprintf(title, sizeof(title), "Course %d.%d", i, f->course[i].version);
        assert_int_equal(store_course(s, id, &rs, &err), 0);
        bool there = f->course[i].seq > 0 && !f->course[i].gone;
        wrong += (rs.count > 0) != there ||
                 (there && strcmp(record_text(&rs.rows[0], COURSE_title), title) != 0);
        rowset_release(&rs);
    }
    return wrong;
}

static inline int feed_sync(struct feed *f, struct store *s, struct sync_result *result)
{
    struct err err = {0};
    return sync_run(s, &enrolled, &f->base, false, result, &err);
}

#endif
