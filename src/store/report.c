/* SPDX-License-Identifier: EUPL-1.2 */
/* What a kiosk says of itself: nothing in it is about a person. */
#include <string.h>
#include <sys/statvfs.h>

#include "model/cause.h"
#include "store/inner.h"

#define HOUR_MS (60 * 60 * INT64_C(1000))
#define MIB (1024 * 1024)

static int64_t free_mib(struct store *s)
{
    struct statvfs st;
    if (fstatvfs(s->gate, &st) < 0)
        return NO_NUMBER;
    return (int64_t)((uint64_t)st.f_bavail * st.f_frsize / MIB);
}

static int read_failures(struct store *s, struct record *r, struct err *err)
{
    char cause[LIM_ID];
    int64_t count, since, until;
    if (meta_get(s->cache, META_FAILING, &count, cause, sizeof(cause), err) < 0 ||
        meta_get(s->cache, META_SINCE, &since, NULL, 0, err) < 0 ||
        meta_get(s->cache, META_UNTIL, &until, NULL, 0, err) < 0)
        return -1;
    int why = choice_index(CAUSES, cause, strlen(cause));
    if (count == NO_NUMBER || why < 0)
        return 0;
    record_set_number(r, REPORT_cause, why);
    record_set_number(r, REPORT_failures, count);
    record_set_number(r, REPORT_failing_since, since);
    record_set_number(r, REPORT_failing_until, until);
    return 0;
}

/* To the hour: the minute in which somebody did something is not for a report. */
static int64_t to_the_hour(int64_t instant)
{
    return instant == NO_NUMBER ? NO_NUMBER : instant - instant % HOUR_MS;
}

int store_report(struct store *s, struct record *r, struct err *err)
{
    struct store_status st;
    if (store_status(s, &st, err) < 0)
        return -1;
    record_set_number(r, REPORT_waiting, st.waiting);
    record_set_number(r, REPORT_oldest, to_the_hour(st.oldest_waiting));
    record_set_number(r, REPORT_stuck, st.stuck);
    record_set_number(r, REPORT_damaged, st.damaged);
    record_set_number(r, REPORT_catalogue, st.finished);
    record_set_number(r, REPORT_disk, st.disk);
    record_set_number(r, REPORT_free, free_mib(s));
    record_set_number(r, REPORT_rebuilt, st.damages + st.rebuilt);
    record_set_number(r, REPORT_lost, st.lost);
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, read_failures(s, r, err), NULL, err);
}

int cache_said(struct store *s, char digest[DIGEST_HEX], struct err *err)
{
    digest[0] = '\0';
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(
        s, meta_get(s->cache, META_SAID, NULL, digest, DIGEST_HEX, err), NULL, err);
}
