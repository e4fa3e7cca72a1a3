/* SPDX-License-Identifier: EUPL-1.2 */
/* Setting PINs: with a one-time code, with the old PIN, in any order of arrival. */
#include "central_pins.h"

#define CODE "4829130567"
#define FRESH "861429"
#define NEWER "275938"

static struct verdict set_pin(
    struct house *h, const char *person, const char *pin, const char *secret, int64_t at)
{
    return act(h, &h->a,
        (struct act){TYPE_SET_PIN, .person = person, .pin = pin, .secret = secret, .at = at});
}

static struct verdict sign_in(struct house *h, const char *person, const char *pin, int64_t at)
{
    return act(h, &h->a, (struct act){TYPE_SIGN_IN, .person = person, .pin = pin, .at = at});
}

static void give(struct house *h, const char *person, const char *code, int64_t at)
{
    OK(database_begin(h->central.db, &err));
    OK(pin_code_keep(h->central.db, &h->secrets, "amber", person, code, at, &err));
    OK(database_commit(h->central.db, &err));
}

/* ---- codes ---- */

static void a_code_sets_a_pin_once(void **unused)
{
    (void)unused;
    struct house h;
    house_people(&h);
    expect_refused(set_pin(&h, "anna", FRESH, CODE, 0), REASON_wrong_code); /* none was given */
    give(&h, "anna", CODE, NOW);
    expect_refused(set_pin(&h, "aad", FRESH, CODE, 0), REASON_wrong_code); /* not his */
    expect_accepted(set_pin(&h, "anna", FRESH, CODE, 0));
    expect_accepted(sign_in(&h, "anna", FRESH, 0));
    assert_int_equal(notices(&h, "anna", "pin_set"), 1);
    expect_refused(set_pin(&h, "anna", NEWER, CODE, 0), REASON_wrong_code); /* used up */
    expect_accepted(sign_in(&h, "anna", FRESH, 0));
    house_close(&h);
}

static void a_code_bears_few_tries_and_a_day(void **unused)
{
    (void)unused;
    struct house h;
    house_people(&h);
    give(&h, "anna", CODE, NOW);
    for (int i = 0; i < PIN_CODE_TRIES; i++)
        expect_refused(
            set_pin(&h, "anna", FRESH, "0000000001", NOW + i * SECOND), REASON_wrong_code);
    /* Somewhere else, where nobody has to wait: the code itself is dead. */
    expect_refused(
        act(&h, &h.b,
            (struct act){TYPE_SET_PIN, "anna", .pin = FRESH, .secret = CODE, .at = NOW + MINUTE}),
        REASON_wrong_code);
    give(&h, "wim", CODE, NOW - DAY);
    expect_refused(set_pin(&h, "wim", FRESH, CODE, NOW), REASON_wrong_code);
    give(&h, "wim", CODE, NOW - DAY + 1);
    expect_accepted(set_pin(&h, "wim", FRESH, CODE, NOW));
    house_close(&h);
}

/* An entry from before the code ran out, that a kiosk could not send until now; but none that
 * claims to be older than the kiosk's last contact. */
static void a_code_counts_when_it_was_typed(void **unused)
{
    (void)unused;
    struct house h;
    struct verdict v;
    struct judge_counts counts;
    struct buf body = BUF_INIT(LIM_BODY);
    house_people(&h);
    give(&h, "anna", CODE, NOW - 2 * DAY);
    act_add(&h, &h.a,
        &(struct act){TYPE_SET_PIN, "anna", .pin = FRESH, .secret = CODE, .at = NOW - 30 * HOUR},
        &body);
    h.a.contact = NOW - HOUR;
    assert_int_equal(judge_body(&h, &h.a, body.p, body.len, NOW, &v, &counts), 1);
    expect_refused(v, REASON_wrong_code);
    buf_clear(&body);
    act_add(&h, &h.a,
        &(struct act){TYPE_SET_PIN, "anna", .pin = FRESH, .secret = CODE, .at = NOW - 30 * HOUR},
        &body);
    h.a.contact = NOW - 3 * DAY;
    assert_int_equal(judge_body(&h, &h.a, body.p, body.len, NOW, &v, &counts), 1);
    expect_accepted(v);
    buf_release(&body);
    house_close(&h);
}

static void what_everybody_chooses_is_refused(void **unused)
{
    (void)unused;
    static const char *const common[] = {
        "123456", "000000", "654321", "121212", "112233", "010190", "159753"};
    struct house h;
    struct judge_counts counts;
    house_people(&h);
    give(&h, "anna", CODE, NOW);
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
        const struct act a = {TYPE_SET_PIN, "anna", .pin = common[i], .secret = CODE};
        expect_refused(act_counted(&h, &h.a, &a, &counts), REASON_common_pin);
        assert_int_equal(counts.hashes, 0);
    }
    expect_refused(set_pin(&h, "anna", "12345", CODE, 0), REASON_malformed);
    expect_refused(set_pin(&h, "anna", "", CODE, 0), REASON_no_pin);
    expect_refused(set_pin(&h, "anna", NULL, NULL, 0), REASON_no_pin);
    expect_accepted(set_pin(&h, "anna", FRESH, CODE, 0)); /* the code was not used up by that */
    house_close(&h);
}

