/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/sqlite.h"

/* What stands there now; same: with the bytes of db->body. */
struct present {
    bool found, gone, same;
    char source[LIM_ID];
};

static int find_present(struct database *db, const char *company, const struct record *r,
    struct present *p, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT source, gone, body FROM record"
                                     " WHERE type = ?1 AND id = ?2 AND company = coalesce(?3, '')");
    stmt_text(s, 1, r->type->name);
    stmt_text(s, 2, r->id);
    stmt_text(s, 3, company);
    int rc = stmt_step(s, err);
    *p = (struct present){.found = rc > 0};
    if (rc > 0) {
        str_copy(p->source, sizeof(p->source), stmt_get_text(s, 0));
        p->gone = stmt_get_number(s, 1) != 0;
        p->same = strcmp(stmt_get_text(s, 2), db->body.p) == 0;
    }
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

static enum put_result compare(const struct present *p, const char *source, const struct record *r)
{
    if (!p->found || (p->gone && !r->gone))
        return r->gone ? PUT_SAME : PUT_NEW;
    if (!p->gone && strcmp(p->source, source) != 0)
        return PUT_FOREIGN;
    return p->same ? PUT_SAME : PUT_CHANGED;
}

static int write_record(struct database *db, const char *company, const char *source,
    const struct record *r, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "INSERT INTO record (type, id, company, source, seq, gone, body)"
                        " VALUES (?1, ?2, coalesce(?3, ''), coalesce(?4, ''), ?5, ?6, ?7)"
                        " ON CONFLICT (type, id, company) DO UPDATE SET source = excluded.source,"
                        " seq = excluded.seq, gone = excluded.gone, body = excluded.body");
    stmt_text(s, 1, r->type->name);
    stmt_text(s, 2, r->id);
    stmt_text(s, 3, company);
    stmt_text(s, 4, source);
    stmt_number(s, 5, sqlite_next_seq(db));
    stmt_number(s, 6, r->gone);
    stmt_text(s, 7, db->body.p);
    return stmt_run(s, err);
}

int database_put(struct database *db, const char *company, const char *source,
    const struct record *r, bool dry, enum put_result *result, struct err *err)
{
    struct present present;
    buf_clear(&db->body);
    if (record_to_json(r, &db->body) < 0)
        return err_set(err, ERR_DATA, "%s %s is too large", r->type->name, r->id);
    if (find_present(db, company, r, &present, err) < 0)
        return -1;
    *result = compare(&present, source, r);
    if (dry || *result == PUT_SAME || *result == PUT_FOREIGN)
        return 0;
    return write_record(db, company, source, r, err);
}

int database_get(struct database *db, const char *company, enum type_id type, const char *id,
    struct arena *mem, struct record *out, struct err *err)
{
    struct stmt *s =
        db_stmt(db->db, "SELECT body FROM record"
                        " WHERE type = ?1 AND id = ?2 AND company = coalesce(?3, '') AND gone = 0");
    stmt_text(s, 1, type_get(type)->name);
    stmt_text(s, 2, id);
    stmt_text(s, 3, company);
    int rc = stmt_step(s, err);
    if (rc > 0) {
        const char *body = stmt_get_text(s, 0);
        if (record_from_json(body, strlen(body), mem, out, err) != 0)
            rc = err_set(err, ERR_CORRUPT, "a %s cannot be read back", type_get(type)->name);
    }
    stmt_reset(s);
    return rc;
}

/* A list of texts that grows within an arena. */
struct text_list {
    struct arena *mem;
    const char **items;
    int64_t count, room;
};

static void text_list_add(struct text_list *list, const char *text)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        const char **items = arena_alloc(list->mem, (size_t)list->room * sizeof(*items));
        if (list->count)
            memcpy(items, list->items, (size_t)list->count * sizeof(*items));
        list->items = items;
    }
    list->items[list->count++] = arena_strdup(list->mem, text);
}

int database_ids(struct database *db, const char *company, const char *source, enum type_id type,
    struct arena *mem, const char ***out, int64_t *count, struct err *err)
{
    struct text_list list = {.mem = mem};
    struct stmt *s =
        db_stmt(db->db, "SELECT id FROM record WHERE type = ?1 AND company = coalesce(?2, '')"
                        " AND source = coalesce(?3, '') AND gone = 0");
    stmt_text(s, 1, type_get(type)->name);
    stmt_text(s, 2, company);
    stmt_text(s, 3, source);
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        text_list_add(&list, stmt_get_text(s, 0));
    stmt_reset(s);
    *out = list.items;
    *count = list.count;
    return rc;
}

int database_each(struct database *db, enum type_id type, const char *company, database_see *see,
    void *context, struct err *err)
{
    struct stmt *s = db_stmt(db->db,
        "SELECT company, body FROM record"
        " WHERE type = ?1 AND (?2 IS NULL OR company = ?2) AND gone = 0 ORDER BY seq");
    stmt_text(s, 1, type_get(type)->name);
    stmt_text(s, 2, company);
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        see(context, stmt_get_text(s, 0), stmt_get_text(s, 1));
    stmt_reset(s);
    return rc;
}

int database_count(struct database *db, enum type_id type, int64_t *count, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT count(*) FROM record WHERE type = ?1 AND gone = 0");
    stmt_text(s, 1, type_get(type)->name);
    int rc = stmt_step(s, err);
    *count = rc > 0 ? stmt_get_number(s, 0) : 0;
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

static int add_line(struct buf *lines, const char *body)
{
    size_t start = lines->len;
    if (buf_puts(lines, body) == 0 && buf_putc(lines, '\n') == 0)
        return 0;
    lines->overflow = false;
    buf_truncate(lines, start);
    return -1;
}

/* Both halves come ordered from the index and are merged, so a page costs no more than its rows. */
int database_feed(struct database *db, const char *company, struct feed_page *page,
    struct buf *lines, struct err *err)
{
    struct stmt *s = db_stmt(db->db, "SELECT seq, body FROM record"
                                     "  WHERE company = '' AND seq > ?2 AND (gone = 0 OR seq > ?3)"
                                     " UNION ALL SELECT seq, body FROM record"
                                     "  WHERE company = ?1 AND seq > ?2 AND (gone = 0 OR seq > ?3)"
                                     " ORDER BY seq");
    stmt_text(s, 1, company);
    stmt_number(s, 2, page->after);
    stmt_number(s, 3, page->start);
    page->count = 0;
    page->last = page->after;
    page->more = false;
    int rc;
    while ((rc = stmt_step(s, err)) > 0) {
        page->more = page->count == LIM_PAGE_RECORDS || add_line(lines, stmt_get_text(s, 1)) < 0;
        if (page->more)
            break;
        page->count++;
        page->last = stmt_get_number(s, 0);
    }
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}
