/* SPDX-License-Identifier: EUPL-1.2 */
/* Damaged files are kept for a while, in quarantine/<utc>/ of the data directory. */
#ifndef ACHT_STORE_ASIDE_H
#define ACHT_STORE_ASIDE_H

#include "base/err.h"

#define ASIDE_KEPT 3 /* of each kind of file */

/* Moves the named database file, and the rollback journal that belongs to it, into a new directory
 * of the quarantine; then only the newest ASIDE_KEPT of its kind stay. */
int aside_move(const char *dir, const char *name, struct err *err) ACHT_NODISCARD;

/* The same, but `fresh` (a file of dir) takes its place at the same moment: a power cut leaves the
 * old file or the new one, never none. */
int aside_replace(
    const char *dir, const char *name, const char *fresh, struct err *err) ACHT_NODISCARD;

/* Removes all that is kept: somebody's data in it is to be forgotten. */
void aside_empty(const char *dir);

#endif
