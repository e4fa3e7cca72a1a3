/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/disk_tree.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static struct disk_tree *reading; /* nftw() hands nothing through */

static void fail(const char *path, const char *why)
{
    printf("%s: %s\n0 passed, 1 failed\n", path, why);
    exit(1);
}

static int read_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    struct err err = {0};
    struct disk_tree *d = reading;
    (void)where;
    if (kind != FTW_F || !S_ISREG(st->st_mode))
        return 0;
    if (d->count == DISK_TREE_FILES)
        fail(path, "too many files");
    snprintf(d->file[d->count].path, sizeof(d->file[0].path), "%s", path);
    buf_init(&d->file[d->count].bytes, 64 << 20);
    if (buf_read_file(&d->file[d->count++].bytes, path, &err) < 0)
        fail(path, err.msg);
    return 0;
}

void disk_tree_read(struct disk_tree *d, const char *dir)
{
    disk_tree_forget(d);
    reading = d;
    if (nftw(dir, read_one, 8, FTW_PHYS) != 0)
        fail(dir, "cannot be read");
}

void disk_tree_forget(struct disk_tree *d)
{
    while (d->count > 0)
        buf_release(&d->file[--d->count].bytes);
}
