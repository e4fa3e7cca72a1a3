/* SPDX-License-Identifier: EUPL-1.2 */
/* The judge on asks: each verdict, its effect, and that the order of arrival does not matter. */
#include "central_house.h"

enum { CHANGED = 1000 };

/* Judges one line at NOW and tells the verdict. */
static struct verdict judge(
    struct house *h, const struct kiosk *kiosk, const char *line, size_t len)
{
    struct buf lines = BUF_INIT(LIM_PAGE);
    struct judge_counts counts = {0};
    struct verdict v;
    const struct hearing hearing = {
        h->central.db, h->central.secrets, kiosk, NOW, NO_NUMBER, HASHES_MAX};
    OK(judge_batch(&hearing, line, len, &lines, &counts, &err));
    OK(verdict_from_json(lines.p, lines.len - 1, &v, &err));
    buf_release(&lines);
    return v;
}

static struct verdict judge_ask(struct house *h, const struct kiosk *kiosk, const struct ask *ask)
{
    struct buf line = BUF_INIT(LIM_LINE);
    house_ask(kiosk, ask, &line);
    struct verdict v = judge(h, kiosk, line.p, line.len);
    buf_release(&line);
    return v;
}

static void expect_dump(struct house *h, enum type_id type, const char *const *needles)
{
    struct buf dump = BUF_INIT(LIM_PAGE);
    house_dump(h, type, &dump);
    int lines = 0;
    for (const char *c = dump.p; (c = strchr(c, '\n')); c++)
        lines++;
    for (int i = 0; needles[i]; i++, lines--)
        if (!strstr(dump.p, needles[i]))
            fail_msg("no '%s' in: %s", needles[i], dump.p);
    if (lines != 0)
        fail_msg("%d lines too many: %s", lines, dump.p);
    buf_release(&dump);
}

