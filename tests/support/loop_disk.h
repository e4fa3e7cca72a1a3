/* SPDX-License-Identifier: EUPL-1.2 */
/* ext4 file systems in files, for root alone, seen by this program and its children only; they go
 * with it. What goes wrong ends the test. */
#ifndef TESTS_SUPPORT_LOOP_DISK_H
#define TESTS_SUPPORT_LOOP_DISK_H

#include <stdbool.h>

#include "support/temp.h"

/* Whether disks can be had; if not, *why says why. To be called once, before any other. */
bool loop_disks(const char **why);

struct loop_disk {
    char image[TEMP_PATH + 16], dir[TEMP_PATH + 16]; /* DIR/NAME.img, mounted at DIR/NAME */
};

/* A new file system of so many MiB. */
void loop_disk_make(struct loop_disk *d, const char *dir, const char *name, int mib);

/* Mounts d, which is in mid-write, as a power cut at this moment would leave it: as copy at
 * DIR/copy. All that its device was given is there, nothing that came later. host is the file
 * system that d's image stands on. Returns whether the file system had something to put right. */
bool loop_disk_cut(const struct loop_disk *host, const struct loop_disk *d, const char *dir,
    struct loop_disk *copy);

void loop_disk_unmount(const struct loop_disk *d); /* the image is removed as well */

#endif
