/* SPDX-License-Identifier: EUPL-1.2 */
/* For the tests of the engine: a kiosk with a real store, and a server in this process that tells
 * the truth unless it was given a lie. */
#ifndef TESTS_UNIT_SYNC_HOUSE_H
#define TESTS_UNIT_SYNC_HOUSE_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "proto/wire.h"
#include "support/contract_sync.h"
#include "sync/engine.h"
#include "sync/schedule.h"

#define SERVER "server-1"

/* ---- a server in this process ---- */

struct server {
    struct transport base;
    /* Changes the true answer into a lie; NULL: tells the truth. */
    void (*lie)(struct server *s, const struct request *q, struct response *r);
    size_t cut;          /* for the lie that cuts */
    const char *refused; /* a body with this text is answered with 400 */
    enum cause broken;   /* not ok: no answer at all, for this reason */
    bool stop;           /* no answer, told to stop */
    bool expired;        /* ... and its certificate has expired, by the kiosk's clock */
    int64_t ahead;       /* what the kiosk's clock is ahead of this machine's */
    bool tags;           /* answers 304 when there is nothing new */
    bool lost_cursors;   /* knows none but the beginning */
    int requests;
    int64_t endless;
};

static inline void add_line(struct buf *body, const char *line)
{
    buf_puts(body, line);
    buf_putc(body, '\n');
}

static inline void add_trailer(struct buf *body, const char *next, bool more)
{
    struct trailer t = {.more = more};
    sha256_hex(body->p, body->len, t.digest);
    for (size_t i = 0; i < body->len; i++)
        t.count += body->p[i] == '\n';
    str_copy(t.next, sizeof(t.next), next);
    assert_int_equal(trailer_to_json(&t, body), 0);
    buf_putc(body, '\n');
}

static inline void add_verdict(
    struct buf *body, const char *id, const char *hash, enum verdict_kind kind)
{
    struct verdict v = {.kind = kind};
    str_copy(v.id, sizeof(v.id), id);
    str_copy(v.hash, sizeof(v.hash), hash);
    assert_int_equal(verdict_to_json(&v, body), 0);
    buf_putc(body, '\n');
}

/* Calls see for each entry of a body. */
static inline void each_entry(const struct request *q, struct buf *out,
    void (*see)(struct buf *out, int i, const char *id, const char *hash))
{
    struct arena mem = {0};
    size_t at = 0;
    for (int i = 0; at < q->len; i++) {
        size_t n = (size_t)((const char *)memchr(q->body + at, '\n', q->len - at) - (q->body + at));
        char hash[DIGEST_HEX];
        struct entry e;
        struct err err = {0};
        assert_int_equal(entry_from_json(q->body + at, n, &mem, &e, &err), 0);
        sha256_hex(q->body + at, n, hash);
        see(out, i, e.id, hash);
        at += n + 1;
    }
    arena_release(&mem);
}

static inline void accept_entry(struct buf *out, int i, const char *id, const char *hash)
{
    add_verdict(out, id, hash, (enum verdict_kind)(i % 4));
}

static inline void answer_journal(const struct request *q, struct buf *body)
{
    each_entry(q, body, accept_entry);
    add_trailer(body, "", false);
}

#define SOURCE_LINE                                                                                \
    "{\"type\":\"source\",\"id\":\"s\",\"name\":\"a file\",\"checked\":\"2026-11-24T02:14:00Z\"}"
#define COURSE_LINE                                                                                \
    "{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"title\":\"Lassen\",\"provider\":\"p\"," \
    "\"form\":\"online\"}"
#define RUN_LINE "{\"type\":\"run\",\"id\":\"r1\",\"course\":\"c1\",\"start\":\"2027-01-12\"}"

static inline bool asks_after(const struct request *q, const char *cursor)
{
    return strcmp(strchr(q->path, '=') + 1, cursor) == 0;
}

