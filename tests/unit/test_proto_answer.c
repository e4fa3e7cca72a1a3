/* SPDX-License-Identifier: EUPL-1.2 */
/* Verdicts and the trailer that makes an answer whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codec.h"

static void verdicts_survive_the_round_trip(void **unused)
{
    (void)unused;
    for (int kind = VERDICT_accepted; kind <= VERDICT_refused; kind++)
        for (int reason = REASON_none; reason <= REASON_not_this_kiosk; reason++) {
            struct verdict back,
                v = {.kind = (enum verdict_kind)kind, .reason = (enum reason)reason};
            struct err err = {0};
            struct buf line = BUF_INIT(LIM_LINE);
            str_copy(v.id, sizeof(v.id), kind ? "01936c5e-0000-7000-8000-000000000001" : "");
            sha256_hex("x", 1, v.hash);
            assert_int_equal(verdict_to_json(&v, &line), 0);
            assert_int_equal(verdict_from_json(line.p, line.len, &back, &err), 0);
            assert_string_equal(back.id, v.id);
            assert_string_equal(back.hash, v.hash);
            assert_int_equal(back.kind, v.kind);
            assert_int_equal(back.reason, v.reason);
            for (size_t len = 0; len < line.len; len++)
                assert_int_equal(verdict_from_json(line.p, len, &back, &err), -1);
            buf_release(&line);
        }
}

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static void strange_verdicts_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"{\"id\":\"x\",\"hash\":\"" HASH "\",\"verdict\":\"maybe\",\"reason\":\"none\"}",
            "verdict"},
        {"{\"id\":\"x\",\"hash\":\"" HASH "\",\"verdict\":\"accepted\",\"reason\":\"mood\"}",
            "reason"},
        {"{\"id\":\"x\",\"hash\":\"" HASH "\",\"reason\":\"none\"}", "verdict"},
        {"{\"id\":\"x\",\"hash\":\"short\",\"verdict\":\"held\",\"reason\":\"none\"}", "hash"},
        {"{\"id\":\"x\",\"verdict\":\"held\",\"reason\":\"none\"}", "hash"},
        {"{\"id\":\"a b\",\"hash\":\"" HASH "\",\"verdict\":\"held\",\"reason\":\"none\"}", "id"},
        {"{\"id\":7,\"hash\":\"" HASH "\",\"verdict\":\"held\",\"reason\":\"none\"}", "id"},
        {"[]", "object"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct verdict v;
        struct err err = {0};
        if (verdict_from_json(cases[i].line, strlen(cases[i].line), &v, &err) != -1 ||
            !strstr(err.msg, cases[i].says))
            fail_msg("%s: '%s'", cases[i].line, err.msg);
    }
}

/* Two lines and a trailer that fits them. */
static void make_answer(struct buf *body, struct trailer *t)
{
    buf_puts(body, "{\"a\":1}\n{\"b\":\"}{\"}\n");
    sha256_hex(body->p, body->len, t->digest);
    t->count = 2;
    str_copy(t->next, sizeof(t->next), "c-17");
    t->more = true;
    assert_int_equal(trailer_to_json(t, body), 0);
    buf_putc(body, '\n');
}

static int check(const char *body, size_t len)
{
    struct trailer t;
    struct err err = {0};
    size_t lines;
    int rc = trailer_check(body, len, &lines, &t, &err);
    assert_int_equal(rc == 0, err.code == ERR_NONE);
    return rc;
}

static void a_whole_answer_is_known_by_its_trailer(void **unused)
{
    (void)unused;
    struct buf body = BUF_INIT(LIM_PAGE);
    struct trailer want = {0}, t;
    struct err err = {0};
    size_t lines = 0;
    make_answer(&body, &want);
    assert_int_equal(trailer_check(body.p, body.len, &lines, &t, &err), 0);
    assert_int_equal(lines, strlen("{\"a\":1}\n{\"b\":\"}{\"}\n"));
    assert_true(t.count == 2 && t.more);
    assert_string_equal(t.next, "c-17");
    buf_release(&body);
}

static void an_answer_cut_or_changed_anywhere_is_not_whole(void **unused)
{
    (void)unused;
    struct buf body = BUF_INIT(LIM_PAGE);
    struct trailer t = {0};
    make_answer(&body, &t);
    for (size_t len = 0; len < body.len - 1; len++)
        assert_int_equal(check(body.p, len), -1);
    size_t lines = strlen("{\"a\":1}\n{\"b\":\"}{\"}\n");
    for (size_t at = 0; at < lines; at++)
        for (int bit = 0; bit < 8; bit++) {
            body.p[at] = (char)(body.p[at] ^ 1 << bit);
            assert_int_equal(check(body.p, body.len), -1);
            body.p[at] = (char)(body.p[at] ^ 1 << bit);
        }
    buf_puts(&body, "{\"c\":1}\n");
    assert_int_equal(check(body.p, body.len), -1);
    buf_release(&body);
}

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void strange_trailers_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *body;
        int want;
    } cases[] = {
        {"{\"end\":true,\"count\":0,\"digest\":\"" EMPTY "\"}", 0},
        {"{\"end\":true,\"count\":0,\"digest\":\"" EMPTY "\",\"new\":1}\n", 0},
        {"{\"end\":false,\"count\":0,\"digest\":\"" EMPTY "\"}", -1},
        {"{\"count\":0,\"digest\":\"" EMPTY "\"}", -1},
        {"{\"end\":true,\"count\":1,\"digest\":\"" EMPTY "\"}", -1},
        {"{\"end\":true,\"digest\":\"" EMPTY "\"}", -1},
        {"{\"end\":true,\"count\":0}", -1},
        {"{\"end\":true,\"count\":0,\"digest\":\"" HASH "\"}", -1},
        {"{\"end\":true,\"count\":0,\"digest\":\"" EMPTY "\",\"next\":\"a b\"}", -1},
        {"{\"end\":true,\"count\":0,\"digest\":\"" EMPTY "\",\"next\":7}", -1},
        {"{\"end\":true,\"count\":0,\"digest\":\"" EMPTY "\",\"more\":\"yes\"}", -1},
        {"{\"end\":true,\"count\":0,\"digest\":\"" EMPTY "\"}\n\n", -1},
        {"<html></html>\n", -1},
        {"\n", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (check(cases[i].body, strlen(cases[i].body)) != cases[i].want)
            fail_msg("%s", cases[i].body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_survive_the_round_trip),
        cmocka_unit_test(strange_verdicts_are_refused),
        cmocka_unit_test(a_whole_answer_is_known_by_its_trailer),
        cmocka_unit_test(an_answer_cut_or_changed_anywhere_is_not_whole),
        cmocka_unit_test(strange_trailers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
