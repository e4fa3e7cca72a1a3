/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"

#define CHUNK ((size_t)64 * 1024)

/* The last line: how long the database is, and the digest of all that stands before this line's
 * "sha256". */
#define TAIL "%016lld bytes of database, sha256 "
enum { NUMBER = 16, BEFORE_DIGEST = 43, TAIL_LENGTH = BEFORE_DIGEST + DIGEST_HEX };
_Static_assert(sizeof(" bytes of database, sha256 ") - 1 + NUMBER == BEFORE_DIGEST, "of TAIL");

/* ---- files ---- */

static int failed(const char *does, const char *path, struct err *err)
{
    int code = errno;
    return err_set(err, code == ENOSPC || code == EDQUOT ? ERR_FULL : ERR_IO, "cannot %s %s (%s)",
        does, path, strerrordesc_np(code));
}

static int write_all(int fd, const char *path, const void *data, size_t len, struct err *err)
{
    const char *at = data;
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0)
            return failed("write", path, err);
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Fewer bytes only at the end of the file. */
static ssize_t read_all(int fd, const char *path, void *data, size_t len, struct err *err)
{
    size_t have = 0;
    ssize_t n = 1;
    while (have < len && (n = read(fd, (char *)data + have, len - have)) > 0)
        have += (size_t)n;
    return n < 0 ? failed("read", path, err) : (ssize_t)have;
}

static int open_new(const char *path, struct err *err)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd < 0 ? failed("write", path, err) : fd;
}

static int open_old(const char *path, int flags, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "there is no file %s", path);
    return fd < 0 ? failed("open", path, err) : fd;
}

int backup_file_path(char out[PATH_ROOM], const char *path, const char *ending, struct err *err)
{
    int n = snprintf(out, PATH_ROOM, "%s%s", path, ending);
    return n < PATH_ROOM ? 0 : err_set(err, ERR_USAGE, "the path %s is too long", path);
}

static void remove_beside(const char *path, const char *ending)
{
    char file[PATH_ROOM];
    if (backup_file_path(file, path, ending, NULL) == 0)
        (void)unlink(file);
}

void backup_file_tidy(const char *path)
{
    remove_beside(path, "-wal");
    remove_beside(path, "-shm");
    remove_beside(path, "-writer");
}

void backup_file_remove(const char *path)
{
    backup_file_tidy(path);
    (void)unlink(path);
}

static int sync_directory(const char *path, struct err *err)
{
    char *copy = mem_strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : failed("write the directory of", path, err);
    if (fd >= 0)
        close(fd);
    mem_free(copy);
    return rc;
}

int backup_file_name(const char *path, const char *name, struct err *err)
{
    if (access(name, F_OK) == 0)
        return err_set(err, ERR_CONFIG, "there is a file %s already: it is not replaced", name);
    return rename(path, name) < 0 ? failed("name", name, err) : sync_directory(name, err);
}

/* ---- making one ---- */

static int digest_file(
    int fd, const char *path, struct sha256 *digest, int64_t *len, struct err *err)
{
    char *chunk = mem_alloc(CHUNK);
    ssize_t n;
    *len = 0;
    while ((n = read_all(fd, path, chunk, CHUNK, err)) > 0) {
        sha256_add(digest, chunk, (size_t)n);
        *len += n;
    }
    mem_free(chunk);
    return n < 0 ? -1 : 0;
}

static int seal(int fd, const char *path, const struct buf *manifest, struct err *err)
{
    struct sha256 digest;
    char tail[TAIL_LENGTH + 1], hex[DIGEST_HEX];
    int64_t len;
    sha256_start(&digest);
    if (digest_file(fd, path, &digest, &len, err) < 0)
        return -1;
    snprintf(tail, sizeof(tail), TAIL, (long long)len);
    sha256_add(&digest, manifest->p, manifest->len);
    sha256_add(&digest, tail, strlen(tail));
    sha256_end(&digest, hex);
    snprintf(tail, sizeof(tail), TAIL "%s\n", (long long)len, hex);
    if (write_all(fd, path, manifest->p, manifest->len, err) < 0 ||
        write_all(fd, path, tail, TAIL_LENGTH, err) < 0)
        return -1;
    return fsync(fd) == 0 ? 0 : failed("write", path, err);
}

