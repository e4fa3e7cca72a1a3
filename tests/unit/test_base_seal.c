/* SPDX-License-Identifier: EUPL-1.2 */
/* Sealed texts and slow hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/seal.h"

static struct seal_keys keys, others;

static int make_keys(void **state)
{
    (void)state;
    seal_keys_make(&keys);
    seal_keys_make(&others);
    return 0;
}

static void sealed(const char *text, struct buf *out)
{
    buf_clear(out);
    assert_int_equal(seal_text(keys.public_key, text, strlen(text), out), 0);
}

static void what_is_sealed_is_opened_by_its_key_alone(void **state)
{
    (void)state;
    struct buf box = BUF_INIT(512), open = BUF_INIT(512);
    sealed("482913", &box);
    assert_null(strstr(box.p, "482913"));
    assert_int_equal(seal_open(&keys, box.p, &open), 0);
    assert_string_equal(open.p, "482913");
    buf_clear(&open);
    assert_int_equal(seal_open(&others, box.p, &open), -1);
    assert_int_equal(open.len, 0);
    buf_release(&box);
    buf_release(&open);
}

/* Otherwise a guess could be checked by sealing it. */
static void two_seals_of_one_text_differ(void **state)
{
    (void)state;
    struct buf one = BUF_INIT(512), two = BUF_INIT(512);
    sealed("482913", &one);
    sealed("482913", &two);
    assert_string_not_equal(one.p, two.p);
    assert_int_equal(one.len, two.len);
    buf_release(&one);
    buf_release(&two);
}

static void a_public_key_follows_from_the_secret_one(void **state)
{
    (void)state;
    struct seal_keys again;
    seal_keys_from_secret(keys.secret_key, &again);
    assert_string_equal(again.public_key, keys.public_key);
    assert_string_equal(again.secret_key, keys.secret_key);
    assert_string_not_equal(keys.public_key, others.public_key);
}

/* Every byte of a seal counts: whichever is changed, it does not open. */
static void a_changed_seal_does_not_open(void **state)
{
    (void)state;
    struct buf box = BUF_INIT(512), open = BUF_INIT(512);
    sealed("482913", &box);
    int opened = 0;
    for (size_t i = 0; i < box.len; i++) {
        char kept = box.p[i];
        box.p[i] = kept == 'A' ? 'B' : 'A';
        buf_clear(&open);
        if (box.p[i] != kept && kept != '=')
            opened += seal_open(&keys, box.p, &open) == 0;
        box.p[i] = kept;
    }
    printf("%zu changed seals, %d opened\n", box.len, opened);
    assert_int_equal(opened, 0);
    buf_clear(&open);
    assert_int_equal(seal_open(&keys, box.p, &open), 0);
    buf_release(&box);
    buf_release(&open);
}

static void what_is_no_seal_does_not_open(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "A", "====", "not base64!", "\xff\xfe",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo"};
    struct buf open = BUF_INIT(512);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(seal_open(&keys, bad[i], &open), -1);
    buf_release(&open);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct buf small = BUF_INIT(16), box = BUF_INIT(512), open = BUF_INIT(3);
    assert_int_equal(seal_text(keys.public_key, "482913", 6, &small), -1);
    assert_int_equal(seal_text("no key", "482913", 6, &box), -1);
    sealed("482913", &box);
    assert_int_equal(seal_open(&keys, box.p, &open), -1);
    buf_release(&small);
    buf_release(&box);
    buf_release(&open);
}

/* I-02: the cost is OWASP's least or more, with a salt of its own each time. */
static void a_slow_hash_is_argon2id_with_the_cost_that_was_chosen(void **state)
{
    (void)state;
    char one[SLOW_HASH], two[SLOW_HASH];
    struct err err = {0};
    assert_int_equal(slow_hash("482913", one, &err), 0);
    assert_int_equal(slow_hash("482913", two, &err), 0);
    assert_non_null(strstr(one, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_string_not_equal(one, two);
    assert_true(slow_hash_opens(one, "482913"));
    assert_true(slow_hash_opens(two, "482913"));
    assert_false(slow_hash_opens(one, "482914"));
    assert_false(slow_hash_opens(one, ""));
    assert_false(slow_hash_opens("", "482913"));
    assert_false(slow_hash_opens("$argon2id$nonsense", "482913"));
    assert_false(slow_hash_is_old(one));
}

/* I-03: a hash of a lower cost is known as old. */
static void a_weaker_hash_is_old(void **state)
{
    (void)state;
    static const char weak[] = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
                               "uGYFy2dLJZlmJCkVQmEi0ZVX0KkGyPB0hMyh3wvfbBo";
    assert_true(slow_hash_is_old(weak));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_is_opened_by_its_key_alone),
        cmocka_unit_test(two_seals_of_one_text_differ),
        cmocka_unit_test(a_public_key_follows_from_the_secret_one),
        cmocka_unit_test(a_changed_seal_does_not_open),
        cmocka_unit_test(what_is_no_seal_does_not_open),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_slow_hash_is_argon2id_with_the_cost_that_was_chosen),
        cmocka_unit_test(a_weaker_hash_is_old),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
