/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/made_up.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "base/seal.h"

static int64_t made_up_time;

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
    return made_up_time;
}

int __wrap_slow_hash(const char *secret, char out[SLOW_HASH], struct err *err);
int __wrap_slow_hash(const char *secret, char out[SLOW_HASH], struct err *err)
{
    (void)err;
    return str_copy(out, SLOW_HASH, secret);
}

bool __wrap_slow_hash_opens(const char *hash, const char *secret);
bool __wrap_slow_hash_opens(const char *hash, const char *secret)
{
    return strcmp(hash, secret) == 0;
}

bool __wrap_slow_hash_is_old(const char *hash);
bool __wrap_slow_hash_is_old(const char *hash)
{
    (void)hash;
    return false;
}

static const char *counted_name(void)
{
    return "counted";
}

static uint32_t counted(void)
{
    static uint32_t n;
    return n++ * UINT32_C(2654435761) ^ 0x5eed;
}

static void counted_bytes(void *const out, const size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)out)[i] = (unsigned char)(counted() >> 13);
}

static struct randombytes_implementation counted_numbers = {
    .implementation_name = counted_name, .random = counted, .buf = counted_bytes};

void made_up_begin(int64_t now)
{
    made_up_time = now;
    (void)randombytes_set_implementation(&counted_numbers);
}
