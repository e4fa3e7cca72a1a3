/* SPDX-License-Identifier: EUPL-1.2 */
/* The store, as its parts know it. */
#ifndef ACHT_STORE_INNER_H
#define ACHT_STORE_INNER_H

#include <sys/stat.h>

#include "store/careers.h"
#include "store/db.h"
#include "store/store.h"

/* The last search: what its words matched, for the other windows and the facets of the same words;
 * and what the last ranking of it counted. */
struct found {
    bool valid;
    char text[LIM_QUERY];
    char corrected[LIM_QUERY];
    bool all; /* no words: everything */
    struct tiers tiers;
    uint8_t *memory; /* of tiers */
    bool counted;
    struct search_input in;
    int64_t today;
    struct facet_counts counts;
    struct arena counts_mem;
};

/* What a file was when it was opened, to notice another in its place. */
struct file_mark {
    dev_t dev;
    ino_t ino;
    off_t size; /* these two only tell damaged files apart */
    struct timespec changed;
};

struct store {
    enum store_role role;
    char *dir, *share, *vfs; /* vfs may be NULL */
    char *cache_path, *journal_path;
    int gate;                /* the open directory, which is also the lock of journal_file.c */
    struct db *journal;      /* while it is away: an empty one */
    struct err journal_away; /* why the journal cannot be opened; ERR_NONE: it is there */
    struct file_mark journal_mark;
    bool full;             /* the last entry found no space */
    enum disk disk;        /* as store_changed() last saw it */
    struct db *cache;      /* NULL: there is none that can be read */
    struct db *hurt;       /* a cache in which something is damaged, out of use for this reading */
    bool skips_hurt;       /* and for the next one */
    bool cache_bad;        /* the file that is there is damaged */
    int64_t cache_checked; /* when the sync last read all of it, monotonic */
    struct file_mark mark;
    int64_t cache_version, journal_version; /* as store_changed() last saw them */
    struct lexicon *lex;                    /* NULL until it is needed */
    char roots_digest[DIGEST_HEX];
    struct catalogue cat;
    struct arena cat_names;
    bool cat_loaded;
    int64_t cat_version, cat_facts; /* data_version and META_FACTS when it was loaded */
    struct found found;
    struct careers careers;
    struct arena scratch;      /* of one call */
    int64_t guard, guarded_at; /* pins.c: its time, and when that was, monotonic; 0: not yet */
};

/* False, and a mark of nothing, when there is no file. */
bool file_mark_take(const char *path, struct file_mark *mark);
bool file_mark_same(const struct file_mark *a, const struct file_mark *b); /* of one file */

/* ---- cache_file.c: the cache file ---- */

#define CACHE_ID 0x61636843u   /* "achC" */
#define JOURNAL_ID 0x6163684Au /* "achJ" */

int cache_open(struct store *s, struct err *err) ACHT_NODISCARD;
void cache_close(struct store *s);  /* forgets what came from it */
bool cache_follow(struct store *s); /* true when another file is in its place, or the first is */
/* Reads all of it from the disk, when that was not done for an hour; a damaged one is set aside and
 * made anew. For a SYNC. */
int cache_check(struct store *s, struct err *err) ACHT_NODISCARD;
/* Removes the file, and makes an empty one. */
int cache_forget(struct store *s, struct err *err) ACHT_NODISCARD;

/* Brackets around the reading of the cache, so that all of it is of one moment. False: there is no
 * cache, or it is busy. cache_read_end() returns rc, but what turns out to be damaged reads as
 * empty for a KIOSK: 0 with rs emptied and s->cache NULL until the next reading, which may meet
 * what is whole. For a SYNC a damaged cache is closed. */
bool cache_read_begin(struct store *s);
int cache_read_end(struct store *s, int rc, struct rowset *rs, struct err *err);

/* ---- journal_file.c ---- */

enum { PATH_MAX_BYTES = 4096 };

/* Opens the journal, and a damaged one after what can be saved of it stands in a new file. One that
 * cannot be opened is away: for a KIOSK it then reads as empty and takes nothing. */
int journal_open(struct store *s, struct err *err) ACHT_NODISCARD;
void journal_close(struct store *s);
bool journal_follow(struct store *s); /* true when it changed, or went, or came back */

/* Does the work in one transaction. When the disk is full the reserve is given up, when the file is
 * damaged it is saved, and the work is done once more from its beginning. */
