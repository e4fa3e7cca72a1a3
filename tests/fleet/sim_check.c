/* SPDX-License-Identifier: EUPL-1.2 */
/* The final state: every entry has exactly one effect, and every cache is the server's feed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet/sim_inner.h"

/* ---- entries ---- */

/* Whether somebody asked twice for the same: then one request stands for both, whichever came
 * first. */
static bool repeats(const struct sim *f)
{
    int64_t most = 0;
    for (int i = 0; i < f->companies; i++)
        most = f->asks[i] > most ? f->asks[i] : most;
    return most > (int64_t)f->options.people * f->options.courses;
}

/* Whether the server has what the kiosk was told, and the request that an ask begins. */
static int look_up(struct sim *f, const struct made *m, struct sim_check *out, struct err *err)
{
    struct verdict v;
    struct record r;
    struct arena mem = {0};
    char company[LIM_ID];
    const struct machine *k = &f->machines[m->kiosk];
    company_name(machine_company(k), company);
    int kept = database_entry_find(f->central.db, company, m->id, &v, err);
    int there =
        kept < 0 ? -1 : database_get(f->central.db, company, TYPE_REQUEST, m->id, &mem, &r, err);
    arena_release(&mem);
    if (there < 0)
        return -1;
    bool told = k->real || m->verdict == (int)v.kind;
    bool effect = v.kind != VERDICT_accepted || there == 1 || repeats(f);
    if (kept == 0 || !told || !effect)
        out->lost++;
    else
        out->by_verdict[v.kind]++;
    return 0;
}

static int check_entries(struct sim *f, struct sim_check *out, struct err *err)
{
    int64_t requests;
    out->entries = f->made_count;
    for (int i = 0; i < f->options.kiosks; i++)
        out->waiting += f->machines[i].waiting;
    for (int64_t i = 0; i < f->made_count; i++) {
        const struct made *m = &f->made[i];
        bool waits =
            f->machines[m->kiosk].real ? f->machines[m->kiosk].waiting > 0 : m->verdict == WAITS;
        if (!waits && look_up(f, m, out, err) < 0)
            return -1;
    }
    if (database_count(f->central.db, TYPE_REQUEST, &requests, err) < 0)
        return -1;
    if (!repeats(f))
        out->surplus = requests - f->requests_before - out->by_verdict[VERDICT_accepted];
    return 0;
}

/* ---- caches ---- */

/* A kiosk with the same enrolment and an empty cache. */
struct auditor {
    struct transport transport; /* first */
    struct machine *machine;
    struct light light;
};

static int exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct auditor *a = (struct auditor *)(void *)t;
    char authorization[BEARER_TEXT];
    struct request unmarked = *q;
    (void)err;
    *cause = CAUSE_ok;
    unmarked.mark = NULL; /* it is no copy */
    line_bearer(a->machine, q, authorization);
    line_serve(a->machine->sim, authorization, &unmarked, machine_clock(a->machine), r);
    return 0;
}

static bool same(const struct holding *a, const struct holding *b)
{
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->v, b->v, sizeof(*a->v) * (size_t)a->count) == 0);
}

/* Fetches what there is after the cursor of this light store, which has no entries. */
static int fetch(struct auditor *a, struct err *err)
{
    struct sync_result result;
    struct enrolment *e = mem_alloc(sizeof(*e));
    machine_enrolment(a->machine, e);
    int rc = sync_run(light_store(&a->light), e, &a->transport, false, &result, err);
    mem_free(e);
    return rc;
}

static void take_over(struct light *to, const struct light *from)
{
    str_copy(to->cursor, sizeof(to->cursor), from->cursor);
    to->finished = from->finished;
    to->holding = holding_copy(&from->holding);
}

int machine_cursor(struct machine *k, char cursor[LIM_CURSOR], struct err *err)
{
    struct auditor a = {.transport = {.exchange = exchange}, .machine = k};
    light_start(&a.light, k, k->sim->start);
    int rc = fetch(&a, err);
    str_copy(cursor, LIM_CURSOR, a.light.cursor);
    light_release(&a.light);
    return rc;
}

/* What the kiosk has, and what has come since, must be all there is. */
static int check_cache(struct machine *k, struct sim_check *out, struct err *err)
{
    struct auditor anew = {.transport = {.exchange = exchange}, .machine = k}, on = anew;
    light_start(&anew.light, k, k->sim->start);
    light_start(&on.light, k, k->sim->start);
    take_over(&on.light, &k->light);
    int rc = fetch(&anew, err) < 0 || fetch(&on, err) < 0 ? -1 : 0;
    out->caches++;
    out->differing += !same(&anew.light.holding, &on.light.holding);
    if (anew.light.holding.count > out->records)
        out->records = anew.light.holding.count;
    light_release(&anew.light);
    light_release(&on.light);
    return rc;
}

/* Caches of those that never synced, and real ones, are left out. */
int sim_check(struct sim *f, struct sim_check *out, struct err *err)
{
    *out = (struct sim_check){0};
    if (check_entries(f, out, err) < 0)
        return -1;
    for (int i = 0; i < f->options.kiosks; i++) {
        struct machine *k = &f->machines[i];
        if (!k->real && k->syncs > 0 && check_cache(k, out, err) < 0)
            return -1;
    }
    return 0;
}
