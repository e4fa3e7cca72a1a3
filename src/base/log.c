/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/log.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

#define LINE 2047

static struct log_gate gate;

/* ---- what is let through ---- */

/* One line of a minute is for what was left out. */
static bool is_told(int64_t events)
{
    return events < LOG_LINES;
}

static void end_minute(struct log_cause *c)
{
    int64_t more = c->events - (LOG_LINES - 1);
    if (c->fmt && more > 0)
        fprintf(c->to, "%lld more of the kind: %.*s...\n", (long long)more,
            (int)strcspn(c->fmt, "%"), c->fmt);
    c->events = 0;
}

static struct log_cause *find(struct log_gate *g, FILE *to, const char *fmt, int64_t now)
{
    struct log_cause *c = g->cause, *last = g->cause + LOG_CAUSES - 1;
    while (c < last && c->fmt && c->fmt != fmt)
        c++;
    if (!c->fmt)
        *c = (struct log_cause){.fmt = fmt, .began = now};
    c->to = to;
    return c;
}

bool log_gate_opens(struct log_gate *g, FILE *to, const char *fmt, int64_t now)
{
    struct log_cause *c = find(g, to, fmt, now);
    if (now - c->began >= LOG_MINUTE) {
        end_minute(c);
        c->began = now;
    }
    return is_told(++c->events);
}

void log_gate_turn(struct log_gate *g, int64_t now)
{
    for (struct log_cause *c = g->cause; c < g->cause + LOG_CAUSES && c->fmt; c++)
        if (c->events && now - c->began >= LOG_MINUTE)
            end_minute(c);
}

/* ---- lines ---- */

void log_line_list(FILE *to, const char *fmt, va_list ap)
{
    flockfile(to); /* the stream's lock guards the gate as well */
    if (log_gate_opens(&gate, to, fmt, clock_monotonic())) {
        struct buf line = BUF_INIT(LINE);
        char text[LINE / 3];
        vsnprintf(text, sizeof(text), fmt, ap);
        (void)utf8_sanitize(&line, text, strlen(text), false);
        fprintf(to, "%s\n", line.p);
        buf_release(&line);
    }
    funlockfile(to);
}

void log_line(FILE *to, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    log_line_list(to, fmt, ap);
    va_end(ap);
}

void log_turn(int64_t now)
{
    flockfile(stderr);
    log_gate_turn(&gate, now);
    funlockfile(stderr);
}
