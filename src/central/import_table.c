/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "model/local.h"

#define KEY (-1)
#define PASSED_OVER (-2)
#define JOINED_ID 32 /* hexadecimal digits of a digest that name a record which has no key */

/* Where a cell of the row goes. */
struct binding {
    const char *column;        /* as the header has it */
    int field;                 /* or KEY, PASSED_OVER */
    const char *lang;          /* of a LOCAL */
    const struct alias *alias; /* NULL: none */
};

struct loading {
    struct table_job *job;
    const struct table *table;
    const struct type *type;
    struct import_count *count;
    struct reader in;
    struct binding bindings[LIM_CSV_COLUMNS];
    struct arena row; /* texts of the present row */
    struct buf scratch;
};

/* ---- the header ---- */

static const struct alias *alias_of(const struct table *t, const char *column)
{
    for (const struct alias *a = t->aliases; a && a->theirs; a++)
        if (strcmp(a->theirs, column) == 0)
            return a;
    return NULL;
}

/* "label", or "label_nl" of a text in languages. */
static bool bind_field(const struct type *type, const char *column, struct binding *b)
{
    for (int i = 0; i < type->count; i++) {
        size_t n = strlen(type->fields[i].name);
        if (strncmp(column, type->fields[i].name, n) != 0)
            continue;
        bool local = type->fields[i].kind == KIND_LOCAL;
        if (local ? column[n] == '_' && column[n + 1] : !column[n]) {
            b->field = i;
            b->lang = local ? column + n + 1 : NULL;
            return true;
        }
    }
    return false;
}

/* What the file itself calls a field of ours. */
static const char *their_name(const struct table *t, const char *ours)
{
    for (const struct alias *a = t->aliases; a && a->theirs; a++)
        if (strcmp(a->ours, ours) == 0)
            return a->theirs;
    return ours;
}

/* Two columns of one text are two languages. */
static bool is_taken(const struct loading *l, int cell)
{
    const struct binding *b = l->bindings;
    for (int i = 0; i < cell; i++)
        if (b[i].field == b[cell].field && (!b[cell].lang || strcmp(b[i].lang, b[cell].lang) == 0))
            return true;
    return false;
}

static int bind_cell(struct loading *l, int cell, struct err *err)
{
    const struct table *t = l->table;
    const char *column = arena_strdup(&l->row, csv_field(l->in.csv, cell));
    struct binding *b = &l->bindings[cell];
    b->column = column;
    b->field = PASSED_OVER;
    b->alias = alias_of(t, column);
    if ((t->aliases && !b->alias) ||
        (t->others && choice_index(t->others, column, strlen(column)) >= 0))
        return 0;
    const char *ours = b->alias ? b->alias->ours : column;
    if (strcmp(ours, "key") == 0 && t->joins[0] < 0)
        b->field = KEY;
    else if (!bind_field(l->type, ours, b))
        return err_set(err, ERR_DATA, "column '%.60s' is not known", column);
    if (is_taken(l, cell))
        return err_set(err, ERR_DATA, "column %s stands there twice", column);
    return 0;
}

static bool is_bound(const struct loading *l, int field)
{
    for (int i = 0; i < l->in.csv->count; i++)
        if (l->bindings[i].field == field)
            return true;
    return false;
}

/* A text in languages may have any; that is said by one of them. */
static int missing(const struct loading *l, const struct field *f, struct err *err)
{
    char name[LIM_ID];
    (void)snprintf(name, sizeof(name), "%s%s", f->name, f->kind == KIND_LOCAL ? "_nl" : "");
    return err_set(err, ERR_DATA, "column %s is missing", their_name(l->table, name));
}

