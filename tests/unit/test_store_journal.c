/* SPDX-License-Identifier: EUPL-1.2 */
/* The journal, and what a person sees of it beside the feed. */
#include "store_fixture.h"

#include "base/digest.h"
#include "proto/codec.h"
#include "raw.h"

static const struct viewer p1 = {.person = "p1", .name = "", .team = "", .proven = true};

static void ask_for(struct fixture *f, const char *person, const char *course, const char *run,
    int64_t now, char id[UUID_TEXT])
{
    struct record ask;
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, person);
    record_set_text(&ask, ASK_course, course);
    record_set_text(&ask, ASK_run, run);
    record_set_text(&ask, ASK_title, "Lassen");
    MUST(journal_append(f->kiosk, &ask, "kiosk-1", now, id, err));
}

static int pending(struct fixture *f, int max, size_t max_bytes, struct pending **out, int *damaged)
{
    int count;
    MUST(journal_pending(f->sync, 0, max, max_bytes, &f->mem, out, &count, damaged, err));
    return count;
}

static int settle(
    struct fixture *f, const struct pending *p, const char *kind, const char *reason, int64_t now)
{
    int rc = 0;
    MUST(rc = journal_settle(f->sync, p->id, p->hash, kind, reason, now, err));
    return rc;
}

static void meddle(const struct fixture *f, const char *sql)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/journal.db", f->data);
    raw_exec(path, sql);
}

static void what_is_kept_is_sent(void **state)
{
    struct fixture *f = *state;
    char id[2][UUID_TEXT];
    int damaged;
    struct pending *p;
    ask_for(f, "p1", "c1", "r1", 1790000000000, id[0]);
    ask_for(f, "p1", "c2", "", 1780000000000, id[1]); /* the clock was set back */
    assert_int_equal(journal_waiting(f->kiosk), 2);
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 2);
    assert_int_equal(damaged, 0);
    char epoch[2][UUID_TEXT];
    for (int i = 0; i < 2; i++) {
        struct entry e;
        char hash[DIGEST_HEX];
        MUST(entry_from_json(p[i].bytes, p[i].len, &f->mem, &e, err));
        sha256_hex(p[i].bytes, p[i].len, hash);
        assert_string_equal(p[i].hash, hash);
        assert_string_equal(p[i].id, id[i]);
        assert_string_equal(e.id, id[i]);
        assert_string_equal(e.kiosk, "kiosk-1");
        assert_int_equal(e.seq, i + 1);
        assert_true(uuid_valid(e.epoch));
        (void)str_copy(epoch[i], UUID_TEXT, e.epoch);
        assert_string_equal(record_text(&e.fields, ASK_course), i ? "c2" : "c1");
    }
    assert_string_equal(epoch[0], epoch[1]);
    assert_true(strcmp(id[0], id[1]) < 0);
}

static void batches_are_bounded(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int damaged;
    for (int i = 0; i < 5; i++)
        ask_for(f, "p1", "c1", "", 1790000000000 + i, NULL);
    assert_int_equal(pending(f, 3, 100000, &p, &damaged), 3);
    size_t one = p[0].len + 1;
    assert_int_equal(pending(f, 10, 2 * one, &p, &damaged), 2);
    assert_int_equal(pending(f, 10, 2 * one - 1, &p, &damaged), 1);
    assert_int_equal(pending(f, 10, one - 1, &p, &damaged), 0);
}

static void only_its_own_verdict_settles(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int damaged;
    ask_for(f, "p1", "c1", "", 1790000000000, NULL);
    ask_for(f, "p1", "c2", "", 1790000000001, NULL);
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 2);
    struct pending wrong[] = {{.id = p[0].id, .hash = p[1].hash}, {.id = "x", .hash = p[0].hash},
        {.id = p[0].id, .hash = ""}};
    for (int i = 0; i < 3; i++)
        assert_int_equal(settle(f, &wrong[i], "accepted", "none", 1), 0);
    assert_int_equal(journal_waiting(f->kiosk), 2);
    MUST(journal_begin(f->sync, err));
    assert_int_equal(settle(f, &p[0], "accepted", "none", 1), 1);
    assert_int_equal(settle(f, &p[0], "refused", "malformed", 2), 0); /* the first counts */
    MUST(journal_commit(f->sync, err));
    assert_int_equal(journal_waiting(f->kiosk), 1);
    struct pending *rest;
    assert_int_equal(pending(f, 10, 10000, &rest, &damaged), 1);
    assert_string_equal(rest[0].id, p[1].id);
}

