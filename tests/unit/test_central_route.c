/* SPDX-License-Identifier: EUPL-1.2 */
/* Every address of the API without sockets: what it gives, to whom, and what it refuses. */
#include <signal.h>
#include <sys/resource.h>

#include "central_house.h"

static void get(struct house *h, const char *path, const char *token, const char *cursor,
    struct http_response *rs)
{
    struct http_request rq = house_request("GET", path, token);
    rq.cursor = cursor;
    house_send(h, &rq, rs);
}

static void expect_error(const struct http_response *rs, int status, const char *code)
{
    char want[80];
    snprintf(want, sizeof(want), "{\"error\":{\"code\":\"%s\",\"message\":\"", code);
    if (rs->status != status || strncmp(rs->body.p, want, strlen(want)) != 0)
        fail_msg("%d %s, not %d %s", rs->status, rs->body.p, status, code);
    assert_string_equal(rs->type, JSON);
}

static void addresses_and_methods(void **unused)
{
    (void)unused;
    static const struct {
        const char *method, *path;
        int status;
        const char *allow;
    } cases[] = {
        {"GET", "/healthz", 200, NULL},
        {"GET", "/readyz", 200, NULL},
        {"GET", "/metrics", 200, NULL},
        {"POST", "/healthz", 405, "GET"},
        {"GET", "/v1/journal", 405, "POST"},
        {"GET", "/v1/enrol", 405, "POST"},
        {"DELETE", "/v1/feed", 405, "GET"},
        {"HEAD", "/v1/feed", 405, "GET"},
        {"get", "/healthz", 405, "GET"},
        {"GET", "/", 404, NULL},
        {"GET", "/v1/feed/", 404, NULL},
        {"GET", "/v1/feed/..", 404, NULL},
        {"GET", "", 404, NULL},
        {"GET", "/v2/feed", 404, NULL},
    };
    struct house h;
    house_open(&h);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_response rs;
        struct http_request rq = house_request(cases[i].method, cases[i].path, "");
        if (house_send(&h, &rq, &rs) != cases[i].status)
            fail_msg("%s %s: %d", cases[i].method, cases[i].path, rs.status);
        if (cases[i].allow)
            assert_string_equal(rs.allow, cases[i].allow);
        response_release(&rs);
    }
    house_close(&h);
}

/* No file may grow: what a full disk is to the server. */
/* false: nothing more can be written. */
static void let_it_write(bool writes)
{
    static struct rlimit was;
    if (house_is_postgres()) {
        house_postgres_open(writes);
        return;
    }
    if (!writes)
        getrlimit(RLIMIT_FSIZE, &was);
    setrlimit(RLIMIT_FSIZE, writes ? &was : &(struct rlimit){0, was.rlim_max});
}

static void it_is_ready_when_it_can_write(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    house_open(&h);
    signal(SIGXFSZ, SIG_IGN);
    let_it_write(false);
    get(&h, "/readyz", "", "", &rs);
    let_it_write(true);
    expect_error(&rs, 503, "not_ready");
    response_release(&rs);
    get(&h, "/readyz", "", "", &rs);
    assert_int_equal(rs.status, 200);
    response_release(&rs);
    house_close(&h);
}

static void only_kiosks_get_in(void **unused)
{
    (void)unused;
    static const char *const headers[] = {
        "",
        "Bearer ",
        "Bearer cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
        "Bearer " TOKEN_A "a",
        "bearer " TOKEN_A,
        "Basic " TOKEN_A,
        TOKEN_A,
        "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    struct house h;
    house_open(&h);
    house_fill(&h);
    for (const struct route *r = routes; r->method; r++) {
        if (!r->kiosks_only)
            continue;
        for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
            struct http_response rs;
            struct http_request rq = house_request(r->method, r->path, "");
            rq.authorization = headers[i];
            house_send(&h, &rq, &rs);
            expect_error(&rs, 401, "unauthorized");
            response_release(&rs);
        }
    }
    OK(admin_revoke_kiosk(h.central.db, h.a.id, &err));
    struct http_response rs;
    get(&h, "/v1/feed", TOKEN_A, "", &rs);
    expect_error(&rs, 401, ERROR_REVOKED);
    response_release(&rs);
    get(&h, "/v1/feed", TOKEN_B, "", &rs);
    assert_int_equal(rs.status, 200);
    response_release(&rs);
    house_close(&h);
}

/* ---- the feed ---- */

/* Fetches a page and checks that it is whole. */
static void page(struct house *h, const char *token, const char *cursor, struct http_response *rs,
    struct trailer *t)
{
    size_t lines;
    get(h, "/v1/feed", token, cursor, rs);
    assert_int_equal(rs->status, 200);
    assert_string_equal(rs->type, NDJSON);
    OK(trailer_check(rs->body.p, rs->body.len, &lines, t, &err));
}

