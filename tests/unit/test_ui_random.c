/* SPDX-License-Identifier: EUPL-1.2 */
/* Random screens with random rows in random states at random sizes: the picture stays whole, the
 * cursor in it, and what is touched is what is shown. $ACHT_SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "ui/style.h"
#include "ui/view.h"

#define ROUNDS 1500
#define ROWS_MAX 30
#define NOW INT64_C(1795513320000) /* 2026-11-24 */

static uint64_t seed;

static uint64_t next(void)
{
    uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int below(int limit)
{
    return (int)(next() % (uint64_t)limit);
}

/* ---- rows ---- */

/* Safe text, as everything that comes from the feed is, but not nice. */
static const char *random_text(struct arena *mem, size_t most)
{
    static const char *const parts[] = {"las", "Lassen", " ", " ", "漢字", "e\u0301", "€", "Ω", "-",
        "/", "Metaalbewerkingsmachinebankwerkerscursus", "1.250", ", ", "<&>", "\U0001F525"};
    struct buf text = BUF_INIT(most);
    int count = below(3) == 0 ? below(200) : below(8);
    for (int i = 0; i < count; i++)
        if (buf_puts(&text, parts[below((int)(sizeof(parts) / sizeof(parts[0])))]) < 0)
            break;
    const char *kept = arena_strndup(mem, text.p, text.len);
    buf_release(&text);
    return kept;
}

static const char *random_list(struct arena *mem, size_t most)
{
    static const char *const codes[] = {"nl", "en", "xx", "", "pl"};
    struct buf list = BUF_INIT(LIM_TEXT);
    for (int i = below(5); i > 0; i--)
        buf_printf(&list, "%s%s", list.len ? "\n" : "",
            most <= 16 ? codes[below(5)] : random_text(mem, most < 100 ? most : 100));
    const char *text = arena_strdup(mem, list.p);
    buf_release(&list);
    return text;
}

/* A value that record_check() would let pass. */
static int64_t random_number(const struct field *f)
{
    static const int64_t small[] = {0, 1, 2, 50, 99, 100, 101, 1250, 100000};
    int64_t n = small[below(9)];
    char name[LIM_ID];
    if (!f->needed && below(4) == 0)
        return NO_NUMBER;
    switch (f->kind) {
    case KIND_ENUM:
        for (n = below(12), choice_name(f->choices, n, name); !name[0]; n = below(12))
            choice_name(f->choices, n, name);
        choice_name(f->choices, n, name);
        return name[0] ? n : 0;
    case KIND_BOOL:
        return below(2);
    case KIND_DATE:
        return below(84005 + 25567) - 25567;
    case KIND_INSTANT:
        return below(3) ? NOW - below(86400000) : (int64_t)(next() % UINT64_C(7258118400000));
    default:
        return below(5) == 0 && f->limit ? f->limit : n;
    }
}

static const char *facet_label(struct arena *mem, int facet)
{
    static const char *const forms[] = {"workplace", "online", "classroom", "blended"};
    struct buf label = BUF_INIT(LIM_LABEL);
    if (facet == FACET_form)
        buf_puts(&label, forms[below(4)]);
    else if (facet == FACET_month)
        buf_printf(&label, "20%02d-%02d", below(100), 1 + below(12));
    else if (facet == FACET_price)
        buf_printf(&label, "%d", below(6));
    else
        buf_puts(&label, random_text(mem, LIM_LABEL - 1));
    const char *text = arena_strdup(mem, below(6) ? label.p : "");
    buf_release(&label);
    return text;
}

static void random_row(struct rowset *rs, enum type_id type)
{
    struct record *r = rowset_add(rs, type);
    r->id = "019af000-0000-7000-8000-000000000001";
    for (int i = 0; i < r->type->count; i++) {
        const struct field *f = &r->type->fields[i];
        size_t most = f->limit > 0 && f->limit < LIM_TEXT ? (size_t)f->limit : LIM_TEXT - 1;
        if (f->kind == KIND_LIST)
            record_set_text(r, i, random_list(&rs->mem, most));
        else if (kind_is_text(f->kind))
            record_set_text(r, i, random_text(&rs->mem, most));
        else
            record_set_number(r, i, random_number(f));
    }
}

/* The values are those of one facet. */
static void set_facet(struct rowset *rs, struct record *r, int facet)
{
    record_set_number(r, FACET_facet, facet);
    record_set_text(r, FACET_label, facet_label(&rs->mem, facet));
}

/* One thing, or a window on a list; what is not fetched has a total and no rows. */
static void random_rows(struct rowset *rs, enum query query)
{
    const struct word *q = &vocab_queries[query];
    int count = q->many ? below(ROWS_MAX) : below(4) > 0, facet = below(FACETS_COUNT);
    rowset_start(rs, ROWS_MAX + 1);
    for (int i = 0; i < count; i++) {
        random_row(rs, q->type);
        if (q->type == TYPE_FACET)
            set_facet(rs, &rs->rows[i], query == QUERY_values ? facet : below(FACETS_COUNT));
    }
    rs->total = count;
    if (query == QUERY_course && count && below(3))
        random_row(rs, TYPE_SOURCE);
    if (q->many && below(3) == 0) {
        rs->first = below(40);
        rs->total = rs->first + count + below(1000);
    }
}

/* ---- screens ---- */

static const enum query lists[] = {QUERY_search, QUERY_facets, QUERY_values, QUERY_runs,
    QUERY_tickets, QUERY_languages, QUERY_inbox, QUERY_attending, QUERY_team, QUERY_occasions,
    QUERY_fridays, QUERY_notices, QUERY_looks};
static const enum query cards[] = {
    QUERY_summary, QUERY_course, QUERY_run, QUERY_ticket, QUERY_matter, QUERY_member, QUERY_myself};

static int add_data(struct screen *s, enum query query)
{
    if (s->data_count == LIM_DATA)
        return -1;
    s->data[s->data_count] = (struct data){.name = "d", .query = query};
    return s->data_count++;
}

static int random_items(struct item *items, const char *note)
{
    int n = below(4);
    for (int i = 0; i < n; i++)
        items[i] = (struct item){.text = below(2) ? "Find a course" : "Stop",
            .note = below(2) ? note : "",
            .event = "e",
            .guard = below(3) ? -1 : GUARD_identified};
    return n;
}

static void add_widget(struct screen *s, enum widget_kind kind, int source)
{
    struct widget *w = &s->body[s->body_count];
    *w = (struct widget){.kind = kind, .source = source, .text = "", .empty = ""};
    if (kind == WIDGET_text || kind == WIDGET_input || kind == WIDGET_poster || below(2))
        w->text = kind == WIDGET_input || below(2)
                      ? "Search"
                      : "Your supervisor and the fund will see this request.";
    if (below(2))
        w->empty = "There are no courses on this terminal yet.";
    w->bind = (enum typed)below(TYPED_words + 1);
    if (kind == WIDGET_list) {
        w->before_count = random_items(w->before, "by subject or by a word");
        w->after_count = random_items(w->after, "where they stand");
    }
    s->body_count++;
}

static void add_random_widget(struct screen *s)
{
    int source;
    switch (below(6)) {
    case 0:
        source = add_data(s, cards[below((int)(sizeof(cards) / sizeof(cards[0])))]);
        if (source >= 0)
            add_widget(s, WIDGET_card, source);
        break;
    case 1:
        source = add_data(s, QUERY_course);
        if (source >= 0)
            add_widget(s, WIDGET_brief, source);
        break;
    case 2:
        source = add_data(s, QUERY_values);
        if (source >= 0)
            add_widget(s, WIDGET_facets, source);
        break;
    case 3:
        add_widget(s, WIDGET_keys, -1);
        break;
    default:
        add_widget(s, WIDGET_text, -1);
    }
}

static void random_screen(struct screen *s)
{
    *s = (struct screen){.name = "s", .title = "Learning on the shop floor"};
    int kind = below(10);
    if (kind == 0)
        add_widget(s, WIDGET_article, add_data(s, QUERY_course));
    if (kind == 1)
        add_widget(s, WIDGET_poster, add_data(s, QUERY_summary));
    if (kind < 2)
        return;
    if (kind < 5)
        add_widget(s, WIDGET_input, -1);
    for (int i = below(4); i > 0; i--)
        add_random_widget(s);
    if (kind > 2)
        add_widget(s, WIDGET_list,
            below(4) ? add_data(s, lists[below((int)(sizeof(lists) / sizeof(lists[0])))]) : -1);
    for (int i = below(3); i > 0 && s->body_count < LIM_WIDGETS; i--)
        add_random_widget(s);
}

/* ---- states ---- */

static void random_state(
    struct state *st, const struct app *app, const struct rowset *rows, struct arena *mem)
{
    static const char *const messages[] = {NULL, NULL, "The list is in a new order.",
        "The disk of this terminal is full. Nothing is noted. Please tell your supervisor."};
    state_init(app, st, below(2) ? "nl" : "en");
    st->depth = 1 + below(2);
    st->session.identified = below(2);
    str_copy(st->session.name, sizeof(st->session.name), random_text(mem, 100));
    str_copy(st->search.text, sizeof(st->search.text), random_text(mem, LIM_QUERY - 1));
    str_copy(st->badge, sizeof(st->badge), below(2) ? "0004718236" : "");
    for (int f = 0; f < FACETS_COUNT; f++)
        str_copy(st->search.chosen[f], LIM_LABEL, facet_label(mem, f));
    st->search.sort = (enum sort)below(4);
    st->message = messages[below(4)];
    st->countdown = below(4) ? 0 : 1 + below(20);
    struct frame *f = state_frame(st);
    int64_t n = list_length(state_screen(app, st), st, rows);
    f->focus = n > 0 ? (int64_t)(next() % (uint64_t)n) : 0;
    f->page = below(3);
}

/* ---- what must hold ---- */

static void picture_is_whole(const struct canvas *c)
{
    for (int row = 0; row < c->rows; row++) {
        int width = 0;
        for (int col = 0; col < c->cols; col++) {
            const struct cell *cell = canvas_at(c, row, col);
            assert_true(cell->width <= 2 && cell->style < STYLES_COUNT);
            assert_true(memchr(cell->ch, '\0', CELL_BYTES) != NULL);
            assert_true((cell->width == 0) == (cell->ch[0] == '\0'));
            width += cell->width;
        }
        assert_int_equal(width, c->cols);
    }
    assert_non_null(canvas_at(c, c->cursor_row, c->cursor_col));
}

/* A touched line is the choice that stands there: the focused one where the marker is. */
static void touch_is_right(const struct view *v, const struct canvas *c)
{
    int64_t n = list_length(state_screen(v->app, v->state), v->state, v->rows);
    for (int row = 0; row < c->rows; row++) {
        for (int col = 0; col < c->cols; col += 7)
            assert_in_range(view_index_at(v, row, col) - PICK_MORE, 0, n - 1 - PICK_MORE);
        for (int col = 0; col < c->cols && !v->ascii; col++)
            if (strcmp(canvas_at(c, row, col)->ch, "▌") == 0 && n > 0)
                assert_true(view_index_at(v, row, col) == state_frame_const(v->state)->focus);
    }
}

static void draws(const struct view *v)
{
    struct canvas c;
    struct geometry g;
    struct buf text = BUF_INIT(4 * LIM_PAGE);
    canvas_init(&c, v->height, v->cols);
    view_measure(v, &g);
    assert_true(g.per_page >= 1 && g.pages >= 1);
    view_draw(v, &c);
    picture_is_whole(&c);
    if (v->cols >= v->app->min_cols && v->height >= v->app->min_rows)
        touch_is_right(v, &c);
    assert_int_equal(canvas_to_svg(&c, &text), 0);
    buf_clear(&text);
    assert_int_equal(view_plain(v, &text), 0);
    assert_true(utf8_valid(text.p, text.len));
    buf_release(&text);
    canvas_release(&c);
}

static struct view random_view(
    const struct app *app, const struct state *st, const struct rowset *rows)
{
    static const int sizes[][2] = {{1, 1}, {40, 20}, {80, 24}, {132, 43}, {400, 200}, {41, 21}};
    struct view v = {.app = app,
        .state = st,
        .rows = rows,
        .now = NOW,
        .waiting = below(3),
        .corrected = below(4) ? "" : "heftruck",
        .cols = 1 + below(200),
        .height = 1 + below(60),
        .ascii = below(4) == 0};
    if (below(2)) {
        const int *size = sizes[below(6)];
        v.cols = size[0];
        v.height = size[1];
    }
    return v;
}

static void anything_can_be_drawn(void **unused)
{
    (void)unused;
    struct screen screen;
    struct app app = {.screen = &screen, .count = 1, .min_cols = 40, .min_rows = 20};
    struct rowset rows[LIM_DATA] = {0};
    struct state st;
    for (int i = 0; i < ROUNDS; i++) {
        struct arena mem = {0};
        random_screen(&screen);
        for (int d = 0; d < screen.data_count; d++)
            random_rows(&rows[d], screen.data[d].query);
        random_state(&st, &app, rows, &mem);
        struct view v = random_view(&app, &st, rows);
        draws(&v);
        arena_release(&mem);
    }
    for (int d = 0; d < LIM_DATA; d++)
        rowset_release(&rows[d]);
}

int main(void)
{
    const char *given = getenv("ACHT_SEED"), *build = getenv("ACHT_BUILD");
    char locale[1024];
    seed = given ? strtoull(given, NULL, 0) : (uint64_t)clock_now();
    printf("seed %llu\n", (unsigned long long)seed);
    snprintf(locale, sizeof(locale), "%s/share/locale", build ? build : "build");
    text_start(locale);
    const struct CMUnitTest tests[] = {cmocka_unit_test(anything_can_be_drawn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
