/* SPDX-License-Identifier: EUPL-1.2 */
/* A badge reader types like a keyboard, only faster than anybody: this tells the two apart, pure.
 */
#ifndef ACHT_KIOSK_BURST_H
#define ACHT_KIOSK_BURST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"

#define BURST_GAP 30  /* milliseconds: readers stay below, fingers above */
#define BURST_LEAST 6 /* characters: no badge is shorter, few people type that fast */

struct burst {
    char text[LIM_BADGE + 1];
    int len;
    int64_t last; /* when the last character came, monotonic ms */
};

enum burst_result {
    BURST_PASS,  /* not a reader's: handle the key, after what burst_take() gives */
    BURST_HELD,  /* kept until the gap says whose it was */
    BURST_BADGE, /* the terminator of a badge, which is in text: handle that */
};

/* A printable character (0 for the terminator: Enter or Tab) at this time. Only a digit can start a
 * badge, so that letters appear without delay. */
enum burst_result burst_feed(struct burst *b, uint32_t ch, int64_t now);

/* Milliseconds until what is held must be handled as typed by fingers; -1 when nothing is held. */
int burst_wait(const struct burst *b, int64_t now);

/* Ends the holding: the held characters, to be handled one by one; "" when none. */
const char *burst_take(struct burst *b);

#endif
