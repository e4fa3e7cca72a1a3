/* SPDX-License-Identifier: EUPL-1.2 */
/* Who stands where, at any size. Room is given in this order: the list keeps six choices, what is
 * fixed keeps its height, cards give way, air comes last. A wide terminal has two columns: facets
 * stand beside what they narrow, otherwise the list has a column of its own. */
#include <limits.h>
#include <string.h>

#include "ui/parts.h"

#define COLUMN_GAP 6
#define SIDE 40 /* the right column */
#define WIDEST 116
#define LIST_LEAST 6

/* The widgets that stand under each other in one column. */
struct column {
    int index[LIM_WIDGETS];
    int count;
    int col, width;
};

const struct screen *view_screen(const struct view *v)
{
    return state_screen(v->app, v->state);
}

const struct rowset *view_rows(const struct view *v, int source)
{
    return source >= 0 && v->rows ? &v->rows[source] : NULL;
}

int view_margin(const struct view *v)
{
    return v->cols < NARROW  ? 2
           : v->cols >= WIDE ? (v->cols > WIDEST + 4 ? (v->cols - WIDEST) / 2 : 4)
                             : 3;
}

static bool gives_way(const struct widget *w)
{
    return w->kind == WIDGET_card || w->kind == WIDGET_keys;
}

static int natural_height(const struct view *v, int width, const struct widget *w)
{
    struct pen p = {.width = width, .end = INT_MAX};
    widget_draw(&p, v, w);
    return p.row;
}

/* ---- one column ---- */

/* The blank lines after a widget: facets stand together where they are single lines, and a map with
 * its beginning. */
static int air_after(
    const struct screen *s, const struct layout *l, const struct column *c, int k, int air)
{
    int i = c->index[k];
    if (l->height[i] == 0 || k + 1 == c->count)
        return 0;
    bool together = s->body[i].kind == WIDGET_facets &&
                    s->body[c->index[k + 1]].kind == WIDGET_facets && l->height[i] == 1;
    return together || s->body[i].kind == WIDGET_here ? 0 : air;
}

static int sum(const struct screen *s, const struct layout *l, const struct column *c, int air)
{
    int total = 0;
    for (int k = 0; k < c->count; k++)
        total += l->height[c->index[k]] + air_after(s, l, c, k, air);
    return total;
}

/* Takes lines off what gives way until everything fits, from the last widget to the first. */
static void squeeze(const struct screen *s, struct layout *l, const struct column *c, int room)
{
    for (int k = c->count - 1; k >= 0; k--) {
        int i = c->index[k], over = sum(s, l, c, 0) - room;
        if (over <= 0)
            return;
        if (s->body[i].kind == WIDGET_facets)
            l->height[i] = 0;
        else if (gives_way(&s->body[i]))
            l->height[i] = l->height[i] - over > 2 ? l->height[i] - over : k == 0 ? 2 : 0;
    }
}

static int list_choices(const struct view *v, int most)
{
    int64_t n = list_length(view_screen(v), v->state, v->rows);
    return n < most ? (int)n : most;
}

static int list_least(const struct view *v, struct layout *l, const struct widget *w)
{
    struct pen p = {.width = l->width[l->list], .end = INT_MAX};
    list_heading(&p, v, w);
    l->heading = p.row;
    int choices = list_choices(v, LIST_LEAST);
    return choices ? l->heading + choices * choice_height(w, view_screen(v), p.width)
                   : l->heading + 2;
}

/* Lines of choice `index`, without the air after it. */
static int lines_of(const struct view *v, const struct layout *l, int64_t index)
{
    const struct screen *s = view_screen(v);
    return choice_lines(
        &s->body[l->list], s, list_choice(s, v->state, v->rows, index), l->width[l->list]);
}

/* Whether the next choice is of another kind: a row after an item, or an item after a row. */
static bool ends_group(const struct view *v, int64_t index)
{
    const struct screen *s = view_screen(v);
    bool item = list_choice(s, v->state, v->rows, index).item;
    return index + 1 < list_length(s, v->state, v->rows) &&
           item != (list_choice(s, v->state, v->rows, index + 1).item != NULL);
}

int choice_top(const struct view *v, const struct layout *l, int64_t index)
{
    int top = 0;
    for (int64_t i = page_first(v->state, l->per_page); i < index; i++)
        top += lines_of(v, l, i) + l->air + (ends_group(v, i) ? l->gap : 0);
    return top;
}

/* The whole list on one page, if it fits there with its items no higher than they are. */
static bool fit_whole(const struct view *v, struct layout *l, int n, int room, int air)
{
    int lines = 0, groups = 0;
    for (int i = 0; i < n; i++) {
        lines += lines_of(v, l, i);
        groups += ends_group(v, i);
    }
    while (air > 0 && lines + (n - 1) * air > room)
        air--;
    if (lines > room)
        return false;
    l->air = air;
    l->gap = air == 0 && lines + groups <= room;
    l->per_page = n;
    return true;
}

/* Pages on which each choice has the room of the highest. */
static void fit_pages(
    const struct view *v, struct layout *l, int64_t n, int most, int room, int air)
{
    const struct screen *s = view_screen(v);
    int lines = choice_height(&s->body[l->list], s, l->width[l->list]);
    /* Numbered choices beyond the ninth go to a next page anyhow, so those here may have air. */
    int64_t shown = n > most ? most - 1 : n, more = n > most ? 1 : 0;
    while (air > 0 && shown * (lines + air) + more > room + air)
        air--;
    l->air = air;
    int fit = (room + air) / (lines + air);
    l->per_page = fit > most ? most : fit;
    if (n > l->per_page) { /* a line for "more", and 9 to press for it */
        fit = (room - 1) / (lines + air);
        l->per_page = digits_pick(s) && fit > 8 ? 8 : fit;
    }
    if (l->per_page < 1)
        l->per_page = 1;
}

