/* SPDX-License-Identifier: EUPL-1.2 */
/* What the commands of acht have in common: a kiosk and a language. */
#ifndef ACHT_MAIN_ACHT_OPEN_H
#define ACHT_MAIN_ACHT_OPEN_H

#include "kiosk/kiosk.h"
#include "main/options.h"

/* The language that --lang names, or the usual one. */
int args_language(const struct args *args, char out[LANGUAGE_CODE], struct err *err) ACHT_NODISCARD;

/* The language must be one that has texts; only after open_kiosk() is that known. */
int known_language(const char *lang, struct err *err) ACHT_NODISCARD;

/* The same with the start screen alone (kiosk_open_start()). */
int open_start(const char *data, const char *lang, struct kiosk *k, struct err *err) ACHT_NODISCARD;

/* Opens the kiosk of a directory, or makes one; k is to be closed after 0. */
int open_kiosk(const char *data, const char *lang, struct kiosk *k, struct err *err) ACHT_NODISCARD;

/* Opens the kiosk that stands in the directory; a mistyped name must not make a new one. */
int open_standing(const struct args *args, struct kiosk *k, struct err *err) ACHT_NODISCARD;

#endif
