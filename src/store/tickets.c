/* SPDX-License-Identifier: EUPL-1.2 */
/* A person's requests: what the feed says, and what the journal has that the feed does not show. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

/* The feed's requests of a person and the journal's asks, side by side. */
struct requests {
    struct rowset feed; /* TYPE_REQUEST */
    struct ask *ask;
    int asks;
    int64_t finished; /* last whole download */
};

static int read_feed(struct store *s, const char *person, struct requests *r, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT count(*) FROM request WHERE person = ?");
    stmt_text(q, 1, person);
    int64_t n = stmt_step(q, err) > 0 ? stmt_get_number(q, 0) : -1;
    stmt_reset(q);
    if (n < 0 || meta_get(s->cache, META_FINISHED, &r->finished, NULL, 0, err) < 0)
        return -1;
    rowset_start(&r->feed, (int)n + 1);
    q = record_select(s->cache, TYPE_REQUEST, "of person", "WHERE person = ? LIMIT ?");
    stmt_text(q, 1, person);
    stmt_number(q, 2, n);
    return record_fetch_all(q, TYPE_REQUEST, &r->feed, err);
}

static bool has_record(const struct requests *r, const char *id)
{
    for (int i = 0; i < r->feed.count; i++)
        if (strcmp(r->feed.rows[i].id, id) == 0)
            return true;
    return false;
}

static bool is_merged(const struct requests *r, const struct ask *a)
{
    for (int i = 0; i < r->feed.count; i++) {
        const struct record *f = &r->feed.rows[i];
        if (record_number(f, REQUEST_state) != REQUEST_refused &&
            strcmp(record_text(f, REQUEST_course), record_text(&a->fields, ASK_course)) == 0 &&
            strcmp(record_text(f, REQUEST_run), record_text(&a->fields, ASK_run)) == 0)
            return true;
    }
    return false;
}

static bool has_verdict(const struct ask *a, enum verdict_kind kind)
{
    return choice_index(VERDICTS, a->kind, strlen(a->kind)) == (int)kind;
}

/* Whether the journal must speak for this ask: until the feed has had the time to, and for good
 * when it was refused without a record. */
static bool is_shown(const struct requests *r, const struct ask *a)
{
    if (has_record(r, a->id))
        return false;
    if (a->settled_at == NO_NUMBER || has_verdict(a, VERDICT_refused))
        return true;
    if (has_verdict(a, VERDICT_merged) && is_merged(r, a))
        return false;
    return r->finished == NO_NUMBER || a->settled_at > r->finished;
}

static void keep_shown(struct requests *r)
{
    int kept = 0;
    for (int i = 0; i < r->asks; i++)
        if (is_shown(r, &r->ask[i]))
            r->ask[kept++] = r->ask[i];
    r->asks = kept;
}

static int read_requests(struct store *s, const char *person, struct requests *r, struct err *err)
{
    *r = (struct requests){.finished = NO_NUMBER};
    rowset_start(&r->feed, 1);
    if (journal_asks(s, person, &s->scratch, &r->ask, &r->asks, err) < 0)
        return -1;
    if (s->cache && read_feed(s, person, r, err) < 0)
        return -1;
    keep_shown(r);
    return 0;
}

/* ---- tickets ---- */

static enum request_state state_of_ask(const struct ask *a)
{
    return has_verdict(a, VERDICT_refused) ? REQUEST_refused : REQUEST_asked;
}

static int64_t reason_of_ask(const struct ask *a)
{
    int reason = choice_index(REASONS, a->reason, strlen(a->reason));
    return reason < 0 ? REASON_none : reason;
}

