/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading catalogues and rosters: what is loaded, what is told, what stays and what goes. */
#include "central_house.h"

#include "base/utf8.h"
#include "central/import.h"

#define HEADER                                                                                     \
    "key,title,provider,form,price_eur,themes,read_aloud,days,run_key,run_start,run_end\n"

static void write_file(const struct house *h, const char *ending, const char *text)
{
    char path[80];
    snprintf(path, sizeof(path), "%s%s", h->path, ending);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

struct loaded {
    int rc;
    struct err err;
    struct import_result result;
    int64_t bad;
    char *told; /* on "stderr" */
};

static struct import_job job_for(const struct house *h, char path[80], struct loaded *l, FILE *told)
{
    *l = (struct loaded){0};
    snprintf(path, 80, "%s.csv", h->path);
    return (struct import_job){.path = path, .now = NOW, .problems = {.out = told, .file = "FILE"}};
}

/* Loads text as central.db.csv, whose source is therefore "central.db". */
static struct loaded load(struct house *h, const char *text, const char *map, bool dry)
{
    struct loaded l;
    size_t size;
    char *written = NULL, path[80], map_path[80];
    FILE *told = open_memstream(&written, &size);
    struct import_job job = job_for(h, path, &l, told);
    write_file(h, ".csv", text);
    if (map) {
        write_file(h, ".map", map);
        snprintf(map_path, sizeof(map_path), "%s.map", h->path);
        job.map = map_path;
    }
    job.dry_run = dry;
    l.rc = import_catalogue(h->central.db, &job, &l.result, &l.err);
    fclose(told);
    l.bad = job.problems.rows;
    l.told = written;
    return l;
}

static void expect_counts(
    const struct import_count *got, int fresh, int changed, int same, int gone)
{
    if (got->fresh != fresh || got->changed != changed || got->same != same || got->gone != gone)
        fail_msg("%d new, %d changed, %d unchanged, %d gone", (int)got->fresh, (int)got->changed,
            (int)got->same, (int)got->gone);
}

static void expect_lines(struct house *h, enum type_id type, const char *want)
{
    struct buf dump = BUF_INIT(LIM_PAGE);
    house_dump(h, type, &dump);
    assert_string_equal(dump.p, want);
    buf_release(&dump);
}

static void rows_become_courses_and_runs(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    struct loaded l = load(&h,
        HEADER "mig,\"MIG  \x1b[1m\nlassen\",P,workplace,1250.5,a; b;;a c,yes,2.5,m1,2027-01-12,\n"
               "tig,TIG,P,online,,,,,,,\n"
               "mig,ignored,Q,online,9,,,,m2,,2027-02-01\n",
        NULL, false);
    assert_int_equal(l.rc, 0);
    assert_string_equal(l.told, "");
    expect_counts(&l.result.courses, 2, 0, 0, 0);
    expect_counts(&l.result.runs, 2, 0, 0, 0);
    expect_lines(&h, TYPE_COURSE,
        " {\"type\":\"course\",\"id\":\"mig\",\"source\":\"central.db\",\"title\":\"MIG ?[1m "
        "lassen\",\"provider\":\"P\",\"form\":\"workplace\",\"themes\":[\"a\",\"b\",\"a c\"],"
        "\"read_aloud\":true,\"days\":250,\"price\":125050}\n"
        " {\"type\":\"course\",\"id\":\"tig\",\"source\":\"central.db\",\"title\":\"TIG\","
        "\"provider\":\"P\",\"form\":\"online\"}\n");
    expect_lines(&h, TYPE_RUN,
        " {\"type\":\"run\",\"id\":\"m1\",\"course\":\"mig\",\"start\":\"2027-01-12\"}\n"
        " {\"type\":\"run\",\"id\":\"m2\",\"course\":\"mig\",\"end\":\"2027-02-01\"}\n");
    expect_lines(&h, TYPE_SOURCE,
        " {\"type\":\"source\",\"id\":\"central.db\",\"name\":\"central.db.csv\","
        "\"checked\":\"2026-11-24T12:00:00Z\"}\n");
    free(l.told);
    house_close(&h);
}

static void bad_rows_are_told_and_the_good_ones_loaded(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    struct loaded l = load(&h,
        HEADER "a,A,P,online,,,,,,,\n"
               ",B,P,online,,,,,,,\n"
               "c c,C,P,online,,,,,,,\n"
               "d,,P,online,,,,,,,\n"
               "e,E,P,evening,,,,,,,\n"
               "f,F,P,online,\"1.250,00\",,,,,,\n"
               "g,G,P,online,10000000,,,,,,\n"
               "h,H,P,online,,,maybe,,,,\n"
               "i,I,P,online,,,,1.234,,,\n"
               "j,J,P,online,,,,,j1,2027-02-30,\n"
               "k,K,P,online,,,,,k1,2027-02-02,2027-02-01\n"
               "l,\"L\n\"\"\",P,online,,,,,l1,,\n"
               "l,L,P,online,,,,,l1,,\n"
               "m,M\xFF,P,online,,,,,,,\n"
               "n,N\"N,P,online,,,,,,,\n"
               "o,O,P,online,,,,,,,\n",
        NULL, false);
    assert_int_equal(l.rc, 0);
    assert_string_equal(l.told,
        "FILE:3: column key: key is missing\n"
        "FILE:4: column key: 'c c' is not a key\n"
        "FILE:5: column title: title is missing\n"
        "FILE:6: column form: 'evening' is none of workplace|online|classroom|blended\n"
        "FILE:7: column price_eur: '1.250,00' is not an amount like 1250.00\n"
        "FILE:8: column price_eur: price is out of range\n"
        "FILE:9: column read_aloud: 'maybe' is neither 1 nor 0\n"
        "FILE:10: column days: '1.234' is not an amount like 1250.00\n"
        "FILE:11: column run_start: '2027-02-30' is not a date like 2027-01-12\n"
        "FILE:12: column run_end: the last day is before the first\n"
        "FILE:14: column run_key: 'l1' stands there twice\n"
        "FILE:15: column title: not UTF-8\n"
        "FILE:16: column 2 has a quote in the middle\n");
    assert_int_equal(l.bad, 13);
    expect_counts(&l.result.courses, 3, 0, 0, 0);
    expect_counts(&l.result.runs, 1, 0, 0, 0);
    free(l.told);
    house_close(&h);
}

static void expect_made_safe(int field, const char *text)
{
    struct arena mem = {0};
    union value got;
    struct buf want = BUF_INIT(LIM_TEXT);
    OK(value_parse(&type_get(TYPE_COURSE)->fields[field], text, &mem, &got, &err));
    utf8_sanitize(&want, text, strlen(text), field == COURSE_description);
    assert_string_equal(got.text, want.p);
    buf_release(&want);
    arena_release(&mem);
}

/* Short cuts for plain text must not show: all texts of up to six of these pieces. */
static void cells_are_made_safe_as_all_texts_are(void **unused)
{
    (void)unused;
    static const char *const pieces[] = {"a", " ", "\n", "\t", "\xC3\xA9"};
    for (int n = 0; n < 5 * 5 * 5 * 5 * 5 * 5; n++) {
        char text[16] = "";
        for (int rest = n; rest; rest /= 5)
            strncat(text, pieces[rest % 5], sizeof(text) - strlen(text) - 1);
        expect_made_safe(COURSE_certificate, text);
        expect_made_safe(COURSE_description, text);
    }
}

static void headers_that_do_not_fit_stop_at_once(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "is empty"},
        {"key,title,provider\n", "1: column form is missing"},
        {"key,title,provider,form,colour\n", "1: column 'colour' is not known"},
        {"key,title,provider,form,title\n", "1: column title stands there twice"},
        {"key,\"title\n", "1: column 2 has no closing quote"},
    };
    struct house h;
    house_open(&h);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct loaded l = load(&h, cases[i].text, NULL, false);
        assert_int_equal(l.rc, -1);
        assert_int_equal(l.err.code, ERR_DATA);
        if (!strstr(l.err.msg, cases[i].says))
            fail_msg("case %zu: %s", i, l.err.msg);
        free(l.told);
    }
    house_close(&h);
}

