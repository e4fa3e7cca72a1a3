/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/burst.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "proto/codec.h"

/* Hexadecimal digits (Q is A under AZERTY), the signs around and between them, and digits under
 * other layouts. */
static bool badge_char(uint32_t ch)
{
    static const char letters[] = "0123456789ABCDEFQabcdefq";
    if (ch < 0x80 && strchr(letters, (int)ch))
        return true;
    bool sign = ch > ' ' && ch < 0x7F && !((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z');
    return sign || badge_garbles(ch);
}

static bool going(const struct burst *b, int64_t now)
{
    return b->count > 0 && now - b->last <= (b->blank ? BURST_PAUSE : BURST_GAP);
}

static bool is_reader(const struct burst *b)
{
    return b->count >= BURST_LEAST;
}

static void end_run(struct burst *b)
{
    memory_wipe(b->text, sizeof(b->text));
    b->len = b->count = 0;
    b->too_long = b->blank = false;
}

static void keep(struct burst *b, uint32_t ch)
{
    char bytes[4];
    size_t n = utf8_encode(ch, bytes);
    if ((size_t)b->len + n > LIM_BADGE) {
        b->too_long = true;
        return;
    }
    memcpy(b->text + b->len, bytes, n);
    b->len += (int)n;
    b->text[b->len] = '\0';
}

static bool again(const struct burst *b, int64_t now)
{
    return b->before[0] && now - b->read_at < BURST_AGAIN && strcmp(b->before, b->text) == 0;
}

/* The terminator of a reader's run. */
static enum burst_result end_badge(struct burst *b, int64_t now)
{
    b->blank = true;
    b->last = now;
    if (b->too_long || again(b, now)) {
        b->len = 0;
        memory_wipe(b->text, sizeof(b->text));
        return BURST_DROP;
    }
    str_copy(b->before, sizeof(b->before), b->text);
    b->read_at = now;
    return BURST_BADGE;
}

/* Ends a run that is over, and what was kept for its sake. */
static bool goes_on(struct burst *b, int64_t now)
{
    bool on = going(b, now);
    if (!on)
        end_run(b);
    if (b->before[0] && now - b->read_at >= BURST_AGAIN)
        memory_wipe(b->before, sizeof(b->before));
    return on;
}

enum burst_result burst_feed(struct burst *b, uint32_t ch, int64_t now)
{
    bool on = goes_on(b, now);
    if (b->blank) {
        b->last = now;
        return BURST_DROP;
    }
    if (ch == 0)
        return on && is_reader(b) ? end_badge(b, now) : BURST_PASS;
    if (!is_reader(b) && !badge_char(ch))
        return BURST_PASS;
    keep(b, ch);
    b->count += b->count < BURST_LEAST;
    b->last = now;
    return BURST_HELD;
}

enum burst_result burst_other(struct burst *b, bool control, int64_t now)
{
    if (!goes_on(b, now) || !(control || b->blank || is_reader(b)))
        return BURST_PASS;
    b->last = now;
    return BURST_DROP;
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
    bool lost = is_reader(b) && !b->blank;
    str_copy(b->taken, sizeof(b->taken), lost ? "" : b->text);
    bool blank = b->blank;
    int64_t last = b->last;
    end_run(b);
    if (blank) { /* the badge is handed out, what comes after it is still to be dropped */
        b->blank = true;
        b->count = BURST_LEAST;
        b->last = last;
    }
    return b->taken;
}
