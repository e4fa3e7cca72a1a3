/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk's file changed behind the store's back, by somebody who knows of the pages' checksums. */
#ifndef TESTS_UNIT_RAW_H
#define TESTS_UNIT_RAW_H

#include <sqlite3.h>

#include "store/pages.h"

static inline sqlite3 *raw_open(const char *path)
{
    sqlite3 *raw = NULL;
    int reserve = PAGE_SUM_BYTES;
    assert_int_equal(
        sqlite3_open_v2(path, &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, pages_vfs(NULL)),
        SQLITE_OK);
    (void)sqlite3_file_control(raw, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    return raw;
}

static inline void raw_exec(const char *path, const char *sql)
{
    sqlite3 *raw = raw_open(path);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

#endif
