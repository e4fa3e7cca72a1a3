/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/number.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define UUID_LENGTH 36
#define CHARACTERS 8 /* of five bits: NUMBER_TAIL * 4 bits */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The number that hexadecimal digits are, or -1. */
static int64_t hex_number(const char *s)
{
    static const char digits[] = "0123456789abcdef";
    int64_t n = 0;
    for (; *s; s++) {
        const char *at = strchr(digits, *s);
        if (!at)
            return -1;
        n = n << 4 | (at - digits);
    }
    return n;
}

void request_number(const char *id, char out[LIM_ID])
{
    size_t len = strlen(id);
    int64_t bits = len == UUID_LENGTH ? hex_number(id + len - NUMBER_TAIL) : -1;
    if (bits < 0) {
        snprintf(out, LIM_ID, "%s", id);
        return;
    }
    char *to = out;
    for (int i = CHARACTERS - 1; i >= 0; i--) {
        *to++ = alphabet[bits >> (5 * i) & 31];
        if (i == CHARACTERS / 2)
            *to++ = '-';
    }
    *to = '\0';
}

/* The five bits of a character as somebody may write it, or -1. */
static int bits_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

int request_number_read(const char *text, char tail[NUMBER_TAIL + 1])
{
    int64_t bits = 0;
    int count = 0;
    for (; *text; text++) {
        int five = bits_of(*text);
        if (*text == ' ' || *text == '-')
            continue;
        if (five < 0 || ++count > CHARACTERS)
            return -1;
        bits = bits << 5 | five;
    }
    if (count != CHARACTERS)
        return -1;
    snprintf(tail, NUMBER_TAIL + 1, "%0*llx", NUMBER_TAIL, (unsigned long long)bits);
    return 0;
}
