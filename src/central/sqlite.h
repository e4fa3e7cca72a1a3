/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the SQLite back end of database.h. */
#ifndef ACHT_CENTRAL_SQLITE_H
#define ACHT_CENTRAL_SQLITE_H

#include "central/database.h"
#include "store/db.h"

struct database {
    struct db *db;
    char server_id[LIM_ID];
    int64_t seq; /* last one given; valid within a write transaction */
    bool seq_changed;
    struct buf body; /* of the record being put */
};

#define SQLITE_OURS 0x61636863u /* the file's application_id: "achc" */
extern const struct migration sqlite_migrations[];
extern const int sqlite_migration_count;

/* The next place in the feed. Only within a write transaction. */
int64_t sqlite_next_seq(struct database *db);

/* A list of texts that grows within an arena. */
struct text_list {
    struct arena *mem;
    const char **items;
    int64_t count, room;
};
void text_list_add(struct text_list *list, const char *text);
/* Adds the first column of every row; resets the statement. */
int text_list_read(struct text_list *list, struct stmt *s, const char ***out, int64_t *count,
    struct err *err) ACHT_NODISCARD;

#endif
