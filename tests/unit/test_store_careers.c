/* SPDX-License-Identifier: EUPL-1.2 */
/* Careers in the cache: their numbers follow the records, and what the screens read of them. */
#include "store_fixture.h"

#include "raw.h"

/* ---- a small trade ---- */

static struct record *add_occupation(
    struct fixture *f, const char *id, const char *label, const char *ladder, int rung)
{
    struct record *r = add_record(f, TYPE_OCCUPATION, id);
    record_set_text(r, OCCUPATION_source, "s1");
    record_set_text(r, OCCUPATION_label, label);
    record_set_text(r, OCCUPATION_ladder, ladder);
    record_set_number(r, OCCUPATION_rung, rung ? rung : NO_NUMBER);
    return r;
}

static void add_skill(struct fixture *f, const char *id, const char *label)
{
    struct record *r = add_record(f, TYPE_SKILL, id);
    record_set_text(r, SKILL_source, "s1");
    record_set_text(r, SKILL_label, label);
}

static const char *joined(struct fixture *f, const char *a, const char *b)
{
    char id[LIM_ID];
    (void)snprintf(id, sizeof(id), "%s-%s", a, b);
    return arena_strdup(&f->mem, id);
}

/* level 0: not known */
static void add_need(
    struct fixture *f, const char *occupation, const char *skill, int level, bool essential)
{
    struct record *r = add_record(f, TYPE_NEED, joined(f, occupation, skill));
    record_set_text(r, NEED_occupation, occupation);
    record_set_text(r, NEED_skill, skill);
    record_set_number(r, NEED_level, level ? level : NO_NUMBER);
    record_set_number(r, NEED_essential, essential);
}

static void add_step(struct fixture *f, const char *from, const char *to, enum direction kind,
    int months, int days_off)
{
    struct record *r = add_record(f, TYPE_CAREER_STEP, joined(f, from, to));
    record_set_text(r, CAREER_STEP_from, from);
    record_set_text(r, CAREER_STEP_to, to);
    record_set_number(r, CAREER_STEP_kind, kind);
    record_set_number(r, CAREER_STEP_months, months);
    record_set_number(r, CAREER_STEP_days_off, days_off);
    record_set_text(r, CAREER_STEP_opens, "nl:NIL 1\nen:NIL one");
}

static struct record *add_outcome(
    struct fixture *f, const char *course, const char *skill, int level)
{
    struct record *r = add_record(f, TYPE_OUTCOME, joined(f, course, skill));
    record_set_text(r, OUTCOME_course, course);
    record_set_text(r, OUTCOME_skill, skill);
    record_set_number(r, OUTCOME_level, level ? level : NO_NUMBER);
    return r;
}

static void add_occupations(struct fixture *f)
{
    struct record *r = add_record(f, TYPE_SOURCE, "s1");
    record_set_text(r, SOURCE_name, "the fund");
    record_set_number(r, SOURCE_checked, 1790000000000);
    record_set_text(r, SOURCE_credit, "nl:Met dank aan.\nen:Thanks to.");
    r = add_occupation(f, "las", "nl:Lasser\nen:Welder", "nl:Lassen\nen:Welding", 2);
    record_set_text(r, OCCUPATION_does, "nl:Je last.\nen:You weld.");
    record_set_text(r, OCCUPATION_day, "nl:Vonken.");
    record_set_text(r, OCCUPATION_keywords, "booglasser\nMAG");
    record_set_text(r, OCCUPATION_wants, "better\nlead");
    record_set_text(r, OCCUPATION_interests, "hands\nalone");
    record_set_number(r, OCCUPATION_checked, f->today);
    r = add_occupation(f, "help", "nl:Hulplasser\nen:Helper", "nl:Lassen\nen:Welding", 1);
    record_set_text(r, OCCUPATION_wants, "other");
    record_set_text(r, OCCUPATION_interests, "hands\npeople");
    r = add_occupation(f, "all", "nl:Allround lasser", "nl:Lassen\nen:Welding", 3);
    record_set_text(r, OCCUPATION_interests, "hands");
    add_occupation(f, "rob", "nl:Robotman\nen:Robot operator", "nl:Robots\nen:Robots", 1);
    r = add_occupation(f, "bak", "nl:Bakker\nen:Baker", "", 0);
    record_set_number(r, OCCUPATION_other_trade, 1);
    add_occupation(f, "e-1", "nl:lasser\nen:welder", "", 0); /* of a classification */
    add_occupation(f, "e-2", "nl:onderwaterlasser", "", 0);
}

