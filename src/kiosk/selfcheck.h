/* SPDX-License-Identifier: EUPL-1.2 */
/* What must be right around a kiosk for it to look after itself, checked on the machine. */
#ifndef ACHT_KIOSK_SELFCHECK_H
#define ACHT_KIOSK_SELFCHECK_H

#include "base/buf.h"

/* Looks at the kiosk in the directory data, at what came with the program (share, as for
 * kiosk_open()), and at the system that stands under root ("" for this one). Adds a line to out for
 * each thing that is wrong: what, and what to do. Returns how many are; *checked is of how many.
 * When root (the user) asks, it goes on as the owner of data, so that no file changes hands. */
int selfcheck(const char *data, const char *share, const char *root, int *checked, struct buf *out);

#endif
