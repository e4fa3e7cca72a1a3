/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "search/search.h"

static struct lexicon *lexicon_of(const char *text)
{
    struct err err = {0};
    struct lexicon *lex = lexicon_new();
    if (lexicon_add(lex, text, &err) < 0)
        fail_msg("%s", err.msg);
    return lex;
}

static void folds(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"Lassen", "lassen"},
        {"MIG/MAG-lassen", "mig mag lassen"},
        {"  co2  ", "co2"},
        {"Spawanie łukowe", "spawanie lukowe"},
        {"Schweißen, Frässen", "schweissen frassen"},
        {"Isıl İşlem", "isil islem"},
        {"IJSSEL ĳssel", "ijssel ijssel"},
        {"Hàn điện Việt", "han dien viet"},
        {"foto's \"AND\" NEAR(x*)", "foto s and near x"},
        {"СВАРКА Ё", "сварка ё"},
        {"La\xCC\x88ssen", "lassen"},
        {"las\xFFsen", "las sen"},
        {"las\xF0\x9F\x94\xA5sen", "las sen"},
        {"\xEF\xBC\xAC\xEF\xBC\xA1\xEF\xBC\xB3", "las"},
        {"لحام", "لحام"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf out = BUF_INIT(200);
        assert_int_equal(words_fold(&out, cases[i][0]), 0);
        assert_string_equal(out.p, cases[i][1]);
        buf_release(&out);
    }
}

static void fold_is_bounded(void **state)
{
    char word[200];
    (void)state;
    memset(word, 'a', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    struct buf out = BUF_INIT(200);
    assert_int_equal(words_fold(&out, word), 0);
    assert_int_equal(out.len, LIM_ID - 1);
    buf_release(&out);
    struct buf small = BUF_INIT(5);
    assert_int_equal(words_fold(&small, "las draai"), -1);
    assert_string_equal(small.p, "las");
    buf_release(&small);
}

static void one_family(void **state)
{
    static const char *const families[][6] = {
        {"lassen", "las", "lasser", "lassers"},
        {"frezen", "frees", "frezer", "frezers", "freesen"},
        {"boren", "boor", "boring"},
        {"draaien", "draai", "draaier"},
        {"schroeven", "schroef"},
        {"verspaner", "verspanen", "verspaning"},
        {"opleiding", "opleidingen", "opleider"},
        {"robot", "robots"},
        {"laser", "lasers"},
        {"machine", "machines"},
        {"meten", "meet", "meting"},
        {"tekening", "tekenen", "teken"},
        {"examen", "examens"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
        char want[LIM_ID];
        char have[LIM_ID];
        word_family(families[i][0], want);
        for (int j = 1; j < 6 && families[i][j]; j++) {
            word_family(families[i][j], have);
            if (strcmp(want, have) != 0)
                fail_msg("%s is %s, %s is %s", families[i][0], want, families[i][j], have);
        }
    }
}

static void other_families(void **state)
{
    static const char *const pairs[][2] = {{"lassen", "laser"}, {"lasen", "laser"},
        {"meten", "met"}, {"boren", "bor"}, {"lassen", "last"}, {"frees", "vrees"},
        {"leer", "lens"}, {"ring", "r"}, {"en", "n"}};
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        char a[LIM_ID];
        char b[LIM_ID];
        word_family(pairs[i][0], a);
        word_family(pairs[i][1], b);
        assert_string_not_equal(a, b);
        assert_true(a[0] && b[0]);
    }
}

static void splits_compounds(void **state)
{
    static const char *const cases[][2] = {
        {"booglassen", "boog las"},
        {"laswerk", "las werk"},
        {"lasser", "las"},
        {"lassen lassen lasser", "las"},
        {"onderwaterlassen", "onderwaat las"},
        {"plastic", "plastic"},
        {"klassikaal", "klassikaal"},
        {"glassen", "glas"},
        {"lasrobot programmeren", "las robot programmeer"},
        {"freesmachines", "frees machin"},
        {"cursus voor de lasser", "las"},
        {"9606 1 a", ""},
    };
    (void)state;
    struct lexicon *lex = lexicon_of("boog las werk\nrobot # comment\nfrees machine\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf out = BUF_INIT(200);
        assert_int_equal(words_families(lex, &out, cases[i][0]), 0);
        assert_string_equal(out.p, cases[i][1]);
        buf_release(&out);
    }
    lexicon_free(lex);
}

static void many_roots(void **state)
{
    (void)state;
    struct err err = {0};
    struct lexicon *lex = lexicon_new();
    char root[] = "aaab";
    for (int i = 0; i < 26 * 26; i++) {
        root[0] = (char)('a' + i / 26);
        root[2] = (char)('a' + i % 26);
        assert_int_equal(lexicon_add(lex, root, &err), 0);
    }
    struct buf out = BUF_INIT(200);
    assert_int_equal(words_families(lex, &out, "qaxbzakb"), 0);
    assert_string_equal(out.p, "qaxb zakb");
    buf_release(&out);
    lexicon_free(lex);
}

static void lexicon_says_which_line(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"las\nxy\n", "line 2"},
        {"co2 = mig mag\n= x\n", "line 2"},
        {"x =\n", "line 1"},
        {"# fine\n\nx = a, b, c, d\n", "line 3"},
        {"1234\n", "line 1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct err err = {0};
        struct lexicon *lex = lexicon_new();
        assert_int_equal(lexicon_add(lex, cases[i].text, &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, cases[i].says));
        lexicon_free(lex);
    }
}