static void add_trade(struct fixture *f)
{
    add_occupations(f);
    add_skill(f, "veilig", "nl:veilig werken\nen:work safely");
    add_skill(f, "boog", "nl:een boog trekken\nen:strike an arc");
    add_skill(f, "lezen", "nl:een tekening lezen");
    add_need(f, "help", "veilig", 2, true);
    add_need(f, "las", "veilig", 2, true);
    add_need(f, "las", "boog", 3, true);
    add_need(f, "las", "lezen", 2, false);
    add_need(f, "all", "boog", 4, true);
    add_need(f, "rob", "boog", 0, true);
    add_step(f, "help", "las", DIRECTION_grow, 12, 20);
    add_step(f, "las", "all", DIRECTION_grow, 24, 5);
    add_step(f, "las", "rob", DIRECTION_broaden, 6, 4);
    add_step(f, "bak", "help", DIRECTION_switch, 3, 0);
    struct record *r = add_course(f, "c1", "Boog voor beginners");
    record_set_number(r, COURSE_days, 250);
    record_set_number(r, COURSE_price, 90000);
    add_course(f, "c2", "Boog hoger");
    add_run(f, "r1", "c1", f->today + 9, "Zwolle", "Twente");
    add_run(f, "r0", "c1", f->today - 9, "Assen", "Noord");
    add_outcome(f, "c1", "boog", 3);
    add_outcome(f, "c2", "boog", 5);
}

static int start_with_a_trade(void **state)
{
    if (fixture_start_open(state) < 0)
        return -1;
    add_trade(*state);
    apply(*state, "1");
    finish(*state);
    return 0;
}

/* ---- what is read ---- */

static const char *cost_of(const struct record *job)
{
    static char out[64];
    (void)snprintf(out, sizeof(out), "%s %d+%d %d/%d", job->id, (int)record_number(job, JOB_months),
        (int)record_number(job, JOB_days_off), (int)record_number(job, JOB_have),
        (int)record_number(job, JOB_essential));
    return out;
}

static const char *neighbours(struct fixture *f, const char *occupation)
{
    MUST(store_neighbours(f->kiosk, occupation, "nl", 0, 10, &f->rs, err));
    return ids(f);
}

static const char *abilities(struct fixture *f, const char *occupation, const char *from)
{
    MUST(store_abilities(f->kiosk, occupation, from, "nl", f->today, 0, 10, &f->rs, err));
    return ids(f);
}

static const char *way(struct fixture *f, const char *from, const char *to)
{
    struct way_cost cost;
    MUST(store_way(f->kiosk, from, to, WAY_BY_months, "nl", &f->rs, &cost, err));
    return ids(f);
}

static const char *called(struct fixture *f, const char *text)
{
    MUST(store_jobs_called(f->kiosk, text, "nl", 0, 10, &f->rs, err));
    return ids(f);
}

/* ---- in a language ---- */

