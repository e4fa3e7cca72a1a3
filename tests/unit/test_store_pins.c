/* SPDX-License-Identifier: EUPL-1.2 */
/* PINs on a kiosk: sealed in entries and nowhere else, and tried no faster than it says. */
#include "store_fixture.h"

#include <dirent.h>

#include "base/digest.h"
#include "base/seal.h"
#include "proto/codec.h"

#define START INT64_C(1790000000000)
#define SECOND INT64_C(1000)
#define PIN "483920"

static struct seal_keys keys;

static int house(void **state)
{
    if (fixture_start_open(state) < 0)
        return -1;
    struct fixture *f = *state;
    seal_keys_make(&keys);
    struct record *company = add_record(f, TYPE_COMPANY, "company");
    record_set_text(company, COMPANY_seal_key, keys.public_key);
    record_set_number(company, COMPANY_answer_days, 5);
    apply(f, "1");
    return 0;
}

/* ---- entries that carry a proof ---- */

static struct entry last_entry(struct fixture *f)
{
    struct pending *p;
    int count, damaged;
    struct entry e;
    MUST(journal_pending(f->sync, 0, 200, 1000000, &f->mem, &p, &count, &damaged, err));
    assert_true(count > 0);
    MUST(entry_from_json(p[count - 1].bytes, p[count - 1].len, &f->mem, &e, err));
    return e;
}

static void ask(struct record *r, const char *words)
{
    record_init(r, TYPE_ASK);
    record_set_text(r, ASK_person, "p1");
    record_set_text(r, ASK_course, "c1");
    record_set_text(r, ASK_title, "Lassen");
    record_set_text(r, ASK_words, words);
}

/* Whatever was typed, what the server reads back is what the seal was bound to. */
static void the_seal_opens_for_the_line_that_is_sent(void **state)
{
    static const char *const words[] = {"", "graag", "  veel   blanks \n en regels ",
        "\x01\x02 stuur", "zero\xE2\x80\x8Bwidth", "e\xCC\x81\xCC\x81\xCC\x81"};
    struct fixture *f = *state;
    struct proof proof = {.pin = PIN};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct record r;
        struct draft d = {.fields = &r, .proof = &proof};
        struct proof opened;
        ask(&r, words[i]);
        MUST(journal_add(f->kiosk, &d, 1, "k1", START, err));
        struct entry e = last_entry(f);
        assert_string_equal(e.id, d.id);
        assert_int_equal(e.seq, d.seq);
        assert_int_equal(proof_open(&keys, &e, &opened), PROOF_OPEN);
        assert_string_equal(opened.pin, PIN);
        e.seq++;
        assert_int_equal(proof_open(&keys, &e, &opened), PROOF_WRONG);
    }
}

static void a_sealed_entry_says_only_when_and_where(void **state)
{
    struct fixture *f = *state;
    struct proof proof = {.pin = PIN}, opened;
    struct record r;
    struct draft d = {.fields = &r, .proof = &proof, .sealed = true};
    struct buf line = BUF_INIT(LIM_LINE);
    struct entry inner;
    ask(&r, "geheim");
    record_set_number(&r, ASK_route, ROUTE_own);
    MUST(journal_add(f->kiosk, &d, 1, "k1", START, err));
    struct entry e = last_entry(f);
    assert_ptr_equal(e.fields.type, type_get(TYPE_SEALED));
    assert_int_equal(seal_open(&keys, record_text(&e.fields, SEALED_box), &line), 0);
    MUST(entry_from_json(line.p, line.len, &f->mem, &inner, err));
    assert_string_equal(inner.id, e.id);
    assert_string_equal(inner.kiosk, e.kiosk);
    assert_string_equal(inner.epoch, e.epoch);
    assert_int_equal(inner.seq, e.seq);
    assert_int_equal(inner.made_at, e.made_at);
    assert_int_equal(record_number(&inner.fields, ASK_route), ROUTE_own);
    assert_string_equal(record_text(&inner.fields, ASK_words), "geheim");
    assert_int_equal(proof_open(&keys, &inner, &opened), PROOF_OPEN);
    buf_release(&line);
}

static void all_or_none(void **state)
{
    struct fixture *f = *state;
    struct record good, bad;
    struct err why = {0};
    struct draft d[] = {{.fields = &good}, {.fields = &bad}};
    ask(&good, "");
    ask(&bad, "");
    record_set_text(&bad, ASK_course, "");
    assert_int_equal(journal_add(f->kiosk, d, 2, "k1", START, &why), -1);
    assert_int_equal(journal_waiting(f->kiosk), 0);
    ask(&bad, "");
    MUST(journal_add(f->kiosk, d, 2, "k1", START, err));
    assert_int_equal(journal_waiting(f->kiosk), 2);
    assert_int_equal(d[1].seq, d[0].seq + 1);
}

