/* SPDX-License-Identifier: EUPL-1.2 */
/* Private to the loader: where it is, and how it reads values. Included by load*.c alone. */
#ifndef ACHT_SCREEN_LOAD_H
#define ACHT_SCREEN_LOAD_H

#include <jansson.h>

#include "screen/def.h"

/* The first error ends the loading, so `at` need not be put right after one. */
struct loader {
    struct app *app;
    struct err *err;
    char at[200]; /* "course.json: on.choose.0" */
};

/* Steps into a member, or element i, for the time of a call: `at` grows and leave cuts it again. */
size_t loader_enter(struct loader *l, const char *name);
size_t loader_enter_index(struct loader *l, size_t i);
void loader_leave(struct loader *l, size_t len);

/* "AT: what 'name'"; always -1, like all that read and fail. */
int loader_fail(struct loader *l, const char *what, const char *name);
int loader_must_be(struct loader *l, const char *what);

/* The candidate that was probably meant. {.name = NULL} to begin with. */
struct near {
    const char *name;
    int distance;
};
void near_try(struct near *n, const char *wanted, const char *candidate);
/* "AT: no query 'serch' (did you mean 'search'?)" */
int loader_unknown(struct loader *l, const char *class, const char *name, const struct near *n);

/* Members of an object are read through this table, so that an unknown one cannot pass. */
struct member {
    const char *name;
    bool needed;
    int (*read)(struct loader *l, json_t *value, void *into);
    void *into;
};
int read_object(struct loader *l, json_t *o, const struct member *members, size_t count);
#define READ_OBJECT(l, o, ...)                                                                     \
    read_object(l, o, (const struct member[])__VA_ARGS__,                                          \
        sizeof((const struct member[])__VA_ARGS__) / sizeof(struct member))

/* Calls read for each member, or each element, of which there may be `most`. */
int read_members(struct loader *l, json_t *o, size_t most,
    int (*read)(struct loader *l, const char *name, json_t *value, void *into), void *into);
int read_elements(struct loader *l, json_t *list, size_t most,
    int (*read)(struct loader *l, json_t *value, void *into), void *into);

const char *string_of(json_t *v); /* "" for what is no string */
int find_word(struct loader *l, const char *class, const struct word *words, int count,
    const char *name, int *out);

/* For tables of members; the comment names the type of *into. */
int read_text(struct loader *l, json_t *v, void *into);       /* const char * */
int read_number(struct loader *l, json_t *v, void *into);     /* int */
int read_guard(struct loader *l, json_t *v, void *into);      /* int */
int read_screen_ref(struct loader *l, json_t *v, void *into); /* int */
int read_with(struct loader *l, json_t *o, void *into);       /* struct binding[PARAMS_COUNT] */
int read_on(struct loader *l, json_t *o, void *into);         /* struct screen */
int read_keys(struct loader *l, json_t *o, void *into);       /* struct screen */
int read_params(struct loader *l, json_t *list, void *into);  /* bool[PARAMS_COUNT] */
int read_data(struct loader *l, json_t *o, void *into);       /* struct screen */
int read_body(struct loader *l, json_t *list, void *into);    /* struct screen, its data read */

#endif
