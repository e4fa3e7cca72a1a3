/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/vfs_power.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "support/vfs_log.h"

/* A file as SQLite sees it; the default VFS's own follows it in memory. */
struct power_file {
    sqlite3_file base;
    int inode;
    bool sync_dir; /* the next sync is also one of the directory */
};

static struct {
    sqlite3_vfs vfs, *real;
    enum power_lie lie;
    bool lying; /* our own pragmas pass */
    struct {
        bool armed, for_ever, struck;
        enum power_fault kind;
        int countdown;
    } fault;
} power;

static sqlite3_file *real_file(sqlite3_file *f)
{
    return (sqlite3_file *)((struct power_file *)f + 1);
}

/* ---- faults ---- */

void power_fail(enum power_fault fault, int at, bool for_ever)
{
    power.fault.armed = true;
    power.fault.kind = fault;
    power.fault.countdown = at;
    power.fault.for_ever = for_ever;
    power.fault.struck = false;
}

void power_heal(void)
{
    power.fault.armed = false;
}

bool power_failed(void)
{
    return power.fault.struck;
}

/* Whether this call is to fail. A full disk still reads and shrinks: only writes count for it. */
static bool strikes(bool is_write)
{
    if (!power.fault.armed || (!is_write && power.fault.kind != POWER_EIO))
        return false;
    if (--power.fault.countdown > 0)
        return false;
    power.fault.armed = power.fault.for_ever;
    power.fault.struck = true;
    return true;
}

/* ---- a file ---- */

static int power_close(sqlite3_file *f)
{
    return real_file(f)->pMethods->xClose(real_file(f));
}

static int power_read(sqlite3_file *f, void *out, int len, sqlite3_int64 at)
{
    if (strikes(false))
        return SQLITE_IOERR_READ;
    return real_file(f)->pMethods->xRead(real_file(f), out, len, at);
}

static int power_write(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
    int rc = SQLITE_OK;
    if (strikes(true)) {
        if (power.fault.kind == POWER_ENOSPC)
            return SQLITE_FULL;
        len = power.fault.kind == POWER_SHORT_WRITE ? len / 2 : 0;
        rc = SQLITE_IOERR_WRITE;
    }
    if (len > 0) {
        log_write(((struct power_file *)f)->inode, data, (size_t)len, at);
        int real = real_file(f)->pMethods->xWrite(real_file(f), data, len, at);
        rc = rc ? rc : real;
    }
    return rc;
}

static int power_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (strikes(false))
        return SQLITE_IOERR_TRUNCATE;
    log_truncate(((struct power_file *)f)->inode, size);
    return real_file(f)->pMethods->xTruncate(real_file(f), size);
}

static int power_sync(sqlite3_file *f, int flags)
{
    struct power_file *p = (struct power_file *)f;
    if (strikes(false))
        return SQLITE_IOERR_FSYNC;
    if (power.lie != POWER_NO_SYNC)
        log_sync(p->inode, p->sync_dir);
    p->sync_dir = false;
    return real_file(f)->pMethods->xSync(real_file(f), flags);
}

static int power_size(sqlite3_file *f, sqlite3_int64 *size)
{
    if (strikes(false))
        return SQLITE_IOERR_FSTAT;
    return real_file(f)->pMethods->xFileSize(real_file(f), size);
}

static int power_lock(sqlite3_file *f, int level)
{
    if (strikes(false))
        return SQLITE_IOERR_LOCK;
    return real_file(f)->pMethods->xLock(real_file(f), level);
}

static int power_unlock(sqlite3_file *f, int level)
{
    return real_file(f)->pMethods->xUnlock(real_file(f), level);
}

static int power_check_lock(sqlite3_file *f, int *locked)
{
    return real_file(f)->pMethods->xCheckReservedLock(real_file(f), locked);
}

