/* SPDX-License-Identifier: EUPL-1.2 */
/* The file of a backup: a database, its manifest, and a last line with the digest of both. */
#ifndef ACHT_CENTRAL_BACKUP_FILE_H
#define ACHT_CENTRAL_BACKUP_FILE_H

#include "base/buf.h"
#include "base/paths.h"

#define MANIFEST_MAX (64 * 1024)

/* Makes a file with a database into a backup, and brings it to the disk. */
int backup_file_seal(const char *path, const struct buf *manifest, struct err *err) ACHT_NODISCARD;

/* Writes the database in a backup to another file, which is replaced, and its manifest into
 * manifest. ERR_DATA: it is no backup; ERR_CORRUPT: it is not as it was written. */
int backup_file_unpack(
    const char *path, const char *to, struct buf *manifest, struct err *err) ACHT_NODISCARD;

/* Gives it its name, which must be free, and brings that to the disk. */
int backup_file_name(const char *path, const char *name, struct err *err) ACHT_NODISCARD;

/* Removes a database with all that stands beside it; what is not there is no error. */
void backup_file_remove(const char *path);
/* Removes only what a closed database leaves beside it. */
void backup_file_tidy(const char *path);

/* PATH and an ending. */
int backup_file_path(
    char out[PATH_ROOM], const char *path, const char *ending, struct err *err) ACHT_NODISCARD;

#endif