#define TWO HEADER "a,A,P,online,,,,,a1,,\nb,B,P,online,,,,,b1,,\n"
#define ONE_CHANGED HEADER "a,A!,P,online,,,,,a1,,\n"

static void the_second_time_only_differences_count(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool dry;
        int courses[4], runs[4];
    } steps[] = {
        {TWO, true, {2, 0, 0, 0}, {2, 0, 0, 0}},
        {TWO, false, {2, 0, 0, 0}, {2, 0, 0, 0}},
        {TWO, false, {0, 0, 2, 0}, {0, 0, 2, 0}},
        {ONE_CHANGED, true, {0, 1, 0, 1}, {0, 0, 1, 1}},
        {ONE_CHANGED, false, {0, 1, 0, 1}, {0, 0, 1, 1}},
        {ONE_CHANGED, false, {0, 0, 1, 0}, {0, 0, 1, 0}},
        {TWO, false, {1, 1, 0, 0}, {1, 0, 1, 0}},
    };
    struct house h;
    house_open(&h);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        int64_t before, after;
        OK(database_last_seq(h.central.db, &before, &err));
        struct loaded l = load(&h, steps[i].text, NULL, steps[i].dry);
        const int *c = steps[i].courses, *r = steps[i].runs;
        expect_counts(&l.result.courses, c[0], c[1], c[2], c[3]);
        expect_counts(&l.result.runs, r[0], r[1], r[2], r[3]);
        OK(database_last_seq(h.central.db, &after, &err));
        if (steps[i].dry)
            assert_int_equal(after, before);
        free(l.told);
    }
    house_close(&h);
}

