/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/proof.h"

#include <string.h>

#include "proto/codec.h"
#include "proto/line.h"

bool pin_valid(const char *text)
{
    return strlen(text) == LIM_PIN && strspn(text, "0123456789") == LIM_PIN;
}

/* Every digit is the one before plus the same step: 111111, 123456, 654321, 135790. */
static bool is_run(const char *pin)
{
    int by = (pin[1] - pin[0] + 10) % 10;
    for (int i = 2; i < LIM_PIN; i++)
        if ((pin[i] - pin[i - 1] + 10) % 10 != by)
            return false;
    return true;
}

/* Repeats of two or three digits: 121212, 123123; and pairs and halves: 112233, 111222. */
static bool is_pattern(const char *pin)
{
    bool pairs = pin[0] == pin[1] && pin[2] == pin[3] && pin[4] == pin[5];
    bool halves = pin[0] == pin[1] && pin[1] == pin[2] && pin[3] == pin[4] && pin[4] == pin[5];
    bool mirror = pin[0] == pin[5] && pin[1] == pin[4] && pin[2] == pin[3];
    return pairs || halves || mirror || memcmp(pin, pin + 3, 3) == 0 ||
           (memcmp(pin, pin + 2, 2) == 0 && memcmp(pin, pin + 4, 2) == 0);
}

static int two_digits(const char *s)
{
    return (s[0] - '0') * 10 + s[1] - '0';
}

/* A day of birth as ddmmyy or yymmdd: what people choose, and what colleagues know. */
static bool is_date(const char *pin)
{
    int a = two_digits(pin), b = two_digits(pin + 2), c = two_digits(pin + 4);
    return b >= 1 && b <= 12 && ((a >= 1 && a <= 31) || (c >= 1 && c <= 31));
}

bool pin_common(const char *pin)
{
    static const char *const others[] = {"159753", "147258", "258369", "147852", "159357", "789456",
        "123321", "102030", "246810", "696969", "007007", "142536", "192837"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(others[i], pin) == 0)
            return true;
    return is_run(pin) || is_pattern(pin) || is_date(pin);
}

/* The field of the seal, or -1. */
static int seal_field(const struct entry *e)
{
    return type_field(e->fields.type, "pin");
}

/* SHA-256 of the entry's line without its seal. */
static int digest_without(const struct entry *e, int field, char out[DIGEST_HEX])
{
    struct entry bare = *e;
    struct buf line = BUF_INIT(LIM_LINE);
    bare.fields.value[field].text = "";
    int rc = entry_to_json(&bare, &line);
    if (rc == 0)
        sha256_hex(line.p, line.len, out);
    buf_release(&line);
    return rc;
}

static int seal(const struct proof *p, const char *digest, const char *key, struct buf *out)
{
    struct buf line = BUF_INIT(LIM_SEAL);
    size_t start = line_open(&line);
    line_text(&line, "of", digest);
    line_text(&line, "pin", p->pin);
    if (p->secret[0])
        line_text(&line, "secret", p->secret);
    int rc = line_close(&line, start);
    if (rc == 0)
        rc = seal_text(key, line.p, line.len, out);
    memory_wipe(line.p, line.len);
    buf_release(&line);
    return rc;
}

int proof_seal(const struct proof *p, const char *public_key, struct entry *e, struct arena *mem,
    struct err *err)
{
    char digest[DIGEST_HEX];
    int field = seal_field(e);
    if (field < 0)
        return err_set(err, ERR_DATA, "a %s carries no PIN", e->fields.type->name);
    struct buf sealed = BUF_INIT(LIM_SEAL);
    int rc = digest_without(e, field, digest);
    if (rc == 0)
        rc = seal(p, digest, public_key, &sealed);
    if (rc == 0)
        record_set_text(&e->fields, field, arena_strndup(mem, sealed.p, sealed.len));
    else
        err_set(err, ERR_DATA, "a PIN cannot be sealed");
    buf_release(&sealed);
    return rc;
}

static int read_proof(const struct buf *line, const char *digest, struct proof *p)
{
    struct err ignored = {0};
    const char *of = "", *pin = "", *secret = "";
    json_t *object = line_parse(line->p, line->len, &ignored);
    if (!object)
        return -1;
    int rc = line_get_text(object, "of", &of, &ignored) == 0 && secret_equal(of, digest) &&
                     line_get_text(object, "pin", &pin, &ignored) == 0 &&
                     line_get_text(object, "secret", &secret, &ignored) >= 0 &&
                     str_copy(p->pin, sizeof(p->pin), pin) == 0 &&
                     str_copy(p->secret, sizeof(p->secret), secret) == 0
                 ? 0
                 : -1;
    json_decref(object);
    return rc;
}

enum proof_result proof_open(const struct seal_keys *k, const struct entry *e, struct proof *p)
{
    char digest[DIGEST_HEX];
    int field = seal_field(e);
    *p = (struct proof){0};
    if (field < 0 || !*record_text(&e->fields, field))
        return PROOF_NONE;
    struct buf line = BUF_INIT(LIM_SEAL);
    int rc = digest_without(e, field, digest);
    if (rc == 0)
        rc = seal_open(k, record_text(&e->fields, field), &line);
    if (rc == 0)
        rc = read_proof(&line, digest, p);
    memory_wipe(line.p, line.len);
    buf_release(&line);
    if (rc < 0)
        memory_wipe(p, sizeof(*p));
    return rc < 0 ? PROOF_WRONG : PROOF_OPEN;
}
