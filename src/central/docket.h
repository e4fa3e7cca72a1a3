/* SPDX-License-Identifier: EUPL-1.2 */
/* What the server keeps of requests beside their records in the feed: every step that somebody
 * made, and one row for each request. Private: nothing of this is in the feed or in a report by
 * company; database.h says how its functions answer. */
#ifndef ACHT_CENTRAL_DOCKET_H
#define ACHT_CENTRAL_DOCKET_H

#include "central/database.h"
#include "model/request.h"
#include "model/seats.h"

#define LIM_TITLE 304 /* a course's title, with NUL */

/* One request. Times are NO_NUMBER as long as they have not come. */
struct docket_row {
    char company[LIM_ID], id[LIM_ID];
    char person[LIM_ID], course[LIM_ID], run[LIM_ID]; /* run "": any date */
    enum route_kind route;
    char title[LIM_TITLE];
    int64_t price;
    int64_t run_start, run_end; /* dates, as last known: a run may leave the catalogue */
    int64_t asked_at;
    enum reason refused; /* by the facts when it came in: it takes part in nothing */
    char merged[LIM_ID]; /* the ask that was made first, of which this is a repetition; or "" */
    bool ready;          /* request_may_have_seat() */
    int64_t agreed_at;
    enum seat_status seat;
    int64_t left_at;          /* when it was taken back, if it was ready until then */
    int64_t listed;           /* see seats.h */
    int64_t place, queued_at; /* on the waiting list */
    int64_t given_at, released_at, offered_at, delivered_at;
    bool shown; /* an offer on the own route has gone into a letter */
    /* as it was published last */
    enum request_state state;
    bool overdue, objected;
    int64_t judged_at;
    int64_t wake; /* when the next thing happens by the clock alone */
};

/* What somebody is to the worker of a request, by the roster of the step's time. */
#define RELATIONS "none|worker|decider|contact"
enum relation { RELATION_none, RELATION_worker, RELATION_decider, RELATION_contact };

/* A step as it is kept. HELD: its request has not come in; GIVEN_UP: not within seven days. */
enum docket_place { STEP_IN, STEP_HELD, STEP_GIVEN_UP };
struct docket_step {
    struct step step; /* texts live in the arena; step.maker is set when it is folded */
    const char *company, *request, *kiosk;
    int64_t received_at;
    enum relation relation;
    enum docket_place where;
    bool sealed; /* came in a sealed entry */
};

struct docket_rows {
    struct docket_row *row;
    int count;
};
struct docket_steps {
    struct docket_step *step;
    int count;
};

int docket_find(struct database *db, const char *company, const char *id, struct docket_row *row,
    struct err *err) ACHT_NODISCARD;
int docket_save(struct database *db, const struct docket_row *row, struct err *err) ACHT_NODISCARD;

/* Lists, in mem. Those of the same person, course, run and route that were not refused, first
 * asked first. */
int docket_group(struct database *db, const struct docket_row *of, struct arena *mem,
    struct docket_rows *out, struct err *err) ACHT_NODISCARD;
/* Of a run, of every company: what may have a seat, has one, has had one or
 * might have had one. */
int docket_run(struct database *db, const char *run, struct arena *mem, struct docket_rows *out,
    struct err *err) ACHT_NODISCARD;
/* Own-route requests of a person, newest first. */
int docket_own(struct database *db, const char *company, const char *person, struct arena *mem,
    struct docket_rows *out, struct err *err) ACHT_NODISCARD;
/* Up to DOCKET_DUE of which something has happened by the clock; and all offers that nobody has
 * seen yet. */
#define DOCKET_DUE 200
int docket_due(struct database *db, int64_t now, struct arena *mem, struct docket_rows *out,
    struct err *err) ACHT_NODISCARD;
int docket_offers(struct database *db, struct arena *mem, struct docket_rows *out,
    struct err *err) ACHT_NODISCARD;
/* All of a company (NULL: of all) for a list; own: those on the own route too. */
int docket_all(struct database *db, const char *company, bool own, struct arena *mem,
    struct docket_rows *out, struct err *err) ACHT_NODISCARD;
/* Makes everything due that waits for a run, when the catalogue has changed after the change `seq`
 * of the feed. */
int docket_wake_runs(struct database *db, int64_t seq, struct err *err) ACHT_NODISCARD;

/* One of a company (NULL: of all) that is not merged, by its id: several companies may have it.
 * What was merged is found as the first that it repeats. */
int docket_named(struct database *db, const char *company, const char *id, struct arena *mem,
    struct docket_rows *out, struct err *err) ACHT_NODISCARD;
/* The same, all whose ids end so: what the number of a request says (model/number.h). */
int docket_numbered(struct database *db, const char *company, const char *tail, struct arena *mem,
    struct docket_rows *out, struct err *err) ACHT_NODISCARD;

int docket_add_step(
    struct database *db, const struct docket_step *d, struct err *err) ACHT_NODISCARD;
/* The steps of a request and of those that were merged into it, in no order. */
int docket_steps(struct database *db, const char *company, const char *request, struct arena *mem,
    struct docket_steps *out, struct err *err) ACHT_NODISCARD;
/* Held steps for a request; request NULL: all of the company (NULL: of all), also given up ones. */
int docket_held(struct database *db, const char *company, const char *request, struct arena *mem,
    struct docket_steps *out, struct err *err) ACHT_NODISCARD;
/* Takes a held step in, with what its maker is to the worker. */
int docket_take_in(
    struct database *db, const struct docket_step *d, struct err *err) ACHT_NODISCARD;
/* Gives up what was held since before an instant. */
int docket_give_up(struct database *db, int64_t before, struct err *err) ACHT_NODISCARD;

/* ---- how far kiosks have read the feed ---- */

/* What a kiosk's request shows; NO_NUMBER: nothing of that. */
struct feed_note {
    int64_t served;  /* it has everything up to there */
    int64_t handed;  /* it was given everything up to there, and there was no more */
    int64_t synced;  /* when it is thought to have got that */
    int64_t contact; /* when it was heard of */
};
int docket_note(struct database *db, const char *kiosk, const struct feed_note *note,
    struct err *err) ACHT_NODISCARD;
/* Whether a kiosk that may have it has read the request's record as it is now. */
int docket_delivered(
    struct database *db, const char *company, const char *id, struct err *err) ACHT_NODISCARD;

/* The change of the feed up to which the jobs have looked. */
int docket_jobs_seq(struct database *db, int64_t *seq, struct err *err) ACHT_NODISCARD;
int docket_set_jobs_seq(struct database *db, int64_t seq, struct err *err) ACHT_NODISCARD;

#endif
