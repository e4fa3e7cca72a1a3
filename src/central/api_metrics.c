/* SPDX-License-Identifier: EUPL-1.2 */
/* Counts in Prometheus' text format: of all kiosks, never of one, nor of a company. */
#include "base/clock.h"
#include "central/api.h"
#include "central/clerk.h"
#include "central/fleet.h"

#define LITTLE_MIB 500

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

/* ---- the kiosks' last night ---- */

static void head_of_choices(struct buf *out, const char *name, const char *label,
    const char *choices, const int *counts, int first, const char *says)
{
    char choice[LIM_ID];
    head(out, name, "gauge", says);
    for (int i = first; choice_name(choices, i, choice), choice[0]; i++)
        buf_printf(out, "%s{%s=\"%s\"} %d\n", name, label, choice, counts[i]);
}

static void gauge(struct buf *out, const char *name, const char *says, int64_t value)
{
    head(out, name, "gauge", says);
    buf_printf(out, "%s %lld\n", name, (long long)value);
}

static void add_enrolled(const struct fleet *f, struct buf *out)
{
    static const char *const states[] = {"enrolled", "not_enrolled", "revoked"};
    int counts[3] = {0};
    for (int i = 0; i < f->count; i++) {
        const struct kiosk *k = &f->kiosks[i].kiosk;
        counts[k->revoked ? 2 : k->enrolled ? 0 : 1]++;
    }
    head(out, "acht_kiosks", "gauge", "Kiosks by state.");
    for (int i = 0; i < 3; i++)
        buf_printf(out, "acht_kiosks{state=\"%s\"} %d\n", states[i], counts[i]);
}

/* As a histogram, but made anew each time: kiosks whose last sync is no older. */
static void add_ages(const struct fleet *f, struct buf *out)
{
    static const int hours[] = {1, 6, 12, 24, 36, 48, 72, 168, 720};
    head(out, "acht_kiosks_synced_within", "gauge",
        "Kiosks that had everything within so many hours.");
    for (size_t h = 0; h < sizeof(hours) / sizeof(hours[0]); h++) {
        int count = 0;
        for (int i = 0; i < f->count; i++)
            count += f->kiosks[i].state != FLEET_revoked &&
                     f->kiosks[i].kiosk.synced >= f->now - hours[h] * FLEET_HOUR;
        buf_printf(out, "acht_kiosks_synced_within{hours=\"%d\"} %d\n", hours[h], count);
    }
}

struct said {
    int64_t waiting, stuck, lost, oldest, little;
};

static struct said add_up(const struct fleet *f)
{
    struct said s = {.oldest = f->now};
    for (int i = 0; i < f->count; i++) {
        const struct fleet_kiosk *k = &f->kiosks[i];
        if (!k->reported || k->state == FLEET_revoked)
            continue;
        s.waiting += k->waiting;
        s.stuck += k->stuck;
        s.lost += k->lost;
        s.little += k->free != NO_NUMBER && k->free < LITTLE_MIB;
        if (k->oldest != NO_NUMBER && k->oldest < s.oldest)
            s.oldest = k->oldest;
    }
    return s;
}

static void add_said(const struct fleet *f, struct buf *out)
{
    struct said s = add_up(f);
    gauge(out, "acht_waiting_entries", "Entries that wait, as kiosks last said.", s.waiting);
    gauge(out, "acht_oldest_waiting_seconds", "Age of the oldest of them.",
        (f->now - s.oldest) / 1000);
    gauge(out, "acht_stuck_entries", "Entries that the server does not take.", s.stuck);
    gauge(out, "acht_lost_entries", "Entries that damage to a kiosk's journal took.", s.lost);
    gauge(out, "acht_kiosks_little_disk", "Kiosks with less than 500 MiB free.", s.little);
}

static void add_night(const struct fleet *f, struct buf *out)
{
    int missing = 0;
    for (int i = 0; i < f->place_count; i++)
        missing += f->places[i].missing;
    head_of_choices(out, "acht_kiosks_night", "state", FLEET_STATES, f->states, 0,
        "Kiosks by how the last night went.");
    head_of_choices(out, "acht_kiosks_named", "cause", FLEET_CAUSES, f->causes, FLEET_none + 1,
        "Kiosks that need a look, by cause; without those of silent places.");
    gauge(out, "acht_places_silent", "Sites and companies without any sync last night.",
        f->place_count);
    gauge(out, "acht_places_missing", "Those that missed more than one night.", missing);
    gauge(out, "acht_night_run", "Whether a server was there for half of the last night.",
        f->night_run);
    gauge(out, "acht_serving", "Whether the server notes that it serves.", !f->stale);
}

static int add_fleet(struct central *c, int64_t now, struct buf *out, struct err *err)
{
    struct fleet f;
    if (fleet_load(c->db, night_last(now), now, &f, err) < 0)
        return -1;
    add_enrolled(&f, out);
    add_night(&f, out);
    add_ages(&f, out);
    add_said(&f, out);
    fleet_release(&f);
    return 0;
}

static void add_writer(struct central *c, struct buf *out)
{
    bool moves = !c->clerk || clerk_moves(c->clerk, clock_monotonic(), LIM_READY_SECONDS * 1000);
    gauge(
        out, "acht_writer_stuck", "Whether one transaction keeps the writer for too long.", !moves);
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
    add_writer(c, &rs->body);
    if (add_records(c, &rs->body, &err) < 0 || add_fleet(c, rq->now, &rs->body, &err) < 0) {
        api_failed(c, &err, rs);
        return;
    }
    rs->status = 200;
    rs->type = "text/plain; version=0.0.4; charset=utf-8";
}
