/* SPDX-License-Identifier: EUPL-1.2 */
/* S-11, S-12, S-13, S-18, S-24: whatever a server, or who answers in its place, may send, the sync
 * ends in time and in little memory, nothing is applied, what waits goes on waiting, and the kiosk
 * knows the cause. Once when it sends what was asked, once when it fetches what is new. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "support/temp.h"
#include "support/villain.h"
#include "sync/engine.h"
#include "sync/transport_curl.h"

#define ASKS 3
#define AT_ONCE 24
#define RSS_MAX_KB (32 * 1024)
#define TIME_MAX_MS 20000 /* of a kiosk with a test's patience on a busy machine: gross faults */

static const struct patience patience = {
    .connect_ms = 2000, .total_ms = 3000, .slow_bytes = 100, .slow_seconds = 1};

/* What a kiosk in its own process makes of an answer. */
struct outcome {
    int rc;
    enum cause cause;
    int64_t retry_after, waiting, courses, ms;
    char kept[LIM_ID], cursor[LIM_CURSOR], words[LIM_ERR];
};

struct trial {
    int which;
    bool push;
    pid_t pid;
    int result;
};

static int passed, failed, port;
static long most_memory;
static int64_t longest, longest_quick;

static void must(int rc, const struct err *err)
{
    if (rc < 0) {
        fprintf(stderr, "%s\n", err->msg);
        _exit(1);
    }
}

static void ask(struct store *s)
{
    struct record r;
    struct err err = {0};
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, "p1");
    record_set_text(&r, ASK_course, "c1");
    record_set_text(&r, ASK_title, "Lassen");
    must(journal_append(s, &r, "k1", clock_now(), NULL, &err), &err);
}

static void sync_with(struct store *s, int which, struct outcome *o)
{
    static const struct enrolment e = {.server_id = VILLAIN_ID, .kiosk = "k1", .company = "acme"};
    struct transport *t;
    struct sync_result result;
    struct err err = {0};
    char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/%d", port, which);
    must(transport_curl_open(&t, url, "", "", -1, &err), &err);
    if (villainies[which].slow) /* the others must end by what is wrong with them */
        transport_curl_patience(t, &patience);
    int64_t began = clock_monotonic();
    o->rc = sync_run(s, &e, t, false, &result, &err);
    o->ms = clock_monotonic() - began;
    o->cause = result.cause;
    o->retry_after = result.retry_after;
    str_copy(o->words, sizeof(o->words), err.msg);
    transport_curl_close(t);
}

static void be_a_kiosk(const char *dir, const char *share, const struct trial *t, int result)
{
    struct outcome o = {0};
    struct store *s;
    struct store_status status;
    struct err err = {0};
    must(store_open(&s, dir, share, STORE_SYNC, NULL, &err), &err);
    for (int i = 0; t->push && i < ASKS; i++)
        ask(s);
    sync_with(s, t->which, &o);
    must(store_status(s, &status, &err), &err);
    must(cache_cursor(s, o.cursor, &err), &err);
    o.waiting = status.waiting;
    o.courses = status.courses;
    memcpy(o.kept, status.cause, LIM_ID);
    store_close(s);
    _exit(write(result, &o, sizeof(o)) != sizeof(o));
}

static void start_trial(struct trial *t, const char *top, const char *share)
{
    int ends[2];
    char dir[512];
    if (pipe(ends) < 0)
        BUG("pipe");
    snprintf(dir, sizeof(dir), "%s/%d-%d", top, t->which, t->push);
    fflush(stdout);
    t->pid = fork();
    if (t->pid == 0)
        be_a_kiosk(dir, share, t, ends[1]);
    close(ends[1]);
    t->result = ends[0];
}

/* What is wrong with it, or NULL. */
static const char *fault_of(const struct trial *t, const struct outcome *o, long memory)
{
    const struct villainy *v = &villainies[t->which];
    char cause[LIM_ID];
    choice_name(CAUSES, v->cause, cause);
    if (o->rc != -1 || o->cause != v->cause)
        return "another cause";
    if (strcmp(o->kept, cause) != 0)
        return "the cause is not kept";
    if (!o->words[0])
        return "no sentence";
    if (v->retry_after && o->retry_after != v->retry_after)
        return "another time to come back";
    if (o->waiting != (t->push ? ASKS : 0))
        return "the asks do not wait any more";
    if (o->courses != 0 || o->cursor[0])
        return "something was applied";
    if (o->ms > TIME_MAX_MS)
        return "too slow";
#ifndef __SANITIZE_ADDRESS__
    if (memory > RSS_MAX_KB)
        return "too much memory";
#endif
    (void)memory;
    return NULL;
}

static void end_trial(struct trial *t)
{
    struct outcome o = {0};
    struct rusage used;
    int status;
    bool told = read(t->result, &o, sizeof(o)) == sizeof(o);
    close(t->result);
    wait4(t->pid, &status, 0, &used);
    const char *fault = told ? fault_of(t, &o, used.ru_maxrss) : "it crashed";
    if (fault)
        printf("FAILED: %s, %s: %s: cause %d, %lld wait, retry %lld, %lld ms, %ld KB: %s\n",
            villainies[t->which].name, t->push ? "push" : "pull", fault, (int)o.cause,
            (long long)o.waiting, (long long)o.retry_after, (long long)o.ms, used.ru_maxrss,
            o.words);
    *(fault ? &failed : &passed) += 1;
    most_memory = used.ru_maxrss > most_memory ? used.ru_maxrss : most_memory;
    longest = o.ms > longest ? o.ms : longest;
    if (!villainies[t->which].slow && o.ms > longest_quick)
        longest_quick = o.ms;
}

/* All of them, a few at a time. */
static void try_all(const char *top, const char *share)
{
    static struct trial trials[AT_ONCE];
    int all = 2 * villainy_count;
    for (int i = 0; i < all + AT_ONCE; i++) {
        struct trial *t = &trials[i % AT_ONCE];
        if (t->pid)
            end_trial(t);
        *t = (struct trial){.which = i / 2, .push = i % 2};
        if (i < all)
            start_trial(t, top, share);
    }
}

int main(void)
{
    char share[PATH_ROOM];
    char top[TEMP_PATH];
    const char *build = getenv("ACHT_BUILD");
    snprintf(share, sizeof(share), "%s%s", build ? build : "assets", build ? "/share/acht" : "");
    temp_make(top);
    pid_t villain = villain_start(&port);
    try_all(top, share);
    villain_end(villain);
    temp_remove(top);
    printf("%d hostile answers, each to push and pull: at most %lld ms (%lld ms where no patience "
           "is needed), at most %ld KB resident\n",
        villainy_count, (long long)longest, (long long)longest_quick, most_memory);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
