/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/token.h"

int sync_renew_token(const char *dir, struct enrolment *e, struct err *err)
{
    struct enrolment fresh = *e;
    str_copy(fresh.token_before, sizeof(fresh.token_before), e->token);
    random_key_hex(fresh.token);
    int rc = enrolment_save(dir, &fresh, err);
    if (rc == 0)
        *e = fresh;
    memory_wipe(&fresh, sizeof(fresh));
    return rc;
}
