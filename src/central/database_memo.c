/* SPDX-License-Identifier: EUPL-1.2 */
/* What a write transaction has read or written already, so that it is not asked for again: nobody
 * else writes meanwhile (sql_begin()). Each is dropped when it may have become another, and all of
 * a company when the next one is served. */
#include <stdlib.h>
#include <string.h>

#include "central/database_inner.h"

/* ---- the request that is being judged ---- */

bool memo_row(
    const struct database *db, const char *company, const char *id, struct docket_row *row)
{
    const struct docket_row *kept = &db->memo.row;
    if (!db->memo.has_row || strcmp(kept->id, id) != 0 || strcmp(kept->company, company) != 0)
        return false;
    *row = *kept;
    return true;
}

void memo_row_keep(struct database *db, const struct docket_row *row)
{
    db->memo.has_row = db->memo.writing;
    if (db->memo.writing && row != &db->memo.row)
        db->memo.row = *row;
}

void memo_row_drop(struct database *db)
{
    db->memo.has_row = false;
}

/* ---- records ---- */

static void drop(struct memo_record *m)
{
    free(m->body);
    *m = (struct memo_record){0};
}

static bool is_it(
    const struct memo_record *m, const char *company, enum type_id type, const char *id)
{
    return m->body && m->type == type && strcmp(m->id, id) == 0 &&
           strcmp(m->company, company ? company : "") == 0;
}

const char *memo_record(
    const struct database *db, const char *company, enum type_id type, const char *id)
{
    for (int i = 0; i < MEMO_RECORDS; i++)
        if (is_it(&db->memo.record[i], company, type, id))
            return db->memo.record[i].body;
    return NULL;
}

void memo_record_keep(
    struct database *db, const char *company, enum type_id type, const char *id, const char *body)
{
    struct memo_record *m = &db->memo.record[db->memo.next];
    if (!db->memo.writing)
        return;
    db->memo.next = (db->memo.next + 1) % MEMO_RECORDS;
    drop(m);
    if (str_copy(m->company, sizeof(m->company), company ? company : "") < 0 ||
        str_copy(m->id, sizeof(m->id), id) < 0)
        return;
    m->type = type;
    m->body = mem_strdup(body);
}

void memo_record_drop(struct database *db, const char *company, enum type_id type, const char *id)
{
    for (int i = 0; i < MEMO_RECORDS; i++)
        if (is_it(&db->memo.record[i], company, type, id))
            drop(&db->memo.record[i]);
}

/* ---- all of it ---- */

void memo_begin(struct database *db, bool writing)
{
    memo_row_drop(db);
    for (int i = 0; i < MEMO_RECORDS; i++)
        drop(&db->memo.record[i]);
    db->memo.writing = writing;
}

void memo_next_company(struct database *db)
{
    memo_row_drop(db);
    for (int i = 0; i < MEMO_RECORDS; i++)
        if (*db->memo.record[i].company)
            drop(&db->memo.record[i]);
}
