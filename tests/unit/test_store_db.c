/* SPDX-License-Identifier: EUPL-1.2 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "model/record.h"
#include "raw.h"
#include "store/db.h"

enum { OUR_ID = 0x74657374, OTHER_ID = 77 };

static const struct migration steps[] = {
    {1, "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT, size INTEGER) STRICT;"},
    {2, "ALTER TABLE thing ADD COLUMN data BLOB; UPDATE thing SET size = 5;"},
};

static char dir[64];
static char path[128];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof(dir), "/tmp/acht-test-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(path, sizeof(path), "%s/x.db", dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {
        "x.db", "x.db-journal", "x.db-wal", "x.db-shm", "x.db-writer", "link.db"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char file[128];
        (void)snprintf(file, sizeof(file), "%s/%s", dir, names[i]);
        (void)unlink(file);
    }
    return rmdir(dir);
}

static struct db *open_as(enum db_kind kind, int count)
{
    struct db *db;
    struct err err = {0};
    if (db_open(&db, path, kind, OUR_ID, steps, count, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    return db;
}

static enum err_code refusal(enum db_kind kind, int count)
{
    struct db *db;
    struct err err = {0};
    assert_int_equal(db_open(&db, path, kind, OUR_ID, steps, count, NULL, &err), -1);
    assert_null(db);
    assert_true(err.msg[0]);
    return err.code;
}

/* Does to the file what no acht would. */
static void meddle(const char *sql)
{
    sqlite3 *raw = raw_open(path);
    char *message = NULL;
    if (sqlite3_exec(raw, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static int64_t number(struct db *db, const char *sql)
{
    struct err err = {0};
    struct stmt *s = db_stmt(db, sql);
    assert_int_equal(stmt_step(s, &err), 1);
    int64_t n = stmt_get_number(s, 0);
    stmt_reset(s);
    return n;
}

static void exec(struct db *db, const char *sql)
{
    struct err err = {0};
    if (db_exec(db, sql, &err) < 0)
        fail_msg("%s", err.msg);
}

static void values_come_back(void **state)
{
    struct err err = {0};
    static const char blob[] = "a\0b";
    size_t len;
    (void)state;
    struct db *db = open_as(DB_PRECIOUS, 2);
    struct stmt *s = db_stmt(db, "INSERT INTO thing(name, size, data) VALUES(?, ?, ?)");
    stmt_text(s, 1, "Jan's \"x\"; DROP TABLE thing");
    stmt_number(s, 2, INT64_MAX);
    stmt_blob(s, 3, blob, sizeof(blob));
    assert_int_equal(stmt_run(s, &err), 0);
    assert_int_equal(db_changes(db), 1);
    s = db_stmt(db, "INSERT INTO thing(name, size) VALUES(?, ?)");
    stmt_text(s, 1, "");
    stmt_number(s, 2, NO_NUMBER);
    assert_int_equal(stmt_run(s, &err), 0);
    s = db_stmt(db, "SELECT name, size, data, name IS NULL FROM thing ORDER BY id");
    assert_int_equal(stmt_step(s, &err), 1);
    assert_string_equal(stmt_get_text(s, 0), "Jan's \"x\"; DROP TABLE thing");
    assert_int_equal(stmt_get_number(s, 1), INT64_MAX);
    assert_memory_equal(stmt_get_blob(s, 2, &len), blob, sizeof(blob));
    assert_int_equal(len, sizeof(blob));
    assert_int_equal(stmt_step(s, &err), 1);
    assert_string_equal(stmt_get_text(s, 0), "");
    assert_int_equal(stmt_get_number(s, 1), NO_NUMBER);
    assert_int_equal(stmt_get_number(s, 3), 1);
    assert_int_equal(stmt_step(s, &err), 0);
    db_close(db);
}

static void kept_statements_start_clean(void **state)
{
    struct err err = {0};
    (void)state;
    struct db *db = open_as(DB_PRECIOUS, 2);
    static const char sql[] = "SELECT coalesce(?1, 'none')";
    struct stmt *s = db_stmt(db, sql);
    stmt_text(s, 1, "x");
    assert_int_equal(stmt_step(s, &err), 1);
    assert_ptr_equal(db_stmt(db, sql), s);
    assert_int_equal(stmt_step(s, &err), 1);
    assert_string_equal(stmt_get_text(s, 0), "none");
    char text[] = "SELECT 1 + ?";
    struct stmt *named = db_stmt_named(db, "plus", text);
    text[7] = 'x';
    stmt_number(named, 1, 2);
    assert_int_equal(stmt_step(named, &err), 1);
    assert_int_equal(stmt_get_number(named, 0), 3);
    assert_ptr_equal(db_stmt_known(db, "plus"), named);
    assert_null(db_stmt_known(db, "minus"));
    db_close(db);
}

static void bad_sql_is_an_error(void **state)
{
    struct err err = {0};
    (void)state;
    struct db *db = open_as(DB_PRECIOUS, 2);
    struct stmt *s = db_stmt(db, "SELECT no_such_column FROM thing");
    stmt_number(s, 1, 1);
    assert_int_equal(stmt_step(s, &err), -1);
    assert_int_equal(err.code, ERR_CORRUPT);
    db_close(db);
}

static void migrates(void **state)
{
    (void)state;
    struct db *db = open_as(DB_PRECIOUS, 1);
    exec(db, "INSERT INTO thing(name, size) VALUES('old', 1)");
    db_close(db);
    db = open_as(DB_PRECIOUS, 2);
    assert_int_equal(number(db, "SELECT size FROM thing"), 5);
    db_close(db);
    assert_int_equal(refusal(DB_PRECIOUS, 1), ERR_TOO_NEW);
    db = open_as(DB_PRECIOUS, 2);
    assert_int_equal(number(db, "SELECT count(*) FROM thing"), 1);
    db_close(db);
}

static void replaceable_is_not_migrated(void **state)
{
    (void)state;
    db_close(open_as(DB_REPLACEABLE, 1));
    assert_int_equal(refusal(DB_REPLACEABLE, 2), ERR_TOO_NEW);
    assert_int_equal(refusal(DB_READ_ONLY, 2), ERR_TOO_NEW);
}

static void settings_hold(void **state)
{
    static const struct {
        enum db_kind kind;
        const char *journal;
        int synchronous;
    } cases[] = {
        {DB_PRECIOUS, "truncate", 2}, {DB_REPLACEABLE, "truncate", 2}, {DB_SERVER, "wal", 2}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct err err = {0};
        struct stat st;
        struct db *db = open_as(cases[i].kind, 2);
        struct stmt *s = db_stmt(db, "SELECT journal_mode FROM pragma_journal_mode");
        assert_int_equal(stmt_step(s, &err), 1);
        assert_string_equal(stmt_get_text(s, 0), cases[i].journal);
        stmt_reset(s);
        assert_int_equal(number(db, "PRAGMA synchronous"), cases[i].synchronous);
        assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
        assert_int_equal(number(db, "PRAGMA cell_size_check"), 1);
        assert_int_equal(number(db, "PRAGMA trusted_schema"), 0);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        db_close(db);
        (void)unlink(path);
    }
}

static void hardening_holds(void **state)
{
    static const char *const refused[] = {"ATTACH ':memory:' AS y", "SELECT \"no such name\"",
        "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'x'"};
    (void)state;
    struct db *db = open_as(DB_PRECIOUS, 2);
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        struct err err = {0};
        assert_int_equal(db_exec(db, refused[i], &err), -1);
    }
    db_close(db);
}

static void read_only_reads(void **state)
{
    struct err err = {0};
    (void)state;
    assert_int_equal(refusal(DB_READ_ONLY, 2), ERR_NOT_FOUND);
    assert_int_not_equal(access(path, F_OK), 0);
    meddle("");
    assert_int_equal(refusal(DB_READ_ONLY, 2), ERR_NOT_FOUND);
    struct db *db = open_as(DB_REPLACEABLE, 2);
    exec(db, "INSERT INTO thing(size) VALUES(7)");
    struct db *reader = open_as(DB_READ_ONLY, 2);
    assert_int_equal(number(reader, "SELECT size FROM thing"), 7);
    assert_int_equal(db_exec(reader, "DELETE FROM thing", &err), -1);
    db_close(reader);
    db_close(db);
}

/* D-15: as a damaged tree would be read that leads back to itself. */
static void no_reading_goes_on_for_ever(void **state)
{
    struct err err = {0};
    (void)state;
    db_close(open_as(DB_REPLACEABLE, 2));
    struct db *reader = open_as(DB_READ_ONLY, 2);
    struct stmt *s = db_stmt(reader,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n");
    assert_int_equal(stmt_step(s, &err), -1);
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_true(db_damaged(reader));
    assert_int_equal(number(reader, "SELECT 7"), 7);
    db_close(reader);
}

/* D-07: a kiosk's file cannot go over to WAL, whoever asks for it. */
static void a_kiosk_has_no_wal(void **state)
{
    (void)state;
    static const enum db_kind kinds[] = {DB_PRECIOUS, DB_REPLACEABLE};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        struct err err = {0};
        struct db *db = open_as(kinds[i], 2);
        if (db_exec(db, "PRAGMA journal_mode=WAL", &err) < 0)
            err_clear(&err);
        struct stmt *s = db_stmt(db, "PRAGMA journal_mode");
        assert_int_equal(stmt_step(s, &err), 1);
        assert_string_not_equal(stmt_get_text(s, 0), "wal");
        stmt_reset(s);
        db_close(db);
    }
}

static void refuses_what_is_not_ours(void **state)
{
    (void)state;
    meddle("CREATE TABLE mine(x)");
    assert_int_equal(refusal(DB_PRECIOUS, 2), ERR_DATA);
    meddle("PRAGMA application_id=77");
    assert_int_equal(refusal(DB_PRECIOUS, 2), ERR_DATA);
    assert_int_equal(refusal(DB_SERVER, 2), ERR_DATA);
    meddle("INSERT INTO mine VALUES(1)"); /* and it was not touched */
}

static void refuses_a_planted_schema(void **state)
{
    static const char *const planted[] = {
        "CREATE TRIGGER t AFTER INSERT ON thing BEGIN DELETE FROM thing; END",
        "CREATE VIEW v AS SELECT 1", "CREATE TABLE extra(x)", "DROP TABLE thing",
        "CREATE INDEX i ON thing(name)"};
    (void)state;
    for (size_t i = 0; i < sizeof(planted) / sizeof(*planted); i++) {
        db_close(open_as(DB_PRECIOUS, 2));
        meddle(planted[i]);
        assert_int_equal(refusal(DB_PRECIOUS, 2), ERR_CORRUPT);
        assert_int_equal(refusal(DB_READ_ONLY, 2), ERR_CORRUPT);
        assert_int_equal(unlink(path), 0);
    }
}

static void write_bytes(long at, const char *bytes, size_t len)
{
    FILE *f = fopen(path, "r+b");
    if (!f)
        f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void refuses_garbage(void **state)
{
    char garbage[5000];
    (void)state;
    memset(garbage, 'g', sizeof(garbage));
    write_bytes(0, garbage, sizeof(garbage));
    assert_int_equal(refusal(DB_PRECIOUS, 2), ERR_CORRUPT);
    assert_int_equal(unlink(path), 0);
    struct db *db = open_as(DB_PRECIOUS, 2);
    for (int i = 0; i < 500; i++)
        exec(db, "INSERT INTO thing(name) VALUES('a name that takes some room')");
    db_close(db);
    write_bytes(4096, garbage, 200);
    assert_int_equal(refusal(DB_PRECIOUS, 2), ERR_CORRUPT);
}

static void follows_no_link(void **state)
{
    char link[128];
    struct db *db;
    struct err err = {0};
    (void)state;
    db_close(open_as(DB_PRECIOUS, 2));
    (void)snprintf(link, sizeof(link), "%s/link.db", dir);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(db_open(&db, link, DB_PRECIOUS, OUR_ID, steps, 2, NULL, &err), -1);
}

static void transactions(void **state)
{
    struct err err = {0};
    (void)state;
    struct db *a = open_as(DB_PRECIOUS, 2);
    struct db *b = open_as(DB_PRECIOUS, 2);
    int64_t before = db_data_version(b);
    assert_int_equal(db_begin(a, &err), 0);
    exec(a, "INSERT INTO thing(size) VALUES(1)");
    db_rollback(a);
    assert_int_equal(db_data_version(b), before);
    assert_int_equal(db_begin(a, &err), 0);
    exec(a, "INSERT INTO thing(size) VALUES(1)");
    assert_int_equal(db_commit(a, &err), 0);
    assert_int_not_equal(db_data_version(b), before);
    assert_int_equal(number(b, "SELECT count(*) FROM thing"), 1);
    db_close(a);
    db_close(b);
}

static void server_demands_a_transaction(void **state)
{
    (void)state;
    struct db *db = open_as(DB_SERVER, 2);
    pid_t child = fork();
    if (child == 0) {
        struct err err = {0};
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        _exit(stmt_run(db_stmt(db, "INSERT INTO thing(size) VALUES(1)"), &err) == 0 ? 0 : 2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    db_close(db);
}

static bool is_free(const char *lock)
{
    int fd = open(lock, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    bool is = flock(fd, LOCK_EX | LOCK_NB) == 0;
    assert_int_equal(close(fd), 0);
    return is;
}

static void server_writers_take_turns(void **state)
{
    struct err err = {0};
    char lock[160];
    (void)state;
    (void)snprintf(lock, sizeof(lock), "%s-writer", path);
    struct db *db = open_as(DB_SERVER, 2);
    assert_true(is_free(lock));
    assert_int_equal(db_begin(db, &err), 0);
    assert_false(is_free(lock));
    exec(db, "INSERT INTO thing(size) VALUES(1)");
    assert_int_equal(db_commit(db, &err), 0);
    assert_true(is_free(lock));
    assert_int_equal(db_begin(db, &err), 0);
    db_rollback(db);
    assert_true(is_free(lock));
    db_close(db);
}

/* Two programs make the same new file at the same moment, and then write in turn. */
static void two_programs(enum db_kind kind)
{
    enum { PROGRAMS = 4, ROWS = 10 };
    pid_t child[PROGRAMS];
    for (int i = 0; i < PROGRAMS; i++) {
        child[i] = fork();
        if (child[i] != 0)
            continue;
        struct db *db;
        struct err err = {0};
        int bad = db_open(&db, path, kind, OUR_ID, steps, 2, NULL, &err) < 0;
        for (int n = 0; !bad && n < ROWS; n++)
            bad = db_begin(db, &err) < 0 ||
                  stmt_run(db_stmt(db, "INSERT INTO thing(size) VALUES(1)"), &err) < 0 ||
                  db_commit(db, &err) < 0;
        if (bad)
            (void)fprintf(stderr, "%s\n", err.msg);
        _exit(bad);
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_int_equal(status, 0);
    }
    struct db *db = open_as(kind, 2);
    assert_int_equal(number(db, "SELECT count(*) FROM thing"), PROGRAMS * ROWS);
    db_close(db);
}

static void two_programs_precious(void **state)
{
    (void)state;
    two_programs(DB_PRECIOUS);
}

static void two_programs_server(void **state)
{
    (void)state;
    two_programs(DB_SERVER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_come_back),
        TEST(kept_statements_start_clean),
        TEST(bad_sql_is_an_error),
        TEST(migrates),
        TEST(replaceable_is_not_migrated),
        TEST(settings_hold),
        TEST(hardening_holds),
        TEST(read_only_reads),
        TEST(no_reading_goes_on_for_ever),
        TEST(a_kiosk_has_no_wal),
        TEST(refuses_what_is_not_ours),
        TEST(refuses_a_planted_schema),
        TEST(refuses_garbage),
        TEST(follows_no_link),
        TEST(transactions),
        TEST(server_demands_a_transaction),
        TEST(server_writers_take_turns),
        TEST(two_programs_precious),
        TEST(two_programs_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
