/* SPDX-License-Identifier: EUPL-1.2 */
/* Replacing this kiosk's token. */
#ifndef ACHT_SYNC_TOKEN_H
#define ACHT_SYNC_TOKEN_H

#include "proto/codec.h"

/* Makes a new token and writes it down in the enrolment of dir, with the one before; e is as on the
 * disk afterwards. The server is told at the next sync, which finds out by itself which of the two
 * the server knows (sync/engine.h): so nothing that is cut off anywhere locks this kiosk out. The
 * one before stays until the next time, for a server whose database is restored. After an error
 * all is as before, but for what the disk may do with either file. */
int sync_renew_token(const char *dir, struct enrolment *e, struct err *err) ACHT_NODISCARD;

#endif
