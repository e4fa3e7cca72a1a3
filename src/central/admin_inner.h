/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef ACHT_CENTRAL_ADMIN_INNER_H
#define ACHT_CENTRAL_ADMIN_INNER_H

#include "central/admin.h"
#include "central/docket.h"

/* The request with this id, else with this number, as the filter's company and fund allow; in mem.
 * Of several rows each is another company's, with the same id. None is ERR_NOT_FOUND; a number of
 * several requests is ERR_USAGE. */
int admin_find_request(struct database *db, const char *name, const struct request_filter *filter,
    struct arena *mem, struct docket_rows *rows, struct err *err) ACHT_NODISCARD;

#endif
