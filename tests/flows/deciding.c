/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of a request through several kiosks and a real server: PINs, a supervisor's answer
 * without network, a proposal, two answers to one request, a wrong PIN that is found at night. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/visit.h"

#define PIN_HENK "482913"
#define PIN_MARIEKE "905731"
#define PIN_SANNE "730496"
#define PIN_YOUSSEF "648207"
#define PIN_OLEH "394862"
#define PIN_AGNIESZKA "582047"

static struct rig rig;

/* ---- hands ---- */

/* Chooses what has this text in front of it. */
static void choose(struct visit *v, const char *text)
{
    visit_press(v, visit_digit(v, text));
}

/* A badge at the reader, then a PIN, for what is chosen at the beginning. */
static void sign_in(struct visit *v, const char *what, const char *badge, const char *pin)
{
    char keys[128];
    visit_press(v, "Enter");
    choose(v, what);
    snprintf(keys, sizeof(keys), "#%s %s Enter", badge, pin);
    visit_press(v, keys);
}

/* Nobody answers while the kiosk waits. */
static void no_answer(struct visit *v)
{
    if (visit_sees(v, "We vragen het fonds of dit je pincode is."))
        visit_pass_time(v, 5);
    SEE_NOT(v, "We vragen het fonds of dit je pincode is.");
}

/* The same with a server in reach that answers while the kiosk waits. */
static void sign_in_proven(struct visit *v, const char *what, const char *badge, const char *pin)
{
    sign_in(v, what, badge, pin);
    SEE(v, "We vragen het fonds of dit je pincode is.");
    assert_int_equal(visit_sync(v), 0);
}

static void stop(struct visit *v)
{
    visit_press(v, "0");
    choose(v, "Stop");
    SEE(v, "Druk op een toets om te beginnen");
}

static void one_time_code(const char *badge, char code[32])
{
    struct buf out = BUF_INIT(4096);
    size_t n = 0;
    visit_central(
        &rig, (const char *const[]){"people", "code", badge, "--company", "acme", NULL}, &out);
    for (const char *s = out.p; *s && *s != '\n' && n < 31; s++)
        if (*s >= '0' && *s <= '9')
            code[n++] = *s;
    code[n] = '\0';
    buf_release(&out);
}

/* What everybody does once: a code from the supervisor, and a PIN of one's own. */
static void set_pin(struct visit *v, const char *badge, const char *pin)
{
    char code[32], keys[256];
    one_time_code(badge, code);
    visit_press(v, "Enter");
    choose(v, "Mijn gegevens en pincode");
    snprintf(keys, sizeof(keys), "#%s Enter", badge);
    visit_press(v, keys);
    choose(v, "Pincode kiezen of veranderen");
    snprintf(keys, sizeof(keys), "%s Enter %s Enter %s Enter", code, pin, pin);
    visit_press(v, keys);
    SEE(v, "Je pincode is genoteerd");
    assert_int_equal(visit_sync(v), 0);
    stop(v);
}

/* Asks for the tests' own course, for the date with this number, from the beginning on. */
static void ask(struct visit *v, const char *badge, const char *pin, const char *date)
{
    char keys[128];
    visit_press(v, "Enter 2 1 zandsmeden Down Enter");
    choose(v, date);
    snprintf(keys, sizeof(keys), "#%s %s Enter", badge, pin);
    visit_press(v, keys);
    no_answer(v);
    SEE(v, "Cursus aanvragen?");
    choose(v, "Ja, vraag aan");
    SEE(v, "Je aanvraag is genoteerd");
    stop(v);
}

static void see_request(struct visit *v, const char *badge, const char *pin)
{
    sign_in_proven(v, "Mijn aanvragen", badge, pin);
    choose(v, FAR_TITLE);
    SEE(v, "Mijn aanvraag");
}

static void kiosks(struct visit *v, int count)
{
    for (int i = 0; i < count; i++)
        visit_begin(&v[i], &rig);
}

