/* SPDX-License-Identifier: EUPL-1.2 */
/* The step, key by key, through the small definition in tests/unit/screens. */
#include "screen_play.h"

static const struct {
    const char *script, *then;
} walks[] = {
    /* Any key begins. */
    {"", "start"},
    {"=x", "home"},
    {"=0", "home"},
    {"=5", "home"},
    {"Down", "home"},
    {"Esc", "home"},
    {"Backspace", "home"},
    {"Enter", "home"},
    {"Tab", "home"},
    {"F1", "start > help"},
    {"F1 Esc", "start"},
    {"@0", "start"},
    /* Choosing. */
    {"Enter =1", "home > search"},
    {"Enter Enter", "home > search"},
    {"Enter Down Up Enter", "home > search"},
    {"Enter Down Down Down Down", "home focus=2"},
    {"Enter Up", "home"},
    {"Enter End", "home focus=2"},
    {"Enter End Home", "home"},
    {"Enter @0", "home > search"},
    {"Enter @9", "home"},
    {"Enter @-1", "home"},
    {"Enter =7", "home"},
    {"Enter =3", "start"},
    {"Enter =x", "home"},
    /* Typing. */
    {"Enter =1 =las", "home > search text='las'"},
    {"Enter =1 =_las_sen", "home > search text='las sen'"},
    {"Enter =1 =las Backspace Backspace", "home > search text='l'"},
    {"Enter =1 =l Backspace Backspace", "home"},
    {"Enter =1 =0", "home"},
    {"Enter =1 =a0", "home > search text='a0'"},
    {"Enter =1 =5", "home > search text='5'"},
    {"Enter =1 Down Down =l", "home > search text='l'"},
    {"Enter =1 F3", "home > search \"In a new order.\""},
    {"Enter =1 Down F3", "home > search \"In a new order.\""},
    {"Enter =1 F3 Down", "home > search focus=1"},
    /* A row. */
    {"Enter =1 Down Enter", "home > search > course course=SECRET-hit-1"},
    {"Enter =1 @4", "home > search > course course=SECRET-hit-4"},
    {"Enter =1 @4 Esc", "home > search focus=4"},
    {"Enter =1 Enter Tab", "home > search > course > about course=SECRET-hit-0"},
    {"Enter =1 Enter Tab Enter", "home > search > course course=SECRET-hit-0"},
    {"Enter =1 Enter =2", "home > search"},
    {"Enter =1 Enter =0", "home"},
    /* Pages of a list: 20 rows and an item. */
    {"Enter !b =2 =9", "home > requests focus=8 identified"},
    {"Enter !b =2 =99", "home > requests focus=16 identified"},
    {"Enter !b =2 =999", "home > requests identified"},
    {"Enter !b =2 =93", "home > requests > course course=SECRET-course-10 identified"},
    {"Enter !b =2 =95 Left", "home > requests focus=12 identified"},
    {"Enter !b =2 =99 =6", "home > requests focus=16 identified"},
    {"Enter !b =2 =99 =5", "home > requests > search identified"},
    {"Enter !b =2 Down PgDn", "home > requests focus=8 identified"},
    {"Enter !b =2 PgDn PgDn PgDn", "home > requests focus=20 identified"},
    {"Enter !b =2 PgDn PgUp PgUp", "home > requests identified"},
    {"Enter !b =2 End", "home > requests focus=20 identified"},
    /* Who somebody is, and on from there. */
    {"Enter =2", "home > identify"},
    {"Enter =2 =0123", "home > identify badge='0123'"},
    {"Enter =2 =12 Backspace", "home > identify badge='1'"},
    {"Enter =2 Backspace", "home focus=1"},
    {"Enter =2 =12 Enter", "home > requests identified"},
    {"Enter =2 !12", "home > requests identified"},
    {"Enter =2 ->unknown_badge =12 Enter", "home > identify \"Not known.\""},
    {"Enter =2 ->unknown_badge =12 Enter =3", "home > identify badge='3'"},
    {"Enter =2 ->no_badge !12", "home > identify \"No badge.\""},
    {"Enter =2 F1", "home > identify > help"},
    {"Enter =2 F1 Enter !12", "home > requests identified"},
    {"Enter =2 F1 !12", "home identified \"Known.\""},
    {"!12", "home identified \"Known.\""},
    {"->not_enrolled !12", "start \"Not connected.\""},
    {"Enter =1 Enter =1", "home > search > course > identify"},
    {"Enter =1 Enter =1 !12", "home > search > course > ask course=SECRET-hit-0 identified"},
    {"Enter =1 Enter =4 !12",
        "home > search > course > ask course=SECRET-hit-0 run=SECRET-run-1 identified"},
    {"!12 =1 Enter =4",
        "home > search > course > ask course=SECRET-course-1 run=SECRET-run-1 identified"},
    {"!12 =1 Enter =1", "home > search > course > ask course=SECRET-course-0 identified"},
    {"Enter =1 Enter =4 !12 =2", "home > search > course course=SECRET-hit-0 focus=3 identified"},
    /* Asking. */
    {"!12 =1 Enter =4 =1", "requests identified \"Noted.\""},
    {"!12 =1 Enter =4 =1 Esc", "home identified"},
    {"!12 =1 Enter =4 ->disk_full =1",
        "home > search > course > ask course=SECRET-course-1 run=SECRET-run-1 identified \"The "
        "disk is full.\""},
    {"!12 =1 Enter =4 ->already_asked =1", "requests identified \"Asked before.\""},
    /* A screen lies on the stack once. */
    {"Enter F1 F1 F1", "home > help"},
    {"!12 =2 =1", "home > requests > course course=SECRET-course-0 identified"},
    {"!12 =2 =99 =5 =x Enter Esc Esc", "home > requests focus=20 text='x' identified"},
    /* The end. */
    {"Enter =1 =las Down Enter =4 !12 idle", "start"},
    {"Enter =1 =las Down Enter =4 =123 idle", "start"},
    {"idle", "start"},
    {"!12 =2 =0 =3", "start"},
};

