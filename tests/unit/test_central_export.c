/* SPDX-License-Identifier: EUPL-1.2 */
/* Handing out what is kept about one person of a company of 10,000 (I-21): all of it, and nothing
 * of anybody else but the names of those who decided. */
#include "central_house.h"

#include <dirent.h>
#include <sys/stat.h>

#include "central/audit.h"
#include "central/court.h"
#include "central/database_rights.h"
#include "central/export.h"
#include "central/json_text.h"
#include "files.h"

enum { PEOPLE = 10000, ASKED = 20, STEP = PEOPLE / ASKED };

static void put(struct house *h, const struct record *r)
{
    enum put_result result;
    OK(database_put(h->central.db, "amber", "test", r, false, &result, &err));
}

/* Numbers with five digits, so that none stands in another. */
static void put_person(struct house *h, int i, enum role role)
{
    char id[32], name[64];
    struct record r;
    record_init(&r, TYPE_PERSON);
    snprintf(id, sizeof(id), "person-%05d", i);
    snprintf(name, sizeof(name), "Name-%05d", i);
    r.id = id;
    record_set_text(&r, PERSON_name, name);
    record_set_text(&r, PERSON_team, "team");
    record_set_number(&r, PERSON_role, role);
    record_set_text(
        &r, PERSON_badge, "0000000000000000000000000000000000000000000000000000000000000000");
    put(h, &r);
}

static void put_request(struct house *h, int i)
{
    char id[32], person[32], words[64];
    struct record r;
    record_init(&r, TYPE_REQUEST);
    snprintf(id, sizeof(id), "request-%05d", i);
    snprintf(person, sizeof(person), "person-%05d", i);
    snprintf(words, sizeof(words), "=Words-%05d \"quoted\"", i);
    r.id = id;
    record_set_text(&r, REQUEST_person, person);
    record_set_text(&r, REQUEST_course, "mig");
    record_set_text(&r, REQUEST_title, "MIG");
    record_set_text(&r, REQUEST_words, words);
    record_set_number(&r, REQUEST_state, REQUEST_yes);
    record_set_number(&r, REQUEST_reason, REASON_none);
    record_set_number(&r, REQUEST_holder, HOLDER_fund);
    record_set_text(&r, REQUEST_decider, "person-99999");
    record_set_number(&r, REQUEST_asked_at, NOW);
    record_set_number(&r, REQUEST_since, NOW);
    record_set_number(&r, REQUEST_judged_at, NOW);
    put(h, &r);
}

static void put_entry(struct house *h, int i)
{
    char id[UUID_TEXT], person[32], words[64];
    struct buf line = BUF_INIT(LIM_LINE);
    snprintf(id, sizeof(id), "01936c5e-0000-7000-8000-%012d", i);
    snprintf(person, sizeof(person), "person-%05d", i);
    snprintf(words, sizeof(words), "Entry-%05d", i);
    struct entry e = {.id = id, .kiosk = "k", .epoch = "e", .seq = i + 1, .made_at = NOW};
    record_init(&e.fields, TYPE_ASK);
    e.fields.id = id;
    record_set_text(&e.fields, ASK_person, person);
    record_set_text(&e.fields, ASK_course, "mig");
    record_set_text(&e.fields, ASK_title, "MIG");
    record_set_text(&e.fields, ASK_words, words);
    record_set_text(&e.fields, ASK_pin, "c2VhbGVkLXBpbg==");
    assert_int_equal(entry_to_json(&e, &line), 0);
    struct kept_entry kept = {.company = "amber",
        .kiosk = "k",
        .body = line.p,
        .person = person,
        .course = "mig",
        .run = "",
        .received_at = NOW,
        .made_at = NOW,
        .verdict = {.kind = VERDICT_accepted}};
    str_copy(kept.verdict.id, sizeof(kept.verdict.id), id);
    sha256_hex(line.p, line.len, kept.verdict.hash);
    OK(database_entry_keep(h->central.db, &kept, &err));
    buf_release(&line);
}

static void put_look(struct house *h, int i)
{
    char person[32];
    struct audit_line line = {AUDIT_opened, NOW, "person-99999", person, "r", "k"};
    snprintf(person, sizeof(person), "person-%05d", i);
    OK(audit_add(h->central.db, "amber", &line, &err));
}

static void fill(struct house *h)
{
    char badge_key[KEY_HEX];
    OK(database_begin(h->central.db, &err));
    OK(database_company(h->central.db, "amber", badge_key, &err));
    for (int i = 0; i < PEOPLE; i++) {
        put_person(h, i, ROLE_worker);
        put_request(h, i);
        put_entry(h, i);
        if (i % 100 == 0)
            put_look(h, i);
    }
    put_person(h, 99999, ROLE_supervisor); /* who decides on all of them */
    OK(database_commit(h->central.db, &err));
}

/* All "WORD-ddddd" in the text must have this number, or be the decider. */
static int foreign(const char *text, const char *word, int own)
{
    int wrong = 0;
    size_t n = strlen(word);
    for (const char *c = text; (c = strstr(c, word)); c++) {
        long number = strtol(c + n, NULL, 10);
        wrong += number != own && number != 99999;
    }
    return wrong;
}

static void check_text(const char *text, int own)
{
    static const char *const words[] = {"Name-", "Words-", "Entry-", "person-", "request-"};
    char mine[64];
    for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
        snprintf(mine, sizeof(mine), "%s%05d", words[w], own);
        if (!strstr(text, mine) || foreign(text, words[w], own))
            fail_msg("person %d, %s: %d of others", own, words[w], foreign(text, words[w], own));
    }
    assert_non_null(strstr(text, "Name-99999"));
    assert_non_null(strstr(text, "opened"));
    assert_null(strstr(text, "c2VhbGVk")); /* the sealed PIN */
}

