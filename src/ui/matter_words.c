/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of a request to who decides. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/format.h"
#include "ui/request_words.h"

#define SAY(s, ...) snprintf((s).text, sizeof((s).text), __VA_ARGS__)

const char *matter_word(const struct record *t)
{
    static const char *const words[REQUEST_STATES_COUNT] = {
        [REQUEST_asked] = N_("Waits for your answer"),
        [REQUEST_seen] = N_("Waits for your answer"),
        [REQUEST_info] = N_("The worker must answer you first"),
        [REQUEST_yes] = N_("Yes: the fund looks for a place"),
        [REQUEST_yes_if] = N_("The worker must agree to your condition"),
        [REQUEST_no] = N_("The answer is no"),
        [REQUEST_proposed] = N_("The worker must say yes or no"),
        [REQUEST_withdrawn] = N_("The worker took it back"),
        [REQUEST_waitlisted] = N_("On the waiting list"),
        [REQUEST_offered] = N_("A seat is free: the worker must take it"),
        [REQUEST_placed] = N_("Has a seat"),
        [REQUEST_started] = N_("The course is going on"),
        [REQUEST_finished] = N_("Finished"),
        [REQUEST_not_attended] = N_("Was not there"),
        [REQUEST_expired] = N_("The date has passed"),
        [REQUEST_refused] = N_("Not possible"),
    };
    int64_t state = record_number(t, TICKET_state);
    if (state < 0 || state >= REQUEST_STATES_COUNT)
        return "";
    if (record_number(t, TICKET_holder) == HOLDER_contact)
        return _("Waits for the contact");
    if (state == REQUEST_withdrawn && record_number(t, TICKET_proposed) == 1)
        return _("The worker does not want it");
    return _(words[state]);
}

bool matter_waits(const struct record *t)
{
    int64_t state = record_number(t, TICKET_state);
    return state == REQUEST_asked || state == REQUEST_seen;
}

struct saying matter_sentence(const struct record *t)
{
    struct saying s = {""};
    int64_t due = record_number(t, TICKET_due);
    if (record_number(t, TICKET_holder) == HOLDER_contact)
        SAY(s, "%s", _("The supervisor did not answer in time. Now the contact may decide."));
    else if (matter_waits(t) && due != NO_NUMBER)
        /* TRANSLATORS: a day */
        SAY(s, _("Answer by %s. After that it goes to the contact of the company."),
            format_day(due).text);
    else if (record_number(t, TICKET_state) == REQUEST_proposed)
        /* TRANSLATORS: a name, a day */
        SAY(s, _("Waits for an answer from %s, since %s."), record_text(t, TICKET_who),
            format_day(date_from_instant(record_number(t, TICKET_since))).text);
    return s;
}

/* A step that waits here to be sent: the worker's, which can be answered at once, or an answer. */
struct saying matter_remark(const struct record *t)
{
    struct saying s = lost_remark(t);
    if (s.text[0] || record_number(t, TICKET_unsent) != 1)
        return s;
    if (matter_waits(t))
        SAY(s, "%s",
            ticket_questioned(t) ? _("The worker answered here. You can decide now.")
                                 : _("The worker asked for it here. You can decide now."));
    else
        SAY(s, "%s", _("This is noted here. It is still to be sent."));
    return s;
}
