/* SPDX-License-Identifier: EUPL-1.2 */
/* All files below a directory as bytes, to look for what must not be there. What goes wrong ends
 * the test. */
#ifndef TESTS_SUPPORT_DISK_TREE_H
#define TESTS_SUPPORT_DISK_TREE_H

#include "base/buf.h"
#include "support/rig.h"

#define DISK_TREE_FILES 400

struct disk_tree {
    struct {
        char path[2 * RIG_PATH];
        struct buf bytes;
    } file[DISK_TREE_FILES];
    int count;
};

/* Forgets what it had. */
void disk_tree_read(struct disk_tree *d, const char *dir);
void disk_tree_forget(struct disk_tree *d);

#endif
