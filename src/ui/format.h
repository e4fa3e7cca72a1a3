/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers, dates and states in the person's language. Each writes into a buffer of its own size and
 * returns it, so that calls can stand in an argument list. */
#ifndef ACHT_UI_FORMAT_H
#define ACHT_UI_FORMAT_H

#include <stdint.h>

#include "model/record.h"

struct phrase {
    char text[200];
};

struct phrase format_number(int64_t n);    /* 1.250 */
struct phrase format_money(int64_t cents); /* € 1.250, free, or "" when not known */
struct phrase format_day(int64_t date);    /* di 12 jan */
struct phrase format_date(int64_t date);   /* 12 jan 2027 */
/* 29 dec 2026 t/m 4 jan 2027, 12 jan t/m 2 feb 2027, 12 jan 2027, in overleg. */
struct phrase format_dates(int64_t start, int64_t end);
struct phrase format_clock(int64_t instant);              /* di 24 nov 10:42 */
struct phrase format_seen(int64_t instant, int64_t now);  /* 02:14, 12 nov, 12 nov 2025 */
struct phrase format_length(int64_t days, int64_t hours); /* 8 dagen, 24 uur; hundredths */
struct phrase format_seats(int64_t seats);         /* 4 plaatsen vrij, vol, "" when not known */
struct phrase format_languages(const char *codes); /* Nederlands, Engels; '\n' between codes */

const char *form_word(int64_t form);                              /* in de praktijk, ... */
const char *facet_word(int64_t facet);                            /* Hoe je leert, ... */
struct phrase facet_value_word(int64_t facet, const char *label); /* a facet's value in words */
const char *sort_word(int sort);

#endif
