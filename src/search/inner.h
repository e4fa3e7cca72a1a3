/* SPDX-License-Identifier: EUPL-1.2 */
/* What the parts of the search room share among themselves. */
#ifndef ACHT_SEARCH_INNER_H
#define ACHT_SEARCH_INNER_H

#include "search/search.h"

/* Whether a folded word says nothing by itself: "voor", "met", "de"; here also "cursus". */
bool word_is_filler(const char *word);

/* Whether it means something by which others can be found: no filler, no number, no abbreviation of
 * two letters. */
bool word_has_family(const char *word);

/* Writes what the jargon adds to the words of `query` (folded) that begin at `at`, into also, and
 * returns how many bytes of the query it speaks of; 0: nothing. prefix: the query's end is still
 * being typed. */
size_t lexicon_jargon(
    const struct lexicon *lex, const char *query, size_t at, bool prefix, char also[3][LIM_ID]);

#endif
