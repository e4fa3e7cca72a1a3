/* SPDX-License-Identifier: EUPL-1.2 */
/* What a kiosk keeps of its enrolment, and badges in the readers' formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/codec.h"

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const struct enrolment sample = {
    .server = "http://127.0.0.1:8470",
    .server_id = "srv-1",
    .kiosk = "k-1",
    .name = "Kantine \"hal 2\"",
    .company = "c-1",
    .token = KEY,
    .badge_key = KEY,
};

static void make_dir(char dir[64])
{
    snprintf(dir, 64, "%s", "/tmp/acht-enrolment-XXXXXX");
    assert_non_null(mkdtemp(dir));
}

static void path_of(char out[128], const char *dir, const char *name)
{
    snprintf(out, 128, "%s/%s", dir, name);
}

static void remove_dir(const char *dir)
{
    char path[128];
    path_of(path, dir, "enrolment.json");
    unlink(path);
    assert_int_equal(rmdir(dir), 0);
}

static void an_enrolment_is_kept_for_its_owner_alone(void **unused)
{
    (void)unused;
    char dir[64], path[128];
    struct enrolment e;
    struct err err = {0};
    struct stat st;
    make_dir(dir);
    path_of(path, dir, "enrolment.json");
    fclose(fopen(path, "w"));
    assert_int_equal(enrolment_save(dir, &sample, &err), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(enrolment_load(dir, &e, &err), 0);
    assert_memory_equal(&e, &sample, sizeof(e));
    remove_dir(dir);
}

static void no_enrolment_is_a_matter_of_configuration(void **unused)
{
    (void)unused;
    char dir[64], path[128];
    struct enrolment e;
    struct err err = {0};
    make_dir(dir);
    assert_int_equal(enrolment_load(dir, &e, &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "not enrolled"));
    path_of(path, dir, "enrolment.json");
    fclose(fopen(path, "w"));
    err_clear(&err);
    assert_int_equal(enrolment_load(dir, &e, &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    remove_dir(dir);
    err_clear(&err);
    assert_int_equal(enrolment_save(dir, &sample, &err), -1);
    assert_int_equal(err.code, ERR_IO);
}

static void an_enrolment_must_be_complete(void **unused)
{
    (void)unused;
#define ANSWER(id, kiosk, token, key)                                                              \
    "{\"server_id\":\"" id "\",\"kiosk\":\"" kiosk "\",\"name\":\"n\",\"company\":\"c\","          \
    "\"token\":\"" token "\",\"badge_key\":\"" key "\"}"
    static const struct {
        const char *text;
        int want;
    } cases[] = {
        {ANSWER("s", "k", KEY, KEY), 0},
        {ANSWER("", "k", KEY, KEY), -1},
        {ANSWER("s", "k k", KEY, KEY), -1},
        {ANSWER("s", "k", "abc", KEY), -1},
        {ANSWER("s", "k", KEY, KEY "00"), -1},
        {ANSWER("s", "k", KEY "00", KEY), -1},
        {"{\"server_id\":\"s\"}", -1},
        {"{\"server_id\":7}", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct enrolment e;
        struct err err = {0};
        if (enrolment_from_json(cases[i].text, strlen(cases[i].text), &e, &err) != cases[i].want)
            fail_msg("%s: '%s'", cases[i].text, err.msg);
    }
}

/* Badges of one row are one person; of two rows they are two. */
static const char *const badges[][5] = {
    {"12345", "0000012345", "12-345", " 1 2 3 4 5 ", "12.345\r\n"},
    {"12346", "012346", "12:346", "12/346", "12346"},
    {"A1B2C3", "a1b2c3", "A1:B2:C3", "00a1b2c3", "a1-B2-c3"},
    {"1", "01", "0001", "0 0 1", "1"},
    {"10", "010", "0010", "1-0", "10"},
    {"9007199254740993", "009007199254740993", "9007-1992-5474-0993", "9007199254740993",
        "9007 199254740993"},
};

static void badges_have_one_form(void **unused)
{
    (void)unused;
    char hash[sizeof(badges) / sizeof(badges[0])][DIGEST_HEX], other[DIGEST_HEX];
    for (size_t i = 0; i < sizeof(badges) / sizeof(badges[0]); i++) {
        assert_int_equal(badge_hash(KEY, badges[i][0], hash[i]), 0);
        assert_true(hex_valid(hash[i], 32));
        for (int j = 1; j < 5; j++) {
            assert_int_equal(badge_hash(KEY, badges[i][j], other), 0);
            assert_string_equal(hash[i], other);
        }
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(hash[i], hash[j]);
    }
}

static void nothing_is_no_badge(void **unused)
{
    (void)unused;
    static const char *const cases[] = {"", "0", "000", " - ", "\x1b[", "é",
        "12345678901234567890123456789012", "99999999999999999999999999999999999999999999999"};
    char out[DIGEST_HEX];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (badge_hash(KEY, cases[i], out) != -1)
            fail_msg("'%s' is a badge", cases[i]);
}

static void another_key_gives_another_hash(void **unused)
{
    (void)unused;
    char a[DIGEST_HEX], b[DIGEST_HEX], key[KEY_HEX];
    random_key_hex(key);
    assert_int_equal(badge_hash(KEY, "12345", a), 0);
    assert_int_equal(badge_hash(key, "12345", b), 0);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enrolment_is_kept_for_its_owner_alone),
        cmocka_unit_test(no_enrolment_is_a_matter_of_configuration),
        cmocka_unit_test(an_enrolment_must_be_complete),
        cmocka_unit_test(badges_have_one_form),
        cmocka_unit_test(nothing_is_no_badge),
        cmocka_unit_test(another_key_gives_another_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
