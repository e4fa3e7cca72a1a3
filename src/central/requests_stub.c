/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/requests.h"

int requests_own(struct database *db, const char *company, const char *person, struct buf *lines,
    struct err *err)
{
    (void)db, (void)company, (void)person, (void)lines, (void)err;
    return 0;
}
