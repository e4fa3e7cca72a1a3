/* SPDX-License-Identifier: EUPL-1.2 */
/* The whole picture: header, body, status, keys. */
#include "ui/view.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/format.h"
#include "ui/parts.h"

static void header_draw(const struct view *v, struct canvas *c)
{
    struct phrase when = v->clock_wrong ? clock_wrong_words() : format_clock(v->now);
    int right = utf8_width(when.text), col = view_margin(v);
    const char *title = _(view_screen(v)->title);
    canvas_fill(c, 0, 0, v->cols, STYLE_HEADER);
    canvas_text(c, 0, col, 5, STYLE_HEADER_DIM, "acht");
    if (v->cols < NARROW) {
        when.text[0] = '\0'; /* the title needs the room more than the clock does */
        right = 0;
    }
    canvas_text(c, 0, col + 7, v->cols - col - 9 - right - 1, STYLE_HEADER_STRONG, title);
    canvas_text(c, 0, v->cols - right - col, right, STYLE_HEADER_DIM, when.text);
}

/* Whether the screen itself says how many requests wait. */
static bool says_summary(const struct view *v)
{
    const struct screen *s = view_screen(v);
    for (int d = 0; d < s->data_count; d++)
        if (s->data[d].query == QUERY_summary)
            return true;
    return false;
}

static struct phrase who(const struct view *v)
{
    struct phrase p = {""};
    if (v->state->session.identified)
        snprintf(p.text, sizeof(p.text), _("You are %s"), v->state->session.name);
    return p;
}

/* What stands at the right of the line above the keys, where there is room for it. */
static struct phrase status_right(const struct view *v, const char *left, int width, bool urgent)
{
    struct phrase p = {""};
    if (urgent)
        p = who(v);
    else if (v->waiting > 0 && v->cols >= NARROW && !says_summary(v))
        snprintf(p.text, sizeof(p.text),
            P_("%lld waits to be sent", "%lld wait to be sent", v->waiting), (long long)v->waiting);
    if (utf8_width(left) + 2 + utf8_width(p.text) > width)
        p.text[0] = '\0';
    return p;
}

/* What is said in the line above the keys: the most urgent thing, in words. */
static void status_draw(const struct view *v, struct canvas *c, int row)
{
    const struct state *st = v->state;
    struct phrase left = {""}, right;
    enum style tone = STYLE_DIM;
    int col = view_margin(v), width = v->cols - 2 * col;
    if (st->countdown > 0) {
        snprintf(left.text, sizeof(left.text),
            P_("Stops in %d second. Press any key to go on.",
                "Stops in %d seconds. Press any key to go on.", st->countdown),
            st->countdown);
        tone = STYLE_WARN;
    } else if (st->message) {
        snprintf(left.text, sizeof(left.text), "%s", _(st->message));
        tone = STYLE_WARN;
    } else {
        left = who(v);
    }
    right = status_right(v, left.text, width, tone == STYLE_WARN);
    struct pen p = {c, row, col, width, v->height, 0};
    int lines = wrap_height(left.text, width);
    if (lines > 1) { /* a message that needs two lines takes the empty one above, too */
        p.row = row - lines + 1;
        for (int r = p.row; r <= row; r++)
            canvas_fill(c, r, 0, v->cols, STYLE_PLAIN);
        pen_wrap(&p, tone, left.text, 0);
        return;
    }
    pen_sides(&p, tone, left.text, STYLE_DIM, right.text);
}

static int key_hint(struct canvas *c, int row, int col, const char *key, const char *label)
{
    col += canvas_text(c, row, col, c->cols - col, STYLE_HEADER_STRONG, key) + 1;
    return col + canvas_text(c, row, col, c->cols - col, STYLE_HEADER_DIM, label) + 3;
}

static int hint_width(const char *key, const char *label)
{
    return utf8_width(key) + 1 + utf8_width(label) + 3;
}

static int hint_fit(struct canvas *c, int row, int col, const char *key, const char *label)
{
    return col + hint_width(key, label) - 3 > c->cols - 2 ? col : key_hint(c, row, col, key, label);
}

