/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files behind database.h share. */
#ifndef ACHT_CENTRAL_DATABASE_INNER_H
#define ACHT_CENTRAL_DATABASE_INNER_H

#include "central/database.h"
#include "central/docket.h"
#include "central/sql.h"

/* See database_memo.c. */
#define MEMO_RECORDS 32
struct memo {
    bool writing; /* within a write transaction; else nothing is kept */
    bool has_row;
    struct docket_row row;
    struct memo_record {
        char company[LIM_ID], id[LIM_ID];
        enum type_id type;
        char *body; /* NULL: none is kept here */
    } record[MEMO_RECORDS];
    int next; /* the place that is used next */
};

struct database {
    struct sql *sql;
    char server_id[LIM_ID];
    const char *only; /* see database_only() */
    int64_t seq;      /* last one given; valid within a write transaction */
    bool seq_changed;
    bool grouped, spoiled; /* see database_group_begin() */
    struct buf body;       /* of the record being put */
    struct memo memo;
    /* The last line of a company's audit trail, as far as it was written or read in this write
     * transaction; seq 0: not known. Nobody else writes meanwhile. */
    struct {
        char company[LIM_ID], hash[DIGEST_HEX];
        int64_t seq;
    } trail;
};

/* The request that the transaction dealt with last; false: another one. Whatever changes a row
 * keeps it anew or drops it. */
bool memo_row(
    const struct database *db, const char *company, const char *id, struct docket_row *row);
void memo_row_keep(struct database *db, const struct docket_row *row);
void memo_row_drop(struct database *db);
/* The body of a record that is not gone, or NULL: ask for it. It is the memo's. */
const char *memo_record(
    const struct database *db, const char *company, enum type_id type, const char *id);
void memo_record_keep(
    struct database *db, const char *company, enum type_id type, const char *id, const char *body);
void memo_record_drop(struct database *db, const char *company, enum type_id type, const char *id);
/* A transaction begins or ends: everything is dropped. */
void memo_begin(struct database *db, bool writing);
/* Only what is everyone's stays. */
void memo_next_company(struct database *db);

/* In SQL: a text that was bound, "" too. Not coalesce(): PostgreSQL takes that for something that
 * may tell of rows behind the row-level security, and compares with every row instead of by an
 * index. */
#define BOUND(parameter) "format('%s', " parameter ")"

/* The next place in the feed. Only within a write transaction. */
int64_t next_seq(struct database *db);

/* Runs a change and adds its rows to the count. */
int run_counted(struct sql_stmt *s, int64_t *count, struct err *err) ACHT_NODISCARD;

/* Choices are kept by name: their numbers may change when one is added. name has the room that a
 * bound text needs. */
int get_choice(struct sql_stmt *s, int column, const char *choices);
void bind_choice(struct sql_stmt *s, int i, const char *choices, int choice, char name[LIM_ID]);

/* A list of texts that grows within an arena. */
struct text_list {
    struct arena *mem;
    const char **items;
    int64_t count, room;
};
void text_list_add(struct text_list *list, const char *text);
/* Adds the first column of every row; resets the statement. */
int text_list_read(struct text_list *list, struct sql_stmt *s, const char ***out, int64_t *count,
    struct err *err) ACHT_NODISCARD;

#endif
