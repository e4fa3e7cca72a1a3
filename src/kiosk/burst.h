/* SPDX-License-Identifier: EUPL-1.2 */
/* A badge reader types like a keyboard, only faster than anybody: this tells the two apart, pure.
 *
 * A run is characters that follow each other within BURST_GAP. Its characters are held until the
 * gap says whose they were: a run of BURST_LEAST or more is a reader's and never reaches a text
 * field, whether a terminator comes or not; a shorter one was typed. After a badge everything is
 * dropped until there is a pause: readers send CR and LF, or several codes for one trigger. */
#ifndef ACHT_KIOSK_BURST_H
#define ACHT_KIOSK_BURST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"

#define BURST_GAP 30     /* milliseconds: readers stay below, fingers above */
#define BURST_LEAST 6    /* characters: no badge is shorter, few people type that fast */
#define BURST_PAUSE 100  /* milliseconds of silence that end what follows a badge */
#define BURST_AGAIN 2000 /* milliseconds within which the same badge is the same scan */

struct burst {
    char text[LIM_BADGE + 1];
    int len;                    /* bytes held */
    int count;                  /* characters of this run, those that did not fit included */
    bool too_long;              /* some did not fit: no badge */
    bool blank;                 /* a badge has just ended */
    int64_t last;               /* when the last character came, monotonic ms */
    char taken[LIM_BADGE + 1];  /* what burst_take() gave last */
    char before[LIM_BADGE + 1]; /* the last badge, as long as it would be a double scan */
    int64_t read_at;
};

enum burst_result {
    BURST_PASS,  /* not a reader's: handle the key, after what burst_take() gives */
    BURST_HELD,  /* kept until the gap says whose it was */
    BURST_BADGE, /* the terminator of a badge, which burst_take() gives: handle that */
    BURST_DROP,  /* a reader's, and of no use */
};

/* Each wants what is due (burst_wait() is 0) taken before.
 * feed: a printable character, or 0 for the terminator: Enter or Tab. Only hexadecimal digits,
 * signs and what other layouts have in place of digits can start a run, so that most letters appear
 * without delay.
 * other: any other key; control: one of the control characters, which readers send in between. */
enum burst_result burst_feed(struct burst *b, uint32_t ch, int64_t now);
enum burst_result burst_other(struct burst *b, bool control, int64_t now);

/* Milliseconds until what is held must be taken; -1 when nothing is held. */
int burst_wait(const struct burst *b, int64_t now);

/* Ends the holding: the held characters, to be handled one by one, or the badge; "" when none, or
 * when they are a reader's without a terminator. */
const char *burst_take(struct burst *b);

#endif
