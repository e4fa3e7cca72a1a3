/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening and closing, and the cache file's comings and goings. */
#include "store/inner.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { PATH_BYTES = 4096, HEAP_BYTES = 64 * 1024 * 1024 };

static char *path_in(const char *dir, const char *name)
{
    struct buf b = BUF_INIT(PATH_BYTES);
    (void)buf_printf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

static bool mark_file(const char *path, struct file_mark *mark)
{
    struct stat st;
    *mark = (struct file_mark){0};
    if (stat(path, &st) < 0)
        return false;
    *mark = (struct file_mark){st.st_dev, st.st_ino, st.st_size, st.st_mtim};
    return true;
}

static bool same_file(const struct file_mark *a, const struct file_mark *b)
{
    return a->dev == b->dev && a->ino == b->ino;
}

static bool unchanged(const struct file_mark *a, const struct file_mark *b)
{
    return same_file(a, b) && a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

/* ---- setting a damaged cache aside ---- */

/* Only the last one is kept: it is large, and only good for finding out why. */
static void empty_quarantine(const char *dir)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        if (strstr(e->d_name, "cache.db"))
            (void)unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

static int move_away(
    const char *from, const char *dir, const char *when, const char *suffix, struct err *err)
{
    struct buf old = BUF_INIT(PATH_BYTES);
    struct buf new = BUF_INIT(PATH_BYTES);
    (void)buf_printf(&old, "%s%s", from, suffix);
    (void)buf_printf(&new, "%s/%s-cache.db%s", dir, when, suffix);
    int rc = rename(old.p, new.p);
    if (rc < 0 && errno != ENOENT)
        rc = err_set(err, ERR_IO, "cannot set %s aside (%s)", old.p, strerrordesc_np(errno));
    else
        rc = 0;
    buf_release(&old);
    buf_release(&new);
    return rc;
}

static int set_aside(struct store *s, struct err *err)
{
    char when[32];
    char *dir = path_in(s->dir, "quarantine");
    instant_format(clock_now(), when);
    (void)mkdir(dir, 0700);
    empty_quarantine(dir);
    int rc = move_away(s->cache_path, dir, when, "-journal", err);
    if (rc == 0)
        rc = move_away(s->cache_path, dir, when, "", err);
    free(dir);
    return rc;
}

static void remove_cache(struct store *s)
{
    struct buf journal = BUF_INIT(PATH_BYTES);
    (void)buf_printf(&journal, "%s-journal", s->cache_path);
    (void)unlink(journal.p);
    (void)unlink(s->cache_path);
    buf_release(&journal);
}

/* ---- the cache ---- */

static int try_cache(struct store *s, struct err *err)
{
    struct buf sql = BUF_INIT(32 * 1024);
    struct migration schema = cache_schema(&sql);
    enum db_kind kind = s->role == STORE_SYNC ? DB_REPLACEABLE : DB_READ_ONLY;
    bool there = mark_file(s->cache_path, &s->mark);
    int rc = db_open(&s->cache, s->cache_path, kind, CACHE_ID, &schema, 1, s->vfs, err);
    buf_release(&sql);
    if (!there)
        (void)mark_file(s->cache_path, &s->mark);
    /* A page of the feed stays in memory until it is whole, so that readers go on; they need
     * little. */
    if (rc == 0)
        rc = db_exec(s->cache,
            kind == DB_READ_ONLY ? "PRAGMA cache_size=-1000" : "PRAGMA cache_size=-16000", err);
    if (rc == 0)
        s->cache_version = db_data_version(s->cache);
    return rc;
}

/* A KIOSK reads what it cannot open as empty; a SYNC makes it anew. */
int cache_open(struct store *s, struct err *err)
{
    struct err cause = {0};
    if (try_cache(s, &cause) == 0)
        return 0;
    cache_close(s);
    if (s->role == STORE_KIOSK)
        return 0;
    if (cause.code == ERR_TOO_NEW) {
        remove_cache(s);
    } else if (cause.code == ERR_CORRUPT || cause.code == ERR_DATA) {
        if (set_aside(s, err) < 0)
            return -1;
    } else {
        return err_set(err, cause.code, "%s", cause.msg);
    }
    return try_cache(s, err);
}

void cache_close(struct store *s)
{
    catalogue_drop(s);
    db_close(s->cache);
    s->cache = NULL;
}

int cache_forget(struct store *s, struct err *err)
{
    char *quarantine = path_in(s->dir, "quarantine");
    cache_close(s);
    remove_cache(s);
    empty_quarantine(quarantine);
    free(quarantine);
    return cache_open(s, err);
}

/* Another file may stand where the cache was, or there may be one at last. */
static bool follow_cache(struct store *s)
{
    struct file_mark now;
    struct err ignored = {0};
    bool there = mark_file(s->cache_path, &now);
    if (s->cache ? there && same_file(&now, &s->mark) : !there || unchanged(&now, &s->mark))
        return false;
    bool had = s->cache;
    cache_close(s);
    s->mark = now;
    return (there && cache_open(s, &ignored) == 0 && s->cache) || had;
}

static bool follow_version(struct db *db, int64_t *seen)
{
    if (!db)
        return false;
    int64_t now = db_data_version(db);
    bool changed = now != *seen;
    *seen = now;
    return changed;
}

bool store_changed(struct store *s)
{
    bool changed = follow_cache(s);
    changed = follow_version(s->cache, &s->cache_version) || changed;
    return follow_version(s->journal, &s->journal_version) || changed;
}

bool cache_read_begin(struct store *s)
{
    return s->cache && db_exec(s->cache, "BEGIN", NULL) == 0;
}

int cache_read_end(struct store *s, int rc, struct rowset *rs, struct err *err)
{
    db_rollback(s->cache);
    arena_clear(&s->scratch);
    if (rc == 0 || !err || err->code != ERR_CORRUPT)
        return rc;
    cache_close(s);
    if (s->role != STORE_KIOSK)
        return rc;
    if (rs)
        rowset_start(rs, 1);
    err_clear(err);
    return 0;
}

/* ---- the store ---- */

static int open_files(struct store *s, struct err *err)
{
    char *journal = path_in(s->dir, "journal.db");
    int rc = db_open(&s->journal, journal, DB_PRECIOUS, JOURNAL_ID, journal_migrations,
        journal_migration_count, s->vfs, err);
    free(journal);
    if (rc < 0 || journal_check_epoch(s, err) < 0)
        return -1;
    s->journal_version = db_data_version(s->journal);
    return cache_open(s, err);
}

int store_open(struct store **out, const char *dir, const char *share, enum store_role role,
    const char *vfs, struct err *err)
{
    *out = NULL;
    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "cannot make %s (%s)", dir, strerrordesc_np(errno));
    (void)sqlite3_hard_heap_limit64(HEAP_BYTES);
    struct store *s = mem_alloc(sizeof(*s));
    s->role = role;
    s->dir = mem_strdup(dir);
    s->share = mem_strdup(share);
    s->vfs = vfs ? mem_strdup(vfs) : NULL;
    s->cache_path = path_in(dir, "cache.db");
    if (open_files(s, err) < 0) {
        store_close(s);
        return -1;
    }
    *out = s;
    return 0;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    cache_close(s);
    db_close(s->journal);
    lexicon_free(s->lex);
    arena_release(&s->scratch);
    free(s->found.memory);
    arena_release(&s->found.counts_mem);
    free(s->dir);
    free(s->share);
    free(s->vfs);
    free(s->cache_path);
    free(s);
}