static void asks_become_requests(void **unused)
{
    (void)unused;
    static const struct {
        struct ask ask;
        enum verdict_kind kind;
        enum reason reason;
        const char *request; /* what its record says, or NULL: none */
    } cases[] = {
        {{"1", "anna", "mig", NULL, NULL}, VERDICT_accepted, REASON_none, "\"state\":\"asked\""},
        {{"1", "anna", "mig", "soon", NULL}, VERDICT_accepted, REASON_none, "\"run\":\"soon\""},
        {{"1", "anna", "mig", "full", NULL}, VERDICT_accepted, REASON_none,
            "\"state\":\"asked\",\"reason\":\"none\",\"holder\":\"supervisor\""},
        {{"1", "anna", "mig", "today", NULL}, VERDICT_accepted, REASON_none, "\"run\":\"today\""},
        {{"1", "anna", "mig", "past", NULL}, VERDICT_refused, REASON_run_started,
            "\"state\":\"refused\",\"reason\":\"run_started\""},
        {{"1", "anna", "mig", "past", "2026-11-23T20:00:00Z"}, VERDICT_accepted, REASON_none,
            "\"state\":\"expired\"" /* in time, but nobody could answer it */},
        {{"1", "anna", "mig", "today", "2031-01-01T00:00:00Z"}, VERDICT_accepted, REASON_none,
            "\"asked_at\":\"2026-11-24T12:00:00Z\""},
        {{"1", "anna", "mig", "other", NULL}, VERDICT_refused, REASON_run_gone,
            "\"reason\":\"run_gone\""},
        {{"1", "anna", "mig", "nowhen", NULL}, VERDICT_refused, REASON_run_gone,
            "\"reason\":\"run_gone\""},
        {{"1", "anna", "mag", NULL, NULL}, VERDICT_refused, REASON_course_gone,
            "\"reason\":\"course_gone\""},
        {{"1", "bea", "mig", NULL, NULL}, VERDICT_refused, REASON_unknown_person, NULL},
        {{"1", "nobody", "mag", NULL, NULL}, VERDICT_refused, REASON_unknown_person, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct house h;
        house_open(&h);
        house_fill(&h);
        struct verdict v = judge_ask(&h, &h.a, &cases[i].ask);
        if (v.kind != cases[i].kind || v.reason != cases[i].reason)
            fail_msg("case %zu: %d %d", i, v.kind, v.reason);
        const char *const request[] = {cases[i].request, NULL};
        expect_dump(&h, TYPE_REQUEST, request);
        house_close(&h);
    }
}

static void the_same_again_has_one_effect(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    static const struct ask ask = {"1", "anna", "mig", "soon", NULL};
    struct verdict first = judge_ask(&h, &h.a, &ask);
    for (int i = 0; i < 3; i++) {
        struct verdict again = judge_ask(&h, &h.a, &ask);
        assert_int_equal(again.kind, first.kind);
        assert_string_equal(again.id, first.id);
        assert_string_equal(again.hash, first.hash);
    }
    /* Even when the world has changed since. */
    house_put(&h, "", "s", "{'type':'course','id':'mig','gone':true}");
    assert_int_equal(judge_ask(&h, &h.a, &ask).kind, VERDICT_accepted);
    static const char *const one[] = {"\"state\":\"asked\"", NULL};
    expect_dump(&h, TYPE_REQUEST, one);
    house_close(&h);
}

static void changed_bytes_do_not_count(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    static const struct ask first = {"1", "anna", "mig", NULL, NULL},
                            forged = {"1", "aad", "tig", NULL, NULL};
    judge_ask(&h, &h.a, &first);
    struct verdict v = judge_ask(&h, &h.a, &forged);
    assert_int_equal(v.kind, VERDICT_refused);
    assert_int_equal(v.reason, REASON_changed_bytes);
    assert_int_equal(judge_ask(&h, &h.a, &first).kind, VERDICT_accepted);
    static const char *const one[] = {"\"person\":\"anna\"", NULL};
    expect_dump(&h, TYPE_REQUEST, one);
    house_close(&h);
}

/* Another value for one byte of the line; false: it is no entry any more, or another one. */
static bool change(struct buf *line, int nth, struct arena *mem)
{
    struct entry before, after;
    struct err why = {0};
    size_t len = line->len - 1, at = (size_t)nth % len;
    arena_clear(mem);
    OK(entry_from_json(line->p, len, mem, &before, &err));
    line->p[at] ^= (char)(1 + (size_t)nth / len);
    return entry_from_json(line->p, len, mem, &after, &why) == 0 &&
           strcmp(after.id, before.id) == 0 && strcmp(after.kiosk, before.kiosk) == 0;
}

/* S-02: what was noted first stays, and each try is told. */
static void no_byte_of_an_entry_can_be_changed(void **unused)
{
    (void)unused;
    static const struct ask ask = {"1", "anna", "mig", "soon", NULL};
    static const char *const first[] = {"\"person\":\"anna\"", NULL};
    struct house h;
    struct arena mem = {0};
    struct buf line = BUF_INIT(LIM_LINE), lines = BUF_INIT(LIM_PAGE);
    struct judge_counts counts = {0};
    int wrong = 0, changed = 0;
    house_open(&h);
    house_fill(&h);
    assert_int_equal(judge_ask(&h, &h.a, &ask).kind, VERDICT_accepted);
    const struct hearing hearing = {
        h.central.db, h.central.secrets, &h.a, NOW, NO_NUMBER, HASHES_MAX};
    for (int nth = 0; changed < house_rounds(CHANGED); nth++) {
        struct verdict v;
        buf_clear(&line);
        buf_clear(&lines);
        house_ask(&h.a, &ask, &line);
        if (!change(&line, nth, &mem))
            continue;
        changed++;
        OK(judge_batch(&hearing, line.p, line.len, &lines, &counts, &err));
        OK(verdict_from_json(lines.p, lines.len - 1, &v, &err));
        wrong += v.kind != VERDICT_refused || v.reason != REASON_changed_bytes;
    }
    print_message("S-02: %d entries with a byte changed, %d taken for the first, %lld told\n",
        changed, wrong, (long long)counts.alarms);
    assert_int_equal(wrong, 0);
    assert_int_equal(counts.alarms, changed);
    expect_dump(&h, TYPE_REQUEST, first);
    assert_int_equal(judge_ask(&h, &h.a, &ask).kind, VERDICT_accepted); /* it is still known */
    buf_release(&line);
    buf_release(&lines);
    arena_release(&mem);
    house_close(&h);
}

static void a_refused_ask_stands_in_nobodys_way(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    static const struct ask early = {"1", "anna", "mag", NULL, NULL},
                            late = {"2", "anna", "mag", NULL, NULL};
    assert_int_equal(judge_ask(&h, &h.a, &early).reason, REASON_course_gone);
    house_put(&h, "", "s",
        "{'type':'course','id':'mag','source':'s','title':'MAG','provider':'P','form':'online'}");
    assert_int_equal(judge_ask(&h, &h.a, &late).kind, VERDICT_accepted);
    static const char *const both[] = {"\"state\":\"refused\"", "\"state\":\"asked\"", NULL};
    expect_dump(&h, TYPE_REQUEST, both);
    house_close(&h);
}

static void what_is_not_the_kiosks_own_or_no_entry(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    static const struct ask ask = {"1", "anna", "mig", NULL, NULL};
    struct buf line = BUF_INIT(LIM_LINE);
    house_ask(&h.b, &ask, &line);
    assert_int_equal(judge(&h, &h.a, line.p, line.len).reason, REASON_not_this_kiosk);
    /* It does not take the id from the kiosk that has it. */
    assert_int_equal(judge_ask(&h, &h.a, &ask).kind, VERDICT_accepted);
    buf_clear(&line);
    buf_printf(&line,
        "{\"kind\":\"dream\",\"id\":\"01936c5e-0000-7000-8000-000000000002\",\"kiosk\":\"%s\","
        "\"epoch\":\"e\",\"seq\":1,\"made_at\":\"2026-11-24T10:00:00Z\"}",
        h.a.id);
    assert_int_equal(judge(&h, &h.a, line.p, line.len).reason, REASON_unknown_kind);
    buf_clear(&line);
    buf_printf(&line,
        "{\"kind\":\"ask\",\"id\":\"01936c5e-0000-7000-8000-000000000003\",\"kiosk\":\"%s\","
        "\"epoch\":\"e\",\"seq\":1,\"made_at\":\"2026-11-24T10:00:00Z\",\"person\":7}",
        h.a.id);
    struct verdict v = judge(&h, &h.a, line.p, line.len);
    assert_int_equal(v.reason, REASON_malformed);
    assert_string_equal(v.id, "01936c5e-0000-7000-8000-000000000003");
    assert_int_equal(judge(&h, &h.a, "\0\xFF{", 3).reason, REASON_malformed);
    buf_release(&line);
    house_close(&h);
}

/* Two companies may have the same ids without meeting. */
static void companies_do_not_meet(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    static const struct ask anna = {"1", "anna", "mig", NULL, NULL},
                            bea = {"1", "bea", "mig", NULL, NULL};
    assert_int_equal(judge_ask(&h, &h.a, &anna).kind, VERDICT_accepted);
    assert_int_equal(judge_ask(&h, &h.b, &bea).kind, VERDICT_accepted);
    static const char *const both[] = {
        "amber {\"type\":\"request\"", "beril {\"type\":\"request\"", NULL};
    expect_dump(&h, TYPE_REQUEST, both);
    house_close(&h);
}

/* ---- the order of arrival ---- */

static const struct ask asks[] = {
    {"1", "anna", "mig", "soon", "2026-11-24T10:00:00Z"},
    {"2", "anna", "mig", "soon", "2026-11-24T09:00:00Z"},
    {"3", "anna", "mig", "soon", "2026-11-24T09:00:00Z"},
    {"4", "anna", "mig", NULL, "2026-11-24T08:00:00Z"},
    {"5", "aad", "mig", "full", "2026-11-24T08:00:00Z"},
    {"6", "aad", "mig", "full", "2026-11-24T07:00:00Z"},
};
#define ASKS (sizeof(asks) / sizeof(asks[0]))

static void judge_in_order(const size_t order[ASKS], struct buf *dump)
{
    struct house h;
    house_open(&h);
    house_fill(&h);
    for (size_t i = 0; i < ASKS; i++)
        judge_ask(&h, &h.a, &asks[order[i]]);
    house_dump(&h, TYPE_REQUEST, dump);
    house_close(&h);
}

/* Steps to the next order; false after the last. */
static bool next_order(size_t order[ASKS])
{
    size_t i = ASKS - 1, j = ASKS - 1;
    while (i > 0 && order[i - 1] > order[i])
        i--;
    if (i == 0)
        return false;
    while (order[j] < order[i - 1])
        j--;
    size_t t = order[i - 1];
    order[i - 1] = order[j];
    order[j] = t;
    for (j = ASKS - 1; i < j; i++, j--) {
        t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    return true;
}

static void every_order_ends_the_same(void **unused)
{
    (void)unused;
    size_t order[ASKS];
    struct buf want = BUF_INIT(LIM_PAGE), got = BUF_INIT(LIM_PAGE);
    for (size_t i = 0; i < ASKS; i++)
        order[i] = i;
    judge_in_order(order, &want);
    assert_non_null(strstr(want.p, "8000-000000000002\""));
    assert_null(strstr(want.p, "8000-000000000003\""));
    assert_non_null(strstr(want.p, "8000-000000000006\""));
    for (int n = 0; next_order(order); n++) {
        if (n % (house_is_postgres() ? 97 : 7)) /* 103 of the 720 orders, there 8 */
            continue;
        buf_clear(&got);
        judge_in_order(order, &got);
        if (strcmp(want.p, got.p) != 0)
            fail_msg("order %d:\n%snot\n%s", n, got.p, want.p);
    }
    buf_release(&want);
    buf_release(&got);
}

/* A clock that is years off corrects nothing: neither is the batch lost, nor does an ask get older
 * than it can be. */
static void a_clock_that_jumped_stops_nothing(void **unused)
{
    (void)unused;
    static const int64_t years[] = {60, 10, -10, -50, 1000};
    for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
        static const struct ask anna = {"1", "anna", "mig", NULL, NULL};
        struct house h;
        struct http_response rs;
        struct buf body = BUF_INIT(LIM_BODY), dump = BUF_INIT(LIM_PAGE);
        house_open(&h);
        house_fill(&h);
        house_ask(&h.a, &anna, &body);
        struct http_request rq = house_request("POST", "/v1/journal", TOKEN_A);
        rq.body = body.p;
        rq.len = body.len;
        rq.clock = rq.now + years[i] * 365 * 24 * 3600 * INT64_C(1000);
        assert_int_equal(house_send(&h, &rq, &rs), 200);
        assert_non_null(strstr(rs.body.p, "\"verdict\":\"accepted\""));
        house_dump(&h, TYPE_REQUEST, &dump);
        assert_non_null(strstr(dump.p, "\"asked_at\":\"2026-11-24T"));
        response_release(&rs);
        buf_release(&body);
        buf_release(&dump);
        house_close(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_become_requests),
        cmocka_unit_test(the_same_again_has_one_effect),
        cmocka_unit_test(changed_bytes_do_not_count),
        cmocka_unit_test(no_byte_of_an_entry_can_be_changed),
        cmocka_unit_test(a_refused_ask_stands_in_nobodys_way),
        cmocka_unit_test(what_is_not_the_kiosks_own_or_no_entry),
        cmocka_unit_test(companies_do_not_meet),
        cmocka_unit_test(every_order_ends_the_same),
        cmocka_unit_test(a_clock_that_jumped_stops_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
