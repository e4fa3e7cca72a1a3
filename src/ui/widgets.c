/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything on a screen but the choices. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/format.h"
#include "ui/parts.h"
#include "ui/request_words.h"

#define FACET_BLOCK 8 /* values of a facet that a column shows */

/* People stand behind: only the last two digits are shown. */
static void hide_badge(const char *badge, char out[LIM_BADGE + 1])
{
    size_t len = strlen(badge);
    for (size_t i = 0; i <= len; i++)
        out[i] = i + 2 < len ? '*' : badge[i];
}

/* Its end, as far as it fits: that is where the typing is. */
static const char *last_cells(const char *s, int cells)
{
    while (utf8_width(s) > cells) {
        uint32_t cp;
        s += utf8_decode(s, strlen(s), &cp);
    }
    return s;
}

static void typed_draw(struct pen *p, const struct widget *w, const char *typed)
{
    const char *label = _(w->text);
    int at = utf8_width(label) + 2;
    typed = last_cells(typed, p->width - at - 1 > 0 ? p->width - at - 1 : 0);
    canvas_text(p->canvas, p->row, p->col, p->width, STYLE_DIM, label);
    if (*typed)
        canvas_text(p->canvas, p->row, p->col + at, p->width - at - 1, STYLE_STRONG, typed);
    else
        canvas_text(p->canvas, p->row, p->col + at + 1, p->width - at - 1, STYLE_DIM, _(w->empty));
    p->canvas->cursor_row = p->row;
    p->canvas->cursor_col = p->col + at + utf8_width(typed);
}

/* "4 of 6" beside the dots: who cannot see what was typed can count it. */
static void digits_draw(struct pen *p, const struct view *v, const struct widget *w)
{
    const char *typed = typed_shown(view_screen(v), v->state);
    struct phrase dots = dots_of(typed, v->ascii), count = {""};
    typed_draw(p, w, dots.text);
    if (w->bind != TYPED_code && *typed)
        /* TRANSLATORS: digits typed, digits of a PIN */
        snprintf(count.text, sizeof(count.text), _("%d of %d"), (int)strlen(typed), LIM_PIN);
    int width = utf8_width(count.text);
    canvas_text(p->canvas, p->row, p->col + p->width - width, width, STYLE_DIM, count.text);
}

static void input_line(struct pen *p, const struct view *v, const struct widget *w)
{
    char hidden[LIM_BADGE + 1];
    if (typed_secret(w->bind)) {
        digits_draw(p, v, w);
        return;
    }
    hide_badge(v->state->badge, hidden);
    typed_draw(p, w, w->bind == TYPED_badge ? hidden : typed_shown(view_screen(v), v->state));
}

static void input_draw(struct pen *p, const struct view *v, const struct widget *w)
{
    if (p->canvas && p->row < p->end)
        input_line(p, v, w);
    p->row++;
    pen_line(p, STYLE_DIM, "");
    if (p->canvas && p->row - 1 < p->end)
        for (int i = 0; i < p->width; i++)
            canvas_text(p->canvas, p->row - 1, p->col + i, 1, STYLE_DIM, v->ascii ? "-" : "─");
    if (w->bind == TYPED_pin && v->state->wait_seconds > 0) {
        struct phrase line;
        snprintf(line.text, sizeof(line.text),
            P_("Too many wrong PINs. Type it again in %d second.",
                "Too many wrong PINs. Type it again in %d seconds.", v->state->wait_seconds),
            v->state->wait_seconds);
        pen_wrap(p, STYLE_WARN, line.text, 2);
    }
}

static void words_draw(struct pen *p, const struct view *v)
{
    if (v->state->words[0])
        pen_fact(p, label_width(p), _("You say"), v->state->words, 3);
}

