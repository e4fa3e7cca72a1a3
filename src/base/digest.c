/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/digest.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

_Static_assert(sizeof(struct sha256) >= sizeof(crypto_hash_sha256_state), "room for the state");

static void ready(void)
{
    if (sodium_init() < 0)
        BUG("libsodium cannot start: no source of randomness");
}

void sha256_start(struct sha256 *s)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)s);
}

void sha256_add(struct sha256 *s, const void *data, size_t len)
{
    crypto_hash_sha256_update((crypto_hash_sha256_state *)s, data, len);
}

void sha256_end(struct sha256 *s, char out[DIGEST_HEX])
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final((crypto_hash_sha256_state *)s, sum);
    sodium_bin2hex(out, DIGEST_HEX, sum, sizeof(sum));
}

void sha256_hex(const void *data, size_t len, char out[DIGEST_HEX])
{
    struct sha256 s;
    sha256_start(&s);
    sha256_add(&s, data, len);
    sha256_end(&s, out);
}

void keyed_hash_hex(const char *key_hex, const char *text, char out[DIGEST_HEX])
{
    unsigned char key[KEY_BYTES], sum[32];
    size_t len;
    if (!hex_valid(key_hex, KEY_BYTES) ||
        sodium_hex2bin(key, sizeof(key), key_hex, strlen(key_hex), NULL, &len, NULL) != 0)
        BUG("a key that is not hexadecimal");
    crypto_generichash(
        sum, sizeof(sum), (const unsigned char *)text, strlen(text), key, sizeof(key));
    sodium_bin2hex(out, DIGEST_HEX, sum, sizeof(sum));
    memory_wipe(key, sizeof(key));
}

bool hex_valid(const char *s, size_t bytes)
{
    return strlen(s) == 2 * bytes && strspn(s, "0123456789abcdef") == 2 * bytes;
}

bool secret_equal(const char *a, const char *b)
{
    size_t len = strlen(a);
    return strlen(b) == len && sodium_memcmp(a, b, len) == 0;
}

void random_bytes(void *out, size_t len)
{
    ready();
    randombytes_buf(out, len);
}

void random_key_hex(char out[KEY_HEX])
{
    unsigned char key[KEY_BYTES];
    random_bytes(key, sizeof(key));
    sodium_bin2hex(out, KEY_HEX, key, sizeof(key));
    memory_wipe(key, sizeof(key));
}

void memory_wipe(void *p, size_t len)
{
    sodium_memzero(p, len);
}

void uuid7(int64_t now, char out[UUID_TEXT])
{
    static uint64_t last; /* milliseconds << 12 | counter: the 60 ascending bits of the last id */
    uint64_t head = (uint64_t)now << 12;
    last = head > last ? head : last + 1;
    unsigned char r[8];
    random_bytes(r, sizeof(r));
    snprintf(out, UUID_TEXT, "%08x-%04x-7%03x-%02x%02x-%02x%02x%02x%02x%02x%02x",
        (unsigned)(last >> 28 & 0xFFFFFFFF), (unsigned)(last >> 12 & 0xFFFF),
        (unsigned)(last & 0xFFF), (r[0] & 0x3Fu) | 0x80u, (unsigned)r[1], (unsigned)r[2],
        (unsigned)r[3], (unsigned)r[4], (unsigned)r[5], (unsigned)r[6], (unsigned)r[7]);
}

bool uuid_valid(const char *s)
{
    static const char shape[] = "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx";
    if (strlen(s) != sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i < sizeof(shape) - 1; i++) {
        bool hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f');
        if (shape[i] == 'x' ? !hex : s[i] != shape[i])
            return false;
    }
    return true;
}

void *secret_alloc(size_t size)
{
    ready();
    void *p = sodium_malloc(size);
    if (!p)
        BUG("no memory for a secret");
    memset(p, 0, size);
    return p;
}

void secret_free(void *p)
{
    sodium_free(p);
}
