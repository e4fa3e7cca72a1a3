/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of a request: its table, and a model check of every path through it. */
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
#define DEPTH 6

/* ---- the world ---- */

static struct step make(enum step_kind kind, const char *person, bool proven)
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

static struct step own(struct step s)
{
    s.route = ROUTE_own;
    return s;
}

struct alphabet {
    struct step first[10], next[32];
    int firsts, nexts;
};

static struct alphabet whole_alphabet(void)
{
    struct alphabet a = {
        .first = {make(STEP_ASK, WORKER, true), make(STEP_ASK, WORKER, false),
            own(make(STEP_ASK, WORKER, true)), own(make(STEP_ASK, WORKER, false)),
            make(STEP_PROPOSE, ANNE, true), make(STEP_PROPOSE, ANNE, false),
            make(STEP_PROPOSE, INTRUDER, true), own(make(STEP_PROPOSE, ANNE, true))},
        .next = {make(STEP_SEE, ANNE, true), make(STEP_YES, ANNE, true), make(STEP_YES, BEN, true),
            make(STEP_YES, BEN, false), make(STEP_YES, CONTACT, true),
            make(STEP_YES, INTRUDER, true), make(STEP_YES, WORKER, true),
            make(STEP_YES_IF, ANNE, true), make(STEP_INFO, BEN, true), make(STEP_NO, ANNE, true),
            make(STEP_NO, BEN, false), make(STEP_REPLY, WORKER, true),
            make(STEP_AGREE, WORKER, true), make(STEP_AGREE, WORKER, false),
            make(STEP_AGREE, ANNE, true), make(STEP_DECLINE, WORKER, true),
            make(STEP_WITHDRAW, WORKER, true), make(STEP_WITHDRAW, INTRUDER, true)},
        .firsts = 8,
        .nexts = 18};
    return a;
}

static struct alphabet core_alphabet(void)
{
    return (struct alphabet){
        .first = {make(STEP_ASK, WORKER, false), make(STEP_PROPOSE, ANNE, true)},
        .next = {make(STEP_YES, ANNE, true), make(STEP_NO, BEN, true), make(STEP_YES_IF, BEN, true),
            make(STEP_AGREE, WORKER, true), make(STEP_WITHDRAW, WORKER, true)},
        .firsts = 2,
        .nexts = 5};
}

/* What is checked, and with which rules: those of the product, or broken ones. */
struct rules {
    const struct transition *table;
    int count;
    bool by_arrival; /* in the order in which they came in instead of time */
};
static struct rules product_rules(void)
{
    return (struct rules){request_transitions, request_transition_count, false};
}

/* ---- no seat without the yes of everybody ---- */

/* The first answer of a decider that needed nothing more, by reading the path itself. */
static const struct step *first_answer(const struct step *path, int n, int *where)
{
    for (int i = 1; i < n; i++) {
        enum step_kind k = path[i].kind;
        bool answer = k == STEP_YES || k == STEP_YES_IF || k == STEP_NO;
        *where = i;
        if (answer && path[i].maker == MAKER_DECIDER && path[i].proven &&
            strcmp(path[i].person, WORKER) != 0)
            return &path[i];
    }
    return NULL;
}

static bool agreed_after(const struct step *path, int n, int where)
{
    for (int i = where + 1; i < n; i++)
        if (path[i].kind == STEP_AGREE && path[i].proven && strcmp(path[i].person, WORKER) == 0)
            return true;
    return false;
}

static bool taken_back(const struct step *path, int n)
{
    for (int i = 1; i < n; i++)
        if (path[i].kind == STEP_WITHDRAW && path[i].proven && strcmp(path[i].person, WORKER) == 0)
            return true;
    return false;
}