static bool has_kind(const struct screen *s, enum widget_kind kind)
{
    return screen_widget(s, kind) != NULL;
}

/* How many choices fit, and how much air stands between them. The lines of a map join. */
static void fit_list(const struct view *v, struct layout *l)
{
    const struct screen *s = view_screen(v);
    int64_t n = list_length(s, v->state, v->rows);
    int lines = choice_height(&s->body[l->list], s, l->width[l->list]);
    int room = l->height[l->list] - l->heading, air = v->height >= 36 && lines == 1 ? 2 : 1;
    if (has_kind(s, WIDGET_here))
        air = 0;
    int most = digits_pick(s) ? 9 : 1000;
    if (n < 1 || n > 9 || !fit_whole(v, l, (int)n, room, air))
        fit_pages(v, l, n, most, room, air);
}

/* Lines that the list really uses: what follows it stands near it. */
static int list_used(const struct view *v, const struct layout *l)
{
    int64_t n = list_length(view_screen(v), v->state, v->rows);
    int used = n > l->per_page ? INT_MAX : l->heading + choice_top(v, l, n);
    return used > l->height[l->list] ? l->height[l->list] : used;
}

static bool has_list(const struct layout *l, const struct column *c)
{
    for (int k = 0; k < c->count; k++)
        if (c->index[k] == l->list)
            return true;
    return false;
}

static int fixed_height(const struct view *v, struct layout *l, const struct column *c, int i)
{
    const struct widget *w = &view_screen(v)->body[i];
    l->col[i] = c->col;
    l->width[i] = c->width;
    if (w->kind == WIDGET_list)
        return list_least(v, l, w);
    if (w->kind == WIDGET_article || w->kind == WIDGET_poster)
        return l->bottom - l->top;
    return natural_height(v, c->width, w);
}

/* Where a line or two of air between the widgets are all that does not fit, a card that has air of
 * its own gives that for it: it draws itself close when it has not the room for it. */
static void give_air(const struct view *v, struct layout *l, const struct column *c, int room)
{
    const struct screen *s = view_screen(v);
    int first = c->count ? c->index[0] : 0, over = sum(s, l, c, 1) - room;
    if (v->height >= 24 && c->count > 1 && s->body[first].kind == WIDGET_card && over > 0 &&
        over <= card_air(v, &s->body[first]) &&
        l->height[first] == natural_height(v, c->width, &s->body[first]))
        l->height[first] -= over;
}

static void place(const struct view *v, struct layout *l, const struct column *c)
{
    const struct screen *s = view_screen(v);
    int room = l->bottom - l->top, row = l->top;
    for (int k = 0; k < c->count; k++)
        l->height[c->index[k]] = fixed_height(v, l, c, c->index[k]);
    squeeze(s, l, c, room);
    give_air(v, l, c, room);
    int air = sum(s, l, c, 1) <= room ? 1 : 0;
    if (has_list(l, c)) {
        l->height[l->list] += room - sum(s, l, c, air);
        fit_list(v, l);
    }
    for (int k = 0; k < c->count; k++) {
        int i = c->index[k];
        l->row[i] = row;
        row += i == l->list ? list_used(v, l) : l->height[i];
        row += air_after(s, l, c, k, air);
    }
}

/* ---- columns ---- */

/* Whether widget i stands on the right of a wide terminal. */
static bool stands_right(const struct screen *s, const struct layout *l, int i)
{
    if (has_kind(s, WIDGET_facets))
        return s->body[i].kind == WIDGET_facets;
    return l->list == 0 ? i > 0 : i == l->list;
}

static void share_out(const struct view *v, const struct layout *l, struct column column[2])
{
    const struct screen *s = view_screen(v);
    int width = v->cols - 2 * l->margin;
    bool two = v->cols >= WIDE && l->list >= 0 && s->body_count > 1 && !has_kind(s, WIDGET_here);
    column[0] = (struct column){.col = l->margin, .width = two ? width - SIDE - COLUMN_GAP : width};
    column[1] = (struct column){.col = l->margin + width - SIDE, .width = SIDE};
    for (int i = 0; i < s->body_count; i++) {
        struct column *c = &column[two && stands_right(s, l, i)];
        c->index[c->count++] = i;
    }
}

static void count_pages(const struct view *v, struct layout *l, int i)
{
    struct pen p = {.width = l->width[i], .end = INT_MAX};
    article_draw(&p, v, view_rows(v, view_screen(v)->body[i].source));
    int per = l->bottom - l->top;
    l->pages = p.row > per ? (p.row + per - 1) / per : 1;
}

void layout_make(const struct view *v, struct layout *l)
{
    const struct screen *s = view_screen(v);
    struct column column[2];
    *l = (struct layout){.list = -1, .per_page = 1, .pages = 1};
    l->margin = view_margin(v);
    l->top = v->height >= 36 ? 5 : 2;
    l->bottom = v->height - (v->height < 22 ? 2 : 3);
    if (l->bottom <= l->top) /* too small to be drawn, but it is measured */
        l->bottom = l->top + 1;
    for (int i = 0; i < s->body_count; i++)
        if (s->body[i].kind == WIDGET_list)
            l->list = i;
    share_out(v, l, column);
    place(v, l, &column[0]);
    place(v, l, &column[1]);
    for (int i = 0; i < s->body_count; i++)
        if (s->body[i].kind == WIDGET_article)
            count_pages(v, l, i);
}

void view_measure(const struct view *v, struct geometry *g)
{
    struct layout l;
    text_speak(v->state->language);
    layout_make(v, &l);
    g->per_page = l.per_page;
    g->pages = l.pages;
}
