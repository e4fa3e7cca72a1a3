/* SPDX-License-Identifier: EUPL-1.2 */
/* Searching while somebody types: search DATA SHARE FTS. What one key costs the kiosk, up to the
 * drawn picture, and what its store does of that, beside the bare FTS5 statement of the same words
 * on the same texts; FTS is the file with that index, made when it is not there. Times are of the
 * processor: the files are in memory, and others may be using the machine. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "kiosk/kiosk.h"
#include "support/measure.h"
#include "support/rng.h"

enum { QUERIES = 60, LONGEST = 8, HITS = 20, WINDOW = 48, FZF_QUERIES = 3, FRAME_MS = 16 };

struct bench {
    struct kiosk kiosk;
    struct canvas canvas;
    struct store *store; /* a second one, so that nothing is known yet */
    sqlite3 *fts;
    sqlite3_stmt *match, *title;
    int64_t titles;
    struct rowset rows;
    uint64_t random;
};

struct costs {
    struct samples key, store, fts;
};

/* ---- the floor ---- */

static void must(struct bench *b, int rc, int wanted)
{
    if (rc == wanted)
        return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(b->fts));
    die("the full-text index does not work");
}

static void make_index(struct bench *b, const char *cache)
{
    static const char attach[] = "ATTACH ?1 AS kiosk";
    static const char fill[] =
        "BEGIN; CREATE TABLE title(rowid INTEGER PRIMARY KEY, title TEXT);"
        "CREATE VIRTUAL TABLE words USING fts5(title, subject, offer, content='', "
        "prefix='1 2 3 4 5 6', tokenize='unicode61 remove_diacritics 2');"
        "INSERT INTO title SELECT rowid, title FROM kiosk.course;"
        "INSERT INTO words(rowid, title, subject, offer) SELECT course.rowid, title, "
        "concat_ws, provider || ' ' || coalesce((SELECT group_concat(place || ' ' || region, ' ') "
        "FROM kiosk.run WHERE run.course = course.id), '') FROM (SELECT *, rowid, "
        "coalesce(themes, '') || ' ' || coalesce(keywords, '') || ' ' || coalesce(certificate, '') "
        "AS concat_ws FROM kiosk.course) AS course; COMMIT;";
    sqlite3_stmt *s;
    must(b, sqlite3_prepare_v2(b->fts, attach, -1, &s, NULL), SQLITE_OK);
    sqlite3_bind_text(s, 1, cache, -1, SQLITE_STATIC);
    must(b, sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    must(b, sqlite3_exec(b->fts, fill, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t count_titles(struct bench *b)
{
    sqlite3_stmt *s;
    must(b, sqlite3_prepare_v2(b->fts, "SELECT count(*) FROM title", -1, &s, NULL), SQLITE_OK);
    int64_t n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    if (n == 0)
        die("there are no courses");
    return n;
}

static void open_floor(struct bench *b, const char *path, const char *cache)
{
    int there = access(path, F_OK) == 0;
    must(b, sqlite3_open(path, &b->fts), SQLITE_OK);
    if (!there)
        make_index(b, cache);
    must(b,
        sqlite3_prepare_v2(b->fts,
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?", -1,
            &b->match, NULL),
        SQLITE_OK);
    must(b,
        sqlite3_prepare_v2(b->fts, "SELECT title FROM title WHERE rowid = ?", -1, &b->title, NULL),
        SQLITE_OK);
    b->titles = count_titles(b);
}

/* "mig las" -> "mig" "las"* : all words, the last one still being typed. */
static void match_text(const char *words, char out[2 * LIM_QUERY])
{
    char word[LIM_ID];
    size_t used = 0;
    while (words_next(&words, word))
        used += (size_t)snprintf(
            out + used, 2 * LIM_QUERY - used, "\"%s\"%s ", word, *words ? "" : "*");
}

static double run_fts(struct bench *b, const char *words)
{
    char match[2 * LIM_QUERY] = "";
    match_text(words, match);
    double start = cpu_ms();
    sqlite3_bind_text(b->match, 1, match, -1, SQLITE_STATIC);
    sqlite3_bind_int(b->match, 2, HITS);
    while (sqlite3_step(b->match) == SQLITE_ROW)
        ;
    sqlite3_reset(b->match);
    return cpu_ms() - start;
}

/* ---- ours ---- */

static void check(int rc, const struct err *err)
{
    if (rc < 0)
        die(err->msg);
}

static void open_ours(struct bench *b, const char *data, const char *share)
{
    struct err err = {0};
    check(kiosk_open(&b->kiosk, share, data, "nl", &err), &err);
    check(kiosk_type(&b->kiosk, "Enter 2 1", &err), &err);
    canvas_init(&b->canvas, b->kiosk.height, b->kiosk.cols);
    check(store_open(&b->store, data, share, STORE_KIOSK, NULL, &err), &err);
}

/* The last letter of the words, typed when the others stand there already. */
static double run_key(struct bench *b, const char *words)
{
    size_t last = strlen(words) - 1;
    memset(b->kiosk.state.search.text, 0, sizeof(b->kiosk.state.search.text));
    memcpy(b->kiosk.state.search.text, words, last);
    kiosk_fetch(&b->kiosk);
    struct event ev = {.kind = EVENT_CHAR, .ch = (unsigned char)words[last]};
    double start = cpu_ms();
    kiosk_handle(&b->kiosk, &ev);
    struct view v = kiosk_view(&b->kiosk);
    view_draw(&v, &b->canvas);
    double took = cpu_ms() - start;
    if (strcmp(b->kiosk.state.search.text, words) != 0)
        die("the search screen does not take what is typed");
    return took;
}

/* What the search screen asks: the hits, and three facets with their counts. */
static double run_store(struct bench *b, const char *words)
{
    static const enum facet facets[] = {FACET_form, FACET_region, FACET_month};
    struct search_input in = {0};
    struct err err = {0};
    int64_t today = date_from_instant(clock_now());
    (void)str_copy(in.text, sizeof(in.text), words);
    double start = cpu_ms();
    check(store_search(b->store, &in, today, 0, WINDOW, &b->rows, NULL, &err), &err);
    for (int i = 0; i < 3; i++)
        check(store_facets(b->store, &in, today, facets[i], 0, WINDOW, &b->rows, &err), &err);
    return cpu_ms() - start;
}

static void measure(struct bench *b, const char *words, struct costs *c)
{
    samples_add(&c->key, run_key(b, words));
    samples_add(&c->fts, run_fts(b, words));
    samples_add(&c->store, run_store(b, words));
}

/* ---- queries ---- */

/* A random title as the search sees it. */
static void any_title(struct bench *b, struct buf *folded)
{
    sqlite3_bind_int64(b->title, 1, 1 + (int64_t)rng_below(&b->random, (uint64_t)b->titles));
    buf_clear(folded);
    if (sqlite3_step(b->title) == SQLITE_ROW)
        (void)words_fold(folded, (const char *)sqlite3_column_text(b->title, 0));
    sqlite3_reset(b->title);
}

/* A random word of a random title, of so many letters or more. */
static void any_word(struct bench *b, size_t least, char word[LIM_ID])
{
    struct buf folded = BUF_INIT(LIM_TEXT);
    char candidate[LIM_ID];
    for (word[0] = '\0'; !word[0];) {
        any_title(b, &folded);
        const char *s = folded.p;
        for (uint64_t seen = 0; words_next(&s, candidate);)
            if (strlen(candidate) >= least && rng_below(&b->random, ++seen) == 0)
                memcpy(word, candidate, LIM_ID);
    }
    buf_release(&folded);
}

static void prefix(struct bench *b, size_t length, char query[LIM_QUERY])
{
    char word[LIM_ID];
    any_word(b, length, word);
    snprintf(query, LIM_QUERY, "%.*s", (int)length, word);
}

static void word_and_prefix(struct bench *b, size_t length, char query[LIM_QUERY])
{
    char first[LIM_ID], second[LIM_ID];
    any_word(b, length, first);
    any_word(b, length, second);
    snprintf(query, LIM_QUERY, "%s %.*s", first, (int)length, second);
}

static void mistyped(struct bench *b, size_t length, char query[LIM_QUERY])
{
    char word[LIM_ID];
    any_word(b, length, word);
    size_t at = 1 + rng_below(&b->random, strlen(word) - 2);
    word[at] = (char)('a' + rng_below(&b->random, 26));
    snprintf(query, LIM_QUERY, "%s", word);
}

/* ---- the table ---- */

typedef void make_query(struct bench *b, size_t length, char query[LIM_QUERY]);

static void report_group(struct bench *b, const char *name, make_query *make, size_t length)
{
    struct costs c = {0};
    char query[LIM_QUERY], what[64];
    for (int i = 0; i < QUERIES; i++) {
        make(b, length, query);
        measure(b, query, &c);
    }
    snprintf(what, sizeof(what), "%s: store, p50", name);
    report(what, "ms", samples_median(&c.store), samples_median(&c.fts), 0);
    snprintf(what, sizeof(what), "%s: key to picture, p50", name);
    report(what, "ms", samples_median(&c.key), samples_median(&c.fts), 0);
    snprintf(what, sizeof(what), "%s: key to picture, p99", name);
    report_limit(
        what, "ms", samples_percentile(&c.key, 99), samples_percentile(&c.fts, 99), FRAME_MS);
    samples_release(&c.key);
    samples_release(&c.store);
    samples_release(&c.fts);
}

static void write_titles(struct bench *b, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        die("cannot write the titles");
    for (int64_t i = 1; i <= b->titles; i++) {
        sqlite3_bind_int64(b->title, 1, i);
        if (sqlite3_step(b->title) == SQLITE_ROW)
            fprintf(f, "%s\n", (const char *)sqlite3_column_text(b->title, 0));
        sqlite3_reset(b->title);
    }
    fclose(f);
}

static void measure_fzf(struct bench *b, const char *titles)
{
    struct samples ours = {0}, theirs = {0};
    char query[LIM_QUERY], filter[LIM_QUERY + 16];
    if (!program_exists("fzf")) {
        report_missing("processor time per key, against fzf", "fzf is not installed");
        return;
    }
    write_titles(b, titles);
    for (int i = 0; i < FZF_QUERIES; i++) {
        prefix(b, 5, query);
        snprintf(filter, sizeof(filter), "--filter=%s", query);
        samples_add(&ours, run_key(b, query));
        const char *const argv[] = {"fzf", filter, NULL};
        samples_add(&theirs, run_program(argv, titles, NULL).cpu);
    }
    report("processor time per key, against fzf on the titles", "ms", samples_median(&ours),
        samples_median(&theirs), 0.1);
    samples_release(&ours);
    samples_release(&theirs);
}

static void measure_all(struct bench *b)
{
    for (size_t length = 1; length <= LONGEST; length++) {
        char name[32];
        snprintf(name, sizeof(name), "search, %zu letter%s", length, length == 1 ? "" : "s");
        report_group(b, name, prefix, length);
    }
    report_group(b, "search, a word and 3 letters", word_and_prefix, 3);
    report_group(b, "search, a word with a slip", mistyped, 7);
}

int main(int argc, char **argv)
{
    static struct bench b;
    char cache[4096], titles[4096];
    if (argc != 4)
        die("usage: search DATA SHARE FTS");
    snprintf(cache, sizeof(cache), "%s/cache.db", argv[1]);
    snprintf(titles, sizeof(titles), "%s.titles", argv[3]);
    b.random = 8;
    open_floor(&b, argv[3], cache);
    open_ours(&b, argv[1], argv[2]);
    measure_all(&b);
    measure_fzf(&b, titles);
    return 0;
}