/* A facet's values with how many courses each would leave: in a line. */
static void facets_line(struct pen *p, const struct rowset *rs, int64_t facet)
{
    int col = 17;
    canvas_text(p->canvas, p->row, p->col, 15, STYLE_DIM, facet_word(facet));
    for (int i = 1; i < rs->count; i++) {
        const struct record *f = &rs->rows[i];
        struct phrase value = facet_value_word(facet, record_text(f, FACET_label));
        struct phrase count = format_number(record_number(f, FACET_count));
        int need = utf8_width(value.text) + 1 + utf8_width(count.text);
        if (record_number(f, FACET_count) <= 0)
            continue;
        if (col + need > p->width)
            break;
        enum style style = record_number(f, FACET_chosen) == 1 ? STYLE_STRONG : STYLE_PLAIN;
        col += canvas_text(p->canvas, p->row, p->col + col, p->width - col, style, value.text) + 1;
        col +=
            canvas_text(p->canvas, p->row, p->col + col, p->width - col, STYLE_DIM, count.text) + 3;
    }
}

/* The same in a column of its own, one under the other. */
static void facets_block(struct pen *p, const struct rowset *rs, int64_t facet)
{
    pen_line(p, STYLE_DIM, facet_word(facet));
    int end = p->row + FACET_BLOCK;
    for (int i = 1; i < rs->count && p->row < end; i++) {
        const struct record *f = &rs->rows[i];
        if (record_number(f, FACET_count) <= 0)
            continue;
        struct pen at = *p;
        at.col += 2;
        at.width -= 2;
        pen_sides(&at, record_number(f, FACET_chosen) == 1 ? STYLE_STRONG : STYLE_PLAIN,
            facet_value_word(facet, record_text(f, FACET_label)).text, STYLE_DIM,
            format_number(record_number(f, FACET_count)).text);
        p->row = at.row;
    }
}

static void facets_draw(struct pen *p, const struct view *v, const struct widget *w)
{
    const struct rowset *rs = view_rows(v, w->source);
    bool column = v->cols >= WIDE;
    if (p->width < NARROW && !column)
        return;
    if (!rs || rs->count < 2) {
        p->row++;
        return;
    }
    int64_t facet = record_number(&rs->rows[0], FACET_facet);
    if (column) {
        facets_block(p, rs, facet);
        return;
    }
    if (p->canvas && p->row < p->end)
        facets_line(p, rs, facet);
    p->row++;
}

/* What the keys do: a table that is made from the same words as the bindings. */
static void keys_draw(struct pen *p, const struct view *v)
{
    const struct {
        const char *key, *does;
    } keys[] = {
        {"1 - 9", _("choose this number")},
        {_("Enter"), _("choose at the mark")},
        {_("Arrows"), _("move the mark")},
        {"0", _("back to the beginning")},
        {_("Backspace"), _("one step back, or erase a letter")},
        {_("PgUp, PgDn"), _("turn the page")},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && p->row < p->end; i++)
        pen_fact(p, 14, keys[i].key, keys[i].does, 2);
    const struct screen *g = &v->app->global;
    for (int i = 0; i < g->key_count && p->row < p->end; i++)
        pen_fact(p, 14, vocab_keys[g->keys[i].key].says, _(g->keys[i].label), 1);
}

/* The name of the house in letters that are readable from across the hall. */
static const char *const letters[] = {
    "                    ██",
    "                    ██         ██",
    "▄█████▄   ▄█████▄   ██▄███▄  ██████",
    "     ██   ██        ██   ██    ██",
    "▄█▀▀▀██   ██        ██   ██    ██",
    "▀█▄▄▄██   ▀█████▀   ██   ██    ▀███▀",
};

static void poster_draw(struct pen *p, const struct view *v, const struct widget *w)
{
    int room = p->end - p->row;
    pen_skip(p, room > 22 ? 5 : room > 17 ? 1 : 0);
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]) && !v->ascii; i++)
        pen_line(p, STYLE_STRONG, letters[i]);
    pen_skip(p, 1);
    pen_wrap(p, STYLE_PLAIN, _("Find a course in the metal trade, and ask for it yourself."), 2);
    if (room > 17)
        pen_wrap(p, STYLE_DIM, _("No e-mail, no phone, no password needed."), 2);
    pen_skip(p, 1);
    struct pen card = *p; /* what to press stands under it, however much it has to say */
    card.end -= 1 + wrap_height(_(w->text), p->width - 2);
    card_draw(&card, v, view_rows(v, w->source));
    p->row = card.row < card.end ? card.row : card.end;
    pen_skip(p, p->end - p->row > 4 ? 2 : 1);
    int row = p->row;
    if (p->canvas && row < p->end) {
        canvas_text(p->canvas, row, p->col, 1, STYLE_ACCENT, v->ascii ? ">" : "▌");
        p->canvas->cursor_row = row;
        p->canvas->cursor_col = p->col + 2;
    }
    struct pen text = *p;
    text.col += 2;
    text.width -= 2;
    pen_wrap(&text, STYLE_STRONG, _(w->text), 2);
    p->row = text.row;
}

