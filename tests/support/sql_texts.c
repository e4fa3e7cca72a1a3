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
    return begins[i];
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
