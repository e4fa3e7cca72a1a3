/* SPDX-License-Identifier: EUPL-1.2 */
/* A set of texts, each with a few flags: what an import has met so far. */
#ifndef ACHT_CENTRAL_IDSET_H
#define ACHT_CENTRAL_IDSET_H

#include <stddef.h>

#include "base/mem.h"

struct idset_slot {
    const char *id; /* NULL: free */
    unsigned flags;
};

/* {0} is an empty set. */
struct idset {
    struct idset_slot *slots;
    size_t size, used; /* size is 0 or a power of two, at least twice used */
    struct arena mem;
};

void idset_add(struct idset *s, const char *id, unsigned flags); /* adds to the flags it has */
unsigned idset_flags(const struct idset *s, const char *id);     /* 0 when it is not there */
void idset_release(struct idset *s);

#endif