static void what_bad_rows_name_stays(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    struct loaded l = load(&h, TWO, NULL, false);
    free(l.told);
    /* The bad row names b and b1; a is really gone. */
    l = load(&h, HEADER "b,B,P,nowhere,,,,,b1,,\n", NULL, false);
    assert_int_equal(l.bad, 1);
    assert_false(l.result.kept);
    expect_counts(&l.result.courses, 0, 0, 0, 1);
    expect_counts(&l.result.runs, 0, 0, 0, 1);
    free(l.told);
    /* Nobody knows what a row that cannot be read names. */
    static const char *const unknown[] = {
        HEADER "c,C,P,online,,,,,\"c1,,\n", HEADER ",C,P,online,,,,,c1,,\n"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        l = load(&h, unknown[i], NULL, false);
        assert_int_equal(l.bad, 1);
        assert_true(l.result.kept);
        expect_counts(&l.result.courses, 0, 0, 0, 0);
        free(l.told);
    }
    house_close(&h);
}

static void keys_of_other_sources_are_safe(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    house_fill(&h); /* mig and soon belong to source s */
    struct loaded l =
        load(&h, HEADER "mig,M,P,online,,,,,,,\nnew,N,P,online,,,,,soon,,\n", NULL, false);
    assert_string_equal(l.told, "FILE:2: column key: 'mig' belongs to another source\n"
                                "FILE:3: column run_key: 'soon' belongs to another source\n");
    expect_counts(&l.result.courses, 1, 0, 0, 0);
    free(l.told);
    l = load(&h, HEADER "other,O,P,online,,,,,,,\n", NULL, false); /* only its own is gone */
    expect_counts(&l.result.courses, 1, 0, 0, 1);
    free(l.told);
    house_put(&h, "", "s", "{'type':'course','id':'mig','gone':true}");
    l = load(&h, HEADER "mig,M,P,online,,,,,,,\n", NULL, false);
    assert_int_equal(l.bad, 0);
    expect_counts(&l.result.courses, 1, 0, 0, 1);
    free(l.told);
    house_close(&h);
}

