/* SPDX-License-Identifier: EUPL-1.2 */
/* The texts of the screens: in every language and fitting, as a template, and in the graph. */
#include <sys/stat.h>

#include "base/text.h"
#include "screen/check.h"
#include "screen_house.h"

#define TEXTS_MOST 200

/* A catalogue in the making, and one text that is to be another or missing. */
struct catalogue {
    const char *id[TEXTS_MOST];
    int count;
    const char *odd, *odd_says; /* NULL: missing */
};

static void add(struct catalogue *cat, const char *id)
{
    for (int i = 0; i < cat->count; i++)
        if (strcmp(cat->id[i], id) == 0)
            return;
    assert_true(cat->count < TEXTS_MOST);
    cat->id[cat->count++] = id;
}

static void add_use(void *to, const struct text_use *use)
{
    struct catalogue *cat = to;
    if (!cat->odd || cat->odd_says || strcmp(use->id, cat->odd) != 0)
        add(cat, use->id);
}

static const char *says(const struct catalogue *cat, int i)
{
    if (!*cat->id[i])
        return "Content-Type: text/plain; charset=UTF-8\n";
    return cat->odd && strcmp(cat->id[i], cat->odd) == 0 ? cat->odd_says : cat->id[i];
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_number(struct buf *out, size_t n)
{
    uint32_t number = (uint32_t)n;
    buf_add(out, &number, sizeof(number));
}

/* The format of gettext's compiled catalogues: a head, two tables, the strings. */
static void write_catalogue(struct catalogue *cat, const char *path)
{
    enum { HEAD = 28, ENTRY = 8 };
    struct buf out = BUF_INIT(65536), strings = BUF_INIT(65536);
    size_t n = (size_t)cat->count, at = HEAD + 2 * ENTRY * n;
    qsort(cat->id, n, sizeof(cat->id[0]), by_text);
    put_number(&out, 0x950412de);
    put_number(&out, 0);
    put_number(&out, n);
    put_number(&out, HEAD);
    put_number(&out, HEAD + ENTRY * n);
    put_number(&out, 0);
    put_number(&out, at);
    for (size_t table = 0; table < 2; table++) {
        for (int i = 0; i < cat->count; i++) {
            const char *s = table ? says(cat, i) : cat->id[i];
            put_number(&out, strlen(s));
            put_number(&out, at + strings.len);
            buf_add(&strings, s, strlen(s) + 1);
        }
    }
    buf_add(&out, strings.p, strings.len);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(out.p, 1, out.len, f), out.len);
    assert_int_equal(fclose(f), 0);
    buf_release(&out);
    buf_release(&strings);
}

/* What the checker says of the small definition when its Dutch has one odd text. */
static void check_dutch(const char *odd, const char *odd_says, const char *expected)
{
    static const char *const parts[] = {"", "/nl", "/nl/LC_MESSAGES", "/nl/LC_MESSAGES/acht.mo"};
    struct catalogue cat = {.odd = odd, .odd_says = odd_says};
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(16384);
    char root[] = "/tmp/acht-locale-XXXXXX", path[4][100];
    assert_non_null(mkdtemp(root));
    for (int i = 0; i < 4; i++) {
        snprintf(path[i], sizeof(path[i]), "%s%s", root, parts[i]);
        assert_true(i == 0 || i == 3 || mkdir(path[i], 0700) == 0);
    }
    assert_int_equal(app_load(&app, HOUSE, &err), 0);
    add(&cat, "");
    texts_each(&app, add_use, &cat);
    write_catalogue(&cat, path[3]);
    text_start(root);
    app_check(&app, &out);
    assert_string_equal(out.p, expected);
    app_release(&app);
    buf_release(&out);
    unlink(path[3]);
    for (int i = 2; i >= 0; i--)
        assert_int_equal(rmdir(path[i]), 0);
}

