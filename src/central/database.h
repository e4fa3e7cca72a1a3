/* SPDX-License-Identifier: EUPL-1.2 */
/* What the server keeps, and nothing of how: a second back end implements these functions.
 * Everything that changes a record gives it a new place in the feed (seq), in the same transaction.
 * Functions that find return 1 (found), 0 (not there) or -1; others 0 or -1. */
#ifndef ACHT_CENTRAL_DATABASE_H
#define ACHT_CENTRAL_DATABASE_H

#include "base/digest.h"
#include "base/mem.h"
#include "model/record.h"
#include "proto/codec.h"

struct database;

int database_open(struct database **out, const char *where, struct err *err) ACHT_NODISCARD;
void database_close(struct database *db); /* NULL is fine */

/* A random id, made with the database: cursors of another one are not valid here. */
const char *database_server_id(const struct database *db);

/* Writes stand between begin and commit; not nested. After an error the caller rolls back. */
int database_begin(struct database *db, struct err *err) ACHT_NODISCARD;
int database_commit(struct database *db, struct err *err) ACHT_NODISCARD;
void database_rollback(struct database *db);

/* Several changes that are transactions of their own, in one: until database_group_commit(), begin
 * and commit do nothing. A rollback undoes all, and what comes after it fails. */
int database_group_begin(struct database *db, struct err *err) ACHT_NODISCARD;
/* Commits when rc is 0 and nothing was rolled back; else undoes all and returns -1. */
int database_group_commit(struct database *db, int rc, struct err *err) ACHT_NODISCARD;

/* Whose rows may be touched from now on, beside everyone's: those of this company, which stays the
 * caller's; NULL: of all, as it is at first. Returns what was said before. See sql_only(): a wall
 * behind the statements' own conditions, which stand on their own. */
const char *database_only(struct database *db, const char *company);

/* Whether it can be written and has this program's schema. */
int database_ready(struct database *db, struct err *err) ACHT_NODISCARD;

/* Short texts that the server must find again. The set one is written within a transaction. */
int database_meta_get(
    struct database *db, const char *name, char *out, size_t size, struct err *err) ACHT_NODISCARD;
int database_meta_set(
    struct database *db, const char *name, const char *value, struct err *err) ACHT_NODISCARD;

/* ---- records. company is "" for what everyone may have. ---- */

enum put_result {
    PUT_NEW,
    PUT_CHANGED,
    PUT_SAME,    /* nothing was written */
    PUT_FOREIGN, /* it belongs to another source: nothing was written */
};

/* Writes a record, or its tombstone when it is gone; with dry only says what it would do. Records
 * of one source are not touched by another as long as they are not gone. A person, and a record
 * that names a person in its field of that name, is for the kiosks of that person's sites (see
 * people.h), now and when those change. */
int database_put(struct database *db, const char *company, const char *source,
    const struct record *r, bool dry, enum put_result *result, struct err *err) ACHT_NODISCARD;

/* Writes a record for one kiosk only: others never hear of it. person is whom it is about. */
int database_put_at(struct database *db, const char *company, const char *source,
    const struct record *r, const char *kiosk, const char *person, struct err *err) ACHT_NODISCARD;

/* Reads a record that is not gone, into mem. */
int database_get(struct database *db, const char *company, enum type_id type, const char *id,
    struct arena *mem, struct record *out, struct err *err) ACHT_NODISCARD;

/* Ids of a source's records that are not gone, into mem; *count of them. */
int database_ids(struct database *db, const char *company, const char *source, enum type_id type,
    struct arena *mem, const char ***out, int64_t *count, struct err *err) ACHT_NODISCARD;

/* Calls see with each record of a type that is not gone, oldest change first; company NULL: of all.
 * body is its line of JSON. */
typedef void database_see(void *context, const char *company, const char *body);
int database_each(struct database *db, enum type_id type, const char *company, database_see *see,
    void *context, struct err *err) ACHT_NODISCARD;

/* A page of the feed for a company: lines of everyone's and its own records after `after`. Those
 * that were gone before `start` are left out. Stops at LIM_PAGE_RECORDS, or before page overflows.
 * What is not for this kiosk is left out as well, or a tombstone when it changed after `start`. */
struct feed_page {
    int64_t after, start;
    const char *kiosk, *site; /* who asks; NULL: no kiosk; "" or NULL: all sites */
    int64_t count, last;      /* lines added; the seq of the last one, or after */
    bool more;
    bool own; /* there was something of the company, for this kiosk or not */
};
int database_feed(struct database *db, const char *company, struct feed_page *page,
    struct buf *lines, struct err *err) ACHT_NODISCARD;
int database_last_seq(struct database *db, int64_t *seq, struct err *err) ACHT_NODISCARD;
/* What comes after a place: the first record of everyone's and the first of the company's own, and
 * the last of everyone's wherever it is. NO_NUMBER: there is none. */
struct feed_news {
    int64_t first, own, last;
};
int database_feed_news(struct database *db, const char *company, int64_t after,
    struct feed_news *out, struct err *err) ACHT_NODISCARD;
/* Whether this connection reads changes of records that others do not see yet, or never will. */
bool database_reads_ahead(const struct database *db);

/* Records of a type that are not gone, in all. */
int database_count(
    struct database *db, enum type_id type, int64_t *count, struct err *err) ACHT_NODISCARD;

/* ---- companies and kiosks ---- */

/* Makes the company when it is new; badge_key is the key of its badge hashes. */
int database_company(struct database *db, const char *company, char badge_key[KEY_HEX],
    struct err *err) ACHT_NODISCARD;

