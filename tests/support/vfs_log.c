/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/vfs_log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "support/rng.h"
#include "support/vfs_power.h"

#define OPS_MAX 65536
#define INODES_MAX 4096
#define NAMES_MAX 16
#define SECTOR 512
#define TEMPORARY (-1)

enum op_kind { OP_LINK, OP_UNLINK, OP_WRITE, OP_TRUNCATE, OP_SYNC };

struct op {
    enum op_kind kind;
    int name;       /* LINK, UNLINK */
    int inode;      /* all but UNLINK */
    bool directory; /* SYNC, UNLINK: the directory is synced as well */
    int64_t at;     /* WRITE: where; TRUNCATE: the size */
    size_t len;
    unsigned char *data;
};

static struct {
    struct op ops[OPS_MAX];
    int count;
    char *names[NAMES_MAX];
    int linked[NAMES_MAX]; /* inode that the name has now, or TEMPORARY */
    int name_count, inodes;
} files;

/* ---- writing the log ---- */

static struct op *add(enum op_kind kind, int inode)
{
    if (files.count == OPS_MAX)
        BUG("more than %d operations", OPS_MAX);
    struct op *op = &files.ops[files.count++];
    *op = (struct op){.kind = kind, .inode = inode};
    return op;
}

static int name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (int i = 0; i < files.name_count; i++) {
        if (strcmp(files.names[i], name) == 0)
            return i;
    }
    if (files.name_count == NAMES_MAX)
        BUG("more than %d files", NAMES_MAX);
    files.linked[files.name_count] = TEMPORARY;
    files.names[files.name_count] = mem_strdup(name);
    return files.name_count++;
}

int log_open(const char *path, bool exists)
{
    if (!path)
        return TEMPORARY;
    int name = name_of(path);
    if (exists && files.linked[name] != TEMPORARY)
        return files.linked[name];
    if (files.inodes == INODES_MAX)
        BUG("more than %d files were created", INODES_MAX);
    files.linked[name] = files.inodes++;
    add(OP_LINK, files.linked[name])->name = name;
    return files.linked[name];
}

void log_delete(const char *path, bool synced)
{
    struct op *op = add(OP_UNLINK, TEMPORARY);
    op->name = name_of(path);
    op->directory = synced;
    files.linked[op->name] = TEMPORARY;
}

void log_write(int inode, const void *data, size_t len, int64_t at)
{
    if (inode == TEMPORARY)
        return;
    struct op *op = add(OP_WRITE, inode);
    op->at = at;
    op->len = len;
    op->data = mem_alloc(len);
    memcpy(op->data, data, len);
}

void log_truncate(int inode, int64_t size)
{
    if (inode != TEMPORARY)
        add(OP_TRUNCATE, inode)->at = size;
}

void log_sync(int inode, bool directory)
{
    if (inode != TEMPORARY)
        add(OP_SYNC, inode)->directory = directory;
}

void log_clear(void)
{
    for (int i = 0; i < files.count; i++)
        free(files.ops[i].data);
    for (int i = 0; i < files.name_count; i++)
        free(files.names[i]);
    files.count = files.name_count = files.inodes = 0;
}

int power_operations(void)
{
    return files.count;
}

static void adopt_file(const char *dir, const char *name)
{
    char path[LIM_ERR];
    struct buf b = BUF_INIT(64 * 1024 * 1024);
    struct err err = {0};
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (buf_read_file(&b, path, &err) < 0)
        BUG("%s", err.msg);
    int inode = log_open(path, false);
    log_write(inode, b.p, b.len, 0);
    log_sync(inode, true);
    buf_release(&b);
}

void power_adopt(const char *dir)
{
    DIR *d = opendir(dir);
    if (!d)
        BUG("%s cannot be read", dir);
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_type == DT_REG)
            adopt_file(dir, e->d_name);
    closedir(d);
}

/* ---- making a disk from it ---- */

struct content {
    unsigned char *bytes;
    size_t size, room;
};

struct disk {
    struct content *inode;
    int linked[NAMES_MAX]; /* inode of the name, or TEMPORARY when the name is not there */
};

static void resize(struct content *c, size_t size)
{
    if (size > c->room) {
        c->room = size * 2;
        c->bytes = mem_realloc(c->bytes, c->room);
    }
    if (size > c->size)
        memset(c->bytes + c->size, 0, size - c->size);
    c->size = size;
}

