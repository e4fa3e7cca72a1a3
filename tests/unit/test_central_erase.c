/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasing a person: no byte is left in any file of the server (I-19), and neither a roster, nor an
 * entry that comes in later, nor a backup brings the person back (I-20). */
#include "erase_scene.h"

static void expect_hits(struct scene *s, bool some)
{
    static const char *const texts[] = {NAME, WORDS, SECRET_WORDS, PIN_HASH, BADGE_NUMBER};
    for (size_t i = 0; i < 4; i++) {
        int hits = house_hits(&s->h, texts[i]);
        if (some != (hits > 0))
            fail_msg("'%s' stands there %d times", texts[i], hits);
    }
    assert_int_equal(house_hits(&s->h, texts[4]), 0); /* a badge number never stood there */
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
    if (house_is_postgres()) /* samples that it takes by itself */
        house_postgres("ANALYZE");
    expect_hits(&s, true);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    expect_hits(&s, false);
    expect_tombstones(&s);
    assert_true(house_hits(&s.h, "Person number 299") > 0); /* nobody else's */
    scene_close(&s);
}

/* The control: rows that are merely deleted are found. */
static void a_plain_delete_leaves_bytes(void **unused)
{
    (void)unused;
    struct scene s;
    scene_open(&s);
    struct database *db = s.h.central.db;
    if (!house_is_postgres())
        OK(sql_run(sql_stmt_made(db->sql, "PRAGMA secure_delete=OFF"), &err));
    OK(database_begin(db, &err));
    OK(house_sql(db,
        "DELETE FROM record WHERE company = 'amber'; DELETE FROM entry;"
        " DELETE FROM step; DELETE FROM pin;",
        &err));
    OK(database_commit(db, &err));
    expect_hits(&s, true);
    scene_close(&s);
}

/* Sixty people, whose records grow and shrink from round to round. */
enum { MANY = 60 };

static void put_many(struct scene *s, int round)
{
    for (int i = 0; i < house_rounds(MANY); i++) {
        char line[600];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'m%07d','name':'Mutable Man %d %.*s','role':'worker'," BADGE "}",
            (i * 7919) % house_rounds(MANY), i, (round * i) % 40,
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        house_put(&s->h, "amber", "roster", line);
    }
}

static void erase_many(struct scene *s)
{
    for (int i = 0; i < house_rounds(MANY); i++) {
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
    for (int round = 0; round < 1 + 7 / house_every(7); round++) {
        put_many(&s, round);
        put_many(&s, round + 3);
        assert_true(house_hits(&s.h, "Mutable Man") > 0);
        erase_many(&s);
        assert_int_equal(house_hits(&s.h, "Mutable Man"), 0);
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
    assert_int_equal(house_hits(&s.h, NAME), 0);
    assert_int_equal(house_hits(&s.h, WORDS), 1); /* the stranger's */
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
    assert_true(house_hits(&s.h, box) > 0);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    assert_int_equal(house_hits(&s.h, box), 0);
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
    if (house_is_postgres()) /* its backups are no copies of a file */
        skip();
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
