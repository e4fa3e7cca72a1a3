/* SPDX-License-Identifier: EUPL-1.2 */
/* Memory: running out of it aborts (a supervised kiosk with a durable journal loses nothing). */
#ifndef ACHT_BASE_MEM_H
#define ACHT_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);               /* zeroed */
void *mem_realloc(void *p, size_t size);    /* the new part is not zeroed */
void *mem_array(size_t count, size_t size); /* zeroed, overflow checked */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);
void mem_free(void *p); /* what these gave; NULL is fine */

/* An arena: many small allocations that end together. {0} is an empty arena. */
struct arena {
    struct arena_block *blocks;
};

void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
void arena_clear(struct arena *a); /* ends all allocations, keeps one block for the next round */
void arena_release(struct arena *a);
void arena_wipe(struct arena *a); /* the same, after overwriting all that it held */

/* Copies at most size - 1 bytes and ends with NUL; cuts on a UTF-8 boundary. Returns 0, or -1 when
 * it had to cut. */
int str_copy(char *dst, size_t size, const char *src);

#endif
