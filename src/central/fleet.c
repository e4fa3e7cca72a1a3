/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/cause.h"

#define DAY (24 * FLEET_HOUR)
#define HINT (3 * DAY)     /* trouble so long before the last sync explains nothing */
#define FAR_OFF FLEET_HOUR /* a clock that is wrong by more may end certificates */
#define LITTLE_MIB 50      /* with less free space a kiosk takes no catalogue */
#define SERVED_MAX 4096

#ifndef ACHT_VERSION
#define ACHT_VERSION "unknown"
#endif

/* ---- the night ---- */

int64_t night_start(int64_t night)
{
    return night * DAY;
}

int64_t night_end(int64_t night)
{
    return night_start(night) + NIGHT_HOURS * FLEET_HOUR;
}

int64_t night_last(int64_t now)
{
    return (now - NIGHT_HOURS * FLEET_HOUR) / DAY;
}

/* ---- what is known of a kiosk ---- */

static int64_t or_none(int64_t number)
{
    return number == NO_NUMBER ? 0 : number;
}

static void take_report(struct fleet_kiosk *k, const struct record *r)
{
    k->reported = true;
    (void)str_copy(k->version, sizeof(k->version), record_text(r, REPORT_version));
    k->failed_for = record_number(r, REPORT_cause);
    k->failures = or_none(record_number(r, REPORT_failures));
    k->failing_since = record_number(r, REPORT_failing_since);
    k->failing_until = record_number(r, REPORT_failing_until);
    k->waiting = record_number(r, REPORT_waiting);
    k->oldest = record_number(r, REPORT_oldest);
    k->stuck = record_number(r, REPORT_stuck);
    k->lost = record_number(r, REPORT_lost);
    k->disk = record_number(r, REPORT_disk);
    k->free = record_number(r, REPORT_free);
    k->starts = record_number(r, REPORT_starts);
}

static void read_report(struct fleet_kiosk *k, const char *body)
{
    struct arena mem = {0};
    struct record r;
    struct err ignored = {0}; /* of another version: as if it had said nothing */
    if (*body && report_from_json(body, strlen(body), &mem, &r, &ignored) == 0)
        take_report(k, &r);
    arena_release(&mem);
}

/* ---- why ---- */

static bool is_before(int64_t instant, int64_t than)
{
    return instant == NO_NUMBER || instant < than;
}

/* Versions count by their first two numbers. */
static bool is_older(const char *version)
{
    char *rest, *ours;
    long major = strtol(version, &rest, 10), our_major = strtol(ACHT_VERSION, &ours, 10);
    long minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
    long our_minor = *ours == '.' ? strtol(ours + 1, NULL, 10) : 0;
    return major < our_major || (major == our_major && minor < our_minor);
}

static bool has_no_disk(const struct fleet_kiosk *k)
{
    return k->reported && (k->disk != DISK_fine || (k->free != NO_NUMBER && k->free < LITTLE_MIB));
}

static bool is_crashing(const struct fleet_kiosk *k)
{
    return k->reported && k->starts > LIM_STARTS;
}

/* What it failed for the last time it failed, if that was not long before it was last heard of. */
static enum fleet_cause failed_before(const struct fleet_kiosk *k)
{
    static const enum fleet_cause causes[] = {
        [CAUSE_portal] = FLEET_login,
        [CAUSE_intercepted] = FLEET_certificate,
        [CAUSE_certificate] = FLEET_certificate,
        [CAUSE_clock] = FLEET_clock,
        [CAUSE_busy] = FLEET_server,
        [CAUSE_server_wrong] = FLEET_server,
    };
    if (k->failed_for < 0 || k->failed_for >= (int64_t)(sizeof(causes) / sizeof(causes[0])) ||
        is_before(k->failing_until, k->kiosk.contact - HINT))
        return FLEET_none;
    return causes[k->failed_for];
}

static enum fleet_cause silent_because(const struct fleet_kiosk *k)
{
    enum fleet_cause before = k->reported ? failed_before(k) : FLEET_none;
    if (has_no_disk(k))
        return FLEET_disk;
    if (before != FLEET_none)
        return before;
    if (k->reported && k->clock != NO_NUMBER && llabs(k->clock) > FAR_OFF)
        return FLEET_clock;
    return k->reported && is_older(k->version) ? FLEET_version : FLEET_silent;
}

static enum fleet_state state_of(const struct kiosk *k, int64_t start)
{
    if (k->revoked)
        return FLEET_revoked;
    if (!k->enrolled || k->synced == NO_NUMBER)
        return FLEET_never;
    if (k->synced >= start)
        return FLEET_synced;
    return k->synced >= start - DAY ? FLEET_late : FLEET_missing;
}

