/* SPDX-License-Identifier: EUPL-1.2 */
/* What people type, and what they find, in a small catalogue. */
#include "store_fixture.h"

static int small_catalogue(void **state)
{
    if (fixture_start_open(state) < 0)
        return -1;
    struct fixture *f = *state;
    struct record *r = add_record(f, TYPE_SOURCE, "s1");
    record_set_text(r, SOURCE_name, "demo");
    record_set_number(r, SOURCE_checked, 1790000000000);

    r = add_course(f, "mig", "MIG/MAG-lassen niveau 1");
    record_set_text(r, COURSE_themes, "Lassen");
    record_set_number(r, COURSE_price, 129000);
    record_set_number(r, COURSE_days, 800);
    r = add_course(f, "boog", "Booglassen voor beginners");
    record_set_text(r, COURSE_themes, "Lassen\nBasis");
    record_set_number(r, COURSE_form, FORM_workplace);
    record_set_number(r, COURSE_price, 0);
    r = add_course(f, "werk", "Laswerk voorbereiden");
    record_set_number(r, COURSE_price, 25000);
    record_set_number(r, COURSE_days, 100);
    r = add_course(f, "lasser", "Allround lasser");
    record_set_number(r, COURSE_hours, 1600);
    r = add_course(f, "frees", "Frezen basis");
    record_set_text(r, COURSE_provider, "Lassenschool");
    record_set_text(r, COURSE_certificate, "Certificaat Frezen");
    r = add_course(f, "klas", "Klassikaal plastic lijmen");
    record_set_text(r, COURSE_keywords, "kleven");
    record_set_number(r, COURSE_form, FORM_online);
    r = add_course(f, "lasrobot", "Robots: werken met lassen");
    record_set_text(r, COURSE_provider, "Über École");

    add_run(f, "r1", "mig", f->today + 30, "Zwolle", "Overijssel");
    add_run(f, "r2", "mig", f->today + 10, "Almelo", "Twente");
    add_run(f, "r3", "boog", f->today + 20, "Zwolle", "Overijssel");
    add_run(f, "r4", "lasrobot", f->today + 5, "'s-Hertogenbosch", "Brabant");
    apply(f, "1");
    finish(f);
    return 0;
}

