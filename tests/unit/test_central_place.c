/* SPDX-License-Identifier: EUPL-1.2 */
/* Seats that the fund gives by hand, on dates of which nobody says how many there are. */
#include "court_setup.h"

static void expect_no_place(struct house *h, int id, const char *company, const char *says)
{
    char text[UUID_TEXT];
    struct err err = {0};
    assert_int_equal(
        admin_place_request(h->central.db, court_id(id, text), company, NOW, &err), -1);
    if (!strstr(err.msg, says))
        fail_msg("'%s' instead of '%s'", err.msg, says);
}

static int count_given(struct house *h, const char *company)
{
    int count = 0;
    char *out = NULL;
    size_t size;
    FILE *f = open_memstream(&out, &size);
    OK(audit_export(h->central.db, company, 0, f, &err));
    fclose(f);
    for (const char *c = out; (c = strstr(c, "\"seat_given\"")); c++)
        count++;
    free(out);
    return count;
}

static void the_fund_places_by_hand(void **unused)
{
    (void)unused;
    struct house *h = &house;
    char text[UUID_TEXT];
    house_put(h, "", "s", "{'type':'run','id':'any','course':'mig','start':'2026-12-21'}");
    ACT(h, ASK(1, "wim"), .run = "any");
    expect_no_place(h, 1, NULL, "cannot be placed: the supervisor has not said yes yet");
    ACT(h, YES(2, "ans", 1), .answer = ANSWER_yes_if, .because = BECAUSE_own_time);
    expect_no_place(h, 1, NULL, "the worker has not agreed yet");
    ACT(h, .type = TYPE_ACCEPT, .id = 3, .person = "wim", .request = 1, .agrees = true);
    assert_int_equal(court_state(h, 1), REQUEST_yes);
    expect_no_place(h, 1, "beril", "there is no request");
    assert_int_equal(count_given(h, "amber"), 0);
    OK(admin_place_request(h->central.db, court_id(1, text), "amber", NOW, &err));
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    assert_int_equal(count_given(h, "amber"), 1);
    court_tick(h, NOW + DAY); /* nothing takes it away again */
    assert_int_equal(court_state(h, 1), REQUEST_placed);
    expect_no_place(h, 1, NULL, "it has a seat already");
    ACT(h, .type = TYPE_WITHDRAW, .id = 4, .person = "wim", .request = 1);
    assert_int_equal(court_state(h, 1), REQUEST_withdrawn);
    expect_no_place(h, 1, NULL, "it is closed");
}

static void what_is_counted_or_has_no_date_is_not_placed(void **unused)
{
    (void)unused;
    struct house *h = &house;
    ACT(h, ASK(5, "wil"));
    ACT(h, YES(6, "ans", 5));
    expect_no_place(h, 5, NULL, "it names no date");
    ACT(h, ASK(7, "wil"), .run = "full");
    ACT(h, YES(8, "ans", 7));
    expect_no_place(h, 7, NULL, "the seats of this date are counted");
    assert_int_equal(court_state(h, 7), REQUEST_waitlisted);
}

/* The trail that a company may read has nothing of it. */
static void the_fund_places_on_the_own_route(void **unused)
{
    (void)unused;
    struct house *h = &house;
    char text[UUID_TEXT];
    house_put(h, "", "s", "{'type':'run','id':'any','course':'mig','start':'2026-12-21'}");
    ACT(h, ASK(9, "eva"), .run = "any", .sealed = true);
    OK(admin_place_request(h->central.db, court_id(9, text), NULL, NOW, &err));
    assert_int_equal(court_row(h, 9).seat, SEAT_PLACED);
    assert_int_equal(count_given(h, "amber"), 0);
    assert_int_equal(count_given(h, ""), 1);
    court_tick(h, NOW + 27 * DAY);
    assert_int_equal(court_row(h, 9).state, REQUEST_started);
}

/* What the list names by its number can be placed by that number. */
static void a_number_is_placed(void **unused)
{
    (void)unused;
    struct house *h = &house;
    struct err why = {0};
    struct database *db = h->central.db;
    house_put(h, "", "s", "{'type':'run','id':'any','course':'mig','start':'2026-12-21'}");
    ACT(h, ASK(81, "wim"), .run = "any");
    ACT(h, .type = TYPE_DECIDE, .id = 82, .person = "ans", .request = 81, .answer = ANSWER_yes);
    assert_int_equal(admin_place_request(db, "0000-0041", "beril", NOW, &why), -1);
    assert_int_equal(why.code, ERR_NOT_FOUND);
    OK(admin_place_request(db, "oooo oo4i", "amber", NOW, &err));
    assert_int_equal(court_row(h, 81).seat, SEAT_PLACED);
}

#define PLACE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE(the_fund_places_by_hand),
        PLACE(what_is_counted_or_has_no_date_is_not_placed),
        PLACE(the_fund_places_on_the_own_route),
        PLACE(a_number_is_placed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
