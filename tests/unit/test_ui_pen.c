/* SPDX-License-Identifier: EUPL-1.2 */
/* Wrapping, facts and sides: what is measured is what is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/pen.h"

#define ROWS 8
#define COLS 30

/* Draws at (1, 2) of a small canvas, and gives its text with '|' for line ends. */
static const char *drawn(struct canvas *c)
{
    static char text[2000];
    struct buf out = BUF_INIT(sizeof(text) - 1);
    canvas_to_text(c, &out);
    while (out.len > 0 && out.p[out.len - 1] == '\n')
        buf_truncate(&out, out.len - 1);
    for (size_t i = 0; i < out.len; i++)
        if (out.p[i] == '\n')
            out.p[i] = '|';
    memcpy(text, out.p, out.len + 1);
    buf_release(&out);
    return text;
}

static void wraps(void **unused)
{
    static const struct {
        const char *text;
        int width, lines;
        const char *want;
    } cases[] = {
        {"", 10, 0, ""},
        {"las", 10, 0, "|  las"},
        {"een twee drie", 8, 0, "|  een twee|  drie"},
        {"een twee drie", 9, 0, "|  een twee|  drie"},
        {"een twee drie", 7, 0, "|  een|  twee|  drie"},
        {"een  twee", 5, 0, "|  een|  twee"},
        {"bankwerker", 4, 0, "|  bank|  werk|  er"},
        {"a bankwerker", 4, 0, "|  a|  bank|  werk|  er"},
        {"een\ntwee", 10, 0, "|  een|  twee"},
        {"een\n\ntwee", 10, 0, "|  een||  twee"},
        {"een\n", 10, 0, "|  een"},
        {"een twee drie", 8, 1, "|  een twe…"},
        {"een twee drie", 8, 2, "|  een twee|  drie"},
        {"漢字漢字", 4, 0, "|  漢字|  漢字"},
        {"漢字漢字", 3, 0, "|  漢|  字|  漢|  字"},
        {"漢字", 1, 0, ""},
        {"e\u0301e\u0301e\u0301", 2, 0, "|  e\u0301e\u0301|  e\u0301"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct canvas c;
        canvas_init(&c, ROWS, COLS);
        struct pen p = {&c, 1, 2, cases[i].width, ROWS, 0};
        struct pen measure = {.width = cases[i].width};
        pen_wrap(&p, STYLE_PLAIN, cases[i].text, cases[i].lines);
        pen_wrap(&measure, STYLE_PLAIN, cases[i].text, cases[i].lines);
        if (cases[i].width > 1)
            assert_string_equal(drawn(&c), cases[i].want);
        assert_int_equal(p.row - 1, measure.row);
        canvas_release(&c);
    }
}

/* A pen stops at its end, and can begin later: the pages of an article. */
static void pages(void **unused)
{
    (void)unused;
    for (int skip = 0; skip < 6; skip++) {
        struct canvas c;
        canvas_init(&c, ROWS, COLS);
        struct pen p = {&c, 0, 0, 5, 2, skip};
        static const char *const want[] = {"een|twee", "twee|drie", "drie|vier", "vier", "", ""};
        pen_wrap(&p, STYLE_PLAIN, "een twee drie vier", 0);
        assert_string_equal(drawn(&c), want[skip]);
        canvas_release(&c);
    }
}

static void facts(void **unused)
{
    static const struct {
        const char *value;
        int lines;
        const char *want;
        int rows;
    } cases[] = {
        {"", 2, "", 0},
        {"drie dagen", 2, "Duur  drie|      dagen", 2},
        {"drie dagen lang", 2, "Duur  drie|      dage…", 2},
        {"drie dagen lang", 0, "Duur  drie|      dagen|      lang", 3},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct canvas c;
        canvas_init(&c, ROWS, COLS);
        struct pen p = {&c, 0, 0, 11, ROWS, 0};
        pen_fact(&p, 6, "Duur", cases[i].value, cases[i].lines);
        assert_string_equal(drawn(&c), cases[i].want);
        assert_int_equal(p.row, cases[i].rows);
        canvas_release(&c);
    }
}

static void sides(void **unused)
{
    static const struct {
        const char *left, *right, *want;
    } cases[] = {
        {"links", "rechts", "links         rechts"},
        {"een lange linkerkant", "rechts", "een lange l…  rechts"},
        {"precies twintig cel.", "", "precies twintig cel."},
        {"", "rechts", "              rechts"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct canvas c;
        canvas_init(&c, ROWS, COLS);
        struct pen p = {&c, 0, 0, 20, ROWS, 0};
        pen_sides(&p, STYLE_PLAIN, cases[i].left, STYLE_DIM, cases[i].right);
        assert_string_equal(drawn(&c), cases[i].want);
        assert_int_equal(p.row, 1);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps),
        cmocka_unit_test(pages),
        cmocka_unit_test(facts),
        cmocka_unit_test(sides),
    };
    text_start("/nonexistent");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
