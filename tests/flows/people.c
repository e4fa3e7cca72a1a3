/* SPDX-License-Identifier: EUPL-1.2 */
/* Who stands there: badges at any moment, silence, and the next person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/visit.h"

static struct rig rig;
static struct visit v;

static int start(void **state)
{
    (void)state;
    visit_start(&v, &(struct visit_how){0});
    return 0;
}

static int end(void **state)
{
    (void)state;
    visit_end(&v);
    return 0;
}

/* ---- badges ---- */

static void a_badge_at_the_start_screen(void **state)
{
    (void)state;
    visit_press(&v, "#" SANNE);
    SEE(&v, "Wat wil je doen?");
    SEE(&v, "Welkom. Wat je nu aanvraagt, staat op jouw naam.");
    visit_press(&v, "Down");
    SEE(&v, "Je bent Sanne Kuipers");
}

static void a_badge_at_home_presses_nothing(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" PIET);
    SEE(&v, "Wat wil je doen?");
    visit_press(&v, "Down");
    SEE(&v, "Je bent Piet van Oosterzee");
}

static void a_badge_in_the_search_field_is_not_typed(void **state)
{
    (void)state;
    visit_press(&v, "Enter 2 1 las #" SANNE);
    SEE(&v, "Zoek las");
    visit_press(&v, "Down");
    SEE(&v, "Je bent Sanne Kuipers");
    SEE_NOT(&v, "0004");
    SEE_NOT(&v, "8236");
}

static void a_badge_where_a_badge_is_typed(void **state)
{
    (void)state;
    visit_press(&v, "Enter 3 12 #" SANNE " Enter"); /* no PIN */
    SEE(&v, "Je bent Sanne Kuipers");
    SEE(&v, "Mijn aanvragen");
}

static void an_unknown_badge(void **state)
{
    (void)state;
    visit_press(&v, "Enter #9999999999");
    SEE(&v, "Deze badge is hier niet bekend.");
    visit_press(&v, "3");
    SEE(&v, "Wie ben je?");
    SEE_NOT(&v, "99");
}

/* What was typed or found before a badge is shown belongs to who shows it. */
static void the_search_stays_when_its_person_says_who_he_is(void **state)
{
    (void)state;
    visit_press(&v, "Enter 2 1 heftruck Down Enter 1 #" SANNE " Enter");
    SEE(&v, "Cursus aanvragen?");
    visit_press(&v, "Esc");
    SEE(&v, "Aanvragen");
    visit_press(&v, "Esc");
    SEE(&v, "Zoek heftruck");
}

static void the_next_person_finds_nothing_of_the_last(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" SANNE " 2 1 heftruck Down Enter 1");
    SEE(&v, "Je bent Sanne Kuipers");
    pty_bytes_reset(v.pty);
    visit_press(&v, "#" PIET " Down");
    SEE(&v, "Je bent Piet van Oosterzee");
    SEE(&v, "Wat wil je doen?");
    visit_press(&v, "2 1");
    SEE_NOT(&v, "heftruck");
    SEE_NOT(&v, "Sanne");
    HOLDS(&v, !pty_bytes_contain(v.pty, "Sanne"));
}

/* ---- silence ---- */

static void silence_counts_down_and_a_key_goes_on(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" SANNE " 2 1 las");
    visit_pass_time(&v, 59);
    SEE_NOT(&v, "Stopt over");
    visit_pass_time(&v, 2);
    SEE(&v, "Stopt over 19 seconden.");
    visit_pass_time(&v, 10);
    SEE(&v, "Stopt over 9 seconden.");
    visit_press(&v, "s");
    SEE_NOT(&v, "Stopt over");
    SEE(&v, "Zoek las ");
    visit_pass_time(&v, 59);
    SEE_NOT(&v, "Stopt over");
    visit_press(&v, "sen");
    SEE(&v, "Zoek lassen");
}

static void silence_ends_the_visit(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" SANNE " 2 1 heftruck Down Enter 1");
    visit_pass_time(&v, 70);
    SEE(&v, "Stopt over");
    pty_bytes_reset(v.pty);
    visit_pass_time(&v, 11);
    SEE(&v, "Druk op een toets om te beginnen");
    SEE_NOT(&v, "Sanne");
    SEE_NOT(&v, "eftruck");
    visit_press(&v, "Enter 2 1");
    SEE_NOT(&v, "eftruck");
    HOLDS(&v, !pty_bytes_contain(v.pty, "Sanne"));
    HOLDS(&v, pty_bytes_contain(v.pty, "\033[3J"));
    visit_press(&v, "0 3");
    SEE(&v, "Wie ben je?");
}

/* The one who comes after must not lose the first digits of his badge. */
static void a_badge_during_the_countdown_is_read_whole(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" SANNE " 2");
    visit_pass_time(&v, 70);
    SEE(&v, "Stopt over");
    visit_press(&v, "#" JOOST " Down");
    SEE(&v, "Je bent Joost Lezer");
}

static void a_digit_during_the_countdown_chooses_nothing(void **state)
{
    (void)state;
    visit_press(&v, "Enter");
    visit_pass_time(&v, 70);
    visit_press(&v, "3");
    SEE(&v, "Wat wil je doen?");
    visit_press(&v, "3");
    SEE(&v, "Wie ben je?");
}

static void stop_leaves_nothing(void **state)
{
    (void)state;
    visit_press(&v, "Enter #" SANNE);
    pty_bytes_reset(v.pty);
    visit_press(&v, visit_digit(&v, "Stop"));
    SEE(&v, "Druk op een toets om te beginnen");
    SEE_NOT(&v, "Sanne");
    HOLDS(&v, !pty_bytes_contain(v.pty, "Sanne"));
}

/* A language that was chosen on the start screen and left is not the next one's. */
static void the_start_screen_goes_back_to_its_language(void **state)
{
    (void)state;
    visit_press(&v, "F2 2");
    SEE(&v, "Press any key to begin");
    visit_pass_time(&v, 85);
    SEE(&v, "Druk op een toets om te beginnen");
}

#define VISIT(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISIT(a_badge_at_the_start_screen),
        VISIT(a_badge_at_home_presses_nothing),
        VISIT(a_badge_in_the_search_field_is_not_typed),
        VISIT(a_badge_where_a_badge_is_typed),
        VISIT(an_unknown_badge),
        VISIT(the_search_stays_when_its_person_says_who_he_is),
        VISIT(the_next_person_finds_nothing_of_the_last),
        VISIT(silence_counts_down_and_a_key_goes_on),
        VISIT(silence_ends_the_visit),
        VISIT(a_badge_during_the_countdown_is_read_whole),
        VISIT(a_digit_during_the_countdown_chooses_nothing),
        VISIT(stop_leaves_nothing),
        VISIT(the_start_screen_goes_back_to_its_language),
    };
    visit_rig(&rig);
    visit_enrol(&v, &rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
