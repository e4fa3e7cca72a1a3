/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/import_common.h"
#include "central/map.h"

#define ROWS_PER_COMMIT 10000
#define PROGRESS_EVERY 500 /* milliseconds */

struct catalogue {
    struct database *db; /* NULL: empty */
    struct import_job *job;
    struct import_result *result;
    struct reader in;
    struct map map;
    const char *source, *source_name;
    char file_source[LIM_ID];
    struct idset courses, runs;
    bool unsure;      /* a row was so bad that what it names is not known */
    struct arena row; /* texts of the present row */
    struct buf scratch;
    int64_t shown; /* when progress was shown last */
};

/* ---- where the courses come from ---- */

/* The name of the file without directory and extension. */
static int source_of_file(struct catalogue *c, struct err *err)
{
    const char *slash = strrchr(c->job->path, '/');
    const char *name = slash ? slash + 1 : c->job->path;
    const char *dot = strrchr(name, '.');
    size_t len = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    if (len >= sizeof(c->file_source))
        return err_set(err, ERR_USAGE, "the name of the file is too long to be a source");
    memcpy(c->file_source, name, len);
    c->source = *c->map.source ? c->map.source : c->file_source;
    c->source_name = *c->map.source_name ? c->map.source_name : name;
    if (!id_valid(c->source))
        return err_set(err, ERR_USAGE,
            "'%.60s' cannot name a source: use letters, digits, '-' and '_'", c->source);
    return 0;
}

static int put_source(struct catalogue *c, struct err *err)
{
    struct record r;
    struct import_count count = {0};
    struct buf name = BUF_INIT(LIM_TEXT);
    record_init(&r, TYPE_SOURCE);
    r.id = c->source;
    utf8_sanitize(&name, c->source_name, strlen(c->source_name), false);
    record_set_text(&r, SOURCE_name, name.p);
    record_set_number(&r, SOURCE_checked, c->job->now);
    int rc = record_check(&r, err);
    if (rc == 0)
        rc = import_put(c->db, "", c->source, &r, c->job->dry_run, &count, err);
    buf_release(&name);
    return rc < 0 ? -1 : 0;
}

/* ---- one row ---- */

static const char *cell(struct catalogue *c, int column, struct err *err)
{
    return map_text(&c->map, column, c->in.csv, &c->scratch, err);
}

/* The key of a course or run: "" when none is given, NULL when it is bad. */
static const char *read_key(struct catalogue *c, enum type_id type, struct err *err)
{
    const struct column *columns;
    int column = column_of(type, COLUMN_ID);
    columns_get(&columns);
    struct err why = {0};
    const char *text = cell(c, column, &why);
    if (text && *text && !id_valid(text))
        err_set(&why, ERR_DATA, "'%.80s' is not a key", utf8_valid(text, strlen(text)) ? text : "");
    if (text && !*text && type == TYPE_COURSE)
        err_set(&why, ERR_DATA, "key is missing");
    if (why.code == ERR_NONE)
        return arena_strdup(&c->row, text);
    column_err(err, columns[column].name, &why);
    return NULL;
}

static int read_fields(struct catalogue *c, struct record *r, enum type_id type, struct err *err)
{
    const struct column *columns;
    int count = columns_get(&columns);
    for (int i = 0; i < count; i++) {
        if (columns[i].type != type || columns[i].field == COLUMN_ID)
            continue;
        struct err why = {0};
        int field = columns[i].field;
        const char *text = cell(c, i, &why);
        if (!text ||
            value_parse(&r->type->fields[field], text, &c->row, &r->value[field], &why) < 0)
            return column_err(err, columns[i].name, &why);
    }
    return 0;
}

static int read_course(struct catalogue *c, const char *key, struct record *r, struct err *err)
{
    record_init(r, TYPE_COURSE);
    r->id = key;
    record_set_text(r, COURSE_source, c->source);
    return read_fields(c, r, TYPE_COURSE, err);
}

static int read_run(
    struct catalogue *c, const char *key, const char *course, struct record *r, struct err *err)
{
    record_init(r, TYPE_RUN);
    r->id = key;
    record_set_text(r, RUN_course, course);
    if (read_fields(c, r, TYPE_RUN, err) < 0)
        return -1;
    int64_t start = record_number(r, RUN_start), end = record_number(r, RUN_end);
    if (end != NO_NUMBER && end < start)
        return err_set(err, ERR_DATA, "column run_end: the last day is before the first");
    return 0;
}

static int put(struct catalogue *c, const struct record *r, struct idset *set,
    struct import_count *count, const char *column, struct err *err)
{
    int rc = import_put(c->db, "", c->source, r, c->job->dry_run, count, err);
    if (rc > 0)
        return err_set(err, ERR_DATA, "column %s: '%s' belongs to another source", column, r->id);
    if (rc == 0)
        idset_add(set, r->id, LOADED);
    return rc;
}

