/* SPDX-License-Identifier: EUPL-1.2 */
/* Files that a disk has changed. D-12: single bits, 600 times in each file; none may pass unseen.
 * D-13: six kinds of damage, 20 times each in both files; the kiosk starts, can be asked, has lost
 * nothing that stood outside the damaged pages, says what it lost, and does it once only. Control:
 * the same bits under SQLite alone. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/pages.h"
#include "store/reserve.h"
#include "support/disk.h"
#include "support/rng.h"
#include "support/verdict.h"

#define FLIPS 600
#define SEEDS 20

static struct disk_files disk;

/* ---- looking at a journal ---- */

struct seen {
    bool opened, wrong, goes_on;
    bool has[DISK_ENTRIES];
    int waiting; /* of those that waited before */
    int damaged;
    struct store_status status;
};

static int find(const struct pending *p)
{
    for (int i = 0; i < DISK_ENTRIES; i++) {
        const struct disk_entry *e = &disk.entry[i];
        if (strcmp(e->id, p->id) == 0 && strcmp(e->hash, p->hash) == 0 && e->bytes.len == p->len &&
            memcmp(e->bytes.p, p->bytes, p->len) == 0)
            return i;
    }
    return -1;
}

static void take(struct seen *seen, const struct pending *list, int count)
{
    for (int i = 0; i < count; i++) {
        int e = find(&list[i]);
        seen->wrong |= e < 0 || seen->has[e < 0 ? 0 : e];
        if (e >= 0)
            seen->has[e] = true;
        seen->waiting += e >= DISK_SETTLED;
    }
}

/* What the server will be told of it. */
static bool tells_the_server(struct store *s, const struct store_status *status)
{
    struct record r;
    struct err err = {0};
    record_init(&r, TYPE_REPORT);
    return store_report(s, &r, &err) == 0 && record_number(&r, REPORT_lost) == status->lost &&
           record_number(&r, REPORT_rebuilt) == status->damages + status->rebuilt;
}

/* Opens the directory as the sync does, reads what waits, and makes an entry. */
static struct seen look(void)
{
    struct seen seen = {0};
    struct arena mem = {0};
    struct pending *list;
    struct err err = {0};
    char id[UUID_TEXT];
    int count;
    struct store *s = disk_open(&disk, STORE_SYNC);
    seen.opened = s && journal_pending(s, 0, DISK_ENTRIES, 16 * 1024 * 1024, &mem, &list, &count,
                           &seen.damaged, &err) == 0;
    if (seen.opened) {
        take(&seen, list, count);
        seen.goes_on = disk_ask(s, 1000, id, &err) == 0 &&
                       store_status(s, &seen.status, &err) == 0 &&
                       tells_the_server(s, &seen.status);
    }
    if (err.code)
        printf("%s\n", err.msg);
    store_close(s);
    arena_release(&mem);
    return seen;
}

/* ---- D-12: single bits ---- */

static void flip(const char *name, const struct disk_bytes *file, uint64_t at)
{
    unsigned char *copy = mem_alloc(file->len);
    memcpy(copy, file->p, file->len);
    copy[at / 8] ^= (unsigned char)(1u << (at % 8));
    disk_restore(&disk);
    disk_write(disk.dir, name, copy, file->len);
    free(copy);
}

/* Everything that waited is there, byte for byte, or is counted. */
static bool accounted(const struct seen *seen)
{
    int missing = DISK_ENTRIES - DISK_SETTLED - seen->waiting;
    return seen->opened && !seen->wrong && seen->goes_on &&
           missing <= seen->damaged + seen->status.lost;
}

static void flip_journal(uint64_t *seed)
{
    int bad = 0, rebuilt = 0, same = 0, lost = 0;
    for (int i = 0; i < FLIPS; i++) {
        uint64_t at = rng_below(seed, disk.journal.len * 8);
        flip("journal.db", &disk.journal, at);
        struct seen seen = look();
        bool unchanged = seen.waiting == DISK_ENTRIES - DISK_SETTLED && seen.damaged == 0;
        if (!accounted(&seen) || (seen.status.damages == 0 && !unchanged)) {
            printf("bit %llu: opened %d wrong %d goes on %d waiting %d lost %d\n",
                (unsigned long long)at, seen.opened, seen.wrong, seen.goes_on, seen.waiting,
                (int)seen.status.lost);
            bad++;
        }
        rebuilt += seen.status.damages > 0;
        same += seen.status.damages == 0;
        lost += (int)seen.status.lost;
    }
    printf("journal: %d flips, %d noticed, %d without effect, %d entries lost, %d bad\n", FLIPS,
        rebuilt, same, lost, bad);
    verdict("D-12: a flipped bit of the journal is noticed or changes nothing", bad == 0);
}

