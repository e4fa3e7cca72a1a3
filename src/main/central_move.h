/* SPDX-License-Identifier: EUPL-1.2 */
/* acht-central move */
#ifndef ACHT_MAIN_CENTRAL_MOVE_H
#define ACHT_MAIN_CENTRAL_MOVE_H

#include "main/options.h"

extern const struct option move_options[];

int run_move(const struct args *args);

#endif
