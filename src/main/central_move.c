/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/central_move.h"

#include <stdio.h>

#include "central/move.h"
#include "main/central_open.h"

const struct option move_options[] = {
    OPTION_DATABASE,
    {"to", "PATH|URL", "the new database, which is empty", true},
    {0},
};

static void tell(void *context, const struct moved_table *t)
{
    *(int64_t *)context += t->rows;
    printf("%-12s %9lld rows  %s\n", t->name, (long long)t->rows, t->digest);
}

int run_move(const struct args *args)
{
    struct err err = {0};
    struct sql *from = NULL, *to = NULL;
    int64_t rows = 0;
    const char *source = args_get(args, "database");
    int rc =
        is_database(args) ? 0 : err_set(&err, ERR_NOT_FOUND, "there is no database %s", source);
    if (rc == 0)
        rc = sql_open(&from, source, &err);
    if (rc == 0)
        rc = sql_open(&to, args_get(args, "to"), &err);
    if (rc == 0)
        rc = move_all(from, to, tell, &rows, &err);
    sql_close(to);
    sql_close(from);
    if (rc < 0)
        return args_fail(args, &err);
    printf("moved: %lld rows, each table the same on both sides\n", (long long)rows);
    return 0;
}
