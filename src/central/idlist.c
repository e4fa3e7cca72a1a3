/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/idlist.h"

#include <string.h>

void idlist_add(struct idlist *l, const char *company, enum type_id type, const char *id)
{
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 64;
        l->items = mem_realloc(l->items, (size_t)l->room * sizeof(*l->items));
    }
    l->items[l->count++] =
        (struct idlist_item){arena_strdup(&l->mem, company), arena_strdup(&l->mem, id), type};
}

bool idlist_has(const struct idlist *l, const char *id)
{
    for (int i = 0; i < l->count; i++)
        if (strcmp(l->items[i].id, id) == 0)
            return true;
    return false;
}

void idlist_release(struct idlist *l)
{
    mem_free(l->items);
    arena_release(&l->mem);
    *l = (struct idlist){0};
}
