/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of a request to the worker. */
#include "ui/request_words.h"

#include <stdio.h>

#include "base/text.h"
#include "model/request.h"
#include "ui/format.h"

#define SAY(s, ...) snprintf((s).text, sizeof((s).text), __VA_ARGS__)

static bool is_set(const struct record *t, int field)
{
    return record_number(t, field) == 1;
}

const char *ticket_word(const struct record *t)
{
    static const char *const words[REQUEST_STATES_COUNT] = {
        [REQUEST_asked] = N_("Waits for your supervisor"),
        [REQUEST_seen] = N_("Your supervisor has read it"),
        [REQUEST_info] = N_("Your supervisor asks you something"),
        [REQUEST_yes] = N_("Yes: the fund looks for a place"),
        [REQUEST_yes_if] = N_("Yes, on a condition"),
        [REQUEST_no] = N_("No, not this time"),
        [REQUEST_proposed] = N_("Proposed to you"),
        [REQUEST_withdrawn] = N_("Taken back"),
        [REQUEST_waitlisted] = N_("On the waiting list"),
        [REQUEST_offered] = N_("A seat is free for you"),
        [REQUEST_placed] = N_("You have a seat"),
        [REQUEST_started] = N_("The course is going on"),
        [REQUEST_finished] = N_("Finished"),
        [REQUEST_not_attended] = N_("You were not there"),
        [REQUEST_expired] = N_("The date has passed"),
        [REQUEST_refused] = N_("Not possible"),
    };
    int64_t state = record_number(t, TICKET_state);
    if (state == REQUEST_asked && is_set(t, TICKET_unsent))
        return ticket_questioned(t) ? _("Your answer will be sent") : _("Noted, will be sent");
    if (state == REQUEST_yes && is_set(t, TICKET_own))
        return _("The fund looks for a place");
    if (record_number(t, TICKET_holder) == HOLDER_contact)
        return _("Waits for the contact");
    return state >= 0 && state < REQUEST_STATES_COUNT ? _(words[state]) : "";
}

static bool because_is(const struct record *t, enum because first, enum because last)
{
    int64_t because = record_number(t, TICKET_because);
    return because >= (int64_t)first && because <= (int64_t)last;
}

bool ticket_questioned(const struct record *t)
{
    return because_is(t, BECAUSE_why, BECAUSE_which_level);
}

bool ticket_conditional(const struct record *t)
{
    return because_is(t, BECAUSE_own_time, BECAUSE_work_covered);
}

const char *because_word(int64_t because)
{
    static const char *const words[] = {
        [BECAUSE_none] = "",
        [BECAUSE_busy] = N_("There is too much work"),
        [BECAUSE_cost] = N_("It costs too much"),
        [BECAUSE_not_for_job] = N_("It does not fit the job"),
        [BECAUSE_other_first] = N_("Another course comes first"),
        [BECAUSE_not_now] = N_("Not now, later"),
        [BECAUSE_own_time] = N_("in their own time"),
        [BECAUSE_other_date] = N_("on another date"),
        [BECAUSE_share_cost] = N_("the worker pays a part"),
        [BECAUSE_work_covered] = N_("somebody takes over the work"),
        [BECAUSE_why] = N_("Why this course?"),
        [BECAUSE_when] = N_("When does it suit?"),
        [BECAUSE_who_covers] = N_("Who takes over the work?"),
        [BECAUSE_which_level] = N_("Which level?"),
    };
    bool known = because > BECAUSE_none && because <= BECAUSE_which_level;
    return known ? _(words[because]) : "";
}

const char *reason_sentence(int64_t reason)
{
    switch (reason) {
    case REASON_course_gone:
        return _("This course is not given any more. Look for another one.");
    case REASON_run_gone:
        return _("This date is not offered any more. Ask again for another date, or for any date.");
    case REASON_run_started:
        return _("The course had started already. Ask again for another date, or for any date.");
    case REASON_unknown_person:
        return _("The fund does not know this badge any more. Talk to your supervisor.");
    case REASON_wrong_pin:
        return _("The PIN was not right, so it does not count. Was it not you? Tell your "
                 "supervisor.");
    case REASON_no_pin:
        return _("This needs your PIN. Do it again and type your PIN.");
    case REASON_slow_down:
        return _("Too many wrong PINs came from this terminal, so it does not count. Do it again.");
    case REASON_not_allowed:
        return _("You may not do that, so it does not count.");
    case REASON_too_late:
    case REASON_objection:
        return _("Somebody else was first, so it does not count any more.");
    default:
        return _("Something went wrong on this terminal. Please ask once more, or tell your "
                 "supervisor.");
    }
}

