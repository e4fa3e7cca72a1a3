/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* Raise it when the meaning of what is kept changes but the tables do not. */
#define CONTENT_VERSION "2"

/* Beside the tables of the types.
 * facts    struct course_facts of all courses, as of the day in meta
 * name     the numbers of themes, regions and providers in facts
 * terms    the words and families under which a course stands in posting, to take them out again
 * posting  the courses of a word, by blocks of courses, so that a page of a download touches few
 *          rows. An index of our own: it gives how well each course matches in one pass, which FTS5
 *          can only by several, and takes a tenth of its time for the prefix of one letter.
 * career   occupations, skills and what is between them as numbers (careers.c) */
static const char tables[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, text TEXT) STRICT, WITHOUT ROWID;"
    "CREATE TABLE facts(block INTEGER PRIMARY KEY, facts BLOB NOT NULL) STRICT;"
    "CREATE TABLE name(kind INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(kind, number), UNIQUE(kind, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE terms(course INTEGER PRIMARY KEY, terms TEXT NOT NULL) STRICT;"
    "CREATE TABLE posting(block INTEGER NOT NULL, term TEXT NOT NULL, courses BLOB NOT NULL,"
    " PRIMARY KEY(block, term)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vocabulary(part INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;"
    "CREATE TABLE career(kind INTEGER NOT NULL, part INTEGER NOT NULL, items BLOB NOT NULL,"
    " PRIMARY KEY(kind, part)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX need_occupation ON need(occupation);"
    "CREATE INDEX career_step_from ON career_step(\"from\");"
    "CREATE INDEX outcome_skill ON outcome(skill);"
    "CREATE INDEX run_course ON run(course, \"start\");"
    "CREATE INDEX run_start ON run(\"start\");"
    "CREATE INDEX person_badge ON person(badge);"
    "CREATE INDEX request_person ON request(person);"
    "-- content " CONTENT_VERSION "\n";

static void add_table(struct buf *sql, const struct type *type)
{
    (void)buf_printf(sql,
        "CREATE TABLE \"%s\"(rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
        "generation INTEGER NOT NULL",
        type->name);
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(sql, ", \"%s\" %s", type->fields[i].name,
            kind_is_text(type->fields[i].kind) ? "TEXT" : "INTEGER");
    (void)buf_puts(sql, ") STRICT;");
}

struct migration cache_schema(struct buf *sql)
{
    char digest[DIGEST_HEX];
    for (int t = 0; t < TYPES_COUNT; t++)
        if (type_get((enum type_id)t)->class == CLASS_RECORD)
            add_table(sql, type_get((enum type_id)t));
    if (buf_puts(sql, tables) < 0)
        BUG("the schema is too long");
    sha256_hex(sql->p, sql->len, digest);
    digest[7] = '\0';
    return (struct migration){(int)strtol(digest, NULL, 16) | 1, sql->p};
}

void record_bind(struct stmt *s, int first, const struct record *r)
{
    for (int i = 0; i < r->type->count; i++) {
        if (kind_is_text(r->type->fields[i].kind))
            stmt_text(s, first + i, r->value[i].text);
        else
            stmt_number(s, first + i, r->value[i].number);
    }
}

enum { NAME_MAX_BYTES = 64 };

/* "VERB TYPE REST" */
static void name_stmt(
    char out[NAME_MAX_BYTES], const char *verb, const struct type *type, const char *rest)
{
    const char *const parts[] = {verb, " ", type->name, " ", rest};
    size_t used = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        if (str_copy(out + used, NAME_MAX_BYTES - used, parts[i]) < 0)
            BUG("a statement's name is too long: %s", rest);
        used += strlen(parts[i]);
    }
}

static void upsert_sql(const struct type *type, struct buf *sql)
{
    (void)buf_printf(sql, "INSERT INTO \"%s\"(id, generation", type->name);
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(sql, ", \"%s\"", type->fields[i].name);
    (void)buf_puts(sql, ") VALUES(?, ?");
    for (int i = 0; i < type->count; i++)
        (void)buf_puts(sql, ", ?");
    (void)buf_puts(sql, ") ON CONFLICT(id) DO UPDATE SET generation = excluded.generation");
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(
            sql, ", \"%s\" = excluded.\"%s\"", type->fields[i].name, type->fields[i].name);
}

struct stmt *record_upsert(struct db *db, const struct type *type)
{
    char name[NAME_MAX_BYTES];
    name_stmt(name, "upsert", type, "");
    struct stmt *s = db_stmt_known(db, name);
    if (s)
        return s;
    struct buf sql = BUF_INIT(8192);
    upsert_sql(type, &sql);
    s = db_stmt_named(db, name, sql.p);
    buf_release(&sql);
    return s;
}

struct stmt *record_delete(struct db *db, const struct type *type, const char *where)
{
    char name[NAME_MAX_BYTES];
    name_stmt(name, "delete", type, where);
    struct stmt *s = db_stmt_known(db, name);
    if (s)
        return s;
    struct buf sql = BUF_INIT(256);
    (void)buf_printf(&sql, "DELETE FROM \"%s\" WHERE %s", type->name, where);
    s = db_stmt_named(db, name, sql.p);
    buf_release(&sql);
    return s;
}

struct stmt *record_select(struct db *db, enum type_id type_id, const char *name, const char *tail)
{
    const struct type *type = type_get(type_id);
    char full[NAME_MAX_BYTES];
    name_stmt(full, "select", type, name);
    struct stmt *s = db_stmt_known(db, full);
    if (s)
        return s;
    struct buf sql = BUF_INIT(8192);
    (void)buf_puts(&sql, "SELECT id");
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(&sql, ", \"%s\"", type->fields[i].name);
    (void)buf_printf(&sql, " FROM \"%s\" %s", type->name, tail);
    s = db_stmt_named(db, full, sql.p);
    buf_release(&sql);
    return s;
}

struct record *record_fetch(struct stmt *s, enum type_id type, struct rowset *rs)
{
    struct record *r = rowset_add(rs, type);
    r->id = arena_strdup(&rs->mem, stmt_get_text(s, 0));
    for (int i = 0; i < r->type->count; i++) {
        if (kind_is_text(r->type->fields[i].kind))
            r->value[i].text = arena_strdup(&rs->mem, stmt_get_text(s, i + 1));
        else
            r->value[i].number = stmt_get_number(s, i + 1);
    }
    return r;
}

int record_fetch_all(struct stmt *s, enum type_id type, struct rowset *rs, struct err *err)
{
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        (void)record_fetch(s, type, rs);
    return rc;
}
