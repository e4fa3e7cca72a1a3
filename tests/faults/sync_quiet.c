/* SPDX-License-Identifier: EUPL-1.2 */
/* S-27: a night in which nothing changed costs a kiosk one request and less than 1 KiB each way.
 * S-33: ten syncs at once are one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "store/store.h"
#include "support/relay.h"
#include "support/rig.h"
#include "sync/lock.h"

#define AT_ONCE 10

static struct rig rig;
static char data[RIG_PATH];
static struct enrolment enrolment;

/* It counts, between the kiosk and the server. */
static struct relay relay;

static int set_up(void **unused)
{
    (void)unused;
    struct err err = {0};
    rig_start(&rig, 50, 20);
    relay_start(&relay, rig.port);
    rig_enrol(&rig, "kiosk", relay.port, data);
    return enrolment_load(data, &enrolment, &err);
}

static int tear_down(void **unused)
{
    (void)unused;
    relay_end(&relay);
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
    print_message("first sync: %lld bytes up, %lld down\n", (long long)relay.seen->up,
        (long long)relay.seen->down);
    assert_true(relay.seen->down > 4096); /* the count does count */
    *relay.seen = (struct relay_seen){.left = INT64_MAX};
    assert_int_equal(rig_wait(start_sync()), 0);
    print_message("nothing changed: %d connection, %lld bytes up, %lld down\n",
        relay.seen->connections, (long long)relay.seen->up, (long long)relay.seen->down);
    assert_int_equal(relay.seen->connections, 1);
    assert_in_range(relay.seen->up, 1, 1023);
    assert_in_range(relay.seen->down, 1, 1023);
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
        *relay.seen = (struct relay_seen){.left = INT64_MAX};
        int64_t ms = ten_at_once();
        longest = ms > longest ? ms : longest;
        assert_int_equal(relay.seen->connections, 0); /* somebody else is at it */
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
