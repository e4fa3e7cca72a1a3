/* SPDX-License-Identifier: EUPL-1.2 */
/* The tables that only the server has and that tell something of people, declared once: from these
 * lines come the dictionary, the forgetting, the erasure and the handing out. */
#ifndef ACHT_CENTRAL_KEPT_H
#define ACHT_CENTRAL_KEPT_H

#include "model/keep.h"

struct kept_column {
    const char *name; /* NULL ends the list */
    const char *says;
    enum purpose purpose;
};

struct kept_table {
    const char *name; /* NULL ends the list */
    const char *says;
    enum keep_kind keep;
    const char *person; /* the column with the person's id; erasing deletes these rows. NULL: what
                           erasing does is code of its own (records, entries), or nothing */
    const char *age; /* the column with the moment from which days count; NULL: code of its own */
    bool handed_out; /* whether an export holds its rows */
    const struct kept_column *columns; /* those that tell something of people */
};
extern const struct kept_table kept_tables[];

/* Tables without anything about people. */
extern const char *const impersonal_tables[]; /* ends with NULL */

#endif
