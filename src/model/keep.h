/* SPDX-License-Identifier: EUPL-1.2 */
/* How long what is kept about people stays, and who sees it: the rules by which the server forgets
 * and those that the data dictionary prints are these. */
#ifndef ACHT_MODEL_KEEP_H
#define ACHT_MODEL_KEEP_H

#include "model/type.h"

/* KEEP(name, days, from when); 0 days: until that. */
#define KEEPS                                                                                      \
    KEEP(catalogue, 0, "until its source no longer gives it")                                      \
    KEEP(roster, 0, "until the roster no longer names the person")                                 \
    KEEP(standing, 90, "after the roster said something else")                                     \
    KEEP(request, 365, "after the request ended")                                                  \
    KEEP(notice, 90, "after the notice")                                                           \
    KEEP(delegation, 90, "after its last day")                                                     \
    KEEP(letter, 1, "after the visit")                                                             \
    KEEP(sign_in, 90, "after it came in")                                                          \
    KEEP(set_aside, 90, "after it came in")                                                        \
    KEEP(verdict, 400, "after the entry came in")                                                  \
    KEEP(audit, 400, "after it happened")                                                          \
    KEEP(code, 0, "until it is used or has run out")                                               \
    KEEP(employed, 0, "until the person's data is erased")                                         \
    KEEP(wish, 0, "until it is done")                                                              \
    KEEP(kiosk_entry, 7, "after the verdict on it reached the kiosk")                              \
    KEEP(report, 0, "until the kiosk sends its next one")                                          \
    KEEP(erased, 0, "until the person is taken on again")                                          \
    KEEP(screen, 0, "until the visit ends")

enum keep_kind {
#define KEEP(name, days, from) KEEP_##name,
    KEEPS
#undef KEEP
        KEEP_COUNT
};

struct keep {
    const char *name;
    int days; /* 0: there is no number of days */
    const char *from;
};
const struct keep *keep_get(enum keep_kind kind);

/* The moment before which such a thing has been kept long enough, as of now. Only for those that
 * have days. */
int64_t keep_before(enum keep_kind kind, int64_t now);

/* The rule of a type: for a record, and for what an entry says, at the server. */
enum keep_kind keep_of_type(enum type_id id);

/* A purpose in words. */
struct purpose_words {
    const char *name, *says, *seen_by;
};
const struct purpose_words *purpose_words(enum purpose purpose);

#endif
