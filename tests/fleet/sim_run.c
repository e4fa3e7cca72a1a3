/* SPDX-License-Identifier: EUPL-1.2 */
/* The clock that jumps from event to event, and what kiosks do of themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fleet/sim_inner.h"
#include "support/rng.h"

#define BOOT_SPREAD (10 * SIM_MINUTE) /* acht-sync.service: --spread 600 */
#define WORK_BEGINS (7 * SIM_HOUR)
#define WORK_LASTS (12 * SIM_HOUR)

/* ---- events ---- */

static bool earlier(const struct event *a, const struct event *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void event_add(struct sim *f, int64_t at, const struct machine *k, enum event_kind kind)
{
    if (f->event_count == f->event_room) {
        f->event_room = f->event_room ? 2 * f->event_room : 1024;
        f->events = mem_realloc(f->events, sizeof(*f->events) * (size_t)f->event_room);
    }
    struct event e = {at, f->order++, machine_index(k), kind};
    int i = f->event_count++;
    for (; i > 0 && earlier(&e, &f->events[(i - 1) / 2]); i = (i - 1) / 2)
        f->events[i] = f->events[(i - 1) / 2];
    f->events[i] = e;
}

static struct event event_take(struct sim *f)
{
    struct event *h = f->events, first = h[0], last = h[--f->event_count];
    int i = 0;
    for (int child = 1; child < f->event_count; child = 2 * i + 1) {
        if (child + 1 < f->event_count && earlier(&h[child + 1], &h[child]))
            child++;
        if (!earlier(&h[child], &last))
            break;
        h[i] = h[child];
        i = child;
    }
    h[i] = last;
    return first;
}

/* ---- counting ---- */

void count_arrival(struct sim *f)
{
    int64_t second = f->now / SIM_SECOND;
    f->counts.requests++;
    if (f->seconds > 0 && f->arrivals[f->seconds - 1].second == second) {
        f->arrivals[f->seconds - 1].count++;
        return;
    }
    if (f->seconds == f->seconds_room) {
        f->seconds_room = f->seconds_room ? 2 * f->seconds_room : 1024;
        f->arrivals = mem_realloc(f->arrivals, sizeof(*f->arrivals) * (size_t)f->seconds_room);
    }
    f->arrivals[f->seconds++] = (struct arrivals){second, 1};
}

void count_answer(struct sim *f, int status, int64_t bytes)
{
    f->counts.answers++;
    f->counts.down += bytes;
    f->counts.statuses[status / 100 < 6 ? status / 100 : 5]++;
}

int64_t sim_peak(const struct sim *f, int64_t from, int64_t to, int64_t *when)
{
    int64_t most = 0;
    for (int64_t i = 0; i < f->seconds; i++) {
        const struct arrivals *a = &f->arrivals[i];
        int64_t at = a->second * SIM_SECOND;
        if (at < from || at >= to || a->count <= most)
            continue;
        most = a->count;
        if (when)
            *when = at;
    }
    return most;
}

/* ---- what a kiosk does ---- */

static void plan(struct machine *k, int64_t at)
{
    k->due = at;
    event_add(k->sim, at, k, EVENT_DUE);
}

/* The first of its nights after now. */
static int64_t next_night(const struct machine *k)
{
    const struct sim *f = k->sim;
    int64_t place = f->options.night + k->place, day = f->now / SIM_DAY;
    int64_t at = day * SIM_DAY + place;
    return at > f->now ? at : at + SIM_DAY;
}

/* Without jitter: the whole of what the back-off allows. */
static int64_t whole_wait(int failures)
{
    int64_t wait = SCHEDULE_BASE_MS;
    for (int i = 1; i < failures && wait < SCHEDULE_CAP_MS; i++)
        wait *= 2;
    return wait < SCHEDULE_CAP_MS ? wait : SCHEDULE_CAP_MS;
}

void machine_ended(struct machine *k, const struct visit *v)
{
    struct sim *f = k->sim;
    bool well = v->rc == 0;
    k->cause = v->result.cause;
    k->here = !well && k->cause == CAUSE_ok;
    f->counts.here += k->here;
    *(well ? &k->syncs : &k->failed) += 1;
    *(well ? &f->counts.syncs : &f->counts.failed) += 1;
    f->counts.by_cause[k->cause]++;
    sync_plan(&k->schedule, v->rc, &v->result, f->now, rng_next(&f->rng));
    if (!well) {
        plan(
            k, f->options.no_jitter ? f->now + whole_wait(k->schedule.failures) : k->schedule.next);
        return;
    }
    k->last_ok = f->now;
    if (f->now - v->began > k->longest)
        k->longest = f->now - v->began;
    plan(k, next_night(k));
}

static void due(struct machine *k)
{
    struct sim *f = k->sim;
    const struct fault *away = fault_now(k, FAULT_away);
    if (k->visit || k->due > f->now)
        return; /* was planned anew meanwhile */
    if (away && away->to == SIM_NEVER)
        return;
    if (away) {
        plan(k, away->to + schedule_place(k->id, BOOT_SPREAD));
        return;
    }
    if (f->options.most > 0 && f->visits >= f->options.most) {
        plan(k, f->now + 100 * f->options.speed); /* a tenth of a second of the clock */
        return;
    }
    k->due = SIM_NEVER;
    visit_begin(k);
}

/* When the day's plan has the next entry: evenly over the working hours, and a little by lot. */
static void plan_use(struct machine *k)
{
    struct sim *f = k->sim;
    int64_t n = f->options.entries;
    if (n == 0)
        return;
    int64_t slot = WORK_LASTS / n, day = k->used / n, i = k->used % n;
    int64_t at =
        day * SIM_DAY + WORK_BEGINS + i * slot + (int64_t)rng_below(&f->rng, (uint64_t)slot);
    k->used++;
    event_add(f, at, k, EVENT_USE);
}

/* No two entries of a company ask for the same course for the same person, as long as it has any
 * that were not asked for. */
static void make_ask(struct machine *k, struct record *r, char person[16], char course[16])
{
    struct sim *f = k->sim;
    int64_t n = f->asks[machine_company(k)]++;
    snprintf(person, 16, "p%d", (int)(n % f->options.people));
    snprintf(course, 16, "fleet-c%d", (int)(n / f->options.people % f->options.courses));
    record_init(r, TYPE_ASK);
    record_set_text(r, ASK_person, person);
    record_set_text(r, ASK_course, course);
    record_set_text(r, ASK_title, "A course");
}

static struct made *room_for_one(struct sim *f)
{
    if (f->made_count == f->made_room) {
        f->made_room = f->made_room ? 2 * f->made_room : 1024;
        f->made = mem_realloc(f->made, sizeof(*f->made) * (size_t)f->made_room);
    }
    return &f->made[f->made_count];
}

/* What is not taken was not made: the person is told so. */
static void ask(struct machine *k, struct store *s)
{
    struct sim *f = k->sim;
    struct record r;
    struct err err = {0};
    char person[16], course[16];
    struct made *m = room_for_one(f);
    *m = (struct made){.kiosk = machine_index(k), .verdict = WAITS};
    make_ask(k, &r, person, course);
    if (journal_append(s, &r, k->id, machine_clock(k), m->id, &err) < 0)
        return;
    f->made_count++;
    f->counts.made++;
    k->waiting++;
}

static void ask_all(struct machine *k, int count)
{
    struct err err = {0};
    char dir[512];
    struct store *s = light_store(&k->light);
    sim_store_dir(k->sim, machine_index(k), dir, sizeof(dir));
    if (k->real && store_open(&s, dir, k->sim->options.share, STORE_KIOSK, NULL, &err) < 0)
        return;
    for (int i = 0; i < count; i++)
        ask(k, s);
    if (k->real)
        store_close(s);
}

static void handle(struct sim *f, const struct event *e)
{
    struct machine *k = &f->machines[e->kiosk];
    switch (e->kind) {
    case EVENT_DUE:
        due(k);
        break;
    case EVENT_USE:
        if (!fault_now(k, FAULT_away))
            ask_all(k, 1);
        plan_use(k);
        break;
    case EVENT_ARRIVE:
        line_arrive(f, k->visit);
        break;
    case EVENT_SERVE:
        line_answer(f, k->visit);
        break;
    case EVENT_ANSWER:
        visit_resume(k->visit);
        break;
    }
}

/* ---- time ---- */

static void run_here(struct sim *f, int64_t until)
{
    while (f->event_count > 0 && f->events[0].at <= until) {
        struct event e = event_take(f);
        f->now = e.at;
        handle(f, &e);
    }
    f->now = until;
}

static int64_t passed(const struct sim *f)
{
    return (clock_monotonic() - f->clock_began) * f->options.speed;
}

/* Over HTTP an event comes as soon as its time has passed on the clock. */
static void run_there(struct sim *f, int64_t until)
{
    while (f->now < until || f->visits > 0) {
        int64_t now = passed(f), wait = 0;
        while (f->event_count > 0 && f->events[0].at <= now && f->events[0].at <= until) {
            struct event e = event_take(f);
            f->now = e.at > f->now ? e.at : f->now;
            handle(f, &e);
        }
        f->now = now > f->now ? now : f->now;
        if (f->event_count > 0 && f->events[0].at > now)
            wait = (f->events[0].at - now) / f->options.speed;
        http_turn(f, wait < 100 ? wait : 100);
    }
}

int sim_run(struct sim *f, int64_t until)
{
    int unfinished = 0;
    if (f->http && f->clock_began == 0)
        f->clock_began = clock_monotonic();
    if (f->http)
        run_there(f, until);
    else
        run_here(f, until);
    for (int i = 0; i < f->options.kiosks; i++)
        unfinished += f->machines[i].visit || f->machines[i].schedule.failures > 0 ||
                      f->machines[i].due <= f->now;
    return unfinished;
}

void sim_use(struct sim *f, int kiosk, int entries)
{
    ask_all(&f->machines[kiosk], entries);
}

void sim_sync(struct sim *f, int kiosk)
{
    if (!f->machines[kiosk].visit)
        plan(&f->machines[kiosk], f->now);
}

/* The first plans of all. */
void sim_plan(struct sim *f)
{
    for (int i = 0; i < f->options.kiosks; i++) {
        struct machine *k = &f->machines[i];
        k->place = schedule_place(k->id, f->options.spread);
        schedule_start(&k->schedule, SIM_DAY, 0);
        plan_use(k);
        plan(k, f->options.at_once ? schedule_place(k->id, f->options.boot_spread)
                                   : f->options.night + k->place);
    }
}
