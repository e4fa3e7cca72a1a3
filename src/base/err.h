/* SPDX-License-Identifier: EUPL-1.2 */
/* Errors of data, disk, network and people travel as values; broken invariants abort. */
#ifndef ACHT_BASE_ERR_H
#define ACHT_BASE_ERR_H

#include "base/limits.h"

#define ACHT_NODISCARD __attribute__((warn_unused_result))
#define ACHT_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum err_code {
    ERR_NONE,
    ERR_USAGE,     /* the person called it wrongly */
    ERR_DATA,      /* input that is not what it claims to be */
    ERR_NOT_FOUND, /* the named thing is not there */
    ERR_IO,        /* the disk or the system refused */
    ERR_FULL,      /* no space left */
    ERR_READ_ONLY, /* it can be read, and not written */
    ERR_BUSY,      /* somebody else holds it; again later */
    ERR_CORRUPT,   /* a file of ours is damaged */
    ERR_TOO_NEW,   /* a file of ours is from a newer version */
    ERR_NET,       /* no connection, or it broke */
    ERR_AUTH,      /* not enrolled, revoked, or a wrong secret */
    ERR_GONE,      /* the cursor is no longer known: start over */
    ERR_CONFIG,    /* not set up, or set up wrongly */
};

struct err {
    enum err_code code;
    char msg[LIM_ERR]; /* one finished sentence: no capital, no full stop; may be shown as it is */
};

/* Fills err (if not NULL) and returns -1, so that `return err_set(...)` reads well. Leaves err as
 * it is when it holds an error already: the first cause counts. What is quoted is made safe to
 * show, as utf8_sanitize() does it. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) ACHT_PRINTF(3, 4);

void err_clear(struct err *err);

/* sysexits(3) code for a command that ends with this error: 64 usage, 65 data, 74 I/O, 75 try
 * later, 78 configuration. */
int err_exit_code(enum err_code code);

/* A broken invariant: says where and aborts. The terminal is put right first if bug_hook is set. */
#define BUG(...) bug_(__FILE__, __LINE__, __VA_ARGS__)
void bug_(const char *file, int line, const char *fmt, ...) ACHT_PRINTF(3, 4)
    __attribute__((noreturn));
extern void (*bug_hook)(void);

#endif
