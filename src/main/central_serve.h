/* SPDX-License-Identifier: EUPL-1.2 */
/* acht-central serve */
#ifndef ACHT_MAIN_CENTRAL_SERVE_H
#define ACHT_MAIN_CENTRAL_SERVE_H

#include "main/options.h"

extern const struct option serve_options[];

int run_serve(const struct args *args);

#endif
