/* SPDX-License-Identifier: EUPL-1.2 */
/* The loader: what it reads, and what it says of what it cannot read. */
#include <sys/stat.h>

#include "screen_house.h"

static void a_definition_is_read_as_it_is_written(void **unused)
{
    (void)unused;
    struct app app;
    struct err err = {0};
    assert_int_equal(app_load(&app, HOUSE, &err), 0);
    assert_int_equal(app.count, 9);
    assert_int_equal(app.start, app_find(&app, "start"));
    assert_int_equal(app.home, app_find(&app, "home"));
    assert_int_equal(app.idle_after, 60);
    assert_int_equal(app.idle_countdown, 20);
    assert_int_equal(app.min_cols, 40);
    assert_int_equal(app.min_rows, 20);
    const struct screen *s = &app.screen[app_find(&app, "course")];
    assert_string_equal(s->title, "Course");
    assert_true(s->takes[PARAM_course]);
    assert_false(s->takes[PARAM_run]);
    assert_int_equal(s->data_count, 2);
    assert_int_equal(s->data[1].query, QUERY_runs);
    assert_int_equal(s->data[1].args[PARAM_course].from, BIND_PARAM);
    const struct widget *list = screen_widget(s, WIDGET_list);
    assert_int_equal(list->source, 1);
    assert_int_equal(list->before_count, 2);
    assert_string_equal(list->before[0].event, "any_date");
    assert_int_equal(list->before[0].guard, -1);
    assert_null(screen_widget(s, WIDGET_input));
    assert_int_equal(s->keys[0].key, KEY_Tab);
    app_release(&app);
}

static void branches_are_read_in_their_order(void **unused)
{
    (void)unused;
    struct app app;
    struct err err = {0};
    assert_int_equal(app_load(&app, HOUSE, &err), 0);
    const struct handler *h = screen_handler(&app.screen[app_find(&app, "course")], "choose");
    assert_int_equal(h->count, 2);
    assert_int_equal(h->branch[0].guard, GUARD_identified);
    assert_int_equal(h->branch[0].target, app_find(&app, "ask"));
    assert_int_equal(h->branch[0].with[PARAM_course].from, BIND_ROW_FIELD);
    assert_string_equal(h->branch[0].with[PARAM_course].field, "course");
    assert_int_equal(h->branch[0].with[PARAM_run].from, BIND_ROW_ID);
    assert_int_equal(h->branch[1].guard, -1);
    assert_int_equal(h->branch[1].then->screen, app_find(&app, "ask"));
    assert_int_equal(h->branch[1].then->with[PARAM_run].from, BIND_ROW_ID);
    h = screen_handler(&app.global, "ended");
    assert_int_equal(h->branch[0].target, TARGET_START);
    assert_int_equal(h->branch[0].action, -1);
    assert_null(screen_handler(&app.global, "choose"));
    app_release(&app);
}

