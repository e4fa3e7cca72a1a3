/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the judge: what the judges of one kind of entry share. */
#ifndef ACHT_CENTRAL_COURT_H
#define ACHT_CENTRAL_COURT_H

#include "central/judge.h"
#include "model/request.h"
#include "proto/proof.h"

/* Everything while one batch is judged. */
struct court {
    struct database *db;
    const struct secrets *secrets;
    const struct kiosk *kiosk;
    int64_t now;
    int64_t clock_ahead; /* of the kiosk, milliseconds, as measured with this batch */
    struct buf *lines;
    struct judge_counts *counts;
    struct arena mem; /* of the present entry */
};

/* One entry before the court. What is sealed has been opened: e is what was inside, and private
 * says that it must stay with its person. */
struct plea {
    const struct entry *e;
    struct kept_entry *kept; /* the verdict goes into kept->verdict */
    int64_t at;              /* when it was made, bounded: never later than it came in */
    const char *person;      /* id of who made it; "" when the company has no such person */
    struct record who;       /* TYPE_PERSON, when person is not "" */
    bool private;
    bool proven;        /* the PIN in it is that person's */
    struct proof proof; /* what was sealed in it; wiped by the judge */
};

/* Each judges one kind, fills p->kept->verdict (and what p->kept says of a request) and makes the
 * effects, within the batch's transaction. -1 only when the database fails. */
int judge_request(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;
int judge_delegate(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;
int judge_sign_in(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;
int judge_set_pin(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;
int judge_give_code(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;
int judge_wish(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;

/* Checks the PIN of the entry. 1: go on, and p->proven says whether it was proven (an entry without
 * a PIN is not); 0: refused, and the verdict says why (wrong_pin, slow_down), everybody concerned
 * is told and the audit trail has it; -1. */
int court_prove(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;

/* Sets the verdict; returns 0, so that `return court_refuse(...)` reads well. */
int court_refuse(struct plea *p, enum reason reason);
int court_accept(struct plea *p);

/* Tells a person something once, in a notice record of the feed. about, request: "" for none. */
int notice_put(struct court *c, const char *person, enum notice_kind kind, const char *about,
    const char *request, struct err *err) ACHT_NODISCARD;

#endif
