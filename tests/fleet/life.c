/* SPDX-License-Identifier: EUPL-1.2 */
/* U-12: a kiosk that has lived for 90 nights, before each of which it was used as much as in 50
 * days, while the catalogue changed every night. Its files are hardly larger than those of a kiosk
 * that was set up today, and it takes no more memory. */
#include <malloc.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fleet/sim.h"
#include "store/store.h"
#include "support/measure.h"
#include "support/temp.h"

#define NIGHTS 90
#define SEED 12
#define USE 200 /* entries of 50 days */
#define HELD                                                                                       \
    (8 * USE) /* at most: settled ones stay for seven nights, and those of the day wait            \
               */
#define COURSES 600
#define CHANGES 60   /* of them, every night */
#define SETTLED_IN 8 /* nights, from when on memory must not grow */

static char dir[TEMP_PATH], share[TEMP_PATH];

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err->msg);
}

static void change_courses(struct sim *f, int night)
{
    char text[512];
    struct err err = {0};
    struct database *db = sim_database(f);
    must(database_begin(db, &err), &err);
    for (int i = 0; i < CHANGES; i++) {
        struct arena mem = {0};
        struct record r;
        enum put_result result;
        snprintf(text, sizeof(text),
            "{\"type\":\"course\",\"id\":\"fleet-c%d\",\"source\":\"fleet\",\"title\":\"Course of "
            "night %d\",\"provider\":\"P\",\"form\":\"online\",\"summary\":\"%0*d\"}",
            (night * CHANGES + i) % COURSES, night, 100 + night * 37 % 200, night);
        must(record_from_json(text, strlen(text), &mem, &r, &err), &err);
        must(database_put(db, "", "fleet", &r, false, &result, &err), &err);
        arena_release(&mem);
    }
    must(database_commit(db, &err), &err);
}

static int64_t size_of(struct sim *f, int kiosk, const char *file)
{
    char store[TEMP_PATH * 2], path[TEMP_PATH * 3];
    struct stat st;
    sim_store_dir(f, kiosk, store, sizeof(store));
    snprintf(path, sizeof(path), "%s/%s", store, file);
    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

/* What is in use of the heap, without the pages that SQLite keeps up to a bound of its own. */
static int64_t heap(void)
{
    struct mallinfo2 m = mallinfo2();
    return (int64_t)(m.uordblks + m.hblkhd) - sqlite3_memory_used();
}

static void live(struct sim *f)
{
    int64_t early = 0;
    for (int night = 1; night <= NIGHTS; night++) {
        (void)sim_run(f, night * SIM_DAY - 12 * SIM_HOUR);
        sim_use(f, 0, USE);
        change_courses(f, night);
        (void)sim_run(f, night * SIM_DAY - 1);
        if (night == SETTLED_IN)
            early = heap();
    }
    int64_t late = heap();
    print_message("heap after %d nights: %lld KiB, after %d: %lld KiB; SQLite's %lld KiB\n",
        SETTLED_IN, (long long)early / 1024, NIGHTS, (long long)late / 1024,
        (long long)sqlite3_memory_used() / 1024);
    assert_true(late - early <= 2 * 1024 * 1024); /* the fleet's list of entries is in it */
}

/* Of a token there is a new one every thirty days, and nobody else seems to have the old. */
static void expect_new_tokens(struct sim *f)
{
    struct sim_counts n;
    sim_counts(f, &n);
    print_message(
        "%lld tokens were replaced, %lld reports sent\n", (long long)n.renewed, (long long)n.said);
    assert_true(n.renewed >= NIGHTS / 30 - 1);
    assert_int_equal(n.failed, 0);
    assert_int_equal(n.alarms, 0);
}

static void compare(struct sim *f, const char *file)
{
    int64_t old = size_of(f, 0, file), fresh = size_of(f, 1, file);
    print_message("%s: %lld KiB, of a fresh kiosk %lld KiB\n", file, (long long)old / 1024,
        (long long)fresh / 1024);
    assert_true(old * 10 <= fresh * 11);
}

static void print_start(struct sim *f)
{
    struct store *s;
    struct err err = {0};
    char store[TEMP_PATH * 2];
    sim_store_dir(f, 0, store, sizeof(store));
    double began = wall_ms();
    must(store_open(&s, store, share, STORE_KIOSK, NULL, &err), &err);
    print_message("its store opens in %.0f ms\n", wall_ms() - began);
    store_close(s);
}

static void a_long_life_leaves_no_fat(void **unused)
{
    (void)unused;
    char script[64];
    struct sim *f;
    struct err err = {0};
    struct sim_check check;
    const char *build = getenv("ACHT_BUILD");
    temp_make(dir);
    snprintf(share, sizeof(share), "%.200s/share/acht", build ? build : "build");
    const struct sim_options options = {.kiosks = 2,
        .real = 2,
        .per_company = 2,
        .people = 200,
        .courses = COURSES,
        .dir = dir,
        .share = share,
        .seed = SEED};
    must(sim_open(&f, &options, &err), &err);
    snprintf(script, sizeof(script), "from 0 to %dd 1 away\n", NIGHTS);
    must(sim_script(f, script, &err), &err);
    live(f);
    sim_use(f, 1, HELD);
    (void)sim_run(f, NIGHTS * SIM_DAY + 12 * SIM_HOUR);
    sim_sync(f, 0); /* what the other one brought */
    (void)sim_run(f, NIGHTS * SIM_DAY + 13 * SIM_HOUR);
    expect_new_tokens(f);
    must(sim_check(f, &check, &err), &err);
    assert_int_equal(check.entries, USE * NIGHTS + HELD);
    assert_int_equal(check.waiting, 0);
    assert_int_equal(check.lost, 0);
    assert_int_equal(check.by_verdict[VERDICT_accepted], check.entries);
    compare(f, "cache.db");
    compare(f, "journal.db");
    print_start(f);
    sim_close(f);
    temp_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_long_life_leaves_no_fat)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
