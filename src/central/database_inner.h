/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files behind database.h share. */
#ifndef ACHT_CENTRAL_DATABASE_INNER_H
#define ACHT_CENTRAL_DATABASE_INNER_H

#include "central/database.h"
#include "central/sql.h"

struct database {
    struct sql *sql;
    char server_id[LIM_ID];
    const char *only; /* see database_only() */
    int64_t seq;      /* last one given; valid within a write transaction */
    bool seq_changed;
    bool grouped, spoiled; /* see database_group_begin() */
    struct buf body;       /* of the record being put */
    /* The last line of a company's audit trail, as far as it was written or read in this write
     * transaction; seq 0: not known. Nobody else writes meanwhile. */
    struct {
        char company[LIM_ID], hash[DIGEST_HEX];
        int64_t seq;
    } trail;
};

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
