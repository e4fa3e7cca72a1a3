/* SPDX-License-Identifier: EUPL-1.2 */
/* Time: instants are milliseconds since 1970 UTC, dates are days since 1970, durations are
 * monotonic milliseconds. Texts are ISO 8601. */
#ifndef ACHT_BASE_CLOCK_H
#define ACHT_BASE_CLOCK_H

#include <stdint.h>

#include "base/err.h"

int64_t clock_now(void);       /* the wall clock */
int64_t clock_monotonic(void); /* goes on through suspend; never jumps */

struct civil {
    int year, month, day, hour, minute, weekday; /* month and day from 1; weekday 0 is Sunday */
};

int64_t date_from_civil(int year, int month, int day);
struct civil civil_from_date(int64_t date);
struct civil civil_from_instant(int64_t instant); /* in the local time zone */
int64_t date_from_instant(int64_t instant);       /* the local date */

/* "2027-01-12"; refuses what is no real date between 1900 and 2199. */
int date_parse(const char *s, int64_t *date, struct err *err) ACHT_NODISCARD;
void date_format(int64_t date, char out[16]);

/* "2026-11-24T02:14:00Z", seconds precision on output; input may carry a fraction. */
int instant_parse(const char *s, int64_t *instant, struct err *err) ACHT_NODISCARD;
void instant_format(int64_t instant, char out[32]);
/* The same for an operator: "2026-11-24 03:14 CET", in the local time zone. */
void instant_format_local(int64_t instant, char out[32]);

#endif
