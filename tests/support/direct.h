/* SPDX-License-Identifier: EUPL-1.2 */
/* A server in this process, without sockets, and the transport of a kiosk that talks to it, both
 * held to the contract. What goes wrong ends the program. */
#ifndef TESTS_SUPPORT_DIRECT_H
#define TESTS_SUPPORT_DIRECT_H

#include "central/route.h"
#include "proto/codec.h"
#include "sync/transport.h"

struct direct {
    char path[256]; /* of the database */
    struct secrets secrets;
    struct central central;
};

/* With so many people (p0, p1, ...) of company "acme" and courses (c0, c1, ...). The log goes to
 * log, which may be NULL. */
void direct_open(struct direct *d, const char *dir, int people, int courses, FILE *log);
void direct_close(struct direct *d);

/* Stops it, does what is to be done with its database file, and goes on. */
void direct_backup(struct direct *d, const char *to);
void direct_restore(struct direct *d, const char *from);

struct direct_line {
    struct transport base;
    struct direct *server;
    char authorization[128];
    bool unmarked; /* a negative control: marks do not travel */
    bool revoked;  /* every answer is that this kiosk was revoked */
    int requests;
};

/* Enrols a kiosk of company "acme" and connects it. */
void direct_enrol(
    struct direct *d, const char *name, struct enrolment *e, struct direct_line *line);

/* Files from one place to another, byte by byte. */
void copy_file(const char *from, const char *to);

#endif
