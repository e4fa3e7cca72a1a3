/* SPDX-License-Identifier: EUPL-1.2 */
/* One thing, field by field. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/format.h"
#include "ui/parts.h"

#define FACT_LINES 2 /* of one fact on a card; the article has it whole */

/* What a card says of a course: what each thing is called and what it is, as long as it is. */
struct facts {
    struct arena mem;
    struct {
        const char *label, *value;
    } at[8];
    int count;
};

static void add(struct facts *f, const char *label, const char *value)
{
    f->at[f->count].label = label;
    f->at[f->count++].value = arena_strdup(&f->mem, value);
}

static void add_list(struct facts *f, const char *label, const char *list)
{
    struct buf text = BUF_INIT(2 * LIM_LINE);
    size_t len;
    const char *e;
    for (int i = 0; (e = list_element(list, i, &len)); i++) {
        buf_puts(&text, i ? ", " : "");
        buf_add(&text, e, len);
    }
    add(f, label, text.p);
    buf_release(&text);
}

static struct phrase plain(const char *s)
{
    struct phrase p;
    snprintf(p.text, sizeof(p.text), "%s", s);
    return p;
}

/* "€ 1.290   as of 02:14" : a price without its date is no price. */
static struct phrase priced(const struct record *course, const struct record *source, int64_t now)
{
    struct phrase p = {""}, money = format_money(record_number(course, COURSE_price));
    if (!money.text[0])
        return plain(_("ask the school"));
    if (!source)
        return money;
    /* TRANSLATORS: a price, and the time or day when it was read */
    snprintf(p.text, sizeof(p.text), _("%s (as of %s)"), money.text,
        format_seen(record_number(source, SOURCE_checked), now).text);
    return p;
}

static struct phrase long_length(const struct record *course)
{
    struct phrase p = {""};
    struct phrase days = format_length(record_number(course, COURSE_days), NO_NUMBER);
    struct phrase hours = format_length(NO_NUMBER, record_number(course, COURSE_hours));
    snprintf(p.text, sizeof(p.text), "%s%s%s", days.text, days.text[0] && hours.text[0] ? ", " : "",
        hours.text);
    return p;
}

static struct phrase validity(int64_t months)
{
    struct phrase p;
    if (months % 12 == 0)
        snprintf(p.text, sizeof(p.text),
            P_("%lld year valid", "%lld years valid", (long long)(months / 12)),
            (long long)(months / 12));
    else
        snprintf(p.text, sizeof(p.text),
            P_("%lld month valid", "%lld months valid", (long long)months), (long long)months);
    return p;
}

static void add_certificate(struct facts *f, const struct record *course)
{
    struct buf text = BUF_INIT(2 * LIM_TEXT);
    const char *name = record_text(course, COURSE_certificate);
    int64_t months = record_number(course, COURSE_valid_months);
    buf_puts(&text, name);
    if (*name && months != NO_NUMBER && months > 0)
        buf_printf(&text, ", %s", validity(months).text);
    add(f, _("You get"), text.p);
    buf_release(&text);
}

static struct phrase exam(const struct record *course)
{
    struct phrase p = format_languages(record_text(course, COURSE_exam_languages));
    size_t len = strlen(p.text);
    if (p.text[0] && record_number(course, COURSE_read_aloud) == 1)
        snprintf(p.text + len, sizeof(p.text) - len, "; %s", _("can be read aloud"));
    return p;
}

/* What decides comes first. The caller ends it with arena_release(). */
static struct facts course_facts(const struct record *c, const struct record *source, int64_t now)
{
    struct facts f = {0};
    add(&f, _("Price"), priced(c, source, now).text);
    add(&f, _("How long"), long_length(c).text);
    add(&f, _("How you learn"), form_word(record_number(c, COURSE_form)));
    add_list(&f, _("You learn"), record_text(c, COURSE_skills));
    add(&f, _("You need"), record_text(c, COURSE_requirements));
    add_certificate(&f, c);
    add(&f, _("Lessons in"), format_languages(record_text(c, COURSE_language)).text);
    add(&f, _("Exam in"), exam(c).text);
    return f;
}

int label_width(const struct pen *p)
{
    return p->width < NARROW ? 14 : 17;
}

/* Whether as much of a fact as a card shows still fits above the pen's end. */
static bool fits(const struct pen *p, const char *value)
{
    int height = wrap_height(value, p->width - label_width(p));
    return p->row + (height < FACT_LINES ? height : FACT_LINES) <= p->end;
}

