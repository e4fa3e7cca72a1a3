/* SPDX-License-Identifier: EUPL-1.2 */
/* A growing byte buffer that is born with its maximum. */
#ifndef ACHT_BASE_BUF_H
#define ACHT_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Invariants: p is a NUL-terminated string of len bytes (never NULL); len <= max. Once something
 * did not fit, `overflow` stays set and nothing more is added, so a caller may check once at the
 * end. */
struct buf {
    char *p;
    size_t len, cap, max;
    bool overflow;
};

extern char buf_empty[1];
#define BUF_INIT(maximum)                                                                          \
    {                                                                                              \
        buf_empty, 0, 0, (maximum), false                                                          \
    }

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* frees the content; the buffer is empty and usable again */
void buf_clear(struct buf *b);   /* empties it, keeps the memory, forgets the overflow */

/* Each returns 0, or -1 when the maximum would be passed (nothing of this call is added). */
int buf_add(struct buf *b, const void *data, size_t len);
int buf_puts(struct buf *b, const char *s);
int buf_putc(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) ACHT_PRINTF(2, 3);

void buf_truncate(struct buf *b, size_t len);

/* Hands the content to the caller, who frees it; the buffer is empty afterwards. */
char *buf_take(struct buf *b);

/* Reads a whole file into b. Refuses one that is larger than the maximum. */
int buf_read_file(struct buf *b, const char *path, struct err *err) ACHT_NODISCARD;

#endif
