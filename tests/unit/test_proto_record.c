/* SPDX-License-Identifier: EUPL-1.2 */
/* Random records and entries of every type survive the way out and back, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "proto/codec.h"

#define ROUNDS 200

static uint64_t state;

static uint64_t below(uint64_t n)
{
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = state;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    if (n == 0)
        BUG("nothing is below 0");
    return (z ^ z >> 31) % n;
}

/* Words of safe characters, also those that JSON must escape or that take several bytes. */
static void random_text(struct buf *out, int64_t limit)
{
    static const char *const pieces[] = {
        "a", "Z", "0", "\"", "\\", "/", "é", "ł", "€", "字", "𝕏", "&"};
    size_t most = (size_t)limit - 4, want = 1 + below(most > 60 && below(10) ? 60 : most);
    for (size_t start = out->len; out->len - start < want;)
        buf_puts(out, pieces[below(sizeof(pieces) / sizeof(pieces[0]))]);
}

static const char *random_value(const struct field *f, struct arena *mem)
{
    struct buf b = BUF_INIT(LIM_LINE);
    switch (f->kind) {
    case KIND_REF:
        buf_printf(&b, "%s-%llu", f->name, (unsigned long long)below(UINT64_MAX));
        break;
    case KIND_HASH:
        for (int i = 0; i < f->limit; i++)
            buf_putc(&b, "0123456789abcdef"[below(16)]);
        break;
    case KIND_LIST:
        for (uint64_t i = 0, n = 1 + below(LIM_LIST); i < n; i++) {
            if (i > 0)
                buf_putc(&b, '\n');
            random_text(&b, f->limit);
        }
        break;
    case KIND_LOCAL:
        for (uint64_t i = 0, n = 1 + below(3); i < n; i++) {
            buf_puts(&b, (const char *[]){"nl:", "\nen:", "\npl:"}[i]);
            random_text(&b, f->limit < 300 ? f->limit : 300);
        }
        break;
    default:
        random_text(&b, f->limit);
        if (f->limit == LIM_TEXT && b.len < 3000)
            buf_puts(&b, "\nand another paragraph\n\nand a third");
    }
    const char *text = arena_strdup(mem, b.p);
    buf_release(&b);
    return text;
}

static int64_t random_number(const struct field *f)
{
    char name[LIM_ID] = "";
    int choices = 0;
    switch (f->kind) {
    case KIND_ENUM:
        do
            choice_name(f->choices, choices++, name);
        while (name[0]);
        return (int64_t)below((uint64_t)choices - 1);
    case KIND_BOOL:
        return (int64_t)below(2);
    case KIND_DATE:
        return (int64_t)below(84005 + 25567) - 25567;
    case KIND_INSTANT:
        return (int64_t)below(7258118400) * 1000;
    default:
        return below(8) ? (int64_t)below((uint64_t)f->limit + 1) : f->limit;
    }
}

static void random_fields(struct record *r, struct arena *mem)
{
    for (int i = 0; i < r->type->count; i++) {
        const struct field *f = &r->type->fields[i];
        if (!f->needed && below(3) == 0)
            continue;
        if (kind_is_text(f->kind))
            record_set_text(r, i, random_value(f, mem));
        else
            record_set_number(r, i, random_number(f));
    }
}

static void random_record(struct record *r, const struct type *type, struct arena *mem)
{
    char id[LIM_ID];
    struct err err = {0};
    snprintf(id, sizeof(id), "%s-%llu", type->name, (unsigned long long)below(UINT64_MAX));
    record_init_type(r, type);
    r->id = arena_strdup(mem, id);
    r->gone = below(10) == 0;
    if (!r->gone)
        random_fields(r, mem);
    if (record_check(r, &err) < 0)
        fail_msg("%s", err.msg);
}

static void assert_same_fields(const struct record *a, const struct record *b)
{
    assert_ptr_equal(a->type, b->type);
    assert_string_equal(a->id, b->id);
    assert_int_equal(a->gone, b->gone);
    for (int i = 0; i < a->type->count; i++)
        if (kind_is_text(a->type->fields[i].kind))
            assert_string_equal(record_text(a, i), record_text(b, i));
        else
            assert_true(record_number(a, i) == record_number(b, i));
}

static void record_round_trip(const struct type *type, struct arena *mem)
{
    struct record r, back;
    struct err err = {0};
    struct buf line = BUF_INIT(LIM_LINE), again = BUF_INIT(LIM_LINE);
    random_record(&r, type, mem);
    assert_int_equal(record_to_json(&r, &line), 0);
    if (record_from_json(line.p, line.len, mem, &back, &err) != 0)
        fail_msg("%s in %s", err.msg, line.p);
    assert_same_fields(&r, &back);
    assert_int_equal(record_to_json(&back, &again), 0);
    assert_string_equal(line.p, again.p);
    buf_release(&line);
    buf_release(&again);
}

