/* SPDX-License-Identifier: EUPL-1.2 */
/* A model check of the life of a request: every path of a small world to depth 6. */
#include "request_world.h"

#define DEPTH 6

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_seat_without_every_yes),
        cmocka_unit_test(the_check_sees_a_broken_table),
        cmocka_unit_test(every_order_of_arrival_ends_the_same),
        cmocka_unit_test(the_check_sees_the_order_of_arrival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
