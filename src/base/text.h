/* SPDX-License-Identifier: EUPL-1.2 */
/* The person's language, by gettext. Message ids are plain English; English needs no catalogue. */
#ifndef ACHT_BASE_TEXT_H
#define ACHT_BASE_TEXT_H

#include <libintl.h>

#include <stdbool.h>

#include "base/err.h"

#define LANGUAGE_DEFAULT "nl"
#define LANGUAGE_CODE 8

#define _(id) text_get(id)
#define N_(id) id
#define P_(one, many, n) text_plural(one, many, n)

/* Where the compiled catalogues are (DIR/nl/LC_MESSAGES/acht.mo). Call once; sets LC_CTYPE to a
 * UTF-8 locale, which widths need. */
void text_start(const char *locale_dir);

/* Whether the environment asks for a character set that is not UTF-8 (LC_ALL=C and the like). When
 * it says nothing at all, a kiosk's console is one with UTF-8. */
bool text_ascii(void);

/* Speaks this language from now on ("nl", "en"). Cheap when it is the present one. */
void text_speak(const char *language);

/* Translations; the id itself when there is none. Never freed. */
const char *text_get(const char *id) __attribute__((format_arg(1)));
const char *text_plural(const char *one, const char *many, long long n)
    __attribute__((format_arg(1))) __attribute__((format_arg(2)));

/* The languages that have a catalogue, English included, sorted with the default first; at most
 * LIM_LANGUAGES codes. Returns their number. */
int text_languages(char codes[][LANGUAGE_CODE]);
const char *text_language_name(const char *code); /* its own name for itself; the code if unknown */

#endif
