/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/central_serve.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "central/clerk.h"
#include "central/http.h"
#include "central/jobs.h"
#include "central/retention.h"
#include "main/central_open.h"
#include "main/central_records.h"

const struct option serve_options[] = {
    OPTION_DATABASE,
    OPTION_SECRETS,
    OPTION_ERASED,
    {"listen", "ADDRESS", "address and port [127.0.0.1:8470]; port 0: any free one", false},
    {"certificate", "FILE", "TLS certificate chain, PEM; without it: loopback only", false},
    {"key", "FILE", "its private key, PEM", false},
    {"per-address", "N", "connections from one address [20]; more behind a front proxy", false},
    {"kiosk-rate", "N", "requests of a kiosk in a minute [60]; 0: no limit, also below", false},
    {"company-rate", "N", "requests of a company's kiosks in a minute [600]", false},
    {"address-rate", "N", "requests without a token from one address in a minute [60]", false},
    {"code-rate", "N", "refused enrolment codes from one address in an hour [10]", false},
    {0},
};
/* When what the clock alone does is due next, by the monotonic clock. */
struct due {
    int64_t jobs, retention;
};

/* A failure is told and tried again the next time: the kiosks are served meanwhile. */
static void do_jobs(struct database *db, struct due *due)
{
    struct err err = {0}, why = {0}, gone = {0};
    struct retention_counts forgotten;
    int64_t now = clock_monotonic();
    if (now >= due->jobs) {
        if (database_serves(db, clock_now(), &gone) < 0)
            fprintf(stderr, "warning: that this server serves was not noted: %s\n", gone.msg);
        if (requests_tick(db, clock_now(), NULL, &err) < 0)
            log_line(stderr, "warning: the jobs were not done: %s", err.msg);
        due->jobs = now + JOBS_EVERY;
    }
    if (now >= due->retention) {
        int rc = retention_due(db, clock_now(), &why);
        if (rc == 0)
            log_line(stderr,
                "warning: the clock jumped since the last time, so nothing is forgotten"
                " before tomorrow");
        if (rc > 0)
            rc = retention_run(db, clock_now(), &forgotten, &why);
        if (rc < 0)
            log_line(stderr, "warning: not everything was forgotten: %s", why.msg);
        due->retention = now + RETENTION_EVERY;
    }
}

/* The watchdog hears of this loop and of the server's threads as of one: it is told nothing while
 * one request keeps one of them for longer than any request may. */
static void watchdog_turn(struct http_server *server)
{
    int64_t now = clock_monotonic();
    if (http_moves(server, now, notify_patience() / 2))
        notify_turn(now);
}

static void wait_for_signal(
    struct http_server *server, struct database *jobs, const sigset_t *signals)
{
    int64_t patience = notify_patience(),
            step = patience < 0 || patience > 3000 ? 500 : patience / 6;
    const struct timespec tick = {.tv_nsec = step * 1000 * 1000};
    struct due due = {0};
    while (sigtimedwait(signals, NULL, &tick) < 0) {
        http_tick(server, clock_monotonic());
        log_turn(clock_monotonic());
        do_jobs(jobs, &due);
        watchdog_turn(server);
    }
}

/* Three connections, since each is for one thread: one answers what only reads, the clerk writes,
 * and the jobs are done beside them. */
struct office {
    struct central reader, writer;
    struct database *jobs;
    struct secrets secrets;
    struct clerk *clerk;
    struct throttle *throttle;
};

static int read_rates(const struct args *args, struct rates *r, struct err *err)
{
    static const struct {
        const char *option;
        int64_t usual;
    } rates[LIMITS] = {
        [LIMIT_KIOSK] = {"kiosk-rate", LIM_KIOSK_RATE},
        [LIMIT_COMPANY] = {"company-rate", LIM_COMPANY_RATE},
        [LIMIT_ADDRESS] = {"address-rate", LIM_ADDRESS_RATE},
        [LIMIT_CODE] = {"code-rate", LIM_CODE_RATE},
    };
    for (int i = 0; i < LIMITS; i++)
        if (args_number(args, rates[i].option, 0, LIM_RATE, rates[i].usual, &r->of[i], err) < 0)
            return -1;
    return 0;
}

static int open_office(struct office *o, const struct args *args, struct err *err)
{
    struct rates rates;
    char erased[PATH_ROOM];
    if (read_rates(args, &rates, err) < 0 || erased_path(args, erased, err) < 0)
        return -1;
    o->throttle = throttle_new(&rates);
    o->reader = o->writer =
        (struct central){.log = stderr, .secrets = &o->secrets, .throttle = o->throttle};
    o->reader.pages = pages_new();
    o->writer.pages = pages_new();
    if (open_database(&o->writer.db, args, MAY_BE_NEW, err) < 0 ||
        open_secrets(o->writer.db, args, &o->secrets, err) < 0 ||
        records_reapply(o->writer.db, &o->secrets, erased, err) < 0 ||
        open_database(&o->reader.db, args, MUST_EXIST, err) < 0)
        return -1;
    return open_database(&o->jobs, args, MUST_EXIST, err);
}

static void close_office(struct office *o)
{
    pages_free(o->reader.pages);
    pages_free(o->writer.pages);
    database_close(o->jobs);
    database_close(o->reader.db);
    database_close(o->writer.db);
    throttle_free(o->throttle);
    memory_wipe(&o->secrets, sizeof(o->secrets));
}

static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigprocmask(SIG_BLOCK, signals, NULL); /* the threads inherit this */
    signal(SIGPIPE, SIG_IGN);
}

static int serve(struct office *o, const struct http_options *options, struct err *err)
{
    sigset_t signals;
    char status[LIM_URL + 32];
    struct http_server *server;
    block_signals(&signals);
    if (clerk_start(&o->reader.clerk, &o->writer, err) < 0)
        return -1;
    if (http_start(&server, &o->reader, options, err) < 0) {
        clerk_stop(o->reader.clerk);
        clerk_free(o->reader.clerk);
        return -1;
    }
    printf("listening on %s\n", http_url(server));
    fflush(stdout);
    snprintf(status, sizeof(status), "listening on %s", http_url(server));
    notify_ready(status);
    wait_for_signal(server, o->jobs, &signals);
    notify_stopping();
    http_stop(server);
    return 0;
}

int run_serve(const struct args *args)
{
    struct err err = {0};
    int64_t per_address;
    struct office office = {0};
    char certificate[PATH_ROOM], key[PATH_ROOM];
    const char *listen = args_get(args, "listen");
    struct http_options options = {
        .listen = listen ? listen : "127.0.0.1:8470",
        .certificate =
            credential(args_get(args, "certificate"), "acht-central.certificate", certificate),
        .key = credential(args_get(args, "key"), "acht-central.key", key),
    };
    int rc =
        args_number(args, "per-address", 1, LIM_CONNECTIONS, LIM_PER_ADDRESS, &per_address, &err);
    options.per_address = (unsigned)per_address;
    if (rc == 0)
        rc = open_office(&office, args, &err);
    if (rc == 0)
        rc = serve(&office, &options, &err);
    close_office(&office);
    return rc < 0 ? args_fail(args, &err) : 0;
}
