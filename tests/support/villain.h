/* SPDX-License-Identifier: EUPL-1.2 */
/* A server on loopback that answers every request with one of many hostile answers: a process of
 * its own, with one more for each connection; all end with the test. */
#ifndef TESTS_SUPPORT_VILLAIN_H
#define TESTS_SUPPORT_VILLAIN_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "model/cause.h"

#define VILLAIN_ID "server-1" /* what its answers say that it is */

struct villainy {
    const char *name;
    const char *head;            /* status line and headers, or all there is */
    void (*rest)(int fd);        /* what follows; NULL: nothing */
    void (*page)(struct buf *b); /* or: a page, which gets its length; NULL: none */
    enum cause cause;            /* what the kiosk must make of it */
    int64_t retry_after;         /* of those that are busy; 0: does not matter */
    bool slow;                   /* ends by the kiosk's patience only */
};
extern const struct villainy villainies[];
extern const int villainy_count;

/* /N/... is answered with villainies[N]. */
pid_t villain_start(int *port);
void villain_end(pid_t pid);

#endif
