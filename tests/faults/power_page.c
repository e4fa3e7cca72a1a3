/* SPDX-License-Identifier: EUPL-1.2 */
/* A page of the feed on a bad day. D-02: the power is cut at every operation while pages come in;
 * cursor and rows agree afterwards, or the cache is known to be broken. D-08: every call of the
 * opening, of a page, of the end of a download and of a verdict fails, in three ways, once and for
 * ever; it is told, and everything goes on afterwards. Control: a disk that does not sync. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/disk.h"
#include "support/rng.h"
#include "support/verdict.h"
#include "support/vfs_power.h"

#define PAGES 6
#define PAGE_RECORDS 500 /* as the server sends them */
#define FEW_RECORDS 40
#define IMAGES 14 /* of each cut */
#define CONTROL_STEP 7
#define WANTED_IMAGES 10000
#define WANTED_POINTS 1900

static char recorded[TEMP_PATH], image_dir[TEMP_PATH], share[LIM_ERR];
static int per_page = FEW_RECORDS;

static struct store *open_sync(const char *dir, const char *vfs, struct err *err)
{
    struct store *s;
    return store_open(&s, dir, share, STORE_SYNC, vfs, err) < 0 ? NULL : s;
}

static int apply_page(struct store *s, int page, struct err *err)
{
    static struct record r[PAGE_RECORDS];
    static char id[PAGE_RECORDS][16];
    char next[16];
    for (int i = 0; i < per_page; i++) {
        snprintf(id[i], sizeof(id[i]), "c%d-%d", page, i);
        record_init(&r[i], TYPE_COURSE);
        r[i].id = id[i];
        record_set_text(&r[i], COURSE_source, "s1");
        record_set_text(&r[i], COURSE_title, i % 2 ? "Lassen met TIG" : "Frezen en draaien");
        record_set_text(&r[i], COURSE_provider, "Praktijkschool");
        record_set_number(&r[i], COURSE_form, FORM_classroom);
    }
    snprintf(next, sizeof(next), "%d", page);
    return cache_apply(s, r, per_page, next, err);
}

static int count_courses(struct store *s)
{
    struct search_input in = {0};
    struct rowset rs = {0};
    char corrected[LIM_QUERY];
    struct err err = {0};
    str_copy(in.text, sizeof(in.text), "lassen");
    int rc = store_search(s, &in, 20000, 0, 1, &rs, corrected, &err);
    int half = rc < 0 ? -1 : (int)rs.total;
    memset(&in, 0, sizeof(in));
    rc = store_search(s, &in, 20000, 0, 1, &rs, corrected, &err);
    int all = rc < 0 ? -1 : (int)rs.total;
    rowset_release(&rs);
    return all == 2 * half ? all : -1;
}

/* ---- D-02 ---- */

struct tally {
    int images, set_aside, half, lost;
};

/* Where each page was acknowledged. */
static int known_at[PAGES + 1];

static void record(void)
{
    struct err err = {0};
    struct store *s = open_sync(recorded, POWER_VFS, &err);
    known_at[0] = power_operations();
    for (int page = 1; s && page <= PAGES; page++) {
        if (apply_page(s, page, &err) < 0)
            break;
        known_at[page] = power_operations();
    }
    if (!s || err.code)
        BUG("no page can be applied: %s", err.msg);
    store_close(s);
}

/* The cursor may be that of an older page (it is asked for again), never of one that was not there;
 * all rows of its pages are there, and none of another. */
static void check_image(int at, struct tally *t)
{
    char cursor[LIM_CURSOR] = "";
    struct err err = {0};
    int known = 0;
    while (known < PAGES && known_at[known + 1] <= at)
        known++;
    struct store *s = open_sync(image_dir, NULL, &err);
    bool aside = disk_quarantined(image_dir) > 0;
    int page = s && cache_cursor(s, cursor, &err) == 0 ? (int)strtol(cursor, NULL, 10) : -1;
    bool agrees = page >= 0 && count_courses(s) == page * per_page;
    t->images++;
    t->set_aside += aside;
    t->half += !agrees || page > known + 1;
    t->lost += !aside && page < known;
    store_close(s);
    if (aside) {
        temp_remove(image_dir);
        temp_make(image_dir);
    }
}

static struct tally cut(enum power_lie lie, int step, int images, uint64_t *seed)
{
    struct tally t = {0};
    power_start(lie);
    temp_make(recorded);
    record();
    temp_remove(recorded);
    int operations = power_operations();
    for (int at = 0; at <= operations; at += step) {
        for (int image = 0; image < images; image++) {
            power_image(at, image, seed, image_dir);
            check_image(at, &t);
        }
    }
    printf("D-02: %d pages of %d, %d operations, %d images: %d half, %d lost, %d set aside\n",
        PAGES, per_page, operations, t.images, t.half, t.lost, t.set_aside);
    power_stop();
    return t;
}

static void test_power(uint64_t *seed)
{
    bool whole = getenv("ACHT_LONG");
    per_page = whole ? PAGE_RECORDS : FEW_RECORDS;
    struct tally t = cut(POWER_HONEST, whole ? 1 : 4, IMAGES, seed);
    verdict("D-02: power cut while pages come in",
        t.half + t.lost + t.set_aside == 0 && t.images >= (whole ? WANTED_IMAGES : 1000));
    per_page = FEW_RECORDS;
    t = cut(POWER_NO_SYNC, CONTROL_STEP, IMAGES, seed);
    verdict("control: a disk that does not sync breaks the cache", t.half + t.set_aside > 0);
}

/* ---- D-08 ---- */

