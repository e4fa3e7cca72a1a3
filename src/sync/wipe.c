/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/wipe.h"

#include "proto/codec.h"

int sync_wipe(struct store *store, const char *dir, int64_t now, int64_t *sealed, struct err *err)
{
    if (store_forget_everybody(store, sealed, err) < 0 ||
        cache_set_contact(store, "not_enrolled", now, err) < 0)
        return -1;
    return enrolment_remove(dir, err);
}
