/* SPDX-License-Identifier: EUPL-1.2 */
/* What the command line says of where the server's data is (options database and secrets). */
#ifndef ACHT_MAIN_CENTRAL_OPEN_H
#define ACHT_MAIN_CENTRAL_OPEN_H

#include "base/paths.h"
#include "central/secrets.h"
#include "main/options.h"

/* The options themselves. */
#define OPTION_DATABASE                                                                            \
    {                                                                                              \
        "database", "PATH|URL", "the server's database: a file, or postgresql://...", true         \
    }
#define OPTION_SECRETS                                                                             \
    {                                                                                              \
        "secrets", "FILE", "its secrets [PATH.secrets]; made when new", false                      \
    }
#define OPTION_ERASED                                                                              \
    {                                                                                              \
        "erased", "FILE", "list of who was erased [PATH.erased]", false                            \
    }

enum database_must { MAY_BE_NEW, MUST_EXIST };
int open_database(struct database **db, const struct args *args, enum database_must must,
    struct err *err) ACHT_NODISCARD;

/* false: it is a file that is not there. */
bool is_database(const struct args *args);

/* The file that was given, else the credential of this name that the service manager hands out
 * (its path is written into path), else NULL. */
const char *credential(const char *given, const char *name, char path[PATH_ROOM]);

/* Where they are, as open_secrets() looks for them. */
int secrets_path(const struct args *args, char out[PATH_ROOM], struct err *err) ACHT_NODISCARD;

/* The secrets: FILE, else the credential that the service manager hands out, else beside the
 * database. A database that is not a file has no beside: ERR_USAGE. */
int open_secrets(struct database *db, const struct args *args, struct secrets *secrets,
    struct err *err) ACHT_NODISCARD;

/* The path of what is kept beside the database: PATH and the ending. For a URL: beside the
 * secrets; ERR_USAGE when the service manager hands those out, for then nothing stays there. */
int path_beside(const struct args *args, const char *ending, char out[PATH_ROOM],
    struct err *err) ACHT_NODISCARD;

/* The list of who was erased: FILE, else beside the database. */
int erased_path(const struct args *args, char out[PATH_ROOM], struct err *err) ACHT_NODISCARD;

#endif
