/* SPDX-License-Identifier: EUPL-1.2 */
/* One thing of any declared type, and a window on a list of them. */
#ifndef ACHT_MODEL_RECORD_H
#define ACHT_MODEL_RECORD_H

#include "base/err.h"
#include "base/mem.h"
#include "model/type.h"

#define NO_NUMBER INT64_MIN /* a number, date or choice that is not given */

/* Texts are borrowed (usually from an arena); "" is a text that is not given. */
union value {
    const char *text;
    int64_t number;
};

/* id is "" only while a record is being built. `gone` marks a tombstone: only type and id count. */
struct record {
    const struct type *type;
    const char *id;
    bool gone;
    union value value[LIM_FIELDS];
};

/* All fields not given. */
void record_init(struct record *r, enum type_id type);
void record_init_type(struct record *r, const struct type *type);

/* The accessors abort when the field is of the other kind: that is a bug, not data. */
const char *record_text(const struct record *r, int field);
int64_t record_number(const struct record *r, int field); /* or NO_NUMBER */
void record_set_text(struct record *r, int field, const char *text);
void record_set_number(struct record *r, int field, int64_t number);

/* Checks one value by its field: needed, limit, choice. The message names the field. */
int field_check(const struct field *f, const union value *v, struct err *err) ACHT_NODISCARD;

/* Checks id, needed fields, limits and choices. The message names type and field. */
int record_check(const struct record *r, struct err *err) ACHT_NODISCARD;

/* An id is 1 to LIM_ID - 1 printable ASCII characters without space, quote or backslash. */
bool id_valid(const char *id);

/* Element i of a list text ('\n' between elements) and its length; NULL past the end. */
const char *list_element(const char *list, int i, size_t *len);
int list_count(const char *list);

/* An entry of the journal before it is written: the envelope and its fields. */
struct entry {
    const char *id;    /* UUIDv7 */
    const char *kiosk; /* id of the kiosk it was made on */
    const char *epoch; /* id of the journal file: a cloned or restored kiosk shows itself by it */
    int64_t seq;       /* place in that journal, from 1 */
    int64_t made_at;   /* kiosk wall clock; information, not a basis for decisions */
    struct record fields; /* type of class ENTRY; its id is the entry's id */
};

/* The rows a query hands to one frame: a window of `count` rows from row `first` of `total`. */
struct rowset {
    struct arena mem; /* owns rows and texts */
    struct record *rows;
    int count;
    int64_t first, total;
};

/* Adds an empty row of the type; the rowset must have been prepared for at least count + 1 rows. */
void rowset_start(struct rowset *rs, int capacity); /* forgets what it held */
struct record *rowset_add(struct rowset *rs, enum type_id type);
void rowset_release(struct rowset *rs);

#endif