static void every_text_is_there_and_fits(void **unused)
{
    (void)unused;
    check_dutch(NULL, NULL, "");
    check_dutch("My requests", NULL,
        "home.json: no text in 'nl' for 'My requests'\n"
        "requests.json: no text in 'nl' for 'My requests'\n");
    check_dutch("Home", "Het begin van alles, hier dus",
        "home.json: 'Het begin van alles, hier dus' in 'nl' takes 29 cells, and 26 is the most\n");
    check_dutch("Home", "Het begin van alles, hiér.", "");
    check_dutch("by a word", "van wat dan ook dat hier te vinden is, als het er tenminste is",
        "home.json: 'van wat dan ook dat hier te vinden is, als het er tenminste is' in 'nl' takes "
        "62 cells, and 60 is the most\n");
    check_dutch("Order", "Een andere volgorde van alle opleidingen die hier staan, vroegste eerst",
        "search.json: keys: the bar in 'nl' takes 84 cells, and 78 fit\n");
    check_dutch("Nothing fits.",
        "Er is niets dat past, ook niet als dit een lange zin is die niet "
        "op een regel past, want die loopt door.",
        "");
}

static void each_text_is_in_the_template_once(void **unused)
{
    (void)unused;
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(65536);
    assert_int_equal(app_load(&app, HOUSE, &err), 0);
    assert_int_equal(app_texts(&app, &out), 0);
    const char *twice = "\n#: screens/home.json screens/requests.json\n"
                        "msgid \"My requests\"\nmsgstr \"\"\n";
    const char *at = strstr(out.p, twice);
    assert_non_null(at);
    assert_null(strstr(at + strlen(twice), "msgid \"My requests\"\n"));
    assert_non_null(
        strstr(out.p, "\n#: screens/kiosk.json screens/ask.json\nmsgid \"The disk failed."));
    assert_null(strstr(out.p, "any_date"));
    assert_memory_equal(out.p, "msgid \"\"\nmsgstr \"\"\n", 19);
    app_release(&app);
    buf_release(&out);
}

static void quotes_stay_quoted_in_the_template(void **unused)
{
    (void)unused;
    struct house h;
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(65536), small = BUF_INIT(20);
    house_build(&h);
    house_edit(&h, "home.json", "'title': 'Home'", "'title': 'The \\'home\\' \\\\ here'");
    assert_int_equal(app_load(&app, h.dir, &err), 0);
    assert_int_equal(app_texts(&app, &out), 0);
    assert_non_null(strstr(out.p, "msgid \"The \\\"home\\\" \\\\ here\"\n"));
    assert_int_equal(app_texts(&app, &small), -1);
    app_release(&app);
    buf_release(&out);
    buf_release(&small);
    house_pull_down(&h);
}

static void the_graph_shows_where_events_lead(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "digraph acht {\n",
        "\"ask\" [tooltip=\"Ask?\", peripheries=2, xlabel=\"personal\"];\n",
        "\"home\" [tooltip=\"Home\", style=bold];\n",
        "\"home\" -> \"search\" [label=\"search\"];\n",
        "\"home\" -> \"requests\" [label=\"requests if identified\"];\n",
        "\"home\" -> \"identify\" [label=\"requests\"];\n",
        "\"identify\" -> \"requests\" [label=\"then\", style=dashed];\n",
        "\"ask\" -> \"requests\" [label=\"saved\", style=bold];\n",
        "\"kiosk\" -> \"help\" [label=\"help\"];\n",
        "\"kiosk\" -> \"start\" [label=\"ended\", style=bold];\n",
    };
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(65536), small = BUF_INIT(20);
    assert_int_equal(app_load(&app, HOUSE, &err), 0);
    assert_int_equal(app_graph(&app, &out), 0);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (!strstr(out.p, lines[i]))
            fail_msg("no line %s in\n%s", lines[i], out.p);
    assert_string_equal(out.p + out.len - 2, "}\n");
    assert_int_equal(app_graph(&app, &small), -1);
    app_release(&app);
    buf_release(&out);
    buf_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_there_and_fits),
        cmocka_unit_test(each_text_is_in_the_template_once),
        cmocka_unit_test(quotes_stay_quoted_in_the_template),
        cmocka_unit_test(the_graph_shows_where_events_lead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
