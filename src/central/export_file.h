/* SPDX-License-Identifier: EUPL-1.2 */
/* The two files of an export. */
#ifndef ACHT_CENTRAL_EXPORT_FILE_H
#define ACHT_CENTRAL_EXPORT_FILE_H

#include "base/buf.h"

/* Makes the directory (mode 0700) when it is not there, refuses one that is not empty, and writes
 * both files, mode 0600: whole, or not at all. */
int export_write(
    const char *dir, const struct buf *json, const struct buf *csv, struct err *err) ACHT_NODISCARD;
void export_unwrite(const char *dir);

#endif
