/* SPDX-License-Identifier: EUPL-1.2 */
/* Who may see and decide what on a kiosk, and what it adds to the feed. */
#include "store_fixture.h"

#include "base/digest.h"
#include "base/seal.h"
#include "model/request.h"
#include "proto/codec.h"

#define NOW INT64_C(1790000000000)
#define PAST (NOW - 1000)

static struct seal_keys keys;

static void add_person(
    struct fixture *f, const char *id, const char *team, enum role role, const char *badge)
{
    struct record *r = add_record(f, TYPE_PERSON, id);
    char hash[DIGEST_HEX];
    char *name = arena_strdup(&f->mem, id);
    name[0] = (char)(name[0] - 'a' + 'A');
    sha256_hex(badge, strlen(badge), hash);
    record_set_text(r, PERSON_name, name);
    record_set_text(r, PERSON_team, team);
    record_set_number(r, PERSON_role, role);
    record_set_text(r, PERSON_badge, arena_strdup(&f->mem, hash));
}

static void add_request(
    struct fixture *f, const char *id, const char *person, enum request_state at, int64_t asked)
{
    struct record *r = add_record(f, TYPE_REQUEST, id);
    record_set_text(r, REQUEST_person, person);
    record_set_text(r, REQUEST_course, "c1");
    record_set_text(r, REQUEST_title, "Lassen");
    record_set_number(r, REQUEST_state, at);
    record_set_number(r, REQUEST_reason, REASON_none);
    record_set_number(r, REQUEST_holder, request_holder(at, false));
    record_set_number(r, REQUEST_asked_at, asked);
    record_set_number(r, REQUEST_since, asked);
    record_set_number(r, REQUEST_judged_at, asked);
}

/* Two teams with their supervisors, a team without one, the contact. */
static int house(void **state)
{
    if (fixture_start_open(state) < 0)
        return -1;
    struct fixture *f = *state;
    seal_keys_make(&keys);
    struct record *company = add_record(f, TYPE_COMPANY, "company");
    record_set_text(company, COMPANY_seal_key, keys.public_key);
    record_set_number(company, COMPANY_answer_days, 5);
    add_person(f, "anna", "weld", ROLE_worker, "1");
    add_person(f, "bart", "weld", ROLE_worker, "2");
    add_person(f, "sofie", "weld", ROLE_supervisor, "3");
    add_person(f, "mill", "mill", ROLE_worker, "4");
    add_person(f, "mees", "mill", ROLE_supervisor, "5");
    add_person(f, "lone", "", ROLE_worker, "6");
    add_person(f, "cora", "office", ROLE_contact, "7");
    add_course(f, "c1", "Lassen");
    apply(f, "1");
    return 0;
}

static struct viewer who(const struct fixture *f, const char *id)
{
    struct viewer v = {.person = id, .name = id, .team = "", .pinned = true, .today = f->today};
    static const struct {
        const char *id, *team;
        enum role role;
    } people[] = {{"anna", "weld", ROLE_worker}, {"bart", "weld", ROLE_worker},
        {"sofie", "weld", ROLE_supervisor}, {"mees", "mill", ROLE_supervisor},
        {"cora", "office", ROLE_contact}};
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        if (strcmp(people[i].id, id) == 0) {
            v.team = people[i].team;
            v.role = people[i].role;
        }
    }
    return v;
}

static const char *inbox(struct fixture *f, const char *id)
{
    struct viewer v = who(f, id);
    MUST(store_inbox(f->kiosk, &v, 0, 20, &f->rs, err));
    return ids(f);
}

static void deputise(struct fixture *f, const char *person, const char *deputy, int from, int to)
{
    struct record *r = add_record(f, TYPE_DELEGATION, "d1");
    record_set_text(r, DELEGATION_person, person);
    record_set_text(r, DELEGATION_deputy, deputy);
    record_set_number(r, DELEGATION_start, f->today + from);
    record_set_number(r, DELEGATION_end, f->today + to);
    apply(f, "9");
}

/* ---- the inbox ---- */

