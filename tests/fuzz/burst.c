/* SPDX-License-Identifier: EUPL-1.2 */
/* Any keys at any speed: what is held stays bounded, and a badge that comes after them is read.
 * Each pair of bytes is a key and the milliseconds before it. */
#include "support/fuzz.h"

#include <string.h>

#include "kiosk/burst.h"

static void take_due(struct burst *b, int64_t now)
{
    if (burst_wait(b, now) == 0)
        MUST(strlen(burst_take(b)) <= LIM_BADGE);
}

static void press(struct burst *b, uint8_t key, int64_t now)
{
    take_due(b, now);
    enum burst_result r = key == 0 || key == '\r' ? burst_feed(b, 0, now)
                          : key < ' '             ? burst_other(b, key % 2, now)
                          : key < 0x7F            ? burst_feed(b, key, now)
                                                  : burst_feed(b, key + 0x70u, now);
    MUST(b->len >= 0 && b->len <= LIM_BADGE && b->text[b->len] == '\0');
    if (r == BURST_BADGE || r == BURST_PASS)
        (void)burst_take(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char badge[] = "0004718236";
    struct burst b = {0};
    int64_t now = 1;
    for (size_t i = 0; i + 1 < size; i += 2) {
        now += data[i + 1] * 4;
        press(&b, data[i], now);
    }
    now += BURST_AGAIN;
    take_due(&b, now);
    for (const char *s = badge; *s; s++)
        MUST(burst_feed(&b, (unsigned char)*s, ++now) == BURST_HELD);
    MUST(burst_feed(&b, 0, ++now) == BURST_BADGE);
    MUST(strcmp(burst_take(&b), badge) == 0);
    return 0;
}
