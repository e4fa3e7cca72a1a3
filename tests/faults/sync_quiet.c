/* SPDX-License-Identifier: EUPL-1.2 */
/* S-27: a night in which nothing changed costs a kiosk one request and less than 1 KiB each way.
 * S-33: ten syncs at once are one. */
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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "store/store.h"
#include "support/rig.h"
#include "sync/lock.h"

#define AT_ONCE 10

static struct rig rig;
static char data[RIG_PATH];
static struct enrolment enrolment;

/* ---- a relay that counts, between the kiosk and the server ---- */

struct counts {
    volatile int connections;
    volatile int64_t up, down;
};
static struct counts *counts;
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

/* Moves what has come; false at the end. */
static bool move(int from, int to, volatile int64_t *count)
{
    char chunk[8192];
    ssize_t n = recv(from, chunk, sizeof(chunk), 0);
    if (n <= 0 || send(to, chunk, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    *count += n;
    return true;
}

static void pass_on(int client)
{
    int server = connect_to(rig.port);
    struct pollfd p[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    for (bool open = true; open && poll(p, 2, -1) > 0;) {
        if (p[0].revents)
            open = move(client, server, &counts->up);
        if (open && p[1].revents)
            open = move(server, client, &counts->down);
    }
    close(server);
}

static void run_relay(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        counts->connections++;
        pass_on(fd);
        close(fd);
    }
}

static void start_relay(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
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

static int set_up(void **unused)
{
    (void)unused;
    struct err err = {0};
    rig_start(&rig, 50, 20);
    start_relay();
    rig_enrol(&rig, "kiosk", relay_port, data);
    return enrolment_load(data, &enrolment, &err);
}

static int tear_down(void **unused)
{
    (void)unused;
    kill(relay, SIGKILL);
    waitpid(relay, NULL, 0);
    rig_end(&rig);
    return 0;
}

static pid_t start_sync(void)
{
    return rig_spawn(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, -1);
}

static void a_quiet_night_costs_one_small_request(void **unused)
{
    (void)unused;
    assert_int_equal(rig_wait(start_sync()), 0);
    print_message(
        "first sync: %lld bytes up, %lld down\n", (long long)counts->up, (long long)counts->down);
    assert_true(counts->down > 4096); /* the count does count */
    *counts = (struct counts){0};
    assert_int_equal(rig_wait(start_sync()), 0);
    print_message("nothing changed: %d connection, %lld bytes up, %lld down\n", counts->connections,
        (long long)counts->up, (long long)counts->down);
    assert_int_equal(counts->connections, 1);
    assert_in_range(counts->up, 1, 1023);
    assert_in_range(counts->down, 1, 1023);
}

/* ---- S-33 ---- */

static struct store *open_store(void)
{
    struct store *s;
    struct err err = {0};
    if (store_open(&s, data, rig.share, STORE_KIOSK, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    return s;
}

static void ask(void)
{
    struct record r;
    struct err err = {0};
    struct store *s = open_store();
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, "somebody");
    record_set_text(&r, ASK_course, "course");
    record_set_text(&r, ASK_title, "Lassen");
    assert_int_equal(journal_append(s, &r, enrolment.kiosk, clock_now(), NULL, &err), 0);
    store_close(s);
}

static int64_t waiting(void)
{
    struct store *s = open_store();
    int64_t n = journal_waiting(s);
    store_close(s);
    return n;
}

/* All end well; returns how long the slowest took. */
static int64_t ten_at_once(void)
{
    pid_t pid[AT_ONCE];
    int64_t began = clock_monotonic();
    for (int i = 0; i < AT_ONCE; i++)
        pid[i] = start_sync();
    for (int i = 0; i < AT_ONCE; i++)
        assert_int_equal(rig_wait(pid[i]), 0);
    return clock_monotonic() - began;
}

static void ten_syncs_at_once_are_one(void **unused)
{
    (void)unused;
    int rounds = getenv("ACHT_LONG") ? 100 : 5;
    int64_t longest = 0;
    for (int i = 0; i < rounds; i++) {
        struct err err = {0};
        int lock = sync_lock(data, &err);
        assert_true(lock >= 0);
        ask();
        *counts = (struct counts){0};
        int64_t ms = ten_at_once();
        longest = ms > longest ? ms : longest;
        assert_int_equal(counts->connections, 0); /* somebody else is at it */
        assert_int_equal(waiting(), 1);
        close(lock);
        ten_at_once();
        assert_int_equal(waiting(), 0);
    }
    print_message(
        "%d rounds of %d: those that found another at work ended within %lld ms, all %d\n", rounds,
        AT_ONCE, (long long)longest, AT_ONCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_night_costs_one_small_request),
        cmocka_unit_test(ten_syncs_at_once_are_one),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
