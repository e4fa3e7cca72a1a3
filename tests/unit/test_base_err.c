/* SPDX-License-Identifier: EUPL-1.2 */
/* What is said about an error may quote anything, and is shown as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/utf8.h"

static void what_is_quoted_is_made_safe(void **unused)
{
    (void)unused;
    static const struct {
        const char *quoted, *said;
    } cases[] = {
        {"plain", "'plain' is wrong"},
        {"caf\xC3\xA9", "'caf\xC3\xA9' is wrong"},
        {"\x1B[2Jx", "'?[2Jx' is wrong"},
        {"\x7F", "'?' is wrong"},
        {"\xC2\x9B"
         "31m",
            "'?31m' is wrong"},
        {"a\xE2\x80\xAE"
         "b",
            "'a?b' is wrong"},
        {"two\nlines", "'two lines' is wrong"},
        {"half \xE2\x82", "'half \xEF\xBF\xBD\xEF\xBF\xBD' is wrong"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err err = {0};
        assert_int_equal(err_set(&err, ERR_DATA, "'%s' is wrong", cases[i].quoted), -1);
        assert_string_equal(err.msg, cases[i].said);
    }
}

static void what_grows_by_being_made_safe_is_cut_between_characters(void **unused)
{
    (void)unused;
    char junk[LIM_ERR];
    struct err err = {0};
    memset(junk, 0xFF, sizeof(junk) - 1);
    junk[sizeof(junk) - 1] = '\0';
    assert_int_equal(err_set(&err, ERR_DATA, "%s", junk), -1);
    assert_true(strlen(err.msg) > LIM_ERR - 5);
    assert_true(utf8_valid(err.msg, strlen(err.msg)));
}

static void the_first_cause_counts(void **unused)
{
    (void)unused;
    struct err err = {0};
    assert_int_equal(err_set(&err, ERR_IO, "first"), -1);
    assert_int_equal(err_set(&err, ERR_DATA, "second"), -1);
    assert_string_equal(err.msg, "first");
    assert_int_equal(err.code, ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_quoted_is_made_safe),
        cmocka_unit_test(what_grows_by_being_made_safe_is_cut_between_characters),
        cmocka_unit_test(the_first_cause_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
