/* SPDX-License-Identifier: EUPL-1.2 */
/* What a request says to the worker, and what it says to who decides. */
#ifndef ACHT_UI_REQUEST_WORDS_H
#define ACHT_UI_REQUEST_WORDS_H

#include "model/record.h"

/* A sentence or two, with a name in it. */
struct saying {
    char text[500];
};

/* Where it stands, in a few words. */
const char *ticket_word(const struct record *ticket);
/* What that means, and what comes next. */
struct saying ticket_sentence(const struct record *ticket);
/* What else there is to know: that a step waits here to be sent, or what lost_remark() says. */
struct saying ticket_remark(const struct record *ticket);
/* Another's answer, or a last step that did not count; "" nothing. */
struct saying lost_remark(const struct record *ticket);
/* What the supervisor said last was a question, which may be answered by now; or a condition. */
bool ticket_questioned(const struct record *ticket);
bool ticket_conditional(const struct record *ticket);

/* The same for who decides. */
const char *matter_word(const struct record *t);
bool matter_waits(const struct record *ticket); /* an answer is wanted */
struct saying matter_sentence(const struct record *ticket);
struct saying matter_remark(const struct record *ticket);

/* The condition to which the worker has agreed, in words to the worker; "" none. */
const char *agreed_words(const struct record *ticket);
const char *because_word(int64_t because); /* the reason, condition or question; "" none */
const char *reason_sentence(int64_t reason);

/* Whether somebody has to do something, or it came to nothing. */
bool ticket_urgent(const struct record *ticket);

#endif