static void the_feed_brings_what_is_new(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct trailer t;
    house_open(&h);
    house_fill(&h);
    house_put(&h, "", "s", "{'type':'run','id':'past','gone':true}");
    page(&h, TOKEN_A, "", &rs, &t);
    assert_int_equal(t.count, 10); /* itself, two people, the source, two courses, four runs */
    assert_false(t.more);
    assert_null(strstr(rs.body.p, "\"gone\"")); /* it was gone before the kiosk began */
    response_release(&rs);

    char cursor[LIM_CURSOR];
    str_copy(cursor, sizeof(cursor), t.next);
    page(&h, TOKEN_A, cursor, &rs, &t);
    assert_int_equal(t.count, 0);
    assert_string_equal(t.next, cursor);
    assert_true(rs.body.len < 1024);
    response_release(&rs);

    house_put(&h, "", "s", "{'type':'run','id':'today','gone':true}");
    house_put(&h, "", "s",
        "{'type':'course','id':'mig','source':'s','title':'MAG','provider':'P','form':'online'}");
    page(&h, TOKEN_A, cursor, &rs, &t);
    size_t len;
    assert_int_equal(t.count, 2);
    const char *line = house_line(&rs, 0, &len);
    assert_memory_equal(line, "{\"type\":\"run\",\"id\":\"today\",\"gone\":true}", len);
    line = house_line(&rs, 1, &len);
    assert_non_null(memmem(line, len, "\"MAG\"", 5));
    response_release(&rs);
    house_close(&h);
}

static void nothing_new_is_304(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct trailer t;
    char etag[LIM_CURSOR + 2];
    house_open(&h);
    house_fill(&h);
    page(&h, TOKEN_A, "", &rs, &t);
    str_copy(etag, sizeof(etag), rs.etag);
    response_release(&rs);
    struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
    rq.cursor = t.next;
    rq.if_none_match = etag;
    assert_int_equal(house_send(&h, &rq, &rs), 304);
    assert_int_equal(rs.body.len, 0);
    response_release(&rs);
    house_put(&h, "", "s", "{'type':'run','id':'today','gone':true}");
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    response_release(&rs);
    house_close(&h);
}

static void cursors_of_others_are_gone(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct trailer a, b;
    house_open(&h);
    house_fill(&h);
    page(&h, TOKEN_A, "", &rs, &a);
    response_release(&rs);
    page(&h, TOKEN_B, "", &rs, &b);
    response_release(&rs);
    char ahead[LIM_CURSOR], late[LIM_CURSOR], longer[LIM_CURSOR + 4], negative[LIM_CURSOR];
    snprintf(ahead, sizeof(ahead), "%.16s.999.0", a.next);
    snprintf(late, sizeof(late), "%.16s.1.999", a.next);
    snprintf(negative, sizeof(negative), "%.16s.-1.0", a.next);
    snprintf(longer, sizeof(longer), "%s0x", a.next);
    const char *const cursors[] = {b.next, ahead, late, longer, negative, "x", ".", "0.0.0",
        "99999999999999999999999999999999999999999999999999999999999999999999999999999"};
    for (size_t i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++) {
        get(&h, "/v1/feed", TOKEN_A, cursors[i], &rs);
        expect_error(&rs, 410, "cursor_unknown");
        response_release(&rs);
    }
    house_close(&h);
}

/* Many records: pages are bounded, follow each other without gaps, and each record comes once. */
static void pages_are_bounded_and_follow_each_other(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    struct buf description = BUF_INIT(LIM_TEXT);
    while (buf_puts(&description, "lassen ") == 0)
        ;
    buf_truncate(&description, 3999);
    OK(database_begin(h.central.db, &err));
    for (int i = 0; i < 1200; i++) {
        struct record r;
        enum put_result result;
        char id[16];
        snprintf(id, sizeof(id), "c%d", i);
        record_init(&r, TYPE_COURSE);
        r.id = id;
        record_set_text(&r, COURSE_source, "s");
        record_set_text(&r, COURSE_title, "T");
        record_set_text(&r, COURSE_provider, "P");
        record_set_number(&r, COURSE_form, FORM_online);
        if (i < 400) /* 1.6 MB: bounded by bytes; the others by their number */
            record_set_text(&r, COURSE_description, description.p);
        OK(database_put(h.central.db, "", "s", &r, false, &result, &err));
    }
    OK(database_commit(h.central.db, &err));
    struct trailer t = {.more = true};
    int64_t total = 0, pages = 0;
    char cursor[LIM_CURSOR] = "";
    while (t.more) {
        struct http_response rs;
        page(&h, TOKEN_A, cursor, &rs, &t);
        assert_true(t.count > 0 && t.count <= LIM_PAGE_RECORDS && rs.body.len <= LIM_PAGE);
        str_copy(cursor, sizeof(cursor), t.next);
        if (pages == 0)
            assert_true(t.count < 300); /* large records */
        total += t.count;
        pages++;
        response_release(&rs);
    }
    assert_int_equal(total, 1211);
    assert_int_equal(pages, 3);
    buf_release(&description);
    house_close(&h);
}

