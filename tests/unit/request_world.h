/* SPDX-License-Identifier: EUPL-1.2 */
/* A worker, two supervisors, a contact and an intruder, and what they do about a request. */
#ifndef ACHT_TESTS_REQUEST_WORLD_H
#define ACHT_TESTS_REQUEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "model/request.h"

#define WORKER "worker"
#define ANNE "anne" /* two supervisors of the team */
#define BEN "ben"
#define CONTACT "contact"
#define INTRUDER "intruder" /* of another team: no decider here */

static inline struct step make(enum step_kind kind, const char *person, bool proven)
{
    static const enum because becauses[STEPS_COUNT] = {
        [STEP_YES_IF] = BECAUSE_own_time, [STEP_INFO] = BECAUSE_why, [STEP_NO] = BECAUSE_busy};
    bool stranger = strcmp(person, INTRUDER) == 0 && step_maker(kind) == MAKER_DECIDER;
    return (struct step){.kind = kind,
        .id = "",
        .person = person,
        .maker = stranger ? (enum maker)0 : step_maker(kind),
        .proven = proven,
        .worker = WORKER,
        .because = becauses[kind],
        .alternative = kind == STEP_NO ? 20000 : NO_NUMBER,
        .words = ""};
}

static inline struct step own(struct step s)
{
    s.route = ROUTE_own;
    return s;
}

#endif
