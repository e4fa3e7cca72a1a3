/* SPDX-License-Identifier: EUPL-1.2 */
/* Handing out what is kept about one person. Other people stand in it as ids, but for those who
 * proposed, decided or objected, and who looked: their names belong to the person's own data. */
#ifndef ACHT_CENTRAL_EXPORT_H
#define ACHT_CENTRAL_EXPORT_H

#include "central/database.h"
#include "central/secrets.h"

struct export_job {
    struct database *db;
    const struct secrets *secrets; /* NULL: what is sealed is left sealed */
    const char *company, *person;
    const char *dir; /* made when it is not there; must be empty */
    int64_t now;
};

/* Writes DIR/person.json and DIR/person.csv, mode 0600, both or none; tells the person in a notice
 * and the audit trail, and ends a wish for it. */
int export_person(const struct export_job *job, struct err *err) ACHT_NODISCARD;

#endif
