/* SPDX-License-Identifier: EUPL-1.2 */
/* A PIN in an entry proves that entry and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "proto/proof.h"

#define ID "01935c3e-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
#define OTHER_ID "01935c3e-1a2b-7c3d-8e4f-5a6b7c8d9e10"

static struct seal_keys keys;
static struct arena mem;

static int start(void **state)
{
    (void)state;
    seal_keys_make(&keys);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_release(&mem);
    return 0;
}

static struct entry a_decision(void)
{
    struct entry e = {ID, "k-1", "e-1", 7, INT64_C(1764064800000), {0}};
    record_init(&e.fields, TYPE_DECIDE);
    e.fields.id = e.id;
    record_set_text(&e.fields, DECIDE_person, "henk");
    record_set_text(&e.fields, DECIDE_request, "r-1");
    record_set_number(&e.fields, DECIDE_answer, ANSWER_no);
    record_set_number(&e.fields, DECIDE_because, BECAUSE_busy);
    record_set_number(&e.fields, DECIDE_alternative, 20500);
    return e;
}

static struct entry a_proven_decision(void)
{
    struct entry e = a_decision();
    struct err err = {0};
    assert_int_equal(proof_seal(&(struct proof){"482913", ""}, keys.public_key, &e, &mem, &err), 0);
    return e;
}

static void a_proof_travels_with_its_entry(void **state)
{
    (void)state;
    struct entry e = a_proven_decision(), read;
    struct buf line = BUF_INIT(LIM_LINE);
    struct err err = {0};
    struct proof p;
    assert_int_equal(entry_to_json(&e, &line), 0);
    assert_null(strstr(line.p, "482913"));
    assert_int_equal(entry_from_json(line.p, line.len, &mem, &read, &err), 0);
    assert_int_equal(proof_open(&keys, &read, &p), PROOF_OPEN);
    assert_string_equal(p.pin, "482913");
    assert_string_equal(p.secret, "");
    buf_release(&line);
}

static void a_new_pin_and_its_code_travel_together(void **state)
{
    (void)state;
    struct entry e = {ID, "k-1", "e-1", 1, INT64_C(1764064800000), {0}};
    struct err err = {0};
    struct proof p;
    record_init(&e.fields, TYPE_SET_PIN);
    e.fields.id = e.id;
    record_set_text(&e.fields, SET_PIN_person, "anna");
    assert_int_equal(
        proof_seal(&(struct proof){"482913", "0123456789"}, keys.public_key, &e, &mem, &err), 0);
    assert_int_equal(proof_open(&keys, &e, &p), PROOF_OPEN);
    assert_string_equal(p.pin, "482913");
    assert_string_equal(p.secret, "0123456789");
}

static void an_entry_without_a_pin_says_so(void **state)
{
    (void)state;
    struct entry e = a_decision();
    struct proof p;
    assert_int_equal(proof_open(&keys, &e, &p), PROOF_NONE);
}

/* Each change of what stands around the seal, as a thief of the disk could make it. */
static void change(struct entry *e, int how)
{
    switch (how) {
    case 0:
        e->id = e->fields.id = OTHER_ID;
        break;
    case 1:
        e->kiosk = "k-2";
        break;
    case 2:
        e->epoch = "e-2";
        break;
    case 3:
        e->seq = 8;
        break;
    case 4:
        e->made_at += INT64_C(365) * 24 * 3600 * 1000;
        break;
    case 5:
        record_set_text(&e->fields, DECIDE_person, "emine");
        break;
    case 6:
        record_set_text(&e->fields, DECIDE_request, "r-2");
        break;
    case 7:
        record_set_number(&e->fields, DECIDE_answer, ANSWER_yes);
        break;
    case 8:
        record_set_number(&e->fields, DECIDE_because, BECAUSE_cost);
        break;
    default:
        record_set_number(&e->fields, DECIDE_alternative, NO_NUMBER);
    }
}

/* I-10 */
static void a_seal_in_any_other_entry_proves_nothing(void **state)
{
    (void)state;
    struct proof p;
    int wrong = 0;
    enum { CHANGES = 10 };
    for (int i = 0; i < CHANGES; i++) {
        struct entry e = a_proven_decision();
        change(&e, i);
        wrong += proof_open(&keys, &e, &p) == PROOF_WRONG && p.pin[0] == '\0';
    }
    printf("%d changed entries, %d refused\n", CHANGES, wrong);
    assert_int_equal(wrong, CHANGES);
}

