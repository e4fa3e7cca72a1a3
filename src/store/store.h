/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk's data directory: cache.db (replaceable) and journal.db (precious). */
#ifndef ACHT_STORE_STORE_H
#define ACHT_STORE_STORE_H

#include "base/digest.h"
#include "model/record.h"
#include "search/search.h"

struct store;

/* KIOSK reads the cache and appends to the journal; SYNC writes the cache and settles the journal.
 * A missing file is made; a damaged cache is set aside (quarantine/) and made anew by SYNC, and
 * read as empty by KIOSK. share is the directory with search/ (roots and jargon). vfs NULL:
 * default. */
enum store_role { STORE_KIOSK, STORE_SYNC };
int store_open(struct store **out, const char *dir, const char *share, enum store_role role,
    const char *vfs, struct err *err) ACHT_NODISCARD;
void store_close(struct store *s);

/* True once after another process changed the cache or the journal. Costs two pragmas. */
bool store_changed(struct store *s);

/* ---- reading, for the kiosk. Each fills rs with rows first..first+limit and sets rs->total. ----
 */

/* TYPE_HIT rows. corrected (LIM_QUERY) gets the query that was used instead when the typed one
 * found nothing but a near word did, else "". counts may be NULL. */
int store_search(struct store *s, const struct search_input *in, int64_t today, int64_t first,
    int limit, struct rowset *rs, char *corrected, struct err *err) ACHT_NODISCARD;
/* TYPE_FACET rows: one per facet (label: the chosen value) when facet is -1, else that facet's
 * values that a course has or that is chosen, most courses first (months and prices all, in order);
 * row 0 is "all". Ids: the facet's choice name, or the label ("*" for all). */
int store_facets(struct store *s, const struct search_input *in, int64_t today, int facet,
    int64_t first, int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* One TYPE_COURSE row, and TYPE_SOURCE row of its source after it; none when it is gone. */
int store_course(
    struct store *s, const char *id, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_RUN rows that start today or later, soonest first. */
int store_runs(struct store *s, const char *course, int64_t today, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
int store_run(struct store *s, const char *id, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* One TYPE_SUMMARY row. */
int store_summary(
    struct store *s, int64_t today, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_TICKET rows of this person, newest first: the feed's requests and the journal's asks that
 * the feed does not show yet. Id: the ask's entry id. */
int store_tickets(struct store *s, const char *person, int64_t first, int limit, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
int store_ticket(struct store *s, const char *person, const char *id, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* The TYPE_PERSON row whose badge has this hash; none when nobody has. */
int store_person(
    struct store *s, const char *badge_hash, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* Whether this person has an open ask for the course and run (run "": any) here or in the feed. */
int store_has_asked(struct store *s, const char *person, const char *course, const char *run,
    bool *asked, struct err *err) ACHT_NODISCARD;

/* ---- the journal ---- */

/* Adds an entry: gives it its id, epoch and seq, keeps exactly the bytes entry_to_json() made, with
 * their digest. When this returns 0 the entry survives a power cut. Fills id (the entry's) if not
 * NULL. A full disk is ERR_FULL. */
int journal_append(struct store *s, const struct record *fields, const char *kiosk, int64_t now,
    char id[UUID_TEXT], struct err *err) ACHT_NODISCARD;

/* One waiting entry as it is to be sent. */
struct pending {
    const char *id;
    const char *hash;
    const char *bytes;
    size_t len;
};
/* The oldest waiting entries, at most max and at most max_bytes with a newline each; *count of them
 * in mem. A row whose bytes do not have their digest any more is never handed out; *damaged counts
 * those. */
int journal_pending(struct store *s, int max, size_t max_bytes, struct arena *mem,
    struct pending **out, int *count, int *damaged, struct err *err) ACHT_NODISCARD;

/* Ends the waiting of the entry with exactly this id and hash; anything else is left alone. kind
 * and reason are choice names. Returns 1 when it settled one, 0 when there was none such. */
int journal_settle(struct store *s, const char *id, const char *hash, const char *kind,
    const char *reason, int64_t now, struct err *err) ACHT_NODISCARD;
int journal_begin(struct store *s, struct err *err) ACHT_NODISCARD; /* around several settles */
int journal_commit(struct store *s, struct err *err) ACHT_NODISCARD;
int64_t journal_waiting(struct store *s);
/* Removes settled entries older than `before` (instant). */
int journal_forget(struct store *s, int64_t before, struct err *err) ACHT_NODISCARD;

/* ---- writing the cache, for the sync ---- */

/* The cursor after the last applied page; "" at the start. */
int cache_cursor(struct store *s, char cursor[LIM_CURSOR], struct err *err) ACHT_NODISCARD;
/* Starts the download over: what the new download does not bring is gone when it is whole. The old
 * content stays usable until then. */
int cache_restart(struct store *s, struct err *err) ACHT_NODISCARD;
/* Applies one page of records (rowset-less array) and its cursor in one transaction. */
int cache_apply(struct store *s, const struct record *records, int count, const char *next,
    struct err *err) ACHT_NODISCARD;
/* The download is whole as of now: sweeps what is gone, refreshes what depends on the day. */
int cache_finish(struct store *s, int64_t now, struct err *err) ACHT_NODISCARD;
/* What the sync last met, for the screen and for `acht status`: a cause word and when. */
int cache_set_contact(
    struct store *s, const char *cause, int64_t now, struct err *err) ACHT_NODISCARD;

struct store_status {
    int64_t courses, runs, people, waiting, oldest_waiting; /* instant, NO_NUMBER when none */
    int64_t finished;   /* last whole download, NO_NUMBER when never */
    int64_t contact;    /* last try to reach the server */
    char cause[LIM_ID]; /* what came of it: ok, no_network, ... */
};
int store_status(struct store *s, struct store_status *out, struct err *err) ACHT_NODISCARD;

#endif
