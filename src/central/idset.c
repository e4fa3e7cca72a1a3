/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/idset.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 1024

/* FNV-1a. */
static uint64_t hash(const char *id)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *id; id++)
        h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
    return h ^ h >> 32;
}

/* The slot that holds id, or the free one where it belongs. */
static struct idset_slot *find(const struct idset *s, const char *id)
{
    size_t i = (size_t)hash(id) & (s->size - 1);
    while (s->slots[i].id && strcmp(s->slots[i].id, id) != 0)
        i = (i + 1) & (s->size - 1);
    return &s->slots[i];
}

static void grow(struct idset *s)
{
    struct idset old = *s;
    s->size = old.size ? old.size * 2 : FIRST_SIZE;
    s->slots = mem_array(s->size, sizeof(*s->slots));
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i].id)
            *find(s, old.slots[i].id) = old.slots[i];
    free(old.slots);
}

void idset_add(struct idset *s, const char *id, unsigned flags)
{
    if (s->used * 2 >= s->size)
        grow(s);
    struct idset_slot *slot = find(s, id);
    if (!slot->id) {
        slot->id = arena_strdup(&s->mem, id);
        s->used++;
    }
    slot->flags |= flags;
}

unsigned idset_flags(const struct idset *s, const char *id)
{
    return s->size ? find(s, id)->flags : 0;
}

void idset_release(struct idset *s)
{
    free(s->slots);
    arena_release(&s->mem);
    *s = (struct idset){0};
}