static void remove_export(const char *dir)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/person.json", dir);
    unlink(path);
    snprintf(path, sizeof(path), "%s/person.csv", dir);
    unlink(path);
    rmdir(dir);
}

static void twenty_of_ten_thousand(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    fill(&h);
    for (int n = 0; n < ASKED; n++) {
        char dir[80], person[32];
        size_t len;
        int own = n * STEP;
        snprintf(dir, sizeof(dir), "%s/out", h.dir);
        snprintf(person, sizeof(person), "person-%05d", own);
        struct export_job job = {h.central.db, NULL, "amber", person, dir, NOW};
        OK(export_person(&job, &err));
        char *json = files_read(dir, "person.json", &len);
        char *csv = files_read(dir, "person.csv", &len);
        check_text(json, own);
        check_text(csv, own);
        assert_non_null(strstr(csv, ",\"words\",\"'=Words-")); /* T-08 */
        assert_non_null(strstr(csv, " \"\"quoted\"\"\""));
        free(json);
        free(csv);
        remove_export(dir);
    }
    assert_int_equal(foreign("Name-00001 Name-00002", "Name-", 1), 1); /* the control */
    house_close(&h);
}

/* ---- files ---- */

static int mode_of(const char *dir, const char *name)
{
    char path[200];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    assert_int_equal(stat(path, &st), 0);
    return (int)(st.st_mode & 0777);
}

static void files_are_private_and_never_overwritten(void **unused)
{
    (void)unused;
    struct house h;
    struct err why = {0};
    char dir[80];
    house_open(&h);
    house_fill(&h);
    snprintf(dir, sizeof(dir), "%s/out", h.dir);
    struct export_job job = {h.central.db, NULL, "amber", "anna", dir, NOW};
    OK(export_person(&job, &err));
    assert_int_equal(mode_of(dir, "person.json"), 0600);
    assert_int_equal(mode_of(dir, "person.csv"), 0600);
    assert_int_equal(mode_of(h.dir, "out"), 0700);
    assert_int_equal(export_person(&job, &why), -1);
    assert_non_null(strstr(why.msg, "is not empty"));
    job.dir = "/nowhere/at/all";
    why = (struct err){0};
    assert_int_equal(export_person(&job, &why), -1);
    assert_int_equal(why.code, ERR_IO);
    remove_export(dir);
    house_close(&h);
}

static int count_exported(void *context, const struct audit_row *row, struct err *err)
{
    (void)err;
    *(int *)context += strcmp(row->event, "exported") == 0 && strcmp(row->subject, "anna") == 0;
    return 0;
}

static void count_wish(void *context, const struct wish_row *w)
{
    *(int *)context += strcmp(w->person, "anna") == 0;
}

/* Only what was proven is a wish; an export ends it, and leaves one line. */
static void a_wish_is_done_once(void **unused)
{
    (void)unused;
    struct house h;
    char dir[80];
    int wishes = 0, lines = 0;
    struct record fields;
    struct entry e = {.id = "e"};
    struct kept_entry kept = {.body = ""};
    house_open(&h);
    house_fill(&h);
    record_init(&fields, TYPE_WISH);
    record_set_text(&fields, WISH_person, "anna");
    record_set_number(&fields, WISH_wish, 0);
    e.fields = fields;
    struct court court = {.db = h.central.db, .kiosk = &h.a, .now = NOW};
    struct plea plea = {.e = &e, .kept = &kept, .at = NOW, .person = "anna"};
    OK(database_begin(h.central.db, &err));
    OK(judge_wish(&court, &plea, &err));
    assert_int_equal(kept.verdict.reason, REASON_no_pin);
    plea.proven = true;
    OK(judge_wish(&court, &plea, &err));
    OK(judge_wish(&court, &plea, &err));
    assert_int_equal(kept.verdict.kind, VERDICT_accepted);
    OK(database_commit(h.central.db, &err));
    OK(database_wishes(h.central.db, NULL, count_wish, &wishes, &err));
    assert_int_equal(wishes, 1);
    snprintf(dir, sizeof(dir), "%s/out", h.dir);
    struct export_job job = {h.central.db, NULL, "amber", "anna", dir, NOW};
    OK(export_person(&job, &err));
    wishes = 0;
    OK(database_wishes(h.central.db, NULL, count_wish, &wishes, &err));
    assert_int_equal(wishes, 0);
    OK(database_audit_each(h.central.db, "amber", 0, count_exported, &lines, &err));
    assert_int_equal(lines, 1);
    remove_export(dir);
    house_close(&h);
}

/* ---- T-08 ---- */

static void cells_are_no_formulas(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *cell;
    } cells[] = {
        {"plain", "\"plain\""},
        {"", "\"\""},
        {"=1+1", "\"'=1+1\""},
        {"+31", "\"'+31\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'=1\""},
        {"a \"b\", c", "\"a \"\"b\"\", c\""},
        {"a\nb", "\"a\nb\""},
        {"\x1b[31m", "\"?[31m\""},
    };
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        struct buf out = BUF_INIT(200);
        csv_cell(&out, cells[i].text);
        assert_string_equal(out.p, cells[i].cell);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_of_ten_thousand),
        cmocka_unit_test(files_are_private_and_never_overwritten),
        cmocka_unit_test(a_wish_is_done_once),
        cmocka_unit_test(cells_are_no_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