static int bound_keys(struct canvas *c, int row, int col, const struct screen *s)
{
    for (int i = 0; i < s->key_count; i++)
        col = hint_fit(c, row, col, vocab_keys[s->keys[i].key].says, _(s->keys[i].label));
    return col;
}

/* What stands in the input of the screen; "" where there is none. */
static const char *typed(const struct view *v)
{
    return typed_shown(view_screen(v), v->state);
}

static bool zero_leads_home(const struct view *v)
{
    const struct widget *input = screen_widget(view_screen(v), WIDGET_input);
    int screen = state_frame_const(v->state)->screen;
    return screen != v->app->start && screen != v->app->home &&
           !(input && input->bind != TYPED_query) && !typed(v)[0];
}

/* The keys that do something here, what is needed most first. */
static void keys_draw(const struct view *v, struct canvas *c, int row)
{
    const struct screen *s = view_screen(v);
    int col = view_margin(v);
    canvas_fill(c, row, 0, v->cols, STYLE_HEADER);
    if (digits_pick(s))
        col = hint_fit(c, row, col, "1-9", _("choose"));
    else if (screen_widget(s, WIDGET_list))
        col = hint_fit(c, row, col, _("Enter"), _("choose"));
    else if (screen_widget(s, WIDGET_input) || screen_widget(s, WIDGET_article))
        col = hint_fit(c, row, col, _("Enter"), _("go on"));
    /* A number pad has no Esc. */
    if (v->state->depth > 1)
        col = hint_fit(c, row, col, typed(v)[0] ? _("Esc") : _("Backspace"), _("back"));
    if (zero_leads_home(v))
        col = hint_fit(c, row, col, "0", _("home"));
    col = bound_keys(c, row, col, s);
    (void)bound_keys(c, row, col, &v->app->global);
}

/* Which rows of how many are shown, "" when all are: the items before and after are no rows. */
static struct phrase rows_shown(
    const struct view *v, const struct layout *l, int64_t first, int64_t n)
{
    const struct screen *s = view_screen(v);
    const struct rowset *rs = view_rows(v, s->body[l->list].source);
    int64_t before = rs ? list_row_index(s, v->state, v->rows, 0) : 0, total = rs ? rs->total : n;
    int64_t from = first - before + 1, to = first - before + l->per_page;
    struct phrase line = {""};
    if (from <= 1 && to >= total)
        return line;
    /* TRANSLATORS: which choices of how many are shown */
    snprintf(line.text, sizeof(line.text), _("%lld to %lld of %lld"),
        (long long)(from < 1 ? 1 : from), (long long)(to < total ? to : total), (long long)total);
    return line;
}

static void more_draw(const struct view *v, const struct layout *l, struct canvas *c, int row,
    int64_t first, int64_t n)
{
    struct phrase line = rows_shown(v, l, first, n);
    int col = l->col[l->list] + 2, right = l->col[l->list] + l->width[l->list];
    if (digits_pick(view_screen(v))) {
        const char *says = first + l->per_page < n ? _("More") : _("Back to the first");
        canvas_text(c, row, col, 1, STYLE_DIM, "9");
        col += 3 + canvas_text(c, row, col + 3, right - col - 3, STYLE_PLAIN, says) + 3;
    }
    if (col + utf8_width(line.text) <= right)
        canvas_text(c, row, col, right - col, STYLE_DIM, line.text);
}

static void marker_draw(
    const struct view *v, const struct layout *l, struct canvas *c, int row, bool focused)
{
    /* The empty marker has the marker's style, too: moving it then changes no colours, only two
     * characters. */
    canvas_text(c, row, l->col[l->list], 1, STYLE_ACCENT, !focused ? " " : v->ascii ? ">" : "▌");
    bool typing =
        screen_widget(view_screen(v), WIDGET_input) && state_frame_const(v->state)->focus == 0;
    if (focused && !typing) {
        c->cursor_row = row;
        c->cursor_col = l->col[l->list];
    }
}