static inline void answer_feed(const struct request *q, struct buf *body)
{
    if (asks_after(q, "")) {
        add_line(body, SOURCE_LINE);
        add_line(body, COURSE_LINE);
        add_trailer(body, "a/1", true);
    } else if (asks_after(q, "a%2F1")) {
        add_line(body, RUN_LINE);
        add_trailer(body, "a-2", false);
    } else {
        add_trailer(body, "a-2", false);
    }
}

static inline void answer_truly(struct server *s, const struct request *q, struct response *r)
{
    r->status = 200;
    str_copy(r->type, sizeof(r->type), WIRE_NDJSON);
    str_copy(r->server_id, sizeof(r->server_id), SERVER);
    bool journal = strcmp(q->path, WIRE_JOURNAL) == 0;
    if (s->tags && q->known && strcmp(q->known, "a-2") == 0) {
        r->status = 304;
        r->type[0] = '\0';
        return;
    }
    if (journal && s->refused && q->body && strstr(q->body, s->refused))
        r->status = 400;
    else if (!journal && s->lost_cursors && !asks_after(q, ""))
        r->status = 410;
    else if (journal)
        answer_journal(q, &r->body);
    else
        answer_feed(q, &r->body);
}

static inline int serve(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct server *s = (struct server *)t;
    s->requests++;
    contract_hold_request(q, strcmp(q->path, WIRE_ENROL) != 0);
    assert_true(q->type ? strcmp(q->type, WIRE_NDJSON) == 0 && q->len <= LIM_BODY : !q->body);
    if (s->stop || s->broken != CAUSE_ok) {
        *cause = s->broken;
        r->expired = s->expired;
        return err_set(err, s->stop ? ERR_BUSY : ERR_NET, "no answer");
    }
    answer_truly(s, q, r);
    if (s->lie)
        s->lie(s, q, r);
    return 0;
}

static inline int64_t house_now(struct transport *t)
{
    return clock_now() + ((struct server *)t)->ahead++; /* no two moments are the same */
}

/* ---- a kiosk ---- */

struct kiosk {
    char dir[64];
    struct store *store;
    struct server server;
    struct sync_result result;
};

static const struct enrolment enrolled = {.server_id = SERVER, .kiosk = "k1", .company = "c1"};

static inline const char *share_dir(void)
{
    static char share[512];
    const char *build = getenv("ACHT_BUILD");
    snprintf(share, sizeof(share), "%s%s", build ? build : "assets", build ? "/share/acht" : "");
    return share;
}

static inline void start(struct kiosk *k)
{
    struct err err = {0};
    *k = (struct kiosk){.server = {.base = {.exchange = serve, .now = house_now}}};
    snprintf(k->dir, sizeof(k->dir), "%s/acht-engine-XXXXXX",
        access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(k->dir));
    if (store_open(&k->store, k->dir, share_dir(), STORE_SYNC, NULL, &err) < 0)
        fail_msg("%s", err.msg);
}

static inline int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static inline void end(struct kiosk *k)
{
    store_close(k->store);
    assert_int_equal(nftw(k->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void ask(struct kiosk *k, const char *course)
{
    struct record ask;
    struct err err = {0};
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, "p1");
    record_set_text(&ask, ASK_course, course);
    record_set_text(&ask, ASK_title, "Lassen");
    if (journal_append(k->store, &ask, "k1", clock_now(), NULL, &err) < 0)
        fail_msg("%s", err.msg);
}

static inline int sync_now(struct kiosk *k, struct err *err)
{
    k->server.requests = 0;
    return sync_run(k->store, &enrolled, &k->server.base, false, &k->result, err);
}

static inline void sync_well(struct kiosk *k)
{
    struct err err = {0};
    if (sync_now(k, &err) != 0)
        fail_msg("%s", err.msg);
    assert_int_equal(k->result.cause, CAUSE_ok);
}

static inline struct store_status status_of(struct kiosk *k)
{
    struct store_status status;
    struct err err = {0};
    assert_int_equal(store_status(k->store, &status, &err), 0);
    return status;
}

#endif