/* A digest of all that the cache's tables hold, as SQLite alone reads it; "" when it cannot. */
static void digest_cache(const char *path, char out[DIGEST_HEX])
{
    static const char *const tables[] = {"course", "terms", "facts", "posting", "vocabulary",
        "meta", "name", "person", "run", "request", "company"};
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    struct sha256 h;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    sha256_start(&h);
    for (size_t t = 0; rc == SQLITE_OK && t < sizeof(tables) / sizeof(tables[0]); t++) {
        char sql[64];
        snprintf(sql, sizeof(sql), "SELECT * FROM %s", tables[t]);
        rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
        while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(s); c++) {
                const void *data = sqlite3_column_blob(s, c);
                sha256_add(&h, data ? data : "", (size_t)sqlite3_column_bytes(s, c));
                sha256_add(&h, "|", 1);
            }
            rc = SQLITE_OK;
        }
        rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
        sqlite3_finalize(s);
        s = NULL;
    }
    sha256_end(&h, out);
    if (rc != SQLITE_OK)
        out[0] = '\0';
    sqlite3_close(db);
}

static bool quick_check_sees(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    bool fine = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db, "PRAGMA quick_check", -1, &s, NULL) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    sqlite3_finalize(s);
    sqlite3_close(db);
    return !fine;
}

static void flip_cache(uint64_t *seed)
{
    char path[TEMP_PATH + 16], before[DIGEST_HEX], after[DIGEST_HEX];
    int bad = 0, renewed = 0, same = 0, unseen = 0;
    snprintf(path, sizeof(path), "%s/cache.db", disk.dir);
    disk_restore(&disk);
    digest_cache(path, before);
    for (int i = 0; i < FLIPS; i++) {
        uint64_t at = rng_below(seed, disk.cache.len * 8);
        flip("cache.db", &disk.cache, at);
        digest_cache(path, after);
        unseen += after[0] && strcmp(before, after) != 0 && !quick_check_sees(path);
        bool changed = strcmp(before, after) != 0;
        struct store *s = disk_open(&disk, STORE_SYNC);
        bool aside = disk_quarantined(disk.dir) > 0;
        renewed += aside;
        same += !aside;
        if (!s || (changed && !aside)) {
            printf("bit %llu: changed %d, set aside %d\n", (unsigned long long)at, changed, aside);
            bad++;
        }
        store_close(s);
    }
    printf("cache: %d flips, %d set aside, %d without effect, %d bad\n", FLIPS, renewed, same, bad);
    printf("control: %d of %d pass SQLite's quick_check with changed content\n", unseen, FLIPS);
    verdict("D-12: a flipped bit of the cache is noticed or changes nothing", bad == 0);
    verdict("control: SQLite alone overlooks many of them", before[0] && unseen > FLIPS / 5);
}

/* ---- D-13: coarser damage ---- */

enum damage { ZERO_PAGE, HALF_FILE, ZERO_HEADER, EMPTY_FILE, FOREIGN_FILE, NEWER_SCHEMA, DAMAGES };

static const char *const damage_names[] = {
    "page zeroed", "cut to half", "header zeroed", "0 bytes", "foreign file", "newer schema"};

static void make_newer(const char *name)
{
    char path[TEMP_PATH + 16];
    sqlite3 *db;
    snprintf(path, sizeof(path), "%s/%s", disk.dir, name);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, pages_vfs(NULL)) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA user_version=2147483646", NULL, NULL, NULL) != SQLITE_OK)
        BUG("cannot change %s", path);
    sqlite3_close(db);
}

/* Damages the file and returns the first page that is not as it was, and behind the last one. */
static void damage(const char *name, const struct disk_bytes *file, enum damage how, uint64_t *seed,
    size_t *first, size_t *end)
{
    size_t pages = file->len / DISK_PAGE;
    unsigned char *copy = mem_alloc(file->len);
    size_t len = file->len;
    memcpy(copy, file->p, len);
    *first = how == ZERO_PAGE ? (size_t)rng_below(seed, pages) : 0;
    *end = how == ZERO_PAGE || how == ZERO_HEADER ? *first + 1 : pages;
    if (how == ZERO_PAGE)
        memset(copy + *first * DISK_PAGE, 0, DISK_PAGE);
    else if (how == ZERO_HEADER)
        memset(copy, 0, 100);
    else if (how == HALF_FILE)
        *first = (len /= 2) / DISK_PAGE;
    else if (how == EMPTY_FILE)
        len = 0;
    else if (how == FOREIGN_FILE)
        for (size_t i = 0; i < len; i++)
            copy[i] = (unsigned char)rng_next(seed);
    if (how == NEWER_SCHEMA)
        *end = 0;
    disk_restore(&disk);
    disk_write(disk.dir, name, copy, len);
    if (how == NEWER_SCHEMA)
        make_newer(name);
    free(copy);
}

struct tally {
    int runs, bad, outside, saved, reported, gone;
};

static bool is_outside(const struct disk_entry *e, size_t first, size_t end)
{
    for (size_t page = first; page < end; page++)
        if (!disk_is_off_page(&disk, e, page))
            return false;
    return true;
}

static void count_saved(const struct seen *seen, size_t first, size_t end, struct tally *t)
{
    for (int i = DISK_SETTLED; i < DISK_ENTRIES; i++) {
        bool outside = is_outside(&disk.entry[i], first, end);
        t->outside += outside;
        t->saved += outside && seen->has[i];
        t->gone += !seen->has[i];
    }
}

