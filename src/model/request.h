/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of a request: one table of transitions, the same on kiosk and server.
 *
 * A request is the fold of the steps that people made, in the order of the time at which they made
 * them (bounded by what the server knows of the kiosk's clock) and not of the time at which they
 * came in: two kiosks that sync in either order end in the same state. What only the server knows
 * (seats, the calendar) is applied after that, by the same table. */
#ifndef ACHT_MODEL_REQUEST_H
#define ACHT_MODEL_REQUEST_H

#include "model/record.h"

enum step_kind {
    STEP_ASK,
    STEP_PROPOSE,
    STEP_SEE,
    STEP_YES,
    STEP_YES_IF,
    STEP_INFO,
    STEP_NO,
    STEP_REPLY,
    STEP_AGREE,   /* to a proposal, a condition or an offered seat */
    STEP_DECLINE, /* the same, the other way */
    STEP_WITHDRAW,
    STEP_ABSENT,
    STEP_SEAT, /* from here on the server's own */
    STEP_WAIT,
    STEP_OFFER,
    STEP_START,
    STEP_FINISH,
    STEP_EXPIRE,
    STEPS_COUNT
};
#define STEP_KINDS                                                                                 \
    "ask|propose|see|yes|yes_if|info|no|reply|agree|decline|withdraw|absent|seat|wait|offer|"      \
    "start|"                                                                                       \
    "finish|expire"

/* Who makes a step. DECIDER: the supervisor of the worker's team, his deputy, or the contact when
 * it is the contact's turn; whoever knows the people says so, and request_apply() adds that nobody
 * decides on himself. */
enum maker { MAKER_WORKER = 1, MAKER_DECIDER = 2, MAKER_SERVER = 4 };

/* What a no may say in place of a day: that none is known. In records and entries that is a field
 * of its own: record_alternative() reads both, and record_set_alternative() writes them. */
#define NO_OTHER_DAY (NO_NUMBER + 1)
#define NO_OTHER_DAY_ID "none" /* among the days to choose from */

/* One step. Texts are borrowed. Times are instants, dates are dates. */
struct step {
    enum step_kind kind;
    int64_t at;         /* bounded time */
    const char *id;     /* of the entry; breaks ties. "" for the server's own */
    const char *person; /* who made it; "" the server */
    enum maker maker;
    bool proven; /* by a PIN that the server checked (or, on a kiosk, will check) */
    /* ASK and PROPOSE */
    const char *worker; /* who learns */
    enum route_kind route;
    /* answers */
    enum because because;
    int64_t alternative; /* a date, NO_OTHER_DAY, or NO_NUMBER */
    const char *words;   /* of an ask or a reply; "" none */
};

/* A request as far as it has come. {0} is one that does not exist yet; `exists` tells. */
struct request_fold {
    bool exists;
    enum request_state state;
    enum route_kind route;
    const char *worker;
    const char *words, *reply; /* never NULL when it exists */
    bool badge_only;           /* the ask was not proven */
    bool worker_yes, decider_yes;
    const char *proposer, *decider; /* "" none */
    int64_t asked_at, since, decided_at;
    int64_t turn_at;   /* since when it is the supervisor's turn: asked, or the last reply */
    int64_t agreed_at; /* the last time the worker agreed to something, or NO_NUMBER */
    enum because because;
    int64_t alternative;
    const char *objector; /* "" none */
    enum answer objection;
};

/* What a step did. */
enum step_result {
    STEP_TAKEN,
    STEP_REPEATED,    /* it says what stood there already: nothing to do */
    STEP_OBJECTED,    /* another answer came first: this one is kept as an objection */
    STEP_NOT_ALLOWED, /* not this person's to do, or on himself */
    STEP_NOT_PROVEN,  /* it needs a PIN */
    STEP_INCOMPLETE,  /* a no without reason or day, a condition or question without which */
    STEP_TOO_LATE,    /* the request has gone on to where this means nothing */
};

/* Applies one step. All results but TAKEN and OBJECTED leave the fold as it is. */
enum step_result request_apply(struct request_fold *f, const struct step *s);

/* The same by another table: what the model check is checked with. */
struct transition;
enum step_result request_apply_by(
    const struct transition *table, int count, struct request_fold *f, const struct step *s);

/* The order in which steps count: by time, then by id. For qsort. */
int step_compare(const void *a, const void *b);

/* Folds steps (sorted by this function) from nothing. result[i], if result is not NULL, is what
 * step i of the sorted array did. */
struct request_fold request_fold(struct step *steps, int count, enum step_result *result);

/* Whether a seat may be given: everybody who must agree has agreed, and nobody took it back. */
bool request_may_have_seat(const struct request_fold *f);

/* Whether one might have been given until the worker took the request back. */
bool request_gave_back(const struct request_fold *f);

/* Whether it stands before the course: a second ask for the same is the same ask. */
bool request_open(enum request_state state);

/* Who makes steps of a kind: MAKER_DECIDER, the server or the worker. */
enum maker step_maker(enum step_kind kind);

/* Whether the time for an answer, in working days, had passed by the instant `at` while it was the
 * supervisor's turn; and the last day for that answer. */
bool request_overdue(const struct request_fold *f, int64_t at, int answer_days);
int64_t request_answer_due(const struct request_fold *f, int answer_days);

/* Who must do something now. overdue: the supervisor has let the time for an answer pass. */
enum holder request_holder(enum request_state state, bool overdue);

/* The step that an entry of this type and answer makes, or -1 for one that is no step. */
int step_of_entry(const struct record *e);

/* The day that a record or entry with the fields `alternative` and `no_other_day` names, or
 * NO_OTHER_DAY or NO_NUMBER; and back. */
int64_t record_alternative(const struct record *r);
void record_set_alternative(struct record *r, int64_t day);

/* The transitions as data, for the model check and the documentation. */
struct transition {
    unsigned from; /* bits of 1 << enum request_state; 0: from nothing */
    enum step_kind step;
    enum maker maker;
    int to; /* enum request_state, or STATE_SAME */
    unsigned needs;
    const char *says;
};
#define STATE_SAME (-1)
enum need {
    NEED_PIN = 1,         /* proven */
    NEED_REASON = 2,      /* because */
    NEED_ALTERNATIVE = 4, /* a day, or that none is known */
    NEED_BOTH_YES = 8,    /* request_may_have_seat() */
    NEED_OWN = 16,        /* the own route */
    NEED_EMPLOYER = 32,   /* the employer's route */
    NEED_AGREED = 64,     /* the worker has agreed since it stands there */
};
extern const struct transition request_transitions[];
extern const int request_transition_count;

/* ---- days ---- */

/* The working day (Monday to Friday) that is n working days after the date. */
int64_t working_days_after(int64_t date, int n);

/* The instant at which so many hours that are not of a Saturday or Sunday (local time) are over. */
int64_t weekday_hours_after(int64_t instant, int hours);

#endif
