/* SPDX-License-Identifier: EUPL-1.2 */
/* S-20: 3,000 kiosks that are switched on in the same second while the server is away come back
 * apart from each other. S-27: a night in which nothing changed costs all of them together less
 * than 3 MB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/sim.h"
#include "support/temp.h"

#define KIOSKS 3000
#define AWAY (30 * SIM_MINUTE)
#define SEED 20

static char dir[TEMP_PATH];

static struct sim *start(struct sim_options o, const char *script)
{
    struct sim *f;
    struct err err = {0};
    temp_make(dir);
    o.kiosks = KIOSKS;
    o.dir = dir;
    o.seed = SEED;
    if (sim_open(&f, &o, &err) < 0 || sim_script(f, script, &err) < 0)
        fail_msg("%s", err.msg);
    return f;
}

static void end(struct sim *f)
{
    sim_close(f);
    temp_remove(dir);
}

static void expect_whole(struct sim *f)
{
    struct sim_check check;
    struct err err = {0};
    if (sim_check(f, &check, &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(check.lost, 0);
    assert_int_equal(check.surplus, 0);
    assert_int_equal(check.caches, KIOSKS);
    assert_int_equal(check.differing, 0);
}

/* ---- S-20 ---- */

struct herd {
    int64_t peak; /* requests in one second, once the server is back */
    int together; /* kiosks that ended their sync in one second */
    int64_t last; /* milliseconds until the last kiosk is done, from then */
    double tries; /* of a kiosk, on average */
    int most_tries;
};

#define SECONDS (8 * 60 * 60)

static int most_together(struct sim *f)
{
    static int done[SECONDS];
    int most = 0;
    memset(done, 0, sizeof(done));
    for (int i = 0; i < KIOSKS; i++) {
        struct sim_kiosk k;
        sim_kiosk(f, i, &k);
        int n = ++done[k.last_ok / SIM_SECOND];
        most = n > most ? n : most;
    }
    return most;
}

static struct herd come_back(const char *what, struct sim_options o)
{
    struct herd h = {0};
    int64_t tries = 0;
    o.at_once = true;
    o.night = 20 * SIM_HOUR; /* not before this is over */
    o.capacity = 50;
    struct sim *f = start(o, "from 0 to 30m all down\n");
    assert_int_equal(sim_run(f, SECONDS * SIM_SECOND - 1), 0);
    for (int i = 0; i < KIOSKS; i++) {
        struct sim_kiosk k;
        sim_kiosk(f, i, &k);
        assert_int_equal(k.syncs, 1);
        tries += k.failed + 1;
        h.most_tries = k.failed >= h.most_tries ? k.failed + 1 : h.most_tries;
        h.last = k.last_ok - AWAY > h.last ? k.last_ok - AWAY : h.last;
    }
    h.tries = (double)tries / KIOSKS;
    h.peak = sim_peak(f, AWAY, SIM_NEVER, NULL);
    h.together = most_together(f);
    print_message("%s: at most %lld requests of %d kiosks a second, all done after %lld s, %.1f "
                  "tries each (%d at most)\n",
        what, (long long)h.peak, h.together, (long long)(h.last / SIM_SECOND), h.tries,
        h.most_tries);
    end(f);
    return h;
}

static void a_herd_comes_back_apart(void **unused)
{
    (void)unused;
    print_message(
        "seed %d, %d kiosks, server away for 30 min, 50 answers a second\n", SEED, KIOSKS);
    struct herd h = come_back("with jitter", (struct sim_options){0});
    assert_true(h.peak <= 25);
    assert_true(h.last <= 20 * SIM_MINUTE);
    assert_true(h.tries <= 15);
    come_back("and as acht-sync.service starts, within 10 min",
        (struct sim_options){.boot_spread = 10 * SIM_MINUTE});
    struct herd blind =
        come_back("negative control, without jitter", (struct sim_options){.no_jitter = true});
    assert_true(blind.peak >= KIOSKS);
    assert_true(blind.last > 20 * SIM_MINUTE);
}

/* ---- S-27 ---- */

static struct sim_counts since(const struct sim *f, const struct sim_counts *before)
{
    struct sim_counts n;
    sim_counts(f, &n);
    n.syncs -= before->syncs;
    n.failed -= before->failed;
    n.requests -= before->requests;
    n.said -= before->said;
    n.statuses[3] -= before->statuses[3];
    n.up -= before->up;
    n.down -= before->down;
    return n;
}

static void a_quiet_night_costs_the_fleet_little(void **unused)
{
    (void)unused;
    struct sim_counts nothing = {0}, first;
    struct sim *f = start((struct sim_options){0}, "");
    assert_int_equal(sim_run(f, SIM_DAY), 0);
    first = since(f, &nothing);
    assert_true(first.up + first.down > 3000000); /* the count does count */
    assert_int_equal(first.said, KIOSKS);         /* and a first night is news */
    assert_int_equal(sim_run(f, 2 * SIM_DAY), 0);
    struct sim_counts n = since(f, &first);
    print_message("a night without news: %lld requests, %lld bytes up, %lld down; the first night "
                  "%lld and %lld\n",
        (long long)n.requests, (long long)n.up, (long long)n.down, (long long)first.up,
        (long long)first.down);
    assert_int_equal(n.syncs, KIOSKS);
    assert_int_equal(n.failed, 0);
    assert_int_equal(n.requests, KIOSKS);
    assert_int_equal(n.said, 0);
    assert_int_equal(n.statuses[3], n.requests);
    assert_int_equal(n.alarms, 0);
    assert_true(n.up + n.down <= 3000000);
    assert_true(n.down / KIOSKS <= 1024);
    expect_whole(f);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_herd_comes_back_apart),
        cmocka_unit_test(a_quiet_night_costs_the_fleet_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
