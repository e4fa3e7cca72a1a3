/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

char buf_empty[1];

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf)BUF_INIT(max);
}

void buf_release(struct buf *b)
{
    if (b->p != buf_empty)
        free(b->p);
    buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
    b->overflow = false;
    buf_truncate(b, 0);
}

void buf_truncate(struct buf *b, size_t len)
{
    if (len > b->len)
        BUG("truncate to %zu of %zu", len, b->len);
    b->len = len;
    if (b->p != buf_empty)
        b->p[len] = '\0';
}

static int buf_reserve(struct buf *b, size_t extra)
{
    if (b->overflow || extra > b->max - b->len) {
        b->overflow = true;
        return -1;
    }
    size_t need = b->len + extra + 1;
    if (need <= b->cap)
        return 0;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    b->p = mem_realloc(b->p == buf_empty ? NULL : b->p, cap);
    b->cap = cap;
    return 0;
}

int buf_add(struct buf *b, const void *data, size_t len)
{
    if (buf_reserve(b, len) < 0)
        return -1;
    if (len)
        memcpy(b->p + b->len, data, len);
    b->len += len;
    b->p[b->len] = '\0';
    return 0;
}

int buf_puts(struct buf *b, const char *s)
{
    return buf_add(b, s, strlen(s));
}

int buf_putc(struct buf *b, char c)
{
    return buf_add(b, &c, 1);
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    int rc = n < 0 ? -1 : buf_reserve(b, (size_t)n);
    if (rc == 0) {
        vsnprintf(b->p + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
    return rc;
}

char *buf_take(struct buf *b)
{
    char *p = b->p == buf_empty ? mem_strdup("") : b->p;
    buf_init(b, b->max);
    return p;
}

static int read_all(struct buf *b, int fd, const char *path, struct err *err)
{
    char chunk[16384];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n == 0)
            return 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "cannot read '%s': %s", path, strerrordesc_np(errno));
        if (buf_add(b, chunk, (size_t)n) < 0)
            return err_set(err, ERR_DATA, "'%s' is larger than %zu bytes", path, b->max);
    }
}

int buf_read_file(struct buf *b, const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open '%s': %s", path,
            strerrordesc_np(errno));
    int rc = read_all(b, fd, path, err);
    close(fd);
    return rc;
}
