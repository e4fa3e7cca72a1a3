/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/central_backup.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "central/backup.h"
#include "central/erase.h"
#include "main/central_open.h"

#define EXIT_EDITED 1
#define KEEP_MAX 10000
/* In a directory; sorted by name, the oldest comes first. */
#define NAME "acht-central-%.4s%.2s%.2sT%.2s%.2s%.2sZ.backup"
#define PATTERN "acht-central-[0-9]*Z.backup"

const struct option backup_options[] = {
    {"database", "PATH|URL", "the server's database: a file, or postgresql://...", false},
    {"to", "FILE|DIR", "where to; in a directory, a file named by the time", false},
    {"keep", "N", "of those in the directory the newest; older ones are removed", false},
    {"verify", "FILE", "instead, look whether this backup can be brought back", false},
    {0},
};
const struct option restore_options[] = {
    {"from", "FILE", "the backup", true},
    {"database", "PATH|URL", "the database to be: no file yet, or one without a row", true},
    OPTION_SECRETS,
    OPTION_ERASED,
    {0},
};

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Says what a backup is; the exit code. */
static int say(const char *path, const struct backup_info *info)
{
    printf("%s: of %s, %lld rows, can be brought back\n", path, info->made, (long long)info->rows);
    if (!info->edited)
        return 0;
    fprintf(stderr,
        "warning: the audit trail in it is not as it was written: %s%s, line %lld: %s\n",
        *info->fault.company ? "company " : "the fund", info->fault.company,
        (long long)info->fault.seq, info->fault.what);
    return EXIT_EDITED;
}

/* ---- making one ---- */

/* The file: as it was given, or of this time in the directory that was given. */
static int choose_path(const char *to, int64_t now, char path[PATH_ROOM], struct err *err)
{
    char at[32], name[64];
    if (!is_directory(to)) {
        if (str_copy(path, PATH_ROOM, to) < 0)
            return err_set(err, ERR_USAGE, "the path %s is too long", to);
        return 0;
    }
    instant_format(now, at); /* 2026-11-24T02:14:00Z */
    snprintf(name, sizeof(name), NAME, at, at + 5, at + 8, at + 11, at + 14, at + 17);
    return paths_join(path, to, name, err);
}

static int is_backup(const struct dirent *entry)
{
    return fnmatch(PATTERN, entry->d_name, 0) == 0;
}

/* Never the one that was just made, whatever the clock did since the others. */
static int remove_old(const char *dir, const char *made, int64_t keep, struct err *err)
{
    struct dirent **found;
    const char *slash = strrchr(made, '/');
    int count = scandir(dir, &found, is_backup, alphasort), rc = 0;
    if (count < 0)
        return err_set(err, ERR_IO, "cannot read the directory %s", dir);
    for (int i = 0; i < count; i++) {
        char path[PATH_ROOM];
        bool old = i < count - keep && strcmp(found[i]->d_name, slash ? slash + 1 : made) != 0;
        if (rc == 0 && old && (rc = paths_join(path, dir, found[i]->d_name, err)) == 0 &&
            unlink(path) < 0)
            rc = err_set(err, ERR_IO, "cannot remove %s", path);
        free(found[i]);
    }
    free(found);
    return rc;
}

static int make(
    const struct args *args, char path[PATH_ROOM], struct backup_info *info, struct err *err)
{
    int64_t now = clock_now(), keep = 0;
    const char *to = args_get(args, "to");
    if (!args_get(args, "database") || !to)
        return err_set(err, ERR_USAGE, "--database and --to are needed, or --verify");
    if (args_number(args, "keep", 1, KEEP_MAX, 0, &keep, err) < 0)
        return -1;
    if (keep && !is_directory(to))
        return err_set(err, ERR_USAGE, "--keep is for backups in a directory: %s is none", to);
    if (!is_database(args))
        return err_set(err, ERR_NOT_FOUND, "there is no database %s", args_get(args, "database"));
    if (choose_path(to, now, path, err) < 0 ||
        backup_make(args_get(args, "database"), path, now, info, err) < 0)
        return -1;
    return keep ? remove_old(to, path, keep, err) : 0;
}

int run_backup(const struct args *args)
{
    struct err err = {0};
    struct backup_info info = {0};
    char path[PATH_ROOM];
    const char *verify = args_get(args, "verify");
    int rc =
        verify ? backup_verify(verify, clock_now(), &info, &err) : make(args, path, &info, &err);
    return rc < 0 ? args_fail(args, &err) : say(verify ? verify : path, &info);
}

/* ---- bringing one back ---- */

static int restore(
    const struct args *args, struct backup_info *info, int64_t *erased, struct err *err)
{
    char secrets[PATH_ROOM], list[PATH_ROOM], scratch[PATH_ROOM];
    struct restoring r = {.backup = args_get(args, "from"),
        .where = args_get(args, "database"),
        .secrets = secrets,
        .list = list,
        .scratch = scratch,
        .now = clock_now()};
    if (secrets_path(args, secrets, err) < 0 || erased_path(args, list, err) < 0 ||
        path_beside(args, ".part", scratch, err) < 0)
        return -1;
    return backup_restore(&r, info, erased, err);
}

int run_restore(const struct args *args)
{
    struct err err = {0};
    struct backup_info info = {0};
    int64_t erased = 0;
    if (restore(args, &info, &erased, &err) < 0)
        return args_fail(args, &err);
    printf("erased again, as the list says: %lld\n", (long long)erased);
    return say(args_get(args, "from"), &info);
}