/* Both records are read before either is put, so a bad row leaves nothing behind. */
static int load_row(struct catalogue *c, struct err *err)
{
    struct record course, run;
    const char *key = read_key(c, TYPE_COURSE, err);
    const char *run_key = key ? read_key(c, TYPE_RUN, err) : NULL;
    if (key)
        idset_add(&c->courses, key, NAMED);
    c->unsure |= !run_key;
    if (!run_key)
        return -1;
    bool fresh = !(idset_flags(&c->courses, key) & LOADED);
    if (idset_flags(&c->runs, run_key) & LOADED)
        return err_set(err, ERR_DATA, "column run_key: '%s' stands there twice", run_key);
    if (*run_key)
        idset_add(&c->runs, run_key, NAMED);
    if ((fresh && read_course(c, key, &course, err) < 0) ||
        (*run_key && read_run(c, run_key, key, &run, err) < 0))
        return -1;
    if (fresh && put(c, &course, &c->courses, &c->result->courses, "key", err) < 0)
        return -1;
    return *run_key ? put(c, &run, &c->runs, &c->result->runs, "run_key", err) : 0;
}

/* ---- all rows ---- */

static void show_progress(struct catalogue *c, bool last)
{
    int64_t now = clock_monotonic();
    if (!c->job->progress || (!last && now - c->shown < PROGRESS_EVERY))
        return;
    c->shown = now;
    fprintf(stderr, "\r%lld rows%s", (long long)c->in.csv->row, last ? "\n" : "");
    fflush(stderr);
}

static bool writes(const struct catalogue *c)
{
    return c->db && !c->job->dry_run;
}

static int commit_part(struct catalogue *c, struct err *err)
{
    if (!writes(c))
        return 0;
    return database_commit(c->db, err) < 0 ? -1 : database_begin(c->db, err);
}

/* 1: go on; 0: the end; -1. Bad rows are told and passed over. */
static int next_row(struct catalogue *c, struct err *err)
{
    struct err bad = {0};
    arena_clear(&c->row);
    switch (csv_next(c->in.csv, &bad)) {
    case CSV_END:
        return 0;
    case CSV_FAILED:
        return err_set(err, bad.code, "%s: %s", c->job->path, bad.msg);
    case CSV_BAD:
        c->unsure = true;
        break;
    case CSV_ROW:
        if (load_row(c, &bad) == 0)
            return 1;
    }
    if (bad.code != ERR_DATA)
        return err_set(err, bad.code, "%s", bad.msg);
    problems_add(&c->job->problems, c->in.csv->row, &bad);
    return 1;
}

static int load_rows(struct catalogue *c, struct err *err)
{
    int rc;
    int64_t n = 0;
    while ((rc = next_row(c, err)) > 0) {
        if (++n % ROWS_PER_COMMIT == 0 && commit_part(c, err) < 0)
            return -1;
        show_progress(c, false);
    }
    show_progress(c, true);
    return rc == 0 && n == 0 ? reader_no_rows(c->job->path, err) : rc;
}

static int sweep(struct catalogue *c, struct err *err)
{
    c->result->kept = c->unsure;
    if (!c->db || c->unsure)
        return 0;
    bool dry = c->job->dry_run;
    if (import_sweep(c->db, "", c->source, TYPE_RUN, &c->runs, dry, &c->result->runs, err) < 0)
        return -1;
    return import_sweep(
        c->db, "", c->source, TYPE_COURSE, &c->courses, dry, &c->result->courses, err);
}

static int load_file(struct catalogue *c, struct err *err)
{
    if (load_rows(c, err) < 0 || sweep(c, err) < 0)
        return -1;
    return put_source(c, err);
}

static int load_within_transactions(struct catalogue *c, struct err *err)
{
    if (!writes(c))
        return load_file(c, err);
    if (database_begin(c->db, err) < 0)
        return -1;
    if (load_file(c, err) == 0 && database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
}

static int bind_columns(struct catalogue *c, struct err *err)
{
    struct err why = {0};
    if (c->job->map)
        return map_load(&c->map, c->job->map, c->in.csv, err);
    if (map_from_header(&c->map, c->in.csv, &why) < 0)
        return err_set(err, ERR_DATA, "%s:1: %s", c->job->path, why.msg);
    return 0;
}

int import_catalogue(
    struct database *db, struct import_job *job, struct import_result *result, struct err *err)
{
    struct catalogue c = {.db = db, .job = job, .result = result};
    buf_init(&c.scratch, 4 * (size_t)LIM_CSV_FIELD);
    *result = (struct import_result){0};
    int rc = reader_open(&c.in, job->path, err);
    if (rc == 0)
        rc = bind_columns(&c, err);
    if (rc == 0)
        rc = source_of_file(&c, err);
    if (rc == 0)
        rc = load_within_transactions(&c, err);
    reader_close(&c.in);
    map_release(&c.map);
    idset_release(&c.courses);
    idset_release(&c.runs);
    arena_release(&c.row);
    buf_release(&c.scratch);
    return rc;
}
