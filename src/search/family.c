/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/inner.h"

#include <stdlib.h>
#include <string.h>

/* Sorted. */
static const char *const fillers[] = {"a", "aan", "als", "and", "bij", "dat", "de", "den", "der",
    "des", "die", "dit", "door", "een", "en", "er", "for", "het", "hoe", "how", "ik", "in", "is",
    "je", "met", "mijn", "naar", "niet", "of", "om", "on", "ook", "op", "or", "over", "per", "te",
    "ten", "ter", "the", "to", "tot", "uit", "uw", "van", "via", "voor", "wat", "wil", "with",
    "zijn"};

static int compare_word(const void *word, const void *filler)
{
    return strcmp(word, *(const char *const *)filler);
}

bool word_is_filler(const char *word)
{
    return bsearch(
        word, fillers, sizeof(fillers) / sizeof(*fillers), sizeof(*fillers), compare_word);
}

bool word_has_family(const char *word)
{
    return strlen(word) >= 3 && !strpbrk(word, "0123456789") && !word_is_filler(word);
}

static bool is_vowel(char c)
{
    return c && strchr("aeiouy", c);
}

static bool is_consonant(char c)
{
    return c >= 'a' && c <= 'z' && !is_vowel(c);
}

static int vowels(const char *s, size_t len)
{
    int n = 0;
    for (size_t i = 0; i < len; i++)
        n += is_vowel(s[i]) && (i == 0 || !is_vowel(s[i - 1]));
    return n;
}

/* Spells the stem that is left when an ending fell off as a word of its own: "lass" -> "las",
 * "frez" -> "frees". Between a single vowel and the ending, one consonant means a long vowel. */
static void respell(char *s, size_t n)
{
    bool long_vowel =
        n >= 3 && is_consonant(s[n - 1]) && strchr("aeou", s[n - 2]) && is_consonant(s[n - 3]);
    bool weak = long_vowel && s[n - 2] == 'e' && strchr("nlm", s[n - 1]) && vowels(s, n) > 1;
    if (n >= 2 && is_consonant(s[n - 1]) && s[n - 1] == s[n - 2]) {
        n--;
    } else if (long_vowel && !weak && n + 1 < LIM_ID) {
        s[n] = s[n - 1];
        s[n - 1] = s[n - 2];
        n++;
    }
    s[n] = '\0';
    if (n > 0 && s[n - 1] == 'z')
        s[n - 1] = 's';
    if (n > 0 && s[n - 1] == 'v')
        s[n - 1] = 'f';
}

/* An ending that begins with a vowel stands after a consonant or a closed vowel: not in "leer",
 * "machien", "vee". */
static bool may_fall(const char *s, size_t stem)
{
    if (stem < 3 || vowels(s, stem) == 0 || s[stem - 1] == 'e')
        return false;
    return s[stem - 1] != 'i' || is_vowel(s[stem - 2]);
}

/* A plural s: "robots", "machines"; not in "las", "frees", "cursus". */
static bool plural_s(const char *s, size_t n)
{
    if (n < 5 || s[n - 1] != 's')
        return false;
    if (is_consonant(s[n - 2]))
        return s[n - 2] != 's';
    return n >= 6 && s[n - 2] == 'e' && is_consonant(s[n - 3]);
}

static bool drop_ending(char *s)
{
    static const char *const endings[] = {"ingen", "ing", "ers", "er", "en", "e"};
    size_t n = strlen(s);
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        size_t len = strlen(endings[i]);
        if (n > len && strcmp(s + n - len, endings[i]) == 0 && may_fall(s, n - len)) {
            respell(s, n - len);
            return true;
        }
    }
    if (plural_s(s, n)) {
        s[n - 1] = '\0';
        return true;
    }
    return false;
}

void word_family(const char *word, char out[LIM_ID])
{
    (void)str_copy(out, LIM_ID, word);
    for (int i = 0; i < 3 && drop_ending(out); i++)
        ;
}
