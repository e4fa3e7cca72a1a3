/* SPDX-License-Identifier: EUPL-1.2 */
/* What else differs from one run of a program to the next, made the same: for a program linked with
 * --wrap=clock_now,slow_hash,slow_hash_opens,slow_hash_is_old. Slow hashes become the secret
 * itself: they cost nothing and protect nothing. */
#ifndef TESTS_SUPPORT_MADE_UP_H
#define TESTS_SUPPORT_MADE_UP_H

#include <stdint.h>

/* From now on the clock stands still at this moment, and random numbers are counted. Before
 * anything else. */
void made_up_begin(int64_t now);

#endif