static void put(struct content *c, const struct op *op, size_t from, size_t len)
{
    if (c->size < (size_t)op->at + from + len)
        resize(c, (size_t)op->at + from + len);
    memcpy(c->bytes + op->at + from, op->data + from, len);
}

static void apply(struct disk *d, const struct op *op)
{
    switch (op->kind) {
    case OP_LINK:
        d->linked[op->name] = op->inode;
        break;
    case OP_UNLINK:
        d->linked[op->name] = TEMPORARY;
        break;
    case OP_WRITE:
        put(&d->inode[op->inode], op, 0, op->len);
        break;
    case OP_TRUNCATE:
        resize(&d->inode[op->inode], (size_t)op->at);
        break;
    case OP_SYNC:
        break;
    }
}

/* A write that was under way: each of its sectors is there, is not, or is rubbish. */
static void apply_torn(struct disk *d, const struct op *op, uint64_t *seed)
{
    struct content *c = &d->inode[op->inode];
    bool garbage = rng_below(seed, 2) == 0;
    for (size_t from = 0; from < op->len;) {
        size_t end = ((size_t)op->at + from) / SECTOR * SECTOR + SECTOR - (size_t)op->at;
        size_t len = (end < op->len ? end : op->len) - from;
        uint64_t fate = rng_below(seed, garbage ? 3 : 2);
        if (fate != 0)
            put(c, op, from, len);
        for (size_t i = 0; fate == 2 && i < len; i++)
            c->bytes[(size_t)op->at + from + i] = (unsigned char)rng_next(seed);
        from += len;
    }
}

static bool is_name(const struct op *op)
{
    return op->kind == OP_LINK || op->kind == OP_UNLINK;
}

static void apply_unsynced(struct disk *d, const struct op *op, int image, uint64_t *seed)
{
    bool names = image == 1 || image == 2, contents = image == 1 || image == 3;
    if (image < POWER_IMAGES_FIXED) {
        if (is_name(op) ? names : contents)
            apply(d, op);
        return;
    }
    uint64_t fate = rng_below(seed, 3);
    if (fate == 0)
        return;
    if (fate == 1 && op->kind == OP_WRITE)
        apply_torn(d, op, seed);
    else
        apply(d, op);
}

/* safe[i]: a later operation before `at` synced operation i. */
static void find_synced(int at, bool *safe)
{
    int *data_sync = mem_array(INODES_MAX, sizeof(*data_sync)), name_sync = 0;
    for (int i = at - 1; i >= 0; i--) {
        const struct op *op = &files.ops[i];
        if (op->directory)
            name_sync = 1;
        if (op->kind == OP_SYNC)
            data_sync[op->inode] = 1;
        safe[i] = is_name(op) ? name_sync : data_sync[op->inode];
    }
    free(data_sync);
}

static void empty_directory(const char *dir)
{
    DIR *d = opendir(dir);
    if (!d)
        BUG("%s cannot be read", dir);
    for (struct dirent *e; (e = readdir(d));)
        unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

static void write_file(const char *dir, const char *name, const struct content *c)
{
    char path[LIM_ERR];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || (c->size > 0 && write(fd, c->bytes, c->size) != (ssize_t)c->size) ||
        close(fd) < 0)
        BUG("%s cannot be written", path);
}

void power_image(int at, int image, uint64_t *seed, const char *dir)
{
    struct disk d = {.inode = mem_array(INODES_MAX, sizeof(*d.inode))};
    bool *safe = mem_array((size_t)files.count, sizeof(*safe));
    for (int i = 0; i < NAMES_MAX; i++)
        d.linked[i] = TEMPORARY;
    find_synced(at, safe);
    for (int i = 0; i < at; i++) {
        if (safe[i])
            apply(&d, &files.ops[i]);
        else
            apply_unsynced(&d, &files.ops[i], image, seed);
    }
    empty_directory(dir);
    for (int i = 0; i < files.name_count; i++) {
        if (d.linked[i] != TEMPORARY)
            write_file(dir, files.names[i], &d.inode[d.linked[i]]);
    }
    for (int i = 0; i < files.inodes; i++)
        free(d.inode[i].bytes);
    free(d.inode);
    free(safe);
}
