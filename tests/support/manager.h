/* SPDX-License-Identifier: EUPL-1.2 */
/* A service manager's ear: the socket of $NOTIFY_SOCKET, and what programs say to it. */
#ifndef TESTS_SUPPORT_MANAGER_H
#define TESTS_SUPPORT_MANAGER_H

#include <stdbool.h>

struct manager {
    char dir[64], path[80], setting[96]; /* setting: "NOTIFY_SOCKET=..." for an environment */
    int fd;
    char last[512]; /* the last datagram that was no ping; lines split by '\n' */
};

void manager_open(struct manager *m);
void manager_close(struct manager *m);

/* Hears one datagram; false when none came within so many milliseconds. *ping: it was one for the
 * watchdog. */
bool manager_hear(struct manager *m, int patience, bool *ping);

/* Waits until this was said; false when it was not within the patience (10 s). */
bool manager_wait(struct manager *m, const char *text);

/* Waits for so many pings; false when one did not come within the patience. */
bool manager_pings(struct manager *m, int count);

/* What a watchdog does: waits until there was no ping for so many milliseconds. False when the
 * program pings on for ten seconds. */
bool manager_silence(struct manager *m, int milliseconds);

#endif
