/* SPDX-License-Identifier: EUPL-1.2 */
/* Damage that is met while the programs run, and what of a damaged file is still good. */
#include "store_fixture.h"

#include "store/inner.h"
#include "store/pages.h"

static void file_path(const struct fixture *f, const char *name, char out[128])
{
    (void)snprintf(out, 128, "%s/%s", f->data, name);
}

/* Spoils every page of the file that has the text. Returns how many. */
static int spoil(const struct fixture *f, const char *name, const char *text)
{
    unsigned char page[PAGE_BYTES];
    char path[128];
    int spoilt = 0;
    file_path(f, name, path);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    for (long at = 0; fread(page, sizeof(page), 1, file) == 1; at += PAGE_BYTES) {
        if (!memmem(page, sizeof(page), text, strlen(text)))
            continue;
        memset(page + 2000, 0x5A, 1500);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fwrite(page, sizeof(page), 1, file), 1);
        assert_int_equal(fseek(file, at + PAGE_BYTES, SEEK_SET), 0);
        spoilt++;
    }
    assert_int_equal(fclose(file), 0);
    return spoilt;
}

static bool is_kept(const struct fixture *f)
{
    char path[128];
    file_path(f, "quarantine", path);
    return access(path, F_OK) == 0;
}

static int ask_for(struct store *s, const char *course, struct err *err)
{
    struct record ask;
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, "p1");
    record_set_text(&ask, ASK_course, course);
    record_set_text(&ask, ASK_title, "Lassen");
    return journal_append(s, &ask, "kiosk-1", 1790000000000, NULL, err);
}

/* Each bit of a page, one after the other. */
static void every_bit_is_mended(void **state)
{
    unsigned char right[PAGE_BYTES];
    unsigned char page[PAGE_BYTES];
    struct fixture *f = *state;
    char path[128];
    file_path(f, "journal.db", path);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(right, sizeof(right), 1, file), 1);
    assert_int_equal(fclose(file), 0);
    assert_true(page_is_whole(right, PAGE_BYTES, 0));
    assert_false(page_is_whole(right, PAGE_BYTES, PAGE_BYTES)); /* not in another place */
    for (int bit = 0; bit < 8 * PAGE_BYTES; bit++) {
        memcpy(page, right, sizeof(page));
        page[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_false(page_is_whole(page, PAGE_BYTES, 0));
        assert_true(page_mend(page, 0));
        assert_memory_equal(page, right, sizeof(page));
    }
    memset(page, 0, sizeof(page));
    assert_false(page_is_whole(page, PAGE_BYTES, PAGE_BYTES));
    assert_false(page_mend(page, PAGE_BYTES));
}

static void a_running_kiosk_saves_its_journal(void **state)
{
    struct fixture *f = *state;
    struct store_status status;
    for (int i = 0; i < 30; i++)
        MUST(ask_for(f->kiosk, i < 15 ? "first-one" : "later-one", err));
    MUST(ask_for(f->sync, "seen", err)); /* the kiosk has to read it all again */
    assert_true(spoil(f, "journal.db", "first-one") > 0);
    struct err met = {0};
    struct pending *p;
    int count;
    int damaged;
    assert_int_equal(
        journal_pending(f->kiosk, 0, 100, 100000, &f->mem, &p, &count, &damaged, &met), -1);
    assert_int_equal(met.code, ERR_CORRUPT);
    MUST(ask_for(f->kiosk, "last-one", err));
    assert_true(is_kept(f));
    MUST(store_status(f->kiosk, &status, err));
    assert_int_equal(status.damages, 1);
    assert_true(status.saved > 0 && status.lost > 0);
    assert_int_equal(status.saved + status.lost, 31);
    assert_int_equal(status.disk, DISK_fine);
    assert_true(store_changed(f->sync)); /* and the other goes over to the new file */
    assert_int_equal(journal_waiting(f->sync), journal_waiting(f->kiosk));
    MUST(ask_for(f->sync, "one-more", err));
    assert_true(store_changed(f->kiosk));
    assert_int_equal(journal_waiting(f->kiosk), status.saved + 2);
}

static void fill_cache(struct fixture *f)
{
    for (int i = 0; i < 40; i++) {
        char id[20];
        (void)snprintf(id, sizeof(id), "c%d", i);
        char *text = arena_alloc(&f->mem, 3000);
        memset(text, 'x', 2999);
        if (i == 7)
            (void)str_copy(text, 3000, "spoilt-here");
        record_set_text(add_course(f, id, "Lassen"), COURSE_description, text);
    }
    struct record *p = add_record(f, TYPE_PERSON, "p1");
    record_set_text(p, PERSON_name, "Sanne");
    record_set_text(p, PERSON_badge, "hash-of-a-badge");
    record_set_number(p, PERSON_role, ROLE_worker);
    apply(f, "1");
    finish(f);
    (void)store_changed(f->kiosk);
}

