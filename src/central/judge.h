/* SPDX-License-Identifier: EUPL-1.2 */
/* The verdict on an entry: what the server alone decides. */
#ifndef ACHT_CENTRAL_JUDGE_H
#define ACHT_CENTRAL_JUDGE_H

#include "central/database.h"

/* ---- the decision, pure ---- */

/* What is known about an ask when it is judged. */
struct facts {
    bool person_known; /* in this company */
    bool course_known;
    bool run_wanted, run_known; /* known: of this course */
    int64_t run_start;          /* a date, or NO_NUMBER */
    int64_t seats_left;         /* or NO_NUMBER */
    int64_t asked_on;           /* the date of the ask: made_at, but not after it was received */
    bool asked_before;          /* an open ask for the same person, course and run */
    bool older;                 /* ... and this one was made before that */
};

/* What a judgement does to the requests that kiosks show. */
enum effect {
    EFFECT_NONE,
    EFFECT_ADD,     /* a request, with the verdict as its state */
    EFFECT_REPLACE, /* a request that takes the place of the one asked before */
};

struct judgement {
    enum verdict_kind kind;
    enum reason reason;
    enum effect effect;
};

/* Of several asks for the same thing the one made first counts, whichever came in first: the
 * requests that stand in the end do not depend on the order. */
struct judgement judge_decide(const struct facts *facts);

/* ---- a batch ---- */

struct judge_counts {
    int64_t by_kind[4];
    int64_t alarms; /* the same id with other bytes, or an entry of another kiosk */
    int64_t again;  /* verdicts that were given before */
};

/* Judges the entries in body (one per line) in their order, in one transaction, and adds a line
 * with the verdict on each to lines. Nothing is changed when it returns -1. */
int judge_batch(struct database *db, const struct kiosk *kiosk, const char *body, size_t len,
    int64_t now, struct buf *lines, struct judge_counts *counts, struct err *err) ACHT_NODISCARD;

#endif
