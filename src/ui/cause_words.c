/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/cause_words.h"

#include "base/text.h"
#include "model/cause.h"

const char *cause_sentence(int64_t cause)
{
    static const char *const sentences[] = {
        [CAUSE_ok] = "",
        [CAUSE_no_network] = N_("No network now. Everything works; requests are sent later."),
        [CAUSE_portal] = N_("The network wants a login first. Please tell IT."),
        [CAUSE_intercepted] =
            N_("Somebody on the network reads along: nothing is sent. Please tell "
               "IT."),
        [CAUSE_certificate] = N_("The server cannot prove who it is: nothing is sent. Please tell "
                                 "IT."),
        [CAUSE_clock] = N_("The clock of this terminal is wrong: nothing is sent. Please tell IT."),
        [CAUSE_not_enrolled] = N_("The server does not know this terminal. Please tell IT."),
        [CAUSE_busy] = N_("The server is busy. It is tried again by itself."),
        [CAUSE_server_wrong] = N_("The server gives a wrong answer. It is tried again by itself."),
    };
    if (cause <= CAUSE_ok || cause > CAUSE_server_wrong)
        return "";
    return _(sentences[cause]);
}
