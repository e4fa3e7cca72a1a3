/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "search/search.h"

#define PRINT(p, ...) snprintf((p).text, sizeof((p).text), __VA_ARGS__)

struct phrase format_number(int64_t n)
{
    /* TRANSLATORS: how your language writes one thousand */
    const char *thousand = _("1,000");
    struct phrase p = {""};
    char digits[32];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)n), at = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            p.text[at++] = thousand[1];
        p.text[at++] = digits[i];
    }
    return p;
}

struct phrase format_money(int64_t cents)
{
    struct phrase p = {""};
    if (cents == NO_NUMBER)
        return p;
    if (cents == 0)
        PRINT(p, "%s", _("free"));
    else if (cents % 100 == 0)
        PRINT(p, "€ %s", format_number(cents / 100).text);
    else
        /* TRANSLATORS: an amount: whole euros, cents */
        PRINT(p, _("€ %s.%02d"), format_number(cents / 100).text, (int)(cents % 100));
    return p;
}

static const char *month_word(int month)
{
    static const char *const words[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"),
        N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
    return _(words[month - 1]);
}

static const char *month_name(int month)
{
    static const char *const words[] = {N_("January"), N_("February"), N_("March"), N_("April"),
        N_("May"), N_("June"), N_("July"), N_("August"), N_("September"), N_("October"),
        N_("November"), N_("December")};
    return _(words[month - 1]);
}

static const char *weekday_word(int weekday)
{
    static const char *const words[] = {
        N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat")};
    return _(words[weekday]);
}

struct phrase format_day(int64_t date)
{
    struct civil c = civil_from_date(date);
    struct phrase p;
    PRINT(p, "%s %d %s", weekday_word(c.weekday), c.day, month_word(c.month));
    return p;
}

struct phrase format_date(int64_t date)
{
    struct civil c = civil_from_date(date);
    struct phrase p;
    PRINT(p, "%d %s %d", c.day, month_word(c.month), c.year);
    return p;
}

struct phrase format_dates(int64_t start, int64_t end)
{
    struct phrase p, first;
    if (start == NO_NUMBER) {
        PRINT(p, "%s", _("in consultation"));
        return p;
    }
    first = format_date(start);
    if (end == NO_NUMBER || end == start)
        return first;
    struct civil from = civil_from_date(start);
    if (from.year == civil_from_date(end).year)
        PRINT(first, "%d %s", from.day, month_word(from.month));
    /* TRANSLATORS: first and last day */
    PRINT(p, _("%s to %s"), first.text, format_date(end).text);
    return p;
}

struct phrase format_clock(int64_t instant)
{
    struct civil c = civil_from_instant(instant);
    struct phrase p;
    PRINT(p, "%s %d %s %02d:%02d", weekday_word(c.weekday), c.day, month_word(c.month), c.hour,
        c.minute);
    return p;
}

struct phrase format_seen(int64_t instant, int64_t now)
{
    struct civil c = civil_from_instant(instant);
    struct phrase p;
    if (date_from_instant(instant) == date_from_instant(now))
        PRINT(p, "%02d:%02d", c.hour, c.minute);
    else if (c.year == civil_from_instant(now).year)
        PRINT(p, "%d %s", c.day, month_word(c.month));
    else
        p = format_date(date_from_instant(instant));
    return p;
}

/* Hundredths: "2", "0.5"; the decimal sign is what comes after the thousands in the language. */
static struct phrase format_hundredths(int64_t n)
{
    /* TRANSLATORS: how your language writes a half */
    const char *half = _("0.5");
    struct phrase p;
    if (n % 100 == 0)
        return format_number(n / 100);
    if (n % 10 == 0)
        PRINT(p, "%s%c%d", format_number(n / 100).text, half[1], (int)(n % 100 / 10));
    else
        PRINT(p, "%s%c%02d", format_number(n / 100).text, half[1], (int)(n % 100));
    return p;
}

struct phrase format_length(int64_t days, int64_t hours)
{
    struct phrase p = {""};
    if (days != NO_NUMBER && days > 0)
        PRINT(p, P_("%s day", "%s days", days == 100 ? 1 : 2), format_hundredths(days).text);
    else if (hours != NO_NUMBER && hours > 0)
        PRINT(p, P_("%s hour", "%s hours", hours == 100 ? 1 : 2), format_hundredths(hours).text);
    return p;
}

struct phrase format_seats(int64_t seats)
{
    struct phrase p = {""};
    if (seats == NO_NUMBER)
        return p;
    if (seats == 0)
        PRINT(p, "%s", _("full"));
    else
        PRINT(p, P_("%lld seat left", "%lld seats left", (long long)seats), (long long)seats);
    return p;
}

struct phrase format_languages(const char *codes)
{
    static const struct {
        const char *code, *name;
    } names[] = {
        {"nl", N_("Dutch")},
        {"en", N_("English")},
        {"de", N_("German")},
        {"fr", N_("French")},
        {"pl", N_("Polish")},
        {"ro", N_("Romanian")},
        {"tr", N_("Turkish")},
        {"uk", N_("Ukrainian")},
        {"bg", N_("Bulgarian")},
        {"es", N_("Spanish")},
        {"pt", N_("Portuguese")},
        {"ar", N_("Arabic")},
        {"hu", N_("Hungarian")},
        {"it", N_("Italian")},
        {"ru", N_("Russian")},
        {"cs", N_("Czech")},
    };
    struct phrase p = {""};
    size_t at = 0, len;
    const char *e;
    for (int i = 0; (e = list_element(codes, i, &len)) && at < sizeof(p.text); i++) {
        const char *name = e;
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            if (strlen(names[k].code) == len && memcmp(names[k].code, e, len) == 0) {
                name = _(names[k].name);
                len = strlen(name);
                break;
            }
        }
        at += (size_t)snprintf(
            p.text + at, sizeof(p.text) - at, "%s%.*s", i ? ", " : "", (int)len, name);
    }
    return p;
}

const char *form_word(int64_t form)
{
    static const char *const words[] = {
        N_("at work"), N_("online"), N_("in class"), N_("class and online")};
    return form >= 0 && form <= FORM_blended ? _(words[form]) : "";
}

const char *facet_word(int64_t facet)
{
    static const char *const words[] = {
        N_("Subject"), N_("How you learn"), N_("Region"), N_("School"), N_("Month"), N_("Price")};
    return facet >= 0 && facet < FACETS_COUNT ? _(words[facet]) : "";
}

static struct phrase price_band_word(const char *label)
{
    struct phrase p;
    int band = label[0] - '0';
    if (band <= 0)
        PRINT(p, "%s", _("free"));
    else if (band < PRICE_BANDS - 1)
        PRINT(p, _("up to %s"), format_money(price_band_limit[band]).text);
    else
        PRINT(p, _("more than %s"), format_money(price_band_limit[PRICE_BANDS - 2]).text);
    return p;
}

struct phrase facet_value_word(int64_t facet, const char *label)
{
    struct phrase p;
    if (!*label || strcmp(label, "*") == 0)
        PRINT(p, "%s", _("Everything"));
    else if (facet == FACET_form)
        PRINT(p, "%s",
            form_word(choice_index(
                type_get(TYPE_COURSE)->fields[COURSE_form].choices, label, strlen(label))));
    else if (facet == FACET_month && strlen(label) == 7)
        PRINT(p, "%s %.4s", month_name((label[5] - '0') * 10 + (label[6] - '0')), label);
    else if (facet == FACET_price)
        p = price_band_word(label);
    else
        PRINT(p, "%s", label);
    return p;
}

const char *sort_word(int sort)
{
    static const char *const words[] = {
        N_("best match first"), N_("soonest first"), N_("cheapest first"), N_("shortest first")};
    return _(words[sort]);
}
