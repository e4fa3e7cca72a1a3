/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests by what people and programs call them. */
#include <string.h>

#include "central/requests.h"
#include "model/number.h"

static void keep_only(struct docket_rows *rows, const struct request_scope *scope)
{
    int count = 0;
    for (int i = 0; i < rows->count; i++) {
        const struct docket_row *row = &rows->row[i];
        if ((scope->own || row->route == ROUTE_employer) &&
            (!scope->company || strcmp(scope->company, row->company) == 0))
            rows->row[count++] = *row;
    }
    rows->count = count;
}

/* Whether these are several requests, and not one that several companies have; which, in names. */
static bool ambiguous(const struct docket_rows *rows, struct buf *names)
{
    int count = 0;
    for (int i = 0; i < rows->count; i++)
        if (i == 0 || strcmp(rows->row[i - 1].id, rows->row[i].id) != 0)
            buf_printf(names, "%s%s", count++ ? ", " : "", rows->row[i].id);
    return count > 1;
}

static int find_numbered(struct database *db, const char *name, const struct request_scope *scope,
    struct arena *mem, struct docket_rows *out, struct err *err)
{
    char tail[NUMBER_TAIL + 1];
    struct buf names = BUF_INIT(LIM_ERR);
    if (request_number_read(name, tail) < 0)
        return 0;
    if (docket_numbered(db, tail, mem, out, err) < 0)
        return -1;
    keep_only(out, scope);
    int rc = 0;
    if (ambiguous(out, &names))
        rc = err_set(err, ERR_USAGE,
            "several requests have the number %.60s: name one by its whole id (%.200s)", name,
            names.p);
    buf_release(&names);
    return rc;
}

int requests_find(struct database *db, const char *name, const struct request_scope *scope,
    struct arena *mem, struct docket_rows *out, struct err *err)
{
    if (docket_named(db, name, mem, out, err) < 0)
        return -1;
    bool is_id = out->count > 0;
    keep_only(out, scope);
    if (!is_id && find_numbered(db, name, scope, mem, out, err) < 0)
        return -1;
    if (out->count == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no request %.60s", name);
    return 0;
}
