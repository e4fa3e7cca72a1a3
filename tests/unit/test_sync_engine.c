/* SPDX-License-Identifier: EUPL-1.2 */
/* One sync with a server that tells the truth, but may refuse, forget or have nothing new. */
#include "unit/sync_house.h"

static void asks_go_up_and_courses_come_down(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (int i = 0; i < 4; i++)
        ask(&k, "c1");
    sync_well(&k);
    assert_int_equal(k.result.sent, 4);
    for (int kind = 0; kind < 4; kind++)
        assert_int_equal(k.result.settled[kind], 1);
    assert_int_equal(k.result.records, 3);
    assert_int_equal(k.result.pages, 2);
    assert_int_equal(k.result.waiting, 0);
    struct store_status status = status_of(&k);
    assert_int_equal(status.waiting, 0);
    assert_int_equal(status.courses, 1);
    assert_string_equal(status.cause, "ok");
    assert_in_range(clock_now() + 1000 - status.finished, 0, 60000); /* the house is ahead */
    sync_well(&k);
    assert_int_equal(k.server.requests, 1);
    assert_int_equal(k.result.records, 0);
    end(&k);
}

static void nothing_new_is_fine(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    k.server.tags = true;
    sync_well(&k);
    sync_well(&k);
    assert_int_equal(k.server.requests, 1);
    assert_int_equal(status_of(&k).courses, 1);
    end(&k);
}

static void many_asks_go_in_batches(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (int i = 0; i < 2 * LIM_BATCH + 1; i++)
        ask(&k, "c1");
    sync_well(&k);
    assert_int_equal(k.server.requests, 3 + 2);
    assert_int_equal(k.result.sent, 2 * LIM_BATCH + 1);
    assert_int_equal(status_of(&k).waiting, 0);
    end(&k);
}

static void one_bad_entry_is_found_and_left(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (int i = 0; i < LIM_BATCH; i++)
        ask(&k, i == 77 ? "poison" : "c1");
    k.server.refused = "poison";
    sync_well(&k);
    assert_in_range(k.server.requests, 1, 1 + 2 * 8 + 2);
    assert_int_equal(k.result.skipped, 1);
    assert_int_equal(k.result.sent, LIM_BATCH - 1);
    assert_int_equal(k.result.waiting, 1);
    assert_int_equal(k.result.expected, 1);
    assert_int_equal(status_of(&k).courses, 1);
    ask(&k, "c1");
    sync_well(&k);
    assert_int_equal(k.result.sent, 1);
    assert_int_equal(status_of(&k).waiting, 1);
    k.server.refused = NULL;
    sync_well(&k);
    assert_int_equal(status_of(&k).waiting, 0);
    end(&k);
}

/* ---- what the server puts off ---- */

static const char *line_of_entry;
static int64_t put_off;

static void accept_the_quick(struct buf *out, int i, const char *id, const char *hash)
{
    size_t len = strcspn(line_of_entry, "\n");
    bool slow = memmem(line_of_entry, len, "slow", 4);
    (void)i;
    put_off += slow;
    if (!slow)
        add_verdict(out, id, hash, VERDICT_accepted);
    line_of_entry += len + 1;
}

/* Says in its trailer how many have no verdict yet. */
static void put_off_the_slow(struct server *s, const struct request *q, struct response *r)
{
    struct trailer t = {.count = 0};
    (void)s;
    if (!q->body)
        return;
    put_off = 0;
    line_of_entry = q->body;
    buf_clear(&r->body);
    each_entry(q, &r->body, accept_the_quick);
    for (size_t i = 0; i < r->body.len; i++)
        t.count += r->body.p[i] == '\n';
    t.later = put_off;
    sha256_hex(r->body.p, r->body.len, t.digest);
    assert_int_equal(trailer_to_json(&t, &r->body), 0);
    buf_putc(&r->body, '\n');
}

/* Entries that the server puts off stay, however many they are; nothing waits behind them, the sync
 * went well, and none of them hastens the next one. */
static void what_is_put_off_stands_in_nobodys_way(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (int i = 0; i < 2 * LIM_BATCH; i++)
        ask(&k, i % LIM_BATCH == 9 ? "c1" : "slow");
    ask(&k, "c1");
    k.server.lie = put_off_the_slow;
    sync_well(&k);
    assert_int_equal(k.result.settled[VERDICT_accepted], 3);
    assert_int_equal(status_of(&k).waiting, 2 * LIM_BATCH - 2);
    assert_int_equal(k.result.expected, 2 * LIM_BATCH - 2);
    assert_in_range(k.server.requests, 1, 2 * 2 + 1 + 2);
    sync_well(&k);
    assert_int_equal(status_of(&k).waiting, 2 * LIM_BATCH - 2);
    k.server.lie = NULL;
    sync_well(&k);
    assert_int_equal(status_of(&k).waiting, 0);
    end(&k);
}

