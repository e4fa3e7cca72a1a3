/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading careers: what becomes of rows in both formats, what is told, what stays and what goes. */
#include "central_house.h"

#include <sys/stat.h>

#include "central/import_careers.h"

#define OCCUPATIONS "key,label_nl,label_en,ladder_nl,rung,wants,other_trade,checked\n"
#define NEEDS "occupation,skill,skill_nl,skill_en,level,essential\n"
#define STEPS "from,to,kind,months,days_off,opens_nl\n"
#define COURSES "course,skill,level\n"

/* The files of a directory; NULL: it is not there. */
struct files {
    const char *occupations, *needs, *steps, *courses;
};
static const struct files small = {
    OCCUPATIONS "help,Helper,Helper,Lassen,1,,,\n"
                "las,\"Lasser; \x1b[1mMIG\",Welder,Lassen,2,better;lead,,2026-11-25\n"
                "bak,Bakker,,,,,true,\n",
    NEEDS "help,veilig,veilig werken,work safely,2,true\n"
          "las,veilig,,,3,1\n"
          "las,boog,een boog trekken,,,true\n"
          "las,meten,meten,measure,2,false\n",
    STEPS "help,las,grow,12,20,NIL 1\n"
          "bak,help,switch,3,0,\n",
    COURSES "mig,boog,3\n"
            "tig,boog,\n",
};

/* ESCO's own, cut down to what it says and what is passed over. */
static const struct files esco = {
    "occ_id,uri,isco_code,label_nl,alt_labels_nl,description_nl,label_en\n"
    "e-1,http://x/1,7212,lasser,lassen|booglasser; mig,Lassers lassen.,welder\n"
    "e-2,http://x/2,7223,,,,turner\n",
    "skill_id,uri,skill_type,label_en,label_nl,label_nl_source,description_en\n"
    "s-1,http://x/3,knowledge,metallurgy,metaalkunde,esco-1.1.1,What metal is.\n"
    "s-2,http://x/4,skill/competence,weld,lassen,project-unofficial,\n",
    "occ_id,skill_id,relation\n"
    "e-1,s-1,optional\n"
    "e-1,s-2,essential\n",
    NULL,
};

static const struct format {
    const char *name;
    const char *file[4];
} formats[] = {
    {"careers", {"occupations.csv", "needs.csv", "steps.csv", "course_skills.csv"}},
    {"esco", {"occupations.csv", "skills.csv", "occupation_skill.csv"}},
};

static void path_of(const struct house *h, const char *file, char out[96])
{
    (void)snprintf(out, 96, "%s/in/%s", h->dir, file);
}

