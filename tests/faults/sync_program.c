/* SPDX-License-Identifier: EUPL-1.2 */
/* acht-sync as a program: its exit codes, its lock, its loop, and how it ends. */
#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "store/store.h"
#include "support/rig.h"
#include "sync/lock.h"

#define PATIENCE_MS 15000

static struct rig rig;
static char data[RIG_PATH];
static struct enrolment enrolment;

static int set_up(void **unused)
{
    (void)unused;
    struct err err = {0};
    rig_start(&rig, 3, 3);
    rig_enrol(&rig, "kiosk", rig.port, data);
    return enrolment_load(data, &enrolment, &err);
}

static int tear_down(void **unused)
{
    (void)unused;
    rig_end(&rig);
    return 0;
}

static int sync_once(const char *dir)
{
    return rig_run(&rig, (const char *const[]){rig.sync, "--once", "--data", dir, NULL}, NULL);
}

static struct store *open_store(void)
{
    struct store *s;
    struct err err = {0};
    if (store_open(&s, data, rig.share, STORE_KIOSK, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    return s;
}

static void ask(const char *title)
{
    struct record r;
    struct err err = {0};
    struct store *s = open_store();
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, "somebody");
    record_set_text(&r, ASK_course, "course");
    record_set_text(&r, ASK_title, title);
    if (journal_append(s, &r, enrolment.kiosk, clock_now(), NULL, &err) < 0)
        fail_msg("%s", err.msg);
    store_close(s);
}

static int64_t waiting(void)
{
    struct store *s = open_store();
    int64_t n = journal_waiting(s);
    store_close(s);
    return n;
}

static void wait_for_waiting(int64_t want)
{
    int64_t until = clock_monotonic() + PATIENCE_MS;
    while (waiting() != want) {
        if (clock_monotonic() > until)
            fail_msg("%d entries still wait", (int)waiting());
        poll(NULL, 0, 20);
    }
}

static bool log_has(const char *text)
{
    struct buf log = BUF_INIT(1 << 20);
    struct err err = {0};
    assert_int_equal(buf_read_file(&log, rig.log, &err), 0);
    bool has = strstr(log.p, text);
    buf_release(&log);
    return has;
}

static void misuse_and_misconfiguration_have_their_codes(void **unused)
{
    (void)unused;
    char dir[RIG_PATH];
    snprintf(dir, sizeof(dir), "%.200s/new", rig.dir);
    const struct {
        const char *argv[10];
        int want;
    } cases[] = {
        {{rig.sync, "--nonsense"}, 64},
        {{rig.sync, "--once", "--data", "/nonexistent"}, 78},
        {{rig.sync, "--once", "--data", rig.dir}, 78},
        {{rig.sync, "--data", rig.dir}, 78},
        {{rig.sync, "--once", "--interval", "0", "--data", data}, 64},
        {{rig.sync, "enrol", "--server", "http://10.0.0.1", "--code", "x", "--data", dir}, 78},
        {{rig.sync, "enrol", "--server", enrolment.server, "--code", "WRONG", "--data", dir}, 78},
        {{rig.sync, "enrol", "--server", "http://127.0.0.1:1", "--code", "x", "--data", dir}, 75},
        {{rig.sync, "enrol", "--code", "x", "--data", dir}, 64},
        {{rig.sync, "--once", "--data", data}, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int code = rig_run(&rig, cases[i].argv, NULL);
        if (code != cases[i].want)
            fail_msg("case %zu ended with %d", i, code);
    }
    assert_true(log_has("not enrolled"));
}

static void without_the_server_it_is_for_later(void **unused)
{
    (void)unused;
    ask("offline");
    rig_kill_server(&rig);
    assert_int_equal(sync_once(data), 75);
    assert_int_equal(waiting(), 1);
    assert_true(log_has("acht-sync: no_network sent=0"));
    rig_serve(&rig);
    assert_int_equal(sync_once(data), 0);
    assert_int_equal(waiting(), 0);
}

static void two_syncs_at_once_are_one(void **unused)
{
    (void)unused;
    struct err err = {0};
    int lock = sync_lock(data, &err);
    assert_true(lock >= 0);
    ask("locked");
    assert_int_equal(sync_once(data), 0);
    assert_int_equal(waiting(), 1);
    close(lock);
    assert_int_equal(sync_once(data), 0);
    assert_int_equal(waiting(), 0);
}

static pid_t start_loop(void)
{
    const char *const argv[] = {rig.sync, "--interval", "3600", "--data", data, NULL};
    return rig_spawn(&rig, argv, -1);
}

static void expect_prompt_end(pid_t pid, int signal)
{
    int64_t began = clock_monotonic();
    kill(pid, signal);
    assert_int_equal(rig_wait(pid), 0);
    assert_in_range(clock_monotonic() - began, 0, 1000);
}

static void the_loop_sends_a_new_ask_soon(void **unused)
{
    (void)unused;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        ask("before");
        pid_t pid = start_loop();
        wait_for_waiting(0);
        ask("while it sleeps");
        wait_for_waiting(0);
        expect_prompt_end(pid, signals[i]);
    }
}

/* A server that takes the connection and says nothing. */
static int listen_silently(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

static void a_stalled_transfer_does_not_hold_up_the_end(void **unused)
{
    (void)unused;
    int port, listener = listen_silently(&port);
    struct enrolment e = enrolment;
    struct err err = {0};
    snprintf(e.server, sizeof(e.server), "http://127.0.0.1:%d", port);
    assert_int_equal(enrolment_save(data, &e, &err), 0);
    pid_t pid = start_loop();
    int client = accept(listener, NULL, NULL);
    assert_true(client >= 0);
    expect_prompt_end(pid, SIGTERM);
    close(client);
    close(listener);
    assert_int_equal(enrolment_save(data, &enrolment, &err), 0);
}

/* Sealed for the server, once that has told the kiosk to forget everybody. */
static int64_t sealed(void)
{
    struct buf lines = BUF_INIT(1 << 20);
    struct err err = {0};
    char path[RIG_PATH + 32];
    int64_t n = 0;
    snprintf(path, sizeof(path), "%s/undelivered.sealed", data);
    if (buf_read_file(&lines, path, &err) == 0)
        for (size_t i = 0; i < lines.len; i++)
            n += lines.p[i] == '\n';
    buf_release(&lines);
    return n;
}

static void a_revoked_kiosk_keeps_its_asks(void **unused)
{
    (void)unused;
    ask("revoked");
    const char *const revoke[] = {
        rig.central, "kiosk", "revoke", enrolment.kiosk, "--database", rig.database, NULL};
    assert_int_equal(rig_run(&rig, revoke, NULL), 0);
    assert_int_equal(sync_once(data), 78);
    assert_int_equal(waiting(), 0);
    assert_int_equal(sealed(), 1);
    assert_true(log_has("acht-sync: this kiosk was revoked and has forgotten everybody"));
}

static void the_log_tells_nothing_secret_or_personal(void **unused)
{
    (void)unused;
    assert_false(log_has(enrolment.token));
    assert_false(log_has(enrolment.badge_key));
    assert_false(log_has("somebody"));
    assert_false(log_has("while it sleeps"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misuse_and_misconfiguration_have_their_codes),
        cmocka_unit_test(without_the_server_it_is_for_later),
        cmocka_unit_test(two_syncs_at_once_are_one),
        cmocka_unit_test(the_loop_sends_a_new_ask_soon),
        cmocka_unit_test(a_stalled_transfer_does_not_hold_up_the_end),
        cmocka_unit_test(a_revoked_kiosk_keeps_its_asks),
        cmocka_unit_test(the_log_tells_nothing_secret_or_personal),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
