/* SPDX-License-Identifier: EUPL-1.2 */
/* What a fault test found, line by line, and the count at its end. */
#ifndef TESTS_SUPPORT_VERDICT_H
#define TESTS_SUPPORT_VERDICT_H

#include <stdbool.h>

/* Prints "ok: what" or "FAILED: what" on stdout and counts it. */
void verdict(const char *what, bool good);

/* Prints "N passed, M failed". Returns the exit code of the program: 1 when one failed, or when
 * nothing was looked at. */
int verdict_end(void);

#endif
