/* SPDX-License-Identifier: EUPL-1.2 */
/* 1,100 half requests from one address, bodies that come byte by byte, and answers that
 * nobody reads. Another address is served all the time, and in the end each of these connections is
 * closed. What passes is counted; how long it took is printed. */
#include <poll.h>
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
    HALF = 1100,  /* from 127.0.0.1 */
    BODIES = 20,  /* from 127.0.0.3, a byte now and then */
    READERS = 20, /* from 127.0.0.4, of answers of 1 MB */
    SLOW = HALF + BODIES + READERS,
    PATIENCE_MS = 60000,
    COURSES = 600,
    TIMES = 200000,
};

static int passed, failed;
static struct rig rig;
static struct enrolment kiosk;
static int slow[SLOW];
static bool closed[SLOW];
static int64_t took[TIMES]; /* microseconds */
static int served, unserved;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- the world ---- */

/* Courses so long that a page is as large as pages get. */
static void import_long_courses(void)
{
    char path[RIG_PATH + 16], words[2000];
    memset(words, 'w', sizeof(words) - 1);
    words[sizeof(words) - 1] = '\0';
    snprintf(path, sizeof(path), "%s/long.csv", rig.dir);
    FILE *f = fopen(path, "w");
    if (!f)
        rig_fail(&rig, "cannot write the courses");
    fprintf(f, "key,title,provider,form,description\n");
    for (int i = 0; i < COURSES; i++)
        fprintf(f, "l%d,Course %d,P,online,%s\n", i, i, words);
    fclose(f);
    const char *const argv[] = {rig.central, "import", path, "--database", rig.database, NULL};
    if (rig_run(&rig, argv, NULL) != 0)
        rig_fail(&rig, "cannot import the courses");
}

static void start_world(void)
{
    char data[RIG_PATH];
    struct err err = {0};
    rig_start(&rig, 3, 1);
    import_long_courses();
    rig_enrol(&rig, "kiosk", rig.port, data);
    if (enrolment_load(data, &kiosk, &err) < 0)
        rig_fail(&rig, err.msg);
}

/* ---- who is slow ---- */

static void say(int fd, const char *text)
{
    (void)caller_say(fd, text, strlen(text));
}

static void open_slow(void)
{
    char feed[256];
    snprintf(feed, sizeof(feed),
        "GET /v1/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", kiosk.token);
    for (int i = 0; i < SLOW; i++) {
        unsigned char host = i < HALF ? 1 : i < HALF + BODIES ? 3 : 4;
        slow[i] = caller_connect(rig.port, host, host == 4 ? 4096 : 0);
        if (host == 1)
            say(slow[i], "POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Le");
        else if (host == 3)
            say(slow[i], "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{");
        else
            say(slow[i], feed);
    }
}

/* A byte more of each body. Returns how many connections are open, as far as can be told without
 * reading those answers. */
static int look(bool say_more)
{
    int open = 0;
    for (int i = 0; i < HALF + BODIES; i++) {
        if (!closed[i] && say_more && i >= HALF)
            say(slow[i], " ");
        closed[i] = closed[i] || caller_closed(slow[i]);
        open += !closed[i];
    }
    return open;
}

/* ---- who is not ---- */

static bool answered_within(int64_t milliseconds)
{
    struct buf in = BUF_INIT(1 << 20);
    int64_t until = clock_monotonic() + milliseconds;
    int fd = caller_connect(rig.port, 2, 0);
    say(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    bool whole = caller_hear(fd, &in, NULL, until) && caller_status(&in) == 200;
    close(fd);
    buf_release(&in);
    return whole;
}

static void be_served(void)
{
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    bool whole = answered_within(PATIENCE_MS);
    clock_gettime(CLOCK_MONOTONIC, &to);
    if (served < TIMES)
        took[served] = (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
    *(whole ? &served : &unserved) += 1;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_times(void)
{
    int n = served < TIMES ? served : TIMES, late = n - 1 - n / 100;
    qsort(took, (size_t)n, sizeof(took[0]), compare);
    printf("A-09: %d slow connections; another address was served %d times and refused %d times,"
           " p99 %.1f ms, at most %.1f ms\n",
        SLOW, served, unserved, (double)took[late] / 1000, (double)took[n - 1] / 1000);
}

/* Waits until all are closed, and asks all the while. */
static void endure(int files)
{
    int64_t began = clock_monotonic(), next = began;
    int open = SLOW, most = 0;
    while (open > 0 && clock_monotonic() < began + PATIENCE_MS) {
        be_served();
        int now = caller_open_files(rig.server);
        most = now > most ? now : most;
        struct pollfd body = {.fd = slow[HALF], .events = POLLIN};
        (void)poll(&body, 1, 2);
        if (clock_monotonic() < next)
            continue;
        next = clock_monotonic() + 200;
        open = look(true);
        if (open == 0 && caller_open_files(rig.server) > files)
            open = READERS; /* those whose answers nobody reads */
    }
    printf("all of them are closed after %lld ms; the server had %d descriptors at most\n",
        (long long)(clock_monotonic() - began), most);
    expect(open == 0, "every slow connection is closed, and its descriptor free");
    expect(most < 200, "one address has 20 connections and no more");
}

/* One address may have all connections there are: then nobody else gets one. */
static void control(void)
{
    char listen[32];
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", rig.port);
    const char *const argv[] = {rig.central, "serve", "--database", rig.database, "--listen",
        listen, "--per-address", "512", NULL};
    rig_kill_server(&rig);
    rig.server = rig_spawn(&rig, argv, -1);
    while (!rig_answers(rig.port))
        (void)poll(NULL, 0, 2);
    open_slow();
    expect(!answered_within(1000), "control: without a limit for one address others wait");
    for (int i = 0; i < SLOW; i++)
        close(slow[i]);
}

int main(void)
{
    if (!caller_descriptors(SLOW + 100)) {
        printf("this test needs %d descriptors\n0 passed, 1 failed\n", SLOW + 100);
        return 1;
    }
    start_world();
    be_served();
    int files = caller_open_files(rig.server);
    open_slow();
    be_served();
    expect(caller_open_files(rig.server) > files + 40, "control: slow ones hold connections");
    endure(files);
    print_times();
    expect(unserved == 0 && served > 100, "another address is served all the time");
    for (int i = 0; i < SLOW; i++)
        close(slow[i]);
    control();
    rig_end(&rig);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