typedef int journal_work(struct store *s, void *context, struct err *err);
int journal_write(
    struct store *s, journal_work *work, void *context, struct err *err) ACHT_NODISCARD;

/* ---- journal_forget.c: settled entries of people who are gone, or everybody's ---- */

int journal_empty(struct store *s, struct err *err) ACHT_NODISCARD; /* but for its epoch */

int journal_settled_people(struct store *s, struct arena *mem, const char ***out, int *count,
    struct err *err) ACHT_NODISCARD;
int journal_forget_person(struct store *s, const char *person, struct err *err) ACHT_NODISCARD;

/* ---- schema.c: the tables, made from the declared types ---- */

/* The cache's only migration; its version is a fingerprint of the tables. */
struct migration cache_schema(struct buf *sql);
void record_bind(struct stmt *s, int first, const struct record *r);
struct stmt *record_upsert(struct db *db, const struct type *type);
struct stmt *record_delete(struct db *db, const struct type *type, const char *where);
/* "SELECT id, FIELDS FROM TYPE " and the tail. name is unique per type and tail. */
struct stmt *record_select(struct db *db, enum type_id type, const char *name, const char *tail);
/* Adds the row of such a statement. */
struct record *record_fetch(struct stmt *s, enum type_id type, struct rowset *rs);
/* Runs such a statement and adds all its rows. */
int record_fetch_all(
    struct stmt *s, enum type_id type, struct rowset *rs, struct err *err) ACHT_NODISCARD;

/* ---- meta.c: small facts of the cache by name ---- */

#define META_COURSES "courses"     /* how many */
#define META_SOON "soon"           /* of these, start soon, as of the day of the facts */
#define META_DAY "day"             /* as of which day the facts are */
#define META_FACTS "facts"         /* counts the changes of facts, names and postings */
#define META_CAREERS "careers"     /* counts the changes of careers */
#define META_FINISHED "finished"   /* last whole download */
#define META_CONTACT "contact"     /* last try, and what came of it */
#define META_FAILING "failing"     /* how many tries failed in a row, the last time, and why */
#define META_SINCE "failing_since" /* the first of them */
#define META_UNTIL "failing_until" /* the last of them */
#define META_SAID "said"           /* digest of what this kiosk last said of itself */

int meta_get(struct db *db, const char *name, int64_t *number, char *text, size_t size,
    struct err *err) ACHT_NODISCARD; /* NO_NUMBER and "" when there is none; text may be NULL */
int meta_set(struct db *db, const char *name, int64_t number, const char *text,
    struct err *err) ACHT_NODISCARD;

/* ---- index.c: facts, names and words of courses ---- */

struct touched {
    int64_t *course; /* rowids, repeats allowed */
    int64_t count, room;
};
void touch(struct touched *t, int64_t course);
void touched_release(struct touched *t);
/* Brings facts and words of these courses up to date, as of a day. */
int index_courses(struct store *s, struct touched *t, int64_t day, struct err *err) ACHT_NODISCARD;

/* ---- facts.c: what search_rank() needs ---- */

struct facts_change {
    struct course_facts facts;
    bool gone; /* only the rowid counts */
};
int facts_apply(struct db *db, const struct facts_change *change, int64_t count,
    struct err *err) ACHT_NODISCARD; /* ascending by rowid, each once */
int facts_load(struct db *db, struct catalogue *cat, struct err *err) ACHT_NODISCARD;
/* soon: of these, start within six weeks from the day. */
int facts_count(
    struct db *db, int64_t day, int64_t *courses, int64_t *soon, struct err *err) ACHT_NODISCARD;

/* ---- posting.c: which courses have a word ---- */

enum { IN_TITLE = 1, IN_SUBJECT = 2, IN_OFFER = 4 }; /* offer: who teaches it and where */
enum { BLOCK_SHIFT = 12, MASK_BITS = 4 };

/* A course's relation to a term: a word, or '~' and a family key. mask 0: none any more. */
struct posting {
    int64_t course;
    const char *term;
    int mask;
};
int postings_apply(struct db *db, struct posting *list, int64_t count,
    struct err *err) ACHT_NODISCARD; /* sorts the list */

/* Called for each course of a term; prefix: of each term that begins so. */
typedef void posting_visit(void *context, int64_t course, int mask);
int postings_visit(struct db *db, int64_t last_course, const char *term, bool prefix,
    posting_visit *visit, void *context, struct err *err) ACHT_NODISCARD;

