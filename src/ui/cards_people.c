/* SPDX-License-Identifier: EUPL-1.2 */
/* People, what they are told, who looked, days to choose, and codes. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/format.h"
#include "ui/parts.h"

static const char *role_word(int64_t role)
{
    static const char *const words[] = {
        N_("worker"), N_("supervisor"), N_("contact of the company")};
    return role >= 0 && role <= ROLE_contact ? _(words[role]) : "";
}

void person_card(struct pen *p, const struct record *r)
{
    pen_wrap(p, STYLE_STRONG, record_text(r, PERSON_name), 2);
    pen_skip(p, 1);
    pen_fact(p, label_width(p), _("Team"), record_text(r, PERSON_team), 2);
    pen_fact(p, label_width(p), _("Role"), role_word(record_number(r, PERSON_role)), 1);
}

const char *only_this_visit(void)
{
    return _("You see only this visit. With network and your PIN you see everything.");
}

void myself_card(struct pen *p, const struct record *r)
{
    struct phrase count;
    bool proven = record_number(r, MYSELF_proven) == 1;
    int64_t n = record_number(r, MYSELF_requests);
    snprintf(count.text, sizeof(count.text), P_("%lld request", "%lld requests", n), (long long)n);
    pen_wrap(p, STYLE_STRONG, record_text(r, MYSELF_name), 2);
    pen_fact(p, label_width(p), _("Team"), record_text(r, MYSELF_team), 1);
    pen_fact(p, label_width(p), _("Role"), role_word(record_number(r, MYSELF_role)), 1);
    pen_fact(p, label_width(p), _("We keep"), count.text, 1);
    if (proven)
        return;
    pen_skip(p, 1);
    pen_wrap(p, STYLE_WARN, only_this_visit(), 0);
}

static void person_choice(struct pen *p, const struct record *r)
{
    pen_sides(p, STYLE_PLAIN, record_text(r, PERSON_name), STYLE_DIM, record_text(r, PERSON_team));
}

static void occasion_choice(struct pen *p, const struct record *r)
{
    int64_t day = record_number(r, OCCASION_day), starts = record_number(r, OCCASION_starts);
    const char *town = record_text(r, OCCASION_town);
    if (day == NO_NUMBER) {
        pen_line(p, STYLE_PLAIN, _("No other date is known"));
        return;
    }
    const char *beside = starts == NO_NUMBER ? "" : !starts ? _("about then") : town;
    pen_sides(p, STYLE_PLAIN, format_date(day).text, STYLE_DIM,
        starts == 1 && !*town ? _("the course starts") : beside);
}

/* ---- what happened ---- */

const char *notice_sentence(int64_t kind)
{
    static const char *const sentences[] = {
        [NOTICE_wrong_pin] = N_("Somebody used your badge with a wrong PIN."),
        [NOTICE_team_wrong_pin] = N_("Somebody used a badge of your team with a wrong PIN."),
        [NOTICE_pin_set] = N_("Your PIN was set. Was it not you? Tell your supervisor."),
        [NOTICE_objection] = N_("Two people answered your request. The first one counts."),
        [NOTICE_deputy] = N_("Somebody decides for your team in another's place."),
        [NOTICE_exported] = N_("The fund handed out your data."),
        [NOTICE_pin_elsewhere] = N_("Many wrong PINs were typed for you on other terminals."),
        [NOTICE_offer] = N_("A seat is free for you. Say yes in time."),
        [NOTICE_seat_lost] = N_("Somebody who asked earlier got your seat. You wait for the next."),
        [NOTICE_given_up] = N_("What you did does not count: the request itself never came in."),
    };
    bool known = kind >= 0 && kind < (int64_t)(sizeof(sentences) / sizeof(sentences[0]));
    return known ? _(sentences[kind]) : "";
}

/* "Piet Smit, di 24 nov 10:42 bij hal-2" */
static struct phrase at_terminal(const struct record *r)
{
    struct phrase p = format_clock(record_number(r, NOTICE_at)), when = p;
    const char *kiosk = record_text(r, NOTICE_kiosk), *about = record_text(r, NOTICE_about);
    if (*kiosk)
        /* TRANSLATORS: a day and time, the name of a terminal */
        snprintf(when.text, sizeof(when.text), _("%s at %s"), p.text, kiosk);
    snprintf(p.text, sizeof(p.text), "%.80s%s%s", about, *about ? ", " : "", when.text);
    return p;
}

