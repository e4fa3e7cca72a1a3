/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit trail: append-only, a hash chain per company, ids instead of names. */
#ifndef ACHT_CENTRAL_AUDIT_H
#define ACHT_CENTRAL_AUDIT_H

#include <stdio.h>

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
    AUDIT(code_refused, "an enrolment code was tried in vain")                                     \
    AUDIT(token_renewed, "a kiosk's token was replaced")                                           \
    AUDIT(kiosk_copied, "there are two of a kiosk, or somebody has its token")                     \
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

/* ---- the whole trail ---- */

/* The end of a company's chain. Kept elsewhere, it shows later whether lines were cut off. */
struct audit_head {
    char company[LIM_ID]; /* "" the fund's own acts */
    int64_t seq;          /* 0: not known, only the hash counts */
    char hash[DIGEST_HEX];
};

/* company NULL: of all. */
typedef void audit_see_head(void *context, const struct audit_head *head);
int audit_heads(struct database *db, const char *company, audit_see_head *see, void *context,
    struct err *err) ACHT_NODISCARD;

/* Reads heads as `audit head` prints them, or one hash; into mem. */
int audit_heads_read(const char *text, struct arena *mem, struct audit_head **out, int *count,
    struct err *err) ACHT_NODISCARD;

/* The first line that is not as it was written. */
struct audit_fault {
    char company[LIM_ID];
    int64_t seq;
    const char *what;
};

/* Follows the chains from their beginning to the heads. Returns 1 and fills fault when something is
 * wrong, 0 when all is as it was written, or -1. now: lines may have been emptied by then. */
int audit_verify(struct database *db, const char *company, const struct audit_head *heads,
    int head_count, int64_t now, struct audit_fault *fault, struct err *err) ACHT_NODISCARD;

/* Adds NDJSON to the file: the lines since then, each at most 2 KiB, and the heads. */
int audit_export(struct database *db, const char *company, int64_t since, FILE *out,
    struct err *err) ACHT_NODISCARD;

/* Empties the lines that were kept long enough (model/keep.h) of whom they name; what happened and
 * when stays, and so does the chain. Within a write transaction; adds to *count. */
int audit_forget(struct database *db, int64_t now, int64_t *count, struct err *err) ACHT_NODISCARD;

#endif
