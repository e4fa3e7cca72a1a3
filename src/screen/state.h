/* SPDX-License-Identifier: EUPL-1.2 */
/* Where the person is, and the pure step from there. */
#ifndef ACHT_SCREEN_STATE_H
#define ACHT_SCREEN_STATE_H

#include "model/record.h"
#include "model/search_input.h"
#include "screen/def.h"

/* One screen on the stack. */
struct frame {
    int screen;
    char param[PARAMS_COUNT][LIM_PARAM];
    int64_t focus; /* index among the list's items and rows */
    int page;      /* of an article or of a card that is too long */
};

/* How sure it is who stands here. */
enum proof_of_visit {
    VISIT_CLAIMED,  /* a badge was shown */
    VISIT_NO_PIN,   /* ... and the person said to have no PIN */
    VISIT_CHECKING, /* a PIN was typed; the server may answer in a moment */
    VISIT_UNPROVEN, /* a PIN was typed; nobody can say yet whether it is right */
    VISIT_PROVEN,   /* the server has confirmed it */
};

struct session {
    bool identified;
    char person[LIM_ID];
    char name[LIM_ID * 2];
    char team[LIM_ID * 2];
    enum role role;
    bool deputy; /* decides today in a supervisor's place */
    enum proof_of_visit proof;
    int64_t began; /* seq of the journal when the person came: what is newer is of this visit */
};

struct state {
    struct frame stack[LIM_STACK];
    int depth; /* >= 1; the last one is shown */
    struct session session;
    struct search_input search;
    char badge[LIM_BADGE + 1]; /* typed so far, or just read */
    char pin[LIM_PIN + 1];     /* typed so far; enter_pin and set_pin wipe what they take */
    char new_pin[LIM_PIN + 1], again[LIM_PIN + 1];
    char code[LIM_CODE + 1]; /* typed so far; or what give_code has just made */
    char words[LIM_WORDS + 1];
    char marked[LIM_MARKS][LIM_ID]; /* requests to answer together */
    int marks;
    unsigned tastes; /* what somebody likes: a bit for each of TASTES */
    char language[LANGUAGE_CODE];
    int words_depth; /* screens of the stack up to the one that the words are typed for; 0: none */
    bool then_set;   /* where @then leads */
    int then_screen;
    int then_guard; /* enum guard that must hold there, or -1 */
    char then_param[PARAMS_COUNT][LIM_PARAM];
    const char *message; /* msgid of what is said once, or NULL */
    int countdown;       /* seconds until the visit ends by itself; 0: not counting */
    int wait_seconds;    /* until a PIN may be typed again; 0: now */
};

#define PICK_MORE (-2)

enum event_kind {
    EVENT_KEY,   /* a named key; KEYS_COUNT is one without a name, that only shows somebody is there
                  */
    EVENT_CHAR,  /* a printable character, typed */
    EVENT_BADGE, /* a badge was read */
    EVENT_OUTCOME, /* what came of the action that the last step asked for */
    EVENT_PICK,    /* a choice was pointed at: index, or PICK_MORE for the next page */
    EVENT_IDLE,    /* nobody touched anything for too long */
    EVENT_WORLD,   /* something happened elsewhere: proven, wrong_pin or unproven */
};

struct event {
    enum event_kind kind;
    enum key key;
    uint32_t ch;
    const char *text; /* badge, outcome, or what happened */
    int64_t index;
};

/* What the present screen shows, as far as a step must know it. */
struct context {
    const struct rowset *rows; /* one per data of the screen; NULL when none were fetched */
    int per_page;              /* items of the list that fit a page; >= 1 */
    int pages;                 /* pages of the article or card; >= 1 */
};

struct effect {
    bool wanted;
    enum action action;
    char param[PARAMS_COUNT][LIM_PARAM];
};

/* The start screen, in this language, nobody identified. */
void state_init(const struct app *app, struct state *st, const char *language);

/* One step: moves, types, focuses, or asks for one effect. The caller carries the effect out and
 * steps again with its outcome, until no effect is wanted. Never fails: what has no meaning here is
 * ignored. */
void step(const struct app *app, struct state *st, const struct event *ev, const struct context *cx,
    struct effect *effect);

const struct screen *state_screen(const struct app *app, const struct state *st);
struct frame *state_frame(struct state *st);
const struct frame *state_frame_const(const struct state *st);

/* Whether a guard (-1: none) holds now on this screen, which shows these rows (NULL: none yet). */
bool guard_holds(
    const struct screen *s, const struct state *st, const struct rowset *rows, int guard);

/* The list of the present screen: how many choices it has, and which one `index` is. */
struct choice {
    const struct item *item; /* a static item, or NULL */
    int64_t row;             /* else the number of the row in its source */
};
int64_t list_length(const struct screen *s, const struct state *st, const struct rowset *rows);
struct choice list_choice(
    const struct screen *s, const struct state *st, const struct rowset *rows, int64_t index);
int64_t list_row_index(const struct screen *s, const struct state *st, const struct rowset *rows,
    int64_t row); /* and back */

/* The first choice of the page of the list on which the focus stands. */
int64_t page_first(const struct state *st, int per_page);

/* What the person types on this screen, and in *size its room; NULL where nothing is typed. */
char *typed_text(const struct screen *s, struct state *st, size_t *size);
const char *typed_shown(const struct screen *s, const struct state *st); /* "" where nothing is */

/* Whether that is digits that nobody else may see: a PIN or a code. */
bool typed_secret(enum typed typed);

/* Whether digits are shortcuts here: there is a list, and nothing to type in. */
bool digits_pick(const struct screen *s);

/* Marks: whether a request has one; gives it one or takes it away (false: there are LIM_MARKS, it
 * gets none); takes all away. */
bool is_marked(const struct state *st, const char *request);
bool toggle_mark(struct state *st, const char *request);
void forget_marks(struct state *st);
/* Whether choosing a row of the screen's list marks it. */
bool marks_rows(const struct screen *s);

/* The args of the present screen's data d. */
void data_args(
    const struct screen *s, const struct state *st, int d, char param[PARAMS_COUNT][LIM_PARAM]);

/* Forgets the person and all that was typed; keeps the stack. */
void state_forget(struct state *st);

#endif