static void without_the_servers_key_no_pin_is_written(void **state)
{
    struct fixture *f = *state;
    struct proof proof = {.pin = PIN};
    struct record r;
    struct err why = {0};
    struct draft d = {.fields = &r, .proof = &proof};
    add_tombstone(f, TYPE_COMPANY, "company");
    apply(f, "2");
    ask(&r, "");
    assert_int_equal(journal_add(f->kiosk, &d, 1, "k1", START, &why), -1);
    assert_int_equal(why.code, ERR_CONFIG);
    assert_int_equal(journal_waiting(f->kiosk), 0);
}

/* ---- trying ---- */

/* The kiosk's clocks. */
struct clocks {
    int64_t wall, monotonic;
};

static void pass(struct clocks *c, int64_t seconds)
{
    c->wall += seconds * SECOND;
    c->monotonic += seconds * SECOND;
}

static void try_pin(struct fixture *f, const struct clocks *c, const char *person)
{
    struct proof proof = {.pin = PIN};
    char key[KEY_HEX];
    struct record r;
    struct draft d = {.fields = &r, .proof = &proof};
    random_key_hex(key);
    record_init(&r, TYPE_SIGN_IN);
    record_set_text(&r, SIGN_IN_person, person);
    record_set_text(&r, SIGN_IN_key, key);
    MUST(pins_add(f->kiosk, &d, "k1", c->wall, c->monotonic, err));
}

static void server_says(struct fixture *f, const char *kind, const char *reason)
{
    struct pending *p;
    int count, damaged;
    MUST(journal_pending(f->sync, 0, 200, 1000000, &f->mem, &p, &count, &damaged, err));
    for (int i = 0; i < count; i++)
        MUST(journal_settle(f->sync, p[i].id, p[i].hash, kind, reason, clock_now(), err));
}

static void wrong(struct fixture *f, const struct clocks *c, const char *person)
{
    try_pin(f, c, person);
    server_says(f, "refused", "wrong_pin");
}

static int64_t wait_of(struct fixture *f, const struct clocks *c, const char *person)
{
    int64_t seconds;
    MUST(pins_wait(f->kiosk, person, c->wall, c->monotonic, &seconds, err));
    return seconds;
}

static void restart(struct fixture *f)
{
    store_close(f->kiosk);
    MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
}

/* I-04 */
static void wrong_ones_of_a_person_cost_more_and_more(void **state)
{
    static const int64_t pauses[] = {30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
    struct fixture *f = *state;
    struct clocks c = {START, 5000};
    for (int i = 0; i < PINS_WRONG; i++) {
        assert_int_equal(wait_of(f, &c, "p1"), 0);
        wrong(f, &c, "p1");
    }
    for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
        assert_int_equal(wait_of(f, &c, "p1"), pauses[i]);
        assert_int_equal(wait_of(f, &c, "p2"), 0); /* nobody else pays for it */
        pass(&c, pauses[i] - 1);
        assert_int_equal(wait_of(f, &c, "p1"), 1);
        pass(&c, 1);
        assert_int_equal(wait_of(f, &c, "p1"), 0);
        wrong(f, &c, "p1");
    }
    pass(&c, 3600);
    try_pin(f, &c, "p1");
    server_says(f, "accepted", "none");
    wrong(f, &c, "p1");
    assert_int_equal(wait_of(f, &c, "p1"), 0); /* the right one has cleared the count */
}

static void neither_a_restart_nor_the_clock_helps(void **state)
{
    struct fixture *f = *state;
    struct clocks c = {START, 5000};
    assert_int_equal(wait_of(f, &c, "p1"), 0);
    pass(&c, 1000);
    for (int i = 0; i < PINS_WRONG + 4; i++)
        wrong(f, &c, "p1");
    assert_int_equal(wait_of(f, &c, "p1"), 480);
    c.wall += 10 * 24 * 3600 * SECOND; /* set forward, and back */
    assert_int_equal(wait_of(f, &c, "p1"), 480);
    c.wall = START - 24 * 3600 * SECOND;
    assert_int_equal(wait_of(f, &c, "p1"), 480);
    c.monotonic = 7; /* after a reboot */
    restart(f);
    assert_int_equal(wait_of(f, &c, "p1"), 480);
    c.wall = START + 1000 * SECOND; /* and right again */
    restart(f);
    pass(&c, 100);
    restart(f);
    assert_int_equal(wait_of(f, &c, "p1"), 380);
}

/* I-04: PINs of many people tried at one kiosk; and I-05: it ends by itself, for everybody. */
static void a_kiosk_that_is_used_for_guessing(void **state)
{
    struct fixture *f = *state;
    struct clocks c = {START, 5000};
    char person[16];
    for (int i = 0; i < PINS_HERE; i++) {
        (void)snprintf(person, sizeof(person), "p%d", i);
        assert_int_equal(wait_of(f, &c, person), 0);
        wrong(f, &c, person);
    }
    assert_int_equal(wait_of(f, &c, "p99"), 60);
    restart(f);
    assert_int_equal(wait_of(f, &c, "p99"), 60);
    pass(&c, 60);
    assert_int_equal(wait_of(f, &c, "p99"), 0);
    wrong(f, &c, "p98");
    assert_int_equal(wait_of(f, &c, "p99"), 60);
    pass(&c, 15 * 60);
    wrong(f, &c, "p97");
    assert_int_equal(wait_of(f, &c, "p99"), 0);
}

