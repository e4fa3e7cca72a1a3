/* SPDX-License-Identifier: EUPL-1.2 */
/* Two syncs of one kiosk at once are one. */
#ifndef ACHT_SYNC_LOCK_H
#define ACHT_SYNC_LOCK_H

#include "base/err.h"

/* Takes DIR/sync.lock. Returns a descriptor to close, -1 on error, or SYNC_LOCK_HELD when another
 * process holds it. The lock ends with the process, however that ends. */
#define SYNC_LOCK_HELD (-2)
int sync_lock(const char *dir, struct err *err) ACHT_NODISCARD;

#endif
