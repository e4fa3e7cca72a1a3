/* SPDX-License-Identifier: EUPL-1.2 */
/* What the server keeps of people and no kiosk ever gets; a part of database.h. */
#ifndef ACHT_CENTRAL_PEOPLE_H
#define ACHT_CENTRAL_PEOPLE_H

#include "base/seal.h"
#include "central/database.h"

/* ---- who belongs to a company, where and when ---- */

/* A row of the roster. Texts of a found one live in the given arena. */
struct member {
    const char *person;
    const char *sites;    /* split by '\n'; "" all sites */
    const char *language; /* ISO 639-1, or "" */
    int64_t first, last;  /* dates, or NO_NUMBER */
    const char *body;     /* the person's record, also while it is not in the feed */
};

bool member_on(const struct member *m, int64_t date);

/* Writes the row, as the roster says it from `now` on. When its sites are new, so are all records
 * about the person for every kiosk that may have them now or might before; *moved counts those. */
int database_member_put(struct database *db, const char *company, const struct member *m,
    int64_t now, int64_t *moved, struct err *err) ACHT_NODISCARD;
int database_member_get(struct database *db, const char *company, const char *person,
    struct arena *mem, struct member *out, struct err *err) ACHT_NODISCARD;
int database_member_remove(struct database *db, const char *company, const char *person,
    int64_t now, struct err *err) ACHT_NODISCARD;
/* Ids of all members, into mem. */
int database_members(struct database *db, const char *company, struct arena *mem, const char ***out,
    int64_t *count, struct err *err) ACHT_NODISCARD;

/* Whose record must come into the feed or leave it, for the date to be right: at most one page of
 * them, into mem. gone says which. */
struct due_member {
    const char *company, *body;
    bool gone;
};
int database_members_due(struct database *db, int64_t date, struct arena *mem,
    struct due_member **out, int64_t *count, struct err *err) ACHT_NODISCARD;

/* Puts people into the feed whose time at the company has come, and takes those out whose time is
 * over: once a day. Makes its own transactions. */
int members_new_day(struct database *db, int64_t date, struct err *err) ACHT_NODISCARD;

/* ---- what somebody was at the time ----
 *
 * What the roster says holds from the import that says it (or, when that is later, from the first
 * day that it names) until another import says something else: what a kiosk brings late is judged
 * by what its makers were when they made it, and no later import undoes or allows it. */

struct standing {
    bool there; /* on the roster, on a day between its first and last */
    const char *team;
    enum role role;
};

/* What the roster said of a person at an instant, into mem: 1; 0 when it did not know the person
 * yet; -1. */
int database_standing(struct database *db, const char *company, const char *person, int64_t at,
    struct arena *mem, struct standing *out, struct err *err) ACHT_NODISCARD;
/* Whether a team had a supervisor at an instant other than `except`: 1, 0, -1. */
int database_team_led(struct database *db, const char *company, const char *team,
    const char *except, int64_t at, struct err *err) ACHT_NODISCARD;
/* Notes what the roster says from `now` on, unless it has said so before. A body without a role:
 * the person is not on it. */
int database_standing_put(struct database *db, const char *company, const struct member *m,
    int64_t now, struct err *err) ACHT_NODISCARD;
/* Forgets what the roster no longer said before an instant; adds how many to *count. */
int database_standings_forget(
    struct database *db, int64_t before, int64_t *count, struct err *err) ACHT_NODISCARD;

/* ---- finding people ---- */

/* Ids of the people who decide for a team: its supervisors but `except`, or the company's contacts
 * when there is none (or the team is ""). */
int database_deciders(struct database *db, const char *company, const char *team,
    const char *except, struct arena *mem, const char ***out, int64_t *count,
    struct err *err) ACHT_NODISCARD;

/* The person with this badge hash, as a record that is not gone. */
int database_person_by_badge(struct database *db, const char *company, const char *badge,
    struct arena *mem, struct record *out, struct err *err) ACHT_NODISCARD;

/* Ids of all companies, into mem. */
int database_companies(struct database *db, struct arena *mem, const char ***out, int64_t *count,
    struct err *err) ACHT_NODISCARD;

/* Ids of a person's records of this type that were put for this kiosk only, into mem. */
int database_ids_at(struct database *db, const char *company, enum type_id type, const char *kiosk,
    const char *person, struct arena *mem, const char ***out, int64_t *count,
    struct err *err) ACHT_NODISCARD;

/* ---- PINs ---- */

#define PINS_MAX 3 /* that may be right for one entry */

/* Slow hashes of the PINs that may prove what a person did at `at`, newest first. The PIN that was
 * set last (by bounded time) is the person's. One that it replaced goes on proving, and may be
 * named by another change, for whatever was done before the replacement came in: what kiosks
 * without a line did with one PIN ends the same in whatever order it comes in, and no change that
 * was accepted is undone. */
struct kept_pin {
    int64_t set_at;
    char hash[SLOW_HASH];
};
int database_pins(struct database *db, const char *company, const char *person, int64_t at,
    struct kept_pin out[PINS_MAX], int *count, struct err *err) ACHT_NODISCARD;
/* Forgets PINs that were replaced so long before `now` that nobody brings what they proved; adds
 * how many to *count. */
int database_pins_forget(
    struct database *db, int64_t now, int64_t *count, struct err *err) ACHT_NODISCARD;
/* Writes the PIN of set_at. */
int database_pin_put(struct database *db, const char *company, const char *person,
    const struct kept_pin *pin, int64_t now, struct err *err) ACHT_NODISCARD;

struct pin_code {
    char hash[SLOW_HASH];
    int64_t expires, tries;
};
int database_pin_code_put(struct database *db, const char *company, const char *person,
    const struct pin_code *code, struct err *err) ACHT_NODISCARD; /* replaces one */
int database_pin_code_get(struct database *db, const char *company, const char *person,
    struct pin_code *out, struct err *err) ACHT_NODISCARD;
int database_pin_code_remove(
    struct database *db, const char *company, const char *person, struct err *err) ACHT_NODISCARD;

/* Wrong PINs around the moment `at`. */
struct pin_tries {
    int64_t streak, last;    /* of the person at the kiosk since a right one; time of the last */
    int64_t at_kiosk;        /* at the kiosk within `window` milliseconds */
    int64_t people_at_kiosk; /* how many people they claimed to be */
    int64_t people;          /* the same, in the whole company */
    int64_t kiosks;          /* where this person was claimed */
};
int database_pin_tries(struct database *db, const char *company, const char *person,
    const char *kiosk, int64_t at, int64_t window, struct pin_tries *out,
    struct err *err) ACHT_NODISCARD;
int database_pin_wrong(struct database *db, const char *company, const char *person,
    const char *kiosk, int64_t at, struct err *err) ACHT_NODISCARD;
int database_pin_right(struct database *db, const char *company, const char *person,
    const char *kiosk, struct err *err) ACHT_NODISCARD;
/* Whether an alarm about wrong PINs is due: 1 when the last one is older than `every`, which starts
 * a new one; 0 when not. */
int database_spray_due(struct database *db, const char *company, int64_t now, int64_t every,
    struct err *err) ACHT_NODISCARD;
#endif
