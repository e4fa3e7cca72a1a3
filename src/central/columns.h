/* SPDX-License-Identifier: EUPL-1.2 */
/* The columns of a catalogue file, made from the declared types: `key` and the fields of a course,
 * `run_key` and the fields of a run with run_ in front. A field that is added gives a column. */
#ifndef ACHT_CENTRAL_COLUMNS_H
#define ACHT_CENTRAL_COLUMNS_H

#include "model/type.h"

#define COLUMN_ID (-1) /* the record's id instead of a field */
#define COLUMNS_MAX (COURSE_FIELDS + RUN_FIELDS)

struct column {
    char name[LIM_ID];
    enum type_id type; /* TYPE_COURSE or TYPE_RUN */
    int field;
    bool needed; /* a file must have it */
};

/* The columns of courses come first; returns their number. The table lives for ever. */
int columns_get(const struct column **out);

/* The number of the column with this name, or -1; of this field, or of the id. */
int column_named(const char *name);
int column_of(enum type_id type, int field);

#endif
