/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/judge.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/court.h"
#include "central/erase.h"
#include "central/people.h"

int court_refuse(struct plea *p, enum reason reason)
{
    p->kept->verdict.kind = VERDICT_refused;
    p->kept->verdict.reason = reason;
    return 0;
}

int court_accept(struct plea *p)
{
    p->kept->verdict.kind = VERDICT_accepted;
    p->kept->verdict.reason = REASON_none;
    return 0;
}

/* ---- who speaks, and what of ---- */

#define DAY (24 * 60 * 60 * INT64_C(1000))
#define OLDEST (60 * DAY) /* what is said to be older comes from a clock that stood still */

/* The time at which an entry was made: by the kiosk's clock, corrected by how far that is ahead,
 * and never after it came in. A clock that is days off now has been moved, so it corrects nothing;
 * of what cannot be as old as it says, only the arrival is known. */
static int64_t bounded(const struct court *c, int64_t made_at)
{
    bool moved = c->clock_ahead > DAY || c->clock_ahead < -DAY;
    int64_t at = moved ? made_at : made_at - c->clock_ahead;
    return at < c->now && at > c->now - OLDEST ? at : c->now;
}

/* Of whom the roster did not know yet, or not any more, only what it says now is known. */
static int read_present(struct court *c, struct plea *p, const char *id, struct err *err)
{
    struct member m;
    const char *company = c->kiosk->company;
    int listed = database_member_get(c->db, company, id, &c->mem, &m, err);
    if (listed < 0 || (listed > 0 && !member_on(&m, date_from_instant(p->at))))
        return listed < 0 ? -1 : 0;
    return database_get(c->db, company, TYPE_PERSON, id, &c->mem, &p->who, err);
}

/* 1: somebody of the company when the entry was made; 0: not; -1. */
static int read_person(struct court *c, struct plea *p, const char *id, struct err *err)
{
    struct standing then;
    int known = database_standing(c->db, c->kiosk->company, id, p->at, &c->mem, &then, err);
    if (known <= 0)
        return known < 0 ? -1 : read_present(c, p, id, err);
    record_init(&p->who, TYPE_PERSON);
    p->who.id = id;
    record_set_text(&p->who, PERSON_team, then.team);
    record_set_number(&p->who, PERSON_role, (int64_t)then.role);
    return then.there;
}

static int find_person(struct court *c, struct plea *p, struct err *err)
{
    int field = type_field(p->e->fields.type, "person");
    const char *id = field < 0 ? "" : record_text(&p->e->fields, field);
    int rc = *id ? read_person(c, p, id, err) : 0;
    p->person = rc > 0 ? id : "";
    return rc < 0 ? -1 : 0;
}

typedef int judge_kind(struct court *c, struct plea *p, struct err *err);

