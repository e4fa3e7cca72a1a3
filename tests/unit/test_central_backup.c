/* SPDX-License-Identifier: EUPL-1.2 */
/* every night a backup, made while others write, brought back and compared; and nobody who
 * was erased meanwhile comes back with it (I-20). */
#include "erase_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "central/backup.h"
#include "central/move.h"

enum { NIGHTS = 30, FLIPS = 400, FLIPS_LONG = 4000, CUTS = 100, NIGHTS_POSTGRES = 8 };

struct place {
    char backup[80], where[256], schema[24], list[80], secrets[80], scratch[80];
};

static uint64_t state = 88;

static void seed(void)
{
    const char *given = getenv("ACHT_SEED");
    state = given ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
    print_message("ACHT_SEED=%llu\n", (unsigned long long)state);
}

static uint64_t below(uint64_t limit) /* xorshift64* */
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(2685821657736338717) >> 16) % limit;
}

static int flips(void)
{
    return getenv("ACHT_LONG") ? FLIPS_LONG : house_rounds(FLIPS);
}

static int cuts(void)
{
    return house_rounds(CUTS);
}

static int nights(void)
{
    return house_is_postgres() && !getenv("ACHT_LONG") ? NIGHTS_POSTGRES : NIGHTS;
}

/* ---- places ---- */

static void remove_file(const char *path, const char *ending)
{
    char file[300];
    snprintf(file, sizeof(file), "%s%s", path, ending);
    (void)unlink(file);
}

static void write_secrets(const char *path)
{
    struct secrets s;
    house_secrets(&s);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "seal_key=%s\npepper=%s\n", TOKEN_B, s.pepper);
    fclose(f);
    assert_int_equal(chmod(path, 0600), 0);
}

/* Another machine, which has the list and the secrets, and no database yet. */
static void place_open(struct place *p, const struct house *h, const char *list)
{
    *p = (struct place){0};
    snprintf(p->backup, sizeof(p->backup), "%s/night.backup", h->dir);
    snprintf(p->where, sizeof(p->where), "%s/new.db", h->dir);
    snprintf(p->scratch, sizeof(p->scratch), "%s/new.db.part", h->dir);
    snprintf(p->secrets, sizeof(p->secrets), "%s/new.db.secrets", h->dir);
    str_copy(p->list, sizeof(p->list), list);
    write_secrets(p->secrets);
    if (house_is_postgres())
        house_schema_take(p->schema, p->where, sizeof(p->where));
}

/* Without its database. */
static void place_clear(struct place *p)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-writer"};
    for (size_t i = 0; !house_is_postgres() && i < sizeof(endings) / sizeof(endings[0]); i++)
        remove_file(p->where, endings[i]);
    if (house_is_postgres())
        house_schema_empty(p->schema);
}

static void place_close(struct place *p)
{
    place_clear(p);
    unlink(p->backup);
    unlink(p->secrets);
    if (house_is_postgres())
        house_schema(p->schema)->used = false;
}

static int restore(const struct place *p, int64_t *erased, struct err *err)
{
    struct backup_info info = {0};
    const struct restoring r = {p->backup, p->where, p->secrets, p->list, p->scratch, NOW};
    int rc = backup_restore(&r, &info, erased, err);
    assert_int_not_equal(access(p->scratch, F_OK), 0);
    return rc;
}

static void touch(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

/* ---- what there is ---- */

static void add_table(void *context, const struct moved_table *t)
{
    buf_printf(context, "%s %lld %s\n", t->name, (long long)t->rows, t->digest);
}

static void look(const char *where, struct buf *out)
{
    struct sql *sql;
    buf_clear(out);
    OK(sql_open(&sql, where, &err));
    OK(move_look(sql, add_table, out, &err));
    sql_close(sql);
}

/* A day: some ask, the roster changes, a kiosk comes. */
static void live_a_day(struct scene *s, int day)
{
    for (int i = 0; i < 3; i++) {
        char line[300];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'d%d_%d','name':'Day %d','role':'worker'," BADGE "}", day, i,
            day);
        house_put(&s->h, "amber", "roster", line);
        snprintf(line, sizeof(line), "d%d_%d", day, i);
        assert_int_equal(ask(s, line, "", false).kind, VERDICT_accepted);
    }
    OK(database_begin(s->h.central.db, &err));
    OK(database_kiosk_contact(s->h.central.db, s->h.a.id, NOW + day, &err));
    OK(database_commit(s->h.central.db, &err));
}

