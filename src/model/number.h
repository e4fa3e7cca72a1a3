/* SPDX-License-Identifier: EUPL-1.2 */
/* The number of a request for people: short enough to read out, write down and type. */
#ifndef ACHT_MODEL_NUMBER_H
#define ACHT_MODEL_NUMBER_H

#include "base/limits.h"

#define NUMBER_TAIL 10 /* hexadecimal digits at the end of an id, which a number stands for */

/* "K7QM-3XWD": the last 40 bits of the UUID in Crockford's base 32, which has no I, L, O and U.
 * They are random, so among 100,000 requests two are alike about once in two hundred such funds;
 * who looks one up is told. An id that is no UUID is its own number. */
void request_number(const char *id, char out[LIM_ID]);

/* The end of the id that a number stands for, in lower case. Takes small letters, O for 0, I and L
 * for 1, and blanks or hyphens anywhere. 0, or -1: that is no number. */
int request_number_read(const char *text, char tail[NUMBER_TAIL + 1]);

#endif