static void a_damaged_row_is_kept_back(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int damaged;
    ask_for(f, "p1", "c1", "", 1790000000000, NULL);
    ask_for(f, "p1", "c2", "", 1790000000001, NULL);
    meddle(f, "UPDATE entry SET bytes = CAST(replace(bytes, 'c1', 'c9') AS BLOB) WHERE seq = 1");
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 1);
    assert_int_equal(damaged, 1);
    assert_int_equal(journal_waiting(f->kiosk), 2);
    MUST(store_tickets(f->kiosk, &p1, 0, 10, &f->rs, err));
    assert_int_equal(f->rs.count, 1);
}

static void forgets_only_what_is_settled(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int damaged;
    for (int i = 0; i < 3; i++)
        ask_for(f, "p1", "c1", "", 1000 + i, NULL);
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 3);
    assert_int_equal(settle(f, &p[0], "accepted", "none", 5000), 1);
    assert_int_equal(settle(f, &p[1], "accepted", "none", 9000), 1);
    MUST(journal_forget(f->sync, 9000, err));
    assert_int_equal(journal_waiting(f->kiosk), 1);
    assert_int_equal(settle(f, &p[0], "accepted", "none", 1), 0);
    MUST(journal_forget(f->sync, 9001, err));
    ask_for(f, "p1", "c1", "", 2000, NULL);
    struct entry e; /* places are never given twice */
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 2);
    MUST(entry_from_json(p[1].bytes, p[1].len, &f->mem, &e, err));
    assert_int_equal(e.seq, 4);
}

static void the_other_program_notices(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int damaged;
    (void)store_changed(f->sync);
    assert_false(store_changed(f->sync));
    ask_for(f, "p1", "c1", "", 1790000000000, NULL);
    assert_true(store_changed(f->sync));
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 1);
    assert_int_equal(settle(f, &p[0], "accepted", "none", 1), 1);
    assert_true(store_changed(f->kiosk));
    assert_false(store_changed(f->kiosk));
}

static void reopening_keeps_all(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int damaged;
    struct entry e[2];
    ask_for(f, "p1", "c1", "", 1790000000000, NULL);
    store_close(f->kiosk);
    MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
    ask_for(f, "p1", "c1", "", 1790000000001, NULL);
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 2);
    for (int i = 0; i < 2; i++)
        MUST(entry_from_json(p[i].bytes, p[i].len, &f->mem, &e[i], err));
    assert_string_equal(e[0].epoch, e[1].epoch);
    assert_int_equal(e[1].seq, 2);
}

static void a_bad_entry_is_refused(void **state)
{
    struct fixture *f = *state;
    struct record ask;
    struct err why = {0};
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, "p1");
    assert_int_equal(journal_append(f->kiosk, &ask, "kiosk-1", 1, NULL, &why), -1);
    assert_int_equal(why.code, ERR_DATA);
    assert_int_equal(journal_waiting(f->kiosk), 0);
}

/* D-16: whatever the clock says, entries stay in the order in which they were made. */
static void no_clock_changes_the_order(void **state)
{
    static const int64_t jumps[] = {0, 3600000, -3600000, -40 * INT64_C(86400000),
        3650 * INT64_C(86400000), -1789999999999, 2147483647000 - 1790000000000,
        2147483649000 - 1790000000000, -1, 1};
    enum { JUMPS = sizeof(jumps) / sizeof(*jumps), EACH = 20 };
    struct fixture *f = *state;
    char id[JUMPS * EACH][UUID_TEXT];
    struct pending *p;
    int damaged;
    for (int i = 0; i < JUMPS * EACH; i++)
        ask_for(f, "p1", "c1", "", 1790000000000 + jumps[i / EACH], id[i]);
    assert_int_equal(pending(f, 1000, 1000000, &p, &damaged), JUMPS * EACH);
    for (int i = 0; i < JUMPS * EACH; i++) {
        assert_string_equal(p[i].id, id[i]);
        assert_true(i == 0 || strcmp(id[i - 1], id[i]) < 0);
    }
}

