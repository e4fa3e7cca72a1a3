/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* Raise it when the meaning of what is kept changes but the tables do not. */
#define CONTENT_VERSION "1"

/* Beside the tables of the types.
 * facts    struct course_facts of each course, as of the day in meta: loaded in one go
 * name     the numbers of themes, regions and providers in facts
 * terms    the words and families under which a course stands in posting, to take them out again
 * posting  the courses of a word, by blocks of courses, so that a page of a download touches few
 *          rows. An index of our own: it gives how well each course matches in one pass, which FTS5
 *          can only by several, and takes a tenth of its time for the prefix of one letter. */
static const char tables[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, text TEXT) STRICT, WITHOUT ROWID;"
    "CREATE TABLE facts(course INTEGER PRIMARY KEY, start INTEGER NOT NULL, facts BLOB NOT NULL)"
    " STRICT;"
    "CREATE INDEX facts_start ON facts(start);"
    "CREATE TABLE name(kind INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(kind, number), UNIQUE(kind, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE terms(course INTEGER PRIMARY KEY, terms TEXT NOT NULL) STRICT;"
    "CREATE TABLE posting(block INTEGER NOT NULL, term TEXT NOT NULL, courses BLOB NOT NULL,"
    " PRIMARY KEY(block, term)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vocabulary(part INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;"
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

struct stmt *record_upsert(struct db *db, const struct type *type)
{
    struct buf name = BUF_INIT(64);
    struct buf sql = BUF_INIT(8192);
    (void)buf_printf(&name, "upsert %s", type->name);
    (void)buf_printf(&sql, "INSERT INTO \"%s\"(id, generation", type->name);
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(&sql, ", \"%s\"", type->fields[i].name);
    (void)buf_puts(&sql, ") VALUES(?, ?");
    for (int i = 0; i < type->count; i++)
        (void)buf_puts(&sql, ", ?");
    (void)buf_puts(&sql, ") ON CONFLICT(id) DO UPDATE SET generation = excluded.generation");
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(
            &sql, ", \"%s\" = excluded.\"%s\"", type->fields[i].name, type->fields[i].name);
    struct stmt *s = db_stmt_named(db, name.p, sql.p);
    buf_release(&name);
    buf_release(&sql);
    return s;
}

struct stmt *record_select(struct db *db, enum type_id type_id, const char *name, const char *tail)
{
    const struct type *type = type_get(type_id);
    struct buf key = BUF_INIT(128);
    struct buf sql = BUF_INIT(8192);
    (void)buf_printf(&key, "select %s %s", type->name, name);
    (void)buf_puts(&sql, "SELECT id");
    for (int i = 0; i < type->count; i++)
        (void)buf_printf(&sql, ", \"%s\"", type->fields[i].name);
    (void)buf_printf(&sql, " FROM \"%s\" %s", type->name, tail);
    struct stmt *s = db_stmt_named(db, key.p, sql.p);
    buf_release(&key);
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
