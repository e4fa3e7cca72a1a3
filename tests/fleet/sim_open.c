/* SPDX-License-Identifier: EUPL-1.2 */
/* A fleet's beginning and end, and what can be asked of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fleet/sim_inner.h"

#define REAL_MAX 50 /* all of SQLite's memory in a process is bounded */

/* ---- kiosks ---- */

int machine_index(const struct machine *k)
{
    return (int)(k - k->sim->machines);
}

int machine_company(const struct machine *k)
{
    return machine_index(k) / k->sim->options.per_company;
}

void company_name(int company, char out[LIM_ID])
{
    snprintf(out, LIM_ID, "fleet-%04d", company);
}

int64_t machine_clock(struct machine *k)
{
    const struct sim *f = k->sim;
    const struct fault *wrong = fault_now(k, FAULT_clock);
    int64_t right = f->http ? clock_now() : f->start + f->now;
    return right + (wrong ? wrong->value * 1000 : 0);
}

static int64_t transport_now(struct transport *t)
{
    return machine_clock((struct machine *)(void *)t);
}

static void make_machines(struct sim *f)
{
    f->machines = mem_array((size_t)f->options.kiosks, sizeof(*f->machines));
    for (int i = 0; i < f->options.kiosks; i++) {
        struct machine *k = &f->machines[i];
        k->transport = (struct transport){.exchange = visit_exchange, .now = transport_now};
        k->sim = f;
        k->real = i < f->options.real;
        k->last_ok = SIM_NEVER;
        snprintf(k->name, sizeof(k->name), "kiosk-%05d", i);
        light_start(&k->light, k, f->start);
    }
}

void sim_store_dir(const struct sim *f, int kiosk, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", f->dir, f->machines[kiosk].name);
}

/* ---- the beginning ---- */

static void set(int64_t *value, int64_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void set_int(int *value, int otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void fill_options(struct sim_options *o)
{
    set_int(&o->per_company, 10);
    set_int(&o->people, 20);
    set_int(&o->courses, 50);
    set(&o->night, 30 * SIM_MINUTE);
    set(&o->spread, 4 * SIM_HOUR);
    set(&o->round_trip, 40);
    set(&o->bits_per_second, 2000000);
    set(&o->speed, 1);
    if (o->seed == 0)
        o->seed = 1;
}

static int check(const struct sim_options *o, struct err *err)
{
    if (o->kiosks < 1 || o->kiosks > 100000 || o->per_company < 1 || o->people < 1 ||
        o->courses < 1 || o->real > o->kiosks || o->real > REAL_MAX)
        return err_set(err, ERR_USAGE,
            "a fleet has 1 to 100000 kiosks, people and courses; %d kiosks may be real", REAL_MAX);
    if (!o->database && !o->dir)
        return err_set(err, ERR_USAGE, "a fleet needs a database, or a directory to make one in");
    if (o->real > 0 && (!o->dir || !o->share))
        return err_set(err, ERR_USAGE, "real stores need a directory");
    return 0;
}

static void place(struct sim *f)
{
    const struct sim_options *o = &f->options;
    str_copy(f->dir, sizeof(f->dir), o->dir ? o->dir : "");
    if (o->database)
        str_copy(f->database, sizeof(f->database), o->database);
    else
        snprintf(f->database, sizeof(f->database), "%s/central.db", f->dir);
    f->companies = (o->kiosks + o->per_company - 1) / o->per_company;
    f->asks = mem_array((size_t)f->companies, sizeof(*f->asks));
}

int sim_open(struct sim **out, const struct sim_options *options, struct err *err)
{
    struct sim *f = mem_alloc(sizeof(*f));
    *out = NULL;
    f->options = *options;
    fill_options(&f->options);
    if (check(&f->options, err) < 0) {
        mem_free(f);
        return -1;
    }
    f->rng = f->options.seed;
    f->start = (clock_now() / SIM_DAY + 1) * SIM_DAY;
    place(f);
    make_machines(f);
    if (ground_open(f, err) < 0 || (f->options.server && http_open(f, err) < 0)) {
        sim_close(f);
        return -1;
    }
    sim_plan(f);
    *out = f;
    return 0;
}

void sim_close(struct sim *f)
{
    if (!f)
        return;
    for (int i = 0; f->machines && i < f->options.kiosks; i++) {
        light_release(&f->machines[i].light);
        store_close(f->machines[i].store);
    }
    http_close(f);
    visits_release(f);
    database_close(f->central.db);
    memory_wipe(&f->secrets, sizeof(f->secrets));
    mem_free(f->machines);
    mem_free(f->asks);
    mem_free(f->made);
    mem_free(f->events);
    mem_free(f->faults);
    mem_free(f->arrivals);
    mem_free(f);
}

/* ---- questions ---- */

int64_t sim_now(const struct sim *f)
{
    return f->now;
}

int64_t sim_start(const struct sim *f)
{
    return f->start;
}

struct database *sim_database(struct sim *f)
{
    return f->central.db;
}

void sim_counts(const struct sim *f, struct sim_counts *out)
{
    *out = f->counts;
    out->alarms = f->central.counts.copies;
}

void sim_kiosk(struct sim *f, int kiosk, struct sim_kiosk *out)
{
    const struct machine *k = &f->machines[kiosk];
    *out = (struct sim_kiosk){.id = k->id,
        .name = k->name,
        .syncs = k->syncs,
        .failed = k->failed,
        .in_a_row = k->schedule.failures,
        .requests = k->requests,
        .last_ok = k->last_ok,
        .longest = k->longest,
        .cause = k->cause,
        .here = k->here,
        .waiting = k->waiting};
    company_name(machine_company(k), out->company);
}
