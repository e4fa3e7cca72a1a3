/* SPDX-License-Identifier: EUPL-1.2 */
/* who asks too often is told when to come back, and nobody else is. */
#include "central_house.h"

#define SECOND INT64_C(1000)
#define TEN_MINUTES (10 * MINUTE)

static const struct rates usual = {.of = {[LIMIT_KIOSK] = LIM_KIOSK_RATE,
                                       [LIMIT_COMPANY] = LIM_COMPANY_RATE,
                                       [LIMIT_ADDRESS] = LIM_ADDRESS_RATE,
                                       [LIMIT_CODE] = LIM_CODE_RATE}};

/* ---- the buckets ---- */

/* Asks as often as said, evenly over so long; returns how often it may. */
static int asked(
    struct throttle *t, enum limit limit, const char *who, int64_t from, int times, int64_t span)
{
    int served = 0;
    for (int i = 0; i < times; i++)
        served += throttle_take(t, limit, who, from + span * i / times) == 0;
    return served;
}

static void a_bucket_holds_ten_minutes_and_fills_steadily(void **unused)
{
    (void)unused;
    struct throttle *t = throttle_new(&usual);
    assert_int_equal(asked(t, LIMIT_KIOSK, "k", NOW, 700, 0), 600);
    assert_int_equal(throttle_take(t, LIMIT_KIOSK, "k", NOW), 1);
    assert_int_equal(throttle_look(t, LIMIT_KIOSK, "k", NOW + SECOND), 0);
    assert_int_equal(throttle_look(t, LIMIT_KIOSK, "k", NOW + SECOND), 0); /* it stays there */
    assert_int_equal(throttle_take(t, LIMIT_KIOSK, "k", NOW + SECOND), 0);
    assert_int_equal(throttle_take(t, LIMIT_KIOSK, "k", NOW + SECOND), 1);
    assert_int_equal(asked(t, LIMIT_KIOSK, "k", NOW + TEN_MINUTES, 1000, 0), 599);
    assert_int_equal(asked(t, LIMIT_COMPANY, "k", NOW, 7000, 0), 6000);
    assert_int_equal(asked(t, LIMIT_CODE, "k", NOW, 20, 0), 10);
    assert_int_equal(throttle_take(t, LIMIT_CODE, "k", NOW), 360);
    throttle_free(t);
}

/* Ten times too often, for an hour: what is let through is the rate, and what was full before. */
static void ten_times_too_often(void **unused)
{
    (void)unused;
    static const struct {
        enum limit limit;
        int times, served;
    } cases[] = {{LIMIT_KIOSK, 36000, 3600 + 600}, {LIMIT_COMPANY, 360000, 36000 + 6000},
        {LIMIT_ADDRESS, 36000, 3600 + 600}, {LIMIT_CODE, 100, 10 + 10}};
    struct throttle *t = throttle_new(&usual);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int served = asked(t, cases[i].limit, "noisy", NOW, cases[i].times, 60 * MINUTE);
        assert_in_range(served, cases[i].served - 2, cases[i].served + 2);
        assert_int_equal(throttle_take(t, cases[i].limit, "quiet", NOW + 60 * MINUTE), 0);
    }
    throttle_free(t);
}

/* The clock was set: nobody is shut out for longer than his bucket takes to fill. */
static void clocks_that_jump(void **unused)
{
    (void)unused;
    struct throttle *t = throttle_new(&usual);
    assert_int_equal(asked(t, LIMIT_KIOSK, "k", NOW, 700, 0), 600);
    const int64_t before = NOW - 365 * 24 * 60 * MINUTE;
    assert_int_equal(throttle_take(t, LIMIT_KIOSK, "k", before), 1);
    assert_int_equal(asked(t, LIMIT_KIOSK, "k", before + TEN_MINUTES, 700, 0), 600);
    assert_int_equal(throttle_take(t, LIMIT_KIOSK, "k", 2 * NOW), 0);
    throttle_free(t);
}

/* The kiosks of a country, each with its own bucket; and strangers without number share a table
 * that does not grow, and is not theirs alone. */
