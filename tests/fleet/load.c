/* SPDX-License-Identifier: EUPL-1.2 */
/* 3,000 kiosks in the night's window against a real server over HTTP, on SQLite and on
 * PostgreSQL: no error, memory bounded, no descriptor left over. The four hours pass in seconds
 * (ACHT_LONG=1: in ten minutes); processor time is printed and not judged. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fleet/sim.h"
#include "support/measure.h"
#include "support/served.h"
#include "support/temp.h"

#define KIOSKS 3000
#define ENTRIES 1 /* that wait at each kiosk */
#define SEED 13
#define FIRST (35 * SIM_MINUTE) /* when some have come */
#define WINDOW (5 * SIM_HOUR)
#define MOST_MEMORY (INT64_C(256) << 20)

static char dir[TEMP_PATH];

static void start(struct sim **f, struct served *server, const char *database)
{
    struct err err = {0};
    char secrets[TEMP_PATH + 16], log[TEMP_PATH + 16];
    snprintf(secrets, sizeof(secrets), "%s/secrets", dir);
    snprintf(log, sizeof(log), "%s/log", dir);
    served_start(server, database, secrets, log);
    const struct sim_options options = {.kiosks = KIOSKS,
        .dir = dir,
        .database = database,
        .secrets = secrets,
        .server = server->url,
        .speed = getenv("ACHT_LONG") ? 24 : 1500,
        .most = 256, /* of the server's connections */
        .seed = SEED};
    if (sim_open(f, &options, &err) < 0)
        fail_msg("%s", err.msg);
    for (int i = 0; i < KIOSKS; i++)
        sim_use(*f, i, ENTRIES);
}

static void expect_no_error(const struct sim *f)
{
    struct sim_counts n;
    sim_counts(f, &n);
    print_message(
        "%lld requests, at most %lld in a second of the fleet's, %lld syncs at once; %lld "
        "bytes up, %lld down\n",
        (long long)n.requests, (long long)sim_peak(f, 0, SIM_NEVER, NULL),
        (long long)n.most_at_once, (long long)n.up, (long long)n.down);
    assert_true(n.syncs >= KIOSKS);
    assert_int_equal(n.failed, 0);
    assert_int_equal(n.answers, n.requests);
    assert_int_equal(n.statuses[2] + n.statuses[3], n.answers);
    assert_int_equal(n.settled, KIOSKS * ENTRIES);
    assert_int_equal(n.said, KIOSKS);
}

static void expect_whole(struct sim *f)
{
    struct sim_check check;
    struct err err = {0};
    if (sim_check(f, &check, &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(check.entries, KIOSKS * ENTRIES);
    assert_int_equal(check.waiting, 0);
    assert_int_equal(check.lost, 0);
    assert_int_equal(check.surplus, 0);
    assert_int_equal(check.by_verdict[VERDICT_accepted], KIOSKS * ENTRIES);
    assert_int_equal(check.caches, KIOSKS);
    assert_int_equal(check.differing, 0);
}

/* The server hears of a closed connection a moment later. */
static void await_descriptors(const struct served *server, int most, struct served_cost *out)
{
    double until = wall_ms() + 10000;
    do {
        poll(NULL, 0, 20);
        served_cost(server, out);
    } while (out->descriptors > most && wall_ms() < until);
}

/* The window; and at its end as many descriptors as after its first kiosks. */
static void a_night(const char *database)
{
    struct sim *f;
    struct served server;
    struct served_cost before, after;
    start(&f, &server, database);
    double wall = wall_ms(), cpu = cpu_ms();
    (void)sim_run(f, FIRST);
    served_cost(&server, &before);
    for (int64_t until = WINDOW; sim_run(f, until) > 0; until += SIM_HOUR)
        continue; /* a server that is slow is given the time */
    wall = wall_ms() - wall;
    cpu = cpu_ms() - cpu;
    await_descriptors(&server, before.descriptors, &after);
    print_message("%d kiosks, seed %d, in %.1f s: server %.1f s of processor, %lld MiB, %d "
                  "descriptors and %d; client %.1f s\n",
        KIOSKS, SEED, wall / 1e3, after.cpu_ms / 1e3, (long long)(after.rss >> 20),
        before.descriptors, after.descriptors, cpu / 1e3);
    expect_no_error(f);
    assert_in_range(after.rss, 1, MOST_MEMORY);
    assert_in_range(after.descriptors, 1, before.descriptors);
    assert_true(served_stop(&server));
    expect_whole(f);
    sim_close(f);
}

static void a_night_on_sqlite(void **unused)
{
    (void)unused;
    char database[TEMP_PATH + 16];
    temp_make(dir);
    snprintf(database, sizeof(database), "%s/central.db", dir);
    a_night(database);
    temp_remove(dir);
}

static void a_night_on_postgres(void **unused)
{
    (void)unused;
    char database[512], name[32];
    temp_make(dir);
    snprintf(name, sizeof(name), "load_%d", (int)getpid());
    if (!served_postgres(name, database, sizeof(database)))
        fail_msg("there is no PostgreSQL here: run this with assets/build/with-postgres");
    a_night(database);
    temp_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_night_on_sqlite),
        cmocka_unit_test(a_night_on_postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
