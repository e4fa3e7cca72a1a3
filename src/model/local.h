/* SPDX-License-Identifier: EUPL-1.2 */
/* Texts in several languages, kept as one: a line "CODE:text" per language, none twice. */
#ifndef ACHT_MODEL_LOCAL_H
#define ACHT_MODEL_LOCAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

/* Language number i and its text; false past the end. Both are borrowed from `local` and have these
 * lengths. */
struct local_line {
    const char *lang, *text;
    size_t lang_len, len;
};
bool local_line(const char *local, int i, struct local_line *out);

/* The text in this language; where there is none the Dutch, the English or else the first one, for
 * a word in another language says more than none. Allocated in mem; "" when there is no text. */
const char *local_text(const char *local, const char *lang, struct arena *mem);

/* Checks the form, and that no text is longer than limit bytes. */
int local_check(const char *local, int64_t limit, const char *name, struct err *err) ACHT_NODISCARD;

#endif
