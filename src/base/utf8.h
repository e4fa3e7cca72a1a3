/* SPDX-License-Identifier: EUPL-1.2 */
/* UTF-8: decoding, width in terminal cells, clipping, and making foreign text safe to draw. */
#ifndef ACHT_BASE_UTF8_H
#define ACHT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes one code point of s[0..len) into *cp and returns the bytes it took (>= 1). A malformed
 * sequence gives UTF8_REPLACEMENT and takes one byte. len must be > 0. */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);

/* Writes cp as 1 to 4 bytes (no NUL) and returns their number. */
size_t utf8_encode(uint32_t cp, char out[4]);

bool utf8_valid(const char *s, size_t len);

/* Cells a code point takes: 0 (combining), 1 or 2; what wcwidth(3) does not know counts as 1.
 * Needs LC_CTYPE to be a UTF-8 locale. */
int utf8_cp_width(uint32_t cp);
int utf8_width(const char *s);

/* Bytes of the longest prefix of s that takes at most `cells` cells. */
size_t utf8_clip(const char *s, int cells);

/* True for what must never reach a terminal or hide in a name: C0, DEL, C1, bidirectional controls,
 * zero-width and tag characters, private use, surrogates, non-characters (CWE-150; Trojan Source,
 * CVE-2021-42574). */
bool utf8_cp_unsafe(uint32_t cp);

/* Appends s[0..len) to out as safe text: unsafe code points become '?', malformed bytes U+FFFD, at
 * most two combining marks per character; newlines become a space unless keep_newlines; runs of
 * white space become one space, none at either end. Returns 0, or -1 when out is full. */
int utf8_sanitize(struct buf *out, const char *s, size_t len, bool keep_newlines);

#endif
