/* SPDX-License-Identifier: EUPL-1.2 */
/* Sealed texts (X25519, XSalsa20-Poly1305: libsodium's sealed boxes) and slow hashes of short
 * secrets (Argon2id). With base/digest.h the only header that stands for libsodium. */
#ifndef ACHT_BASE_SEAL_H
#define ACHT_BASE_SEAL_H

#include "base/buf.h"
#include "base/digest.h"

/* A key pair in hexadecimal. Whoever has public_key can seal; only secret_key opens. */
struct seal_keys {
    char public_key[KEY_HEX];
    char secret_key[KEY_HEX];
};

void seal_keys_make(struct seal_keys *k);
/* The public key of a secret one. Aborts on a key that is not hexadecimal. */
void seal_keys_from_secret(const char *secret_key, struct seal_keys *k);

/* Adds the sealed text to out, in base64. Two seals of one text differ, and without the secret key
 * nobody can tell what is in one, not even by guessing. Returns -1 when out is full or the key is
 * no public key. */
int seal_text(const char *public_key, const char *text, size_t len, struct buf *out) ACHT_NODISCARD;

/* Adds what was sealed to out. Returns -1 for what is no seal, is damaged or sealed to another key,
 * or does not fit. The caller wipes out. */
int seal_open(const struct seal_keys *k, const char *sealed, struct buf *out) ACHT_NODISCARD;

/* Argon2id of a secret as libsodium's self-describing string, salt of 16 random bytes included:
 * 19 MiB, 2 passes (OWASP's least). Takes about 25 ms. */
#define SLOW_HASH 128
#define SLOW_HASH_MEMORY (19 * 1024 * 1024)
#define SLOW_HASH_PASSES 2
int slow_hash(const char *secret, char out[SLOW_HASH], struct err *err) ACHT_NODISCARD;
bool slow_hash_opens(const char *hash, const char *secret);
/* Whether the string was made with other than today's cost: hash anew at the next chance. */
bool slow_hash_is_old(const char *hash);

#endif
