/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/measure.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

void die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ---- samples ---- */

void samples_add(struct samples *s, double value)
{
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->v = mem_realloc(s->v, (size_t)s->room * sizeof(*s->v));
    }
    s->v[s->count++] = value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_percentile(struct samples *s, int percent)
{
    if (s->count == 0)
        return 0;
    qsort(s->v, (size_t)s->count, sizeof(*s->v), ascending);
    int at = s->count * percent / 100;
    return s->v[at < s->count ? at : s->count - 1];
}

double samples_median(struct samples *s)
{
    return samples_percentile(s, 50);
}

void samples_release(struct samples *s)
{
    mem_free(s->v);
    *s = (struct samples){0};
}

/* ---- time ---- */

static double clock_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double wall_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

double cpu_ms(void)
{
    return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

/* ---- programs ---- */

static void become(const char *const argv[], const char *in, const char *out)
{
    int from = open(in ? in : "/dev/null", O_RDONLY);
    int to = open(out ? out : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (from >= 0 && to >= 0) {
        dup2(from, STDIN_FILENO);
        dup2(to, STDOUT_FILENO);
        execvp(argv[0], (char *const *)argv);
    }
    _exit(127);
}

static double seconds_ms(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

struct run run_program(const char *const argv[], const char *in, const char *out)
{
    int status;
    struct rusage used;
    double start = wall_ms();
    pid_t pid = fork();
    if (pid == 0)
        become(argv, in, out);
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: %s failed\n", argv[0]);
        exit(1);
    }
    return (struct run){wall_ms() - start, seconds_ms(used.ru_utime) + seconds_ms(used.ru_stime)};
}

int program_exists(const char *name)
{
    char path[4096];
    const char *at = getenv("PATH");
    while (at && *at) {
        size_t len = strcspn(at, ":");
        snprintf(path, sizeof(path), "%.*s/%s", (int)len, at, name);
        if (access(path, X_OK) == 0)
            return 1;
        at += len + (at[len] == ':');
    }
    return 0;
}

/* ---- the table ---- */

static void line(const char *what, const char *unit, double ours, double floor, const char *target,
    const char *verdict)
{
    char ratio[16] = "-";
    if (floor > 0)
        snprintf(ratio, sizeof(ratio), ours / floor < 0.095 ? "%.3f" : "%.2f", ours / floor);
    printf(
        "%-50s %9.4g %9.4g %-9s %7s  %-9s %s\n", what, ours, floor, unit, ratio, target, verdict);
    fflush(stdout);
}

static const char *verdict(double target, bool met)
{
    return target <= 0 ? "" : met ? "ok" : "OVER";
}

static void ratio_target(char out[16], const char *sign, double target)
{
    if (target > 0)
        snprintf(out, 16, "%s %.3gx", sign, target);
    else
        snprintf(out, 16, "none");
}

void report(const char *what, const char *unit, double ours, double floor, double target)
{
    char text[16];
    ratio_target(text, "<=", target);
    line(what, unit, ours, floor, text, verdict(target, ours <= target * floor));
}

void report_at_least(const char *what, const char *unit, double ours, double floor, double target)
{
    char text[16];
    ratio_target(text, ">=", target);
    line(what, unit, ours, floor, text, verdict(target, ours >= target * floor));
}

void report_limit(const char *what, const char *unit, double ours, double floor, double limit)
{
    char text[16];
    snprintf(text, sizeof(text), "<= %.3g", limit);
    line(what, unit, ours, floor, text, verdict(limit, ours <= limit));
}

void report_missing(const char *what, const char *why)
{
    printf("%-50s not measured: %s\n", what, why);
    fflush(stdout);
}
