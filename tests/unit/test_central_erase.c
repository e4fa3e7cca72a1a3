/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasing a person: no byte is left in any file of the server (I-19), and neither a roster, nor an
 * entry that comes in later, nor a backup brings the person back (I-20). */
#include "central_house.h"

#include "central/audit.h"
#include "central/database_rights.h"
#include "central/erase.h"
#include "central/import.h"
#include "central/kept.h"
#include "central/person_id.h"
#include "central/sqlite.h"
#include "files.h"

#define NAME "Quirinius Zwartendijk"
#define WORDS "because of my left thumb"
#define SECRET_WORDS "nobody at work may know"
#define PIN_HASH "argon2id-of-the-pin"
#define BADGE_NUMBER "90817263"

struct scene {
    struct house h;
    char person[LIM_ID], list[80], backup[80];
    struct erasing erasing;
};

static void roster(struct scene *s)
{
    char path[80];
    struct import_result result;
    snprintf(path, sizeof(path), "%s.csv", s->h.path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("badge,name,team,role\n", f);
    for (int i = 0; i < 300; i++)
        fprintf(f, "%d,Person number %d,lassen,worker\n", 1000 + i, i);
    fputs(BADGE_NUMBER "," NAME ",lassen,worker\n", f);
    fclose(f);
    struct import_job job = {.path = path, .now = NOW};
    OK(import_people(s->h.central.db, "amber", &job, &result, &err));
    unlink(path);
}

static int entry_number;

static struct verdict judge(struct scene *s, const struct buf *line)
{
    struct buf lines = BUF_INIT(LIM_PAGE);
    struct judge_counts counts = {0};
    struct verdict v;
    struct hearing hearing = {s->h.central.db, &s->h.secrets, &s->h.a, NOW, NO_NUMBER, HASHES_MAX};
    OK(judge_batch(&hearing, line->p, line->len, &lines, &counts, &err));
    OK(verdict_from_json(lines.p, lines.len - 1, &v, &err));
    buf_release(&lines);
    return v;
}

static void ask_line(
    struct scene *s, const char *person, const char *words, bool sealed, struct buf *out)
{
    char id[UUID_TEXT];
    struct buf inner = BUF_INIT(LIM_LINE), box = BUF_INIT(LIM_BOX);
    snprintf(id, sizeof(id), "01936c5e-0000-7000-8000-%012d", ++entry_number);
    struct entry e = {.id = id, .kiosk = s->h.a.id, .epoch = "e", .seq = 1, .made_at = NOW};
    record_init(&e.fields, TYPE_ASK);
    e.fields.id = id;
    record_set_text(&e.fields, ASK_person, person);
    record_set_text(&e.fields, ASK_course, entry_number % 2 ? "mig" : "tig");
    record_set_text(&e.fields, ASK_title, "A title");
    record_set_text(&e.fields, ASK_words, words);
    record_set_number(&e.fields, ASK_route, sealed ? ROUTE_own : ROUTE_employer);
    assert_int_equal(entry_to_json(&e, sealed ? &inner : out), 0);
    if (sealed) {
        assert_int_equal(seal_text(s->h.secrets.keys.public_key, inner.p, inner.len, &box), 0);
        record_init(&e.fields, TYPE_SEALED);
        e.fields.id = id;
        record_set_text(&e.fields, SEALED_box, box.p);
        assert_int_equal(entry_to_json(&e, out), 0);
    }
    buf_release(&inner);
    buf_release(&box);
}

static struct verdict ask(struct scene *s, const char *person, const char *words, bool sealed)
{
    struct buf line = BUF_INIT(LIM_LINE);
    ask_line(s, person, words, sealed, &line);
    struct verdict v = judge(s, &line);
    buf_release(&line);
    return v;
}

/* Puts a record that names the person in this field. */
static void put_about(struct scene *s, const char *field, const char *rest)
{
    char line[512];
    snprintf(line, sizeof(line), "{'type':%s,'%s':'%s'}", rest, field, s->person);
    house_put(&s->h, "amber", "judge", line);
}

static void run(struct scene *s, const char *sql)
{
    OK(database_begin(s->h.central.db, &err));
    OK(db_exec(s->h.central.db->db, sql, &err));
    OK(database_commit(s->h.central.db, &err));
}

/* A row in each table that only the server has. */
static void put_secrets(struct scene *s)
{
    char sql[2048];
    snprintf(sql, sizeof(sql),
        "INSERT INTO pin VALUES ('amber', '%s', 1, 1, '" PIN_HASH "');"
        "INSERT INTO pin_code VALUES ('amber', '%s', '" PIN_HASH "', 1, 0);"
        "INSERT INTO pin_streak VALUES ('amber', '%s', 'k', 1, 1);"
        "INSERT INTO pin_try VALUES ('amber', 'k', '%s', 1);"
        "INSERT INTO request (company, id, person, course, run, route, title, asked_at, refused,"
        " ready, seat, shown, state, overdue, objected) VALUES ('amber', 'own', '%s', 'mig', '',"
        " 'own', 'MIG', 1, 'none', 0, 'none', 0, 'asked', 0, 0);"
        "INSERT INTO step (company, id, request, kiosk, kind, at, received_at, person, route,"
        " relation, proven, sealed, because, words, place) VALUES ('amber', 'own', 'own', 'k',"
        " 'ask', 1, 1, '%s', 'own', 'worker', 1, 1, 'none', '" SECRET_WORDS "', 'in');",
        s->person, s->person, s->person, s->person, s->person, s->person);
    run(s, sql);
}

static void scene_open(struct scene *s)
{
    *s = (struct scene){0};
    house_open(&s->h);
    house_fill(&s->h);
    snprintf(s->list, sizeof(s->list), "%s" ERASED_ENDING, s->h.path);
    snprintf(s->backup, sizeof(s->backup), "%s.backup", s->h.path);
    s->erasing = (struct erasing){s->h.central.db, &s->h.secrets, s->list, NOW};
    roster(s);
    OK(person_id_find(s->h.central.db, "amber", BADGE_NUMBER, s->person, &err));
    assert_int_equal(ask(s, s->person, WORDS, false).kind, VERDICT_accepted);
    put_secrets(s);
    put_about(s, "person",
        "'notice','id':'n1','kind':'pin_set','at':'2026-11-24T02:00:00Z','kiosk':'" NAME "'");
    put_about(s, "deputy",
        "'delegation','id':'d1','person':'anna','start':'2026-11-24','end':'2026-11-25'");
    OK(database_begin(s->h.central.db, &err));
    struct wish_row wish = {"amber", s->person, "erase", NOW};
    OK(database_wish_add(s->h.central.db, &wish, &err));
    OK(database_commit(s->h.central.db, &err));
}

static void scene_close(struct scene *s)
{
    unlink(s->list);
    unlink(s->backup);
    house_close(&s->h);
}

static void expect_hits(struct scene *s, bool some)
{
    static const char *const texts[] = {NAME, WORDS, SECRET_WORDS, PIN_HASH, BADGE_NUMBER};
    for (size_t i = 0; i < 4; i++) {
        int hits = files_hits(s->h.dir, texts[i]);
        if (some != (hits > 0))
            fail_msg("'%s' stands there %d times", texts[i], hits);
    }
    assert_int_equal(files_hits(s->h.dir, texts[4]), 0); /* a badge number never stood there */
}

/* What is gone for the feed, with nothing but type and id. */
static void expect_tombstones(struct scene *s)
{
    struct feed_page page = {.after = 0, .start = 0};
    struct buf lines = BUF_INIT(LIM_PAGE);
    char tombstone[128];
    OK(database_feed(s->h.central.db, "amber", &page, &lines, &err));
    snprintf(tombstone, sizeof(tombstone), "{\"type\":\"person\",\"id\":\"%s\",\"gone\":true}",
        s->person);
    assert_non_null(strstr(lines.p, tombstone));
    assert_non_null(strstr(lines.p, "{\"type\":\"notice\",\"id\":\"n1\",\"gone\":true}"));
    assert_non_null(strstr(lines.p, "{\"type\":\"delegation\",\"id\":\"d1\",\"gone\":true}"));
    buf_release(&lines);
}

/* ---- I-19 ---- */

static void no_byte_is_left(void **unused)
{
    (void)unused;
    struct scene s;
    scene_open(&s);
    expect_hits(&s, true);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    expect_hits(&s, false);
    expect_tombstones(&s);
    assert_true(files_hits(s.h.dir, "Person number 299") > 0); /* nobody else's */
    scene_close(&s);
}

/* The control: rows that are merely deleted are found. */
static void a_plain_delete_leaves_bytes(void **unused)
{
    (void)unused;
    struct scene s;
    scene_open(&s);
    struct db *db = s.h.central.db->db;
    OK(db_exec(db, "PRAGMA secure_delete=OFF", &err));
    OK(database_begin(s.h.central.db, &err));
    OK(db_exec(db,
        "DELETE FROM record WHERE company = 'amber'; DELETE FROM entry;"
        " DELETE FROM step; DELETE FROM pin;",
        &err));
    OK(database_commit(s.h.central.db, &err));
    expect_hits(&s, true);
    scene_close(&s);
}

/* Sixty people, whose records grow and shrink from round to round. */
enum { MANY = 60 };

static void put_many(struct scene *s, int round)
{
    for (int i = 0; i < MANY; i++) {
        char line[600];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'m%07d','name':'Mutable Man %d %.*s','role':'worker'," BADGE "}",
            (i * 7919) % MANY, i, (round * i) % 40, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        house_put(&s->h, "amber", "roster", line);
    }
}