static void sync_all(struct visit *v, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(visit_sync(&v[i]), 0);
}

static void end_all(struct visit *v, int count)
{
    for (int i = 0; i < count; i++)
        visit_end(&v[i]);
}

/* ---- visits ---- */

/* Asked offline at one kiosk, answered offline at another, both sync in either order, and the
 * worker reads the answer at a third. */
static void answered_offline(const char *badge, const char *pin, const char *date, bool first_a)
{
    struct visit v[3];
    kiosks(v, 3);
    rig_kill_server(&rig);
    ask(&v[0], badge, pin, date);
    rig_serve(&rig);
    sync_all(v, 2);
    rig_kill_server(&rig);
    assert_int_equal(visit_sync(&v[1]), 75);
    sign_in(&v[1], "Mijn aanvragen", "1001", PIN_HENK);
    no_answer(&v[1]);
    visit_press(&v[1], "0");
    choose(&v[1], "Aanvragen van mijn team");
    choose(&v[1], FAR_TITLE);
    SEE(&v[1], "Een aanvraag van mijn team");
    visit_press(&v[1], "1");
    SEE(&v[1], "Je zei ja.");
    stop(&v[1]);
    rig_serve(&rig);
    assert_int_equal(visit_sync(&v[first_a ? 0 : 1]), 0);
    assert_int_equal(visit_sync(&v[first_a ? 1 : 0]), 0);
    see_request(&v[2], badge, pin);
    SEE(&v[2], "Je hebt een plaats");
    SEE(&v[2], "Henk Bosma");
    end_all(v, 3);
}

static void asked_and_answered_without_network(void **state)
{
    (void)state;
    answered_offline(SANNE, PIN_SANNE, "6 feb 2098", true);
}

static void asked_and_answered_in_the_other_order(void **state)
{
    (void)state;
    answered_offline(YOUSSEF, PIN_YOUSSEF, "6 feb 2098", false);
}

/* Nothing happens without the worker's own yes. */
static void a_proposal_that_the_worker_refuses(void **state)
{
    (void)state;
    struct visit v[2];
    kiosks(v, 2);
    sign_in_proven(&v[0], "Mijn aanvragen", "1001", PIN_HENK);
    visit_press(&v[0], "0 2 1 zandsmeden Down Enter");
    choose(&v[0], "Stel voor aan iemand");
    choose(&v[0], "Oleh Marchenko");
    SEE(&v[0], "Er gebeurt niets");
    visit_press(&v[0], "1");
    stop(&v[0]);
    sync_all(v, 2);
    see_request(&v[1], OLEH, PIN_OLEH);
    SEE(&v[1], "Henk Bosma");
    choose(&v[1], "Nee, dit wil ik niet");
    visit_press(&v[1], "1");
    stop(&v[1]);
    sync_all(v, 2);
    sign_in_proven(&v[0], "Mijn aanvragen", "1001", PIN_HENK);
    visit_press(&v[0], "0");
    choose(&v[0], "Aanvragen van mijn team");
    SEE_NOT(&v[0], "Oleh");
    choose(&v[0], "Mijn team");
    choose(&v[0], "Wat ik voorstelde");
    SEE(&v[0], "De werknemer wil het niet");
    end_all(v, 2);
    assert_int_equal(visit_requests(&rig, "withdrawn"), 1);
    assert_int_equal(visit_requests(&rig, "placed"), 2);
}

