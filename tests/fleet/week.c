/* SPDX-License-Identifier: EUPL-1.2 */
/* A week without a network. U-03: 20 kiosks lose nothing and do not grow much. S-29: what has
 * gathered on both sides in a week goes through a slow line within a minute. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/sim.h"
#include "support/measure.h"
#include "support/temp.h"

#define SEED 29
#define DAYS 7
#define BACK (8 * SIM_DAY)
#define MOST_MS (60 * SIM_SECOND)
#define MIB (1024 * INT64_C(1024))

static char dir[TEMP_PATH], share[TEMP_PATH];

/* They sync once, and are without a network from the first day to the eighth. */
static struct sim *start(struct sim_options o)
{
    struct sim *f;
    struct err err = {0};
    const char *build = getenv("ACHT_BUILD");
    temp_make(dir);
    snprintf(share, sizeof(share), "%.200s/share/acht", build ? build : "build");
    o.dir = dir;
    o.share = share;
    o.seed = SEED;
    o.night = 6 * SIM_HOUR; /* the next one is not before all are back */
    if (sim_open(&f, &o, &err) < 0 || sim_script(f, "from 1d to 8d all silent\n", &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(sim_run(f, SIM_DAY - 1), 0);
    return f;
}

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err->msg);
}

/* So many courses get another title. */
static void change_courses(struct sim *f, int first, int count)
{
    char text[512];
    struct err err = {0};
    struct database *db = sim_database(f);
    must(database_begin(db, &err), &err);
    for (int i = first; i < first + count; i++) {
        struct arena mem = {0};
        struct record r;
        enum put_result result;
        snprintf(text, sizeof(text),
            "{\"type\":\"course\",\"id\":\"fleet-c%d\",\"source\":\"fleet\","
            "\"title\":\"Course %d has changed\",\"provider\":\"P\",\"form\":\"online\","
            "\"summary\":\"%0300d\"}",
            i, i, i);
        must(record_from_json(text, strlen(text), &mem, &r, &err), &err);
        must(database_put(db, "", "fleet", &r, false, &result, &err), &err);
        assert_int_equal(result, PUT_CHANGED);
        arena_release(&mem);
    }
    must(database_commit(db, &err), &err);
}

/* Seven days, of each so many entries and changes; then all come back. */
static void live_apart(struct sim *f, int kiosks, int entries, int changes)
{
    for (int day = 1; day <= DAYS; day++) {
        (void)sim_run(f, day * SIM_DAY + 12 * SIM_HOUR);
        for (int i = 0; i < kiosks; i++)
            sim_use(f, i, entries / DAYS + (day <= entries % DAYS));
        change_courses(f, (day - 1) * changes, changes);
    }
    (void)sim_run(f, BACK - 1);
    for (int i = 0; i < kiosks; i++) {
        struct sim_kiosk k;
        sim_kiosk(f, i, &k);
        assert_int_equal(k.syncs, 1);
        assert_int_equal(k.waiting, entries);
    }
}

static void expect_whole(struct sim *f, int64_t entries)
{
    struct sim_check check;
    struct err err = {0};
    must(sim_check(f, &check, &err), &err);
    assert_int_equal(check.entries, entries);
    assert_int_equal(check.waiting, 0);
    assert_int_equal(check.lost, 0);
    assert_int_equal(check.surplus, 0);
    assert_int_equal(check.by_verdict[VERDICT_accepted], entries);
    assert_int_equal(check.differing, 0);
}

/* Milliseconds of the longest sync. */
static int64_t longest(struct sim *f, int kiosks)
{
    int64_t most = 0;
    for (int i = 0; i < kiosks; i++) {
        struct sim_kiosk k;
        sim_kiosk(f, i, &k);
        assert_int_equal(k.syncs, 2);
        assert_int_equal(k.in_a_row, 0);
        most = k.longest > most ? k.longest : most;
    }
    return most;
}

/* ---- U-03 ---- */

static int64_t found;

static int add_size(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)path, (void)kind, (void)at;
    found += st->st_size;
    return 0;
}

static int64_t size_of_stores(struct sim *f, int kiosks)
{
    found = 0;
    for (int i = 0; i < kiosks; i++) {
        char store[TEMP_PATH * 2];
        sim_store_dir(f, i, store, sizeof(store));
        assert_int_equal(nftw(store, add_size, 8, FTW_PHYS), 0);
    }
    return found;
}

static void nothing_is_lost_in_a_week(void **unused)
{
    (void)unused;
    enum { KIOSKS = 20, ENTRIES = 70 };
    struct sim *f = start((struct sim_options){
        .kiosks = KIOSKS, .real = KIOSKS, .per_company = KIOSKS, .people = 100, .courses = 700});
    int64_t before = size_of_stores(f, KIOSKS);
    live_apart(f, KIOSKS, ENTRIES, 100);
    int64_t after = size_of_stores(f, KIOSKS);
    assert_int_equal(sim_run(f, BACK + 20 * SIM_MINUTE), 0);
    print_message("%d kiosks, %d days: %d entries; files of all from %lld to %lld KiB; the longest "
                  "sync took %lld ms\n",
        KIOSKS, DAYS, KIOSKS * ENTRIES, (long long)before / 1024, (long long)after / 1024,
        (long long)longest(f, KIOSKS));
    assert_true(after - before <= 50 * MIB);
    assert_true(longest(f, KIOSKS) <= MOST_MS);
    expect_whole(f, KIOSKS * ENTRIES);
    sim_close(f);
    temp_remove(dir);
}

/* ---- S-29 ---- */

static void a_week_goes_through_a_slow_line(void **unused)
{
    (void)unused;
    enum { KIOSKS = 10, ENTRIES = 500, CHANGES = 1000 }; /* a hundredth of 100,000, each day */
    struct sim_counts before, after;
    struct sim *f = start((struct sim_options){.kiosks = KIOSKS,
        .real = 1,
        .per_company = 1,
        .people = 100,
        .courses = DAYS * CHANGES,
        .bits_per_second = 2000000});
    live_apart(f, KIOSKS, ENTRIES, CHANGES);
    sim_counts(f, &before);
    double cpu = cpu_ms();
    assert_int_equal(sim_run(f, BACK + 20 * SIM_MINUTE), 0);
    cpu = cpu_ms() - cpu;
    sim_counts(f, &after);
    int64_t requests = (after.requests - before.requests) / KIOSKS;
    int64_t bytes = (after.up + after.down - before.up - before.down) / KIOSKS;
    print_message("%d runs of %d changes and %d entries at 2 Mbit/s: %lld requests, %lld bytes "
                  "each; the longest %lld ms; %.0f ms of processor each, the server's included\n",
        KIOSKS, DAYS * CHANGES, ENTRIES, (long long)requests, (long long)bytes,
        (long long)longest(f, KIOSKS), cpu / KIOSKS);
    assert_true(bytes > DAYS * CHANGES * 300); /* the count does count */
    assert_true(longest(f, KIOSKS) <= MOST_MS);
    expect_whole(f, KIOSKS * ENTRIES);
    sim_close(f);
    temp_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_in_a_week),
        cmocka_unit_test(a_week_goes_through_a_slow_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
