/* SPDX-License-Identifier: EUPL-1.2 */
/* A morning with 3,000 kiosks (U-04), with a server that was away (U-05) and with a site that lost
 * its line (U-06). What kiosks did is what the API saw of it. */
#include "fleet_house.h"

#include <jansson.h>
#include <locale.h>

#include "base/utf8.h"

#define NAMED 60
#define COMPANIES 60
#define SITES 3

/* What becomes of a kiosk, in this order among the 3,000. */
enum fate { GOOD, LATE, MISSING, NEVER, TLS, DISK, CRASHING, FATES };
static const int how_many[FATES] = {KIOSKS - NAMED, 20, 15, 10, 5, 5, 5};
static const enum fleet_cause wanted[FATES] = {FLEET_none, FLEET_silent, FLEET_silent,
    FLEET_no_sync_yet, FLEET_certificate, FLEET_disk, FLEET_crashing};
static const enum fleet_state stands[FATES] = {
    FLEET_synced, FLEET_late, FLEET_missing, FLEET_never, FLEET_late, FLEET_synced, FLEET_synced};

static struct {
    enum fate fate[KIOSKS];
    int count; /* of them: fewer on PostgreSQL, where each request goes to another program */
} fund;

/* ---- what a kiosk does ---- */

/* Trouble that is none, or none any more, is among it. */
static void say_well(int i, int64_t at)
{
    static const char *const bodies[] = {"{" SAID ",\"disk\":\"fine\",\"starts\":0,\"free\":9000}",
        "{" SAID ",\"disk\":\"fine\",\"starts\":5,\"free\":400}",
        "{" SAID ",\"disk\":\"fine\",\"starts\":1,\"cause\":\"certificate\",\"failures\":9,"
        "\"failing_until\":\"2026-11-10T00:10:00Z\"}"};
    assert_int_equal(say(i, at, bodies[i % 3]), 204);
}

static void say_tls(int i, int64_t at)
{
    char body[400], until[32];
    instant_format(at - HOUR, until);
    snprintf(body, sizeof(body),
        "{" SAID ",\"disk\":\"fine\",\"starts\":0,\"cause\":\"certificate\",\"failures\":7,"
        "\"failing_since\":\"%s\",\"failing_until\":\"%s\"}",
        until, until);
    assert_int_equal(say(i, at, body), 204);
}

static void sync_at(int i, int64_t at)
{
    ask_feed(i, at);
    say_well(i, at);
}

static void live(int i, enum fate fate)
{
    int64_t start = night_start(m.night), turn = 30 * MINUTE + (int64_t)i * 4800;
    switch (fate) {
    case GOOD:
        sync_at(i, start - DAY + turn);
        ask_feed(i, start + turn);
        break;
    case LATE:
        sync_at(i, start - DAY + turn);
        break;
    case MISSING:
        sync_at(i, start - (2 + i % 5) * DAY + turn);
        break;
    case NEVER:
        break;
    case TLS:
        ask_feed(i, start - DAY + turn);
        say_tls(i, start - DAY + turn);
        break;
    case DISK:
        ask_feed(i, start + turn);
        assert_int_equal(say(i, start + turn, "{" SAID ",\"disk\":\"full\",\"starts\":0}"), 204);
        break;
    default:
        ask_feed(i, start + turn);
        assert_int_equal(say(i, start + turn, "{" SAID ",\"disk\":\"fine\",\"starts\":17}"), 204);
    }
}

/* ---- the fund ---- */

/* The same for every run but for the order, which is by lot. */
static void draw_lots(void)
{
    int n = 0;
    fund.count = house_is_postgres() ? 300 : KIOSKS;
    for (int f = FATES - 1; f >= 0; f--)
        for (int k = 0; k < how_many[f] && n < fund.count; k++)
            fund.fate[n++] = (enum fate)f;
    for (int i = fund.count - 1; i > 0; i--) {
        uint32_t other = (uint32_t)i * 2654435761u % (uint32_t)(i + 1);
        enum fate swap = fund.fate[i];
        fund.fate[i] = fund.fate[other];
        fund.fate[other] = swap;
    }
}

static void fill_fund(void)
{
    char company[LIM_ID], site[LIM_ID];
    draw_lots();
    for (int i = 0; i < fund.count; i++) {
        snprintf(company, sizeof(company), "firm-%02d", i % COMPANIES);
        snprintf(site, sizeof(site), "Hal %d", i / COMPANIES % SITES);
        add_kiosk(i, company, site, fund.fate[i] != NEVER || i % 2);
    }
}

static void live_all(void)
{
    for (int i = 0; i < fund.count; i++)
        live(i, fund.fate[i]);
}

/* Counts lines, each of which fits. */
static int lines_of(const char *text)
{
    int n = 0;
    for (const char *at = text; *at; n++) {
        size_t len = strcspn(at, "\n");
        char line[400];
        snprintf(line, sizeof(line), "%.*s", (int)len, at);
        assert_true(utf8_width(line) <= FLEET_COLUMNS);
        at += len + 1;
    }
    return n;
}

