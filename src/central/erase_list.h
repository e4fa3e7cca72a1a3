/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of who was erased, as a file that is only ever added to. */
#ifndef ACHT_CENTRAL_ERASE_LIST_H
#define ACHT_CENTRAL_ERASE_LIST_H

#include "base/digest.h"
#include "base/mem.h"
#include "central/database.h"

enum erase_act { ERASED, TAKEN_BACK };

struct erase_line {
    char company[LIM_ID], hash[DIGEST_HEX];
    int64_t at;
    enum erase_act act;
    int64_t erased_at; /* the last time that the person was erased, also before a taking back */
};

struct erase_list {
    struct erase_line *lines;
    int count;
};

/* Digest of a person's id. The id is random to whoever has not the company's badge key. */
void erase_hash(const char *company, const char *person, char out[DIGEST_HEX]);

/* Adds a line and brings it to the disk; the file is made, mode 0600, when it is new. */
int erase_list_add(const char *path, const char *company, const char *hash, int64_t at,
    enum erase_act act, struct err *err) ACHT_NODISCARD;

/* The last line of each person. A file that is not there is an empty list. */
int erase_list_read(const char *path, struct erase_list *list, struct err *err) ACHT_NODISCARD;
void erase_list_release(struct erase_list *list);

#endif