/* The names live as long as the bindings. */
static int bind_header(struct loading *l, struct arena *names, struct err *err)
{
    struct arena none = l->row;
    l->row = *names;
    int rc = 0;
    for (int i = 0; rc == 0 && i < l->in.csv->count; i++)
        rc = bind_cell(l, i, err);
    *names = l->row;
    l->row = none;
    if (rc == 0 && l->table->joins[0] < 0 && !is_bound(l, KEY))
        rc = err_set(err, ERR_DATA, "column %s is missing", their_name(l->table, "key"));
    for (int i = 0; rc == 0 && i < l->type->count; i++)
        if (l->type->fields[i].needed && i != type_field(l->type, "source") && !is_bound(l, i))
            rc = missing(l, &l->type->fields[i], err);
    return rc;
}

/* ---- a row ---- */

static void add_local(
    struct loading *l, struct record *r, int field, const char *lang, const char *text)
{
    struct buf *b = &l->scratch;
    buf_clear(b);
    buf_printf(b, "%s%s%s:", record_text(r, field), *record_text(r, field) ? "\n" : "", lang);
    size_t before = b->len;
    utf8_sanitize(b, text, strlen(text), false);
    if (b->len > before)
        record_set_text(r, field, arena_strndup(&l->row, b->p, b->len));
}

/* The alias's way of writing it in our own. */
static const char *in_our_words(struct loading *l, const struct alias *a, const char *text)
{
    if (a && a->yes)
        return strcmp(text, a->yes) == 0 ? "true" : "false";
    if (!a || !a->split)
        return text;
    char *copy = arena_strdup(&l->row, text);
    for (char *s = copy; *s; s++)
        *s = *s == a->split ? ';' : *s == ';' ? ',' : *s;
    return copy;
}

static int read_cell(struct loading *l, struct record *r, int cell, struct err *err)
{
    struct err why = {0};
    const struct binding *b = &l->bindings[cell];
    const char *text = csv_field(l->in.csv, cell);
    int rc = 0;
    if (!utf8_valid(text, strlen(text)))
        rc = err_set(&why, ERR_DATA, "not UTF-8");
    else if (b->field == KEY)
        r->id = arena_strdup(&l->row, text);
    else if (b->lang)
        add_local(l, r, b->field, b->lang, text);
    else
        rc = value_parse(&l->type->fields[b->field], in_our_words(l, b->alias, text), &l->row,
            &r->value[b->field], &why);
    return rc < 0 ? column_err(err, b->column, &why) : 0;
}

/* What a record is called here: its key, or what it joins. In l->scratch. */
static const char *called(struct loading *l, const struct record *r)
{
    const int *j = l->table->joins;
    buf_clear(&l->scratch);
    if (j[0] < 0)
        buf_puts(&l->scratch, r->id);
    else
        buf_printf(&l->scratch, "%s %s", record_text(r, j[0]), record_text(r, j[1]));
    return l->scratch.p;
}

/* The name of what joins two things, the same in every import. */
static void join_id(struct loading *l, struct record *r)
{
    char digest[DIGEST_HEX];
    (void)called(l, r);
    sha256_hex(l->scratch.p, l->scratch.len, digest);
    r->id = arena_strndup(&l->row, digest, JOINED_ID);
}

static int read_row(struct loading *l, struct record *r, struct err *err)
{
    record_init(r, l->table->type);
    int source = type_field(l->type, "source");
    if (source >= 0)
        record_set_text(r, source, l->job->source);
    for (int i = 0; i < l->in.csv->count; i++)
        if (l->bindings[i].field != PASSED_OVER && read_cell(l, r, i, err) < 0)
            return -1;
    if (l->table->joins[0] >= 0)
        join_id(l, r);
    return 0;
}

/* ---- what it refers to ---- */

/* What is in the database and in the files no more is removed at the end. */
static bool will_go(const struct loading *l, const struct record *r)
{
    const struct idset *ids = &l->job->ids[type_id_of(r->type)];
    int source = type_field(r->type, "source");
    return ids->used > 0 && !idset_flags(ids, r->id) && !l->job->unsure && source >= 0 &&
           strcmp(record_text(r, source), l->job->source) == 0;
}

