/* SPDX-License-Identifier: EUPL-1.2 */
/* A lean HTTP client for benchmarks: many kept connections to loopback, one request at a time on
 * each, as fast as answers come. What goes wrong ends the program. */
#ifndef TESTS_SUPPORT_LOAD_H
#define TESTS_SUPPORT_LOAD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct load {
    int port, connections;
    double ms; /* no request is begun after so long */
    /* Writes request number n. */
    void (*write)(void *context, int64_t n, struct buf *out);
    void *context;
};

struct load_result {
    double wall_ms;
    int64_t answers;
    int64_t bytes;  /* of bodies */
    int64_t failed; /* answers other than 200 */
    int status;     /* the last of these */
};

struct load_result load_run(const struct load *l);

/* A server as a child that says where it listens: "listening on http://127.0.0.1:PORT". */
pid_t load_serve(const char *const argv[], const char *log, int *port);
void load_end(pid_t pid);
/* Processor time of a process with its threads so far, in ms. */
double load_cpu_ms(pid_t pid);
/* Waits until somebody accepts connections there. */
void load_wait(int port);

#endif
