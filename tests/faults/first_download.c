/* SPDX-License-Identifier: EUPL-1.2 */
/* S-06: the whole catalogue comes over a network that goes away again and again, at any byte of any
 * page. Each sync goes on where the last one was cut; the catalogue that was there before is all
 * there until the new one is whole, and then none of it. With ACHT_LONG=1 100,000 courses. */
#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/store.h"
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

/* ---- a network that goes away after so many bytes ---- */

struct network {
    volatile int64_t left; /* bytes that still come down */
    volatile int64_t down; /* that came */
    volatile int pages;    /* that were asked for */
};
static struct network *network;
static pid_t relay;
static int relay_port;

static int connect_to(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
        _exit(1);
    return fd;
}

/* A request comes in one piece. */
static bool move_up(int client, int server)
{
    static const char feed[] = "GET /v1/feed";
    char chunk[8192];
    ssize_t n = recv(client, chunk, sizeof(chunk), 0);
    if (n > (ssize_t)sizeof(feed) && memcmp(chunk, feed, sizeof(feed) - 1) == 0)
        network->pages++;
    return n > 0 && send(server, chunk, (size_t)n, MSG_NOSIGNAL) == n;
}

static bool move_down(int server, int client)
{
    char chunk[8192];
    ssize_t n = recv(server, chunk, sizeof(chunk), 0);
    if (n <= 0)
        return false;
    ssize_t passed = n < network->left ? n : (ssize_t)network->left;
    network->left -= passed;
    network->down += passed;
    return send(client, chunk, (size_t)passed, MSG_NOSIGNAL) == n;
}

static void pass_on(int client)
{
    int server = connect_to(rig.port);
    struct pollfd p[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    for (bool open = true; open && poll(p, 2, -1) > 0;) {
        if (p[0].revents)
            open = move_up(client, server);
        if (open && p[1].revents)
            open = move_down(server, client);
    }
    close(server);
}

static void run_relay(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        pass_on(fd);
        close(fd);
    }
}

static void start_relay(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    network =
        mmap(NULL, sizeof(*network), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    network->left = PAGE_MOST;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    relay_port = ntohs(a.sin_port);
    fflush(stdout);
    relay = fork();
    if (relay == 0)
        run_relay(listener);
    close(listener);
}

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
    network->pages = 0;
    network->down = 0;
    do {
        cuts++;
        struct shown before = now;
        now = shown();
        assert_int_equal(now.old, OLD_COURSES);
        assert_in_range(now.all, before.all, OLD_COURSES + courses); /* what came stays */
        network->left = next_cut();
        rc = sync_once(&cost);
        assert_in_range(cuts, 0, 10 * 1000);
    } while (rc != 0);
    int asked = network->pages;
    int64_t down = network->down;
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
    network->left = INT64_MAX;
    network->pages = 0;
    assert_int_equal(sync_once(&cost), 0);
    print_message("in one piece: %d pages\n", network->pages);
    assert_in_range(asked, network->pages, network->pages + cuts + 1);
}

static int set_up(void **unused)
{
    (void)unused;
    courses = getenv("ACHT_LONG") ? ALL_COURSES : FEW_COURSES;
    seed = rng_seed();
    rig_start(&rig, 0, 0);
    import_new();
    start_relay();
    rig_enrol(&rig, "kiosk", relay_port, data);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    kill(relay, SIGKILL);
    waitpid(relay, NULL, 0);
    rig_end(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_catalogue_comes_in_pieces)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