/* ---- changing ---- */

static void the_old_pin_changes_it(void **unused)
{
    (void)unused;
    struct house h;
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    expect_refused(set_pin(&h, "anna", FRESH, PIN_SARA, 0), REASON_wrong_pin);
    expect_refused(set_pin(&h, "anna", FRESH, "", 0), REASON_wrong_pin);
    assert_int_equal(notices(&h, "anna", "wrong_pin"), 1);
    expect_accepted(set_pin(&h, "anna", FRESH, PIN_ANNA, 0));
    expect_accepted(sign_in(&h, "anna", FRESH, NOW + MINUTE));
    expect_refused(sign_in(&h, "anna", PIN_ANNA, NOW + HOUR), REASON_wrong_pin);
    house_close(&h);
}

/* Judges one entry that was made at `at` at `now`. */
static struct verdict judge_late(
    struct house *h, const struct kiosk *kiosk, const struct act *a, int64_t now)
{
    struct verdict v;
    struct judge_counts counts;
    struct buf body = BUF_INIT(LIM_BODY);
    act_add(h, kiosk, a, &body);
    assert_int_equal(judge_body(h, kiosk, body.p, body.len, now, &v, &counts), 1);
    buf_release(&body);
    return v;
}

/* What was done with the old PIN before the change counts when it comes in after it, and nothing
 * that was done later; after two weeks not even that. */
static void the_old_pin_counts_for_what_is_older(void **unused)
{
    (void)unused;
    struct house h;
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - 20 * DAY);
    expect_accepted(set_pin(&h, "anna", FRESH, PIN_ANNA, NOW));
    const struct act before = {TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW - HOUR};
    const struct act after = {TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW + 10 * MINUTE};
    expect_accepted(judge_late(&h, &h.b, &before, NOW + DAY));
    expect_refused(judge_late(&h, &h.b, &after, NOW + DAY), REASON_wrong_pin);
    expect_accepted(sign_in(&h, "anna", FRESH, NOW + DAY));
    int64_t gone = 0;
    struct err err = {0};
    assert_int_equal(database_begin(h.central.db, &err), 0);
    assert_int_equal(database_pins_forget(h.central.db, NOW + 15 * DAY, &gone, &err), 0);
    assert_int_equal(database_commit(h.central.db, &err), 0);
    assert_int_equal(gone, 1);
    expect_refused(judge_late(&h, &h.b, &before, NOW + 15 * DAY + HOUR), REASON_wrong_pin);
    house_close(&h);
}

/* Two kiosks without a line, each with a change: the later one stands, whichever comes in first. */
static void the_later_change_stands(void **unused)
{
    (void)unused;
    const struct act early = {
        TYPE_SET_PIN, "anna", .pin = FRESH, .secret = PIN_ANNA, .at = NOW - 2 * HOUR};
    const struct act late[] = {
        {TYPE_SET_PIN, "anna", .pin = NEWER, .secret = PIN_ANNA, .at = NOW - HOUR},
        {TYPE_SET_PIN, "anna", .pin = NEWER, .secret = FRESH, .at = NOW - HOUR}};
    const struct act between = {TYPE_SIGN_IN, "anna", .pin = FRESH, .at = NOW - 90 * MINUTE};
    for (int early_first = 0; early_first < 2; early_first++) {
        struct house h;
        house_people(&h);
        house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
        expect_accepted(judge_late(&h, &h.a, early_first ? &early : &late[0], NOW));
        expect_accepted(judge_late(&h, &h.b, early_first ? &late[1] : &early, NOW));
        expect_accepted(judge_late(&h, &h.b, &between, NOW));
        expect_accepted(sign_in(&h, "anna", NEWER, NOW + HOUR));
        expect_refused(sign_in(&h, "anna", FRESH, NOW + HOUR), REASON_wrong_pin);
        house_close(&h);
    }
}

/* Kiosks without a line, each with a change that names the same old PIN or something that it
 * proves: every one of them counts, and the end is the same in all orders. */
