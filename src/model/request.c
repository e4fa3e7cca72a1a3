/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define IN(state) (1u << REQUEST_##state)
#define UNDECIDED (IN(asked) | IN(seen) | IN(info))
#define BEFORE_START                                                                               \
    (UNDECIDED | IN(yes) | IN(yes_if) | IN(proposed) | IN(waitlisted) | IN(offered) | IN(placed))
#define TO(state) REQUEST_##state

const struct transition request_transitions[] = {
    {0, STEP_ASK, MAKER_WORKER, TO(asked), NEED_EMPLOYER, "a worker asks; a badge is enough"},
    {0, STEP_ASK, MAKER_WORKER, TO(yes), NEED_OWN | NEED_PIN,
        "on the own route the worker's word is all it takes"},
    {0, STEP_PROPOSE, MAKER_DECIDER, TO(proposed), NEED_PIN, "nothing happens without the worker"},
    {IN(asked), STEP_SEE, MAKER_DECIDER, TO(seen), NEED_PIN, "the worker sees that it was read"},
    {UNDECIDED, STEP_YES, MAKER_DECIDER, TO(yes), NEED_PIN, "the supervisor agrees"},
    {UNDECIDED, STEP_YES_IF, MAKER_DECIDER, TO(yes_if), NEED_PIN | NEED_REASON,
        "the worker must agree to a condition"},
    {IN(asked) | IN(seen), STEP_INFO, MAKER_DECIDER, TO(info), NEED_PIN | NEED_REASON,
        "the supervisor asks something"},
    {UNDECIDED, STEP_NO, MAKER_DECIDER, TO(no), NEED_PIN | NEED_REASON | NEED_ALTERNATIVE,
        "a no says why, and which day may be better"},
    {IN(info), STEP_REPLY, MAKER_WORKER, TO(asked), NEED_PIN, "it is the supervisor's turn again"},
    {IN(proposed) | IN(yes_if), STEP_AGREE, MAKER_WORKER, TO(yes), NEED_PIN,
        "the worker agrees: both have said yes"},
    {IN(yes) | IN(waitlisted) | IN(offered), STEP_AGREE, MAKER_WORKER, STATE_SAME, NEED_PIN,
        "the worker takes the seat that is offered"},
    {IN(proposed) | IN(yes_if) | IN(yes) | IN(waitlisted) | IN(offered) | IN(placed), STEP_DECLINE,
        MAKER_WORKER, TO(withdrawn), NEED_PIN, "the worker does not agree"},
    {BEFORE_START, STEP_WITHDRAW, MAKER_WORKER, TO(withdrawn), NEED_PIN,
        "the worker takes it back"},
    {IN(yes) | IN(waitlisted), STEP_SEAT, MAKER_SERVER, TO(placed), NEED_BOTH_YES,
        "a seat is given"},
    {IN(offered), STEP_SEAT, MAKER_SERVER, TO(placed), NEED_BOTH_YES | NEED_AGREED,
        "the offered seat is taken"},
    {IN(yes) | IN(placed) | IN(offered), STEP_WAIT, MAKER_SERVER, TO(waitlisted), NEED_BOTH_YES,
        "there is none"},
    {IN(yes) | IN(waitlisted), STEP_OFFER, MAKER_SERVER, TO(offered), NEED_BOTH_YES,
        "one came free: the worker must still want it"},
    {IN(placed), STEP_START, MAKER_SERVER, TO(started), 0, "the first day"},
    {IN(started), STEP_FINISH, MAKER_SERVER, TO(finished), 0, "the last day is over"},
    {IN(placed) | IN(started) | IN(finished), STEP_ABSENT, MAKER_DECIDER, TO(not_attended),
        NEED_PIN, "somebody was not there"},
    {UNDECIDED | IN(yes) | IN(yes_if) | IN(proposed) | IN(waitlisted) | IN(offered), STEP_EXPIRE,
        MAKER_SERVER, TO(expired), 0, "the day passed without a seat"},
};
const int request_transition_count = sizeof(request_transitions) / sizeof(request_transitions[0]);

static bool all_agreed(const struct request_fold *f)
{
    return f->exists && f->worker_yes && (f->route == ROUTE_own || f->decider_yes);
}

bool request_may_have_seat(const struct request_fold *f)
{
    return all_agreed(f) && request_open(f->state);
}

bool request_gave_back(const struct request_fold *f)
{
    return all_agreed(f) && f->state == REQUEST_withdrawn;
}

bool request_open(enum request_state state)
{
    return BEFORE_START & (1u << state);
}

enum holder request_holder(enum request_state state, bool overdue)
{
    unsigned in = 1u << state;
    if (in & (IN(asked) | IN(seen)))
        return overdue ? HOLDER_contact : HOLDER_supervisor;
    if (in & (IN(info) | IN(yes_if) | IN(proposed) | IN(offered)))
        return HOLDER_worker;
    return in & (IN(yes) | IN(waitlisted)) ? HOLDER_fund : HOLDER_nobody;
}

/* ---- whether a step may be made ---- */

static bool is_answer(enum step_kind kind)
{
    return kind == STEP_YES || kind == STEP_YES_IF || kind == STEP_INFO || kind == STEP_NO;
}

/* Which reasons, conditions and questions there are for an answer. */
static bool explains(enum step_kind kind, enum because because)
{
    switch (kind) {
    case STEP_NO:
        return because >= BECAUSE_busy && because <= BECAUSE_not_now;
    case STEP_YES_IF:
        return because >= BECAUSE_own_time && because <= BECAUSE_work_covered;
    case STEP_INFO:
        return because >= BECAUSE_why && because <= BECAUSE_which_level;
    default:
        return true;
    }
}

static bool right_maker(const struct request_fold *f, const struct step *s)
{
    const char *worker = f->exists ? f->worker : s->worker;
    bool himself = strcmp(s->person, worker) == 0;
    switch (s->maker) {
    case MAKER_WORKER:
        return himself;
    case MAKER_DECIDER: /* of what is on the own route nobody decides anything */
        return !himself && *s->person && (f->exists ? f->route : s->route) == ROUTE_employer;
    case MAKER_SERVER:
        return true;
    }
    return false;
}

static const struct transition *find_transition(
    const struct transition *table, int count, const struct request_fold *f, const struct step *s)
{
    enum route_kind route = f->exists ? f->route : s->route;
    for (int i = 0; i < count; i++) {
        const struct transition *t = &table[i];
        bool from = f->exists ? t->from & (1u << f->state) : t->from == 0;
        unsigned not_here = route == ROUTE_own ? NEED_EMPLOYER : NEED_OWN;
        if (from && t->step == s->kind && t->maker == s->maker && !(t->needs & not_here))
            return t;
    }
    return NULL;
}

/* What a badge alone began, a badge alone takes back, as long as nobody has answered: its owner has
 * perhaps no PIN yet. After that a colleague with a copied badge could take a seat away. */
static bool needs_pin(const struct request_fold *f, const struct transition *t)
{
    bool undone = t->step == STEP_WITHDRAW && f->badge_only && UNDECIDED & (1u << f->state);
    return t->needs & NEED_PIN && !undone;
}

static enum step_result check(
    const struct request_fold *f, const struct transition *t, const struct step *s)
{
    if (needs_pin(f, t) && !s->proven)
        return STEP_NOT_PROVEN;
    if (t->needs & NEED_REASON && !explains(s->kind, s->because))
        return STEP_INCOMPLETE;
    if (t->needs & NEED_ALTERNATIVE && s->alternative == NO_NUMBER)
        return STEP_INCOMPLETE;
    if (t->needs & NEED_BOTH_YES && !request_may_have_seat(f))
        return STEP_NOT_ALLOWED;
    if (t->needs & NEED_AGREED && (f->agreed_at == NO_NUMBER || f->agreed_at < f->since))
        return STEP_NOT_ALLOWED;
    return STEP_TAKEN;
}

/* ---- what a step does ---- */

static enum answer answer_of(enum step_kind kind)
{
    return kind == STEP_YES      ? ANSWER_yes
           : kind == STEP_YES_IF ? ANSWER_yes_if
           : kind == STEP_INFO   ? ANSWER_info
                                 : ANSWER_no;
}

static void begin(struct request_fold *f, const struct step *s)
{
    *f = (struct request_fold){.exists = true,
        .route = s->route,
        .worker = s->worker,
        .words = s->kind == STEP_ASK ? s->words : "",
        .reply = "",
        .badge_only = s->kind == STEP_ASK && !s->proven,
        .worker_yes = s->kind == STEP_ASK,
        .decider_yes = s->kind == STEP_PROPOSE,
        .proposer = s->kind == STEP_PROPOSE ? s->person : "",
        .decider = "",
        .asked_at = s->at,
        .turn_at = s->at,
        .decided_at = NO_NUMBER,
        .agreed_at = NO_NUMBER,
        .alternative = NO_NUMBER,
        .objector = ""};
}

static void note_answer(struct request_fold *f, const struct step *s)
{
    f->decider = s->person;
    f->decided_at = s->at;
    f->because = s->kind == STEP_YES ? BECAUSE_none : s->because;
    f->alternative = s->kind == STEP_NO ? s->alternative : NO_NUMBER;
    f->decider_yes = s->kind == STEP_YES || s->kind == STEP_YES_IF;
    if (s->kind == STEP_YES_IF)
        f->worker_yes = false; /* until he agrees to the condition */
}

static void take(struct request_fold *f, const struct transition *t, const struct step *s)
{
    if (!f->exists)
        begin(f, s);
    if (is_answer(s->kind))
        note_answer(f, s);
    if (s->kind == STEP_REPLY) {
        f->reply = s->words;
        f->turn_at = s->at;
    }
    if (s->kind == STEP_AGREE) {
        f->worker_yes = true;
        f->agreed_at = s->at;
    }
    if (t->to != STATE_SAME) {
        f->state = (enum request_state)t->to;
        f->since = s->at;
    }
}

/* The answer that stands, as far as one does. */
static bool standing_answer(const struct request_fold *f, enum answer *out)
{
    if (!*f->decider || f->state == REQUEST_asked || f->state == REQUEST_seen ||
        f->state == REQUEST_withdrawn || f->state == REQUEST_expired)
        return false;
    *out = f->state == REQUEST_no       ? ANSWER_no
           : f->state == REQUEST_info   ? ANSWER_info
           : f->because == BECAUSE_none ? ANSWER_yes
                                        : ANSWER_yes_if;
    return true;
}

/* An answer where one stands already. */
static enum step_result object(struct request_fold *f, const struct step *s)
{
    enum answer stands;
    if (!s->proven)
        return STEP_NOT_PROVEN;
    if (!standing_answer(f, &stands))
        return STEP_TOO_LATE;
    if (answer_of(s->kind) == stands)
        return STEP_REPEATED;
    if (!explains(s->kind, s->because))
        return STEP_INCOMPLETE;
    f->objector = s->person;
    f->objection = answer_of(s->kind);
    return STEP_OBJECTED;
}

static bool begins(enum step_kind kind)
{
    return kind == STEP_ASK || kind == STEP_PROPOSE;
}

/* A step for which the table has no line. */
static enum step_result no_transition(struct request_fold *f, const struct step *s)
{
    if (is_answer(s->kind))
        return object(f, s);
    if (s->kind == STEP_SEE)
        return s->proven ? STEP_REPEATED : STEP_NOT_PROVEN;
    return STEP_TOO_LATE;
}

enum step_result request_apply_by(
    const struct transition *table, int count, struct request_fold *f, const struct step *s)
{
    if (f->exists == begins(s->kind))
        return STEP_TOO_LATE;
    if (!right_maker(f, s))
        return STEP_NOT_ALLOWED;
    const struct transition *t = find_transition(table, count, f, s);
    if (!t)
        return f->exists ? no_transition(f, s) : STEP_NOT_ALLOWED;
    enum step_result result = check(f, t, s);
    if (result == STEP_TAKEN)
        take(f, t, s);
    return result;
}

enum step_result request_apply(struct request_fold *f, const struct step *s)
{
    return request_apply_by(request_transitions, request_transition_count, f, s);
}

/* ---- folding ---- */

int step_compare(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    bool first = begins(x->kind);
    if (first != begins(y->kind))
        return first ? -1 : 1; /* whatever a clock says, nothing comes before the request itself */
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return strcmp(x->id, y->id);
}

struct request_fold request_fold(struct step *steps, int count, enum step_result *result)
{
    struct request_fold f = {0};
    if (count > 0)
        qsort(steps, (size_t)count, sizeof(*steps), step_compare);
    for (int i = 0; i < count; i++) {
        enum step_result r = request_apply(&f, &steps[i]);
        if (result)
            result[i] = r;
    }
    return f;
}

int step_of_entry(const struct record *e)
{
    static const struct {
        enum type_id type;
        enum step_kind step;
    } kinds[] = {{TYPE_ASK, STEP_ASK}, {TYPE_PROPOSE, STEP_PROPOSE}, {TYPE_SEE, STEP_SEE},
        {TYPE_REPLY, STEP_REPLY}, {TYPE_WITHDRAW, STEP_WITHDRAW}, {TYPE_ABSENT, STEP_ABSENT}};
    static const enum step_kind answers[] = {
        [ANSWER_yes] = STEP_YES,
        [ANSWER_yes_if] = STEP_YES_IF,
        [ANSWER_info] = STEP_INFO,
        [ANSWER_no] = STEP_NO,
    };
    if (e->type == type_get(TYPE_DECIDE))
        return (int)answers[record_number(e, DECIDE_answer)];
    if (e->type == type_get(TYPE_ACCEPT))
        return record_number(e, ACCEPT_agrees) ? STEP_AGREE : STEP_DECLINE;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (e->type == type_get(kinds[i].type))
            return (int)kinds[i].step;
    return -1;
}

int64_t record_alternative(const struct record *r)
{
    bool none = record_number(r, type_field(r->type, "no_other_day")) == 1;
    return none ? NO_OTHER_DAY : record_number(r, type_field(r->type, "alternative"));
}

void record_set_alternative(struct record *r, int64_t day)
{
    bool none = day == NO_OTHER_DAY;
    record_set_number(r, type_field(r->type, "no_other_day"), none ? 1 : NO_NUMBER);
    record_set_number(r, type_field(r->type, "alternative"), none ? NO_NUMBER : day);
}

enum maker step_maker(enum step_kind kind)
{
    switch (kind) {
    case STEP_ASK:
    case STEP_REPLY:
    case STEP_AGREE:
    case STEP_DECLINE:
    case STEP_WITHDRAW:
        return MAKER_WORKER;
    case STEP_PROPOSE:
    case STEP_SEE:
    case STEP_YES:
    case STEP_YES_IF:
    case STEP_INFO:
    case STEP_NO:
    case STEP_ABSENT:
        return MAKER_DECIDER;
    default:
        return MAKER_SERVER;
    }
}

/* ---- days ---- */

int64_t request_answer_due(const struct request_fold *f, int answer_days)
{
    return working_days_after(date_from_instant(f->turn_at), answer_days);
}

bool request_overdue(const struct request_fold *f, int64_t at, int answer_days)
{
    bool answered = f->decided_at != NO_NUMBER && f->decided_at >= f->turn_at;
    int64_t until = answered ? f->decided_at : at;
    return f->exists && !*f->proposer &&
           date_from_instant(until) > request_answer_due(f, answer_days);
}

int64_t working_days_after(int64_t date, int n)
{
    while (n > 0) {
        date++;
        int weekday = civil_from_date(date).weekday;
        n -= weekday != 0 && weekday != 6;
    }
    return date;
}

#define HOUR (60 * 60 * INT64_C(1000))

int64_t weekday_hours_after(int64_t instant, int hours)
{
    for (int64_t left = hours * HOUR; left > 0;) {
        int weekday = civil_from_instant(instant).weekday;
        int64_t part = HOUR - instant % HOUR; /* a day begins with an hour everywhere we are */
        part = part < left ? part : left;
        instant += part;
        left -= weekday != 0 && weekday != 6 ? part : 0;
    }
    return instant;
}
