/* SPDX-License-Identifier: EUPL-1.2 */
/* Days to choose from. */
#include "store/inner.h"

#include "base/clock.h"

enum { MONTHS = 6, FRIDAYS = 6, DATES = 12 };

static void add_day(struct rowset *rs, int64_t day, const char *town)
{
    char text[16];
    date_format(day, text);
    struct record *r = rowset_add(rs, TYPE_OCCASION);
    r->id = arena_strdup(&rs->mem, text);
    record_set_number(r, OCCASION_day, day);
    record_set_text(r, OCCASION_town, arena_strdup(&rs->mem, town));
}

static int add_dates(
    struct store *s, const char *course, int64_t today, struct rowset *rs, struct err *err)
{
    struct stmt *q = db_stmt(s->cache,
        "SELECT \"start\", min(place) FROM run WHERE course = ?1 AND \"start\" > ?2 "
        "GROUP BY \"start\" ORDER BY \"start\" LIMIT ?3");
    int rc;
    stmt_text(q, 1, course);
    stmt_number(q, 2, today);
    stmt_number(q, 3, DATES);
    while ((rc = stmt_step(q, err)) > 0)
        add_day(rs, stmt_get_number(q, 0), stmt_get_text(q, 1));
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
static void add_months(struct rowset *rs, int64_t today)
{
    struct civil c = civil_from_date(today);
    for (int i = 1; i <= MONTHS; i++) {
        int month = c.month - 1 + i;
        int64_t day = date_from_civil(c.year + month / 12, month % 12 + 1, 1);
        if (!has_day(rs, day))
            add_day(rs, day, "");
    }
}

int store_occasions(struct store *s, const char *course, int64_t today, int64_t first, int limit,
    struct rowset *rs, struct err *err)
{
    rowset_start(rs, DATES + MONTHS);
    if (cache_read_begin(s) &&
        cache_read_end(s, add_dates(s, course, today, rs, err), NULL, err) < 0)
        return -1;
    add_months(rs, today);
    keep_window(rs, first, limit);
    return 0;
}

void store_fridays(int64_t today, int64_t first, int limit, struct rowset *rs)
{
    int64_t weekday = civil_from_date(today).weekday;
    int64_t friday = today + (5 - weekday + 7) % 7;
    rowset_start(rs, FRIDAYS);
    for (int i = 0; i < FRIDAYS; i++)
        add_day(rs, friday + 7 * i, "");
    keep_window(rs, first, limit);
}