static void course_lines(struct pen *p, const struct view *v, const struct record *c,
    const struct record *source, int air)
{
    pen_wrap(p, STYLE_STRONG, record_text(c, COURSE_title), 2);
    pen_line(p, STYLE_DIM, record_text(c, COURSE_provider));
    pen_skip(p, air);
    if (p->end - p->row > 6) {
        pen_wrap(p, STYLE_PLAIN, record_text(c, COURSE_summary), 2);
        pen_skip(p, air);
    }
    struct facts facts = course_facts(c, source, v->now);
    for (int i = 0; i < facts.count; i++)
        if (fits(p, facts.at[i].value))
            pen_fact(p, label_width(p), facts.at[i].label, facts.at[i].value, FACT_LINES);
    arena_release(&facts.mem);
}

static void course_card(
    struct pen *p, const struct view *v, const struct record *c, const struct record *source)
{
    struct pen airy = {.width = p->width, .end = INT_MAX};
    course_lines(&airy, v, c, source, 1);
    course_lines(p, v, c, source, airy.row <= p->end - p->row);
}

static void run_card(struct pen *p, const struct record *run)
{
    struct phrase when = format_dates(record_number(run, RUN_start), record_number(run, RUN_end));
    pen_fact(p, label_width(p), _("When"), when.text, 2);
    pen_fact(p, label_width(p), _("Where"), record_text(run, RUN_place), 2);
    pen_fact(
        p, label_width(p), _("Seats"), format_seats(record_number(run, RUN_seats_left)).text, 1);
}

static const struct record *source_of(const struct rowset *rs)
{
    return rs->count > 1 && rs->rows[1].type == type_get(TYPE_SOURCE) ? &rs->rows[1] : NULL;
}

int card_air(const struct view *v, const struct widget *w)
{
    const struct rowset *rs = view_rows(v, w->source);
    bool ticket = rs && rs->count > 0 && rs->rows[0].type == type_get(TYPE_TICKET);
    return ticket ? TICKET_AIR : 0;
}

void card_draw(struct pen *p, const struct view *v, const struct rowset *rs)
{
    if (!rs || rs->count == 0)
        return;
    const struct record *r = &rs->rows[0];
    if (r->type == type_get(TYPE_COURSE))
        course_card(p, v, r, source_of(rs));
    else if (r->type == type_get(TYPE_RUN))
        run_card(p, r);
    else if (r->type == type_get(TYPE_TICKET))
        ticket_card(p, v, r, view_asks_for(v, rs));
    else if (r->type == type_get(TYPE_PERSON))
        person_card(p, r);
    else if (r->type == type_get(TYPE_MYSELF))
        myself_card(p, r);
    else if (r->type == type_get(TYPE_CARD))
        career_card(p, r);
    else if (r->type == type_get(TYPE_SUMMARY))
        summary_card(p, v, r);
    else
        BUG("no card for %s", r->type->name);
}

void brief_draw(struct pen *p, const struct view *v, const struct rowset *rs)
{
    if (!rs || rs->count == 0)
        return;
    const struct record *c = &rs->rows[0];
    if (c->type == type_get(TYPE_TICKET)) {
        ticket_brief(p, v, c, view_asks_for(v, rs));
        return;
    }
    if (c->type == type_get(TYPE_PERSON)) {
        person_brief(p, v, c);
        return;
    }
    if (c->type == type_get(TYPE_CARD)) {
        job_brief(p, c);
        return;
    }
    pen_wrap(p, STYLE_STRONG, record_text(c, COURSE_title), 2);
    pen_line(p, STYLE_DIM, record_text(c, COURSE_provider));
    pen_skip(p, 1);
    pen_fact(p, label_width(p), _("Price"), priced(c, source_of(rs), v->now).text, 2);
    pen_fact(p, label_width(p), _("How long"), long_length(c).text, 1);
}

void article_draw(struct pen *p, const struct view *v, const struct rowset *rs)
{
    if (!rs || rs->count == 0) {
        pen_wrap(p, STYLE_PLAIN, _("This course is not given any more."), 0);
        return;
    }
    const struct record *c = &rs->rows[0];
    if (c->type == type_get(TYPE_CARD)) {
        job_article(p, c);
        return;
    }
    pen_wrap(p, STYLE_STRONG, record_text(c, COURSE_title), 0);
    pen_wrap(p, STYLE_DIM, record_text(c, COURSE_provider), 0);
    pen_skip(p, 1);
    if (record_text(c, COURSE_description)[0]) {
        pen_wrap(p, STYLE_PLAIN, record_text(c, COURSE_description), 0);
        pen_skip(p, 1);
    }
    struct facts facts = course_facts(c, source_of(rs), v->now);
    for (int i = 0; i < facts.count; i++)
        pen_fact(p, label_width(p), facts.at[i].label, facts.at[i].value, 0);
    arena_release(&facts.mem);
    pen_fact(p, label_width(p), _("Level"), record_text(c, COURSE_level), 0);
    pen_fact(p, label_width(p), _("Crebo"), record_text(c, COURSE_crebo), 0);
    pen_fact(p, label_width(p), _("Web page"), record_text(c, COURSE_url), 0);
}
