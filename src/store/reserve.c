/* SPDX-License-Identifier: EUPL-1.2 */
#include "store/reserve.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool reserve_there(int dir)
{
    struct stat st;
    return fstatat(dir, RESERVE_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size >= RESERVE_BYTES;
}

bool reserve_free(int dir)
{
    return unlinkat(dir, RESERVE_NAME, 0) == 0;
}

static bool has_room(int dir)
{
    struct statvfs st;
    return fstatvfs(dir, &st) == 0 &&
           (uint64_t)st.f_bavail * st.f_frsize >= 2 * (uint64_t)RESERVE_BYTES;
}

bool reserve_make(int dir)
{
    if (reserve_there(dir))
        return true;
    if (!has_room(dir))
        return false;
    int fd = openat(dir, RESERVE_NAME, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool made = posix_fallocate(fd, 0, RESERVE_BYTES) == 0;
    close(fd);
    if (!made) /* half of it helps nobody */
        (void)reserve_free(dir);
    return made;
}