static enum fleet_cause cause_of(const struct fleet_kiosk *k, int64_t start)
{
    switch (k->state) {
    case FLEET_revoked:
        return FLEET_none;
    case FLEET_never:
        return FLEET_no_sync_yet;
    case FLEET_synced:
        return has_no_disk(k) ? FLEET_disk : is_crashing(k) ? FLEET_crashing : FLEET_none;
    default:
        if (is_before(k->kiosk.contact, start))
            return silent_because(k);
        return has_no_disk(k) ? FLEET_disk : FLEET_unfinished;
    }
}

const char *fleet_cause_says(enum fleet_cause cause)
{
    static const char *const says[] = {
        [FLEET_none] = "well",
        [FLEET_silent] = "not heard of: off, without network, or not let through",
        [FLEET_certificate] = "when last heard of, could not trust the server's certificate",
        [FLEET_clock] = "when last heard of, the clock was wrong",
        [FLEET_login] = "when last heard of, the network wanted a login",
        [FLEET_server] = "when last heard of, the server was busy or gave a wrong answer",
        [FLEET_version] = "not heard of; its programs are older than the server",
        [FLEET_unfinished] = "reached the server, but did not get everything",
        [FLEET_disk] = "says that its disk is full or cannot be written",
        [FLEET_crashing] = "says that its screen does not start",
        [FLEET_no_sync_yet] = "not installed yet, or never got through",
    };
    return says[cause];
}

/* ---- when a server was there ---- */

static void add_gap(struct fleet *f, int64_t since, int64_t until)
{
    if (until - since <= SERVES_PAUSE || f->gap_count == FLEET_GAPS)
        return;
    f->gaps[f->gap_count++] = (struct stretch){since, until};
}

static int64_t clamp(int64_t n, int64_t least, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

static int read_serving(struct database *db, struct fleet *f, struct err *err)
{
    static const int max = SERVED_MAX;
    int64_t start = night_start(f->night), end = night_end(f->night), at = start;
    struct stretch *was = mem_array((size_t)max, sizeof(*was));
    int count = database_served(db, start, was, max, err);
    for (int i = 0; i < count; i++) {
        int64_t since = was[i].since > at ? was[i].since : at;
        if (was[i].until <= at || since > f->now)
            continue;
        add_gap(f, at, since);
        f->served += clamp(was[i].until, start, end) - clamp(since, start, end);
        at = was[i].until;
    }
    free(was);
    add_gap(f, at, f->now);
    f->stale = f->now - at > SERVES_PAUSE;
    f->night_run = 2 * f->served >= end - start;
    return count < 0 ? -1 : 0;
}

/* ---- all of them ---- */

static void see(void *context, const struct kiosk *kiosk, const struct report_row *report)
{
    struct fleet *f = context;
    if (f->count == f->room) {
        f->room = f->room ? 2 * f->room : 256;
        f->kiosks = mem_realloc(f->kiosks, (size_t)f->room * sizeof(*f->kiosks));
    }
    struct fleet_kiosk *k = &f->kiosks[f->count++];
    *k = (struct fleet_kiosk){.kiosk = *kiosk,
        .received_at = report->received_at,
        .clock = report->clock,
        .failed_for = NO_NUMBER};
    read_report(k, report->body);
    k->state = state_of(kiosk, night_start(f->night));
    k->cause = cause_of(k, night_start(f->night));
    f->states[k->state]++;
}

void fleet_release(struct fleet *f)
{
    free(f->kiosks);
    free(f->places);
    *f = (struct fleet){0};
}

int fleet_load(struct database *db, int64_t night, int64_t now, struct fleet *out, struct err *err)
{
    *out = (struct fleet){.night = night, .now = now};
    if (read_serving(db, out, err) < 0 || database_reports(db, see, out, err) < 0) {
        fleet_release(out);
        return -1;
    }
    fleet_find_places(out);
    for (int i = 0; i < out->count; i++)
        out->causes[out->kiosks[i].cause] += !out->kiosks[i].placed;
    return 0;
}

static bool needs_a_look(const struct fleet_kiosk *k)
{
    return k->state == FLEET_missing || k->cause == FLEET_disk || k->cause == FLEET_crashing;
}

enum fleet_verdict fleet_verdict(const struct fleet *f)
{
    if (!f->night_run || f->stale)
        return FLEET_NO_NIGHT;
    for (int i = 0; i < f->count; i++)
        if (needs_a_look(&f->kiosks[i]))
            return FLEET_LOOK;
    return FLEET_WELL;
}