static struct saying condition_sentence(const struct record *t)
{
    static const char *const sentences[] = {
        [BECAUSE_own_time] =
            N_("Your supervisor says yes, if you do it in your own time. Do you want that?"),
        [BECAUSE_other_date] =
            N_("Your supervisor says yes, if you go on another date. Do you want that?"),
        [BECAUSE_share_cost] =
            N_("Your supervisor says yes, if you pay a part yourself. Do you want that?"),
        [BECAUSE_work_covered] =
            N_("Your supervisor says yes, if somebody takes over your work. Do you want that?"),
    };
    int64_t because = record_number(t, TICKET_because);
    struct saying s = {""};
    if (because >= BECAUSE_own_time && because <= BECAUSE_work_covered)
        SAY(s, "%s", _(sentences[because]));
    return s;
}

const char *agreed_words(const struct record *t)
{
    static const char *const words[] = {
        [BECAUSE_own_time] = N_("in your own time"),
        [BECAUSE_other_date] = N_("on another date"),
        [BECAUSE_share_cost] = N_("you pay a part"),
        [BECAUSE_work_covered] = N_("somebody takes over your work"),
    };
    bool asked = record_number(t, TICKET_state) == REQUEST_yes_if; /* the sentence says it */
    return ticket_conditional(t) && !asked ? _(words[record_number(t, TICKET_because)]) : "";
}

static struct saying question_sentence(const struct record *t)
{
    static const char *const sentences[] = {
        [BECAUSE_why] = N_("Your supervisor asks: why do you want this course?"),
        [BECAUSE_when] = N_("Your supervisor asks: when does it suit you?"),
        [BECAUSE_who_covers] = N_("Your supervisor asks: who takes over your work?"),
        [BECAUSE_which_level] = N_("Your supervisor asks: which level do you want?"),
    };
    int64_t because = record_number(t, TICKET_because);
    struct saying s = {""};
    if (because >= BECAUSE_why && because <= BECAUSE_which_level)
        SAY(s, "%s", _(sentences[because]));
    return s;
}

static struct saying offer_sentence(const struct record *t)
{
    struct saying s = {""};
    int64_t until = record_number(t, TICKET_until);
    if (until == NO_NUMBER)
        SAY(s, "%s", _("Say yes if you still want it. If you wait, it goes to the next one."));
    else
        /* TRANSLATORS: a day and time */
        SAY(s, _("Say yes before %s. After that it goes to the next one."),
            format_clock(until).text);
    return s;
}

static struct saying waiting_sentence(const struct record *t)
{
    struct saying s = {""};
    int64_t place = record_number(t, TICKET_place);
    if (place == NO_NUMBER)
        SAY(s, "%s", _("All seats are taken. If one comes free, you see it here."));
    else
        SAY(s, _("You are number %lld on the list. If a seat comes free, you see it here."),
            (long long)place);
    return s;
}

static struct saying proposal_sentence(const struct record *t)
{
    struct saying s = {""};
    const char *who = record_text(t, TICKET_proposer);
    if (*who)
        SAY(s, _("%s proposes this course to you. Nothing happens until you say yes."), who);
    else
        SAY(s, "%s",
            _("Your supervisor proposes this course to you. Nothing happens until you say yes."));
    return s;
}