/* One edit, and the whole message. A from of NULL writes a whole file. */
static const struct {
    const char *file, *from, *to, *says;
} bads[] = {
    {"home.json", NULL, "[]", "home.json: must be an object"},
    {"home.json", NULL, "{}", "home.json: missing member 'screen'"},
    {"home.json", NULL, "{'screen': 'home'", "home.json line 1: '}' expected near end of file"},
    {"home.json", "'title': 'Home'", "'title': 'Home', 'title': 'Home'",
        "home.json line 3: duplicate object key near '\"title\"'"},
    {"home.json", "'screen': 'home'", "'screen': 'hall'",
        "home.json: screen must be the name of the file, not 'hall'"},
    {"home.json", "'title': 'Home'", "'title': ''", "home.json: title: must be a text"},
    {"home.json", "'title': 'Home'", "'title': 3", "home.json: title: must be a text"},
    {"home.json", "'title': 'Home'", "'title': 'Ho\\u001b[2Jme'",
        "home.json: title: must be a text without control characters"},
    {"home.json", "'title': 'Home'", "'title': 'Ho\\u202eme'",
        "home.json: title: must be a text without control characters"},
    {"home.json", "'title'", "'titel'", "home.json: no member 'titel' (did you mean 'title'?)"},
    {"home.json", "'title'", "'heading'", "home.json: no member 'heading'"},
    {"home.json", "'note'", "'notes'",
        "home.json: body.0.before.0: no member 'notes' (did you mean 'note'?)"},
    {"home.json", "'event': 'requests'", "'event': 7",
        "home.json: body.0.before.1.event: must be a text"},
    {"home.json", "'list'", "'lists'",
        "home.json: body.0.widget: no widget 'lists' (did you mean 'list'?)"},
    {"home.json", "'list'", "['list']", "home.json: body.0.widget: no widget ''"},
    {"home.json", "'goto': 'search'", "'goto': 'serch'",
        "home.json: on.search.0.goto: no screen 'serch' (did you mean 'search'?)"},
    {"home.json", "'goto': 'search'", "'goto': '@hell'",
        "home.json: on.search.0.goto: no screen '@hell' (did you mean 'help'?)"},
    {"home.json", "'stack': 'push'", "'stack': 'pop'",
        "home.json: on.search.0.stack: stack is push, replace or reset, not 'pop'"},
    {"home.json", ", 'stack': 'push'}", "}",
        "home.json: on.search.0: a goto to a screen needs stack"},
    {"home.json", "'when': 'identified'", "'when': 'identifed'",
        "home.json: on.requests.0.when: no guard 'identifed' (did you mean 'identified'?)"},
    {"home.json", "{'goto': 'search', 'stack': 'push'}", "{}",
        "home.json: on.search.0: needs either do, or goto and/or message"},
    {"home.json", "{'goto': 'search', 'stack': 'push'}", "{'do': 'speak', 'message': 'Hi.'}",
        "home.json: on.search.0: needs either do, or goto and/or message"},
    {"home.json", "{'goto': 'search', 'stack': 'push'}", "{'do': 'speek'}",
        "home.json: on.search.0.do: no action 'speek' (did you mean 'speak'?)"},
    {"home.json", "[{'goto': 'search', 'stack': 'push'}]", "[]",
        "home.json: on.search: must be a list of branches"},
    {"home.json", "[{'goto': 'search', 'stack': 'push'}]", "{'goto': 'search'}",
        "home.json: on.search: must be a list of branches"},
    {"home.json", "[{'goto': 'search', 'stack': 'push'}]",
        "[{'message': '1'}, {'message': '2'}, {'message': '3'}, {'message': '4'}, {'message': "
        "'5'}]",
        "home.json: on.search: more than 4 elements"},
    {"about.json", "{'goto': '@back'}", "{'goto': '@back', 'stack': 'push'}",
        "about.json: on.any.0: stack and then go with a goto to a screen only"},
    {"about.json", "{'goto': '@back'}", "{'message': 'Hi.', 'then': {'goto': 'home'}}",
        "about.json: on.any.0: stack and then go with a goto to a screen only"},
    {"about.json", "{'goto': '@back'}", "{'goto': '@back', 'with': {'course': 'x'}}",
        "about.json: on.any.0: with goes with do or a goto to a screen only"},
    {"about.json", "'params': ['course']", "'params': ['curse']",
        "about.json: params.0: no param 'curse' (did you mean 'course'?)"},
    {"about.json", "'$param.course'", "'$param.corse'",
        "about.json: data.course.with.course: no param 'corse' (did you mean 'course'?)"},
    {"about.json", "'$param.course'", "'$course'",
        "about.json: data.course.with.course: neither $param.NAME nor $row.NAME: '$course'"},
    {"about.json", "'query': 'course'", "'query': 'courses'",
        "about.json: data.course.query: no query 'courses' (did you mean 'course'?)"},
    {"about.json", "'source': 'course'", "'source': 'corse'",
        "about.json: body.0: no data 'corse' (did you mean 'course'?)"},
    {"search.json", "'F3'", "'F5'", "search.json: keys.F5: no key 'F5' (did you mean 'F2'?)"},
    {"search.json", "'F3'", "'Esc'",
        "search.json: keys.Esc: a definition cannot bind the key 'Esc'"},
    {"search.json", ", 'label': 'Order'", "", "search.json: keys.F3: missing member 'label'"},
    {"search.json", "'bind': 'query'", "'bind': 'name'",
        "search.json: body.0.bind: an input takes query|badge|pin|new_pin|again|code|words, not "
        "'name'"},
    {"search.json", "'bind': 'query', ", "",
        "search.json: body.0: an input needs bind, and nothing else has it"},
    {"kiosk.json", "'after': 60", "'after': 0",
        "kiosk.json: idle.after: must be a whole number from 1 to 10000"},
    {"kiosk.json", "'after': 60", "'after': 6.5",
        "kiosk.json: idle.after: must be a whole number from 1 to 10000"},
    {"kiosk.json", "'home': 'home'", "'home': 'hose'",
        "kiosk.json: home: no screen 'hose' (did you mean 'home'?)"},
    {"Home.json", NULL, "{}",
        "'Home.json': the name of a screen has small letters, digits and _, and is shorter than "
        "64"},
    {"a_name_that_is_as_long_as_names_can_be_and_then_some_more_letters_x.json", NULL, "{}",
        "'a_name_that_is_as_long_as_names_can_be_and_then_some_more_letters_x.json': the name of "
        "a screen has small letters, digits and _, and is shorter than 64"},
};

