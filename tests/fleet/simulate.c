/* SPDX-License-Identifier: EUPL-1.2 */
/* A fleet's days, told in figures: for who wants to know what a server has to bear (--help).
 * Without options it is a test: a thousand kiosks, a day and its nights, every entry with one
 * effect and every cache whole. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet/sim.h"
#include "support/measure.h"
#include "support/temp.h"

#define SCRIPT_MAX (64 * 1024)
#define MORNING (6 * SIM_HOUR) /* the last night is over then */

struct asked {
    struct sim_options sim;
    int64_t days;
    const char *script; /* file */
    bool json;
};

/* ---- options ---- */

/* Which number of the options an option sets; none: a text, or itself. */
struct number {
    const char *name;
    int *small;
    int64_t *large;
    int64_t max;
};

static const char help[] =
    "usage: simulate [OPTION VALUE]...\n"
    "Lets a fleet of kiosks live for some days and says what came of it.\n"
    "  --kiosks N          [1000]\n"
    "  --days N            with the night after them [1]\n"
    "  --entries N         that people make at each kiosk in a day [5]\n"
    "  --per-company N     kiosks of one company [10]\n"
    "  --people N          of one company [20, or as many as have something to ask]\n"
    "  --courses N         of the catalogue [50]\n"
    "  --real N            so many kiosks have a store of files; the others are light [0]\n"
    "  --at-once           all are switched on at the beginning, as after a power cut\n"
    "  --script FILE       what goes wrong, see tests/fleet/README.md\n"
    "  --seed N            of all that is random [1]\n"
    "  --database PATH|URL companies fleet-0000 ... are added to it [one that is thrown away]\n"
    "  --secrets FILE      of the database [PATH.secrets]\n"
    "A made-up line and server, unless --server is given:\n"
    "  --capacity N        answers a second [any]\n"
    "  --round-trip N      milliseconds [40]\n"
    "  --bits N            a second, of a kiosk's line [2000000]\n"
    "A server that runs and serves the database:\n"
    "  --server URL        http://127.0.0.1:8470\n"
    "  --ca FILE           whose certificates are trusted [those that this system trusts]\n"
    "  --speed N           of the fleet's time beside the clock's [1]\n"
    "  --json              the figures as one object\n";

static void usage(const char *why)
{
    fprintf(stderr, "simulate: %s\n%s", why, help);
    exit(64);
}

static const struct option options[] = {
    {"help", no_argument, NULL, 'h'},
    {"json", no_argument, NULL, 'j'},
    {"at-once", no_argument, NULL, '1'},
    {"script", required_argument, NULL, 'f'},
    {"database", required_argument, NULL, 'd'},
    {"secrets", required_argument, NULL, 's'},
    {"server", required_argument, NULL, 'u'},
    {"ca", required_argument, NULL, 'c'},
    {"kiosks", required_argument, NULL, 'n'},
    {"days", required_argument, NULL, 'n'},
    {"entries", required_argument, NULL, 'n'},
    {"per-company", required_argument, NULL, 'n'},
    {"people", required_argument, NULL, 'n'},
    {"courses", required_argument, NULL, 'n'},
    {"real", required_argument, NULL, 'n'},
    {"seed", required_argument, NULL, 'n'},
    {"capacity", required_argument, NULL, 'n'},
    {"round-trip", required_argument, NULL, 'n'},
    {"bits", required_argument, NULL, 'n'},
    {"speed", required_argument, NULL, 'n'},
    {0},
};

static void set_number(struct asked *a, const char *name, const char *text)
{
    struct sim_options *o = &a->sim;
    char *end;
    int64_t n = strtoll(text, &end, 10), seed = 0;
    const struct number numbers[] = {{"kiosks", &o->kiosks, NULL, 100000},
        {"days", NULL, &a->days, 1000}, {"entries", &o->entries, NULL, 1000},
        {"per-company", &o->per_company, NULL, 100000}, {"people", &o->people, NULL, 100000},
        {"courses", &o->courses, NULL, 1000000}, {"real", &o->real, NULL, 50},
        {"seed", NULL, &seed, INT64_MAX}, {"capacity", NULL, &o->capacity, 1000000},
        {"round-trip", NULL, &o->round_trip, 100000},
        {"bits", NULL, &o->bits_per_second, INT64_C(100000000000)},
        {"speed", NULL, &o->speed, 1000000}};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (strcmp(numbers[i].name, name) != 0)
            continue;
        if (!*text || *end || n < 0 || n > numbers[i].max)
            usage("a number is expected");
        if (numbers[i].small)
            *numbers[i].small = (int)n;
        else
            *numbers[i].large = n;
    }
    o->seed = seed ? (uint64_t)seed : o->seed;
}

