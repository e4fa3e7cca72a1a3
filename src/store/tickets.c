/* SPDX-License-Identifier: EUPL-1.2 */
/* A person's own requests. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#include "model/request.h"
#include "proto/codec.h"

/* One pass over the viewer's requests. */
struct listing {
    struct store *s;
    const struct viewer *v;
    const struct matters *m;
    struct rowset *rs;
};

/* A badge alone, or a PIN that nobody has confirmed, shows what was asked in this visit. */
static bool may_see(const struct viewer *v, const struct matter *which)
{
    if (strcmp(matter_person(which), v->person) != 0)
        return false;
    return v->proven || (which->ask && (which->own || which->ask->seq > v->began));
}

static int add_ticket(void *context, const struct matter *which, struct err *err)
{
    struct listing *l = context;
    return may_see(l->v, which) ? matter_ticket(l->s, l->m, which, l->rs, err) : 0;
}

static int newest_first(const void *a, const void *b)
{
    const struct record *x = a;
    const struct record *y = b;
    int64_t i = record_number(x, TICKET_asked_at);
    int64_t j = record_number(y, TICKET_asked_at);
    if (i != j)
        return i > j ? -1 : 1;
    return strcmp(y->id, x->id);
}

/* All tickets that the viewer may see, newest first. */
static int read_tickets(struct store *s, const struct viewer *v, struct rowset *rs, struct err *err)
{
    struct matters m;
    struct wanted w = {v->person, "", ALL_STATES};
    struct listing l = {s, v, &m, rs};
    int rc = matters_read(s, v, &w, &m, err);
    rowset_start(rs, m.feed.count + m.locals + 1);
    if (rc == 0)
        rc = matters_each(&m, add_ticket, &l, err);
    if (rc == 0 && rs->count > 1)
        qsort(rs->rows, (size_t)rs->count, sizeof(*rs->rows), newest_first);
    matters_release(&m);
    return rc;
}

int end_reading(struct store *s, bool with_cache, int rc, struct err *err)
{
    if (!with_cache) {
        arena_clear(&s->scratch);
        return rc;
    }
    rc = cache_read_end(s, rc, NULL, err);
    if (rc < 0 || s->cache)
        return rc;
    s->skips_hurt = true;
    return 1;
}

static int all_tickets(struct store *s, const struct viewer *v, struct rowset *rs, struct err *err)
{
    int rc;
    do {
        bool with_cache = cache_read_begin(s);
        rowset_start(rs, 1);
        rc = end_reading(s, with_cache, read_tickets(s, v, rs, err), err);
    } while (rc > 0);
    return rc;
}

void keep_window(struct rowset *rs, int64_t first, int limit)
{
    rs->first = first;
    rs->total = rs->count;
    int64_t left = first < rs->count ? rs->count - first : 0;
    rs->count = left < limit ? (int)left : limit;
    if (rs->count > 0)
        rs->rows += first;
}

int store_tickets(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    if (all_tickets(s, v, rs, err) < 0)
        return -1;
    keep_window(rs, first, limit);
    return 0;
}

int store_ticket(
    struct store *s, const struct viewer *v, const char *id, struct rowset *rs, struct err *err)
{
    if (all_tickets(s, v, rs, err) < 0)
        return -1;
    int at = 0;
    while (at < rs->count && strcmp(rs->rows[at].id, id) != 0)
        at++;
    keep_window(rs, at, 1);
    rs->total = rs->count;
    rs->first = 0;
    return 0;
}

/* ---- has it been asked ---- */

static bool same_wish(const struct record *ticket, const char *course, const char *run)
{
    return strcmp(course, record_text(ticket, TICKET_course)) == 0 &&
           (!*run || strcmp(run, record_text(ticket, TICKET_run)) == 0) &&
           request_open((enum request_state)record_number(ticket, TICKET_state));
}

int store_has_asked(struct store *s, const struct viewer *v, const char *course, const char *run,
    bool *asked, struct err *err)
{
    struct rowset rs = {0};
    *asked = false;
    int rc = all_tickets(s, v, &rs, err);
    for (int i = 0; rc == 0 && i < rs.count; i++)
        *asked |= same_wish(&rs.rows[i], course, run);
    rowset_release(&rs);
    return rc;
}

/* ---- of a visit ---- */

static int compare_looks(const void *a, const void *b)
{
    int64_t i = record_number(a, LOOK_at);
    int64_t j = record_number(b, LOOK_at);
    return i > j ? -1 : i < j;
}

void store_looks(const struct viewer *v, int64_t first, int limit, struct rowset *rs)
{
    rowset_start(rs, v->letter ? v->letter->count + 1 : 1);
    for (int i = 0; v->letter && v->proven && i < v->letter->count; i++)
        if (v->letter->rows[i].type == type_get(TYPE_LOOK))
            *rowset_add(rs, TYPE_LOOK) = v->letter->rows[i];
    if (rs->count > 1)
        qsort(rs->rows, (size_t)rs->count, sizeof(*rs->rows), compare_looks);
    keep_window(rs, first, limit);
}

int store_myself(struct store *s, const struct viewer *v, struct rowset *rs, struct err *err)
{
    struct rowset tickets = {0};
    int rc = store_tickets(s, v, 0, 1, &tickets, err);
    rowset_start(rs, 1);
    if (rc == 0) {
        struct record *r = rowset_add(rs, TYPE_MYSELF);
        r->id = "myself";
        record_set_text(r, MYSELF_name, arena_strdup(&rs->mem, v->name));
        record_set_text(r, MYSELF_team, arena_strdup(&rs->mem, v->team));
        record_set_number(r, MYSELF_role, v->role);
        record_set_number(r, MYSELF_requests, tickets.total);
        record_set_number(r, MYSELF_proven, v->proven);
        rs->total = 1;
    }
    rowset_release(&tickets);
    return rc;
}