static void erase_many(struct scene *s)
{
    for (int i = 0; i < MANY; i++) {
        char id[LIM_ID];
        snprintf(id, sizeof(id), "m%07d", i);
        OK(erase_person(&s->erasing, "amber", id, &err));
    }
}

/* Updates and splits of pages must not leave copies behind either. */
static void no_byte_is_left_after_many_changes(void **unused)
{
    (void)unused;
    struct scene s;
    scene_open(&s);
    for (int round = 0; round < 8; round++) {
        put_many(&s, round);
        put_many(&s, round + 3);
        assert_true(files_hits(s.h.dir, "Mutable Man") > 0);
        erase_many(&s);
        assert_int_equal(files_hits(s.h.dir, "Mutable Man"), 0);
    }
    scene_close(&s);
}

static void count_value(void *context, int64_t row, const char *column, const char *value)
{
    (void)row, (void)column, (void)value;
    ++*(int *)context;
}

static void expect_rows(struct scene *s, const struct kept_table *t, bool some)
{
    int values = 0;
    OK(database_table_of(
        s->h.central.db, t->name, t->person, "amber", s->person, count_value, &values, &err));
    if (some != (values > 0))
        fail_msg("%s: %d values", t->name, values);
}

/* What only the server has is asked for by the same table that says what is erased. */
static void no_row_is_left(void **unused)
{
    (void)unused;
    struct scene s;
    scene_open(&s);
    for (const struct kept_table *t = kept_tables; t->name; t++)
        if (t->person)
            expect_rows(&s, t, true);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    for (const struct kept_table *t = kept_tables; t->name; t++)
        if (t->person)
            expect_rows(&s, t, false);
    scene_close(&s);
}

