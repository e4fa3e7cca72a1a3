/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int paths_join(char out[PATH_ROOM], const char *dir, const char *name, struct err *err)
{
    int n = snprintf(out, PATH_ROOM, "%s/%s", dir, name);
    if (n < 0 || n >= PATH_ROOM)
        return err_set(err, ERR_CONFIG, "the path '%.80s...' is too long", dir);
    return 0;
}

/* Cuts the last part off; a program is never at the root of the file system. */
static void parent(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
}

int paths_share(char out[PATH_ROOM], struct err *err)
{
    char exe[PATH_ROOM];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (n < 0)
        return err_set(err, ERR_IO, "cannot read /proc/self/exe: %s", strerrordesc_np(errno));
    exe[n] = '\0';
    parent(exe);
    parent(exe);
    return paths_join(out, exe, "share/acht", err);
}

const char *paths_data(const char *given)
{
    const char *home = given ? given : getenv("ACHT_DATA");
    return home && *home ? home : "/var/lib/acht";
}
