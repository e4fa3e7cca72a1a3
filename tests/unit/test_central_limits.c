/* SPDX-License-Identifier: EUPL-1.2 */
/* How many wrong PINs are borne, from whom, and what stays possible for everybody else. */
#include "central_pins.h"

#define PEOPLE 500

static void person_id(int i, char out[LIM_ID])
{
    snprintf(out, LIM_ID, "p%03d", i);
}

/* ---- the rule ---- */

static void waits_double_and_end(void **unused)
{
    (void)unused;
    assert_int_equal(pin_wait(0), 0);
    assert_int_equal(pin_wait(4), 0);
    assert_int_equal(pin_wait(5), 30 * SECOND);
    assert_int_equal(pin_wait(6), MINUTE);
    assert_int_equal(pin_wait(11), 32 * MINUTE);
    assert_int_equal(pin_wait(12), HOUR);
    assert_int_equal(pin_wait(1000000), HOUR); /* never for good */
}

/* Whether a try is looked at; if so, it was wrong. */
static bool tries(struct house *h, const char *person, const char *kiosk, int64_t at)
{
    struct pin_tries t;
    OK(database_pin_tries(h->central.db, "amber", person, kiosk, at, PIN_WINDOW, &t, &err));
    if (pin_slowed(&t, at))
        return false;
    OK(database_pin_wrong(h->central.db, "amber", person, kiosk, at, &err));
    return true;
}

/* I-04: a day of guessing at one kiosk, every few seconds. One person bears about thirty tries;
 * all people together 1,920, a chance of 0.2 % for six digits. */
static void a_day_of_guessing(void **unused)
{
    (void)unused;
    for (int people = 1; people <= (house_is_postgres() ? 1 : PEOPLE); people *= PEOPLE) {
        struct house h;
        int looked_at = 0, n = 0, first = 0;
        house_open(&h);
        OK(database_begin(h.central.db, &err));
        for (int64_t at = NOW; at < NOW + DAY; at += 5 * SECOND, n++) {
            char person[LIM_ID];
            person_id(n % people, person);
            looked_at += tries(&h, person, "k", at);
            if (at == NOW + MINUTE)
                first = looked_at;
        }
        OK(database_commit(h.central.db, &err));
        if (people == 1) {
            assert_in_range(looked_at, 24, 40);
            assert_in_range(first, 5, 7);
        } else {
            assert_in_range(looked_at, 1800, 1920);
        }
        house_close(&h);
    }
}

/* ---- through the judge ---- */

/* I-04: the limit holds where the hash would be taken, and it is on the disk. */
static void too_many_are_not_looked_at(void **unused)
{
    (void)unused;
    struct house h;
    struct judge_counts counts;
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    for (int i = 0; i < PIN_FREE_TRIES; i++)
        expect_refused(
            act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "904417"}), REASON_wrong_pin);
    const struct act right = {TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW + 29 * SECOND};
    expect_refused(act_counted(&h, &h.a, &right, &counts), REASON_slow_down);
    assert_int_equal(counts.hashes, 0);
    assert_int_equal(counts.slowed, 1);
    database_close(h.central.db); /* the server starts anew */
    OK(database_open(&h.central.db, h.where, &err));
    expect_refused(act(&h, &h.a, right), REASON_slow_down);
    /* An ask needs no PIN: somebody else's tries do not cost anybody his. */
    expect_accepted(act(&h, &h.a, (struct act){TYPE_ASK, "anna", .pin = PIN_ANNA, .at = right.at}));
    expect_accepted(act(&h, &h.b, right)); /* another kiosk, at the same moment */
    expect_accepted(act(
        &h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW + 30 * SECOND}));
    /* A right one ends the row. */
    expect_refused(
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = "904417", .at = NOW + MINUTE}),
        REASON_wrong_pin);
    expect_accepted(
        act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW + MINUTE}));
    house_close(&h);
}

/* Invented times: entries that claim to be weeks old make no room for more guesses than there were
 * since the kiosk's last contact. */
static void invented_times_gain_nothing(void **unused)
{
    (void)unused;
    struct house h;
    int looked_at = 0;
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    h.a.contact = NOW - MINUTE;
    for (int i = 0; i < 40; i++) {
        struct verdict v;
        struct judge_counts counts;
        struct buf body = BUF_INIT(LIM_BODY);
        act_add(&h, &h.a,
            &(struct act){TYPE_SIGN_IN, "anna", .pin = "904417", .at = NOW - (50 - i) * HOUR},
            &body);
        judge_body(&h, &h.a, body.p, body.len, NOW, &v, &counts);
        looked_at += v.reason == REASON_wrong_pin;
        buf_release(&body);
    }
    assert_int_equal(looked_at, PIN_FREE_TRIES);
    house_close(&h);
}