/* Known words and in how many courses they stand. */
int vocabulary_write(struct db *db, struct err *err) ACHT_NODISCARD;
int vocabulary_offer(struct db *db, struct typo *typo, struct err *err) ACHT_NODISCARD;

/* ---- catalogue.c, match.c, search.c ---- */

enum name_kind { NAME_THEME, NAME_REGION, NAME_PROVIDER };

int lexicon_load(struct store *s, struct err *err) ACHT_NODISCARD;   /* once */
int catalogue_load(struct store *s, struct err *err) ACHT_NODISCARD; /* when it changed */
void catalogue_drop(struct store *s);
/* What the words of the query match, into s->found. */
int match_words(struct store *s, const char *text, struct err *err) ACHT_NODISCARD;

/* ---- journal.c ---- */

extern const struct migration journal_migrations[];
extern const int journal_migration_count;
#define WAITS "NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.entry = entry.id)"
int journal_check_epoch(struct store *s, struct err *err) ACHT_NODISCARD; /* made with the file */

/* Copies the row id, hash, bytes, seq of a query into mem. */
void pending_keep(struct stmt *q, struct arena *mem, struct pending *p);

/* Adds one entry within a transaction. */
int journal_put(struct store *s, struct draft *d, const char *kiosk, int64_t now,
    struct err *err) ACHT_NODISCARD;

/* The entries that are whole and either wait, were settled after `since` (NO_NUMBER: whenever) or
 * refused, or are newer than seq; oldest first, in mem. */
int journal_locals(struct store *s, int64_t since, int64_t seq, struct arena *mem,
    struct local **out, int *count, struct err *err) ACHT_NODISCARD;

int64_t journal_count_damaged(struct store *s); /* waiting entries without their digest */

/* ---- health.c ---- */

void store_health(struct store *s, struct store_status *out);

/* ---- overlay.c: requests as this kiosk knows them ---- */

/* The feed's and the letter's requests with what the journal and the visit add. */
struct matters {
    struct rowset feed;   /* TYPE_REQUEST; those of the letter are copied in after the feed's */
    int letters;          /* how many of them, at the end */
    struct local *local;  /* of the journal, then of the visit; in scratch */
    int locals, journals; /* all; of the journal */
    int64_t finished;     /* last whole download */
    int64_t answer_days;
};

/* Which requests are read: of one person, with one id, "" for any; states as bits. */
struct wanted {
    const char *person, *id;
    unsigned states;
};
#define ALL_STATES (~0u)
int matters_read(struct store *s, const struct viewer *v, const struct wanted *w, struct matters *m,
    struct err *err) ACHT_NODISCARD;
void matters_release(struct matters *m);

/* Which one to make a ticket of. */
struct matter {
    const struct record *record; /* NULL: only the journal knows it */
    const struct local *ask;     /* its ask or proposal here, or NULL */
    bool own;
};
/* Calls visit for each request that is to be shown; stops at the first that returns not 0. */
typedef int matter_visit(void *context, const struct matter *which, struct err *err);
int matters_each(
    const struct matters *m, matter_visit *visit, void *context, struct err *err) ACHT_NODISCARD;
const char *matter_id(const struct matter *which);
const char *matter_person(const struct matter *which);   /* who learns */
const char *matter_proposer(const struct matter *which); /* "" nobody */
/* Adds the ticket of one, all of its steps here applied. */
int matter_ticket(struct store *s, const struct matters *m, const struct matter *which,
    struct rowset *rs, struct err *err) ACHT_NODISCARD;

/* ---- person.c: who decides for whom ---- */

/* store_company() within a reading of the cache. */
int store_company_row(struct store *s, struct company *out, struct err *err) ACHT_NODISCARD;

/* Whether the viewer decides for this person: overdue, or not. 0, 1 or -1. */
int decides_for(struct store *s, const struct viewer *v, const char *person, bool overdue,
    struct err *err) ACHT_NODISCARD;
/* The name of somebody, in mem; "" when nobody has the id. */
int person_name(struct store *s, const char *id, struct arena *mem, const char **name,
    struct err *err) ACHT_NODISCARD;

/* Ends what cache_read_begin() began. 1: the cache turned out to be damaged, so read once more:
 * then the journal speaks alone. */
int end_reading(struct store *s, bool with_cache, int rc, struct err *err);
/* Keeps rows first..first + limit of all that were found. */
void keep_window(struct rowset *rs, int64_t first, int limit);

#endif
