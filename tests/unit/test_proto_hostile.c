/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines that are not what they claim to be: what is refused, with which word, and what is let be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codec.h"

#define RUN(rest) "{\"type\":\"run\",\"id\":\"r1\"" rest "}"
#define COURSE(rest)                                                                               \
    "{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"title\":\"t\",\"provider\":\"p\","      \
    "\"form\":\"online\"" rest "}"

/* says: a word of the message; NULL when the line is fine. */
struct line_case {
    const char *line;
    int want;
    const char *says;
};

static const struct line_case records[] = {
    {RUN(",\"course\":\"c1\""), 0, NULL},
    {RUN(",\"gone\":true"), 0, NULL},
    {RUN(",\"gone\":false,\"course\":\"c1\""), 0, NULL},
    {RUN(",\"course\":\"c1\",\"colour\":{\"new\":[1,2.5,null]}"), 0, NULL},
    {" " RUN(",\"course\":\"c1\"") "\r", 0, NULL},
    {"{\"type\":\"planet\",\"id\":\"x\"}", 1, NULL},
    {"{\"type\":\"ask\",\"id\":\"x\"}", 1, NULL},
    {"{\"type\":\"hit\",\"id\":\"x\"}", 1, NULL},
    {"", -1, "JSON"},
    {"null", -1, "JSON"},
    {"[]", -1, "object"},
    {"<html>", -1, "JSON"},
    {RUN(",\"course\":\"c1\"") "{}", -1, "JSON"},
    {"{\"id\":\"r1\"}", -1, "type"},
    {"{\"type\":7,\"id\":\"r1\"}", -1, "type"},
    {"{\"type\":\"run\",\"course\":\"c1\"}", -1, "id"},
    {"{\"type\":\"run\",\"id\":\"a b\",\"course\":\"c1\"}", -1, "id"},
    {"{\"type\":\"run\",\"id\":\"\",\"course\":\"c1\"}", -1, "id"},
    {RUN(""), -1, "course"},
    {RUN(",\"gone\":1"), -1, "gone"},
    {RUN(",\"course\":\"c1\",\"course\":\"c2\""), -1, "JSON"},
    {RUN(",\"id\":\"r2\",\"course\":\"c1\""), -1, "JSON"},
    {RUN(",\"course\":null"), -1, "course"},
    {RUN(",\"course\":7"), -1, "course"},
    {RUN(",\"course\":\"c\\u0000d\""), -1, "JSON"},
    {RUN(",\"course\":\"c1\",\"seats\":-1"), -1, "seats"},
    {RUN(",\"course\":\"c1\",\"seats\":100001"), -1, "seats"},
    {RUN(",\"course\":\"c1\",\"seats\":1.5"), -1, "seats"},
    {RUN(",\"course\":\"c1\",\"seats\":\"12\""), -1, "seats"},
    {RUN(",\"course\":\"c1\",\"seats\":9223372036854775808"), -1, "JSON"},
    {RUN(",\"course\":\"c1\",\"seats\":-9223372036854775808"), -1, "seats"},
    {RUN(",\"course\":\"c1\",\"start\":\"2027-02-29\""), -1, "start"},
    {RUN(",\"course\":\"c1\",\"start\":20270112"), -1, "start"},
    {RUN(",\"course\":\"c1\",\"place\":\"\\ud800\""), -1, "JSON"},
    {RUN(",\"course\":\"c1\",\"place\":\"\xff\""), -1, "JSON"},
    {RUN(",\"course\":\"c1\",\"place\":[\"Zwolle\"]"), -1, "place"},
    {COURSE(",\"themes\":[\"a\",\"b\"]"), 0, NULL},
    {COURSE(",\"themes\":\"a\""), -1, "themes"},
    {COURSE(",\"themes\":[\"a\",7]"), -1, "themes"},
    {COURSE(",\"themes\":[[\"a\"]]"), -1, "themes"},
    {COURSE(",\"read_aloud\":1"), -1, "read_aloud"},
    {COURSE(",\"price\":1250.00"), -1, "price"},
    {COURSE(",\"form\":\"online\""), -1, "JSON"},
    {"{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"title\":\"t\",\"provider\":\"p\","
     "\"form\":\"telepathy\"}",
        -1, "form"},
    {"{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"title\":\"\\u200b \",\"provider\":\"\","
     "\"form\":\"online\"}",
        -1, "provider"},
};

