/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/seal.h"

#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

_Static_assert(SLOW_HASH >= crypto_pwhash_STRBYTES, "room for the string");

static int key_bytes(const char *hex, unsigned char out[KEY_BYTES])
{
    size_t len;
    if (!hex_valid(hex, KEY_BYTES) ||
        sodium_hex2bin(out, KEY_BYTES, hex, strlen(hex), NULL, &len, NULL) != 0)
        return -1;
    return 0;
}

void seal_keys_make(struct seal_keys *k)
{
    char secret[KEY_HEX];
    random_key_hex(secret);
    seal_keys_from_secret(secret, k);
    memory_wipe(secret, sizeof(secret));
}

void seal_keys_from_secret(const char *secret_key, struct seal_keys *k)
{
    unsigned char secret[KEY_BYTES], public[KEY_BYTES];
    if (key_bytes(secret_key, secret) < 0)
        BUG("a key that is not hexadecimal");
    crypto_scalarmult_base(public, secret);
    sodium_bin2hex(k->public_key, KEY_HEX, public, sizeof(public));
    memmove(k->secret_key, secret_key, KEY_HEX);
    memory_wipe(secret, sizeof(secret));
}

static int add_base64(struct buf *out, const unsigned char *data, size_t len)
{
    size_t room = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
    char *text = mem_alloc(room);
    sodium_bin2base64(text, room, data, len, sodium_base64_VARIANT_ORIGINAL);
    int rc = buf_puts(out, text);
    mem_free(text);
    return rc;
}

int seal_text(const char *public_key, const char *text, size_t len, struct buf *out)
{
    unsigned char key[KEY_BYTES];
    if (key_bytes(public_key, key) < 0)
        return -1;
    size_t room = len + crypto_box_SEALBYTES;
    unsigned char *box = mem_alloc(room);
    int rc = crypto_box_seal(box, (const unsigned char *)text, len, key) != 0
                 ? -1
                 : add_base64(out, box, room);
    mem_free(box);
    return rc;
}

static int open_box(
    const struct seal_keys *k, const unsigned char *box, size_t len, struct buf *out)
{
    unsigned char public[KEY_BYTES], secret[KEY_BYTES];
    if (len < crypto_box_SEALBYTES || key_bytes(k->public_key, public) < 0 ||
        key_bytes(k->secret_key, secret) < 0)
        return -1;
    size_t n = len - crypto_box_SEALBYTES;
    unsigned char *text = mem_alloc(n + 1);
    int rc = crypto_box_seal_open(text, box, len, public, secret);
    if (rc == 0)
        rc = buf_add(out, (const char *)text, n);
    memory_wipe(text, n);
    memory_wipe(secret, sizeof(secret));
    mem_free(text);
    return rc < 0 ? -1 : 0;
}

int seal_open(const struct seal_keys *k, const char *sealed, struct buf *out)
{
    size_t len = strlen(sealed), n;
    unsigned char *box = mem_alloc(len + 1);
    int rc = sodium_base642bin(
        box, len + 1, sealed, len, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL);
    if (rc == 0)
        rc = open_box(k, box, n, out);
    mem_free(box);
    return rc < 0 ? -1 : 0;
}

int slow_hash(const char *secret, char out[SLOW_HASH], struct err *err)
{
    memset(out, 0, SLOW_HASH);
    if (crypto_pwhash_str(out, secret, strlen(secret), SLOW_HASH_PASSES, SLOW_HASH_MEMORY) != 0)
        return err_set(err, ERR_BUSY, "no memory to hash a secret");
    return 0;
}

bool slow_hash_opens(const char *hash, const char *secret)
{
    char room[SLOW_HASH] = {0};
    if (str_copy(room, sizeof(room), hash) < 0)
        return false;
    return crypto_pwhash_str_verify(room, secret, strlen(secret)) == 0;
}

bool slow_hash_is_old(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, SLOW_HASH_PASSES, SLOW_HASH_MEMORY) != 0;
}
