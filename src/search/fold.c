/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/search.h"

#include <string.h>

#include "base/utf8.h"

/* The plain letter of U+00C0 and what follows; '?' stands for what special[] or nothing changes. */
static const char latin[] = "aaaaaa?ceeeeiiii?nooooo??uuuuy??aaaaaa?ceeeeiiii?nooooo??uuuuy?y"
                            "aaaaaaccccccccdd??eeeeeeeeeegggggggghh??iiiiiiiii???jjkk?llllll?"
                            "???nnnnnn???oooooo??rrrrrrsssssssstttt??uuuuuuuuuuuuwwyyyzzzzzzs";
/* The same from U+1E00, which Vietnamese needs. */
static const char latin_more[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                                 "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                 "wwwwwwwwwwxxxxyyzzzzzzhtwy?s????aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                                 "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy??????";

static const struct {
    uint32_t cp;
    const char *letters;
} special[] = {
    {0xC6, "ae"},
    {0xD0, "d"},
    {0xD8, "o"},
    {0xDE, "th"},
    {0xDF, "ss"},
    {0xE6, "ae"},
    {0xF0, "d"},
    {0xF8, "o"},
    {0xFE, "th"},
    {0x110, "d"},
    {0x111, "d"},
    {0x126, "h"},
    {0x127, "h"},
    {0x131, "i"},
    {0x132, "ij"},
    {0x133, "ij"},
    {0x141, "l"},
    {0x142, "l"},
    {0x152, "oe"},
    {0x153, "oe"},
    {0x218, "s"},
    {0x219, "s"},
    {0x21A, "t"},
    {0x21B, "t"},
    {0x1E9E, "ss"},
};

enum sort_of_cp { SEPARATOR, LETTER, MARK };

/* From each start on, up to the next. */
static const struct {
    uint32_t start;
    enum sort_of_cp sort;
} ranges[] = {
    {0, SEPARATOR},
    {0xC0, LETTER},
    {0xD7, SEPARATOR},
    {0xD8, LETTER},
    {0xF7, SEPARATOR},
    {0xF8, LETTER},
    {0x2B0, SEPARATOR},
    {0x300, MARK},
    {0x370, LETTER},
    {0x60C, SEPARATOR},
    {0x620, LETTER},
    {0x64B, MARK},
    {0x660, LETTER},
    {0x66A, SEPARATOR},
    {0x66E, LETTER},
    {0x6D4, SEPARATOR},
    {0x6D5, LETTER},
    {0x1AB0, MARK},
    {0x1B00, LETTER},
    {0x2000, SEPARATOR},
    {0x2C00, LETTER},
    {0x2E00, SEPARATOR},
    {0x3005, LETTER},
    {0x3008, SEPARATOR},
    {0x3041, LETTER},
    {0xD800, SEPARATOR},
    {0xF900, LETTER},
    {0xFE00, SEPARATOR},
    {0xFE70, LETTER},
    {0xFEFF, SEPARATOR},
    {0xFF66, LETTER},
    {0xFFE0, SEPARATOR},
    {0x10000, LETTER},
    {0x1F000, SEPARATOR},
    {0x20000, LETTER},
    {0x40000, SEPARATOR},
};

static enum sort_of_cp sort_of(uint32_t cp)
{
    size_t low = 0;
    size_t high = sizeof(ranges) / sizeof(*ranges);
    while (high - low > 1) {
        size_t mid = (low + high) / 2;
        if (ranges[mid].start <= cp)
            low = mid;
        else
            high = mid;
    }
    return ranges[low].sort;
}

static uint32_t lower(uint32_t cp)
{
    if ((cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x410 && cp <= 0x42F))
        return cp + 32; /* Greek, Cyrillic */
    if (cp >= 0x400 && cp <= 0x40F)
        return cp + 80;
    return cp;
}

/* Writes a letter beyond ASCII and returns its bytes. */
static size_t fold_letter(uint32_t cp, char out[4])
{
    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
        if (special[i].cp == cp) {
            size_t n = strlen(special[i].letters);
            memcpy(out, special[i].letters, n);
            return n;
        }
    char plain = '?';
    if (cp >= 0xC0 && cp < 0x180)
        plain = latin[cp - 0xC0];
    else if (cp >= 0x1E00 && cp < 0x1F00)
        plain = latin_more[cp - 0x1E00];
    if (plain == '?')
        return utf8_encode(lower(cp), out);
    out[0] = plain;
    return 1;
}

/* Folds one code point: its bytes, 0 for a mark that falls away, -1 for a separator. */
static int fold(uint32_t cp, char out[4])
{
    if (cp >= 0xFF01 && cp <= 0xFF5E)
        cp -= 0xFEE0; /* full-width ASCII */
    if (cp < 0x80) {
        out[0] = cp >= 'A' && cp <= 'Z' ? (char)(cp + 32) : (char)cp;
        return (out[0] >= 'a' && out[0] <= 'z') || (out[0] >= '0' && out[0] <= '9') ? 1 : -1;
    }
    enum sort_of_cp sort = sort_of(cp);
    if (sort == LETTER)
        return (int)fold_letter(cp, out);
    return sort == MARK ? 0 : -1;
}

static int add_word(struct buf *out, const char *word, size_t len)
{
    if (len == 0)
        return 0;
    size_t before = out->len;
    if ((before == 0 || buf_putc(out, ' ') == 0) && buf_add(out, word, len) == 0)
        return 0;
    buf_truncate(out, before);
    return -1;
}

int words_fold(struct buf *out, const char *text)
{
    char word[LIM_ID];
    size_t len = 0;
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t cp;
        char letters[4];
        size_t took = utf8_decode(text, left, &cp);
        text += took;
        left -= took;
        int n = fold(cp, letters);
        if (n > 0 && len + (size_t)n < sizeof(word)) {
            memcpy(word + len, letters, (size_t)n);
            len += (size_t)n;
        } else if (n < 0) {
            if (add_word(out, word, len) < 0)
                return -1;
            len = 0;
        }
    }
    return add_word(out, word, len);
}

bool words_next(const char **folded, char word[LIM_ID])
{
    const char *s = *folded + strspn(*folded, " ");
    size_t len = strcspn(s, " ");
    *folded = s + len;
    if (len >= LIM_ID)
        len = LIM_ID - 1;
    memcpy(word, s, len);
    word[len] = '\0';
    return len > 0;
}
