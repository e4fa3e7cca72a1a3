/* SPDX-License-Identifier: EUPL-1.2 */
/* The grid of cells, and what it becomes without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/canvas.h"

static struct canvas c;

static int start(void **unused)
{
    (void)unused;
    canvas_init(&c, 2, 8);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    canvas_release(&c);
    return 0;
}

static void row_is(int row, const char *want)
{
    struct buf text = BUF_INIT(4096);
    canvas_to_text(&c, &text);
    char *line = text.p;
    for (; row > 0; row--)
        line = strchr(line, '\n') + 1;
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(line, want);
    buf_release(&text);
}

static void clips(void **unused)
{
    static const struct {
        int col, cells;
        const char *text, *want;
        int used;
    } cases[] = {
        {0, 8, "las", "las", 3},
        {0, 3, "las", "las", 3},
        {0, 2, "las", "l…", 2},
        {0, 1, "las", "…", 1},
        {0, 0, "las", "", 0},
        {6, 8, "lassen", "      l…", 2},
        {8, 8, "las", "", 0},
        {9, 8, "las", "", 0},
        {0, 4, "漢字", "漢字", 4},
        {0, 3, "漢字", "漢…", 3},
        {0, 2, "漢字", "…", 1},
        {0, 8, "e\u0301a", "e\u0301a", 2},
        {0, 8, "\u0301a", "a", 1},
        {0, 8, "a\x1b[2J", "a?[2J", 5},
        {0, 4, "\u200b\u200b\u200b\u200b\u200b", "???…", 4},
        {0, 8, "\xff\xfe", "\uFFFD\uFFFD", 2},
        {0, 8,
            "\xe2\x80\xae"
            "gnp",
            "?gnp", 4},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        canvas_clear(&c);
        int used = canvas_text(&c, 0, cases[i].col, cases[i].cells, STYLE_PLAIN, cases[i].text);
        row_is(0, cases[i].want);
        row_is(1, "");
        assert_int_equal(used, cases[i].used);
    }
}

static void outside_is_nowhere(void **unused)
{
    (void)unused;
    assert_int_equal(canvas_text(&c, -1, 0, 8, STYLE_PLAIN, "las"), 0);
    assert_int_equal(canvas_text(&c, 2, 0, 8, STYLE_PLAIN, "las"), 0);
    canvas_fill(&c, 5, 0, 8, STYLE_DIM);
    canvas_fill(&c, 0, -3, 20, STYLE_DIM);
    assert_null(canvas_at(&c, 0, 8));
    assert_null(canvas_at(&c, 2, 0));
    assert_int_equal(canvas_at(&c, 0, 7)->style, STYLE_DIM);
    assert_int_equal(canvas_at(&c, 1, 0)->style, STYLE_PLAIN);
}

static void half_a_wide_character_is_a_blank(void **unused)
{
    (void)unused;
    canvas_text(&c, 0, 0, 8, STYLE_PLAIN, "漢字漢");
    canvas_text(&c, 0, 1, 1, STYLE_PLAIN, "x");
    row_is(0, " x字漢");
    canvas_text(&c, 0, 4, 1, STYLE_PLAIN, "y");
    row_is(0, " x字y");
    canvas_text(&c, 0, 1, 2, STYLE_PLAIN, "語");
    row_is(0, " 語 y");
    canvas_fill(&c, 0, 2, 1, STYLE_PLAIN);
    row_is(0, "    y");
}

/* However many marks there are, a cell stays a text of its size. */
static void marks_are_few(void **unused)
{
    (void)unused;
    canvas_text(&c, 0, 0, 8, STYLE_PLAIN, "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307b");
    assert_non_null(memchr(canvas_at(&c, 0, 0)->ch, '\0', CELL_BYTES));
    assert_string_equal(canvas_at(&c, 0, 1)->ch, "b");
}

static void sizes_are_clamped(void **unused)
{
    struct canvas big;
    (void)unused;
    canvas_init(&big, 32767, 32767);
    assert_int_equal(big.rows, LIM_CANVAS_ROWS);
    assert_int_equal(big.cols, LIM_CANVAS_COLS);
    canvas_release(&big);
    canvas_init(&big, 0, -5);
    assert_int_equal(big.rows * big.cols, 1);
    canvas_release(&big);
}

