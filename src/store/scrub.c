/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/scrub.h"

#include "store/db_inner.h"

static int checkpoint(struct db *db, struct err *err)
{
    int rc = sqlite3_wal_checkpoint_v2(db->sql, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK ? 0 : db_fail(db, rc, err);
}

int db_scrub(struct db *db, struct err *err)
{
    if (db->kind != DB_SERVER)
        return 0;
    if (db_lock(db, err) < 0)
        return -1;
    int rc = checkpoint(db, err);
    db_unlock(db);
    return rc;
}