static void read_options(int argc, char **argv, struct asked *a)
{
    int which;
    for (int c; (c = getopt_long(argc, argv, "", options, &which)) != -1;) {
        switch (c) {
        case 'h':
            printf("%s", help);
            exit(0);
        case 'j':
            a->json = true;
            break;
        case '1':
            a->sim.at_once = true;
            break;
        case 'f':
            a->script = optarg;
            break;
        case 'd':
            a->sim.database = optarg;
            break;
        case 's':
            a->sim.secrets = optarg;
            break;
        case 'u':
            a->sim.server = optarg;
            break;
        case 'c':
            a->sim.ca = optarg;
            break;
        case 'n':
            set_number(a, options[which].name, optarg);
            break;
        default:
            usage("this option is not known");
        }
    }
    if (optind < argc)
        usage("there are only options");
    if (a->sim.server && !a->sim.database)
        usage("--server needs the --database that it serves");
}

/* So many people that nobody has to ask twice for the same. */
static void set_people(struct asked *a)
{
    struct sim_options *o = &a->sim;
    int64_t kiosks = o->per_company ? o->per_company : 10, courses = o->courses ? o->courses : 50;
    int64_t people = kiosks * o->entries * (a->days + 1) / courses + 1;
    if (o->people == 0)
        o->people = people < 20 ? 20 : (int)people;
}

/* ---- what came of it ---- */

struct figures {
    struct sim_counts counts;
    struct sim_check check;
    int unfinished;
    int64_t peak, peak_at;
    double cpu, wall; /* ms; without the check */
};

static void print_causes(const struct sim_counts *n, const char *before, const char *after)
{
    for (int i = 0; i < SIM_CAUSES; i++) {
        char cause[LIM_ID];
        choice_name(CAUSES, i, cause);
        int64_t tries = n->by_cause[i] - (i == CAUSE_ok ? n->here : 0);
        if (tries > 0)
            printf("%s%s%s%lld", before, cause, after, (long long)tries);
    }
    if (n->here > 0)
        printf("%sdisk%s%lld", before, after, (long long)n->here);
}

static void print_json(const struct asked *a, const struct figures *x)
{
    const struct sim_counts *n = &x->counts;
    const struct sim_check *k = &x->check;
    printf("{\"kiosks\":%d,\"days\":%lld,\"seed\":%llu,\"unfinished\":%d,", a->sim.kiosks,
        (long long)a->days, (unsigned long long)a->sim.seed, x->unfinished);
    printf("\"syncs\":%lld,\"failed\":%lld,\"causes\":{\"tries\":%lld", (long long)n->syncs,
        (long long)n->failed, (long long)n->syncs + (long long)n->failed);
    print_causes(n, ",\"", "\":");
    printf("},\"requests\":%lld,\"answers\":%lld,\"refused\":%lld,\"peak_per_second\":%lld,",
        (long long)n->requests, (long long)n->answers,
        (long long)n->statuses[4] + (long long)n->statuses[5], (long long)x->peak);
    printf("\"bytes_up\":%lld,\"bytes_down\":%lld,\"syncs_at_once\":%lld,", (long long)n->up,
        (long long)n->down, (long long)n->most_at_once);
    printf("\"entries\":%lld,\"waiting\":%lld,\"lost\":%lld,\"surplus\":%lld,",
        (long long)k->entries, (long long)k->waiting, (long long)k->lost, (long long)k->surplus);
    printf("\"caches\":%lld,\"caches_differing\":%lld,\"cpu_ms\":%.0f,\"wall_ms\":%.0f}\n",
        (long long)k->caches, (long long)k->differing, x->cpu, x->wall);
}