static void entry_round_trip(const struct type *type, struct arena *mem)
{
    char id[UUID_TEXT];
    struct entry back, e = {.id = id, .kiosk = "kiosk-1", .epoch = "0192-epoch"};
    struct err err = {0};
    struct buf line = BUF_INIT(LIM_LINE);
    uuid7((int64_t)below(1) + 1764000000000, id);
    e.seq = (int64_t)below(INT64_MAX) + 1;
    e.made_at = (int64_t)below(7258118400) * 1000;
    record_init_type(&e.fields, type);
    e.fields.id = id;
    random_fields(&e.fields, mem);
    assert_int_equal(entry_to_json(&e, &line), 0);
    if (entry_from_json(line.p, line.len, mem, &back, &err) != 0)
        fail_msg("%s in %s", err.msg, line.p);
    assert_same_fields(&e.fields, &back.fields);
    assert_string_equal(back.id, id);
    assert_string_equal(back.kiosk, e.kiosk);
    assert_string_equal(back.epoch, e.epoch);
    assert_true(back.seq == e.seq && back.made_at == e.made_at);
    buf_release(&line);
}

static void every_type_survives_the_round_trip(void **unused)
{
    (void)unused;
    struct arena mem = {0};
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < TYPES_COUNT; i++) {
            const struct type *type = type_get((enum type_id)i);
            if (type->class == CLASS_RECORD)
                record_round_trip(type, &mem);
            else if (type->class == CLASS_ENTRY)
                entry_round_trip(type, &mem);
            arena_clear(&mem);
        }
    arena_release(&mem);
}

static void a_cut_line_is_never_a_record(void **unused)
{
    (void)unused;
    struct arena mem = {0};
    struct record r, back;
    struct buf line = BUF_INIT(LIM_LINE);
    random_record(&r, type_get(TYPE_COURSE), &mem);
    assert_int_equal(record_to_json(&r, &line), 0);
    for (size_t len = 0; len < line.len; len++) {
        struct err err = {0};
        assert_int_equal(record_from_json(line.p, len, &mem, &back, &err), -1);
        assert_int_equal(err.code, ERR_DATA);
    }
    buf_release(&line);
    arena_release(&mem);
}

static void a_full_buffer_keeps_no_half_line(void **unused)
{
    (void)unused;
    struct record r;
    record_init(&r, TYPE_SOURCE);
    r.id = "s1";
    record_set_text(&r, SOURCE_name, "the file");
    record_set_number(&r, SOURCE_checked, 0);
    struct buf whole = BUF_INIT(LIM_LINE);
    assert_int_equal(record_to_json(&r, &whole), 0);
    for (size_t max = 0; max < whole.len; max++) {
        struct buf small = BUF_INIT(max);
        assert_int_equal(record_to_json(&r, &small), -1);
        assert_int_equal(small.len, 0);
        buf_release(&small);
    }
    buf_release(&whole);
}

static void a_line_stands_as_written_down(void **unused)
{
    (void)unused;
    struct record r;
    struct buf line = BUF_INIT(LIM_LINE);
    record_init(&r, TYPE_RUN);
    r.id = "r1";
    record_set_text(&r, RUN_course, "c1");
    record_set_number(&r, RUN_start, date_from_civil(2027, 1, 12));
    record_set_text(&r, RUN_place, "'s-\"Gravenhage\"\t");
    record_set_number(&r, RUN_seats, 12);
    assert_int_equal(record_to_json(&r, &line), 0);
    assert_string_equal(line.p,
        "{\"type\":\"run\",\"id\":\"r1\",\"course\":\"c1\",\"start\":\"2027-01-12\","
        "\"place\":\"'s-\\\"Gravenhage\\\"\\t\",\"seats\":12}");
    buf_clear(&line);
    r.gone = true;
    assert_int_equal(record_to_json(&r, &line), 0);
    assert_string_equal(line.p, "{\"type\":\"run\",\"id\":\"r1\",\"gone\":true}");
    buf_release(&line);
}

int main(void)
{
    const char *given = getenv("ACHT_SEED");
    state = given ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
    printf("ACHT_SEED=%llu\n", (unsigned long long)state);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_survives_the_round_trip),
        cmocka_unit_test(a_cut_line_is_never_a_record),
        cmocka_unit_test(a_full_buffer_keeps_no_half_line),
        cmocka_unit_test(a_line_stands_as_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