static void many_have_room(void **unused)
{
    (void)unused;
    enum { KIOSKS = 14000, STRANGERS = 200000 };
    struct throttle *t = throttle_new(&usual);
    char who[32];
    int refused = 0, forgotten = 0;
    assert_int_equal(asked(t, LIMIT_KIOSK, "noisy", NOW, 700, 0), 600);
    for (int round = 0; round < 10; round++)
        for (int i = 0; i < KIOSKS; i++) {
            snprintf(who, sizeof(who), "kiosk %d", i);
            refused += throttle_take(t, LIMIT_KIOSK, who, NOW) != 0;
        }
    assert_int_equal(refused, 0);
    assert_int_equal(throttle_take(t, LIMIT_KIOSK, "noisy", NOW), 1); /* it is remembered */
    assert_int_equal(asked(t, LIMIT_ADDRESS, "noisy", NOW, 700, 0), 600);
    for (int i = 0; i < STRANGERS; i++) {
        snprintf(who, sizeof(who), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        refused += throttle_take(t, LIMIT_ADDRESS, who, NOW) != 0;
        forgotten += i % 1000 == 0 && throttle_look(t, LIMIT_ADDRESS, "noisy", NOW) == 0;
    }
    assert_int_equal(refused, 0);
    assert_int_equal(forgotten, 0); /* who owes most is the last to be given up */
    assert_true(throttle_bytes() < (size_t)4 * 1024 * 1024);
    print_message("A-14: %d kiosks and %d addresses in %zu KiB\n", KIOSKS, STRANGERS,
        throttle_bytes() / 1024);
    throttle_free(t);
}

static void none_is_no_limit(void **unused)
{
    (void)unused;
    struct throttle *t = throttle_new(&(struct rates){0});
    assert_int_equal(asked(t, LIMIT_KIOSK, "k", NOW, 10000, 0), 10000);
    assert_int_equal(asked(NULL, LIMIT_KIOSK, "k", NOW, 10000, 0), 10000);
    throttle_free(t);
}

/* ---- on the way through the server ---- */

struct asker {
    const char *token, *address, *path;
    int served, limited, other, without_time;
};

static void ask_once(struct house *h, struct asker *a, int64_t now)
{
    struct http_response rs;
    struct http_request rq = house_request("GET", a->path ? a->path : "/v1/feed", a->token);
    rq.address = a->address;
    rq.now = now;
    int status = house_send(h, &rq, &rs);
    a->served += status == 200;
    a->limited += status == 429;
    a->other += status != 200 && status != 429;
    a->without_time += status == 429 && rs.retry_after <= 0;
    response_release(&rs);
}

static void open_with_limits(struct house *h)
{
    house_open(h);
    house_fill(h);
    h->central.throttle = throttle_new(&usual);
}

static void close_with_limits(struct house *h)
{
    throttle_free(h->central.throttle);
    house_close(h);
}

#define TOKEN_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static void add_kiosk(struct house *h, const char *name, const char *company, const char *token)
{
    struct kiosk k;
    char code[CODE_TEXT], hash[DIGEST_HEX];
    OK(admin_add_kiosk(h->central.db, name, company, "", NOW, code, &k, &err));
    sha256_hex(token, strlen(token), hash);
    OK(database_begin(h->central.db, &err));
    OK(database_kiosk_enrol(h->central.db, k.id, hash, &err));
    OK(database_commit(h->central.db, &err));
}

/* One kiosk asks ten times too often; its company, the others and strangers are served as ever. */
static void only_the_noisy_one_is_told(void **unused)
{
    (void)unused;
    struct house h;
    const int rounds = house_rounds(40);
    struct asker noisy = {TOKEN_A, "127.0.0.1", NULL, 0, 0, 0, 0},
                 same_company = {TOKEN_C, "127.0.0.1", NULL, 0, 0, 0, 0},
                 other = {TOKEN_B, "127.0.0.1", NULL, 0, 0, 0, 0},
                 stranger = {"", "127.0.0.9", NULL, 0, 0, 0, 0};
    open_with_limits(&h);
    add_kiosk(&h, "Hal 4", "amber", TOKEN_C);
    for (int i = 0; i < rounds; i++) {
        int64_t now = NOW + i * MINUTE;
        for (int k = 0; k < 600; k++)
            ask_once(&h, &noisy, now);
        for (int k = 0; k < 6; k++) {
            ask_once(&h, &same_company, now);
            ask_once(&h, &other, now);
        }
        for (int k = 0; k < 60; k++)
            ask_once(&h, &stranger, now);
    }
    print_message("A-14: kiosk 10 x: %d served, %d told; others: %d and %d of %d\n", noisy.served,
        noisy.limited, same_company.served, other.served, 6 * rounds);
    assert_int_equal(noisy.served, 600 + 60 * (rounds - 1));
    assert_int_equal(noisy.served + noisy.limited, 600 * rounds);
    assert_int_equal(noisy.without_time, 0);
    assert_int_equal(same_company.served, 6 * rounds);
    assert_int_equal(other.served, 6 * rounds);
    assert_int_equal(stranger.other, 60 * rounds); /* as often as strangers may */
    assert_int_equal(h.central.counts.limited[LIMIT_KIOSK], noisy.limited);
    assert_int_equal(h.central.counts.limited[LIMIT_COMPANY], 0);
    close_with_limits(&h);
}

/* 80 kiosks of a company sync at the same moment, with ten requests each; then ten times that. */
static void a_company_syncs_at_once(void **unused)
{
    (void)unused;
    enum { KIOSKS = 80 };
    static char token[KIOSKS][KEY_HEX];
    struct house h;
    struct asker noisy = {NULL, "", NULL, 0, 0, 0, 0}, other = {TOKEN_B, "", NULL, 0, 0, 0, 0};
    open_with_limits(&h);
    for (int i = 0; i < KIOSKS; i++) {
        char name[16];
        snprintf(name, sizeof(name), "k%d", i);
        random_key_hex(token[i]);
        add_kiosk(&h, name, "amber", token[i]);
    }
    for (int k = 0; k < 10 * KIOSKS; k++) {
        noisy.token = token[k % KIOSKS];
        ask_once(&h, &noisy, NOW);
    }
    assert_int_equal(noisy.served, 10 * KIOSKS);
    for (int k = 0; k < 90 * KIOSKS; k++) {
        noisy.token = token[k % KIOSKS];
        ask_once(&h, &noisy, NOW);
    }
    ask_once(&h, &other, NOW);
    print_message("A-14: company 10 x: %d served, %d told; the other company is served\n",
        noisy.served, noisy.limited);
    assert_int_equal(noisy.served, 6000);
    assert_int_equal(noisy.without_time, 0);
    assert_int_equal(other.served, 1);
    assert_int_equal(h.central.counts.limited[LIMIT_COMPANY], noisy.limited);
    close_with_limits(&h);
}

/* Strangers of one address use up what strangers of that address may, and nothing else. A token
 * that nobody knows costs nothing: a kiosk may be about to announce it, behind the same proxy. */
static void an_address_is_noisy(void **unused)
{
    (void)unused;
    struct house h;
    struct asker guess = {"no-token", "127.0.0.1", NULL, 0, 0, 0, 0},
                 soon = {TOKEN_C, "127.0.0.1", NULL, 0, 0, 0, 0},
                 lost = {"", "127.0.0.1", "/nowhere", 0, 0, 0, 0},
                 known = {TOKEN_A, "127.0.0.1", NULL, 0, 0, 0, 0},
                 far = {TOKEN_C, "127.0.0.2", NULL, 0, 0, 0, 0};
    open_with_limits(&h);
    for (int i = 0; i < 6000; i++)
        ask_once(&h, i % 2 ? &guess : &lost, NOW);
    ask_once(&h, &known, NOW);
    ask_once(&h, &soon, NOW);
    ask_once(&h, &far, NOW);
    print_message("A-14: address 10 x: %d answered, %d told\n", guess.other + lost.other,
        guess.limited + lost.limited);
    assert_int_equal(guess.other + lost.other, 600);
    assert_int_equal(guess.limited + lost.limited, 5400);
    assert_int_equal(guess.without_time + lost.without_time, 0);
    assert_int_equal(known.served, 1);
    assert_int_equal(soon.other, 1);
    assert_int_equal(far.other, 1);
    assert_int_equal(h.central.counts.limited[LIMIT_ADDRESS], 5400);
    close_with_limits(&h);
}

/* A first download of 100,000 courses: 200 pages in a row, and one more. */
static void a_first_download_gets_through(void **unused)
{
    (void)unused;
    struct house h;
    struct asker kiosk = {TOKEN_A, "", NULL, 0, 0, 0, 0};
    open_with_limits(&h);
    for (int i = 0; i < 201; i++)
        ask_once(&h, &kiosk, NOW);
    assert_int_equal(kiosk.served, 201);
    close_with_limits(&h);
}

static void the_metrics_tell(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct asker noisy = {TOKEN_A, "", NULL, 0, 0, 0, 0};
    open_with_limits(&h);
    for (int i = 0; i < 607; i++)
        ask_once(&h, &noisy, NOW);
    struct http_request rq = house_request("GET", "/metrics", "");
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    assert_non_null(strstr(rs.body.p, "\nacht_limited_total{by=\"kiosk\"} 7\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_limited_total{by=\"address\"} 0\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_copies_total 0\n"));
    response_release(&rs);
    close_with_limits(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_holds_ten_minutes_and_fills_steadily),
        cmocka_unit_test(ten_times_too_often),
        cmocka_unit_test(clocks_that_jump),
        cmocka_unit_test(many_have_room),
        cmocka_unit_test(none_is_no_limit),
        cmocka_unit_test(only_the_noisy_one_is_told),
        cmocka_unit_test(a_company_syncs_at_once),
        cmocka_unit_test(an_address_is_noisy),
        cmocka_unit_test(a_first_download_gets_through),
        cmocka_unit_test(the_metrics_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
