/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of all courses, for the correction of typing errors: few long rows of lines
 * "FREQUENCY WORD", because reading many short ones takes longer than a key may. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

enum { PART_BYTES = 256 * 1024 };

static int write_part(struct db *db, struct buf *part, struct err *err)
{
    struct stmt *s = db_stmt(db, "INSERT INTO vocabulary(words) VALUES(?)");
    stmt_text(s, 1, part->p);
    int rc = part->len > 0 ? stmt_run(s, err) : 0;
    stmt_reset(s);
    buf_clear(part);
    return rc;
}

static int write_words(struct db *db, struct buf *part, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT term, sum(length(courses)) / 2 FROM posting "
                                 "WHERE term NOT GLOB '~*' GROUP BY term");
    int rc;
    while ((rc = stmt_step(s, err)) > 0) {
        if (part->len > PART_BYTES - 128 && write_part(db, part, err) < 0)
            return -1;
        (void)buf_printf(part, "%lld %s\n", (long long)stmt_get_number(s, 1), stmt_get_text(s, 0));
    }
    return rc < 0 ? -1 : write_part(db, part, err);
}

int vocabulary_write(struct db *db, struct err *err)
{
    struct buf part = BUF_INIT(PART_BYTES);
    int rc = db_exec(db, "DELETE FROM vocabulary", err);
    if (rc == 0)
        rc = write_words(db, &part, err);
    buf_release(&part);
    return rc;
}

static void offer_words(const char *words, struct typo *typo)
{
    while (*words) {
        char *word;
        int64_t frequency = strtoll(words, &word, 10);
        word += *word == ' ';
        size_t len = strcspn(word, "\n");
        if (len > 0)
            typo_offer(typo, word, len, frequency);
        words = word + len + (word[len] == '\n');
    }
}

int vocabulary_offer(struct db *db, struct typo *typo, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT words FROM vocabulary");
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        offer_words(stmt_get_text(s, 0), typo);
    return rc;
}