static void changes_of_one_old_pin_in_every_order(void **unused)
{
    (void)unused;
    static const char *const fresh[] = {FRESH, NEWER, "590274"};
    static const int orders[6][3] = {
        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const struct act sets[2][3] = {
        {{TYPE_SET_PIN, "anna", .pin = fresh[0], .secret = PIN_ANNA, .at = NOW - 4 * HOUR},
            {TYPE_SET_PIN, "anna", .pin = fresh[1], .secret = PIN_ANNA, .at = NOW - 3 * HOUR},
            {TYPE_SET_PIN, "anna", .pin = fresh[2], .secret = PIN_ANNA, .at = NOW - HOUR}},
        {{TYPE_SET_PIN, "anna", .pin = fresh[0], .secret = PIN_ANNA, .at = NOW - 4 * HOUR},
            {TYPE_SET_PIN, "anna", .pin = fresh[2], .secret = PIN_ANNA, .at = NOW - 3 * HOUR},
            {TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW - HOUR}}};
    for (int i = 0; i < 12; i += house_every(5)) {
        struct house h;
        house_people(&h);
        house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
        for (int k = 0; k < 3; k++)
            expect_accepted(judge_late(
                &h, k % 2 ? &h.a : &h.b, &sets[i / 6][orders[i % 6][k]], NOW + k * MINUTE));
        expect_accepted(sign_in(&h, "anna", fresh[2], NOW + HOUR));
        expect_refused(sign_in(&h, "anna", fresh[0], NOW + HOUR), REASON_wrong_pin);
        expect_refused(set_pin(&h, "anna", fresh[0], PIN_ANNA, NOW + HOUR), REASON_wrong_pin);
        house_close(&h);
    }
    print_message(
        "S-28: all of %d orders of changed PINs end the same\n", house_is_postgres() ? 3 : 12);
}

/* ---- codes from people ---- */

static void only_whose_people_they_are_give_codes(void **unused)
{
    (void)unused;
    static const struct {
        const char *giver, *worker;
        enum reason reason;
    } cases[] = {
        {"sara", "anna", REASON_none},
        {"sara", "wim", REASON_not_allowed}, /* another team */
        {"sara", "sara", REASON_not_allowed},
        {"sara", "nobody", REASON_unknown_person},
        {"sara", "bea", REASON_unknown_person}, /* another company */
        {"cor", "wim", REASON_none},
        {"cor", "sara", REASON_not_allowed}, /* has a PIN */
        {"cor", "cor", REASON_not_allowed},
        {"aad", "anna", REASON_not_allowed},
    };
    struct house h;
    house_people(&h);
    house_pin(&h, "sara", PIN_SARA, NOW - DAY);
    house_pin(&h, "cor", PIN_SARA, NOW - DAY);
    house_pin(&h, "aad", PIN_SARA, NOW - DAY);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct verdict v = act(&h, &h.a,
            (struct act){TYPE_GIVE_CODE, cases[i].giver, .pin = PIN_SARA, .secret = CODE,
                .worker = cases[i].worker});
        expect_verdict(
            __LINE__, v, cases[i].reason ? VERDICT_refused : VERDICT_accepted, cases[i].reason);
    }
    expect_accepted(set_pin(&h, "wim", FRESH, CODE, 0));
    expect_refused(
        act(&h, &h.a, (struct act){TYPE_GIVE_CODE, "sara", .worker = "anna"}), REASON_no_pin);
    expect_refused(
        act(&h, &h.a,
            (struct act){TYPE_GIVE_CODE, "sara", .pin = PIN_SARA, .secret = "1", .worker = "anna"}),
        REASON_malformed);
    house_close(&h);
}

static void house_badge_key(struct house *h, char key[KEY_HEX])
{
    OK(database_company(h->central.db, "amber", key, &err));
}

static void a_code_from_the_shell(void **unused)
{
    (void)unused;
    struct house h;
    struct admin_code code;
    char badge_key[KEY_HEX], hash[DIGEST_HEX], line[256], digits[LIM_CODE + 1];
    struct err err = {0};
    house_people(&h);
    house_badge_key(&h, badge_key);
    assert_int_equal(badge_hash(badge_key, "1003", hash), 0);
    snprintf(line, sizeof(line),
        "{'type':'person','id':'wim','name':'Wim','role':'worker','badge':'%s'}", hash);
    house_put(&h, "amber", "roster", line);
    assert_int_equal(
        admin_person_code(h.central.db, &h.secrets, "1003", NULL, NOW, &code, &err), -1);
    assert_int_equal(err.code, ERR_USAGE); /* two companies */
    err_clear(&err);
    assert_int_equal(
        admin_person_code(h.central.db, &h.secrets, "1004", "amber", NOW, &code, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err_clear(&err);
    assert_int_equal(
        admin_person_code(h.central.db, &h.secrets, "1003", "coral", NOW, &code, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err_clear(&err);
    if (admin_person_code(h.central.db, &h.secrets, "00-1003", "amber", NOW, &code, &err) < 0)
        fail_msg("%s", err.msg);
    assert_string_equal(code.name, "Wim");
    assert_int_equal(code.expires, NOW + DAY);
    assert_int_equal(strlen(code.text), 12);
    snprintf(digits, sizeof(digits), "%.3s%.3s%.4s", code.text, code.text + 4, code.text + 8);
    expect_accepted(set_pin(&h, "wim", FRESH, digits, 0));
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_sets_a_pin_once),
        cmocka_unit_test(a_code_bears_few_tries_and_a_day),
        cmocka_unit_test(a_code_counts_when_it_was_typed),
        cmocka_unit_test(what_everybody_chooses_is_refused),
        cmocka_unit_test(the_old_pin_changes_it),
        cmocka_unit_test(the_old_pin_counts_for_what_is_older),
        cmocka_unit_test(the_later_change_stands),
        cmocka_unit_test(changes_of_one_old_pin_in_every_order),
        cmocka_unit_test(only_whose_people_they_are_give_codes),
        cmocka_unit_test(a_code_from_the_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
