/* SPDX-License-Identifier: EUPL-1.2 */
/* The opening of a file: settings, what it claims to be, its version, and whether that is true. */
#include "store/db_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "store/pages.h"

enum { SCHEMA_MAX = 64 * 1024, VALUE_MAX = 1024 * 1024 };

struct opening {
    uint32_t application_id;
    const struct migration *migrations;
    int count;
};

/* The path with its directory resolved: SQLite is told to follow no link, and a link may stand in
 * the directory's path. */
static int resolve(struct db *db, const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash ? mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup(".");
    char real[PATH_MAX];
    bool found = realpath(dir, real);
    int code = errno;
    free(dir);
    if (!found)
        return err_set(err, code == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s (%s)", path,
            strerrordesc_np(code));
    struct buf b = BUF_INIT(2 * PATH_MAX);
    (void)buf_printf(&b, "%s/%s", real, slash ? slash + 1 : path);
    db->path = buf_take(&b);
    return 0;
}

/* Makes the file before SQLite would, for nobody else to read. */
static void make_private(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0)
        close(fd);
}

static int open_writer_lock(struct db *db, struct err *err)
{
    struct buf path = BUF_INIT(2 * PATH_MAX);
    (void)buf_printf(&path, "%s-writer", db->path);
    db->writer_fd = open(path.p, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    int code = errno;
    buf_release(&path);
    if (db->writer_fd < 0)
        return err_set(err, ERR_IO, "cannot open %s-writer (%s)", db->path, strerrordesc_np(code));
    return 0;
}

/* What a planted schema could abuse is off; sizes are bounded. */
static void harden(sqlite3 *sql)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        (void)sqlite3_db_config(sql, options[i].option, options[i].value, NULL);
    (void)sqlite3_limit(sql, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    (void)sqlite3_limit(sql, SQLITE_LIMIT_SQL_LENGTH, SCHEMA_MAX);
    (void)sqlite3_limit(sql, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_extended_result_codes(sql, 1);
    (void)sqlite3_busy_timeout(sql, BUSY_MS);
}

static int too_much(void *context)
{
    struct db *db = context;
    return ++db->work > WORK_MOST;
}

static int connect(struct db *db, const char *vfs, struct err *err)
{
    /* READ_ONLY opens for writing as well: what a killed writer left half done must be undone
     * before it can be read. query_only keeps it from doing anything else. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE;
    if (db->kind != DB_READ_ONLY) {
        flags |= SQLITE_OPEN_CREATE;
        make_private(db->path);
    }
    int reserve = PAGE_SUM_BYTES; /* of each page, for its checksum: only a new file takes it */
    bool summed = db->kind != DB_SERVER;
    int rc = sqlite3_open_v2(db->path, &db->sql, flags, summed ? pages_vfs(vfs) : vfs);
    if (rc != SQLITE_OK && access(db->path, F_OK) < 0 && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "%s is not there", db->path);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, err);
    harden(db->sql);
    if (db->kind == DB_READ_ONLY)
        sqlite3_progress_handler(db->sql, WORK_STEPS, too_much, db);
    if (summed)
        (void)sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    return db_exec(db,
        "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; "
        "PRAGMA secure_delete=ON;",
        err);
}

/* A file without anything in it may become ours; any other must say that it is ours. Asked in one
 * statement: another program may be making the file at this moment. */
static int claim(struct db *db, const struct opening *o, int64_t *version, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT (SELECT count(*) FROM sqlite_schema), "
                                 "(SELECT application_id FROM pragma_application_id), "
                                 "(SELECT user_version FROM pragma_user_version)");
    if (stmt_step(s, err) <= 0)
        return -1;
    int64_t things = stmt_get_number(s, 0);
    int64_t id = stmt_get_number(s, 1);
    *version = stmt_get_number(s, 2);
    stmt_reset(s);
    if (id == 0 && things == 0 && *version == 0)
        return 0;
    if ((uint32_t)id != o->application_id)
        return err_set(err, ERR_DATA, "%s is a file of another program", db->path);
    return 0;
}