static void print_text(const struct asked *a, const struct figures *x)
{
    const struct sim_counts *n = &x->counts;
    const struct sim_check *k = &x->check;
    int64_t kiosks = a->sim.kiosks;
    printf("%lld kiosks, %lld days and the nights around them, seed %llu\n", (long long)kiosks,
        (long long)a->days, (unsigned long long)a->sim.seed);
    printf("syncs: %lld ended well, %lld failed;", (long long)n->syncs, (long long)n->failed);
    print_causes(n, " ", " ");
    printf("\n%d kiosks are still trying; at most %lld syncs at once\n", x->unfinished,
        (long long)n->most_at_once);
    printf("requests: %lld, at most %lld in a second (%.2f h); answers: %lld, %lld of them 4xx, "
           "%lld 5xx\n",
        (long long)n->requests, (long long)x->peak, (double)x->peak_at / SIM_HOUR,
        (long long)n->answers, (long long)n->statuses[4], (long long)n->statuses[5]);
    printf("bytes of each kiosk: %lld up, %lld down\n", (long long)(n->up / kiosks),
        (long long)(n->down / kiosks));
    printf("entries: %lld made, %lld accepted, %lld merged, %lld held, %lld refused, %lld wait\n",
        (long long)k->entries, (long long)k->by_verdict[0], (long long)k->by_verdict[1],
        (long long)k->by_verdict[2], (long long)k->by_verdict[3], (long long)k->waiting);
    printf("%lld lost, %lld too many; %lld caches of at most %lld records compared, %lld differ\n",
        (long long)k->lost, (long long)k->surplus, (long long)k->caches, (long long)k->records,
        (long long)k->differing);
    printf("%.1f s on the clock, %.1f s of the processor%s\n", x->wall / 1e3, x->cpu / 1e3,
        a->sim.server ? " without the server's" : ", the server's part included");
}

static bool is_whole(const struct figures *x)
{
    const struct sim_check *k = &x->check;
    return k->lost == 0 && k->surplus == 0 && k->differing == 0;
}

/* ---- the days ---- */

static void must(int rc, const struct err *err)
{
    if (rc < 0) {
        fprintf(stderr, "simulate: %s\n", err->msg);
        printf("0 passed, 1 failed\n");
        exit(1);
    }
}

static void read_script(struct sim *f, const char *path)
{
    struct buf text = BUF_INIT(SCRIPT_MAX);
    struct err err = {0};
    must(buf_read_file(&text, path, &err), &err);
    must(sim_script(f, text.p, &err), &err);
    buf_release(&text);
}

static void live(const struct asked *a, struct figures *x)
{
    struct sim *f;
    struct err err = {0};
    must(sim_open(&f, &a->sim, &err), &err);
    if (a->script)
        read_script(f, a->script);
    double wall = wall_ms(), cpu = cpu_ms();
    x->unfinished = sim_run(f, a->days * SIM_DAY + MORNING);
    x->wall = wall_ms() - wall;
    x->cpu = cpu_ms() - cpu;
    sim_counts(f, &x->counts);
    x->peak = sim_peak(f, 0, SIM_NEVER, &x->peak_at);
    must(sim_check(f, &x->check, &err), &err);
    sim_close(f);
}

int main(int argc, char **argv)
{
    char dir[TEMP_PATH], share[TEMP_PATH];
    const char *build = getenv("ACHT_BUILD");
    struct figures x = {0};
    struct asked a = {.days = 1, .sim = {.kiosks = 1000, .entries = 5, .seed = 1}};
    read_options(argc, argv, &a);
    set_people(&a);
    snprintf(share, sizeof(share), "%.200s/share/acht", build ? build : "build");
    temp_make(dir);
    a.sim.dir = dir;
    a.sim.share = share;
    live(&a, &x);
    temp_remove(dir);
    if (a.json)
        print_json(&a, &x);
    else
        print_text(&a, &x);
    if (!a.json)
        printf("%d passed, %d failed\n", is_whole(&x), !is_whole(&x));
    return !is_whole(&x);
}