/* Whether everybody has said yes, without the code under test. */
static bool everybody_agrees(const struct step *path, int n)
{
    int where = 0;
    if (taken_back(path, n))
        return false;
    if (path[0].kind == STEP_PROPOSE)
        return path[0].proven && path[0].maker == MAKER_DECIDER && agreed_after(path, n, 0);
    if (path[0].route == ROUTE_own)
        return path[0].proven;
    const struct step *answer = first_answer(path, n, &where);
    return answer && (answer->kind == STEP_YES ||
                         (answer->kind == STEP_YES_IF && agreed_after(path, n, where)));
}

static struct request_fold serve(
    const struct rules *r, struct request_fold f, const enum step_kind *kinds)
{
    for (; *kinds != STEPS_COUNT; kinds++) {
        struct step s = {.kind = *kinds, .at = 1000, .id = "", .person = "", .maker = MAKER_SERVER};
        request_apply_by(r->table, r->count, &f, &s);
    }
    return f;
}

/* Whatever the server does with seats: gives one, has none and then one more, offers one. */
static bool gets_seat(const struct rules *r, const struct request_fold *f)
{
    static const enum step_kind ways[][4] = {{STEP_SEAT, STEPS_COUNT},
        {STEP_WAIT, STEP_SEAT, STEPS_COUNT}, {STEP_WAIT, STEP_OFFER, STEP_SEAT, STEPS_COUNT}};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (serve(r, *f, ways[i]).state == REQUEST_placed && f->exists)
            return true;
    return false;
}

struct search {
    struct rules rules;
    struct alphabet alphabet;
    struct step path[DEPTH];
    int depth;
    int64_t paths, seats, bad;
};

static void walk(struct search *s, int n, struct request_fold f)
{
    s->paths++;
    if (gets_seat(&s->rules, &f)) {
        s->seats++;
        s->bad += !everybody_agrees(s->path, n);
    }
    if (n == s->depth || !f.exists)
        return;
    for (int i = 0; i < s->alphabet.nexts; i++) {
        struct request_fold g = f;
        s->path[n] = s->alphabet.next[i];
        s->path[n].at = n;
        request_apply_by(s->rules.table, s->rules.count, &g, &s->path[n]);
        walk(s, n + 1, g);
    }
}

/* Counts the paths to a seat that somebody has not agreed to. */
static int64_t seats_without_yes(struct rules rules, int depth, bool print)
{
    struct search s = {.rules = rules, .alphabet = whole_alphabet(), .depth = depth};
    for (int i = 0; i < s.alphabet.firsts; i++) {
        struct request_fold f = {0};
        s.path[0] = s.alphabet.first[i];
        request_apply_by(rules.table, rules.count, &f, &s.path[0]);
        walk(&s, 1, f);
    }
    if (print)
        print_message("%lld paths to depth %d, %lld to a seat, %lld without a yes\n",
            (long long)s.paths, depth, (long long)s.seats, (long long)s.bad);
    return s.bad;
}

static void no_seat_without_every_yes(void **unused)
{
    (void)unused;
    assert_int_equal(seats_without_yes(product_rules(), DEPTH, true), 0);
}

/* The table with the lines of a step changed: from more states, and without a need. */
static struct rules broken_rules(
    struct transition *table, enum step_kind step, unsigned from, unsigned without)
{
    memcpy(table, request_transitions, (size_t)request_transition_count * sizeof(*table));
    for (int i = 0; i < request_transition_count; i++)
        if (table[i].step == step) {
            table[i].from |= from;
            table[i].needs &= ~without;
        }
    return (struct rules){table, request_transition_count, false};
}

#define ANYWHERE ((1u << REQUEST_withdrawn) - 1) /* asked to proposed */

