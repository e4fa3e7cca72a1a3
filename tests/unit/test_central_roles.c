/* SPDX-License-Identifier: EUPL-1.2 */
/* Who may do what about requests: every role and every action. */
#include "court_setup.h"

/* ---- who may do what: every role and every action (A-12) ---- */

enum actor { WORKER, COLLEAGUE, SUPERVISOR, OTHER_SUPERVISOR, CONTACT, DEPUTY, ACTORS };
static const char *const actors[ACTORS] = {"wim", "wil", "ans", "dirk", "cor", "eva"};

static const struct matrix_row {
    const char *name;
    struct act act;
    const char *may; /* by actor: + taken, - not allowed */
    bool needs_pin;
    const struct act *before; /* after the ask */
} matrix[] = {
    {"see", {.type = TYPE_SEE}, "--+--+", true, NULL},
    {"yes", {.type = TYPE_DECIDE, .answer = ANSWER_yes}, "--+--+", true, NULL},
    {"yes_if", {.type = TYPE_DECIDE, .answer = ANSWER_yes_if, .because = BECAUSE_own_time},
        "--+--+", true, NULL},
    {"info", {.type = TYPE_DECIDE, .answer = ANSWER_info, .because = BECAUSE_why}, "--+--+", true,
        NULL},
    {"no", {.type = TYPE_DECIDE, .answer = ANSWER_no, .because = BECAUSE_busy}, "--+--+", true,
        NULL},
    {"propose", {.type = TYPE_PROPOSE, .worker = "wim", .course = "tig"}, "--+--+", true, NULL},
    {"reply", {.type = TYPE_REPLY}, "+-----", true,
        &(const struct act){.type = TYPE_DECIDE,
            .id = 80,
            .person = "bas",
            .request = 1,
            .answer = ANSWER_info,
            .because = BECAUSE_why}},
    {"agree", {.type = TYPE_ACCEPT, .agrees = true}, "+-----", true,
        &(const struct act){.type = TYPE_DECIDE,
            .id = 80,
            .person = "bas",
            .request = 1,
            .answer = ANSWER_yes_if,
            .because = BECAUSE_own_time}},
    {"decline", {.type = TYPE_ACCEPT}, "+-----", true,
        &(const struct act){.type = TYPE_DECIDE,
            .id = 80,
            .person = "bas",
            .request = 1,
            .answer = ANSWER_yes_if,
            .because = BECAUSE_own_time}},
    {"withdraw", {.type = TYPE_WITHDRAW}, "+-----", true, NULL},
    {"absent", {.type = TYPE_ABSENT}, "--+--+", true, NULL}, /* see below: after the course */
    {"delegate", {.type = TYPE_DELEGATE, .deputy = "sam", .start = 20800, .end = 20801}, "--++--",
        true, NULL},
};

/* Where a request of wim's stands before the action, with eva as the deputy of ans. */
static int64_t set_stage(struct house *h, const struct matrix_row *row)
{
    int64_t today = date_from_instant(NOW);
    ACT(h, ASK(1, "wim"), .run = "one");
    ACT(h, .type = TYPE_DELEGATE, .id = 70, .person = "ans", .deputy = "eva", .start = today,
        .end = today + 40);
    if (row->before)
        court_act(h, &h->a, NOW, row->before);
    if (row->act.type != TYPE_ABSENT)
        return NOW;
    ACT(h, YES(81, "bas", 1));
    return NOW + 27 * DAY; /* the course has begun */
}

static void check_cell(const struct matrix_row *row, int actor, bool proven)
{
    setup(NULL);
    struct house *h = &house;
    int64_t now = set_stage(h, row);
    struct act act = row->act;
    act.id = 90;
    act.request = 1;
    act.person = actors[actor];
    act.unproven = !proven;
    struct verdict v = court_act(h, &h->a, now, &act);
    bool may = row->may[actor] == '+';
    bool taken = v.kind == VERDICT_accepted;
    enum reason want = may && proven ? REASON_none : may ? REASON_no_pin : REASON_not_allowed;
    bool either = !may && !proven; /* refused, whichever is found first */
    if (taken != (may && proven) || (!either && v.reason != want))
        fail_msg("%s by %s, proven %d: verdict %d reason %d", row->name, actors[actor], proven,
            (int)v.kind, (int)v.reason);
    teardown(NULL);
}

static void every_role_and_every_action(void **unused)
{
    (void)unused;
    int cells = 0, n = 0;
    for (size_t i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++)
        for (int actor = 0; actor < ACTORS; actor++)
            for (int proven = 0; proven < 2; proven++, n++)
                if (n % house_every(7) == 0) {
                    check_cell(&matrix[i], actor, proven != 0);
                    cells++;
                }
    print_message("A-12: %d cells\n", cells);
}

static void nobody_of_another_company_or_on_himself(void **unused)
{
    (void)unused;
    struct house *h = &house;
    ACT(h, ASK(1, "wim"));
    EXPECT(court_act(h, &h->b, NOW, &(const struct act){YES(2, "bea", 1)}), held, no_request);
    EXPECT(ACT(h, ASK(3, "ans")), accepted, none);
    EXPECT(ACT(h, YES(4, "ans", 3)), refused, not_allowed);
    EXPECT(ACT(h, YES(5, "bas", 3)), accepted, none);
    EXPECT(ACT(h, .type = TYPE_PROPOSE, .id = 6, .person = "ans", .worker = "ans"), refused,
        not_allowed);
    EXPECT(ACT(h, .type = TYPE_PROPOSE, .id = 7, .person = "ans", .worker = "nobody"), refused,
        unknown_person);
}

static void delegations_have_bounds(void **unused)
{
    (void)unused;
    struct house *h = &house;
    int64_t today = date_from_instant(NOW);
#define DELEGATE(n, who, to, first, last)                                                          \
    ACT(h, .type = TYPE_DELEGATE, .id = n, .person = who, .deputy = to, .start = first, .end = last)
    EXPECT(DELEGATE(1, "ans", "ans", today, today), refused, not_allowed);
    EXPECT(DELEGATE(2, "ans", "eva", today, today - 1), refused, malformed);
    EXPECT(DELEGATE(3, "ans", "eva", today, today + 60), refused, malformed);
    EXPECT(DELEGATE(4, "ans", "bea", today, today), refused, unknown_person);
    EXPECT(DELEGATE(5, "ans", "eva", today + 1, today + 1), accepted, none);
    ACT(h, ASK(10, "wim"));
    EXPECT(ACT(h, YES(11, "eva", 10)), refused, not_allowed);
    EXPECT(ACT_AT(h, NOW + DAY, YES(12, "eva", 10)), accepted, none);
    /* A deputy does not decide for the supervisor himself. */
    ACT(h, ASK(13, "ans"));
    EXPECT(ACT_AT(h, NOW + DAY, YES(14, "eva", 13)), refused, not_allowed);
}

static void the_contact_of_a_team_without_supervisor(void **unused)
{
    (void)unused;
    struct house *h = &house;
    ACT(h, ASK(1, "sam"));
    EXPECT(ACT(h, YES(2, "dirk", 1)), refused, not_allowed);
    EXPECT(ACT(h, YES(3, "cor", 1)), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_yes);
}

#define LIFE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_and_every_action),
        LIFE(nobody_of_another_company_or_on_himself),
        LIFE(delegations_have_bounds),
        LIFE(the_contact_of_a_team_without_supervisor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
