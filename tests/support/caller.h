/* SPDX-License-Identifier: EUPL-1.2 */
/* A client that keeps to no rules, from any address of this machine's own. */
#ifndef TESTS_SUPPORT_CALLER_H
#define TESTS_SUPPORT_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Connects to 127.0.0.1 from 127.0.0.HOST; room: bytes that it takes in unread, 0: as usual. */
int caller_connect(int port, unsigned char host, int room);

/* Says as much as the other side takes; false when it has closed. */
bool caller_say(int fd, const char *text, size_t len);

/* Adds what comes until the other side closes (true), `enough` stands in it (NULL: never), or it is
 * later than this (clock_monotonic()). */
bool caller_hear(int fd, struct buf *in, const char *enough, int64_t until);

/* Whether the other side has closed by now, whatever it has said. */
bool caller_closed(int fd);

/* How often the text stands there. */
int caller_count(const struct buf *in, const char *text);

/* The status of the first answer, 0 when there is none. */
int caller_status(const struct buf *in);

/* May have so many descriptors; false when the system does not let it. */
bool caller_descriptors(unsigned count);

/* Of a running process, as the system tells. */
int caller_open_files(int pid);
int64_t caller_most_kib(int pid); /* resident at its most */

#endif
