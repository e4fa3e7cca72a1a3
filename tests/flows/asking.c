/* SPDX-License-Identifier: EUPL-1.2 */
/* The main job: from the start screen to the fund's verdict, through a terminal and a real server.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/visit.h"

static struct rig rig;

static void from_start_to_verdict(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    SEE(&v, "Druk op een toets om te beginnen");
    visit_press(&v, "Enter");
    SEE(&v, "Wat wil je doen?");
    visit_press(&v, "1 1 lassen Down Enter");
    SEE(&v, "Vraag deze cursus aan");
    visit_press(&v, "1");
    SEE(&v, "Wie ben je?");
    visit_press(&v, "#" SANNE);
    SEE(&v, "Cursus aanvragen?");
    SEE(&v, "Je bent Sanne Kuipers");
    visit_press(&v, "1");
    SEE(&v, "Je aanvraag is genoteerd en wordt naar het fonds verzonden.");
    SEE(&v, "1 aanvraag wacht op verzending.");
    assert_int_equal(visit_requests(&rig, "Sanne Kuipers"), 0);
    visit_press(&v, "2");
    SEE(&v, "Genoteerd, wordt verzonden");
    assert_int_equal(visit_sync(&v), 0);
    SEE(&v, "Het fonds heeft je aanvraag");
    SEE_NOT(&v, "Genoteerd, wordt verzonden");
    assert_int_equal(visit_requests(&rig, "Sanne Kuipers"), 1);
    visit_end(&v);
}

static void without_a_server_first(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    rig_kill_server(&rig);
    visit_press(&v, "Enter #" PIET " 1 1 lassen Down Enter 1 1");
    SEE(&v, "Je aanvraag is genoteerd");
    SEE(&v, "1 aanvraag wacht op verzending.");
    assert_int_equal(visit_sync(&v), 75);
    SEE(&v, "1 aanvraag wacht op verzending.");
    visit_press(&v, "2");
    SEE(&v, "Genoteerd, wordt verzonden");
    visit_press(&v, "1");
    SEE(&v, "Je aanvraag staat veilig op dit scherm.");
    rig_serve(&rig);
    assert_int_equal(visit_sync(&v), 0);
    SEE(&v, "Het fonds heeft je aanvraag ontvangen.");
    visit_press(&v, "0");
    SEE(&v, "Alles is verzonden.");
    assert_int_equal(visit_requests(&rig, "Piet van Oosterzee"), 1);
    visit_end(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_start_to_verdict),
        cmocka_unit_test(without_a_server_first),
    };
    visit_rig(&rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
