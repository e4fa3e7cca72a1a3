/* SPDX-License-Identifier: EUPL-1.2 */
/* Which request somebody means who names it by its id or by the number that people have of it. */
#include <string.h>

#include "central/admin_inner.h"
#include "model/number.h"

/* What is on the own route is the fund's alone. */
static void keep_allowed(const struct request_filter *filter, struct docket_rows *rows)
{
    int kept = 0;
    for (int i = 0; i < rows->count; i++)
        if (filter->fund || rows->row[i].route == ROUTE_employer)
            rows->row[kept++] = rows->row[i];
    rows->count = kept;
}

/* By the whole id, else by the number. */
static int find(struct database *db, const char *name, const char *company, struct arena *mem,
    struct docket_rows *rows, struct err *err)
{
    char tail[NUMBER_TAIL + 1];
    int rc = docket_named(db, company, name, mem, rows, err);
    if (rc < 0 || rows->count > 0 || request_number_read(name, tail) < 0)
        return rc;
    return docket_numbered(db, company, tail, mem, rows, err);
}

/* How many requests these are, each of which several companies may have; which, in names. They are
 * in the order of their ids. */
static int count_ids(const struct docket_rows *rows, struct buf *names)
{
    int count = 0;
    for (int i = 0; i < rows->count; i++) {
        const char *id = rows->row[i].id;
        if (i == 0 || strcmp(rows->row[i - 1].id, id) != 0)
            (void)buf_printf(names, "%s%s", count++ ? ", " : "", id);
    }
    return count;
}

static int check_one(const struct docket_rows *rows, const char *name, struct err *err)
{
    struct buf names = BUF_INIT(LIM_ERR);
    int rc = 0;
    int count = count_ids(rows, &names);
    if (count == 0)
        rc = err_set(err, ERR_NOT_FOUND, "there is no request %.60s", name);
    else if (count > 1)
        rc = err_set(err, ERR_USAGE,
            "several requests have the number %.60s: name one by its whole id (%.200s)", name,
            names.p);
    buf_release(&names);
    return rc;
}

int admin_find_request(struct database *db, const char *name, const struct request_filter *filter,
    struct arena *mem, struct docket_rows *rows, struct err *err)
{
    if (find(db, name, filter->company, mem, rows, err) < 0)
        return -1;
    keep_allowed(filter, rows);
    return check_one(rows, name, err);
}