static void the_check_sees_a_broken_table(void **unused)
{
    (void)unused;
    struct transition table[64];
    static const struct {
        enum step_kind step;
        unsigned from, without;
    } broken[] = {
        {STEP_SEAT, ANYWHERE, NEED_BOTH_YES},            /* a manager registers somebody */
        {STEP_WAIT, ANYWHERE, NEED_BOTH_YES | NEED_PIN}, /* caught by the seat's own need */
        {STEP_YES, 0, NEED_PIN}, {STEP_AGREE, 0, NEED_PIN}, {STEP_PROPOSE, 0, NEED_PIN},
        {STEP_YES, 1u << REQUEST_no, 0}, /* a later yes turns a no over */
    };
    for (size_t b = 0; b < sizeof(broken) / sizeof(broken[0]); b++) {
        struct rules rules = broken_rules(table, broken[b].step, broken[b].from, broken[b].without);
        bool safe = broken[b].step == STEP_WAIT;
        if ((seats_without_yes(rules, 4, false) == 0) != safe)
            fail_msg("broken table %zu is not seen", b);
    }
    /* Both needs stand: a wrong state alone gives nobody a seat. */
    struct rules wide = broken_rules(table, STEP_SEAT, ANYWHERE, 0);
    assert_int_equal(seats_without_yes(wide, 4, false), 0);
}

/* An offered seat needs a yes that was said after the offer. */
static void an_offer_must_be_taken(void **unused)
{
    (void)unused;
    struct step ask = make(STEP_ASK, WORKER, true), yes = make(STEP_YES, ANNE, true),
                early = make(STEP_AGREE, WORKER, true), late = early,
                offer = {.kind = STEP_OFFER,
                    .at = 10,
                    .id = "",
                    .person = "",
                    .maker = MAKER_SERVER},
                seat = {.kind = STEP_SEAT, .at = 20, .id = "", .person = "", .maker = MAKER_SERVER};
    struct request_fold f = {0};
    early.at = 5;
    late.at = 15;
    assert_int_equal(request_apply(&f, &ask), STEP_TAKEN);
    assert_int_equal(request_apply(&f, &yes), STEP_TAKEN);
    assert_int_equal(request_apply(&f, &early), STEP_TAKEN);
    assert_int_equal(request_apply(&f, &offer), STEP_TAKEN);
    assert_int_equal(request_apply(&f, &seat), STEP_NOT_ALLOWED);
    assert_int_equal(request_apply(&f, &late), STEP_TAKEN);
    assert_int_equal(request_apply(&f, &seat), STEP_TAKEN);
}

/* ---- any order of arrival ---- */

