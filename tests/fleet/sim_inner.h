/* SPDX-License-Identifier: EUPL-1.2 */
/* What the parts of the fleet share. */
#ifndef TESTS_FLEET_SIM_INNER_H
#define TESTS_FLEET_SIM_INNER_H

#include <ucontext.h>

#include "central/route.h"
#include "fleet/sim.h"
#include "sync/engine.h"

/* ---- a light store (sim_store.c): what the engine asks of a store, and no file ---- */

struct light_entry {
    int64_t seq, made; /* place here, and in the fleet's list of all that were made */
    int64_t at;        /* an instant: when */
    int64_t tried;     /* when the server last refused it by itself; 0: never */
    char id[UUID_TEXT], hash[DIGEST_HEX];
    size_t len;
    char bytes[];
};

/* One record: hashes of its name and of its content. */
struct held {
    uint64_t name, content;
};

struct holding {
    struct held *v; /* by name */
    int count;
};

struct holding holding_copy(const struct holding *h);

struct light {
    const void *kind;        /* tells it from a real store */
    struct machine *machine; /* whose it is */
    char epoch[UUID_TEXT], before[UUID_TEXT], next[UUID_TEXT];
    char cursor[LIM_CURSOR];
    bool restarted; /* what comes is collected beside what there is */
    struct holding holding, coming;
    struct light_entry **entries; /* that wait */
    int count;
    int64_t last;
    int64_t finished;
    enum cause met;        /* what came of the last sync */
    enum cause why;        /* of the last one that failed; ... */
    int64_t failures;      /* ... how many did, one after another; 0: none ever did */
    int64_t since, until;  /* the first and the last of them */
    char said[DIGEST_HEX]; /* what it last said of itself */
};

void light_start(struct light *l, struct machine *machine, int64_t now);
void light_release(struct light *l);
struct store *light_store(struct light *l);
struct light *light_of(struct store *s); /* NULL: a store of files */

/* A function of the store whose callers come here instead (ld --wrap, see tests.mk). */
#define WRAP(type, name, ...)                                                                      \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

/* ---- kiosks ---- */

/* An entry that was made; verdict: of enum verdict_kind, or WAITS. */
#define WAITS (-1)
struct made {
    char id[UUID_TEXT];
    int kiosk;
    int verdict;
};

struct machine {
    struct transport transport; /* first */
    struct sim *sim;
    char id[UUID_TEXT], name[16];
    char token[KEY_HEX], token_before[KEY_HEX]; /* as an enrolment has them */
    bool real;
    struct light light;
    struct store *store; /* of a real one, once it has synced */
    struct schedule schedule;
    struct visit *visit; /* NULL between two syncs */
    int64_t due;         /* when the next sync is; SIM_NEVER: while one runs */
    int64_t place;       /* in the spread of a night */
    int64_t used;        /* entries made by the day's plan */
    int syncs, failed;
    int64_t requests, last_ok, longest, waiting;
    enum cause cause;
    bool here; /* the last try failed on this side */
};

int machine_index(const struct machine *k);
int machine_company(const struct machine *k);
void company_name(int company, char out[LIM_ID]);
/* Its clock, as an instant. */
int64_t machine_clock(struct machine *k);

/* ---- a sync under way (sim_visit.c): a stack of its own ---- */

struct visit {
    ucontext_t context;
    char *stack;
    struct visit *next; /* of those that are free */
    struct machine *machine;
    bool done;
    int rc; /* of the sync, once done */
    struct sync_result result;
    int64_t began;

    /* The exchange that it waits for. */
    const struct request *q;
    struct response *r;
    enum cause *cause;
    struct err *err;
    int answer; /* what exchange() returns */
    struct line_http *http;
};

/* Starts a sync, up to its first exchange or its end. */
void visit_begin(struct machine *k);
void machine_enrolment(const struct machine *k, struct enrolment *out);
/* Called when it has ended, with what came of it. */
void machine_ended(struct machine *k, const struct visit *v);
/* Goes on after an exchange, to the next or to the end. */
void visit_resume(struct visit *v);
/* Ends one that has not ended. */
void visits_release(struct sim *f);
int visit_exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err);