/* ---- what waits ---- */

static int judge_at(struct house *h, const struct buf *body, int64_t now, struct verdict *v)
{
    struct judge_counts counts;
    return judge_body(h, &h->a, body->p, body->len, now, v, &counts);
}

static void guess_often(struct house *h, const char *person)
{
    for (int i = 0; i < PIN_FREE_TRIES; i++)
        expect_refused(
            act(h, &h->a, (struct act){TYPE_SIGN_IN, person, .pin = "904417"}), REASON_wrong_pin);
}

/* I-05: what somebody did whom another's tries have slowed down is not refused for that. It gets no
 * verdict, so it stays with its kiosk; what stands behind it does not wait; and when it comes again
 * after the wait it counts, once. */
static void who_is_slowed_down_loses_nothing(void **unused)
{
    (void)unused;
    struct house h;
    struct verdict v[2];
    struct buf body = BUF_INIT(LIM_BODY);
    const struct act code = {
        TYPE_GIVE_CODE, "sara", PIN_SARA, "4829130567", .worker = "anna", .at = NOW + 9 * SECOND};
    house_people(&h);
    house_pin(&h, "sara", PIN_SARA, NOW - DAY);
    guess_often(&h, "sara");
    act_add(&h, &h.a, &code, &body);
    act_add(&h, &h.a, &(struct act){TYPE_ASK, "aad", .at = NOW + 9 * SECOND}, &body);
    assert_int_equal(judge_at(&h, &body, NOW + 10 * SECOND, v), 1);
    expect_accepted(v[0]); /* the ask */
    assert_int_equal(judge_at(&h, &body, NOW + 29 * SECOND, v), 1);
    h.a.contact = NOW + 29 * SECOND; /* what is older than that was made by then */
    for (int again = 0; again < 2; again++) {
        assert_int_equal(judge_at(&h, &body, NOW + 31 * SECOND, v), 2);
        expect_accepted(v[0]);
        expect_accepted(v[1]);
    }
    buf_release(&body);
    house_close(&h);
}

/* I-04: whoever fills a kiosk with guesses gains none by their coming again and again: an hour
 * after the other, as at its keys. */
static void what_comes_again_is_no_more_guesses(void **unused)
{
    (void)unused;
    struct house h;
    struct buf body = BUF_INIT(LIM_BODY);
    int looked_at = 0, requests = 0, left = 150;
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    for (int i = 0; i < left; i++)
        act_add(&h, &h.a,
            &(struct act){TYPE_SET_PIN, "anna", .pin = "904417", .secret = "3141592653"}, &body);
    for (int64_t at = NOW; at < NOW + DAY; at += 5 * MINUTE, requests++) {
        struct verdict v[LIM_BATCH];
        const char *rest = body.p;
        for (int i = 0; i < looked_at; i++)
            rest += strcspn(rest, "\n") + 1;
        struct judge_counts counts;
        int n = judge_body(&h, &h.a, rest, strlen(rest), at, v, &counts);
        for (int i = 0; i < n; i++)
            expect_refused(v[i], REASON_wrong_code);
        looked_at += n;
        h.a.contact = at;
    }
    print_message(
        "%d of %d guesses looked at in a day of %d requests\n", looked_at, left, requests);
    assert_in_range(looked_at, 24, 40);
    buf_release(&body);
    house_close(&h);
}

/* ---- for everybody else ---- */

/* I-05: somebody locks all colleagues out at one kiosk. At another one every one of them is looked
 * at, at the same moment. */
