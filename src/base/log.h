/* SPDX-License-Identifier: EUPL-1.2 */
/* Log lines of a program that runs for months. However often something happens, its cause (the
 * format, by its address) has at most LOG_LINES lines in a minute: what comes beyond is counted,
 * and told in the last of them. */
#ifndef ACHT_BASE_LOG_H
#define ACHT_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum { LOG_LINES = 20, LOG_CAUSES = 48, LOG_MINUTE = 60 * 1000 };

/* One event: one line of at most 2 KiB, whatever the texts in it are. fmt is a literal. From any
 * thread, where all log to stderr. */
void log_line(FILE *to, const char *fmt, ...) ACHT_PRINTF(2, 3);
void log_line_list(FILE *to, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* To be called now and then with clock_monotonic(): tells of every minute that is over how many
 * lines were left out. */
void log_turn(int64_t now);

/* ---- for tests ---- */

/* What is let through, for one cause. Causes beyond LOG_CAUSES share the last one. */
struct log_gate {
    struct log_cause {
        const char *fmt;
        FILE *to;
        int64_t began; /* its minute */
        int64_t events;
    } cause[LOG_CAUSES];
};

/* Whether this event has a line; writes what has to be told of the minute before. */
bool log_gate_opens(struct log_gate *g, FILE *to, const char *fmt, int64_t now);
void log_gate_turn(struct log_gate *g, int64_t now);

#endif
