/* SPDX-License-Identifier: EUPL-1.2 */
/* Whether an entry was made by whom it names: the only place where a PIN is checked. */
#include <string.h>

#include "central/court.h"

/* Kiosks' clocks are put right no better than this. */
#define CLOCK_SLACK (2 * 60 * INT64_C(1000))
#define TRIES_KEPT (24 * 60 * 60 * INT64_C(1000))
/* A wrong PIN at sign-in is a slip when it is heard within a minute, twice in a row. */
#define SLIP_HEARD (60 * INT64_C(1000))
#define SLIPS 3

int court_audit(struct court *c, const struct plea *p, enum audit_event event, const char *subject,
    struct err *err)
{
    const struct audit_line line = {.event = event,
        .at = c->now,
        .actor = p->person,
        .subject = subject,
        .request = "",
        .kiosk = c->kiosk->id};
    return audit_add(c->db, c->kiosk->company, &line, err);
}

/* Whom the entry says it is of, known or not. */
static const char *claimed(const struct plea *p)
{
    int field = type_field(p->e->fields.type, "person");
    return field < 0 ? "" : record_text(&p->e->fields, field);
}

int64_t court_tried_at(const struct court *c, const struct plea *p)
{
    int64_t contact = c->kiosk->contact;
    int64_t least = contact == NO_NUMBER ? c->now - TRIES_KEPT : contact;
    if (least > c->now)
        least = c->now;
    return p->at < least ? least : p->at;
}

/* ---- slow hashes, each once a batch ---- */

static int recall(const struct checked *k, const char *claim, const char *hash)
{
    for (int i = 0; i < k->count; i++)
        if (secret_equal(k->known[i].claim, claim) && strcmp(k->known[i].hash, hash) == 0)
            return k->known[i].opens;
    return -1;
}

static void remember(struct checked *k, const char *claim, const char *hash, bool opens)
{
    const int room = (int)(sizeof(k->known) / sizeof(k->known[0]));
    if (k->count == room)
        return;
    str_copy(k->known[k->count].claim, DIGEST_HEX, claim);
    str_copy(k->known[k->count].hash, SLOW_HASH, hash);
    k->known[k->count++].opens = opens;
}

int court_opens(
    struct court *c, const struct plea *p, enum pin_kind kind, const char *text, const char *hash)
{
    char claim[DIGEST_HEX];
    pin_claim(c->secrets, kind, c->kiosk->company, claimed(p), text, claim);
    int opens = recall(&c->checked, claim, hash);
    if (opens < 0) {
        c->checked.hashes++;
        opens = slow_hash_opens(hash, claim);
        remember(&c->checked, claim, hash, opens);
    }
    memory_wipe(claim, sizeof(claim));
    return opens;
}

/* Whether no further slow hash is needed for this PIN. */
static bool is_recalled(struct court *c, const struct plea *p, const struct kept_pin *pins, int n)
{
    char claim[DIGEST_HEX];
    bool all = true;
    pin_claim(c->secrets, PIN_SECRET, c->kiosk->company, claimed(p), p->proof.pin, claim);
    for (int i = 0; i < n; i++) {
        int opens = recall(&c->checked, claim, pins[i].hash);
        all &= opens >= 0;
        if (opens > 0)
            return true;
    }
    return all && n > 0;
}

/* Hashes anew what was hashed at another cost. */
static int renew(
    struct court *c, const struct plea *p, const char *pin, struct kept_pin *kept, struct err *err)
{
    char claim[DIGEST_HEX];
    if (!slow_hash_is_old(kept->hash))
        return 0;
    pin_claim(c->secrets, PIN_SECRET, c->kiosk->company, p->person, pin, claim);
    int rc = slow_hash(claim, kept->hash, err);
    memory_wipe(claim, sizeof(claim));
    c->checked.hashes++;
    return rc < 0 ? -1 : database_pin_put(c->db, c->kiosk->company, p->person, kept, c->now, err);
}

