/* SPDX-License-Identifier: EUPL-1.2 */
/* A file of nothing beside the journal: when the disk is full it is given up, so that a few hundred
 * more entries can be written. While it is missing only the journal may write. */
#ifndef ACHT_STORE_RESERVE_H
#define ACHT_STORE_RESERVE_H

#include <stdbool.h>

#define RESERVE_NAME "journal.reserve"
#define RESERVE_BYTES (1024 * 1024)

/* dir is the open data directory. */
bool reserve_there(int dir);
bool reserve_free(int dir); /* true when there was one, and it is gone now */

/* Makes it when it is missing and as much again stays free beside it; true when it is there. */
bool reserve_make(int dir);

#endif
