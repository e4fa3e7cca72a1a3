/* SPDX-License-Identifier: EUPL-1.2 */
/* When the next sync is due, for every end of the last one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "sync/schedule.h"

#define INTERVAL 900000
#define NOW INT64_C(5000000)
#define FAR UINT64_MAX

static struct schedule started(void)
{
    struct schedule s;
    schedule_start(&s, INTERVAL, NOW);
    return s;
}

static void the_first_sync_is_due_at_once(void **unused)
{
    (void)unused;
    struct schedule s = started();
    assert_int_equal(schedule_wait(&s, NOW), 0);
    assert_int_equal(schedule_wait(&s, NOW + 7), 0);
}

static void success_waits_about_the_interval(void **unused)
{
    (void)unused;
    int64_t least = INT64_MAX, most = 0;
    for (uint64_t random = 0; random < 1000000; random += 977) {
        struct schedule s = started();
        schedule_after(&s, CAUSE_ok, NO_RETRY_AFTER, NOW, random);
        int64_t wait = schedule_wait(&s, NOW);
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_in_range(least, INTERVAL * 9 / 10, INTERVAL * 92 / 100);
    assert_in_range(most, INTERVAL * 108 / 100, INTERVAL * 11 / 10);
}

/* The longest wait after so many failures in a row, found by its edge: random = limit - 1. */
static void back_off_doubles_to_its_cap(void **unused)
{
    (void)unused;
    static const int64_t limits[] = {
        5000, 10000, 20000, 40000, 80000, 160000, 320000, 640000, SCHEDULE_CAP_MS, SCHEDULE_CAP_MS};
    struct schedule s = started();
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct schedule other = s;
        schedule_after(&other, CAUSE_no_network, NO_RETRY_AFTER, NOW, (uint64_t)limits[i]);
        assert_int_equal(schedule_wait(&other, NOW), 0);
        schedule_after(&s, CAUSE_no_network, NO_RETRY_AFTER, NOW, (uint64_t)limits[i] - 1);
        assert_int_equal(schedule_wait(&s, NOW), limits[i] - 1);
    }
    for (int i = 0; i < 1000; i++)
        schedule_after(&s, CAUSE_busy, NO_RETRY_AFTER, NOW, FAR);
    assert_in_range(schedule_wait(&s, NOW), 0, SCHEDULE_CAP_MS);
}

static void success_forgets_the_failures(void **unused)
{
    (void)unused;
    struct schedule s = started();
    for (int i = 0; i < 5; i++)
        schedule_after(&s, CAUSE_no_network, NO_RETRY_AFTER, NOW, FAR);
    schedule_after(&s, CAUSE_ok, NO_RETRY_AFTER, NOW, 0);
    schedule_after(&s, CAUSE_no_network, NO_RETRY_AFTER, NOW, SCHEDULE_BASE_MS);
    assert_int_equal(schedule_wait(&s, NOW), 0);
}

