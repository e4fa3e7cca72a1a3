/* SPDX-License-Identifier: EUPL-1.2 */
/* A visit: badge, PIN, what the server says of it, and that nothing of it stays. */
#include "kiosk_house.h"

static void must_be_forgotten(const struct house *h)
{
    const struct state *st = &h->k.state;
    assert_true(is_zero(h->k.visit, sizeof(*h->k.visit)));
    assert_true(is_zero(&st->session, sizeof(st->session)));
    assert_true(is_zero(st->pin, sizeof(st->pin)) && is_zero(st->new_pin, sizeof(st->new_pin)) &&
                is_zero(st->again, sizeof(st->again)) && is_zero(st->code, sizeof(st->code)) &&
                is_zero(st->words, sizeof(st->words)) && is_zero(st->badge, sizeof(st->badge)));
}

/* ---- who it is ---- */

static void a_badge_says_who_it_is(void **state)
{
    struct house *h = *state;
    const struct session *s = &h->k.state.session;
    assert_string_equal(show_badge(h, "77"), "unknown_badge");
    assert_string_equal(show_badge(h, "0"), "no_badge");
    assert_string_equal(show_badge(h, "00 09.152.047"), "identified");
    assert_string_equal(s->person, "sofie");
    assert_string_equal(s->name, "Sofie");
    assert_string_equal(s->team, "weld");
    assert_int_equal(s->role, ROLE_supervisor);
    assert_int_equal(proof_now(h), VISIT_CLAIMED);
    assert_string_equal(show_badge(h, SOFIE), "identified");            /* still she */
    assert_string_equal(show_badge(h, "3249709828"), "another_person"); /* Bart, bytes reversed */
    assert_string_equal(s->name, "Bart");
    assert_true(is_zero(h->k.state.badge, sizeof(h->k.state.badge)));
}

/* ---- the PIN ---- */

static void the_server_confirms_the_pin(void **state)
{
    struct house *h = *state;
    struct proof opened;
    assert_string_equal(show_badge(h, ANNA), "identified");
    assert_int_equal(rows_of(h, QUERY_tickets, ""), 0);
    assert_string_equal(type_pin(h, "12345"), "not_six_digits");
    assert_string_equal(type_pin(h, PIN), "checking");
    assert_true(is_zero(h->k.state.pin, sizeof(h->k.state.pin)));
    struct entry e = last_entry(h);
    assert_ptr_equal(e.fields.type, type_get(TYPE_SIGN_IN));
    assert_int_equal(proof_open(&h->keys, &e, &opened), PROOF_OPEN);
    assert_string_equal(opened.pin, PIN);
    kiosk_watch(&h->k);
    assert_int_equal(proof_now(h), VISIT_CHECKING);
    assert_true(kiosk_waits(&h->k) > 0);
    server_says(h, "accepted", "none");
    assert_int_equal(proof_now(h), VISIT_PROVEN);
    assert_int_equal(rows_of(h, QUERY_tickets, ""), 1);
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 0); /* a worker has none */
}

static void a_wrong_pin_opens_nothing(void **state)
{
    struct house *h = *state;
    (void)show_badge(h, SOFIE);
    (void)type_pin(h, PIN);
    server_says(h, "refused", "wrong_pin");
    assert_int_equal(proof_now(h), VISIT_CLAIMED);
    assert_true(is_zero(&h->k.visit->proof, sizeof(h->k.visit->proof)));
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 0);
    for (int i = 1; i < PINS_WRONG; i++) {
        assert_string_equal(type_pin(h, PIN), "checking");
        server_says(h, "refused", "wrong_pin");
    }
    assert_string_equal(type_pin(h, PIN), "slow_down");
    (void)str_copy(h->k.state.new_pin, sizeof(h->k.state.new_pin), "483920");
    (void)str_copy(h->k.state.again, sizeof(h->k.state.again), "483920");
    (void)str_copy(h->k.state.code, sizeof(h->k.state.code), "0123456789");
    assert_string_equal(act(h, ACTION_set_pin), "slow_down");
    assert_in_range(h->k.state.wait_seconds, 1, 30);
    h->k.mono += 30 * 1000;
    assert_string_equal(type_pin(h, PIN), "checking");
    assert_int_equal(h->k.state.wait_seconds, 0);
}

static void nobody_answers(void **state)
{
    struct house *h = *state;
    (void)show_badge(h, SOFIE);
    (void)type_pin(h, PIN);
    h->k.mono += 3999;
    kiosk_watch(&h->k);
    assert_int_equal(proof_now(h), VISIT_CHECKING);
    h->k.mono += 1;
    kiosk_watch(&h->k);
    assert_int_equal(proof_now(h), VISIT_UNPROVEN);
    assert_int_equal(kiosk_waits(&h->k), -1);
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 2); /* deciding must work without a network */
    assert_int_equal(rows_of(h, QUERY_notices, ""), 0);
    server_says(h, "refused", "wrong_pin"); /* the truth comes late */
    assert_int_equal(proof_now(h), VISIT_CLAIMED);
    assert_int_equal(rows_of(h, QUERY_inbox, ""), 0);
    (void)type_pin(h, PIN);
    h->k.mono += 4000;
    kiosk_watch(&h->k);
    server_says(h, "accepted", "none");
    assert_int_equal(proof_now(h), VISIT_PROVEN);
}

