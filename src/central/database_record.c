/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "central/database_inner.h"

/* What stands there now; same: with the bytes of db->body. */
struct present {
    bool found, gone, same;
    char source[LIM_ID];
};

static int find_present(struct database *db, const char *company, const struct record *r,
    struct present *p, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT source, gone, body FROM record"
                          " WHERE type = ?1 AND id = ?2 AND company = " BOUND("?3"));
    sql_text(s, 1, r->type->name);
    sql_text(s, 2, r->id);
    sql_text(s, 3, company);
    int rc = sql_step(s, err);
    *p = (struct present){.found = rc > 0};
    if (rc > 0) {
        str_copy(p->source, sizeof(p->source), sql_get_text(s, 0));
        p->gone = sql_get_number(s, 1) != 0;
        p->same = strcmp(sql_get_text(s, 2), db->body.p) == 0;
    }
    sql_reset(s);
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

/* Whom a record is about, or "". */
static const char *person_of(const struct record *r)
{
    int field = r->gone ? -1 : type_field(r->type, "person");
    if (r->type == type_get(TYPE_PERSON))
        return r->id;
    return field < 0 ? "" : record_text(r, field);
}

/* audience NULL: the sites of that person, or, of who has left the roster, those that he had; of
 * whom nothing is known, no kiosk gets anything ('=' is the kiosk without an id). A tombstone goes
 * where the record went. */
static int write_record(struct database *db, const char *company, const char *source,
    const struct record *r, const char *person, const char *audience, struct err *err)
{
    memo_record_drop(db, company, type_id_of(r->type), r->id);
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO record (type, id, company, source, seq, gone, body, person, audience)"
        " VALUES (?1, ?2, coalesce(?3, ''), coalesce(?4, ''), ?5, ?6, ?7, coalesce(?8, ''),"
        "  coalesce(?9, (SELECT sites FROM member WHERE company = ?3 AND person = ?8),"
        "  (SELECT audience FROM record WHERE type = 'person' AND id = ?8 AND company = ?3),"
        "  CASE WHEN ?8 IS NULL OR ?1 = 'person' THEN '' ELSE '=' END))"
        " ON CONFLICT (type, id, company) DO UPDATE SET source = excluded.source,"
        " seq = excluded.seq, gone = excluded.gone, body = excluded.body,"
        " person = CASE excluded.gone WHEN 1 THEN record.person ELSE excluded.person END,"
        " audience = CASE WHEN excluded.gone = 1 OR excluded.audience = '='"
        " THEN record.audience ELSE excluded.audience END");
    sql_text(s, 1, r->type->name);
    sql_text(s, 2, r->id);
    sql_text(s, 3, company);
    sql_text(s, 4, source);
    sql_number(s, 5, next_seq(db));
    sql_number(s, 6, r->gone);
    sql_text(s, 7, db->body.p);
    sql_text(s, 8, person);
    sql_text(s, 9, audience);
    return sql_run(s, err);
}

static int make_body(struct database *db, const struct record *r, struct err *err)
{
    buf_clear(&db->body);
    if (record_to_json(r, &db->body) < 0)
        return err_set(err, ERR_DATA, "%s %s is too large", r->type->name, r->id);
    return 0;
}

int database_put(struct database *db, const char *company, const char *source,
    const struct record *r, bool dry, enum put_result *result, struct err *err)
{
    struct present present;
    if (make_body(db, r, err) < 0 || find_present(db, company, r, &present, err) < 0)
        return -1;
    *result = compare(&present, source, r);
    if (dry || *result == PUT_SAME || *result == PUT_FOREIGN)
        return 0;
    return write_record(db, company, source, r, person_of(r), NULL, err);
}

int database_put_at(struct database *db, const char *company, const char *source,
    const struct record *r, const char *kiosk, const char *person, struct err *err)
{
    char audience[LIM_ID + 1];
    snprintf(audience, sizeof(audience), "=%s", kiosk);
    return make_body(db, r, err) < 0 ? -1
                                     : write_record(db, company, source, r, person, audience, err);
}

static int read_body(
    enum type_id type, const char *body, struct arena *mem, struct record *out, struct err *err)
{
    return record_from_json(body, strlen(body), mem, out, err) == 0
               ? 1
               : err_set(err, ERR_CORRUPT, "a %s cannot be read back", type_get(type)->name);
}

int database_get(struct database *db, const char *company, enum type_id type, const char *id,
    struct arena *mem, struct record *out, struct err *err)
{
    const char *known = memo_record(db, company, type, id);
    if (known)
        return read_body(type, known, mem, out, err);
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT body FROM record"
        " WHERE type = ?1 AND id = ?2 AND company = " BOUND("?3") " AND gone = 0");
    sql_text(s, 1, type_get(type)->name);
    sql_text(s, 2, id);
    sql_text(s, 3, company);
    int rc = sql_step(s, err);
    if (rc > 0) {
        memo_record_keep(db, company, type, id, sql_get_text(s, 0));
        rc = read_body(type, sql_get_text(s, 0), mem, out, err);
    }
    sql_reset(s);
    return rc;
}

void text_list_add(struct text_list *list, const char *text)
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

int text_list_read(
    struct text_list *list, struct sql_stmt *s, const char ***out, int64_t *count, struct err *err)
{
    int rc;
    while ((rc = sql_step(s, err)) > 0)
        text_list_add(list, sql_get_text(s, 0));
    sql_reset(s);
    *out = list->items;
    *count = list->count;
    return rc;
}

int database_ids(struct database *db, const char *company, const char *source, enum type_id type,
    struct arena *mem, const char ***out, int64_t *count, struct err *err)
{
    struct text_list list = {.mem = mem};
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT id FROM record WHERE type = ?1 AND company = " BOUND(
                              "?2") " AND source = " BOUND("?3") " AND gone = 0");
    sql_text(s, 1, type_get(type)->name);
    sql_text(s, 2, company);
    sql_text(s, 3, source);
    return text_list_read(&list, s, out, count, err);
}

int database_each(struct database *db, enum type_id type, const char *company, database_see *see,
    void *context, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT company, body FROM record"
        " WHERE type = ?1 AND (?2 IS NULL OR company = ?2) AND gone = 0 ORDER BY seq");
    sql_text(s, 1, type_get(type)->name);
    sql_text(s, 2, company);
    int rc;
    while ((rc = sql_step(s, err)) > 0)
        see(context, sql_get_text(s, 0), sql_get_text(s, 1));
    sql_reset(s);
    return rc;
}

int database_count(struct database *db, enum type_id type, int64_t *count, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT count(*) FROM record WHERE type = ?1 AND gone = 0");
    sql_text(s, 1, type_get(type)->name);
    int rc = sql_step(s, err);
    *count = rc > 0 ? sql_get_number(s, 0) : 0;
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}
