/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/code.h"

#include <string.h>

#define HANDLE 6
#define SECRET 10
#define LETTERS (HANDLE + SECRET)

/* Crockford's base 32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void keep(const char letters[LETTERS], struct enrol_code *code)
{
    memcpy(code->handle, letters, HANDLE);
    code->handle[HANDLE] = '\0';
    sha256_hex(letters, LETTERS, code->hash);
}

void code_make(int64_t now, char text[CODE_TEXT], struct enrol_code *code)
{
    unsigned char random[LETTERS];
    char letters[LETTERS], *out = text;
    random_bytes(random, sizeof(random));
    for (int i = 0; i < LETTERS; i++) {
        letters[i] = alphabet[random[i] % 32];
        if (i == HANDLE || i == HANDLE + SECRET / 2)
            *out++ = '-';
        *out++ = letters[i];
    }
    *out = '\0';
    *code = (struct enrol_code){.expires = now + CODE_LIFE};
    keep(letters, code);
}

/* The letter that was meant, or NUL. */
static char meant(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c && strchr(alphabet, c) ? c : '\0';
}

int code_read(const char *typed, struct enrol_code *code)
{
    char letters[LETTERS];
    int n = 0;
    for (; *typed; typed++) {
        if (*typed == '-' || *typed == ' ')
            continue;
        char c = meant(*typed);
        if (!c || n == LETTERS)
            return -1;
        letters[n++] = c;
    }
    if (n < LETTERS)
        return -1;
    *code = (struct enrol_code){0};
    keep(letters, code);
    return 0;
}

bool code_opens(const struct enrol_code *kept, const struct enrol_code *typed, int64_t now)
{
    return secret_equal(kept->hash, typed->hash) && kept->tries < CODE_TRIES &&
           now < kept->expires && now >= kept->expires - CODE_LIFE - CODE_BACK;
}
