/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/paths.h"

int sync_lock(const char *dir, struct err *err)
{
    char path[PATH_ROOM];
    if (paths_join(path, dir, "sync.lock", err) < 0)
        return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_CONFIG, "cannot open '%s': %s", path, strerrordesc_np(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int why = errno;
    close(fd);
    if (why == EWOULDBLOCK)
        return SYNC_LOCK_HELD;
    return err_set(err, ERR_IO, "cannot lock '%s': %s", path, strerrordesc_np(why));
}
