/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "base/paths.h"
#include "main/options.h"
#include "sync/enrol.h"
#include "sync/loop.h"
#include "sync/transport_curl.h"

#define INTERVAL_S (15 * 60)
#define INTERVAL_MAX_S (24 * 60 * 60)
#define SPREAD_MAX_S (24 * 60 * 60)

static const struct option run_options[] = {
    {"once", NULL, "one sync, then end", false},
    {"data", "DIR", "directory of the kiosk ($ACHT_DATA, else /var/lib/acht)", false},
    {"interval", "SECONDS", "time between syncs (900)", false},
    {"spread", "SECONDS", "start up to so much later, each kiosk at another time (0)", false},
    {"runtime", "DIR", "where systemd keeps the kiosks' runtime directories (/run)", false},
    {0},
};

static const struct option enrol_options[] = {
    {"server", "URL", "address of the central server", true},
    {"code", "CODE", "one-time code of this kiosk", true},
    {"ca", "FILE", "trust the certificates in this file only", false},
    {"pins", "PINS", "keys of which the server must have one: sha256//...;sha256//...", false},
    {"data", "DIR", "directory of the kiosk ($ACHT_DATA, else /var/lib/acht)", false},
    {0},
};

/* A descriptor that is readable once somebody wants this program to end; the signals themselves
 * interrupt nothing. */
static int stop_descriptor(struct err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    int fd = sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -1 : signalfd(-1, &set, SFD_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot watch for signals: %s", strerrordesc_np(errno));
    return fd;
}

/* The exit codes are few, so that a unit file can tell "again later" from "somebody must look". */
static int exit_code(int rc, const struct err *err)
{
    if (rc >= 0)
        return 0;
    if (err->code == ERR_USAGE)
        return err_exit_code(err->code);
    bool look = err->code == ERR_AUTH || err->code == ERR_CONFIG || err->code == ERR_TOO_NEW;
    return look ? 78 : 75;
}

static int finish(const struct args *args, int rc, const struct err *err)
{
    if (rc < 0)
        args_fail(args, err);
    return exit_code(rc, err);
}

/* The loop has its own word on what fails in it. */
static int run_sync(struct loop *loop, bool once, struct err *err)
{
    if (!once)
        return loop_run(loop, err);
    struct sync_result result;
    int rc = loop_wait_spread(loop, err);
    return rc != 0 ? rc : loop_once(loop, &result, err);
}

static int sync_command(const struct args *args)
{
    char share[PATH_ROOM];
    struct err err = {0};
    int64_t seconds, spread = 0;
    struct loop loop = {.dir = paths_data(args_get(args, "data")), .share = share};
    int rc = args_number(args, "interval", 1, INTERVAL_MAX_S, INTERVAL_S, &seconds, &err);
    if (rc == 0)
        rc = args_number(args, "spread", 0, SPREAD_MAX_S, 0, &spread, &err);
    if (rc == 0)
        rc = paths_share(share, &err);
    if (rc == 0)
        rc = loop.stop_fd = stop_descriptor(&err);
    if (rc < 0)
        return finish(args, rc, &err);
    loop.runtime = args_has(args, "runtime") ? args_get(args, "runtime") : "/run";
    loop.interval = seconds * 1000;
    loop.spread = spread * 1000;
    rc = run_sync(&loop, args_has(args, "once"), &err);
    loop_end(&loop);
    return exit_code(rc, &err);
}

static int make_directory(const char *dir, struct err *err)
{
    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return err_set(err, ERR_CONFIG, "cannot make '%s': %s", dir, strerrordesc_np(errno));
    return 0;
}

/* Fills in what the server does not know: how this kiosk reaches it. */
static int describe_server(const struct args *args, struct enrolment *e, struct err *err)
{
    const char *ca = args_get(args, "ca"), *pins = args_get(args, "pins");
    if (pins && str_copy(e->pins, sizeof(e->pins), pins) < 0)
        return err_set(err, ERR_USAGE, "the list of keys is too long");
    if (str_copy(e->server, sizeof(e->server), args_get(args, "server")) < 0)
        return err_set(err, ERR_USAGE, "the server's address is too long");
    char *path = ca ? realpath(ca, NULL) : NULL;
    if (ca && !path)
        return err_set(err, ERR_CONFIG, "cannot find '%s': %s", ca, strerrordesc_np(errno));
    int cut = path ? str_copy(e->ca, sizeof(e->ca), path) : 0;
    free(path);
    return cut < 0 ? err_set(err, ERR_USAGE, "the path of the CA file is too long") : 0;
}

/* Nothing that waits here may be cut off by becoming another kiosk. */
static int keep_waiting(const char *dir, const struct enrolment *e, struct err *err)
{
    char share[PATH_ROOM];
    struct store *store;
    if (paths_share(share, err) < 0 || store_open(&store, dir, share, STORE_SYNC, NULL, err) < 0)
        return -1;
    int rc = sync_enrol_keeps(store, e, err);
    store_close(store);
    return rc;
}

static int enrol_at(const struct args *args, const char *dir, struct err *err)
{
    struct enrolment how = {0}, e = {0};
    struct transport *transport;
    if (describe_server(args, &how, err) < 0 || make_directory(dir, err) < 0 ||
        enrolment_can_save(dir, err) < 0 ||
        transport_curl_open(&transport, how.server, how.ca, "", -1, err) < 0)
        return -1;
    int rc = transport_curl_pin(transport, how.pins, err);
    if (rc == 0)
        rc = sync_enrol(transport, args_get(args, "code"), &e, err);
    transport_curl_close(transport);
    if (rc < 0)
        return -1;
    memcpy(e.server, how.server, sizeof(e.server));
    memcpy(e.ca, how.ca, sizeof(e.ca));
    memcpy(e.pins, how.pins, sizeof(e.pins));
    if (keep_waiting(dir, &e, err) < 0 || enrolment_save(dir, &e, err) < 0)
        return -1;
    printf("This terminal is kiosk %s of company %s.\n", e.name, e.company);
    return 0;
}

static int enrol_command(const struct args *args)
{
    struct err err = {0};
    return finish(args, enrol_at(args, paths_data(args_get(args, "data")), &err), &err);
}

static const struct command commands[] = {
    {"run", "", 0, 0, "send what was asked, fetch what is new", run_options,
        "acht-sync --once\nacht-sync --data /var/lib/acht --interval 600", sync_command},
    {"enrol", "", 0, 0, "make this terminal known to a server", enrol_options,
        "acht-sync enrol --server https://acht.example --code NSRBER-55CMN-JZ2GN", enrol_command},
    {0},
};

static const struct program acht_sync = {"acht-sync",
    "carries a kiosk's requests to the central server and brings the catalogue", commands, "run"};

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    umask(077);
    return program_main(&acht_sync, argc, argv);
}
