/* SPDX-License-Identifier: EUPL-1.2 */
/* The data dictionary is whole: every personal field of every type and every table has a line, with
 * the rule by which the server forgets. */
#include "central_house.h"

#include "central/database_rights.h"
#include "central/dictionary.h"
#include "central/kept.h"

static bool has_line(const struct buf *text, const char *type, const char *field, const char *says)
{
    char line[400];
    snprintf(line, sizeof(line), "%s.%s: %s\n", type, field, says);
    const char *at = strstr(text->p, line);
    return at && (at == text->p || at[-1] == '\n');
}

static void every_personal_field_has_a_line(void **unused)
{
    (void)unused;
    struct buf text = BUF_INIT(DICTIONARY_MAX);
    int personal = 0;
    dictionary_text(&text);
    assert_false(text.overflow);
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        for (int f = 0; f < type->count; f++) {
            const struct field *field = &type->fields[f];
            bool want = field->purpose != PURPOSE_NOBODY;
            if (has_line(&text, type->name, field->name, field->says) != want)
                fail_msg("%s.%s", type->name, field->name);
            personal += want;
        }
    }
    assert_true(personal > 80);
    for (const struct kept_table *t = kept_tables; t->name; t++)
        for (const struct kept_column *c = t->columns; c->name; c++)
            if (!has_line(&text, t->name, c->name, c->says))
                fail_msg("%s.%s", t->name, c->name);
    assert_false(has_line(&text, "person", "shoe_size", "")); /* the control */
    buf_release(&text);
}

/* A personal purpose has words, and somebody or nobody who sees it; a type has its rule. */
static void every_rule_has_words(void **unused)
{
    (void)unused;
    for (int p = PURPOSE_NOBODY; p <= PURPOSE_TELL; p++) {
        const struct purpose_words *words = purpose_words((enum purpose)p);
        assert_true(words->says && words->seen_by && (p == PURPOSE_NOBODY || *words->name));
    }
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        bool personal = type->scope == SCOPE_COMPANY && t != TYPE_COMPANY;
        if (type->class != CLASS_VIEW &&
            personal == (keep_of_type((enum type_id)t) == KEEP_catalogue))
            fail_msg("%s", type->name);
    }
    for (int k = 0; k < KEEP_COUNT; k++)
        assert_true(*keep_get((enum keep_kind)k)->from);
}

/* What the retention tests see is what the dictionary says: one table, these numbers. */
static void the_days_are_those_of_the_rules(void **unused)
{
    (void)unused;
    static const struct {
        enum keep_kind kind;
        const char *says;
    } rules[] = {
        {KEEP_request, "kept: 365 days after the request ended\n"},
        {KEEP_notice, "kept: 90 days after the notice\n"},
        {KEEP_sign_in, "kept: 90 days after it came in\n"},
        {KEEP_audit, "kept: 400 days after it happened\n"},
        {KEEP_roster, "kept: until the roster no longer names the person\n"},
    };
    struct buf text = BUF_INIT(DICTIONARY_MAX);
    dictionary_text(&text);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        assert_non_null(strstr(text.p, rules[i].says));
        int days = keep_get(rules[i].kind)->days;
        if (days)
            assert_int_equal(
                keep_before(rules[i].kind, NOW), NOW - days * INT64_C(24) * 60 * MINUTE);
    }
    buf_release(&text);
}

struct unknown {
    char name[LIM_ID];
};

static void see_table(void *context, const char *table)
{
    struct unknown *u = context;
    bool known = false;
    for (const struct kept_table *t = kept_tables; t->name; t++)
        known |= strcmp(t->name, table) == 0;
    for (int i = 0; impersonal_tables[i]; i++)
        known |= strcmp(impersonal_tables[i], table) == 0;
    if (!known)
        str_copy(u->name, sizeof(u->name), table);
}

static void every_table_is_declared(void **unused)
{
    (void)unused;
    struct house h;
    struct unknown u = {0};
    house_open(&h);
    OK(database_tables(h.central.db, see_table, &u, &err));
    if (*u.name)
        fail_msg("table %s is neither in kept_tables nor in impersonal_tables", u.name);
    see_table(&u, "shoe_sizes"); /* the control */
    assert_string_equal(u.name, "shoe_sizes");
    house_close(&h);
}

static void json_has_as_many_lines(void **unused)
{
    (void)unused;
    struct buf text = BUF_INIT(DICTIONARY_MAX), json = BUF_INIT(DICTIONARY_MAX);
    int lines = 0, objects = 0;
    dictionary_text(&text);
    dictionary_json(&json);
    assert_false(json.overflow);
    for (const char *c = text.p; (c = strstr(c, "\n    why: ")); c++)
        lines++;
    for (const char *c = json.p; (c = strstr(c, "{\"type\":\"")); c++)
        objects++;
    assert_int_equal(lines, objects);
    buf_release(&text);
    buf_release(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_personal_field_has_a_line),
        cmocka_unit_test(every_rule_has_words),
        cmocka_unit_test(the_days_are_those_of_the_rules),
        cmocka_unit_test(every_table_is_declared),
        cmocka_unit_test(json_has_as_many_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
