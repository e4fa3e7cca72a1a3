/* SPDX-License-Identifier: EUPL-1.2 */
/* What is done in a visit: asking, deciding, setting a PIN; a rehearsal writes none of it. */
#include "kiosk_house.h"

static void the_own_route(void **state)
{
    struct house *h = *state;
    open_offline(h, BART);
    assert_string_equal(act_with(h, ACTION_withdraw, (struct with){.request = "r-bart"}),
        "store_failed"); /* not proven: it is not to be seen either */
    add_tombstone(h->f, TYPE_REQUEST, "r-bart");
    apply(h->f, "2");
    assert_string_equal(act_with(h, ACTION_ask_privately, (struct with){.course = "c1"}), "saved");
    assert_ptr_equal(last_entry(h).fields.type, type_get(TYPE_SEALED));
    assert_string_equal(
        act_with(h, ACTION_ask_privately, (struct with){.course = "c1"}), "already_asked");
    assert_int_equal(rows_of(h, QUERY_tickets, ""), 1);
    assert_int_equal(record_number(&h->f->rs.rows[0], TICKET_state), REQUEST_yes);
    char id[LIM_ID];
    (void)str_copy(id, sizeof(id), h->f->rs.rows[0].id);
    assert_string_equal(act_with(h, ACTION_withdraw, (struct with){.request = id}), "saved");
    assert_ptr_equal(last_entry(h).fields.type, type_get(TYPE_SEALED));
    assert_int_equal(rows_of(h, QUERY_tickets, ""), 1);
    assert_int_equal(record_number(&h->f->rs.rows[0], TICKET_state), REQUEST_withdrawn);
    assert_string_equal(show_badge(h, SOFIE), "another_person");
    (void)type_pin(h, PIN);
    kiosk_watch(&h->k);
    assert_int_equal(rows_of(h, QUERY_matter, id), 0);
}

static void yes_to_all_of_them(void **state)
{
    struct house *h = *state;
    open_offline(h, SOFIE);
    int64_t before = journal_waiting(h->k.store);
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 2);
    assert_string_equal(act(h, ACTION_say_yes_all), "saved");
    assert_int_equal(journal_waiting(h->k.store), before + 2);
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(record_number(&h->f->rs.rows[i], TICKET_state), REQUEST_yes);
        assert_int_equal(record_number(&h->f->rs.rows[i], TICKET_unsent), 1);
    }
    assert_string_equal(act(h, ACTION_say_yes_all), "saved"); /* nothing is left */
    assert_int_equal(journal_waiting(h->k.store), before + 2);
}

static void yes_to_what_is_marked(void **state)
{
    struct house *h = *state;
    open_offline(h, SOFIE);
    int64_t before = journal_waiting(h->k.store);
    assert_string_equal(act(h, ACTION_say_yes_marked), "none_marked");
    assert_string_equal(act_with(h, ACTION_mark, (struct with){.request = "r-anna"}), "marked");
    assert_string_equal(act_with(h, ACTION_mark, (struct with){.request = "r-bart"}), "marked");
    assert_string_equal(act_with(h, ACTION_mark, (struct with){.request = "r-anna"}), "marked");
    assert_string_equal(act_with(h, ACTION_mark, (struct with){.request = "r-mill"}), "marked");
    assert_int_equal(journal_waiting(h->k.store), before); /* a mark is on the screen alone */
    assert_string_equal(act(h, ACTION_say_yes_marked), "saved");
    assert_int_equal(journal_waiting(h->k.store), before + 1); /* r-mill is another team's */
    struct entry e = last_entry(h);
    assert_string_equal(record_text(&e.fields, DECIDE_request), "r-bart");
    assert_string_equal(act(h, ACTION_say_yes_marked), "none_marked");
    (void)toggle_mark(&h->k.state, "r-anna");
    assert_string_equal(show_badge(h, ANNA), "another_person");
    assert_true(is_zero(h->k.state.marked, sizeof(h->k.state.marked)));
}

/* What is beyond the last mark is told, and takes nothing away; a mark that is taken away gives
 * room. */
static void marks_end_with_a_word(void **state)
{
    struct house *h = *state;
    open_offline(h, SOFIE);
    for (int i = 0; i < LIM_MARKS; i++) {
        char id[LIM_ID];
        snprintf(id, sizeof(id), "r-%d", i);
        assert_string_equal(act_with(h, ACTION_mark, (struct with){.request = id}), "marked");
    }
    struct with one = {.request = "r-0"}, another = {.request = "r-anna"};
    assert_string_equal(act_with(h, ACTION_mark, another), "marks_full");
    assert_false(is_marked(&h->k.state, "r-anna"));
    assert_int_equal(h->k.state.marks, LIM_MARKS);
    assert_string_equal(act_with(h, ACTION_mark, one), "marked");
    assert_string_equal(act_with(h, ACTION_mark, another), "marked");
    assert_true(is_marked(&h->k.state, "r-anna"));
}

static void a_supervisor_decides_with_a_reason(void **state)
{
    struct house *h = *state;
    struct proof opened;
    const struct with no = {.request = "r-anna", .because = "busy", .day = "2027-01-01"};
    assert_string_equal(act_with(h, ACTION_say_no, no), "store_failed"); /* nobody is there */
    open_offline(h, SOFIE);
    assert_string_equal(act_with(h, ACTION_look, no), "looked");
    assert_string_equal(act_with(h, ACTION_say_no, no), "saved");
    struct entry e = last_entry(h);
    assert_int_equal(record_number(&e.fields, DECIDE_answer), ANSWER_no);
    assert_int_equal(record_number(&e.fields, DECIDE_because), BECAUSE_busy);
    assert_int_equal(record_number(&e.fields, DECIDE_alternative), date_from_civil(2027, 1, 1));
    assert_int_equal(proof_open(&h->keys, &e, &opened), PROOF_OPEN);
    assert_int_equal(rows_of(h, QUERY_matter, "r-anna"), 1);
    assert_int_equal(record_number(&h->f->rs.rows[0], TICKET_state), REQUEST_no);
    assert_string_equal(show_badge(h, ANNA), "another_person");
    (void)type_pin(h, PIN);
    kiosk_watch(&h->k);
    assert_string_equal(act_with(h, ACTION_say_yes, (struct with){.request = "r-bart"}),
        "store_failed"); /* a worker decides nothing */
}