/* Where "more" stands: under the last choice of the page. */
static int more_row(const struct view *v, const struct layout *l)
{
    int64_t n = list_length(view_screen(v), v->state, v->rows);
    int64_t shown = n - page_first(v->state, l->per_page);
    int choices = shown < l->per_page ? (int)shown : l->per_page;
    int row = l->row[l->list] + l->heading +
              choice_top(v, l, page_first(v->state, l->per_page) + choices);
    return row < l->bottom ? row : l->bottom - 1;
}

static void list_draw(const struct view *v, const struct layout *l, struct canvas *c)
{
    const struct screen *s = view_screen(v);
    const struct widget *w = &s->body[l->list];
    int left = l->col[l->list], width = l->width[l->list];
    struct pen p = {c, l->row[l->list], left, width, l->bottom, 0};
    list_heading(&p, v, w);
    int64_t n = list_length(s, v->state, v->rows), focus = state_frame_const(v->state)->focus;
    int64_t first = page_first(v->state, l->per_page);
    int top = l->row[l->list] + l->heading, indent = digits_pick(s) ? 5 : 2;
    for (int i = 0; i < l->per_page && first + i < n; i++) {
        int row = top + choice_top(v, l, first + i);
        if (row >= l->bottom)
            break;
        marker_draw(v, l, c, row, first + i == focus);
        char digit[2] = {(char)('1' + i), '\0'};
        if (digits_pick(s) && i < 9)
            canvas_text(c, row, left + 2, 1, STYLE_DIM, digit);
        struct pen at = {c, row, left + indent, width - indent, l->bottom, 0};
        choice_draw(&at, v, w, list_choice(s, v->state, v->rows, first + i));
    }
    if (n > l->per_page)
        more_draw(v, l, c, more_row(v, l), first, n);
}

static void article_page(
    const struct view *v, const struct layout *l, struct canvas *c, const struct widget *w)
{
    int per = l->bottom - l->top, page = state_frame_const(v->state)->page;
    if (page >= l->pages) /* the terminal has become larger */
        page = l->pages - 1;
    struct pen p = {c, l->top, l->margin, v->cols - 2 * l->margin, l->bottom, page * per};
    article_draw(&p, v, view_rows(v, w->source));
    c->cursor_row = l->top;
    c->cursor_col = l->margin;
    if (l->pages > 1) {
        struct phrase line;
        int shown = page + 1;
        /* TRANSLATORS: page number, number of pages */
        if (shown < l->pages)
            snprintf(
                line.text, sizeof(line.text), _("Page %d of %d, Enter for more"), shown, l->pages);
        else
            snprintf(line.text, sizeof(line.text), _("Page %d of %d, Enter to go back"), shown,
                l->pages);
        canvas_text(c, l->bottom, l->margin, v->cols - 2 * l->margin, STYLE_DIM, line.text);
    }
}

static void body_draw(const struct view *v, const struct layout *l, struct canvas *c)
{
    const struct screen *s = view_screen(v);
    for (int i = 0; i < s->body_count; i++) {
        const struct widget *w = &s->body[i];
        struct pen p = {c, l->row[i], l->col[i], l->width[i], l->row[i] + l->height[i], 0};
        if (w->kind == WIDGET_article)
            article_page(v, l, c, w);
        else if (l->height[i] > 0)
            widget_draw(&p, v, w);
    }
    if (l->list >= 0)
        list_draw(v, l, c);
}

static void too_small_draw(const struct view *v, struct canvas *c)
{
    struct phrase line;
    struct pen p = {c, 0, 0, v->cols, v->height, 0};
    snprintf(line.text, sizeof(line.text),
        _("This window is too small. Make it at least %d by %d characters."), v->app->min_cols,
        v->app->min_rows);
    pen_wrap(&p, STYLE_PLAIN, line.text, 0);
}

void view_draw(const struct view *v, struct canvas *c)
{
    struct layout l;
    text_speak(v->state->language);
    canvas_clear(c);
    if (v->cols < v->app->min_cols || v->height < v->app->min_rows) {
        too_small_draw(v, c);
        return;
    }
    layout_make(v, &l);
    header_draw(v, c);
    body_draw(v, &l, c);
    status_draw(v, c, v->height - 2);
    keys_draw(v, c, v->height - 1);
}

