/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking for a course on a bad day. D-01: the power is cut at every operation that journal_append()
 * makes on the disk, and the disk forgets what was not synced; D-08: then every call of it fails,
 * once and for ever; D-06: then the power is cut once more, or a call fails, while what the first
 * cut left is put right. No acknowledged entry may be lost, none may be there in half. D-03,
 * controls: disks and settings that are known to lose entries must be seen to lose them. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/store.h"
#include "support/disk.h"
#include "support/rng.h"
#include "support/temp.h"
#include "support/verdict.h"
#include "support/vfs_power.h"

#define ENTRIES 16
#ifdef __SANITIZE_ADDRESS__
#define IMAGES 6 /* of each cut */
#else
#define IMAGES 12
#endif
#define CONTROL_STEP 5 /* a control need not be cut everywhere to lose something */
#define NOW 1795516800000

/* What the kiosk was told is safe, and when. */
struct acknowledged {
    int at; /* operations on the disk until then */
    char id[UUID_TEXT];
    char hash[DIGEST_HEX];
};

struct history {
    struct acknowledged entry[ENTRIES];
    int count;
};

struct tally {
    int images, corrupt, half, lost;
};

static char recorded[TEMP_PATH], image_dir[TEMP_PATH], share[LIM_ERR];

static int append(struct store *s, int number, char id[UUID_TEXT], struct err *err)
{
    struct record ask;
    char title[64];
    snprintf(title, sizeof(title), "MIG/MAG-lassen, groep %d", number);
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, "p1");
    record_set_text(&ask, ASK_course, "lassen-1");
    record_set_text(&ask, ASK_title, title);
    record_set_number(&ask, ASK_price, 129000 + number);
    return journal_append(s, &ask, "kiosk-1", NOW + number, id, err);
}

/* The journal as the sync would read it. */
static int read_pending(struct store *s, struct arena *mem, struct pending **list, int *damaged)
{
    int count = 0;
    struct err err = {0};
    if (journal_pending(s, 0, LIM_BATCH, LIM_BODY, mem, list, &count, damaged, &err) < 0)
        return -1;
    return count;
}

static struct store *open_store(const char *dir, const char *vfs)
{
    struct store *s;
    struct err err = {0};
    return store_open(&s, dir, share, STORE_KIOSK, vfs, &err) < 0 ? NULL : s;
}

/* ---- power cuts ---- */

/* Asks ENTRIES times on a new disk. */
static void record(struct history *h)
{
    struct arena mem = {0};
    struct pending *list;
    int damaged;
    h->count = 0;
    struct store *s = open_store(recorded, POWER_VFS);
    for (int i = 0; s && i < ENTRIES; i++) {
        struct err err = {0};
        if (append(s, i, h->entry[i].id, &err) < 0)
            break;
        h->entry[i].at = power_operations();
        h->count++;
    }
    int count = s ? read_pending(s, &mem, &list, &damaged) : 0;
    if (count != ENTRIES || h->count != ENTRIES)
        BUG("%d of %d entries could be made", h->count, ENTRIES);
    for (int i = 0; i < count; i++)
        str_copy(h->entry[i].hash, sizeof(h->entry[i].hash), list[i].hash);
    store_close(s);
    arena_release(&mem);
}

static bool same_entry(const struct acknowledged *a, const struct pending *p)
{
    char hash[DIGEST_HEX];
    sha256_hex(p->bytes, p->len, hash);
    return !strcmp(a->id, p->id) && !strcmp(a->hash, p->hash) && !strcmp(a->hash, hash);
}

/* Whether the file is sound, seen by SQLite alone. */
static bool intact(const char *dir)
{
    char path[TEMP_PATH + 16];
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    snprintf(path, sizeof(path), "%s/journal.db", dir);
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL) == SQLITE_OK &&
              sqlite3_step(s) == SQLITE_ROW &&
              !strcmp((const char *)sqlite3_column_text(s, 0), "ok");
    sqlite3_finalize(s);
    sqlite3_close(db);
    return ok;
}

/* A journal that had to be saved was damaged, however much of it is there. */
static bool was_saved(struct store *s)
{
    struct store_status status;
    struct err err = {0};
    return store_status(s, &status, &err) < 0 || status.damages > 0;
}

/* Compares what the image's journal has with what was acknowledged before operation `at`; one entry
 * more may be there, whole. */
static void check_image(const struct history *h, int at, struct tally *t)
{
    struct arena mem = {0};
    struct pending *list = NULL;
    int damaged = 0, known = 0, same = 0;
    struct store *s = open_store(image_dir, NULL);
    int count = s ? read_pending(s, &mem, &list, &damaged) : -1;
    while (known < h->count && h->entry[known].at <= at)
        known++;
    while (same < count && same < h->count && same_entry(&h->entry[same], &list[same]))
        same++;
    t->images++;
    if (count < 0 || !intact(image_dir) || was_saved(s))
        t->corrupt++;
    else if (damaged > 0 || same < count || count > known + 1)
        t->half++;
    else if (count < known)
        t->lost++;
    store_close(s);
    arena_release(&mem);
}