/* ---- two companies ---- */

static void post_ask(struct house *h, const struct kiosk *kiosk, const char *token,
    const struct ask *ask, int status)
{
    struct buf body = BUF_INIT(LIM_BODY);
    struct http_response rs;
    house_ask(kiosk, ask, &body);
    assert_int_equal(house_post(h, "/v1/journal", token, body.p, body.len, &rs), status);
    response_release(&rs);
    buf_release(&body);
}

static void companies_never_see_each_other(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h);
    static const struct ask anna = {"1", "anna", "mig", NULL, NULL},
                            bea = {"2", "bea", "mig", NULL, NULL};
    post_ask(&h, &h.a, TOKEN_A, &anna, 200);
    post_ask(&h, &h.b, TOKEN_B, &bea, 200);
    post_ask(&h, &h.b, TOKEN_A, &bea, 200); /* refused: not this kiosk */
    assert_int_equal(h.central.counts.judged.alarms, 1);
    static const struct {
        const char *token, *own[3], *other[4];
    } sides[] = {
        {TOKEN_A, {"\"Anna\"", "\"person\":\"anna\"", "\"Aad\""},
            {"Bea", "bea", "beril", "000002\""}},
        {TOKEN_B, {"\"Bea\"", "\"person\":\"bea\"", "\"id\":\"bea\""},
            {"Anna", "anna", "amber", "000001\""}},
    };
    for (size_t i = 0; i < 2; i++) {
        struct http_response rs;
        struct trailer t;
        page(&h, sides[i].token, "", &rs, &t);
        for (size_t k = 0; k < 3; k++)
            assert_non_null(strstr(rs.body.p, sides[i].own[k]));
        for (size_t k = 0; k < 4; k++)
            assert_null(strstr(rs.body.p, sides[i].other[k]));
        response_release(&rs);
    }
    house_close(&h);
}

/* ---- the journal ---- */

static void expect_verdicts(
    const struct http_response *rs, const enum verdict_kind *want, int count)
{
    size_t lines, len;
    struct trailer t;
    OK(trailer_check(rs->body.p, rs->body.len, &lines, &t, &err));
    assert_int_equal(t.count, count);
    for (int i = 0; i < count; i++) {
        struct verdict v;
        const char *line = house_line(rs, i, &len);
        OK(verdict_from_json(line, len, &v, &err));
        assert_int_equal(v.kind, want[i]);
    }
}

static void verdicts_come_in_order_with_a_trailer(void **unused)
{
    (void)unused;
    static const struct ask asks[] = {{"1", "anna", "mig", NULL, NULL},
        {"2", "anna", "mig", NULL, NULL}, {"3", "aad", "mig", "full", NULL}};
    static const enum verdict_kind want[] = {
        VERDICT_accepted, VERDICT_merged, VERDICT_accepted, VERDICT_refused, VERDICT_refused};
    struct house h;
    struct http_response rs;
    struct buf body = BUF_INIT(LIM_BODY);
    house_open(&h);
    house_fill(&h);
    for (int i = 0; i < 3; i++)
        house_ask(&h.a, &asks[i], &body);
    buf_puts(&body, "\nlast line, no newline");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(house_post(&h, "/v1/journal", TOKEN_A, body.p, body.len, &rs), 200);
        expect_verdicts(&rs, want, 5);
        response_release(&rs);
    }
    assert_int_equal(h.central.counts.judged.by_kind[VERDICT_accepted], 4);
    assert_int_equal(h.central.counts.judged.again, 3);
    buf_release(&body);
    house_close(&h);
}

/* Fills a body with `count` times `text`. */
static void repeat(struct buf *body, const char *text, int count)
{
    buf_clear(body);
    for (int i = 0; i < count; i++)
        buf_puts(body, text);
}

