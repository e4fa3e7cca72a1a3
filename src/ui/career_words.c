/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/career_words.h"

#include <stdio.h>

#include "base/text.h"

const char *branch_word(int64_t direction)
{
    switch (direction) {
    case DIRECTION_grow:
        return _("up");
    case DIRECTION_broaden:
        return _("aside");
    case DIRECTION_switch:
        return _("other branch");
    case DIRECTION_lead:
        return _("lead");
    default:
        return _("close by");
    }
}

const char *level_words(int64_t level)
{
    switch (level) {
    case 1:
        return _("I have seen it");
    case 2:
        return _("I can do it with help");
    case 3:
        return _("I can do it alone");
    case 4:
        return _("I can do it, also when it is hard");
    case 5:
        return _("I teach it to others");
    default:
        return "";
    }
}

struct phrase cost_words(int64_t months, int64_t days_off)
{
    struct phrase out, days;
    if (days_off == 0) {
        snprintf(out.text, sizeof(out.text),
            P_("About %lld month, no lessons in working time.",
                "About %lld months, no lessons in working time.", (long long)months),
            (long long)months);
        return out;
    }
    snprintf(days.text, sizeof(days.text),
        P_("%lld day of lessons in working time", "%lld days of lessons in working time",
            (long long)days_off),
        (long long)days_off);
    snprintf(out.text, sizeof(out.text),
        P_("About %lld month, %.120s.", "About %lld months, %.120s.", (long long)months),
        (long long)months, days.text);
    return out;
}

struct phrase away_words(int64_t away)
{
    struct phrase out;
    snprintf(out.text, sizeof(out.text),
        P_("%lld skill is learnt elsewhere.", "%lld skills are learnt elsewhere.", (long long)away),
        (long long)away);
    return out;
}

const char *by_words(enum way_by by)
{
    switch (by) {
    case WAY_BY_days_off:
        return _("Least time off");
    case WAY_BY_workplace:
        return _("Mostly at work");
    default:
        return _("Shortest");
    }
}

const char *why_words(enum way_by by)
{
    switch (by) {
    case WAY_BY_days_off:
        return _("No other way has fewer days of lessons in working time.");
    case WAY_BY_workplace:
        return _("On no other way are fewer skills learnt elsewhere than at work.");
    default:
        return _("No other way takes fewer months.");
    }
}
