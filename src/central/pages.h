/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages of the feed that hold only what everyone may have, kept for the next who asks for the same:
 * the kiosks of a night then cost one, whatever company they are of. One thread's own. Nothing
 * personal is in them. */
#ifndef ACHT_CENTRAL_PAGES_H
#define ACHT_CENTRAL_PAGES_H

#include "central/database.h"

/* Which page: its first record, the last that everyone has (at another the page may be another),
 * and, as long as it matters for tombstones, where the download began; else 0. */
struct page_key {
    int64_t first, last, start;
};

/* A page as it goes out but for its trailer. */
struct kept_page {
    struct page_key key;
    int64_t count, last;
    bool more;
    char digest[DIGEST_HEX];
    struct buf lines;
    uint64_t used; /* for the one that was not used for longest */
};

struct pages;

struct pages *pages_new(void);
void pages_free(struct pages *p); /* NULL is fine */

/* NULL when it is not kept. */
const struct kept_page *pages_find(struct pages *p, const struct page_key *key);

/* Keeps a copy, in the place of the one that was not used for longest. */
void pages_keep(struct pages *p, const struct page_key *key, const struct feed_page *page,
    const char *digest, const struct buf *lines);

#endif
