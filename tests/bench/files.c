/* SPDX-License-Identifier: EUPL-1.2 */
/* What the kiosk's two files cost beside a bare SQLite file with the same settings: files CENTRAL
 * SHARE DIR, a directory that is not there yet. Asking for a course, and taking 5,000 records from
 * the server's database as the sync takes them from the feed. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "central/database.h"
#include "store/store.h"
#include "support/measure.h"

enum { ENTRIES = 200, PAGES = 10, PAGE_RECORDS = LIM_PAGE_RECORDS };

static void check(int rc, const struct err *err)
{
    if (rc < 0)
        die(err->msg);
}

/* ---- the floor ---- */

static void must(sqlite3 *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    die("the bare file does not work");
}

static sqlite3 *bare_open(const char *path, const char *schema)
{
    sqlite3 *db;
    (void)unlink(path);
    must(NULL, sqlite3_open(path, &db));
    must(db, sqlite3_exec(db, schema, NULL, NULL, NULL));
    return db;
}

static sqlite3_stmt *bare_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    must(db, sqlite3_prepare_v2(db, sql, -1, &s, NULL));
    return s;
}

static void bare_run(sqlite3 *db, sqlite3_stmt *s)
{
    must(db, sqlite3_step(s));
    must(db, sqlite3_reset(s));
}

/* ---- the journal ---- */

static void make_ask(struct record *ask)
{
    record_init(ask, TYPE_ASK);
    record_set_text(ask, ASK_person, "00000000-0000-7000-8000-000000000001");
    record_set_text(ask, ASK_course, "bench-000001");
    record_set_text(ask, ASK_title, "MIG/MAG-lassen niveau 1");
}

static double append_ours(struct store *s, const struct record *ask)
{
    struct err err = {0};
    double start = wall_ms();
    check(journal_append(s, ask, "kiosk", clock_now(), NULL, &err), &err);
    return wall_ms() - start;
}

static double append_bare(sqlite3 *db, sqlite3_stmt *insert, int i)
{
    static const char bytes[400];
    char id[32];
    snprintf(id, sizeof(id), "entry-%d", i);
    double start = wall_ms();
    sqlite3_bind_text(insert, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 2, bytes, sizeof(bytes), SQLITE_STATIC);
    bare_run(db, insert);
    return wall_ms() - start;
}

static void measure_journal(struct store *s, const char *bare_path)
{
    struct samples ours = {0}, theirs = {0};
    struct record ask;
    sqlite3 *db = bare_open(bare_path, "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;"
                                       "CREATE TABLE entry(seq INTEGER PRIMARY KEY, id TEXT UNIQUE,"
                                       " bytes BLOB)");
    sqlite3_stmt *insert = bare_prepare(db, "INSERT INTO entry(id, bytes) VALUES(?, ?)");
    make_ask(&ask);
    for (int i = 0; i < ENTRIES; i++) {
        samples_add(&ours, append_ours(s, &ask));
        samples_add(&theirs, append_bare(db, insert, i));
    }
    report_at_least("durable entries of the kiosk's journal", "per s", 1000 / samples_median(&ours),
        1000 / samples_median(&theirs), 0);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    samples_release(&ours);
    samples_release(&theirs);
}

/* ---- the feed ---- */

struct page {
    struct buf lines;
    struct arena mem;
    struct record *records;
    int count;
};

static void read_feed(const char *path, struct page pages[PAGES])
{
    struct database *db;
    struct err err = {0};
    struct feed_page at = {0};
    check(database_open(&db, path, &err), &err);
    for (int i = 0; i < PAGES; i++) {
        buf_init(&pages[i].lines, LIM_PAGE);
        check(database_feed(db, "", &at, &pages[i].lines, &err), &err);
        at.after = at.last;
        pages[i].records = mem_array(PAGE_RECORDS, sizeof(struct record));
    }
    database_close(db);
}

static void decode(struct page *p)
{
    struct err err = {0};
    p->count = 0;
    for (const char *line = p->lines.p; *line && p->count < PAGE_RECORDS;) {
        size_t len = strcspn(line, "\n");
        check(record_from_json(line, len, &p->mem, &p->records[p->count++], &err), &err);
        line += len + 1;
    }
}

/* As the sync does: page by page, each in a transaction, then the end of the download. */
static double take_ours(struct store *s, struct page pages[PAGES])
{
    struct err err = {0};
    double start = cpu_ms();
    for (int i = 0; i < PAGES; i++) {
        decode(&pages[i]);
        check(cache_apply(s, pages[i].records, pages[i].count, "next", &err), &err);
    }
    check(cache_finish(s, clock_now(), &err), &err);
    return cpu_ms() - start;
}

static void bind_bare(sqlite3_stmt *insert, const struct record *r)
{
    sqlite3_bind_text(insert, 1, r->id, -1, SQLITE_STATIC);
    for (int i = 0; i < COURSE_FIELDS; i++) {
        if (i >= r->type->count)
            sqlite3_bind_null(insert, i + 2);
        else if (kind_is_text(r->type->fields[i].kind))
            sqlite3_bind_text(insert, i + 2, r->value[i].text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(insert, i + 2, r->value[i].number);
    }
}

static void bare_schema(struct buf *create, struct buf *insert)
{
    buf_puts(create, "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL;"
                     "CREATE TABLE record(id TEXT NOT NULL UNIQUE");
    buf_puts(insert, "INSERT INTO record VALUES(?");
    for (int i = 0; i < COURSE_FIELDS; i++) {
        buf_printf(create, ", f%d", i);
        buf_puts(insert, ", ?");
    }
    buf_putc(create, ')');
    buf_putc(insert, ')');
}

static double take_bare(sqlite3 *db, const char *sql, const struct page pages[PAGES])
{
    sqlite3_stmt *insert = bare_prepare(db, sql);
    double start = cpu_ms();
    for (int i = 0; i < PAGES; i++) {
        must(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
        for (int r = 0; r < pages[i].count; r++) {
            bind_bare(insert, &pages[i].records[r]);
            bare_run(db, insert);
        }
        must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    }
    double took = cpu_ms() - start;
    sqlite3_finalize(insert);
    return took;
}

static void measure_feed(struct store *s, const char *central, const char *bare_path)
{
    static struct page pages[PAGES];
    struct buf create = BUF_INIT(LIM_TEXT), insert = BUF_INIT(LIM_TEXT);
    read_feed(central, pages);
    bare_schema(&create, &insert);
    sqlite3 *db = bare_open(bare_path, create.p);
    double ours = take_ours(s, pages);
    double theirs = take_bare(db, insert.p, pages);
    report("5,000 records of the feed, against bare inserts", "ms", ours, theirs, 0);
    sqlite3_close(db);
    for (int i = 0; i < PAGES; i++) {
        buf_release(&pages[i].lines);
        arena_release(&pages[i].mem);
        mem_free(pages[i].records);
    }
    buf_release(&create);
    buf_release(&insert);
}

int main(int argc, char **argv)
{
    char bare[4096];
    struct store *s;
    struct err err = {0};
    if (argc != 4)
        die("usage: files CENTRAL SHARE DIR");
    check(store_open(&s, argv[3], argv[2], STORE_SYNC, NULL, &err), &err);
    snprintf(bare, sizeof(bare), "%s/bare.db", argv[3]);
    measure_journal(s, bare);
    measure_feed(s, argv[1], bare);
    store_close(s);
    return 0;
}
