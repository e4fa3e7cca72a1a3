/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers, money, dates and states in Dutch and English. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "search/search.h"
#include "ui/format.h"
#include "ui/request_words.h"

#define DAY INT64_C(86400000)

static void same(const char *language, const char *want, const char *got)
{
    if (strcmp(want, got) != 0)
        fail_msg("in %s: '%s' is not '%s'", language, got, want);
}

static void numbers(void **unused)
{
    static const struct {
        int64_t n;
        const char *dutch, *english;
    } cases[] = {{0, "0", "0"}, {7, "7", "7"}, {999, "999", "999"}, {1000, "1.000", "1,000"},
        {12345, "12.345", "12,345"}, {1234567, "1.234.567", "1,234,567"},
        {-1000, "-1.000", "-1,000"}, {-999, "-999", "-999"}};
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text_speak("nl");
        same("nl", cases[i].dutch, format_number(cases[i].n).text);
        text_speak("en");
        same("en", cases[i].english, format_number(cases[i].n).text);
    }
}

static void money(void **unused)
{
    static const struct {
        int64_t cents;
        const char *dutch, *english;
    } cases[] = {{NO_NUMBER, "", ""}, {0, "gratis", "free"}, {100, "€ 1", "€ 1"},
        {129000, "€ 1.290", "€ 1,290"}, {125050, "€ 1.250,50", "€ 1,250.50"},
        {5, "€ 0,05", "€ 0.05"}, {100000000, "€ 1.000.000", "€ 1,000,000"}};
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text_speak("nl");
        same("nl", cases[i].dutch, format_money(cases[i].cents).text);
        text_speak("en");
        same("en", cases[i].english, format_money(cases[i].cents).text);
    }
}

static void dates(void **unused)
{
    static const struct {
        int year, month, day;
        const char *dutch, *english, *short_dutch, *short_english;
    } cases[] = {
        {2027, 1, 12, "12 jan 2027", "12 Jan 2027", "di 12 jan", "Tue 12 Jan"},
        {2028, 2, 29, "29 feb 2028", "29 Feb 2028", "di 29 feb", "Tue 29 Feb"},
        {2026, 5, 3, "3 mei 2026", "3 May 2026", "zo 3 mei", "Sun 3 May"},
        {2199, 12, 31, "31 dec 2199", "31 Dec 2199", "di 31 dec", "Tue 31 Dec"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t date = date_from_civil(cases[i].year, cases[i].month, cases[i].day);
        text_speak("nl");
        same("nl", cases[i].dutch, format_date(date).text);
        same("nl", cases[i].short_dutch, format_day(date).text);
        text_speak("en");
        same("en", cases[i].english, format_date(date).text);
        same("en", cases[i].short_english, format_day(date).text);
    }
}

/* The year stands once where it is the same. */
static void first_and_last_day(void **unused)
{
    static const struct {
        int64_t start, end;
        const char *dutch, *english;
    } cases[] = {
        {20833, 20923, "15 jan t/m 15 apr 2027", "15 Jan to 15 Apr 2027"},
        {20817, 20833, "30 dec 2026 t/m 15 jan 2027", "30 Dec 2026 to 15 Jan 2027"},
        {20833, 20833, "15 jan 2027", "15 Jan 2027"},
        {20833, NO_NUMBER, "15 jan 2027", "15 Jan 2027"},
        {NO_NUMBER, NO_NUMBER, "in overleg", "in consultation"},
        {NO_NUMBER, 20833, "in overleg", "in consultation"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text_speak("nl");
        same("nl", cases[i].dutch, format_dates(cases[i].start, cases[i].end).text);
        text_speak("en");
        same("en", cases[i].english, format_dates(cases[i].start, cases[i].end).text);
    }
}

/* The hour says enough of today; of another day its date does, of another year that too. */
static void when_it_was_seen(void **unused)
{
    (void)unused;
    int64_t now = date_from_civil(2026, 11, 24) * DAY + DAY / 2;
    text_speak("nl");
    same("nl", "13:00", format_seen(now, now).text);
    same("nl", "00:00", format_seen(now - 13 * 3600000, now).text);
    same("nl", "23 nov", format_seen(now - 14 * 3600000, now).text);
    same("nl", "di 24 nov 13:00", format_clock(now).text);
    text_speak("en");
    same("en", "Tue 24 Nov 13:00", format_clock(now).text);
    same("en", "24 Nov 2025", format_seen(now - 365 * DAY, now).text);
}

static void lengths_and_seats(void **unused)
{
    static const struct {
        int64_t days, hours;
        const char *dutch, *english;
    } lengths[] = {{800, 2400, "8 dagen", "8 days"}, {100, NO_NUMBER, "1 dag", "1 day"},
        {50, NO_NUMBER, "0,5 dagen", "0.5 days"}, {NO_NUMBER, 2400, "24 uur", "24 hours"},
        {NO_NUMBER, 100, "1 uur", "1 hour"}, {NO_NUMBER, 125, "1,25 uur", "1.25 hours"},
        {NO_NUMBER, 105, "1,05 uur", "1.05 hours"}, {NO_NUMBER, NO_NUMBER, "", ""}, {0, 0, "", ""}};
    static const struct {
        int64_t seats;
        const char *dutch, *english;
    } seats[] = {{NO_NUMBER, "", ""}, {0, "vol", "full"}, {1, "1 plaats vrij", "1 seat left"},
        {12, "12 plaatsen vrij", "12 seats left"}};
    (void)unused;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        text_speak("nl");
        same("nl", lengths[i].dutch, format_length(lengths[i].days, lengths[i].hours).text);
        text_speak("en");
        same("en", lengths[i].english, format_length(lengths[i].days, lengths[i].hours).text);
    }
    for (size_t i = 0; i < sizeof(seats) / sizeof(seats[0]); i++) {
        text_speak("nl");
        same("nl", seats[i].dutch, format_seats(seats[i].seats).text);
        text_speak("en");
        same("en", seats[i].english, format_seats(seats[i].seats).text);
    }
}

static void lists(void **unused)
{
    (void)unused;
    text_speak("nl");
    same("nl", "Nederlands, Engels, Pools", format_languages("nl\nen\npl").text);
    same("nl", "xx", format_languages("xx").text);
    same("nl", "", format_languages("").text);
    text_speak("en");
    same("en", "Dutch", format_languages("nl").text);
}

/* What is longer than a phrase ends on a whole character. */
static void long_lists_end_whole(void **unused)
{
    (void)unused;
    struct buf list = BUF_INIT(LIM_TEXT);
    for (int i = 0; i < 150; i++)
        buf_puts(&list, i ? "\né" : "é");
    assert_true(utf8_valid(format_languages(list.p).text, strlen(format_languages(list.p).text)));
    buf_release(&list);
}

static void facets(void **unused)
{
    static const struct {
        enum facet facet;
        const char *label, *dutch, *english;
    } cases[] = {{FACET_form, "workplace", "op je werk", "at work"},
        {FACET_month, "2027-05", "mei 2027", "May 2027"},
        {FACET_month, "2026-12", "december 2026", "December 2026"},
        {FACET_price, "0", "gratis", "free"}, {FACET_price, "1", "tot en met € 250", "up to € 250"},
        {FACET_region, "Twente", "Twente", "Twente"}, {FACET_theme, "*", "Alles", "Everything"},
        {FACET_theme, "", "Alles", "Everything"}};
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text_speak("nl");
        same("nl", cases[i].dutch, facet_value_word(cases[i].facet, cases[i].label).text);
        text_speak("en");
        same("en", cases[i].english, facet_value_word(cases[i].facet, cases[i].label).text);
    }
}

