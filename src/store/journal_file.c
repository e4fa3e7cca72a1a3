/* SPDX-License-Identifier: EUPL-1.2 */
/* The journal's file: its opening, its writing, and what becomes of a damaged one.
 *
 * Whoever writes holds the data directory's lock shared; whoever puts another file in the journal's
 * place holds it alone. So nobody ever writes into a file that has been set aside. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/aside.h"
#include "store/inner.h"
#include "store/reserve.h"
#include "store/salvage.h"

enum { LOCK_MS = 5000, TRIES = 3 };
#define JOURNAL_NAME "journal.db"
#define FRESH_NAME "journal.new"
#define FRESH_ROLLBACK FRESH_NAME "-journal"

/* ---- the lock ---- */

static int lock(struct store *s, int how, struct err *err)
{
    int64_t deadline = clock_monotonic() + LOCK_MS;
    while (flock(s->gate, how | LOCK_NB) < 0) {
        if (clock_monotonic() >= deadline || errno != EWOULDBLOCK)
            return err_set(err, ERR_BUSY, "%s is in use by another program", s->journal_path);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return 0;
}

static void unlock(struct store *s)
{
    (void)flock(s->gate, LOCK_UN);
}

/* ---- opening ---- */

static void close_journal(struct store *s)
{
    db_close(s->journal);
    s->journal = NULL;
}

/* The reserve says that there was a journal: an empty or missing one is damage, no beginning. */
static int check_presence(struct store *s, struct err *err)
{
    struct file_mark now;
    bool there = file_mark_take(s->journal_path, &now) && now.size > 0;
    if (there || !reserve_there(s->gate))
        return 0;
    return err_set(err, ERR_CORRUPT, "%s is gone or empty", s->journal_path);
}

static int try_open(struct store *s, struct err *err)
{
    if (check_presence(s, err) < 0)
        return -1;
    int rc = db_open(&s->journal, s->journal_path, DB_PRECIOUS, JOURNAL_ID, journal_migrations,
        journal_migration_count, s->vfs, err);
    (void)file_mark_take(s->journal_path, &s->journal_mark);
    if (rc == 0 && journal_check_epoch(s, err) == 0) {
        s->journal_version = db_data_version(s->journal);
        (void)reserve_make(s->gate);
        return 0;
    }
    close_journal(s);
    return -1;
}

static bool is_damage(const struct err *err)
{
    return err->code == ERR_CORRUPT || err->code == ERR_DATA;
}

/* ---- saving ---- */

static void remove_fresh(struct store *s)
{
    (void)unlinkat(s->gate, FRESH_NAME, 0);
    (void)unlinkat(s->gate, FRESH_ROLLBACK, 0);
}

static int fill_fresh(struct store *s, struct db *fresh, struct err *err)
{
    int fd = openat(s->gate, JOURNAL_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno != ENOENT && errno != ELOOP)
        return err_set(err, ERR_IO, "cannot read %s (%s)", s->journal_path, strerrordesc_np(errno));
    int rc = salvage_journal(fd, fresh, err);
    if (fd >= 0)
        close(fd);
    return rc;
}

static int make_fresh(struct store *s, struct err *err)
{
    struct buf path = BUF_INIT(PATH_MAX_BYTES);
    struct db *fresh;
    remove_fresh(s);
    (void)buf_printf(&path, "%s/" FRESH_NAME, s->dir);
    int rc = db_open(&fresh, path.p, DB_PRECIOUS, JOURNAL_ID, journal_migrations,
        journal_migration_count, s->vfs, err);
    buf_release(&path);
    if (rc < 0)
        return -1;
    rc = fill_fresh(s, fresh, err);
    db_close(fresh);
    return rc;
}

static int save(struct store *s, struct err *err)
{
    struct err why = {0};
    int rc = make_fresh(s, &why);
    if (rc < 0 && why.code == ERR_FULL && reserve_free(s->gate)) {
        err_clear(&why);
        rc = make_fresh(s, &why);
    }
    if (rc == 0)
        rc = aside_replace(s->dir, JOURNAL_NAME, FRESH_NAME, &why);
    remove_fresh(s);
    return rc < 0 ? err_set(err, why.code, "%s", why.msg) : 0;
}

/* Another program may have been quicker, and a disk's mood passes: only who still finds it damaged
 * once nobody writes sets it aside. */
static int save_and_open(struct store *s, struct err *err)
{
    struct err why = {0};
    if (lock(s, LOCK_EX, err) < 0)
        return -1;
    int rc = try_open(s, &why);
    if (rc < 0 && is_damage(&why)) {
        err_clear(&why);
        rc = save(s, &why) < 0 ? -1 : try_open(s, &why);
    }
    unlock(s);
    return rc < 0 ? err_set(err, why.code, "%s", why.msg) : 0;
}

int journal_open(struct store *s, struct err *err)
{
    struct err why = {0};
    err_clear(&s->journal_away);
    int rc = s->gate < 0 ? err_set(&why, ERR_NOT_FOUND, "%s cannot be opened", s->dir)
                         : try_open(s, &why);
    if (rc < 0 && is_damage(&why)) {
        err_clear(&why);
        rc = save_and_open(s, &why);
    }
    if (rc == 0)
        return 0;
    s->journal_away = why;
    s->journal = db_open_nothing(journal_migrations, journal_migration_count);
    s->journal_version = 0;
    return s->role == STORE_KIOSK ? 0 : err_set(err, why.code, "%s", why.msg);
}

void journal_close(struct store *s)
{
    close_journal(s);
}

static bool is_in_place(struct store *s)
{
    struct file_mark now;
    return file_mark_take(s->journal_path, &now) && file_mark_same(&now, &s->journal_mark);
}

static int reopen(struct store *s, struct err *err)
{
    close_journal(s);
    if (s->gate >= 0) /* the directory may be another one by now */
        close(s->gate);
    s->gate = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (journal_open(s, err) < 0)
        return -1;
    if (s->journal_away.code)
        return err_set(err, s->journal_away.code, "%s", s->journal_away.msg);
    return 0;
}

/* A disk that could only be read when the file was opened, and can be written now. */
static bool can_be_written_again(struct store *s)
{
    return db_unwritable(s->journal) && access(s->dir, W_OK) == 0 &&
           access(s->journal_path, W_OK) == 0;
}

bool journal_follow(struct store *s)
{
    struct err ignored = {0};
    enum err_code before = s->journal_away.code;
    if (!before && is_in_place(s) && !db_damaged(s->journal) && !can_be_written_again(s)) {
        int64_t seen = s->journal_version;
        s->journal_version = db_data_version(s->journal);
        return s->journal_version != seen;
    }
    (void)reopen(s, &ignored);
    return !s->journal_away.code || s->journal_away.code != before;
}

/* ---- writing ---- */

/* Begins a transaction in the file that is the journal now. */
static int enter(struct store *s, struct err *err)
{
    if (s->journal_away.code)
        return err_set(err, s->journal_away.code, "%s", s->journal_away.msg);
    for (int i = 0; i < TRIES; i++) {
        if (lock(s, LOCK_SH, err) < 0)
            return -1;
        if (is_in_place(s) && !db_damaged(s->journal)) {
            if (db_begin(s->journal, err) == 0)
                return 0;
            unlock(s);
            return -1;
        }
        unlock(s);
        if (reopen(s, err) < 0)
            return -1;
    }
    return err_set(err, ERR_BUSY, "%s is in use by another program", s->journal_path);
}

static int leave(struct store *s, int rc, struct err *err)
{
    if (rc == 0 && db_commit(s->journal, err) < 0)
        rc = -1;
    if (rc < 0)
        db_rollback(s->journal);
    unlock(s);
    return rc;
}

static int write_once(struct store *s, journal_work *work, void *context, struct err *err)
{
    if (enter(s, err) < 0)
        return -1;
    return leave(s, work(s, context, err), err);
}

/* Whether what stood in the way is gone. */
static bool make_way(struct store *s, const struct err *why)
{
    struct err ignored = {0};
    if (why->code == ERR_FULL)
        return reserve_free(s->gate);
    return !s->journal_away.code && db_damaged(s->journal) && reopen(s, &ignored) == 0;
}

int journal_write(struct store *s, journal_work *work, void *context, struct err *err)
{
    struct err why = {0};
    int rc = write_once(s, work, context, &why);
    if (rc < 0 && make_way(s, &why)) {
        err_clear(&why);
        rc = write_once(s, work, context, &why);
    }
    s->full = rc < 0 && why.code == ERR_FULL;
    if (rc < 0)
        return err_set(err, why.code, "%s", why.msg);
    (void)reserve_make(s->gate);
    return 0;
}

int journal_begin(struct store *s, struct err *err)
{
    return enter(s, err);
}

int journal_commit(struct store *s, struct err *err)
{
    struct err why = {0};
    int rc = leave(s, 0, &why);
    if (rc < 0 && why.code == ERR_FULL) /* for the next time */
        (void)reserve_free(s->gate);
    return rc < 0 ? err_set(err, why.code, "%s", why.msg) : 0;
}
