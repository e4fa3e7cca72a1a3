/* SPDX-License-Identifier: EUPL-1.2 */
/* Kiosks of a fund in a server's database, for benchmarks: many, so that no limit of one kiosk is
 * met. What goes wrong ends the program. */
#ifndef TESTS_SUPPORT_FUND_H
#define TESTS_SUPPORT_FUND_H

#include "central/database.h"

enum { FUND_KIOSKS = 3000, FUND_COMPANIES = 100, FUND_PEOPLE = 30, FUND_COURSES = 50 };

struct fund {
    struct kiosk kiosk[FUND_KIOSKS];
    char token[FUND_KIOSKS][KEY_HEX];
};

/* Adds companies c0, c1 ... with people p0, p1 ..., and kiosks; courses course0 ... too, if there
 * are to be some. */
void fund_add(struct fund *f, const char *where, bool courses);

#endif
