/* SPDX-License-Identifier: EUPL-1.2 */
/* U-07: kiosk, sync and server ping the watchdog from their loops: a loop that hangs is ended and
 * started again, however alive the process looks. The test is the service manager: it ends a
 * program that was silent for the watchdog's time, as systemd does, and starts it anew. */
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/manager.h"
#include "support/pty.h"
#include "support/rig.h"

#define WATCHDOG_MS 300
#define SETTING "WATCHDOG_USEC=300000"

static struct rig rig;
static struct manager manager;

static int rounds(void)
{
    return getenv("ACHT_LONG") ? 20 : 4;
}

static int set_up(void **unused)
{
    (void)unused;
    rig_start(&rig, 3, 3);
    manager_open(&manager);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    manager_close(&manager);
    rig_end(&rig);
    return 0;
}

static void watched(bool on)
{
    if (on) {
        setenv("NOTIFY_SOCKET", manager.path, 1);
        setenv("WATCHDOG_USEC", SETTING + sizeof("WATCHDOG_USEC"), 1);
    } else {
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
    }
}

/* It has said that it is ready, and pings for longer than the watchdog waits. */
static void expect_alive(void)
{
    assert_true(manager_wait(&manager, "READY=1"));
    assert_true(manager_pings(&manager, 6));
}

/* ---- the kiosk ---- */

static struct pty *start_kiosk(const char *data)
{
    static char command[] = "kiosk", option[] = "--data";
    char program[PATH_MAX], setting[] = SETTING, dir[RIG_PATH];
    snprintf(program, sizeof(program), "%s/bin-hooks/acht", getenv("ACHT_BUILD"));
    snprintf(dir, sizeof(dir), "%s", data);
    char *argv[] = {program, command, option, dir, NULL};
    char *env[] = {manager.setting, setting, NULL};
    manager.last[0] = '\0';
    struct pty *p = pty_start(argv, env, 24, 80);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    return p;
}

static void a_hung_kiosk_is_ended(void **unused)
{
    (void)unused;
    char data[RIG_PATH];
    rig_enrol(&rig, "hung", rig.port, data);
    for (int i = 0; i < rounds(); i++) {
        struct pty *p = start_kiosk(data);
        expect_alive();
        pty_hang(p);
        assert_true(manager_silence(&manager, WATCHDOG_MS));
        pty_kill(p, SIGABRT);
        assert_int_equal(pty_exit_status(p), 128 + SIGABRT);
        pty_free(p);
    }
}

static void a_kiosk_says_how_it_is(void **unused)
{
    (void)unused;
    char data[RIG_PATH];
    rig_enrol(&rig, "says", rig.port, data);
    struct pty *p = start_kiosk(data);
    assert_true(manager_wait(&manager, "STATUS=open, 0 requests wait to be sent"));
    pty_kill(p, SIGTERM);
    assert_int_equal(pty_exit_status(p), 0);
    assert_true(manager_wait(&manager, "STOPPING=1"));
    pty_free(p);
}

/* ---- the sync ---- */

static pid_t start_sync(const char *data)
{
    const char *const argv[] = {rig.sync, "--interval", "1", "--data", data, NULL};
    manager.last[0] = '\0';
    watched(true);
    pid_t pid = rig_spawn(&rig, argv, -1);
    watched(false);
    return pid;
}

/* A pipe that nobody writes, in place of a file that every sync reads. */
static void a_hung_sync_is_ended(void **unused)
{
    (void)unused;
    char data[RIG_PATH], file[RIG_PATH + 32], kept[RIG_PATH + 32], pipe[RIG_PATH + 32];
    rig_enrol(&rig, "sync", rig.port, data);
    snprintf(file, sizeof(file), "%s/enrolment.json", data);
    snprintf(kept, sizeof(kept), "%s/enrolment.kept", data);
    snprintf(pipe, sizeof(pipe), "%s/pipe", data);
    assert_int_equal(link(file, kept), 0);
    for (int i = 0; i < rounds(); i++) {
        pid_t pid = start_sync(data);
        expect_alive();
        assert_true(manager_wait(&manager, "STATUS=the last sync: ok, 0 requests wait"));
        assert_int_equal(mkfifo(pipe, 0600), 0);
        assert_int_equal(rename(pipe, file), 0);
        assert_true(manager_silence(&manager, WATCHDOG_MS));
        kill(pid, SIGABRT);
        assert_int_equal(rig_wait(pid), 128 + SIGABRT);
        unlink(file);
        assert_int_equal(link(kept, file), 0);
    }
}

/* No server, and back-offs of many times the watchdog's patience: it waits, and does not hang. */
static void a_sync_without_network_is_not(void **unused)
{
    (void)unused;
    char data[RIG_PATH];
    rig_enrol(&rig, "offline", rig.port, data);
    rig_kill_server(&rig);
    pid_t pid = start_sync(data);
    assert_true(manager_wait(&manager, "STATUS=the last sync: no_network"));
    assert_true(manager_pings(&manager, 20));
    kill(pid, SIGTERM);
    assert_int_equal(rig_wait(pid), 0);
    assert_true(manager_wait(&manager, "STOPPING=1"));
    rig_serve(&rig);
}

/* ---- the server; a single request that hangs is in unit/test_central_http.c ---- */

static void a_hung_server_is_ended(void **unused)
{
    (void)unused;
    if (rig.server) /* the test before may have failed */
        rig_kill_server(&rig);
    for (int i = 0; i < rounds(); i++) {
        manager.last[0] = '\0';
        watched(true);
        rig_serve(&rig);
        watched(false);
        expect_alive();
        kill(rig.server, SIGSTOP);
        assert_true(manager_silence(&manager, WATCHDOG_MS));
        rig_kill_server(&rig);
    }
    rig_serve(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hung_kiosk_is_ended),
        cmocka_unit_test(a_kiosk_says_how_it_is),
        cmocka_unit_test(a_hung_sync_is_ended),
        cmocka_unit_test(a_sync_without_network_is_not),
        cmocka_unit_test(a_hung_server_is_ended),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