static const char *plain_sentence(const struct record *t)
{
    static const char *const sentences[REQUEST_STATES_COUNT] = {
        [REQUEST_asked] = N_("Your supervisor says yes or no. You need to do nothing now."),
        [REQUEST_seen] = N_("The answer comes here. You need to do nothing now."),
        [REQUEST_yes] = N_("Your supervisor says yes. You see here when there is a place."),
        [REQUEST_no] = N_("You can look for other dates, or find another course."),
        [REQUEST_withdrawn] = N_("This request has stopped. You can always ask again."),
        [REQUEST_placed] = N_("You start on the day below. You cannot come? Take it back in time."),
        [REQUEST_started] = N_("Good luck with your course."),
        [REQUEST_finished] = N_("Well done. The school gives you your certificate."),
        [REQUEST_not_attended] =
            N_("Your supervisor noted this. Is it wrong? Talk to your supervisor."),
        [REQUEST_expired] = N_("There was no seat or no answer in time. Look for other dates."),
    };
    int64_t state = record_number(t, TICKET_state);
    if (state == REQUEST_no && record_alternative(t) == NO_OTHER_DAY)
        return _("You can find another course, or ask again later.");
    if (state == REQUEST_yes && is_set(t, TICKET_own))
        return _("Your employer does not see this. You see here when there is a place.");
    if (record_number(t, TICKET_holder) == HOLDER_contact)
        return _("Your supervisor did not answer in time. Now the contact of your company "
                 "decides.");
    return state >= 0 && state < REQUEST_STATES_COUNT && sentences[state] ? _(sentences[state])
                                                                          : "";
}

struct saying ticket_sentence(const struct record *t)
{
    struct saying s = {""};
    int64_t state = record_number(t, TICKET_state);
    if (is_set(t, TICKET_unsent) && state == REQUEST_asked) {
        SAY(s, "%s",
            ticket_questioned(t)
                ? _("Your answer is safe on this terminal. It is sent as soon as there is network.")
                : _("Your request is safe on this terminal. It is sent as soon as there is "
                    "network."));
        return s;
    }
    switch (state) {
    case REQUEST_info:
        return question_sentence(t);
    case REQUEST_yes_if:
        return condition_sentence(t);
    case REQUEST_proposed:
        return proposal_sentence(t);
    case REQUEST_waitlisted:
        return waiting_sentence(t);
    case REQUEST_offered:
        return offer_sentence(t);
    case REQUEST_refused:
        SAY(s, "%s", reason_sentence(record_number(t, TICKET_reason)));
        return s;
    default:
        SAY(s, "%s", plain_sentence(t));
        return s;
    }
}

static struct saying objection_remark(const struct record *t)
{
    struct saying s = {""};
    const char *who = record_text(t, TICKET_objector);
    if (!*who)
        return s;
    /* TRANSLATORS: here and in the next three: a name */
    switch (record_number(t, TICKET_objection)) {
    case ANSWER_yes:
        SAY(s, _("Two people answered. The first answer counts: %s said yes later."), who);
        break;
    case ANSWER_yes_if:
        SAY(s, _("Two people answered. The first answer counts: %s named a condition later."), who);
        break;
    case ANSWER_info:
        SAY(s, _("Two people answered. The first answer counts: %s asked something later."), who);
        break;
    case ANSWER_no:
        SAY(s, _("Two people answered. The first answer counts: %s said no later."), who);
        break;
    default:
        break;
    }
    return s;
}

struct saying lost_remark(const struct record *t)
{
    struct saying s = objection_remark(t);
    int64_t reason = record_number(t, TICKET_reason), state = record_number(t, TICKET_state);
    if (!s.text[0] && reason > REASON_none && state != REQUEST_refused)
        /* TRANSLATORS: a sentence that says why */
        SAY(s, _("The last step did not count. %s"), reason_sentence(reason));
    return s;
}

struct saying ticket_remark(const struct record *t)
{
    struct saying s = lost_remark(t);
    if (!s.text[0] && is_set(t, TICKET_unsent))
        SAY(s, "%s", _("This is noted here. It is still to be sent."));
    return s;
}

bool ticket_urgent(const struct record *t)
{
    int64_t state = record_number(t, TICKET_state);
    return state == REQUEST_refused || state == REQUEST_no || state == REQUEST_expired ||
           state == REQUEST_not_attended || record_number(t, TICKET_holder) == HOLDER_worker;
}
