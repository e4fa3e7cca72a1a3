/* SPDX-License-Identifier: EUPL-1.2 */
/* the server's clock leaps, is set back, changes to summer time and from it. Meanwhile kiosks
 * send and read: the feed goes on ascending, each change comes once; tokens open, and codes do not
 * end before their time; and what is forgotten is what is old. */
#include "central_house.h"

#include <time.h>

#include "central/retention.h"

#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

enum { STEPS = 40, AT = 20 };

/* What the clock is wrong by at a step of a minute each. */
struct fault {
    const char *name;
    int64_t base, wrong; /* since step AT ... */
    int until;           /* ... and to this one */
};

#define SPRING INT64_C(1806195600000) /* 2027-03-28T01:00:00Z, summer time begins */
#define AUTUMN INT64_C(1824944400000) /* 2027-10-31T01:00:00Z, it ends */

static const struct fault faults[] = {
    {"a leap second", NOW, -1000, STEPS},
    {"set back by an hour", NOW, -HOUR, STEPS},
    {"set back by half a day, for a while", NOW, -12 * HOUR, AT + 10},
    {"a leap by 30 days, for a while", NOW, 30 * DAY, AT + 10},
    {"summer time begins", SPRING - AT *MINUTE, 0, STEPS},
    {"summer time ends", AUTUMN - AT *MINUTE, 0, STEPS},
};

static int64_t clock_at(const struct fault *f, int step)
{
    return f->base + step * MINUTE + (step >= AT && step < f->until ? f->wrong : 0);
}

struct follower {
    char cursor[LIM_CURSOR];
    int64_t seen; /* requests */
};

/* ---- a kiosk ---- */

static void ask_at(struct house *h, int step, int64_t now)
{
    struct buf body = BUF_INIT(LIM_BODY);
    struct http_response rs;
    char id[16], person[16];
    snprintf(id, sizeof(id), "%d", step + 1);
    snprintf(person, sizeof(person), "p%d", step);
    house_ask(&h->a, &(struct ask){id, person, "mig", NULL, NULL}, &body);
    struct http_request rq = house_request("POST", "/v1/journal", TOKEN_A);
    rq.body = body.p;
    rq.len = body.len;
    rq.now = now;
    assert_int_equal(house_send(h, &rq, &rs), 200);
    assert_non_null(strstr(rs.body.p, "accepted"));
    response_release(&rs);
    buf_release(&body);
}

static void read_feed(struct house *h, struct follower *f, int64_t now)
{
    for (bool more = true; more;) {
        struct http_response rs;
        struct trailer t;
        size_t lines;
        struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
        rq.cursor = f->cursor;
        rq.now = now;
        assert_int_equal(house_send(h, &rq, &rs), 200);
        OK(trailer_check(rs.body.p, rs.body.len, &lines, &t, &err));
        for (const char *at = rs.body.p; (at = strstr(at, "\"type\":\"request\"")); at++)
            f->seen++;
        str_copy(f->cursor, LIM_CURSOR, t.next);
        more = t.more;
        response_release(&rs);
    }
}

static int64_t last_seq(struct house *h)
{
    int64_t seq;
    OK(database_last_seq(h->central.db, &seq, &err));
    return seq;
}

/* ---- codes ---- */

static bool enrols(struct house *h, const char *code, int64_t now)
{
    struct buf body = BUF_INIT(LIM_LINE);
    struct http_response rs;
    struct http_request rq = house_request("POST", "/v1/enrol", "");
    assert_int_equal(code_to_json(code, &body), 0);
    rq.body = body.p;
    rq.len = body.len;
    rq.now = now;
    int status = house_send(h, &rq, &rs);
    response_release(&rs);
    buf_release(&body);
    return status == 200;
}

/* A code of one step, used at another: open unless the clock says that it is old, or of another day
 * to come. */
static void codes_live_long_enough(struct house *h, const struct fault *f)
{
    static const int uses[][2] = {{0, 14}, {AT - 1, AT}, {AT - 10, AT + 4}, {AT, AT + 14}};
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        char code[CODE_TEXT], name[16];
        struct kiosk kiosk;
        snprintf(name, sizeof(name), "Hal %zu", i + 10);
        OK(admin_add_kiosk(
            h->central.db, name, "amber", "", clock_at(f, uses[i][0]), code, &kiosk, &err));
        bool opens = enrols(h, code, clock_at(f, uses[i][1]));
        int64_t age = clock_at(f, uses[i][1]) - clock_at(f, uses[i][0]);
        if (!opens && age < 15 * MINUTE && age >= -DAY)
            fail_msg("%s: a code of step %d ended at %d", f->name, uses[i][0], uses[i][1]);
    }
}

