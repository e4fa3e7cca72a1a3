/* SPDX-License-Identifier: EUPL-1.2 */
/* One sync against servers that lie: nothing is applied, nothing stops waiting, and the screen gets
 * the right word for it. */
#include "unit/sync_house.h"

static void forget_body(struct response *r)
{
    buf_clear(&r->body);
}

static void lie_html(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    forget_body(r);
    buf_puts(&r->body, "<html>Welcome, please log in</html>");
    str_copy(r->type, sizeof(r->type), "text/html");
}

static void lie_portal(struct server *s, const struct request *q, struct response *r)
{
    lie_html(s, q, r);
    r->server_id[0] = '\0';
}

static void lie_other_server(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    str_copy(r->server_id, sizeof(r->server_id), "server-2");
}

static void lie_nameless(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    r->server_id[0] = '\0';
}

static void lie_json(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    str_copy(r->type, sizeof(r->type), WIRE_JSON);
}

#define STATUS(number)                                                                             \
    static void lie_##number(struct server *s, const struct request *q, struct response *r)        \
    {                                                                                              \
        (void)s, (void)q;                                                                          \
        r->status = number;                                                                        \
    }
STATUS(100)
STATUS(204)
STATUS(302)
STATUS(401)
STATUS(403)
STATUS(404)
STATUS(426)
STATUS(500)
STATUS(502)

static void lie_429(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    r->status = 429;
    r->retry_after = 30;
}

static void lie_503_nameless(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    r->status = 503;
    r->server_id[0] = '\0';
}

static void lie_empty(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    forget_body(r);
}

static void lie_cut(struct server *s, const struct request *q, struct response *r)
{
    (void)q;
    if (s->cut < r->body.len)
        buf_truncate(&r->body, s->cut);
}

static void lie_changed(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    r->body.p[strcspn(r->body.p, ":") + 2] ^= 1;
}

static void lie_line_lost(struct server *s, const struct request *q, struct response *r)
{
    (void)s, (void)q;
    size_t n = strcspn(r->body.p, "\n") + 1;
    char *rest = mem_strdup(r->body.p + n);
    forget_body(r);
    buf_puts(&r->body, rest);
    free(rest);
}

static void with_verdicts(const struct request *q, struct response *r,
    void (*see)(struct buf *out, int i, const char *id, const char *hash))
{
    forget_body(r);
    each_entry(q, &r->body, see);
    add_trailer(&r->body, "", false);
}

static void wrong_id(struct buf *out, int i, const char *id, const char *hash)
{
    (void)i, (void)id;
    add_verdict(out, "01936c5e-0000-7000-8000-000000000001", hash, VERDICT_accepted);
}

static void wrong_hash(struct buf *out, int i, const char *id, const char *hash)
{
    char other[DIGEST_HEX];
    (void)i;
    sha256_hex(hash, 8, other);
    add_verdict(out, id, other, VERDICT_accepted);
}

static void no_id(struct buf *out, int i, const char *id, const char *hash)
{
    (void)i, (void)id;
    add_verdict(out, "", hash, VERDICT_refused);
}

static void twice(struct buf *out, int i, const char *id, const char *hash)
{
    (void)i;
    add_verdict(out, id, hash, VERDICT_accepted);
    add_verdict(out, id, hash, VERDICT_refused);
}

static void unreadable(struct buf *out, int i, const char *id, const char *hash)
{
    if (i == 0)
        add_verdict(out, id, hash, VERDICT_accepted);
    else
        add_line(out, "{\"id\":\"x\",\"verdict\":\"perhaps\"}");
}

static void nothing(struct buf *out, int i, const char *id, const char *hash)
{
    (void)out, (void)i, (void)id, (void)hash;
}

#define VERDICT_LIE(name)                                                                          \
    static void lie_##name(struct server *s, const struct request *q, struct response *r)          \
    {                                                                                              \
        (void)s;                                                                                   \
        if (q->body)                                                                               \
            with_verdicts(q, r, name);                                                             \
    }
VERDICT_LIE(wrong_id)
VERDICT_LIE(wrong_hash)
VERDICT_LIE(no_id)
VERDICT_LIE(twice)
VERDICT_LIE(unreadable)
VERDICT_LIE(nothing)

struct lie {
    const char *name;
    void (*tell)(struct server *s, const struct request *q, struct response *r);
    enum cause want;
};

#define LIE(name, cause)                                                                           \
    {                                                                                              \
#name, lie_##name, CAUSE_##cause                                                           \
    }

