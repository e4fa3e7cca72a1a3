/* SPDX-License-Identifier: EUPL-1.2 */
/* The main job: from the start screen to the fund's verdict, through a terminal and a real server.
 */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

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
    visit_press(&v, "2 1 lassen Down Enter");
    SEE(&v, "Aanvragen");
    visit_press(&v, "1");
    SEE(&v, "Wie ben je?");
    visit_press(&v, "#" SANNE " Enter"); /* no PIN */
    SEE(&v, "Cursus aanvragen?");
    SEE(&v, "Je bent Sanne Kuipers");
    visit_press(&v, "1");
    SEE(&v, "Je aanvraag is genoteerd en gaat naar het fonds.");
    SEE(&v, "1 nog niet verstuurd");
    assert_int_equal(visit_requests(&rig, "Sanne Kuipers"), 0);
    visit_press(&v, "2");
    SEE(&v, "Genoteerd, gaat naar het fonds");
    assert_int_equal(visit_sync(&v), 0);
    SEE(&v, "Wacht op je leidinggevende");
    SEE_NOT(&v, "Genoteerd, gaat naar het fonds");
    assert_int_equal(visit_requests(&rig, "Sanne Kuipers"), 1);
    visit_end(&v);
}

static void without_a_server_first(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    rig_kill_server(&rig);
    visit_press(&v, "Enter #" PIET " 2 1 lassen Down Enter 1 Enter 1");
    SEE(&v, "Je aanvraag is genoteerd");
    SEE(&v, "1 nog niet verstuurd");
    assert_int_equal(visit_sync(&v), 75);
    SEE(&v, "1 nog niet verstuurd");
    visit_press(&v, "2");
    SEE(&v, "Genoteerd, gaat naar het fonds");
    visit_press(&v, "1");
    SEE(&v, "Je aanvraag staat veilig op dit scherm.");
    rig_serve(&rig);
    assert_int_equal(visit_sync(&v), 0);
    SEE(&v, "Je leidinggevende zegt ja of nee.");
    visit_press(&v, "0");
    SEE(&v, "Alle aanvragen zijn verstuurd.");
    assert_int_equal(visit_requests(&rig, "Piet van Oosterzee"), 1);
    visit_end(&v);
}

/* The course goes between the ask and the sync. */
static void a_refusal_says_why(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    visit_press(&v, "Enter #" DELROY " 2 1 zandsmeden Down Enter 2 Enter 1 2");
    SEE(&v, FAR_TITLE);
    SEE(&v, "Genoteerd, gaat naar het fonds");
    visit_far_course(&rig, 0);
    assert_int_equal(visit_sync(&v), 0);
    SEE(&v, "Kan niet");
    visit_press(&v, "1");
    SEE(&v, "Deze cursus is er niet meer.");
    SEE_NOT(&v, "elke datum is goed");
    visit_far_course(&rig, 3);
    visit_end(&v);
}

/* A theme, a date, and the badge typed: with nothing but a number pad. */
static void with_a_number_pad_alone(void **state)
{
    static const struct {
        const char *language, *badge, *date, *ask, *noted, *has_it, *person;
    } in[] = {
        {"nl", AGNIESZKA, "6 feb 2098", "Cursus aanvragen?", "Je aanvraag is genoteerd",
            "Wacht op je leidinggevende", "Agnieszka"},
        {"en", OLEH, "6 Feb 2098", "Ask for this course?", "Your request is noted",
            "Waits for your supervisor", "Oleh"},
    };
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct visit v;
        visit_enrol(&v, &rig);
        visit_start(&v, &(struct visit_how){.language = in[i].language});
        visit_press(&v, "5 2 9");
        visit_press(&v, visit_digit(&v, "Zandwerk"));
        visit_press(&v, visit_digit(&v, FAR_TITLE));
        SEE(&v, "2098");
        visit_press(&v, "9"); /* nothing has this number */
        visit_press(&v, "Backspace");
        visit_press(&v, visit_digit(&v, FAR_TITLE));
        visit_press(&v, visit_digit(&v, in[i].date));
        SEE(&v, "Badge");
        visit_press(&v, in[i].badge);
        SEE_NOT(&v, in[i].badge);
        visit_press(&v, "7 Backspace Enter Enter");
        SEE(&v, in[i].ask);
        SEE(&v, in[i].date);
        visit_press(&v, "1");
        SEE(&v, in[i].noted);
        assert_int_equal(visit_sync(&v), 0);
        visit_press(&v, "2");
        SEE(&v, in[i].has_it);
        assert_int_equal(visit_requests(&rig, in[i].person), 1);
        visit_press(&v, "0");
        visit_press(&v, visit_digit(&v, "Stop"));
        SEE(&v, in[i].language[0] == 'n' ? "Druk op een toets" : "Press any key");
        visit_end(&v);
    }
}

