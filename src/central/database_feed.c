/* SPDX-License-Identifier: EUPL-1.2 */
/* The feed: what changed, as far as a kiosk may have it. */
#include <stdio.h>
#include <string.h>

#include "central/database_inner.h"

/* Rows that are read for a page; what is not for this kiosk is among them. */
#define ROWS_READ (2 * LIM_PAGE_RECORDS)

/* One changed record: a row of the query below. */
enum column { SEQ, BODY, AUDIENCE, TYPE, ID };

enum sight {
    SIGHT_WHOLE,
    SIGHT_TOMBSTONE, /* it may have had it before */
    SIGHT_NOTHING,
};

static bool names_site(const char *audience, const char *site)
{
    char line[LIM_ID + 2];
    snprintf(line, sizeof(line), "\n%s\n", site);
    return strstr(audience, line);
}

static enum sight sight(const struct feed_page *page, struct sql_stmt *row)
{
    const char *audience = sql_get_text(row, AUDIENCE);
    if (audience[0] == '=')
        return page->kiosk && strcmp(audience + 1, page->kiosk) == 0 ? SIGHT_WHOLE : SIGHT_NOTHING;
    if (!audience[0] || !page->site || !page->site[0] || names_site(audience, page->site))
        return SIGHT_WHOLE;
    return sql_get_number(row, SEQ) > page->start ? SIGHT_TOMBSTONE : SIGHT_NOTHING;
}

static int add_body(struct buf *lines, struct sql_stmt *row, enum sight seen)
{
    struct record r;
    if (seen == SIGHT_WHOLE)
        return buf_puts(lines, sql_get_text(row, BODY));
    const struct type *type = type_find(sql_get_text(row, TYPE), CLASS_RECORD);
    if (!type)
        BUG("a record of type %s", sql_get_text(row, TYPE));
    record_init_type(&r, type);
    r.id = sql_get_text(row, ID);
    r.gone = true;
    return record_to_json(&r, lines);
}

static int add_line(struct buf *lines, struct sql_stmt *row, enum sight seen)
{
    size_t start = lines->len;
    if (add_body(lines, row, seen) == 0 && buf_putc(lines, '\n') == 0)
        return 0;
    lines->overflow = false;
    buf_truncate(lines, start);
    return -1;
}

/* false: the page is full, and the row waits for the next one. */
static bool take_row(struct feed_page *page, struct buf *lines, struct sql_stmt *row)
{
    enum sight seen = sight(page, row);
    page->own |= *sql_get_text(row, TYPE) != '\0';
    if (seen != SIGHT_NOTHING) {
        page->more = page->count == LIM_PAGE_RECORDS || add_line(lines, row, seen) < 0;
        if (page->more)
            return false;
        page->count++;
    }
    page->last = sql_get_number(row, SEQ);
    return true;
}

/* Both halves come ordered from the index and are merged, so a page costs no more than its rows. */
int database_feed(struct database *db, const char *company, struct feed_page *page,
    struct buf *lines, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT seq, body, '', '', '' FROM record"
                          "  WHERE company = '' AND seq > ?2 AND (gone = 0 OR seq > ?3)"
                          " UNION ALL SELECT seq, body, audience, type, id FROM record"
                          "  WHERE company = ?1 AND seq > ?2 AND (gone = 0 OR seq > ?3)"
                          " ORDER BY seq LIMIT ?4");
    sql_text(s, 1, company);
    sql_number(s, 2, page->after);
    sql_number(s, 3, page->start);
    sql_number(s, 4, ROWS_READ);
    page->count = 0;
    page->own = false;
    page->last = page->after;
    page->more = false;
    int rc, rows = 0;
    while ((rc = sql_step(s, err)) > 0 && take_row(page, lines, s))
        rows++;
    if (rows == ROWS_READ)
        page->more = true;
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

/* Each is one look into the index. */
int database_feed_news(
    struct database *db, const char *company, int64_t after, struct feed_news *out, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT (SELECT min(seq) FROM record WHERE company = '' AND seq > ?2),"
                          " (SELECT min(seq) FROM record WHERE company = ?1 AND seq > ?2),"
                          " (SELECT max(seq) FROM record WHERE company = '')");
    sql_text(s, 1, company);
    sql_number(s, 2, after);
    *out = (struct feed_news){NO_NUMBER, NO_NUMBER, NO_NUMBER};
    int rc = sql_step(s, err);
    if (rc > 0)
        *out = (struct feed_news){sql_get_number(s, 0), sql_get_number(s, 1), sql_get_number(s, 2)};
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}