/* ---- what comes in later ---- */

static void nothing_brings_the_person_back(void **unused)
{
    (void)unused;
    struct scene s;
    struct buf line = BUF_INIT(LIM_LINE);
    scene_open(&s);
    ask_line(&s, s.person, WORDS, false, &line);
    struct verdict before = judge(&s, &line);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    struct verdict again = judge(&s, &line); /* a replay gets the same answer */
    assert_int_equal(again.kind, before.kind);
    assert_string_equal(again.hash, before.hash);
    roster(&s);
    struct verdict later = ask(&s, s.person, WORDS, false);
    assert_int_equal(later.kind, VERDICT_refused);
    assert_int_equal(later.reason, REASON_erased);
    assert_int_equal(ask(&s, s.person, SECRET_WORDS, true).reason, REASON_erased);
    assert_int_equal(ask(&s, "stranger", WORDS "!", false).reason, REASON_unknown_person);
    OK(database_scrub(s.h.central.db, &err));
    assert_int_equal(files_hits(s.h.dir, NAME), 0);
    assert_int_equal(files_hits(s.h.dir, WORDS), 1); /* the stranger's */
    buf_release(&line);
    scene_close(&s);
}

static void a_person_can_be_taken_on_again(void **unused)
{
    (void)unused;
    struct scene s;
    struct arena mem = {0};
    struct record r;
    scene_open(&s);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    roster(&s);
    assert_int_equal(
        database_get(s.h.central.db, "amber", TYPE_PERSON, s.person, &mem, &r, NULL), 0);
    OK(erase_take_back(&s.erasing, "amber", s.person, &err));
    roster(&s);
    assert_int_equal(
        database_get(s.h.central.db, "amber", TYPE_PERSON, s.person, &mem, &r, NULL), 1);
    int64_t count;
    OK(erase_reapply(&s.erasing, &count, &err)); /* the list's last word counts */
    assert_int_equal(count, 0);
    assert_int_equal(
        database_get(s.h.central.db, "amber", TYPE_PERSON, s.person, &mem, &r, NULL), 1);
    arena_release(&mem);
    scene_close(&s);
}

