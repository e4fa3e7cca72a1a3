/* SPDX-License-Identifier: EUPL-1.2 */
/* A request: its card for the worker and for who decides, and its lines in a list. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/number.h"
#include "model/request.h"
#include "ui/format.h"
#include "ui/parts.h"
#include "ui/request_words.h"

/* The query that found these rows: it says whose eyes they are for. */
enum query view_asks_for(const struct view *v, const struct rowset *rs)
{
    const struct screen *s = view_screen(v);
    for (int d = 0; d < s->data_count; d++)
        if (view_rows(v, d) == rs)
            return s->data[d].query;
    return QUERY_ticket;
}

static bool decides(enum query query)
{
    return query == QUERY_inbox || query == QUERY_matter || query == QUERY_attending ||
           query == QUERY_proposals;
}

/* Only what fits: half a fact is none. */
static void fact_lines(struct pen *p, const char *label, const char *value, int most)
{
    int height = wrap_height(value, p->width - label_width(p));
    if (p->row + (height < most ? height : most) <= p->end)
        pen_fact(p, label_width(p), label, value, most);
}

static void fact(struct pen *p, const char *label, const char *value)
{
    fact_lines(p, label, value, 2);
}

static void quoted(struct pen *p, const char *label, const char *words)
{
    struct phrase q = {""};
    if (!*words)
        return;
    snprintf(q.text, sizeof(q.text), "\"%.190s\"", words);
    fact_lines(p, label, q.text, 4);
}

static struct phrase day_of(int64_t instant)
{
    return format_day(date_from_instant(instant));
}

/* The day that a no names. */
static struct phrase instead_words(int64_t day)
{
    struct phrase p = {""};
    if (day == NO_OTHER_DAY)
        snprintf(p.text, sizeof(p.text), "%s", _("none is known"));
    else if (day != NO_NUMBER)
        p = format_date(day);
    return p;
}

static struct phrase when_where(const struct record *t)
{
    struct phrase when = {""};
    int64_t start = record_number(t, TICKET_start);
    if (start != NO_NUMBER)
        snprintf(when.text, sizeof(when.text), "%s%s%s", format_date(start).text,
            record_text(t, TICKET_town)[0] ? ", " : "", record_text(t, TICKET_town));
    else
        snprintf(when.text, sizeof(when.text), "%s",
            record_text(t, TICKET_run)[0] ? _("a date that is not offered any more")
                                          : _("any date"));
    return when;
}

static struct phrase seats_then(const struct record *t, int64_t now)
{
    struct phrase p = format_seats(record_number(t, TICKET_seats_left)), seats = p;
    int64_t checked = record_number(t, TICKET_checked);
    if (seats.text[0] && checked != NO_NUMBER)
        snprintf(
            p.text, sizeof(p.text), _("%s (as of %s)"), seats.text, format_seen(checked, now).text);
    return p;
}

/* "your supervisor, since di 24 nov" */
static struct phrase holder_since(const struct record *t)
{
    struct phrase p = {""}, since = day_of(record_number(t, TICKET_since));
    const size_t n = sizeof(p.text);
    /* TRANSLATORS: here and in the next three: a day */
    switch (record_number(t, TICKET_holder)) {
    case HOLDER_worker:
        snprintf(p.text, n, _("you, since %s"), since.text);
        break;
    case HOLDER_supervisor:
        snprintf(p.text, n, _("your supervisor, since %s"), since.text);
        break;
    case HOLDER_contact:
        snprintf(p.text, n, _("the contact, since %s"), since.text);
        break;
    case HOLDER_fund:
        snprintf(p.text, n, _("the fund, since %s"), since.text);
        break;
    default:
        break;
    }
    return p;
}

static struct phrase answered(const struct record *t)
{
    struct phrase p = {""};
    const char *who = record_text(t, TICKET_decider);
    int64_t at = record_number(t, TICKET_decided_at);
    if (*who && at != NO_NUMBER)
        snprintf(p.text, sizeof(p.text), "%s, %s", who, day_of(at).text);
    return p;
}

static void question_fact(struct pen *p, const struct record *t)
{
    if (ticket_questioned(t))
        fact(p, _("Question"), because_word(record_number(t, TICKET_because)));
}

/* What the worker answered to it; one who typed nothing comes to talk. */
static void reply_fact(struct pen *p, const struct record *t, const char *label, const char *talks)
{
    bool nothing = !*record_text(t, TICKET_reply);
    if (ticket_questioned(t) && matter_waits(t) && nothing)
        fact(p, label, talks);
    quoted(p, label, record_text(t, TICKET_reply));
}

static void number_fact(struct pen *p, const struct record *t)
{
    char number[LIM_ID];
    request_number(t->id, number);
    fact(p, _("Number"), number);
}

