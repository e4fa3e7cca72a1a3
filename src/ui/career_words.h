/* SPDX-License-Identifier: EUPL-1.2 */
/* Careers in words, in the person's language. */
#ifndef ACHT_UI_CAREER_WORDS_H
#define ACHT_UI_CAREER_WORDS_H

#include "model/career.h"
#include "ui/format.h"

const char *branch_word(int64_t direction); /* up, aside ...; NO_NUMBER: close to what one can */
const char *level_words(int64_t level);     /* "I can do it alone" ...; "" when it is not known */
struct phrase cost_words(int64_t months, int64_t days_off); /* 12 months, 20 days of lessons */
struct phrase away_words(
    int64_t away); /* how many skills are learnt elsewhere than at the workplace */
const char *by_words(enum way_by by);  /* what is looked at first */
const char *why_words(enum way_by by); /* why this way is the best */

#endif