int64_t view_index_at(const struct view *v, int row, int col)
{
    struct layout l;
    text_speak(v->state->language);
    layout_make(v, &l);
    if (l.list < 0 || col < l.col[l.list] || col >= l.col[l.list] + l.width[l.list])
        return -1;
    int64_t n = list_length(view_screen(v), v->state, v->rows);
    int below = row - l.row[l.list] - l.heading;
    int64_t first = page_first(v->state, l.per_page), end = first + l.per_page, index = first;
    end = end < n ? end : n;
    while (index < end && below >= choice_top(v, &l, index + 1))
        index++;
    bool on_choice = below >= 0 && index < end;
    if (n > l.per_page && row == more_row(v, &l) &&
        !(on_choice && below == choice_top(v, &l, index)))
        return PICK_MORE;
    return on_choice ? index : -1;
}

/* ---- plain: the same, line under line, for ears and fingers ---- */

static void plain_canvas(struct buf *out, const struct canvas *c, int rows)
{
    struct buf text = BUF_INIT(LIM_PAGE);
    struct canvas part = *c;
    part.rows = rows;
    canvas_to_text(&part, &text);
    for (const char *s = text.p; *s;) { /* empty lines say nothing to a listener */
        size_t len = strcspn(s, "\n");
        if (len > strspn(s, "─")) { /* nor do rules; their bytes are those of no letter */
            buf_add(out, s, len);
            buf_putc(out, '\n');
        }
        s += len + (s[len] == '\n');
    }
    buf_release(&text);
}

/* Draws with one pen into a canvas of its own and appends the lines. */
static void plain_widget(const struct view *v, const struct widget *w, struct buf *out)
{
    struct canvas c;
    canvas_init(&c, LIM_CANVAS_ROWS, v->cols);
    struct pen p = {&c, 0, 0, v->cols, LIM_CANVAS_ROWS, 0};
    if (w->kind == WIDGET_list) {
        list_heading(&p, v, w);
    } else if (w->kind == WIDGET_poster) {
        card_draw(&p, v, view_rows(v, w->source));
        pen_wrap(&p, STYLE_STRONG, _(w->text), 0);
    } else {
        widget_draw(&p, v, w);
    }
    plain_canvas(out, &c, p.row < c.rows ? p.row : c.rows);
    canvas_release(&c);
}

static void plain_choices(const struct view *v, const struct widget *w, struct buf *out)
{
    const struct screen *s = view_screen(v);
    struct geometry g;
    view_measure(v, &g);
    int64_t n = list_length(s, v->state, v->rows);
    int64_t first = page_first(v->state, g.per_page);
    for (int i = 0; i < g.per_page && first + i < n; i++) {
        struct canvas c;
        canvas_init(&c, 4, v->cols);
        struct pen p = {&c, 0, 4, v->cols - 4, 4, 0};
        char digit[24];
        snprintf(digit, sizeof(digit), "%d", i + 1);
        canvas_text(&c, 0, 0, 3, STYLE_PLAIN, digit);
        choice_draw(&p, v, w, list_choice(s, v->state, v->rows, first + i));
        plain_canvas(out, &c, p.row < 4 ? p.row : 4);
        canvas_release(&c);
    }
    if (n > g.per_page)
        buf_printf(out, "9   %s\n", first + g.per_page < n ? _("More") : _("Back to the first"));
}

int view_plain(const struct view *v, struct buf *out)
{
    const struct screen *s = view_screen(v);
    text_speak(v->state->language);
    buf_printf(out, "== %s ==\n", _(s->title));
    if (v->state->message)
        buf_printf(out, "%s\n", _(v->state->message));
    for (int i = 0; i < s->body_count; i++) {
        plain_widget(v, &s->body[i], out);
        if (s->body[i].kind == WIDGET_list)
            plain_choices(v, &s->body[i], out);
    }
    return out->overflow ? -1 : 0;
}
