/* SPDX-License-Identifier: EUPL-1.2 */
/* Whom the feed takes away leaves no byte in any file of the kiosk (I-19). */
#include "store_fixture.h"

#include <sqlite3.h>

#include "files.h"

#define NAME "Quirinius Zwartendijk"
#define GONE "q-zwart-17"
#define WORDS "because of my left thumb"

static void add_person(struct fixture *f, const char *id, const char *name)
{
    struct record *r = add_record(f, TYPE_PERSON, id);
    record_set_text(r, PERSON_name, name);
    record_set_number(r, PERSON_role, ROLE_worker);
    record_set_text(
        r, PERSON_badge, "0000000000000000000000000000000000000000000000000000000000000000");
}

static void add_request(struct fixture *f, const char *id, const char *person, const char *words)
{
    struct record *r = add_record(f, TYPE_REQUEST, id);
    record_set_text(r, REQUEST_person, person);
    record_set_text(r, REQUEST_course, "c1");
    record_set_text(r, REQUEST_title, "Lassen");
    record_set_text(r, REQUEST_words, words);
    record_set_number(r, REQUEST_state, REQUEST_asked);
    record_set_number(r, REQUEST_reason, REASON_none);
    record_set_number(r, REQUEST_holder, HOLDER_supervisor);
    record_set_number(r, REQUEST_asked_at, 1);
    record_set_number(r, REQUEST_since, 1);
    record_set_number(r, REQUEST_judged_at, 1);
}

static void ask(struct fixture *f, const char *person, const char *words, bool settled)
{
    struct record r;
    struct pending *p;
    int count, damaged;
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, person);
    record_set_text(&r, ASK_course, "c1");
    record_set_text(&r, ASK_title, "Lassen");
    record_set_text(&r, ASK_words, words);
    MUST(journal_append(f->kiosk, &r, "kiosk-1", clock_now(), NULL, err));
    if (!settled)
        return;
    MUST(journal_pending(f->sync, 0, 10, 100000, &f->mem, &p, &count, &damaged, err));
    for (int i = 0; i < count; i++)
        MUST(journal_settle(f->sync, p[i].id, p[i].hash, "accepted", "none", clock_now(), err));
}

/* Many others, whose records change, so that pages are split and filled again. */
static void fill(struct fixture *f)
{
    char id[32], name[64];
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 90; i++) {
            snprintf(id, sizeof(id), "p%04d", (i * 7919 + round * 31) % 500);
            snprintf(name, sizeof(name), "Person %s %.*s", id, (i * round) % 30,
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
            add_person(f, id, name);
        }
        add_person(f, GONE, NAME);
        add_request(f, "r-gone", GONE, WORDS);
        apply(f, "a");
    }
    finish(f);
    for (int i = 0; i < 20; i++)
        ask(f, i % 2 ? GONE : "p0000", i % 2 ? WORDS : "words of another", true);
}

static void take_away(struct fixture *f)
{
    add_tombstone(f, TYPE_PERSON, GONE);
    add_tombstone(f, TYPE_REQUEST, "r-gone");
    apply(f, "b");
    finish(f);
}

static void no_byte_is_left(void **state)
{
    struct fixture *f = *state;
    fill(f);
    assert_true(files_hits(f->data, NAME) > 0);
    assert_true(files_hits(f->data, WORDS) > 0);
    take_away(f);
    assert_int_equal(files_hits(f->data, NAME), 0);
    assert_int_equal(files_hits(f->data, WORDS), 0);
    assert_int_equal(files_hits(f->data, GONE), 0);
    assert_int_equal(files_hits(f->data, "words of another"), 10); /* nobody else's */
}

/* What was not sent yet is precious, whoever made it; it goes when the server has answered. */
static void what_waits_is_sent_first(void **state)
{
    struct fixture *f = *state;
    struct pending *p;
    int count, damaged;
    fill(f);
    ask(f, GONE, WORDS, false);
    take_away(f);
    assert_int_equal(journal_waiting(f->kiosk), 1);
    MUST(journal_pending(f->sync, 0, 10, 100000, &f->mem, &p, &count, &damaged, err));
    MUST(journal_settle(f->sync, p->id, p->hash, "refused", "erased", clock_now(), err));
    finish(f);
    assert_int_equal(files_hits(f->data, WORDS), 0);
}

/* Who is not in a whole new download is gone as well. */
static void a_new_download_without_the_person(void **state)
{
    struct fixture *f = *state;
    fill(f);
    MUST(cache_restart(f->sync, err));
    add_person(f, "p0000", "Person p0000");
    apply(f, "c");
    assert_true(files_hits(f->data, NAME) > 0); /* until it is whole, the old one counts */
    finish(f);
    assert_int_equal(files_hits(f->data, NAME), 0);
    assert_int_equal(files_hits(f->data, WORDS), 0);
    assert_int_equal(files_hits(f->data, "words of another"), 10);
}

/* The control: rows that are merely deleted are found. */
static void a_plain_delete_leaves_bytes(void **state)
{
    struct fixture *f = *state;
    sqlite3 *raw;
    char path[128];
    fill(f);
    store_close(f->kiosk);
    store_close(f->sync);
    f->kiosk = f->sync = NULL;
    (void)snprintf(path, sizeof(path), "%s/journal.db", f->data);
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(raw, "PRAGMA secure_delete=OFF; DELETE FROM entry", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    assert_true(files_hits(f->data, WORDS) > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start_open, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_byte_is_left),
        TEST(what_waits_is_sent_first),
        TEST(a_new_download_without_the_person),
        TEST(a_plain_delete_leaves_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
