/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands in the `pin` field of an entry: 's' seals the rest of the input to the server's key,
 * with "@" for the digest that would make it the entry's own; anything else stands there as it is.
 */
#include <string.h>

#include "proto/codec.h"
#include "proto/proof.h"
#include "support/fuzz.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct entry make_entry(void)
{
    struct entry e = {.id = "01936c5e-0000-7000-8000-000000000001",
        .kiosk = "k",
        .epoch = "e",
        .seq = 1,
        .made_at = 1795521600000};
    record_init(&e.fields, TYPE_SEE);
    e.fields.id = e.id;
    record_set_text(&e.fields, SEE_person, "anna");
    record_set_text(&e.fields, SEE_request, "r");
    return e;
}

static void digest_of(const struct entry *e, char out[DIGEST_HEX])
{
    struct buf line = BUF_INIT(LIM_LINE);
    MUST(entry_to_json(e, &line) == 0);
    sha256_hex(line.p, line.len, out);
    buf_release(&line);
}

static void make_text(const struct entry *e, const uint8_t *data, size_t size, struct buf *out)
{
    char digest[DIGEST_HEX];
    digest_of(e, digest);
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '@')
            buf_puts(out, digest);
        else
            buf_putc(out, (char)data[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seal_keys keys;
    struct proof proof;
    struct buf text = BUF_INIT(LIM_TEXT), box = BUF_INIT(2 * LIM_TEXT);
    struct entry e = make_entry();
    if (size == 0)
        return 0;
    seal_keys_from_secret(KEY, &keys);
    make_text(&e, data + 1, size - 1, &text);
    if (data[0] == 's')
        MUST(seal_text(keys.public_key, text.p, text.len, &box) == 0);
    else
        buf_puts(&box, text.p);
    record_set_text(&e.fields, SEE_pin, box.p);
    enum proof_result found = proof_open(&keys, &e, &proof);
    MUST((found == PROOF_NONE) == (box.len == 0));
    MUST(found != PROOF_OPEN || data[0] == 's');
    MUST(memchr(proof.pin, '\0', sizeof(proof.pin)) != NULL);
    MUST(memchr(proof.secret, '\0', sizeof(proof.secret)) != NULL);
    MUST(found == PROOF_OPEN || (!proof.pin[0] && !proof.secret[0]));
    e.seq++; /* whatever opened is of no other entry */
    MUST(proof_open(&keys, &e, &proof) != PROOF_OPEN);
    buf_release(&text);
    buf_release(&box);
    return 0;
}
