/* SPDX-License-Identifier: EUPL-1.2 */
/* The picture of any state at any size: nothing that is missing breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/view.h"

static const struct {
    int cols, height;
} sizes[] = {{1, 1}, {20, 10}, {40, 20}, {80, 24}, {132, 43}, {400, 200}};

/* A screen with one widget of this kind, over one source. */
static struct screen screen_of(enum widget_kind kind, enum query query)
{
    struct screen s = {.name = "one", .title = "One", .data_count = 1, .body_count = 1};
    s.data[0] = (struct data){.name = "rows", .query = query};
    s.body[0] = (struct widget){.kind = kind, .text = "rows", .empty = "none"};
    return s;
}

static void draw_everywhere(struct screen *s, int64_t total)
{
    struct app app = {.screen = s, .count = 1, .min_cols = 40, .min_rows = 20};
    struct rowset rows = {0};
    struct state st;
    state_init(&app, &st, "en");
    rowset_start(&rows, 1);
    rows.total = total;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct view v = {.app = &app, .state = &st, .rows = &rows, .corrected = ""};
        struct geometry g;
        struct canvas c;
        struct buf plain = BUF_INIT(LIM_PAGE);
        v.cols = sizes[i].cols;
        v.height = sizes[i].height;
        canvas_init(&c, v.height, v.cols);
        view_measure(&v, &g);
        assert_true(g.per_page >= 1 && g.pages >= 1);
        view_draw(&v, &c);
        assert_non_null(canvas_at(&c, c.cursor_row, c.cursor_col));
        assert_int_equal(view_plain(&v, &plain), 0);
        canvas_release(&c);
        buf_release(&plain);
    }
    rowset_release(&rows);
}

/* A catalogue can shrink below the page that somebody looks at: its total is known, no row is. */
static void rows_that_are_not_there(void **unused)
{
    (void)unused;
    for (int q = 0; q < QUERIES_COUNT; q++) {
        if (!vocab_queries[q].many)
            continue;
        struct screen s = screen_of(WIDGET_list, (enum query)q);
        draw_everywhere(&s, 3);
        s = screen_of(WIDGET_facets, (enum query)q);
        draw_everywhere(&s, 3);
    }
}

static void widgets_without_their_row(void **unused)
{
    (void)unused;
    static const enum widget_kind kinds[] = {
        WIDGET_poster, WIDGET_card, WIDGET_brief, WIDGET_article, WIDGET_keys};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct screen s = screen_of(kinds[i], QUERY_course);
        draw_everywhere(&s, 0);
    }
}

/* The terminal was small when the page was turned, and is large now. */
static void a_page_that_is_not_there_any_more(void **unused)
{
    (void)unused;
    struct screen s = screen_of(WIDGET_article, QUERY_course);
    struct app app = {.screen = &s, .count = 1, .min_cols = 40, .min_rows = 20};
    struct rowset rows = {0};
    struct state st;
    struct canvas c;
    struct buf text = BUF_INIT(LIM_PAGE);
    state_init(&app, &st, "en");
    state_frame(&st)->page = 3;
    rowset_start(&rows, 1);
    record_set_text(rowset_add(&rows, TYPE_COURSE), COURSE_title, "Forging");
    rows.total = 1;
    struct view v = {.app = &app, .state = &st, .rows = &rows, .cols = 80, .height = 24};
    canvas_init(&c, v.height, v.cols);
    view_draw(&v, &c);
    canvas_to_text(&c, &text);
    assert_non_null(strstr(text.p, "Forging"));
    buf_release(&text);
    canvas_release(&c);
    rowset_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_are_not_there),
        cmocka_unit_test(widgets_without_their_row),
        cmocka_unit_test(a_page_that_is_not_there_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