void widget_draw(struct pen *p, const struct view *v, const struct widget *w)
{
    switch (w->kind) {
    case WIDGET_poster:
        poster_draw(p, v, w);
        break;
    case WIDGET_card:
        card_draw(p, v, view_rows(v, w->source));
        break;
    case WIDGET_brief:
        brief_draw(p, v, view_rows(v, w->source));
        break;
    case WIDGET_here:
        here_draw(p, v, view_rows(v, w->source));
        break;
    case WIDGET_article:
        article_draw(p, v, view_rows(v, w->source));
        break;
    case WIDGET_text:
        pen_wrap(p, STYLE_PLAIN, _(w->text), 0);
        break;
    case WIDGET_input:
        input_draw(p, v, w);
        break;
    case WIDGET_words:
        words_draw(p, v);
        break;
    case WIDGET_code:
        code_draw(p, v);
        break;
    case WIDGET_facets:
        facets_draw(p, v, w);
        break;
    case WIDGET_keys:
        keys_draw(p, v);
        break;
    case WIDGET_list:
    case WIDGETS_COUNT:
        break;
    }
}

/* "Welding, Twente": how the list is narrowed; by a word too, where that does not stand above it.
 */
static struct phrase narrowed_by(const struct view *v)
{
    const struct state *st = v->state;
    struct phrase p = {""};
    if (!screen_widget(view_screen(v), WIDGET_input))
        snprintf(p.text, sizeof(p.text), "%s", st->search.text);
    for (int f = 0; f < FACETS_COUNT; f++) {
        size_t len = strlen(p.text);
        if (st->search.chosen[f][0])
            snprintf(p.text + len, sizeof(p.text) - len, "%s%s", len ? ", " : "",
                facet_value_word(f, st->search.chosen[f]).text);
    }
    return p;
}

/* "38 courses (seen 02:14), best match first". */
static struct phrase hits_count(const struct pen *p, const struct view *v, const struct rowset *rs)
{
    int64_t n = rs ? rs->total : 0;
    struct phrase count, line;
    snprintf(
        count.text, sizeof(count.text), P_("%s course", "%s courses", n), format_number(n).text);
    if (p->width < NARROW)
        return count;
    /* No row may be here: the list can have shrunk below the page that is shown. */
    int64_t checked = rs && rs->count > 0 ? record_number(&rs->rows[0], HIT_checked) : NO_NUMBER;
    if (checked != NO_NUMBER) {
        line = count;
        snprintf(count.text, sizeof(count.text), _("%s (seen %s)"), line.text,
            format_seen(checked, v->now).text);
    }
    snprintf(
        line.text, sizeof(line.text), "%s, %s", count.text, sort_word((int)v->state->search.sort));
    return line;
}

static void hits_heading(struct pen *p, const struct view *v, const struct rowset *rs)
{
    struct phrase left = narrowed_by(v), corrected;
    if (v->corrected && *v->corrected) {
        snprintf(corrected.text, sizeof(corrected.text),
            _("Nothing found like that; this is '%s'."), v->corrected);
        pen_wrap(p, STYLE_WARN, corrected.text, 0);
    }
    if (!left.text[0] && !v->state->search.text[0])
        snprintf(left.text, sizeof(left.text), "%s", _("All courses"));
    pen_sides(p, STYLE_PLAIN, left.text, STYLE_DIM, hits_count(p, v, rs).text);
    if (p->width >= NARROW && v->height >= 24)
        pen_skip(p, 1);
}

