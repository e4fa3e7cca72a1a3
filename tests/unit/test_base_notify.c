/* SPDX-License-Identifier: EUPL-1.2 */
/* What the service manager is told (U-07). Each case is a process of its own, for a program reads
 * its environment once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/notify.h"

static char dir[] = "/tmp/acht-notify-XXXXXX";
static char path[64];
static int manager = -1;

static int set_up(void **unused)
{
    (void)unused;
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/notify", dir);
    memcpy(a.sun_path, path, strlen(path) + 1);
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return bind(manager, (struct sockaddr *)&a, sizeof(a));
}

static int tear_down(void **unused)
{
    (void)unused;
    close(manager);
    unlink(path);
    return rmdir(dir);
}

/* All that was told, datagrams split by '|'. */
static const char *heard(void)
{
    static char all[4096];
    size_t at = 0;
    for (ssize_t n; (n = recv(manager, all + at, sizeof(all) - at - 2, 0)) >= 0;) {
        at += (size_t)n;
        all[at++] = '|';
    }
    all[at] = '\0';
    return all;
}

/* Runs body in a process with this environment (NULL: not set). */
static void run(const char *socket_name, const char *usec, const char *pid, void (*body)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char self[16];
        snprintf(self, sizeof(self), "%d", getpid());
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
        unsetenv("WATCHDOG_PID");
        if (socket_name)
            setenv("NOTIFY_SOCKET", socket_name, 1);
        if (usec)
            setenv("WATCHDOG_USEC", usec, 1);
        if (pid)
            setenv("WATCHDOG_PID", strcmp(pid, "self") == 0 ? self : pid, 1);
        body();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void whole_life(void)
{
    notify_ready("open");
    notify_status("%d wait", 3);
    notify_status("%d wait", 3);
    notify_status("%d wait", 4);
    notify_stopping();
}

static void turns(void)
{
    for (int64_t now = 1000; now <= 31000; now += 500)
        notify_turn(now);
}

static void waits(void)
{
    if (notify_wait(1000) != 0 || notify_patience() != 30000)
        _exit(1);
    notify_turn(1000);
    if (notify_wait(1000) != 10000 || notify_wait(5000) != 6000 || notify_wait(60000) != 0)
        _exit(1);
}

static void nobody_watches(void)
{
    notify_turn(1000);
    if (notify_wait(1000) != -1 || notify_patience() != -1)
        _exit(1);
}

static void a_life_is_told_in_words(void **unused)
{
    (void)unused;
    run(path, NULL, NULL, whole_life);
    assert_string_equal(heard(), "READY=1\nSTATUS=open|STATUS=3 wait|STATUS=4 wait|STOPPING=1|");
}

static void turns_ping_thrice_within_the_patience(void **unused)
{
    (void)unused;
    run(path, "30000000", "self", turns);
    assert_string_equal(heard(), "WATCHDOG=1|WATCHDOG=1|WATCHDOG=1|WATCHDOG=1|");
    run(path, "30000000", NULL, waits);
    assert_string_equal(heard(), "WATCHDOG=1|");
}

static void without_a_watchdog_there_are_no_pings(void **unused)
{
    (void)unused;
    run(path, NULL, NULL, nobody_watches);
    run(path, "30000000", "1", nobody_watches); /* meant for another process */
    run(path, "nonsense", NULL, nobody_watches);
    run(path, "0", NULL, nobody_watches);
    assert_string_equal(heard(), "");
}

static void without_a_manager_nothing_happens(void **unused)
{
    (void)unused;
    run(NULL, "30000000", NULL, nobody_watches);
    run("", "30000000", NULL, nobody_watches);
    run("relative", "30000000", NULL, nobody_watches);
    run("/nonexistent/socket", NULL, NULL, whole_life);
    run("/nonexistent/socket", "30000000", NULL, turns);
    assert_string_equal(heard(), "");
}

static void a_name_outside_the_file_system_will_do(void **unused)
{
    (void)unused;
    char name[64];
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int n = snprintf(name, sizeof(name), "@acht-notify-%d", getpid());
    memcpy(a.sun_path + 1, name + 1, (size_t)n - 1);
    int before = manager;
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n);
    assert_int_equal(bind(manager, (struct sockaddr *)&a, len), 0);
    run(name, NULL, NULL, whole_life);
    assert_memory_equal(heard(), "READY=1", 7);
    close(manager);
    manager = before;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_is_told_in_words),
        cmocka_unit_test(turns_ping_thrice_within_the_patience),
        cmocka_unit_test(without_a_watchdog_there_are_no_pings),
        cmocka_unit_test(without_a_manager_nothing_happens),
        cmocka_unit_test(a_name_outside_the_file_system_will_do),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
