/* SPDX-License-Identifier: EUPL-1.2 */
/* acht-screens(5) says what the vocabulary says. ACHT_GOLDEN_UPDATE=1 writes it there. */
#include "screen_house.h"

#define MANUAL "assets/man/acht-screens.5"
#define BEGIN                                                                                      \
    ".\\\" The vocabulary, made from src/screen/vocab.def: ACHT_GOLDEN_UPDATE=1 "                  \
    "test_screen_manual\n"
#define END ".\\\" End of the vocabulary\n"

/* "a|b" as ", a, b" between before and after; nothing when there is none. */
static void put_list(struct buf *out, const char *before, const char *words, const char *after)
{
    char name[LIM_ID];
    for (int64_t i = 0; choice_name(words, i, name), name[0]; i++)
        buf_printf(out, "%s%s", i ? ", " : before, name);
    if (*words)
        buf_puts(out, after);
}

static void put_words(struct buf *out, const char *heading, const struct word *words, int count,
    void (*put)(struct buf *out, const struct word *w))
{
    buf_printf(out, ".SH %s\n", heading);
    for (int i = 0; i < count; i++) {
        buf_printf(out, ".TP\n.B %s", words[i].name);
        put_list(out, " (", words[i].params, ")");
        buf_puts(out, "\n");
        put(out, &words[i]);
    }
}

static void put_param(struct buf *out, const struct word *w)
{
    buf_printf(out, "%s.\n", w->says);
}

static void put_widget(struct buf *out, const struct word *w)
{
    buf_printf(out, "%s.\n", w->says);
    put_list(out, "It needs ", w->needs, ".\n");
    put_list(out, "It may have ", w->may, ".\n");
}

static const char *const alone[] = {"", "; personal", "; for a supervisor"};

static void put_query(struct buf *out, const struct word *w)
{
    buf_printf(
        out, "%s.\n%s of type %s", w->says, w->many ? "Many" : "One", type_get(w->type)->name);
    buf_printf(out, "%s.\n", alone[w->who]);
}

static void put_action(struct buf *out, const struct word *w)
{
    buf_printf(out, "%s%s.\n", w->says, alone[w->who]);
    put_list(out, "Outcomes: ", w->outcomes, ".\n");
}

static void put_key(struct buf *out, const struct word *w)
{
    buf_puts(out, w->bindable ? "can be bound.\n" : "moves about, and cannot be bound.\n");
}

static void put_vocabulary(struct buf *out)
{
    put_words(out, "WIDGETS", vocab_widgets, WIDGETS_COUNT, put_widget);
    buf_puts(out, ".PP\nHere one and many are a\n.B source\nwhose query finds that, and items are\n"
                  ".B before\nor\n.BR after .\nAn input binds\n.BR query ,\n.BR badge ,\n.BR pin "
                  ",\n.BR new_pin ,\n"
                  ".BR again ,\n.B code\nor\n.BR words .\n");
    put_words(out, "QUERIES", vocab_queries, QUERIES_COUNT, put_query);
    put_words(out, "GUARDS", vocab_guards, GUARDS_COUNT, put_param);
    put_words(out, "ACTIONS", vocab_actions, ACTIONS_COUNT, put_action);
    put_words(out, "PARAMS", vocab_params, PARAMS_COUNT, put_param);
    put_words(out, "KEYS", vocab_keys, KEYS_COUNT, put_key);
}

/* The page with this vocabulary in the place of its own. */
static void make_page(const char *page, struct buf *out)
{
    const char *begin = strstr(page, BEGIN), *end = strstr(page, END);
    assert_non_null(begin);
    assert_non_null(end);
    buf_add(out, page, (size_t)(begin - page));
    buf_puts(out, BEGIN);
    put_vocabulary(out);
    buf_puts(out, end);
}

static void the_manual_has_the_vocabulary(void **unused)
{
    (void)unused;
    struct buf page = BUF_INIT(65536), made = BUF_INIT(65536);
    struct err err = {0};
    if (buf_read_file(&page, MANUAL, &err) < 0)
        fail_msg("%s", err.msg);
    make_page(page.p, &made);
    if (getenv("ACHT_GOLDEN_UPDATE")) {
        FILE *f = fopen(MANUAL, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(made.p, 1, made.len, f), made.len);
        assert_int_equal(fclose(f), 0);
    } else {
        assert_string_equal(page.p, made.p);
    }
    buf_release(&page);
    buf_release(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_has_the_vocabulary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