static void abuse_is_refused_and_changes_nothing(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct buf body = BUF_INIT(4 * 1024 * 1024);
    house_open(&h);
    house_fill(&h);
    static const struct {
        const char *text;
        int count, status;
    } cases[] = {
        {"", 0, 400},
        {"\n", LIM_BATCH, 200},
        {"\n", LIM_BATCH + 1, 413},
        {"\n", 1000000, 413},
        {"a", LIM_BODY, 200},
        {"a", LIM_BODY + 1, 413},
        {"[", LIM_BODY, 200},
        {"{\"a\":", 40000, 200},
        {"{\"id\":\"01936c5e-0000-7000-8000-000000000001\",\"id\":\"x\"}\n", 10, 200},
        {"{\"kind\":\"ask\",\"id\":\"\\u0000\"}\n", 10, 200},
        {"\xFF\xFE", 1000, 200},
        {"{\"id\":1e400,\"seq\":99999999999999999999}\n", 10, 200},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        repeat(&body, cases[i].text, cases[i].count);
        if (house_post(&h, "/v1/journal", TOKEN_A, body.p, body.len, &rs) != cases[i].status)
            fail_msg("case %zu: %d %.200s", i, rs.status, rs.body.p);
        assert_null(strstr(rs.body.p, "accepted"));
        response_release(&rs);
    }
    assert_int_equal(house_post(&h, "/v1/journal", TOKEN_A, "\0\0\n\0", 4, &rs), 200);
    response_release(&rs);
    buf_clear(&body);
    house_dump(&h, TYPE_REQUEST, &body);
    assert_string_equal(body.p, "");
    buf_release(&body);
    house_close(&h);
}

/* ---- what an operator looks at ---- */

static void metrics_have_no_names(void **unused)
{
    (void)unused;
    static const char *const names[] = {"anna", "Anna", "amber", "beril", "Hal"};
    struct house h;
    struct http_response rs;
    house_open(&h);
    house_fill(&h);
    static const struct ask anna = {"1", "anna", "mig", NULL, NULL};
    post_ask(&h, &h.a, TOKEN_A, &anna, 200);
    get(&h, "/metrics", "", "", &rs);
    assert_int_equal(rs.status, 200);
    assert_non_null(strstr(rs.body.p, "\nacht_entries_total{verdict=\"accepted\"} 1\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_records{type=\"person\"} 3\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_kiosks{state=\"enrolled\"} 2\n"));
    assert_non_null(strstr(rs.body.p, "\nacht_kiosks_night{state=\"never\"} 2\n"));
    assert_non_null(
        strstr(rs.body.p, "\nacht_http_answers_total{path=\"/v1/journal\",status=\"2xx\"} 1\n"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_null(strstr(rs.body.p, names[i]));
    response_release(&rs);
    house_close(&h);
}

static void lists_show_requests(void **unused)
{
    (void)unused;
    struct house h;
    char *text = NULL;
    size_t size;
    house_open(&h);
    house_fill(&h);
    static const struct ask anna = {"1", "anna", "mig", NULL, NULL},
                            bea = {"2", "bea", "mig", "full", NULL};
    post_ask(&h, &h.a, TOKEN_A, &anna, 200);
    post_ask(&h, &h.b, TOKEN_B, &bea, 200);
    FILE *out = open_memstream(&text, &size);
    const struct request_filter all = {0}, beril = {.company = "beril", .json = true};
    OK(admin_list_requests(h.central.db, &all, out, &err));
    OK(admin_list_requests(h.central.db, &beril, out, &err));
    OK(admin_list_kiosks(h.central.db, out, &err));
    fclose(out);
    assert_non_null(strstr(text, "amber             asked         none"));
    assert_non_null(strstr(text, "asked         none             Bea"));
    assert_non_null(strstr(text, "[\n{\"company\":\"beril\",\"type\":\"request\","));
    assert_null(strstr(text, "{\"company\":\"amber\""));
    assert_non_null(strstr(
        text, "amber             enrolled  2026-11-24T12:00:00Z                    Hal 3\n"));
    free(text);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_and_methods),
        cmocka_unit_test(it_is_ready_when_it_can_write),
        cmocka_unit_test(only_kiosks_get_in),
        cmocka_unit_test(the_feed_brings_what_is_new),
        cmocka_unit_test(nothing_new_is_304),
        cmocka_unit_test(cursors_of_others_are_gone),
        cmocka_unit_test(pages_are_bounded_and_follow_each_other),
        cmocka_unit_test(companies_never_see_each_other),
        cmocka_unit_test(verdicts_come_in_order_with_a_trailer),
        cmocka_unit_test(abuse_is_refused_and_changes_nothing),
        cmocka_unit_test(metrics_have_no_names),
        cmocka_unit_test(lists_show_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
