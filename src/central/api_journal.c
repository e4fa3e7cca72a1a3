/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/api.h"

/* Lines of the body, the last one with or without its newline; stops counting past the limit. */
static int count_lines(const char *body, size_t len)
{
    int n = 0;
    for (size_t at = 0; at < len && n <= LIM_BATCH; n++) {
        const char *end = memchr(body + at, '\n', len - at);
        at = end ? (size_t)(end - body) + 1 : len;
    }
    return n;
}

static int64_t verdicts(const struct judge_counts *these)
{
    int64_t n = 0;
    for (size_t i = 0; i < sizeof(these->by_kind) / sizeof(these->by_kind[0]); i++)
        n += these->by_kind[i];
    return n;
}

static void alarm(struct central *c, const struct kiosk *kiosk, const struct judge_counts *these)
{
    if (these->alarms)
        api_log(c,
            "alarm: kiosk %s of company %s sent %lld entries that were changed or not its own",
            kiosk->id, kiosk->company, (long long)these->alarms);
    if (these->sprayed)
        api_log(c, "alarm: wrong PINs for many people or at many kiosks: kiosk %s of company %s",
            kiosk->id, kiosk->company);
}

static void not_now(const struct http_request *rq, struct http_response *rs)
{
    rs->later = rq->slow == SLOW_LATER;
    response_error(rs, 429, "busy", "too many PINs at once; send the same again in a moment");
    rs->retry_after = 1;
}

void api_journal(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    struct err err = {0};
    struct judge_counts these = {0};
    int lines = count_lines(rq->body, rq->len);
    if (rq->len > LIM_BODY || lines > LIM_BATCH) {
        response_error(rs, 413, "too_large", "send fewer entries at a time");
        return;
    }
    if (lines == 0) {
        response_error(rs, 400, "malformed", "there are no entries in the body");
        return;
    }
    const struct hearing hearing = {
        c->db, c->secrets, kiosk, rq->now, rq->clock, rq->slow == SLOW_NOW ? HASHES_MAX : 0};
    if (judge_batch(&hearing, rq->body, rq->len, &rs->body, &these, &err) < 0) {
        api_failed(c, &err, rs);
        return;
    }
    int64_t judged = verdicts(&these);
    if (judged == 0 && these.cut) { /* so nothing was changed */
        not_now(rq, rs);
        return;
    }
    judge_counts_add(&c->counts.judged, &these);
    alarm(c, kiosk, &these);
    api_end_page(rs, &(struct trailer){.count = judged, .later = lines - judged});
}
