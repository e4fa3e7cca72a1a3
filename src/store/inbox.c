/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests of the people for whom somebody decides. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#include "model/request.h"

#define IN(state) (1u << REQUEST_##state)
#define WAITING (IN(asked) | IN(seen))
#define WITH_SEAT (IN(placed) | IN(started) | IN(finished) | IN(not_attended))

enum desk { DESK_INBOX, DESK_MATTER, DESK_ATTENDING, DESK_PROPOSALS };

struct listing {
    struct store *s;
    const struct viewer *v;
    const struct matters *m;
    struct rowset *rs;
    enum desk desk;
    const char *id; /* MATTER: the only one */
};

static bool stands_in(const struct record *ticket, unsigned states)
{
    return states & (1u << record_number(ticket, TICKET_state));
}

/* Whether it waits for an answer, or has had one here that the server does not know yet. */
static bool belongs(const struct listing *l, const struct record *ticket)
{
    switch (l->desk) {
    case DESK_INBOX:
        return stands_in(ticket, WAITING) ||
               (record_number(ticket, TICKET_unsent) == 1 && *record_text(ticket, TICKET_decider));
    case DESK_MATTER:
    case DESK_PROPOSALS: /* by who proposed it */
        return true;
    case DESK_ATTENDING:
        return stands_in(ticket, WITH_SEAT);
    }
    return false;
}

/* The contact opens whatever he is led to, and learns what became of what he proposed; what he is
 * to decide waits for him only when nobody else answers. */
static bool contact_may(const struct listing *l, const struct matter *which)
{
    return l->desk == DESK_MATTER || l->desk == DESK_PROPOSALS ||
           (which->record && record_number(which->record, REQUEST_holder) == HOLDER_contact);
}

static int add_matter(void *context, const struct matter *which, struct err *err)
{
    struct listing *l = context;
    if (which->own || (l->desk == DESK_MATTER && strcmp(matter_id(which), l->id) != 0) ||
        (l->desk == DESK_PROPOSALS && strcmp(matter_proposer(which), l->v->person) != 0))
        return 0;
    int rc = decides_for(l->s, l->v, matter_person(which), contact_may(l, which), err);
    if (rc <= 0)
        return rc;
    if (matter_ticket(l->s, l->m, which, l->rs, err) < 0)
        return -1;
    l->rs->count -= !belongs(l, &l->rs->rows[l->rs->count - 1]);
    return 0;
}

static int64_t last_if_none(int64_t number)
{
    return number == NO_NUMBER ? INT64_MAX : number;
}

static int compare_by(const struct record *x, const struct record *y, int first)
{
    int64_t i = last_if_none(record_number(x, first));
    int64_t j = last_if_none(record_number(y, first));
    if (i != j)
        return i < j ? -1 : 1;
    i = record_number(x, TICKET_asked_at);
    j = record_number(y, TICKET_asked_at);
    return i != j ? (i < j ? -1 : 1) : strcmp(x->id, y->id);
}

/* What waits for an answer, before what has one. */
static int soonest_due(const void *a, const void *b)
{
    bool x = stands_in(a, WAITING);
    if (x != stands_in(b, WAITING))
        return x ? -1 : 1;
    return compare_by(a, b, TICKET_due);
}

static int soonest_start(const void *a, const void *b)
{
    return compare_by(a, b, TICKET_start);
}

/* What waits for an answer, the longest first; then what has one, the newest first. */
static int proposed_first(const void *a, const void *b)
{
    bool waits = stands_in(a, IN(proposed));
    if (waits != stands_in(b, IN(proposed)))
        return waits ? -1 : 1;
    return waits ? compare_by(a, b, TICKET_asked_at) : compare_by(b, a, TICKET_since);
}

static int read_desk(struct listing *l, const struct wanted *w, struct err *err)
{
    struct matters m;
    static int (*const orders[])(const void *, const void *) = {[DESK_INBOX] = soonest_due,
        [DESK_MATTER] = soonest_due,
        [DESK_ATTENDING] = soonest_start,
        [DESK_PROPOSALS] = proposed_first};
    int rc = matters_read(l->s, l->v, w, &m, err);
    rowset_start(l->rs, m.feed.count + m.locals + 1);
    l->m = &m;
    if (rc == 0)
        rc = matters_each(&m, add_matter, l, err);
    if (rc == 0 && l->rs->count > 1)
        qsort(l->rs->rows, (size_t)l->rs->count, sizeof(*l->rs->rows), orders[l->desk]);
    matters_release(&m);
    l->m = NULL;
    return rc;
}

static int open_desk(struct listing *l, const struct wanted *w, struct err *err)
{
    int rc = 0;
    rowset_start(l->rs, 1);
    if (!l->v->pinned)
        return 0;
    do {
        bool with_cache = cache_read_begin(l->s);
        rc = end_reading(l->s, with_cache, read_desk(l, w, err), err);
    } while (rc > 0);
    return rc;
}

static int read_window(
    struct listing *l, unsigned states, int64_t first, int limit, struct err *err)
{
    struct wanted w = {"", "", states};
    if (open_desk(l, &w, err) < 0)
        return -1;
    keep_window(l->rs, first, limit);
    return 0;
}

int store_inbox(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    struct listing l = {s, v, NULL, rs, DESK_INBOX, ""};
    return read_window(&l, WAITING | IN(info), first, limit, err);
}

int store_attending(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    struct listing l = {s, v, NULL, rs, DESK_ATTENDING, ""};
    return read_window(&l, WITH_SEAT, first, limit, err);
}

int store_proposals(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    struct listing l = {s, v, NULL, rs, DESK_PROPOSALS, ""};
    return read_window(&l, ALL_STATES, first, limit, err);
}

int store_matter(
    struct store *s, const struct viewer *v, const char *id, struct rowset *rs, struct err *err)
{
    struct listing l = {s, v, NULL, rs, DESK_MATTER, id};
    struct wanted w = {"", id, ALL_STATES};
    if (open_desk(&l, &w, err) < 0)
        return -1;
    rs->total = rs->count;
    return 0;
}
