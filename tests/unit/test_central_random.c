/* SPDX-License-Identifier: EUPL-1.2 */
/* People at random: whatever they do and in whatever order it comes in, requests end the same, and
 * no run has one seat too many or a seat that somebody has not agreed to. */
#include "court_house.h"

#define ROUNDS 120
#define ACTS 14
#define ORDERS 3

static uint64_t seed;
static int below(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

static void start_random(const char *what)
{
    const char *given = getenv("ACHT_SEED");
    seed = given ? strtoull(given, NULL, 10) : 20261127;
    print_message(
        "%s: %d rounds, seed %llu\n", what, house_rounds(ROUNDS), (unsigned long long)seed);
}

static const char *const people[] = {"wim", "wil", "ans", "bas", "eva", "dirk", "sam", "cor"};

/* The first few are asks and proposals, so that the rest mostly finds something to speak of. */
#define BEGINNINGS 5
static struct act make_beginning(int id, const char *run)
{
    struct act act = {
        .type = TYPE_ASK, .id = id, .person = people[below(3)], .run = run, .unproven = below(2)};
    if (below(4) == 0)
        act = (struct act){.type = TYPE_PROPOSE,
            .id = id,
            .person = below(2) ? "ans" : "bas",
            .worker = "wim",
            .run = run};
    return act;
}

static struct act make_further(int id)
{
    static const enum type_id types[] = {TYPE_SEE, TYPE_DECIDE, TYPE_DECIDE, TYPE_DECIDE,
        TYPE_WITHDRAW, TYPE_ACCEPT, TYPE_ACCEPT, TYPE_REPLY, TYPE_ABSENT};
    static const enum because becauses[] = {
        BECAUSE_none, BECAUSE_own_time, BECAUSE_why, BECAUSE_busy};
    enum answer answer = (enum answer)below(4);
    struct act act = {.type = types[below(9)],
        .id = id,
        .person = people[below(8)],
        .request = below(BEGINNINGS) + 1,
        .answer = answer,
        .because = becauses[answer],
        .agrees = below(4) != 0,
        .unproven = below(6) == 0};
    if (act.type == TYPE_DECIDE && below(4))
        act.person = below(2) ? "ans" : "bas";
    if (act.type == TYPE_WITHDRAW || act.type == TYPE_ACCEPT || act.type == TYPE_REPLY)
        act.person = people[below(3)];
    return act;
}

static void make_acts(struct act acts[ACTS], const char *run)
{
    for (int i = 0; i < ACTS; i++) {
        acts[i] = i < BEGINNINGS ? make_beginning(i + 1, run) : make_further(i + 1);
        acts[i].at = NOW - below(12) * DAY - below(3) * MINUTE;
    }
}

static void shuffle(int *order, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int j = below(i + 1), t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
}

/* ---- the order in which entries come in ---- */

static void judge_all(const struct act *acts, const int *order, struct buf *out)
{
    struct house h;
    house_open(&h);
    court_fill(&h);
    for (int i = 0; i < ACTS; i++)
        court_act(&h, &h.a, NOW, &acts[order[i]]);
    buf_clear(out);
    house_dump(&h, TYPE_REQUEST, out);
    house_close(&h);
}

/* Without runs: a seat that was given and handed back is remembered, as it should be. */
static void any_entries_in_any_order_end_the_same(void **unused)
{
    (void)unused;
    struct act acts[ACTS];
    int order[ACTS];
    struct buf want = BUF_INIT(LIM_PAGE), got = BUF_INIT(LIM_PAGE);
    start_random("orders of arrival");
    for (int round = 0; round < house_rounds(ROUNDS); round++) {
        make_acts(acts, NULL);
        for (int i = 0; i < ACTS; i++)
            order[i] = i;
        judge_all(acts, order, &want);
        for (int k = 0; k < ORDERS; k++) {
            shuffle(order, ACTS);
            judge_all(acts, order, &got);
            if (strcmp(want.p, got.p) != 0)
                fail_msg("round %d:\n%snot\n%s", round, got.p, want.p);
        }
    }
    buf_release(&want);
    buf_release(&got);
}

/* ---- seats ---- */

static int check_row(struct house *h, struct docket_row *row)
{
    struct arena mem = {0};
    struct request_case c;
    OK(case_load(h->central.db, row, &mem, &c, &err));
    struct request_fold f = case_said(&c, INT64_MAX);
    bool seated = row->seat == SEAT_PLACED || row->seat == SEAT_OFFERED;
    if (seated && !request_may_have_seat(&f))
        fail_msg("%s has a seat in state %d", row->id, (int)f.state);
    arena_release(&mem);
    return seated;
}

static int check_seats(struct house *h, const char *run, int seats)
{
    struct arena mem = {0};
    struct docket_rows rows;
    int seated = 0, waiting = 0;
    OK(docket_run(h->central.db, run, &mem, &rows, &err));
    for (int i = 0; i < rows.count; i++) {
        seated += check_row(h, &rows.row[i]);
        waiting += rows.row[i].seat == SEAT_WAITING;
    }
    if (seated > seats || (waiting > 0 && seated < seats))
        fail_msg("%d seated of %d, %d wait", seated, seats, waiting);
    arena_release(&mem);
    return seated;
}

static void any_acts_keep_the_seats(void **unused)
{
    (void)unused;
    struct act acts[ACTS];
    int order[ACTS], seated = 0;
    start_random("seats");
    for (int round = 0; round < house_rounds(ROUNDS); round++) {
        struct house h;
        int64_t now = NOW;
        house_open(&h);
        court_fill(&h);
        make_acts(acts, "one");
        for (int i = 0; i < ACTS; i++)
            order[i] = i;
        shuffle(order, ACTS);
        for (int i = 0; i < ACTS; i++) {
            court_act(&h, &h.a, now, &acts[order[i]]);
            seated += check_seats(&h, "one", 1);
            now += below(2) * below(30) * HOUR;
            court_tick(&h, now);
            check_seats(&h, "one", 1);
        }
        house_close(&h);
    }
    print_message("a seat was taken after %d of %d acts\n", seated, house_rounds(ROUNDS) * ACTS);
    assert_true(seated > house_rounds(ROUNDS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_entries_in_any_order_end_the_same),
        cmocka_unit_test(any_acts_keep_the_seats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
