/* SPDX-License-Identifier: EUPL-1.2 */
/* Digests, keyed hashes, random bytes and ids: the only header that stands for libsodium. */
#ifndef ACHT_BASE_DIGEST_H
#define ACHT_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_HEX 65 /* SHA-256 in hexadecimal, with NUL */
#define UUID_TEXT 37
#define KEY_BYTES 32
#define KEY_HEX 65

void sha256_hex(const void *data, size_t len, char out[DIGEST_HEX]);

/* SHA-256 in parts. */
struct sha256 {
    uint64_t state[16];
};
void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t len);
void sha256_end(struct sha256 *s, char out[DIGEST_HEX]);

/* BLAKE2b-256 of text under a 32-byte key given in hexadecimal, as hexadecimal. Aborts on a key
 * that is not 64 hexadecimal digits: keys are checked where they enter. */
void keyed_hash_hex(const char *key_hex, const char *text, char out[DIGEST_HEX]);

bool hex_valid(const char *s, size_t bytes);     /* exactly 2 * bytes hexadecimal digits */
bool secret_equal(const char *a, const char *b); /* in time that depends on a's length only */
void random_bytes(void *out, size_t len);
void random_key_hex(char out[KEY_HEX]);
void memory_wipe(void *p, size_t len);

/* Zeroed memory for secrets: never swapped out (as far as the system lets it), not in core files,
 * with guards around it, wiped when it is freed. */
void *secret_alloc(size_t size);
void secret_free(void *p); /* NULL is fine */

/* A UUIDv7 (RFC 9562) for the instant `now`: unique, and ascending within this process even when
 * the clock is set back (the last time is kept and its counter raised). */
void uuid7(int64_t now, char out[UUID_TEXT]);
bool uuid_valid(const char *s);

#endif