enum deed { OPENING, PAGE, MORE_PAGES, FINISH, VERDICT, CONTACT, SAVING, RENEWING, DEEDS };
static const char *const deed_names[] = {"opening", "a page", "more pages", "the end of a download",
    "a verdict", "a contact", "saving a damaged journal", "renewing a damaged cache"};

static int ask(struct store *s, struct err *err)
{
    return disk_ask(s, 1, NULL, err);
}

static int settle_first(struct store *s, struct err *err)
{
    struct arena mem = {0};
    struct pending *list;
    int count, damaged;
    int rc = journal_pending(s, 0, 1, LIM_BODY, &mem, &list, &count, &damaged, err);
    if (rc == 0 && count == 1)
        rc = journal_begin(s, err);
    if (rc == 0 && count == 1 &&
        journal_settle(s, list[0].id, list[0].hash, "accepted", "none", 1, err) < 0)
        rc = -1;
    if (rc == 0 && count == 1)
        rc = journal_commit(s, err);
    arena_release(&mem);
    return rc;
}

static int do_deed(struct store **s, enum deed deed, struct err *err)
{
    switch (deed) {
    case OPENING:
    case SAVING:
    case RENEWING:
        *s = open_sync(recorded, POWER_VFS, err);
        return *s ? 0 : -1;
    case MORE_PAGES:
        return apply_page(*s, 2, err) < 0 || apply_page(*s, 3, err) < 0 ? -1
                                                                        : apply_page(*s, 4, err);
    case CONTACT:
        return cache_set_contact(*s, "ok", 1, err);
    case PAGE:
        return apply_page(*s, 2, err);
    case FINISH:
        return cache_finish(*s, 1795516800000, err);
    default:
        return settle_first(*s, err);
    }
}

/* As a kiosk finds them: who writes has its own idea of what it found before. */
static int courses_shown(void)
{
    struct store *kiosk;
    struct err err = {0};
    if (store_open(&kiosk, recorded, share, STORE_KIOSK, NULL, &err) < 0)
        return -1;
    int count = count_courses(kiosk);
    store_close(kiosk);
    return count;
}

/* After the fault everything works, with a new store, as the sync does it. */
static bool goes_on(struct store **s, struct err *err)
{
    char cursor[LIM_CURSOR];
    store_close(*s);
    *s = open_sync(recorded, POWER_VFS, err);
    if (!*s || cache_cursor(*s, cursor, err) < 0)
        return false;
    int page = (int)strtol(cursor, NULL, 10);
    if (courses_shown() != page * per_page)
        return false;
    page = page < 2 ? 2 : page;
    if (apply_page(*s, 1, err) < 0 || apply_page(*s, 2, err) < 0 || ask(*s, err) < 0)
        return false;
    int64_t waiting = journal_waiting(*s);
    return courses_shown() == page * per_page && waiting >= 2 && waiting <= 3;
}

/* What the deed begins with: an open store, a closed one, or damaged headers. */
static void prepare(struct store **s, enum deed deed)
{
    static const char nothing[100];
    if (deed != OPENING && deed != SAVING && deed != RENEWING)
        return;
    store_close(*s);
    *s = NULL;
    if (deed == OPENING)
        return;
    const char *name = deed == SAVING ? "journal.db" : "cache.db";
    struct disk_bytes file = disk_read(recorded, name);
    memcpy(file.p, nothing, sizeof(nothing));
    disk_write(recorded, name, file.p, file.len);
    free(file.p);
}

static bool survives(enum deed deed, enum power_fault fault, int at, bool for_ever, bool *struck)
{
    struct err err = {0}, met = {0}, after = {0};
    power_start(POWER_HONEST);
    temp_make(recorded);
    struct store *s = open_sync(recorded, POWER_VFS, &err);
    if (!s || apply_page(s, 1, &err) < 0 || ask(s, &err) < 0 || ask(s, &err) < 0)
        BUG("no store can be made: %s", err.msg);
    prepare(&s, deed);
    power_fail(fault, at, for_ever);
    int rc = do_deed(&s, deed, &met);
    *struck = power_failed();
    power_heal();
    bool good = (rc == 0 || met.code) && goes_on(&s, &after);
    if (!good)
        printf("%s, call %d: %s, then %s\n", deed_names[deed], at, met.msg, after.msg);
    store_close(s);
    temp_remove(recorded);
    return good;
}

static int fail_all(enum deed deed, enum power_fault fault, bool for_ever, int step, int *bad)
{
    int at = 1, points = 0;
    for (bool struck = true; struck; at += step) {
        *bad += !survives(deed, fault, at, for_ever, &struck);
        points += struck;
    }
    return points;
}

static void test_faults(void)
{
    static const enum power_fault faults[] = {POWER_EIO, POWER_ENOSPC, POWER_SHORT_WRITE};
    int points = 0, bad = 0, step = getenv("ACHT_LONG") ? 1 : 7;
    for (int deed = 0; deed < DEEDS; deed++)
        for (int fault = 0; fault < 3; fault++)
            for (int for_ever = 0; for_ever < 2; for_ever++)
                points += fail_all((enum deed)deed, faults[fault], for_ever, step, &bad);
    power_stop();
    printf("D-08: %d fault points (every %d. call), %d bad\n", points, step, bad);
    verdict("D-08: every call of the sync fails once", bad == 0 && points >= WANTED_POINTS / step);
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    temp_make(image_dir);
    uint64_t seed = rng_seed();
    test_power(&seed);
    test_faults();
    temp_remove(image_dir);
    return verdict_end();
}
