/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/burst.h"

static bool badge_char(uint32_t ch)
{
    return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'F') || (ch >= 'a' && ch <= 'f');
}

enum burst_result burst_feed(struct burst *b, uint32_t ch, int64_t now)
{
    bool going = b->len > 0 && now - b->last <= BURST_GAP;
    if (ch == 0)
        return going && b->len >= BURST_LEAST ? BURST_BADGE : BURST_PASS;
    if (!badge_char(ch) || b->len == LIM_BADGE || (b->len > 0 && !going))
        return BURST_PASS;
    if (b->len == 0 && !(ch >= '0' && ch <= '9'))
        return BURST_PASS; /* a letter is shown at once; it would be typed thousands of times more
                            */
    b->text[b->len++] = (char)ch;
    b->text[b->len] = '\0';
    b->last = now;
    return BURST_HELD;
}

int burst_wait(const struct burst *b, int64_t now)
{
    if (b->len == 0)
        return -1;
    int64_t left = b->last + BURST_GAP + 1 - now;
    return left < 0 ? 0 : (int)left;
}

const char *burst_take(struct burst *b)
{
    const char *held = b->len > 0 ? b->text : "";
    b->len = 0;
    return held;
}