static void nobody_is_locked_out(void **unused)
{
    (void)unused;
    struct house h;
    int free = 0;
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    OK(database_begin(h.central.db, &err));
    for (int i = 0; i < PEOPLE; i++) {
        char person[LIM_ID];
        person_id(i, person);
        for (int k = 0; k < 5; k++)
            OK(database_pin_wrong(h.central.db, "amber", person, h.a.id, NOW, &err));
    }
    for (int k = 0; k < 5; k++)
        OK(database_pin_wrong(h.central.db, "amber", "anna", h.a.id, NOW, &err));
    for (int i = 0; i < PEOPLE; i++) {
        char person[LIM_ID];
        struct pin_tries t;
        person_id(i, person);
        OK(database_pin_tries(h.central.db, "amber", person, h.b.id, NOW, PIN_WINDOW, &t, &err));
        free += !pin_slowed(&t, NOW);
        OK(database_pin_tries(h.central.db, "amber", person, h.a.id, NOW, PIN_WINDOW, &t, &err));
        assert_true(pin_slowed(&t, NOW));
    }
    OK(database_commit(h.central.db, &err));
    assert_int_equal(free, PEOPLE);
    expect_accepted(act(&h, &h.b, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}));
    house_close(&h);
}

/* I-06: wrong PINs for many people raise the alarm before the kiosk is slowed down, once while it
 * lasts; it is in the log and the metrics. */
static void spraying_is_noticed(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    char *log = NULL;
    size_t size;
    house_people(&h);
    h.central.log = open_memstream(&log, &size);
    for (int i = 0; i < PIN_KIOSK_TRIES + 2; i++) {
        char person[LIM_ID];
        struct buf body = BUF_INIT(LIM_BODY);
        person_id(i, person);
        act_add(&h, &h.a, &(struct act){TYPE_SIGN_IN, person, .pin = "904417"}, &body);
        assert_int_equal(house_post(&h, "/v1/journal", TOKEN_A, body.p, body.len, &rs), 200);
        assert_int_equal(h.central.counts.judged.sprayed, i >= SPRAY_KIOSK_PEOPLE - 1);
        response_release(&rs);
        buf_release(&body);
    }
    assert_int_equal(h.central.counts.judged.wrong_pins, PIN_KIOSK_TRIES);
    assert_int_equal(h.central.counts.judged.slowed, 2);
    struct http_request rq = house_request("GET", "/metrics", "");
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    assert_non_null(strstr(rs.body.p, "\nacht_spraying_total 1\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_wrong_pins_total 20\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_slowed_total 2\n"));
    response_release(&rs);
    fclose(h.central.log);
    h.central.log = NULL;
    assert_non_null(strstr(log, "alarm: wrong PINs for many people"));
    assert_null(strstr(log, "904417"));
    free(log);
    house_close(&h);
}

/* The same person at kiosk after kiosk: that person is told, and the alarm is raised. */
static void one_person_at_many_kiosks(void **unused)
{
    (void)unused;
    struct house h;
    struct judge_counts counts;
    house_people(&h);
    OK(database_begin(h.central.db, &err));
    OK(database_pin_wrong(h.central.db, "amber", "anna", "k1", NOW, &err));
    OK(database_pin_wrong(h.central.db, "amber", "aad", "k1", NOW, &err));
    OK(database_commit(h.central.db, &err));
    const struct act wrong = {TYPE_SIGN_IN, "anna", .pin = "904417"};
    act_counted(&h, &h.a, &wrong, &counts);
    assert_int_equal(counts.sprayed, 0);
    assert_int_equal(notices(&h, "anna", "pin_elsewhere"), 0);
    act_counted(&h, &h.b, &wrong, &counts);
    assert_int_equal(counts.sprayed, 1);
    assert_int_equal(notices(&h, "anna", "pin_elsewhere"), 1);
    act_counted(&h, &h.b, &wrong, &counts);
    assert_int_equal(counts.sprayed, 0); /* said already */
    house_close(&h);
}

/* I-06: ten common PINs for everybody find nobody, because nobody can have one. */
static void common_pins_are_many(void **unused)
{
    (void)unused;
    int common = 0;
    for (int n = 0; n < 1000000; n++) {
        char pin[LIM_PIN + 1];
        snprintf(pin, sizeof(pin), "%06d", n);
        common += pin_common(pin);
    }
    assert_true(common >= 100);
    assert_true(common < 250000); /* and most PINs may still be chosen */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_and_end),
        cmocka_unit_test(a_day_of_guessing),
        cmocka_unit_test(too_many_are_not_looked_at),
        cmocka_unit_test(invented_times_gain_nothing),
        cmocka_unit_test(who_is_slowed_down_loses_nothing),
        cmocka_unit_test(what_comes_again_is_no_more_guesses),
        cmocka_unit_test(nobody_is_locked_out),
        cmocka_unit_test(spraying_is_noticed),
        cmocka_unit_test(one_person_at_many_kiosks),
        cmocka_unit_test(common_pins_are_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
