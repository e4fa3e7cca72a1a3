/* SPDX-License-Identifier: EUPL-1.2 */
/* A visit: badge, PIN, what the server says of it, what is done, and that nothing of it stays. */
#include "store_fixture.h"

#include "base/digest.h"
#include "base/seal.h"
#include "kiosk/kiosk.h"
#include "model/request.h"
#include "proto/codec.h"

#define PIN "483920"
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define ANNA "0004718236"
#define BART "04A3B2C1"
#define SOFIE "0009152047"

struct house {
    struct fixture *f;
    struct kiosk k;
    struct seal_keys keys;
};

static void add_person(
    struct fixture *f, const char *id, const char *name, enum role role, const char *badge)
{
    struct record *r = add_record(f, TYPE_PERSON, id);
    char hash[DIGEST_HEX];
    assert_int_equal(badge_hash(KEY, badge, hash), 0);
    record_set_text(r, PERSON_name, name);
    record_set_text(r, PERSON_team, "weld");
    record_set_number(r, PERSON_role, role);
    record_set_text(r, PERSON_badge, arena_strdup(&f->mem, hash));
}

static void add_request(
    struct fixture *f, const char *id, const char *person, enum request_state at)
{
    struct record *r = add_record(f, TYPE_REQUEST, id);
    record_set_text(r, REQUEST_person, person);
    record_set_text(r, REQUEST_course, "c1");
    record_set_text(r, REQUEST_title, "Lassen");
    record_set_number(r, REQUEST_state, at);
    record_set_number(r, REQUEST_reason, REASON_none);
    record_set_number(r, REQUEST_holder, request_holder(at, false));
    record_set_number(r, REQUEST_asked_at, 1000);
    record_set_number(r, REQUEST_since, 1000);
    record_set_number(r, REQUEST_judged_at, 1000);
}

static void fill(struct house *h)
{
    struct fixture *f = h->f;
    seal_keys_make(&h->keys);
    struct record *company = add_record(f, TYPE_COMPANY, "company");
    record_set_text(company, COMPANY_seal_key, h->keys.public_key);
    record_set_number(company, COMPANY_answer_days, 5);
    add_person(f, "anna", "Anna", ROLE_worker, ANNA);
    add_person(f, "bart", "Bart", ROLE_worker, BART);
    add_person(f, "sofie", "Sofie", ROLE_supervisor, SOFIE);
    add_course(f, "c1", "Lassen");
    add_request(f, "r-anna", "anna", REQUEST_asked);
    add_request(f, "r-bart", "bart", REQUEST_seen);
    apply(f, "1");
    MUST(cache_set_contact(f->sync, "ok", clock_now(), err));
}

static void enrol(const struct fixture *f)
{
    struct enrolment e = {.server = "http://127.0.0.1:1",
        .server_id = "s1",
        .kiosk = "k1",
        .name = "Hal",
        .company = "co",
        .badge_key = KEY};
    memset(e.token, 'a', LIM_TOKEN);
    MUST(enrolment_save(f->data, &e, err));
}

static int start(void **state)
{
    char share[400];
    void *fixture;
    struct house *h = mem_alloc(sizeof(*h));
    const char *build = getenv("ACHT_BUILD");
    if (fixture_start_open(&fixture) < 0)
        return -1;
    h->f = fixture;
    fill(h);
    enrol(h->f);
    (void)snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    MUST(kiosk_open(&h->k, share, h->f->data, "en", err));
    *state = h;
    return 0;
}

static int end(void **state)
{
    struct house *h = *state;
    void *fixture = h->f;
    kiosk_close(&h->k);
    int rc = fixture_end(&fixture);
    free(h);
    return rc;
}

/* ---- hands ---- */

struct with {
    const char *course, *request, *because, *day, *person;
};

static void set_param(struct effect *e, enum param p, const char *text)
{
    (void)str_copy(e->param[p], LIM_PARAM, text ? text : "");
}

static const char *act_with(struct house *h, enum action action, struct with w)
{
    struct effect e = {.wanted = true, .action = action};
    set_param(&e, PARAM_course, w.course);
    set_param(&e, PARAM_request, w.request);
    set_param(&e, PARAM_because, w.because);
    set_param(&e, PARAM_day, w.day);
    set_param(&e, PARAM_person, w.person);
    return kiosk_effect(&h->k, &e);
}