/* The first answer by time stands, whichever kiosk synced first; the other is shown. */
static void two_answers_to_one_request(void **state)
{
    (void)state;
    struct visit v[3];
    kiosks(v, 3);
    ask(&v[0], AGNIESZKA, PIN_AGNIESZKA, "6 mrt 2098");
    sync_all(v, 3);
    rig_kill_server(&rig);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(visit_sync(&v[i]), 75);
        sign_in(&v[i], "Mijn aanvragen", "1001", PIN_HENK);
        no_answer(&v[i]);
        visit_press(&v[i], "0");
        choose(&v[i], "Aanvragen van mijn team");
        choose(&v[i], FAR_TITLE);
        if (i == 0) {
            choose(&v[i], "Ja, met een voorwaarde");
            choose(&v[i], "in eigen tijd");
        } else {
            choose(&v[i], "Nee, met een reden");
            visit_press(&v[i], "1 1 1");
        }
        stop(&v[i]);
        visit_next_second();
    }
    rig_serve(&rig);
    assert_int_equal(visit_sync(&v[1]), 0); /* the later answer comes in first */
    assert_int_equal(visit_sync(&v[0]), 0);
    sign_in_proven(&v[2], "Mijn aanvragen", AGNIESZKA, PIN_AGNIESZKA);
    choose(&v[2], FAR_TITLE);
    SEE(&v[2], "Het eerste antwoord telt");
    stop(&v[2]);
    end_all(v, 3);
}

/* A wrong PIN is found when the kiosk syncs: the entry does not count, and both are told. */
static void a_wrong_pin_found_at_night(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    rig_kill_server(&rig);
    assert_int_equal(visit_sync(&v), 75);
    ask(&v, OLEH, "111119", "6 jan 2098");
    rig_serve(&rig);
    assert_int_equal(visit_sync(&v), 0);
    sign_in_proven(&v, "Mijn gegevens en pincode", OLEH, PIN_OLEH);
    choose(&v, "Berichten voor mij");
    SEE(&v, "Iemand gebruikte je badge met een verkeerde pincode.");
    stop(&v);
    sign_in_proven(&v, "Mijn gegevens en pincode", "1001", PIN_HENK);
    choose(&v, "Berichten voor mij");
    SEE(&v, "Oleh Marchenko");
    stop(&v);
    visit_end(&v);
    assert_int_equal(visit_requests(&rig, "wrong_pin"), 0);
}

/* A badge in the middle of somebody else's form: nothing of it is left, and nothing is asked. */
static void the_shift_changes_in_the_middle_of_a_form(void **state)
{
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    visit_press(&v, "Enter 2 1 zandsmeden Down Enter");
    choose(&v, "6 jan 2098");
    visit_press(&v, "#" SANNE " " PIN_SANNE " Enter");
    no_answer(&v);
    choose(&v, "Schrijf er iets bij");
    visit_press(&v, "voor_mijn_diploma");
    SEE(&v, "voor mijn diploma");
    pty_bytes_reset(v.pty);
    visit_press(&v, "#" PIET);
    SEE(&v, "Wat wil je doen?");
    visit_press(&v, "Down");
    SEE(&v, "Je bent Piet van Oosterzee");
    SEE_NOT(&v, "Sanne");
    HOLDS(&v, !pty_bytes_contain(v.pty, "diploma"));
    visit_press(&v, "3");
    SEE(&v, "Typ je pincode"); /* the PIN of the one before opens nothing */
    visit_press(&v, "Backspace");
    stop(&v);
    visit_end(&v);
}

/* ---- with digits alone, in both languages ---- */

static void with_digits_alone(void **state)
{
    static const struct {
        const char *language, *requests, *date, *asked, *mine, *state;
    } in[] = {
        {"nl", "Mijn aanvragen", "6 jan 2098", "Je aanvraag is genoteerd", "Zandsmeden",
            "Wacht op je leidinggevende"},
        {"en", "My requests", "6 Jan 2098", "Your request is noted", "Zandsmeden",
            "Waits for your supervisor"},
    };
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct visit v;
        visit_enrol(&v, &rig);
        visit_start(&v, &(struct visit_how){.language = in[i].language});
        visit_press(&v, "5 2 9");
        choose(&v, "Zandwerk");
        choose(&v, FAR_TITLE);
        choose(&v, in[i].date);
        visit_press(&v, i == 0 ? SANNE : YOUSSEF);
        visit_press(&v, "Enter");
        visit_press(&v, i == 0 ? PIN_SANNE : PIN_YOUSSEF);
        visit_press(&v, "Enter");
        assert_int_equal(visit_sync(&v), 0);
        visit_press(&v, "1");
        SEE(&v, in[i].asked);
        assert_int_equal(visit_sync(&v), 0);
        visit_press(&v, "2");
        SEE(&v, in[i].state);
        visit_end(&v);
    }
}