int backup_file_seal(const char *path, const struct buf *manifest, struct err *err)
{
    int fd = open_old(path, O_RDWR, err);
    if (fd < 0)
        return -1;
    int rc = seal(fd, path, manifest, err);
    return close(fd) == 0 ? rc : failed("write", path, err);
}

/* ---- reading one ---- */

struct unpacking {
    const char *path, *to;
    int fd, out;
    struct sha256 digest;
    int64_t database; /* bytes */
    char hex[DIGEST_HEX];
};

static int no_backup(const struct unpacking *u, struct err *err)
{
    return err_set(err, ERR_DATA,
        "%s is no whole backup of acht-central: it was cut off, or is another file", u->path);
}

static int read_tail(struct unpacking *u, int64_t *manifest, struct err *err)
{
    char tail[TAIL_LENGTH + 1] = "", want[TAIL_LENGTH + 1];
    off_t end = lseek(u->fd, -TAIL_LENGTH, SEEK_END);
    if (end < 0)
        return no_backup(u, err);
    if (read_all(u->fd, u->path, tail, TAIL_LENGTH, err) < 0)
        return -1;
    u->database = strtoll(tail, NULL, 10);
    str_copy(u->hex, sizeof(u->hex), tail + BEFORE_DIGEST);
    snprintf(want, sizeof(want), TAIL "%s\n", (long long)u->database, u->hex);
    *manifest = end - u->database;
    if (memcmp(want, tail, TAIL_LENGTH) != 0 || u->database < 0 || *manifest < 0 ||
        *manifest > MANIFEST_MAX || lseek(u->fd, 0, SEEK_SET) != 0)
        return no_backup(u, err);
    return 0;
}

/* The next bytes of the backup, with what is made of them. */
static int take(struct unpacking *u, char *data, size_t len, struct err *err)
{
    ssize_t n = read_all(u->fd, u->path, data, len, err);
    if (n < 0)
        return -1;
    if ((size_t)n < len)
        return no_backup(u, err);
    sha256_add(&u->digest, data, len);
    return 0;
}

static int copy_database(struct unpacking *u, struct err *err)
{
    char *chunk = mem_alloc(CHUNK);
    int rc = 0;
    for (int64_t left = u->database; rc == 0 && left > 0;) {
        size_t len = left < (int64_t)CHUNK ? (size_t)left : CHUNK;
        rc = take(u, chunk, len, err);
        if (rc == 0)
            rc = write_all(u->out, u->to, chunk, len, err);
        left -= (int64_t)len;
    }
    mem_free(chunk);
    if (rc == 0 && fsync(u->out) < 0)
        rc = failed("write", u->to, err);
    return rc;
}

static int read_manifest(struct unpacking *u, int64_t len, struct buf *manifest, struct err *err)
{
    char *text = mem_alloc((size_t)len + 1);
    int rc = take(u, text, (size_t)len, err);
    if (rc == 0 && buf_puts(manifest, text) < 0)
        rc = no_backup(u, err);
    mem_free(text);
    return rc;
}

static int check_digest(struct unpacking *u, struct err *err)
{
    char tail[TAIL_LENGTH + 1], hex[DIGEST_HEX];
    snprintf(tail, sizeof(tail), TAIL, (long long)u->database);
    sha256_add(&u->digest, tail, strlen(tail));
    sha256_end(&u->digest, hex);
    if (strcmp(hex, u->hex) == 0)
        return 0;
    return err_set(err, ERR_CORRUPT, "the backup %s is damaged: take another one", u->path);
}

static int unpack(struct unpacking *u, struct buf *manifest, struct err *err)
{
    int64_t len = 0;
    sha256_start(&u->digest);
    if (read_tail(u, &len, err) < 0 || copy_database(u, err) < 0 ||
        read_manifest(u, len, manifest, err) < 0)
        return -1;
    return check_digest(u, err);
}

int backup_file_unpack(const char *path, const char *to, struct buf *manifest, struct err *err)
{
    struct unpacking u = {.path = path, .to = to};
    u.fd = open_old(path, O_RDONLY, err);
    if (u.fd < 0)
        return -1;
    u.out = open_new(to, err);
    int rc = u.out < 0 ? -1 : unpack(&u, manifest, err);
    if (u.out >= 0)
        close(u.out);
    close(u.fd);
    return rc;
}