static void retry_after_is_obeyed_within_bounds(void **unused)
{
    (void)unused;
    static const struct {
        int64_t asked, seconds;
    } cases[] = {{0, 1}, {1, 1}, {30, 30}, {3600, 3600}, {3601, 3600}, {INT64_C(30708328494), 3600},
        {INT64_MAX, 3600}, {INT64_MIN, 1}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct schedule s = started();
        schedule_after(&s, CAUSE_busy, cases[i].asked, NOW, 0);
        assert_int_equal(schedule_wait(&s, NOW), cases[i].seconds * 1000);
        schedule_after(&s, CAUSE_busy, cases[i].asked, NOW, 9999);
        assert_int_equal(schedule_wait(&s, NOW), cases[i].seconds * 1000 + 9999);
    }
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* How far the waits are from spread evenly below the limit (Kolmogorov and Smirnov). */
static double distance(int64_t *wait, int count, int64_t limit)
{
    double most = 0;
    qsort(wait, (size_t)count, sizeof(*wait), by_size);
    for (int i = 0; i < count; i++) {
        double at = (double)wait[i] / (double)limit;
        double above = (double)(i + 1) / count - at, below = at - (double)i / count;
        most = above > most ? above : most;
        most = below > most ? below : most;
    }
    return most;
}

static uint64_t even(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* S-19: 10,000 waits after each number of failures are spread evenly from nothing to the limit. */
static void back_off_has_full_jitter(void **unused)
{
    (void)unused;
    enum { DRAWS = 10000 };
    static const int64_t limits[] = {
        5000, 10000, 20000, 40000, 80000, 160000, 320000, 640000, SCHEDULE_CAP_MS, SCHEDULE_CAP_MS};
    static int64_t wait[DRAWS];
    const double critical = 1.63 / 100; /* p = 0.01 for 10,000 draws */
    uint64_t state = 19;
    double worst = 0;
    for (size_t failures = 0; failures < sizeof(limits) / sizeof(limits[0]); failures++) {
        for (int i = 0; i < DRAWS; i++) {
            struct schedule s = started();
            s.failures = (int)failures;
            schedule_after(&s, CAUSE_no_network, NO_RETRY_AFTER, NOW, even(&state));
            wait[i] = schedule_wait(&s, NOW);
        }
        double d = distance(wait, DRAWS, limits[failures]);
        worst = d > worst ? d : worst;
    }
    print_message("10 x 10,000 waits: at most %.4f from even, %.4f allowed\n", worst, critical);
    assert_true(worst < critical);
    for (int i = 0; i < DRAWS; i++) /* negative control: half of the limit, and half of jitter */
        wait[i] = 2500 + (int64_t)(even(&state) % 2500);
    assert_true(distance(wait, DRAWS, 5000) > critical);
}

static void a_new_entry_hastens_only_what_went_well(void **unused)
{
    (void)unused;
    struct schedule s = started();
    schedule_after(&s, CAUSE_ok, NO_RETRY_AFTER, NOW, 0);
    schedule_new_entry(&s, NOW);
    assert_int_equal(schedule_wait(&s, NOW), SCHEDULE_SOON_MS);
    schedule_new_entry(&s, NOW + 40);
    assert_int_equal(schedule_wait(&s, NOW + 40), SCHEDULE_SOON_MS - 40);
    schedule_after(&s, CAUSE_busy, 60, NOW, 0);
    schedule_new_entry(&s, NOW);
    assert_int_equal(schedule_wait(&s, NOW), 60000);
}

/* U-01: 3,000 kiosks in four hours; every one comes at the same moment each night. */
#define NIGHT_S (4 * 60 * 60)
#define KIOSKS 3000

/* The most kiosks that come in one second. */
static int peak(const char ids[][UUID_TEXT], int count)
{
    static int seconds[NIGHT_S];
    int most = 0;
    memset(seconds, 0, sizeof(seconds));
    for (int i = 0; i < count; i++) {
        int64_t place = schedule_place(ids[i], NIGHT_S * INT64_C(1000));
        assert_in_range(place, 0, NIGHT_S * INT64_C(1000) - 1);
        assert_int_equal(place, schedule_place(ids[i], NIGHT_S * INT64_C(1000)));
        int n = ++seconds[place / 1000];
        most = n > most ? n : most;
    }
    return most;
}

static void kiosks_come_one_by_one_in_the_night(void **unused)
{
    (void)unused;
    static char ids[KIOSKS][UUID_TEXT];
    int worst = 0;
    for (int fleet = 0; fleet < 20;
         fleet++) { /* enrolled in a row: only the ends of the ids differ */
        for (int i = 0; i < KIOSKS; i++)
            uuid7(NOW + i, ids[i]);
        int most = peak((const char(*)[UUID_TEXT])ids, KIOSKS);
        worst = most > worst ? most : worst;
    }
    print_message("20 fleets of %d kiosks: at most %d in a second\n", KIOSKS, worst);
    assert_in_range(worst, 1, 6);
}

/* What systemd would do with copies of one image: one id, one second. */
static void one_id_for_all_would_be_a_herd(void **unused)
{
    (void)unused;
    static char ids[KIOSKS][UUID_TEXT];
    for (int i = 0; i < KIOSKS; i++)
        memcpy(ids[i], "019ab0d2-7d5f-7000-8000-000000000000", UUID_TEXT);
    assert_int_equal(peak((const char(*)[UUID_TEXT])ids, KIOSKS), KIOSKS);
}

static void without_a_spread_there_is_no_place(void **unused)
{
    (void)unused;
    assert_int_equal(schedule_place("kiosk", 0), 0);
    assert_int_equal(schedule_place("", 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_sync_is_due_at_once),
        cmocka_unit_test(success_waits_about_the_interval),
        cmocka_unit_test(back_off_doubles_to_its_cap),
        cmocka_unit_test(success_forgets_the_failures),
        cmocka_unit_test(retry_after_is_obeyed_within_bounds),
        cmocka_unit_test(back_off_has_full_jitter),
        cmocka_unit_test(a_new_entry_hastens_only_what_went_well),
        cmocka_unit_test(kiosks_come_one_by_one_in_the_night),
        cmocka_unit_test(one_id_for_all_would_be_a_herd),
        cmocka_unit_test(without_a_spread_there_is_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
