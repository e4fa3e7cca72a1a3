/* SPDX-License-Identifier: EUPL-1.2 */
/* The file format is SQLite's, which promises to keep it: https://www.sqlite.org/fileformat2.html
 */
#include "store/walk.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "store/pages.h"

enum {
    USABLE = PAGE_BYTES - PAGE_SUM_BYTES,
    FILE_HEADER = 100,
    TABLE_LEAF = 0x0D,
    INDEX_LEAF = 0x0A,
    INDEX_INTERIOR = 0x02,
    ROW_MAX = LIM_LINE + 1024,
};

struct page {
    unsigned char byte[PAGE_BYTES];
    bool whole;
};

struct walk {
    int fd;
    int64_t pages;
    struct page page, overflow;
    unsigned char payload[ROW_MAX];
    walk_visit *visit;
    void *context;
};

static uint32_t big_endian(const unsigned char *p, int bytes)
{
    uint32_t n = 0;
    for (int i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return n;
}

/* A page of 0 to pages - 1; one that cannot be read is not there. */
static bool read_page(const struct walk *w, int64_t number, struct page *out)
{
    if (number < 0 || number >= w->pages)
        return false;
    off_t at = (off_t)number * PAGE_BYTES;
    ssize_t n = pread(w->fd, out->byte, PAGE_BYTES, at);
    if (n <= 0)
        return false;
    memset(out->byte + n, 0, (size_t)(PAGE_BYTES - n));
    out->whole = page_is_whole(out->byte, PAGE_BYTES, at);
    if (!out->whole)
        out->whole = page_mend(out->byte, at);
    return true;
}

/* Reads a variable-length number; returns its bytes, 0 when it does not end before `end`. */
static size_t read_varint(const unsigned char *p, const unsigned char *end, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < 9 && p + i < end; i++) {
        if (i == 8) {
            *out = *out << 8 | p[i];
            return 9;
        }
        *out = *out << 7 | (p[i] & 0x7F);
        if (!(p[i] & 0x80))
            return i + 1;
    }
    return 0;
}

/* ---- one row ---- */

static size_t content_length(uint64_t serial)
{
    static const size_t fixed[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return serial < 12 ? fixed[serial] : (size_t)((serial - 12) / 2);
}

static int64_t read_integer(const unsigned char *p, size_t len)
{
    uint64_t n = len > 0 && p[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++)
        n = n << 8 | p[i];
    return (int64_t)n;
}

static struct walk_value read_value(uint64_t serial, const unsigned char *p, size_t len)
{
    struct walk_value v = {WALK_NULL, 0, (const char *)p, len};
    if (serial >= 12) {
        v.kind = serial % 2 ? WALK_TEXT : WALK_BLOB;
    } else if (serial > 0 && serial != 7) { /* no column of ours is a fraction */
        v.kind = WALK_NUMBER;
        v.number = serial >= 8 ? (int64_t)serial - 8 : read_integer(p, len);
    }
    return v;
}

/* Takes the record apart; false when it is none. */
static bool read_record(const unsigned char *p, size_t len, struct walk_row *row)
{
    uint64_t header;
    size_t at = read_varint(p, p + len, &header);
    if (at == 0 || header > len)
        return false;
    size_t content = (size_t)header;
    for (row->columns = 0; at < header; row->columns++) {
        uint64_t serial;
        size_t n = read_varint(p + at, p + header, &serial);
        if (n == 0 || row->columns == WALK_COLUMNS || serial == 10 || serial == 11)
            return false;
        size_t bytes = content_length(serial);
        if (bytes > len - content)
            return false;
        row->value[row->columns] = read_value(serial, p + content, bytes);
        at += n;
        content += bytes;
    }
    return true;
}

/* How much of a payload stands in the page itself. */
static size_t local_length(size_t len, bool table)
{
    size_t most = table ? USABLE - 35 : (USABLE - 12) * 64 / 255 - 23;
    size_t least = (USABLE - 12) * 32 / 255 - 23;
    if (len <= most)
        return len;
    size_t some = least + (len - least) % (USABLE - 4);
    return some <= most ? some : least;
}

/* Follows the chain of overflow pages that `first` begins; false when it breaks off. */
static bool read_overflow(struct walk *w, uint32_t first, size_t have, size_t len, bool *whole)
{
    while (have < len) {
        if (!read_page(w, (int64_t)first - 1, &w->overflow))
            return false;
        size_t n = len - have < USABLE - 4 ? len - have : USABLE - 4;
        memcpy(w->payload + have, w->overflow.byte + 4, n);
        *whole = *whole && w->overflow.whole;
        first = big_endian(w->overflow.byte, 4);
        have += n;
    }
    return true;
}

static void read_cell(struct walk *w, const unsigned char *cell, bool table)
{
    const unsigned char *end = w->page.byte + USABLE;
    struct walk_row row = {.table = table, .whole = w->page.whole};
    uint64_t len, rowid = 0;
    size_t n = read_varint(cell, end, &len);
    cell += n;
    size_t m = n > 0 && table ? read_varint(cell, end, &rowid) : 0;
    cell += m;
    if (n == 0 || (table && m == 0) || len > ROW_MAX)
        return;
    size_t local = local_length((size_t)len, table);
    if (local + (local < len ? 4 : 0) > (size_t)(end - cell))
        return;
    memcpy(w->payload, cell, local);
    row.rowid = (int64_t)rowid;
    uint32_t overflow = local < len ? big_endian(cell + local, 4) : 0;
    if (read_overflow(w, overflow, local, (size_t)len, &row.whole) &&
        read_record(w->payload, (size_t)len, &row))
        w->visit(w->context, &row);
}

/* ---- pages ---- */

static void read_cells(struct walk *w, size_t header)
{
    const unsigned char *p = w->page.byte;
    bool interior = p[header] == INDEX_INTERIOR;
    size_t cells = big_endian(p + header + 3, 2);
    size_t at = header + (interior ? 12 : 8);
    for (size_t i = 0; i < cells && at + 2 <= USABLE; i++, at += 2) {
        size_t cell = big_endian(p + at, 2) + (interior ? 4u : 0u);
        if (cell > header && cell < USABLE)
            read_cell(w, p + cell, p[header] == TABLE_LEAF);
    }
}

void walk_file(int fd, walk_visit *visit, void *context)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return;
    struct walk *w = mem_alloc(sizeof(*w));
    w->fd = fd;
    w->pages = (st.st_size + PAGE_BYTES - 1) / PAGE_BYTES;
    w->visit = visit;
    w->context = context;
    for (int64_t i = 0; i < w->pages; i++) {
        size_t header = i == 0 ? FILE_HEADER : 0;
        if (!read_page(w, i, &w->page))
            continue;
        int kind = w->page.byte[header];
        if (kind == TABLE_LEAF || kind == INDEX_LEAF || kind == INDEX_INTERIOR)
            read_cells(w, header);
    }
    memset(w, 0, sizeof(*w)); /* people's requests stood in it */
    mem_free(w);
}