static void notice_choice(struct pen *p, const struct record *r)
{
    pen_wrap(p, STYLE_PLAIN, notice_sentence(record_number(r, NOTICE_kind)), 3);
    pen_line(p, STYLE_DIM, at_terminal(r).text);
}

/* The events of the audit trail that a person reads about. */
#define LOOKS "opened|decided|objected|exported|code_given|proposed|absent"
enum {
    LOOK_OPENED,
    LOOK_DECIDED,
    LOOK_OBJECTED,
    LOOK_EXPORTED,
    LOOK_CODE,
    LOOK_PROPOSED,
    LOOK_ABSENT
};

static struct phrase look_sentence(const char *what, const char *who)
{
    struct phrase p;
    const size_t n = sizeof(p.text);
    switch (choice_index(LOOKS, what, strlen(what))) {
    case LOOK_OPENED:
        snprintf(p.text, n, _("%s opened your request"), who);
        break;
    case LOOK_DECIDED:
        snprintf(p.text, n, _("%s answered your request"), who);
        break;
    case LOOK_OBJECTED:
        snprintf(p.text, n, _("%s answered your request, too late"), who);
        break;
    case LOOK_EXPORTED:
        snprintf(p.text, n, _("%s handed out your data"), who);
        break;
    case LOOK_CODE:
        snprintf(p.text, n, _("%s gave you a code for a PIN"), who);
        break;
    case LOOK_PROPOSED:
        snprintf(p.text, n, _("%s proposed a course to you"), who);
        break;
    case LOOK_ABSENT:
        snprintf(p.text, n, _("%s noted that you were not there"), who);
        break;
    default:
        snprintf(p.text, n, _("%s saw something of you"), who);
    }
    return p;
}

static void look_choice(struct pen *p, const struct record *r)
{
    const char *who = record_text(r, LOOK_who);
    pen_wrap(p, STYLE_PLAIN,
        look_sentence(record_text(r, LOOK_what), *who ? who : _("The fund")).text, 2);
    pen_line(p, STYLE_DIM, format_clock(record_number(r, LOOK_at)).text);
}

bool people_choice(struct pen *p, const struct record *r)
{
    if (r->type == type_get(TYPE_PERSON))
        person_choice(p, r);
    else if (r->type == type_get(TYPE_OCCASION))
        occasion_choice(p, r);
    else if (r->type == type_get(TYPE_NOTICE))
        notice_choice(p, r);
    else if (r->type == type_get(TYPE_LOOK))
        look_choice(p, r);
    else
        return false;
    return true;
}

/* ---- digits ---- */

/* "1 2 3 4 5   6 7 8 9 0": to be copied by hand, so in two groups and with air. Only who may give a
 * code has made one: in anybody else's hands the digits are what he types, and a secret. */
void code_draw(struct pen *p, const struct view *v)
{
    bool gives = guard_holds(view_screen(v), v->state, v->rows, GUARD_supervises);
    const char *code = gives ? v->state->code : "";
    size_t len = strlen(code), half = (len + 1) / 2;
    struct phrase line = {""};
    for (size_t i = 0; i < len && i < LIM_CODE; i++) {
        size_t at = strlen(line.text);
        snprintf(line.text + at, sizeof(line.text) - at, "%s%c",
            i == half ? "    "
            : i       ? " "
                      : "",
            code[i]);
    }
    int width = utf8_width(line.text) + 8;
    if (p->canvas && p->row + 3 <= p->end) {
        for (int row = 0; row < 3; row++)
            canvas_fill(p->canvas, p->row + row, p->col, width, STYLE_HEADER_STRONG);
        canvas_text(p->canvas, p->row + 1, p->col + 4, width - 4, STYLE_HEADER_STRONG, line.text);
    }
    p->row += 3;
}

struct phrase dots_of(const char *typed, bool ascii)
{
    struct phrase p = {""};
    for (size_t i = 0, at = 0; i < strlen(typed) && at + 8 < sizeof(p.text); i++)
        at += (size_t)snprintf(p.text + at, sizeof(p.text) - at, "%s", ascii ? "* " : "● ");
    return p;
}