/* ---- what is left on the disks ---- */

static const char *const pins[] = {
    PIN_HENK, PIN_MARIEKE, PIN_SANNE, PIN_YOUSSEF, PIN_OLEH, PIN_AGNIESZKA, "111119"};
static int files, found;

/* A PIN between what cannot be a hash: six digits stand in a long one now and then. */
static bool has_pin(const struct buf *file, const char *pin)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    const char *at = file->p, *end = file->p + file->len;
    while ((at = memmem(at, (size_t)(end - at), pin, LIM_PIN))) {
        bool before = at > file->p && at[-1] && strchr(hex, at[-1]);
        bool after = at + LIM_PIN < end && at[LIM_PIN] && strchr(hex, at[LIM_PIN]);
        if (!before && !after)
            return true;
        at++;
    }
    return false;
}

static int look_into(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    struct buf file = BUF_INIT(64 << 20);
    struct err err = {0};
    (void)st, (void)where;
    if (kind == FTW_F && buf_read_file(&file, path, &err) == 0) {
        files++;
        for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
            if (has_pin(&file, pins[i])) {
                printf("%s has a PIN\n", path);
                found++;
            }
    }
    buf_release(&file);
    return 0;
}

/* I-01, I-09, I-17: after all of this, neither the server's files nor the kiosks' nor the log have
 * a PIN. The control is a file that has one. */
static void no_pin_is_on_any_disk(void **state)
{
    (void)state;
    char path[RIG_PATH + 16];
    files = found = 0;
    nftw(rig.dir, look_into, 8, FTW_PHYS);
    printf("%d files, %d PINs\n", files, found);
    assert_true(files > 20);
    assert_int_equal(found, 0);
    snprintf(path, sizeof(path), "%s/control", rig.dir);
    FILE *f = fopen(path, "w");
    assert_true(f && fprintf(f, "{\"pin\":\"" PIN_HENK "\"}") > 0 && fclose(f) == 0);
    nftw(rig.dir, look_into, 8, FTW_PHYS);
    assert_int_equal(found, 1);
    remove(path);
}

static int everybody_has_a_pin(void **state)
{
    static const char *const given[][2] = {{"1001", PIN_HENK}, {"1012", PIN_MARIEKE},
        {SANNE, PIN_SANNE}, {YOUSSEF, PIN_YOUSSEF}, {OLEH, PIN_OLEH}, {AGNIESZKA, PIN_AGNIESZKA}};
    (void)state;
    struct visit v;
    visit_begin(&v, &rig);
    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
        set_pin(&v, given[i][0], given[i][1]);
    visit_end(&v);
    return 0;
}

static int the_server_runs(void **state)
{
    (void)state;
    if (!rig.server)
        rig_serve(&rig);
    return 0;
}

#define FLOW(test) cmocka_unit_test_setup(test, the_server_runs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOW(asked_and_answered_without_network),
        FLOW(asked_and_answered_in_the_other_order),
        FLOW(a_proposal_that_the_worker_refuses),
        FLOW(two_answers_to_one_request),
        FLOW(a_wrong_pin_found_at_night),
        FLOW(the_shift_changes_in_the_middle_of_a_form),
        FLOW(with_digits_alone),
        FLOW(no_pin_is_on_any_disk),
    };
    visit_rig(&rig);
    int failed = cmocka_run_group_tests(tests, everybody_has_a_pin, NULL);
    rig_end(&rig);
    return failed;
}
