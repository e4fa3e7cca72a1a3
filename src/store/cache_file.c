/* SPDX-License-Identifier: EUPL-1.2 */
/* The cache file's comings and goings. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/aside.h"
#include "store/inner.h"
#include "store/salvage.h"

#define CACHE_NAME "cache.db"
#define CHECK_EVERY (60 * 60 * INT64_C(1000))

bool file_mark_take(const char *path, struct file_mark *mark)
{
    struct stat st;
    *mark = (struct file_mark){0};
    if (stat(path, &st) < 0)
        return false;
    *mark = (struct file_mark){st.st_dev, st.st_ino, st.st_size, st.st_mtim};
    return true;
}

bool file_mark_same(const struct file_mark *a, const struct file_mark *b)
{
    return a->dev == b->dev && a->ino == b->ino;
}

static bool unchanged(const struct file_mark *a, const struct file_mark *b)
{
    return file_mark_same(a, b) && a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

/* ---- the cache ---- */

static int try_cache(struct store *s, struct err *err)
{
    struct buf sql = BUF_INIT(32 * 1024);
    struct migration schema = cache_schema(&sql);
    enum db_kind kind = s->role == STORE_SYNC ? DB_REPLACEABLE : DB_READ_ONLY;
    bool there = file_mark_take(s->cache_path, &s->mark);
    int rc = db_open(&s->cache, s->cache_path, kind, CACHE_ID, &schema, 1, s->vfs, err);
    buf_release(&sql);
    if (!there)
        (void)file_mark_take(s->cache_path, &s->mark);
    /* A page of the feed stays in memory until it is whole, so that readers go on; they need
     * little. */
    if (rc == 0)
        rc = db_exec(s->cache,
            kind == DB_READ_ONLY ? "PRAGMA cache_size=-1000" : "PRAGMA cache_size=-16000", err);
    if (rc == 0)
        s->cache_version = db_data_version(s->cache);
    return rc;
}

static bool is_damage(enum err_code code)
{
    return code == ERR_CORRUPT || code == ERR_DATA || code == ERR_TOO_NEW;
}

static int add_rebuilt(struct store *s, void *unused, struct err *err)
{
    (void)unused;
    return stmt_run(db_stmt(s->journal, "INSERT INTO meta(name, text) VALUES('" CACHE_REBUILT
                                        "', '1') ON CONFLICT(name) DO UPDATE SET text = "
                                        "CAST(CAST(text AS INTEGER) + 1 AS TEXT)"),
        err);
}

/* A cache of another version is no damage; and a count is no reason to stop. */
static void count_rebuilt(struct store *s, enum err_code because)
{
    struct err why = {0};
    if (because != ERR_TOO_NEW && journal_write(s, add_rebuilt, NULL, &why) < 0)
        err_clear(&why);
}

/* A KIOSK reads what it cannot open as empty; a SYNC makes it anew. */
int cache_open(struct store *s, struct err *err)
{
    struct err cause = {0};
    int rc = try_cache(s, &cause);
    s->cache_bad = rc < 0 && is_damage(cause.code);
    s->cache_checked = clock_monotonic();
    if (rc == 0)
        return 0;
    cache_close(s);
    if (s->role == STORE_KIOSK)
        return 0;
    if (!s->cache_bad)
        return err_set(err, cause.code, "%s", cause.msg);
    if (aside_move(s->dir, CACHE_NAME, err) < 0)
        return -1;
    s->cache_bad = false;
    if (try_cache(s, err) < 0)
        return -1;
    count_rebuilt(s, cause.code);
    return 0;
}

void cache_close(struct store *s)
{
    catalogue_drop(s);
    careers_drop(&s->careers);
    db_close(s->cache);
    db_close(s->hurt);
    s->cache = s->hurt = NULL;
    s->skips_hurt = false;
}

static void remove_cache(struct store *s)
{
    struct buf rollback = BUF_INIT(PATH_MAX_BYTES);
    (void)buf_printf(&rollback, "%s-journal", s->cache_path);
    (void)unlink(rollback.p);
    (void)unlink(s->cache_path);
    buf_release(&rollback);
}

int cache_forget(struct store *s, struct err *err)
{
    cache_close(s);
    remove_cache(s);
    return cache_open(s, err);
}

int cache_check(struct store *s, struct err *err)
{
    struct err why = {0};
    int64_t now = clock_monotonic();
    if (!s->cache || now - s->cache_checked < CHECK_EVERY)
        return 0;
    s->cache_checked = now;
    if (db_check(s->cache, &why) == 0)
        return 0;
    if (why.code != ERR_CORRUPT)
        return err_set(err, why.code, "%s", why.msg);
    cache_close(s);
    return cache_open(s, err);
}

static void take_back(struct store *s)
{
    if (!s->cache && !s->skips_hurt) {
        s->cache = s->hurt;
        s->hurt = NULL;
    }
    s->skips_hurt = false;
}

/* Another file may stand where the cache was, or there may be one at last. */
bool cache_follow(struct store *s)
{
    struct file_mark now;
    struct err ignored = {0};
    bool there = file_mark_take(s->cache_path, &now);
    s->skips_hurt = false;
    take_back(s);
    if (s->cache ? there && file_mark_same(&now, &s->mark) : !there || unchanged(&now, &s->mark))
        return false;
    bool had = s->cache || s->cache_bad;
    cache_close(s);
    s->mark = now;
    s->cache_bad = false;
    return (there && cache_open(s, &ignored) == 0 && s->cache) || had;
}

bool cache_read_begin(struct store *s)
{
    take_back(s);
    return s->cache && db_exec(s->cache, "BEGIN", NULL) == 0;
}

int cache_read_end(struct store *s, int rc, struct rowset *rs, struct err *err)
{
    db_rollback(s->cache);
    arena_clear(&s->scratch);
    if (rc == 0 || !err || err->code != ERR_CORRUPT)
        return rc;
    if (s->role != STORE_KIOSK) {
        cache_close(s);
        return rc;
    }
    catalogue_drop(s);
    careers_drop(&s->careers);
    s->hurt = s->cache;
    s->cache = NULL;
    s->cache_bad = true;
    if (rs)
        rowset_start(rs, 1);
    err_clear(err);
    return 0;
}
