/* SPDX-License-Identifier: EUPL-1.2 */
/* acht-central fleet */
#ifndef ACHT_MAIN_CENTRAL_FLEET_H
#define ACHT_MAIN_CENTRAL_FLEET_H

#include "main/options.h"

extern const struct option fleet_options[];

int run_fleet(const struct args *args);

#endif
