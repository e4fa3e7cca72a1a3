/* SPDX-License-Identifier: EUPL-1.2 */
/* acht-central backup, acht-central restore */
#ifndef ACHT_MAIN_CENTRAL_BACKUP_H
#define ACHT_MAIN_CENTRAL_BACKUP_H

#include "main/options.h"

extern const struct option backup_options[], restore_options[];

int run_backup(const struct args *args);
int run_restore(const struct args *args);

#endif