static void check_record(const struct line_case *c)
{
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    int rc = record_from_json(c->line, strlen(c->line), &mem, &r, &err);
    if (rc != c->want || (rc < 0) != (err.code == ERR_DATA) ||
        (c->says && !strstr(err.msg, c->says)))
        fail_msg("%s: %d '%s'", c->line, rc, err.msg);
    arena_release(&mem);
}

static void records_are_read_strictly(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        check_record(&records[i]);
}

static void texts_are_made_safe(void **unused)
{
    (void)unused;
    static const char line[] =
        "{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"provider\":\"a\\nb\\tc\","
        "\"form\":\"online\",\"title\":\"  \\u001b[2J\\u202eevil\\u0000x\","
        "\"description\":\"one\\n\\ntwo\",\"themes\":[\" a\\nb \",\"\",\"c\"]}";
    static const char fine[] =
        "{\"type\":\"course\",\"id\":\"c1\",\"source\":\"s\",\"provider\":\"a\\nb\\tc\","
        "\"form\":\"online\",\"title\":\"  \\u001b[2J\\u202eevil\","
        "\"description\":\"one\\n\\ntwo\",\"themes\":[\" a\\nb \",\"\",\"c\"]}";
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    assert_int_equal(record_from_json(line, sizeof(line) - 1, &mem, &r, &err), -1);
    err_clear(&err);
    assert_int_equal(record_from_json(fine, sizeof(fine) - 1, &mem, &r, &err), 0);
    assert_string_equal(record_text(&r, COURSE_title), "?[2J?evil");
    assert_string_equal(record_text(&r, COURSE_provider), "a b c");
    assert_string_equal(record_text(&r, COURSE_description), "one\n\ntwo");
    assert_string_equal(record_text(&r, COURSE_themes), "a b\nc");
    arena_release(&mem);
}

static void deep_and_long_lines_are_refused_unparsed(void **unused)
{
    (void)unused;
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    struct buf line = BUF_INIT(4 * LIM_LINE);
    for (int i = 0; i < LIM_LINE; i++)
        buf_putc(&line, '[');
    assert_int_equal(record_from_json(line.p, line.len, &mem, &r, &err), -1);
    assert_non_null(strstr(err.msg, "nested"));
    err_clear(&err);
    buf_clear(&line);
    buf_printf(&line, "%-*s", LIM_LINE + 1, RUN(",\"course\":\"c1\""));
    assert_int_equal(record_from_json(line.p, line.len, &mem, &r, &err), -1);
    assert_non_null(strstr(err.msg, "longer"));
    assert_int_equal(record_from_json(line.p, LIM_LINE, &mem, &r, &err), 0);
    buf_release(&line);
    arena_release(&mem);
}

static void a_line_may_nest_to_the_limit(void **unused)
{
    (void)unused;
    struct arena mem = {0};
    struct record r;
    for (int depth = LIM_JSON_DEPTH - 2; depth <= LIM_JSON_DEPTH; depth++) {
        struct err err = {0};
        struct buf line = BUF_INIT(LIM_LINE);
        buf_puts(
            &line, "{\"type\":\"run\",\"id\":\"r\",\"course\":\"[[[[[\\\"[[[[[[[[[[[[\",\"x\":");
        for (int i = 0; i < depth; i++)
            buf_putc(&line, '[');
        for (int i = 0; i < depth; i++)
            buf_putc(&line, ']');
        buf_putc(&line, '}');
        int rc = record_from_json(line.p, line.len, &mem, &r, &err);
        assert_int_equal(
            rc, -1); /* the quote makes it no id; what matters is which check said so */
        assert_int_equal(strstr(err.msg, "nested") != NULL, depth + 1 > LIM_JSON_DEPTH);
        buf_release(&line);
    }
    arena_release(&mem);
}

