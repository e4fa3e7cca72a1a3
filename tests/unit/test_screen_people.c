/* SPDX-License-Identifier: EUPL-1.2 */
/* Who somebody is, PINs, and a request's life, key by key through the screens of acht. */
#include "screen_play.h"

#define W ROLE_worker
#define ASKED REQUEST_asked

/* Home's choices: 2 find, 3 my requests, 6 my data, 7 stop; for who decides 4 the team's requests,
 * and one more for what follows. */
static const struct walk {
    const char *script, *then;
    enum role role;
    enum request_state ticket;
} walks[] = {
    /* Two steps to the requests: a badge, a PIN; and on. */
    {"Enter =3 !b", "home > pin identified", W, ASKED},
    {"Enter =3 !b =4711", "home > pin identified", W, ASKED},
    {"Enter =3 !b =47 Backspace Backspace Backspace", "home focus=2 identified", W, ASKED},
    {"Enter =3 !b =x", "home > pin identified", W, ASKED},
    {"Enter =3 !b =471108 Enter", "home > checking identified", W, ASKED},
    {"Enter =3 !b =471108 Enter Enter", "home > checking identified \"One moment, please.\"", W,
        ASKED},
    {"Enter =3 !b =471108 Enter ~proven", "home > requests identified", W, ASKED},
    {"Enter =3 !b =471108 Enter ~unproven",
        "home > requests identified \"No network: your PIN will be checked later.\"", W, ASKED},
    {"Enter =3 !b =471108 Enter ~wrong_pin", "home > pin identified \"That PIN is not right.\"", W,
        ASKED},
    {"Enter =3 !b =471108 Enter ~wrong_pin =471109 Enter ~proven", "home > requests identified", W,
        ASKED},
    /* What comes while somebody reads the help is not lost. */
    {"Enter =3 !b =471108 Enter F1 ~proven Esc Enter", "home > requests identified", W, ASKED},
    {"Enter =3 !b =471108 Enter F1 ~wrong_pin",
        "home identified \"That PIN was not right. What you did with it does not count.\"", W,
        ASKED},
    /* Without a PIN: asking goes on, and so do the requests of this visit. */
    {"Enter =3 !b ->no_pin Enter", "home > requests identified", W, ASKED},
    {"Enter =3 !b ->no_pin Enter =0 =3", "home > pin identified", W, ASKED},
    {"Enter =3 !b ->not_six_digits =47 Enter",
        "home > pin identified \"A PIN has six digits. Type it again.\"", W, ASKED},
    {"Enter =3 !b ->slow_down =471108 Enter",
        "home > pin identified \"Wait a moment. Then type your PIN again.\"", W, ASKED},
    /* 0 is a digit where digits are typed. */
    {"Enter =3 !b =0", "home > pin identified", W, ASKED},
    /* Another badge in the middle of somebody's PIN. */
    {"Enter =3 !b =4711 ->another_person !c",
        "home identified \"Welcome. What you ask for now is in your name.\"", W, ASKED},
    /* A request, by what it waits for. */
    {"Enter =3 !b =1 Enter ~proven =1 =1",
        "home > requests identified \"Noted. It will be sent to "
        "the fund.\"",
        ROLE_worker, REQUEST_offered},
    {"Enter =3 !b =1 Enter ~proven =1 =2",
        "home > requests > request > decline request=SECRET-ticket-0 identified", ROLE_worker,
        REQUEST_proposed},
    {"Enter =3 !b =1 Enter ~proven =1 =1 =1",
        "requests identified \"Your answer is noted. It will be sent.\"", ROLE_worker,
        REQUEST_info},
    {"Enter =3 !b =1 Enter ~proven =1 =1 =2 =I_can Enter",
        "requests identified \"Your answer is noted. It will be sent.\"", ROLE_worker,
        REQUEST_info},
    {"Enter =3 !b =1 Enter ~proven =1 =3 =1",
        "requests identified \"Your request is taken back. The fund hears it.\"", ROLE_worker,
        REQUEST_placed},
    {"Enter =3 !b =1 Enter ~proven =1 =1",
        "home > requests > request > course course=SECRET-course-0 identified", ROLE_worker,
        REQUEST_no},
    {"Enter =3 !b =1 Enter ~proven =1 =4",
        "home > requests > request request=SECRET-ticket-0 identified", ROLE_worker,
        REQUEST_started},
    /* The supervisor. */
    {"Enter !b =7", "start", W, ASKED},
    {"Enter !b =4 =1 Enter ~proven", "home > inbox identified", ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~unproven",
        "home > inbox identified \"No network: your PIN will be checked later.\"", ROLE_contact,
        REQUEST_asked},
    {"Enter !b =4 ->no_pin Enter",
        "home identified \"You need your PIN for that. Choose it again and type your PIN.\"",
        ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~unproven =1 ~wrong_pin",
        "home identified \"That PIN was not right. What you did with it does not count.\"",
        ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven =1", "home > inbox > matter request=SECRET-ticket-0 identified",
        ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven =1 =1",
        "home > inbox identified \"You said yes. The fund looks for a place.\"", ROLE_supervisor,
        REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven =1 =2 =3",
        "inbox identified \"Noted. The worker must agree to it.\"", ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven =1 =4 =1 =2",
        "home > inbox > matter > no > no_day > no_sure request=SECRET-ticket-0 because=busy "
        "day=SECRET-occasion-1 identified",
        ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven =1 =4 =1 =2 =1",
        "inbox identified \"Noted. The worker hears your no and your reason.\"", ROLE_supervisor,
        REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven =1 =1", "home > inbox identified", ROLE_supervisor, REQUEST_yes},
    {"Enter !b =4 =1 Enter ~proven End Enter =1", "home > inbox > team > proposals identified",
        ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven End Up Enter =2",
        "home > inbox > yes_several focus=1 identified \"Tick more, or say yes below the "
        "list.\"",
        ROLE_supervisor, REQUEST_asked},
    {"Enter !b =4 =1 Enter ~proven End Up Enter =2 End Up Up Enter",
        "inbox identified \"Noted: you said yes. They hear it.\"", ROLE_supervisor, REQUEST_asked},
    /* A PIN of one's own: code, PIN, once more. */
    {"Enter =6 !b ->no_pin Enter =4 =1 Enter =471108 Enter =471108 Enter",
        "home > mydata > pin_set identified", W, ASKED},
    {"Enter =6 !b ->no_pin Enter =4 =1 Enter =471108 Enter ->not_equal =471109 Enter",
        "home > mydata > pin_new identified \"That was not the same PIN. Choose it again.\"", W,
        ASKED},
    {"Enter =6 !b ->no_pin Enter =4 =1 Enter =471108 Enter ->slow_down =471109 Enter",
        "home > mydata > pin_code identified \"Too many wrong tries. Wait a moment, then type your "
        "code or PIN again.\"",
        W, ASKED},
    {"Enter =6 !b ->no_pin Enter =6",
        "home > mydata focus=5 identified \"You need your PIN for that. Set your PIN first.\"", W,
        ASKED},
};

static void keys_lead_where_they_should(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
        struct world w;
        struct buf where = BUF_INIT(1000);
        world_start(&w, REAL);
        w.role = walks[i].role;
        w.ticket = walks[i].ticket;
        play(&w, walks[i].script);
        describe(&w, &where);
        if (strcmp(where.p, walks[i].then) != 0)
            fail_msg("%s: came to\n%s instead of\n%s", walks[i].script, where.p, walks[i].then);
        buf_release(&where);
        world_end(&w);
    }
}

