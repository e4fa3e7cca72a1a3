/* SPDX-License-Identifier: EUPL-1.2 */
/* The pieces a view is put together from; private to ui/. */
#ifndef ACHT_UI_PARTS_H
#define ACHT_UI_PARTS_H

#include "ui/format.h"
#include "ui/pen.h"
#include "ui/view.h"

#define NARROW 60 /* columns of content below which lines go under each other */
#define WIDE 110  /* from here on there is room for air */

/* The card of a query's one row (cards.c). What does not fit above p->end is left out, the least
 * needed first. */
void card_draw(struct pen *p, const struct view *v, const struct rowset *rs);

/* The blank lines within it that it gives up when its room is short (cards.c). */
int card_air(const struct view *v, const struct widget *w);

/* Its name and what it costs (cards.c). */
void brief_draw(struct pen *p, const struct view *v, const struct rowset *rs);

/* The parts of the above that are about requests and people (cards_request.c, cards_people.c).
 * query: the one that found the request, for whose eyes it is. */
enum query view_asks_for(const struct view *v, const struct rowset *rs);
#define TICKET_AIR 2 /* blank lines in the card of a request */
void ticket_card(struct pen *p, const struct view *v, const struct record *t, enum query query);
void ticket_brief(struct pen *p, const struct view *v, const struct record *t, enum query query);
void ticket_choice(struct pen *p, const struct view *v, const struct record *t, enum query query);
void person_card(struct pen *p, const struct record *r);
void person_brief(struct pen *p, const struct view *v, const struct record *r);
void myself_card(struct pen *p, const struct record *r);
/* How the terminal is (cards_summary.c), and what stands for a date that nobody knows. */
void summary_card(struct pen *p, const struct view *v, const struct record *s);
struct phrase clock_wrong_words(void);
/* A row about people, if it is one. */
bool people_choice(struct pen *p, const struct record *r);
const char *notice_sentence(int64_t kind);
/* What is said to who has not proven who he is: that he sees this visit alone. */
const char *only_this_visit(void);
int label_width(const struct pen *p);

/* Occupations (cards_career.c). */
void career_card(struct pen *p, const struct record *card);
void job_article(struct pen *p, const struct record *card);
void job_brief(struct pen *p, const struct record *card);
void here_draw(struct pen *p, const struct view *v, const struct rowset *rs);
void job_choice(
    struct pen *p, const struct view *v, const struct rowset *rs, int i, enum query query);
void ability_choice(struct pen *p, const struct record *a, int64_t today);

/* Digits (cards_people.c): the code that was made, large; what was typed, as dots. */
void code_draw(struct pen *p, const struct view *v);
struct phrase dots_of(const char *typed, bool ascii);

/* The long text of a course (cards.c). */
void article_draw(struct pen *p, const struct view *v, const struct rowset *rs);

/* One choice of a list, from p->row on (choices.c). */
void choice_draw(struct pen *p, const struct view *v, const struct widget *w, struct choice choice);
/* Lines that one choice of this list takes at this width, and that any takes at most. */
int choice_lines(const struct widget *w, const struct screen *s, struct choice choice, int width);
int choice_height(const struct widget *w, const struct screen *s, int width);

/* A whole widget but the list (widgets.c). */
void widget_draw(struct pen *p, const struct view *v, const struct widget *w);
/* What stands above the choices: the list's heading, or how many there are (widgets.c). */
void list_heading(struct pen *p, const struct view *v, const struct widget *w);

/* Where everything on the present screen stands (layout.c). */
struct layout {
    int margin;           /* blank columns on either side of everything */
    int top, bottom;      /* first row of the body and first row after it */
    int row[LIM_WIDGETS]; /* where each widget starts */
    int col[LIM_WIDGETS];
    int width[LIM_WIDGETS];
    int height[LIM_WIDGETS]; /* 0: there is no room for it */
    int list;                /* the list among the widgets, or -1 */
    int heading;             /* lines above its choices */
    int air, gap;            /* blank lines between its choices; between its rows and its items */
    int per_page;
    int pages; /* of the article */
};
void layout_make(const struct view *v, struct layout *l);
/* Lines from the first choice of the page that is shown to choice `index` on it. */
int choice_top(const struct view *v, const struct layout *l, int64_t index);

int view_margin(const struct view *v);
const struct screen *view_screen(const struct view *v);
const struct rowset *view_rows(const struct view *v, int source); /* NULL when not fetched */

#endif
