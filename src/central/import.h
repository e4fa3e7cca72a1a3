/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading files into the database: catalogues of courses, and the people of a company. */
#ifndef ACHT_CENTRAL_IMPORT_H
#define ACHT_CENTRAL_IMPORT_H

#include "central/database.h"
#include "central/values.h"

struct import_job {
    const char *path;
    const char *map; /* a map file, or NULL: the file has the catalogue's columns */
    bool dry_run;
    bool progress; /* on stderr */
    int64_t now;
    struct problems problems;
};

struct import_count {
    int64_t fresh, changed, same, gone;
};

struct import_result {
    struct import_count courses, runs, people;
    int64_t erased; /* people who were left out, because they were erased */
    bool kept;      /* nothing was removed, because rows that could not be read may stand for it */
};

/* One row is one run, or a course without dates. The first good row of a course gives its fields.
 * A bad row is told and counted in job->problems, and what it names stays as it is. What the source
 * had and the file does not name any more becomes a tombstone. Commits in parts: after an error
 * what was read until then stays, and the next import goes on from there. db NULL (with dry_run):
 * as if it were empty. */
int import_catalogue(struct database *db, struct import_job *job, struct import_result *result,
    struct err *err) ACHT_NODISCARD;

/* The roster of a company, in one transaction: badge, name, team, role; site, language, from and to
 * may be there. Who is not in it (any more, or yet) becomes a tombstone. */
int import_people(struct database *db, const char *company, struct import_job *job,
    struct import_result *result, struct err *err) ACHT_NODISCARD;

#endif
