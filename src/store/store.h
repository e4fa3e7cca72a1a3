/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk's data directory: cache.db (replaceable) and journal.db (precious). Both carry checksums.
 */
#ifndef ACHT_STORE_STORE_H
#define ACHT_STORE_STORE_H

#include "base/digest.h"
#include "model/career.h"
#include "model/record.h"
#include "proto/proof.h"
#include "search/search.h"

struct store;

/* KIOSK reads the cache and appends to the journal; SYNC writes the cache and settles the journal.
 * A missing file is made. A damaged cache is set aside (quarantine/) and made anew by SYNC; KIOSK
 * reads what is damaged of it as empty. What can be saved of a damaged journal is saved by whoever
 * meets it, into a new one; the old one is set aside. A KIOSK opens on any disk: a journal that
 * cannot be opened reads as empty and takes nothing, until it can (store_disk()). share is the
 * directory with search/ (roots and jargon). vfs NULL: default. */
enum store_role { STORE_KIOSK, STORE_SYNC };
int store_open(struct store **out, const char *dir, const char *share, enum store_role role,
    const char *vfs, struct err *err) ACHT_NODISCARD;
void store_close(struct store *s);

/* True once after another process changed the cache or the journal. Costs two pragmas. */
bool store_changed(struct store *s);

/* What keeps the journal from taking anything now. */
enum disk store_disk(struct store *s);
/* Why, as one sentence for who looks after the terminal; "" when nothing does. */
const char *store_disk_reason(struct store *s);

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
/* The TYPE_PERSON row whose badge has this hash; none when nobody has. */
int store_person(
    struct store *s, const char *badge_hash, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* The one person whose badge has one of these hashes; none when nobody has or several have. */
int store_badge(struct store *s, char hashes[][DIGEST_HEX], int count, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* The server's public key, "" when the kiosk has not fetched it, and the working days that a
 * supervisor has for an answer. */
struct company {
    char seal_key[KEY_HEX];
    int64_t answer_days;
};
int store_company(struct store *s, struct company *out, struct err *err) ACHT_NODISCARD;

/* ---- careers; lang is the language of the texts ---- */

/* One TYPE_CARD row. */
int store_card(struct store *s, const char *occupation, const char *lang, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* TYPE_JOB rows of the occupations that are called so: by id, else by name, else by another word
 * for it, else those in whose name the words stand. */
int store_jobs_called(struct store *s, const char *text, const char *lang, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_JOB rows of the fund's own occupations: the lowest of each branch, with how many there are;
 * those of the branch in which one is, lowest first; those that answer a wish (a name of WANTS);
 * those that go with what somebody likes (bits of TASTES), best first; other trades. */
int store_ladders(struct store *s, const char *lang, int64_t first, int limit, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
int store_ladder(struct store *s, const char *occupation, const char *lang, int64_t first,
    int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;
int store_wanted(struct store *s, const char *want, const char *lang, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
int store_liked(struct store *s, unsigned tastes, const char *lang, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
int store_trades(struct store *s, const char *lang, int64_t first, int limit, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* TYPE_JOB rows of occupations from which moves lead to this one, with what each step takes. */
int store_ways_in(struct store *s, const char *occupation, const char *lang, int64_t first,
    int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_JOB rows one step away, by direction: the moves that were drawn, or where there are none the
 * occupations of which most is there, cheapest first. */
int store_neighbours(struct store *s, const char *occupation, const char *lang, int64_t first,
    int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_ABILITY rows of what an occupation takes: what somebody from the occupation `from` ("":
 * nobody) has to learn, then what he has, then what is good to have. */
int store_abilities(struct store *s, const char *occupation, const char *from, const char *lang,
    int64_t today, int64_t first, int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_JOB rows of the best way, step by step, and what it costs in all; total is 0 when there is
 * no way or nothing to go. */
int store_way(struct store *s, const char *from, const char *to, enum way_by by, const char *lang,
    struct rowset *rs, struct way_cost *cost, struct err *err) ACHT_NODISCARD;

/* ---- requests and people, as far as somebody may see them ---- */

/* An entry of the journal, or one that could stand there, with what became of it. */
struct local {
    const char *id;
    int64_t seq;
    struct record fields;
    int64_t made_at;
    int64_t settled_at;        /* NO_NUMBER: waiting */
    const char *kind, *reason; /* of the verdict; "" when it waits */
    bool proven;               /* one of the own route, which is sealed with its PIN inside */
};

/* Who looks. The visit's memory (letter, own) holds what stands nowhere on this disk. */
struct viewer {
    const char *person, *name, *team;
    enum role role;
    bool pinned;                 /* a PIN was typed */
    bool proven;                 /* ... and confirmed: only then all of the own things are shown */
    int64_t began;               /* seq of the journal when the visit began */
    int64_t today;               /* a date */
    const struct rowset *letter; /* TYPE_REQUEST and TYPE_LOOK rows; NULL: none has come */
    const struct local *own;     /* entries of this visit on the own route */
    int owns;
};

/* Whether he decides today in somebody's place. */
int store_is_deputy(struct store *s, const char *person, int64_t today, bool *deputy,
    struct err *err) ACHT_NODISCARD;
/* TYPE_TICKET rows of the viewer's own requests, newest first: the feed's and the letter's, with
 * what this kiosk's journal adds. Id: the ask's entry id. Who is not proven sees only what was
 * asked in this visit. */
int store_tickets(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
int store_ticket(struct store *s, const struct viewer *v, const char *id, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* Whether the viewer has an open request for the course and run (run "": any), seen or not. */
int store_has_asked(struct store *s, const struct viewer *v, const char *course, const char *run,
    bool *asked, struct err *err) ACHT_NODISCARD;
/* TYPE_TICKET rows of requests that wait for this decider, soonest due first, and those that were
 * decided here and wait to be sent. Nothing without a PIN, never his own. */
int store_inbox(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* One request of those for whom the viewer decides, wherever it stands. */
int store_matter(struct store *s, const struct viewer *v, const char *id, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* Theirs that have a seat or had one, soonest first day first. */
int store_attending(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* What the viewer proposed to them: what waits for an answer first, then the newest. */
int store_proposals(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_PERSON rows, by name, without the badge: whom the viewer decides for, as the supervisor of a
 * team or in his place, or everybody for a contact; never himself. */
int store_team(struct store *s, const struct viewer *v, int64_t first, int limit, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* The same, but for a contact only those for whom nobody else decides: to whom the viewer may
 * propose something. */
int store_proposable(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
int store_member(struct store *s, const struct viewer *v, const char *id, struct rowset *rs,
    struct err *err) ACHT_NODISCARD;
/* TYPE_OCCASION rows to name instead of a run ("": of any date): the course's dates to come but for
 * that run's, then beginnings of months. Where the course has no such date, the first row is
 * NO_OTHER_DAY_ID: that none is known. */
int store_occasions(struct store *s, const char *course, const char *run, int64_t today,
    int64_t first, int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* The same of ends of weeks. */
void store_fridays(int64_t today, int64_t first, int limit, struct rowset *rs);
/* One TYPE_MYSELF row. */
int store_myself(
    struct store *s, const struct viewer *v, struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_NOTICE rows for the proven viewer, newest first; `about` holds that person's name. */
int store_notices(struct store *s, const struct viewer *v, int64_t first, int limit,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;
/* TYPE_LOOK rows of the letter, newest first. */
void store_looks(const struct viewer *v, int64_t first, int limit, struct rowset *rs);
/* The box of the letter that answers this sign_in, copied into mem; NULL when none is there. */
int store_letter(struct store *s, const char *sign_in, struct arena *mem, const char **box,
    struct err *err) ACHT_NODISCARD;

/* ---- the journal ---- */

/* One entry that is to be added. */
struct draft {
    const struct record *fields;
    const struct proof *proof; /* what is sealed into its `pin`; NULL: nothing */
    bool sealed;               /* as an entry of type sealed: only the server can tell what it is */
    char id[UUID_TEXT];        /* these two are filled in */
    int64_t seq;
};

/* Adds all of the entries or none: gives each its id, epoch and seq, seals what is to be sealed to
 * the company's key, keeps exactly the bytes entry_to_json() made, with their digest. When this
 * returns 0 the entries survive a power cut. A full disk is ERR_FULL; without the company's key a
 * proof or a sealed entry is ERR_CONFIG. */
int journal_add(struct store *s, struct draft *drafts, int count, const char *kiosk, int64_t now,
    struct err *err) ACHT_NODISCARD;
/* The same for one entry with neither. Fills id if not NULL. */
int journal_append(struct store *s, const struct record *fields, const char *kiosk, int64_t now,
    char id[UUID_TEXT], struct err *err) ACHT_NODISCARD;

/* The highest seq, 0 when there is none. */
int journal_last(struct store *s, int64_t *seq, struct err *err) ACHT_NODISCARD;
/* The verdict on an entry: kind and reason as choice names, "" while it waits. */
int journal_verdict(struct store *s, const char *id, char kind[LIM_ID], char reason[LIM_ID],
    struct err *err) ACHT_NODISCARD;

/* ---- PINs that were tried here ---- */

/* Adds an entry whose proof is a try at somebody's PIN, and remembers the try with it. monotonic is
 * clock_monotonic(): while the program runs, setting the clock changes no waiting time. */
int pins_add(struct store *s, struct draft *d, const char *kiosk, int64_t now, int64_t monotonic,
    struct err *err) ACHT_NODISCARD;
/* Seconds until this person's PIN may be tried here again, 0 when it may now. After PINS_WRONG
 * wrong ones in a row half a minute, doubled with each more, at most an hour; after PINS_HERE wrong
 * ones of anybody in a quarter of an hour one minute; at most PINS_OPEN in an hour of which nobody
 * knows yet whether they were right. */
#define PINS_WRONG 5
#define PINS_HERE 20
#define PINS_OPEN 20
int pins_wait(struct store *s, const char *person, int64_t now, int64_t monotonic, int64_t *seconds,
    struct err *err) ACHT_NODISCARD;

/* One waiting entry as it is to be sent. */
struct pending {
    int64_t seq;
    const char *id;
    const char *hash;
    const char *bytes;
    size_t len;
};
/* The oldest waiting entries after the one with that seq (0: of all) that are not stuck, at most
 * max and at most max_bytes with a newline each; *count of them in mem. A row whose bytes do not
 * have their digest any more is never handed out; *damaged counts those. */
int journal_pending(struct store *s, int64_t after, int max, size_t max_bytes, struct arena *mem,
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

/* Notes that the server did not take this entry, not even alone; status is its HTTP answer. The
 * entry goes on waiting, apart from the others. */
int journal_stick(
    struct store *s, const char *id, int status, int64_t now, struct err *err) ACHT_NODISCARD;
/* The one of these that was tried longest ago and not at `now`; *count is 0 for none. */
int journal_stuck(struct store *s, int64_t now, struct arena *mem, struct pending *out, int *count,
    struct err *err) ACHT_NODISCARD;
int64_t journal_stuck_count(struct store *s);

/* By which the server notices that this journal, or its own database, is a copy: with each sync a
 * new mark follows the one before. A copy comes with a mark that others have followed already. */
struct mark {
    char epoch[UUID_TEXT];  /* of the journal */
    char before[UUID_TEXT]; /* what the server was last known to have; "" for nothing yet */
    char next[UUID_TEXT];   /* what it is to have now; the same until it is known to have it */
};
int journal_mark(struct store *s, int64_t now, struct mark *out, struct err *err) ACHT_NODISCARD;
int journal_marked(struct store *s, const struct mark *m, struct err *err) ACHT_NODISCARD;
/* The mark of the last sync, for what is said beside one; `next` is "" when there was none. Also
 * for a KIOSK. */
int journal_mark_last(struct store *s, struct mark *out, struct err *err) ACHT_NODISCARD;
/* After a copy was noticed: the journal is another one from now on (epoch), and all that it still
 * has waits again, for the server may not have it. The server answers what it knows as before. */
int journal_renew(struct store *s, int64_t now, struct err *err) ACHT_NODISCARD;

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
/* Takes everybody and everything out of both files; what waits is sealed into a file first
 * (sync/wipe.h). */
int store_forget_everybody(struct store *s, int64_t *sealed, struct err *err) ACHT_NODISCARD;
/* What the sync last met, for the screen and for `acht status`: a cause word and when. What failed
 * one after another is counted, and stays known until something fails anew. */
int cache_set_contact(
    struct store *s, const char *cause, int64_t now, struct err *err) ACHT_NODISCARD;

/* When the last whole download was, NO_NUMBER when there was none. */
int store_fetched(struct store *s, int64_t *fetched, struct err *err) ACHT_NODISCARD;

/* What the sync last met: a cause word, "" when it met nothing yet. */
int store_contact(struct store *s, char cause[LIM_ID], struct err *err) ACHT_NODISCARD;

struct store_status {
    int64_t courses, runs, people, waiting, oldest_waiting; /* instant, NO_NUMBER when none */
    int64_t stuck;      /* of those that wait: the server does not take them */
    int64_t finished;   /* last whole download, NO_NUMBER when never */
    int64_t contact;    /* last try to reach the server */
    char cause[LIM_ID]; /* what came of it: ok, no_network, ... */
    int64_t damaged;    /* waiting entries whose bytes have changed: never sent */
    int64_t damages;    /* how often the journal was damaged */
    int64_t saved_at;   /* when it last was, NO_NUMBER when never */
    int64_t saved;      /* entries that were saved then */
    int64_t lost;       /* entries known to be lost, in all */
    int64_t rebuilt;    /* how often the cache was damaged and made anew */
    enum disk disk;
    bool cache_damaged; /* the cache is, and will be fetched again */
};
int store_status(struct store *s, struct store_status *out, struct err *err) ACHT_NODISCARD;

/* ---- what the kiosk says of itself, for the sync ---- */

/* Fills in all of a TYPE_REPORT record that the store knows: all but the version and the starts. */
int store_report(struct store *s, struct record *r, struct err *err) ACHT_NODISCARD;
/* A digest of what was last said, "" when nothing was; the cache keeps it. */
int cache_said(struct store *s, char digest[DIGEST_HEX], struct err *err) ACHT_NODISCARD;
int cache_set_said(struct store *s, const char *digest, struct err *err) ACHT_NODISCARD;

#endif
