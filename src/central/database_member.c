/* SPDX-License-Identifier: EUPL-1.2 */
/* People beyond their records: where and when they belong to a company. */
#include <stdio.h>
#include <string.h>

#include "central/database_inner.h"
#include "central/people.h"

#define DUE_MAX 500 /* people whose record is put or taken in one transaction */

bool member_on(const struct member *m, int64_t date)
{
    return (m->first == NO_NUMBER || m->first <= date) && (m->last == NO_NUMBER || date <= m->last);
}

/* Sites as the audience of a record. */
static const char *audience_of(const char *sites, struct arena *mem)
{
    size_t len = strlen(sites);
    if (len == 0)
        return "";
    char *text = arena_alloc(mem, len + 3);
    snprintf(text, len + 3, "\n%s\n", sites);
    return text;
}

/* And back. */
static const char *sites_of(const char *audience, struct arena *mem)
{
    size_t len = strlen(audience);
    return len < 2 ? "" : arena_strndup(mem, audience + 1, len - 2);
}

/* ---- who may see what is about a person ---- */

static int list_elsewhere(struct database *db, const char *company, const char *person,
    const char *audience, struct text_list *list, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT type, id FROM record WHERE company = ?1 AND person = ?2 AND person <> ''"
        " AND gone = 0 AND audience <> coalesce(?3, '') AND audience NOT LIKE '=%' ORDER BY seq");
    int rc;
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, audience);
    while ((rc = sql_step(s, err)) > 0) {
        text_list_add(list, sql_get_text(s, 0));
        text_list_add(list, sql_get_text(s, 1));
    }
    sql_reset(s);
    return rc;
}

static int move_record(struct database *db, const char *company, const char *type, const char *id,
    const char *audience, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE record SET audience = coalesce(?4, ''), seq = ?5"
                                           " WHERE type = ?1 AND id = ?2 AND company = ?3");
    sql_text(s, 1, type);
    sql_text(s, 2, id);
    sql_text(s, 3, company);
    sql_text(s, 4, audience);
    sql_number(s, 5, next_seq(db));
    return sql_run(s, err);
}

static int move_records(struct database *db, const char *company, const char *person,
    const char *audience, struct arena *mem, int64_t *moved, struct err *err)
{
    struct text_list list = {.mem = mem};
    if (list_elsewhere(db, company, person, audience, &list, err) < 0)
        return -1;
    for (int64_t i = 0; i < list.count; i += 2)
        if (move_record(db, company, list.items[i], list.items[i + 1], audience, err) < 0)
            return -1;
    *moved = list.count / 2;
    return 0;
}

/* ---- members ---- */

static int write_member(struct database *db, const char *company, const struct member *m,
    const char *audience, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO member (company, person, sites, language, first, last, body)"
        " VALUES (?1, ?2, coalesce(?3, ''), coalesce(?4, ''), ?5, ?6, ?7)"
        " ON CONFLICT (company, person) DO UPDATE SET sites = excluded.sites,"
        " language = excluded.language, first = excluded.first, last = excluded.last,"
        " body = excluded.body");
    sql_text(s, 1, company);
    sql_text(s, 2, m->person);
    sql_text(s, 3, audience);
    sql_text(s, 4, m->language);
    sql_number(s, 5, m->first);
    sql_number(s, 6, m->last);
    sql_text(s, 7, m->body);
    return sql_run(s, err);
}

int database_member_put(struct database *db, const char *company, const struct member *m,
    int64_t now, int64_t *moved, struct err *err)
{
    struct arena mem = {0};
    const char *audience = audience_of(m->sites, &mem);
    int rc = write_member(db, company, m, audience, err);
    if (rc == 0)
        rc = database_standing_put(db, company, m, now, err);
    if (rc == 0)
        rc = move_records(db, company, m->person, audience, &mem, moved, err);
    arena_release(&mem);
    return rc;
}

int database_member_get(struct database *db, const char *company, const char *person,
    struct arena *mem, struct member *out, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT person, sites, language, first, last, body FROM member"
                          " WHERE company = ?1 AND person = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    int rc = sql_step(s, err);
    if (rc > 0)
        *out = (struct member){.person = arena_strdup(mem, sql_get_text(s, 0)),
            .sites = sites_of(sql_get_text(s, 1), mem),
            .language = arena_strdup(mem, sql_get_text(s, 2)),
            .first = sql_get_number(s, 3),
            .last = sql_get_number(s, 4),
            .body = arena_strdup(mem, sql_get_text(s, 5))};
    sql_reset(s);
    return rc;
}

