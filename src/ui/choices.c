/* SPDX-License-Identifier: EUPL-1.2 */
/* What can be chosen from a list: static items, and rows by their type. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "ui/format.h"
#include "ui/parts.h"

#define FAR 270   /* days from which on a day and a month could be taken for this year's */
#define BESIDE 32 /* column of what stands beside a choice */

static bool has_note(const struct item *items, int count)
{
    for (int i = 0; i < count; i++)
        if (items[i].note[0])
            return true;
    return false;
}

static bool job_has_second_line(enum query query)
{
    return query == QUERY_steps || query == QUERY_ways_in;
}

static int row_lines(const struct widget *w, const struct screen *s, int width)
{
    bool narrow = width < NARROW;
    switch (vocab_queries[s->data[w->source].query].type) {
    case TYPE_HIT:
    case TYPE_TICKET:
    case TYPE_LOOK:
        return narrow ? 3 : 2;
    case TYPE_ABILITY:
        return 2;
    case TYPE_JOB:
        return narrow && job_has_second_line(s->data[w->source].query) ? 2 : 1;
    case TYPE_NOTICE:
        return narrow ? 4 : 2;
    case TYPE_RUN:
        return narrow ? 2 : 1;
    default:
        return 1;
    }
}

int choice_lines(const struct widget *w, const struct screen *s, struct choice choice, int width)
{
    if (choice.item)
        return width < NARROW && choice.item->note[0] ? 2 : 1;
    return row_lines(w, s, width);
}

int choice_height(const struct widget *w, const struct screen *s, int width)
{
    bool notes = has_note(w->before, w->before_count) || has_note(w->after, w->after_count);
    int items = width < NARROW && notes ? 2 : 1, rows = w->source < 0 ? 1 : row_lines(w, s, width);
    return items > rows ? items : rows;
}

/* Adds ", " or the like between parts that are there. */
static void join(struct phrase *p, const char *between, const char *part)
{
    size_t len = strlen(p->text);
    if (*part)
        snprintf(p->text + len, sizeof(p->text) - len, "%s%s", len ? between : "", part);
}

static struct phrase next_day(const struct record *hit, int64_t today)
{
    struct phrase p;
    int64_t start = record_number(hit, HIT_start);
    if (start != NO_NUMBER)
        return start - today < FAR ? format_day(start) : format_date(start);
    snprintf(p.text, sizeof(p.text), "%s", _("no fixed date"));
    return p;
}

static struct phrase next_date(const struct record *hit, int64_t today)
{
    struct phrase p, day = next_day(hit, today);
    const char *place = record_text(hit, HIT_place);
    if (record_number(hit, HIT_start) == NO_NUMBER)
        return day;
    if (*place)
        /* TRANSLATORS: a day, a town */
        snprintf(p.text, sizeof(p.text), _("starts %s in %s"), day.text, place);
    else
        snprintf(p.text, sizeof(p.text), _("starts %s"), day.text);
    return p;
}

static void hit_wide(struct pen *p, const struct record *h, int64_t today)
{
    struct phrase right = format_length(record_number(h, HIT_days), record_number(h, HIT_hours));
    struct phrase price = format_money(record_number(h, HIT_price)), line;
    struct phrase under = next_date(h, today);
    snprintf(line.text, sizeof(line.text), "%s   %10s", right.text, price.text);
    pen_sides(p, STYLE_STRONG, record_text(h, HIT_title), STYLE_PLAIN, line.text);
    if (record_number(h, HIT_start) != NO_NUMBER)
        join(&under, ", ", format_seats(record_number(h, HIT_seats_left)).text);
    /* Whether there is a seat matters more than whose course it is: the provider gives way. */
    struct phrase provider = {""};
    int room = p->width - utf8_width(under.text) - 2;
    const char *name = record_text(h, HIT_provider);
    if (utf8_width(name) <= room)
        snprintf(provider.text, sizeof(provider.text), "%s", name);
    pen_sides(p, STYLE_DIM, under.text, STYLE_DIM, provider.text);
}

static void hit_narrow(struct pen *p, const struct record *h, int64_t today)
{
    struct phrase line = format_money(record_number(h, HIT_price)), when = next_day(h, today);
    int before = p->row;
    pen_wrap(p, STYLE_STRONG, record_text(h, HIT_title), 2);
    join(&line, "  ", format_length(record_number(h, HIT_days), record_number(h, HIT_hours)).text);
    join(&when, ", ", record_text(h, HIT_place));
    if (p->row - before < 2)
        pen_line(p, STYLE_DIM, when.text);
    pen_line(p, STYLE_DIM, line.text);
}

