/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk that is to forget whom it knows: it was stolen, or is no longer the company's. */
#include "store/inner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/seal.h"
#include "store/aside.h"

#define SEALED_FILE "undelivered.sealed"

static int seal_row(FILE *f, const char *key, struct stmt *q)
{
    struct buf box = BUF_INIT(2 * LIM_LINE);
    size_t len;
    const char *bytes = stmt_get_blob(q, 0, &len);
    int rc = seal_text(key, bytes, len, &box);
    if (rc == 0)
        rc = fprintf(f, "%s\n", box.p) < 0 ? -1 : 0;
    buf_release(&box);
    return rc;
}

static int seal_rows(struct store *s, FILE *f, const char *key, int64_t *count, struct err *err)
{
    struct stmt *q = db_stmt(s->journal, "SELECT bytes FROM entry WHERE NOT EXISTS "
                                         "(SELECT 1 FROM verdict WHERE verdict.entry = entry.id) "
                                         "ORDER BY seq");
    int rc;
    *count = 0;
    while ((rc = stmt_step(q, err)) > 0) {
        if (seal_row(f, key, q) < 0) {
            stmt_reset(q);
            return err_set(err, ERR_IO, "what waits here cannot be sealed");
        }
        ++*count;
    }
    return rc;
}

/* What waits goes into a file that only the server can read, which is on the disk when this returns
 * 0. After a power cut it may be in there twice: the server takes it once. */
static int seal_waiting(struct store *s, const char *key, int64_t *count, struct err *err)
{
    char path[PATH_ROOM];
    if (paths_join(path, s->dir, SEALED_FILE, err) < 0)
        return -1;
    FILE *f = fopen(path, "ae");
    if (!f)
        return err_set(err, ERR_IO, "cannot write '%s': %s", path, strerrordesc_np(errno));
    int rc = seal_rows(s, f, key, count, err);
    bool written = fflush(f) == 0 && fsync(fileno(f)) == 0;
    if ((fclose(f) != 0 || !written) && rc == 0)
        rc = err_set(err, ERR_IO, "cannot write '%s': %s", path, strerrordesc_np(errno));
    return rc;
}

int store_forget_everybody(struct store *s, int64_t *sealed, struct err *err)
{
    struct company company = {0};
    *sealed = 0;
    if (journal_waiting(s) > 0) {
        if (store_company(s, &company, err) < 0)
            return -1;
        if (!company.seal_key[0])
            return err_set(err, ERR_CONFIG,
                "what waits here cannot be sealed: the server's key was never fetched");
        if (seal_waiting(s, company.seal_key, sealed, err) < 0)
            return -1;
    }
    if (journal_empty(s, err) < 0)
        return -1;
    aside_empty(s->dir);
    return cache_forget(s, err);
}
