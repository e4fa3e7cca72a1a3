/* SPDX-License-Identifier: EUPL-1.2 */
/* Who gets the seats, whatever the order of arrival (S-30). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/seats.h"

#define MANY 100
#define ROUNDS 1000

#define ASKED(at, name)                                                                            \
    {                                                                                              \
        .queued_at = at, .asked_at = at, .id = name                                                \
    }

/* A small generator: the same seed gives the same rounds. */
static uint64_t state;
static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static int below(int n)
{
    return (int)(next_random() % (uint64_t)n);
}

static void start_random(const char *what)
{
    const char *text = getenv("ACHT_SEED");
    state = text ? strtoull(text, NULL, 10) : 20261124;
    print_message("%s: seed %llu\n", what, (unsigned long long)state);
}

static void shuffle(struct seat_claim *c, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int j = below(i + 1);
        struct seat_claim t = c[i];
        c[i] = c[j];
        c[j] = t;
    }
}

static int count(const struct seat_claim *c, int n, enum seat_status status)
{
    int found = 0;
    for (int i = 0; i < n; i++)
        found += c[i].status == status;
    return found;
}

/* ---- single rules ---- */

static void each_status_with_and_without_a_seat(void **unused)
{
    (void)unused;
    static const struct {
        struct seat_claim claim;
        enum seat_status with, without;
    } cases[] = {
        {{.status = SEAT_NONE}, SEAT_PLACED, SEAT_WAITING},
        {{.status = SEAT_WAITING}, SEAT_OFFERED, SEAT_WAITING},
        {{.status = SEAT_OFFERED}, SEAT_OFFERED, SEAT_WAITING},
        {{.status = SEAT_OFFERED, .agreed = true}, SEAT_PLACED, SEAT_WAITING},
        {{.status = SEAT_PLACED}, SEAT_PLACED, SEAT_WAITING},
        {{.status = SEAT_PLACED, .firm = true}, SEAT_PLACED, SEAT_PLACED},
        {{.status = SEAT_WAITING, .firm = true}, SEAT_OFFERED, SEAT_WAITING},
        {{.status = SEAT_WAITING, .agreed = true}, SEAT_OFFERED, SEAT_WAITING},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct seat_claim with = cases[i].claim, without = cases[i].claim;
        with.id = without.id = "x";
        seats_allot(&with, 1, 1);
        seats_allot(&without, 1, 0);
        if (with.status != cases[i].with || without.status != cases[i].without)
            fail_msg("case %zu: %d %d", i, (int)with.status, (int)without.status);
        assert_int_equal(with.place, 0);
        assert_int_equal(without.place, without.status == SEAT_WAITING ? 1 : 0);
    }
}

static void places_are_numbers_in_order(void **unused)
{
    (void)unused;
    struct seat_claim c[] = {ASKED(3, "a"), ASKED(1, "b"), ASKED(2, "d"), ASKED(2, "c")};
    seats_allot(c, 4, 1);
    assert_string_equal(c[0].id, "b");
    assert_int_equal(c[0].status, SEAT_PLACED);
    assert_string_equal(c[1].id, "c");
    assert_string_equal(c[3].id, "a");
    for (int i = 1; i < 4; i++) {
        assert_int_equal(c[i].status, SEAT_WAITING);
        assert_int_equal(c[i].place, i);
    }
    seats_allot(NULL, 0, 3);
}

static void a_firm_seat_is_never_displaced(void **unused)
{
    (void)unused;
    struct seat_claim c[] = {{.queued_at = 9, .id = "firm", .firm = true, .status = SEAT_PLACED},
        {.queued_at = 1, .id = "early"}};
    seats_allot(c, 2, 1);
    assert_string_equal(c[0].id, "early");
    assert_int_equal(c[0].status, SEAT_WAITING);
    assert_int_equal(c[1].status, SEAT_PLACED);
}

/* ---- the race for the last seat ---- */

typedef void allot(struct seat_claim *c, int n, int64_t seats);

/* What a server without the rule would do: first come, first served. */
static void allot_by_arrival(struct seat_claim *c, int n, int64_t seats)
{
    for (int i = 0; i < n; i++)
        seats -= c[i].status == SEAT_PLACED;
    for (int i = 0; i < n; i++)
        if (c[i].status == SEAT_NONE)
            c[i].status = seats-- > 0 ? SEAT_PLACED : SEAT_WAITING;
}