static void a_broken_journal_keeps_its_entries(void **state)
{
    struct fixture *f = *state;
    ask_for(f, "p1", "c1", "", 1790000000000, NULL);
    store_close(f->kiosk);
    store_close(f->sync);
    f->kiosk = f->sync = NULL;
    meddle(f, "CREATE TABLE planted(x)");
    MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
    assert_int_equal(journal_waiting(f->kiosk), 1);
}

/* ---- tickets ---- */

static void add_request(struct fixture *f, const char *id, const char *course, const char *run,
    enum request_state request_state, enum reason reason, int64_t asked_at)
{
    struct record *r = add_record(f, TYPE_REQUEST, id);
    record_set_text(r, REQUEST_person, "p1");
    record_set_text(r, REQUEST_course, course);
    record_set_text(r, REQUEST_run, run);
    record_set_text(r, REQUEST_title, "Lassen");
    record_set_number(r, REQUEST_state, request_state);
    record_set_number(r, REQUEST_reason, reason);
    record_set_number(r, REQUEST_asked_at, asked_at);
    record_set_number(r, REQUEST_judged_at, asked_at + 1);
}

static int ticket_state_of(struct fixture *f, const char *id)
{
    MUST(store_ticket(f->kiosk, &p1, id, &f->rs, err));
    return f->rs.count ? (int)record_number(&f->rs.rows[0], TICKET_state) : -1;
}

static bool has_asked(struct fixture *f, const char *course, const char *run)
{
    bool asked = false;
    MUST(store_has_asked(f->kiosk, &p1, course, run, &asked, err));
    return asked;
}

static void tickets_of_both_sides(void **state)
{
    struct fixture *f = *state;
    char id[UUID_TEXT];
    int64_t now = 1790000000000;
    add_course(f, "c1", "Lassen");
    add_run(f, "r1", "c1", f->today + 10, "Zwolle", "Overijssel");
    add_request(f, "old", "c7", "", REQUEST_refused, REASON_run_gone, now - 1000);
    add_request(f, "seen", "c8", "r1", REQUEST_seen, REASON_none, now + 1000);
    apply(f, "1");
    ask_for(f, "p1", "c1", "r1", now, id);
    ask_for(f, "p2", "c1", "r1", now, NULL);
    MUST(store_tickets(f->kiosk, &p1, 0, 10, &f->rs, err));
    assert_int_equal(f->rs.total, 3);
    assert_string_equal(f->rs.rows[0].id, "seen");
    assert_string_equal(f->rs.rows[1].id, id);
    assert_string_equal(f->rs.rows[2].id, "old");
    const struct record *r = &f->rs.rows[1];
    assert_string_equal(record_text(r, TICKET_course), "c1");
    assert_string_equal(record_text(r, TICKET_title), "Lassen");
    assert_int_equal(record_number(r, TICKET_state), REQUEST_asked);
    assert_int_equal(record_number(r, TICKET_unsent), 1);
    assert_int_equal(record_number(r, TICKET_reason), REASON_none);
    assert_int_equal(record_number(r, TICKET_asked_at), now);
    assert_int_equal(record_number(r, TICKET_start), f->today + 10);
    assert_string_equal(record_text(r, TICKET_town), "Zwolle");
    assert_int_equal(record_number(&f->rs.rows[2], TICKET_reason), REASON_run_gone);
    MUST(store_tickets(f->kiosk, &p1, 1, 1, &f->rs, err));
    assert_string_equal(ids(f), id);
    assert_int_equal(f->rs.total, 3);
    assert_int_equal(ticket_state_of(f, "old"), REQUEST_refused);
    assert_int_equal(ticket_state_of(f, "seen"), REQUEST_seen);
    assert_int_equal(ticket_state_of(f, "no-such"), -1);
    struct viewer p2 = p1;
    p2.person = "p2";
    MUST(store_ticket(f->kiosk, &p2, id, &f->rs, err)); /* not of this person */
    assert_int_equal(f->rs.count, 0);
}