static const char *act(struct house *h, enum action action)
{
    return act_with(h, action, (struct with){0});
}

static const char *show_badge(struct house *h, const char *badge)
{
    (void)str_copy(h->k.state.badge, sizeof(h->k.state.badge), badge);
    return act(h, ACTION_identify);
}

static const char *type_pin(struct house *h, const char *pin)
{
    (void)str_copy(h->k.state.pin, sizeof(h->k.state.pin), pin);
    return act(h, ACTION_enter_pin);
}

static struct entry last_entry(struct house *h)
{
    struct pending *p;
    int count, damaged;
    struct entry e;
    MUST(journal_pending(h->f->sync, 200, 1000000, &h->f->mem, &p, &count, &damaged, err));
    assert_true(count > 0);
    MUST(entry_from_json(p[count - 1].bytes, p[count - 1].len, &h->f->mem, &e, err));
    return e;
}

static void server_says(struct house *h, const char *kind, const char *reason)
{
    struct pending *p;
    int count, damaged;
    MUST(journal_pending(h->f->sync, 200, 1000000, &h->f->mem, &p, &count, &damaged, err));
    for (int i = 0; i < count; i++)
        MUST(journal_settle(h->f->sync, p[i].id, p[i].hash, kind, reason, clock_now(), err));
    (void)store_changed(h->k.store);
    kiosk_watch(&h->k);
}

static enum proof_of_visit proof_now(const struct house *h)
{
    return h->k.state.session.proof;
}

/* Without network: the PIN is taken as typed. */
static void open_offline(struct house *h, const char *badge)
{
    MUST(cache_set_contact(h->f->sync, "no_network", clock_now(), err));
    assert_string_equal(show_badge(h, badge), "identified");
    assert_string_equal(type_pin(h, PIN), "checking");
    kiosk_watch(&h->k);
    assert_int_equal(proof_now(h), VISIT_UNPROVEN);
}

static int rows_of(struct house *h, enum query query, const char *request)
{
    char param[PARAMS_COUNT][LIM_PARAM] = {{0}};
    (void)str_copy(param[PARAM_request], LIM_PARAM, request);
    MUST(kiosk_query(&h->k, query, param, 0, 48, &h->f->rs, err));
    return h->f->rs.count;
}

static bool is_zero(const void *p, size_t len)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

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

/* ---- what is done ---- */

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

static const char *set_pin(
    struct house *h, const char *new_pin, const char *again, const char *code)
{
    struct state *st = &h->k.state;
    (void)str_copy(st->new_pin, sizeof(st->new_pin), new_pin);
    (void)str_copy(st->again, sizeof(st->again), again);
    (void)str_copy(st->code, sizeof(st->code), code);
    const char *outcome = act(h, ACTION_set_pin);
    assert_true(is_zero(st->new_pin, sizeof(st->new_pin)) && is_zero(st->code, sizeof(st->code)) &&
                is_zero(st->again, sizeof(st->again)));
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
        st->session.proof = i % 2 ? VISIT_PROVEN : VISIT_UNPROVEN;
        kiosk_handle(&h->k, &second);
        assert_true(st->session.identified);
        assert_int_equal(proof_now(h), VISIT_CLAIMED);
        assert_string_equal(h->k.visit->person, st->session.person);
        assert_true(is_zero(&h->k.visit->proof, sizeof(h->k.visit->proof)));
        assert_true(is_zero(st->words, sizeof(st->words)));
        assert_true(is_zero(st->search.text, sizeof(st->search.text)));
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_badge_says_who_it_is),
        TEST(the_server_confirms_the_pin),
        TEST(a_wrong_pin_opens_nothing),
        TEST(nobody_answers),
        TEST(no_pin_yet),
        TEST(the_letter_is_read),
        TEST(the_own_route),
        TEST(yes_to_all_of_them),
        TEST(a_supervisor_decides_with_a_reason),
        TEST(proposing_standing_in_and_codes),
        TEST(a_pin_is_set),
        TEST(another_badge_carries_nothing_over),
        TEST(the_end_of_a_visit_wipes_it),
        TEST(a_rehearsal_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
