/* SPDX-License-Identifier: EUPL-1.2 */
/* Backups: all that a database held at one moment, in one file. It is a database of SQLite,
 * whatever the server stores in, and behind its pages a manifest: when it was made, and how many
 * rows each table has with their digest; its last line is a digest of all that stands before. A
 * backup that has its name has been brought back once, into a scratch file. */
#ifndef ACHT_CENTRAL_BACKUP_H
#define ACHT_CENTRAL_BACKUP_H

#include "base/paths.h"
#include "central/audit.h"

struct backup_info {
    char made[32]; /* an instant, as text */
    int64_t rows;
    bool edited;              /* the audit trail is not as it was written ... */
    struct audit_fault fault; /* ... here; that keeps no backup from being made or brought back */
};

/* Makes a backup of the database (PATH|URL), while others go on writing to it. A file of that name
 * is never replaced (ERR_CONFIG), and there is none after an error. now: the instant it bears. */
int backup_make(const char *where, const char *path, int64_t now, struct backup_info *info,
    struct err *err) ACHT_NODISCARD;

/* Brings it back into a scratch file beside it, and looks at everything: the digest of the file,
 * the structure, the rows of each table, the audit trail. ERR_CORRUPT: it is damaged; ERR_DATA: it
 * is no backup; ERR_TOO_NEW. */
int backup_verify(
    const char *path, int64_t now, struct backup_info *info, struct err *err) ACHT_NODISCARD;

struct restoring {
    const char *backup, *where; /* where: PATH|URL */
    const char *secrets, *list; /* files of the server; see erase.h for the list */
    const char *scratch;        /* a file that may be written meanwhile; on the disk of PATH */
    int64_t now;
};

/* The same, and then erases whom the list names and the backup does not know to be erased; only
 * then the database is there, and the list names everybody whom it knows to be erased. There must
 * be no such file yet, or no row in that database (ERR_CONFIG); and there must be a list, if only
 * an empty one (ERR_NOT_FOUND). *erased: how many were erased again. */
int backup_restore(const struct restoring *r, struct backup_info *info, int64_t *erased,
    struct err *err) ACHT_NODISCARD;

#endif
