/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests, as far as others ask for them. */
#ifndef ACHT_CENTRAL_REQUESTS_H
#define ACHT_CENTRAL_REQUESTS_H

#include "central/database.h"

/* Adds the person's own-route requests to lines, newest first, each as the line of its `request`
 * record with a newline. Stops before lines would overflow. */
int requests_own(struct database *db, const char *company, const char *person, struct buf *lines,
    struct err *err) ACHT_NODISCARD;

#endif
