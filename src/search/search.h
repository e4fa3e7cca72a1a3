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

#define PRICE_BANDS                                                                                \
    6 /* free, up to 250, 500, 1000, 2500 euros, more; unknown prices are in none                  \
       */
extern const int64_t price_band_limit[PRICE_BANDS]; /* cents, inclusive; the last is INT64_MAX */

/* ---- words ---- */

/* Roots of the trade, jargon and foreign words; see assets/search/README. Owned by the caller. */
struct lexicon;
struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *lex);

/* Adds the lines of a file's text. A line without '=' holds roots ("las frees boog", of 3 letters
 * or more). "welding, schweissen = lassen" says that who types what stands on the left also looks
 * for what stands on the right; ',' stands between alternatives (at most 3 on the right), each of
 * one or more words. '#' starts a comment. Errors name the line. */
int lexicon_add(struct lexicon *lex, const char *text, struct err *err) ACHT_NODISCARD;

/* Lower case, without diacritics, split at what is no letter or digit, one space between words,
 * each cut to LIM_ID - 1 bytes. "MIG/MAG-lassen" -> "mig mag lassen". Appends to out; -1 when it is
 * full (out then holds the words before). */
int words_fold(struct buf *out, const char *text);

/* The next word of a folded text, which *folded passes; false at the end. */
bool words_next(const char **folded, char word[LIM_ID]);

/* The family keys of a folded text for the index: each word's parts by the roots of the lexicon,
 * each as its family key, once, space between. "booglassen" -> "boog las". Words that only join
 * others ("voor", "met"), numbers and words of two letters have none. Appends to out. */
int words_families(const struct lexicon *lex, struct buf *out, const char *folded);

/* The family key of one folded word: endings off, and the stem spelled as a word of its own.
 * lassen, lasser, las -> las; frezen, frees -> frees; meten -> meet, but met -> met. */
void word_family(const char *word, char out[LIM_ID]);

/* Damerau-Levenshtein distance (optimal string alignment) of two folded words, or limit + 1 when it
 * is larger than limit. */
int word_distance(const char *a, const char *b, int limit);

/* Finds the known word that a mistyped one was meant to be: one slip for 4 letters and more, two
 * for 7 and more; the nearest wins, then the most frequent. */
struct typo {
    char word[LIM_ID];
    bool prefix;       /* the word is still being typed: compare with what known words begin with */
    char best[LIM_ID]; /* "" until one is near enough */
    int64_t score;
};
void typo_start(struct typo *t, const char *word, bool prefix);
void typo_offer(struct typo *t, const char *known, size_t len, int64_t frequency);

/* ---- plan ---- */

/* One looked-up word: the row must match any of its alternatives. */
struct plan_word {
    char word[LIM_ID];    /* folded, as typed */
    bool prefix;          /* still being typed: match what begins with it */
    char family[LIM_ID];  /* its family keys, all needed; "" when equal families would mislead */
    char also[3][LIM_ID]; /* jargon: folded words, all needed, that mean the same; "" ends */
};

/* Words that say nothing by themselves ("voor", "cursus") are left out if there are others. */
struct plan {
    struct plan_word word[LIM_QUERY_WORDS];
    int count; /* 0: everything matches */
};

void plan_make(const struct lexicon *lex, const char *query, struct plan *plan);

/* ---- ranking ---- */

/* What is kept in memory per course, in rowid order. Bit sets hold up to 64 values; what comes
 * later shares the last bit, which is then no value to choose. */
struct course_facts {
    int64_t rowid;
    uint64_t themes, regions, months; /* a month's bit is (year * 12 + month - 1) % 64 */
    int32_t price;                    /* cents, -1 unknown */
    int32_t start;                    /* next start, days since 1970; INT32_MAX when none */
    int32_t length;                   /* hundredths of days; INT32_MAX unknown */
    uint16_t provider;
    uint8_t form;
};

/* Names by number; "" is a number without a name. */
struct name_list {
    char **name;
    int count;
};

struct catalogue {
    struct course_facts *course;
    int count;
    struct name_list themes, regions, providers;
};

/* What the words of a search matched: by rowid, the quality of the match (higher is better, 0: no
 * match). Rows from size on match nothing. */
struct tiers {
    const uint8_t *tier;
    int64_t size;
};

/* What came of a search: how many, and per facet the count of each of its values if that value were
 * chosen instead of the present one; any: if none of its values were chosen. */
struct facet_counts {
    int64_t total;
    int64_t any[FACETS_COUNT];
    int32_t *count[FACETS_COUNT]; /* sized by facet_size() */
};

int facet_size(const struct catalogue *cat, enum facet facet, int64_t today);
/* Label of a facet's value, as struct search_input keeps it. Months run from today's, 12 of them.
 * facet_value() is -1 for a label that is no value (any more). */
void facet_label(
    const struct catalogue *cat, enum facet facet, int value, int64_t today, char out[LIM_ID + 64]);
int facet_value(const struct catalogue *cat, enum facet facet, const char *label, int64_t today);

/* Filters what matched (NULL: all courses do) by the chosen facets, counts all facets, and writes
 * rows first..first+limit of the order asked for into window; what is equal stands by soonest
 * start, then by rowid. Returns how many it wrote. counts' arrays live in mem. */
int search_rank(const struct catalogue *cat, const struct search_input *in, int64_t today,
    const struct tiers *tiers, int64_t first, int limit, int64_t *window,
    struct facet_counts *counts, struct arena *mem);

#endif
