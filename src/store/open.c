/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening and closing. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/inner.h"

enum { HEAP_BYTES = 64 * 1024 * 1024 };

static char *path_in(const char *dir, const char *name)
{
    struct buf b = BUF_INIT(PATH_MAX_BYTES);
    (void)buf_printf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

static bool cache_version_moved(struct store *s)
{
    if (!s->cache)
        return false;
    int64_t seen = s->cache_version;
    s->cache_version = db_data_version(s->cache);
    return s->cache_version != seen;
}

bool store_changed(struct store *s)
{
    enum disk before = s->disk;
    bool changed = cache_follow(s);
    changed = cache_version_moved(s) || changed;
    changed = journal_follow(s) || changed;
    s->disk = store_disk(s);
    return changed || s->disk != before;
}

/* A directory that cannot be made or opened is the journal's trouble: only the SYNC stops for it.
 */
static int open_gate(struct store *s, struct err *err)
{
    bool made = mkdir(s->dir, 0700) == 0 || errno == EEXIST;
    s->gate = made ? open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (s->gate >= 0 || s->role == STORE_KIOSK)
        return 0;
    return err_set(
        err, ERR_IO, "cannot %s %s (%s)", made ? "open" : "make", s->dir, strerrordesc_np(errno));
}

int store_open(struct store **out, const char *dir, const char *share, enum store_role role,
    const char *vfs, struct err *err)
{
    *out = NULL;
    (void)sqlite3_hard_heap_limit64(HEAP_BYTES);
    struct store *s = mem_alloc(sizeof(*s));
    s->role = role;
    s->dir = mem_strdup(dir);
    s->share = mem_strdup(share);
    s->vfs = vfs ? mem_strdup(vfs) : NULL;
    s->cache_path = path_in(dir, "cache.db");
    s->journal_path = path_in(dir, "journal.db");
    if (open_gate(s, err) < 0 || journal_open(s, err) < 0 || cache_open(s, err) < 0) {
        store_close(s);
        return -1;
    }
    s->disk = store_disk(s);
    *out = s;
    return 0;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    cache_close(s);
    journal_close(s);
    lexicon_free(s->lex);
    arena_release(&s->scratch);
    free(s->found.memory);
    arena_release(&s->found.counts_mem);
    if (s->gate >= 0)
        close(s->gate);
    free(s->dir);
    free(s->share);
    free(s->vfs);
    free(s->cache_path);
    free(s->journal_path);
    free(s);
}
