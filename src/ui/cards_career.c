/* SPDX-License-Identifier: EUPL-1.2 */
/* Occupations: the card, the beginning of a map, and rows of lists. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/career_words.h"
#include "ui/parts.h"

#define BOX_AIR 2     /* cells on both sides of a name in its box */
#define TRUNK_COL 5   /* where the branches of a map come out of its box */
#define BRANCH_COL 16 /* where the names of a map begin */
#define BRANCH_NARROW 3
#define MAP_WIDEST 60 /* cells of a name and what the step takes: they stand near each other */
#define ROW_WIDEST 72 /* the same of a name and what stands beside it in a list */
#define FACT_LINES 3  /* of one fact on a card */
#define DOES_LINES 5  /* of what one does, where a card has room for nothing else */

/* "Welding, step 3" */
static struct phrase rung_words(const struct record *card)
{
    struct phrase p = {""};
    int64_t rung = record_number(card, CARD_rung);
    const char *ladder = record_text(card, CARD_ladder);
    if (rung == NO_NUMBER || rung == 0)
        snprintf(p.text, sizeof(p.text), "%.120s", ladder);
    else
        /* TRANSLATORS: a branch of the trade, and how high an occupation stands in it */
        snprintf(p.text, sizeof(p.text), _("%.120s, step %lld"), ladder, (long long)rung);
    return p;
}

static void card_facts(struct pen *p, const struct record *card, int most)
{
    int width = label_width(p);
    pen_fact(p, width, _("You do"), record_text(card, CARD_does), most);
    pen_fact(p, width, _("A day"), record_text(card, CARD_day), most);
    pen_fact(p, width, _("Changes"), record_text(card, CARD_change), most);
    pen_fact(p, width, _("Talk to"), record_text(card, CARD_talk), most);
}

static void checked_line(struct pen *p, const struct record *card)
{
    struct phrase line;
    int64_t day = record_number(card, CARD_checked);
    if (day == NO_NUMBER)
        return;
    snprintf(line.text, sizeof(line.text), _("Checked on %s."), format_date(day).text);
    pen_line(p, STYLE_DIM, line.text);
}

void job_brief(struct pen *p, const struct record *card)
{
    pen_wrap(p, STYLE_STRONG, record_text(card, CARD_label), 2);
    pen_line(p, STYLE_DIM, rung_words(card).text);
}

/* A narrow card says what one does; the rest is a key away. */
void career_card(struct pen *p, const struct record *card)
{
    job_brief(p, card);
    pen_skip(p, 1);
    if (p->width < NARROW)
        pen_wrap(p, STYLE_PLAIN, record_text(card, CARD_does), DOES_LINES);
    else
        card_facts(p, card, FACT_LINES);
    checked_line(p, card);
    pen_wrap(p, STYLE_DIM, record_text(card, CARD_credit), 2);
}

/* With the codes by which others know it. */
void job_article(struct pen *p, const struct record *card)
{
    int width = label_width(p);
    job_brief(p, card);
    pen_skip(p, 1);
    card_facts(p, card, 0);
    checked_line(p, card);
    pen_skip(p, 1);
    pen_fact(p, width, _("Crebo"), record_text(card, CARD_crebo), 0);
    pen_fact(p, width, "ESCO", record_text(card, CARD_esco), 0);
    pen_fact(p, width, "ISCO-08", record_text(card, CARD_isco), 0);
    pen_fact(p, width, _("Source"), record_text(card, CARD_source), 0);
    pen_wrap(p, STYLE_DIM, record_text(card, CARD_credit), 0);
}

/* A line of a box: an end, `fill` in between, an end; the branches of a map come out of `trunk`. */
static void box_line(struct pen *p, const char *left, const char *fill, const char *right,
    const char *trunk, int width)
{
    struct buf line = BUF_INIT(LIM_LINE);
    buf_puts(&line, left);
    for (int i = 1; i <= width; i++)
        buf_puts(&line, i == TRUNK_COL ? trunk : fill);
    buf_puts(&line, right);
    pen_line(p, STYLE_STRONG, line.p);
    buf_release(&line);
}

/* Cells within the sides: the name with its air, as far as there is room. */
static int box_width(const struct pen *p, const struct record *card)
{
    int width = utf8_width(record_text(card, CARD_label)) + 2 * BOX_AIR;
    return width + 2 > p->width ? p->width - 2 : width;
}