/* ---- U-04 ---- */

static void expect_the_sixty(const struct fleet *f)
{
    int right = 0, wrong = 0;
    for (int i = 0; i < f->count; i++) {
        const struct fleet_kiosk *k = &f->kiosks[i];
        enum fate fate = fund.fate[name_number(k->kiosk.name)];
        bool named = k->cause != FLEET_none;
        right += named && k->cause == wanted[fate] && k->state == stands[fate];
        wrong += k->cause != wanted[fate] || k->state != stands[fate];
    }
    assert_int_equal(f->count, fund.count);
    assert_int_equal(right, NAMED);
    assert_int_equal(wrong, 0);
    assert_int_equal(f->place_count, 0);
    assert_int_equal(fleet_verdict(f), FLEET_LOOK);
}

static void expect_one_screen(const struct fleet *f)
{
    char counts[120], *text = text_of(f, &(struct fleet_view){0});
    assert_in_range(lines_of(text), 12, FLEET_LINES);
    snprintf(counts, sizeof(counts),
        "expected %d: synced %d, late 1 night 25, missing 2 or more 15, never 10\n", fund.count,
        fund.count - 50);
    assert_non_null(strstr(text, counts));
    assert_non_null(strstr(text, "\nsilent (35): "));
    assert_non_null(strstr(text, "\ncertificate (5): "));
    assert_non_null(strstr(text, "\ndisk (5): "));
    assert_non_null(strstr(text, "\ncrashing (5): "));
    assert_non_null(strstr(text, "\nnever (10): "));
    assert_non_null(strstr(text, "2026-11-24 13:00 CET\n")); /* now, here */
    free(text);
}

/* All of one cause, whoever was silent first first. */
static void expect_oldest_first(const struct fleet *f)
{
    char *text = text_of(f, &(struct fleet_view){.cause = FLEET_silent}), last[32] = "";
    int kiosks = 0;
    for (const char *at = strstr(text, "silent (35)"); (at = strstr(at, "\n  ")); kiosks++) {
        char line[21];
        snprintf(line, sizeof(line), "%.20s", at += 3);
        assert_true(strcmp(last, line) <= 0);
        str_copy(last, sizeof(last), line);
    }
    assert_int_equal(kiosks, 35);
    assert_null(strstr(text, "crashing"));
    free(text);
}

static void expect_json(const struct fleet *f)
{
    char *text = text_of(f, NULL);
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *kiosk;
    size_t i;
    assert_non_null(all);
    assert_int_equal(json_integer_value(json_object_get(all, "synced")), fund.count - 50);
    assert_true(json_is_true(json_object_get(all, "night_run")));
    assert_string_equal(json_string_value(json_object_get(all, "now")), "2026-11-24T12:00:00Z");
    assert_int_equal(json_array_size(json_object_get(all, "kiosks")), NAMED);
    json_array_foreach(json_object_get(all, "kiosks"), i, kiosk)
    {
        const char *name = json_string_value(json_object_get(kiosk, "name"));
        char cause[LIM_ID];
        choice_name(FLEET_CAUSES, wanted[fund.fate[name_number(name)]], cause);
        assert_string_equal(json_string_value(json_object_get(kiosk, "cause")), cause);
    }
    json_decref(all);
    free(text);
}

#define SERIES_MOST 500

static void expect_metrics(void)
{
    static const char *const lines[] = {"\nacht_kiosks_night{state=\"missing\"} 15\n",
        "\nacht_kiosks_named{cause=\"silent\"} 35\n", "\nacht_kiosks_named{cause=\"crashing\"} 5\n",
        "\nacht_places_silent 0\n", "\nacht_night_run 1\n", "\nacht_serving 1\n",
        "\nacht_writer_stuck 0\n"};
    static const char *const personal[] = {"firm-", "Hal", "k0", "k1", "k2"};
    struct http_response rs;
    struct http_request rq = house_request("GET", "/metrics", "");
    int64_t began = clock_monotonic();
    int series = 0;
    assert_int_equal(house_send(&m.house, &rq, &rs), 200);
    for (const char *at = rs.body.p; *at; at += strcspn(at, "\n") + 1)
        series += *at != '#';
    print_message("A-20: %d series of %d kiosks, in %lld ms\n", series, fund.count,
        (long long)(clock_monotonic() - began));
    assert_in_range(series, 60, SERIES_MOST);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (!strstr(rs.body.p, lines[i]))
            fail_msg("no%sin\n%s", lines[i], rs.body.p);
    for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
        assert_null(strstr(rs.body.p, personal[i]));
    char synced[80];
    snprintf(
        synced, sizeof(synced), "\nacht_kiosks_synced_within{hours=\"24\"} %d\n", fund.count - 50);
    assert_non_null(strstr(rs.body.p, synced));
    response_release(&rs);
}

