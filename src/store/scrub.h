/* SPDX-License-Identifier: EUPL-1.2 */
/* That what was deleted is gone from the disk as well. */
#ifndef ACHT_STORE_SCRUB_H
#define ACHT_STORE_SCRUB_H

#include "store/db.h"

/* For a SERVER: moves the WAL into the file and empties it. Deleted bytes are overwritten in the
 * file when they are deleted (secure_delete), so nothing of them is left after this. Not within a
 * transaction; ERR_BUSY when another connection reads for longer than it may. */
int db_scrub(struct db *db, struct err *err) ACHT_NODISCARD;

#endif
