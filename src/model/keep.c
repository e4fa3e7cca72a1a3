/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/keep.h"

#include "base/err.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))

static const struct keep keeps[] = {
#define KEEP(name, days, from) {#name, days, from},
    KEEPS
#undef KEEP
};

static const enum keep_kind of_type[] = {
    [TYPE_SOURCE] = KEEP_catalogue,
    [TYPE_COURSE] = KEEP_catalogue,
    [TYPE_RUN] = KEEP_catalogue,
    [TYPE_OCCUPATION] = KEEP_catalogue,
    [TYPE_SKILL] = KEEP_catalogue,
    [TYPE_NEED] = KEEP_catalogue,
    [TYPE_CAREER_STEP] = KEEP_catalogue,
    [TYPE_OUTCOME] = KEEP_catalogue,
    [TYPE_COMPANY] = KEEP_catalogue,
    [TYPE_PERSON] = KEEP_roster,
    [TYPE_DELEGATION] = KEEP_delegation,
    [TYPE_REQUEST] = KEEP_request,
    [TYPE_NOTICE] = KEEP_notice,
    [TYPE_LETTER] = KEEP_letter,
    [TYPE_ASK] = KEEP_request,
    [TYPE_SEE] = KEEP_request,
    [TYPE_DECIDE] = KEEP_request,
    [TYPE_PROPOSE] = KEEP_request,
    [TYPE_REPLY] = KEEP_request,
    [TYPE_ACCEPT] = KEEP_request,
    [TYPE_WITHDRAW] = KEEP_request,
    [TYPE_ABSENT] = KEEP_request,
    [TYPE_SEALED] = KEEP_request,
    [TYPE_DELEGATE] = KEEP_set_aside,
    [TYPE_SIGN_IN] = KEEP_sign_in,
    [TYPE_SET_PIN] = KEEP_sign_in,
    [TYPE_GIVE_CODE] = KEEP_sign_in,
    [TYPE_WISH] = KEEP_sign_in,
    [TYPE_REPORT] = KEEP_report,
};

static const struct purpose_words purposes[] = {
    [PURPOSE_NOBODY] = {"", "says nothing about a person", "everybody"},
    [PURPOSE_GREET] = {"greet", "to greet the person and to say who decides",
        "everybody who uses the badge; on requests, the people who decide for the team"},
    [PURPOSE_IDENTIFY] = {"identify", "to know whose badge it is",
        "nobody; programs compare it with what the reader gives"},
    [PURPOSE_DECIDE] = {"decide", "to find and to name who decides on a request",
        "the person who asked; the people who decide for the team"},
    [PURPOSE_REQUEST] = {"request", "to find the person a place on a course",
        "the person; on the employer's route also the people who decide for the team; the fund"},
    [PURPOSE_PROVE] = {"prove", "to prove that it was this person", "nobody; the server checks it"},
    [PURPOSE_TELL] = {"tell", "to tell the person what happened", "the person who is told"},
};

const struct keep *keep_get(enum keep_kind kind)
{
    if ((int)kind < 0 || kind >= KEEP_COUNT)
        BUG("no rule %d", (int)kind);
    return &keeps[kind];
}

int64_t keep_before(enum keep_kind kind, int64_t now)
{
    int days = keep_get(kind)->days;
    if (days == 0)
        BUG("%s has no days", keep_get(kind)->name);
    return now - days * DAY_MS;
}

enum keep_kind keep_of_type(enum type_id id)
{
    if (type_get(id)->class == CLASS_VIEW)
        return KEEP_screen;
    if (id >= sizeof(of_type) / sizeof(of_type[0]))
        BUG("nobody said how long a %s is kept", type_get(id)->name);
    return of_type[id];
}

const struct purpose_words *purpose_words(enum purpose purpose)
{
    if ((int)purpose < 0 || purpose >= sizeof(purposes) / sizeof(purposes[0]))
        BUG("no purpose %d", (int)purpose);
    return &purposes[purpose];
}