static void exactly_the_sixty_are_named(void **unused)
{
    (void)unused;
    struct fleet f;
    begin(fill_fund);
    together(live_all);
    together(serve_always);
    int64_t began = clock_monotonic();
    load(&f);
    char *text = text_of(&f, &(struct fleet_view){0});
    print_message("U-04: %d kiosks judged and printed in %lld ms, %d lines:\n", fund.count,
        (long long)(clock_monotonic() - began), lines_of(text));
    fputs(text, stdout);
    free(text);
    expect_the_sixty(&f);
    expect_one_screen(&f);
    expect_oldest_first(&f);
    expect_json(&f);
    fleet_release(&f);
    expect_metrics();
    house_close(&m.house);
}

/* ---- U-06 ---- */

#define SITE 80

static int site_nights, site_answers; /* missed by the site; and by how many of it not */

/* 80 kiosks at one place, and 10 of the same company elsewhere, which are well. */
static void fill_site(void)
{
    for (int i = 0; i < SITE + 10; i++) {
        bool there = i < SITE;
        bool answers = !there || i < site_answers;
        add_kiosk(i, "firm", there ? "Noord" : "Zuid", true);
        ask_feed(i, night_start(m.night) + HOUR - (answers ? 0 : site_nights) * DAY);
    }
}

static void expect_alarms(
    int nights, int answers, enum fleet_verdict verdict, int places, int named, const char *says)
{
    struct fleet f;
    site_nights = nights;
    site_answers = answers;
    begin(fill_site);
    together(serve_always);
    load(&f);
    char *text = text_of(&f, &(struct fleet_view){0});
    assert_int_equal(fleet_verdict(&f), verdict);
    assert_int_equal(f.place_count, places);
    assert_int_equal(f.causes[FLEET_silent], named);
    if (!strstr(text, says))
        fail_msg("%s", text);
    assert_true(lines_of(text) <= FLEET_LINES);
    free(text);
    fleet_release(&f);
    house_close(&m.house);
}

static void a_silent_site_is_one_alarm(void **unused)
{
    (void)unused;
    static const char site[] = "80 kiosks of firm: the whole site Noord\n";
    expect_alarms(0, 0, FLEET_WELL, 0, 0, "synced 90,");
    expect_alarms(1, 0, FLEET_WELL, 1, 0, site); /* told, and no alarm yet */
    expect_alarms(2, 0, FLEET_LOOK, 1, 0, site);
    expect_alarms(2, 1, FLEET_LOOK, 0, 79, "\nsilent (79): "); /* control: not the line */
}

/* ---- U-05 ---- */

static void serve_but_at_night(void)
{
    serve(NOW - 2 * DAY, night_start(m.night) - HOUR);
    serve(night_end(m.night), NOW); /* for 6 hours nobody was there */
}

static void serve_no_more(void)
{
    serve(NOW - 2 * DAY, NOW - 10 * MINUTE);
}

static void serve_with_a_pause(void)
{
    serve(NOW - 2 * DAY, night_start(m.night) + HOUR);
    serve(night_start(m.night) + 2 * HOUR, NOW);
}

static void nothing(void)
{
}

static void expect_night(
    void (*serves)(void), bool all, enum fleet_verdict verdict, const char *says)
{
    struct fleet f;
    site_nights = 3;
    site_answers = 0;
    begin(fill_site);
    together(serves);
    load(&f);
    char *text = text_of(&f, &(struct fleet_view){.all = all});
    assert_int_equal(fleet_verdict(&f), verdict);
    if (!strstr(text, says))
        fail_msg("%s", text);
    bool names = strstr(text, "Noord");
    assert_int_equal(names, verdict != FLEET_NO_NIGHT || all);
    free(text);
    fleet_release(&f);
    house_close(&m.house);
}

static void without_a_server_nobody_is_to_blame(void **unused)
{
    (void)unused;
    expect_night(serve_always, false, FLEET_LOOK, "80 kiosks of firm"); /* control */
    expect_night(serve_with_a_pause, false, FLEET_LOOK,
        "No server was there from 2026-11-24 02:00 CET to 2026-11-24 03:00 CET.\n");
    expect_night(serve_but_at_night, false, FLEET_NO_NIGHT,
        "NO NIGHT RUN: a server was there for 0 minutes of the night's 300.\n"
        "No server was there from 2026-11-24 01:00 CET to 2026-11-24 06:00 CET.\n");
    expect_night(serve_no_more, false, FLEET_NO_NIGHT,
        "NO SERVER IS THERE NOW: what follows is as of when it was.\n"
        "No server was there from 2026-11-24 12:50 CET to 2026-11-24 13:00 CET.\n");
    expect_night(nothing, false, FLEET_NO_NIGHT, "NO NIGHT RUN");
    expect_night(nothing, true, FLEET_NO_NIGHT, "the whole site Noord");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_sixty_are_named),
        cmocka_unit_test(a_silent_site_is_one_alarm),
        cmocka_unit_test(without_a_server_nobody_is_to_blame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