static judge_kind *judge_of(const struct record *fields)
{
    static const struct {
        enum type_id type;
        judge_kind *judge;
    } kinds[] = {{TYPE_SIGN_IN, judge_sign_in}, {TYPE_SET_PIN, judge_set_pin},
        {TYPE_GIVE_CODE, judge_give_code}, {TYPE_WISH, judge_wish},
        {TYPE_DELEGATE, judge_delegate}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (fields->type == type_get(kinds[i].type))
            return kinds[i].judge;
    return step_of_entry(fields) >= 0 ? judge_request : NULL;
}

/* Of whom was erased, what a kiosk had still to send is not kept either. */
static int judge_nobody(struct court *c, struct plea *p, struct err *err)
{
    int field = type_field(p->e->fields.type, "person");
    const char *id = field < 0 ? "" : record_text(&p->e->fields, field);
    int erased = erase_known(c->db, c->kiosk->company, id, err);
    if (erased <= 0)
        return erased < 0 ? -1 : court_unknown(c, p, err);
    p->kept->body = "";
    return court_refuse(p, REASON_erased);
}

static int judge_plea(struct court *c, struct plea *p, struct err *err)
{
    judge_kind *judge = judge_of(&p->e->fields);
    p->at = bounded(c, p->e->made_at);
    if (!judge)
        return court_refuse(p, REASON_unknown_kind);
    if (find_person(c, p, err) < 0)
        return -1;
    if (!*p->person)
        return judge_nobody(c, p, err);
    int rc = court_prove(c, p, err);
    return rc > 0 ? judge(c, p, err) : rc;
}

/* What is inside a sealed entry must be the entry that its envelope says. */
static int judge_sealed(struct court *c, struct plea *p, struct err *err)
{
    struct entry inner;
    struct err why = {0};
    struct buf line = BUF_INIT(LIM_BOX);
    int rc = seal_open(&c->secrets->keys, record_text(&p->e->fields, SEALED_box), &line);
    if (rc == 0)
        rc = entry_from_json(line.p, line.len, &c->mem, &inner, &why) == 0 &&
                     strcmp(inner.id, p->e->id) == 0 && strcmp(inner.kiosk, p->e->kiosk) == 0 &&
                     inner.seq == p->e->seq && inner.made_at == p->e->made_at &&
                     inner.fields.type != type_get(TYPE_SEALED)
                 ? 0
                 : -1;
    memory_wipe(line.p, line.len);
    buf_release(&line);
    if (rc != 0)
        return court_refuse(p, REASON_malformed);
    p->e = &inner;
    p->private = true;
    return judge_plea(c, p, err);
}

static int judge_known(
    struct court *c, const struct entry *e, struct kept_entry *kept, struct err *err)
{
    struct plea p = {.e = e, .kept = kept, .person = ""};
    int rc =
        e->fields.type == type_get(TYPE_SEALED) ? judge_sealed(c, &p, err) : judge_plea(c, &p, err);
    memory_wipe(&p.proof, sizeof(p.proof));
    return rc;
}

/* ---- from bytes to a verdict ---- */

/* What is kept of bytes that are no text: the hash is still that of the bytes themselves. */
static const char *kept_body(struct court *c, const char *line, size_t len)
{
    if (!memchr(line, '\0', len) && utf8_valid(line, len))
        return arena_strndup(&c->mem, line, len);
    struct buf safe = BUF_INIT(4 * (size_t)LIM_BODY);
    utf8_sanitize(&safe, line, len, true);
    const char *body = arena_strndup(&c->mem, safe.p, safe.len);
    buf_release(&safe);
    return body;
}

static int set_aside(struct court *c, struct kept_entry *kept, enum reason reason, struct err *err)
{
    kept->verdict.kind = VERDICT_refused;
    kept->verdict.reason = reason;
    c->counts->alarms += reason != REASON_malformed;
    return database_set_aside(c->db, kept, err);
}

/* 1: seen before, and the verdict is in kept; 0: it is new. */
static int seen_before(struct court *c, struct kept_entry *kept, struct err *err)
{
    struct verdict before;
    int rc = database_entry_find(c->db, c->kiosk->company, kept->verdict.id, &before, err);
    if (rc <= 0)
        return rc;
    if (strcmp(before.hash, kept->verdict.hash) != 0)
        return set_aside(c, kept, REASON_changed_bytes, err) < 0 ? -1 : 1;
    kept->verdict = before;
    c->counts->again++;
    return 1;
}

static int judge_entry(
    struct court *c, const char *line, size_t len, struct kept_entry *kept, struct err *err)
{
    struct entry e;
    struct err why = {0};
    int kind = entry_from_json(line, len, &c->mem, &e, &why);
    str_copy(kept->verdict.id, sizeof(kept->verdict.id), e.id);
    kept->made_at = e.made_at;
    if (!*e.id)
        return set_aside(c, kept, REASON_malformed, err);
    if (*e.kiosk && strcmp(e.kiosk, c->kiosk->id) != 0)
        return set_aside(c, kept, REASON_not_this_kiosk, err);
    int seen = seen_before(c, kept, err);
    if (seen != 0)
        return seen < 0 ? -1 : 0;
    kept->verdict.kind = VERDICT_refused;
    kept->verdict.reason = kind > 0 ? REASON_unknown_kind : REASON_malformed;
    if (kind == 0 && judge_known(c, &e, kept, err) < 0)
        return -1;
    if (c->full || c->later)
        return 0;
    return database_entry_keep(c->db, kept, err);
}

static int judge_line(struct court *c, const char *line, size_t len, struct err *err)
{
    struct kept_entry kept = {.company = c->kiosk->company,
        .kiosk = c->kiosk->id,
        .received_at = c->now,
        .made_at = NO_NUMBER};
    arena_clear(&c->mem);
    c->later = false;
    sha256_hex(line, len, kept.verdict.hash);
    kept.body = kept_body(c, line, len);
    if (judge_entry(c, line, len, &kept, err) < 0)
        return -1;
    if (c->full || c->later)
        return 0;
    c->counts->by_kind[kept.verdict.kind]++;
    if (verdict_to_json(&kept.verdict, c->lines) < 0 || buf_putc(c->lines, '\n') < 0)
        return err_set(err, ERR_DATA, "the verdicts do not fit into one answer");
    return 0;
}

static int judge_lines(struct court *c, const char *body, size_t len, struct err *err)
{
    for (size_t at = 0; at < len && !c->full;) {
        const char *end = memchr(body + at, '\n', len - at);
        size_t n = end ? (size_t)(end - (body + at)) : len - at;
        if (judge_line(c, body + at, n, err) < 0)
            return -1;
        at += n + 1;
    }
    return 0;
}

void judge_counts_add(struct judge_counts *all, const struct judge_counts *these)
{
    for (size_t i = 0; i < sizeof(all->by_kind) / sizeof(all->by_kind[0]); i++)
        all->by_kind[i] += these->by_kind[i];
    all->alarms += these->alarms;
    all->again += these->again;
    all->wrong_pins += these->wrong_pins;
    all->slowed += these->slowed;
    all->sprayed += these->sprayed;
    all->hashes += these->hashes;
}

int judge_batch(const struct hearing *h, const char *body, size_t len, struct buf *lines,
    struct judge_counts *counts, struct err *err)
{
    struct court c = {.db = h->db,
        .secrets = h->secrets,
        .kiosk = h->kiosk,
        .now = h->now,
        .clock_ahead = h->kiosk_clock == NO_NUMBER ? 0 : h->kiosk_clock - h->now,
        .hashes = h->hashes,
        .lines = lines,
        .counts = counts};
    if (database_begin(h->db, err) < 0)
        return -1;
    int rc = judge_lines(&c, body, len, err);
    if (rc == 0 && !c.full) /* what comes again was made before this contact */
        rc = database_kiosk_contact(h->db, h->kiosk->id, h->now, err);
    if (rc == 0)
        rc = database_commit(h->db, err);
    if (rc < 0)
        database_rollback(h->db);
    counts->hashes += c.checked.hashes;
    counts->cut += c.full;
    memory_wipe(&c.checked, sizeof(c.checked));
    arena_release(&c.mem);
    return rc;
}