static void fold_as_arrived(const struct rules *r, const struct step *steps, const int *order,
    int n, struct request_fold *f)
{
    struct step arrived[DEPTH];
    for (int i = 0; i < n; i++)
        arrived[i] = steps[order[i]];
    *f = (struct request_fold){0};
    if (!r->by_arrival) {
        *f = request_fold(arrived, n, NULL);
        return;
    }
    for (int i = 0; i < n; i++)
        request_apply_by(r->table, r->count, f, &arrived[i]);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same(const struct request_fold *a, const struct request_fold *b)
{
    return a->exists == b->exists && a->state == b->state && a->since == b->since &&
           a->worker_yes == b->worker_yes && a->decider_yes == b->decider_yes &&
           a->because == b->because && a->agreed_at == b->agreed_at &&
           a->decided_at == b->decided_at && a->turn_at == b->turn_at &&
           a->objection == b->objection && same_text(a->decider, b->decider) &&
           same_text(a->objector, b->objector) && same_text(a->reply, b->reply);
}

/* Steps to the next order; false after the last. */
static bool next_order(int *order, int n)
{
    int i = n - 1, j = n - 1;
    while (i > 0 && order[i - 1] > order[i])
        i--;
    if (i <= 0)
        return false;
    while (order[j] < order[i - 1])
        j--;
    int t = order[i - 1];
    order[i - 1] = order[j];
    order[j] = t;
    for (j = n - 1; i < j; i++, j--) {
        t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    return true;
}

struct orders {
    struct rules rules;
    int64_t checked, different;
};

static void check_orders(struct orders *o, const struct step *steps, int n)
{
    int order[DEPTH];
    struct request_fold want, got;
    for (int i = 0; i < n; i++)
        order[i] = i;
    fold_as_arrived(&o->rules, steps, order, n, &want);
    while (next_order(order, n)) {
        fold_as_arrived(&o->rules, steps, order, n, &got);
        o->checked++;
        o->different += !same(&want, &got);
    }
}

/* All paths of a length, each in all orders of arrival. Two of the entries have the same time. */
static void check_paths(struct orders *o, const struct alphabet *a, int length)
{
    static const char *const ids[DEPTH] = {"a", "f", "b", "e", "c", "d"};
    static const int64_t times[DEPTH] = {1, 2, 3, 3, 4, 5};
    int64_t count = a->firsts;
    for (int i = 1; i < length; i++)
        count *= a->nexts;
    for (int64_t path = 0; path < count; path++) {
        struct step steps[DEPTH];
        int64_t rest = path / a->firsts;
        for (int i = 0; i<length; i++, rest = i> 1 ? rest / a->nexts : rest) {
            steps[i] = i == 0 ? a->first[path % a->firsts] : a->next[rest % a->nexts];
            steps[i].at = times[i];
            steps[i].id = ids[i];
        }
        check_orders(o, steps, length);
    }
}

static int64_t orders_that_differ(struct rules rules, bool print)
{
    struct orders o = {.rules = rules};
    struct alphabet whole = whole_alphabet(), core = core_alphabet();
    for (int length = 2; length <= 4; length++)
        check_paths(&o, &whole, length);
    for (int length = 5; length <= DEPTH; length++)
        check_paths(&o, &core, length);
    if (print)
        print_message("%lld orders of arrival, %lld end differently\n", (long long)o.checked,
            (long long)o.different);
    return o.different;
}

static void every_order_of_arrival_ends_the_same(void **unused)
{
    (void)unused;
    assert_int_equal(orders_that_differ(product_rules(), true), 0);
}

static void the_check_sees_the_order_of_arrival(void **unused)
{
    (void)unused;
    struct rules rules = product_rules();
    rules.by_arrival = true;
    assert_true(orders_that_differ(rules, false) > 0);
}

/* ---- the table ---- */

static void table_names_makers_and_needs(void **unused)
{
    (void)unused;
    for (int i = 0; i < request_transition_count; i++) {
        const struct transition *t = &request_transitions[i];
        assert_int_equal(t->maker, step_maker(t->step));
        assert_true(t->says && *t->says);
        assert_true(t->to == STATE_SAME || (t->to >= 0 && t->to < REQUEST_STATES_COUNT));
        bool ask = t->step == STEP_ASK && t->needs & NEED_EMPLOYER;
        if (t->maker != MAKER_SERVER && !ask && !(t->needs & NEED_PIN))
            fail_msg("line %d needs no PIN", i);
        if (t->to == REQUEST_placed)
            assert_true(t->needs & NEED_BOTH_YES);
    }
}

static void no_two_lines_for_one_step(void **unused)
{
    (void)unused;
    for (int i = 0; i < request_transition_count; i++)
        for (int j = 0; j < i; j++) {
            const struct transition *a = &request_transitions[i], *b = &request_transitions[j];
            bool apart = (a->needs & NEED_OWN && b->needs & NEED_EMPLOYER) ||
                         (b->needs & NEED_OWN && a->needs & NEED_EMPLOYER);
            if (a->step == b->step && (a->from & b->from || a->from == b->from) && !apart)
                fail_msg("lines %d and %d are for the same", i, j);
        }
}

static void every_state_is_reached_and_named(void **unused)
{
    (void)unused;
    unsigned reached = 1u << REQUEST_refused; /* by the facts, not by a step */
    for (int i = 0; i < request_transition_count; i++)
        if (request_transitions[i].to != STATE_SAME)
            reached |= 1u << request_transitions[i].to;
    assert_int_equal(reached, (1u << REQUEST_STATES_COUNT) - 1);
    assert_int_equal(choice_index(STEP_KINDS, "expire", 6), STEP_EXPIRE);
    assert_int_equal(choice_index(STEP_KINDS, "withdraw", 8), STEP_WITHDRAW);
}

/* ---- single rules ---- */

static enum step_result apply(struct request_fold *f, struct step s, int64_t at)
{
    s.at = at;
    return request_apply(f, &s);
}

static void the_first_answer_stands(void **unused)
{
    (void)unused;
    struct request_fold f = {0};
    assert_int_equal(apply(&f, make(STEP_ASK, WORKER, false), 1), STEP_TAKEN);
    assert_true(f.badge_only);
    assert_int_equal(apply(&f, make(STEP_YES, ANNE, true), 2), STEP_TAKEN);
    assert_int_equal(apply(&f, make(STEP_YES, BEN, true), 3), STEP_REPEATED);
    assert_int_equal(apply(&f, make(STEP_NO, BEN, false), 4), STEP_NOT_PROVEN);
    assert_int_equal(apply(&f, make(STEP_NO, BEN, true), 4), STEP_OBJECTED);
    assert_int_equal(f.state, REQUEST_yes);
    assert_string_equal(f.objector, BEN);
    assert_int_equal(f.objection, ANSWER_no);
}

static void an_answer_says_why(void **unused)
{
    (void)unused;
    struct request_fold f = {0};
    struct step no = make(STEP_NO, ANNE, true), yes_if = make(STEP_YES_IF, ANNE, true);
    apply(&f, make(STEP_ASK, WORKER, false), 1);
    no.because = BECAUSE_none;
    assert_int_equal(apply(&f, no, 2), STEP_INCOMPLETE);
    no.because = BECAUSE_why; /* a question is no reason */
    assert_int_equal(apply(&f, no, 2), STEP_INCOMPLETE);
    no.because = BECAUSE_busy;
    no.alternative = NO_NUMBER;
    assert_int_equal(apply(&f, no, 2), STEP_INCOMPLETE);
    yes_if.because = BECAUSE_busy;
    assert_int_equal(apply(&f, yes_if, 2), STEP_INCOMPLETE);
    assert_int_equal(f.state, REQUEST_asked);
}

/* A copied badge takes back what a badge asked for, but no answer and no seat. */
static void a_badge_takes_back_only_what_nobody_answered(void **unused)
{
    (void)unused;
    struct request_fold f = {0};
    apply(&f, make(STEP_ASK, WORKER, false), 1);
    struct request_fold g = f;
    assert_int_equal(apply(&g, make(STEP_WITHDRAW, WORKER, false), 2), STEP_TAKEN);
    apply(&f, make(STEP_YES, ANNE, true), 2);
    assert_int_equal(apply(&f, make(STEP_WITHDRAW, WORKER, false), 3), STEP_NOT_PROVEN);
    assert_int_equal(apply(&f, make(STEP_WITHDRAW, WORKER, true), 3), STEP_TAKEN);
}

static void nobody_decides_on_the_own_route_or_on_himself(void **unused)
{
    (void)unused;
    struct request_fold f = {0};
    assert_int_equal(apply(&f, own(make(STEP_ASK, WORKER, true)), 1), STEP_TAKEN);
    for (int kind = STEP_SEE; kind <= STEP_NO; kind++)
        assert_int_equal(apply(&f, make((enum step_kind)kind, ANNE, true), 2), STEP_NOT_ALLOWED);
    f = (struct request_fold){0};
    apply(&f, make(STEP_ASK, WORKER, true), 1);
    assert_int_equal(apply(&f, make(STEP_YES, WORKER, true), 2), STEP_NOT_ALLOWED);
    assert_int_equal(apply(&f, make(STEP_YES, INTRUDER, true), 2), STEP_NOT_ALLOWED);
    struct step propose = make(STEP_PROPOSE, WORKER, true);
    f = (struct request_fold){0};
    assert_int_equal(apply(&f, propose, 1), STEP_NOT_ALLOWED);
}

static void nothing_happens_to_what_is_not_there(void **unused)
{
    (void)unused;
    for (int kind = STEP_SEE; kind < STEPS_COUNT; kind++) {
        struct request_fold f = {0};
        struct step s = make((enum step_kind)kind, ANNE, true);
        s.worker = NULL;
        assert_int_equal(request_apply(&f, &s), STEP_TOO_LATE);
        assert_false(f.exists);
    }
}

static void days_are_working_days(void **unused)
{
    (void)unused;
    int64_t friday = date_from_civil(2026, 11, 27);
    assert_int_equal(working_days_after(friday, 0), friday);
    assert_int_equal(working_days_after(friday, 1), friday + 3);
    assert_int_equal(working_days_after(friday, 5), friday + 7);
    assert_int_equal(working_days_after(friday + 1, 1), friday + 3);
}

static void hours_of_weekends_do_not_count(void **unused)
{
    (void)unused;
    static const struct {
        const char *from, *until;
        int hours;
    } cases[] = {
        {"2026-11-24T10:00:00Z", "2026-11-26T10:00:00Z", 48},
        {"2026-11-27T12:30:00Z", "2026-12-01T12:30:00Z", 48},
        {"2026-11-28T12:00:00Z", "2026-12-01T23:00:00Z", 48}, /* local midnight is 23:00Z */
        {"2026-11-27T22:59:59Z", "2026-11-29T23:59:59Z", 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t from, until;
        assert_int_equal(instant_parse(cases[i].from, &from, NULL), 0);
        assert_int_equal(instant_parse(cases[i].until, &until, NULL), 0);
        if (weekday_hours_after(from, cases[i].hours) != until)
            fail_msg("case %zu: %lld", i,
                (long long)(weekday_hours_after(from, cases[i].hours) - until));
    }
}

static void overdue_counts_from_the_supervisors_turn(void **unused)
{
    (void)unused;
    int64_t day = 24 * 60 * 60 * INT64_C(1000), monday = date_from_civil(2026, 11, 23) * day + 9;
    struct request_fold f = {0};
    apply(&f, make(STEP_ASK, WORKER, true), monday);
    assert_false(request_overdue(&f, monday + 7 * day, 5));
    assert_true(request_overdue(&f, monday + 8 * day, 5));
    apply(&f, make(STEP_SEE, ANNE, true), monday + 7 * day);
    assert_true(request_overdue(&f, monday + 8 * day, 5)); /* reading it gains no time */
    apply(&f, make(STEP_INFO, ANNE, true), monday + 7 * day);
    assert_false(request_overdue(&f, monday + 20 * day, 5)); /* answered in time */
    apply(&f, make(STEP_REPLY, WORKER, true), monday + 9 * day);
    assert_false(request_overdue(&f, monday + 14 * day, 5));
    assert_true(request_overdue(&f, monday + 17 * day, 5));
    assert_int_equal(request_holder(f.state, true), HOLDER_contact);
}

int main(void)
{
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_names_makers_and_needs),
        cmocka_unit_test(no_two_lines_for_one_step),
        cmocka_unit_test(every_state_is_reached_and_named),
        cmocka_unit_test(the_first_answer_stands),
        cmocka_unit_test(an_answer_says_why),
        cmocka_unit_test(a_badge_takes_back_only_what_nobody_answered),
        cmocka_unit_test(nobody_decides_on_the_own_route_or_on_himself),
        cmocka_unit_test(nothing_happens_to_what_is_not_there),
        cmocka_unit_test(an_offer_must_be_taken),
        cmocka_unit_test(days_are_working_days),
        cmocka_unit_test(hours_of_weekends_do_not_count),
        cmocka_unit_test(overdue_counts_from_the_supervisors_turn),
        cmocka_unit_test(no_seat_without_every_yes),
        cmocka_unit_test(the_check_sees_a_broken_table),
        cmocka_unit_test(every_order_of_arrival_ends_the_same),
        cmocka_unit_test(the_check_sees_the_order_of_arrival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