/* ---- what is forgotten ---- */

static void put_notice(struct house *h, const char *id, int64_t at)
{
    char line[256], text[32];
    instant_format(at, text);
    snprintf(line, sizeof(line),
        "{'type':'notice','id':'%s','person':'anna','kind':'pin_set','at':'%s'}", id, text);
    house_put(h, "amber", "judge", line);
}

static bool has_notice(struct house *h, const char *id)
{
    struct arena mem = {0};
    struct record r;
    int rc = database_get(h->central.db, "amber", TYPE_NOTICE, id, &mem, &r, NULL);
    arena_release(&mem);
    assert_true(rc >= 0);
    return rc > 0;
}

/* As a server does it once a day. */
static void forget(struct house *h, int64_t now, bool trusting)
{
    struct retention_counts counts;
    int due = retention_due(h->central.db, now, NULL);
    assert_true(due >= 0);
    if (due || trusting)
        OK(retention_run(h->central.db, now, &counts, &err));
}

/* Days of a server whose clock is wrong on the third one. Notices are kept for 90 days. */
static void what_is_old_is_forgotten(struct house *h, const struct fault *f)
{
    int64_t start = f->base;
    put_notice(h, "old", start - 91 * DAY);
    put_notice(h, "young", start - 80 * DAY);
    for (int day = 0; day < 9; day++)
        forget(h, start + day * DAY + (day == 3 ? f->wrong : 0), false);
    assert_false(has_notice(h, "old"));
    assert_true(has_notice(h, "young")); /* 88 days old */
    for (int day = 9; day < 12; day++)
        forget(h, start + day * DAY, false);
    assert_false(has_notice(h, "young")); /* 91 days */
}

/* ---- all of it ---- */

static void put_people(struct house *h)
{
    for (int i = 0; i < STEPS; i++) {
        char line[256];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'p%d','name':'P','role':'worker'," BADGE "}", i);
        house_put(h, "amber", "roster", line);
    }
}

static void changes_come_in_order(struct house *h, const struct fault *f)
{
    struct follower own = {0};
    for (int step = 0; step < STEPS; step++) {
        int64_t before = last_seq(h), now = clock_at(f, step);
        ask_at(h, step, now);
        assert_true(last_seq(h) > before);
        read_feed(h, &own, now);
        if (own.seen != step + 1)
            fail_msg("%s: %lld requests after step %d", f->name, (long long)own.seen, step);
    }
}

static void live_through(const struct fault *f)
{
    struct house h;
    house_open(&h);
    house_fill(&h);
    put_people(&h);
    changes_come_in_order(&h, f);
    codes_live_long_enough(&h, f);
    what_is_old_is_forgotten(&h, f);
    house_close(&h);
}

static void the_clock_does_as_it_likes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        live_through(&faults[i]);
    print_message("A-22: %zu cases, %d changes each\n", sizeof(faults) / sizeof(faults[0]), STEPS);
}

/* The control: who believes every clock forgets too early. */
static void without_doubt_it_would_forget_too_early(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    put_notice(&h, "young", NOW - 80 * DAY);
    forget(&h, NOW, true);
    assert_true(has_notice(&h, "young"));
    forget(&h, NOW + 30 * DAY, true);
    assert_false(has_notice(&h, "young"));
    house_close(&h);
}

/* A clock that stays where it leapt is believed on the next day: a server was off for a while. */
static void a_long_pause_costs_a_day(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    put_notice(&h, "young", NOW - 80 * DAY);
    forget(&h, NOW, false);
    for (int hour = 0; hour < 20; hour += 4) /* nor is it by starting again */
        forget(&h, NOW + 40 * DAY + hour * HOUR, false);
    assert_true(has_notice(&h, "young"));
    forget(&h, NOW + 41 * DAY, false);
    assert_false(has_notice(&h, "young"));
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_does_as_it_likes),
        cmocka_unit_test(without_doubt_it_would_forget_too_early),
        cmocka_unit_test(a_long_pause_costs_a_day),
    };
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