static void night(struct scene *s, struct place *p, int day)
{
    struct buf before = BUF_INIT(LIM_LINE), after = BUF_INIT(LIM_LINE);
    struct backup_info info = {0};
    int64_t erased;
    live_a_day(s, day);
    look(s->h.where, &before);
    OK(backup_make(s->h.where, p->backup, NOW, &info, &err));
    assert_false(info.edited);
    assert_string_equal(info.made, "2026-11-24T12:00:00Z");
    OK(backup_verify(p->backup, NOW, &info, &err));
    OK(restore(p, &erased, &err));
    assert_int_equal(erased, 0);
    look(p->where, &after);
    assert_string_equal(after.p, before.p);
    place_clear(p);
    unlink(p->backup);
    buf_release(&before);
    buf_release(&after);
}

static void thirty_nights_are_equal(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    touch(s.list);
    for (int day = 0; day < nights(); day++)
        night(&s, &p, day);
    print_message("A-16: %d nights, backed up, brought back and equal\n", nights());
    place_close(&p);
    scene_close(&s);
}

/* ---- while others write ---- */

struct writer {
    struct house *h;
    pthread_t thread;
    _Atomic bool stop;
    _Atomic int rounds;
};

/* Each transaction keeps the sum of two rows. */
static void *write_for_ever(void *context)
{
    struct writer *w = context;
    struct database *db;
    OK(database_open(&db, w->h->where, &err));
    while (!w->stop) {
        OK(database_begin(db, &err));
        OK(house_sql(db,
            "UPDATE meta SET value = CAST(CAST(value AS bigint) + 1 AS text) WHERE name = 'plus';"
            "UPDATE company SET sprayed_at = sprayed_at - 1 WHERE id = 'amber'",
            &err));
        OK(database_commit(db, &err));
        w->rounds++;
    }
    database_close(db);
    return NULL;
}

static int64_t sum_of(const char *path)
{
    struct database *db;
    char plus[24];
    OK(database_open(&db, path, &err));
    OK(database_meta_get(db, "plus", plus, sizeof(plus), &err));
    struct sql_stmt *st = sql_stmt(db->sql, "SELECT sprayed_at FROM company WHERE id = 'amber'");
    OK(sql_step(st, &err));
    int64_t sum = strtoll(plus, NULL, 10) + sql_get_number(st, 0);
    sql_reset(st);
    database_close(db);
    return sum;
}

static void a_backup_is_of_one_moment(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    struct writer w = {.h = &s.h};
    int64_t erased;
    int during = 0, rounds = house_is_postgres() ? 10 : 30;
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    touch(s.list);
    run(&s, "INSERT INTO meta VALUES ('plus', '0');"
            "UPDATE company SET sprayed_at = 0 WHERE id = 'amber'");
    assert_int_equal(pthread_create(&w.thread, NULL, write_for_ever, &w), 0);
    for (int i = 0; i < rounds; i++) {
        struct backup_info info = {0};
        int began = w.rounds;
        OK(backup_make(s.h.where, p.backup, NOW, &info, &err));
        during += w.rounds > began;
        OK(restore(&p, &erased, &err));
        assert_int_equal(sum_of(p.where), 0);
        place_clear(&p);
        unlink(p.backup);
    }
    w.stop = true;
    pthread_join(w.thread, NULL);
    print_message("A-16: %d backups, others wrote during %d of them\n", rounds, during);
    assert_true(during > rounds / 2); /* nobody waits for a backup */
    place_close(&p);
    scene_close(&s);
}

