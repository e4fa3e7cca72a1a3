/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

uint64_t rng_seed(void)
{
    const char *given = getenv("ACHT_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
    printf("ACHT_SEED=%" PRIu64 "\n", seed);
    return seed;
}

uint64_t rng_next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint64_t rng_below(uint64_t *state, uint64_t limit)
{
    return rng_next(state) % limit;
}