/* ---- as SVG ---- */

/* Reads one tag from '<' on, with its attributes in '...'; NULL when it is no tag. */
static const char *read_tag(const char *s, bool *opens, bool *closes)
{
    *closes = s[1] == '/';
    *opens = !*closes;
    for (s++; *s && *s != '>'; s++) {
        if (*s == '<' || *s == '&')
            return NULL;
        if (*s == '\'')
            s += 1 + strcspn(s + 1, "'<&");
        if (!*s || *s == '<' || *s == '&')
            return NULL;
    }
    if (s[-1] == '/')
        *opens = false;
    return *s ? s + 1 : NULL;
}

static bool is_entity(const char *s)
{
    return strncmp(s, "&amp;", 5) == 0 || strncmp(s, "&lt;", 4) == 0 || strncmp(s, "&gt;", 4) == 0;
}

/* Whether tags nest and end, and nothing else has a meaning in XML. */
static bool well_formed(const char *s)
{
    int depth = 0;
    while (*s) {
        bool opens, closes;
        if (*s == '&' && !is_entity(s))
            return false;
        if (*s != '<') {
            s++;
            continue;
        }
        s = read_tag(s, &opens, &closes);
        if (!s)
            return false;
        depth += opens - closes;
        if (depth < 0)
            return false;
    }
    return depth == 0;
}

static void svg_is_well_formed(void **unused)
{
    static const char *const texts[] = {
        "<b>&'\"", "a & b", "▌█▀▄▐▁", "漢字 é", "]]>", "  x  ", "&amp;", "\x01\x02"};
    (void)unused;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buf svg = BUF_INIT(1 << 20);
        canvas_clear(&c);
        for (int style = 0; style < STYLES_COUNT; style++)
            canvas_text(&c, style & 1, style & 3, 8, (enum style)style, texts[i]);
        assert_int_equal(canvas_to_svg(&c, &svg), 0);
        assert_true(well_formed(svg.p));
        assert_true(utf8_valid(svg.p, svg.len));
        assert_int_equal(strncmp(svg.p, "<svg xmlns=", 11), 0);
        buf_release(&svg);
    }
}

static void what_does_not_fit_is_said(void **unused)
{
    (void)unused;
    for (size_t max = 0; max < 16; max++) {
        struct buf out = BUF_INIT(max);
        canvas_text(&c, 0, 0, 8, STYLE_PLAIN, "lassenx!");
        canvas_text(&c, 1, 0, 8, STYLE_PLAIN, "lassenx!");
        assert_int_equal(canvas_to_text(&c, &out), -1);
        buf_release(&out);
        buf_init(&out, max);
        assert_int_equal(canvas_to_svg(&c, &out), -1);
        buf_release(&out);
    }
}

static void ansi_ends_each_line_plain(void **unused)
{
    (void)unused;
    struct buf out = BUF_INIT(4096);
    canvas_text(&c, 0, 0, 8, STYLE_ACCENT, "▌");
    assert_int_equal(canvas_to_ansi(&c, &out), 0);
    assert_non_null(strstr(out.p, "38;5;208"));
    assert_string_equal(out.p + out.len - 5, "\033[0m\n");
    buf_clear(&out);
    assert_int_equal(canvas_to_styles(&c, &out), 0);
    assert_string_equal(out.p, "A.......\n........\n");
    buf_release(&out);
}

#define ON_CANVAS(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_CANVAS(clips),
        ON_CANVAS(outside_is_nowhere),
        ON_CANVAS(half_a_wide_character_is_a_blank),
        ON_CANVAS(marks_are_few),
        ON_CANVAS(sizes_are_clamped),
        ON_CANVAS(svg_is_well_formed),
        ON_CANVAS(what_does_not_fit_is_said),
        ON_CANVAS(ansi_ends_each_line_plain),
    };
    text_start("/nonexistent");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
