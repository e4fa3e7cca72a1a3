/* SPDX-License-Identifier: EUPL-1.2 */
/* A CSV file whose rows are records of one type: a column has the name of its field, and that of a
 * text in a language ends with it (label_nl). `key` is the record's id. */
#ifndef ACHT_CENTRAL_IMPORT_TABLE_H
#define ACHT_CENTRAL_IMPORT_TABLE_H

#include "central/import_common.h"

/* A column of somebody else's file. */
struct alias {
    const char *theirs, *ours; /* ours: "key", a field, or FIELD_LANGUAGE; theirs NULL: the end */
    const char *yes;           /* for a BOOL: the value that means true; any other is false */
    char split;                /* for a LIST: between its elements; 0: as in our own files */
};

struct table {
    const char *file;
    enum type_id type;
    const struct alias *aliases; /* NULL: the columns are ours; else all others are passed over */
    const char *others;          /* columns that are passed over, as "a|b" */
    /* A record without a key is named by two references that it joins; joins[0] is -1: it has one.
     */
    int joins[2];
    bool repeats; /* a key may stand there again, or without a name: the first with one counts */
};

/* An import of several tables that refer to each other. */
struct table_job {
    struct database *db; /* NULL with dry: as if it were empty */
    const char *source;  /* the id of the source's record: it owns what is loaded */
    bool dry;
    struct problems *problems;
    struct idset ids[TYPES_COUNT]; /* what the files name (NAMED), what of it was put (LOADED) */
    bool unsure;                   /* a row was so bad that what it names is not known */
};

/* Puts a record for every row of DIR/file. A bad row, also one that refers to what is neither in
 * the job nor in the database, is told and passed over. Within a transaction. */
int table_load(struct table_job *job, const struct table *table, const char *dir,
    struct import_count *count, struct err *err) ACHT_NODISCARD;

#endif