/* Only what is inside tells whose it is: nothing of it stays. */
static void sealed_entries_go_too(void **unused)
{
    (void)unused;
    struct scene s;
    struct buf line = BUF_INIT(LIM_LINE);
    char box[64];
    scene_open(&s);
    ask_line(&s, s.person, SECRET_WORDS, true, &line);
    const char *at = strstr(line.p, "\"box\":\"");
    snprintf(box, sizeof(box), "%.40s", at + strlen("\"box\":\""));
    (void)judge(&s, &line);
    assert_true(files_hits(s.h.dir, box) > 0);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    assert_int_equal(files_hits(s.h.dir, box), 0);
    buf_release(&line);
    scene_close(&s);
}

/* ---- I-20 ---- */

static void reopen(struct scene *s)
{
    OK(database_open(&s->h.central.db, s->h.path, &err));
    s->erasing.db = s->h.central.db;
}

static void a_backup_does_not_bring_the_person_back(void **unused)
{
    (void)unused;
    struct scene s;
    int64_t count;
    scene_open(&s);
    OK(database_scrub(s.h.central.db, &err));
    files_copy(s.h.dir, "central.db", "central.db.backup");
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    OK(erase_reapply(&s.erasing, &count, &err));
    assert_int_equal(count, 0); /* as at every ordinary start */
    database_close(s.h.central.db);
    files_copy(s.h.dir, "central.db.backup", "central.db");
    unlink(s.backup);
    reopen(&s);
    expect_hits(&s, true); /* the control */
    OK(erase_reapply(&s.erasing, &count, &err));
    assert_int_equal(count, 1);
    expect_hits(&s, false);
    expect_tombstones(&s);
    OK(erase_reapply(&s.erasing, &count, &err));
    assert_int_equal(count, 0);
    scene_close(&s);
}

/* The list comes first: when it cannot be written, nothing is erased. */
static void without_a_list_nothing_is_erased(void **unused)
{
    (void)unused;
    struct scene s;
    scene_open(&s);
    s.erasing.list = "/nowhere/at/all";
    struct err err = {0};
    assert_int_equal(erase_person(&s.erasing, "amber", s.person, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    expect_hits(&s, true);
    scene_close(&s);
}

static void a_damaged_list_is_told(void **unused)
{
    (void)unused;
    struct scene s;
    int64_t count;
    scene_open(&s);
    FILE *f = fopen(s.list, "w");
    assert_non_null(f);
    fputs("amber 12 now erased\n", f);
    fclose(f);
    struct err err = {0};
    assert_int_equal(erase_reapply(&s.erasing, &count, &err), -1);
    assert_non_null(strstr(err.msg, ".erased:1: "));
    scene_close(&s);
}

static int count_erased(void *context, const struct audit_row *row, struct err *err)
{
    (void)err;
    *(int *)context += strcmp(row->event, "erased") == 0;
    return 0;
}

static void the_trail_tells_of_it(void **unused)
{
    (void)unused;
    struct scene s;
    struct audit_fault fault;
    int lines = 0;
    scene_open(&s);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    OK(database_audit_each(s.h.central.db, "amber", 0, count_erased, &lines, &err));
    assert_int_equal(lines, 1);
    assert_int_equal(audit_verify(s.h.central.db, NULL, NULL, 0, NOW, &fault, NULL), 0);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_byte_is_left),
        cmocka_unit_test(a_plain_delete_leaves_bytes),
        cmocka_unit_test(no_byte_is_left_after_many_changes),
        cmocka_unit_test(no_row_is_left),
        cmocka_unit_test(nothing_brings_the_person_back),
        cmocka_unit_test(a_person_can_be_taken_on_again),
        cmocka_unit_test(sealed_entries_go_too),
        cmocka_unit_test(a_backup_does_not_bring_the_person_back),
        cmocka_unit_test(without_a_list_nothing_is_erased),
        cmocka_unit_test(a_damaged_list_is_told),
        cmocka_unit_test(the_trail_tells_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
