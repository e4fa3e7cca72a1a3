/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/central_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "central/erase.h"
#include "central/sql.h"

#define SECRETS_ENDING ".secrets"
#define SECRETS_NAME "acht-central" SECRETS_ENDING /* of the credential */

bool is_database(const struct args *args)
{
    const char *where = args_get(args, "database");
    return sql_is_url(where) || access(where, F_OK) == 0;
}

int open_database(
    struct database **db, const struct args *args, enum database_must must, struct err *err)
{
    const char *where = args_get(args, "database");
    if (must == MUST_EXIST && !is_database(args))
        return err_set(err, ERR_NOT_FOUND, "there is no database %s", where);
    return database_open(db, where, err);
}

static int print_path(char out[PATH_ROOM], const char *base, const char *ending, struct err *err)
{
    int n = snprintf(out, PATH_ROOM, "%s%s", base, ending);
    return n < PATH_ROOM ? 0 : err_set(err, ERR_USAGE, "the path of the database is too long");
}

const char *credential(const char *given, const char *name, char path[PATH_ROOM])
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    if (given || !dir || !*dir || paths_join(path, dir, name, NULL) < 0)
        return given;
    return access(path, F_OK) == 0 ? path : NULL;
}

int secrets_path(const struct args *args, char out[PATH_ROOM], struct err *err)
{
    char path[PATH_ROOM];
    const char *file = credential(args_get(args, "secrets"), SECRETS_NAME, path);
    if (file)
        return print_path(out, file, "", err);
    if (sql_is_url(args_get(args, "database")))
        return err_set(err, ERR_USAGE,
            "--secrets is missing: a database that is not a file has"
            " no place beside it");
    return print_path(out, args_get(args, "database"), SECRETS_ENDING, err);
}

int open_secrets(
    struct database *db, const struct args *args, struct secrets *secrets, struct err *err)
{
    char path[PATH_ROOM];
    return secrets_path(args, path, err) < 0 ? -1 : secrets_open(db, path, secrets, err);
}

int path_beside(const struct args *args, const char *ending, char out[PATH_ROOM], struct err *err)
{
    char base[PATH_ROOM];
    const char *where = args_get(args, "database");
    if (!sql_is_url(where))
        return print_path(out, where, ending, err);
    if (credential(args_get(args, "secrets"), SECRETS_NAME, base) == base)
        return err_set(err, ERR_USAGE,
            "--erased is missing: neither a database that is not a file nor secrets that a"
            " service manager hands out have a place beside them");
    if (secrets_path(args, base, err) < 0)
        return -1;
    size_t len = strlen(base), end = strlen(SECRETS_ENDING);
    if (len > end && strcmp(base + len - end, SECRETS_ENDING) == 0)
        base[len - end] = '\0';
    return print_path(out, base, ending, err);
}

int erased_path(const struct args *args, char out[PATH_ROOM], struct err *err)
{
    const char *given = args_get(args, "erased");
    return given ? print_path(out, given, "", err) : path_beside(args, ERASED_ENDING, out, err);
}
