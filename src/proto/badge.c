/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
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

/* ---- layouts ---- */

/* What the keys of the digits 0 to 9 give under layouts other than the reader's; the last two when
 * the reader holds the shift key for digits. swapped: the letters that also change places. */
static const struct layout {
    const char *name, *digits;
    char typed, meant;
} layouts[] = {
    {"French AZERTY", "à&é\"'(-è_ç", 'Q', 'A'},
    {"Belgian AZERTY", "à&é\"'(§è!ç", 'Q', 'A'},
    {"Czech QWERTZ", "é+ěščřžýáí", '\0', '\0'},
    {"Slovak QWERTZ", "é+ľščťžýáí", '\0', '\0'},
    {"Hungarian QWERTZ", "ö123456789", '\0', '\0'},
    {"QWERTY with shift", ")!@#$%^&*(", '\0', '\0'},
    {"German QWERTZ with shift", "=!\"§$%&/()", '\0', '\0'},
};
enum { LAYOUTS = sizeof(layouts) / sizeof(layouts[0]) };

/* The digit that stands for ch in a layout, or '\0'. */
static char digit_under(const struct layout *l, uint32_t ch)
{
    const char *s = l->digits;
    for (char digit = '0'; *s; digit++) {
        uint32_t there;
        s += utf8_decode(s, strlen(s), &there);
        if (there == ch)
            return digit;
    }
    return '\0';
}

bool badge_garbles(uint32_t ch)
{
    for (int i = 0; i < LAYOUTS; i++)
        if (!(ch < 0x80 && is_digit((char)ch)) && digit_under(&layouts[i], ch))
            return true;
    return false;
}

/* The character that was meant under a layout, or '\0' where a reader would not type this one. */
static char meant(const struct layout *l, uint32_t ch)
{
    char digit = digit_under(l, ch);
    if (digit)
        return digit;
    char c = ch < 0x80 ? upper_letter((char)ch) : '\0';
    if (l->typed && c == l->typed)
        return l->meant;
    return c >= 'A' && c <= 'F' && c != l->meant ? c : '\0';
}

/* Reads the badge as typed under a layout. -1 when some character does not belong to it: then no
 * reader typed it so. */
static int ungarble(const struct layout *l, const char *badge, char out[LIM_BADGE + 1])
{
    size_t n = 0, len = strlen(badge);
    for (size_t at = 0; at < len;) {
        uint32_t ch;
        at += utf8_decode(badge + at, len - at, &ch);
        char c = meant(l, ch);
        if (!c || n == LIM_BADGE)
            return -1;
        out[n++] = c;
    }
    out[n] = '\0';
    return n > 0 ? 0 : -1;
}

/* ---- forms of one tag ---- */

struct forms {
    const char *key;
    char (*out)[DIGEST_HEX];
    int count;
};

static void add_form(struct forms *f, const char *form)
{
    if (f->count == BADGE_FORMS || badge_hash(f->key, form, f->out[f->count]) < 0)
        return;
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->out[i], f->out[f->count]) == 0)
            return;
    f->count++;
}

static void add_number(struct forms *f, uint64_t number)
{
    char form[LIM_BADGE];
    snprintf(form, sizeof(form), "%" PRIu64, number);
    add_form(f, form);
    snprintf(form, sizeof(form), "%" PRIX64, number);
    add_form(f, form);
    memory_wipe(form, sizeof(form));
}

/* Tags have 4, 5, 7 or 8 bytes. */
static int tag_bytes(uint64_t number)
{
    return number >> 32 == 0 ? 4 : number >> 40 == 0 ? 5 : number >> 56 == 0 ? 7 : 8;
}

static uint64_t reversed(uint64_t number)
{
    uint64_t out = 0;
    for (int i = tag_bytes(number); i > 0; i--, number >>= 8)
        out = out << 8 | (number & 0xFF);
    return out;
}

/* The number in both bases and both orders. Short ones are numbers that somebody gave out, not a
 * tag's: taken otherwise, they would be a colleague's. */
enum { TAG_LEAST = 7 };
static void add_tag(struct forms *f, const char *form, int base)
{
    size_t most = base == 16 ? 16 : 19;
    const char *digits = base == 16 ? "0123456789ABCDEF" : "0123456789";
    size_t len = strlen(form);
    if (len < TAG_LEAST || len > most || strspn(form, digits) != len)
        return;
    uint64_t number = strtoull(form, NULL, base);
    add_number(f, number);
    add_number(f, reversed(number));
}

static void add_all(struct forms *f, const char *badge)
{
    char form[LIM_BADGE];
    if (normalise(badge, form) == 0) {
        add_form(f, form);
        add_tag(f, form, 10);
        add_tag(f, form, 16);
    }
    memory_wipe(form, sizeof(form));
}

int badge_hashes(const char *badge_key, const char *badge, char out[BADGE_FORMS][DIGEST_HEX])
{
    struct forms f = {badge_key, out, 0};
    char meant_badge[LIM_BADGE + 1];
    add_all(&f, badge);
    for (int i = 0; i < LAYOUTS; i++)
        if (ungarble(&layouts[i], badge, meant_badge) == 0)
            add_all(&f, meant_badge);
    memory_wipe(meant_badge, sizeof(meant_badge));
    return f.count;
}
