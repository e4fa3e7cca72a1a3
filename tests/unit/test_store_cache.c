/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages of the feed into the cache, and what the kiosk reads of it while and after. */
#include "store_fixture.h"

#include "raw.h"

static void add_everything(struct fixture *f)
{
    struct record *r = add_record(f, TYPE_SOURCE, "s1");
    record_set_text(r, SOURCE_name, "demo.csv");
    record_set_number(r, SOURCE_checked, 1790000000000);
    r = add_course(f, "c1", "MIG/MAG-lassen niveau 1");
    record_set_text(r, COURSE_keywords, "halfautomaat\nstaal");
    record_set_number(r, COURSE_price, 129000);
    add_course(f, "c2", "Frezen basis");
    add_run(f, "r1", "c1", f->today + 10, "Zwolle", "Overijssel");
    add_run(f, "r2", "c1", f->today + 50, "Almelo", "Twente");
    add_run(f, "r3", "c1", f->today - 1, "Assen", "Noord");
    r = add_record(f, TYPE_PERSON, "p1");
    record_set_text(r, PERSON_name, "Jan");
    record_set_number(r, PERSON_role, ROLE_worker);
    record_set_text(r, PERSON_badge, "ab12");
}

static void records_come_back(void **state)
{
    struct fixture *f = *state;
    add_everything(f);
    apply(f, "cursor-1");
    MUST(store_course(f->kiosk, "c1", &f->rs, err));
    assert_string_equal(ids(f), "c1 s1");
    assert_int_equal(f->rs.total, 1);
    assert_string_equal(record_text(&f->rs.rows[0], COURSE_title), "MIG/MAG-lassen niveau 1");
    assert_string_equal(record_text(&f->rs.rows[0], COURSE_keywords), "halfautomaat\nstaal");
    assert_string_equal(record_text(&f->rs.rows[0], COURSE_summary), "");
    assert_int_equal(record_number(&f->rs.rows[0], COURSE_price), 129000);
    assert_int_equal(record_number(&f->rs.rows[0], COURSE_days), NO_NUMBER);
    assert_string_equal(record_text(&f->rs.rows[1], SOURCE_name), "demo.csv");
    MUST(store_course(f->kiosk, "c9", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
    MUST(store_runs(f->kiosk, "c1", f->today, 0, 10, &f->rs, err));
    assert_string_equal(ids(f), "r1 r2");
    MUST(store_runs(f->kiosk, "c1", f->today, 1, 10, &f->rs, err));
    assert_string_equal(ids(f), "r2");
    assert_int_equal(f->rs.total, 2);
    MUST(store_run(f->kiosk, "r3", &f->rs, err));
    assert_string_equal(record_text(&f->rs.rows[0], RUN_place), "Assen");
    MUST(store_person(f->kiosk, "ab12", &f->rs, err));
    assert_string_equal(ids(f), "p1");
    MUST(store_person(f->kiosk, "ab13", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
}

static void cursor_moves_with_the_page(void **state)
{
    struct fixture *f = *state;
    char cursor[LIM_CURSOR];
    MUST(cache_cursor(f->sync, cursor, err));
    assert_string_equal(cursor, "");
    add_everything(f);
    apply(f, "cursor-1");
    MUST(cache_cursor(f->sync, cursor, err));
    assert_string_equal(cursor, "cursor-1");
    struct err why = {0};
    add_course(f, "c3", "Draaien");
    add_record(f, TYPE_ASK, "a1"); /* does not belong in a feed: nothing of the page may stay */
    assert_int_equal(cache_apply(f->sync, f->record, f->count, "cursor-2", &why), -1);
    assert_int_equal(why.code, ERR_DATA);
    MUST(cache_cursor(f->sync, cursor, err));
    assert_string_equal(cursor, "cursor-1");
    assert_string_equal(search(f, "draaien"), "");
    MUST(cache_restart(f->sync, err));
    MUST(cache_cursor(f->sync, cursor, err));
    assert_string_equal(cursor, "");
}

static void tombstones_remove(void **state)
{
    struct fixture *f = *state;
    add_everything(f);
    apply(f, "1");
    assert_string_equal(search(f, "zwolle"), "c1");
    add_tombstone(f, TYPE_RUN, "r1");
    apply(f, "2");
    assert_string_equal(search(f, "zwolle"), "");
    assert_string_equal(search(f, "almelo"), "c1");
    add_tombstone(f, TYPE_COURSE, "c1");
    add_tombstone(f, TYPE_COURSE, "never-there");
    add_tombstone(f, TYPE_PERSON, "p1");
    apply(f, "3");
    assert_string_equal(search(f, "lassen"), "");
    assert_string_equal(search(f, ""), "c2");
    MUST(store_person(f->kiosk, "ab12", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
}

static void changes_are_found(void **state)
{
    struct fixture *f = *state;
    add_everything(f);
    apply(f, "1");
    add_course(f, "c1", "TIG-lassen");
    add_run(f, "r2", "c2", f->today + 5, "Almelo", "Twente"); /* goes over to another course */
    apply(f, "2");
    assert_string_equal(search(f, "mig"), "");
    assert_string_equal(search(f, "tig"), "c1");
    assert_string_equal(search(f, "almelo"), "c2");
}

static void a_run_may_come_first(void **state)
{
    struct fixture *f = *state;
    add_run(f, "r1", "c1", f->today + 10, "Zwolle", "Overijssel");
    apply(f, "1");
    assert_string_equal(search(f, "zwolle"), "");
    add_course(f, "c1", "Lassen");
    apply(f, "2");
    assert_string_equal(search(f, "zwolle"), "c1");
    assert_int_equal(record_number(&f->rs.rows[0], HIT_start), f->today + 10);
}

static void restart_keeps_then_sweeps(void **state)
{
    struct fixture *f = *state;
    add_everything(f);
    apply(f, "1");
    finish(f);
    MUST(cache_restart(f->sync, err));
    add_course(f, "c2", "Frezen basis");
    apply(f, "1");
    assert_string_equal(search(f, "lassen"), "c1"); /* the old content is there until the end */
    finish(f);
    assert_string_equal(search(f, "lassen"), "");
    assert_int_equal(f->rs.total, 0);
    assert_string_equal(search(f, ""), "c2");
    assert_int_equal(f->rs.total, 1);
    MUST(store_run(f->kiosk, "r1", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
}

static void passed_runs_stop_counting(void **state)
{
    struct fixture *f = *state;
    add_everything(f);
    apply(f, "1");
    finish(f);
    assert_string_equal(search(f, "zwolle"), "c1");
    int64_t later = clock_now() + INT64_C(20) * 86400000;
    MUST(cache_finish(f->sync, later, err));
    assert_string_equal(search(f, "zwolle"), "");
    assert_string_equal(search(f, "almelo"), "c1");
    MUST(cache_finish(f->sync, clock_now(), err)); /* the clock was wrong */
    assert_string_equal(search(f, "zwolle"), "c1");
}

static void new_roots_index_anew(void **state)
{
    struct fixture *f = *state;
    char dir[100];
    add_course(f, "c1", "Tiglassen");
    apply(f, "1");
    finish(f);
    assert_string_equal(search(f, "tig "), "");
    (void)snprintf(dir, sizeof(dir), "%s/search", f->share);
    write_file(dir, "roots.txt", "las tig\n");
    store_close(f->sync);
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    finish(f);
    assert_string_equal(search(f, "tig "), "c1");
}

static void summary_and_status(void **state)
{
    struct fixture *f = *state;
    struct store_status st;
    MUST(store_summary(f->kiosk, f->today, &f->rs, err));
    assert_int_equal(record_number(&f->rs.rows[0], SUMMARY_courses), 0);
    assert_int_equal(record_number(&f->rs.rows[0], SUMMARY_checked), NO_NUMBER);
    add_everything(f);
    apply(f, "1");
    int64_t now = clock_now();
    MUST(cache_finish(f->sync, now, err));
    MUST(cache_set_contact(f->sync, "no_network", now + 5, err));
    MUST(store_summary(f->kiosk, f->today, &f->rs, err));
    const struct record *r = &f->rs.rows[0];
    assert_int_equal(record_number(r, SUMMARY_courses), 2);
    assert_int_equal(record_number(r, SUMMARY_soon), 1);
    assert_int_equal(record_number(r, SUMMARY_checked), now);
    assert_int_equal(record_number(r, SUMMARY_waiting), 0);
    MUST(
        store_summary(f->kiosk, f->today + 11, &f->rs, err)); /* r1 has begun, nothing came since */
    assert_int_equal(record_number(&f->rs.rows[0], SUMMARY_soon), 0);
    MUST(store_status(f->kiosk, &st, err));
    assert_int_equal(st.courses, 2);
    assert_int_equal(st.runs, 3);
    assert_int_equal(st.people, 1);
    assert_int_equal(st.finished, now);
    assert_int_equal(st.contact, now + 5);
    assert_string_equal(st.cause, "no_network");
    assert_int_equal(st.oldest_waiting, NO_NUMBER);
}

/* ---- files that come, go and break ---- */

static void cache_path(const struct fixture *f, char out[128])
{
    (void)snprintf(out, 128, "%s/cache.db", f->data);
}

static void kiosk_without_a_cache(void **state)
{
    struct fixture *f = *state;
    struct search_input in = {0};
    bool asked;
    struct viewer p1 = {.person = "p1", .name = "", .team = "", .proven = true};
    MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
    assert_string_equal(search(f, "lassen"), "");
    MUST(store_facets(f->kiosk, &in, f->today, -1, 0, 10, &f->rs, err));
    MUST(store_course(f->kiosk, "c1", &f->rs, err));
    MUST(store_tickets(f->kiosk, &p1, 0, 10, &f->rs, err));
    assert_int_equal(f->rs.count, 0);
    MUST(store_has_asked(f->kiosk, &p1, "c1", "", &asked, err));
    assert_false(asked);
    assert_false(store_changed(f->kiosk));
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    assert_true(store_changed(f->kiosk));
    assert_false(store_changed(f->kiosk));
    add_course(f, "c1", "Lassen");
    apply(f, "1");
    assert_true(store_changed(f->kiosk));
    assert_string_equal(search(f, "lassen"), "c1");
}

static void cache_deleted_under_the_kiosk(void **state)
{
    struct fixture *f = *state;
    char path[128];
    add_course(f, "c1", "Lassen");
    apply(f, "1");
    assert_true(store_changed(f->kiosk));
    assert_string_equal(search(f, "lassen"), "c1");
    store_close(f->sync);
    f->sync = NULL;
    cache_path(f, path);
    assert_int_equal(unlink(path), 0);
    assert_true(store_changed(f->kiosk));
    assert_string_equal(search(f, "lassen"), "");
    assert_false(store_changed(f->kiosk));
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    add_course(f, "c2", "Lassen");
    apply(f, "1");
    assert_true(store_changed(f->kiosk));
    assert_string_equal(search(f, "lassen"), "c2");
    store_close(f->sync); /* and again, with another in its place before the kiosk looks */
    assert_int_equal(unlink(path), 0);
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    add_course(f, "c3", "Lassen");
    apply(f, "1");
    assert_true(store_changed(f->kiosk));
    assert_string_equal(search(f, "lassen"), "c3");
}

static void break_file(const char *path, const char *how)
{
    FILE *out = NULL;
    if (strcmp(how, "garbage") == 0) {
        out = fopen(path, "w");
        assert_non_null(out);
        for (int i = 0; i < 10000; i++)
            assert_true(fputs("garbage", out) >= 0);
        assert_int_equal(fclose(out), 0);
        return;
    }
    raw_exec(path, how);
}

static void broken_caches_are_made_anew(void **state)
{
    static const char *const ways[] = {"garbage", "PRAGMA application_id=5",
        "PRAGMA user_version=5", "PRAGMA user_version=2147483647", "DROP TABLE facts",
        "CREATE TRIGGER t AFTER INSERT ON request BEGIN DELETE FROM course; END"};
    struct fixture *f = *state;
    char path[128];
    cache_path(f, path);
    open_both(f);
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        char cursor[LIM_CURSOR];
        add_course(f, "c1", "Lassen");
        apply(f, "1");
        store_close(f->sync);
        store_close(f->kiosk);
        break_file(path, ways[i]);
        MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
        assert_string_equal(search(f, ""), "");
        assert_false(store_changed(f->kiosk));
        MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
        MUST(cache_cursor(f->sync, cursor, err));
        assert_string_equal(cursor, "");
        assert_true(store_changed(f->kiosk));
    }
}

static void cache_breaks_under_both(void **state)
{
    struct fixture *f = *state;
    char path[128];
    struct err why = {0};
    cache_path(f, path);
    for (int i = 0; i < 80; i++) {
        char id[20];
        (void)snprintf(id, sizeof(id), "c%d", i);
        struct record *r = add_course(f, id, "Lassen");
        char *text = arena_alloc(&f->mem, 4000);
        memset(text, 'x', 3999);
        record_set_text(r, COURSE_description, text);
    }
    apply(f, "1");
    assert_true(store_changed(f->kiosk));
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 24, SEEK_SET), 0); /* the change counter: read it all again */
    assert_true(fputs("zzzz", file) >= 0);
    assert_int_equal(fseek(file, 4096, SEEK_SET), 0);
    for (int i = 0; i < 40000; i++)
        assert_true(fputs("garbage", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(search(f, "lassen"), ""); /* damaged reads as empty */
    add_course(f, "c1", "Lassen");
    assert_int_equal(cache_apply(f->sync, f->record, f->count, "2", &why), -1);
    assert_int_equal(why.code, ERR_CORRUPT);
    char cursor[LIM_CURSOR];
    MUST(cache_cursor(f->sync, cursor, err)); /* made anew: from the start */
    assert_string_equal(cursor, "");
    apply(f, "1");
    assert_true(store_changed(f->kiosk));
    assert_string_equal(search(f, "lassen"), "c1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_start_open, fixture_end)
#define TEST_CLOSED(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_come_back),
        TEST(cursor_moves_with_the_page),
        TEST(tombstones_remove),
        TEST(changes_are_found),
        TEST(a_run_may_come_first),
        TEST(restart_keeps_then_sweeps),
        TEST(passed_runs_stop_counting),
        TEST(new_roots_index_anew),
        TEST(summary_and_status),
        TEST_CLOSED(kiosk_without_a_cache),
        TEST(cache_deleted_under_the_kiosk),
        TEST_CLOSED(broken_caches_are_made_anew),
        TEST(cache_breaks_under_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