static bool empty(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i])
            return false;
    return true;
}

/* Digits are wiped as soon as the screen that asks for them is left, whichever way. */
static void digits_are_left_nowhere(void **unused)
{
    (void)unused;
    static const char *const ways[] = {
        "Esc", "F1 =0", "F1 Esc Esc", "->another_person !c", "idle", "->no_pin Enter"};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct world w;
        world_start(&w, REAL);
        play(&w, "Enter =3 !b =4711");
        assert_string_equal(w.st.pin, "4711");
        play(&w, "F1");
        assert_string_equal(w.st.pin, "4711");
        play(&w, "Esc");
        play(&w, ways[i]);
        assert_true(empty(w.st.pin, sizeof(w.st.pin)));
        world_end(&w);
    }
}

static void a_code_is_seen_once(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, REAL);
    w.role = ROLE_supervisor;
    w.many = 1;
    play(&w, "Enter !b =4 =1 Enter ~proven =2 =4 =1");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "code_given");
    assert_string_equal(w.st.code, "4071938265");
    play(&w, "F1 Esc");
    assert_string_equal(w.st.code, "4071938265");
    play(&w, "=1");
    assert_true(empty(w.st.code, sizeof(w.st.code)));
    world_end(&w);
}

/* Words stay with what they were typed for, and go with it. */
static void words_go_with_what_they_are_for(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, REAL);
    play(&w, "Enter =2 =2 =2 =1 !b ->no_pin Enter =2 =why_0 Enter");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "ask");
    assert_string_equal(w.st.words, "why 0");
    play(&w, "F1 Esc =2 Esc");
    assert_string_equal(w.st.words, "why 0");
    play(&w, "=3");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "course");
    assert_true(empty(w.st.words, sizeof(w.st.words)));
    world_end(&w);
}

/* A no carries its reason and its day; reasons are words of the model. */
static void a_no_says_why(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, REAL);
    w.role = ROLE_supervisor;
    play(&w, "Enter !b =4 =1 Enter ~proven =1 =4 =3 =2 =1");
    assert_int_equal(w.last.action, ACTION_say_no);
    assert_string_equal(w.last.param[PARAM_request], "SECRET-ticket-0");
    assert_string_equal(w.last.param[PARAM_because], "not_for_job");
    assert_string_equal(w.last.param[PARAM_day], "SECRET-occasion-1");
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_lead_where_they_should),
        cmocka_unit_test(digits_are_left_nowhere),
        cmocka_unit_test(a_code_is_seen_once),
        cmocka_unit_test(words_go_with_what_they_are_for),
        cmocka_unit_test(a_no_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