static void everybody_has_his_own_inbox(void **state)
{
    struct fixture *f = *state;
    add_request(f, "r-anna", "anna", REQUEST_asked, PAST);
    add_request(f, "r-bart", "bart", REQUEST_seen, PAST + 1);
    add_request(f, "r-yes", "bart", REQUEST_yes, PAST);
    add_request(f, "r-mill", "mill", REQUEST_asked, PAST);
    add_request(f, "r-lone", "lone", REQUEST_asked, PAST);
    add_request(f, "r-sofie", "sofie", REQUEST_asked, PAST);
    apply(f, "2");
    assert_string_equal(inbox(f, "sofie"), "r-anna r-bart"); /* never her own */
    assert_string_equal(inbox(f, "mees"), "r-mill");
    assert_string_equal(inbox(f, "cora"), "r-lone r-sofie"); /* nobody else can */
    assert_string_equal(inbox(f, "anna"), "");
    struct viewer v = who(f, "sofie");
    v.pinned = false;
    MUST(store_inbox(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_int_equal(f->rs.total, 0);
    MUST(store_team(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_int_equal(f->rs.total, 0);
}

static void what_is_overdue_is_the_contacts_too(void **state)
{
    struct fixture *f = *state;
    add_request(f, "r1", "anna", REQUEST_asked, PAST);
    record_set_number(&f->record[f->count - 1], REQUEST_holder, HOLDER_contact);
    apply(f, "2");
    assert_string_equal(inbox(f, "cora"), "r1");
    assert_string_equal(inbox(f, "sofie"), "r1");
}

static void what_runs_out_first_stands_on_top(void **state)
{
    struct fixture *f = *state;
    static const int due[] = {9, 3, -1, 3};
    static const char *const id[] = {"r0", "r1", "r2", "r3"};
    for (int i = 0; i < 4; i++) {
        add_request(f, id[i], "anna", REQUEST_asked, PAST - i);
        if (due[i] >= 0)
            record_set_number(&f->record[f->count - 1], REQUEST_due, f->today + due[i]);
    }
    apply(f, "2");
    assert_string_equal(inbox(f, "sofie"), "r3 r1 r0 r2");
}

static void a_deputy_for_as_long_as_he_is_one(void **state)
{
    struct fixture *f = *state;
    bool deputy;
    add_request(f, "r-anna", "anna", REQUEST_asked, PAST);
    add_request(f, "r-bart", "bart", REQUEST_asked, PAST);
    add_request(f, "r-sofie", "sofie", REQUEST_asked, PAST);
    apply(f, "2");
    deputise(f, "sofie", "bart", 0, 0);
    MUST(store_is_deputy(f->kiosk, "bart", f->today, &deputy, err));
    assert_true(deputy);
    assert_string_equal(inbox(f, "bart"), "r-anna"); /* neither himself nor whom he stands in for */
    deputise(f, "sofie", "bart", 1, 5);
    assert_string_equal(inbox(f, "bart"), "");
    deputise(f, "sofie", "bart", -5, -1);
    MUST(store_is_deputy(f->kiosk, "bart", f->today, &deputy, err));
    assert_false(deputy);
    assert_string_equal(inbox(f, "bart"), "");
    deputise(f, "anna", "bart", 0, 5); /* somebody who decides nothing has nothing to give away */
    assert_string_equal(inbox(f, "bart"), "");
}

/* ---- what is done here ---- */

static void write_entry(struct fixture *f, struct draft *d)
{
    static const struct proof proof = {.pin = "483920"};
    d->proof = &proof;
    MUST(journal_add(f->kiosk, d, 1, "k1", NOW, err));
}

static void decide(struct fixture *f, const char *who_decides, const char *request,
    enum answer answer, enum because because)
{
    struct record r;
    struct draft d = {.fields = &r};
    record_init(&r, TYPE_DECIDE);
    record_set_text(&r, DECIDE_person, who_decides);
    record_set_text(&r, DECIDE_request, request);
    record_set_number(&r, DECIDE_answer, answer);
    record_set_number(&r, DECIDE_because, because);
    if (answer == ANSWER_no)
        record_set_number(&r, DECIDE_alternative, f->today + 30);
    write_entry(f, &d);
}

static const struct record *ticket(struct fixture *f, const char *person, const char *id)
{
    struct viewer v = who(f, person);
    v.proven = true;
    MUST(store_ticket(f->kiosk, &v, id, &f->rs, err));
    assert_int_equal(f->rs.count, 1);
    return &f->rs.rows[0];
}

static void settle_all(struct fixture *f, const char *kind, const char *reason, int64_t at)
{
    struct pending *p;
    int count, damaged;
    MUST(journal_pending(f->sync, 0, 100, 100000, &f->mem, &p, &count, &damaged, err));
    for (int i = 0; i < count; i++)
        MUST(journal_settle(f->sync, p[i].id, p[i].hash, kind, reason, at, err));
}

static void a_decision_shows_at_once_and_waits(void **state)
{
    struct fixture *f = *state;
    add_request(f, "r1", "anna", REQUEST_seen, PAST);
    add_request(f, "r2", "bart", REQUEST_asked, PAST);
    apply(f, "2");
    decide(f, "sofie", "r1", ANSWER_no, BECAUSE_busy);
    assert_string_equal(inbox(f, "sofie"), "r2 r1"); /* nothing to do there any more */
    assert_int_equal(record_number(&f->rs.rows[1], TICKET_unsent), 1);
    const struct record *t = ticket(f, "anna", "r1");
    assert_int_equal(record_number(t, TICKET_state), REQUEST_no);
    assert_int_equal(record_number(t, TICKET_because), BECAUSE_busy);
    assert_int_equal(record_number(t, TICKET_alternative), f->today + 30);
    assert_string_equal(record_text(t, TICKET_decider), "Sofie");
    settle_all(f, "accepted", "none", NOW + 1);
    t = ticket(f, "anna", "r1");
    assert_int_equal(record_number(t, TICKET_unsent), 0);
    assert_int_equal(record_number(t, TICKET_state), REQUEST_no); /* until the feed has had time */
    MUST(cache_finish(f->sync, NOW + 2, err));
    assert_int_equal(record_number(ticket(f, "anna", "r1"), TICKET_state), REQUEST_seen);
}

static void a_decision_that_was_refused_never_was(void **state)
{
    struct fixture *f = *state;
    add_request(f, "r1", "anna", REQUEST_asked, PAST);
    apply(f, "2");
    decide(f, "sofie", "r1", ANSWER_yes, BECAUSE_none);
    assert_int_equal(record_number(ticket(f, "anna", "r1"), TICKET_state), REQUEST_yes);
    settle_all(f, "refused", "wrong_pin", NOW + 1);
    const struct record *t = ticket(f, "anna", "r1");
    assert_int_equal(record_number(t, TICKET_state), REQUEST_asked);
    assert_int_equal(record_number(t, TICKET_reason), REASON_wrong_pin);
    assert_string_equal(inbox(f, "sofie"), "r1");
}

static void steps_follow_each_other_here(void **state)
{
    struct fixture *f = *state;
    struct record r;
    struct draft d = {.fields = &r};
    add_request(f, "r1", "anna", REQUEST_asked, PAST);
    apply(f, "2");
    decide(f, "sofie", "r1", ANSWER_yes_if, BECAUSE_own_time);
    assert_int_equal(record_number(ticket(f, "anna", "r1"), TICKET_holder), HOLDER_worker);
    record_init(&r, TYPE_ACCEPT);
    record_set_text(&r, ACCEPT_person, "anna");
    record_set_text(&r, ACCEPT_request, "r1");
    record_set_number(&r, ACCEPT_agrees, 1);
    write_entry(f, &d);
    const struct record *t = ticket(f, "anna", "r1");
    assert_int_equal(record_number(t, TICKET_state), REQUEST_yes);
    assert_int_equal(record_number(t, TICKET_holder), HOLDER_fund);
}

static void a_proposal_is_the_workers(void **state)
{
    struct fixture *f = *state;
    struct record r;
    struct draft d = {.fields = &r};
    record_init(&r, TYPE_PROPOSE);
    record_set_text(&r, PROPOSE_person, "sofie");
    record_set_text(&r, PROPOSE_worker, "anna");
    record_set_text(&r, PROPOSE_course, "c1");
    record_set_text(&r, PROPOSE_title, "Lassen");
    write_entry(f, &d);
    const struct record *t = ticket(f, "anna", d.id);
    assert_int_equal(record_number(t, TICKET_state), REQUEST_proposed);
    assert_int_equal(record_number(t, TICKET_proposed), 1);
    assert_string_equal(record_text(t, TICKET_proposer), "Sofie");
    struct viewer v = who(f, "sofie");
    v.proven = true;
    MUST(store_tickets(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_int_equal(f->rs.total, 0); /* not hers */
    MUST(store_matter(f->kiosk, &v, d.id, &f->rs, err));
    assert_int_equal(f->rs.count, 1);
}

/* ---- who sees what ---- */

static void ask(struct fixture *f, const char *person, struct draft *d)
{
    struct record r;
    d->fields = &r;
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, person);
    record_set_text(&r, ASK_course, "c1");
    record_set_text(&r, ASK_title, "Lassen");
    MUST(journal_add(f->kiosk, d, 1, "k1", NOW, err));
}

static void a_badge_shows_this_visit_only(void **state)
{
    struct fixture *f = *state;
    struct draft before = {0}, now = {0};
    struct viewer v = who(f, "anna");
    bool asked;
    add_request(f, "r1", "anna", REQUEST_asked, PAST);
    add_request(f, "r2", "bart", REQUEST_asked, PAST);
    apply(f, "2");
    ask(f, "anna", &before);
    MUST(journal_last(f->kiosk, &v.began, err));
    ask(f, "anna", &now);
    MUST(store_tickets(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), now.id);
    MUST(store_has_asked(f->kiosk, &v, "c1", "", &asked, err));
    assert_true(asked);
    settle_all(f, "accepted", "none", NOW + 1); /* the visit goes on after a sync */
    add_request(f, now.id, "anna", REQUEST_seen, NOW);
    apply(f, "3");
    MUST(cache_finish(f->sync, NOW + 2, err));
    MUST(store_tickets(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), now.id);
    assert_int_equal(record_number(&f->rs.rows[0], TICKET_state), REQUEST_seen);
    v.proven = true;
    MUST(store_tickets(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_int_equal(f->rs.total, 2); /* r1, and this one; never another's */
}

/* The own route is in no file and in no inbox: the letter and the visit's memory speak. */
static void the_own_route(void **state)
{
    struct fixture *f = *state;
    struct viewer v = who(f, "anna");
    struct rowset letter = {0};
    struct record *r;
    v.proven = true;
    rowset_start(&letter, 1);
    r = rowset_add(&letter, TYPE_REQUEST);
    r->id = "own-1";
    record_set_text(r, REQUEST_person, "anna");
    record_set_text(r, REQUEST_course, "c1");
    record_set_text(r, REQUEST_title, "Lassen");
    record_set_number(r, REQUEST_state, REQUEST_placed);
    record_set_number(r, REQUEST_asked_at, PAST);
    v.letter = &letter;
    MUST(store_tickets(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "own-1");
    assert_int_equal(record_number(&f->rs.rows[0], TICKET_own), 1);
    struct local own = {.id = "own-1",
        .made_at = NOW,
        .settled_at = NO_NUMBER,
        .kind = "",
        .reason = "",
        .proven = true};
    record_init(&own.fields, TYPE_WITHDRAW);
    record_set_text(&own.fields, WITHDRAW_person, "anna");
    record_set_text(&own.fields, WITHDRAW_request, "own-1");
    v.own = &own;
    v.owns = 1;
    own.id = "e-1";
    MUST(store_ticket(f->kiosk, &v, "own-1", &f->rs, err));
    assert_int_equal(record_number(&f->rs.rows[0], TICKET_state), REQUEST_withdrawn);
    assert_int_equal(record_number(&f->rs.rows[0], TICKET_unsent), 1);
    assert_string_equal(inbox(f, "sofie"), "");
    rowset_release(&letter);
}

static void teams(void **state)
{
    struct fixture *f = *state;
    struct viewer v = who(f, "sofie");
    MUST(store_team(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "anna bart");
    assert_string_equal(record_text(&f->rs.rows[0], PERSON_badge), "");
    MUST(store_member(f->kiosk, &v, "mill", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
    v = who(f, "cora");
    MUST(store_team(f->kiosk, &v, 1, 2, &f->rs, err));
    assert_int_equal(f->rs.total, 6);
    assert_string_equal(ids(f), "bart lone");
    /* He gives codes to everybody, but proposes only where nobody else decides. */
    MUST(store_proposable(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "lone mees sofie");
}

static const char *team_of(struct fixture *f, const char *id)
{
    struct viewer v = who(f, id);
    MUST(store_team(f->kiosk, &v, 0, 20, &f->rs, err));
    return ids(f);
}

/* I-14: whatever screen it is asked from. */
static void who_decides_for_nobody_has_no_team(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(team_of(f, "anna"), "");
    deputise(f, "mees", "anna", 0, 0); /* of the other team, and only of that one */
    assert_string_equal(team_of(f, "anna"), "mill");
    deputise(f, "bart", "anna", 0, 0); /* who has no team to give away */
    assert_string_equal(team_of(f, "anna"), "");
}

/* I-14: that nobody else here decides for him does not make him anybody's. */
static void a_stranger_is_nobodys(void **state)
{
    struct fixture *f = *state;
    struct viewer v = who(f, "cora");
    add_request(f, "r-far", "stranger", REQUEST_placed, PAST);
    add_request(f, "r-asked", "stranger", REQUEST_asked, PAST);
    apply(f, "2");
    assert_string_equal(inbox(f, "cora"), "");
    MUST(store_attending(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "");
}

static void one_badge_one_person(void **state)
{
    struct fixture *f = *state;
    char hashes[3][DIGEST_HEX];
    sha256_hex("none", 4, hashes[0]);
    sha256_hex("2", 1, hashes[1]);
    sha256_hex("2", 1, hashes[2]);
    MUST(store_badge(f->kiosk, hashes, 3, &f->rs, err));
    assert_string_equal(ids(f), "bart");
    sha256_hex("1", 1, hashes[2]);
    MUST(store_badge(f->kiosk, hashes, 3, &f->rs, err));
    assert_int_equal(f->rs.count, 0); /* it could be either */
}

static void told_only_when_proven(void **state)
{
    struct fixture *f = *state;
    struct viewer v = who(f, "anna");
    for (int i = 0; i < 2; i++) {
        struct record *r = add_record(f, TYPE_NOTICE, i ? "n2" : "n1");
        record_set_text(r, NOTICE_person, "anna");
        record_set_number(r, NOTICE_kind, NOTICE_objection);
        record_set_number(r, NOTICE_at, PAST + i);
        record_set_text(r, NOTICE_about, "mees");
    }
    apply(f, "2");
    MUST(store_notices(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_int_equal(f->rs.total, 0);
    v.proven = true;
    MUST(store_notices(f->kiosk, &v, 0, 20, &f->rs, err));
    assert_string_equal(ids(f), "n2 n1");
    assert_string_equal(record_text(&f->rs.rows[0], NOTICE_about), "Mees");
    MUST(store_myself(f->kiosk, &v, &f->rs, err));
    assert_int_equal(record_number(&f->rs.rows[0], MYSELF_requests), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everybody_has_his_own_inbox),
        TEST(what_is_overdue_is_the_contacts_too),
        TEST(what_runs_out_first_stands_on_top),
        TEST(a_deputy_for_as_long_as_he_is_one),
        TEST(a_decision_shows_at_once_and_waits),
        TEST(a_decision_that_was_refused_never_was),
        TEST(steps_follow_each_other_here),
        TEST(a_proposal_is_the_workers),
        TEST(a_badge_shows_this_visit_only),
        TEST(the_own_route),
        TEST(teams),
        TEST(who_decides_for_nobody_has_no_team),
        TEST(a_stranger_is_nobodys),
        TEST(one_badge_one_person),
        TEST(told_only_when_proven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
