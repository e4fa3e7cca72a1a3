/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/sql_texts.h"

#include <string.h>

#include "base/buf.h"

#define FILE_MOST (256 * 1024 * 1024)

static bool is_statement(const char *text)
{
    static const char *const begins[] = {
        "SELECT ", "INSERT ", "REPLACE ", "UPDATE ", "DELETE FROM ", "WITH ", NULL};
    int i = 0;
    while (begins[i] && strncmp(text, begins[i], strlen(begins[i])) != 0)
        i++;
    return begins[i] && !strstr(text, "%s"); /* that is the beginning of one */
}

void sql_texts(const char *path, sql_see_text *see, void *context)
{
    struct err err = {0};
    struct buf file = BUF_INIT(FILE_MOST);
    if (buf_read_file(&file, path, &err) < 0)
        BUG("%s", err.msg);
    for (size_t at = 1; at < file.len; at++)
        if (file.p[at - 1] == '\0' && is_statement(file.p + at))
            see(context, file.p + at);
    buf_release(&file);
}

bool sql_is_of_postgres(const char *sql)
{
    static const char *const names[] = {"current_schema()", "pg_catalog.", "to_regclass(",
        "set_config(", "schema_version", "pg_locks", NULL};
    int i = 0;
    while (names[i] && !strstr(sql, names[i]))
        i++;
    return names[i];
}
