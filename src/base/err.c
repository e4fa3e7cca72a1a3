/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void (*bug_hook)(void);

static bool is_plain(const char *s)
{
    while (*s >= ' ' && *s < 0x7F)
        s++;
    return !*s;
}

/* What a message quotes may come from anywhere; it ends on a terminal or in a log. */
static void make_safe(char msg[LIM_ERR])
{
    struct buf safe = BUF_INIT(LIM_ERR - 1);
    if (is_plain(msg))
        return;
    (void)utf8_sanitize(&safe, msg, strlen(msg), false); /* a cut message will do */
    memcpy(msg, safe.p, safe.len + 1);
    buf_release(&safe);
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    if (!err || err->code != ERR_NONE)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
    va_end(ap);
    make_safe(err->msg);
    err->code = code;
    return -1;
}

void err_clear(struct err *err)
{
    err->code = ERR_NONE;
    err->msg[0] = '\0';
}

int err_exit_code(enum err_code code)
{
    switch (code) {
    case ERR_NONE:
        return 0;
    case ERR_USAGE:
        return 64;
    case ERR_DATA:
    case ERR_CORRUPT:
    case ERR_TOO_NEW:
        return 65;
    case ERR_NOT_FOUND:
        return 66;
    case ERR_IO:
    case ERR_FULL:
    case ERR_READ_ONLY:
        return 74;
    case ERR_BUSY:
    case ERR_NET:
    case ERR_GONE:
        return 75;
    case ERR_AUTH:
    case ERR_CONFIG:
        return 78;
    }
    return 70;
}

void bug_(const char *file, int line, const char *fmt, ...)
{
    if (bug_hook)
        bug_hook();
    fprintf(stderr, "acht: bug at %s:%d: ", file, line);
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    abort();
}