/* ---- maps ---- */

static void a_map_feeds_foreign_columns(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    struct loaded l = load(&h,
        "id,Naam,uren,avond,prijs,oms1,oms2,\"waar, wie\"\n"
        "1,Lassen,8,1,100,,lang,Zwolle\n"
        "2,Frezen,,0,12.34,kort,lang,\n"
        "3,Draaien,1,2,abc,,,\n",
        "# a comment\n"
        "\n"
        "source = 'buren'\n"
        "source_name = 'De \\'buren\\''\n"
        "key = 'b-' + id\n"
        "title=Naam\n"
        "provider = \"waar, wie\" | 'onbekend'\n"
        "form = avond { '1' = 'classroom', * = 'online' }\n"
        "days = uren * 0.125\n"
        "price_eur = prijs * 0.92\n"
        "description = oms1 | oms2 + '.'\n"
        "keywords = avond { '0' = '' } + ';' + Naam",
        false);
    assert_string_equal(l.err.msg, "");
    assert_string_equal(l.told, "FILE:4: column price_eur: 'abc' is not an amount like 1250.00\n");
    expect_lines(&h, TYPE_COURSE,
        " {\"type\":\"course\",\"id\":\"b-1\",\"source\":\"buren\",\"title\":\"Lassen\","
        "\"description\":\"lang.\",\"provider\":\"Zwolle\",\"form\":\"classroom\","
        "\"keywords\":[\"1\",\"Lassen\"],\"days\":100,\"price\":9200}\n"
        " {\"type\":\"course\",\"id\":\"b-2\",\"source\":\"buren\",\"title\":\"Frezen\","
        "\"description\":\"kort\",\"provider\":\"onbekend\",\"form\":\"online\","
        "\"keywords\":[\"Frezen\"],\"price\":1135}\n");
    expect_lines(&h, TYPE_SOURCE,
        " {\"type\":\"source\",\"id\":\"buren\",\"name\":\"De 'buren'\","
        "\"checked\":\"2026-11-24T12:00:00Z\"}\n");
    free(l.told);
    house_close(&h);
}

static void maps_that_say_nonsense_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"colour = a", ".map:1: 'colour' is no column of a catalogue"},
        {"key = z", ".map:1: the file has no column 'z'"},
        {"key", "'=' is missing"},
        {"key = ", "a name is missing"},
        {"key = 'a", "no closing quote"},
        {"key = \"a", "a name is missing"},
        {"key = a b", "'b' is not expected"},
        {"key = a +", "a name is missing"},
        {"key = a * x", "is not a factor"},
        {"key = a * 0", "is not a factor"},
        {"key = a { 'x' }", "'=' is missing"},
        {"key = a { 'x' = 'y'", "'}' is missing"},
        {"source = a", "a text in '...' is missing"},
        {"key = a\nkey = a", ".map:2: key is mapped twice"},
        {"key = a\ntitle = a\nform = a", ".map: column provider is missing"},
    };
    struct house h;
    house_open(&h);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct loaded l = load(&h, "a,b\n1,2\n", cases[i].line, false);
        assert_int_equal(l.rc, -1);
        if (!strstr(l.err.msg, cases[i].says))
            fail_msg("'%s': %s", cases[i].line, l.err.msg);
        free(l.told);
    }
    house_close(&h);
}

/* ---- people ---- */

static struct loaded load_people(struct house *h, const char *company, const char *text, bool dry)
{
    struct loaded l;
    size_t size;
    char *written = NULL, path[80];
    FILE *told = open_memstream(&written, &size);
    struct import_job job = job_for(h, path, &l, told);
    write_file(h, ".csv", text);
    job.dry_run = dry;
    l.rc = import_people(h->central.db, company, &job, &l.result, &l.err);
    fclose(told);
    l.bad = job.problems.rows;
    l.told = written;
    return l;
}

