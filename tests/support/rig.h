/* SPDX-License-Identifier: EUPL-1.2 */
/* A real central server and enrolled kiosks in a directory of their own. What goes wrong here ends
 * the test with a message. */
#ifndef TESTS_SUPPORT_RIG_H
#define TESTS_SUPPORT_RIG_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

#define RIG_PATH 256
#define RIG_TLS "tests/support/tls"

struct rig {
    char dir[RIG_PATH], database[RIG_PATH], log[RIG_PATH];
    char share[RIG_PATH]; /* for store_open() */
    char central[RIG_PATH], sync[RIG_PATH];
    int port;
    pid_t server;            /* 0 when it does not run */
    const char *certificate; /* a name in tests/support/tls; NULL: plain HTTP */
    const char *key;         /* its key there; NULL: test-only.key */
    const char *secrets;     /* a file; NULL: beside the database, which is one */
};

/* Makes the directory and a database with so many courses and people (of company "acme"), and
 * serves it. The programs are those of $ACHT_BUILD. */
void rig_start(struct rig *r, int courses, int people);
void rig_end(struct rig *r); /* kills the server, removes the directory */

void rig_serve(struct rig *r); /* returns when it accepts connections */
void rig_kill_server(struct rig *r);
/* Whether somebody accepts connections there. */
bool rig_answers(int port);

/* Enrols a kiosk that reaches the server by this port; data gets its directory. */
void rig_enrol(struct rig *r, const char *name, int port, char data[RIG_PATH]);

/* Starts a program; its messages go to the log, its output too unless out_fd is not -1. */
pid_t rig_spawn(struct rig *r, const char *const argv[], int out_fd);
int rig_wait(pid_t pid); /* its exit code, or 128 + the signal that ended it */

/* Runs a program to its end and collects its output, if out is not NULL. */
int rig_run(struct rig *r, const char *const argv[], struct buf *out);

void rig_fail(struct rig *r, const char *what) __attribute__((noreturn));

#endif
