/* SPDX-License-Identifier: EUPL-1.2 */
/* Who stands where, at any size. Rooms are given in this order: the list keeps three choices, what
 * is fixed keeps its height, cards give way, air comes last. */
#include <string.h>

#include "ui/parts.h"

const struct screen *view_screen(const struct view *v)
{
    return state_screen(v->app, v->state);
}

const struct rowset *view_rows(const struct view *v, int source)
{
    return source >= 0 && v->rows ? &v->rows[source] : NULL;
}

static bool gives_way(const struct widget *w)
{
    return w->kind == WIDGET_card || w->kind == WIDGET_keys;
}

static int natural_height(const struct view *v, const struct layout *l, const struct widget *w)
{
    struct pen p = {.width = l->width, .end = 1000};
    widget_draw(&p, v, w);
    return p.row;
}

static int sum(const struct layout *l, const struct screen *s, int air)
{
    int total = 0;
    for (int i = 0; i < s->body_count; i++)
        total += l->height[i] + (l->height[i] && i + 1 < s->body_count ? air : 0);
    return total;
}

/* Takes lines off what gives way until everything fits, from the last card to the first. */
static void squeeze(struct layout *l, const struct screen *s, int room)
{
    for (int i = s->body_count - 1; i >= 0; i--) {
        int over = sum(l, s, 0) - room;
        if (over <= 0)
            return;
        const struct widget *w = &s->body[i];
        if (w->kind == WIDGET_facets)
            l->height[i] = 0;
        else if (gives_way(w))
            l->height[i] = l->height[i] - over > 2 ? l->height[i] - over : i == 0 ? 2 : 0;
    }
}

static int list_choices(const struct view *v, int most)
{
    int64_t n = list_length(view_screen(v), v->state, v->rows);
    return n < most ? (int)n : most;
}

/* The list takes what is left: how many choices fit, and whether there is air between them. */
static void fit_list(const struct view *v, struct layout *l, int height)
{
    const struct screen *s = view_screen(v);
    const struct widget *w = &s->body[l->list];
    int64_t n = list_length(s, v->state, v->rows);
    int lines = choice_height(w, s, l->width), room = height - l->heading;
    int most = digits_pick(s) ? 9 : 1000;
    bool airy = n * (lines + 1) <= room + 1 && n <= most;
    l->choice = airy ? lines + 1 : lines;
    int fit = (room + (airy ? 1 : 0)) / l->choice;
    l->per_page = fit > most ? most : fit;
    if (n > l->per_page) { /* a line for "more", and 9 to press for it */
        fit = (room - 1) / l->choice;
        l->per_page = digits_pick(s) && fit > 8 ? 8 : fit;
    }
    if (l->per_page < 1)
        l->per_page = 1;
}

static void place(const struct view *v, struct layout *l)
{
    const struct screen *s = view_screen(v);
    int room = l->bottom - l->top, list_least = 0;
    if (l->list >= 0) {
        const struct widget *w = &s->body[l->list];
        struct pen p = {.width = l->width, .end = 1000};
        list_heading(&p, v, w);
        l->heading = p.row;
        list_least = l->heading + list_choices(v, 3) * choice_height(w, s, l->width);
        if (list_choices(v, 1) == 0)
            list_least = l->heading + 2;
        l->height[l->list] = list_least;
    }
    squeeze(l, s, room);
    int air = sum(l, s, 1) <= room ? 1 : 0;
    int row = l->top;
    if (l->list >= 0)
        l->height[l->list] += room - sum(l, s, air);
    for (int i = 0; i < s->body_count; i++) {
        l->row[i] = row;
        row += l->height[i] + (l->height[i] ? air : 0);
    }
    if (l->list >= 0)
        fit_list(v, l, l->height[l->list]);
}

/* A list that is not alone is only as high as its choices, so that what follows stands near it. */
static void pull_up(const struct view *v, struct layout *l)
{
    const struct screen *s = view_screen(v);
    if (l->list < 0 || l->list + 1 >= s->body_count)
        return;
    int64_t n = list_length(s, v->state, v->rows);
    if (n > l->per_page)
        return;
    int used = l->heading + (int)n * l->choice + 1, saved = l->height[l->list] - used;
    for (int i = l->list + 1; saved > 0 && i < s->body_count; i++)
        l->row[i] -= saved;
}

void layout_make(const struct view *v, struct layout *l)
{
    const struct screen *s = view_screen(v);
    *l = (struct layout){.list = -1, .per_page = 1, .pages = 1, .choice = 1};
    l->col = v->cols < NARROW ? 2 : v->cols >= WIDE ? 8 : 3;
    l->width = v->cols - 2 * l->col;
    if (l->width > 104)
        l->width = 104;
    l->top = v->height < 22 ? 2 : v->height >= 36 ? 4 : 2;
    l->bottom = v->height - (v->height < 22 ? 2 : 3);
    for (int i = 0; i < s->body_count; i++) {
        const struct widget *w = &s->body[i];
        if (w->kind == WIDGET_list)
            l->list = i;
        else if (w->kind == WIDGET_article || w->kind == WIDGET_poster)
            l->height[i] = l->bottom - l->top;
        else
            l->height[i] = natural_height(v, l, w);
        if (w->kind == WIDGET_article) {
            struct pen p = {.width = l->width, .end = 10000};
            article_draw(&p, v, view_rows(v, w->source));
            int per = l->bottom - l->top;
            l->pages = p.row > per ? (p.row + per - 1) / per : 1;
        }
    }
    place(v, l);
    pull_up(v, l);
}

void view_measure(const struct view *v, struct geometry *g)
{
    struct layout l;
    text_speak(v->state->language);
    layout_make(v, &l);
    g->per_page = l.per_page;
    g->pages = l.pages;
}
