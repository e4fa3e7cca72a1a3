/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/pages.h"

#include <stdlib.h>

#define PAGES_KEPT 16 /* of at most LIM_PAGE each */

struct pages {
    struct kept_page page[PAGES_KEPT];
    uint64_t turns;
};

struct pages *pages_new(void)
{
    struct pages *p = mem_alloc(sizeof(*p));
    for (int i = 0; i < PAGES_KEPT; i++)
        buf_init(&p->page[i].lines, LIM_PAGE);
    return p;
}

void pages_free(struct pages *p)
{
    for (int i = 0; p && i < PAGES_KEPT; i++)
        buf_release(&p->page[i].lines);
    free(p);
}

const struct kept_page *pages_find(struct pages *p, const struct page_key *key)
{
    for (int i = 0; i < PAGES_KEPT; i++) {
        struct kept_page *k = &p->page[i];
        if (k->count == 0 || k->key.first != key->first || k->key.last != key->last ||
            k->key.start != key->start)
            continue;
        k->used = ++p->turns;
        return k;
    }
    return NULL;
}

void pages_keep(struct pages *p, const struct page_key *key, const struct feed_page *page,
    const char *digest, const struct buf *lines)
{
    struct kept_page *k = &p->page[0];
    for (int i = 1; i < PAGES_KEPT; i++)
        if (p->page[i].used < k->used)
            k = &p->page[i];
    buf_clear(&k->lines);
    if (buf_add(&k->lines, lines->p, lines->len) < 0)
        BUG("a page is larger than a page");
    k->key = *key;
    k->count = page->count;
    k->last = page->last;
    k->more = page->more;
    k->used = ++p->turns;
    str_copy(k->digest, sizeof(k->digest), digest);
}
