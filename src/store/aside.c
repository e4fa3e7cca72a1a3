/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/aside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum { NAMES_MAX = 64, NAME_BYTES = 48, SAME_SECOND = 20 };
#define QUARANTINE "quarantine"
#define ROLLBACK "-journal"

/* An open data directory with the place in its quarantine. */
struct aside {
    int dir, place;
    const char *name;
    char rollback[NAME_BYTES];
};

static int fail(const char *name, struct err *err)
{
    return err_set(err, ERR_IO, "cannot set %s aside (%s)", name, strerrordesc_np(errno));
}

static int open_dir(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Makes a directory that is named after the moment; a second one of the same second gets a number.
 */
static int make_place(int quarantine)
{
    char when[32];
    char name[NAME_BYTES];
    instant_format(clock_now(), when);
    for (int i = 0; i < SAME_SECOND; i++) {
        struct buf b = BUF_INIT(NAME_BYTES - 1);
        (void)buf_printf(&b, i ? "%s-%02d" : "%s", when, i);
        (void)str_copy(name, sizeof(name), b.p);
        buf_release(&b);
        if (mkdirat(quarantine, name, 0700) == 0)
            return open_dir(quarantine, name);
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

static int start(struct aside *a, const char *dir, const char *name, struct err *err)
{
    *a = (struct aside){.dir = open_dir(AT_FDCWD, dir), .place = -1, .name = name};
    (void)str_copy(a->rollback, sizeof(a->rollback), name);
    (void)str_copy(a->rollback + strlen(name), sizeof(a->rollback) - strlen(name), ROLLBACK);
    if (a->dir < 0)
        return fail(name, err);
    (void)mkdirat(a->dir, QUARANTINE, 0700);
    int quarantine = open_dir(a->dir, QUARANTINE);
    a->place = quarantine < 0 ? -1 : make_place(quarantine);
    int code = errno;
    if (quarantine >= 0)
        close(quarantine);
    errno = code;
    return a->place < 0 ? fail(name, err) : 0;
}

static void finish(struct aside *a)
{
    if (a->dir >= 0)
        (void)fsync(a->dir);
    if (a->dir >= 0)
        close(a->dir);
    if (a->place >= 0)
        close(a->place);
}

/* The rollback journal goes first: left behind, it would be played back into the next file. */
static int move_rollback(const struct aside *a, struct err *err)
{
    if (renameat(a->dir, a->rollback, a->place, a->rollback) == 0 || errno == ENOENT)
        return 0;
    return fail(a->rollback, err);
}

static int move_file(const struct aside *a, struct err *err)
{
    if (renameat(a->dir, a->name, a->place, a->name) == 0 || errno == ENOENT)
        return 0;
    return fail(a->name, err);
}

static int replace_file(const struct aside *a, const char *fresh, struct err *err)
{
    if (linkat(a->dir, a->name, a->place, a->name, 0) < 0 && errno != ENOENT)
        return fail(a->name, err);
    if (fsync(a->place) < 0 || move_rollback(a, err) < 0 ||
        renameat(a->dir, fresh, a->dir, a->name) < 0)
        return fail(a->name, err);
    return 0;
}

/* ---- keeping few ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void remove_place(int quarantine, const char *place)
{
    int fd = open_dir(quarantine, place);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d)
        return;
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        (void)unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    (void)unlinkat(quarantine, place, AT_REMOVEDIR);
}

/* The places that hold the named file (NULL: any), oldest first. */
static int list_places(int quarantine, const char *file, char names[][NAME_BYTES])
{
    int count = 0;
    int again = open_dir(quarantine, ".");
    DIR *d = again < 0 ? NULL : fdopendir(again);
    if (!d)
        return 0;
    for (struct dirent *e = readdir(d); e && count < NAMES_MAX; e = readdir(d)) {
        struct buf path = BUF_INIT(2 * NAME_BYTES);
        (void)buf_printf(&path, "%s/%s", e->d_name, file ? file : "");
        bool counts = e->d_name[0] != '.' && !path.overflow && strlen(e->d_name) < NAME_BYTES &&
                      faccessat(quarantine, path.p, F_OK, 0) == 0;
        if (counts)
            (void)str_copy(names[count++], NAME_BYTES, e->d_name);
        buf_release(&path);
    }
    closedir(d);
    qsort(names, (size_t)count, NAME_BYTES, by_name);
    return count;
}

static void keep(int dir, const char *file, int most)
{
    char names[NAMES_MAX][NAME_BYTES];
    int quarantine = open_dir(dir, QUARANTINE);
    if (quarantine < 0)
        return;
    int count = list_places(quarantine, file, names);
    for (int i = 0; i < count - most; i++)
        remove_place(quarantine, names[i]);
    close(quarantine);
}

int aside_move(const char *dir, const char *name, struct err *err)
{
    struct aside a;
    int rc = start(&a, dir, name, err);
    if (rc == 0)
        rc = move_rollback(&a, err);
    if (rc == 0)
        rc = move_file(&a, err);
    if (rc == 0)
        keep(a.dir, name, ASIDE_KEPT);
    finish(&a);
    return rc;
}

int aside_replace(const char *dir, const char *name, const char *fresh, struct err *err)
{
    struct aside a;
    int rc = start(&a, dir, name, err);
    if (rc == 0)
        rc = replace_file(&a, fresh, err);
    if (rc == 0)
        keep(a.dir, name, ASIDE_KEPT);
    finish(&a);
    return rc;
}

void aside_empty(const char *dir)
{
    int fd = open_dir(AT_FDCWD, dir);
    if (fd < 0)
        return;
    keep(fd, NULL, 0);
    (void)unlinkat(fd, QUARANTINE, AT_REMOVEDIR);
    close(fd);
}
