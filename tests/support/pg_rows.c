/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/pg_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

static int compare_rows(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void pg_rows_digest(const PGresult *result, char out[DIGEST_HEX])
{
    enum { MOST = 2000 };
    static char *rows[MOST];
    struct buf all = BUF_INIT(16 * 1024 * 1024);
    int n = PQntuples(result) < MOST ? PQntuples(result) : MOST;
    for (int i = 0; i < n; i++) {
        struct buf row = BUF_INIT(LIM_PAGE);
        for (int k = 0; k < PQnfields(result); k++)
            (void)buf_printf(&row, "%s\t", PQgetvalue(result, i, k));
        rows[i] = buf_take(&row);
    }
    qsort(rows, (size_t)n, sizeof(rows[0]), compare_rows);
    for (int i = 0; i < n; i++) {
        (void)buf_printf(&all, "%s\n", rows[i]);
        free(rows[i]);
    }
    (void)buf_printf(&all, "%d of %s", PQntuples(result), PQcmdTuples((PGresult *)result));
    sha256_hex(all.p, all.len, out);
    buf_release(&all);
}