int database_member_remove(
    struct database *db, const char *company, const char *person, int64_t now, struct err *err)
{
    const struct member nobody = {
        .person = person, .first = NO_NUMBER, .last = NO_NUMBER, .body = "{}"};
    struct sql_stmt *s = sql_stmt(db->sql, "DELETE FROM member WHERE company = ?1 AND person = ?2");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    return sql_run(s, err) < 0 ? -1 : database_standing_put(db, company, &nobody, now, err);
}

int database_members(struct database *db, const char *company, struct arena *mem, const char ***out,
    int64_t *count, struct err *err)
{
    struct text_list list = {.mem = mem};
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT person FROM member WHERE company = ?1");
    sql_text(s, 1, company);
    return text_list_read(&list, s, out, count, err);
}

int database_members_due(struct database *db, int64_t date, struct arena *mem,
    struct due_member **out, int64_t *count, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "SELECT m.company, m.body, CASE r.gone WHEN 0 THEN 1 ELSE 0 END FROM "
                          "member m LEFT JOIN record r"
                          "  ON r.type = 'person' AND r.id = m.person AND r.company = m.company"
                          " WHERE (coalesce(m.first, ?1) <= ?1 AND coalesce(m.last, ?1) >= ?1) = "
                          "(r.gone IS DISTINCT FROM 0)"
                          " LIMIT 500");
    int rc;
    *out = arena_alloc(mem, DUE_MAX * sizeof(**out));
    *count = 0;
    sql_number(s, 1, date);
    while ((rc = sql_step(s, err)) > 0 && *count < DUE_MAX)
        (*out)[(*count)++] = (struct due_member){.company = arena_strdup(mem, sql_get_text(s, 0)),
            .body = arena_strdup(mem, sql_get_text(s, 1)),
            .gone = sql_get_number(s, 2) != 0};
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

/* ---- finding people ---- */

static int list_role(struct database *db, const char *company, const char *role, const char *team,
    const char *except, struct text_list *list, struct err *err)
{
    const char **ignored;
    int64_t count;
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT id FROM record WHERE company = ?1 AND type = 'person' AND gone = 0 AND person <> ''"
        " AND json_extract(body, '$.role') = ?2 AND id <> coalesce(?4, '')"
        " AND (?3 IS NULL OR json_extract(body, '$.team') = ?3) ORDER BY id");
    sql_text(s, 1, company);
    sql_text(s, 2, role);
    sql_text(s, 3, team);
    sql_text(s, 4, except);
    return text_list_read(list, s, &ignored, &count, err);
}

int database_deciders(struct database *db, const char *company, const char *team,
    const char *except, struct arena *mem, const char ***out, int64_t *count, struct err *err)
{
    struct text_list list = {.mem = mem};
    if (*team && list_role(db, company, "supervisor", team, except, &list, err) < 0)
        return -1;
    if (list.count == 0 && list_role(db, company, "contact", "", except, &list, err) < 0)
        return -1;
    *out = list.items;
    *count = list.count;
    return 0;
}

int database_person_by_badge(struct database *db, const char *company, const char *badge,
    struct arena *mem, struct record *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT id FROM record WHERE company = ?1 AND type = 'person' AND gone = 0 AND person <> ''"
        " AND json_extract(body, '$.badge') = ?2");
    const char *id = "";
    sql_text(s, 1, company);
    sql_text(s, 2, badge);
    int rc = sql_step(s, err);
    if (rc > 0)
        id = arena_strdup(mem, sql_get_text(s, 0));
    sql_reset(s);
    return rc > 0 ? database_get(db, company, TYPE_PERSON, id, mem, out, err) : rc;
}

int database_companies(
    struct database *db, struct arena *mem, const char ***out, int64_t *count, struct err *err)
{
    struct text_list list = {.mem = mem};
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT id FROM company ORDER BY id");
    return text_list_read(&list, s, out, count, err);
}

int database_ids_at(struct database *db, const char *company, enum type_id type, const char *kiosk,
    const char *person, struct arena *mem, const char ***out, int64_t *count, struct err *err)
{
    struct text_list list = {.mem = mem};
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT id FROM record WHERE company = ?1 AND person = ?2 AND person <> '' AND type = ?3"
        " AND audience = '=' || ?4 AND gone = 0");
    sql_text(s, 1, company);
    sql_text(s, 2, person);
    sql_text(s, 3, type_get(type)->name);
    sql_text(s, 4, kiosk);
    return text_list_read(&list, s, out, count, err);
}