static struct tally cut(const struct history *h, int step, int images, uint64_t *seed)
{
    struct tally t = {0};
    int operations = power_operations();
    for (int at = 0; at <= operations; at += step) {
        for (int image = 0; image < images; image++) {
            power_image(at, image, seed, image_dir);
            check_image(h, at, &t);
        }
    }
    return t;
}

static struct tally lose_power(enum power_lie lie, int step, int images, uint64_t *seed)
{
    static struct history h;
    power_start(lie);
    temp_make(recorded);
    record(&h);
    temp_remove(recorded);
    struct tally t = cut(&h, step, images, seed);
    printf("%d entries, %d operations, %d images: %d corrupt, %d half, %d lost\n", h.count,
        power_operations(), t.images, t.corrupt, t.half, t.lost);
    power_stop();
    return t;
}

static void test_power(uint64_t *seed)
{
    static const struct {
        enum power_lie lie;
        const char *name;
    } controls[] = {
        {POWER_NO_SYNC, "control: a disk that does not sync loses entries"},
        {POWER_SYNCHRONOUS_OFF, "control: synchronous=OFF loses entries"},
        {POWER_JOURNAL_DELETE, "control: journal_mode=DELETE with FULL loses entries"},
    };
    struct tally t = lose_power(POWER_HONEST, 1, IMAGES, seed);
    verdict("power cut at every operation", t.corrupt + t.half + t.lost == 0);
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        t = lose_power(controls[i].lie, CONTROL_STEP, POWER_IMAGES_FIXED, seed);
        verdict(controls[i].name, t.corrupt + t.half + t.lost > 0);
    }
}

/* ---- once more, while it is put right ---- */

#define FIRST_CUTS 20 /* a sample of them without ACHT_LONG */
#define FIRST_CUTS_SAMPLE 6
#define SECOND_IMAGES 12

/* A disk that a first cut left, with a transaction to be undone, and what had to be on it. */
struct cut_disk {
    struct disk_bytes file[2];
    int at;
};

static const char *const file_names[] = {"journal.db", "journal.db-journal"};

static bool keep_disk(struct cut_disk *d, int at)
{
    char path[TEMP_PATH + 32];
    d->at = at;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s", image_dir, file_names[i]);
        if (access(path, F_OK) < 0)
            return false;
    }
    for (int i = 0; i < 2; i++)
        d->file[i] = disk_read(image_dir, file_names[i]);
    return d->file[1].len > 512;
}

static void put_disk(const struct cut_disk *d, const char *dir)
{
    for (int i = 0; i < 2; i++)
        disk_write(dir, file_names[i], d->file[i].p, d->file[i].len);
}

static int first_cuts(struct cut_disk *disks, int wanted, uint64_t *seed)
{
    int count = 0, operations = power_operations();
    for (int tries = 0; count < wanted && tries < 100 * FIRST_CUTS; tries++) {
        int at = (int)rng_below(seed, (uint64_t)operations);
        power_image(at, (int)rng_below(seed, IMAGES), seed, image_dir);
        count += keep_disk(&disks[count], at);
    }
    return count;
}

/* Puts the disk right, as the log has it, with a fault at call `at` if that is not 0; safe: the
 * operations with which it was there. */
static bool put_right(const struct cut_disk *d, int at, int *safe)
{
    temp_make(recorded);
    put_disk(d, recorded);
    power_start(POWER_HONEST);
    power_adopt(recorded);
    *safe = power_operations();
    if (at > 0)
        power_fail(POWER_EIO, at, false);
    store_close(open_store(recorded, POWER_VFS));
    bool struck = power_failed();
    power_heal();
    return struck;
}

static void cut_again(
    const struct history *h, const struct cut_disk *d, struct tally *t, uint64_t *seed)
{
    int safe;
    (void)put_right(d, 0, &safe);
    temp_remove(recorded);
    int operations = power_operations();
    for (int at = safe; at <= operations; at++)
        for (int image = 0; image < SECOND_IMAGES; image++) {
            power_image(at, image, seed, image_dir);
            check_image(h, d->at, t);
        }
}

static void fail_again(const struct history *h, const struct cut_disk *d, struct tally *t)
{
    bool struck = true;
    for (int at = 1; struck; at++) {
        int safe;
        char unused[TEMP_PATH];
        struck = put_right(d, at, &safe);
        str_copy(unused, sizeof(unused), image_dir);
        str_copy(image_dir, sizeof(image_dir), recorded);
        check_image(h, d->at, t);
        str_copy(image_dir, sizeof(image_dir), unused);
        temp_remove(recorded);
    }
}

