/* SPDX-License-Identifier: EUPL-1.2 */
/* D-14: files whose structure somebody has changed, checksums and all. None of it is ever used: the
 * cache is set aside and made anew, the journal's entries go on in a file of ours. Control: what
 * was planted works in SQLite. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pages.h"
#include "support/disk.h"
#include "support/verdict.h"

static struct disk_files disk;

static const struct {
    const char *file, *sql;
} plants[] = {
    {"journal.db", "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END"},
    {"journal.db", "CREATE TRIGGER t BEFORE INSERT ON entry BEGIN INSERT INTO verdict "
                   "VALUES(new.id, 'accepted', 'none', 1); END"},
    {"journal.db", "CREATE VIEW v AS SELECT * FROM entry"},
    {"journal.db", "CREATE TABLE extra(x)"},
    {"journal.db", "CREATE INDEX extra ON entry(made_at)"},
    {"journal.db", "DROP INDEX entry_person"},
    {"journal.db", "DROP TABLE pin_try"},
    {"journal.db", "ALTER TABLE entry ADD COLUMN approved INTEGER"},
    {"journal.db", "ALTER TABLE verdict RENAME COLUMN reason TO because"},
    {"journal.db", "DROP TABLE meta; CREATE TABLE meta(name TEXT PRIMARY KEY, text TEXT NOT NULL "
                   "CHECK(name <> 'epoch')) STRICT, WITHOUT ROWID"},
    {"journal.db", "PRAGMA application_id=7"},
    {"cache.db",
        "CREATE TRIGGER t AFTER INSERT ON request BEGIN UPDATE request SET state = 3; END"},
    {"cache.db", "CREATE TRIGGER t AFTER DELETE ON course BEGIN DELETE FROM person; END"},
    {"cache.db", "CREATE VIEW v AS SELECT * FROM person"},
    {"cache.db", "CREATE TABLE extra(x)"},
    {"cache.db", "DROP TABLE person; CREATE VIEW person AS SELECT 1 AS id"},
    {"cache.db", "DROP INDEX run_start"},
    {"cache.db", "ALTER TABLE person ADD COLUMN badge_number TEXT"},
    {"cache.db", "PRAGMA page_size=65536; VACUUM"},
    {"cache.db", "CREATE VIRTUAL TABLE extra USING fts5(x)"},
};

static sqlite3 *open_raw(const char *name, const char *vfs)
{
    char path[TEMP_PATH + 16];
    sqlite3 *db;
    snprintf(path, sizeof(path), "%s/%s", disk.dir, name);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, vfs) != SQLITE_OK)
        BUG("cannot open %s", path);
    return db;
}

static void plant(const char *name, const char *sql)
{
    char *message = NULL;
    disk_restore(&disk);
    sqlite3 *db = open_raw(name, pages_vfs(NULL));
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        BUG("%s: %s", sql, message);
    sqlite3_close(db);
}

/* What waits, of the entries as they were made, and nothing else. */
static int waiting(struct store *s)
{
    struct arena mem = {0};
    struct pending *list;
    int count, damaged;
    struct err err = {0};
    int rc = journal_pending(s, 0, 1000, 16 * 1024 * 1024, &mem, &list, &count, &damaged, &err);
    arena_release(&mem);
    return rc < 0 || damaged ? -1 : count;
}

/* Of a journal without its verdicts all entries wait again. */
static bool journal_is_safe(void)
{
    struct err err = {0};
    struct store *kiosk = disk_open(&disk, STORE_KIOSK);
    bool good = kiosk && disk_quarantined(disk.dir) == 1 && disk_ask(kiosk, 1, NULL, &err) == 0;
    int count = good ? waiting(kiosk) : -1;
    good = good && (count == DISK_ENTRIES - DISK_SETTLED + 1 || count == DISK_ENTRIES + 1);
    if (!good)
        printf("%d wait: %s\n", count, err.msg);
    store_close(kiosk);
    return good;
}

static bool cache_is_safe(void)
{
    struct store *kiosk = disk_open(&disk, STORE_KIOSK);
    bool good = kiosk && disk_courses(kiosk) == 0; /* nothing of it is read */
    struct store *s = disk_open(&disk, STORE_SYNC);
    good = good && s && disk_quarantined(disk.dir) == 1;
    if (good)
        disk_fill_cache(s);
    good = good && store_changed(kiosk) && disk_courses(kiosk) == DISK_COURSES;
    store_close(s);
    store_close(kiosk);
    return good;
}

/* The first plant, in a connection that does not look. */
static bool planted_trigger_fires(void)
{
    plant(plants[0].file, plants[0].sql);
    sqlite3 *db = open_raw("journal.db", pages_vfs(NULL));
    sqlite3_stmt *s = NULL;
    int left = -1;
    if (sqlite3_exec(db, "INSERT INTO entry(id, hash, bytes, made_at) VALUES('x', 'y', x'00', 1)",
            NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT count(*) FROM entry", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        left = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return left == 0;
}

int main(void)
{
    int bad = 0, count = (int)(sizeof(plants) / sizeof(plants[0]));
    disk_make(&disk);
    for (int i = 0; i < count; i++) {
        plant(plants[i].file, plants[i].sql);
        bool safe = plants[i].file[0] == 'j' ? journal_is_safe() : cache_is_safe();
        if (!safe)
            printf("not refused: %s\n", plants[i].sql);
        bad += !safe;
    }
    printf("%d files with another structure, %d used\n", count, bad);
    verdict("D-14: a changed structure is refused before it is used", bad == 0 && count >= 20);
    verdict("control: a planted trigger fires in SQLite", planted_trigger_fires());
    disk_release(&disk);
    return verdict_end();
}