static int is_there(struct loading *l, enum type_id type, const char *id, struct err *err)
{
    struct record found;
    if (idset_flags(&l->job->ids[type], id) & LOADED)
        return 1;
    if (!l->job->db) /* what these files do not load is not known */
        return l->job->ids[type].used == 0;
    int rc = database_get(l->job->db, "", type, id, &l->row, &found, err);
    return rc > 0 && will_go(l, &found) ? 0 : rc;
}

static int check_references(struct loading *l, const struct record *r, struct err *err)
{
    for (int i = 0; i < l->type->count; i++) {
        const struct field *f = &l->type->fields[i];
        if (f->kind != KIND_REF || strcmp(f->name, "source") == 0 || !*record_text(r, i))
            continue;
        const struct type *to = type_find(f->choices, CLASS_RECORD);
        int there = to ? is_there(l, type_id_of(to), record_text(r, i), err) : 1;
        if (there < 0)
            return -1;
        if (there == 0)
            return err_set(err, ERR_DATA, "column %s: there is no %s '%s'", f->name, to->name,
                record_text(r, i));
    }
    return 0;
}

/* 1: this row says nothing new of a key that stands there again. */
static int is_repeat(const struct loading *l, const struct record *r)
{
    bool loaded = idset_flags(&l->job->ids[l->table->type], r->id) & LOADED;
    return l->table->repeats && (loaded || !*record_text(r, type_field(l->type, "label")));
}

static int put(struct loading *l, const struct record *r, struct err *err)
{
    struct idset *ids = &l->job->ids[l->table->type];
    if (idset_flags(ids, r->id) & LOADED)
        return err_set(err, ERR_DATA, "'%s' stands there twice", called(l, r));
    idset_add(ids, r->id, NAMED);
    if (record_check(r, err) < 0 || check_references(l, r, err) < 0)
        return -1;
    int rc = import_put(l->job->db, "", l->job->source, r, l->job->dry, l->count, err);
    if (rc > 0)
        return err_set(err, ERR_DATA, "'%s' belongs to another source", called(l, r));
    if (rc == 0)
        idset_add(ids, r->id, LOADED);
    return rc;
}

static int load_row(struct loading *l, struct err *err)
{
    struct record r;
    if (read_row(l, &r, err) < 0 || !id_valid(r.id)) {
        l->job->unsure = true;
        return err->code ? -1 : err_set(err, ERR_DATA, "key is missing, or is none");
    }
    return is_repeat(l, &r) ? 0 : put(l, &r, err);
}

/* ---- the file ---- */

static int load_rows(struct loading *l, const char *path, struct err *err)
{
    for (int64_t n = 0;; n++) {
        struct err bad = {0};
        arena_clear(&l->row);
        enum csv_result got = csv_next(l->in.csv, &bad);
        if (got == CSV_END)
            return n == 0 ? reader_no_rows(path, err) : 0;
        if (got == CSV_ROW && load_row(l, &bad) == 0)
            continue;
        if (got == CSV_FAILED || bad.code != ERR_DATA)
            return err_set(err, bad.code, "%s: %s", path, bad.msg);
        l->job->unsure |= got == CSV_BAD;
        if (got == CSV_ROW || !l->table->repeats) /* else whoever reads the file next tells it */
            problems_add(l->job->problems, l->in.csv->row, &bad);
    }
}

int table_load(struct table_job *job, const struct table *table, const char *dir,
    struct import_count *count, struct err *err)
{
    char path[PATH_ROOM];
    struct err why = {0};
    struct arena names = {0};
    struct loading l = {.job = job, .table = table, .count = count};
    l.type = type_get(table->type);
    buf_init(&l.scratch, LIM_LINE);
    job->problems->file = table->file;
    int rc = paths_join(path, dir, table->file, err);
    if (rc == 0)
        rc = reader_open(&l.in, path, err);
    if (rc == 0 && bind_header(&l, &names, &why) < 0)
        rc = err_set(err, ERR_DATA, "%s:1: %s", path, why.msg);
    if (rc == 0)
        rc = load_rows(&l, path, err);
    reader_close(&l.in);
    arena_release(&l.row);
    arena_release(&names);
    buf_release(&l.scratch);
    return rc;
}
