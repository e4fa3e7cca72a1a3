/* SPDX-License-Identifier: EUPL-1.2 */
/* The verdict on an entry: what the server alone decides. */
#ifndef ACHT_CENTRAL_JUDGE_H
#define ACHT_CENTRAL_JUDGE_H

#include "central/database.h"
#include "central/secrets.h"

/* Slow hashes that one batch may start with: a tenth of a second or two, in which nobody else is
 * served. What then needs another one must come again. */
#define HASHES_MAX 8

struct judge_counts {
    int64_t by_kind[4];
    int64_t alarms; /* the same id with other bytes, or an entry of another kiosk */
    int64_t again;  /* verdicts that were given before */
    int64_t wrong_pins, slowed, sprayed;
    int64_t hashes; /* slow ones that were checked or made */
    int64_t cut;    /* batches that stopped for want of them */
};

void judge_counts_add(struct judge_counts *all, const struct judge_counts *these);

/* Before whom and with what a batch is judged. */
struct hearing {
    struct database *db;
    const struct secrets *secrets;
    const struct kiosk *kiosk;
    int64_t now;
    int64_t
        kiosk_clock; /* the kiosk's wall clock when it sent the batch; NO_NUMBER: it did not say */
    int hashes;      /* slow ones for which there is room; 0 or HASHES_MAX */
};

/* Judges the entries in body (one per line) in their order, in one transaction, and adds a line
 * with the verdict on each to lines. Nothing is changed when it returns -1. Some get no verdict, so
 * they stay with their kiosk and come again: what its person's wrong PINs at this kiosk have slowed
 * down, until the wait is over; and an entry for whose PIN there is no room for another slow hash,
 * with all that follow it. */
int judge_batch(const struct hearing *h, const char *body, size_t len, struct buf *lines,
    struct judge_counts *counts, struct err *err) ACHT_NODISCARD;

#endif