static void a_no_may_know_no_other_day(void **state)
{
    struct house *h = *state;
    open_offline(h, SOFIE);
    assert_string_equal(act_with(h, ACTION_say_no,
                            (struct with){.request = "r-anna", .because = "busy", .day = "none"}),
        "saved");
    struct entry e = last_entry(h);
    assert_int_equal(record_number(&e.fields, DECIDE_no_other_day), 1);
    assert_int_equal(record_number(&e.fields, DECIDE_alternative), NO_NUMBER);
    assert_int_equal(rows_of(h, QUERY_matter, "r-anna"), 1);
    assert_int_equal(record_number(&h->f->rs.rows[0], TICKET_state), REQUEST_no);
    assert_int_equal(record_number(&h->f->rs.rows[0], TICKET_no_other_day), 1);
}

static void proposing_standing_in_and_codes(void **state)
{
    struct house *h = *state;
    struct proof opened;
    open_offline(h, SOFIE);
    assert_string_equal(
        act_with(h, ACTION_propose, (struct with){.course = "c1", .person = "bart"}), "saved");
    assert_string_equal(
        act_with(h, ACTION_propose, (struct with){.course = "c1", .person = "x"}), "store_failed");
    assert_string_equal(
        act_with(h, ACTION_delegate, (struct with){.person = "bart", .day = "2027-01-08"}),
        "saved");
    assert_string_equal(
        act_with(h, ACTION_give_code, (struct with){.person = "anna"}), "code_made");
    assert_int_equal(strlen(h->k.state.code), LIM_CODE);
    struct entry e = last_entry(h);
    assert_int_equal(proof_open(&h->keys, &e, &opened), PROOF_OPEN);
    assert_string_equal(opened.secret, h->k.state.code);
    assert_string_equal(opened.pin, PIN);
    assert_true(is_zero(h->k.visit->proof.secret, sizeof(h->k.visit->proof.secret)));
}

/* A refused new PIN is typed once more; the code stays where it was typed. */
static const char *set_pin(
    struct house *h, const char *new_pin, const char *again, const char *code)
{
    struct state *st = &h->k.state;
    (void)str_copy(st->new_pin, sizeof(st->new_pin), new_pin);
    (void)str_copy(st->again, sizeof(st->again), again);
    (void)str_copy(st->code, sizeof(st->code), code);
    const char *outcome = act(h, ACTION_set_pin);
    bool over = strcmp(outcome, "saved") == 0 || strcmp(outcome, "bad_code") == 0;
    assert_string_equal(st->code, over ? "" : code);
    assert_true(!over || is_zero(st->code, sizeof(st->code)));
    assert_true(is_zero(st->new_pin, sizeof(st->new_pin)) && is_zero(st->again, sizeof(st->again)));
    return outcome;
}

static void a_pin_is_set(void **state)
{
    struct house *h = *state;
    struct proof opened;
    (void)show_badge(h, ANNA);
    assert_string_equal(set_pin(h, "4839", "4839", "0123456789"), "not_six_digits");
    assert_string_equal(set_pin(h, "123456", "123456", "0123456789"), "common_pin");
    assert_string_equal(set_pin(h, "483920", "483921", "0123456789"), "not_equal");
    assert_string_equal(set_pin(h, "483920", "483920", "012"), "bad_code");
    assert_string_equal(set_pin(h, "483920", "483920", ""), "bad_code");
    assert_string_equal(set_pin(h, "483920", "483920", "0123456789"), "saved");
    struct entry e = last_entry(h);
    assert_int_equal(proof_open(&h->keys, &e, &opened), PROOF_OPEN);
    assert_string_equal(opened.pin, "483920");
    assert_string_equal(opened.secret, "0123456789");
}

static void a_rehearsal_writes_nothing(void **state)
{
    struct house *h = *state;
    h->k.rehearsal = true;
    (void)show_badge(h, SOFIE);
    assert_string_equal(type_pin(h, PIN), "checking");
    kiosk_watch(&h->k);
    assert_int_equal(proof_now(h), VISIT_UNPROVEN);
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 2);
    assert_string_equal(act(h, ACTION_say_yes_all), "saved");
    assert_string_equal(act_with(h, ACTION_look, (struct with){.request = "r-anna"}), "looked");
    assert_string_equal(act_with(h, ACTION_ask, (struct with){.course = "c1"}), "saved");
    assert_string_equal(act(h, ACTION_give_code), "code_made");
    assert_string_equal(set_pin(h, "483921", "483921", "0123456789"), "saved");
    assert_int_equal(journal_waiting(h->k.store), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_own_route),
        TEST(yes_to_all_of_them),
        TEST(a_supervisor_decides_with_a_reason),
        TEST(a_no_may_know_no_other_day),
        TEST(yes_to_what_is_marked),
        TEST(marks_end_with_a_word),
        TEST(proposing_standing_in_and_codes),
        TEST(a_pin_is_set),
        TEST(a_rehearsal_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
