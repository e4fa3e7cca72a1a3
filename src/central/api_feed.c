/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "central/api.h"
#include "central/clerk.h"
#include "central/docket.h"

#define TAG 16                                  /* digits of the cursor's first part */
#define CONTACT_EVERY (10 * 60 * INT64_C(1000)) /* a pull alone is noted this often */

/* Cursors of another server, company or site do not start with this. */
static void make_tag(struct central *c, const struct kiosk *kiosk, char tag[TAG + 1])
{
    char hash[DIGEST_HEX];
    struct sha256 s;
    sha256_start(&s);
    sha256_add(&s, database_server_id(c->db), strlen(database_server_id(c->db)) + 1);
    sha256_add(&s, kiosk->company, strlen(kiosk->company) + (*kiosk->site != '\0'));
    sha256_add(&s, kiosk->site, strlen(kiosk->site));
    sha256_end(&s, hash);
    memcpy(tag, hash, TAG);
    tag[TAG] = '\0';
}

static int read_seq(const char **at, char end, int64_t last, int64_t *seq)
{
    char *stop;
    errno = 0;
    if (**at < '0' || **at > '9')
        return -1;
    *seq = strtoll(*at, &stop, 10);
    if (errno || *stop != end || *seq > last)
        return -1;
    *at = stop + (end != '\0');
    return 0;
}

/* TAG.AFTER.START, see struct feed_page. A place that this database has not reached yet belongs to
 * one that was lost. */
static int read_cursor(const char *cursor, const char *tag, int64_t last, struct feed_page *page)
{
    *page = (struct feed_page){.start = last};
    if (!*cursor)
        return 0;
    if (strncmp(cursor, tag, TAG) != 0 || cursor[TAG] != '.')
        return -1;
    cursor += TAG + 1;
    return read_seq(&cursor, '.', last, &page->after) < 0 ||
                   read_seq(&cursor, '\0', last, &page->start) < 0
               ? -1
               : 0;
}

static int write_note(
    struct central *c, const char *kiosk, const struct feed_note *note, struct err *err)
{
    if (database_begin(c->db, err) < 0)
        return -1;
    if (docket_note(c->db, kiosk, note, err) == 0 && database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
}

static bool long_ago(int64_t then, int64_t now)
{
    return then == NO_NUMBER || now - then >= CONTACT_EVERY;
}

/* A kiosk that asks for what comes after a place has all that stands before it: offers of seats run
 * from there. Whether it got what it is given now is believed, unless it was given as much before
 * and yet asks for it again. */
static struct feed_note read_note(
    const struct kiosk *kiosk, int64_t has, const struct feed_page *page, int64_t now)
{
    struct feed_note note = {has, NO_NUMBER, NO_NUMBER, now};
    if (page->more)
        return note;
    note.handed = page->last;
    if (page->count == 0 || has >= kiosk->handed)
        note.synced = now;
    return note;
}

/* Written only when it has come further, or was not heard of for a while. */
static void keep_note(struct central *c, const struct kiosk *kiosk, const struct feed_note *note)
{
    struct err err = {0};
    bool syncs = note->synced != NO_NUMBER && long_ago(kiosk->synced, note->contact);
    bool given = note->handed != NO_NUMBER && note->handed > kiosk->handed;
    if (!long_ago(kiosk->contact, note->contact) && !syncs && !given &&
        note->served <= kiosk->served)
        return;
    if (c->clerk)
        clerk_note(c->clerk, kiosk->id, note);
    else if (write_note(c, kiosk->id, note, &err) < 0)
        api_log(c, "warning: how far a kiosk has read was not noted: %s", err.msg);
}

static int read_page(struct central *c, const struct kiosk *kiosk, struct feed_page *page,
    struct buf *body, struct err *err)
{
    body->max = LIM_PAGE - TRAILER_ROOM;
    page->kiosk = kiosk->id;
    page->site = kiosk->site;
    int rc = database_feed(c->db, kiosk->company, page, body, err);
    body->max = LIM_PAGE;
    return rc;
}

/* Which page of everyone's records this would be; false: there is nothing new among them. */
static bool page_key(
    const struct feed_page *page, const struct feed_news *news, struct page_key *key)
{
    *key = (struct page_key){news->first, news->last, page->start};
    if (news->first != NO_NUMBER && news->first > page->start)
        key->start = 0; /* what is gone was not before the download began */
    return news->first != NO_NUMBER;
}

/* Whether the page is kept, and nothing of the company's own belongs into it. */
static bool find_page(struct central *c, const struct page_key *key, int64_t own,
    struct feed_page *page, struct trailer *t, struct buf *body)
{
    const struct kept_page *kept = pages_find(c->pages, key);
    if (!kept || (own != NO_NUMBER && (!kept->more || own <= kept->last)) ||
        buf_add(body, kept->lines.p, kept->lines.len) < 0)
        return false;
    page->count = kept->count;
    page->last = kept->last;
    page->more = kept->more;
    memcpy(t->digest, kept->digest, sizeof(t->digest));
    return true;
}

/* What only everyone's records are in is kept for others, unless there are changes among them that
 * may still be taken back. */
static int fill_page(struct central *c, const struct kiosk *kiosk, struct feed_page *page,
    struct trailer *t, struct buf *body, struct err *err)
{
    struct feed_news news;
    struct page_key key;
    if (!c->pages || database_reads_ahead(c->db))
        return read_page(c, kiosk, page, body, err);
    if (database_feed_news(c->db, kiosk->company, page->after, &news, err) < 0)
        return -1;
    bool keeps = page_key(page, &news, &key);
    if (keeps && find_page(c, &key, news.own, page, t, body))
        return 0;
    if (read_page(c, kiosk, page, body, err) < 0)
        return -1;
    if (!keeps || page->own || page->count == 0)
        return 0;
    sha256_hex(body->p, body->len, t->digest);
    pages_keep(c->pages, &key, page, t->digest, body);
    return 0;
}

static void answer(const struct http_request *rq, const struct feed_page *page, const char *tag,
    struct trailer *t, struct http_response *rs)
{
    t->count = page->count;
    t->more = page->more;
    snprintf(t->next, sizeof(t->next), "%s.%lld.%lld", tag, (long long)page->last,
        (long long)page->start);
    if (!page->more)
        snprintf(rs->etag, sizeof(rs->etag), "\"%s\"", t->next);
    if (page->count == 0 && strcmp(rq->if_none_match, rs->etag) == 0)
        rs->status = 304;
    else
        api_end_page(rs, t);
}

void api_feed(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    char tag[TAG + 1];
    int64_t last;
    struct feed_page page;
    struct trailer t = {0};
    struct err err = {0};
    make_tag(c, kiosk, tag);
    if (database_last_seq(c->db, &last, &err) < 0) {
        api_failed(c, &err, rs);
        return;
    }
    if (read_cursor(rq->cursor, tag, last, &page) < 0) {
        response_error(rs, 410, "cursor_unknown", "start over with an empty cursor");
        return;
    }
    int64_t has = page.after;
    if (fill_page(c, kiosk, &page, &t, &rs->body, &err) < 0) {
        api_failed(c, &err, rs);
        return;
    }
    struct feed_note note = read_note(kiosk, has, &page, rq->now);
    keep_note(c, kiosk, &note);
    answer(rq, &page, tag, &t, rs);
}
