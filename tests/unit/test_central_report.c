/* SPDX-License-Identifier: EUPL-1.2 */
/* What kiosks may say of themselves, and what the server makes of it. */
#include "fleet_house.h"

/* ---- every cause ---- */

/* What each kiosk last said, a day before the night; without_all: it got through in the night, but
 * not to the end of the feed. */
static const struct {
    const char *said;
    int64_t clock_ahead;
    bool without_all;
    enum fleet_cause cause;
} causes[] = {
    {NULL, 0, false, FLEET_silent},
    {"\"cause\":\"no_network\"", 0, false, FLEET_silent},
    {"\"cause\":\"certificate\"", 0, false, FLEET_certificate},
    {"\"cause\":\"intercepted\"", 0, false, FLEET_certificate},
    {"\"cause\":\"clock\"", 0, false, FLEET_clock},
    {"\"stuck\":0", -2 * HOUR, false, FLEET_clock},
    {"\"stuck\":0", -HOUR / 2, false, FLEET_silent},
    {"\"cause\":\"portal\"", 0, false, FLEET_login},
    {"\"cause\":\"busy\"", 0, false, FLEET_server},
    {"\"cause\":\"server_wrong\"", 0, false, FLEET_server},
    {"\"version\":\"0.0.9\"", 0, false, FLEET_version},
    {"\"free\":49", 0, false, FLEET_disk},
    {"\"stuck\":0", 0, true, FLEET_unfinished},
};
#define CAUSES_TRIED ((int)(sizeof(causes) / sizeof(causes[0])))

static void say_cause(int i, int64_t at)
{
    char token[KEY_HEX], body[500], until[32];
    struct http_response rs;
    token_of(i, token);
    struct http_request rq = house_request("POST", "/v1/status", token);
    instant_format(at, until);
    snprintf(body, sizeof(body),
        "{%s,%s%s\"waiting\":0,\"damaged\":0,\"rebuilt\":0,\"lost\":0,\"disk\":\"fine\","
        "\"starts\":0,\"failures\":1,\"failing_until\":\"%s\"}",
        causes[i].said, strstr(causes[i].said, "version") ? "" : "\"version\":\"9.9\",",
        strstr(causes[i].said, "stuck") ? "" : "\"stuck\":0,", until);
    rq.now = at;
    rq.clock = at + causes[i].clock_ahead;
    rq.body = body;
    rq.len = strlen(body);
    if (house_send(&m.house, &rq, &rs) != 204)
        fail_msg("%s", body);
    response_release(&rs);
}

static void fill_causes(void)
{
    int64_t at = night_start(m.night) - DAY / 2;
    for (int i = 0; i < CAUSES_TRIED; i++) {
        add_kiosk(i, i % 2 ? "firm" : "other", i % 3 ? "Noord" : "Zuid", true);
        ask_feed(i, at);
        if (causes[i].said)
            say_cause(i, causes[i].without_all ? at + DAY : at);
    }
    for (int i = CAUSES_TRIED; i < CAUSES_TRIED + 12; i++) { /* no place is silent as a whole */
        add_kiosk(i, i % 2 ? "firm" : "other", i % 3 ? "Noord" : "Zuid", true);
        ask_feed(i, NOW);
    }
}

static void every_cause_is_told(void **unused)
{
    (void)unused;
    struct fleet f;
    begin(fill_causes);
    together(serve_always);
    load(&f);
    assert_int_equal(f.count, CAUSES_TRIED + 12);
    for (int i = 0; i < f.count; i++) {
        int n = name_number(f.kiosks[i].kiosk.name);
        enum fleet_cause cause = n < CAUSES_TRIED ? causes[n].cause : FLEET_none;
        if (f.kiosks[i].cause != cause)
            fail_msg("%d: %s", n, fleet_cause_says(f.kiosks[i].cause));
    }
    fleet_release(&f);
    house_close(&m.house);
}

/* ---- who got what was sent ---- */

static void one_kiosk(void)
{
    add_kiosk(7, "firm", "Noord", true);
}

static void expect_state(enum fleet_state state, enum fleet_cause cause)
{
    struct fleet f;
    load(&f);
    assert_int_equal(f.kiosks[0].state, state);
    assert_int_equal(f.kiosks[0].cause, cause);
    fleet_release(&f);
}

/* Somebody on the way cuts off each answer that is not empty: the server sent all of it, night
 * after night, and the kiosk asks for it again and again. */
static void what_never_arrives_is_no_sync(void **unused)
{
    (void)unused;
    begin(one_kiosk);
    together(serve_always);
    int64_t at = night_start(m.night) + HOUR;
    ask_feed(7, at - 3 * DAY);
    house_put(&m.house, "", "s",
        "{'type':'source','id':'s','name':'S','checked':'2026-11-24T02:00:00Z'}");
    ask_feed_once(7, at - 2 * DAY, false);
    ask_feed_once(7, at - DAY, false);
    expect_state(FLEET_missing, FLEET_silent);
    ask_feed_once(7, at, false);
    expect_state(FLEET_missing, FLEET_unfinished);
    ask_feed(7, at + HOUR); /* it arrives, which the next question shows */
    expect_state(FLEET_missing, FLEET_unfinished);
    ask_feed(7, at + 2 * HOUR);
    expect_state(FLEET_synced, FLEET_none);
    house_close(&m.house);
}

/* ---- what a kiosk may say ---- */

static void only_reports_are_kept(void **unused)
{
    (void)unused;
    static const struct {
        const char *body;
        int status;
    } cases[] = {
        {"{" SAID ",\"disk\":\"fine\",\"starts\":0}", 204},
        {"{" SAID ",\"disk\":\"fine\",\"starts\":0,\"later\":[1]}", 204}, /* of a newer kiosk */
        {"", 400},
        {"[]", 400},
        {"{}", 400},
        {"{" SAID ",\"starts\":0}", 400},
        {"{" SAID ",\"disk\":\"melted\",\"starts\":0}", 400},
        {"{" SAID ",\"disk\":\"fine\",\"starts\":-1}", 400},
        {"{" SAID ",\"disk\":\"fine\",\"starts\":\"0\"}", 400},
        {"{" SAID ",\"disk\":\"fine\",\"starts\":0,\"starts\":0}", 400},
        {"{" SAID ",\"disk\":\"fine\",\"starts\":0,\"oldest\":\"today\"}", 400},
        {"{" SAID ",\"disk\":\"fine\",\"starts\":9223372036854775807}", 400},
    };
    char large[LIM_STATUS + 2];
    begin(one_kiosk);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(say(7, NOW, cases[i].body), cases[i].status);
    memset(large, ' ', sizeof(large));
    large[LIM_STATUS + 1] = '\0';
    assert_int_equal(say(7, NOW, large), 413);
    assert_int_equal(say(8, NOW, cases[0].body), 401);
    house_close(&m.house);
}

/* The night is the last that has ended. */
static void a_night_ends_at_five(void **unused)
{
    (void)unused;
    int64_t night = night_last(NOW);
    assert_int_equal(night_start(night), NOW - 12 * HOUR);
    assert_int_equal(night_last(night_end(night)), night);
    assert_int_equal(night_last(night_end(night) - 1), night - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cause_is_told),
        cmocka_unit_test(what_never_arrives_is_no_sync),
        cmocka_unit_test(only_reports_are_kept),
        cmocka_unit_test(a_night_ends_at_five),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
