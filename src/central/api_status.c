/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/api.h"
#include "central/clerk.h"

static void answer(struct http_response *rs, const char *json)
{
    rs->status = 200;
    rs->type = JSON;
    buf_puts(&rs->body, json);
}

void api_health(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    (void)c, (void)rq, (void)kiosk;
    answer(rs, "{\"status\":\"ok\"}\n");
}

void api_ready(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    (void)rq, (void)kiosk;
    struct err err = {0};
    if (database_ready(c->db, &err) == 0) {
        answer(rs, "{\"status\":\"ready\"}\n");
        return;
    }
    api_log(c, "not ready: %s", err.msg);
    response_error(rs, 503, "not_ready", "the database cannot be written");
}

/* ---- Prometheus' text format ---- */

static void head(struct buf *out, const char *name, const char *type, const char *says)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, says, name, type);
}

static void add_answers(const struct central_counts *c, struct buf *out)
{
    static const char *const classes[] = {"2xx", "3xx", "4xx", "5xx"};
    int known = 0;
    while (routes[known].method)
        known++;
    head(out, "acht_http_answers_total", "counter", "Answers by address and status.");
    for (int i = 0; i <= known; i++)
        for (int k = 0; k < STATUS_CLASSES; k++)
            buf_printf(out, "acht_http_answers_total{path=\"%s\",status=\"%s\"} %lld\n",
                i < known ? routes[i].path : "other", classes[k],
                (long long)c->answers[i < known ? i : ROUTES_MAX][k]);
}

static void add_entries(const struct central_counts *c, struct buf *out)
{
    head(out, "acht_entries_total", "counter", "Journal entries by verdict.");
    for (int i = 0; i < 4; i++) {
        char name[LIM_ID];
        choice_name(VERDICTS, i, name);
        buf_printf(out, "acht_entries_total{verdict=\"%s\"} %lld\n", name,
            (long long)c->judged.by_kind[i]);
    }
    head(out, "acht_entries_again_total", "counter", "Entries that were sent again.");
    buf_printf(out, "acht_entries_again_total %lld\n", (long long)c->judged.again);
    head(out, "acht_entry_alarms_total", "counter",
        "Entries with the id of another, or made on another kiosk.");
    buf_printf(out, "acht_entry_alarms_total %lld\n", (long long)c->judged.alarms);
    head(out, "acht_enrolments_total", "counter", "Enrolment codes by outcome.");
    buf_printf(out, "acht_enrolments_total{outcome=\"enrolled\"} %lld\n", (long long)c->enrolled);
    buf_printf(
        out, "acht_enrolments_total{outcome=\"refused\"} %lld\n", (long long)c->enrol_refused);
}

static void add_pins(const struct central_counts *c, struct buf *out)
{
    head(out, "acht_wrong_pins_total", "counter", "Entries with a wrong PIN.");
    buf_printf(out, "acht_wrong_pins_total %lld\n", (long long)c->judged.wrong_pins);
    head(out, "acht_pin_hashes_total", "counter", "Slow hashes of PINs and codes.");
    buf_printf(out, "acht_pin_hashes_total %lld\n", (long long)c->judged.hashes);
    head(out, "acht_slowed_total", "counter", "Entries not looked at after many wrong PINs.");
    buf_printf(out, "acht_slowed_total %lld\n", (long long)c->judged.slowed);
    head(out, "acht_spraying_total", "counter",
        "Alarms: wrong PINs for many people or at many kiosks.");
    buf_printf(out, "acht_spraying_total %lld\n", (long long)c->judged.sprayed);
}

static void add_limits(const struct central_counts *c, struct buf *out)
{
    static const char *const by[LIMITS] = {"kiosk", "company", "address", "code"};
    head(
        out, "acht_limited_total", "counter", "Requests that came too often, by what was counted.");
    for (int i = 0; i < LIMITS; i++)
        buf_printf(out, "acht_limited_total{by=\"%s\"} %lld\n", by[i], (long long)c->limited[i]);
    head(out, "acht_copies_total", "counter",
        "Alarms: there are two of a kiosk, or somebody has its token.");
    buf_printf(out, "acht_copies_total %lld\n", (long long)c->copies);
}

static int add_records(struct central *c, struct buf *out, struct err *err)
{
    head(out, "acht_records", "gauge", "Records of the feed by type.");
    for (int i = 0; i < TYPES_COUNT; i++) {
        int64_t n;
        const struct type *type = type_get((enum type_id)i);
        if (type->class != CLASS_RECORD)
            continue;
        if (database_count(c->db, (enum type_id)i, &n, err) < 0)
            return -1;
        buf_printf(out, "acht_records{type=\"%s\"} %lld\n", type->name, (long long)n);
    }
    return 0;
}

/* What both threads counted. */
static void count_all(struct central *c, struct central_counts *all)
{
    struct central_counts clerks = {0};
    if (c->clerk)
        clerk_counts(c->clerk, &clerks);
    *all = c->counts;
    for (int i = 0; i <= ROUTES_MAX; i++)
        for (int k = 0; k < STATUS_CLASSES; k++)
            all->answers[i][k] += clerks.answers[i][k];
    judge_counts_add(&all->judged, &clerks.judged);
    all->enrolled += clerks.enrolled;
    all->enrol_refused += clerks.enrol_refused;
    for (int i = 0; i < LIMITS; i++)
        all->limited[i] += clerks.limited[i];
    all->copies += clerks.copies;
}

struct kiosk_sums {
    int64_t enrolled, waiting, revoked, late, now;
};

#define LATE (36 * 60 * 60 * INT64_C(1000)) /* a night and a day without a sign */

static void sum_kiosk(void *context, const struct kiosk *k)
{
    struct kiosk_sums *sums = context;
    sums->revoked += k->revoked;
    sums->waiting += !k->revoked && !k->enrolled;
    sums->enrolled += !k->revoked && k->enrolled;
    sums->late +=
        !k->revoked && k->enrolled && (k->contact == NO_NUMBER || sums->now - k->contact > LATE);
}

static int add_kiosks(struct central *c, int64_t now, struct buf *out, struct err *err)
{
    struct kiosk_sums sums = {.now = now};
    if (database_kiosks(c->db, sum_kiosk, &sums, err) < 0)
        return -1;
    head(out, "acht_kiosks", "gauge", "Kiosks by state.");
    buf_printf(out, "acht_kiosks{state=\"enrolled\"} %lld\n", (long long)sums.enrolled);
    buf_printf(out, "acht_kiosks{state=\"not_enrolled\"} %lld\n", (long long)sums.waiting);
    buf_printf(out, "acht_kiosks{state=\"revoked\"} %lld\n", (long long)sums.revoked);
    head(out, "acht_kiosks_late", "gauge", "Enrolled kiosks not heard of for 36 hours.");
    buf_printf(out, "acht_kiosks_late %lld\n", (long long)sums.late);
    return 0;
}

void api_metrics(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    (void)kiosk;
    struct err err = {0};
    struct central_counts counts;
    count_all(c, &counts);
    add_answers(&counts, &rs->body);
    add_entries(&counts, &rs->body);
    add_pins(&counts, &rs->body);
    add_limits(&counts, &rs->body);
    if (add_records(c, &rs->body, &err) < 0 || add_kiosks(c, rq->now, &rs->body, &err) < 0) {
        api_failed(c, &err, rs);
        return;
    }
    rs->status = 200;
    rs->type = "text/plain; version=0.0.4; charset=utf-8";
}
