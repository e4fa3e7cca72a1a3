/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/people.h"

#define ROSTER "roster"

static int put_member(
    struct database *db, const struct due_member *m, struct arena *mem, struct err *err)
{
    struct record r;
    enum put_result ignored;
    if (record_from_json(m->body, strlen(m->body), mem, &r, err) != 0)
        return err_set(err, ERR_CORRUPT, "a member cannot be read back");
    r.gone = m->gone;
    return database_put(db, m->company, ROSTER, &r, false, &ignored, err);
}

/* The number of people put or taken, or -1. */
static int64_t put_some(struct database *db, int64_t date, struct arena *mem, struct err *err)
{
    struct due_member *due;
    int64_t count;
    if (database_members_due(db, date, mem, &due, &count, err) < 0)
        return -1;
    for (int64_t i = 0; i < count; i++)
        if (put_member(db, &due[i], mem, err) < 0)
            return -1;
    return count;
}

int members_new_day(struct database *db, int64_t date, struct err *err)
{
    int64_t count;
    do {
        struct arena mem = {0};
        if (database_begin(db, err) < 0)
            return -1;
        count = put_some(db, date, &mem, err);
        if (count >= 0 && database_commit(db, err) < 0)
            count = -1;
        if (count < 0)
            database_rollback(db);
        arena_release(&mem);
    } while (count > 0);
    return (int)count;
}
