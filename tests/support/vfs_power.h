/* SPDX-License-Identifier: EUPL-1.2 */
/* A SQLite VFS for bad days. It passes everything on to the default VFS and keeps a log of what was
 * done, from which tests make the disks that a power cut may leave; and it can fail a chosen call.
 *
 * What a disk may forget: a write, truncation that was not synced; a file's creation or deletion
 * whose directory was not synced. (The default VFS syncs the directory with a new journal's first
 * sync and with a deletion that asks for it.) A file that is there before the VFS first opens it
 * must be empty, for images to be right. Not thread-safe; no WAL, no mmap. */
#ifndef TESTS_SUPPORT_VFS_POWER_H
#define TESTS_SUPPORT_VFS_POWER_H

#include <stdbool.h>
#include <stdint.h>

#define POWER_VFS "power"

/* Ways to be wrong on purpose: a harness that does not notice them is broken. */
enum power_lie {
    POWER_HONEST,
    POWER_NO_SYNC,         /* the disk says "synced" and is not */
    POWER_SYNCHRONOUS_OFF, /* connections run with synchronous=OFF, whatever they set */
    POWER_JOURNAL_DELETE,  /* connections keep journal_mode=DELETE, whatever they set */
};

/* Registers the VFS, forgets the log and any fault. */
void power_start(enum power_lie lie);
void power_stop(void); /* unregisters it and frees the log */

/* The files that stand in dir, as a disk that has them safe: for a VFS that was just started. */
void power_adopt(const char *dir);

/* Operations so far: writes, truncations, syncs, creations, deletions. */
int power_operations(void);

/* Makes in dir (emptied first) a disk as a power cut right before operation `at` may leave it.
 * image 0: nothing that was not synced; 1: all of it; 2: only the names; 3: only the contents; from
 * 4 on each unsynced operation is kept, lost, torn by 512 bytes or garbled as *seed draws. */
#define POWER_IMAGES_FIXED 4
void power_image(int at, int image, uint64_t *seed, const char *dir);

enum power_fault {
    POWER_EIO,
    POWER_ENOSPC,      /* of writes; other calls go on */
    POWER_SHORT_WRITE, /* half of it is written, then EIO */
};

/* Fails call `at` from now (1: the next one), then all calls if for_ever. */
void power_fail(enum power_fault fault, int at, bool for_ever);
void power_heal(void);
bool power_failed(void); /* whether the fault has struck since power_fail() */

#endif
