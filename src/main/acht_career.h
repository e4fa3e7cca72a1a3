/* SPDX-License-Identifier: EUPL-1.2 */
/* Occupations and the ways between them at the shell. */
#ifndef ACHT_MAIN_ACHT_CAREER_H
#define ACHT_MAIN_ACHT_CAREER_H

#include "main/options.h"

extern const struct option career_options[];
extern const struct option path_options[];
int career_command(const struct args *args);
int path_command(const struct args *args);

#endif