#define UUID "01936c5e-0000-7000-8000-000000000001"
#define ENTRY(id, kiosk, epoch, seq, made_at, rest)                                                \
    "{\"kind\":\"ask\",\"id\":" id ",\"kiosk\":" kiosk ",\"epoch\":" epoch ",\"seq\":" seq         \
    ",\"made_at\":" made_at rest "}"
#define GOOD "\"" UUID "\"", "\"k1\"", "\"e1\"", "1", "\"2026-11-24T02:14:00Z\""
#define ASK ",\"person\":\"p\",\"course\":\"c\",\"title\":\"t\""
#define WITH(...) ENTRY(__VA_ARGS__)

static const struct {
    const char *line;
    int want;
    const char *id, *kiosk;
} entries[] = {
    {WITH(GOOD, ASK), 0, UUID, "k1"},
    {WITH(GOOD, ASK ",\"extra\":1"), 0, UUID, "k1"},
    {WITH(GOOD, ",\"person\":\"p\""), -1, UUID, "k1"},
    {"{\"kind\":\"dance\",\"id\":\"" UUID "\",\"kiosk\":\"k1\",\"epoch\":\"e\",\"seq\":1,"
     "\"made_at\":\"2026-11-24T02:14:00Z\"}",
        1, UUID, "k1"},
    {"{\"kind\":\"ask\",\"id\":\"" UUID "\"}", -1, UUID, ""},
    {"{\"kind\":\"course\",\"id\":\"" UUID "\",\"kiosk\":\"k1\"}", -1, UUID, "k1"},
    {ENTRY("\"c1\"", "\"k1\"", "\"e\"", "1", "\"2026-11-24T02:14:00Z\"", ASK), -1, "", "k1"},
    {ENTRY("7", "\"k1\"", "\"e\"", "1", "\"2026-11-24T02:14:00Z\"", ASK), -1, "", "k1"},
    {ENTRY("\"" UUID "\"", "\"k 1\"", "\"e\"", "1", "\"2026-11-24T02:14:00Z\"", ASK), -1, UUID, ""},
    {ENTRY("\"" UUID "\"", "\"k1\"", "\"\"", "1", "\"2026-11-24T02:14:00Z\"", ASK), -1, UUID, "k1"},
    {ENTRY("\"" UUID "\"", "\"k1\"", "\"e\"", "0", "\"2026-11-24T02:14:00Z\"", ASK), -1, UUID,
        "k1"},
    {ENTRY("\"" UUID "\"", "\"k1\"", "\"e\"", "1.0", "\"2026-11-24T02:14:00Z\"", ASK), -1, UUID,
        "k1"},
    {ENTRY("\"" UUID "\"", "\"k1\"", "\"e\"", "1", "\"yesterday\"", ASK), -1, UUID, "k1"},
    {"{\"kind\":\"ask\"", -1, "", ""},
    {"garbage", -1, "", ""},
};

static void entries_keep_what_of_the_envelope_can_be_read(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        struct arena mem = {0};
        struct entry e;
        struct err err = {0};
        int rc = entry_from_json(entries[i].line, strlen(entries[i].line), &mem, &e, &err);
        if (rc != entries[i].want || strcmp(e.id, entries[i].id) != 0 ||
            strcmp(e.kiosk, entries[i].kiosk) != 0)
            fail_msg("%s: %d '%s' id '%s'", entries[i].line, rc, err.msg, e.id);
        arena_release(&mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_strictly),
        cmocka_unit_test(texts_are_made_safe),
        cmocka_unit_test(deep_and_long_lines_are_refused_unparsed),
        cmocka_unit_test(a_line_may_nest_to_the_limit),
        cmocka_unit_test(entries_keep_what_of_the_envelope_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
