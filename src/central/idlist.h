/* SPDX-License-Identifier: EUPL-1.2 */
/* Things found while a table is read, to be changed when the reading is over. */
#ifndef ACHT_CENTRAL_IDLIST_H
#define ACHT_CENTRAL_IDLIST_H

#include <stdbool.h>

#include "base/mem.h"
#include "model/type.h"

struct idlist_item {
    const char *company, *id;
    enum type_id type;
};

/* {0} is an empty list. Texts are copied into its memory. */
struct idlist {
    struct arena mem;
    struct idlist_item *items;
    int count, room;
};

void idlist_add(struct idlist *l, const char *company, enum type_id type, const char *id);
bool idlist_has(const struct idlist *l, const char *id);
void idlist_release(struct idlist *l);

#endif
