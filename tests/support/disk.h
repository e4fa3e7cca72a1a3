/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk's files that are made once and damaged many times. What goes wrong here ends the test. */
#ifndef TESTS_SUPPORT_DISK_H
#define TESTS_SUPPORT_DISK_H

#include <stdbool.h>

#include "base/digest.h"
#include "store/store.h"
#include "support/temp.h"

#define DISK_PAGE 4096
#define DISK_ENTRIES 160
#define DISK_SETTLED 40 /* of these, the first ones */
#define DISK_COURSES 120

struct disk_bytes {
    unsigned char *p;
    size_t len;
};

struct disk_entry {
    char id[UUID_TEXT], hash[DIGEST_HEX];
    struct disk_bytes bytes;
};

/* A journal of DISK_ENTRIES, some of several pages, and a cache of DISK_COURSES. */
struct disk_files {
    char dir[TEMP_PATH], share[TEMP_PATH];
    struct disk_bytes journal, cache; /* as the store left them */
    struct disk_entry entry[DISK_ENTRIES];
};

void disk_make(struct disk_files *d); /* $ACHT_BUILD has the share */
void disk_release(struct disk_files *d);

/* The directory as it was made, with nothing beside these two files. */
void disk_restore(const struct disk_files *d);

/* One more request; its outcome is the journal's. */
int disk_ask(struct store *s, int number, char id[UUID_TEXT], struct err *err);
/* Applies the courses as one page and ends the download. */
void disk_fill_cache(struct store *s);
struct store *disk_open(const struct disk_files *d, enum store_role role); /* or NULL */
int disk_courses(struct store *s);                                         /* that a search finds */
int disk_quarantined(const char *dir);                                     /* how often */

struct disk_bytes disk_read(const char *dir, const char *name);
void disk_write(const char *dir, const char *name, const void *data, size_t len);
/* Whether the entry has nothing on this page (from 0) of the journal as it was made. */
bool disk_is_off_page(const struct disk_files *d, const struct disk_entry *e, size_t page);

#endif
