/* SPDX-License-Identifier: EUPL-1.2 */
/* One badge, however a reader gives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "proto/codec.h"

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* Whether what was read may be the badge that stands in the list of people. */
static bool opens(const char *read, const char *listed)
{
    char want[DIGEST_HEX], forms[BADGE_FORMS][DIGEST_HEX];
    assert_int_equal(badge_hash(KEY, listed, want), 0);
    int n = badge_hashes(KEY, read, forms);
    for (int i = 0; i < n; i++)
        if (strcmp(forms[i], want) == 0)
            return true;
    return false;
}

static void zeros_case_and_separators(void **state)
{
    static const char *const same[] = {
        "0004718236", "4718236", "00 04 718 236", ";4718236?", "0004-718-236", "4.718.236"};
    (void)state;
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        for (size_t j = 0; j < sizeof(same) / sizeof(same[0]); j++)
            assert_true(opens(same[i], same[j]));
    assert_true(opens("04:a3:b2:c1", "04A3B2C1"));
    assert_false(opens("0004718237", "0004718236"));
}

/* 0x04A3B2C1 is 77836993; its bytes the other way are 0xC1B2A304, 3249709828. */
static void bases_and_byte_orders(void **state)
{
    static const char *const tag[] = {
        "04A3B2C1", "77836993", "0077836993", "C1B2A304", "3249709828", "4a3b2c1"};
    (void)state;
    for (size_t i = 0; i < sizeof(tag) / sizeof(tag[0]); i++)
        for (size_t j = 0; j < sizeof(tag) / sizeof(tag[0]); j++)
            if (!opens(tag[i], tag[j]))
                fail_msg("%s is not %s", tag[i], tag[j]);
    assert_true(opens("04A3B2C1D0E1F2", "F2E1D0C1B2A304")); /* seven bytes */
    assert_true(opens("0102030405", "4328719365"));         /* five, of an EM4100 */
}

/* Numbers that somebody gave out are no tags: 1234 is not 0x1234. */
static void short_numbers_stay_as_they_are(void **state)
{
    char forms[BADGE_FORMS][DIGEST_HEX];
    (void)state;
    assert_int_equal(badge_hashes(KEY, "1234", forms), 1);
    assert_false(opens("1234", "4660"));
    assert_false(opens("4660", "1234"));
}

/* What a reader that types by the places of keys gives where the digits' keys are these. */
static void type_badge(
    const char *const digits[10], bool azerty, const char *badge, struct buf *typed)
{
    buf_clear(typed);
    for (const char *s = badge; *s; s++)
        if (*s >= '0' && *s <= '9')
            buf_puts(typed, digits[*s - '0']);
        else
            buf_putc(typed, azerty && *s == 'A' ? 'Q' : *s);
}

static void every_layout(void **state)
{
    static const char *const digits[][10] = {
        {"à", "&", "é", "\"", "'", "(", "-", "è", "_", "ç"}, /* AZERTY, France */
        {"à", "&", "é", "\"", "'", "(", "§", "è", "!", "ç"}, /* AZERTY, Belgium */
        {"é", "+", "ě", "š", "č", "ř", "ž", "ý", "á", "í"},  /* QWERTZ, Czech */
        {"é", "+", "ľ", "š", "č", "ť", "ž", "ý", "á", "í"},  /* QWERTZ, Slovak */
        {"ö", "1", "2", "3", "4", "5", "6", "7", "8", "9"},  /* QWERTZ, Hungary */
        {")", "!", "@", "#", "$", "%", "^", "&", "*", "("},  /* QWERTY, with shift */
        {"=", "!", "\"", "§", "$", "%", "&", "/", "(", ")"}, /* QWERTZ, with shift */
        {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},  /* QWERTZ, Germany */
    };
    static const char *const badges[] = {"0004718236", "1234567890", "04A3B2C1", "9876543210"};
    struct buf typed = BUF_INIT(64);
    (void)state;
    for (size_t l = 0; l < sizeof(digits) / sizeof(digits[0]); l++) {
        for (size_t b = 0; b < sizeof(badges) / sizeof(badges[0]); b++) {
            type_badge(digits[l], l < 2, badges[b], &typed);
            if (!opens(typed.p, badges[b]))
                fail_msg("layout %zu: %s is not read as %s", l, typed.p, badges[b]);
        }
    }
    buf_release(&typed);
}

static void nothing_is_no_badge(void **state)
{
    static const char *const none[] = {"", "0", "0000", "  ", "?;-"};
    char forms[BADGE_FORMS][DIGEST_HEX];
    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(badge_hashes(KEY, none[i], forms), 0);
}

static void no_form_twice(void **state)
{
    char forms[BADGE_FORMS][DIGEST_HEX];
    (void)state;
    int n = badge_hashes(KEY, "11111111", forms);
    assert_true(n > 1);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(forms[i], forms[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_case_and_separators),
        cmocka_unit_test(bases_and_byte_orders),
        cmocka_unit_test(short_numbers_stay_as_they_are),
        cmocka_unit_test(every_layout),
        cmocka_unit_test(nothing_is_no_badge),
        cmocka_unit_test(no_form_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
