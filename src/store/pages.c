/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/pages.h"

#include <sqlite3.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

enum {
    VFS_MAX = 4,
    NAME_BYTES = 48,
    SMALLEST_PAGE = 512,
    LARGEST_PAGE = 65536,
    CONTENT = PAGE_BYTES - PAGE_SUM_BYTES
};
#define FACTOR UINT64_C(0xFF51AFD7ED558CCD) /* any odd number can be undone */

/* The base's own file follows it in memory. */
struct page_file {
    sqlite3_file base;
};

struct page_vfs {
    sqlite3_vfs vfs;
    char base[NAME_BYTES], name[NAME_BYTES]; /* base "": the default one */
};

/* ---- the checksum ---- */

/* Each step can be undone, so that no change within one word goes unseen; the offset is in it, so
 * that a page which was written to another's place is no page of that place. In the machine's byte
 * order: a file does not travel. */
static uint64_t word_at(const unsigned char *page, size_t at)
{
    uint64_t word;
    memcpy(&word, page + at, sizeof(word));
    return word;
}

static uint64_t first_sum(int64_t at)
{
    return 0x9E3779B97F4A7C15u + (uint64_t)at;
}

static bool is_one_bit(uint64_t word)
{
    return word && (word & (word - 1)) == 0;
}

static uint64_t add_word(uint64_t h, uint64_t word)
{
    h = (h ^ word) * FACTOR;
    return h ^ h >> 32;
}

static uint64_t sum(const unsigned char *page, size_t len, int64_t at)
{
    uint64_t h = first_sum(at);
    for (size_t i = 0; i < len; i += sizeof(h))
        h = add_word(h, word_at(page, i));
    return h;
}

bool page_is_whole(const void *page, size_t len, int64_t at)
{
    const unsigned char *p = page;
    size_t content = len - PAGE_SUM_BYTES;
    if (at == 0 && p[20] != PAGE_SUM_BYTES)
        return false;
    return word_at(p, content) == sum(p, content, at);
}

/* The factor that undoes FACTOR, by Newton's way: each round doubles the bits that are right. */
static uint64_t inverse_factor(void)
{
    uint64_t inverse = FACTOR;
    for (int i = 0; i < 6; i++)
        inverse *= 2 - FACTOR * inverse;
    return inverse;
}

/* The sum before each word as the page has them, and from the end backwards the sum that must have
 * been before it, for the written sum to come out: where both ask for a word that differs in one
 * bit from the one that is there, that bit is it. */
static bool mend_word(unsigned char page[PAGE_BYTES], int64_t at)
{
    uint64_t before[CONTENT / sizeof(uint64_t)];
    uint64_t inverse = inverse_factor();
    uint64_t h = first_sum(at);
    for (size_t i = 0; i < CONTENT; i += sizeof(h)) {
        before[i / sizeof(h)] = h;
        h = add_word(h, word_at(page, i));
    }
    uint64_t wanted = word_at(page, CONTENT);
    for (size_t i = CONTENT; i > 0; i -= sizeof(h)) {
        size_t from = i - sizeof(h);
        uint64_t word = word_at(page, from);
        uint64_t mixed = (wanted ^ wanted >> 32) * inverse;
        uint64_t right = mixed ^ before[from / sizeof(h)];
        if (is_one_bit(right ^ word)) {
            memcpy(page + from, &right, sizeof(right));
            return true;
        }
        wanted = mixed ^ word;
    }
    return false;
}

bool page_mend(unsigned char page[PAGE_BYTES], int64_t at)
{
    uint64_t right = sum(page, CONTENT, at);
    if (!is_one_bit(right ^ word_at(page, CONTENT))) /* else the sum itself is what changed */
        return mend_word(page, at);
    memcpy(page + CONTENT, &right, sizeof(right));
    return true;
}

/* Whether this is a page, and not the header or a part of it. */
static bool is_page(int len, sqlite3_int64 at)
{
    return len >= SMALLEST_PAGE && len <= LARGEST_PAGE && (len & (len - 1)) == 0 && at % len == 0;
}

/* ---- a file ---- */

static sqlite3_file *real_file(sqlite3_file *f)
{
    return (sqlite3_file *)((struct page_file *)f + 1);
}

static int page_close(sqlite3_file *f)
{
    return real_file(f)->pMethods->xClose(real_file(f));
}

static int page_read(sqlite3_file *f, void *out, int len, sqlite3_int64 at)
{
    int rc = real_file(f)->pMethods->xRead(real_file(f), out, len, at);
    if (rc == SQLITE_OK && is_page(len, at) && !page_is_whole(out, (size_t)len, at))
        return SQLITE_IOERR_DATA;
    return rc;
}

