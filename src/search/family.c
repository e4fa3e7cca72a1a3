/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/inner.h"

#include <stdlib.h>
#include <string.h>

/* Sorted. Words that join others, and those that every course could be called by. */
static const char *const fillers[] = {"a", "aan", "als", "and", "bij", "course", "cursus",
    "cursussen", "dat", "de", "den", "der", "des", "die", "dit", "door", "een", "en", "er", "for",
    "het", "hoe", "how", "ik", "in", "is", "je", "leren", "met", "mijn", "naar", "niet", "of", "om",
    "on", "ook", "op", "opleiding", "opleidingen", "or", "over", "per", "te", "ten", "ter", "the",
    "to", "tot", "training", "trainingen", "uit", "uw", "van", "via", "volgen", "voor", "wat",
    "wil", "with", "worden", "zijn"};

/* Sorted. Words whose -er is no ending, where the stem would be another word's: laser is no lassen.
 */
static const char *const whole_stems[] = {"koper", "lager", "laser", "zuiger"};

static int compare_word(const void *word, const void *item)
{
    return strcmp(word, *(const char *const *)item);
}

static bool is_listed(const char *word, const char *const *list, size_t count)
{
    return bsearch(word, list, count, sizeof(*list), compare_word);
}

bool word_is_filler(const char *word)
{
    return is_listed(word, fillers, sizeof(fillers) / sizeof(*fillers));
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

static bool is_whole_stem(const char *s)
{
    return is_listed(s, whole_stems, sizeof(whole_stems) / sizeof(*whole_stems));
}

static bool drop_plural(char *s, size_t n)
{
    if (!plural_s(s, n))
        return false;
    s[n - 1] = '\0';
    return true;
}

static bool drop_ending(char *s)
{
    static const char *const endings[] = {"ingen", "ing", "ers", "er", "en", "e"};
    size_t n = strlen(s);
    char singular[LIM_ID];
    (void)str_copy(singular, sizeof(singular), s);
    if (is_whole_stem(s))
        return false;
    if (drop_plural(singular, n) && is_whole_stem(singular))
        return drop_plural(s, n);
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        size_t len = strlen(endings[i]);
        if (n > len && strcmp(s + n - len, endings[i]) == 0 && may_fall(s, n - len)) {
            respell(s, n - len);
            return true;
        }
    }
    return drop_plural(s, n);
}

void word_family(const char *word, char out[LIM_ID])
{
    (void)str_copy(out, LIM_ID, word);
    for (int i = 0; i < 3 && drop_ending(out); i++)
        ;
}