/* A request that is open already is shown instead of asked again. */
static void asking_twice_asks_once(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    visit_press(
        &v, "Enter #" SANNE " 2 1 heftruck Down Enter 1 Enter 1 3 1 heftruck Down Enter 1 1");
    SEE(&v, "Je hebt deze cursus al aangevraagd.");
    SEE(&v, "Genoteerd, gaat naar het fonds");
    assert_int_equal(visit_sync(&v), 0);
    visit_press(&v, "0 2 1 heftruck Down Enter 1 1");
    SEE(&v, "Je hebt deze cursus al aangevraagd.");
    assert_int_equal(visit_requests(&rig, "Heftruck"), 1);
    visit_end(&v);
}

/* ---- the disk is full ---- */

static void nothing_is_noted(struct visit *v, const char *before, const char *says)
{
    visit_start(v, &(struct visit_how){.before = before});
    visit_press(v, "Enter #" SANNE " 2 1 tekeninglezen Down Enter 1 Enter 1");
    SEE(v, "Cursus aanvragen?");
    SEE(v, says);
    visit_press(v, "0");
    SEE(v, "Alle aanvragen zijn verstuurd.");
    visit_end(v);
}

static void a_disk_that_refuses_is_told(void **state)
{
    (void)state;
    struct visit v;
    visit_enrol(&v, &rig);
    visit_start(&v, &(struct visit_how){0}); /* the journal is there before the disk is full */
    visit_press(&v, "Enter #" SANNE " 2 1 bhv Down Enter 1 Enter 1");
    SEE(&v, "1 nog niet verstuurd");
    assert_int_equal(visit_sync(&v), 0);
    visit_end(&v);
    nothing_is_noted(&v, "trap '' XFSZ; ulimit -f 0;", "De schijf van dit scherm doet het niet.");
    visit_start(&v, &(struct visit_how){0});
    visit_press(&v, "Enter #" SANNE " 2 1 tekeninglezen Down Enter 1 Enter 1");
    SEE(&v, "1 nog niet verstuurd");
    assert_int_equal(visit_sync(&v), 0);
    assert_int_equal(visit_requests(&rig, "Tekeninglezen"), 1);
    assert_int_equal(visit_requests(&rig, "BHV"), 1);
    visit_end(&v);
}

/* A disk of 16 MB for this process and its children alone; only root may. */
static bool small_disk(char dir[RIG_PATH])
{
    snprintf(dir, RIG_PATH, "%.200s/small", rig.dir);
    return mkdir(dir, 0700) == 0 && unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", dir, "tmpfs", 0, "size=16m") == 0;
}

static void fill_disk(const char *file)
{
    static const char block[4096];
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    while (write(fd, block, sizeof(block)) > 0) {
    }
    close(fd);
}

static void a_disk_without_room_is_named(void **state)
{
    (void)state;
    struct visit v;
    char disk[RIG_PATH], all[RIG_PATH + 4], file[RIG_PATH + 8], reserve[RIG_PATH + 20];
    visit_enrol(&v, &rig);
    if (!small_disk(disk))
        skip();
    snprintf(all, sizeof(all), "%s/.", v.data);
    snprintf(file, sizeof(file), "%s/fill", disk);
    snprintf(reserve, sizeof(reserve), "%s/journal.reserve", disk);
    const char *const copy[] = {"/bin/cp", "-a", all, disk, NULL};
    assert_int_equal(rig_run(&rig, copy, NULL), 0);
    memcpy(v.data, disk, sizeof(disk));
    visit_start(&v, &(struct visit_how){0});
    visit_press(&v, "Enter #" JOOST " 2 1 tekeninglezen Down Enter 1 Enter");
    unlink(reserve); /* it is used up */
    fill_disk(file);
    visit_press(&v, "1");
    SEE(&v, "De schijf van dit scherm is vol. Er is niets genoteerd.");
    SEE(&v, "Cursus aanvragen?");
    assert_int_equal(unlink(file), 0);
    visit_press(&v, "1");
    SEE(&v, "1 nog niet verstuurd");
    assert_int_equal(visit_sync(&v), 0);
    assert_int_equal(visit_requests(&rig, "Joost Lezer"), 1);
    visit_end(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_start_to_verdict),
        cmocka_unit_test(without_a_server_first),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(with_a_number_pad_alone),
        cmocka_unit_test(asking_twice_asks_once),
        cmocka_unit_test(a_disk_that_refuses_is_told),
        cmocka_unit_test(a_disk_without_room_is_named),
    };
    visit_rig(&rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