static void no_pin_yet(void **state)
{
    struct house *h = *state;
    (void)show_badge(h, ANNA);
    assert_string_equal(type_pin(h, ""), "no_pin");
    assert_int_equal(proof_now(h), VISIT_NO_PIN);
    /* A badge alone must not tell what was asked before; the server merges. */
    assert_string_equal(act_with(h, ACTION_ask, (struct with){.course = "c1"}), "saved");
    assert_string_equal(act_with(h, ACTION_ask, (struct with){.course = "c1"}), "already_asked");
    assert_string_equal(
        act_with(h, ACTION_ask_privately, (struct with){.course = "c1"}), "needs_pin");
    assert_string_equal(
        act_with(h, ACTION_withdraw, (struct with){.request = "r-anna"}), "store_failed");
}

static void the_letter_is_read(void **state)
{
    static const char lines[] =
        "{\"type\":\"request\",\"id\":\"own-1\",\"person\":\"anna\",\"course\":\"c1\",\"title\":"
        "\"Lassen\",\"state\":\"placed\",\"reason\":\"none\",\"holder\":\"nobody\","
        "\"asked_at\":\"2026-11-24T08:00:00Z\",\"since\":\"2026-11-24T08:00:00Z\","
        "\"judged_at\":\"2026-11-24T08:00:00Z\"}\n"
        "{\"look\":{\"who\":\"sofie\",\"name\":\"Sofie\",\"what\":\"seen\","
        "\"at\":\"2026-11-24T09:00:00Z\"}}\n"
        "{\"type\":\"else\",\"id\":\"x\"}\n";
    struct house *h = *state;
    struct buf box = BUF_INIT(LIM_BOX);
    (void)show_badge(h, ANNA);
    (void)type_pin(h, PIN);
    struct entry e = last_entry(h);
    server_says(h, "accepted", "none");
    assert_true(kiosk_waits(&h->k) > 0); /* the letter may come any moment */
    assert_int_equal(
        seal_text(record_text(&e.fields, SIGN_IN_key), lines, sizeof(lines) - 1, &box), 0);
    struct record *r = add_record(h->f, TYPE_LETTER, e.id);
    record_set_text(r, LETTER_visit, r->id);
    record_set_text(r, LETTER_box, box.p);
    apply(h->f, "2");
    (void)store_changed(h->k.store);
    kiosk_watch(&h->k);
    assert_int_equal(kiosk_waits(&h->k), -1);
    assert_int_equal(rows_of(h, QUERY_tickets, ""), 2);
    assert_int_equal(rows_of(h, QUERY_ticket, "own-1"), 1);
    assert_int_equal(record_number(&h->f->rs.rows[0], TICKET_own), 1);
    assert_int_equal(rows_of(h, QUERY_looks, ""), 1);
    assert_string_equal(record_text(&h->f->rs.rows[0], LOOK_who), "Sofie");
    (void)act(h, ACTION_end_session);
    must_be_forgotten(h);
    buf_release(&box);
}

/* ---- nothing stays ---- */

/* I-13: another badge in the middle of anything is another visit. */
static void another_badge_carries_nothing_over(void **state)
{
    static const char *const badges[] = {ANNA, BART, SOFIE};
    struct house *h = *state;
    struct state *st = &h->k.state;
    for (int i = 0; i < 50; i++) {
        struct event first = {.kind = EVENT_BADGE, .text = badges[i % 3]};
        struct event second = {.kind = EVENT_BADGE, .text = badges[(i + 1 + i / 3 % 2) % 3]};
        kiosk_handle(&h->k, &first);
        (void)str_copy(h->k.visit->proof.pin, LIM_PIN + 1, PIN);
        (void)str_copy(st->words, sizeof(st->words), "mijn woorden");
        (void)str_copy(st->search.text, sizeof(st->search.text), "lassen");
        (void)str_copy(h->k.corrected, sizeof(h->k.corrected), "frezen");
        (void)str_copy(st->language, sizeof(st->language), "pl");
        st->session.proof = i % 2 ? VISIT_PROVEN : VISIT_UNPROVEN;
        kiosk_handle(&h->k, &second);
        assert_true(st->session.identified);
        assert_int_equal(proof_now(h), VISIT_CLAIMED);
        assert_string_equal(h->k.visit->person, st->session.person);
        assert_true(is_zero(&h->k.visit->proof, sizeof(h->k.visit->proof)));
        assert_true(is_zero(st->words, sizeof(st->words)));
        assert_true(is_zero(st->search.text, sizeof(st->search.text)));
        assert_true(is_zero(h->k.corrected, sizeof(h->k.corrected)));
        assert_string_equal(st->language, "en");
        struct event idle = {.kind = EVENT_IDLE};
        kiosk_handle(&h->k, &idle);
        must_be_forgotten(h);
        assert_int_equal(st->depth, 1);
    }
}

static void the_end_of_a_visit_wipes_it(void **state)
{
    struct house *h = *state;
    open_offline(h, BART);
    assert_false(is_zero(h->k.visit, sizeof(*h->k.visit))); /* or the look would find nothing */
    assert_string_equal(act(h, ACTION_end_session), "ended");
    must_be_forgotten(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_badge_says_who_it_is),
        TEST(the_server_confirms_the_pin),
        TEST(a_wrong_pin_opens_nothing),
        TEST(nobody_answers),
        TEST(no_pin_yet),
        TEST(the_letter_is_read),
        TEST(another_badge_carries_nothing_over),
        TEST(the_end_of_a_visit_wipes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