/* A newer acht's journal is no damage: nothing of it is touched, and nothing can be noted. */
static bool keeps_newer(void)
{
    struct err err = {0};
    char id[UUID_TEXT];
    struct store *s = disk_open(&disk, STORE_KIOSK);
    bool good = s && disk_courses(s) == DISK_COURSES && store_disk(s) == DISK_newer &&
                disk_ask(s, 1, id, &err) < 0 && err.code == ERR_TOO_NEW &&
                disk_quarantined(disk.dir) == 0;
    store_close(s);
    return good;
}

static void put_reserve(void)
{
    void *nothing = mem_alloc(RESERVE_BYTES);
    disk_write(disk.dir, RESERVE_NAME, nothing, RESERVE_BYTES);
    free(nothing);
}

static bool starts_twice(int quarantined)
{
    for (int i = 0; i < 2; i++) {
        struct store *s = disk_open(&disk, STORE_KIOSK);
        bool good = s && store_disk(s) == DISK_fine && disk_quarantined(disk.dir) == quarantined;
        store_close(s);
        if (!good)
            return false;
    }
    return true;
}

static void damage_journal(enum damage how, uint64_t *seed, struct tally *t)
{
    size_t first, end;
    damage("journal.db", &disk.journal, how, seed, &first, &end);
    put_reserve(); /* as it is in the field */
    t->runs++;
    if (how == NEWER_SCHEMA) {
        t->bad += !keeps_newer();
        return;
    }
    struct seen seen = look();
    count_saved(&seen, first, end, t);
    t->reported += (int)seen.status.lost;
    bool good = seen.opened && !seen.wrong && seen.goes_on && seen.status.damages <= 1 &&
                starts_twice((int)seen.status.damages);
    if (!good)
        printf("%s: opened %d wrong %d goes on %d\n", damage_names[how], seen.opened, seen.wrong,
            seen.goes_on);
    t->bad += !good;
}

static void test_journal(uint64_t *seed)
{
    int bad = 0;
    for (int how = 0; how < DAMAGES; how++) {
        struct tally t = {0};
        for (int i = 0; i < SEEDS; i++)
            damage_journal((enum damage)how, seed, &t);
        printf("journal, %s: %d runs, %d bad, %d of %d rows outside saved, %d gone, %d of them "
               "counted\n",
            damage_names[how], t.runs, t.bad, t.saved, t.outside, t.gone, t.reported);
        bad += t.bad > 0 || t.saved < t.outside || (how == ZERO_PAGE && t.reported != t.gone);
    }
    verdict("D-13: a damaged journal starts, with all that stood outside the damage", bad == 0);
}

/* The kiosk first, as it is: it shows what it can and takes requests; then the sync. */
static bool cache_is_renewed(enum damage how)
{
    struct err err = {0};
    char id[UUID_TEXT];
    struct store *kiosk = disk_open(&disk, STORE_KIOSK);
    bool good = kiosk && disk_courses(kiosk) >= 0 && disk_ask(kiosk, 1, id, &err) == 0;
    struct store *s = disk_open(&disk, STORE_SYNC);
    good = good && s && disk_quarantined(disk.dir) == (how != EMPTY_FILE);
    if (good)
        disk_fill_cache(s);
    good = good && store_changed(kiosk) && disk_courses(kiosk) == DISK_COURSES;
    store_close(s);
    store_close(kiosk);
    s = good ? disk_open(&disk, STORE_SYNC) : NULL; /* and that was all */
    good = good && s && disk_courses(s) == DISK_COURSES &&
           disk_quarantined(disk.dir) == (how != EMPTY_FILE);
    store_close(s);
    return good;
}

static void test_cache(uint64_t *seed)
{
    int bad = 0;
    for (int how = 0; how < DAMAGES; how++) {
        int wrong = 0;
        for (int i = 0; i < SEEDS; i++) {
            size_t first, end;
            damage("cache.db", &disk.cache, (enum damage)how, seed, &first, &end);
            wrong += !cache_is_renewed((enum damage)how);
        }
        printf("cache, %s: %d runs, %d bad\n", damage_names[how], SEEDS, wrong);
        bad += wrong;
    }
    verdict("D-13: a damaged cache is set aside and made anew; asking goes on", bad == 0);
}

static void test_kept(void)
{
    bool good = true;
    disk_restore(&disk);
    for (int i = 0; i < 6; i++) {
        unsigned char *copy = mem_alloc(disk.cache.len);
        disk_write(disk.dir, "cache.db", copy, disk.cache.len);
        free(copy);
        store_close(disk_open(&disk, STORE_SYNC));
        good = good && disk_quarantined(disk.dir) == (i < 3 ? i + 1 : 3);
    }
    verdict("D-13: at most three are kept", good);
}

int main(void)
{
    uint64_t seed = rng_seed();
    disk_make(&disk);
    flip_journal(&seed);
    flip_cache(&seed);
    test_journal(&seed);
    test_cache(&seed);
    test_kept();
    disk_release(&disk);
    return verdict_end();
}