/* ---- damage ---- */

struct bytes {
    char *p;
    size_t len;
};

static struct bytes read_bytes(const char *path)
{
    struct buf b = BUF_INIT(64 << 20);
    OK(buf_read_file(&b, path, &err));
    size_t len = b.len;
    return (struct bytes){buf_take(&b), len};
}

static void write_bytes(const char *path, const char *data, size_t len)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    fclose(f);
}

/* What is said of it, after it was not brought back. */
static void expect_refused(const struct place *p, enum err_code one, enum err_code other)
{
    struct backup_info info = {0};
    struct err err = {0}, why = {0};
    int64_t erased;
    assert_int_equal(backup_verify(p->backup, NOW, &info, &err), -1);
    if ((err.code != one && err.code != other) || !strstr(err.msg, p->backup))
        fail_msg("%d: %s", err.code, err.msg);
    assert_int_equal(restore(p, &erased, &why), -1);
    assert_string_equal(why.msg, err.msg);
    if (!house_is_postgres())
        assert_int_not_equal(access(p->where, F_OK), 0);
}

static void every_flipped_bit_is_noticed(const struct place *p, struct bytes *b)
{
    for (int i = 0; i < flips(); i++) { /* the last line's too */
        size_t at = i < 800 ? b->len - 1 - (size_t)i / 8 : below(b->len);
        at = i % 2 ? below(b->len) : at;
        char bit = (char)(1 << below(8));
        b->p[at] ^= bit;
        write_bytes(p->backup, b->p, b->len);
        expect_refused(p, ERR_CORRUPT, ERR_DATA);
        b->p[at] ^= bit;
    }
}

static void whatever_is_cut_off_is_noticed(const struct place *p, const struct bytes *b)
{
    for (int i = 0; i < cuts(); i++) {
        size_t len = i < 2 ? (size_t)i : i < 4 ? b->len - (size_t)i + 1 : below(b->len);
        write_bytes(p->backup, b->p, len);
        expect_refused(p, ERR_DATA, ERR_DATA);
    }
}

static void a_damaged_backup_is_noticed(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    struct backup_info info = {0};
    int64_t erased;
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    touch(s.list);
    OK(backup_make(s.h.where, p.backup, NOW, &info, &err));
    struct bytes b = read_bytes(p.backup);
    every_flipped_bit_is_noticed(&p, &b);
    whatever_is_cut_off_is_noticed(&p, &b);
    write_bytes(p.backup, "name,team\n", 10); /* foreign ones */
    expect_refused(&p, ERR_DATA, ERR_DATA);
    files_copy(s.h.dir, "new.db.secrets", "night.backup");
    expect_refused(&p, ERR_DATA, ERR_DATA);
    write_bytes(p.backup, b.p, b.len); /* as it was, it is none of them */
    OK(restore(&p, &erased, &err));
    print_message("A-16: %d of %d flipped bits and %d of %d cuts noticed, of %zu bytes\n", flips(),
        flips(), cuts(), cuts(), b.len);
    free(b.p);
    place_close(&p);
    scene_close(&s);
}

/* ---- where it may go ---- */

static void nothing_is_replaced(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    struct backup_info info = {0};
    struct err twice = {0}, why = {0};
    int64_t erased;
    struct buf before = BUF_INIT(LIM_LINE), after = BUF_INIT(LIM_LINE);
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    OK(backup_make(s.h.where, p.backup, NOW, &info, &err));
    assert_int_equal(backup_make(s.h.where, p.backup, NOW, &info, &twice), -1);
    assert_int_equal(twice.code, ERR_CONFIG);
    assert_int_equal(restore(&p, &erased, &why), -1); /* whom to erase is not known */
    assert_int_equal(why.code, ERR_NOT_FOUND);
    assert_non_null(strstr(why.msg, ".erased"));
    touch(s.list);
    look(s.h.where, &before);
    str_copy(p.where, sizeof(p.where), s.h.where); /* the one that lives */
    err_clear(&why);
    assert_int_equal(restore(&p, &erased, &why), -1);
    assert_int_equal(why.code, ERR_CONFIG);
    look(s.h.where, &after);
    assert_string_equal(after.p, before.p);
    buf_release(&before);
    buf_release(&after);
    unlink(p.backup);
    unlink(p.secrets);
    if (house_is_postgres())
        house_schema(p.schema)->used = false;
    scene_close(&s);
}

