/* SPDX-License-Identifier: EUPL-1.2 */
/* D-18: an older journal is brought up to date, and the power is cut at every operation of it, or a
 * call fails: what is there afterwards is the old journal or the new one, whole, and the next start
 * brings it up to date. Control: a disk that does not sync. D-17: copies of a journal that is being
 * written, made by SQLite, are sound; control: those of cp are not. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/inner.h"
#include "support/disk.h"
#include "support/rng.h"
#include "support/verdict.h"
#include "support/vfs_power.h"

#define OLD_ENTRIES 60
#define IMAGES 12
#define COPIES 100

static char dir[TEMP_PATH], image_dir[TEMP_PATH];
static struct disk_bytes old; /* the file of the first version */

/* ---- D-18 ---- */

static struct db *open_version(const char *where, int version, const char *vfs, struct err *err)
{
    char path[TEMP_PATH + 16];
    struct db *db;
    snprintf(path, sizeof(path), "%s/journal.db", where);
    int rc = db_open(&db, path, DB_PRECIOUS, JOURNAL_ID, journal_migrations, version, vfs, err);
    return rc < 0 ? NULL : db;
}

static void make_old(void)
{
    struct err err = {0};
    struct db *db = open_version(dir, 1, NULL, &err);
    if (!db || db_begin(db, &err) < 0)
        BUG("%s", err.msg);
    for (int i = 0; i < OLD_ENTRIES; i++) {
        char id[32];
        snprintf(id, sizeof(id), "entry-%d", i);
        struct stmt *s = db_stmt(db, "INSERT INTO entry(id, hash, bytes, made_at) "
                                     "VALUES(?, 'h', zeroblob(700), 1)");
        stmt_text(s, 1, id);
        if (stmt_run(s, &err) < 0)
            BUG("%s", err.msg);
    }
    if (db_commit(db, &err) < 0)
        BUG("%s", err.msg);
    db_close(db);
    old = disk_read(dir, "journal.db");
}

static int64_t count(struct db *db, const char *sql)
{
    struct stmt *s = db_stmt(db, sql);
    int64_t n = stmt_step(s, NULL) > 0 ? stmt_get_number(s, 0) : -1;
    stmt_reset(s);
    return n;
}

/* Opened by the newest version it has all that it had, and the new tables. */
static bool is_whole(const char *where)
{
    struct err err = {0};
    struct db *db = open_version(where, journal_migration_count, NULL, &err);
    bool good = db &&
                count(db, "SELECT count(*) FROM entry WHERE length(bytes) = 700") == OLD_ENTRIES &&
                count(db, "SELECT count(*) FROM pin_try") == 0 &&
                count(db, "SELECT count(*) FROM stuck") == 0;
    db_close(db);
    return good;
}

/* Brings it up to date on a disk whose call `at` fails (0: none does). */
static bool migrate(int at, enum power_lie lie, int *safe)
{
    struct err err = {0};
    temp_remove(dir);
    temp_make(dir);
    disk_write(dir, "journal.db", old.p, old.len);
    power_start(lie);
    power_adopt(dir);
    *safe = power_operations();
    if (at > 0)
        power_fail(POWER_EIO, at, false);
    db_close(open_version(dir, journal_migration_count, POWER_VFS, &err));
    bool struck = power_failed();
    power_heal();
    return struck;
}

static int cut_everywhere(enum power_lie lie, uint64_t *seed, int *images)
{
    int safe, bad = 0;
    (void)migrate(0, lie, &safe);
    int operations = power_operations();
    *images = 0;
    for (int at = safe; at <= operations; at++)
        for (int image = 0; image < IMAGES; image++, ++*images) {
            power_image(at, image, seed, image_dir);
            bad += !is_whole(image_dir);
        }
    return bad;
}

static void test_migration(uint64_t *seed)
{
    int images, safe, calls = 0, wrong = 0;
    int bad = cut_everywhere(POWER_HONEST, seed, &images);
    for (bool struck = true; struck; calls += struck) {
        struck = migrate(calls + 1, POWER_HONEST, &safe);
        wrong += !is_whole(dir);
    }
    printf("D-18: version 1 to %d: %d images, %d bad; %d calls failed, %d bad\n",
        journal_migration_count, images, bad, calls, wrong);
    verdict("D-18: a migration is done or not done", bad == 0 && images > 100);
    verdict("D-18: whatever call of it fails", wrong == 0 && calls > 20);
    bad = cut_everywhere(POWER_NO_SYNC, seed, &images);
    power_stop();
    verdict("control: a disk that does not sync breaks it", bad > 0);
}