static int page_write(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
    static unsigned char page[LARGEST_PAGE];
    if (!is_page(len, at))
        return real_file(f)->pMethods->xWrite(real_file(f), data, len, at);
    size_t content = (size_t)len - PAGE_SUM_BYTES;
    memcpy(page, data, content);
    uint64_t h = sum(page, content, at);
    memcpy(page + content, &h, sizeof(h));
    return real_file(f)->pMethods->xWrite(real_file(f), page, len, at);
}

static int page_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return real_file(f)->pMethods->xTruncate(real_file(f), size);
}

static int page_sync(sqlite3_file *f, int flags)
{
    return real_file(f)->pMethods->xSync(real_file(f), flags);
}

static int page_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_file(f)->pMethods->xFileSize(real_file(f), size);
}

static int page_lock(sqlite3_file *f, int level)
{
    return real_file(f)->pMethods->xLock(real_file(f), level);
}

static int page_unlock(sqlite3_file *f, int level)
{
    return real_file(f)->pMethods->xUnlock(real_file(f), level);
}

static int page_check_lock(sqlite3_file *f, int *locked)
{
    return real_file(f)->pMethods->xCheckReservedLock(real_file(f), locked);
}

static int page_control(sqlite3_file *f, int op, void *arg)
{
    return real_file(f)->pMethods->xFileControl(real_file(f), op, arg);
}

static int page_sector_size(sqlite3_file *f)
{
    return real_file(f)->pMethods->xSectorSize(real_file(f));
}

static int page_characteristics(sqlite3_file *f)
{
    return real_file(f)->pMethods->xDeviceCharacteristics(real_file(f));
}

/* Version 1 has no shared memory: no connection can go over to WAL. */
static const sqlite3_io_methods page_methods = {
    .iVersion = 1,
    .xClose = page_close,
    .xRead = page_read,
    .xWrite = page_write,
    .xTruncate = page_truncate,
    .xSync = page_sync,
    .xFileSize = page_size,
    .xLock = page_lock,
    .xUnlock = page_unlock,
    .xCheckReservedLock = page_check_lock,
    .xFileControl = page_control,
    .xSectorSize = page_sector_size,
    .xDeviceCharacteristics = page_characteristics,
};

/* ---- the file system ---- */

static int page_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out)
{
    const struct page_vfs *own = (const struct page_vfs *)vfs;
    sqlite3_vfs *base = sqlite3_vfs_find(own->base[0] ? own->base : NULL);
    if (!base)
        return SQLITE_CANTOPEN;
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return base->xOpen(base, path, f, flags, out);
    f->pMethods = NULL;
    real_file(f)->pMethods = NULL;
    int rc = base->xOpen(base, path, real_file(f), flags, out);
    if (real_file(f)->pMethods)
        f->pMethods = &page_methods;
    return rc;
}

/* Everything but the opening is the base's, which does not mind under which name it is called. */
static void set_up(struct page_vfs *own, const sqlite3_vfs *base)
{
    own->vfs = *base;
    own->vfs.pNext = NULL;
    own->vfs.zName = own->name;
    own->vfs.szOsFile = base->szOsFile + (int)sizeof(struct page_file);
    own->vfs.xOpen = page_open;
    if (sqlite3_vfs_register(&own->vfs, 0) != SQLITE_OK)
        BUG("the VFS %s cannot be registered", own->name);
}

static struct page_vfs *slot_of(const char *base)
{
    static struct page_vfs all[VFS_MAX];
    static int count;
    for (int i = 0; i < count; i++)
        if (strcmp(all[i].base, base) == 0)
            return &all[i];
    if (count == VFS_MAX || strlen(base) + sizeof("pages-") > NAME_BYTES)
        BUG("no place for another VFS over %s", base);
    struct page_vfs *own = &all[count++];
    (void)str_copy(own->base, NAME_BYTES, base);
    (void)str_copy(own->name, NAME_BYTES, "pages-");
    (void)str_copy(own->name + strlen("pages-"), NAME_BYTES - strlen("pages-"), base);
    return own;
}

const char *pages_vfs(const char *base)
{
    const sqlite3_vfs *found = sqlite3_vfs_find(base);
    struct page_vfs *own = slot_of(base ? base : "");
    if (found) { /* it may have come back as another one */
        (void)sqlite3_vfs_unregister(&own->vfs);
        set_up(own, found);
    }
    return own->name;
}
