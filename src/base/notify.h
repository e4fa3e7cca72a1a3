/* SPDX-License-Identifier: EUPL-1.2 */
/* Tells the service manager how this program is doing, in systemd's own protocol (sd_notify(3)): a
 * datagram to the local socket that $NOTIFY_SOCKET names. When nobody wants to know, nothing is
 * sent; what cannot be sent is lost in silence, for a program goes on without its manager. */
#ifndef ACHT_BASE_NOTIFY_H
#define ACHT_BASE_NOTIFY_H

#include <stdint.h>

#include "base/err.h"

/* The program does what it is there for. status: in words, for the operator; nothing of people. */
void notify_ready(const char *status);
void notify_status(const char *fmt, ...) ACHT_PRINTF(1, 2);
void notify_stopping(void);

/* To be called in every turn of the program's one loop, once its work is done, and nowhere that
 * goes on when the loop hangs; now is clock_monotonic(). It pings the watchdog, when there is one
 * ($WATCHDOG_USEC) and a third of its patience is over. */
void notify_turn(int64_t now);

/* Milliseconds until the loop has to turn again for the watchdog's sake; -1: there is none. */
int64_t notify_wait(int64_t now);

/* Milliseconds after which the watchdog ends this program; -1: there is none. */
int64_t notify_patience(void);

#endif