/* Told to the push as well as to the pull. */
static const struct lie lies[] = {
    LIE(html, portal),
    LIE(portal, portal),
    LIE(other_server, portal),
    LIE(nameless, portal),
    LIE(json, portal),
    LIE(100, server_wrong),
    LIE(204, server_wrong),
    LIE(302, server_wrong),
    LIE(401, not_enrolled),
    LIE(403, not_enrolled),
    LIE(404, server_wrong),
    LIE(426, server_wrong),
    LIE(500, server_wrong),
    LIE(502, busy),
    LIE(429, busy),
    LIE(503_nameless, busy),
    LIE(empty, no_network),
    LIE(changed, server_wrong),
    LIE(line_lost, server_wrong),
};

static const struct lie verdict_lies[] = {
    LIE(wrong_id, server_wrong),
    LIE(wrong_hash, server_wrong),
    LIE(no_id, server_wrong),
    LIE(twice, server_wrong),
    LIE(unreadable, server_wrong),
    LIE(nothing, server_wrong),
};

static void page(struct response *r, const char *line, int lines, const char *next, bool more)
{
    forget_body(r);
    for (int i = 0; i < lines; i++)
        add_line(&r->body, line);
    add_trailer(&r->body, next, more);
}

#define FEED_LIE(name, ...)                                                                        \
    static void lie_##name(struct server *s, const struct request *q, struct response *r)          \
    {                                                                                              \
        (void)s;                                                                                   \
        if (!q->body)                                                                              \
            page(r, __VA_ARGS__);                                                                  \
    }
FEED_LIE(no_next, COURSE_LINE, 1, "", false)
FEED_LIE(nothing_at_all, COURSE_LINE, 0, "", false)
FEED_LIE(too_many, COURSE_LINE, LIM_PAGE_RECORDS + 1, "n", false)
FEED_LIE(bad_record, "{\"type\":\"course\",\"id\":\"c1\"}", 1, "n", false)
FEED_LIE(not_json, "hello", 1, "n", false)
FEED_LIE(entry, "{\"type\":7}", 1, "n", false)

static void lie_410(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (!q->body)
        r->status = 410;
}

static void lie_400(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (!q->body)
        r->status = 400;
}

static void lie_304(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (!q->body)
        r->status = 304;
}

static const struct lie feed_lies[] = {
    LIE(no_next, server_wrong),
    LIE(nothing_at_all, server_wrong),
    LIE(too_many, server_wrong),
    LIE(bad_record, server_wrong),
    LIE(not_json, server_wrong),
    LIE(entry, server_wrong),
    LIE(410, server_wrong),
    LIE(400, server_wrong),
    LIE(304, server_wrong),
};

/* After a lie: the asks still wait, no course came, and the screen gets the right word. */
static void check_lie(struct kiosk *k, const struct lie *lie, int waiting, int courses)
{
    struct err err = {0};
    char cause[LIM_ID];
    k->server.lie = lie->tell;
    if (sync_now(k, &err) != -1 || k->result.cause != lie->want || !err.msg[0])
        fail_msg("%s: cause %d: %s", lie->name, (int)k->result.cause, err.msg);
    struct store_status status = status_of(k);
    choice_name(CAUSES, lie->want, cause);
    if (status.waiting != waiting || status.courses != courses || strcmp(status.cause, cause) != 0)
        fail_msg("%s: %d wait, %d courses, %s", lie->name, (int)status.waiting, (int)status.courses,
            status.cause);
}

static void sync_truly_at_last(struct kiosk *k)
{
    k->server.lie = NULL;
    sync_well(k);
    assert_int_equal(status_of(k).waiting, 0);
    assert_int_equal(status_of(k).courses, 1);
}

static void no_lie_about_the_journal_empties_it(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (int i = 0; i < 3; i++)
        ask(&k, "c1");
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
        check_lie(&k, &lies[i], 3, 0);
    for (size_t i = 0; i < sizeof(verdict_lies) / sizeof(verdict_lies[0]); i++)
        check_lie(&k, &verdict_lies[i], 3, 1);
    sync_truly_at_last(&k);
    end(&k);
}

static void no_lie_about_the_feed_brings_a_course(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
        check_lie(&k, &lies[i], 0, 0);
    for (size_t i = 0; i < sizeof(feed_lies) / sizeof(feed_lies[0]); i++)
        check_lie(&k, &feed_lies[i], 0, 0);
    sync_truly_at_last(&k);
    end(&k);
}

static void half_an_answer_is_no_answer(void **unused)
{
    (void)unused;
    static const struct lie cut = LIE(cut, no_network);
    struct kiosk k;
    start(&k);
    struct buf whole = BUF_INIT(LIM_PAGE);
    answer_feed(&(struct request){.path = WIRE_FEED "?cursor="}, &whole);
    for (k.server.cut = 0; k.server.cut < whole.len - 1; k.server.cut++)
        check_lie(&k, &cut, 0, 0);
    ask(&k, "c1");
    for (k.server.cut = 0; k.server.cut < 250; k.server.cut++)
        check_lie(&k, &cut, 1, 0);
    buf_release(&whole);
    sync_truly_at_last(&k);
    end(&k);
}

