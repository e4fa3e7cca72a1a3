/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/json_text.h"

#include <string.h>

#include "base/utf8.h"

/* What is left after utf8_sanitize() that JSON wants escaped. */
void json_quoted(struct buf *out, const char *text)
{
    size_t len = strlen(text);
    struct buf safe = BUF_INIT(4 * len + 1);
    (void)utf8_sanitize(&safe, text, len, true);
    buf_putc(out, '"');
    for (const char *c = safe.p; *c; c++) {
        if (*c == '\n') {
            buf_puts(out, "\\n");
            continue;
        }
        if (*c == '"' || *c == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *c);
    }
    buf_putc(out, '"');
    buf_release(&safe);
}

void json_member(struct buf *out, const char *name, const char *text)
{
    char last = out->len ? out->p[out->len - 1] : '{';
    if (last != '{' && last != '[' && last != ',')
        buf_putc(out, ',');
    json_quoted(out, name);
    buf_putc(out, ':');
    json_quoted(out, text);
}

void csv_cell(struct buf *out, const char *text)
{
    size_t len = strlen(text);
    struct buf safe = BUF_INIT(4 * len + 1);
    (void)utf8_sanitize(&safe, text, len, true);
    buf_putc(out, '"');
    if (safe.len && strchr("=+-@", safe.p[0]))
        buf_putc(out, '\'');
    for (const char *c = safe.p; *c; c++) {
        if (*c == '"')
            buf_putc(out, '"');
        buf_putc(out, *c);
    }
    buf_putc(out, '"');
    buf_release(&safe);
}
