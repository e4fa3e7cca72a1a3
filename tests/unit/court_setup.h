/* SPDX-License-Identifier: EUPL-1.2 */
/* A court of its own for each test. */
#ifndef ACHT_TESTS_COURT_SETUP_H
#define ACHT_TESTS_COURT_SETUP_H

#include "court_house.h"

static struct house house;

static int setup(void **unused)
{
    (void)unused;
    house_open(&house);
    court_fill(&house);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    house_close(&house);
    return 0;
}

#define ASK(number, who) .type = TYPE_ASK, .id = number, .person = who
#define YES(number, who, of) .type = TYPE_DECIDE, .id = number, .person = who, .request = of

#endif