static void write_file(const struct house *h, const char *file, const char *text)
{
    char path[96];
    path_of(h, file, path);
    unlink(path);
    if (!text)
        return;
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void write_all(const struct house *h, const struct format *f, const struct files *files)
{
    const char *text[] = {files->occupations, files->needs, files->steps, files->courses};
    for (int i = 0; i < 4 && f->file[i]; i++)
        write_file(h, f->file[i], text[i]);
}

/* With the courses mig and tig. */
static void open_house(struct house *h)
{
    char path[96];
    house_open(h);
    house_fill(h);
    (void)snprintf(path, sizeof(path), "%s/in", h->dir);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void close_house(struct house *h)
{
    char path[96];
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        write_all(h, &formats[i], &(struct files){0});
    (void)snprintf(path, sizeof(path), "%s/in", h->dir);
    assert_int_equal(rmdir(path), 0);
    house_close(h);
}

struct loaded {
    int rc;
    struct err err;
    struct careers_result result;
    int64_t bad;
    char told[4096]; /* on "stderr" */
};

static struct loaded load_into(
    struct house *h, struct database *db, int format, const struct files *files, bool dry)
{
    struct loaded l = {0};
    char path[96];
    FILE *told = fmemopen(l.told, sizeof(l.told), "w");
    assert_non_null(told);
    write_all(h, &formats[format], files);
    (void)snprintf(path, sizeof(path), "%s/in", h->dir);
    struct import_job job = {.path = path, .dry_run = dry, .now = NOW, .problems = {.out = told}};
    l.rc = import_careers(db, formats[format].name, &job, &l.result, &l.err);
    l.bad = job.problems.rows;
    (void)fclose(told);
    return l;
}

static struct loaded load(struct house *h, const struct files *files)
{
    return load_into(h, h->central.db, 0, files, false);
}

static void load_small(struct house *h)
{
    struct loaded l = load(h, &small);
    assert_string_equal(l.err.msg, "");
    assert_string_equal(l.told, "");
}

/* "2+0=0-0": new, changed, the same, gone. */
static void expect_count(const struct loaded *l, enum type_id type, const char *want)
{
    const struct import_count *c = &l->result.count[type];
    char got[64];
    (void)snprintf(got, sizeof(got), "%d+%d=%d-%d", (int)c->fresh, (int)c->changed, (int)c->same,
        (int)c->gone);
    assert_string_equal(got, want);
}

static void expect_lines(struct house *h, enum type_id type, const char *want)
{
    struct buf dump = BUF_INIT(LIM_PAGE);
    house_dump(h, type, &dump);
    assert_string_equal(dump.p, want);
    buf_release(&dump);
}

/* Everything of careers, to see that nothing changed. */
static void dump_all(struct house *h, struct buf *out)
{
    static const enum type_id types[] = {
        TYPE_SOURCE, TYPE_OCCUPATION, TYPE_SKILL, TYPE_NEED, TYPE_CAREER_STEP, TYPE_OUTCOME};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        house_dump(h, types[i], out);
}

static int64_t last_seq(struct house *h)
{
    int64_t seq;
    OK(database_last_seq(h->central.db, &seq, &err));
    return seq;
}

/* ---- what becomes of rows ---- */

static void own_rows_become_records(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    load_small(&h);
    expect_lines(&h, TYPE_OCCUPATION,
        " {\"type\":\"occupation\",\"id\":\"bak\",\"source\":\"careers\",\"label\":"
        "{\"nl\":\"Bakker\"},\"other_trade\":true}\n"
        " {\"type\":\"occupation\",\"id\":\"help\",\"source\":\"careers\",\"label\":"
        "{\"nl\":\"Helper\",\"en\":\"Helper\"},\"ladder\":{\"nl\":\"Lassen\"},\"rung\":1}\n"
        " {\"type\":\"occupation\",\"id\":\"las\",\"source\":\"careers\",\"label\":"
        "{\"nl\":\"Lasser; ?[1mMIG\",\"en\":\"Welder\"},\"ladder\":{\"nl\":\"Lassen\"},"
        "\"rung\":2,\"checked\":\"2026-11-25\",\"wants\":[\"better\",\"lead\"]}\n");
    expect_lines(&h, TYPE_SKILL,
        " {\"type\":\"skill\",\"id\":\"boog\",\"source\":\"careers\",\"label\":"
        "{\"nl\":\"een boog trekken\"}}\n"
        " {\"type\":\"skill\",\"id\":\"meten\",\"source\":\"careers\",\"label\":"
        "{\"nl\":\"meten\",\"en\":\"measure\"}}\n"
        " {\"type\":\"skill\",\"id\":\"veilig\",\"source\":\"careers\",\"label\":"
        "{\"nl\":\"veilig werken\",\"en\":\"work safely\"}}\n");
    expect_lines(&h, TYPE_CAREER_STEP,
        " {\"type\":\"career_step\",\"id\":\"4312cb86aee551a77e4345a769b2246a\",\"from\":\"help\","
        "\"to\":\"las\",\"kind\":\"grow\",\"months\":12,\"days_off\":20,"
        "\"opens\":{\"nl\":\"NIL 1\"}}\n"
        " {\"type\":\"career_step\",\"id\":\"9cb041a0fd903ae7823e2fa991a358c7\",\"from\":\"bak\","
        "\"to\":\"help\",\"kind\":\"switch\",\"months\":3,\"days_off\":0}\n");
    close_house(&h);
}

static void escos_rows_become_records_with_its_credit(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    struct loaded l = load_into(&h, h.central.db, 1, &esco, false);
    assert_string_equal(l.err.msg, "");
    assert_string_equal(l.told, "");
    expect_lines(&h, TYPE_OCCUPATION,
        " {\"type\":\"occupation\",\"id\":\"e-1\",\"source\":\"esco\",\"label\":"
        "{\"nl\":\"lasser\",\"en\":\"welder\"},\"does\":{\"nl\":\"Lassers lassen.\"},"
        "\"isco\":\"7212\",\"keywords\":[\"lassen\",\"booglasser, mig\"]}\n"
        " {\"type\":\"occupation\",\"id\":\"e-2\",\"source\":\"esco\",\"label\":"
        "{\"en\":\"turner\"},\"isco\":\"7223\"}\n");
    expect_lines(&h, TYPE_SKILL,
        " {\"type\":\"skill\",\"id\":\"s-1\",\"source\":\"esco\",\"label\":"
        "{\"en\":\"metallurgy\",\"nl\":\"metaalkunde\"},\"says\":{\"en\":\"What metal is.\"},"
        "\"unofficial\":false,\"knowledge\":true}\n"
        " {\"type\":\"skill\",\"id\":\"s-2\",\"source\":\"esco\",\"label\":"
        "{\"en\":\"weld\",\"nl\":\"lassen\"},\"unofficial\":true,\"knowledge\":false}\n");
    expect_lines(&h, TYPE_SOURCE,
        " {\"type\":\"source\",\"id\":\"esco\",\"name\":\"ESCO, European Commission\","
        "\"checked\":\"2026-11-24T12:00:00Z\",\"credit\":{\"nl\":\"Deze dienst gebruikt de "
        "ESCO-classificatie van de Europese Commissie.\",\"en\":\"This service uses the ESCO "
        "classification of the European Commission.\"}}\n"
        " {\"type\":\"source\",\"id\":\"s\",\"name\":\"S\",\"checked\":\"2026-11-24T02:00:00Z\"}"
        "\n");
    expect_count(&l, TYPE_NEED, "2+0=0-0");
    close_house(&h);
}

/* ---- what is told ---- */

static void bad_rows_are_told_and_the_good_ones_loaded(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    struct loaded l = load(&h, &(struct files){OCCUPATIONS "help,Helper,,Lassen,1,,,\n"
                                                           "las,Lasser,,Lassen,21,,,\n"
                                                           "las las,Lasser,,Lassen,2,,,\n"
                                                           ",Lasser,,Lassen,2,,,\n"
                                                           "tig,,,Lassen,2,,,\n"
                                                           "mig,Lasser,,Lassen,2,,,\n"
                                                           "mig,Laster,,Lassen,3,,,\n"
                                                           "pijp,Pijp\xFF,,Lassen,2,,,\n"
                                                           "rvs,Rvs,,Lassen,twee,,,\n"
                                                           "robot,Robot,,Lassen,2,,perhaps,\n"
                                                           "cobot,Cobot,,Lassen,2,,,25-11-2026\n"
                                                           "alu,\"Alu,,Lassen,2,,,\n",
                                   NEEDS "help,veilig,veilig werken,,2,true\n"
                                         "nobody,veilig,,,2,true\n"
                                         "help,nothing,,,2,true\n"
                                         "help,veilig,,,3,true\n"
                                         "mig,veilig,,,6,true\n"
                                         "mig,meten,meten,,2,\n"
                                         "mig,boog,\"boog,,2,true\n",
                                   STEPS "help,mig,grow,12,20,\n"
                                         "help,nowhere,grow,12,20,\n"
                                         "mig,help,down,12,20,\n"
                                         "mig,help,lead,,20,\n",
                                   COURSES "mig,veilig,2\n"
                                           "gone,veilig,2\n"});
    assert_int_equal(l.rc, 0);
    assert_string_equal(l.told,
        "occupations.csv:3: column rung: rung is out of range\n"
        "occupations.csv:4: key is missing, or is none\n"
        "occupations.csv:5: key is missing, or is none\n"
        "occupations.csv:6: label is missing\n"
        "occupations.csv:8: 'mig' stands there twice\n"
        "occupations.csv:9: column label_nl: not UTF-8\n"
        "occupations.csv:10: column rung: 'twee' is not a whole number\n"
        "occupations.csv:11: column other_trade: 'perhaps' is neither 1 nor 0\n"
        "occupations.csv:12: column checked: '25-11-2026' is not a date like 2027-01-12\n"
        "occupations.csv:13: column 2 has no closing quote\n"
        "needs.csv:3: column occupation: there is no occupation 'nobody'\n"
        "needs.csv:4: column skill: there is no skill 'nothing'\n"
        "needs.csv:5: 'help veilig' stands there twice\n"
        "needs.csv:6: column level: level is out of range\n"
        "needs.csv:7: column essential: essential is missing\n"
        "needs.csv:8: column 3 has no closing quote\n"
        "steps.csv:3: column to: there is no occupation 'nowhere'\n"
        "steps.csv:4: column kind: 'down' is none of grow|broaden|switch|lead\n"
        "steps.csv:5: column months: months is missing\n"
        "course_skills.csv:3: column course: there is no course 'gone'\n");
    assert_int_equal(l.bad, 20);
    expect_count(&l, TYPE_OCCUPATION, "2+0=0-0");
    expect_count(&l, TYPE_NEED, "1+0=0-0");
    expect_count(&l, TYPE_CAREER_STEP, "1+0=0-0");
    expect_count(&l, TYPE_OUTCOME, "1+0=0-0");
    assert_true(l.result.kept);
    close_house(&h);
}

static void files_that_do_not_fit_stop_at_once(void **unused)
{
    (void)unused;
    static const struct {
        int format;
        struct files files;
        enum err_code code;
        const char *says;
    } cases[] = {
        {0, {NULL, NULL, NULL, NULL}, ERR_NOT_FOUND, "in/occupations.csv: No such file"},
        {0, {OCCUPATIONS "a,A,,,,,,\n", NULL, NULL, NULL}, ERR_NOT_FOUND, "in/needs.csv: No such"},
        {0, {"", NEEDS, STEPS, COURSES}, ERR_DATA, "occupations.csv is empty"},
        {0, {OCCUPATIONS, NEEDS, STEPS, COURSES}, ERR_DATA,
            "occupations.csv has no rows below its header: nothing was changed"},
        {0, {"key,label_nl,colour\na,A,red\n", NEEDS, STEPS, COURSES}, ERR_DATA,
            "occupations.csv:1: column 'colour' is not known"},
        {0, {"key,label\na,A\n", NEEDS, STEPS, COURSES}, ERR_DATA,
            "column 'label' is not known"}, /* in which language? */
        {0, {"key,rung\na,1\n", NEEDS, STEPS, COURSES}, ERR_DATA, "column label_nl is missing"},
        {0, {"label_nl\nA\n", NEEDS, STEPS, COURSES}, ERR_DATA, "column key is missing"},
        {0, {"key,label_nl,label_nl\na,A,B\n", NEEDS, STEPS, COURSES}, ERR_DATA,
            "column label_nl stands there twice"},
        {0, {"key,label_nl,key\na,A,B\n", NEEDS, STEPS, COURSES}, ERR_DATA,
            "column key stands there twice"},
        {0, {OCCUPATIONS "a,A,,,,,,\n", "occupation,skill,skill_nl\na,b,B\n", STEPS, COURSES},
            ERR_DATA, "needs.csv:1: column essential is missing"},
        {0,
            {OCCUPATIONS "a,A,,,,,,\n", "key,occupation,skill,skill_nl,essential\n1,a,b,B,1\n",
                STEPS, COURSES},
            ERR_DATA, "needs.csv:1: column 'key' is not known"}, /* a need has none */
        {1, {"uri,label_nl\nx,A\n", NULL, NULL, NULL}, ERR_DATA, "column occ_id is missing"},
        {1, {"occ_id,label_en\nx,A\n", "skill_id,label_en\ns,S\n", "occ_id,skill_id\nx,s\n", NULL},
            ERR_DATA, "occupation_skill.csv:1: column relation is missing"},
    };
    struct house h;
    struct buf before = BUF_INIT(LIM_PAGE), after = BUF_INIT(LIM_PAGE);
    open_house(&h);
    load_small(&h);
    dump_all(&h, &before);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct loaded l = load_into(&h, h.central.db, cases[i].format, &cases[i].files, false);
        if (l.rc == 0 || l.err.code != cases[i].code || !strstr(l.err.msg, cases[i].says))
            fail_msg("case %zu: %s", i, l.err.msg);
        buf_clear(&after);
        dump_all(&h, &after);
        assert_string_equal(after.p, before.p); /* also what stood before the error */
    }
    buf_release(&before);
    buf_release(&after);
    close_house(&h);
}

static void keys_of_other_sources_are_safe(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    house_put(&h, "", "s", "{'type':'occupation','id':'las','source':'s','label':{'nl':'Theirs'}}");
    struct loaded l = load(&h, &small);
    assert_string_equal(l.told, "occupations.csv:3: 'las' belongs to another source\n");
    expect_count(&l, TYPE_OCCUPATION, "2+0=0-0");
    expect_count(&l, TYPE_NEED, "4+0=0-0"); /* one may speak of what is another's */
    l = load_into(&h, h.central.db, 1, &esco, false);
    assert_string_equal(l.told, "");
    l = load(&h, &small);
    expect_count(&l, TYPE_OCCUPATION, "0+0=2-0"); /* ESCO's are not removed */
    close_house(&h);
}

/* ---- a second time ---- */

static void the_second_time_only_differences_count(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    load_small(&h);
    struct loaded l = load(&h, &small);
    expect_count(&l, TYPE_OCCUPATION, "0+0=3-0");
    expect_count(&l, TYPE_SKILL, "0+0=3-0");
    expect_count(&l, TYPE_NEED, "0+0=4-0");
    expect_count(&l, TYPE_CAREER_STEP, "0+0=2-0");
    expect_count(&l, TYPE_OUTCOME, "0+0=2-0");
    struct files changed = small;
    changed.needs = NEEDS "help,veilig,veilig werken,work safely,3,true\n"
                          "las,veilig,,,3,1\n"
                          "las,boog,een boog trekken,,,true\n";
    changed.courses = COURSES "mig,boog,3\n";
    l = load(&h, &changed);
    assert_string_equal(l.told, "");
    expect_count(&l, TYPE_SKILL, "0+0=2-1"); /* nobody needs to measure any more */
    expect_count(&l, TYPE_NEED, "0+1=2-1");
    expect_count(&l, TYPE_OUTCOME, "0+0=1-1");
    l = load(&h, &small);
    expect_count(&l, TYPE_SKILL, "1+0=2-0");
    close_house(&h);
}

/* What goes with this import is not there any more for what still speaks of it. */
static void what_speaks_of_what_goes_is_told(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    load_small(&h);
    struct files without = small;
    without.occupations = OCCUPATIONS "help,Helper,Helper,Lassen,1,,,\n"
                                      "las,Lasser,Welder,Lassen,2,better;lead,,2026-11-25\n";
    struct loaded l = load(&h, &without);
    assert_string_equal(l.told, "steps.csv:3: column from: there is no occupation 'bak'\n");
    expect_count(&l, TYPE_OCCUPATION, "0+1=1-1");
    l = load(&h, &small);
    without.occupations = OCCUPATIONS "help,Helper,Helper,Lassen,1,,,\n"
                                      "las,Lasser,Welder,Lassen,2,better;lead,,2026-11-25\n"
                                      "bak,,,,,,true,\n";
    l = load(&h, &without); /* a bad row still names it, so it stays */
    assert_string_equal(l.told, "occupations.csv:4: label is missing\n");
    expect_count(&l, TYPE_OCCUPATION, "0+1=1-0");
    expect_count(&l, TYPE_CAREER_STEP, "0+0=2-0");
    close_house(&h);
}

static void a_row_that_names_nothing_keeps_all(void **unused)
{
    (void)unused;
    struct house h;
    open_house(&h);
    load_small(&h);
    struct files odd = small;
    odd.steps = STEPS "help,las,grow,12,20,\"NIL 1\n";
    struct loaded l = load(&h, &odd);
    assert_int_equal(l.bad, 1);
    assert_true(l.result.kept);
    expect_count(&l, TYPE_CAREER_STEP, "0+0=0-0");
    close_house(&h);
}

/* ---- a dry run ---- */

static void a_dry_run_counts_and_changes_nothing(void **unused)
{
    (void)unused;
    struct house h;
    struct files changed = small;
    changed.courses = COURSES "mig,boog,4\n";
    open_house(&h);
    load_small(&h);
    int64_t before = last_seq(&h);
    struct loaded l = load_into(&h, h.central.db, 0, &changed, true);
    assert_int_equal(l.rc, 0);
    expect_count(&l, TYPE_OUTCOME, "0+1=0-1");
    expect_count(&l, TYPE_OCCUPATION, "0+0=3-0");
    assert_int_equal(last_seq(&h), before);
    l = load_into(&h, NULL, 0, &small, true); /* as if there were nothing */
    assert_string_equal(l.told, "");
    expect_count(&l, TYPE_OUTCOME, "2+0=0-0");
    changed.needs = NEEDS "help,veilig,veilig werken,work safely,2,true\n"
                          "nobody,veilig,,,3,1\n";
    l = load_into(&h, NULL, 0, &changed, true); /* of courses nothing is known then */
    assert_string_equal(l.told, "needs.csv:3: column occupation: there is no occupation 'nobody'\n"
                                "course_skills.csv:2: column skill: there is no skill 'boog'\n");
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_rows_become_records),
        cmocka_unit_test(escos_rows_become_records_with_its_credit),
        cmocka_unit_test(bad_rows_are_told_and_the_good_ones_loaded),
        cmocka_unit_test(files_that_do_not_fit_stop_at_once),
        cmocka_unit_test(keys_of_other_sources_are_safe),
        cmocka_unit_test(the_second_time_only_differences_count),
        cmocka_unit_test(what_speaks_of_what_goes_is_told),
        cmocka_unit_test(a_row_that_names_nothing_keeps_all),
        cmocka_unit_test(a_dry_run_counts_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
