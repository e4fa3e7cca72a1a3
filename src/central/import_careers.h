/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading careers: the fund's own occupations, needs, steps and what courses give; or ESCO's. What
 * is ESCO's stays a source of its own, with its acknowledgement. */
#ifndef ACHT_CENTRAL_IMPORT_CAREERS_H
#define ACHT_CENTRAL_IMPORT_CAREERS_H

#include "central/import.h"

struct careers_result {
    struct import_count count[TYPES_COUNT]; /* by type */
    bool kept;                              /* as in struct import_result */
};

bool import_careers_knows(const char *format); /* "careers" or "esco" */

/* Loads the files of a directory (job->path), all in one transaction: what the source had and no
 * file names any more becomes a tombstone; after an error nothing was changed. A bad row is told
 * and counted in job->problems. db NULL (with dry_run): as if it were empty. */
int import_careers(struct database *db, const char *format, struct import_job *job,
    struct careers_result *result, struct err *err) ACHT_NODISCARD;

#endif
