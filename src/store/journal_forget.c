/* SPDX-License-Identifier: EUPL-1.2 */
/* What the journal need not keep any more. */
#include "store/inner.h"
#include "store/salvage.h"

/* How far entries were removed on purpose: where a damaged journal is saved, none of them counts as
 * lost. */
#define NOTES_UNTIL                                                                                \
    "INSERT INTO meta(name, text) SELECT '" FORGOTTEN "', CAST(max(seq) AS TEXT) FROM entry "      \
    "WHERE "
#define IF_LATER                                                                                   \
    " HAVING max(seq) IS NOT NULL ON CONFLICT(name) DO UPDATE SET text = excluded.text "           \
    "WHERE CAST(excluded.text AS INTEGER) > CAST(text AS INTEGER)"

#define OLD "id IN (SELECT entry FROM verdict WHERE settled_at < ?)"
#define OF_PERSON "person = ? AND NOT " WAITS

static int run_with_number(struct stmt *q, int64_t number, struct err *err)
{
    stmt_number(q, 1, number);
    return stmt_run(q, err);
}

static int forget(struct store *s, void *context, struct err *err)
{
    int64_t before = *(const int64_t *)context;
    struct db *db = s->journal;
    if (run_with_number(db_stmt(db, NOTES_UNTIL OLD IF_LATER), before, err) < 0 ||
        run_with_number(db_stmt(db, "DELETE FROM entry WHERE " OLD), before, err) < 0)
        return -1;
    if (run_with_number(db_stmt(db, "DELETE FROM verdict WHERE settled_at < ?"), before, err) < 0)
        return -1;
    return stmt_run(db_stmt(db, "DELETE FROM stuck WHERE EXISTS (SELECT 1 FROM verdict"
                                " WHERE verdict.entry = stuck.entry) OR NOT EXISTS"
                                " (SELECT 1 FROM entry WHERE entry.id = stuck.entry)"),
        err);
}

int journal_forget(struct store *s, int64_t before, struct err *err)
{
    return journal_write(s, forget, &before, err);
}

static int empty(struct store *s, void *context, struct err *err)
{
    static const char *const statements[] = {NOTES_UNTIL "1" IF_LATER, "DELETE FROM entry",
        "DELETE FROM verdict", "DELETE FROM pin_try", "DELETE FROM stuck",
        "DELETE FROM meta WHERE name NOT IN ('epoch', '" FORGOTTEN "')"};
    (void)context;
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
        if (stmt_run(db_stmt(s->journal, statements[i]), err) < 0)
            return -1;
    return 0;
}

int journal_empty(struct store *s, struct err *err)
{
    return journal_write(s, empty, NULL, err);
}

int journal_settled_people(
    struct store *s, struct arena *mem, const char ***out, int *count, struct err *err)
{
    int room = 0;
    struct stmt *q = db_stmt(s->journal, "SELECT DISTINCT person, (SELECT count(DISTINCT person)"
                                         " FROM entry) FROM entry"
                                         " WHERE person IS NOT NULL AND NOT " WAITS);
    int rc;
    *count = 0;
    *out = NULL;
    while ((rc = stmt_step(q, err)) > 0) {
        if (!*out) {
            room = (int)stmt_get_number(q, 1);
            *out = arena_alloc(mem, sizeof(**out) * (size_t)room);
        }
        if (*count < room)
            (*out)[(*count)++] = arena_strdup(mem, stmt_get_text(q, 0));
    }
    return rc;
}

static int run_with_text(struct stmt *q, const char *text, struct err *err)
{
    stmt_text(q, 1, text);
    return stmt_run(q, err);
}

static int forget_person(struct store *s, void *context, struct err *err)
{
    const char *person = context;
    struct db *db = s->journal;
    if (run_with_text(db_stmt(db, NOTES_UNTIL OF_PERSON IF_LATER), person, err) < 0 ||
        run_with_text(db_stmt(db, "DELETE FROM entry WHERE " OF_PERSON), person, err) < 0 ||
        run_with_text(db_stmt(db, "DELETE FROM pin_try WHERE person = ?"), person, err) < 0)
        return -1;
    return stmt_run(db_stmt(db, "DELETE FROM verdict WHERE NOT EXISTS "
                                "(SELECT 1 FROM entry WHERE entry.id = verdict.entry)"),
        err);
}

int journal_forget_person(struct store *s, const char *person, struct err *err)
{
    char *copy = mem_strdup(person);
    int rc = journal_write(s, forget_person, copy, err);
    mem_free(copy);
    return rc;
}