static void answer_facts(struct pen *p, const struct record *t, const char *condition)
{
    bool no = record_number(t, TICKET_state) == REQUEST_no;
    if (no)
        fact(p, _("Why"), because_word(record_number(t, TICKET_because)));
    if (no)
        fact(p, _("Other date"), instead_words(record_alternative(t)).text);
    fact(p, _("Condition"), condition);
    /* A question is no answer. */
    fact(p, ticket_questioned(t) ? _("Asked by") : _("Answered"), answered(t).text);
}

/* Who was proposed a course has asked for nothing yet. */
static bool is_proposal(const struct record *t)
{
    return record_number(t, TICKET_state) == REQUEST_proposed;
}

static void asked_fact(struct pen *p, const struct record *t)
{
    fact(p, is_proposal(t) ? _("Proposed") : _("Asked"),
        format_clock(record_number(t, TICKET_asked_at)).text);
}

static void worker_lines(struct pen *p, const struct record *t, int air)
{
    enum style tone = ticket_urgent(t) ? STYLE_WARN : STYLE_GOOD;
    bool unsent = record_number(t, TICKET_unsent) == 1;
    bool info = record_number(t, TICKET_state) == REQUEST_info; /* the sentence has the question */
    pen_wrap(p, STYLE_STRONG, record_text(t, TICKET_title), 2);
    pen_skip(p, air > 1);
    pen_wrap(p, tone, ticket_word(t), 1);
    pen_wrap(p, STYLE_PLAIN, ticket_sentence(t).text, 0);
    if (!unsent || record_number(t, TICKET_state) != REQUEST_asked) /* the sentence said so */
        pen_wrap(p, STYLE_WARN, ticket_remark(t).text, 0);
    pen_skip(p, air > 0);
    if (!info)
        question_fact(p, t);
    if (!matter_waits(t)) /* else the question was answered */
        answer_facts(p, t, agreed_words(t));
    reply_fact(p, t, _("Your answer"), _("I will come and talk"));
    fact(p, _("When"), when_where(t).text);
    if (!unsent) /* else it is still here */
        fact(p, _("Now with"), holder_since(t).text);
    if (record_number(t, TICKET_own) == 1)
        fact(p, _("Who sees it"), _("only you and the fund"));
    number_fact(p, t); /* what to say to the fund: it must not be what there is no room for */
    quoted(p, _("You wrote"), record_text(t, TICKET_words));
    asked_fact(p, t);
}

static void decider_lines(struct pen *p, const struct view *v, const struct record *t, int air)
{
    bool urgent = record_number(t, TICKET_holder) == HOLDER_supervisor;
    pen_wrap(p, STYLE_STRONG, record_text(t, TICKET_who), 1);
    pen_wrap(p, STYLE_STRONG, record_text(t, TICKET_title), 2);
    pen_skip(p, air > 1);
    pen_wrap(p, urgent ? STYLE_WARN : STYLE_GOOD, matter_word(t), 1);
    if (record_number(t, TICKET_badge_only) == 1)
        pen_wrap(
            p, STYLE_WARN, _("Asked with a badge, without a PIN: ask whether it is right."), 0);
    pen_wrap(p, STYLE_WARN, matter_remark(t).text, 0);
    pen_wrap(p, STYLE_PLAIN, matter_sentence(t).text, 0);
    pen_skip(p, air > 0);
    quoted(p, _("Says"), record_text(t, TICKET_words));
    question_fact(p, t);
    reply_fact(p, t, _("Answers"), _("comes to talk about it"));
    fact(p, _("When"), when_where(t).text);
    fact(p, _("Cost"), format_money(record_number(t, TICKET_price)).text);
    fact(p, _("Seats"), seats_then(t, v->now).text);
    if (!matter_waits(t)) /* a question that was answered is no answer */
        answer_facts(
            p, t, ticket_conditional(t) ? because_word(record_number(t, TICKET_because)) : "");
    asked_fact(p, t);
    number_fact(p, t);
}

static void ticket_lines(
    struct pen *p, const struct view *v, const struct record *t, enum query query, int air)
{
    if (decides(query))
        decider_lines(p, v, t, air);
    else
        worker_lines(p, t, air);
}

/* The most air that leaves room for everything: two blank lines, or the one before the facts. */
void ticket_card(struct pen *p, const struct view *v, const struct record *t, enum query query)
{
    int room = p->end - p->row, air = TICKET_AIR;
    for (bool fits = false; air > 0 && !fits; air -= !fits) {
        struct pen trial = {.width = p->width, .end = INT_MAX};
        ticket_lines(&trial, v, t, query, air);
        fits = trial.row <= room;
    }
    ticket_lines(p, v, t, query, air);
}

