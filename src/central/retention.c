/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/notify.h"
#include "central/audit.h"
#include "central/database_rights.h"
#include "central/idlist.h"
#include "central/kept.h"
#include "central/people.h"
#include "model/request.h"

enum { PART = 2000 }; /* things that one transaction forgets at most */

struct sweep {
    struct database *db;
    int64_t now;
    struct retention_counts *counts;
    struct idlist found;
    struct arena mem; /* of the thing being looked at */
    enum type_id type;
    struct err *err;
    int rc;
};

/* ---- records ---- */

static bool is_old_request(const struct sweep *s, const struct record *r)
{
    return !request_open((enum request_state)record_number(r, REQUEST_state)) &&
           record_number(r, REQUEST_since) < keep_before(KEEP_request, s->now);
}

/* A letter has no time of its own: it is as old as the visit that it answers. */
static bool is_old_letter(struct sweep *s, const char *company, const struct record *r)
{
    int64_t at;
    if (database_entry_received(s->db, company, record_text(r, LETTER_visit), &at, s->err) < 0) {
        s->rc = -1;
        return false;
    }
    return at < keep_before(KEEP_letter, s->now);
}

static bool is_old(struct sweep *s, const char *company, const struct record *r)
{
    switch (s->type) {
    case TYPE_REQUEST:
        return is_old_request(s, r);
    case TYPE_NOTICE:
        return record_number(r, NOTICE_at) < keep_before(KEEP_notice, s->now);
    case TYPE_DELEGATION:
        return record_number(r, DELEGATION_end) <
               date_from_instant(keep_before(KEEP_delegation, s->now));
    case TYPE_LETTER:
        return is_old_letter(s, company, r);
    default:
        return false;
    }
}

static void see_record(void *context, const char *company, const char *body)
{
    struct sweep *s = context;
    struct record r;
    if (s->rc < 0 || s->found.count == PART)
        return;
    arena_clear(&s->mem);
    if (record_from_json(body, strlen(body), &s->mem, &r, s->err) != 0)
        s->rc = err_set(s->err, ERR_CORRUPT, "a %s cannot be read back", type_get(s->type)->name);
    else if (is_old(s, company, &r))
        idlist_add(&s->found, company, s->type, r.id);
}

static int bury_found(struct sweep *s, struct err *err)
{
    for (int i = 0; i < s->found.count; i++) {
        const struct idlist_item *item = &s->found.items[i];
        int rc = item->type == TYPE_REQUEST
                     ? database_request_forget(s->db, item->company, item->id, err)
                     : database_bury(s->db, item->company, item->type, item->id, err);
        if (rc < 0)
            return -1;
    }
    s->counts->records += s->found.count;
    return 0;
}

/* Requests on somebody's own route have no record. */
static int see_request(
    void *context, const char *company, const char *id, const char *state, struct err *err)
{
    struct sweep *s = context;
    struct record r;
    int at = choice_index(REQUEST_STATES, state, strlen(state));
    if (at < 0 || request_open((enum request_state)at))
        return 0;
    arena_clear(&s->mem);
    int rc = database_get(s->db, company, TYPE_REQUEST, id, &s->mem, &r, err);
    if (rc == 0)
        idlist_add(&s->found, company, TYPE_REQUEST, id);
    return rc < 0 ? -1 : s->found.count >= PART;
}

static int sweep_records(struct sweep *s, struct err *err)
{
    static const enum type_id types[] = {TYPE_REQUEST, TYPE_NOTICE, TYPE_DELEGATION, TYPE_LETTER};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        s->type = types[i];
        if (database_each(s->db, s->type, NULL, see_record, s, err) < 0 || s->rc < 0)
            return -1;
    }
    if (s->found.count < PART &&
        database_requests_before(s->db, keep_before(KEEP_request, s->now), see_request, s, err) < 0)
        return -1;
    return bury_found(s, err);
}

/* ---- entries ---- */

/* The request that an entry asked for, or is about. */
static const char *request_of(const struct body_row *row, const struct record *fields)
{
    int field = type_field(fields->type, "request");
    return field < 0 ? row->id : record_text(fields, field);
}

/* 1: its body was kept long enough. What cannot be read is kept like what was set aside. */
static int is_old_body(struct sweep *s, const struct body_row *row, struct err *err)
{
    struct entry e;
    struct err ignored = {0};
    enum keep_kind keep = KEEP_set_aside;
    if (entry_from_json(row->body, strlen(row->body), &s->mem, &e, &ignored) == 0)
        keep = keep_of_type(type_id_of(e.fields.type));
    if (row->received_at >= keep_before(keep, s->now))
        return 0;
    if (keep != KEEP_request)
        return 1;
    int rc = database_request_known(s->db, row->company, request_of(row, &e.fields), err);
    return rc < 0 ? -1 : !rc;
}

static int see_body(void *context, const struct body_row *row, struct err *err)
{
    struct sweep *s = context;
    arena_clear(&s->mem);
    int rc = is_old_body(s, row, err);
    if (rc > 0)
        idlist_add(&s->found, row->company, TYPE_ASK, row->id);
    return rc < 0 ? -1 : s->found.count == PART;
}

