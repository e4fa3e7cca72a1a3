/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/loop_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

#define MIB (1024 * 1024)
#define NEEDS_RECOVERY 0x4 /* of the superblock's incompatible features */

/* Attaches a file to a free loop device, which is let go when nothing uses it any more. Returns the
 * open device, or -1; path gets its name. */
static int attach(const char *image, char path[32])
{
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), device = -1;
    int file = open(image, O_RDWR | O_CLOEXEC);
    for (int tries = 0; device < 0 && control >= 0 && file >= 0 && tries < 20; tries++) {
        struct loop_config config = {.fd = (uint32_t)file, .info.lo_flags = LO_FLAGS_AUTOCLEAR};
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        snprintf(path, 32, "/dev/loop%d", number);
        device = number < 0 ? -1 : open(path, O_RDWR | O_CLOEXEC);
        if (device >= 0 && ioctl(device, LOOP_CONFIGURE, &config) < 0) {
            close(device); /* somebody else was faster, perhaps */
            device = -1;
        }
    }
    int code = errno;
    close(file);
    close(control);
    errno = code;
    return device;
}

static int mount_image(const struct loop_disk *d)
{
    char device_path[32];
    int device = attach(d->image, device_path);
    if (device < 0)
        return -1;
    (void)mkdir(d->dir, 0700);
    int rc = mount(device_path, d->dir, "ext4", 0, "commit=1");
    int code = errno;
    close(device);
    errno = code;
    return rc;
}

static void name_disk(struct loop_disk *d, const char *dir, const char *name)
{
    snprintf(d->image, sizeof(d->image), "%s/%s.img", dir, name);
    snprintf(d->dir, sizeof(d->dir), "%s/%s", dir, name);
}

/* All its blocks are there, so that writing to it needs no room of the file system below. */
static int format(const char *image, int mib)
{
    int fd = open(image, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), status = -1;
    if (fd < 0 || posix_fallocate(fd, 0, (off_t)mib * MIB) != 0)
        return -1;
    close(fd);
    pid_t pid = fork();
    if (pid == 0) {
        execlp("mkfs.ext4", "mkfs.ext4", "-q", "-F", "-E", "nodiscard", image, (char *)NULL);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

void loop_disk_make(struct loop_disk *d, const char *dir, const char *name, int mib)
{
    name_disk(d, dir, name);
    if (format(d->image, mib) < 0 || mount_image(d) < 0)
        BUG("no file system in %s (%s)", d->image, strerrordesc_np(errno));
}

void loop_disk_unmount(const struct loop_disk *d)
{
    (void)umount2(d->dir, MNT_DETACH);
    unlink(d->image);
    rmdir(d->dir);
}

bool loop_disks(const char **why)
{
    char dir[TEMP_PATH];
    struct loop_disk d;
    *why = "it needs root";
    if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return false;
    *why = "it needs mkfs.ext4 and loop devices";
    temp_make(dir);
    name_disk(&d, dir, "try");
    bool can = format(d.image, 8) == 0 && mount_image(&d) == 0;
    loop_disk_unmount(&d);
    temp_remove(dir);
    return can;
}

static bool copy_bytes(int from, int to)
{
    static char block[MIB];
    ssize_t n;
    while ((n = read(from, block, sizeof(block))) > 0)
        if (write(to, block, (size_t)n) != n)
            return false;
    return n == 0;
}

/* While the host is frozen no write reaches the image: the copy is of one moment. */
static bool copy_frozen(const struct loop_disk *host, const char *image, const char *copy)
{
    int fs = open(host->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int from = open(image, O_RDONLY | O_CLOEXEC);
    int to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool frozen = fs >= 0 && ioctl(fs, FIFREEZE, 0) == 0;
    bool good = frozen && from >= 0 && to >= 0 && copy_bytes(from, to);
    if (frozen)
        (void)ioctl(fs, FITHAW, 0);
    close(to);
    close(from);
    close(fs);
    return good;
}

static bool needs_recovery(const char *image)
{
    unsigned char feature = 0;
    int fd = open(image, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, &feature, 1, 1024 + 0x60) != 1)
        BUG("cannot read %s", image);
    close(fd);
    return feature & NEEDS_RECOVERY;
}

bool loop_disk_cut(const struct loop_disk *host, const struct loop_disk *d, const char *dir,
    struct loop_disk *copy)
{
    name_disk(copy, dir, "copy");
    if (!copy_frozen(host, d->image, copy->image))
        BUG("cannot copy %s (%s)", d->image, strerrordesc_np(errno));
    bool unclean = needs_recovery(copy->image);
    if (mount_image(copy) < 0)
        BUG("cannot mount %s (%s)", copy->image, strerrordesc_np(errno));
    return unclean;
}