static int set_run(
    struct store *s, struct record *ticket, const char *run, struct arena *mem, struct err *err)
{
    record_set_text(ticket, TICKET_run, arena_strdup(mem, run));
    if (!s->cache || !*run)
        return 0;
    struct stmt *q = db_stmt(s->cache, "SELECT \"start\", place FROM run WHERE id = ?");
    stmt_text(q, 1, run);
    int rc = stmt_step(q, err);
    if (rc > 0) {
        record_set_number(ticket, TICKET_start, stmt_get_number(q, 0));
        record_set_text(ticket, TICKET_town, arena_strdup(mem, stmt_get_text(q, 1)));
    }
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static int add_request(struct store *s, const struct record *f, struct rowset *rs, struct err *err)
{
    struct record *t = rowset_add(rs, TYPE_TICKET);
    t->id = arena_strdup(&rs->mem, f->id);
    record_set_text(t, TICKET_course, arena_strdup(&rs->mem, record_text(f, REQUEST_course)));
    record_set_text(t, TICKET_title, arena_strdup(&rs->mem, record_text(f, REQUEST_title)));
    record_set_text(t, TICKET_person, arena_strdup(&rs->mem, record_text(f, REQUEST_person)));
    record_set_number(t, TICKET_unsent, 0);
    record_set_number(t, TICKET_holder, record_number(f, REQUEST_holder));
    record_set_number(t, TICKET_since, record_number(f, REQUEST_since));
    record_set_number(t, TICKET_state, record_number(f, REQUEST_state));
    record_set_number(t, TICKET_reason, record_number(f, REQUEST_reason));
    record_set_number(t, TICKET_asked_at, record_number(f, REQUEST_asked_at));
    return set_run(s, t, record_text(f, REQUEST_run), &rs->mem, err);
}

static int add_ask(struct store *s, const struct ask *a, struct rowset *rs, struct err *err)
{
    struct record *t = rowset_add(rs, TYPE_TICKET);
    t->id = arena_strdup(&rs->mem, a->id);
    record_set_text(t, TICKET_course, arena_strdup(&rs->mem, record_text(&a->fields, ASK_course)));
    record_set_text(t, TICKET_title, arena_strdup(&rs->mem, record_text(&a->fields, ASK_title)));
    record_set_number(t, TICKET_state, state_of_ask(a));
    record_set_number(t, TICKET_reason, reason_of_ask(a));
    record_set_number(t, TICKET_asked_at, a->made_at);
    record_set_text(t, TICKET_person, arena_strdup(&rs->mem, record_text(&a->fields, ASK_person)));
    record_set_number(t, TICKET_unsent, a->settled_at == NO_NUMBER);
    record_set_number(t, TICKET_holder, HOLDER_supervisor);
    record_set_number(t, TICKET_since, a->made_at);
    return set_run(s, t, record_text(&a->fields, ASK_run), &rs->mem, err);
}

static int compare_tickets(const void *a, const void *b)
{
    const struct record *x = a;
    const struct record *y = b;
    int64_t i = record_number(x, TICKET_asked_at);
    int64_t j = record_number(y, TICKET_asked_at);
    if (i != j)
        return i > j ? -1 : 1;
    return strcmp(y->id, x->id);
}

static int add_tickets(
    struct store *s, const struct requests *r, struct rowset *rs, struct err *err)
{
    for (int i = 0; i < r->feed.count; i++)
        if (add_request(s, &r->feed.rows[i], rs, err) < 0)
            return -1;
    for (int i = 0; i < r->asks; i++)
        if (add_ask(s, &r->ask[i], rs, err) < 0)
            return -1;
    return 0;
}

/* All tickets of the person, newest first. */
static int read_tickets(struct store *s, const char *person, struct rowset *rs, struct err *err)
{
    struct requests r;
    int rc = read_requests(s, person, &r, err);
    if (rc == 0) {
        rowset_start(rs, r.feed.count + r.asks + 1);
        rc = add_tickets(s, &r, rs, err);
    }
    if (rc == 0)
        qsort(rs->rows, (size_t)rs->count, sizeof(*rs->rows), compare_tickets);
    rowset_release(&r.feed);
    return rc;
}

/* Ends what cache_read_begin() began. 1: the cache turned out to be damaged, so read once more:
 * then the journal speaks alone. */
static int end_reading(struct store *s, bool with_cache, int rc, struct err *err)
{
    if (!with_cache) {
        arena_clear(&s->scratch);
        return rc;
    }
    rc = cache_read_end(s, rc, NULL, err);
    return rc < 0 || s->cache ? rc : 1;
}

static int all_tickets(struct store *s, const char *person, struct rowset *rs, struct err *err)
{
    int rc;
    do {
        bool with_cache = cache_read_begin(s);
        rowset_start(rs, 1);
        rc = end_reading(s, with_cache, read_tickets(s, person, rs, err), err);
    } while (rc > 0);
    return rc;
}

static void keep_window(struct rowset *rs, int64_t first, int limit)
{
    rs->first = first;
    rs->total = rs->count;
    int64_t left = first < rs->count ? rs->count - first : 0;
    rs->count = left < limit ? (int)left : limit;
    if (rs->count > 0)
        rs->rows += first;
}

int store_tickets(struct store *s, const char *person, int64_t first, int limit, struct rowset *rs,
    struct err *err)
{
    if (all_tickets(s, person, rs, err) < 0)
        return -1;
    keep_window(rs, first, limit);
    return 0;
}

int store_ticket(
    struct store *s, const char *person, const char *id, struct rowset *rs, struct err *err)
{
    if (all_tickets(s, person, rs, err) < 0)
        return -1;
    int at = 0;
    while (at < rs->count && strcmp(rs->rows[at].id, id) != 0)
        at++;
    if (at < rs->count)
        rs->count = at + 1;
    keep_window(rs, at, 1);
    rs->total = rs->count;
    rs->first = 0;
    return 0;
}

/* ---- has it been asked ---- */

static bool same_wish(
    const char *course, const char *run, const char *of_course, const char *of_run)
{
    return strcmp(course, of_course) == 0 && (!*run || strcmp(run, of_run) == 0);
}

static bool is_asked(const struct requests *r, const char *course, const char *run)
{
    for (int i = 0; i < r->feed.count; i++) {
        const struct record *f = &r->feed.rows[i];
        if (record_number(f, REQUEST_state) != REQUEST_refused &&
            same_wish(course, run, record_text(f, REQUEST_course), record_text(f, REQUEST_run)))
            return true;
    }
    for (int i = 0; i < r->asks; i++) {
        const struct ask *a = &r->ask[i];
        if (state_of_ask(a) != REQUEST_refused &&
            same_wish(
                course, run, record_text(&a->fields, ASK_course), record_text(&a->fields, ASK_run)))
            return true;
    }
    return false;
}

int store_has_asked(struct store *s, const char *person, const char *course, const char *run,
    bool *asked, struct err *err)
{
    int rc;
    do {
        struct requests r;
        bool with_cache = cache_read_begin(s);
        rc = read_requests(s, person, &r, err);
        *asked = rc == 0 && is_asked(&r, course, run);
        rowset_release(&r.feed);
        rc = end_reading(s, with_cache, rc, err);
    } while (rc > 0);
    return rc;
}
