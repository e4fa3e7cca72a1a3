/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/export_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"

static const char *const names[] = {"person.json", "person.csv"};

static int failed(const char *path, struct err *err)
{
    int code = errno;
    return err_set(err, code == ENOSPC ? ERR_FULL : ERR_IO, "cannot write %s (%s)", path,
        strerrordesc_np(code));
}

static int check_empty(const char *dir, struct err *err)
{
    DIR *d = opendir(dir);
    if (!d)
        return failed(dir, err);
    int things = 0;
    for (const struct dirent *e; (e = readdir(d));)
        things += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return things ? err_set(err, ERR_USAGE, "%s is not empty", dir) : 0;
}

static int write_all(int fd, const struct buf *text)
{
    for (size_t at = 0; at < text->len;) {
        ssize_t n = write(fd, text->p + at, text->len - at);
        if (n < 0)
            return -1;
        at += (size_t)n;
    }
    return fsync(fd);
}

/* Under another name first: what has its name is whole. */
static int write_file(const char *dir, const char *name, const struct buf *text, struct err *err)
{
    char path[PATH_ROOM], part[PATH_ROOM + 8];
    if (paths_join(path, dir, name, err) < 0)
        return -1;
    snprintf(part, sizeof(part), "%s.part", path);
    int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failed(part, err);
    int rc = write_all(fd, text) == 0 ? 0 : failed(part, err);
    close(fd);
    if (rc == 0 && rename(part, path) < 0)
        rc = failed(path, err);
    if (rc < 0)
        unlink(part);
    return rc;
}

void export_unwrite(const char *dir)
{
    char path[PATH_ROOM];
    struct err ignored = {0};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (paths_join(path, dir, names[i], &ignored) == 0)
            unlink(path);
}

int export_write(const char *dir, const struct buf *json, const struct buf *csv, struct err *err)
{
    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return failed(dir, err);
    if (check_empty(dir, err) < 0)
        return -1;
    if (write_file(dir, names[0], json, err) == 0 && write_file(dir, names[1], csv, err) == 0)
        return 0;
    export_unwrite(dir);
    return -1;
}
