/* SPDX-License-Identifier: EUPL-1.2 */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "base/utf8.h"

#include <string.h>
#include <wchar.h>

size_t utf8_decode(const char *s, size_t len, uint32_t *cp)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *u = (const unsigned char *)s;
    *cp = UTF8_REPLACEMENT;
    if (u[0] < 0x80) {
        *cp = u[0];
        return 1;
    }
    size_t n = u[0] >= 0xF0 ? 4 : u[0] >= 0xE0 ? 3 : u[0] >= 0xC2 ? 2 : 0;
    if (n == 0 || n > len || u[0] > 0xF4)
        return 1;
    uint32_t v = u[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 1;
        v = v << 6 | (u[i] & 0x3F);
    }
    if (v < least[n] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
        return 1;
    *cp = v;
    return n;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    out[0] = (char)((0xF00u >> n & 0xFF) | cp);
    return n;
}

/* Bytes of ASCII at the start of s, rounded down to whole words. */
static size_t ascii_words(const char *s, size_t len)
{
    size_t i = 0;
    for (uint64_t word; i + sizeof(word) <= len; i += sizeof(word)) {
        memcpy(&word, s + i, sizeof(word));
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    return i;
}

bool utf8_valid(const char *s, size_t len)
{
    for (size_t i = ascii_words(s, len); i < len;) {
        uint32_t cp;
        size_t n = utf8_decode(s + i, len - i, &cp);
        if (cp == UTF8_REPLACEMENT && n == 1)
            return false;
        i += n;
    }
    return true;
}

int utf8_cp_width(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return 1;
    int w = wcwidth((wchar_t)cp);
    return w < 0 ? 1 : w;
}

int utf8_width(const char *s)
{
    int width = 0;
    for (size_t len = strlen(s); len > 0;) {
        uint32_t cp;
        size_t n = utf8_decode(s, len, &cp);
        width += utf8_cp_width(cp);
        s += n;
        len -= n;
    }
    return width;
}

size_t utf8_clip(const char *s, int cells)
{
    size_t at = 0, len = strlen(s);
    int width = 0;
    while (at < len) {
        uint32_t cp;
        size_t n = utf8_decode(s + at, len - at, &cp);
        width += utf8_cp_width(cp);
        if (width > cells)
            break;
        at += n;
    }
    return at;
}

bool utf8_cp_unsafe(uint32_t cp)
{
    static const struct {
        uint32_t from, to;
    } unsafe[] = {
        {0x00, 0x1F},
        {0x7F, 0x9F},
        {0xAD, 0xAD},
        {0x61C, 0x61C},
        {0x180B, 0x180F},
        {0x200B, 0x200F},
        {0x2028, 0x202E},
        {0x2060, 0x206F},
        {0xD800, 0xF8FF},
        {0xFDD0, 0xFDEF},
        {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},
        {0xFFF9, 0xFFFB},
        {0xFFFE, 0xFFFF},
        {0x1FFFE, 0x1FFFF},
        {0xE0000, 0x10FFFF},
    };
    if (cp >= 0x20 && cp < 0x7F)
        return false;
    for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
        if (cp >= unsafe[i].from && cp <= unsafe[i].to)
            return true;
    return false;
}

/* What one code point becomes in safe text; 0 means: drop it. */
static uint32_t safe_cp(uint32_t cp, bool keep_newlines, int *marks)
{
    if (cp == '\n' && keep_newlines)
        return cp;
    if (cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xA0)
        return ' ';
    if (utf8_cp_unsafe(cp))
        return cp == 0xAD ? 0 : '?';
    if (utf8_cp_width(cp) == 0)
        return ++*marks <= 2 ? cp : 0;
    *marks = 0;
    return cp;
}

/* White space that begins a text or follows other white space. */
static bool redundant(uint32_t cp, const struct buf *out, size_t start)
{
    if (out->len == start)
        return cp == ' ' || cp == '\n';
    char last = out->p[out->len - 1];
    return cp == ' ' && (last == ' ' || last == '\n');
}

int utf8_sanitize(struct buf *out, const char *s, size_t len, bool keep_newlines)
{
    size_t start = out->len;
    int marks = 0;
    for (size_t i = 0; i < len;) {
        uint32_t cp;
        i += utf8_decode(s + i, len - i, &cp);
        cp = safe_cp(cp, keep_newlines, &marks);
        char enc[4];
        if (cp == 0 || redundant(cp, out, start))
            continue;
        if (buf_add(out, enc, utf8_encode(cp, enc)) < 0)
            return -1;
    }
    while (out->len > start && (out->p[out->len - 1] == ' ' || out->p[out->len - 1] == '\n'))
        buf_truncate(out, out->len - 1);
    return 0;
}
