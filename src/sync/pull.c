/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "sync/run.h"

struct page {
    struct record records[LIM_PAGE_RECORDS];
    int count;
    struct trailer trailer;
    struct arena mem;
    bool restarted; /* once in a sync is enough */
};

/* The cursor is opaque: any character of an id may stand in it. */
static void feed_path(const char *cursor, struct buf *path)
{
    buf_puts(path, WIRE_FEED "?cursor=");
    for (const char *s = cursor; *s; s++)
        if ((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z') ||
            *s == '-' || *s == '.' || *s == '_')
            buf_putc(path, *s);
        else
            buf_printf(path, "%%%02X", (unsigned char)*s);
}

static int read_record(
    struct run *run, const char *line, size_t len, struct page *page, struct err *err)
{
    struct err why = {0};
    if (page->count == LIM_PAGE_RECORDS)
        return run_fail(
            run, CAUSE_server_wrong, err, "a page has more than %d records", LIM_PAGE_RECORDS);
    int rc = record_from_json(line, len, &page->mem, &page->records[page->count], &why);
    if (rc < 0)
        return run_fail(run, CAUSE_server_wrong, err, "a record cannot be read: %s", why.msg);
    page->count += rc == 0;
    return 0;
}

static int read_page(struct run *run, const struct response *r, struct page *page, struct err *err)
{
    size_t lines;
    if (run_check(run, r, &lines, &page->trailer, err) < 0)
        return -1;
    for (size_t at = 0; at < lines;) {
        const char *line = r->body.p + at;
        size_t n = (size_t)((const char *)memchr(line, '\n', lines - at) - line);
        if (read_record(run, line, n, page, err) < 0)
            return -1;
        at += n + 1;
    }
    return 0;
}

/* Nothing new: as a page without records. */
static void stay_at(const char *cursor, struct trailer *trailer)
{
    *trailer = (struct trailer){0};
    str_copy(trailer->next, sizeof(trailer->next), cursor);
}

/* Fetches the page after cursor. 1: the server does not know this cursor any more. */
static int fetch(struct run *run, const char *cursor, struct page *page, struct err *err)
{
    struct buf path = BUF_INIT(LIM_URL);
    struct response r;
    feed_path(cursor, &path);
    struct request q = {.path = path.p, .known = cursor};
    int rc = run_exchange(run, &q, &r, err);
    if (rc == 0 && r.status == 410)
        rc = 1;
    else if (rc == 0 && r.status == 304)
        stay_at(cursor, &page->trailer);
    else if (rc == 0)
        rc = read_page(run, &r, page, err);
    buf_release(&r.body);
    buf_release(&path);
    return rc;
}

static int apply(struct run *run, const char *cursor, const struct page *page, struct err *err)
{
    bool same = strcmp(page->trailer.next, cursor) == 0;
    if (!page->trailer.next[0] || (same && (page->trailer.more || page->count > 0)))
        return run_fail(run, CAUSE_server_wrong, err, "the feed does not move on");
    run->result->pages++;
    run->result->records += page->count;
    if (same)
        return 0;
    return cache_apply(run->store, page->records, page->count, page->trailer.next, err);
}

static int start_over(struct run *run, const char *cursor, struct page *page, struct err *err)
{
    if (!*cursor || page->restarted)
        return run_fail(run, CAUSE_server_wrong, err, "the server forgets its own cursors");
    page->restarted = true;
    return cache_restart(run->store, err);
}

/* One page: 1 when another one waits, 0 at the end. */
static int pull_page(struct run *run, struct page *page, struct err *err)
{
    char cursor[LIM_CURSOR];
    if (cache_cursor(run->store, cursor, err) < 0)
        return -1;
    arena_clear(&page->mem);
    page->count = 0;
    int rc = fetch(run, cursor, page, err);
    if (rc == 1)
        return start_over(run, cursor, page, err) < 0 ? -1 : 1;
    if (rc < 0 || apply(run, cursor, page, err) < 0)
        return -1;
    return page->trailer.more;
}

static void show_progress(const struct run *run, bool more)
{
    if (run->progress && run->result->pages > 0 && (more || run->result->pages > 1))
        fprintf(
            stderr, "\racht-sync: %d records fetched%s", run->result->records, more ? "" : "\n");
}

int run_pull(struct run *run, struct err *err)
{
    struct page *page = mem_alloc(sizeof(*page));
    int rc = 1;
    for (int i = 0; i < LIM_PAGES && rc == 1; i++) {
        rc = pull_page(run, page, err);
        show_progress(run, rc == 1);
    }
    if (rc == 1)
        rc = run_fail(run, CAUSE_server_wrong, err, "the feed does not end");
    arena_release(&page->mem);
    free(page);
    return rc < 0 ? -1 : cache_finish(run->store, run_now(run), err);
}
