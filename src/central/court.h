/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the judge: what the judges of one kind of entry share. */
#ifndef ACHT_CENTRAL_COURT_H
#define ACHT_CENTRAL_COURT_H

#include "central/audit.h"
#include "central/judge.h"
#include "central/pin.h"
#include "model/request.h"
#include "proto/proof.h"

/* What is known of the PINs of this batch: many decisions with one PIN cost one hash. */
struct checked {
    struct {
        char claim[DIGEST_HEX], hash[SLOW_HASH];
        bool opens;
    } known[2 * HASHES_MAX];
    int count, hashes;
};

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
    struct checked checked;
    int hashes; /* slow ones with which another may be begun */
    bool later; /* the present entry is not judged in this batch */
    bool full;  /* nor is what follows it */
};

/* One entry before the court. What is sealed has been opened: e is what was inside, and private
 * says that it must stay with its person. */
struct plea {
    const struct entry *e;
    struct kept_entry *kept; /* the verdict goes into kept->verdict */
    int64_t at;              /* when it was made, bounded: never later than it came in */
    const char *person;      /* id of who made it; "" when the company has no such person */
    struct record who;       /* TYPE_PERSON, when person is not "": id, team and role of then */
    int64_t tried_at;        /* when the secret in it counts as tried */
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
 * is told and the audit trail has it, or c->later or c->full is set and nothing was done; -1. A
 * set_pin is never proven here: the PIN in it is the new one. */
int court_prove(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;

/* Refuses an entry of somebody whom the company does not have, in the time of a wrong PIN; a
 * sign_in is told no more than that. 0, or -1. */
int court_unknown(struct court *c, struct plea *p, struct err *err) ACHT_NODISCARD;

/* When something secret was tried: as p->at, but what a kiosk tried before its last contact it
 * would have sent then. So no invented times make room for more tries than the days had. */
int64_t court_tried_at(const struct court *c, const struct plea *p);

/* Whether the text, a PIN or code of this person, opens the slow hash: 1, 0. */
int court_opens(
    struct court *c, const struct plea *p, enum pin_kind kind, const char *text, const char *hash);
/* The same for the PINs that may prove it (database_pins()). 1, 0 or -1. */
int court_pin_opens(
    struct court *c, const struct plea *p, const char *pin, struct err *err) ACHT_NODISCARD;
/* Counts a wrong one, tells everybody concerned, and refuses. 0 or -1. */
int court_wrong(
    struct court *c, struct plea *p, enum reason reason, struct err *err) ACHT_NODISCARD;

/* Sets the verdict; returns 0, so that `return court_refuse(...)` reads well. */
int court_refuse(struct plea *p, enum reason reason);
int court_accept(struct plea *p);

/* Tells a person something once, in a notice record of the feed. about, request: "" for none. The
 * same again on the same day at the same kiosk is the same notice. */
int notice_put(struct court *c, const char *person, enum notice_kind kind, const char *about,
    const char *request, struct err *err) ACHT_NODISCARD;

/* Puts the letter that a proven visit may read; the visit's older ones are taken away. */
int letter_put(struct court *c, const struct plea *p, struct err *err) ACHT_NODISCARD;

/* A line of the audit trail on what the entry did. */
int court_audit(struct court *c, const struct plea *p, enum audit_event event, const char *subject,
    struct err *err) ACHT_NODISCARD;

#endif