/* ---- carrying an exchange ---- */

/* The token that goes with this request, as its header has it. */
#define BEARER_TEXT (KEY_HEX + 8)
void line_bearer(const struct machine *k, const struct request *q, char out[BEARER_TEXT]);
/* Of a request with its head, as libcurl writes it. */
int64_t line_bytes_up(const struct request *q);
/* true: a fault of the line ends the exchange, whoever carries it. */
bool line_refuses(struct sim *f, struct visit *v);
/* In this process: the request sets out, reaches the server, is answered. */
void line_start(struct sim *f, struct visit *v);
void line_arrive(struct sim *f, struct visit *v);
void line_answer(struct sim *f, struct visit *v);
/* No answer will come; the kiosk knows that after so many milliseconds. */
void line_fails(struct visit *v, int64_t after, enum cause cause, const char *why);

int http_open(struct sim *f, struct err *err) ACHT_NODISCARD;
void http_close(struct sim *f);
void http_begin(struct sim *f, struct visit *v);
/* Carries on for at most so many milliseconds; visits whose answers came go on. */
void http_turn(struct sim *f, int64_t milliseconds);
void http_end(struct visit *v);

/* One exchange with the routes here, at once. Returns what came. */
void line_serve(struct sim *f, const char *authorization, const struct request *q, int64_t now,
    struct response *r);

/* The cursor after all that the feed has for this kiosk now. */
int machine_cursor(struct machine *k, char cursor[LIM_CURSOR], struct err *err) ACHT_NODISCARD;

/* ---- faults ---- */

enum fault_kind {
    FAULT_down,
    FAULT_silent,
    FAULT_lose_requests,
    FAULT_lose_answers,
    FAULT_slow,
    FAULT_cause,
    FAULT_clock,
    FAULT_away,
    FAULT_full,
};

struct fault {
    enum fault_kind kind;
    int64_t from, to;
    int first, last; /* kiosks */
    int64_t value;
};

/* The one that holds for this kiosk now, or NULL. */
const struct fault *fault_now(const struct machine *k, enum fault_kind kind);
/* Whether one of so many in a hundred is lost now. */
bool fault_loses(const struct machine *k, enum fault_kind kind);

/* ---- the whole ---- */

enum event_kind { EVENT_DUE, EVENT_USE, EVENT_ARRIVE, EVENT_SERVE, EVENT_ANSWER };

struct event {
    int64_t at;
    uint64_t order; /* of those at the same time */
    int kiosk;
    enum event_kind kind;
};

struct arrivals {
    int64_t second, count;
};

struct sim {
    struct sim_options options;
    char dir[256], database[LIM_URL];
    struct central central;
    struct secrets secrets;
    int64_t start, now;
    int64_t free_us; /* when the made-up server has done what it has to do */
    uint64_t rng;

    struct machine *machines;
    int companies;
    int64_t *asks; /* of each company */
    struct made *made;
    int64_t made_count, made_room;
    int64_t requests_before; /* records of requests that others made */

    struct event *events; /* a heap */
    int event_count, event_room;
    uint64_t order;

    struct fault *faults;
    int fault_count;

    ucontext_t scheduler;
    struct visit *running, *free_visits;
    int64_t visits;

    struct sim_counts counts;
    struct arrivals *arrivals; /* of seconds in which there were any */
    int64_t seconds, seconds_room;
    struct http *http;
    int64_t clock_began;
};

void event_add(struct sim *f, int64_t at, const struct machine *k, enum event_kind kind);
/* A request has reached the server. */
void count_arrival(struct sim *f);
void count_answer(struct sim *f, int status, int64_t bytes);
/* Makes companies, people, courses and enrolled kiosks (sim_ground.c). */
int ground_open(struct sim *f, struct err *err) ACHT_NODISCARD;
/* When each kiosk's first sync and first entry are. */
void sim_plan(struct sim *f);

#endif
