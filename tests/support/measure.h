/* SPDX-License-Identifier: EUPL-1.2 */
/* Measuring side by side, and the table that comes of it. What goes wrong ends the program. */
#ifndef TESTS_SUPPORT_MEASURE_H
#define TESTS_SUPPORT_MEASURE_H

struct samples {
    double *v;
    int count, room;
};

void samples_add(struct samples *s, double value);
double samples_median(struct samples *s); /* sorts them; 0 when there are none */
double samples_percentile(struct samples *s, int percent);
void samples_release(struct samples *s);

double wall_ms(void); /* since some moment */
double cpu_ms(void);  /* of this process so far */

/* Runs a program (found by PATH) to its end, in and out being files; NULL: /dev/null. A program
 * that fails ends this one. */
struct run {
    double wall, cpu; /* ms */
};
struct run run_program(const char *const argv[], const char *in, const char *out);
int program_exists(const char *name); /* in PATH */

void die(const char *what) __attribute__((noreturn));

/* One line of the table: ours against the floor's, which may be at most (at_least: must be at
 * least) target times it. target 0: there is none. */
void report(const char *what, const char *unit, double ours, double floor, double target);
void report_at_least(const char *what, const char *unit, double ours, double floor, double target);
/* One line of a figure with a limit of its own; the floor's stands beside it. */
void report_limit(const char *what, const char *unit, double ours, double floor, double limit);
void report_missing(const char *what, const char *why);

#endif
