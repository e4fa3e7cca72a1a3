/* SPDX-License-Identifier: EUPL-1.2 */
/* The data dictionary: every field that tells something of a person, made from the declarations. */
#ifndef ACHT_CENTRAL_DICTIONARY_H
#define ACHT_CENTRAL_DICTIONARY_H

#include "base/buf.h"

#define DICTIONARY_MAX (512 * 1024)

/* Adds one line per field (or an array of objects): what it says, why it is kept, who sees it, for
 * how long, and where. */
void dictionary_text(struct buf *out);
void dictionary_json(struct buf *out);

#endif
