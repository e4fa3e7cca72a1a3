/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of requests on the server: the order in which entries come in (S-28), seats, waiting
 * lists and the clock. */
#include "court_setup.h"

/* ---- both routes from the ask to the seat ---- */

static void an_ask_and_a_yes_give_a_seat(void **unused)
{
    (void)unused;
    struct house *h = &house;
    EXPECT(ACT(h, ASK(1, "wim"), .run = "one", .unproven = true), accepted, none);
    assert_int_equal(court_number_of(h, 1, REQUEST_holder), HOLDER_supervisor);
    assert_int_equal(court_number_of(h, 1, REQUEST_badge_only), 1);
    EXPECT(ACT(h, .type = TYPE_SEE, .id = 2, .person = "ans", .request = 1), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_seen);
    EXPECT(ACT(h, YES(3, "ans", 1)), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    EXPECT(ACT(h, YES(4, "bas", 1), .answer = ANSWER_no, .because = BECAUSE_busy), accepted,
        objection);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    assert_int_equal(court_number_of(h, 1, REQUEST_objection), ANSWER_no);
    EXPECT(ACT(h, .type = TYPE_WITHDRAW, .id = 5, .person = "wim", .request = 1), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_withdrawn);
    assert_int_equal(court_row(h, 1).seat, SEAT_NONE);
}

static void a_proposal_needs_the_workers_yes(void **unused)
{
    (void)unused;
    struct house *h = &house;
    EXPECT(ACT(h, .type = TYPE_PROPOSE, .id = 1, .person = "ans", .worker = "wim", .run = "one"),
        accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_proposed);
    EXPECT(ACT(h, YES(2, "bas", 1)), refused, too_late);
    assert_int_equal(court_row(h, 1).seat, SEAT_NONE);
    EXPECT(ACT(h, .type = TYPE_ACCEPT, .id = 3, .person = "wim", .request = 1, .agrees = true,
               .unproven = true),
        refused, no_pin);
    EXPECT(ACT(h, .type = TYPE_ACCEPT, .id = 4, .person = "wim", .request = 1, .agrees = true),
        accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
}

static void the_dialogue_in_between(void **unused)
{
    (void)unused;
    struct house *h = &house;
    ACT(h, ASK(1, "wim"));
    EXPECT(ACT(h, YES(2, "ans", 1), .answer = ANSWER_info, .because = BECAUSE_why), accepted, none);
    assert_int_equal(court_number_of(h, 1, REQUEST_holder), HOLDER_worker);
    EXPECT(ACT(h, .type = TYPE_REPLY, .id = 3, .person = "wim", .request = 1), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_asked);
    EXPECT(ACT(h, YES(4, "ans", 1), .answer = ANSWER_yes_if), refused, malformed);
    EXPECT(ACT(h, YES(5, "ans", 1), .answer = ANSWER_yes_if, .because = BECAUSE_own_time), accepted,
        none);
    assert_int_equal(court_state(h, 1), REQUEST_yes_if);
    EXPECT(ACT(h, .type = TYPE_ACCEPT, .id = 6, .person = "wim", .request = 1, .agrees = true),
        accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_yes);
    assert_int_equal(court_number_of(h, 1, REQUEST_holder), HOLDER_fund);
}

/* ---- entries in any order (S-28) ---- */

static void end_state(struct house *h, struct buf *out)
{
    buf_clear(out);
    house_dump(h, TYPE_REQUEST, out);
}

static void run_order(const struct act *acts, const int *order, int split, struct buf *out)
{
    setup(NULL);
    struct house *h = &house;
    struct kiosk other = h->a;
    str_copy(other.id, sizeof(other.id), "another-kiosk");
    for (int i = 0; i < 3; i++)
        court_act(h, (split >> order[i]) & 1 ? &other : &h->a, NOW, &acts[order[i]]);
    end_state(h, out);
    teardown(NULL);
}

/* How many requests stand there, and that one of them says so. */
static void check_end(const char *dump, int requests, const char *says)
{
    int lines = 0;
    for (const char *c = dump; (c = strchr(c, '\n')); c++)
        lines++;
    if (lines != requests || !strstr(dump, says))
        fail_msg("not %d requests, or none is %s: %s", requests, says, dump);
}

static void three_entries_in_every_order(void **unused)
{
    (void)unused;
    static const int orders[6][3] = {
        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const struct act sets[][3] = {
        {{ASK(1, "wim"), .at = NOW - 3000},
            {.type = TYPE_WITHDRAW, .id = 2, .person = "wim", .request = 1, .at = NOW - 2000},
            {ASK(3, "wim"), .at = NOW - 1000}},
        {{ASK(1, "wim"), .at = NOW - 3000}, {ASK(2, "wim"), .at = NOW - 2000},
            {.type = TYPE_WITHDRAW, .id = 3, .person = "wim", .request = 1, .at = NOW - 1000}},
        {{ASK(1, "wim"), .at = NOW - 3000},
            {.type = TYPE_WITHDRAW, .id = 2, .person = "wim", .request = 3, .at = NOW - 2500},
            {ASK(3, "wim"), .run = "one", .at = NOW - 2600}},
    };
    static const struct {
        int requests;
        const char *says;
    } ends[] = {
        {2, "\"state\":\"asked\""}, {1, "\"state\":\"withdrawn\""}, {2, "\"state\":\"withdrawn\""}};
    struct buf want = BUF_INIT(LIM_PAGE), got = BUF_INIT(LIM_PAGE);
    for (size_t set = 0; set < sizeof(sets) / sizeof(sets[0]); set++) {
        int same = 0;
        run_order(sets[set], orders[0], 2, &want);
        check_end(want.p, ends[set].requests, ends[set].says);
        for (int split = 1; split < 3; split++)
            for (int i = 0; i < 6; i += house_every(5), same++) {
                run_order(sets[set], orders[i], split, &got);
                if (strcmp(want.p, got.p) != 0)
                    fail_msg("set %zu order %d:\n%snot\n%s", set, i, got.p, want.p);
            }
        print_message("S-28: %d orders end the same\n", same);
    }
    buf_release(&want);
    buf_release(&got);
}

/* The verdict that a replay gets, and whether the maker was told, once. */
static void expect_final(struct house *h, int id, const char *person, bool told)
{
    char text[UUID_TEXT];
    struct verdict v;
    struct buf notices = BUF_INIT(LIM_PAGE);
    OK(database_entry_find(h->central.db, "amber", court_id(id, text), &v, &err));
    assert_int_equal(v.kind, VERDICT_refused);
    assert_int_equal(v.reason, REASON_no_request);
    house_dump(h, TYPE_NOTICE, &notices);
    const char *said = notices.p ? notices.p : "", *at = strstr(said, "\"kind\":\"given_up\"");
    assert_int_equal(at != NULL, told);
    if (at) {
        assert_non_null(strstr(said, person));
        assert_null(strstr(at + 1, "\"kind\":\"given_up\""));
    }
    buf_release(&notices);
}

/* Nothing of the own route is in the feed, so nothing of this either. */
static void what_is_sealed_is_given_up_in_silence(void **unused)
{
    (void)unused;
    struct house *h = &house;
    EXPECT(ACT(h, .type = TYPE_WITHDRAW, .id = 2, .person = "wim", .request = 1, .sealed = true),
        held, no_request);
    court_tick(h, NOW + 8 * DAY);
    expect_final(h, 2, "wim", false);
}

static void what_comes_early_is_held_and_shown(void **unused)
{
    (void)unused;
    struct house *h = &house;
    char *text = NULL;
    size_t size;
    const struct request_filter all = {.json = true};
    EXPECT(ACT(h, .type = TYPE_WITHDRAW, .id = 2, .person = "wim", .request = 1), held, no_request);
    FILE *out = open_memstream(&text, &size);
    OK(admin_list_held(h->central.db, &all, out, &err));
    court_tick(h, NOW + 8 * DAY);
    OK(admin_list_held(h->central.db, &all, out, &err));
    fclose(out);
    assert_non_null(strstr(text, "\"state\":\"held\""));
    assert_non_null(strstr(text, "\"state\":\"given_up\""));
    free(text);
    expect_final(h, 2, "wim", true);
    EXPECT(ACT_AT(h, NOW + 8 * DAY, ASK(1, "wim")), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_asked); /* it was given up by then */
}

/* Decided offline at two kiosks: the first by time stands, whichever synced first. */
static void the_first_decision_by_time_stands(void **unused)
{
    (void)unused;
    struct house *h = &house;
    ACT(h, ASK(1, "wim"), .at = NOW - HOUR);
    EXPECT(ACT(h, YES(2, "bas", 1), .at = NOW - 10 * MINUTE), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_yes);
    EXPECT(ACT(h, YES(3, "ans", 1), .answer = ANSWER_no, .because = BECAUSE_busy,
               .at = NOW - 20 * MINUTE),
        accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_no);
    assert_int_equal(court_number_of(h, 1, REQUEST_objection), ANSWER_yes);
}

/* ---- seats ---- */

static void seats_in_order(struct house *h, int first, int second)
{
    ACT(h, ASK(first, "wim"), .run = "one", .at = NOW - 2 * HOUR);
    ACT(h, ASK(second, "wil"), .run = "one", .at = NOW - HOUR);
    ACT(h, YES(101, "ans", first), .at = NOW - MINUTE);
    ACT(h, YES(102, "ans", second), .at = NOW - MINUTE);
}

/* A page of the feed after a cursor: its trailer. */
static struct trailer read_feed(struct house *h, const char *cursor)
{
    size_t lines;
    struct trailer t;
    struct http_response rs;
    struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
    rq.cursor = cursor;
    assert_int_equal(house_send(h, &rq, &rs), 200);
    OK(trailer_check(rs.body.p, rs.body.len, &lines, &t, &err));
    response_release(&rs);
    return t;
}

static void a_free_seat_is_offered_and_runs_out(void **unused)
{
    (void)unused;
    struct house *h = &house;
    seats_in_order(h, 1, 2);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    assert_int_equal(court_state(h, 2), REQUEST_waitlisted);
    assert_int_equal(court_number_of(h, 2, REQUEST_place), 1);
    ACT(h, .type = TYPE_WITHDRAW, .id = 3, .person = "wim", .request = 1);
    assert_int_equal(court_state(h, 2), REQUEST_offered);
    assert_int_equal(court_number_of(h, 2, REQUEST_until), NO_NUMBER);
    court_tick(h, NOW + 20 * DAY); /* nobody could see it: it does not run */
    assert_int_equal(court_state(h, 2), REQUEST_offered);

    struct trailer page = read_feed(h, "");
    court_tick(h, NOW); /* the page was sent, but perhaps it never came */
    assert_int_equal(court_number_of(h, 2, REQUEST_until), NO_NUMBER);
    read_feed(h, page.next);
    court_tick(h, NOW); /* a Tuesday */
    assert_int_equal(court_number_of(h, 2, REQUEST_until), NOW + 2 * DAY);
    ACT(h, ASK(4, "eva"), .run = "one");
    ACT(h, YES(5, "dirk", 4));
    assert_int_equal(court_state(h, 4), REQUEST_waitlisted);
    court_tick(h, NOW + 2 * DAY - 1);
    assert_int_equal(court_state(h, 2), REQUEST_offered);
    court_tick(h, NOW + 2 * DAY);
    assert_int_equal(court_state(h, 2), REQUEST_waitlisted);
    assert_int_equal(court_state(h, 4), REQUEST_offered);
    EXPECT(ACT_AT(h, NOW + 2 * DAY, .type = TYPE_ACCEPT, .id = 6, .person = "eva", .request = 4,
               .agrees = true),
        accepted, none);
    assert_int_equal(court_state(h, 4), REQUEST_placed);
}

static void an_earlier_ask_displaces_until_a_seat_is_firm(void **unused)
{
    (void)unused;
    for (int late = 0; late < 2; late++) {
        struct house *h = &house;
        int64_t then = NOW + (late ? 2 * DAY : DAY);
        ACT(h, ASK(1, "wil"), .run = "one");
        ACT(h, YES(2, "ans", 1));
        assert_int_equal(court_state(h, 1), REQUEST_placed);
        ACT_AT(h, then, ASK(3, "wim"), .run = "one", .at = NOW - HOUR);
        ACT_AT(h, then, YES(4, "ans", 3));
        assert_int_equal(court_state(h, 3), late ? REQUEST_waitlisted : REQUEST_placed);
        assert_int_equal(court_state(h, 1), late ? REQUEST_placed : REQUEST_waitlisted);
        teardown(NULL);
        setup(NULL);
    }
}

static void import_seats(struct house *h, int seats, const char *checked)
{
    char line[300];
    snprintf(line, sizeof(line),
        "{'type':'run','id':'one','course':'mig','start':'2026-12-21','end':'2026-12-22',"
        "'seats_left':%d}",
        seats);
    house_put(h, "", "s", line);
    snprintf(line, sizeof(line), "{'type':'source','id':'s','name':'S','checked':'%s'}", checked);
    house_put(h, "", "s", line);
}

/* More seats move the list by offers; a request without both yes gets none. */
static void more_seats_in_the_catalogue(void **unused)
{
    (void)unused;
    struct house *h = &house;
    seats_in_order(h, 1, 2);
    ACT(h, ASK(3, "eva"), .run = "one", .at = NOW - 3 * HOUR); /* nobody said yes */
    ACT(h, .type = TYPE_PROPOSE, .id = 4, .person = "dirk", .worker = "eva", .run = "soon");
    import_seats(h, 5, "2026-11-24T18:00:00Z"); /* the given seat is not in the five */
    court_tick(h, NOW + 7 * HOUR);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    assert_int_equal(court_state(h, 2), REQUEST_offered);
    assert_int_equal(court_state(h, 3), REQUEST_asked);
    assert_int_equal(court_state(h, 4), REQUEST_proposed);
    ACT_AT(h, NOW + 8 * HOUR, .type = TYPE_ACCEPT, .id = 5, .person = "wil", .request = 2,
        .agrees = true);
    assert_int_equal(court_state(h, 2), REQUEST_placed);
    import_seats(h, 0, "2026-11-25T18:00:00Z"); /* both are counted there now: nobody loses */
    court_tick(h, NOW + 31 * HOUR);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    assert_int_equal(court_state(h, 2), REQUEST_placed);
}

static void fewer_seats_in_the_catalogue(void **unused)
{
    (void)unused;
    struct house *h = &house;
    import_seats(h, 2, "2026-11-24T03:00:00Z");
    seats_in_order(h, 1, 2);
    assert_int_equal(court_state(h, 2), REQUEST_placed);
    import_seats(h, 1, "2026-11-24T03:30:00Z"); /* as of before they were given */
    court_tick(h, NOW + MINUTE);
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    assert_int_equal(court_state(h, 2), REQUEST_waitlisted);
}

/* ---- the clock ---- */

static void unanswered_goes_to_the_contact(void **unused)
{
    (void)unused;
    struct house *h = &house;
    ACT(h, ASK(1, "wim"));
    assert_int_equal(court_number_of(h, 1, REQUEST_due), date_from_civil(2026, 12, 1));
    EXPECT(ACT(h, YES(2, "cor", 1)), refused, not_allowed);
    court_tick(h, NOW + 7 * DAY);
    assert_int_equal(court_number_of(h, 1, REQUEST_holder), HOLDER_supervisor);
    court_tick(h, NOW + 8 * DAY);
    assert_int_equal(court_number_of(h, 1, REQUEST_holder), HOLDER_contact);
    EXPECT(ACT_AT(h, NOW + 8 * DAY, YES(3, "cor", 1)), accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_yes);
    EXPECT(ACT_AT(h, NOW + 8 * DAY, YES(4, "cor", 1), .answer = ANSWER_no, .because = BECAUSE_busy),
        accepted, objection);
}

static void courses_begin_and_end(void **unused)
{
    (void)unused;
    struct house *h = &house;
    seats_in_order(h, 1, 2);
    court_tick(h, NOW + 27 * DAY); /* 2026-12-21 */
    assert_int_equal(court_state(h, 1), REQUEST_started);
    assert_int_equal(court_state(h, 2), REQUEST_waitlisted);
    EXPECT(ACT_AT(h, NOW + 27 * DAY, .type = TYPE_WITHDRAW, .id = 3, .person = "wim", .request = 1),
        refused, too_late);
    court_tick(h, NOW + 28 * DAY);
    assert_int_equal(court_state(h, 2), REQUEST_expired);
    house_put(h, "", "s", "{'type':'run','id':'one','gone':true}"); /* it is over */
    court_tick(h, NOW + 29 * DAY);
    assert_int_equal(court_state(h, 1), REQUEST_finished);
    EXPECT(ACT_AT(h, NOW + 30 * DAY, .type = TYPE_ABSENT, .id = 4, .person = "ans", .request = 1),
        accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_not_attended);
}

static void a_round_without_changes_writes_nothing(void **unused)
{
    (void)unused;
    struct house *h = &house;
    int64_t before, after;
    seats_in_order(h, 1, 2);
    court_tick(h, NOW);
    OK(database_last_seq(h->central.db, &before, &err));
    for (int i = 0; i < 10; i++)
        court_tick(h, NOW + i * MINUTE);
    OK(database_last_seq(h->central.db, &after, &err));
    assert_int_equal(before, after);
}

/* A no names another day, or says that none is known; the worker reads which. */
static void a_no_may_know_no_other_day(void **unused)
{
    (void)unused;
    struct house *h = &house;
    EXPECT(ACT(h, .type = TYPE_ASK, .id = 1, .person = "wim"), accepted, none);
    EXPECT(ACT(h, YES(2, "ans", 1), .answer = ANSWER_no, .because = BECAUSE_cost,
               .no_other_day = true),
        accepted, none);
    assert_int_equal(court_state(h, 1), REQUEST_no);
    assert_int_equal(court_number_of(h, 1, REQUEST_no_other_day), 1);
    assert_int_equal(court_number_of(h, 1, REQUEST_alternative), NO_NUMBER);
}

#define LIFE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(an_ask_and_a_yes_give_a_seat),
        LIFE(a_no_may_know_no_other_day),
        LIFE(a_proposal_needs_the_workers_yes),
        LIFE(the_dialogue_in_between),
        cmocka_unit_test(three_entries_in_every_order),
        LIFE(what_comes_early_is_held_and_shown),
        LIFE(what_is_sealed_is_given_up_in_silence),
        LIFE(the_first_decision_by_time_stands),
        LIFE(a_free_seat_is_offered_and_runs_out),
        LIFE(an_earlier_ask_displaces_until_a_seat_is_firm),
        LIFE(more_seats_in_the_catalogue),
        LIFE(fewer_seats_in_the_catalogue),
        LIFE(unanswered_goes_to_the_contact),
        LIFE(courses_begin_and_end),
        LIFE(a_round_without_changes_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
