/* SPDX-License-Identifier: EUPL-1.2 */
/* Whether two ways take different times: Welch's t. Only ever printed. */
#ifndef ACHT_TESTS_TIMES_H
#define ACHT_TESTS_TIMES_H

#include <time.h>

/* Times of one kind of try: their mean, and the sum of squares about it. */
struct times {
    int n;
    double mean, squares;
};

static inline void add_time(struct times *t, double ms)
{
    double away = ms - t->mean;
    t->mean += away / ++t->n;
    t->squares += away * (ms - t->mean);
}

/* Newton's way: for this alone no test links the mathematics library. */
static inline double root(double x)
{
    double r = x > 1 ? x : 1;
    for (int i = 0; i < 60; i++)
        r = (r + x / r) / 2;
    return r;
}

static inline double welch(const struct times *a, const struct times *b)
{
    double spread = a->squares / (a->n - 1) / a->n + b->squares / (b->n - 1) / b->n;
    return (a->mean - b->mean) / root(spread);
}

static inline double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#endif
