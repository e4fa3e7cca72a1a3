/* SPDX-License-Identifier: EUPL-1.2 */
/* Where a program finds what it reads and keeps. */
#ifndef ACHT_BASE_PATHS_H
#define ACHT_BASE_PATHS_H

#include "base/err.h"

#define PATH_ROOM 4096

/* The directory of what came with the program: ../share/acht beside the directory of the running
 * executable. It need not exist. */
int paths_share(char out[PATH_ROOM], struct err *err) ACHT_NODISCARD;

/* A kiosk's data directory: the given one, else $ACHT_DATA, else /var/lib/acht. */
const char *paths_data(const char *given);

/* DIR/NAME; refuses what does not fit. */
int paths_join(
    char out[PATH_ROOM], const char *dir, const char *name, struct err *err) ACHT_NODISCARD;

#endif