static void a_ticket_through_its_life(void **state)
{
    static const struct {
        const char *kind, *reason;
        int before_feed, after_feed; /* a finished download without a record of it */
    } cases[] = {
        {"accepted", "none", REQUEST_asked, -1},
        {"merged", "none", REQUEST_asked, -1},
        {"held", "no_request", REQUEST_asked, -1},
        {"refused", "unknown_person", REQUEST_refused, REQUEST_refused},
    };
    struct fixture *f = *state;
    int64_t now = clock_now();
    struct record *person = add_record(f, TYPE_PERSON, "p1"); /* of strangers nothing is kept */
    record_set_text(person, PERSON_name, "P");
    record_set_number(person, PERSON_role, ROLE_worker);
    record_set_text(person, PERSON_badge, "-");
    apply(f, "0");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char id[UUID_TEXT];
        int damaged;
        struct pending *p;
        ask_for(f, "p1", "c1", "", now, id);
        assert_int_equal(ticket_state_of(f, id), REQUEST_asked);
        assert_int_equal(pending(f, 10, 10000, &p, &damaged), 1);
        now += 10;
        assert_int_equal(settle(f, &p[0], cases[i].kind, cases[i].reason, now), 1);
        assert_int_equal(ticket_state_of(f, id), cases[i].before_feed);
        now += 10;
        MUST(cache_finish(f->sync, now, err));
        assert_int_equal(ticket_state_of(f, id), cases[i].after_feed);
        add_request(f, id, "c1", "", REQUEST_info, REASON_none, now);
        apply(f, "1");
        assert_int_equal(ticket_state_of(f, id), REQUEST_info); /* what the feed says, counts */
        add_tombstone(f, TYPE_REQUEST, id);
        apply(f, "2");
    }
}

static void merged_into_another(void **state)
{
    struct fixture *f = *state;
    char id[UUID_TEXT];
    int damaged;
    struct pending *p;
    int64_t now = clock_now();
    ask_for(f, "p1", "c1", "", now, id);
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 1);
    assert_int_equal(settle(f, &p[0], "merged", "none", now + 10), 1);
    assert_int_equal(ticket_state_of(f, id), REQUEST_asked);
    add_request(f, "first", "c1", "", REQUEST_asked, REASON_none, now - 5);
    apply(f, "1");
    MUST(store_tickets(f->kiosk, &p1, 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "first");
}

static void asked_already(void **state)
{
    struct fixture *f = *state;
    int damaged;
    struct pending *p;
    int64_t now = clock_now();
    add_request(f, "x1", "c5", "r5", REQUEST_asked, REASON_none, now);
    add_request(f, "x2", "c6", "r6", REQUEST_refused, REASON_run_gone, now);
    apply(f, "1");
    assert_false(has_asked(f, "c1", ""));
    ask_for(f, "p1", "c1", "r1", now, NULL);
    assert_true(has_asked(f, "c1", ""));
    assert_true(has_asked(f, "c1", "r1"));
    assert_false(has_asked(f, "c1", "r2"));
    assert_true(has_asked(f, "c5", "r5"));
    assert_true(has_asked(f, "c5", ""));
    assert_false(has_asked(f, "c6", "r6"));
    assert_int_equal(pending(f, 10, 10000, &p, &damaged), 1);
    assert_int_equal(settle(f, &p[0], "refused", "run_gone", now), 1);
    assert_false(has_asked(f, "c1", ""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_start_open, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_kept_is_sent),
        TEST(batches_are_bounded),
        TEST(only_its_own_verdict_settles),
        TEST(a_damaged_row_is_kept_back),
        TEST(forgets_only_what_is_settled),
        TEST(the_other_program_notices),
        TEST(reopening_keeps_all),
        TEST(a_bad_entry_is_refused),
        TEST(no_clock_changes_the_order),
        TEST(a_broken_journal_keeps_its_entries),
        TEST(tickets_of_both_sides),
        TEST(a_ticket_through_its_life),
        TEST(merged_into_another),
        TEST(asked_already),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
