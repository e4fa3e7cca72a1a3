/* SPDX-License-Identifier: EUPL-1.2 */
/* PINs that were tried on this kiosk. What became of a try is its entry's verdict; here stands only
 * when it was, so that a restart forgets nothing. */
#include "store/inner.h"

#include <string.h>

#include "base/clock.h"

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

/* The guard's clock goes with the monotonic one while the program runs, so that nobody gains
 * anything by setting the wall clock; from one run to the next the wall clock must do, within
 * bounds. */
static int start_guard(struct store *s, int64_t now, int64_t monotonic, struct err *err)
{
    struct stmt *q =
        db_stmt(s->journal, "SELECT at, clock FROM pin_try ORDER BY at DESC, entry DESC LIMIT 1");
    int rc = stmt_step(q, err);
    int64_t at = rc > 0 ? stmt_get_number(q, 0) : 0;
    int64_t away = rc > 0 ? now - stmt_get_number(q, 1) : 0;
    stmt_reset(q);
    if (rc < 0)
        return -1;
    s->guard = at + (away < 0 ? 0 : away > DAY ? DAY : away);
    s->guarded_at = monotonic + 1; /* 0 says: not yet */
    return 0;
}

static int guard_time(struct store *s, int64_t now, int64_t monotonic, int64_t *at, struct err *err)
{
    if (!s->guarded_at && start_guard(s, now, monotonic, err) < 0)
        return -1;
    *at = s->guard + monotonic + 1 - s->guarded_at;
    return 0;
}

/* ---- noting ---- */

static int note(struct store *s, const struct draft *d, int64_t at, int64_t now, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "DELETE FROM pin_try WHERE at < ?");
    stmt_number(q, 1, at - DAY);
    if (stmt_run(q, err) < 0)
        return -1;
    q = db_stmt(s->journal, "INSERT INTO pin_try(entry, person, at, clock) VALUES(?, ?, ?, ?)");
    stmt_text(q, 1, d->id);
    stmt_text(q, 2, record_text(d->fields, type_field(d->fields->type, "person")));
    stmt_number(q, 3, at);
    stmt_number(q, 4, now);
    return stmt_run(q, err);
}

struct trying {
    struct draft *d;
    const char *kiosk;
    int64_t now, at;
};

static int add_try(struct store *s, void *context, struct err *err)
{
    const struct trying *t = context;
    if (journal_put(s, t->d, t->kiosk, t->now, err) < 0)
        return -1;
    return note(s, t->d, t->at, t->now, err);
}

int pins_add(struct store *s, struct draft *d, const char *kiosk, int64_t now, int64_t monotonic,
    struct err *err)
{
    struct trying t = {d, kiosk, now, 0};
    if (guard_time(s, now, monotonic, &t.at, err) < 0)
        return -1;
    return journal_write(s, add_try, &t, err);
}

/* ---- waiting ---- */

/* One number that a statement finds about tries; NO_NUMBER when it finds none. */
static int ask(struct stmt *q, int64_t *out, struct err *err)
{
    int rc = stmt_step(q, err);
    *out = rc > 0 ? stmt_get_number(q, 0) : NO_NUMBER;
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static void later(int64_t *until, int64_t at)
{
    if (at > *until)
        *until = at;
}

static int64_t pause_after(int64_t wrong)
{
    int64_t pause = 30 * SECOND;
    for (int64_t i = PINS_WRONG; i < wrong && pause < HOUR; i++)
        pause *= 2;
    return wrong < PINS_WRONG ? 0 : pause < HOUR ? pause : HOUR;
}

#define TRIED "FROM pin_try JOIN verdict ON verdict.entry = pin_try.entry "

/* This person's wrong ones since the last right one. */
static int wait_of_person(struct store *s, const char *person, int64_t *until, struct err *err)
{
    struct stmt *q = db_stmt(s->journal,
        "SELECT count(*), max(at) " TRIED "WHERE person = ?1 AND kind = 'refused' AND at > "
        "(SELECT coalesce(max(at), -1) " TRIED "WHERE person = ?1 AND kind <> 'refused')");
    stmt_text(q, 1, person);
    int rc = stmt_step(q, err);
    if (rc > 0 && stmt_get_number(q, 0) >= PINS_WRONG)
        later(until, stmt_get_number(q, 1) + pause_after(stmt_get_number(q, 0)));
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static int wait_of_kiosk(struct store *s, int64_t at, int64_t *until, struct err *err)
{
    struct stmt *q =
        db_stmt(s->journal, "SELECT count(*), max(at) " TRIED "WHERE kind = 'refused' AND at > ?");
    stmt_number(q, 1, at - HOUR / 4);
    int rc = stmt_step(q, err);
    if (rc > 0 && stmt_get_number(q, 0) >= PINS_HERE)
        later(until, stmt_get_number(q, 1) + 60 * SECOND);
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

/* Tries without a verdict: the oldest of the last PINS_OPEN must be an hour old. */
static int wait_of_open(struct store *s, const char *person, int64_t *until, struct err *err)
{
    int64_t oldest;
    struct stmt *q =
        db_stmt(s->journal, "SELECT at FROM pin_try WHERE person = ?1 AND NOT EXISTS "
                            "(SELECT 1 FROM verdict WHERE verdict.entry = pin_try.entry) "
                            "ORDER BY at DESC LIMIT 1 OFFSET ?2");
    stmt_text(q, 1, person);
    stmt_number(q, 2, PINS_OPEN - 1);
    if (ask(q, &oldest, err) < 0)
        return -1;
    if (oldest != NO_NUMBER)
        later(until, oldest + HOUR);
    return 0;
}

int pins_wait(struct store *s, const char *person, int64_t now, int64_t monotonic, int64_t *seconds,
    struct err *err)
{
    int64_t at;
    int64_t until = 0;
    if (guard_time(s, now, monotonic, &at, err) < 0 || wait_of_person(s, person, &until, err) < 0 ||
        wait_of_kiosk(s, at, &until, err) < 0 || wait_of_open(s, person, &until, err) < 0)
        return -1;
    *seconds = until > at ? (until - at + SECOND - 1) / SECOND : 0;
    return 0;
}