static void what_cannot_be_read_is_named(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
        struct house h;
        struct app app;
        struct err err = {0};
        house_build(&h);
        if (bads[i].from)
            house_edit(&h, bads[i].file, bads[i].from, bads[i].to);
        else
            house_write(&h, bads[i].file, bads[i].to);
        assert_int_equal(app_load(&app, h.dir, &err), -1);
        assert_string_equal(err.msg, bads[i].says);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_null(app.screen);
        house_pull_down(&h);
    }
}

/* Files that are no screens do not matter; nor does the order of members. */
static void other_files_are_left_alone(void **unused)
{
    (void)unused;
    struct house h;
    struct app app;
    struct err err = {0};
    house_build(&h);
    house_write(&h, "README", "So.");
    house_write(&h, "home.json~", "{");
    house_edit(&h, "about.json",
        "'data': {'course': {'query': 'course', 'with': {'course': "
        "'$param.course'}}},\n",
        "");
    house_edit(&h, "about.json", "'on': {",
        "'data': {'course': {'query': 'course', 'with': "
        "{'course': '$param.course'}}}, 'on': {");
    assert_int_equal(app_load(&app, h.dir, &err), 0);
    assert_int_equal(app.count, 9);
    app_release(&app);
    house_pull_down(&h);
}

static void a_missing_definition_is_an_error(void **unused)
{
    (void)unused;
    struct house h;
    struct app app;
    struct err err = {0};
    assert_int_equal(app_load(&app, "/nonexistent", &err), -1);
    assert_string_equal(err.msg, "no screens in '/nonexistent'");
    err_clear(&err);
    house_build(&h);
    house_remove_file(&h, "kiosk.json");
    assert_int_equal(app_load(&app, h.dir, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    house_pull_down(&h);
}

static void there_are_limits(void **unused)
{
    (void)unused;
    struct house h;
    struct app app;
    struct err err = {0};
    char file[32];
    house_build(&h);
    for (int i = 0; i < LIM_SCREENS; i++) {
        snprintf(file, sizeof(file), "x%d.json", i);
        house_write(&h, file, "{}");
    }
    assert_int_equal(app_load(&app, h.dir, &err), -1);
    assert_string_equal(err.msg, "more than 128 screens");
    house_pull_down(&h);
}

/* A file that was cut anywhere is refused, never half read. */
static void a_cut_file_is_refused(void **unused)
{
    (void)unused;
    struct house h;
    struct app app;
    struct buf text = BUF_INIT(LIM_SCREEN_FILE);
    house_build(&h);
    house_read(h.dir, "course.json", &text);
    size_t end = text.len;
    while (text.p[end - 1] != '}')
        end--;
    for (size_t len = 0; len < end; len++) {
        struct err err = {0};
        buf_truncate(&text, end);
        char kept = text.p[len];
        text.p[len] = '\0';
        house_write(&h, "course.json", text.p);
        text.p[len] = kept;
        assert_int_equal(app_load(&app, h.dir, &err), -1);
        assert_true(err.msg[0] != '\0');
    }
    buf_release(&text);
    house_pull_down(&h);
}

/* What the first picture needs is there before the rest is read, and what is wrong with the rest is
 * said when that is read. */
static void the_start_screen_comes_first(void **unused)
{
    (void)unused;
    struct house h;
    struct app app;
    struct err err = {0};
    house_build(&h);
    assert_int_equal(app_load_start(&app, h.dir, &err), 0);
    assert_int_equal(app.count, 9);
    assert_true(app.screen[app.start].body_count > 0);
    assert_int_equal(app.screen[app.home].body_count, 0);
    assert_int_equal(app_load_rest(&app, &err), 0);
    for (int i = 0; i < app.count; i++)
        assert_true(app.screen[i].body_count > 0);
    assert_int_equal(app_load_rest(&app, &err), 0); /* nothing is left */
    app_release(&app);
    house_write(&h, "home.json", "{");
    assert_int_equal(app_load_start(&app, h.dir, &err), 0);
    assert_int_equal(app_load_rest(&app, &err), -1);
    assert_non_null(strstr(err.msg, "home.json line 1"));
    app_release(&app);
    house_write(&h, "start.json", "{");
    assert_int_equal(app_load_start(&app, h.dir, &err), -1);
    house_pull_down(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_screen_comes_first),
        cmocka_unit_test(a_definition_is_read_as_it_is_written),
        cmocka_unit_test(branches_are_read_in_their_order),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(other_files_are_left_alone),
        cmocka_unit_test(a_missing_definition_is_an_error),
        cmocka_unit_test(there_are_limits),
        cmocka_unit_test(a_cut_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
