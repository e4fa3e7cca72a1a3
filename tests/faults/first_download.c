/* SPDX-License-Identifier: EUPL-1.2 */
/* S-06: the whole catalogue comes over a network that goes away again and again, at any byte of any
 * page. Each sync goes on where the last one was cut; the catalogue that was there before is all
 * there until the new one is whole, and then none of it. With ACHT_LONG=1 100,000 courses. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/store.h"
#include "support/relay.h"
#include "support/rig.h"
#include "support/rng.h"

#define OLD_COURSES 40
#define FEW_COURSES 2000
#define ALL_COURSES 100000
#define PAGE_MOST (1024 * 1024)
#define MEMORY_MOST (128 * 1024) /* KiB: a gross fault, not the figure */

static struct rig rig;
static char data[RIG_PATH];
static uint64_t seed;
static int courses;

/* A network that goes away after so many bytes. */
static struct relay relay;

/* ---- both catalogues ---- */

static void import_new(void)
{
    char generator[RIG_PATH], command[4 * RIG_PATH];
    const char *build = getenv("ACHT_BUILD");
    snprintf(generator, sizeof(generator), "%.200s/tests/bench/courses", build ? build : "build");
    snprintf(command, sizeof(command), "%s %d 8 >%s/new.csv && %s import %s/new.csv --database %s",
        generator, courses, rig.dir, rig.central, rig.dir, rig.database);
    assert_int_equal(rig_run(&rig, (const char *const[]){"/bin/sh", "-c", command, NULL}, NULL), 0);
}

/* What another server gave the kiosk, with a cursor that this one does not know. */
static void put_old(void)
{
    static struct record r[OLD_COURSES];
    static char id[OLD_COURSES][16];
    struct store *s;
    struct err err = {0};
    for (int i = 0; i < OLD_COURSES; i++) {
        snprintf(id[i], sizeof(id[i]), "old-%d", i);
        record_init(&r[i], TYPE_COURSE);
        r[i].id = id[i];
        record_set_text(&r[i], COURSE_source, "other");
        record_set_text(&r[i], COURSE_title, "Klompenmaken");
        record_set_text(&r[i], COURSE_provider, "Klompenschool");
        record_set_number(&r[i], COURSE_form, FORM_classroom);
    }
    assert_int_equal(store_open(&s, data, rig.share, STORE_SYNC, NULL, &err), 0);
    assert_int_equal(cache_apply(s, r, OLD_COURSES, "another-server.1", &err), 0);
    assert_int_equal(cache_finish(s, clock_now(), &err), 0);
    store_close(s);
}

/* How many courses a search at the kiosk finds. */
static int64_t found(struct store *s, const char *words)
{
    struct search_input in = {0};
    struct rowset rs = {0};
    char corrected[LIM_QUERY];
    struct err err = {0};
    str_copy(in.text, sizeof(in.text), words);
    int64_t today = date_from_instant(clock_now());
    int rc = store_search(s, &in, today, 0, 10, &rs, corrected, &err);
    int64_t total = rc < 0 ? -1 : rs.total;
    rowset_release(&rs);
    return total;
}

struct shown {
    int64_t old, all;
};

static struct shown shown(void)
{
    struct store *s;
    struct err err = {0};
    assert_int_equal(store_open(&s, data, rig.share, STORE_KIOSK, NULL, &err), 0);
    struct shown sh = {found(s, "klompenmaken"), found(s, "")};
    store_close(s);
    return sh;
}

/* ---- syncs, and what they take ---- */

struct cost {
    long memory; /* KiB resident at most */
    off_t disk;  /* bytes of the cache and its journal at most */
};

static off_t bytes_of(const char *name)
{
    char path[RIG_PATH + 32];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", data, name);
    return stat(path, &st) == 0 ? st.st_size : 0;
}

static int sync_once(struct cost *cost)
{
    struct rusage used;
    int status;
    pid_t done,
        pid = rig_spawn(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, -1);
    while ((done = wait4(pid, &status, WNOHANG, &used)) == 0) {
        off_t disk = bytes_of("cache.db") + bytes_of("cache.db-journal");
        cost->disk = disk > cost->disk ? disk : cost->disk;
        poll(NULL, 0, 2); /* between two looks; nothing is waited for */
    }
    assert_int_equal(done, pid);
    assert_true(WIFEXITED(status));
    cost->memory = used.ru_maxrss > cost->memory ? used.ru_maxrss : cost->memory;
    return WEXITSTATUS(status);
}

/* So many bytes come until the network goes away: a page now and then is not even one whole. */
static int64_t next_cut(void)
{
    int64_t pages = courses == ALL_COURSES ? 8 : 2;
    return (int64_t)rng_below(&seed, (uint64_t)(pages * PAGE_MOST / 4));
}

static void the_catalogue_comes_in_pieces(void **unused)
{
    (void)unused;
    struct cost cost = {0};
    struct shown now = {0};
    int cuts = -1, rc;
    put_old();
    relay.seen->pages = 0;
    relay.seen->down = 0;
    do {
        cuts++;
        struct shown before = now;
        now = shown();
        assert_int_equal(now.old, OLD_COURSES);
        assert_in_range(now.all, before.all, OLD_COURSES + courses); /* what came stays */
        relay.seen->left = next_cut();
        rc = sync_once(&cost);
        assert_in_range(cuts, 0, 10 * 1000);
    } while (rc != 0);
    int asked = relay.seen->pages;
    int64_t down = relay.seen->down;
    now = shown();
    assert_int_equal(now.old, 0);
    assert_int_equal(now.all, courses);
    print_message("%d courses, %d cuts, %d pages asked for, %.1f MB came\n", courses, cuts, asked,
        (double)down / 1e6);
    print_message("at most %.1f MB resident, %.1f MB of disk (%.1f MB at the end)\n",
        (double)cost.memory / 1e3, (double)cost.disk / 1e6, (double)bytes_of("cache.db") / 1e6);
    assert_in_range(cost.memory, 1, MEMORY_MOST);
    assert_true(cuts >= (courses == ALL_COURSES ? 50 : 4));
    /* The same in one piece: a cut costs at most the page that it struck. */
    put_old();
    relay.seen->left = INT64_MAX;
    relay.seen->pages = 0;
    assert_int_equal(sync_once(&cost), 0);
    print_message("in one piece: %d pages\n", relay.seen->pages);
    assert_in_range(asked, relay.seen->pages, relay.seen->pages + cuts + 1);
}

static int set_up(void **unused)
{
    (void)unused;
    courses = getenv("ACHT_LONG") ? ALL_COURSES : FEW_COURSES;
    seed = rng_seed();
    rig_start(&rig, 0, 0);
    import_new();
    relay_start(&relay, rig.port);
    relay.seen->left = PAGE_MOST;
    rig_enrol(&rig, "kiosk", relay.port, data);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    relay_end(&relay);
    rig_end(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_catalogue_comes_in_pieces)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
