/* SPDX-License-Identifier: EUPL-1.2 */
/* Random numbers that a printed seed repeats (splitmix64). */
#ifndef TESTS_SUPPORT_RNG_H
#define TESTS_SUPPORT_RNG_H

#include <stdint.h>

/* The seed of this run: $ACHT_SEED when it is given, else from the clock; printed on stdout. */
uint64_t rng_seed(void);
uint64_t rng_next(uint64_t *state);
uint64_t rng_below(uint64_t *state, uint64_t limit); /* 0 <= result < limit */

#endif