/* Who is known stays known; only what stood on the spoilt page reads as empty. */
static void what_is_whole_is_still_read(void **state)
{
    struct fixture *f = *state;
    fill_cache(f);
    store_close(f->kiosk);
    assert_true(spoil(f, "cache.db", "spoilt-here") > 0);
    MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
    MUST(store_course(f->kiosk, "c7", &f->rs, err));
    assert_int_equal(f->rs.count, 0);
    MUST(store_summary(f->kiosk, f->today, &f->rs, err));
    assert_int_equal(record_number(&f->rs.rows[0], SUMMARY_damaged), 1);
    MUST(store_person(f->kiosk, "hash-of-a-badge", &f->rs, err));
    assert_int_equal(f->rs.count, 1);
    MUST(store_course(f->kiosk, "c30", &f->rs, err));
    assert_true(f->rs.count > 0);
    MUST(ask_for(f->kiosk, "c30", err));
}

/* Once an hour the sync reads the whole cache from the disk. */
static void a_running_sync_renews_its_cache(void **state)
{
    struct fixture *f = *state;
    char cursor[LIM_CURSOR];
    fill_cache(f);
    assert_true(spoil(f, "cache.db", "spoilt-here") > 0);
    MUST(cache_cursor(f->sync, cursor, err));
    assert_string_equal(cursor, "1");
    f->sync->cache_checked -= INT64_C(3600000);
    MUST(cache_cursor(f->sync, cursor, err));
    assert_string_equal(cursor, "");
    assert_true(is_kept(f));
    assert_true(store_changed(f->kiosk));
    fill_cache(f);
    assert_string_equal(search(f, "nothing"), "");
    MUST(store_course(f->kiosk, "c7", &f->rs, err));
    assert_true(f->rs.count > 0);
}

/* A file that was set aside may hold whoever left since. */
static void who_leaves_is_in_no_quarantine(void **state)
{
    struct fixture *f = *state;
    fill_cache(f);
    store_close(f->sync);
    assert_true(spoil(f, "cache.db", "spoilt-here") > 0);
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    assert_true(is_kept(f));
    fill_cache(f);
    assert_true(is_kept(f));
    add_tombstone(f, TYPE_PERSON, "p1");
    apply(f, "2");
    assert_false(is_kept(f));
}

/* An entry that the server does not take stays apart when the journal is saved, and the mark of the
 * file that was set aside says nothing of the new one. */
static void what_is_stuck_stays_so(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    struct mark before, after;
    int count;
    int damaged;
    for (int i = 0; i < 30; i++)
        MUST(ask_for(f->kiosk, i < 15 ? "first-one" : "later-one", err));
    MUST(journal_pending(f->sync, 0, 100, 100000, &f->mem, &p, &count, &damaged, err));
    MUST(journal_stick(f->sync, p[29].id, 400, 1790000000001, err));
    MUST(journal_mark(f->sync, 1790000000001, &before, err));
    assert_true(spoil(f, "journal.db", "first-one") > 0);
    store_close(f->sync);
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    assert_true(is_kept(f));
    assert_int_equal(journal_stuck_count(f->sync), 1);
    MUST(journal_marked(f->sync, &before, err));
    MUST(journal_mark(f->sync, 1790000000001, &after, err));
    assert_string_not_equal(after.epoch, before.epoch);
    assert_string_equal(after.before, "");
}

/* A kiosk that forgets everybody forgets what was set aside too, and what it forgot on purpose is
 * no loss when its journal is damaged afterwards. */
static void what_is_forgotten_is_not_lost(void **state)
{
    struct fixture *f = *state;
    struct store_status status;
    struct pending *p;
    int64_t sealed;
    int count;
    int damaged;
    fill_cache(f);
    for (int i = 0; i < 30; i++)
        MUST(ask_for(f->kiosk, "first-one", err));
    MUST(journal_pending(f->sync, 0, 100, 100000, &f->mem, &p, &count, &damaged, err));
    for (int i = 0; i < count; i++)
        MUST(journal_settle(f->sync, p[i].id, p[i].hash, "accepted", "none", 1790000000001, err));
    store_close(f->sync);
    assert_true(spoil(f, "cache.db", "spoilt-here") > 0);
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    assert_true(is_kept(f));
    MUST(store_forget_everybody(f->sync, &sealed, err));
    assert_false(is_kept(f));
    assert_int_equal(spoil(f, "journal.db", "first-one"), 0);
    store_close(f->sync);
    assert_true(spoil(f, "journal.db", "sqlite_autoindex") > 0);
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    MUST(store_status(f->sync, &status, err));
    assert_int_equal(status.damages, 1);
    assert_int_equal(status.lost, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start_open, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_bit_is_mended),
        TEST(a_running_kiosk_saves_its_journal),
        TEST(what_is_whole_is_still_read),
        TEST(a_running_sync_renews_its_cache),
        TEST(who_leaves_is_in_no_quarantine),
        TEST(what_is_stuck_stays_so),
        TEST(what_is_forgotten_is_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
