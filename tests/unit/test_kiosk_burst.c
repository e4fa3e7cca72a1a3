/* SPDX-License-Identifier: EUPL-1.2 */
/* Fingers and badge readers, told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "kiosk/burst.h"

/* What a kiosk hears and what it makes of it. */
struct desk {
    struct burst burst;
    int64_t now;
    struct buf typed;  /* characters and terminators that were handled as keys */
    struct buf badges; /* each with a blank behind it */
};

#define DESK                                                                                       \
    {                                                                                              \
        .now = 1000, .typed = BUF_INIT(100000), .badges = BUF_INIT(100000)                         \
    }

static void desk_end(struct desk *d)
{
    buf_release(&d->typed);
    buf_release(&d->badges);
}

static void release(struct desk *d)
{
    buf_puts(&d->typed, burst_take(&d->burst));
}

static void wait_for(struct desk *d, int ms)
{
    d->now += ms;
    if (burst_wait(&d->burst, d->now) == 0)
        release(d);
}

static void press(struct desk *d, uint32_t ch)
{
    enum burst_result r;
    char bytes[4];
    wait_for(d, 0);
    if (ch == '\n' || ch == '\t' || ch == '\r')
        r = burst_feed(&d->burst, 0, d->now);
    else if (ch < ' ')
        r = burst_other(&d->burst, true, d->now);
    else
        r = burst_feed(&d->burst, ch, d->now);
    if (r == BURST_BADGE)
        buf_printf(&d->badges, "%s ", burst_take(&d->burst));
    if (r != BURST_PASS)
        return;
    release(d);
    buf_add(&d->typed, bytes, utf8_encode(ch, bytes));
}

/* Types or scans text with `gap` milliseconds between characters. */
static void feed(struct desk *d, const char *text, int gap)
{
    for (size_t at = 0, len = strlen(text); at < len;) {
        uint32_t ch;
        at += utf8_decode(text + at, len - at, &ch);
        press(d, ch);
        wait_for(d, gap);
    }
}

static void tells_readers_from_fingers(void **state)
{
    static const struct {
        const char *text;
        int gap;
        const char *typed, *badges;
    } cases[] = {
        {"0012345678\n", 2, "", "0012345678 "}, {"0012345678\t", 2, "", "0012345678 "},
        {"0012345678\r\n", 2, "", "0012345678 "}, {"04A3B2C1D0\n", 0, "", "04A3B2C1D0 "},
        {"a3b2c1d0\n", 5, "", "a3b2c1d0 "}, /* a letter first */
        {"123456\n", 30, "", "123456 "}, {"123456\n", 31, "123456\n", ""},
        {"12345\n", 1, "12345\n", ""}, {"1", 1, "1", ""}, {"1lassen", 80, "1lassen", ""},
        {"lassen\n", 1, "lassen\n", ""}, {"cafe\n", 1, "cafe\n", ""}, {"\n", 1, "\n", ""},
        {"\x02"
         "0012345678\x03\r",
            1, "\x02", "0012345678 "}, /* STX, ETX */
        {";0012345678?\r", 1, "", ";0012345678? "},
        {"00\x1B"
         "12345678\r",
            1, "", "0012345678 "}, /* a control character in between */
        {"&é\"'(-è_çà\n", 1, "", "&é\"'(-è_çà "},
        {"0012345678", 1, "", ""}, /* no terminator: a reader's all the same */
        {"0012345678\r0087654321\r", 1, "", "0012345678 "}, /* two codes, one trigger */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct desk d = DESK;
        feed(&d, cases[i].text, cases[i].gap);
        wait_for(&d, 500);
        assert_string_equal(d.typed.p, cases[i].typed);
        assert_string_equal(d.badges.p, cases[i].badges);
        desk_end(&d);
    }
}

/* T-13: 10,000 digits end at the length of a badge, and nothing of them is a key. */
static void a_stream_of_digits(void **state)
{
    static const int gaps[] = {0, 1, 30};
    (void)state;
    for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
        for (int ends = 0; ends < 2; ends++) {
            struct desk d = DESK;
            for (int i = 0; i < 10000; i++) {
                press(&d, (uint32_t)('0' + i % 10));
                assert_true(d.burst.len <= LIM_BADGE);
                wait_for(&d, gaps[g]);
            }
            if (ends)
                press(&d, '\r');
            wait_for(&d, 500);
            assert_string_equal(d.typed.p, "");
            assert_string_equal(d.badges.p, "");
            feed(&d, "0012345678\r", 1);
            assert_string_equal(d.badges.p, "0012345678 ");
            desk_end(&d);
        }
    }
}

