/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands between this terminal and the server, as a sentence. */
#ifndef ACHT_UI_CAUSE_WORDS_H
#define ACHT_UI_CAUSE_WORDS_H

#include <stdint.h>

/* What is the matter and what to do, in the language of the screens; "" when all is well or nothing
 * is known. cause: enum cause, or NO_NUMBER. */
const char *cause_sentence(int64_t cause);

#endif