static void a_seal_to_another_key_proves_nothing(void **state)
{
    (void)state;
    struct entry e = a_proven_decision();
    struct seal_keys others;
    struct proof p;
    seal_keys_make(&others);
    assert_int_equal(proof_open(&others, &e, &p), PROOF_WRONG);
    record_set_text(&e.fields, DECIDE_pin, "rubbish");
    assert_int_equal(proof_open(&keys, &e, &p), PROOF_WRONG);
}

/* What was sealed by somebody else's program may be anything. */
static void a_sealed_text_that_is_no_proof_proves_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{", "{}", "[]", "482913", "{\"pin\":\"482913\"}",
        "{\"of\":1,\"pin\":\"482913\"}", "{\"of\":\"\",\"pin\":\"482913\"}",
        "{\"of\":\"0000\",\"pin\":\"482913482913482913\"}"};
    struct proof p;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct entry e = a_decision();
        struct buf box = BUF_INIT(LIM_SEAL);
        assert_int_equal(seal_text(keys.public_key, bad[i], strlen(bad[i]), &box), 0);
        record_set_text(&e.fields, DECIDE_pin, box.p);
        assert_int_equal(proof_open(&keys, &e, &p), PROOF_WRONG);
        buf_release(&box);
    }
}

static void an_entry_that_carries_no_pin_cannot_be_proven(void **state)
{
    (void)state;
    struct entry e = {ID, "k-1", "e-1", 1, 0, {0}};
    struct err err = {0};
    record_init(&e.fields, TYPE_SEALED);
    assert_int_equal(
        proof_seal(&(struct proof){"482913", ""}, keys.public_key, &e, &mem, &err), -1);
    assert_string_equal(err.msg, "a sealed carries no PIN");
}

static void a_pin_is_six_digits(void **state)
{
    (void)state;
    assert_true(pin_valid("482913"));
    assert_true(pin_valid("000000"));
    static const char *const bad[] = {
        "", "1", "48291", "4829130", "48291a", "48291 ", "-48291", "\xd9\xa4\xd9\xa8\xd9\xa2"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(pin_valid(bad[i]));
}

static void pins_that_many_people_choose_are_refused(void **state)
{
    (void)state;
    static const char *const common[] = {"123456", "000000", "111111", "654321", "121212", "112233",
        "123123", "111222", "123321", "246802", "135791", "010190", "310188", "880131", "159753",
        "987654", "789456", "890123"};
    static const char *const good[] = {"482913", "905731", "730496", "648207", "394862"};
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        if (!pin_common(common[i]))
            fail_msg("%s is no common PIN", common[i]);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (pin_common(good[i]))
            fail_msg("%s is a common PIN", good[i]);
}

/* I-06: at least a hundred are refused; and not so many that guessing gets easy. */
static void most_pins_may_be_chosen(void **state)
{
    (void)state;
    int common = 0;
    for (int n = 0; n < 1000000; n++) {
        char pin[16];
        snprintf(pin, sizeof(pin), "%06d", n);
        common += pin_common(pin);
    }
    printf("%d of 1000000 PINs are refused as common\n", common);
    assert_in_range(common, 100, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_travels_with_its_entry),
        cmocka_unit_test(a_new_pin_and_its_code_travel_together),
        cmocka_unit_test(an_entry_without_a_pin_says_so),
        cmocka_unit_test(a_seal_in_any_other_entry_proves_nothing),
        cmocka_unit_test(a_seal_to_another_key_proves_nothing),
        cmocka_unit_test(a_sealed_text_that_is_no_proof_proves_nothing),
        cmocka_unit_test(an_entry_that_carries_no_pin_cannot_be_proven),
        cmocka_unit_test(a_pin_is_six_digits),
        cmocka_unit_test(pins_that_many_people_choose_are_refused),
        cmocka_unit_test(most_pins_may_be_chosen),
    };
    return cmocka_run_group_tests(tests, start, end);
}