static void test_again(uint64_t *seed)
{
    static struct history h;
    static struct cut_disk disks[FIRST_CUTS + 1];
    struct tally cuts = {0}, faults = {0};
    power_start(POWER_HONEST);
    temp_make(recorded);
    record(&h);
    temp_remove(recorded);
    int wanted = getenv("ACHT_LONG") ? FIRST_CUTS : FIRST_CUTS_SAMPLE;
    int count = first_cuts(disks, wanted, seed);
    for (int i = 0; i < count; i++) {
        cut_again(&h, &disks[i], &cuts, seed);
        fail_again(&h, &disks[i], &faults);
    }
    power_stop();
    printf("D-06: %d first cuts; %d images of second ones: %d corrupt, %d half, %d lost; %d calls "
           "failed: %d corrupt, %d half, %d lost\n",
        count, cuts.images, cuts.corrupt, cuts.half, cuts.lost, faults.images, faults.corrupt,
        faults.half, faults.lost);
    verdict("D-06: power cut while a power cut is put right",
        count == wanted && cuts.corrupt + cuts.half + cuts.lost == 0);
    verdict("D-06: a call fails while a power cut is put right",
        faults.corrupt + faults.half + faults.lost == 0);
}

/* ---- calls that fail ---- */

struct attempt {
    bool struck, told, goes_on; /* the fault met a call; the caller was told; the next one worked */
    struct err met, after;
    char id[3][UUID_TEXT];
};

/* One entry before the fault, one that meets it, one after it. */
static struct attempt try_fault(enum power_fault fault, int at, bool for_ever)
{
    struct attempt a = {0};
    struct store *s = open_store(recorded, POWER_VFS);
    if (!s || append(s, 0, a.id[0], &a.after) < 0)
        BUG("no entry can be made: %s", a.after.msg);
    power_fail(fault, at, for_ever);
    a.told = append(s, 1, a.id[1], &a.met) < 0;
    a.struck = power_failed();
    power_heal();
    a.goes_on = append(s, 2, a.id[2], &a.after) == 0;
    store_close(s);
    return a;
}

/* All that was acknowledged is there, in order. What failed may be there too, whole: the call that
 * failed can be one after the commit. */
static bool all_there(const struct attempt *a)
{
    struct arena mem = {0};
    struct pending *list = NULL;
    int damaged = 0;
    struct store *s = open_store(recorded, NULL);
    int count = s ? read_pending(s, &mem, &list, &damaged) : -1;
    bool good = damaged == 0 && (count == 3 || (count == 2 && a->told)) && intact(recorded) &&
                !strcmp(list[0].id, a->id[0]) && !strcmp(list[count - 1].id, a->id[2]) &&
                (a->told || !strcmp(list[1].id, a->id[1]));
    store_close(s);
    arena_release(&mem);
    return good;
}

static bool survives(enum power_fault fault, int at, bool for_ever, bool *struck)
{
    temp_make(recorded);
    struct attempt a = try_fault(fault, at, for_ever);
    enum err_code code = fault == POWER_ENOSPC ? ERR_FULL : ERR_IO;
    bool good = a.goes_on && all_there(&a) && (!a.told || a.met.code == code);
    if (!good)
        printf("call %d: told %d (%s), next one %d (%s)\n", at, a.told, a.met.msg, a.goes_on,
            a.after.msg);
    *struck = a.struck;
    temp_remove(recorded);
    return good;
}

static void test_faults(void)
{
    static const struct {
        enum power_fault fault;
        bool for_ever;
        const char *name;
    } cases[] = {
        {POWER_EIO, false, "every call fails once with an I/O error"},
        {POWER_EIO, true, "all calls fail with I/O errors from one on"},
        {POWER_ENOSPC, false, "the disk is full for every write once"},
        {POWER_ENOSPC, true, "the disk is full from a write on"},
        {POWER_SHORT_WRITE, false, "every write is cut short once"},
        {POWER_SHORT_WRITE, true, "all writes are cut short from one on"},
    };
    power_start(POWER_HONEST);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int at = 0, bad = 0;
        bool struck = true;
        while (struck)
            bad += !survives(cases[i].fault, ++at, cases[i].for_ever, &struck);
        printf("%d fault points, %d bad\n", at - 1, bad);
        verdict(cases[i].name, bad == 0 && at > 5);
    }
    power_stop();
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    temp_make(image_dir);
    uint64_t seed = rng_seed();
    test_power(&seed);
    test_again(&seed);
    test_faults();
    temp_remove(image_dir);
    return verdict_end();
}