/* What was chosen on the screens before this one. */
static void chosen_facts(struct pen *p, const struct view *v)
{
    const struct frame *f = state_frame_const(v->state);
    const char *because = f->param[PARAM_because], *day = f->param[PARAM_day];
    int64_t date = NO_NUMBER;
    struct err quiet = {0};
    fact(p, _("Why"), because_word(choice_index(BECAUSES, because, strlen(because))));
    if (strcmp(day, NO_OTHER_DAY_ID) == 0)
        date = NO_OTHER_DAY;
    else if (*day && date_parse(day, &date, &quiet) < 0)
        date = NO_NUMBER;
    fact(p, f->param[PARAM_request][0] ? _("Other date") : _("Until"), instead_words(date).text);
}

void ticket_brief(struct pen *p, const struct view *v, const struct record *t, enum query query)
{
    if (decides(query))
        pen_wrap(p, STYLE_STRONG, record_text(t, TICKET_who), 1);
    pen_wrap(p, decides(query) ? STYLE_PLAIN : STYLE_STRONG, record_text(t, TICKET_title), 2);
    fact(p, _("When"), when_where(t).text);
    chosen_facts(p, v);
}

void person_brief(struct pen *p, const struct view *v, const struct record *r)
{
    pen_wrap(p, STYLE_STRONG, record_text(r, PERSON_name), 1);
    chosen_facts(p, v);
}

/* ---- in a list ---- */

static struct phrase asked_line(const struct record *t)
{
    struct phrase p;
    /* TRANSLATORS: here and in the next: a day and time */
    snprintf(p.text, sizeof(p.text), is_proposal(t) ? _("proposed %s") : _("asked %s"),
        format_clock(record_number(t, TICKET_asked_at)).text);
    return p;
}

static void worker_choice(struct pen *p, const struct record *t)
{
    enum style tone = ticket_urgent(t) ? STYLE_WARN : STYLE_GOOD;
    if (p->width < NARROW) {
        int before = p->row;
        pen_wrap(p, STYLE_STRONG, record_text(t, TICKET_title), 2);
        pen_line(p, tone, ticket_word(t));
        if (p->row - before < 3)
            pen_line(p, STYLE_DIM, asked_line(t).text);
        return;
    }
    pen_line(p, STYLE_STRONG, record_text(t, TICKET_title));
    pen_sides(p, tone, ticket_word(t), STYLE_DIM, asked_line(t).text);
}

/* "by vr 27 nov", or what has become of it. */
static struct phrase due_line(const struct record *t)
{
    struct phrase p;
    int64_t due = record_number(t, TICKET_due);
    if (!matter_waits(t) && record_number(t, TICKET_unsent) == 1) /* answered here */
        snprintf(p.text, sizeof(p.text), "%s", _("will be sent"));
    else if (is_proposal(t))
        /* TRANSLATORS: a day */
        snprintf(p.text, sizeof(p.text), _("waits since %s"),
            day_of(record_number(t, TICKET_since)).text);
    else if (record_number(t, TICKET_holder) == HOLDER_supervisor && due != NO_NUMBER)
        /* TRANSLATORS: a day */
        snprintf(p.text, sizeof(p.text), _("by %s"), format_day(due).text);
    else
        snprintf(p.text, sizeof(p.text), "%s", matter_word(t));
    return p;
}

static struct phrase what_line(const struct record *t, int64_t now)
{
    struct phrase p = {""}, price = format_money(record_number(t, TICKET_price));
    struct phrase seats = seats_then(t, now), when = when_where(t);
    snprintf(p.text, sizeof(p.text), "%s%s%s%s%s", when.text, price.text[0] ? ", " : "", price.text,
        seats.text[0] ? ", " : "", seats.text);
    return p;
}

/* The box before a request that can be marked, crossed when it is. */
static const char *mark_of(const struct view *v, const struct record *t)
{
    if (!marks_rows(view_screen(v)) || !matter_waits(t))
        return "";
    return is_marked(v->state, t->id) ? "[x] " : "[ ] ";
}

/* Who, what, and until when; then when, for how much, and whether there is a seat. */
static void decider_choice(struct pen *p, const struct view *v, const struct record *t)
{
    struct phrase due = due_line(t), line;
    bool now = record_number(t, TICKET_holder) == HOLDER_supervisor;
    enum style tone = now ? STYLE_WARN : STYLE_DIM;
    const char *mark = mark_of(v, t);
    if (p->width < NARROW) {
        snprintf(line.text, sizeof(line.text), "%s%.60s", mark, record_text(t, TICKET_who));
        pen_line(p, STYLE_STRONG, line.text);
        pen_line(p, STYLE_PLAIN, record_text(t, TICKET_title));
        pen_line(p, tone, due.text);
        return;
    }
    snprintf(line.text, sizeof(line.text), "%s%.60s: %.120s", mark, record_text(t, TICKET_who),
        record_text(t, TICKET_title));
    pen_sides(p, STYLE_STRONG, line.text, tone, due.text);
    pen_line(p, STYLE_DIM, what_line(t, v->now).text);
}

void ticket_choice(struct pen *p, const struct view *v, const struct record *t, enum query query)
{
    if (decides(query))
        decider_choice(p, v, t);
    else
        worker_choice(p, t);
}
