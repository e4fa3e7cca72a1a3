/* SPDX-License-Identifier: EUPL-1.2 */
/* What `acht status` says. */
#ifndef ACHT_MAIN_ACHT_STATUS_H
#define ACHT_MAIN_ACHT_STATUS_H

#include "kiosk/kiosk.h"

/* To standard output, as lines for people or as one JSON object. */
void print_status(const struct kiosk *k, const struct store_status *s, bool json);

#endif
