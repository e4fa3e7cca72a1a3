/* SPDX-License-Identifier: EUPL-1.2 */
/* The log of vfs_power: what was done to which file, in order. An inode is one file from its
 * creation on; a name may get another one later. */
#ifndef TESTS_SUPPORT_VFS_LOG_H
#define TESTS_SUPPORT_VFS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The inode of a path that was opened; a path that did not exist is a creation. NULL is a temporary
 * file, which nobody misses. */
int log_open(const char *path, bool exists);
void log_delete(const char *path, bool synced);
void log_write(int inode, const void *data, size_t len, int64_t at);
void log_truncate(int inode, int64_t size);
void log_sync(int inode, bool directory);
void log_clear(void);

#endif
