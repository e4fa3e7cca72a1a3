/* SPDX-License-Identifier: EUPL-1.2 */
/* Days to choose from. */
#include "store/inner.h"

#include "base/clock.h"
#include "model/request.h"

enum { MONTHS = 6, FRIDAYS = 6, DATES = 12 };

static struct record *add_day(struct rowset *rs, int64_t day)
{
    char text[16];
    date_format(day, text);
    struct record *r = rowset_add(rs, TYPE_OCCASION);
    r->id = arena_strdup(&rs->mem, text);
    record_set_number(r, OCCASION_day, day);
    return r;
}

/* The day on which a run starts, or NO_NUMBER. */
static int start_of(struct store *s, const char *run, int64_t *day, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT \"start\" FROM run WHERE id = ?1");
    stmt_text(q, 1, run);
    int rc = stmt_step(q, err);
    *day = rc > 0 ? stmt_get_number(q, 0) : NO_NUMBER;
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static int add_dates(struct store *s, const char *course, int64_t today, int64_t but,
    struct rowset *rs, struct err *err)
{
    struct stmt *q = db_stmt(s->cache,
        "SELECT \"start\", min(place) FROM run WHERE course = ?1 AND \"start\" > ?2 "
        "AND \"start\" IS NOT ?4 GROUP BY \"start\" ORDER BY \"start\" LIMIT ?3");
    int rc;
    stmt_text(q, 1, course);
    stmt_number(q, 2, today);
    stmt_number(q, 3, DATES);
    stmt_number(q, 4, but);
    while ((rc = stmt_step(q, err)) > 0) {
        struct record *r = add_day(rs, stmt_get_number(q, 0));
        record_set_number(r, OCCASION_starts, 1);
        record_set_text(r, OCCASION_town, arena_strdup(&rs->mem, stmt_get_text(q, 1)));
    }
    return rc;
}

static bool has_day(const struct rowset *rs, int64_t day)
{
    for (int i = 0; i < rs->count; i++)
        if (record_number(&rs->rows[i], OCCASION_day) == day)
            return true;
    return false;
}

/* A day is named once: an id must say which row is meant. */
static void add_months(struct rowset *rs, int64_t today, int64_t but)
{
    struct civil c = civil_from_date(today);
    for (int i = 1; i <= MONTHS; i++) {
        int month = c.month - 1 + i;
        int64_t day = date_from_civil(c.year + month / 12, month % 12 + 1, 1);
        if (day != but && !has_day(rs, day))
            record_set_number(add_day(rs, day), OCCASION_starts, 0);
    }
}

int store_occasions(struct store *s, const char *course, const char *run, int64_t today,
    int64_t first, int limit, struct rowset *rs, struct err *err)
{
    int64_t asked = NO_NUMBER;
    rowset_start(rs, DATES + MONTHS + 1);
    if (cache_read_begin(s)) {
        int rc = start_of(s, run, &asked, err);
        if (rc == 0)
            rc = add_dates(s, course, today, asked, rs, err);
        if (cache_read_end(s, rc, NULL, err) < 0)
            return -1;
    }
    if (rs->count == 0)
        rowset_add(rs, TYPE_OCCASION)->id = NO_OTHER_DAY_ID;
    add_months(rs, today, asked);
    keep_window(rs, first, limit);
    return 0;
}

void store_fridays(int64_t today, int64_t first, int limit, struct rowset *rs)
{
    int64_t weekday = civil_from_date(today).weekday;
    int64_t friday = today + (5 - weekday + 7) % 7;
    rowset_start(rs, FRIDAYS);
    for (int i = 0; i < FRIDAYS; i++)
        add_day(rs, friday + 7 * i);
    keep_window(rs, first, limit);
}
