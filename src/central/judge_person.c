/* SPDX-License-Identifier: EUPL-1.2 */
/* Entries about who somebody is: signing in, PINs, one-time codes. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "central/court.h"

#define SOURCE_OF_NOTICES "judge"
#define NOTICE_DIGITS 32
#define VISIT_LONGEST (60 * INT64_C(1000)) /* from a PIN to its answer, while somebody waits */

/* ---- notices ---- */

static void notice_id(const struct court *c, const struct record *notice, char out[DIGEST_HEX])
{
    struct buf text = BUF_INIT(LIM_TEXT);
    char day[16];
    date_format(date_from_instant(c->now), day);
    (void)buf_printf(&text, "%s\n%s\n%lld\n%s\n%s\n%s\n%s", c->kiosk->company,
        record_text(notice, NOTICE_person), (long long)record_number(notice, NOTICE_kind),
        record_text(notice, NOTICE_about), record_text(notice, NOTICE_request), c->kiosk->id, day);
    sha256_hex(text.p, text.len, out);
    out[NOTICE_DIGITS] = '\0';
    buf_release(&text);
}

int notice_put(struct court *c, const char *person, enum notice_kind kind, const char *about,
    const char *request, struct err *err)
{
    char id[DIGEST_HEX];
    struct record r;
    enum put_result ignored;
    record_init(&r, TYPE_NOTICE);
    record_set_text(&r, NOTICE_person, person);
    record_set_number(&r, NOTICE_kind, kind);
    record_set_number(&r, NOTICE_at, c->now);
    record_set_text(&r, NOTICE_about, about);
    record_set_text(&r, NOTICE_request, request);
    record_set_text(&r, NOTICE_kiosk, c->kiosk->name);
    notice_id(c, &r, id);
    r.id = id;
    return database_put(c->db, c->kiosk->company, SOURCE_OF_NOTICES, &r, false, &ignored, err);
}

/* ---- signing in ---- */

int judge_sign_in(struct court *c, struct plea *p, struct err *err)
{
    if (!p->proven)
        return court_refuse(p, REASON_no_pin);
    bool waits = c->now - p->at < VISIT_LONGEST; /* else nobody has the key any more */
    if ((waits && letter_put(c, p, err) < 0) ||
        court_audit(c, p, AUDIT_signed_in, p->person, err) < 0)
        return -1;
    return court_accept(p);
}

/* ---- a new PIN ---- */

static int refuse_pin(struct court *c, struct plea *p, enum reason reason, struct err *err)
{
    court_refuse(p, reason);
    return court_audit(c, p, AUDIT_pin_refused, p->person, err);
}

/* 1: it is the code, which is then used up; 0: it is not, and the try is counted; -1. */
static int use_code(struct court *c, struct plea *p, struct err *err)
{
    struct pin_code code;
    const char *company = c->kiosk->company;
    int rc = database_pin_code_get(c->db, company, p->person, &code, err);
    if (rc < 0)
        return -1;
    bool usable = rc > 0 && code.tries < PIN_CODE_TRIES && court_tried_at(c, p) < code.expires;
    if (court_opens(c, p, PIN_CODE, p->proof.secret, usable ? code.hash : pin_nobody))
        return database_pin_code_remove(c->db, company, p->person, err) < 0 ? -1 : 1;
    code.tries++;
    return usable ? database_pin_code_put(c->db, company, p->person, &code, err) : 0;
}

/* 1: what proves that somebody may set this PIN is right; 0: refused; -1. */
static int may_set(struct court *c, struct plea *p, struct err *err)
{
    bool is_code = pin_code_valid(p->proof.secret);
    int rc = is_code ? use_code(c, p, err) : court_pin_opens(c, p, p->proof.secret, err);
    if (rc != 0)
        return rc < 0 ? -1 : 1;
    if (court_audit(c, p, AUDIT_pin_refused, p->person, err) < 0)
        return -1;
    return court_wrong(c, p, is_code ? REASON_wrong_code : REASON_wrong_pin, err);
}

static int keep_pin(struct court *c, struct plea *p, struct err *err)
{
    char claim[DIGEST_HEX];
    struct kept_pin pin = {.set_at = p->at};
    pin_claim(c->secrets, PIN_SECRET, c->kiosk->company, p->person, p->proof.pin, claim);
    int rc = slow_hash(claim, pin.hash, err);
    memory_wipe(claim, sizeof(claim));
    c->checked.hashes++;
    return rc < 0 ? -1 : database_pin_put(c->db, c->kiosk->company, p->person, &pin, c->now, err);
}

int judge_set_pin(struct court *c, struct plea *p, struct err *err)
{
    if (!p->proof.pin[0])
        return refuse_pin(c, p, REASON_no_pin, err);
    if (!pin_valid(p->proof.pin))
        return refuse_pin(c, p, REASON_malformed, err);
    if (pin_common(p->proof.pin))
        return refuse_pin(c, p, REASON_common_pin, err);
    int may = may_set(c, p, err);
    if (may <= 0)
        return may;
    if (keep_pin(c, p, err) < 0 ||
        database_pin_right(c->db, c->kiosk->company, p->person, c->kiosk->id, err) < 0 ||
        notice_put(c, p->person, NOTICE_pin_set, "", "", err) < 0 ||
        court_audit(c, p, AUDIT_pin_set, p->person, err) < 0)
        return -1;
    return court_accept(p);
}

/* ---- a code from a supervisor ---- */

static bool may_give(const struct record *giver, const struct record *worker)
{
    const char *team = record_text(giver, PERSON_team);
    if (strcmp(giver->id, worker->id) == 0)
        return false;
    if (record_number(giver, PERSON_role) == ROLE_contact)
        return true;
    return record_number(giver, PERSON_role) == ROLE_supervisor && *team &&
           strcmp(team, record_text(worker, PERSON_team)) == 0;
}

/* Who has a PIN may have something that the giver of a new one must not read: a forgotten PIN is
 * the fund's matter. */
static int has_pin(struct court *c, const char *person, struct err *err)
{
    int count;
    struct kept_pin pins[PINS_MAX];
    if (database_pins(c->db, c->kiosk->company, person, c->now, pins, &count, err) < 0)
        return -1;
    memory_wipe(pins, sizeof(pins));
    return count > 0;
}

int judge_give_code(struct court *c, struct plea *p, struct err *err)
{
    struct record worker;
    const char *company = c->kiosk->company, *id = record_text(&p->e->fields, GIVE_CODE_worker);
    if (!p->proven)
        return court_refuse(p, REASON_no_pin);
    if (!pin_code_valid(p->proof.secret))
        return court_refuse(p, REASON_malformed);
    int rc = database_get(c->db, company, TYPE_PERSON, id, &c->mem, &worker, err);
    if (rc < 0)
        return -1;
    if (rc == 0 || !may_give(&p->who, &worker)) {
        court_refuse(p, rc == 0 ? REASON_unknown_person : REASON_not_allowed);
        return court_audit(c, p, AUDIT_not_allowed, rc == 0 ? "" : id, err);
    }
    rc = has_pin(c, id, err);
    if (rc != 0)
        return rc < 0 ? -1 : court_refuse(p, REASON_not_allowed);
    c->checked.hashes++;
    if (pin_code_keep(c->db, c->secrets, company, id, p->proof.secret, p->at, err) < 0 ||
        court_audit(c, p, AUDIT_code_given, id, err) < 0)
        return -1;
    return court_accept(p);
}