static void distances(void **state)
{
    static const struct {
        const char *a, *b;
        int limit, want;
    } cases[] = {
        {"lassen", "lassen", 2, 0},
        {"lasen", "lassen", 2, 1},
        {"lsasen", "lassen", 2, 1},
        {"lasse", "lassen", 2, 1},
        {"lqssen", "lassen", 2, 1},
        {"ca", "abc", 3, 3},
        {"lassen", "frezen", 2, 3},
        {"lassen", "la", 2, 3},
        {"", "ab", 2, 2},
        {"", "", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(word_distance(cases[i].a, cases[i].b, cases[i].limit), cases[i].want);
        assert_int_equal(word_distance(cases[i].b, cases[i].a, cases[i].limit), cases[i].want);
    }
}

static void corrects(void **state)
{
    static const struct {
        const char *word;
        bool prefix;
        const char *want;
    } cases[] = {
        {"lasen", false, "lassen"},
        {"lasen", true, "lassen"},
        {"freezen", false, "frezen"},
        {"ferzen", false, "frezen"},
        {"heftrukc", false, "heftruck"},
        {"hefftrukc", false, "heftruck"},
        {"gidraulik", false, ""},
        {"hydroliek", false, "hydrauliek"},
        {"hydrulie", true, "hydrauliek"},
        {"las", false, ""},
        {"zzzzzz", true, ""},
        {"9607", false, ""},
        {"xassen", false, "lassen"},
    };
    static const char *const known[] = {
        "lassen", "laser", "frezen", "heftruck", "hydrauliek", "pneumatiek", "9606", "frees"};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct typo typo;
        typo_start(&typo, cases[i].word, cases[i].prefix);
        for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
            typo_offer(&typo, known[k], strlen(known[k]), 10);
        assert_string_equal(typo.best, cases[i].want);
    }
}

static void frequent_words_win(void **state)
{
    struct typo typo;
    (void)state;
    typo_start(&typo, "mten", false);
    typo_offer(&typo, "uten", 4, 1000);
    typo_offer(&typo, "meten", 5, 3);
    typo_offer(&typo, "muten", 5, 40);
    typo_offer(&typo, "maten", 5, 7);
    assert_string_equal(typo.best, "muten");
    typo_start(&typo, "lasen", false); /* but a forgotten double letter is likelier still */
    typo_offer(&typo, "laser", 5, 1000);
    typo_offer(&typo, "lassen", 6, 3);
    assert_string_equal(typo.best, "lassen");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds),
        cmocka_unit_test(fold_is_bounded),
        cmocka_unit_test(one_family),
        cmocka_unit_test(other_families),
        cmocka_unit_test(splits_compounds),
        cmocka_unit_test(many_roots),
        cmocka_unit_test(lexicon_says_which_line),
        cmocka_unit_test(distances),
        cmocka_unit_test(corrects),
        cmocka_unit_test(frequent_words_win),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
