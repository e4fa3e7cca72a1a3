/* SPDX-License-Identifier: EUPL-1.2 */
/* A-14 over real connections: a kiosk, a company and an address ask ten times too often, as fast as
 * they can. Only they are told to come later, and what others get is counted without and with each
 * of them; how fast is printed. The rules themselves are in unit/test_central_throttle.c. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "support/caller.h"
#include "support/rig.h"

enum {
    ASKS = 300, /* of the quiet one */
    PLAYS = 4,
    SIBLINGS = 5,  /* kiosks of the noisy company */
    AT_ONCE = 600, /* what a kiosk may ask at once, and strangers of an address */
    NOISE = 10 * AT_ONCE,
    COMPANY_RATE = 200, /* in a minute: ten times that at once */
    PATIENCE_MS = 60000,
};

static int passed, failed, plays;
static struct rig rig;
static char noisy[1 + SIBLINGS][KEY_HEX], quiet[PLAYS][KEY_HEX];

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* Somebody who asks again and again, with one token after another. */
struct asker {
    char (*token)[KEY_HEX];
    int tokens;
    unsigned char host;
    int times;
    int served, limited, refused, without_time, broken;
    double took[ASKS]; /* milliseconds */
};

static int ask_once(const struct asker *a, int i, struct buf *in)
{
    char text[512];
    int fd = caller_connect(rig.port, a->host, 0);
    buf_clear(in);
    snprintf(text, sizeof(text),
        "GET /v1/feed HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n",
        a->token[i % a->tokens]);
    (void)caller_say(fd, text, strlen(text));
    bool closed = caller_hear(fd, in, NULL, clock_monotonic() + PATIENCE_MS);
    close(fd);
    return closed ? caller_status(in) : 0;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *run(void *context)
{
    struct asker *a = context;
    struct buf in = BUF_INIT(1 << 20);
    for (int i = 0; i < a->times; i++) {
        double began = now_ms();
        int status = ask_once(a, i, &in);
        if (i < ASKS)
            a->took[i] = now_ms() - began;
        a->served += status == 200;
        a->limited += status == 429;
        a->refused += status == 401;
        a->broken += status != 200 && status != 429 && status != 401;
        a->without_time += status == 429 && caller_count(&in, "\r\nRetry-After: ") != 1;
    }
    buf_release(&in);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quiet one asks while somebody makes noise (or nobody: NULL). Returns the seconds it took. */
static double play(const char *what, struct asker *noise)
{
    pthread_t thread;
    static struct asker q;
    double began = now_ms();
    q = (struct asker){.token = &quiet[plays++], .tokens = 1, .host = 2, .times = ASKS};
    if (noise && pthread_create(&thread, NULL, run, noise) != 0)
        rig_fail(&rig, "cannot start a thread");
    run(&q);
    if (noise)
        pthread_join(thread, NULL);
    qsort(q.took, ASKS, sizeof(q.took[0]), compare);
    printf("A-14: %s: the quiet one was served %d of %d times, p50 %.2f ms, p99 %.2f ms\n", what,
        q.served, ASKS, q.took[ASKS / 2], q.took[ASKS - 1 - ASKS / 100]);
    expect(q.served == ASKS, "the quiet one is served each time");
    return (now_ms() - began) / 1000;
}

/* What is let through is what may be asked at once, and what has come since. */
static void judge(const struct asker *noise, int through, int at_once, int rate, double seconds)
{
    int most = at_once + (int)(seconds * rate / 60) + 1;
    printf("  %d of %d asks were let through, %d were told to come later\n", through, noise->times,
        noise->limited);
    expect(through >= at_once && through <= most, "the noisy one gets what it may, and no more");
    expect(through + noise->limited == noise->times && noise->without_time == 0,
        "and is told when to come for all others");
}

static void enrol(const char *name, const char *company, char token[KEY_HEX])
{
    char data[RIG_PATH], url[64];
    struct buf code = BUF_INIT(4096);
    struct enrolment e;
    struct err err = {0};
    snprintf(data, sizeof(data), "%.200s/%s", rig.dir, name);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", rig.port);
    const char *const add[] = {
        rig.central, "kiosk", "add", name, "--company", company, "--database", rig.database, NULL};
    if (rig_run(&rig, add, &code) != 0)
        rig_fail(&rig, "cannot add a kiosk");
    buf_truncate(&code, strcspn(code.p, "\n"));
    const char *const become[] = {
        rig.sync, "enrol", "--server", url, "--code", code.p, "--data", data, NULL};
    if (rig_run(&rig, become, NULL) != 0 || enrolment_load(data, &e, &err) < 0)
        rig_fail(&rig, "cannot enrol a kiosk");
    str_copy(token, KEY_HEX, e.token);
    buf_release(&code);
}

static void start_world(void)
{
    char listen[32], rate[16], name[16];
    rig_start(&rig, 3, 1);
    for (int i = 0; i <= SIBLINGS; i++) {
        snprintf(name, sizeof(name), "noisy%d", i);
        enrol(name, i ? "noise" : "other", noisy[i]);
    }
    for (int i = 0; i < PLAYS; i++) {
        snprintf(name, sizeof(name), "quiet%d", i);
        enrol(name, "acme", quiet[i]);
    }
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", rig.port);
    snprintf(rate, sizeof(rate), "%d", COMPANY_RATE);
    const char *const argv[] = {rig.central, "serve", "--database", rig.database, "--listen",
        listen, "--company-rate", rate, NULL};
    rig_kill_server(&rig);
    rig.server = rig_spawn(&rig, argv, -1);
    while (!rig_answers(rig.port))
        (void)poll(NULL, 0, 2);
}

int main(void)
{
    static char nobodys[][KEY_HEX] = {"no-token"}; /* one in the form of a token is not charged */
    static struct asker kiosk, company, address;
    start_world();
    kiosk = (struct asker){.token = &noisy[0], .tokens = 1, .host = 1, .times = NOISE};
    company = (struct asker){
        .token = &noisy[1], .tokens = SIBLINGS, .host = 1, .times = SIBLINGS * AT_ONCE};
    address = (struct asker){.token = nobodys, .tokens = 1, .host = 3, .times = NOISE};
    play("silence", NULL);
    double seconds = play("a noisy kiosk", &kiosk);
    judge(&kiosk, kiosk.served, AT_ONCE, 60, seconds);
    seconds = play("a noisy company", &company);
    judge(&company, company.served, 10 * COMPANY_RATE, COMPANY_RATE, seconds);
    seconds = play("a noisy address", &address);
    judge(&address, address.refused, AT_ONCE, 60, seconds);
    rig_end(&rig);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
