/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit trail: append-only, a hash chain per company, ids instead of names. */
#ifndef ACHT_CENTRAL_AUDIT_H
#define ACHT_CENTRAL_AUDIT_H

#include "central/database.h"

/* AUDIT(event, what happened). A person reads some of them in "who looked". */
#define AUDIT_EVENTS                                                                               \
    AUDIT(signed_in, "a PIN was right")                                                            \
    AUDIT(wrong_pin, "a PIN was wrong")                                                            \
    AUDIT(slowed_down, "an entry was not looked at: too many wrong PINs")                          \
    AUDIT(spraying, "wrong PINs for many people or at many kiosks")                                \
    AUDIT(pin_set, "a PIN was set")                                                                \
    AUDIT(pin_refused, "a PIN was not set")                                                        \
    AUDIT(code_given, "a one-time code was given")                                                 \
    AUDIT(asked, "a course was asked for")                                                         \
    AUDIT(proposed, "a course was proposed")                                                       \
    AUDIT(opened, "a supervisor opened a request")                                                 \
    AUDIT(decided, "a supervisor answered a request")                                              \
    AUDIT(objected, "an answer came after another")                                                \
    AUDIT(replied, "a worker answered a question")                                                 \
    AUDIT(agreed, "a worker agreed")                                                               \
    AUDIT(declined, "a worker did not agree")                                                      \
    AUDIT(withdrawn, "a worker took a request back")                                               \
    AUDIT(absent, "somebody did not attend")                                                       \
    AUDIT(escalated, "an unanswered request went to the contact")                                  \
    AUDIT(seat_given, "a seat was given")                                                          \
    AUDIT(seat_offered, "a seat was offered")                                                      \
    AUDIT(seat_lost, "a seat went to somebody who had asked before")                               \
    AUDIT(expired, "a request ran out")                                                            \
    AUDIT(not_allowed, "somebody tried what is not theirs to do")                                  \
    AUDIT(delegated, "a supervisor named a deputy")                                                \
    AUDIT(exported, "a person's data was handed out")                                              \
    AUDIT(erased, "a person's data was erased")                                                    \
    AUDIT(imported, "a roster was read")                                                           \
    AUDIT(kiosk_added, "a kiosk got an enrolment code")                                            \
    AUDIT(kiosk_enrolled, "a kiosk was enrolled")                                                  \
    AUDIT(kiosk_revoked, "a kiosk was shut out")                                                   \
    AUDIT(retention, "what was kept long enough was forgotten")

enum audit_event {
#define AUDIT(event, says) AUDIT_##event,
    AUDIT_EVENTS
#undef AUDIT
        AUDIT_COUNT
};

/* One line of the trail. Texts are ids, "" for none: never a name, a word or a PIN. */
struct audit_line {
    enum audit_event event;
    int64_t at;          /* the server's clock */
    const char *actor;   /* a person, or "" for the server or an operator */
    const char *subject; /* the person whom it concerns */
    const char *request, *kiosk;
};

/* Adds a line, within a write transaction. */
int audit_add(struct database *db, const char *company, const struct audit_line *line,
    struct err *err) ACHT_NODISCARD;

/* Who looked at this person's data (opened, decided, exported), newest first, at most max lines;
 * texts live in mem. */
int audit_looks(struct database *db, const char *company, const char *person, int max,
    struct arena *mem, struct audit_line *out, int *count, struct err *err) ACHT_NODISCARD;

#endif
