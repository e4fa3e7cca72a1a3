/* SPDX-License-Identifier: EUPL-1.2 */
/* The kiosk: the pure machine and picture, with a store behind them and a surface before them. */
#ifndef ACHT_KIOSK_KIOSK_H
#define ACHT_KIOSK_KIOSK_H

#include "base/seal.h"
#include "base/trust.h"
#include "proto/codec.h"
#include "screen/state.h"
#include "store/store.h"
#include "ui/view.h"

/* What the rows were fetched for; when it is equal, they need not be fetched again. */
struct fetched {
    bool valid;
    int screen;
    char param[PARAMS_COUNT][LIM_PARAM];
    struct search_input search;
    char person[LIM_ID];
    char language[LANGUAGE_CODE];
    int64_t today;
};

/* What a visit has that may stand nowhere but in memory; the struct lies in memory of secrets. */
struct visit {
    char person[LIM_ID]; /* whose visit; "" nobody's */
    struct proof proof;  /* pin: as it was typed; secret: only while an entry is made */
    struct seal_keys keys;
    char sign_in[UUID_TEXT]; /* the entry with which the PIN is checked; "" none */
    int64_t asked;           /* when that was, monotonic */
    struct rowset letter;    /* TYPE_REQUEST and TYPE_LOOK rows that only this visit may read */
    bool answered;           /* a letter has come */
    struct arena mem;        /* of own */
    struct local *own;       /* entries of this visit on the own route */
    int owns, room;
};

struct kiosk {
    struct app app;
    struct state state;
    char language[LANGUAGE_CODE]; /* that a new visit starts in */
    struct store *store;          /* NULL: nothing to show yet, everything reads as empty */
    struct enrolment enrolment;
    bool enrolled;
    bool rehearsal; /* acht show: actions answer as if they had been done, and do nothing */
    struct rowset rows[LIM_DATA];
    struct fetched fetched;
    bool unread; /* a query of the present screen failed */
    char corrected[LIM_QUERY];
    int64_t waiting;
    struct trust clock;
    int64_t now;  /* wall clock of the present turn, as far as it can be believed */
    int64_t mono; /* monotonic clock of it */
    struct visit *visit;
    int height, cols;
    bool ascii;
};

/* Loads the screens, speaks the language, opens the data directory. After an error, kiosk_close()
 * is still to be called. */
int kiosk_open(struct kiosk *k, const char *share, const char *data, const char *language,
    struct err *err) ACHT_NODISCARD;
/* The same with the start screen alone: all that is needed for its picture. Before any event,
 * kiosk_check() is to be called. */
int kiosk_open_start(struct kiosk *k, const char *share, const char *data, const char *language,
    struct err *err) ACHT_NODISCARD;
void kiosk_close(struct kiosk *k);

/* Loads the screens that are not loaded yet, and passes all of them through the checker: what was
 * right when it was installed may have been edited since. The message is the first thing that is
 * wrong. */
int kiosk_check(struct kiosk *k, struct err *err) ACHT_NODISCARD;

/* Begins a turn at this time of the monotonic clock: the wall clock is read. True when it has gone
 * wrong, or is right again: what is on the screen says so. */
bool kiosk_turn(struct kiosk *k, int64_t monotonic);

/* Handles one event to its end: steps, effects and their outcomes, until all is quiet. */
void kiosk_handle(struct kiosk *k, const struct event *ev);

/* Fetches what the present screen needs and has not yet. */
void kiosk_fetch(struct kiosk *k);
void kiosk_stale(struct kiosk *k); /* the files have changed: fetch again */

/* The present picture's input; valid until the next handle or fetch. */
struct view kiosk_view(const struct kiosk *k);

/* Looks at what the server said of the PIN of this visit, and tells the screens (visit.c). To be
 * called when the files have changed, and as often as kiosk_waits() says. */
void kiosk_watch(struct kiosk *k);
/* Milliseconds until the files should be looked at again for the visit's sake; -1: no hurry. */
int kiosk_waits(const struct kiosk *k);
struct viewer kiosk_viewer(const struct kiosk *k);

/* Carries out an effect and returns its outcome, a word of the vocabulary (effects.c). */
const char *kiosk_effect(struct kiosk *k, const struct effect *effect);

/* Fills one rowset for a query (queries.c). */
int kiosk_query(struct kiosk *k, enum query query, char param[PARAMS_COUNT][LIM_PARAM],
    int64_t first, int limit, struct rowset *rs, struct err *err) ACHT_NODISCARD;

/* Checks the screens, opens the full screen, or numbered lines, and stays until the maintenance
 * keys (Ctrl-X Ctrl-Q), a hang-up or SIGTERM. Returns the exit code. */
int kiosk_run(struct kiosk *k, struct err *err);
int kiosk_run_plain(struct kiosk *k, struct err *err);

/* Feeds a text of keys: names of keys, and words that are typed ("lassen Down Enter"). */
int kiosk_type(struct kiosk *k, const char *keys, struct err *err) ACHT_NODISCARD;

#endif