/* I-04: guessing over all people, as fast as it goes: 1,920 tries in a day, and the
 * first ones. */
static void hours_of_guessing(void **state)
{
    struct fixture *f = *state;
    struct clocks c = {START, 5000};
    char person[16];
    int tries = 0;
    while (c.wall < START + 4 * 3600 * SECOND && tries < 500) {
        (void)snprintf(person, sizeof(person), "p%d", tries);
        int64_t wait = wait_of(f, &c, person);
        if (wait == 0) {
            wrong(f, &c, person);
            tries++;
        }
        pass(&c, wait + 1);
        arena_clear(&f->mem);
    }
    printf("%d tries in four hours\n", tries);
    assert_in_range(tries, PINS_HERE, PINS_HERE + 4 * 1920 / 24);
}

static void without_a_network_there_is_a_limit_too(void **state)
{
    struct fixture *f = *state;
    struct clocks c = {START, 5000};
    for (int i = 0; i < PINS_OPEN; i++) {
        assert_int_equal(wait_of(f, &c, "p1"), 0);
        try_pin(f, &c, "p1");
        pass(&c, 60);
    }
    assert_int_equal(wait_of(f, &c, "p1"), 3600 - PINS_OPEN * 60);
    assert_int_equal(wait_of(f, &c, "p2"), 0);
    pass(&c, 3600 - PINS_OPEN * 60);
    assert_int_equal(wait_of(f, &c, "p1"), 0); /* never for good */
}

/* ---- what a stolen disk holds ---- */

static bool file_has(const char *path, const char *what, size_t len)
{
    struct buf b = BUF_INIT(64 * 1024 * 1024);
    struct err err = {0};
    bool found = buf_read_file(&b, path, &err) == 0 && memmem(b.p, b.len, what, len);
    buf_release(&b);
    return found;
}

static int files_with(const struct fixture *f, const char *what)
{
    int n = 0, files = 0;
    DIR *dir = opendir(f->data);
    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        char path[400];
        (void)snprintf(path, sizeof(path), "%s/%s", f->data, e->d_name);
        files += e->d_type == DT_REG;
        n += e->d_type == DT_REG && file_has(path, what, strlen(what));
    }
    closedir(dir);
    assert_true(files >= 2);
    return n;
}

/* I-01: neither the PIN nor anything that a guess could be compared with. */
static void a_stolen_disk_verifies_no_pin(void **state)
{
    struct fixture *f = *state;
    struct clocks c = {START, 5000};
    char digest[DIGEST_HEX], seal[2][LIM_SEAL];
    for (int i = 0; i < 100; i++) {
        char person[16];
        (void)snprintf(person, sizeof(person), "p%d", i);
        try_pin(f, &c, person);
        struct entry e = last_entry(f);
        (void)str_copy(seal[i % 2], LIM_SEAL, record_text(&e.fields, SIGN_IN_pin));
        assert_string_not_equal(seal[0], seal[1]);
    }
    sha256_hex(PIN, strlen(PIN), digest);
    assert_int_equal(files_with(f, PIN), 0);
    assert_int_equal(files_with(f, digest), 0);
    assert_int_equal(files_with(f, keys.secret_key), 0);
    assert_true(files_with(f, "p42") > 0); /* the search would find it */
}

/* The same on the own route: the disk does not say who asked, nor for what. */
static void a_stolen_disk_knows_no_own_route(void **state)
{
    struct fixture *f = *state;
    struct proof proof = {.pin = PIN};
    struct record r;
    struct draft d = {.fields = &r, .proof = &proof, .sealed = true};
    ask(&r, "weg van hier");
    record_set_text(&r, ASK_person, "person-of-the-own-route");
    record_set_text(&r, ASK_title, "Title-of-the-own-route");
    MUST(journal_add(f->kiosk, &d, 1, "k1", START, err));
    assert_int_equal(files_with(f, "of-the-own-route"), 0);
    assert_int_equal(files_with(f, "weg van hier"), 0);
    d.sealed = false;
    MUST(journal_add(f->kiosk, &d, 1, "k1", START, err));
    assert_int_equal(files_with(f, "of-the-own-route"), 1); /* the search would find it */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_seal_opens_for_the_line_that_is_sent),
        TEST(a_sealed_entry_says_only_when_and_where),
        TEST(all_or_none),
        TEST(without_the_servers_key_no_pin_is_written),
        TEST(wrong_ones_of_a_person_cost_more_and_more),
        TEST(neither_a_restart_nor_the_clock_helps),
        TEST(a_kiosk_that_is_used_for_guessing),
        TEST(hours_of_guessing),
        TEST(without_a_network_there_is_a_limit_too),
        TEST(a_stolen_disk_verifies_no_pin),
        TEST(a_stolen_disk_knows_no_own_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