static int set_mode(struct db *db, struct err *err)
{
    switch (db->kind) {
    case DB_PRECIOUS:
    case DB_REPLACEABLE: /* NORMAL would save a sync a page and, now and then, cost the file */
        return db_exec(db, "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;", err);
    case DB_SERVER:
        /* Pages that hold several long records; only a new file takes the size. */
        return db_exec(
            db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", err);
    default:
        return db_exec(db, "PRAGMA query_only=ON", err);
    }
}

static int64_t ask_setting(struct stmt *s, char text[16], struct err *err)
{
    int rc = stmt_step(s, err);
    int64_t number = rc > 0 ? stmt_get_number(s, 0) : -1;
    (void)str_copy(text, 16, rc > 0 ? stmt_get_text(s, 0) : "");
    stmt_reset(s);
    return number;
}

/* What was set must be so: no other setting keeps what was acknowledged through a power cut. */
static int check_mode(struct db *db, struct err *err)
{
    char mode[16];
    char number[16];
    if (db->kind != DB_PRECIOUS && db->kind != DB_REPLACEABLE)
        return 0;
    (void)ask_setting(db_stmt(db, "PRAGMA journal_mode"), mode, err);
    int64_t sync = ask_setting(db_stmt(db, "PRAGMA synchronous"), number, err);
    if (strcmp(mode, "truncate") == 0 && sync == 2)
        return 0;
    return err_set(err, ERR_IO, "%s would not survive a power cut (journal %s, sync %s)", db->path,
        mode, number);
}

static int run_migrations(struct db *db, const struct opening *o, int64_t version, struct err *err)
{
    for (int i = 0; i < o->count; i++)
        if (o->migrations[i].version > version && db_exec(db, o->migrations[i].sql, err) < 0)
            return -1;
    struct buf sql = BUF_INIT(128);
    (void)buf_printf(&sql, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
        (int)o->application_id, o->migrations[o->count - 1].version);
    int rc = db_exec(db, sql.p, err);
    buf_release(&sql);
    return rc;
}

/* Two programs may open a new file at the same moment: who comes second finds it done. */
static int migrate(struct db *db, const struct opening *o, struct err *err)
{
    int64_t version;
    if (db_begin(db, err) < 0)
        return -1;
    if (claim(db, o, &version, err) < 0 || run_migrations(db, o, version, err) < 0 ||
        db_commit(db, err) < 0) {
        db_rollback(db);
        return -1;
    }
    return 0;
}

static int bring_up_to_date(struct db *db, const struct opening *o, struct err *err)
{
    int64_t version;
    int64_t latest = o->migrations[o->count - 1].version;
    if (claim(db, o, &version, err) < 0)
        return -1;
    if (version == latest)
        return 0;
    if (version == 0 && db->kind == DB_READ_ONLY)
        return err_set(err, ERR_NOT_FOUND, "%s is still empty", db->path);
    bool migrates = db->kind == DB_PRECIOUS || db->kind == DB_SERVER;
    if (version > latest || (version != 0 && !migrates))
        return err_set(err, ERR_TOO_NEW, "%s was made by another version of acht", db->path);
    return migrate(db, o, err);
}

static int read_schema(struct db *db, struct buf *out, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT type, name, tbl_name, sql FROM sqlite_schema "
                                 "ORDER BY type, name");
    int rc;
    while ((rc = stmt_step(s, err)) > 0)
        for (int i = 0; i < 4; i++)
            (void)buf_printf(out, "%s\n", stmt_get_text(s, i));
    return rc;
}

/* What the migrations make, made in memory. */
static struct db *make_in_memory(const struct opening *o)
{
    struct db *memory = mem_alloc(sizeof(*memory));
    struct err err = {0};
    memory->kind = DB_PRECIOUS;
    memory->writer_fd = -1;
    memory->path = mem_strdup("a new file");
    if (sqlite3_open(":memory:", &memory->sql) != SQLITE_OK)
        BUG("no database in memory");
    harden(memory->sql);
    if (run_migrations(memory, o, 0, &err) < 0)
        BUG("the schema does not work: %s", err.msg);
    return memory;
}

