/* SPDX-License-Identifier: EUPL-1.2 */
/* I-07: whether somebody is at a company cannot be learned from how a wrong PIN is refused: the
 * same words for the same work. What passes is counted; the times are only printed. ACHT_PAIRS sets
 * how many pairs of tries there are. */
#include "central_pins.h"
#include "times.h"

#define PAIRS 25

static void refuse(struct house *h, const char *person, int64_t at, struct times *times)
{
    struct verdict v;
    struct judge_counts counts;
    struct buf body = BUF_INIT(LIM_BODY);
    act_add(h, &h->a, &(struct act){TYPE_SIGN_IN, person, .pin = "904417", .at = at}, &body);
    double began = now_ms();
    assert_int_equal(judge_body(h, &h->a, body.p, body.len, at, &v, &counts), 1);
    add_time(times, now_ms() - began);
    expect_refused(v, REASON_wrong_pin);
    assert_int_equal(counts.hashes, 1);
    assert_int_equal(counts.wrong_pins, 1);
    buf_release(&body);
}

/* Far enough apart that nobody is slowed down; each pair in the other order than the last one. */
static void nobody_is_refused_like_a_wrong_pin(void **unused)
{
    (void)unused;
    static const char *const there[] = {"anna", "aad", "wim", "sara", "cor"};
    const char *given = getenv("ACHT_PAIRS");
    int pairs = given ? (int)strtol(given, NULL, 10) : PAIRS;
    struct house h;
    struct times known = {0}, unknown = {0};
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    house_pin(&h, "sara", PIN_SARA, NOW - DAY); /* the others have none yet */
    for (int i = 0; i < 2 * pairs; i++) {
        char stranger[LIM_ID];
        int64_t at = NOW + i * 70 * MINUTE;
        snprintf(stranger, sizeof(stranger), "stranger-%d", i % 5);
        if ((i % 2 == 0) == (i / 2 % 2 == 0))
            refuse(&h, there[i / 2 % 5], at, &known);
        else
            refuse(&h, stranger, at, &unknown);
    }
    assert_int_equal(known.n, pairs);
    assert_int_equal(unknown.n, pairs);
    print_message("%d wrong PINs in %.2f ms, %d of nobody in %.2f ms each; Welch's t %.2f\n",
        known.n, known.mean, unknown.n, unknown.mean, welch(&known, &unknown));
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_is_refused_like_a_wrong_pin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
