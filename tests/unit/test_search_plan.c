/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "search/search.h"

static struct lexicon *lex;

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    lex = lexicon_new();
    return lexicon_add(lex,
        "las boog frees\n"
        "welding, spawanie, kaynak = lassen\n"
        "co2, co2 lassen = mig mag\n"
        "stok = bmbe, elektrode\n",
        &err);
}

static int tear_down(void **state)
{
    (void)state;
    lexicon_free(lex);
    return 0;
}

/* "word:family:also,also ..." and '*' after a word that is still being typed. */
static void print_plan(const struct plan *plan, struct buf *out)
{
    for (int i = 0; i < plan->count; i++) {
        const struct plan_word *w = &plan->word[i];
        (void)buf_printf(out, "%s%s%s:%s:", i ? "|" : "", w->word, w->prefix ? "*" : "", w->family);
        for (int j = 0; j < 3 && w->also[j][0]; j++)
            (void)buf_printf(out, "%s%s", j ? "," : "", w->also[j]);
    }
}

static void plans(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"  /- ", ""},
        {"lassen", "lassen*:las:"},
        {"lassen ", "lassen:las:"},
        {"lassen-", "lassen:las:"},
        {"l", "l*::"},
        {"booglassen fre", "booglassen:boog las:|fre*:fre:"},
        {"Welding", "welding*:weld:lassen"},
        {"weld", "weld*:weld:lassen"},
        {"wel", "wel*:wel:"},
        {"weld x", "weld:weld:|x*::"},
        {"co2 ", "co2::mig mag"},
        {"CO2-lassen ", "co2::mig mag|lassen:las:mig mag"},
        {"co2 frezen ", "co2::mig mag|frezen:frees:"},
        {"stok ", "stok:stok:bmbe,elektrode"},
        {"lassen voor beginners ", "lassen:las:|beginners:begin:"},
        {"lassen v", "lassen:las:|v*::"},
        {"lassen in", "lassen:las:|in*::"},
        {"voor de ", "voor::|de::"},
        {"cursus", "cursus*::"},
        {"lassen cursus", "lassen:las:"},
        {"lassen curs", "lassen:las:|curs*:curs:"},
        {"9606-1 ", "9606::|1::"},
        {"a AND \"b\" OR NEAR(c*) NOT -d", "b::|near:near:|c::|not:not:|d*::"},
        {"k1 k2 k3 k4 k5 k6 k7 k8 k9", "k1::|k2::|k3::|k4::|k5::|k6::|k7::|k8::"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct plan plan;
        struct buf out = BUF_INIT(4096);
        plan_make(lex, cases[i][0], &plan);
        print_plan(&plan, &out);
        assert_string_equal(out.p, cases[i][1]);
        buf_release(&out);
    }
}

static void long_queries(void **state)
{
    (void)state;
    static const char *const parts[] = {"x", "lassen ", "\xF0\x9F\x94\xA5", "\xFF", "ß", "*\" "};
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        struct plan plan;
        struct buf query = BUF_INIT(100000);
        for (int n = 0; n < 10000; n++)
            assert_int_equal(buf_puts(&query, parts[i]), 0);
        plan_make(lex, query.p, &plan);
        assert_true(plan.count <= LIM_QUERY_WORDS);
        buf_release(&query);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans),
        cmocka_unit_test(long_queries),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