/* ---- D-17 ---- */

static void write_for_ever(void)
{
    char path[TEMP_PATH + 16];
    sqlite3 *db;
    snprintf(path, sizeof(path), "%s/busy.db", dir);
    sqlite3_open(path, &db);
    sqlite3_busy_timeout(db, 5000);
    for (;;) /* each step keeps the sum */
        sqlite3_exec(db,
            "BEGIN IMMEDIATE; UPDATE t SET n = n + 1 WHERE id % 7 = 0; "
            "UPDATE t SET n = n - 1 WHERE id % 7 = 1; COMMIT",
            NULL, NULL, NULL);
}

static bool is_sound(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db,
                    "SELECT (SELECT sum(n) FROM t) = 0 AND (SELECT group_concat(integrity_check) "
                    "FROM pragma_integrity_check) = 'ok'",
                    -1, &s, NULL) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) == 1;
    sqlite3_finalize(s);
    sqlite3_close(db);
    return good;
}

enum copying { VACUUM_INTO, BACKUP, PLAIN_COPY };

static bool copy_by_sqlite(enum copying way, const char *from, const char *to)
{
    sqlite3 *db, *copy;
    char sql[TEMP_PATH + 64];
    bool done = sqlite3_open(from, &db) == SQLITE_OK;
    sqlite3_busy_timeout(db, 60000);
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", to);
    if (way == VACUUM_INTO) {
        done = done && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    } else {
        done = done && sqlite3_open(to, &copy) == SQLITE_OK;
        sqlite3_backup *b = sqlite3_backup_init(copy, "main", db, "main");
        int rc = SQLITE_BUSY;
        while (b && (rc == SQLITE_BUSY || rc == SQLITE_LOCKED))
            rc = sqlite3_backup_step(b, -1);
        done = done && rc == SQLITE_DONE;
        sqlite3_backup_finish(b);
        sqlite3_close(copy);
    }
    sqlite3_close(db);
    return done;
}

static int bad_copies(enum copying way, int copies)
{
    char from[TEMP_PATH + 16], to[TEMP_PATH + 16];
    int bad = 0;
    snprintf(from, sizeof(from), "%s/busy.db", dir);
    snprintf(to, sizeof(to), "%s/copy.db", dir);
    for (int i = 0; i < copies; i++) {
        unlink(to);
        if (way == PLAIN_COPY) {
            struct disk_bytes file = disk_read(dir, "busy.db");
            disk_write(dir, "copy.db", file.p, file.len);
            free(file.p);
            bad += !is_sound(to);
        } else {
            bad += !copy_by_sqlite(way, from, to) || !is_sound(to);
        }
    }
    return bad;
}

static void test_copies(void)
{
    char path[TEMP_PATH + 16];
    sqlite3 *db;
    snprintf(path, sizeof(path), "%s/busy.db", dir);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
            "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, pad); WITH RECURSIVE c(i) AS "
            "(SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 1399) "
            "INSERT INTO t SELECT i, 0, zeroblob(300) FROM c",
            NULL, NULL, NULL) != SQLITE_OK)
        BUG("no file to copy");
    sqlite3_close(db);
    pid_t pid = fork();
    if (pid == 0)
        write_for_ever();
    int vacuum = bad_copies(VACUUM_INTO, COPIES / 2), backup = bad_copies(BACKUP, COPIES / 2);
    int plain = 0, tried = 0;
    for (; plain == 0 && tried < 20 * COPIES; tried += 10)
        plain += bad_copies(PLAIN_COPY, 10);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    printf("D-17: %d copies by VACUUM INTO and the backup API, %d bad; %d of %d by cp\n", COPIES,
        vacuum + backup, plain, tried);
    verdict("D-17: copies of a file that is being written are sound", vacuum + backup == 0);
    verdict("control: those of cp are not all", plain > 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t seed = rng_seed();
    temp_make(dir);
    temp_make(image_dir);
    make_old();
    test_migration(&seed);
    test_copies();
    free(old.p);
    temp_remove(dir);
    temp_remove(image_dir);
    return verdict_end();
}