static void a_card_speaks_the_language(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *lang, *label, *ladder, *does, *credit;
    } cases[] = {
        {"nl", "Lasser", "Lassen", "Je last.", "Met dank aan."},
        {"en", "Welder", "Welding", "You weld.", "Thanks to."},
        {"pl", "Lasser", "Lassen", "Je last.", "Met dank aan."},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        MUST(store_card(f->kiosk, "las", cases[i].lang, &f->rs, err));
        assert_int_equal(f->rs.total, 1);
        const struct record *card = &f->rs.rows[0];
        assert_string_equal(record_text(card, CARD_label), cases[i].label);
        assert_string_equal(record_text(card, CARD_ladder), cases[i].ladder);
        assert_string_equal(record_text(card, CARD_does), cases[i].does);
        assert_string_equal(record_text(card, CARD_day), "Vonken.");
        assert_string_equal(record_text(card, CARD_credit), cases[i].credit);
        assert_string_equal(record_text(card, CARD_source), "the fund");
        assert_int_equal(record_number(card, CARD_rung), 2);
        assert_int_equal(record_number(card, CARD_checked), f->today);
    }
    MUST(store_card(f->kiosk, "nobody", "nl", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
    MUST(store_neighbours(f->kiosk, "help", "en", 0, 10, &f->rs, err));
    assert_string_equal(record_text(&f->rs.rows[0], JOB_label), "Welder");
    assert_string_equal(record_text(&f->rs.rows[0], JOB_opens), "NIL one");
    MUST(store_abilities(f->kiosk, "las", "", "en", f->today, 0, 10, &f->rs, err));
    assert_string_equal(record_text(&f->rs.rows[0], ABILITY_label), "work safely");
    MUST(store_ladders(f->kiosk, "en", 0, 10, &f->rs, err));
    assert_string_equal(record_text(&f->rs.rows[0], JOB_ladder), "Welding");
}

static void lists_are_of_the_own_trade(void **state)
{
    struct fixture *f = *state;
    MUST(store_ladders(f->kiosk, "nl", 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "help rob"); /* the lowest rung of each */
    assert_int_equal(record_number(&f->rs.rows[0], JOB_count), 3);
    assert_int_equal(f->rs.total, 2);
    MUST(store_ladder(f->kiosk, "all", "nl", 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "help las all");
    MUST(store_ladder(f->kiosk, "all", "nl", 1, 1, &f->rs, err));
    assert_string_equal(ids(f), "las");
    assert_int_equal(f->rs.total, 3);
    MUST(store_wanted(f->kiosk, "lead", "nl", 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "las");
    MUST(store_wanted(f->kiosk, "le", "nl", 0, 10, &f->rs, err)); /* part of a wish is none */
    assert_string_equal(ids(f), "");
    MUST(store_trades(f->kiosk, "nl", 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "bak");
    MUST(store_ways_in(f->kiosk, "help", "nl", 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "bak");
    assert_string_equal(cost_of(&f->rs.rows[0]), "bak 3+0 0/1");
}

static void likings_are_weighed(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *answers[3], *want;
    } cases[] = {
        {{"hands"}, "help las all"}, /* the same score: the lower rung first */
        {{"hands", "alone"}, "las all help"},
        {{"hands", "people"}, "help all las"}, /* it speaks against who is alone */
        {{"people"}, "help"},
        {{"head"}, ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned tastes = 0;
        for (int a = 0; cases[i].answers[a]; a++)
            tastes |= 1u << choice_index(TASTES, cases[i].answers[a], strlen(cases[i].answers[a]));
        MUST(store_liked(f->kiosk, tastes, "nl", 0, 10, &f->rs, err));
        assert_string_equal(ids(f), cases[i].want);
    }
}

static void names_are_found(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"las", "las"}, /* by id, though it is part of many names */
        {"e-1", "e-1"},
        {"Lasser", "las"}, /* the own trade goes before a classification */
        {"wElDeR", "las"},
        {"booglasser", "las"},
        {"mag", "las"},
        {"allround", "all"},
        {"hulp", "help"},
        {"onderwater", "e-2"},
        {"lass", "e-1 e-2 help las all"}, /* part of several */
        {"kapper", ""},
        {"boogl", ""}, /* of another word for it all must stand there */
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(called(f, cases[i].text), cases[i].want);
    MUST(store_jobs_called(f->kiosk, "lass", "nl", 1, 2, &f->rs, err));
    assert_string_equal(ids(f), "e-2 help");
    assert_int_equal(f->rs.total, 5);
}

/* ---- what it takes ---- */

static void abilities_name_the_next_course(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(abilities(f, "las", ""), "veilig boog lezen");
    assert_string_equal(abilities(f, "las", "help"), "boog veilig lezen"); /* missing, there */
    assert_int_equal(record_number(&f->rs.rows[0], ABILITY_there), 0);
    assert_int_equal(record_number(&f->rs.rows[1], ABILITY_there), 1);
    assert_int_equal(record_number(&f->rs.rows[2], ABILITY_essential), 0);
    const struct record *boog = &f->rs.rows[0];
    assert_string_equal(record_text(boog, ABILITY_course), "c1"); /* of its level */
    assert_int_equal(record_number(boog, ABILITY_start), f->today + 9);
    assert_string_equal(record_text(boog, ABILITY_place), "Zwolle");
    assert_int_equal(record_number(boog, ABILITY_price), 90000);
    assert_string_equal(abilities(f, "all", "las"), "boog"); /* a level higher */
    assert_string_equal(record_text(&f->rs.rows[0], ABILITY_course), "c2");
    assert_string_equal(abilities(f, "rob", "las"), "boog");
    assert_int_equal(record_number(&f->rs.rows[0], ABILITY_there), 1); /* no level is asked */
    assert_string_equal(record_text(&f->rs.rows[0], ABILITY_course), "");
    assert_string_equal(abilities(f, "nobody", "las"), "");
    MUST(store_abilities(f->kiosk, "las", "", "nl", f->today, 1, 1, &f->rs, err));
    assert_string_equal(ids(f), "boog");
    assert_int_equal(f->rs.total, 3);
}

static void ways_go_from_step_to_step(void **state)
{
    struct fixture *f = *state;
    struct way_cost cost;
    MUST(store_way(f->kiosk, "bak", "all", WAY_BY_months, "nl", &f->rs, &cost, err));
    assert_string_equal(ids(f), "help las all");
    assert_int_equal(cost.months, 3 + 12 + 24);
    assert_int_equal(cost.days_off, 0 + 20 + 5);
    assert_string_equal(cost_of(&f->rs.rows[1]), "las 12+20 1/2");
    assert_string_equal(way(f, "all", "help"), "help"); /* a first rung is open to anybody */
    assert_string_equal(way(f, "las", "las"), "");
    assert_string_equal(way(f, "las", "bak"), "");
    assert_string_equal(way(f, "nobody", "las"), "");
    assert_string_equal(neighbours(f, "las"), "all rob"); /* up, then aside */
    assert_string_equal(cost_of(&f->rs.rows[0]), "all 24+5 0/1");
}

/* ---- the numbers follow the records ---- */

/* How often the numbers were made. */
static int64_t times_made(struct fixture *f)
{
    int64_t n = -1;
    char path[120];
    sqlite3_stmt *s;
    (void)snprintf(path, sizeof(path), "%s/cache.db", f->data);
    sqlite3 *raw = raw_open(path);
    assert_int_equal(
        sqlite3_prepare_v2(raw, "SELECT number FROM meta WHERE name = 'careers'", -1, &s, NULL),
        SQLITE_OK);
    if (sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return n;
}

static void they_are_made_only_when_something_changed(void **state)
{
    struct fixture *f = *state;
    int64_t before = times_made(f);
    finish(f);
    add_run(f, "r5", "c1", f->today + 2, "Almelo", "Twente"); /* no run is among them */
    apply(f, "2");
    finish(f);
    assert_int_equal(times_made(f), before);
    add_step(f, "help", "rob", DIRECTION_switch, 1, 1);
    apply(f, "3");
    assert_string_equal(neighbours(f, "help"), "las"); /* not before the download is whole */
    finish(f);
    assert_int_equal(times_made(f), before + 1);
    assert_string_equal(neighbours(f, "help"), "las rob");
}

static void what_changes_and_goes_is_followed(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(neighbours(f, "las"), "all rob"); /* they are in memory now */
    add_step(f, "las", "all", DIRECTION_grow, 18, 2);
    add_need(f, "las", "lezen", 2, true);
    apply(f, "2");
    finish(f);
    (void)neighbours(f, "las");
    assert_string_equal(cost_of(&f->rs.rows[0]), "all 18+2 0/1");
    (void)neighbours(f, "help");
    assert_string_equal(cost_of(&f->rs.rows[0]), "las 12+20 1/3");
    add_tombstone(f, TYPE_OCCUPATION, "all"); /* what speaks of it may go later */
    add_tombstone(f, TYPE_NEED, "las-boog");
    apply(f, "3");
    finish(f);
    assert_string_equal(neighbours(f, "las"), "rob");
    assert_string_equal(way(f, "help", "all"), "");
    assert_string_equal(abilities(f, "las", ""), "veilig lezen");
    add_tombstone(f, TYPE_COURSE, "c1");
    apply(f, "4");
    finish(f);
    (void)abilities(f, "rob", "");
    assert_string_equal(record_text(&f->rs.rows[0], ABILITY_course), "c2");
}

/* A course that goes makes what it gave harder to learn: a step that nobody has drawn shows it. */
static void a_course_that_goes_counts(void **state)
{
    struct fixture *f = *state;
    (void)way(f, "bak", "rob");
    assert_string_equal(cost_of(&f->rs.rows[0]), "rob 1+1 0/1"); /* the shorter course */
    int64_t months = record_number(&f->rs.rows[0], JOB_months);
    add_tombstone(f, TYPE_COURSE, "c1");
    add_tombstone(f, TYPE_COURSE, "c2");
    apply(f, "2");
    finish(f);
    (void)way(f, "bak", "rob");
    assert_int_equal(record_number(&f->rs.rows[0], JOB_days_off), 0);
    assert_true(record_number(&f->rs.rows[0], JOB_months) > months);
}

/* A full download removes what it does not name; the numbers are made of the rest. */
static void a_download_from_the_start_forgets_the_rest(void **state)
{
    struct fixture *f = *state;
    MUST(cache_restart(f->sync, err));
    add_occupations(f);
    add_step(f, "help", "las", DIRECTION_grow, 12, 20);
    add_step(f, "help", "help", DIRECTION_grow, 1, 2); /* leads nowhere */
    apply(f, "1");
    finish(f);
    assert_string_equal(neighbours(f, "help"), "las");
    assert_string_equal(neighbours(f, "las"), "");
    assert_string_equal(abilities(f, "las", ""), "");
    MUST(cache_restart(f->sync, err));
    add_run(f, "r1", "c1", f->today + 9, "Zwolle", "Twente"); /* nothing of careers at all */
    apply(f, "1");
    finish(f);
    assert_string_equal(neighbours(f, "help"), "");
    assert_int_equal(times_made(f), 3);
}

static void damaged_numbers_read_as_none(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int kind; /* of what: occupations, open, skills, needs, moves, lessons */
        const char *items;
    } damage[] = {
        {0, "substr(items, 2)"}, /* no whole number of them */
        {0, "x''"},
        {0, "substr(items, 1, 8)"}, /* too few */
        {1, "CAST(x'02' || substr(items, 2) AS BLOB)"},
        {3, "CAST(x'ffffff7f' || substr(items, 5) AS BLOB)"},
        {4, "CAST(x'ffffffff' || substr(items, 5) AS BLOB)"},
        {4, "CAST(substr(items, 1, 8) || x'04' || substr(items, 10) AS BLOB)"}, /* no direction */
        {5, "substr(items, 13)"},
        {5, "CAST(x'04' || substr(items, 2) AS BLOB)"},
    };
    char path[120], sql[200];
    (void)snprintf(path, sizeof(path), "%s/cache.db", f->data);
    for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
        add_step(f, "help", "rob", DIRECTION_switch, 1 + (int)i, 1); /* makes them anew */
        apply(f, "2");
        finish(f);
        store_close(f->kiosk);
        f->kiosk = NULL;
        (void)snprintf(sql, sizeof(sql), "UPDATE career SET items = %s WHERE kind = %d",
            damage[i].items, damage[i].kind);
        raw_exec(path, sql);
        MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
        assert_string_equal(neighbours(f, "help"), "");
        assert_string_equal(way(f, "help", "all"), "");
        assert_string_equal(abilities(f, "las", ""), "");
        MUST(store_card(f->kiosk, "las", "nl", &f->rs, err)); /* the records are still there */
        assert_int_equal(f->rs.count, 1);
    }
}

static void without_a_download_there_are_none(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(neighbours(f, "las"), "");
    assert_string_equal(called(f, "las"), "");
    MUST(store_ladders(f->kiosk, "nl", 0, 10, &f->rs, err));
    assert_int_equal(f->rs.count, 0);
    MUST(store_liked(f->kiosk, 1, "nl", 0, 10, &f->rs, err));
    assert_int_equal(f->rs.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start_with_a_trade, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_card_speaks_the_language),
        TEST(lists_are_of_the_own_trade),
        TEST(likings_are_weighed),
        TEST(names_are_found),
        TEST(abilities_name_the_next_course),
        TEST(ways_go_from_step_to_step),
        TEST(they_are_made_only_when_something_changed),
        TEST(what_changes_and_goes_is_followed),
        TEST(a_course_that_goes_counts),
        TEST(a_download_from_the_start_forgets_the_rest),
        TEST(damaged_numbers_read_as_none),
        cmocka_unit_test_setup_teardown(
            without_a_download_there_are_none, fixture_start_open, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
