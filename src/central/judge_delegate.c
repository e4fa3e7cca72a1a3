/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/audit.h"
#include "central/court.h"
#include "central/deciders.h"
#include "central/requests.h"

static bool makes_sense(const struct record *e)
{
    int64_t start = record_number(e, DELEGATE_start), end = record_number(e, DELEGATE_end);
    return start <= end && end - start < DELEGATION_DAYS;
}

static int delegate(struct court *c, struct plea *p, const char *deputy, struct err *err)
{
    struct record r;
    const struct record *e = &p->e->fields;
    const struct audit_line line = {AUDIT_delegated, c->now, p->person, deputy, "", c->kiosk->id};
    record_init(&r, TYPE_DELEGATION);
    r.id = p->e->id;
    record_set_text(&r, DELEGATION_person, p->person);
    record_set_text(&r, DELEGATION_deputy, deputy);
    record_set_number(&r, DELEGATION_start, record_number(e, DELEGATE_start));
    record_set_number(&r, DELEGATION_end, record_number(e, DELEGATE_end));
    if (requests_put(c->db, c->kiosk->company, &r, err) < 0 ||
        notice_put(c, deputy, NOTICE_deputy, p->person, "", err) < 0 ||
        audit_add(c->db, c->kiosk->company, &line, err) < 0)
        return -1;
    return court_accept(p);
}

static int not_allowed(struct court *c, struct plea *p, const char *deputy, struct err *err)
{
    const struct audit_line line = {AUDIT_not_allowed, c->now, p->person, deputy, "", c->kiosk->id};
    court_refuse(p, REASON_not_allowed);
    return audit_add(c->db, c->kiosk->company, &line, err);
}

int judge_delegate(struct court *c, struct plea *p, struct err *err)
{
    struct record deputy;
    const char *id = record_text(&p->e->fields, DELEGATE_deputy);
    p->kept->person = p->person;
    if (!p->proven)
        return court_refuse(p, REASON_no_pin);
    if (record_number(&p->who, PERSON_role) != ROLE_supervisor || strcmp(id, p->person) == 0)
        return not_allowed(c, p, id, err);
    if (!makes_sense(&p->e->fields))
        return court_refuse(p, REASON_malformed);
    int rc = database_get(c->db, c->kiosk->company, TYPE_PERSON, id, &c->mem, &deputy, err);
    if (rc == 0)
        return court_refuse(p, REASON_unknown_person);
    return rc < 0 ? -1 : delegate(c, p, id, err);
}