static int sweep_bodies(struct sweep *s, struct err *err)
{
    if (database_bodies(s->db, NULL, keep_before(KEEP_sign_in, s->now), see_body, s, err) < 0)
        return -1;
    for (int i = 0; i < s->found.count; i++)
        if (database_entry_empty(s->db, s->found.items[i].company, s->found.items[i].id, err) < 0)
            return -1;
    s->counts->bodies += s->found.count;
    return 0;
}

/* ---- the rest ---- */

static int sweep_tables(struct sweep *s, struct err *err)
{
    for (const struct kept_table *t = kept_tables; t->name; t++) {
        if (!t->age)
            continue;
        int64_t before = t->keep == KEEP_code ? s->now : keep_before(t->keep, s->now);
        if (database_table_drop(s->db, t->name, t->age, before, &s->counts->rows, err) < 0)
            return -1;
    }
    if (database_steps_drop(s->db, keep_before(KEEP_set_aside, s->now), &s->counts->rows, err) < 0)
        return -1;
    if (database_pins_forget(s->db, s->now, &s->counts->rows, err) < 0 ||
        database_standings_forget(
            s->db, keep_before(KEEP_standing, s->now), &s->counts->rows, err) < 0)
        return -1;
    return database_codes_drop(s->db, s->now, &s->counts->rows, err);
}

static int64_t total(const struct retention_counts *c)
{
    return c->records + c->bodies + c->verdicts + c->lines + c->rows;
}

static int sweep_rest(struct sweep *s, struct err *err)
{
    struct retention_counts *c = s->counts;
    struct audit_line line = {AUDIT_retention, s->now, "", "", "", ""};
    if (database_set_aside_empty(s->db, keep_before(KEEP_set_aside, s->now), &c->bodies, err) < 0 ||
        database_entries_drop(s->db, keep_before(KEEP_verdict, s->now), &c->verdicts, err) < 0 ||
        sweep_tables(s, err) < 0 || audit_forget(s->db, s->now, &c->lines, err) < 0)
        return -1;
    return total(c) ? audit_add(s->db, "", &line, err) : 0;
}

typedef int sweep_part(struct sweep *s, struct err *err);

/* One transaction: 1 when there may be more to do. */
static int sweep_once(struct sweep *s, sweep_part *part, struct err *err)
{
    idlist_release(&s->found);
    if (database_begin(s->db, err) < 0)
        return -1;
    if (part(s, err) == 0 && database_commit(s->db, err) == 0)
        return s->found.count == PART;
    database_rollback(s->db);
    return -1;
}

int retention_run(
    struct database *db, int64_t now, struct retention_counts *counts, struct err *err)
{
    static sweep_part *const parts[] = {sweep_records, sweep_bodies, sweep_rest};
    struct sweep s = {.db = db, .now = now, .counts = counts, .err = err};
    int rc = 0;
    *counts = (struct retention_counts){0};
    for (size_t i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
        while ((rc = sweep_once(&s, parts[i], err)) > 0)
            notify_turn(clock_monotonic()); /* a part is short, all of them may not be */
    idlist_release(&s.found);
    arena_release(&s.mem);
    return rc < 0 || total(counts) == 0 ? rc : database_scrub(db, err);
}

/* ---- whether the clock can be believed ---- */

#define LEAP (3 * RETENTION_EVERY)     /* a server may have been off for so long */
#define BACK (60 * 60 * INT64_C(1000)) /* servers of one database differ by less */
#define DOUBT (20 * BACK)              /* after a jump, whatever is started again meanwhile */

/* When it was asked last, and whether the clock had jumped then. */
struct asked {
    int64_t at;
    int jumped;
};

static int read_asked(struct database *db, struct asked *a, struct err *err)
{
    char text[32], *rest;
    int known = database_meta_get(db, "forgot_at", text, sizeof(text), err);
    if (known <= 0)
        return known;
    a->at = strtoll(text, &rest, 10);
    a->jumped = (int)strtol(rest, NULL, 10);
    return 1;
}

static int note_asked(struct database *db, const struct asked *a, struct err *err)
{
    char text[32];
    snprintf(text, sizeof(text), "%lld %d", (long long)a->at, a->jumped);
    if (database_begin(db, err) < 0)
        return -1;
    if (database_meta_set(db, "forgot_at", text, err) == 0 && database_commit(db, err) == 0)
        return 0;
    database_rollback(db);
    return -1;
}

int retention_due(struct database *db, int64_t now, struct err *err)
{
    struct asked last = {.at = now};
    if (read_asked(db, &last, err) < 0)
        return -1;
    int64_t since = now - last.at;
    bool jumped = since < -BACK || since > LEAP;
    if (!jumped && last.jumped && since < DOUBT)
        return 0;
    return note_asked(db, &(struct asked){now, jumped}, err) < 0 ? -1 : !jumped;
}
