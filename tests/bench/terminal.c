/* SPDX-License-Identifier: EUPL-1.2 */
/* The kiosk on a terminal beside the least that shows the same file: terminal DATA. First frame,
 * the price of a Down key, memory, and what it does while nobody is there. */
#include <dirent.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/measure.h"

enum { STARTS = 31, MOVES = 4, ROUNDS = 40, IDLE_SECONDS = 6 };
enum { SILENCE_MS = 40, SETTLE_MS = 4, PATIENCE_MS = 5000 };

struct program {
    const char *argv[5];
    pid_t pid;
    int terminal;
    size_t bytes; /* written so far */
};

/* ---- a program on a terminal ---- */

static void start(struct program *p)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    p->bytes = 0;
    p->pid = forkpty(&p->terminal, NULL, NULL, &size);
    if (p->pid < 0)
        die("no terminal");
    if (p->pid > 0)
        return;
    setenv("TERM", "xterm-256color", 1);
    execv(p->argv[0], (char *const *)p->argv);
    _exit(127);
}

static void stop(struct program *p)
{
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    close(p->terminal);
}

/* Reads until it has said something and then nothing for so long; gives the moment of the last
 * byte. */
static double wait_silence(struct program *p, int silence)
{
    struct pollfd fd = {.fd = p->terminal, .events = POLLIN};
    double last = 0;
    while (poll(&fd, 1, last > 0 ? silence : PATIENCE_MS) > 0) {
        char bytes[65536];
        ssize_t n = read(p->terminal, bytes, sizeof(bytes));
        if (n <= 0)
            die("a program ended too early");
        last = wall_ms();
        p->bytes += (size_t)n;
    }
    if (last <= 0)
        die("a program shows nothing");
    return last;
}

static void press(struct program *p, const char *keys, int silence)
{
    if (write(p->terminal, keys, strlen(keys)) < 0)
        die("a program does not listen");
    wait_silence(p, silence);
}

/* ---- what the kernel knows of it ---- */

/* The number after `name` in /proc/PID/FILE; -1: not to be read. */
static double kernel_number(const struct program *p, const char *file, const char *name)
{
    char path[64], text[4096];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)p->pid, file);
    FILE *f = fopen(path, "r");
    if (!f)
        return -1;
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    const char *at = strstr(text, name);
    return at ? strtod(at + strlen(name), NULL) : -1;
}

static double cpu_us(const struct program *p)
{
    return kernel_number(p, "schedstat", "") / 1e3;
}

static double writes(const struct program *p)
{
    return kernel_number(p, "io", "syscw:");
}

static double switches(const struct program *p)
{
    return kernel_number(p, "status", "\nvoluntary_ctxt_switches:") +
           kernel_number(p, "status", "nonvoluntary_ctxt_switches:");
}

/* ---- the measures ---- */

static double first_frame(struct program *p)
{
    double from = wall_ms();
    start(p);
    double took = wait_silence(p, SILENCE_MS) - from;
    stop(p);
    return took;
}

static void measure_start(struct program *kiosk, struct program *floor)
{
    struct samples ours = {0}, theirs = {0};
    for (int i = 0; i < STARTS; i++) {
        samples_add(&ours, first_frame(kiosk));
        samples_add(&theirs, first_frame(floor));
    }
    report("first frame, from fork", "ms", samples_median(&ours), samples_median(&theirs), 1.5);
    samples_release(&ours);
    samples_release(&theirs);
}

struct price {
    struct samples bytes, cpu, writes;
};

static void down(struct program *p, struct price *price)
{
    size_t bytes = p->bytes;
    double cpu = cpu_us(p), written = writes(p);
    press(p, "\033OB", SETTLE_MS);
    samples_add(&price->bytes, (double)(p->bytes - bytes));
    samples_add(&price->cpu, cpu_us(p) - cpu);
    samples_add(&price->writes, written < 0 ? -1 : writes(p) - written);
}

static void release_price(struct price *p)
{
    samples_release(&p->bytes);
    samples_release(&p->cpu);
    samples_release(&p->writes);
}

static void measure_down(struct program *kiosk, struct program *floor)
{
    struct price ours = {0}, theirs = {0};
    for (int i = 0; i < ROUNDS; i++) {
        for (int move = 0; move < MOVES; move++) {
            down(kiosk, &ours);
            down(floor, &theirs);
        }
        for (int move = 0; move < MOVES; move++) {
            press(kiosk, "\033OA", SETTLE_MS);
            press(floor, "\033OA", SETTLE_MS);
        }
    }
    report("bytes per Down key", "bytes", samples_median(&ours.bytes),
        samples_median(&theirs.bytes), 0.2);
    report("processor time per Down key", "us", samples_median(&ours.cpu),
        samples_median(&theirs.cpu), 2);
    if (samples_median(&ours.writes) < 0)
        report_missing("writes per frame", "only root may count them");
    else
        report_limit("writes per frame (99th percentile)", "writes",
            samples_percentile(&ours.writes, 99), samples_percentile(&theirs.writes, 99), 1);
    release_price(&ours);
    release_price(&theirs);
}

/* Nobody is there: neither program has anything to do but what it sets itself. */
static void measure_idle(struct program *kiosk, struct program *floor)
{
    double ours = switches(kiosk), theirs = switches(floor);
    poll(NULL, 0, IDLE_SECONDS * 1000);
    report_limit("wake-ups per second, nobody there", "per s",
        (switches(kiosk) - ours) / IDLE_SECONDS, (switches(floor) - theirs) / IDLE_SECONDS, 0.7);
}

static void measure_memory(struct program *kiosk, struct program *floor)
{
    report_limit("memory at its highest, after searching", "MB",
        kernel_number(kiosk, "status", "VmHWM:") / 1024,
        kernel_number(floor, "status", "VmHWM:") / 1024, 16);
}

/* From the start screen to the list of what "las" finds; one by one, as a person types. */
static void open_search(struct program *kiosk)
{
    static const char *const keys[] = {" ", "2", "1", "l", "a", "s"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        press(kiosk, keys[i], SILENCE_MS);
}

int main(int argc, char **argv)
{
    const char *build = getenv("ACHT_BUILD");
    char acht[4096], list[4096], cache[4096];
    if (argc != 2)
        die("usage: terminal DATA");
    snprintf(acht, sizeof(acht), "%s/bin/acht", build ? build : "build");
    snprintf(list, sizeof(list), "%s/tests/bench/floor_list", build ? build : "build");
    snprintf(cache, sizeof(cache), "%s/cache.db", argv[1]);
    struct program kiosk = {.argv = {acht, "kiosk", "--data", argv[1], NULL}};
    struct program floor = {.argv = {list, cache, NULL}};
    measure_start(&kiosk, &floor);
    start(&kiosk);
    start(&floor);
    wait_silence(&kiosk, SILENCE_MS);
    wait_silence(&floor, SILENCE_MS);
    measure_idle(&kiosk, &floor);
    open_search(&kiosk);
    measure_down(&kiosk, &floor);
    measure_memory(&kiosk, &floor);
    stop(&kiosk);
    stop(&floor);
    return 0;
}
