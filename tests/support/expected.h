/* SPDX-License-Identifier: EUPL-1.2 */
/* A list of what is not as it should be and may stay so, each line with its reason in a comment
 * above it (an empty line ends what that is the reason of). */
#ifndef TESTS_SUPPORT_EXPECTED_H
#define TESTS_SUPPORT_EXPECTED_H

#include <stdbool.h>

#include "base/buf.h"

#define EXPECTED_MOST 400

struct expected_list {
    struct {
        char *text;
        bool met;
    } line[EXPECTED_MOST];
    int count;
    int listed, failed; /* what was met and stands there; everything that is wrong */
};

/* A line without a reason is wrong. No such file: an empty list. */
void expected_read(struct expected_list *e, const char *path);
/* It is so: that must stand in the list. Says it when it does not. */
void expected_meet(struct expected_list *e, const char *text);
/* What is no longer so is wrong as well. Releases the list. */
void expected_end(struct expected_list *e);

#endif