/* The name between the sides of its box; what stands beside it when there is room. */
static void box_name(struct pen *p, const struct record *card, const char *side, const char *beside)
{
    int row = p->row, width = box_width(p, card);
    struct pen name = {.canvas = p->canvas, .row = row, .end = p->end};
    name.col = p->col + 1 + BOX_AIR;
    name.width = width - 2 * BOX_AIR;
    struct phrase line;
    snprintf(line.text, sizeof(line.text), "%s%*s%s", side, width, "", side);
    pen_line(p, STYLE_STRONG, line.text);
    pen_line(&name, STYLE_STRONG, record_text(card, CARD_label));
    if (p->canvas && row < p->end && p->width > width + 4 + utf8_width(beside))
        canvas_text(p->canvas, row, p->col + width + 4, p->width - width - 4, STYLE_DIM, beside);
}

static bool leads_on(const struct view *v)
{
    const struct widget *list = screen_widget(view_screen(v), WIDGET_list);
    const struct rowset *rs = list ? view_rows(v, list->source) : NULL;
    return rs && rs->total > 0;
}

/* The box from which the branches of the map below come. */
void here_draw(struct pen *p, const struct view *v, const struct rowset *rs)
{
    static const char *const lines[] = {"┌", "─", "┐", "│", "└", "┘", "┬"};
    static const char *const ascii[] = {"+", "-", "+", "|", "+", "+", "+"};
    const char *const *c = v->ascii ? ascii : lines;
    if (!rs || rs->count == 0)
        return;
    const struct record *card = &rs->rows[0];
    int width = box_width(p, card);
    box_line(p, c[0], c[1], c[2], c[1], width);
    box_name(p, card, c[3], rung_words(card).text);
    box_line(p, c[4], c[1], c[5], leads_on(v) ? c[6] : c[1], width);
    struct phrase trunk;
    snprintf(trunk.text, sizeof(trunk.text), "%*s%s", TRUNK_COL, "", leads_on(v) ? c[3] : "");
    pen_line(p, STYLE_DIM, trunk.text);
}

/* ---- rows ---- */

/* What the step takes, as short as a row is. */
static struct phrase short_cost(const struct record *job, bool narrow)
{
    struct phrase p = {""}, days = {""};
    int64_t months = record_number(job, JOB_months), off = record_number(job, JOB_days_off);
    if (months == NO_NUMBER)
        return p;
    if (off > 0 && !narrow)
        snprintf(days.text, sizeof(days.text),
            P_(", %lld lesson day", ", %lld lesson days", (long long)off), (long long)off);
    snprintf(p.text, sizeof(p.text), P_("%lld month%.80s", "%lld months%.80s", (long long)months),
        (long long)months, days.text);
    return p;
}

/* Whether a row of the map begins or ends the branch of its direction. */
static bool same_branch(const struct rowset *rs, int i, int j)
{
    return j >= 0 && j < rs->count &&
           record_number(&rs->rows[i], JOB_direction) == record_number(&rs->rows[j], JOB_direction);
}

/* Whether another branch of the map begins below this row, as far as can be seen. */
static bool goes_on(const struct rowset *rs, int i)
{
    for (int j = i + 1; j < rs->count; j++)
        if (!same_branch(rs, i, j))
            return true;
    return rs->first + rs->count < rs->total;
}

/* The line from the branch above to the one below; `joins`: a branch begins here. */
static void trunk_draw(struct pen *p, const struct view *v, bool joins, bool on, int lines)
{
    const char *tee = v->ascii ? "+- " : "├─ ", *corner = v->ascii ? "`- " : "└─ ";
    const char *line = !on ? "" : v->ascii ? "|" : "│";
    for (int k = 0; p->canvas && k < lines && p->row + k < p->end; k++)
        canvas_text(p->canvas, p->row + k, p->col, 3, STYLE_DIM,
            joins && k == 0 ? on ? tee : corner : line);
}

