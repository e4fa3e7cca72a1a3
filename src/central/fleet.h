/* SPDX-License-Identifier: EUPL-1.2 */
/* How the kiosks' last night went: who synced, who did not, and what is known of why. */
#ifndef ACHT_CENTRAL_FLEET_H
#define ACHT_CENTRAL_FLEET_H

#include <stdio.h>

#include "central/database.h"

/* A night begins at 00:00 UTC of its date, before the kiosks' timer (assets/systemd/), and ends
 * five hours later, when the last of them has had its turn. */
#define NIGHT_HOURS 5
#define FLEET_HOUR (60 * 60 * INT64_C(1000))
int64_t night_last(int64_t now);    /* the date of the last night that has ended */
int64_t night_start(int64_t night); /* instants */
int64_t night_end(int64_t night);

/* synced: since the night began. late: it missed this night alone; missing: more than this one.
 * never: it has not synced yet. */
#define FLEET_STATES "synced|late|missing|never|revoked"
enum fleet_state {
    FLEET_synced,
    FLEET_late,
    FLEET_missing,
    FLEET_never,
    FLEET_revoked,
    FLEET_STATES_COUNT,
};

/* Why a kiosk is named; fleet_cause_says() has them in words. What a kiosk that is not heard of
 * suffers from nobody can know: it is named by what it said when it was last heard of, if that was
 * shortly before, and else it is silent. */
#define FLEET_CAUSES                                                                               \
    "none|silent|certificate|clock|login|server|version|unfinished|disk|crashing|never"
enum fleet_cause {
    FLEET_none,
    FLEET_silent,
    FLEET_certificate,
    FLEET_clock,
    FLEET_login,
    FLEET_server,
    FLEET_version,
    FLEET_unfinished,
    FLEET_disk,
    FLEET_crashing,
    FLEET_no_sync_yet,
    FLEET_CAUSES_COUNT,
};
const char *fleet_cause_says(enum fleet_cause cause);

struct fleet_kiosk {
    struct kiosk kiosk;
    enum fleet_state state;
    enum fleet_cause cause;
    bool placed;   /* it is silent with all others of its place */
    bool reported; /* what follows is known */
    int64_t received_at, clock;
    char version[41];
    int64_t failed_for, failures, failing_since, failing_until; /* as in the report */
    int64_t waiting, oldest, stuck, lost, disk, free, starts;
};

/* A place of which no kiosk was heard in the night: a site, or all of a company. */
struct fleet_place {
    const struct fleet_kiosk *first; /* one of them; its company and, unless all, its site */
    bool all;                        /* of the company */
    bool missing;                    /* for more than one night */
    int kiosks;
    int64_t last; /* when the last of them synced */
};
#define PLACE_LEAST 3 /* fewer kiosks are no place */

#define FLEET_GAPS 32
struct fleet {
    int64_t night, now;
    struct fleet_kiosk *kiosks; /* by company, site and name */
    int count, room;
    int states[FLEET_STATES_COUNT];
    int causes[FLEET_CAUSES_COUNT]; /* of those that are named one by one */
    struct fleet_place *places;
    int place_count;
    /* When no server was there, since the night began; the last gap may last until now. */
    struct stretch gaps[FLEET_GAPS];
    int gap_count;
    int64_t served; /* milliseconds of the night in which one was there */
    bool night_run; /* it was there for half of the night at least: kiosks could sync */
    bool stale;     /* it is not there now */
};

/* Reads all and judges it, as of now. */
int fleet_load(struct database *db, int64_t night, int64_t now, struct fleet *out,
    struct err *err) ACHT_NODISCARD;
void fleet_release(struct fleet *f);

/* Inside fleet: finds the places of kiosks that are known. */
void fleet_find_places(struct fleet *f);

/* Somebody must look: no night run, a kiosk or a place that is missing, or one that says itself
 * that it does not work. Who is late by one night alone is named, and no reason to call anybody. */
enum fleet_verdict { FLEET_WELL, FLEET_LOOK, FLEET_NO_NIGHT };
enum fleet_verdict fleet_verdict(const struct fleet *f);

/* For a person, in the local time zone. At most FLEET_LINES lines of FLEET_COLUMNS columns, unless
 * all kiosks are wanted, or those of one cause. */
#define FLEET_LINES 24
#define FLEET_COLUMNS 80
struct fleet_view {
    bool all;
    enum fleet_cause cause; /* FLEET_none: of every cause */
};
void fleet_text(const struct fleet *f, const struct fleet_view *view, FILE *out);

/* For a program: one JSON object with everybody who is named; times are UTC. */
void fleet_json(const struct fleet *f, FILE *out);

#endif