#define PEOPLE "badge,name,team,role,from,to\n"

static void a_roster_is_replaced(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool dry;
        int counts[4];
    } steps[] = {
        {PEOPLE "0012,Anna,Plaat,worker,,\n13,Bas,,supervisor,,\n", true, {2, 0, 0, 0}},
        {PEOPLE "0012,Anna,Plaat,worker,,\n13,Bas,,supervisor,,\n", false, {2, 0, 0, 0}},
        {PEOPLE "12,Anna,Plaat,worker,,\n00-13,Bas B,,supervisor,,\n", false, {0, 1, 1, 0}},
        {PEOPLE "12,Anna,Plaat,worker,,2026-11-23\n13,Bas B,,supervisor,2026-11-24,2026-11-24\n",
            false, {0, 0, 1, 1}},
        {PEOPLE "14,Cor,,contact,2026-11-25,\n", false, {0, 0, 0, 1}},
    };
    struct house h;
    house_open(&h);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct loaded l = load_people(&h, "amber", steps[i].text, steps[i].dry);
        assert_string_equal(l.err.msg, "");
        assert_string_equal(l.told, "");
        const int *c = steps[i].counts;
        expect_counts(&l.result.people, c[0], c[1], c[2], c[3]);
        free(l.told);
    }
    house_close(&h);
}

static void badges_are_kept_as_hashes_of_their_company(void **unused)
{
    (void)unused;
    struct house h;
    char key[KEY_HEX], hash[DIGEST_HEX];
    struct buf dump = BUF_INIT(LIM_PAGE);
    house_open(&h);
    free(load_people(&h, "amber", PEOPLE "776655,Anna,,worker,,\n", false).told);
    free(load_people(&h, "beril", PEOPLE "776655,Bea,,worker,,\n", false).told);
    house_dump(&h, TYPE_PERSON, &dump);
    assert_null(strstr(dump.p, "776655"));
    OK(database_company(h.central.db, "amber", key, &err));
    assert_int_equal(badge_hash(key, "776655", hash), 0);
    assert_non_null(strstr(dump.p, hash));
    assert_null(strstr(strstr(dump.p, "beril"), hash));
    buf_release(&dump);
    house_close(&h);
}

static void bad_people_are_told(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    struct loaded l = load_people(&h, "amber",
        PEOPLE "12,Anna,,boss,,\n-,Bas,,worker,,\n13,,,worker,,\n14,Cor,,worker,soon,\n"
               "15,Dirk,,worker,,\n015,Dirk,,worker,,\n",
        false);
    assert_string_equal(l.told, "FILE:2: column role: 'boss' is none of worker|supervisor|contact\n"
                                "FILE:3: column badge: not a badge number\n"
                                "FILE:4: column name: name is missing\n"
                                "FILE:5: column from: 'soon' is not a date like 2027-01-12\n"
                                "FILE:7: column badge: stands there twice\n");
    expect_counts(&l.result.people, 1, 0, 0, 0);
    assert_true(l.result.kept);
    free(l.told);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_courses_and_runs),
        cmocka_unit_test(bad_rows_are_told_and_the_good_ones_loaded),
        cmocka_unit_test(cells_are_made_safe_as_all_texts_are),
        cmocka_unit_test(headers_that_do_not_fit_stop_at_once),
        cmocka_unit_test(the_second_time_only_differences_count),
        cmocka_unit_test(what_bad_rows_name_stays),
        cmocka_unit_test(keys_of_other_sources_are_safe),
        cmocka_unit_test(a_map_feeds_foreign_columns),
        cmocka_unit_test(maps_that_say_nonsense_are_refused),
        cmocka_unit_test(a_roster_is_replaced),
        cmocka_unit_test(badges_are_kept_as_hashes_of_their_company),
        cmocka_unit_test(bad_people_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
