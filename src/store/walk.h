/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads the rows of a database file page by page, past SQLite: what stands in a page that can be
 * read is found, whatever has become of the pages that led there. */
#ifndef ACHT_STORE_WALK_H
#define ACHT_STORE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WALK_COLUMNS = 8 };

enum walk_kind { WALK_NULL, WALK_NUMBER, WALK_TEXT, WALK_BLOB };

struct walk_value {
    enum walk_kind kind;
    int64_t number;
    const char *data; /* of text and blob; not NUL-ended */
    size_t len;
};

/* A row as it stands in its page. What it belongs to only its shape can tell. */
struct walk_row {
    bool table;    /* of a table with rowids; else of an index or a table without */
    bool whole;    /* all pages that it stands on carry their right checksum */
    int64_t rowid; /* of a table's row */
    int columns;
    struct walk_value value[WALK_COLUMNS];
};

/* The row is valid during the call only. */
typedef void walk_visit(void *context, const struct walk_row *row);

/* Visits all rows of the file open as fd that can be told from its pages; rows of more columns or
 * of more than LIM_LINE bytes are no rows of ours and left out. Pages that cannot be read are
 * passed over, single wrong bits put right. Never fails: the rest of a file is what is left of it.
 */
void walk_file(int fd, walk_visit *visit, void *context);

#endif
