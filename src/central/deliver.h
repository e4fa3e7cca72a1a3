/* SPDX-License-Identifier: EUPL-1.2 */
/* Entries of kiosks that were revoked before they could deliver them. */
#ifndef ACHT_CENTRAL_DELIVER_H
#define ACHT_CENTRAL_DELIVER_H

#include "central/judge.h"

struct delivered {
    int64_t entries, unreadable; /* lines; those that are damaged, cut off or not sealed to us */
};

/* Judges each line of such a file (undelivered.sealed) as if the kiosk that made the entry had sent
 * it now; what is known already gets its old verdict and has no second effect. */
int deliver_sealed(struct database *db, const struct secrets *secrets, const char *path,
    int64_t now, struct delivered *out, struct err *err) ACHT_NODISCARD;

#endif