/* "├─ up" at the first of its direction, "└─ up" at the last; names and costs in columns. */
static void map_wide(struct pen *p, const struct view *v, const struct rowset *rs, int i)
{
    const struct record *job = &rs->rows[i];
    bool first = !same_branch(rs, i, i - 1);
    struct pen at = *p;
    trunk_draw(p, v, first, goes_on(rs, i), 1);
    if (p->canvas && first && p->row < p->end)
        canvas_text(p->canvas, p->row, p->col + 3, BRANCH_COL - 4, STYLE_DIM,
            branch_word(record_number(job, JOB_direction)));
    at.col += BRANCH_COL;
    at.width = at.width - BRANCH_COL < MAP_WIDEST ? at.width - BRANCH_COL : MAP_WIDEST;
    struct phrase cost = short_cost(job, false);
    if (utf8_width(record_text(job, JOB_label)) + 2 + utf8_width(cost.text) > at.width)
        cost = short_cost(job, true); /* a name is cut last of all */
    pen_sides(&at, STYLE_PLAIN, record_text(job, JOB_label), STYLE_DIM, cost.text);
    p->row = at.row;
}

/* "├─ Foreman" with "lead, 18 months" below it. */
static void map_narrow(struct pen *p, const struct view *v, const struct rowset *rs, int i)
{
    const struct record *job = &rs->rows[i];
    struct phrase under;
    struct pen at = *p;
    trunk_draw(p, v, true, rs->first + i + 1 < rs->total, 2);
    at.col += BRANCH_NARROW;
    at.width -= BRANCH_NARROW;
    snprintf(under.text, sizeof(under.text), "%s, %.80s",
        branch_word(record_number(job, JOB_direction)), short_cost(job, true).text);
    pen_line(&at, STYLE_PLAIN, record_text(job, JOB_label));
    pen_line(&at, STYLE_DIM, under.text);
    p->row = at.row;
}

static void map_choice(struct pen *p, const struct view *v, const struct rowset *rs, int i)
{
    if (p->width < NARROW)
        map_narrow(p, v, rs, i);
    else
        map_wide(p, v, rs, i);
}

void job_choice(
    struct pen *p, const struct view *v, const struct rowset *rs, int i, enum query query)
{
    const struct record *job = &rs->rows[i];
    struct phrase beside = {""};
    if (query == QUERY_steps) {
        map_choice(p, v, rs, i);
        return;
    }
    p->width = p->width < ROW_WIDEST ? p->width : ROW_WIDEST;
    if (query == QUERY_ladders) {
        int64_t n = record_number(job, JOB_count);
        snprintf(beside.text, sizeof(beside.text), P_("%lld job", "%lld jobs", (long long)n),
            (long long)n);
        pen_sides(p, STYLE_PLAIN, record_text(job, JOB_ladder), STYLE_DIM, beside.text);
        return;
    }
    if (query == QUERY_ways_in)
        beside = short_cost(job, false);
    else if (query == QUERY_ladder)
        snprintf(beside.text, sizeof(beside.text), _("step %lld"),
            (long long)record_number(job, JOB_rung));
    else
        snprintf(beside.text, sizeof(beside.text), "%.120s", record_text(job, JOB_ladder));
    if (p->width >= NARROW) {
        pen_sides(p, STYLE_PLAIN, record_text(job, JOB_label), STYLE_DIM, beside.text);
        return;
    }
    pen_line(p, STYLE_PLAIN, record_text(job, JOB_label));
    if (query == QUERY_ways_in)
        pen_line(p, STYLE_DIM, beside.text);
}

/* What one learns, and where that starts next. */
void ability_choice(struct pen *p, const struct record *a, int64_t today)
{
    struct phrase under = {""};
    const char *title = record_text(a, ABILITY_title);
    int64_t start = record_number(a, ABILITY_start);
    p->width = p->width < ROW_WIDEST ? p->width : ROW_WIDEST;
    pen_sides(p, STYLE_PLAIN, record_text(a, ABILITY_label), STYLE_DIM,
        p->width < NARROW ? "" : level_words(record_number(a, ABILITY_level)));
    if (!*title)
        snprintf(under.text, sizeof(under.text), "%s", _("Learn it at work, from a colleague."));
    else if (start == NO_NUMBER)
        snprintf(under.text, sizeof(under.text), "%.150s", title);
    else
        snprintf(under.text, sizeof(under.text), "%s, %.120s",
            start - today < 270 ? format_day(start).text : format_date(start).text, title);
    pen_line(p, STYLE_DIM, under.text);
}
