/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of a request: its table and its rules, one by one. test_model_paths.c walks all paths.
 */
#include "request_world.h"

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
    no.alternative = NO_OTHER_DAY; /* to know none is an answer, to say nothing is not */
    assert_int_equal(apply(&f, no, 2), STEP_TAKEN);
    assert_int_equal(f.alternative, NO_OTHER_DAY);
}

static void another_day_is_named_or_known_to_be_none(void **unused)
{
    (void)unused;
    static const int64_t days[] = {20500, NO_OTHER_DAY, NO_NUMBER};
    static const enum type_id types[] = {TYPE_DECIDE, TYPE_REQUEST, TYPE_TICKET};
    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
        for (size_t d = 0; d < sizeof(days) / sizeof(days[0]); d++) {
            struct record r;
            record_init(&r, types[t]);
            record_set_alternative(&r, 20600);
            record_set_alternative(&r, days[d]);
            assert_int_equal(record_alternative(&r), days[d]);
        }
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
        cmocka_unit_test(another_day_is_named_or_known_to_be_none),
        cmocka_unit_test(a_badge_takes_back_only_what_nobody_answered),
        cmocka_unit_test(nobody_decides_on_the_own_route_or_on_himself),
        cmocka_unit_test(nothing_happens_to_what_is_not_there),
        cmocka_unit_test(an_offer_must_be_taken),
        cmocka_unit_test(days_are_working_days),
        cmocka_unit_test(hours_of_weekends_do_not_count),
        cmocka_unit_test(overdue_counts_from_the_supervisors_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
