/* SPDX-License-Identifier: EUPL-1.2 */
/* How the files and their disk are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/inner.h"
#include "store/reserve.h"
#include "store/salvage.h"

/* Without the reserve, and with less than this, the next entry may not find its place. */
#define LITTLE (64 * 1024)

static enum disk cannot_write(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return DISK_missing;
    case EROFS:
        return DISK_read_only;
    case EACCES:
    case EPERM:
        return DISK_forbidden;
    default:
        return DISK_failing;
    }
}

static bool is_full(struct store *s)
{
    struct statvfs st;
    return s->full || (!reserve_there(s->gate) && fstatvfs(s->gate, &st) == 0 &&
                          (uint64_t)st.f_bavail * st.f_frsize < LITTLE);
}

static enum disk why_away(struct store *s)
{
    switch (s->journal_away.code) {
    case ERR_TOO_NEW:
        return DISK_newer;
    case ERR_FULL:
        return DISK_full;
    default:
        return access(s->journal_path, R_OK | W_OK) < 0 ? cannot_write(errno) : DISK_failing;
    }
}

enum disk store_disk(struct store *s)
{
    if (access(s->dir, W_OK | X_OK) < 0)
        return cannot_write(errno);
    if (s->journal_away.code)
        return why_away(s);
    if (db_unwritable(s->journal))
        return DISK_forbidden;
    return is_full(s) ? DISK_full : DISK_fine;
}

const char *store_disk_reason(struct store *s)
{
    static const char *const reasons[] = {"", "the disk is full",
        "the disk can only be read, not written", "the directory or its journal is not there",
        "the directory or its journal belongs to somebody else",
        "the journal was made by a newer acht", "the disk does not work"};
    enum disk disk = store_disk(s);
    return s->journal_away.code ? s->journal_away.msg : reasons[disk];
}

/* ---- what happened to the journal ---- */

static int64_t noted(struct store *s, const char *name, int64_t otherwise)
{
    struct stmt *q = db_stmt(s->journal, "SELECT text FROM meta WHERE name = ?");
    stmt_text(q, 1, name);
    int64_t number = stmt_step(q, NULL) > 0 ? strtoll(stmt_get_text(q, 0), NULL, 10) : otherwise;
    stmt_reset(q);
    return number;
}

void store_health(struct store *s, struct store_status *out)
{
    out->damages = noted(s, DAMAGE_TIMES, 0);
    out->saved_at = noted(s, DAMAGE_AT, NO_NUMBER);
    out->saved = noted(s, DAMAGE_SAVED, 0);
    out->lost = noted(s, DAMAGE_LOST, 0);
    out->rebuilt = noted(s, CACHE_REBUILT, 0);
    out->damaged = journal_count_damaged(s);
    out->disk = store_disk(s);
    out->cache_damaged = s->cache_bad;
}
