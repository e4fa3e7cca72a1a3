/* SPDX-License-Identifier: EUPL-1.2 */
/* A fleet's beginning and end, and what can be asked of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fleet/fleet_inner.h"

#define REAL_MAX 50 /* all of SQLite's memory in a process is bounded */

/* ---- kiosks ---- */

int sim_index(const struct sim *k)
{
    return (int)(k - k->fleet->sims);
}

int sim_company(const struct sim *k)
{
    return sim_index(k) / k->fleet->options.per_company;
}

void company_name(int company, char out[LIM_ID])
{
    snprintf(out, LIM_ID, "fleet-%04d", company);
}

int64_t sim_clock(struct sim *k)
{
    const struct fleet *f = k->fleet;
    const struct fault *wrong = fault_now(k, FAULT_clock);
    int64_t right = f->http ? clock_now() : f->start + f->now;
    return right + (wrong ? wrong->value * 1000 : 0);
}

static int64_t transport_now(struct transport *t)
{
    return sim_clock((struct sim *)(void *)t);
}

static void make_sims(struct fleet *f)
{
    f->sims = mem_array((size_t)f->options.kiosks, sizeof(*f->sims));
    for (int i = 0; i < f->options.kiosks; i++) {
        struct sim *k = &f->sims[i];
        k->transport = (struct transport){.exchange = visit_exchange, .now = transport_now};
        k->fleet = f;
        k->real = i < f->options.real;
        k->last_ok = FLEET_NEVER;
        snprintf(k->name, sizeof(k->name), "kiosk-%05d", i);
        light_start(&k->light, k, f->start);
    }
}

void fleet_store_dir(const struct fleet *f, int kiosk, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", f->dir, f->sims[kiosk].name);
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

static void fill_options(struct fleet_options *o)
{
    set_int(&o->per_company, 10);
    set_int(&o->people, 20);
    set_int(&o->courses, 50);
    set(&o->night, 30 * FLEET_MINUTE);
    set(&o->spread, 4 * FLEET_HOUR);
    set(&o->round_trip, 40);
    set(&o->bits_per_second, 2000000);
    set(&o->speed, 1);
    if (o->seed == 0)
        o->seed = 1;
}

static int check(const struct fleet_options *o, struct err *err)
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

static void place(struct fleet *f)
{
    const struct fleet_options *o = &f->options;
    str_copy(f->dir, sizeof(f->dir), o->dir ? o->dir : "");
    if (o->database)
        str_copy(f->database, sizeof(f->database), o->database);
    else
        snprintf(f->database, sizeof(f->database), "%s/central.db", f->dir);
    f->companies = (o->kiosks + o->per_company - 1) / o->per_company;
    f->asks = mem_array((size_t)f->companies, sizeof(*f->asks));
}

int fleet_open(struct fleet **out, const struct fleet_options *options, struct err *err)
{
    struct fleet *f = mem_alloc(sizeof(*f));
    *out = NULL;
    f->options = *options;
    fill_options(&f->options);
    if (check(&f->options, err) < 0) {
        mem_free(f);
        return -1;
    }
    f->rng = f->options.seed;
    f->start = (clock_now() / FLEET_DAY + 1) * FLEET_DAY;
    place(f);
    make_sims(f);
    if (ground_open(f, err) < 0 || (f->options.server && http_open(f, err) < 0)) {
        fleet_close(f);
        return -1;
    }
    fleet_plan(f);
    *out = f;
    return 0;
}

void fleet_close(struct fleet *f)
{
    if (!f)
        return;
    for (int i = 0; f->sims && i < f->options.kiosks; i++) {
        light_release(&f->sims[i].light);
        store_close(f->sims[i].store);
    }
    http_close(f);
    visits_release(f);
    database_close(f->central.db);
    memory_wipe(&f->secrets, sizeof(f->secrets));
    mem_free(f->sims);
    mem_free(f->asks);
    mem_free(f->made);
    mem_free(f->events);
    mem_free(f->faults);
    mem_free(f->arrivals);
    mem_free(f);
}

/* ---- questions ---- */

int64_t fleet_now(const struct fleet *f)
{
    return f->now;
}

int64_t fleet_start(const struct fleet *f)
{
    return f->start;
}

struct database *fleet_database(struct fleet *f)
{
    return f->central.db;
}

void fleet_counts(const struct fleet *f, struct fleet_counts *out)
{
    *out = f->counts;
}

void fleet_kiosk(struct fleet *f, int kiosk, struct fleet_kiosk *out)
{
    const struct sim *k = &f->sims[kiosk];
    *out = (struct fleet_kiosk){.id = k->id,
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
    company_name(sim_company(k), out->company);
}
