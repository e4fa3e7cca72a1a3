/* SPDX-License-Identifier: EUPL-1.2 */
/* What somebody wants done with the own data waits on a list: a person at the fund does it. */
#include "central/court.h"
#include "central/database_rights.h"

int judge_wish(struct court *c, struct plea *p, struct err *err)
{
    char wish[LIM_ID];
    if (!p->proven)
        return court_refuse(p, REASON_no_pin);
    const struct record *fields = &p->e->fields;
    choice_name(fields->type->fields[WISH_wish].choices, record_number(fields, WISH_wish), wish);
    struct wish_row row = {c->kiosk->company, p->person, wish, p->at};
    if (database_wish_add(c->db, &row, err) < 0)
        return -1;
    return court_accept(p);
}
