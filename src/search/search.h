/* SPDX-License-Identifier: EUPL-1.2 */
/* Search, pure: what a person typed becomes a plan; what matched becomes a ranked window with facet
 * counts. No SQL and no files here. */
#ifndef ACHT_SEARCH_SEARCH_H
#define ACHT_SEARCH_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/search_input.h"

#define PRICE_BANDS 6 /* free, up to 250, 500, 1000, 2500 euros, more; unknown prices are in none */
extern const int64_t price_band_limit[PRICE_BANDS]; /* cents, inclusive; the last is INT64_MAX */

/* ---- words ---- */

/* Roots of the trade, jargon and foreign words; see assets/search/README. Owned by the caller. */
struct lexicon;
struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *lex);

/* Adds the lines of a file's text: "las" is a root; "co2-lassen = mig mag" says that the words
 * on the left (one per side, ',' between alternatives) also look for the words on the right.
 * '#' starts a comment. Errors name the line. */
int lexicon_add(struct lexicon *lex, const char *text, struct err *err) ACHT_NODISCARD;

/* Lower case, without diacritics, split at what is no letter or digit, one space between words.
 * "MIG/MAG-lassen" -> "mig mag lassen". Appends to out. */
int words_fold(struct buf *out, const char *text);

/* The family keys of a folded text for the index: each word's parts by the roots of the lexicon,
 * each as its family key, once, space between. "booglassen" -> "boog las". Appends to out. */
int words_families(const struct lexicon *lex, struct buf *out, const char *folded);

/* The family key of one folded word: endings off, consonants undoubled, z>s, v>f.
 * lassen, lasser, las -> las; frezen, frees -> frees. */
void word_family(const char *word, char out[LIM_ID]);

/* Damerau-Levenshtein distance (optimal string alignment) of two folded words, or limit + 1 when it
 * is larger than limit. */
int word_distance(const char *a, const char *b, int limit);

/* ---- plan ---- */

/* One looked-up word: the row must match any of its alternatives. */
struct plan_word {
    char word[LIM_ID];      /* folded, as typed */
    bool prefix;            /* still being typed: match what begins with it */
    char family[LIM_ID];    /* its family key, "" when equal families would mislead */
    char also[3][LIM_ID];   /* jargon: folded words that mean the same; "" ends */
};

struct plan {
    struct plan_word word[LIM_QUERY_WORDS];
    int count; /* 0: everything matches */
};

void plan_make(const struct lexicon *lex, const char *query, struct plan *plan);

/* ---- ranking ---- */

/* What is kept in memory per course, in rowid order. Bit sets hold up to 64 values; what comes later
 * shares the last bit. */
struct course_facts {
    int64_t rowid;
    uint64_t themes, regions, months; /* a month's bit is (year * 12 + month - 1) % 64 */
    int32_t price;                    /* cents, -1 unknown */
    int32_t start;                    /* next start, days since 1970; INT32_MAX when none */
    int32_t length;                   /* hundredths of days; INT32_MAX unknown */
    uint16_t provider;
    uint8_t form;
};

struct name_list {
    char **name;
    int count;
};

struct catalogue {
    struct course_facts *course;
    int count;
    struct name_list themes, regions, providers;
};

/* A course that the words matched; tier is the quality of the match, higher is better. */
struct match {
    int64_t rowid;
    uint8_t tier;
};

/* What came of a search: how many, and per facet the count of each of its values if that value were
 * chosen instead of the present one. */
struct facet_counts {
    int64_t total;
    int32_t *count[FACETS_COUNT]; /* sized by facet_size() */
};

int facet_size(const struct catalogue *cat, enum facet facet, int64_t today);
/* Label of a facet's value, as struct search_input keeps it. Months run from today's, 12 of them. */
void facet_label(const struct catalogue *cat, enum facet facet, int value, int64_t today,
    char out[LIM_ID + 64]);
int facet_value(const struct catalogue *cat, enum facet facet, const char *label, int64_t today);

/* Filters the matches (ascending rowid; NULL: all courses) by the chosen facets, counts all facets,
 * and writes rows first..first+limit of the order asked for into window. Returns how many it wrote.
 * counts' arrays live in mem. */
int search_rank(const struct catalogue *cat, const struct search_input *in, int64_t today,
    const struct match *matches, int64_t match_count, int64_t first, int limit, int64_t *window,
    struct facet_counts *counts, struct arena *mem);

#endif