static char left_out[LIM_ID]; /* the entry that never gets a verdict: the second one that came */

static void a_missing_verdict_leaves_only_its_entry(
    struct buf *out, int i, const char *id, const char *hash)
{
    if (i == 1 && !left_out[0])
        str_copy(left_out, sizeof(left_out), id);
    if (strcmp(id, left_out) != 0)
        add_verdict(out, id, hash, VERDICT_held);
}

static void lie_missing(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (q->body)
        with_verdicts(q, r, a_missing_verdict_leaves_only_its_entry);
}

static void what_the_server_left_out_stays(void **unused)
{
    (void)unused;
    static const struct lie missing = LIE(missing, server_wrong);
    struct kiosk k;
    start(&k);
    for (int i = 0; i < 3; i++)
        ask(&k, "c1");
    check_lie(&k, &missing, 1, 1);
    assert_int_equal(k.result.settled[VERDICT_held], 2);
    sync_truly_at_last(&k);
    end(&k);
}

/* A server that takes its time: one verdict an answer. All is sent in one sync all the same. */
static void one_verdict_at_a_time(struct buf *out, int i, const char *id, const char *hash)
{
    if (i == 0)
        add_verdict(out, id, hash, VERDICT_accepted);
}

static void lie_slowly(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    assert_true(!q->body || q->clock > 0); /* entries come with the kiosk's time */
    if (q->body)
        with_verdicts(q, r, one_verdict_at_a_time);
}

static void what_was_left_for_later_is_sent_at_once(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    for (int i = 0; i < 3; i++)
        ask(&k, "c1");
    k.server.lie = lie_slowly;
    sync_well(&k);
    assert_int_equal(k.result.settled[VERDICT_accepted], 3);
    assert_int_equal(status_of(&k).waiting, 0);
    end(&k);
}

static void no_answer_has_its_cause(void **unused)
{
    (void)unused;
    static const enum cause causes[] = {
        CAUSE_no_network, CAUSE_certificate, CAUSE_clock, CAUSE_server_wrong};
    struct kiosk k;
    start(&k);
    ask(&k, "c1");
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        k.server.broken = causes[i];
        check_lie(&k, &(struct lie){"broken", NULL, causes[i]}, 1, 0);
    }
    k.server.broken = CAUSE_ok;
    k.server.stop = true;
    struct err err = {0};
    assert_int_equal(sync_now(&k, &err), -1);
    assert_int_equal(k.result.cause, CAUSE_ok);
    assert_string_equal(status_of(&k).cause, "server_wrong");
    k.server.stop = false;
    sync_truly_at_last(&k);
    end(&k);
}

static void retry_after_reaches_the_schedule(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    check_lie(&k, &(struct lie)LIE(429, busy), 0, 0);
    assert_int_equal(k.result.retry_after, 30);
    check_lie(&k, &(struct lie)LIE(502, busy), 0, 0);
    assert_int_equal(k.result.retry_after, NO_RETRY_AFTER);
    end(&k);
}

static void lie_standing_still(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (!q->body && !asks_after(q, ""))
        page(r, RUN_LINE, 1, "a/1", true);
}

static void lie_endless(struct server *s, const struct request *q, struct response *r)
{
    char next[LIM_CURSOR];
    (void)q;
    snprintf(next, sizeof(next), "n%lld", (long long)s->endless++);
    page(r, RUN_LINE, 0, next, true);
}

static void a_feed_must_move_on_and_end(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    check_lie(&k, &(struct lie)LIE(standing_still, server_wrong), 0, 1);
    assert_int_equal(k.server.requests, 2);
    assert_true(status_of(&k).finished == NO_NUMBER);
    check_lie(&k, &(struct lie)LIE(endless, server_wrong), 0, 1);
    assert_int_equal(k.server.requests, LIM_PAGES);
    end(&k);
}

static void lie_new_type(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (asks_after(q, ""))
        page(r, "{\"type\":\"planet\",\"id\":\"x\"}", 3, "n-1", true);
}

static void unknown_types_are_passed_over(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    k.server.lie = lie_new_type;
    sync_well(&k);
    assert_int_equal(k.result.pages, 2);
    assert_int_equal(k.result.records, 0);
    end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_lie_about_the_journal_empties_it),
        cmocka_unit_test(no_lie_about_the_feed_brings_a_course),
        cmocka_unit_test(half_an_answer_is_no_answer),
        cmocka_unit_test(what_the_server_left_out_stays),
        cmocka_unit_test(what_was_left_for_later_is_sent_at_once),
        cmocka_unit_test(no_answer_has_its_cause),
        cmocka_unit_test(retry_after_reaches_the_schedule),
        cmocka_unit_test(a_feed_must_move_on_and_end),
        cmocka_unit_test(unknown_types_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
