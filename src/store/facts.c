/* SPDX-License-Identifier: EUPL-1.2 */
/* The facts of all courses, in rows of many: row by row, 100,000 would take longer to load than a
 * key may take. A row holds the struct course_facts of a block's courses, by rowid. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

enum { FACTS_SHIFT = 6, FACTS_BLOCK = 1 << FACTS_SHIFT, SOON_DAYS = 42 };

static int64_t block_of(const struct facts_change *change)
{
    return change->facts.rowid >> FACTS_SHIFT;
}

/* Copies a row's facts; returns how many there are, or -1 for what cannot be. */
static int copy_block(
    struct stmt *s, int column, struct course_facts out[FACTS_BLOCK], struct err *err)
{
    size_t len;
    const void *data = stmt_get_blob(s, column, &len);
    if (len % sizeof(*out) != 0 || len > sizeof(*out) * FACTS_BLOCK)
        return err_set(err, ERR_CORRUPT, "the search index is damaged");
    memcpy(out, data, len);
    return (int)(len / sizeof(*out));
}

static int read_block(
    struct db *db, int64_t block, struct course_facts out[FACTS_BLOCK], struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT facts FROM facts WHERE block = ?");
    stmt_number(s, 1, block);
    int n = stmt_step(s, err);
    if (n > 0)
        n = copy_block(s, 0, out, err);
    stmt_reset(s);
    return n;
}

static int write_block(
    struct db *db, int64_t block, const struct course_facts *facts, int n, struct err *err)
{
    struct stmt *s = n > 0
                         ? db_stmt(db, "INSERT OR REPLACE INTO facts(block, facts) VALUES(?1, ?2)")
                         : db_stmt(db, "DELETE FROM facts WHERE block = ?1");
    stmt_number(s, 1, block);
    if (n > 0)
        stmt_blob(s, 2, facts, sizeof(*facts) * (size_t)n);
    return stmt_run(s, err);
}

static int merge(const struct course_facts *old, int n, const struct facts_change *change,
    int64_t count, struct course_facts *out)
{
    int used = 0;
    int i = 0;
    for (int64_t c = 0; c < count; c++) {
        while (i < n && old[i].rowid < change[c].facts.rowid)
            out[used++] = old[i++];
        i += i < n && old[i].rowid == change[c].facts.rowid;
        if (!change[c].gone)
            out[used++] = change[c].facts;
    }
    while (i < n)
        out[used++] = old[i++];
    return used;
}

static int apply_block(
    struct db *db, const struct facts_change *change, int64_t count, struct err *err)
{
    struct course_facts old[FACTS_BLOCK] = {0};
    struct course_facts now[2 * FACTS_BLOCK];
    int n = read_block(db, block_of(change), old, err);
    if (n < 0)
        return -1;
    n = merge(old, n, change, count, now);
    return write_block(db, block_of(change), now, n, err);
}

int facts_apply(struct db *db, const struct facts_change *change, int64_t count, struct err *err)
{
    for (int64_t i = 0; i < count;) {
        int64_t n = 1;
        while (i + n < count && block_of(&change[i + n]) == block_of(&change[i]))
            n++;
        if (apply_block(db, &change[i], n, err) < 0)
            return -1;
        i += n;
    }
    return 0;
}

int facts_load(struct db *db, struct catalogue *cat, struct err *err)
{
    struct course_facts block[FACTS_BLOCK] = {0};
    struct stmt *s = db_stmt(db, "SELECT facts FROM facts ORDER BY block");
    int room = 0;
    int rc;
    while ((rc = stmt_step(s, err)) > 0) {
        int n = copy_block(s, 0, block, err);
        if (n < 0) {
            stmt_reset(s);
            return -1;
        }
        if (cat->count + n > room) {
            room = room ? room + room / 2 : 1024;
            cat->course = mem_realloc(cat->course, (size_t)room * sizeof(*cat->course));
        }
        if (n > 0) /* a damaged block may be empty, and be the first one */
            memcpy(cat->course + cat->count, block, sizeof(*block) * (size_t)n);
        cat->count += n;
    }
    return rc;
}

int facts_count(struct db *db, int64_t day, int64_t *courses, int64_t *soon, struct err *err)
{
    struct course_facts block[FACTS_BLOCK] = {0};
    struct stmt *s = db_stmt(db, "SELECT facts FROM facts");
    int rc;
    *courses = *soon = 0;
    while ((rc = stmt_step(s, err)) > 0) {
        int n = copy_block(s, 0, block, err);
        if (n < 0) {
            stmt_reset(s);
            return -1;
        }
        *courses += n;
        for (int i = 0; i < n; i++)
            *soon += block[i].start >= day && block[i].start <= day + SOON_DAYS;
    }
    return rc;
}