static void keys_lead_where_they_should(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
        struct world w;
        struct buf is = BUF_INIT(2000);
        world_start(&w, HOUSE);
        play(&w, walks[i].script);
        describe(&w, &is);
        if (strcmp(is.p, walks[i].then) != 0)
            fail_msg("'%s' leads to\n%s\ninstead of\n%s", walks[i].script, is.p, walks[i].then);
        buf_release(&is);
        world_end(&w);
    }
}

/* What the kiosk is asked for carries what was chosen. */
static void the_effect_carries_the_choice(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, HOUSE);
    play(&w, "!12 =1 Enter =4 =1");
    assert_int_equal(w.last.action, ACTION_ask);
    assert_string_equal(w.last.param[PARAM_course], "SECRET-course-1");
    assert_string_equal(w.last.param[PARAM_run], "SECRET-run-1");
    assert_string_equal(w.last.param[PARAM_facet], "");
    world_end(&w);
}

static void pages_of_an_article_turn(void **unused)
{
    (void)unused;
    static const struct {
        const char *keys;
        int page;
    } turns[] = {
        {"Enter", 1},
        {"PgDn", 1},
        {"Down", 1},
        {"Down Up", 0},
        {"PgDn PgUp PgUp", 0},
        {"PgDn PgDn PgDn PgDn", 2},
    };
    for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        struct world w;
        world_start(&w, HOUSE);
        w.pages = 3;
        play(&w, "Enter =1 Enter Tab");
        play(&w, turns[i].keys);
        assert_string_equal(state_screen(&w.app, &w.st)->name, "about");
        assert_int_equal(state_frame(&w.st)->page, turns[i].page);
        play(&w, "PgDn PgDn Enter");
        assert_string_equal(state_screen(&w.app, &w.st)->name, "course");
        world_end(&w);
    }
}

/* A row that is not there yet must not be taken for "any". */
static void a_row_that_is_not_fetched_is_not_chosen(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, HOUSE);
    w.window = 3;
    play(&w, "!12 =1 Enter =8");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "course");
    assert_int_equal(state_frame(&w.st)->focus, 7);
    w.first = 4;
    play(&w, "Enter");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "ask");
    assert_string_equal(state_frame(&w.st)->param[PARAM_run], "SECRET-run-5");
    world_end(&w);
}

static void a_thing_that_went_away_is_not_asked_for(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, HOUSE);
    play(&w, "!12 =1 Enter");
    w.one = 0;
    play(&w, "=1");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "course");
    world_end(&w);
}

static void a_detour_is_forgotten_when_it_is_over(void **unused)
{
    (void)unused;
    static const char *const ends[] = {"!12", "F1 =0", "F1 !12", "idle"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct world w;
        static const char none[PARAMS_COUNT][LIM_PARAM];
        world_start(&w, HOUSE);
        play(&w, "Enter =1 Enter =1");
        assert_true(w.st.then_set);
        assert_string_equal(w.st.then_param[PARAM_course], "SECRET-hit-0");
        play(&w, ends[i]);
        assert_false(w.st.then_set);
        assert_memory_equal(w.st.then_param, none, sizeof(none));
        world_end(&w);
    }
}

static void the_focus_stays_among_the_rows(void **unused)
{
    (void)unused;
    struct world w;
    world_start(&w, HOUSE);
    play(&w, "!12 =2 =9 Down Down");
    assert_int_equal(state_frame(&w.st)->focus, 10);
    w.many = 2;
    play(&w, "Enter");
    assert_string_equal(state_screen(&w.app, &w.st)->name, "search");
    world_end(&w);
}

static void typing_stops_where_the_room_ends(void **unused)
{
    (void)unused;
    struct world w;
    struct event ev = {.kind = EVENT_CHAR};
    world_start(&w, HOUSE);
    play(&w, "Enter =1");
    for (int i = 0; i < LIM_QUERY; i++) {
        ev.ch = 0x141; /* two bytes */
        world_step(&w, &ev);
    }
    assert_int_equal(strlen(w.st.search.text), (LIM_QUERY - 1) / 2 * 2);
    play(&w, "Backspace");
    assert_int_equal(strlen(w.st.search.text), (LIM_QUERY - 1) / 2 * 2 - 2);
    ev.ch = 0x1B;
    world_step(&w, &ev);
    assert_null(strchr(w.st.search.text, 0x1B));
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_lead_where_they_should),
        cmocka_unit_test(the_effect_carries_the_choice),
        cmocka_unit_test(pages_of_an_article_turn),
        cmocka_unit_test(a_row_that_is_not_fetched_is_not_chosen),
        cmocka_unit_test(a_thing_that_went_away_is_not_asked_for),
        cmocka_unit_test(a_detour_is_forgotten_when_it_is_over),
        cmocka_unit_test(the_focus_stays_among_the_rows),
        cmocka_unit_test(typing_stops_where_the_room_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