static void the_same_badge_twice(void **state)
{
    struct desk d = DESK;
    (void)state;
    feed(&d, "0012345678\r", 1);
    wait_for(&d, 500);
    feed(&d, "0012345678\r", 1);
    assert_string_equal(d.badges.p, "0012345678 ");
    wait_for(&d, 500);
    feed(&d, "0087654321\r", 1); /* another one is another person */
    assert_string_equal(d.badges.p, "0012345678 0087654321 ");
    wait_for(&d, BURST_AGAIN);
    feed(&d, "0087654321\r", 1); /* after a while it is a new scan */
    assert_string_equal(d.badges.p, "0012345678 0087654321 0087654321 ");
    assert_string_equal(d.typed.p, "");
    desk_end(&d);
}

static void keys_after_a_badge_count_again(void **state)
{
    struct desk d = DESK;
    (void)state;
    feed(&d, "0012345678\r\n", 1);
    wait_for(&d, BURST_PAUSE + 1);
    feed(&d, "1\n", 120);
    assert_string_equal(d.typed.p, "1\n");
    desk_end(&d);
}

static void a_key_in_a_scan_is_the_readers(void **state)
{
    struct desk d = DESK;
    (void)state;
    feed(&d, "001234", 1);
    assert_int_equal(burst_other(&d.burst, false, d.now), BURST_DROP);
    feed(&d, "5678\r", 1);
    assert_int_equal(burst_other(&d.burst, false, d.now), BURST_DROP);
    assert_string_equal(d.badges.p, "0012345678 ");
    wait_for(&d, 500);
    assert_int_equal(burst_other(&d.burst, false, d.now), BURST_PASS);
    desk_end(&d);
}

/* ---- any bytes, then a badge ---- */

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static uint32_t any_char(uint64_t *seed)
{
    static const uint32_t odd[] = {'\r', '\n', '\t', 0x1B, 2, 3, 0x18, 0x11, 0xE9, 0xE0, 0x11B,
        0x20AC, 0xFFFD, ';', '?', ' ', 'A', 'q'};
    uint64_t r = next(seed);
    if (r % 3 == 0)
        return odd[r / 3 % (sizeof(odd) / sizeof(odd[0]))];
    return r % 3 == 1 ? (uint32_t)('0' + r / 3 % 10) : (uint32_t)(1 + r / 3 % 126);
}

/* Whether the valid badge after any bytes was taken as a badge, with no byte of it as a key. */
static bool badge_gets_through(uint64_t *seed, bool broken)
{
    static const int gaps[] = {0, 1, 5, 29, 30, 31, 80, 400};
    static const char *const valid[] = {"0004718236\r", "04a3b2c1\n", "C1B2A304\t"};
    struct desk d = DESK;
    int n = (int)(next(seed) % 60);
    for (int i = 0; i < n; i++) {
        press(&d, any_char(seed));
        wait_for(&d, gaps[next(seed) % (sizeof(gaps) / sizeof(gaps[0]))]);
    }
    wait_for(&d, BURST_AGAIN); /* the next person steps up */
    if (broken)
        d.burst = (struct burst){.blank = true, .count = 1, .last = d.now};
    buf_clear(&d.typed);
    buf_clear(&d.badges);
    const char *badge = valid[next(seed) % 3];
    feed(&d, badge, (int)(next(seed) % 31));
    wait_for(&d, 500);
    size_t len = strlen(badge) - 1;
    bool through =
        d.typed.len == 0 && d.badges.len == len + 1 && memcmp(d.badges.p, badge, len) == 0;
    desk_end(&d);
    return through;
}

static void any_bytes_and_then_a_badge(void **state)
{
    enum { RUNS = 100000 };
    const char *given = getenv("ACHT_SEED");
    uint64_t seed;
    (void)state;
    random_bytes(&seed, sizeof(seed));
    seed = given ? strtoull(given, NULL, 10) : seed | 1;
    printf("%d sequences from ACHT_SEED=%llu\n", RUNS, (unsigned long long)seed);
    for (int i = 0; i < RUNS; i++) {
        uint64_t before = seed;
        if (!badge_gets_through(&seed, false))
            fail_msg("a badge is lost: ACHT_SEED=%llu", (unsigned long long)before);
    }
    /* A listener that has gone deaf is found. */
    assert_false(badge_gets_through(&seed, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_readers_from_fingers),
        cmocka_unit_test(a_stream_of_digits),
        cmocka_unit_test(the_same_badge_twice),
        cmocka_unit_test(keys_after_a_badge_count_again),
        cmocka_unit_test(a_key_in_a_scan_is_the_readers),
        cmocka_unit_test(any_bytes_and_then_a_badge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
