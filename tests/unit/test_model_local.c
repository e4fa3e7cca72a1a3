/* SPDX-License-Identifier: EUPL-1.2 */
/* Texts in several languages: taken apart, chosen, and their form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "model/local.h"

static void lines_come_in_their_order(void **unused)
{
    (void)unused;
    static const struct {
        const char *lang, *text;
    } want[] = {{"nl", "lasser: staal"}, {"en", "welder"}, {"", "no colon"}};
    const char *local = "nl:lasser: staal\nen:welder\nno colon";
    struct local_line line;
    for (int i = 0; i < 2; i++) {
        assert_true(local_line(local, i, &line));
        assert_int_equal(line.lang_len, strlen(want[i].lang));
        assert_memory_equal(line.lang, want[i].lang, line.lang_len);
        assert_int_equal(line.len, strlen(want[i].text));
        assert_memory_equal(line.text, want[i].text, line.len);
    }
    assert_true(local_line(local, 2, &line)); /* all of it is a language, without a text */
    assert_int_equal(line.lang_len, strlen("no colon"));
    assert_int_equal(line.len, 0);
    assert_false(local_line(local, 3, &line));
    assert_false(local_line("", 0, &line));
}

static void the_nearest_language_answers(void **unused)
{
    (void)unused;
    static const struct {
        const char *local, *lang, *want;
    } cases[] = {
        {"nl:lasser\nen:welder", "nl", "lasser"},
        {"nl:lasser\nen:welder", "en", "welder"},
        {"nl:lasser\nen:welder", "pl", "lasser"},
        {"de:Schwei\xC3\x9F"
         "er\nen:welder",
            "pl", "welder"},
        {"de:Schwei\xC3\x9F"
         "er\ntr:kaynak\xC3\xA7\xC4\xB1",
            "pl",
            "Schwei\xC3\x9F"
            "er"},
        {"en:welder: nl:lasser", "nl", "welder: nl:lasser"},
        {"nld:lasser\nen:welder", "nl", "welder"}, /* the beginning of a code is not the code */
        {"en:welder", "e", "welder"},
        {"", "nl", ""},
    };
    struct arena mem = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(local_text(cases[i].local, cases[i].lang, &mem), cases[i].want);
    arena_release(&mem);
}

static void its_form_is_checked(void **unused)
{
    (void)unused;
    static const struct {
        const char *local, *says; /* NULL: it is right */
    } cases[] = {
        {"", NULL},
        {"nl:lasser", NULL},
        {"nl:lasser\nen:welder\nfil:manghihinang", NULL},
        {"nl:12345678901234567890", NULL},
        {"nl:123456789012345678901", "label is longer than 20 bytes"},
        {"en:a\nnl:123456789012345678901", "label is longer than 20 bytes"},
        {"nl:lasser\nen:welder\nnl:laster", "label has two texts in nl"},
        {"lasser", "label has a text without a language"},
        {":lasser", "label has a text without a language"},
        {"n:lasser", "label has a text without a language"},
        {"nlxx:lasser", "label has a text without a language"},
        {"NL:lasser", "label has a text without a language"},
        {"n1:lasser", "label has a text without a language"},
        {"nl:", "label has a text without a language"},
        {"nl:a\nen:", "label has a text without a language"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err err = {0};
        assert_int_equal(local_check(cases[i].local, 20, "label", &err), cases[i].says ? -1 : 0);
        assert_string_equal(err.msg, cases[i].says ? cases[i].says : "");
        assert_int_equal(err.code, cases[i].says ? ERR_DATA : 0);
    }
}

static void languages_are_not_without_number(void **unused)
{
    (void)unused;
    char local[8 * (LIM_LANGUAGES + 1)] = "";
    struct err err = {0};
    for (int i = 0; i <= LIM_LANGUAGES; i++) {
        size_t at = strlen(local);
        assert_int_equal(local_check(local, 9, "label", &err), 0);
        (void)snprintf(
            local + at, sizeof(local) - at, "%s%c%c:x", i ? "\n" : "", 'a' + i / 26, 'a' + i % 26);
    }
    assert_int_equal(local_check(local, 9, "label", &err), -1);
    assert_non_null(strstr(err.msg, "label has more than"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_in_their_order),
        cmocka_unit_test(the_nearest_language_answers),
        cmocka_unit_test(its_form_is_checked),
        cmocka_unit_test(languages_are_not_without_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
