/* SPDX-License-Identifier: EUPL-1.2 */
/* What a kiosk does when the server says that it was revoked. */
#ifndef ACHT_SYNC_WIPE_H
#define ACHT_SYNC_WIPE_H

#include "store/store.h"

/* Nobody is betrayed: people, requests, badge key, token and all entries leave this disk. Nothing
 * is lost: what was not delivered is first sealed to the server's public key, in
 * undelivered.sealed, which only the server can read (acht-central deliver); without that key it
 * stays in the journal and this is an error. The enrolment goes last, so that what was cut off is
 * done again at the next contact. *sealed: entries in the file. */
int sync_wipe(struct store *store, const char *dir, int64_t now, int64_t *sealed,
    struct err *err) ACHT_NODISCARD;

#endif
