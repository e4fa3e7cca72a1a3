/* SPDX-License-Identifier: EUPL-1.2 */
/* What is left of a damaged journal. */
#ifndef ACHT_STORE_SALVAGE_H
#define ACHT_STORE_SALVAGE_H

#include "store/db.h"

/* Names in the journal's meta. Text is a number. */
#define DAMAGE_TIMES "damage_times"   /* how often the journal had to be saved */
#define DAMAGE_SAVED "damage_saved"   /* entries that the last time saved */
#define DAMAGE_LOST "damage_lost"     /* entries known to be lost, of all times */
#define DAMAGE_AT "damage_at"         /* instant of the last time */
#define CACHE_REBUILT "cache_rebuilt" /* how often the cache was damaged and made anew */
#define FORGOTTEN "forgotten"         /* highest seq of an entry that was removed as settled */

/* Copies into the empty journal `to`, in one transaction, every entry of the file open as fd (-1:
 * there is none) whose bytes have their digest, and what undamaged pages say of verdicts, PIN
 * tries and stuck entries; counts what is known to be missing. The next seq of `to` is above all
 * that are known. */
int salvage_journal(int fd, struct db *to, struct err *err) ACHT_NODISCARD;

#endif