/* Every state has a word for whoever looks and, where something can be said, whole sentences, in
 * both languages. */
static void tickets(void **unused)
{
    (void)unused;
    for (int64_t state = 0; state < REQUEST_STATES_COUNT; state++) {
        struct record t;
        record_init(&t, TYPE_TICKET);
        record_set_number(&t, TICKET_state, state);
        record_set_number(
            &t, TICKET_because, state == REQUEST_info ? BECAUSE_why : BECAUSE_own_time);
        text_speak("en");
        const char *word = ticket_word(&t), *matter = matter_word(&t);
        struct saying sentence = ticket_sentence(&t);
        assert_true(*word && *matter && sentence.text[0]);
        assert_non_null(strchr(".?", sentence.text[strlen(sentence.text) - 1]));
        text_speak("nl");
        assert_string_not_equal(word, ticket_word(&t));
        assert_string_not_equal(matter, matter_word(&t));
        assert_string_not_equal(sentence.text, ticket_sentence(&t).text);
    }
}

static void reasons(void **unused)
{
    (void)unused;
    for (int64_t reason = REASON_none; reason <= REASON_erased; reason++) {
        text_speak("en");
        const char *sentence = reason_sentence(reason);
        assert_true(sentence[strlen(sentence) - 1] == '.');
        text_speak("nl");
        assert_string_not_equal(sentence, reason_sentence(reason));
    }
    for (int64_t because = BECAUSE_busy; because <= BECAUSE_which_level; because++) {
        text_speak("en");
        const char *word = because_word(because);
        text_speak("nl");
        assert_true(*word && strcmp(word, because_word(because)) != 0);
    }
    assert_string_equal(because_word(BECAUSE_none), "");
    assert_string_equal(because_word(NO_NUMBER), "");
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    char locale[1024];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(money),
        cmocka_unit_test(dates),
        cmocka_unit_test(first_and_last_day),
        cmocka_unit_test(when_it_was_seen),
        cmocka_unit_test(lengths_and_seats),
        cmocka_unit_test(lists),
        cmocka_unit_test(long_lists_end_whole),
        cmocka_unit_test(facets),
        cmocka_unit_test(tickets),
        cmocka_unit_test(reasons),
    };
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    snprintf(locale, sizeof(locale), "%s/share/locale", build ? build : "build");
    text_start(locale);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
