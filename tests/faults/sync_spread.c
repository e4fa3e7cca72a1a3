/* SPDX-License-Identifier: EUPL-1.2 */
/* U-01: kiosks that start in the same second do not sync in the same second, and nobody at one of
 * them has to wait for that. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "store/store.h"
#include "support/manager.h"
#include "support/rig.h"

static struct rig rig;
static struct manager manager;
static char data[RIG_PATH];

static int set_up(void **unused)
{
    (void)unused;
    rig_start(&rig, 3, 3);
    rig_enrol(&rig, "kiosk", rig.port, data);
    manager_open(&manager);
    return setenv("NOTIFY_SOCKET", manager.path, 1);
}

static int tear_down(void **unused)
{
    (void)unused;
    manager_close(&manager);
    rig_end(&rig);
    return 0;
}

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
    struct enrolment e;
    struct store *s = open_store();
    assert_int_equal(enrolment_load(data, &e, &err), 0);
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, "somebody");
    record_set_text(&r, ASK_course, "course");
    record_set_text(&r, ASK_title, "Title");
    if (journal_append(s, &r, e.kiosk, clock_now(), NULL, &err) < 0)
        fail_msg("%s", err.msg);
    store_close(s);
}

static bool synced(void)
{
    struct buf log = BUF_INIT(1 << 20);
    struct err err = {0};
    assert_int_equal(buf_read_file(&log, rig.log, &err), 0);
    bool yes = strstr(log.p, "acht-sync: ok");
    buf_release(&log);
    return yes;
}

/* A day's spread: the kiosk's own moment is some hours away. */
static pid_t start(const char *once)
{
    const char *const argv[] = {rig.sync, "--data", data, "--spread", "86400", once, NULL};
    manager.last[0] = '\0';
    return rig_spawn(&rig, argv, -1);
}

static void the_nights_sync_waits_for_its_moment(void **unused)
{
    (void)unused;
    pid_t pid = start("--once");
    assert_true(manager_wait(&manager, "STATUS=waits for its turn"));
    assert_false(synced());
    kill(pid, SIGTERM);
    assert_int_equal(rig_wait(pid), 0);
    assert_false(synced());
}

static void a_person_does_not_wait_for_it(void **unused)
{
    (void)unused;
    pid_t pid = start(NULL);
    assert_true(manager_wait(&manager, "STATUS=waits for its turn"));
    assert_true(manager_wait(&manager, "READY=1"));
    assert_false(synced());
    ask();
    assert_true(manager_wait(&manager, "STATUS=the last sync: ok, 0 requests wait"));
    assert_true(synced());
    kill(pid, SIGTERM);
    assert_int_equal(rig_wait(pid), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nights_sync_waits_for_its_moment),
        cmocka_unit_test(a_person_does_not_wait_for_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
