/* SPDX-License-Identifier: EUPL-1.2 */
/* The CSV reader: what RFC 4180 allows, and what people send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "central/csv.h"

/* Reads all rows of a text as "a|b" lines; a bad row as "!reason". */
static void read_all(const char *text, size_t len, struct buf *out)
{
    FILE *in = len ? fmemopen((void *)text, len, "r") : fopen("/dev/null", "r");
    struct csv *c = mem_alloc(sizeof(*c));
    assert_non_null(in);
    csv_start(c, in);
    for (;;) {
        struct err err = {0};
        enum csv_result got = csv_next(c, &err);
        if (got == CSV_END)
            break;
        if (got == CSV_BAD)
            buf_printf(out, "!%s", err.msg);
        for (int i = 0; got == CSV_ROW && i < c->count; i++)
            buf_printf(out, "%s%s", i ? "|" : "", csv_field(c, i));
        buf_printf(out, "@%lld,%lld\n", (long long)c->row, (long long)c->line);
    }
    csv_release(c);
    free(c);
    fclose(in);
}

static void rows_are_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *rows;
    } cases[] = {
        {"", ""},
        {"a", "a@1,1\n"},
        {"a,b\nc,d\n", "a|b@1,1\nc|d@2,2\n"},
        {"a,b\r\nc,d\r\n", "a|b@1,1\nc|d@2,2\n"},
        {"\xEF\xBB\xBF"
         "a,b\n",
            "a|b@1,1\n"},
        {"\xEF\xBB\xBF\"a\",b\n", "a|b@1,1\n"},
        {"a,,\n,,b\n", "a||@1,1\n||b@2,2\n"},
        {"a\n\n\nb\n", "a@1,1\nb@4,4\n"},
        {"\r\na\n", "a@2,2\n"},
        {"\"a,b\",\"c\"\"d\"\n", "a,b|c\"d@1,1\n"},
        {"\"a\nb\",c\nd,e\n", "a\nb|c@1,1\nd|e@2,3\n"},
        {"\"a\r\n\r\nb\"\nd\n", "a\r\n\r\nb@1,1\nd@2,4\n"},
        {"\"\",\"\"\"\"\n", "|\"@1,1\n"},
        {"\"a\"", "a@1,1\n"},
        {" a , b \n", " a | b @1,1\n"},
        {"\xC3\xA9\xE2\x82\xAC,\xFF\n", "\xC3\xA9\xE2\x82\xAC|\xFF@1,1\n"},
        {"a,b\r", "a|b@1,1\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out = BUF_INIT(LIM_PAGE);
        read_all(cases[i].text, strlen(cases[i].text), &out);
        if (strcmp(out.p, cases[i].rows) != 0)
            fail_msg("case %zu: got '%s', not '%s'", i, out.p, cases[i].rows);
        buf_release(&out);
    }
}

static void bad_rows_are_told_and_passed_over(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t len;
        const char *rows;
    } cases[] = {
#define CASE(text, rows) {text, sizeof(text) - 1, rows}
        CASE("a\"b,c\nd\n", "!column 1 has a quote in the middle@1,1\nd@2,2\n"),
        CASE("x,\"a\"b\nd\n", "!column 2 goes on after its closing quote@1,1\nd@2,2\n"),
        CASE("a,\"b\n\nc", "!column 2 has no closing quote@1,1\n"),
        CASE("a\rb\nc\n", "!a carriage return without a line feed@1,1\nc@2,2\n"),
        CASE("a,b\0c\nd\n", "!column 2 holds a NUL byte@1,1\nd@2,2\n"),
        CASE("\"a\0\"\nd\n", "!column 1 holds a NUL byte@1,1\nd@2,2\n"),
#undef CASE
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out = BUF_INIT(LIM_PAGE);
        read_all(cases[i].text, cases[i].len, &out);
        if (strcmp(out.p, cases[i].rows) != 0)
            fail_msg("case %zu: got '%s', not '%s'", i, out.p, cases[i].rows);
        buf_release(&out);
    }
}

/* `count` times c, between two texts. */
static void fill(struct buf *text, const char *before, char c, size_t count, const char *after)
{
    buf_puts(text, before);
    for (size_t i = 0; i < count; i++)
        buf_putc(text, c);
    buf_puts(text, after);
}

static void fields_and_rows_are_bounded(void **unused)
{
    (void)unused;
    static const struct {
        const char *before;
        char c;
        size_t count;
        const char *after, *starts;
    } cases[] = {
        {"x,", 'a', LIM_CSV_FIELD, "\nd\n", "x|aaa"},
        {"x,", 'a', LIM_CSV_FIELD + 1, "\nd\n", "!column 2 is longer than 65536 bytes@1,1\nd@2,2"},
        {"x,\"", 'a', LIM_CSV_FIELD, "\"\nd\n", "x|aaa"},
        {"x,\"", 'a', LIM_CSV_FIELD + 1, "\nd\n",
            "!column 2 is longer than 65536 bytes: a closing quote is missing@1,1\nd@2,2"},
        {"", ',', LIM_CSV_COLUMNS - 1, "\nd\n", "|||"},
        {"", ',', LIM_CSV_COLUMNS, "\nd\n", "!more than 128 columns@1,1\nd@2,2"},
        {"x,\"", '"', 2 * LIM_CSV_FIELD, "\"\nd\n", "x|\"\"\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf text = BUF_INIT(LIM_PAGE), out = BUF_INIT(LIM_PAGE);
        fill(&text, cases[i].before, cases[i].c, cases[i].count, cases[i].after);
        read_all(text.p, text.len, &out);
        if (strncmp(out.p, cases[i].starts, strlen(cases[i].starts)) != 0)
            fail_msg("case %zu: got '%.100s', not '%s'", i, out.p, cases[i].starts);
        buf_release(&text);
        buf_release(&out);
    }
}

/* Every field must come out the same wherever the chunks of the file end. */
static void chunks_leave_no_mark(void **unused)
{
    (void)unused;
    for (size_t shift = 0; shift < 16; shift++) {
        struct buf text = BUF_INIT(LIM_PAGE), out = BUF_INIT(LIM_PAGE);
        fill(&text, "", 'a', CSV_CHUNK - 8 - shift - 2, ",\"");
        buf_puts(&text, "b\"\"c\n\",d\r\n\"e\"\n");
        read_all(text.p, text.len, &out);
        assert_non_null(strstr(out.p, "a|b\"c\n|d@1,1\ne@2,3\n"));
        buf_release(&text);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read),
        cmocka_unit_test(bad_rows_are_told_and_passed_over),
        cmocka_unit_test(fields_and_rows_are_bounded),
        cmocka_unit_test(chunks_leave_no_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
