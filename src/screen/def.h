/* SPDX-License-Identifier: EUPL-1.2 */
/* A loaded screen definition. Immutable after loading; everything lives in its arena. */
#ifndef ACHT_SCREEN_DEF_H
#define ACHT_SCREEN_DEF_H

#include "base/buf.h"
#include "base/mem.h"
#include "screen/vocab.h"

#define LIM_PARAM (LIM_ID + 64) /* a param carries an id or a facet's label */
#define LIM_ITEMS 10            /* static items before or after the rows of a list */
#define LIM_DATA 4              /* sources of one screen */
#define LIM_HANDLERS 24         /* events one screen handles */
#define LIM_BRANCHES 4          /* branches of one handler */

/* Where the value of a param comes from. */
enum binding_from { BIND_NOTHING, BIND_PARAM, BIND_ROW_ID, BIND_ROW_FIELD, BIND_LITERAL };
struct binding {
    enum binding_from from;
    enum param param;    /* BIND_PARAM */
    const char *field;   /* BIND_ROW_FIELD: a text field of the focused row */
    const char *literal; /* BIND_LITERAL */
};

/* Where a transition leads: a screen's number, or one of these. */
enum { TARGET_NONE = -1, TARGET_BACK = -2, TARGET_HOME = -3, TARGET_START = -4, TARGET_THEN = -5 };
enum stack_op { STACK_PUSH, STACK_REPLACE, STACK_RESET };

/* Where to go on after a detour, for @then. */
struct goal {
    int screen;
    int guard; /* enum guard: without it the event is barred; or -1 */
    struct binding with[PARAMS_COUNT];
};

/* One branch: if the guard holds (or there is none), either an action whose outcome is the next
 * event, or a move; a message may go with a move or stand alone. */
struct branch {
    int guard;  /* enum guard, or -1 */
    int action; /* enum action, or -1 */
    int target;
    enum stack_op stack;
    struct binding with[PARAMS_COUNT];
    const char *message; /* msgid or NULL */
    const struct goal *then;
};

struct handler {
    const char *event;
    struct branch *branch;
    int count;
};

/* What an input takes: PINs and codes take digits and nothing else. */
#define TYPED_THINGS "query|badge|pin|new_pin|again|code|words"
enum typed {
    TYPED_query,
    TYPED_badge,
    TYPED_pin,
    TYPED_new_pin,
    TYPED_again,
    TYPED_code,
    TYPED_words,
};

struct item {
    const char *text, *note; /* msgids; note may be "" */
    const char *event;
    int guard; /* shown only while it holds, or -1 */
};

struct widget {
    enum widget_kind kind;
    int source;        /* index of the screen's data, or -1 */
    const char *text;  /* text: the paragraph; input: its label; list: its heading, may be "" */
    const char *empty; /* list: said when there is nothing to choose; input: said while empty */
    enum typed bind;   /* input: what is typed there */
    struct item before[LIM_ITEMS], after[LIM_ITEMS];
    int before_count, after_count;
};

struct data {
    const char *name;
    enum query query;
    struct binding args[PARAMS_COUNT];
};

struct key_use {
    enum key key;
    const char *event, *label; /* label: a msgid for the bar at the bottom */
};

struct screen {
    const char *name, *title;
    bool takes[PARAMS_COUNT];
    struct data data[LIM_DATA];
    int data_count;
    struct widget body[LIM_WIDGETS];
    int body_count;
    struct key_use keys[KEYS_COUNT];
    int key_count;
    struct handler on[LIM_HANDLERS];
    int on_count;
};

struct app {
    struct arena mem;
    const char *dir; /* where it was loaded from */
    bool whole;      /* all screens are loaded */
    struct screen *screen;
    int count;
    struct screen global; /* keys and handlers that all screens share */
    int start, home;
    int idle_after, idle_countdown; /* seconds */
    int min_cols, min_rows;
};

/* Loads DIR/kiosk.json and every other DIR/NAME.json. Strict: unknown members, unknown names, wrong
 * types are errors that name file, place and, where one is near, the name that was meant. */
int app_load(struct app *app, const char *dir, struct err *err) ACHT_NODISCARD;
/* The same in two parts, for who wants to draw between them: the names of all screens, what they
 * share, and the start screen, which is all that the first picture shows; then the other screens,
 * on which nothing is until then. After an error of the second, release. */
int app_load_start(struct app *app, const char *dir, struct err *err) ACHT_NODISCARD;
int app_load_rest(struct app *app, struct err *err) ACHT_NODISCARD;
void app_release(struct app *app);

int app_find(const struct app *app, const char *screen); /* its number, or -1 */
const struct handler *screen_handler(const struct screen *s, const char *event); /* or NULL */
const struct widget *screen_widget(
    const struct screen *s, enum widget_kind kind); /* first, or NULL */

/* For whom alone it is, by what it shows and does: inferred, not declared. */
enum who screen_who(const struct screen *s);

/* Everything that is wrong with a loaded definition, one line each, appended to out; returns how
 * many. acht-screens(5) has the rules. Texts are checked in every language that has a catalogue;
 * afterwards the default language is spoken. */
int app_check(const struct app *app, struct buf *out);

/* The screens as a Graphviz digraph, what the global keys do drawn once; the texts as a gettext
 * template. Each returns 0, or -1 when out is full. */
int app_graph(const struct app *app, struct buf *out);
int app_texts(const struct app *app, struct buf *out);

#endif