static void run_choice(struct pen *p, const struct record *r)
{
    struct phrase when = format_dates(record_number(r, RUN_start), record_number(r, RUN_end));
    struct phrase line = {""};
    join(&line, "", record_text(r, RUN_place));
    join(&line, ", ", format_seats(record_number(r, RUN_seats_left)).text);
    if (p->width < NARROW) {
        pen_line(p, STYLE_PLAIN, when.text);
        pen_line(p, STYLE_DIM, line.text);
        return;
    }
    struct pen right = *p;
    right.col += BESIDE;
    right.width -= BESIDE;
    pen_line(&right, STYLE_DIM, line.text);
    pen_line(p, STYLE_PLAIN, when.text);
}

static void facet_choice(struct pen *p, const struct view *v, const struct record *f)
{
    const struct screen *s = view_screen(v);
    int64_t facet = record_number(f, FACET_facet), count = record_number(f, FACET_count);
    bool overview = screen_widget(s, WIDGET_list)->source >= 0 &&
                    s->data[screen_widget(s, WIDGET_list)->source].query == QUERY_facets;
    struct phrase value = facet_value_word(facet, record_text(f, FACET_label)), right = {""};
    if (overview) {
        pen_sides(p, STYLE_PLAIN, facet_word(facet),
            record_text(f, FACET_label)[0] ? STYLE_STRONG : STYLE_DIM, value.text);
        return;
    }
    if (count != NO_NUMBER)
        right = format_number(count);
    bool chosen =
        record_number(f, FACET_chosen) == 1 && state_frame_const(v->state)->param[PARAM_facet][0];
    if (chosen)
        snprintf(right.text, sizeof(right.text), _("chosen   %s"), format_number(count).text);
    pen_sides(p, chosen ? STYLE_STRONG : STYLE_PLAIN, value.text, STYLE_DIM, right.text);
}

static void language_choice(struct pen *p, const struct record *l)
{
    bool chosen = record_number(l, LANGUAGE_chosen) == 1;
    pen_sides(p, chosen ? STYLE_STRONG : STYLE_PLAIN, record_text(l, LANGUAGE_name), STYLE_DIM,
        chosen ? _("chosen") : "");
}

static void row_choice(
    struct pen *p, const struct view *v, const struct rowset *rs, int i, enum query query)
{
    const struct record *r = &rs->rows[i];
    if (r->type == type_get(TYPE_HIT) && p->width < NARROW)
        hit_narrow(p, r, date_from_instant(v->now));
    else if (r->type == type_get(TYPE_HIT))
        hit_wide(p, r, date_from_instant(v->now));
    else if (r->type == type_get(TYPE_RUN))
        run_choice(p, r);
    else if (r->type == type_get(TYPE_FACET))
        facet_choice(p, v, r);
    else if (r->type == type_get(TYPE_TICKET))
        ticket_choice(p, v, r, query);
    else if (r->type == type_get(TYPE_JOB))
        job_choice(p, v, rs, i, query);
    else if (r->type == type_get(TYPE_ABILITY))
        ability_choice(p, r, date_from_instant(v->now));
    else if (r->type == type_get(TYPE_LANGUAGE))
        language_choice(p, r);
    else if (!people_choice(p, r))
        BUG("no list of %s", r->type->name);
}

static void item_choice(struct pen *p, const struct item *item)
{
    if (p->width < NARROW || !item->note[0]) {
        pen_line(p, STYLE_PLAIN, _(item->text));
        if (item->note[0])
            pen_line(p, STYLE_DIM, _(item->note));
        return;
    }
    struct pen right = *p;
    right.col += BESIDE;
    right.width -= BESIDE;
    pen_line(&right, STYLE_DIM, _(item->note));
    pen_line(p, STYLE_PLAIN, _(item->text));
}

void choice_draw(struct pen *p, const struct view *v, const struct widget *w, struct choice choice)
{
    if (choice.item) {
        item_choice(p, choice.item);
        return;
    }
    const struct rowset *rs = view_rows(v, w->source);
    if (rs && choice.row >= rs->first && choice.row < rs->first + rs->count)
        row_choice(p, v, rs, (int)(choice.row - rs->first), view_screen(v)->data[w->source].query);
}