int court_pin_opens(struct court *c, const struct plea *p, const char *pin, struct err *err)
{
    int count;
    struct kept_pin pins[PINS_MAX];
    if (database_pins(c->db, c->kiosk->company, p->person, p->at - CLOCK_SLACK, pins, &count, err) <
        0)
        return -1;
    if (count == 0)
        return court_opens(c, p, PIN_SECRET, pin, pin_nobody);
    for (int i = 0; i < count; i++)
        if (court_opens(c, p, PIN_SECRET, pin, pins[i].hash))
            return renew(c, p, pin, &pins[i], err) < 0 ? -1 : 1;
    return 0;
}

/* ---- too many ---- */

static bool is_sign_in(const struct plea *p)
{
    return p->e->fields.type == type_get(TYPE_SIGN_IN);
}

/* 1: a try at that time is looked at, and counts then; 0: it is not; -1. */
static int may_try_at(struct court *c, struct plea *p, int64_t at, struct err *err)
{
    struct pin_tries tries;
    p->tried_at = at;
    if (database_pin_tries(
            c->db, c->kiosk->company, claimed(p), c->kiosk->id, at, PIN_WINDOW, &tries, err) < 0)
        return -1;
    return !pin_slowed(&tries, at);
}

/* What was done while somebody else's tries slowed this person down counts as tried now, if the
 * wait is over: that is no more tries than there is time for. Who signed in then is gone by now. */
static int may_try(struct court *c, struct plea *p, struct err *err)
{
    int may = may_try_at(c, p, court_tried_at(c, p), err);
    if (may == 0 && !is_sign_in(p))
        may = may_try_at(c, p, c->now, err);
    c->counts->slowed += may == 0;
    return may;
}

/* Somebody waits for the answer to a sign_in, and nothing is lost by a no. Anything else would be:
 * it stays with its kiosk, and comes again. */
static int slow_down(struct court *c, struct plea *p, struct err *err)
{
    if (!is_sign_in(p)) {
        c->later = true;
        return 0;
    }
    court_refuse(p, REASON_slow_down);
    return court_audit(c, p, AUDIT_slowed_down, p->person, err);
}

/* Somebody tries PINs instead of mistyping one: told once while it lasts. */
static int raise_alarm(
    struct court *c, struct plea *p, const struct pin_tries *tries, struct err *err)
{
    int due = database_spray_due(c->db, c->kiosk->company, c->now, PIN_WINDOW, err);
    if (due < 0)
        return -1;
    if (due > 0) {
        c->counts->sprayed++;
        if (court_audit(c, p, AUDIT_spraying, "", err) < 0)
            return -1;
    }
    if (tries->kiosks < SPRAY_KIOSKS || !*p->person)
        return 0;
    return notice_put(c, p->person, NOTICE_pin_elsewhere, "", "", err);
}

/* Counts it; *streak of that person at that kiosk. */
static int count_wrong(struct court *c, struct plea *p, int64_t *streak, struct err *err)
{
    struct pin_tries tries;
    const char *company = c->kiosk->company;
    c->counts->wrong_pins++;
    if (database_pin_wrong(c->db, company, claimed(p), c->kiosk->id, p->tried_at, err) < 0 ||
        database_pin_tries(
            c->db, company, claimed(p), c->kiosk->id, p->tried_at, PIN_WINDOW, &tries, err) < 0)
        return -1;
    *streak = tries.streak;
    return pin_sprayed(&tries) ? raise_alarm(c, p, &tries, err) : 0;
}

static int tell_deciders(struct court *c, struct plea *p, struct err *err)
{
    const char **ids;
    int64_t count;
    if (database_deciders(c->db, c->kiosk->company, record_text(&p->who, PERSON_team), p->person,
            &c->mem, &ids, &count, err) < 0)
        return -1;
    for (int64_t i = 0; i < count; i++)
        if (notice_put(c, ids[i], NOTICE_team_wrong_pin, p->person, "", err) < 0)
            return -1;
    return 0;
}

