/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

int64_t schedule_place(const char *kiosk, int64_t spread)
{
    char hex[DIGEST_HEX];
    if (spread <= 0)
        return 0;
    sha256_hex(kiosk, strlen(kiosk), hex);
    hex[15] = '\0'; /* 60 bits */
    return strtoll(hex, NULL, 16) % spread;
}

void schedule_start(struct schedule *s, int64_t interval, int64_t now)
{
    *s = (struct schedule){.interval = interval, .next = now};
}

static int64_t below(int64_t limit, uint64_t random)
{
    return (int64_t)(random % (uint64_t)limit);
}

static int64_t backoff_limit(int failures)
{
    int64_t limit = SCHEDULE_BASE_MS;
    for (int i = 1; i < failures && limit < SCHEDULE_CAP_MS; i++)
        limit *= 2;
    return limit < SCHEDULE_CAP_MS ? limit : SCHEDULE_CAP_MS;
}

static int64_t clamp_retry(int64_t seconds)
{
    if (seconds < RETRY_MIN_S)
        return RETRY_MIN_S;
    return seconds < RETRY_MAX_S ? seconds : RETRY_MAX_S;
}

void schedule_after(
    struct schedule *s, enum cause cause, int64_t retry_after, int64_t now, uint64_t random)
{
    if (cause == CAUSE_ok) {
        /* A tenth more or less keeps kiosks that were switched on together apart. */
        s->failures = 0;
        s->next = now + s->interval * 9 / 10 + below(s->interval / 5 + 1, random);
        return;
    }
    s->failures++;
    s->next = now + below(backoff_limit(s->failures), random);
    if (retry_after != NO_RETRY_AFTER)
        s->next += clamp_retry(retry_after) * 1000;
}

void schedule_new_entry(struct schedule *s, int64_t now)
{
    if (s->failures == 0 && s->next > now + SCHEDULE_SOON_MS)
        s->next = now + SCHEDULE_SOON_MS;
}

int64_t schedule_wait(const struct schedule *s, int64_t now)
{
    return s->next > now ? s->next - now : 0;
}