struct kiosk {
    char id[LIM_ID], company[LIM_ID], name[LIM_ID];
    char site[LIM_ID]; /* "" all sites of the company */
    bool enrolled, revoked;
    int64_t contact; /* last authenticated request, NO_NUMBER when never */
    int64_t served;  /* how far it has read the feed */
    int64_t handed;  /* how far it was given the feed when there was no more; 0: not yet */
    int64_t synced;  /* when it last got all of that, NO_NUMBER when never */
    enum token_use { TOKEN_IN_USE, TOKEN_ANNOUNCED, TOKEN_OLD } token; /* the one it was found by */
    int64_t token_at;     /* since when the one in use is, NO_NUMBER when that is not known */
    char mark[UUID_TEXT]; /* the last one that it sent (central/mark.h), or "" */
    int64_t alarmed_at;   /* when it was last found that there are two of it, or NO_NUMBER */
};

/* One-time code of a kiosk. The handle finds it, the hash of the whole code opens it. */
struct enrol_code {
    char handle[LIM_ID], hash[DIGEST_HEX];
    int64_t expires;
    int64_t tries;
};

/* Makes the kiosk, or gives one that the company has already (by name) a new code; and a new site,
 * when one is given. Id and site are put into kiosk; its token stays valid until the code is used.
 */
int database_kiosk_add(struct database *db, struct kiosk *kiosk, const struct enrol_code *code,
    struct err *err) ACHT_NODISCARD;
int database_kiosk_by_code(struct database *db, const char *handle, struct kiosk *kiosk,
    struct enrol_code *code, struct err *err) ACHT_NODISCARD;
int database_code_tried(struct database *db, const char *handle, struct err *err) ACHT_NODISCARD;
/* Ends the code, replaces the token, takes a revocation back. */
int database_kiosk_enrol(
    struct database *db, const char *id, const char *token_hash, struct err *err) ACHT_NODISCARD;
/* Finds revoked kiosks too, also by the token that it announced and by the one before. */
int database_kiosk_by_token(struct database *db, const char *token_hash, struct kiosk *kiosk,
    struct err *err) ACHT_NODISCARD;
/* A token that is good from now on, beside the one in use; instead of one announced before. */
int database_token_announce(
    struct database *db, const char *id, const char *token_hash, struct err *err) ACHT_NODISCARD;
/* The announced token is the one in use, the one in use the one before. */
int database_token_begin(
    struct database *db, const char *id, int64_t now, struct err *err) ACHT_NODISCARD;
int database_kiosk_mark(
    struct database *db, const char *id, const char *mark, struct err *err) ACHT_NODISCARD;
int database_kiosk_alarmed(
    struct database *db, const char *id, int64_t now, struct err *err) ACHT_NODISCARD;
int database_kiosk_contact(
    struct database *db, const char *id, int64_t now, struct err *err) ACHT_NODISCARD;
/* Revokes by id or name: 1, 0 when there is none, -1 also when several have this name. */
int database_kiosk_revoke(struct database *db, const char *name, struct err *err) ACHT_NODISCARD;
typedef void database_see_kiosk(void *context, const struct kiosk *kiosk);
int database_kiosks(
    struct database *db, database_see_kiosk *see, void *context, struct err *err) ACHT_NODISCARD;

/* What a kiosk last said of itself. body: its line of JSON (report_from_json()), "" when it never
 * said anything; clock: by how many milliseconds its clock was ahead then, NO_NUMBER when it did
 * not say. */
struct report_row {
    int64_t received_at, clock;
    const char *body;
};
int database_report_put(struct database *db, const struct kiosk *kiosk, const struct report_row *r,
    struct err *err) ACHT_NODISCARD;
/* Calls see with each kiosk, by company, site and name. */
typedef void database_see_report(
    void *context, const struct kiosk *kiosk, const struct report_row *report);
int database_reports(
    struct database *db, database_see_report *see, void *context, struct err *err) ACHT_NODISCARD;

/* ---- when a server was there ---- */

/* That one serves now: to be called every minute. */
int database_serves(struct database *db, int64_t now, struct err *err) ACHT_NODISCARD;
/* The stretches of time in which one was there, oldest first, that ended after an instant: at most
 * max of them, those before the last max are left out. Returns how many, or -1. Stretches may touch
 * or overlap. */
struct stretch {
    int64_t since, until;
};
int database_served(struct database *db, int64_t after, struct stretch *out, int max,
    struct err *err) ACHT_NODISCARD;
#define SERVES_PAUSE (3 * 60 * INT64_C(1000)) /* milliseconds of silence that are none */

/* ---- entries ---- */

/* An entry with its verdict. person, course and run are "" when the entry is no readable ask. */
struct kept_entry {
    const char *company, *kiosk, *body;
    const char *person, *course, *run;
    int64_t received_at, made_at;
    struct verdict verdict; /* with id and hash */
};

/* hash and verdict of an entry that was kept before. */
int database_entry_find(struct database *db, const char *company, const char *id,
    struct verdict *out, struct err *err) ACHT_NODISCARD;
int database_entry_keep(
    struct database *db, const struct kept_entry *e, struct err *err) ACHT_NODISCARD;

/* Gives an entry that was held its final verdict: refused, for this reason. */
int database_entry_refuse(struct database *db, const char *company, const char *id,
    enum reason reason, struct err *err) ACHT_NODISCARD;

/* Keeps what cannot be kept as an entry (no id of its own, another kiosk's, changed bytes), once
 * per kiosk and hash: nothing that arrived is dropped. */
int database_set_aside(
    struct database *db, const struct kept_entry *e, struct err *err) ACHT_NODISCARD;

#endif