/* When the seats beside the dates were seen: the course's source says. */
static void runs_heading(struct pen *p, const struct view *v, const struct widget *w)
{
    const struct screen *s = view_screen(v);
    struct phrase line;
    snprintf(line.text, sizeof(line.text), "%s", _(w->text));
    for (int d = 0; d < s->data_count; d++) {
        const struct rowset *rs = view_rows(v, d);
        if (rs && rs->count > 1 && rs->rows[1].type == type_get(TYPE_SOURCE))
            /* TRANSLATORS: a heading; the time or day when the seats were seen */
            snprintf(line.text, sizeof(line.text), _("%s (seats as of %s)"), _(w->text),
                format_seen(record_number(&rs->rows[1], SOURCE_checked), v->now).text);
    }
    pen_wrap(p, STYLE_DIM, line.text, 2);
}

/* Which facet the values are of. */
static void values_heading(struct pen *p, const struct view *v, const struct rowset *rs)
{
    if (!rs || rs->count == 0)
        return;
    pen_line(p, STYLE_STRONG, facet_word(record_number(&rs->rows[0], FACET_facet)));
    if (v->height >= 24)
        pen_skip(p, 1);
}

/* Who has not proven who he is sees this visit, and is told so. */
static void tickets_heading(struct pen *p, const struct view *v)
{
    if (v->state->session.proof == VISIT_PROVEN)
        return;
    pen_wrap(p, STYLE_DIM, only_this_visit(), 0);
    pen_skip(p, 1);
}

static void inbox_heading(struct pen *p, const struct view *v, const struct rowset *rs)
{
    struct phrase line;
    int64_t n = rs ? rs->total : 0;
    for (int i = 0; rs && i < rs->count; i++) /* what was answered here stays until it is sent */
        n -= !matter_waits(&rs->rows[i]);
    snprintf(line.text, sizeof(line.text),
        P_("%lld request waits for your answer", "%lld requests wait for your answer", n),
        (long long)n);
    if (n <= 0)
        return;
    pen_line(p, STYLE_DIM, line.text);
    if (v->height >= 24)
        pen_skip(p, 1);
}

static void text_heading(struct pen *p, const struct view *v, const char *text)
{
    pen_wrap(p, STYLE_DIM, text, 0);
    if (v->height >= 36)
        pen_skip(p, 1);
}

/* Which day a no names: there may be none. */
static void days_heading(
    struct pen *p, const struct view *v, const struct widget *w, const struct rowset *rs)
{
    bool none = rs && rs->count > 0 && record_number(&rs->rows[0], OCCASION_day) == NO_NUMBER;
    text_heading(
        p, v, none ? _("This course has no other date. Say so, or name a time.") : _(w->text));
}

void list_heading(struct pen *p, const struct view *v, const struct widget *w)
{
    const struct rowset *rs = view_rows(v, w->source);
    bool empty = w->source >= 0 && rs && rs->total == 0 && *w->empty;
    if (w->source >= 0 && view_screen(v)->data[w->source].query == QUERY_search)
        hits_heading(p, v, rs);
    else if (w->source >= 0 && view_screen(v)->data[w->source].query == QUERY_runs)
        runs_heading(p, v, w);
    else if (w->source >= 0 && view_screen(v)->data[w->source].query == QUERY_values)
        values_heading(p, v, rs);
    else if (w->source >= 0 && view_screen(v)->data[w->source].query == QUERY_tickets)
        tickets_heading(p, v);
    else if (w->source >= 0 && view_screen(v)->data[w->source].query == QUERY_occasions)
        days_heading(p, v, w, rs);
    else if (w->source >= 0 && view_screen(v)->data[w->source].query == QUERY_inbox && !*w->text)
        inbox_heading(p, v, rs);
    else if (*w->text && !empty)
        text_heading(p, v, _(w->text));
    if (empty) {
        pen_wrap(p, STYLE_PLAIN, _(w->empty), 0);
        pen_skip(p, 1);
    }
}