/* Who still stands at the kiosk is told there, and mistypes now and then: nobody else need know. */
static bool is_slip(const struct court *c, const struct plea *p, int64_t streak)
{
    return is_sign_in(p) && c->now - p->at < SLIP_HEARD && streak < SLIPS;
}

int court_wrong(struct court *c, struct plea *p, enum reason reason, struct err *err)
{
    int64_t streak;
    if (count_wrong(c, p, &streak, err) < 0 ||
        court_audit(c, p, AUDIT_wrong_pin, p->person, err) < 0)
        return -1;
    court_refuse(p, reason);
    if (!*p->person || is_slip(c, p, streak))
        return 0;
    return notice_put(c, p->person, NOTICE_wrong_pin, "", "", err) < 0 ? -1
                                                                       : tell_deciders(c, p, err);
}

/* ---- the proof of an entry ---- */

/* Whether the entry must come again because this batch has cost enough. */
static int check_room(struct court *c, const struct plea *p, struct err *err)
{
    int count;
    struct kept_pin pins[PINS_MAX];
    if (c->checked.hashes < c->hashes)
        return 0;
    if (database_pins(c->db, c->kiosk->company, p->person, p->at - CLOCK_SLACK, pins, &count, err) <
        0)
        return -1;
    c->full = !is_recalled(c, p, pins, count) || p->e->fields.type == type_get(TYPE_SET_PIN);
    return 0;
}

static int prove_pin(struct court *c, struct plea *p, struct err *err)
{
    int opens = court_pin_opens(c, p, p->proof.pin, err);
    if (opens < 0)
        return -1;
    if (opens == 0)
        return court_wrong(c, p, REASON_wrong_pin, err);
    p->proven = true;
    return database_pin_right(c->db, c->kiosk->company, p->person, c->kiosk->id, err) < 0 ? -1 : 1;
}

/* What a badge is enough for is not lost because somebody else tried PINs at that kiosk: it counts
 * as if none had been typed. */
static bool needs_no_pin(const struct plea *p)
{
    return p->e->fields.type == type_get(TYPE_ASK) && !p->private &&
           record_number(&p->e->fields, ASK_route) != ROUTE_own;
}

int court_prove(struct court *c, struct plea *p, struct err *err)
{
    enum proof_result found = proof_open(&c->secrets->keys, p->e, &p->proof);
    p->proven = false;
    if (found == PROOF_NONE)
        return 1;
    if (check_room(c, p, err) < 0)
        return -1;
    if (c->full)
        return 0;
    int may = may_try(c, p, err);
    if (may == 0 && needs_no_pin(p))
        return court_audit(c, p, AUDIT_slowed_down, p->person, err) < 0 ? -1 : 1;
    if (may <= 0)
        return may < 0 ? -1 : slow_down(c, p, err);
    if (found == PROOF_WRONG)
        return court_wrong(c, p, REASON_wrong_pin, err);
    return p->e->fields.type == type_get(TYPE_SET_PIN) ? 1 : prove_pin(c, p, err);
}

int court_unknown(struct court *c, struct plea *p, struct err *err)
{
    enum proof_result found = proof_open(&c->secrets->keys, p->e, &p->proof);
    bool quiet = is_sign_in(p);
    if (found == PROOF_NONE)
        return court_refuse(p, quiet ? REASON_no_pin : REASON_unknown_person);
    if (c->checked.hashes >= c->hashes) {
        c->full = true;
        return 0;
    }
    int may = may_try(c, p, err);
    if (may <= 0)
        return may < 0 ? -1 : slow_down(c, p, err);
    if (found == PROOF_OPEN)
        court_opens(c, p, PIN_SECRET, p->proof.pin, pin_nobody);
    return court_wrong(c, p, quiet ? REASON_wrong_pin : REASON_unknown_person, err);
}
