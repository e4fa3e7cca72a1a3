/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules about whose a screen is: the screens of acht with one edit, and all that the checker
 * says about it. */
#include "screen_house.h"

static const struct bad {
    const char *rule, *file, *from, *to, *says;
} bads[] = {
    {"a supervisor's screen for whoever has a badge", "home.json",
        "{'when': 'supervises', 'goto': 'inbox', 'stack': 'push'}",
        "{'when': 'pinned', 'goto': 'inbox', 'stack': 'push'}",
        "home.json: on.team.0: 'inbox' is for a supervisor, so this needs when 'supervises'\n"},
    {"a supervisor's screen from a worker's", "notices.json", "'choose': [{'goto': 'requests'",
        "'choose': [{'goto': 'inbox'",
        "notices.json: on.choose.0: 'inbox' is for a supervisor, so this needs when "
        "'supervises'\n"},
    {"a supervisor's screen at the end of a detour", "home.json",
        "{'when': 'identified', 'goto': 'pin', 'stack': 'push', 'then': {'goto': 'inbox', 'when': "
        "'supervises'}}",
        "{'when': 'identified', 'goto': 'pin', 'stack': 'push', 'then': {'goto': 'inbox'}}",
        "home.json: on.team.1.then: 'inbox' is for a supervisor, so this needs when "
        "'supervises'\n"},
    {"a PIN for nobody", "home.json",
        "{'when': 'identified', 'goto': 'pin', 'stack': 'push', 'then': {'goto': 'requests'}}",
        "{'when': 'narrowed', 'goto': 'pin', 'stack': 'push', 'then': {'goto': 'requests'}}",
        "home.json: on.requests.1: 'pin' is personal, so this needs when 'identified'\n"
        "home.json: on.requests.2: asks who somebody is who may be known: needs a branch before it "
        "with when 'identified'\n"},
    {"asked who he is again", "home.json",
        "      {'when': 'identified', 'goto': 'pin', 'stack': 'push', 'then': {'goto': "
        "'requests'}},\n",
        "",
        "home.json: on.requests.1: asks who somebody is who may be known: needs a branch before it "
        "with when 'identified'\n"},
    {"a PIN asked for again", "home.json",
        "      {'when': 'pinned', 'goto': 'requests', 'stack': 'push'},\n", "",
        "home.json: on.requests.0: needs a branch before it: when 'identified', goto 'requests'\n"
        "home.json: on.requests.1: needs a branch before it: when 'identified', goto 'requests'\n"},
    {"a detour that forgets where it goes", "identify.json", "{'goto': 'pin', 'stack': 'replace'}",
        "{'goto': 'pin', 'stack': 'replace', 'then': {'goto': 'requests'}}",
        "course.json: pushes go round: course > requests > find > results > course\n"
        "identify.json: on.identified.1: from one detour to the next needs replace, and no then\n"
        "identify.json: on.identified.1: needs a branch before it: when 'identified', goto "
        "'requests'\n"},
    {"a detour upon a detour", "pin.json", "'goto': 'checking', 'stack': 'replace'",
        "'goto': 'checking', 'stack': 'push'",
        "pin.json: pushes go round: pin > pin\n"
        "pin.json: on.checking.0: from one detour to the next needs replace, and no then\n"},
    {"on to @then unproven", "checking.json", "{'when': 'pinned', 'goto': '@then'}",
        "{'when': 'narrowed', 'goto': '@then'}",
        "checking.json: on.any.1: @then is for a screen's own, once it is known who it is\n"},
    {"a wrong PIN that changes nothing", "kiosk.json", "'wrong_pin': [{'goto': '@home', ",
        "'wrong_pin': [{", "kiosk.json: on.wrong_pin.0: must lead to @home or reset the stack\n"},
    {"a wrong PIN on a screen that stays", "inbox.json", "'on': {",
        "'on': {\n    'wrong_pin': [{'message': 'No.'}],",
        "inbox.json: on.wrong_pin.0: must lead to @home or reset the stack\n"},
    {"barred, and there all the same", "kiosk.json", "'barred': [{'goto': '@home', ",
        "'barred': [{", "kiosk.json: on.barred.0: must lead to @home or reset the stack\n"},
    {"a deed by a row", "yes_several.json",
        "'choose': [{'do': 'mark', 'with': {'request': '$row.id'}}]",
        "'choose': [{'do': 'say_yes_all'}]",
        "yes_several.json: on.marked: nothing emits it\n"
        "yes_several.json: on.marks_full: nothing emits it\n"
        "yes_several.json: on.choose.0: only an item of this screen's list may do say_yes_all\n"},
    {"a guard without its request", "inbox.json", "'when': 'several'", "'when': 'can_reply'",
        "inbox.json: item 'Yes to several at once': can_reply needs a query that finds one "
        "request\n"},
    {"a guard without its list", "request.json", "'when': 'can_reply'", "'when': 'several'",
        "request.json: item 'Answer the question': several needs a list with a source\n"},
    {"a PIN beside a list", "pin.json", "'empty': 'six digits'}",
        "'empty': 'six digits'}, {'widget': 'list', 'before': [{'text': 'Stop', 'event': 'stop'}]}",
        "pin.json: body: Enter would submit what is typed, so the list cannot be used\n"},
    {"a reason that is none", "yes_if.json", "'because': 'own_time'", "'because': 'own_tme'",
        "yes_if.json: on.own_time.0.with.because: no because 'own_tme'\n"},
    {"a person for a request", "team.json", "'with': {'person': '$row.id'}",
        "'with': {'person': 'x', 'request': '$row.id'}",
        "team.json: on.choose.0.with: 'member' does not take 'request'\n"},
    {"a request for a person", "attending.json",
        "'goto': 'absent', 'stack': 'push', 'with': "
        "{'request': '$row.id'}",
        "'goto': 'member', 'stack': 'push', 'with': {'person': '$row.id'}",
        "attending.json: on.choose.0.with.person: $row.id of a ticket is no person\n"
        "absent.json: nothing leads here from the start\n"},
    {"a new PIN without a code", "mydata.json", "'goto': 'pin_code', 'stack': 'push'",
        "'goto': 'pin_new', 'stack': 'push'",
        "mydata.json: on.pin.0: 'pin_new' is entered from a screen that asks for code or again "
        "alone\n"},
    {"words for nothing", "results.json", "'narrow': [{'goto': 'narrow', 'stack': 'push'}]",
        "'narrow': [{'when': 'identified', 'goto': 'words', 'stack': 'push'}, {'goto': 'narrow', "
        "'stack': 'push'}]",
        "results.json: on.narrow.0: 'words' is entered from a screen that shows words alone\n"},
    {"a PIN that nobody takes", "pin_again.json", "'submit': [{'do': 'set_pin'}]",
        "'submit': [{'goto': 'pin_set', 'stack': 'replace'}]",
        "pin_again.json: on.saved: nothing emits it\n"
        "pin_again.json: on.not_six_digits: nothing emits it\n"
        "pin_again.json: on.common_pin: nothing emits it\n"
        "pin_again.json: on.not_equal: nothing emits it\n"
        "pin_again.json: on.bad_code: nothing emits it\n"
        "pin_again.json: on.slow_down: nothing emits it\n"
        "pin_again.json: body: nothing takes what is typed here\n"},
    {"waiting for nothing", "identify.json", "{'goto': 'pin', 'stack': 'replace'}",
        "{'when': 'decides', 'goto': 'checking', 'stack': 'replace'},\n      {'goto': 'pin', "
        "'stack': 'replace'}",
        "identify.json: on.identified.1: 'checking' waits for a PIN's answer, so only 'checking' "
        "leads there\n"},
    {"waiting for ever", "checking.json", "'unproven': [{'goto': '@then', ", "'unproven': [{",
        "checking.json: on.unproven: waits for it, so it must lead on to @then\n"},
    {"a proof that leads nowhere", "checking.json", "    'proven': [{'goto': '@then'}],\n", "",
        "checking.json: on.proven: waits for it, so it must lead on to @then\n"},
    {"a detour to a detour", "home.json",
        "{'goto': 'identify', 'stack': 'push', 'then': {'goto': 'requests'}}",
        "{'goto': 'identify', 'stack': 'push', 'then': {'goto': 'pin'}}",
        "home.json: on.requests.2.then: 'pin' leads on itself\n"},
    {"a deed that can be done again", "export.json", "'saved': [{'goto': '@back', ", "'saved': [{",
        "export.json: on.saved.0: what was done must not stay to be done again\n"},
};

static bool check_one(const struct bad *bad)
{
    struct house h;
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(16384);
    house_build_real(&h);
    house_edit(&h, bad->file, bad->from, bad->to);
    if (app_load(&app, h.dir, &err) < 0)
        fail_msg("%s: does not load: %s", bad->rule, err.msg);
    int wrong = app_check(&app, &out);
    int lines = 0;
    for (const char *at = out.p; *at; at++)
        lines += *at == '\n';
    assert_int_equal(wrong, lines);
    bool right = strcmp(out.p, bad->says) == 0;
    if (!right)
        print_error("%s: said\n%sinstead of\n%s", bad->rule, out.p, bad->says);
    app_release(&app);
    buf_release(&out);
    house_pull_down(&h);
    return right;
}

static void each_rule_says_what_is_wrong(void **unused)
{
    (void)unused;
    int wrong = 0;
    for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++)
        wrong += !check_one(&bads[i]);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
