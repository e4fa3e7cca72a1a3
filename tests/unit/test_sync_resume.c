/* SPDX-License-Identifier: EUPL-1.2 */
/* A download that is cut off goes on where it was, and ends with what the server has. */
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "unit/sync_feed.h"

#define PAGES 40
#define PER_PAGE 10

static int rounds(int few, int all)
{
    return getenv("ACHT_LONG") ? all : few;
}

static bool has_course(struct store *s, const char *id)
{
    struct rowset rs = {0};
    struct err err = {0};
    assert_int_equal(store_course(s, id, &rs, &err), 0);
    bool has = rs.count > 0;
    rowset_release(&rs);
    return has;
}

/* S-06, S-07: cut after each page of 40. No page comes twice, and the old catalogue stays until the
 * new one is whole; the cursor is one of a server that is no more. */
static void a_download_goes_on_at_its_page(void **unused)
{
    (void)unused;
    struct kiosk k;
    struct feed old, f;
    start(&k);
    feed_start(&old, 1, 500);
    for (int i = 0; i < COURSES; i += 40) /* some of them are in the new one too */
        feed_change(&old, i, false);
    assert_int_equal(feed_sync(&old, k.store, &k.result), 0);
    feed_start(&f, 2, PER_PAGE);
    for (int i = 1; i < COURSES; i++)
        feed_change(&f, i, false);
    int cuts = 0;
    for (f.cut_after = 1; feed_sync(&f, k.store, &k.result) < 0; f.cut_after = 1) {
        cuts++;
        assert_int_equal(k.result.pages, 1);
        for (int i = 0; i < COURSES; i += 40) {
            char id[16];
            snprintf(id, sizeof(id), "c%d", i);
            assert_true(has_course(k.store, id));
        }
        assert_in_range(cuts, 0, PAGES);
    }
    assert_int_equal(feed_differences(&f, k.store), 0);
    assert_false(has_course(k.store, "c0")); /* only the old server had it */
    for (int i = 1; i < COURSES; i++)
        assert_in_range(f.seen[i], 1, 2); /* sent, or cut off and sent again */
    print_message("%d cuts, %d pages asked for, %d needed\n", cuts, f.pages, PAGES);
    assert_in_range(f.pages, PAGES, PAGES + cuts + 1);
    end(&k);
}

/* Some things happen at the server. */
static void live(struct feed *f, uint64_t *rng)
{
    int busy = (int)dice(rng, 30);
    for (uint64_t n = dice(rng, 60); n > 0; n--) {
        int i = dice(rng, 3) ? (int)dice(rng, 30) : busy;
        feed_change(f, i, dice(rng, 3) == 0); /* also of what was gone, or was never there */
    }
}

/* S-05: histories with deletions, returns and many changes to one record, cut off at random. */
static void any_history_ends_in_what_the_server_has(void **unused)
{
    (void)unused;
    struct kiosk k;
    struct feed f;
    int all = rounds(150, 1000), cuts = 0;
    start(&k);
    for (int seed = 0; seed < all; seed++) {
        uint64_t rng = (uint64_t)seed * 7919 + 1;
        feed_start(&f, seed, 1 + (int)dice(&rng, 9));
        f.rng = &rng;
        for (int days = 3; days > 0; days--) {
            live(&f, &rng);
            cuts += feed_sync(&f, k.store, &k.result) < 0;
        }
        for (int n = 0; n < 500 && seed % 10 == 0; n++)
            feed_change(&f, 7, n % 2);
        f.rng = NULL;
        assert_int_equal(feed_sync(&f, k.store, &k.result), 0);
        if (feed_differences(&f, k.store) > 0)
            fail_msg("history %d ends otherwise", seed);
    }
    print_message("%d histories, %d syncs cut off, all equal\n", all, cuts);
    assert_true(cuts > all / 2); /* the cuts do cut */
    /* Negative control: what the comparison is for. */
    feed_change(&f, COURSES - 1, false);
    assert_true(feed_differences(&f, k.store) > 0);
    end(&k);
}

/* What a killed child and this process both see. */
struct shared {
    struct feed feed;
    int syncs;
};

static void sync_until_killed(const char *dir, struct shared *s)
{
    struct store *store;
    struct sync_result result;
    struct err err = {0};
    if (store_open(&store, dir, share_dir(), STORE_SYNC, NULL, &err) < 0)
        _exit(1);
    int rc = feed_sync(&s->feed, store, &result);
    s->syncs += rc == 0;
    store_close(store);
    _exit(rc == 0 ? 0 : 2);
}

/* S-34 */
static void killed_at_any_moment_it_converges(void **unused)
{
    (void)unused;
    struct kiosk k;
    uint64_t rng = 34;
    int all = rounds(60, 500), killed = 0;
    struct shared *s =
        mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    start(&k);
    for (int i = 0; i < 250; i++)
        ask(&k, "c1");
    store_close(k.store);
    feed_start(&s->feed, 0, PER_PAGE);
    for (int n = 0; n < all; n++) {
        int status;
        live(&s->feed, &rng);
        for (int i = 0; i < 200; i++)
            feed_change(&s->feed, 100 + i, false);
        pid_t pid = fork();
        if (pid == 0)
            sync_until_killed(k.dir, s);
        struct timespec ts = {0, (long)dice(&rng, 40000) * 1000};
        ppoll(NULL, 0, &ts, NULL);
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        killed += WIFSIGNALED(status);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    }
    struct err err = {0};
    assert_int_equal(store_open(&k.store, k.dir, share_dir(), STORE_SYNC, NULL, &err), 0);
    assert_int_equal(feed_sync(&s->feed, k.store, &k.result), 0);
    assert_int_equal(feed_differences(&s->feed, k.store), 0);
    assert_int_equal(status_of(&k).waiting, 0);
    print_message("%d of %d syncs killed\n", killed, all);
    assert_true(killed > 0);
    munmap(s, sizeof(*s));
    end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_download_goes_on_at_its_page),
        cmocka_unit_test(any_history_ends_in_what_the_server_has),
        cmocka_unit_test(killed_at_any_moment_it_converges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
