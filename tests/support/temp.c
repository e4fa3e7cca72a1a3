/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/temp.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

void temp_make(char dir[TEMP_PATH])
{
    /* In memory where there is such a place: a real disk makes tests wait and shows nothing more.
     */
    snprintf(dir, TEMP_PATH, "%s/acht-test-XXXXXX",
        access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(dir))
        BUG("cannot make a directory %s", dir);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void temp_remove(const char *dir)
{
    nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
