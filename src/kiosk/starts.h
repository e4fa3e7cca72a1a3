/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk that cannot start is started again and again. This counts the starts that came to
 * nothing, so that people see a calm picture meanwhile, and not a screen that flickers or is dead.
 *
 * The count is a file in $RUNTIME_DIRECTORY, which the service manager keeps across restarts, in
 * memory: it can be written when the disk is full, and a boot begins anew. Where there is no such
 * directory nobody restarts anything, and nothing is counted. */
#ifndef ACHT_KIOSK_STARTS_H
#define ACHT_KIOSK_STARTS_H

#include <stdbool.h>

#include "base/err.h"

#define STARTS_STEADY_MS (60 * 1000) /* who lived that long did start */
#define STARTS_SORRY_MS (30 * 1000)  /* how long the picture stands before the next try */

/* One more start. Returns whether those before came to nothing too often. */
bool starts_again(void);

/* This start came to nothing for a reason that can be said: IT will read it on the picture. */
void starts_failed(const struct err *err);

/* All is well, or somebody ended it. */
void starts_forget(void);

/* Shows in each language that the terminal does not work, and whom to call, for STARTS_SORRY_MS; it
 * needs no screens, no store and no curses, for one of these may be what is broken. share: as for
 * kiosk_open(). Keys do nothing; a signal ends the program. */
void starts_sorry(const char *share);

#endif
