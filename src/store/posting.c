/* SPDX-License-Identifier: EUPL-1.2 */
/* A row of posting holds a list of 16-bit numbers in ascending order: the course's place in its
 * block, and in the low bits where the word stands. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_COURSES = 1 << BLOCK_SHIFT, PLACE_MASK = BLOCK_COURSES - 1 };

static int64_t block_of(const struct posting *p)
{
    return p->course >> BLOCK_SHIFT;
}

static int compare_postings(const void *a, const void *b)
{
    const struct posting *x = a;
    const struct posting *y = b;
    if (block_of(x) != block_of(y))
        return block_of(x) < block_of(y) ? -1 : 1;
    int order = strcmp(x->term, y->term);
    if (order != 0)
        return order;
    return (x->course > y->course) - (x->course < y->course);
}

/* Merges the changes of one row into its list; returns the new length. */
static size_t merge(
    const uint16_t *old, size_t n, const struct posting *changes, int64_t count, uint16_t *out)
{
    size_t used = 0;
    size_t i = 0;
    for (int64_t c = 0; c < count; c++) {
        int place = (int)(changes[c].course & PLACE_MASK);
        while (i < n && old[i] >> MASK_BITS < place)
            out[used++] = old[i++];
        if (i < n && old[i] >> MASK_BITS == place)
            i++;
        if (changes[c].mask)
            out[used++] = (uint16_t)(place << MASK_BITS | changes[c].mask);
    }
    while (i < n)
        out[used++] = old[i++];
    return used;
}

static int read_list(struct db *db, const struct posting *p, uint16_t list[BLOCK_COURSES],
    size_t *n, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT courses FROM posting WHERE block = ? AND term = ?");
    stmt_number(s, 1, block_of(p));
    stmt_text(s, 2, p->term);
    int rc = stmt_step(s, err);
    size_t len = 0;
    const void *data = rc > 0 ? stmt_get_blob(s, 0, &len) : "";
    bool damaged = len > sizeof(uint16_t) * BLOCK_COURSES;
    if (damaged)
        err_set(err, ERR_CORRUPT, "the search index is damaged");
    else
        memcpy(list, data, len);
    *n = len / sizeof(uint16_t);
    stmt_reset(s);
    return rc < 0 || damaged ? -1 : 0;
}

static int write_list(
    struct db *db, const struct posting *p, const uint16_t *list, size_t n, struct err *err)
{
    struct stmt *s =
        n > 0 ? db_stmt(db, "INSERT INTO posting(block, term, courses) VALUES(?1, ?2, ?3) "
                            "ON CONFLICT DO UPDATE SET courses = excluded.courses")
              : db_stmt(db, "DELETE FROM posting WHERE block = ?1 AND term = ?2");
    stmt_number(s, 1, block_of(p));
    stmt_text(s, 2, p->term);
    if (n > 0)
        stmt_blob(s, 3, list, n * sizeof(*list));
    return stmt_run(s, err);
}

struct lists {
    uint16_t old[BLOCK_COURSES];
    uint16_t now[2 * BLOCK_COURSES];
};

/* Changes of one block and term. */
static int apply_row(
    struct db *db, struct lists *l, const struct posting *changes, int64_t count, struct err *err)
{
    size_t n;
    if (read_list(db, changes, l->old, &n, err) < 0)
        return -1;
    n = merge(l->old, n, changes, count, l->now);
    return write_list(db, changes, l->now, n, err);
}

static int64_t same_row(const struct posting *list, int64_t count)
{
    int64_t n = 1;
    while (
        n < count && block_of(&list[n]) == block_of(list) && strcmp(list[n].term, list->term) == 0)
        n++;
    return n;
}

int postings_apply(struct db *db, struct posting *list, int64_t count, struct err *err)
{
    if (count == 0)
        return 0;
    struct lists *l = mem_alloc(sizeof(*l));
    int rc = 0;
    qsort(list, (size_t)count, sizeof(*list), compare_postings);
    for (int64_t i = 0; rc == 0 && i < count;) {
        int64_t n = same_row(&list[i], count - i);
        rc = apply_row(db, l, &list[i], n, err);
        i += n;
    }
    free(l);
    return rc;
}

static void visit_list(struct stmt *s, int64_t block, posting_visit *visit, void *context)
{
    size_t len;
    const void *data = stmt_get_blob(s, 0, &len);
    for (size_t i = 0; i + sizeof(uint16_t) <= len; i += sizeof(uint16_t)) {
        uint16_t entry;
        memcpy(&entry, (const char *)data + i, sizeof(entry));
        visit(context, block << BLOCK_SHIFT | entry >> MASK_BITS, entry & ((1 << MASK_BITS) - 1));
    }
}

int postings_visit(struct db *db, int64_t last_course, const char *term, bool prefix,
    posting_visit *visit, void *context, struct err *err)
{
    struct buf end = BUF_INIT(LIM_ID + 8);
    (void)buf_printf(&end, "%s\xF4\x8F\xBF\xBF", term); /* no character comes after this one */
    int rc = 0;
    for (int64_t block = 0; rc == 0 && block <= last_course >> BLOCK_SHIFT; block++) {
        struct stmt *s =
            prefix ? db_stmt(db, "SELECT courses FROM posting "
                                 "WHERE block = ?1 AND term >= ?2 AND term < ?3")
                   : db_stmt(db, "SELECT courses FROM posting WHERE block = ?1 AND term = ?2");
        stmt_number(s, 1, block);
        stmt_text(s, 2, term);
        if (prefix)
            stmt_text(s, 3, end.p);
        while ((rc = stmt_step(s, err)) > 0)
            visit_list(s, block, visit, context);
    }
    buf_release(&end);
    return rc;
}
