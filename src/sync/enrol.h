/* SPDX-License-Identifier: EUPL-1.2 */
/* Making a kiosk known to a server by a one-time code. */
#ifndef ACHT_SYNC_ENROL_H
#define ACHT_SYNC_ENROL_H

#include "proto/codec.h"
#include "store/store.h"
#include "sync/transport.h"

/* Hands in the code and fills e with the answer; server and ca are left to the caller. */
int sync_enrol(struct transport *transport, const char *code, struct enrolment *e,
    struct err *err) ACHT_NODISCARD;

/* Whether what waits in the journal can still be sent after enrolling as e: an entry names the
 * kiosk that it was made on, and the server takes it from no other. */
int sync_enrol_keeps(
    struct store *store, const struct enrolment *e, struct err *err) ACHT_NODISCARD;

#endif
