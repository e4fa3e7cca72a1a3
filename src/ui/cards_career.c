/* SPDX-License-Identifier: EUPL-1.2 */
/* Occupations: the card, the beginning of a map, and rows of lists. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/career_words.h"
#include "ui/parts.h"

#define BOX_AIR 2     /* cells on both sides of a name in its box */
#define BRANCH_COL 18 /* where the names of a map begin */
#define FACT_LINES 3  /* of one fact on a card */

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

void career_card(struct pen *p, const struct record *card)
{
    int width = label_width(p);
    struct phrase checked = {""};
    int64_t day = record_number(card, CARD_checked);
    pen_wrap(p, STYLE_STRONG, record_text(card, CARD_label), 2);
    pen_line(p, STYLE_DIM, rung_words(card).text);
    pen_skip(p, 1);
    pen_fact(p, width, _("You do"), record_text(card, CARD_does), FACT_LINES);
    pen_fact(p, width, _("A day"), record_text(card, CARD_day), FACT_LINES);
    pen_fact(p, width, _("Changes"), record_text(card, CARD_change), FACT_LINES);
    pen_fact(p, width, _("Talk to"), record_text(card, CARD_talk), 2);
    if (day != NO_NUMBER)
        snprintf(checked.text, sizeof(checked.text), _("Checked on %s."), format_date(day).text);
    pen_line(p, STYLE_DIM, checked.text);
    if (*record_text(card, CARD_credit))
        pen_wrap(p, STYLE_DIM, record_text(card, CARD_credit), 2);
}

/* A line of a box: an end, `fill` in between, an end. */
static void box_line(
    struct pen *p, const char *left, const char *fill, const char *right, int width)
{
    struct buf line = BUF_INIT(LIM_LINE);
    buf_puts(&line, left);
    for (int i = 0; i < width; i++)
        buf_puts(&line, fill);
    buf_puts(&line, right);
    pen_line(p, STYLE_STRONG, line.p);
    buf_release(&line);
}

static void box_name(struct pen *p, const struct record *card, const char *side, const char *beside)
{
    const char *name = record_text(card, CARD_label);
    int row = p->row, width = utf8_width(name) + 2 * BOX_AIR;
    struct phrase line;
    snprintf(line.text, sizeof(line.text), "%s %*s%.120s%*s%s", side, BOX_AIR - 1, "", name,
        BOX_AIR, "", side);
    pen_line(p, STYLE_STRONG, line.text);
    if (p->canvas && row < p->end && p->width > width + 4 + utf8_width(beside))
        canvas_text(p->canvas, row, p->col + width + 4, p->width - width - 4, STYLE_DIM, beside);
}

/* The box from which the branches of the map below come. */
void here_draw(struct pen *p, const struct view *v, const struct rowset *rs)
{
    if (!rs || rs->count == 0)
        return;
    const struct record *card = &rs->rows[0];
    int width = utf8_width(record_text(card, CARD_label)) + 2 * BOX_AIR;
    struct phrase rung = rung_words(card);
    if (v->ascii) {
        box_line(p, "+", "-", "+", width);
        box_name(p, card, "|", rung.text);
        box_line(p, "+", "-", "+", width);
        return;
    }
    box_line(p, "┌", "─", "┐", width);
    box_name(p, card, "│", rung.text);
    box_line(p, "└", "─", "┘", width);
}

/* ---- rows ---- */

/* What the step takes, as short as a row is. */
static struct phrase short_cost(const struct record *job)
{
    struct phrase p = {""}, days = {""};
    int64_t months = record_number(job, JOB_months), off = record_number(job, JOB_days_off);
    if (months == NO_NUMBER)
        return p;
    if (off > 0)
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

/* "├─ up ───" before the first of a branch, "│" before the others; the last one is a corner. */
static void branch_draw(struct pen *p, const struct view *v, const struct rowset *rs, int i)
{
    bool first = !same_branch(rs, i, i - 1);
    bool last = rs->first + rs->count == rs->total && !same_branch(rs, i, i + 1);
    for (int j = i + 1; last && j < rs->count; j++)
        last = same_branch(rs, i, j);
    const char *tee = v->ascii ? "+- " : "├─ ", *corner = v->ascii ? "`- " : "└─ ";
    const char *line = v->ascii ? "|" : "│";
    if (!p->canvas || p->row >= p->end)
        return;
    if (!first) {
        if (rs->first + i < rs->total - 1 && !last)
            canvas_text(p->canvas, p->row, p->col, 1, STYLE_DIM, line);
        return;
    }
    canvas_text(p->canvas, p->row, p->col, 3, STYLE_DIM, last ? corner : tee);
    canvas_text(p->canvas, p->row, p->col + 3, BRANCH_COL - 4, STYLE_DIM,
        branch_word(record_number(&rs->rows[i], JOB_direction)));
}

static void map_choice(struct pen *p, const struct view *v, const struct rowset *rs, int i)
{
    const struct record *job = &rs->rows[i];
    struct pen at = *p;
    branch_draw(&at, v, rs, i);
    at.col += BRANCH_COL;
    at.width -= BRANCH_COL;
    pen_sides(&at, STYLE_PLAIN, record_text(job, JOB_label), STYLE_DIM,
        at.width < NARROW / 2 ? "" : short_cost(job).text);
    p->row = at.row;
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
    if (query == QUERY_ladders) {
        int64_t n = record_number(job, JOB_count);
        snprintf(beside.text, sizeof(beside.text), P_("%lld job", "%lld jobs", (long long)n),
            (long long)n);
        pen_sides(p, STYLE_PLAIN, record_text(job, JOB_ladder), STYLE_DIM, beside.text);
        return;
    }
    if (query == QUERY_ways_in)
        beside = short_cost(job);
    else if (query == QUERY_ladder)
        snprintf(beside.text, sizeof(beside.text), _("step %lld"),
            (long long)record_number(job, JOB_rung));
    else
        snprintf(beside.text, sizeof(beside.text), "%.120s", record_text(job, JOB_ladder));
    pen_sides(p, STYLE_PLAIN, record_text(job, JOB_label), STYLE_DIM, beside.text);
}

/* What one learns, and where that starts next. */
void ability_choice(struct pen *p, const struct record *a, int64_t today)
{
    struct phrase under = {""};
    const char *title = record_text(a, ABILITY_title);
    int64_t start = record_number(a, ABILITY_start);
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