/* ---- I-20 ---- */

static void expect_nobody(struct scene *s)
{
    static const char *const texts[] = {NAME, WORDS, SECRET_WORDS, PIN_HASH};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (house_hits(&s->h, texts[i]))
            fail_msg("'%s' stands there again", texts[i]);
}

static int64_t lines_of(const char *path)
{
    struct erase_list list;
    OK(erase_list_read(path, &list, &err));
    int64_t count = list.count;
    erase_list_release(&list);
    return count;
}

/* Not even for a moment: what is brought back elsewhere is erased before it is moved there. */
static void who_was_erased_stays_erased(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    struct backup_info info = {0};
    int64_t erased;
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    OK(erase_person(&s.erasing, "amber", "aad", &err)); /* before the backup */
    OK(backup_make(s.h.where, p.backup, NOW, &info, &err));
    OK(erase_person(&s.erasing, "amber", s.person, &err)); /* after it */
    assert_true(files_hits(s.h.dir, NAME) > 0);            /* the control: the backup has it */
    OK(restore(&p, &erased, &err));
    assert_int_equal(erased, 1);
    struct bytes b = read_bytes(p.backup);
    unlink(p.backup);
    expect_nobody(&s);
    assert_int_equal(lines_of(s.list), 2);
    place_clear(&p); /* all is lost, the list too: the backup still knows the first */
    unlink(s.list);
    touch(s.list);
    write_bytes(p.backup, b.p, b.len);
    OK(restore(&p, &erased, &err));
    assert_int_equal(erased, 0);
    assert_int_equal(lines_of(s.list), 1);
    free(b.p);
    place_close(&p);
    scene_close(&s);
}

/* Who was erased and is back in the company has nothing of before; a backup brings none of it. */
static void who_was_taken_back_begins_anew(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    struct backup_info info = {0};
    int64_t erased;
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    OK(backup_make(s.h.where, p.backup, NOW, &info, &err));
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    OK(erase_take_back(&s.erasing, "amber", s.person, &err));
    OK(restore(&p, &erased, &err));
    assert_int_equal(erased, 1);
    unlink(p.backup);
    expect_nobody(&s);
    place_close(&p);
    scene_close(&s);
}

/* ---- the trail ---- */

static void an_edited_trail_is_told(void **unused)
{
    (void)unused;
    struct scene s;
    struct place p;
    struct backup_info info = {0};
    int64_t erased;
    scene_open(&s);
    place_open(&p, &s.h, s.list);
    touch(s.list);
    run(&s, "UPDATE audit SET at = at + 1 WHERE company = 'amber' AND seq = 2");
    OK(backup_make(s.h.where, p.backup, NOW, &info, &err));
    assert_true(info.edited);
    assert_string_equal(info.fault.company, "amber");
    assert_int_equal(info.fault.seq, 2);
    OK(restore(&p, &erased, &err));
    place_close(&p);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* In this order: those after the first leave rows behind that PostgreSQL has not
         * overwritten; the second brings somebody back without a list. */
        cmocka_unit_test(who_was_taken_back_begins_anew),
        cmocka_unit_test(who_was_erased_stays_erased),
        cmocka_unit_test(thirty_nights_are_equal),
        cmocka_unit_test(a_backup_is_of_one_moment),
        cmocka_unit_test(a_damaged_backup_is_noticed),
        cmocka_unit_test(nothing_is_replaced),
        cmocka_unit_test(an_edited_trail_is_told),
    };
    seed();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