/* Answers a pragma in place of SQLite when the lie wants that. */
static int lie_about_pragma(char **pragma)
{
    static const char *const answers[] = {"full", "normal", "2", "1"};
    bool synchronous = power.lie == POWER_SYNCHRONOUS_OFF && !strcmp(pragma[1], "synchronous");
    bool journal = power.lie == POWER_JOURNAL_DELETE && !strcmp(pragma[1], "journal_mode");
    if (power.lying || (!synchronous && !journal))
        return SQLITE_NOTFOUND;
    const char *answer = journal ? "truncate" : "2";
    for (size_t i = 0; synchronous && pragma[2] && i < 4; i++) {
        if (sqlite3_stricmp(pragma[2], answers[i]) == 0)
            answer = i % 2 == 0 ? "2" : "1";
    }
    pragma[0] = sqlite3_mprintf("%s", answer);
    return SQLITE_OK;
}

static int power_control(sqlite3_file *f, int op, void *arg)
{
    if (op == SQLITE_FCNTL_PRAGMA && lie_about_pragma(arg) == SQLITE_OK)
        return SQLITE_OK;
    return real_file(f)->pMethods->xFileControl(real_file(f), op, arg);
}

static int power_sector_size(sqlite3_file *f)
{
    return real_file(f)->pMethods->xSectorSize(real_file(f));
}

static int power_characteristics(sqlite3_file *f)
{
    return real_file(f)->pMethods->xDeviceCharacteristics(real_file(f));
}

static const sqlite3_io_methods power_methods = {
    .iVersion = 1,
    .xClose = power_close,
    .xRead = power_read,
    .xWrite = power_write,
    .xTruncate = power_truncate,
    .xSync = power_sync,
    .xFileSize = power_size,
    .xLock = power_lock,
    .xUnlock = power_unlock,
    .xCheckReservedLock = power_check_lock,
    .xFileControl = power_control,
    .xSectorSize = power_sector_size,
    .xDeviceCharacteristics = power_characteristics,
};

/* ---- the file system ---- */

static int power_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out)
{
    struct power_file *p = (struct power_file *)f;
    const int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    int exists = 0;
    (void)vfs;
    p->base.pMethods = NULL;
    if (strikes(false))
        return SQLITE_CANTOPEN;
    if (path)
        power.real->xAccess(power.real, path, SQLITE_ACCESS_EXISTS, &exists);
    int rc = power.real->xOpen(power.real, path, real_file(f), flags, out);
    if (real_file(f)->pMethods)
        p->base.pMethods = &power_methods;
    if (rc == SQLITE_OK) {
        p->inode = log_open(path, exists);
        p->sync_dir = (flags & SQLITE_OPEN_CREATE) && (flags & journals);
    }
    return rc;
}

static int power_delete(sqlite3_vfs *vfs, const char *path, int sync_dir)
{
    (void)vfs;
    if (strikes(false))
        return SQLITE_IOERR_DELETE;
    int rc = power.real->xDelete(power.real, path, sync_dir);
    if (rc == SQLITE_OK)
        log_delete(path, sync_dir && power.lie != POWER_NO_SYNC);
    return rc;
}

static int power_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    (void)vfs;
    if (strikes(false))
        return SQLITE_IOERR_ACCESS;
    return power.real->xAccess(power.real, path, flags, out);
}

/* Every new connection begins with what the lie wants; what it sets later is answered by us. */
static int lie_to_connection(sqlite3 *db, char **msg, const struct sqlite3_api_routines *api)
{
    (void)msg;
    (void)api;
    power.lying = true;
    sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
    power.lying = false;
    return SQLITE_OK;
}

void power_start(enum power_lie lie)
{
    power_stop();
    power.real = sqlite3_vfs_find(NULL);
    power.vfs = *power.real;
    power.vfs.zName = POWER_VFS;
    power.vfs.szOsFile = (int)sizeof(struct power_file) + power.real->szOsFile;
    power.vfs.xOpen = power_open;
    power.vfs.xDelete = power_delete;
    power.vfs.xAccess = power_access;
    power.lie = lie;
    power_heal();
    if (sqlite3_vfs_register(&power.vfs, 0) != SQLITE_OK)
        BUG("the VFS cannot be registered");
    if (lie == POWER_SYNCHRONOUS_OFF)
        sqlite3_auto_extension((void (*)(void))lie_to_connection);
}

void power_stop(void)
{
    if (power.real) {
        sqlite3_cancel_auto_extension((void (*)(void))lie_to_connection);
        sqlite3_vfs_unregister(&power.vfs);
    }
    power.real = NULL;
    log_clear();
}
