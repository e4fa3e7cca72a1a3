/* SPDX-License-Identifier: EUPL-1.2 */
/* Thousands of kiosks in one process: each is the sync's own engine on a stack of its own, with a
 * clock that jumps from event to event. They speak to the server's routes in this process, or over
 * HTTP to a server that runs.
 *
 *     struct sim *f;
 *     sim_open(&f, &(struct sim_options){.kiosks = 3000, .entries = 5}, &err);
 *     sim_script(f, "from 0h to 30m all down\n", &err);
 *     sim_run(f, SIM_DAY);
 *     sim_check(f, &check, &err);
 *
 * Time is in milliseconds since the beginning, which is midnight UTC. All that is random comes from
 * the seed. A program of this is linked as tests.mk links those in tests/fleet. */
#ifndef TESTS_FLEET_SIM_H
#define TESTS_FLEET_SIM_H

#include "base/buf.h"
#include "central/database.h"
#include "model/cause.h"

#define SIM_SECOND INT64_C(1000)
#define SIM_MINUTE (60 * SIM_SECOND)
#define SIM_HOUR (60 * SIM_MINUTE)
#define SIM_DAY (24 * SIM_HOUR)
#define SIM_NEVER INT64_MAX
#define SIM_CAUSES 9 /* of enum cause */

struct sim;

/* 0 or NULL is the default in []. */
struct sim_options {
    int kiosks;
    int real;            /* the first so many have a real store; the others keep a few hundred bytes
                            and 16 more per record [0] */
    int per_company;     /* kiosks of one company [10] */
    int people, courses; /* people of each company [20], courses of all [50] */
    int entries;         /* that people make at each kiosk in a day, from 7 to 19 h [0] */
    int64_t night, spread; /* the night's sync: when in the day, over how long [00:30, 4 h] */
    bool at_once;          /* the first sync is due at 0: after a power cut */
    int64_t boot_spread;   /* ... spread over so long [0] */
    bool no_jitter;        /* a negative control: waits the whole back-off, as all others do */
    const char *dir;       /* of the real stores and of the database; must be there */
    const char *share;     /* for store_open(), when there are real stores */
    const char *database;  /* path or URL [DIR/central.db]; companies fleet-0000 ... are added */
    const char *secrets;   /* file of its secrets [DATABASE.secrets] */
    uint64_t seed;         /* [1] */

    /* Carried in this process, the server and the lines to it are made up. */
    int64_t capacity;        /* answers a second; 0: any number */
    int64_t round_trip;      /* milliseconds [40] */
    int64_t bits_per_second; /* of a kiosk's line [2,000,000] */

    /* Carried over HTTP. */
    const char *server; /* its base address; it serves the database; NULL: in this process */
    const char *ca;     /* file with the authorities that are trusted; NULL: the system's */
    int64_t speed;      /* milliseconds of the fleet in one of the clock [1] */
    int most; /* syncs at once, the others wait; fewer than the server takes connections [any] */
};

int sim_open(struct sim **out, const struct sim_options *options, struct err *err) ACHT_NODISCARD;
void sim_close(struct sim *f); /* NULL is fine */

/* What goes wrong: one fault a line, '#' begins a remark.
 *     from 0h to 30m all down
 *     from 1d to 2d12h 0-9 lose-answers 20
 *     always 10-14 cause certificate
 * Kiosks count from 0. A fault is one of
 *     down            the server's machine refuses connections
 *     silent          nothing comes back: ten seconds, then no network
 *     lose-requests N, lose-answers N   N of 100 are lost on their way
 *     slow N          each exchange takes N milliseconds more
 *     cause WORD      each exchange fails with this cause (model/cause.h)
 *     clock N         the kiosk's clock is N seconds ahead (or behind, with a minus)
 *     away            the kiosk has no power; the sync that it missed is due when it is back
 *     full            the kiosk's disk is full (light stores only)
 * A line that is none of these is ERR_USAGE, and says which. */
int sim_script(struct sim *f, const char *text, struct err *err) ACHT_NODISCARD;

/* Lets time pass until then; returns how many kiosks still had a sync to finish. */
int sim_run(struct sim *f, int64_t until);
int64_t sim_now(const struct sim *f);
/* The instant at which the fleet's time was 0. */
int64_t sim_start(const struct sim *f);

/* Somebody makes so many entries at a kiosk now. */
void sim_use(struct sim *f, int kiosk, int entries);
/* A sync is due now. */
void sim_sync(struct sim *f, int kiosk);

struct sim_counts {
    int64_t syncs, failed;        /* ended well, ended otherwise */
    int64_t by_cause[SIM_CAUSES]; /* tries; ok: also those that failed on the kiosk's side */
    int64_t here;                 /* these: a disk */
    int64_t made, settled;        /* entries */
    int64_t said;                 /* what kiosks told of themselves, and the server has */
    int64_t renewed;              /* tokens */
    int64_t alarms;               /* of copied kiosks, by the server in this process */
    int64_t requests, answers;    /* those that reached the server; those that came back */
    int64_t statuses[6];          /* answers by hundreds: [2] is 2xx */
    int64_t up, down;             /* bytes of requests and answers, heads included */
    int64_t most_at_once;         /* syncs */
};
void sim_counts(const struct sim *f, struct sim_counts *out);

/* The most requests that the server got within one second of [from, to), and when. */
int64_t sim_peak(const struct sim *f, int64_t from, int64_t to, int64_t *when);

/* What became of a kiosk. */
struct sim_kiosk {
    const char *id, *name;
    char company[LIM_ID];
    int syncs, failed; /* tries that ended well, and otherwise */
    int in_a_row;      /* that failed, up to now */
    int64_t requests;
    int64_t last_ok;  /* when a sync last ended well; SIM_NEVER */
    int64_t longest;  /* milliseconds of the longest sync that ended well */
    enum cause cause; /* of the last try */
    bool here;        /* it failed on the kiosk's side: its disk */
    int64_t waiting;  /* entries */
};
void sim_kiosk(struct sim *f, int kiosk, struct sim_kiosk *out);
/* Where its real store is. */
void sim_store_dir(const struct sim *f, int kiosk, char *out, size_t size);

/* The final state. Entries are looked up in the database; a light kiosk's cache, with what the feed
 * has after it, is compared with one that is fetched anew with the same enrolment. Requests are
 * counted as long as no two entries ask for the same: a company has people times courses of them.
 */
struct sim_check {
    int64_t entries; /* made */
    int64_t waiting; /* at kiosks */
    int64_t lost;    /* not waiting, and the server has not exactly what the kiosk was told */
    int64_t surplus; /* the server has entries of these companies that nobody made */
    int64_t by_verdict[4];
    int64_t caches;    /* compared */
    int64_t differing; /* of them */
    int64_t records;   /* in the largest */
};
int sim_check(struct sim *f, struct sim_check *out, struct err *err) ACHT_NODISCARD;

/* Writes down what each kiosk sends in one sync with so many new entries, request by request as
 * HTTP/1.1, instead of sending it; its entries count as accepted. It has the newest of the feed. */
typedef void sim_see(void *context, int kiosk, const char *bytes, size_t len);
int sim_record(
    struct sim *f, int entries, sim_see *see, void *context, struct err *err) ACHT_NODISCARD;

/* The server's database, for those who look at it. */
struct database *sim_database(struct sim *f);

#endif
