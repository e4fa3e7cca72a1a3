/* SPDX-License-Identifier: EUPL-1.2 */
/* All files below a directory as bytes, to look for what must not be there. What goes wrong ends
 * the test. */
#ifndef TESTS_SUPPORT_DISK_H
#define TESTS_SUPPORT_DISK_H

#include "base/buf.h"
#include "support/rig.h"

#define DISK_FILES 400

struct disk {
    struct {
        char path[2 * RIG_PATH];
        struct buf bytes;
    } file[DISK_FILES];
    int count;
};

/* Forgets what it had. */
void disk_read(struct disk *d, const char *dir);
void disk_forget(struct disk *d);

#endif