static const char *winner(const struct seat_claim *c, int n)
{
    for (int i = 0; i < n; i++)
        if (c[i].status == SEAT_PLACED)
            return c[i].id;
    return "";
}

/* The claims come in one after the other, each followed by an allotment. */
static const char *race(allot *by, const struct seat_claim *claims, int n, int *over)
{
    static struct seat_claim in[MANY];
    for (int i = 0; i < n; i++) {
        in[i] = claims[i];
        by(in, i + 1, 1);
        *over += count(in, i + 1, SEAT_PLACED) > 1;
    }
    return winner(in, n);
}

static int different_winners(allot *by, int *over)
{
    static char ids[MANY][8];
    struct seat_claim claims[MANY];
    int different = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char first[8];
        for (int i = 0; i < MANY; i++) {
            snprintf(ids[i], sizeof(ids[i]), "%03d", i);
            int at = below(40);
            claims[i] = (struct seat_claim)ASKED(at, ids[i]);
        }
        snprintf(first, sizeof(first), "%s", race(by, claims, MANY, over));
        for (int order = 0; order < 4; order++) {
            shuffle(claims, MANY);
            different += strcmp(first, race(by, claims, MANY, over)) != 0;
        }
    }
    return different;
}

static void one_seat_has_one_winner_in_any_order(void **unused)
{
    (void)unused;
    int over = 0;
    start_random("S-30");
    int different = different_winners(seats_allot, &over);
    print_message("%d rounds of %d asks in 5 orders: %d too many, %d other winners\n", ROUNDS, MANY,
        over, different);
    assert_int_equal(over, 0);
    assert_int_equal(different, 0);
}

static void the_order_of_arrival_would_be_seen(void **unused)
{
    (void)unused;
    int over = 0;
    start_random("negative control");
    assert_true(different_winners(allot_by_arrival, &over) > 0);
}

/* ---- a run's life, at random ---- */

static int seated(const struct seat_claim *c, int n)
{
    return count(c, n, SEAT_PLACED) + count(c, n, SEAT_OFFERED);
}

static bool equal(const struct seat_claim *a, const struct seat_claim *b, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(a[i].id, b[i].id) != 0 || a[i].status != b[i].status || a[i].place != b[i].place)
            return false;
    return true;
}

static int firm_seats(const struct seat_claim *c, int n)
{
    int firm = 0;
    for (int i = 0; i < n; i++)
        firm += c[i].firm && c[i].status == SEAT_PLACED;
    return firm;
}

static void any_claims_keep_the_rules(void **unused)
{
    (void)unused;
    static char ids[20][4];
    start_random("claims");
    for (int round = 0; round < 20 * ROUNDS; round++) {
        struct seat_claim a[20], b[20], again[20];
        int n = below(20) + 1, seats = below(n + 1);
        for (int i = 0; i < n; i++) {
            snprintf(ids[i], sizeof(ids[i]), "%d", i);
            a[i] = (struct seat_claim){.queued_at = below(6),
                .id = ids[i],
                .firm = below(4) == 0,
                .agreed = below(2) == 0,
                .status = (enum seat_status)below(4)};
        }
        memcpy(b, a, sizeof(a));
        int firm = firm_seats(a, n), most = firm > seats ? firm : seats;
        shuffle(b, n);
        seats_allot(a, n, seats);
        seats_allot(b, n, seats);
        assert_true(equal(a, b, n));
        if (seated(a, n) > most || (seated(a, n) < most && seated(a, n) < n))
            fail_msg("round %d: %d seated of %d", round, seated(a, n), most);
        for (int i = 0; i < n; i++)
            assert_int_not_equal(a[i].status, SEAT_NONE);
        memcpy(again, a, sizeof(a));
        for (int i = 0; i < n; i++)
            again[i].agreed = false;
        seats_allot(again, n, seats); /* nothing moves by itself */
        assert_true(equal(a, again, n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_with_and_without_a_seat),
        cmocka_unit_test(places_are_numbers_in_order),
        cmocka_unit_test(a_firm_seat_is_never_displaced),
        cmocka_unit_test(one_seat_has_one_winner_in_any_order),
        cmocka_unit_test(the_order_of_arrival_would_be_seen),
        cmocka_unit_test(any_claims_keep_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