static void a_server_that_refuses_everything_is_wrong(void **unused)
{
    (void)unused;
    struct kiosk k;
    struct err err = {0};
    start(&k);
    for (int i = 0; i < LIM_BATCH; i++)
        ask(&k, "poison");
    k.server.refused = "poison";
    assert_int_equal(sync_now(&k, &err), -1);
    assert_int_equal(k.result.cause, CAUSE_server_wrong);
    assert_in_range(k.server.requests, 1, (LIM_SKIPS + 1) * 9);
    assert_int_equal(status_of(&k).waiting, LIM_BATCH);
    end(&k);
}

static void a_lost_cursor_starts_the_download_over(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    sync_well(&k);
    k.server.lost_cursors = true;
    struct err err = {0};
    assert_int_equal(sync_now(&k, &err), -1); /* its second page has a cursor too, lost again */
    assert_int_equal(k.result.cause, CAUSE_server_wrong);
    assert_int_equal(k.server.requests, 3);
    assert_int_equal(status_of(&k).courses, 1);
    k.server.lost_cursors = false;
    sync_well(&k);
    assert_int_equal(status_of(&k).courses, 1);
    end(&k);
}

/* S-22: with a certificate that has expired by a clock that jumped, the clock is wrong. */
static void a_clock_that_ran_away_is_no_wrong_certificate(void **unused)
{
    (void)unused;
    static const struct {
        int64_t days;
        bool expired;
        enum cause want;
    } cases[] = {
        {0, true, CAUSE_certificate},
        {30, true, CAUSE_certificate}, /* a month without network, and nobody renewed it */
        {3653, true, CAUSE_clock},
        {3653, false, CAUSE_certificate},
        {-3653, true, CAUSE_certificate},
    };
    struct kiosk k;
    start(&k);
    ask(&k, "c1");
    sync_well(&k);
    ask(&k, "c1");
    k.server.broken = CAUSE_certificate;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err err = {0};
        k.server.ahead = cases[i].days * 24 * 60 * 60 * 1000;
        k.server.expired = cases[i].expired;
        assert_int_equal(sync_now(&k, &err), -1);
        if (k.result.cause != cases[i].want)
            fail_msg("%d days ahead: cause %d", (int)cases[i].days, (int)k.result.cause);
        assert_int_equal(status_of(&k).waiting, 1);
    }
    end(&k);
}

/* A kiosk forgets everybody by this one answer only. */
static void lie_revoked(struct server *s, const struct request *q, struct response *r)
{
    (void)q;
    r->status = s->cut ? 403 : 401;
    buf_clear(&r->body);
    assert_int_equal(error_to_json(s->refused, "a message", &r->body), 0);
}

static void revoked_is_one_word(void **unused)
{
    (void)unused;
    static const struct {
        const char *code;
        size_t other_status;
        bool want;
    } cases[] = {{ERROR_REVOKED, 0, true}, {"unauthorized", 0, false}, {ERROR_REVOKED, 1, false},
        {"", 0, false}};
    struct kiosk k;
    start(&k);
    k.server.lie = lie_revoked;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err err = {0};
        k.server.refused = cases[i].code;
        k.server.cut = cases[i].other_status;
        assert_int_equal(sync_now(&k, &err), -1);
        assert_int_equal(k.result.cause, CAUSE_not_enrolled);
        assert_int_equal(k.result.revoked, cases[i].want);
    }
    end(&k);
}

/* The schedule after each end of a sync, as a simulator plans it too. */
static void what_is_amiss_here_is_tried_again_with_patience(void **unused)
{
    (void)unused;
    struct schedule s;
    struct sync_result here = {.cause = CAUSE_ok, .retry_after = NO_RETRY_AFTER};
    schedule_start(&s, 1000000, 0);
    sync_plan(&s, -1, &here, 0, 4999);
    assert_int_equal(schedule_wait(&s, 0), 4999);
    assert_int_equal(s.failures, 1);
    sync_plan(&s, 0, &here, 0, 0);
    assert_int_equal(schedule_wait(&s, 0), 900000);
    assert_int_equal(s.failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_go_up_and_courses_come_down),
        cmocka_unit_test(nothing_new_is_fine),
        cmocka_unit_test(many_asks_go_in_batches),
        cmocka_unit_test(one_bad_entry_is_found_and_left),
        cmocka_unit_test(what_is_put_off_stands_in_nobodys_way),
        cmocka_unit_test(a_server_that_refuses_everything_is_wrong),
        cmocka_unit_test(a_lost_cursor_starts_the_download_over),
        cmocka_unit_test(a_clock_that_ran_away_is_no_wrong_certificate),
        cmocka_unit_test(revoked_is_one_word),
        cmocka_unit_test(what_is_amiss_here_is_tried_again_with_patience),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
