/* SPDX-License-Identifier: EUPL-1.2 */
/* A SQLite VFS under which every page of a database file ends with a checksum of its own, made when
 * the page is written and held against it when it is read: a disk that changes bits is noticed at
 * the first page that it changed (SQLite itself overlooks more than half of such changes). */
#ifndef ACHT_STORE_PAGES_H
#define ACHT_STORE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_BYTES = 4096,  /* of every page of ours */
    PAGE_SUM_BYTES = 8, /* at the end of each */
};

/* The name of the VFS over base (NULL: the default one), registered. Only main database files get
 * checksums; a file keeps no WAL under it. A wrong page reads as SQLITE_IOERR_DATA. Not for
 * threads. */
const char *pages_vfs(const char *base);

/* Whether a page of len bytes that stands at this offset of its file carries the right checksum. */
bool page_is_whole(const void *page, size_t len, int64_t at);

/* Finds the one bit that is wrong in such a page of PAGE_BYTES and puts it right; false when more
 * is. */
bool page_mend(unsigned char page[PAGE_BYTES], int64_t at);

#endif
