/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/inner.h"

int meta_get(
    struct db *db, const char *name, int64_t *number, char *text, size_t size, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT number, text FROM meta WHERE name = ?");
    stmt_text(s, 1, name);
    int rc = stmt_step(s, err);
    if (number)
        *number = rc > 0 ? stmt_get_number(s, 0) : NO_NUMBER;
    if (text)
        (void)str_copy(text, size, rc > 0 ? stmt_get_text(s, 1) : "");
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

int meta_set(struct db *db, const char *name, int64_t number, const char *text, struct err *err)
{
    struct stmt *s = db_stmt(db, "INSERT INTO meta(name, number, text) VALUES(?, ?, ?) "
                                 "ON CONFLICT(name) DO UPDATE SET number = excluded.number, "
                                 "text = excluded.text");
    stmt_text(s, 1, name);
    stmt_number(s, 2, number);
    stmt_text(s, 3, text);
    return stmt_run(s, err);
}
