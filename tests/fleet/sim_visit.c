/* SPDX-License-Identifier: EUPL-1.2 */
/* A sync on a stack of its own: the engine waits in exchange() as if it were alone. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fleet/sim_inner.h"
#include "sync/report.h"

/* The engine and a real store under it take less than half of it. */
#ifdef __SANITIZE_ADDRESS__
#define STACK (1024 * 1024)
#else
#define STACK (128 * 1024)
#endif

/* ---- stacks ---- */

static struct visit *visit_new(void)
{
    struct visit *v = mem_alloc(sizeof(*v));
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    v->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (v->stack == MAP_FAILED || mprotect(v->stack, guard, PROT_NONE) < 0)
        BUG("no memory for a stack");
    return v;
}

static struct visit *visit_take(struct sim *f)
{
    struct visit *v = f->free_visits;
    if (v)
        f->free_visits = v->next;
    else
        v = visit_new();
    *v = (struct visit){.stack = v->stack};
    f->visits++;
    if (f->visits > f->counts.most_at_once)
        f->counts.most_at_once = f->visits;
    return v;
}

static void visit_give_back(struct sim *f, struct visit *v)
{
    http_end(v);
    v->next = f->free_visits;
    f->free_visits = v;
    f->visits--;
}

void visits_release(struct sim *f)
{
    for (struct visit *v = f->free_visits, *next; v; v = next) {
        next = v->next;
        munmap(v->stack, STACK);
        mem_free(v);
    }
    f->free_visits = NULL;
}

/* ---- on its stack ---- */

void machine_enrolment(const struct machine *k, struct enrolment *out)
{
    *out = (struct enrolment){0};
    str_copy(out->kiosk, sizeof(out->kiosk), k->id);
    str_copy(out->name, sizeof(out->name), k->name);
    company_name(machine_company(k), out->company);
    str_copy(out->server_id, sizeof(out->server_id), database_server_id(k->sim->central.db));
    str_copy(out->token, sizeof(out->token), k->token);
    str_copy(out->token_before, sizeof(out->token_before), k->token_before);
}

/* As the sync's loop does it (sync/loop.c): it is no part of the sync, and changes nothing. */
static void say_how_it_is(
    struct visit *v, struct store *s, const struct enrolment *e, const struct err *why)
{
    struct err ignored = {0};
    struct machine *k = v->machine;
    const struct report_job job = {s, e, &k->transport, 0, v->result.copied, true};
    bool well = (v->rc == 0 || why->code != ERR_BUSY) && k->schedule.failures == 0;
    if (well && v->result.cause == CAUSE_ok && sync_report(&job, &ignored) > 0)
        k->sim->counts.said++;
}

/* As sync_renew_token(), whose file no kiosk here has. */
static void renew_token(struct machine *k)
{
    str_copy(k->token_before, sizeof(k->token_before), k->token);
    random_key_hex(k->token);
    k->sim->counts.renewed++;
}

static void sync_store(struct visit *v, struct store *s, const struct enrolment *e, struct err *err)
{
    struct machine *k = v->machine;
    v->rc = sync_run(s, e, &k->transport, false, &v->result, err);
    say_how_it_is(v, s, e, err);
    if (v->rc == 0 && v->result.renew)
        renew_token(k);
}

/* It is opened for the first sync and stays open, as acht-sync.service keeps it. */
static void sync_real(
    struct machine *k, const struct enrolment *e, struct visit *v, struct err *err)
{
    char dir[512];
    sim_store_dir(k->sim, machine_index(k), dir, sizeof(dir));
    if (!k->store && store_open(&k->store, dir, k->sim->options.share, STORE_SYNC, NULL, err) < 0) {
        v->rc = -1;
        return;
    }
    (void)store_changed(k->store);
    sync_store(v, k->store, e, err);
    k->waiting = journal_waiting(k->store);
}

static void run(struct visit *v)
{
    struct err err = {0};
    struct machine *k = v->machine;
    struct enrolment *e = mem_alloc(sizeof(*e));
    machine_enrolment(k, e);
    if (k->real) {
        sync_real(k, e, v, &err);
    } else {
        sync_store(v, light_store(&k->light), e, &err);
        k->waiting = k->light.count;
    }
    mem_free(e);
}

/* Called with an address in two halves, as makecontext() has it. */
static void enter(unsigned high, unsigned low)
{
    struct visit *v = (struct visit *)((uintptr_t)high << 32 | low); // NOLINT
    run(v);
    v->done = true;
    swapcontext(&v->context, &v->machine->sim->scheduler);
    BUG("a sync that has ended goes on");
}

int visit_exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct machine *k = (struct machine *)(void *)t;
    struct sim *f = k->sim;
    struct visit *v = k->visit;
    v->q = q;
    v->r = r;
    v->cause = cause;
    v->err = err;
    *cause = CAUSE_ok;
    k->requests++;
    if (f->http)
        http_begin(f, v);
    else
        line_start(f, v);
    swapcontext(&v->context, &f->scheduler);
    return v->answer;
}

/* ---- from outside ---- */

static void end(struct visit *v)
{
    struct machine *k = v->machine;
    struct sim *f = k->sim;
    k->visit = NULL;
    machine_ended(k, v);
    visit_give_back(f, v);
}

void visit_resume(struct visit *v)
{
    if (swapcontext(&v->machine->sim->scheduler, &v->context) < 0)
        BUG("cannot change stacks");
    if (v->done)
        end(v);
}

/* Apart, for a function that returns twice shares nothing with others. */
static __attribute__((noinline)) void prepare(struct visit *v)
{
    uintptr_t address = (uintptr_t)v;
    if (getcontext(&v->context) < 0)
        BUG("cannot make a stack");
    v->context.uc_stack.ss_sp = v->stack;
    v->context.uc_stack.ss_size = STACK;
    makecontext(&v->context, (void (*)(void))enter, 2, (unsigned)(address >> 32),
        (unsigned)(address & 0xffffffffu));
}

void visit_begin(struct machine *k)
{
    struct visit *v = visit_take(k->sim);
    v->machine = k;
    v->began = k->sim->now;
    k->visit = v;
    prepare(v);
    visit_resume(v);
}
