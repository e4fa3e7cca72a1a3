/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/codec.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char upper_letter(char c)
{
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return c >= 'A' && c <= 'Z' ? c : '\0';
}

/* Readers differ in zeros in front, case and separators; people leave them out. */
static int normalise(const char *badge, char out[LIM_BADGE])
{
    size_t n = 0;
    for (; *badge; badge++) {
        char c = is_digit(*badge) ? *badge : upper_letter(*badge);
        if (!c || (n == 0 && c == '0'))
            continue;
        if (n == LIM_BADGE - 1)
            return -1;
        out[n++] = c;
    }
    out[n] = '\0';
    return n > 0 ? 0 : -1;
}

int badge_hash(const char *badge_key, const char *badge, char out[DIGEST_HEX])
{
    char form[LIM_BADGE];
    int rc = normalise(badge, form);
    if (rc == 0)
        keyed_hash_hex(badge_key, form, out);
    memory_wipe(form, sizeof(form));
    return rc;
}