static void finds(void **state)
{
    static const char *const cases[][2] = {
        /* whole in the title, then begins so, then by family, then by who teaches it */
        {"lassen", "lasrobot mig boog werk lasser frees"},
        {"las", "lasrobot mig werk lasser boog frees"},
        {"lasser", "lasser lasrobot mig boog werk"},
        {"laswerk ", "werk lasrobot"},
        {"klassikaal", "klas"},
        {"plastic", "klas"},
        {"frezen", "frees"},
        {"frees", "frees"},
        {"freesje", ""},
        {"boog lassen", "boog"},
        {"lassen zwolle", "mig boog"},
        {"zwolle", "mig boog"},
        {"hertogenbosch", "lasrobot"},
        {"lassen voor", "boog werk"},
        {"lassen voor ", "lasrobot mig boog werk lasser"},
        {"co2", "mig"},
        {"CO2-lassen", "mig"},
        {"welding", "lasrobot mig boog werk lasser"},
        {"Spawanie", "lasrobot mig boog werk lasser"},
        {"kaynak", "lasrobot mig boog werk lasser"},
        {"kayn", "lasrobot mig boog werk lasser"},
        {"uber ecole", "lasrobot"},
        {"ÜBER", "lasrobot"},
        {"mig mag", "mig"},
        {"mig/mag", "mig"},
        {"kleven", "klas"},
        {"certificaat", "frees"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *found = search(f, cases[i][0]);
        if (strcmp(found, cases[i][1]) != 0)
            fail_msg("'%s' finds '%s', not '%s'", cases[i][0], found, cases[i][1]);
    }
}

static void corrects(void **state)
{
    static const char *const cases[][3] = {
        {"lasen", "lassen", "lasrobot mig boog werk lasser frees"},
        {"lasssen ", "lassen", "lasrobot mig boog werk lasser frees"},
        {"zwole lassen", "zwolle lassen", "mig boog"},
        {"plestic", "plastic", "klas"},
        {"lassen", "", "lasrobot mig boog werk lasser frees"},
        {"frezen lassen", "", "frees"},
        {"klassi kaal", "klassikaal", "klas"},
        {"klasi kal", "klassikaal", "klas"},
        {"mi g", "mig", "mig"},
        {"plastic zwolle", "plastic", "klas"},
        {"plestic zwole rijden", "plastic", "klas"},
        {"frezen qwrtpsdfg", "frezen", "frees"},
        {"qwrtpsdfg frezen", "frezen", "frees"},
        {"qwrtpsdfg zxcvb", "", ""},
        {"qwrtpsdfg", "", ""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char corrected[LIM_QUERY];
        struct search_input in = {0};
        (void)str_copy(in.text, sizeof(in.text), cases[i][0]);
        MUST(store_search(f->kiosk, &in, f->today, 0, 50, &f->rs, corrected, err));
        assert_string_equal(corrected, cases[i][1]);
        assert_string_equal(ids(f), cases[i][2]);
    }
}

static void awkward_input(void **state)
{
    static const char *const inputs[] = {"\"", "'", "\"lassen", "lassen AND frezen", "NEAR(a b)",
        "*", "las*", "-lassen", "lassen -frezen", "title:lassen", "(", "a OR b", "%", "_", "\\",
        ";DROP TABLE course", "\xF0\x9F\x94\xA5", "\xFF\xFE", "~las", "^las", "{title}", "+",
        "\t\n", "\xE2\x80\xAE", "''\"\"``", "l l l l l l l l l l l l l l l l", "NULL", "0",
        "\x01\x02"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++)
        (void)search(f, inputs[i]);
    assert_string_equal(search(f, "lassen"), "lasrobot mig boog werk lasser frees");
    assert_string_equal(search(f, "\"lassen\" ***"), "lasrobot mig boog werk lasser");
    assert_int_not_equal(strlen(search(f, " -- ")), 0);
}

static void hits_are_complete(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(search(f, "mig"), "mig");
    const struct record *r = &f->rs.rows[0];
    assert_string_equal(record_text(r, HIT_title), "MIG/MAG-lassen niveau 1");
    assert_string_equal(record_text(r, HIT_provider), "Praktijkschool");
    assert_int_equal(record_number(r, HIT_form), FORM_classroom);
    assert_int_equal(record_number(r, HIT_price), 129000);
    assert_int_equal(record_number(r, HIT_start), f->today + 10);
    assert_string_equal(record_text(r, HIT_place), "Almelo");
    assert_int_equal(record_number(r, HIT_seats_left), 4);
    assert_int_equal(record_number(r, HIT_checked), 1790000000000);
    (void)search(f, "klassikaal");
    assert_int_equal(record_number(&f->rs.rows[0], HIT_start), NO_NUMBER);
}

/* Where and when somebody wants to learn decides which date a hit shows. */
static void hits_show_the_run_that_was_asked_for(void **state)
{
    struct fixture *f = *state;
    struct search_input in = {.text = "mig"};
    struct civil later = civil_from_date(f->today + 30);
    (void)str_copy(in.chosen[FACET_region], sizeof(in.chosen[0]), "Overijssel");
    MUST(store_search(f->kiosk, &in, f->today, 0, 1, &f->rs, NULL, err));
    assert_string_equal(record_text(&f->rs.rows[0], HIT_place), "Zwolle");
    in.chosen[FACET_region][0] = '\0';
    (void)snprintf(
        in.chosen[FACET_month], sizeof(in.chosen[0]), "%04d-%02d", later.year, later.month);
    MUST(store_search(f->kiosk, &in, f->today, 0, 1, &f->rs, NULL, err));
    bool same = civil_from_date(f->today + 10).month == later.month;
    assert_string_equal(record_text(&f->rs.rows[0], HIT_place), same ? "Almelo" : "Zwolle");
}

static void windows(void **state)
{
    struct fixture *f = *state;
    struct search_input in = {.text = "lassen"};
    MUST(store_search(f->kiosk, &in, f->today, 2, 3, &f->rs, NULL, err));
    assert_string_equal(ids(f), "boog werk lasser");
    assert_int_equal(f->rs.total, 6);
    assert_int_equal(f->rs.first, 2);
    MUST(store_search(f->kiosk, &in, f->today, 6, 3, &f->rs, NULL, err));
    assert_int_equal(f->rs.count, 0);
}

static void sorts(void **state)
{
    static const struct {
        enum sort sort;
        const char *first;
    } cases[] = {{SORT_soonest, "lasrobot mig boog"}, {SORT_cheapest, "boog werk mig"},
        {SORT_shortest, "werk lasser mig"}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct search_input in = {.text = "lassen", .sort = cases[i].sort};
        MUST(store_search(f->kiosk, &in, f->today, 0, 3, &f->rs, NULL, err));
        assert_string_equal(ids(f), cases[i].first);
    }
}

/* "id=count ..." and '!' after what is chosen. */
static const char *facets(struct fixture *f, const struct search_input *in, int facet)
{
    static char out[2000];
    MUST(store_facets(f->kiosk, in, f->today, facet, 0, 64, &f->rs, err));
    out[0] = '\0';
    for (int i = 0; i < f->rs.count; i++) {
        const struct record *r = &f->rs.rows[i];
        size_t n = strlen(out);
        (void)snprintf(out + n, sizeof(out) - n, "%s%s=%d%s", i ? " " : "", r->id,
            (int)record_number(r, FACET_count), record_number(r, FACET_chosen) ? "!" : "");
    }
    return out;
}

static void facets_count(void **state)
{
    struct fixture *f = *state;
    struct search_input in = {.text = "lassen"};
    assert_string_equal(facets(f, &in, FACET_form), "*=6! classroom=5 workplace=1");
    assert_string_equal(facets(f, &in, FACET_theme), "*=6! Lassen=2 Basis=1");
    assert_string_equal(facets(f, &in, FACET_region), "*=6! Overijssel=2 Brabant=1 Twente=1");
    assert_string_equal(facets(f, &in, FACET_price), "*=6! 0=1 1=1 4=1");
    assert_string_equal(
        facets(f, &in, FACET_provider), "*=6! Praktijkschool=4 Lassenschool=1 Über École=1");
    (void)str_copy(in.chosen[FACET_form], sizeof(in.chosen[0]), "workplace");
    assert_string_equal(facets(f, &in, FACET_form), "*=6 classroom=5 workplace=1!");
    assert_string_equal(facets(f, &in, FACET_theme), "*=1! Basis=1 Lassen=1");
    (void)str_copy(in.chosen[FACET_theme], sizeof(in.chosen[0]), "Basis");
    assert_string_equal(facets(f, &in, -1), "theme=1! form=1! region=1 provider=1 month=1 price=1");
    (void)str_copy(in.chosen[FACET_theme], sizeof(in.chosen[0]), "Gone");
    assert_string_equal(facets(f, &in, -1), "theme=0! form=0! region=0 provider=0 month=0 price=0");
    MUST(store_search(f->kiosk, &in, f->today, 0, 10, &f->rs, NULL, err));
    assert_int_equal(f->rs.total, 0);
}

static void months_in_order(void **state)
{
    struct fixture *f = *state;
    struct search_input in = {0};
    (void)facets(f, &in, FACET_month);
    int n = f->rs.count;
    int64_t courses = 0;
    for (int i = 1; i < f->rs.count; i++) {
        assert_true(i == 1 || strcmp(f->rs.rows[i - 1].id, f->rs.rows[i].id) < 0);
        assert_true(record_number(&f->rs.rows[i], FACET_count) > 0); /* or there is no way on */
        courses += record_number(&f->rs.rows[i], FACET_count);
    }
    assert_true(courses >= 3 && courses <= 4); /* mig may have both its runs in one month */
    MUST(store_facets(f->kiosk, &in, f->today, FACET_month, n - 1, 5, &f->rs, err));
    assert_int_equal(f->rs.count, 1);
    assert_int_equal(f->rs.total, n);
}

static void follows_the_sync(void **state)
{
    struct fixture *f = *state;
    struct search_input in = {.text = "plastic"};
    assert_string_equal(search(f, "plastic"), "klas");
    add_course(f, "klas2", "Plastic spuitgieten");
    apply(f, "2");
    assert_string_equal(search(f, "plastic"), "klas klas2");
    assert_string_equal(facets(f, &in, FACET_form), "*=2! classroom=1 online=1");
    MUST(cache_set_contact(f->sync, "ok", clock_now(), err));
    assert_string_equal(search(f, "plastic"), "klas klas2");
}

/* More names than a set has places: the last are counted nowhere, and nothing else breaks. */
static void very_many_themes(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 80; i++) {
        char text[32];
        (void)snprintf(text, sizeof(text), "many%d", i);
        struct record *r = add_course(f, text, "Veel");
        (void)snprintf(text, sizeof(text), "Thema %d", i);
        record_set_text(r, COURSE_themes, arena_strdup(&f->mem, text));
    }
    apply(f, "2");
    struct search_input in = {.text = "veel"};
    MUST(store_facets(f->kiosk, &in, f->today, FACET_theme, 0, 64, &f->rs, err));
    assert_int_equal(
        f->rs.total, 1 + 61); /* all, and 63 numbers of which the small catalogue has 2 */
    (void)str_copy(in.chosen[FACET_theme], sizeof(in.chosen[0]), "Thema 60");
    MUST(store_search(f->kiosk, &in, f->today, 0, 10, &f->rs, NULL, err));
    assert_string_equal(ids(f), "many60");
}

static void broken_jargon_is_named(void **state)
{
    struct fixture *f = *state;
    char dir[100];
    struct search_input in = {.text = "lassen"};
    struct err why = {0};
    struct store *s;
    (void)snprintf(dir, sizeof(dir), "%s/search", f->share);
    write_file(dir, "jargon.txt", "fine = x\n= nothing\n");
    MUST(store_open(&s, f->data, f->share, STORE_KIOSK, NULL, err));
    assert_int_equal(store_search(s, &in, f->today, 0, 10, &f->rs, NULL, &why), -1);
    assert_int_equal(why.code, ERR_CONFIG);
    assert_non_null(strstr(why.msg, "jargon.txt"));
    assert_non_null(strstr(why.msg, "line 2"));
    store_close(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_catalogue, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds),
        TEST(corrects),
        TEST(awkward_input),
        TEST(hits_are_complete),
        TEST(hits_show_the_run_that_was_asked_for),
        TEST(windows),
        TEST(sorts),
        TEST(facets_count),
        TEST(months_in_order),
        TEST(follows_the_sync),
        TEST(very_many_themes),
        TEST(broken_jargon_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