struct db *db_open_nothing(const struct migration *migrations, int count)
{
    struct opening o = {0, migrations, count};
    struct err err = {0};
    struct db *db = make_in_memory(&o);
    if (db_exec(db, "PRAGMA query_only=ON", &err) < 0)
        BUG("%s", err.msg);
    return db;
}

static void expected_schema(const struct opening *o, struct buf *out)
{
    struct db *memory = make_in_memory(o);
    struct err err = {0};
    if (read_schema(memory, out, &err) < 0)
        BUG("the schema does not work: %s", err.msg);
    db_close(memory);
}

/* Whether the file holds the statements of the only migration as they were written, and nothing
 * else: nearly always so, and known without making them. */
static bool is_as_written(struct db *db, const struct opening *o)
{
    const char *rest = o->migrations[0].sql;
    bool same = o->count == 1;
    int rc = 0;
    struct stmt *s = db_stmt(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND "
                                 "sql <> 'CREATE TABLE sqlite_sequence(name,seq)' ORDER BY rowid");
    while (same && (rc = stmt_step(s, NULL)) > 0) {
        const char *sql = stmt_get_text(s, 0);
        size_t len = strlen(sql);
        same = strncmp(rest, sql, len) == 0 && rest[len] == ';';
        rest += same ? len + 1 : 0;
    }
    stmt_reset(s);
    return same && rc == 0 && (!*rest || strncmp(rest, "--", 2) == 0);
}

static int check_schema(struct db *db, const struct opening *o, struct err *err)
{
    if (is_as_written(db, o))
        return 0;
    struct buf want = BUF_INIT(2 * SCHEMA_MAX);
    struct buf have = BUF_INIT(2 * SCHEMA_MAX);
    expected_schema(o, &want);
    int rc = read_schema(db, &have, err);
    if (rc == 0 && (have.overflow || want.len != have.len || memcmp(want.p, have.p, want.len) != 0))
        rc = err_set(err, ERR_CORRUPT, "%s has another structure than acht gave it", db->path);
    buf_release(&want);
    buf_release(&have);
    return rc;
}

int db_check(struct db *db, struct err *err)
{
    if (db_exec(db, "PRAGMA shrink_memory", err) < 0) /* what is in memory shows no disk */
        return -1;
    struct stmt *s = db_stmt(db, "PRAGMA quick_check(1)");
    int rc = stmt_step(s, err);
    db->damaged = db->damaged || (rc > 0 && strcmp(stmt_get_text(s, 0), "ok") != 0);
    if (rc > 0 && db->damaged)
        rc = err_set(err, ERR_CORRUPT, "%s is damaged (%s)", db->path, stmt_get_text(s, 0));
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

static int set_up(struct db *db, const struct opening *o, const char *vfs, struct err *err)
{
    int64_t version;
    if (connect(db, vfs, err) < 0 || (db->kind == DB_SERVER && open_writer_lock(db, err) < 0))
        return -1;
    if (claim(db, o, &version, err) < 0) /* before anything of it is changed */
        return -1;
    if (db_lock(db, err) < 0)
        return -1;
    int rc = set_mode(db, err) < 0 ? -1 : check_mode(db, err);
    db_unlock(db);
    if (rc < 0 || bring_up_to_date(db, o, err) < 0 || check_schema(db, o, err) < 0)
        return -1;
    bool ours = db->kind == DB_PRECIOUS || db->kind == DB_REPLACEABLE;
    return ours ? db_check(db, err) : 0;
}

int db_open(struct db **out, const char *path, enum db_kind kind, uint32_t application_id,
    const struct migration *migrations, int count, const char *vfs, struct err *err)
{
    struct opening o = {application_id, migrations, count};
    struct db *db = mem_alloc(sizeof(*db));
    db->kind = kind;
    db->writer_fd = -1;
    *out = NULL;
    if (resolve(db, path, err) < 0) {
        free(db);
        return -1;
    }
    if (set_up(db, &o, vfs, err) < 0) {
        db_close(db);
        return -1;
    }
    *out = db;
    return 0;
}
