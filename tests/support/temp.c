/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/temp.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/err.h"

void temp_make(char dir[TEMP_PATH])
{
    snprintf(dir, TEMP_PATH, "/tmp/acht-test-XXXXXX");
    if (!mkdtemp(dir))
        BUG("cannot make a directory in /tmp");
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
