/* SPDX-License-Identifier: EUPL-1.2 */
/* A forgotten WHERE: whoever leaves out one condition of one statement of the server must
 * meet a test that notices. The play of two_companies.h is played once as the code is; the
 * statements that it prepares are found there, and no list of them is kept by hand. Then it is
 * played again for each condition of each of them, without that one, and for each key of the schema
 * that holds a company, without that: what is told must differ. What survives must stand in
 * forgotten_where.expected with its reason, and so must each statement that finds rows of companies
 * without saying whose, and the number of conditions on each column: a condition that is gone is
 * gone from the first play too. Statements of the server that the play never prepares fail.
 *
 * Linked with --wrap: statements are changed where src/central asks for them (store/db.h), clock
 * and slow hashes are made up. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "store/db.h"
#include "support/expected.h"
#include "support/made_up.h"
#include "support/sql_filters.h"
#include "support/sql_keys.h"
#include "support/sql_texts.h"
#include "support/temp.h"
#include "support/two_companies.h"

#define EXPECTED "tests/faults/forgotten_where.expected"
#define STATEMENTS 400
#define STATEMENT 2000
#define MUTANTS 2000
#define TOLD_MOST (64 * 1024 * 1024)
#define TABLES 40
#define WALLS 200
#define AT_ONCE 2
#define CONTROL_EACH 20 /* conditions */
#define SECONDS_MOST 60 /* of a mutant that waits for something; none does */

enum { SAME, DIFFERENT }; /* how a play ends */

/* What the first play leaves for the others: other processes see it. */
struct seen {
    int count;
    int64_t asked; /* times that a statement was asked for */
    const struct migration *migrations;
    int migration_count;
    char sql[STATEMENTS][STATEMENT];
    size_t len;
    char told[TOLD_MOST];
};

/* One thing that somebody forgot: a condition of a statement, or the company in a key. A control
 * has lost nothing. */
struct mutant {
    const char *sql, *schema; /* one of them */
    struct sql_filter filter;
    struct sql_key key;
    bool control;
    pid_t pid;
    char dir[TEMP_PATH];
    bool survived, ruled; /* ruled: the play's own rules refused it */
};

static struct seen *seen;
static const struct mutant *playing; /* NULL: the first play */

/* ---- statements on their way ---- */

struct stmt *__real_db_stmt(struct db *db, const char *sql);
struct stmt *__wrap_db_stmt(struct db *db, const char *sql);
struct stmt *__real_db_stmt_named(struct db *db, const char *name, const char *sql);
struct stmt *__wrap_db_stmt_named(struct db *db, const char *name, const char *sql);

static void note(const char *sql)
{
    int i = 0;
    while (i < seen->count && strcmp(seen->sql[i], sql) != 0)
        i++;
    if (i < seen->count)
        return;
    if (i == STATEMENTS || str_copy(seen->sql[i], STATEMENT, sql) < 0)
        BUG("more statements, or a longer one, than this test has room for: %s", sql);
    seen->count++;
}

/* The statement as the mutant has it. */
static void mutate(const struct mutant *m, const char *sql, struct buf *out)
{
    if (m->schema)
        sql_keys_adapt(m->schema, &m->key, sql, out);
    else if (strcmp(sql, m->sql) != 0)
        (void)buf_puts(out, sql);
    else if (m->control)
        sql_with_nothing_new(sql, &m->filter, out);
    else
        sql_without(sql, &m->filter, out);
}

/* Statements are known by the address of their text: each has one for the whole play. */
static const char *as_played(const char *sql)
{
    static struct {
        const char *from, *to;
    } known[2 * STATEMENTS];
    static int count;
    int i = 0;
    while (i < count && known[i].from != sql)
        i++;
    if (i == count) {
        struct buf out = BUF_INIT(2 * STATEMENT);
        if (count++ == 2 * STATEMENTS)
            BUG("more statements than this test has room for");
        mutate(playing, sql, &out);
        known[i].from = sql;
        known[i].to = buf_take(&out);
    }
    return known[i].to;
}

static void count_asking(void)
{
    static int64_t asked;
    asked++;
    if (!playing)
        seen->asked = asked;
    else if (asked > 2 * seen->asked)
        _exit(DIFFERENT); /* it goes round for ever */
}

struct stmt *__wrap_db_stmt(struct db *db, const char *sql)
{
    count_asking();
    if (!playing)
        note(sql);
    return __real_db_stmt(db, playing ? as_played(sql) : sql);
}

struct stmt *__wrap_db_stmt_named(struct db *db, const char *name, const char *sql)
{
    struct buf out = BUF_INIT(2 * STATEMENT);
    count_asking();
    if (playing)
        mutate(playing, sql, &out);
    else
        note(sql);
    struct stmt *s = __real_db_stmt_named(db, name, playing ? out.p : sql);
    buf_release(&out);
    return s;
}

int __real_db_open(struct db **out, const char *path, enum db_kind kind, uint32_t id,
    const struct migration *migrations, int count, const char *vfs, struct err *err);
int __wrap_db_open(struct db **out, const char *path, enum db_kind kind, uint32_t id,
    const struct migration *migrations, int count, const char *vfs, struct err *err);
int __wrap_db_open(struct db **out, const char *path, enum db_kind kind, uint32_t id,
    const struct migration *migrations, int count, const char *vfs, struct err *err)
{
    struct buf schema = BUF_INIT(64 * STATEMENT);
    struct migration *all = mem_array((size_t)count, sizeof(*all));
    memcpy(all, migrations, (size_t)count * sizeof(*all));
    if (!playing) {
        seen->migrations = migrations;
        seen->migration_count = count;
    }
    for (int i = 0; playing && i < count; i++) {
        if (all[i].sql != playing->schema)
            continue;
        sql_keys_without(all[i].sql, &playing->key, &schema);
        all[i].sql = schema.p;
    }
    int rc = __real_db_open(out, path, kind, id, all, count, vfs, err);
    buf_release(&schema);
    free(all);
    return rc;
}

/* ---- one play, in a process of its own ---- */

static void keep(void *context, const struct buf *told)
{
    (void)context;
    if (told->len > TOLD_MOST)
        BUG("there is more to tell than this test has room for");
    memcpy(seen->told, told->p, told->len);
    seen->len = told->len;
}

/* The rest of the play cannot make it the same again. */
static void compare(void *context, const struct buf *told)
{
    static size_t done;
    (void)context;
    if (told->len > seen->len || memcmp(seen->told + done, told->p + done, told->len - done) != 0)
        _exit(DIFFERENT);
    done = told->len;
}

static void be_quiet(void)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, 1);
    dup2(null, 2);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS_MOST, SECONDS_MOST});
}

static pid_t start(const char *dir, const struct mutant *m)
{
    static struct play p;
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        BUG("cannot fork");
    if (pid > 0)
        return pid;
    playing = m;
    if (m)
        be_quiet();
    p = (struct play){.dir = dir, .look = m ? compare : keep};
    play_all(&p);
    _exit(SAME);
}

static bool ended_same(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == SAME;
}

/* ---- mutants ---- */

struct run {
    struct mutant mutant[MUTANTS];
    int count;
    char table[TABLES][LIM_ID];
    const char *tables[TABLES + 1]; /* whose rows are a company's */
    struct {
        char name[2 * SQL_NAME];
        int count;
    } wall[WALLS];
    int walls; /* conditions on each column of each table */
    struct expected_list expected;
    int texts, filters, keys, controls, killed, ruled, failed;
};

static void add_mutant(struct run *r, struct mutant m)
{
    if (r->count == MUTANTS)
        BUG("more conditions than this test has room for");
    r->mutant[r->count++] = m;
}

/* Conditions on these say when, what kind or how far, and not whose. */
static bool is_wall(const char *sql, const struct sql_filter *f)
{
    static const char *const others[] = {"agreed_at", "asked_at", "at", "code_expires",
        "delivered_at", "event", "expires", "first", "given_at", "gone", "judged_at", "kind",
        "last", "left_at", "merged", "place", "ready", "received_at", "refused", "revoked", "run",
        "salt", "seat", "seq", "served", "set_at", "sprayed_at", "type", "wake", NULL};
    char name[SQL_NAME];
    sql_column(sql, f, name);
    for (int i = 0; others[i]; i++)
        if (strcmp(others[i], name) == 0)
            return false;
    return true;
}

static void count_wall(struct run *r, const char *sql, const struct sql_filter *f)
{
    char table[SQL_NAME], column[SQL_NAME], name[sizeof(r->wall[0].name)];
    int i = 0;
    sql_table(sql, f, table);
    sql_column(sql, f, column);
    snprintf(name, sizeof(name), "%s.%s", table, *column ? column : "?");
    while (i < r->walls && strcmp(r->wall[i].name, name) != 0)
        i++;
    if (i == WALLS)
        BUG("more walls than this test has room for");
    r->walls += i == r->walls;
    str_copy(r->wall[i].name, sizeof(name), name);
    r->wall[i].count++;
}

static void meet_walls(struct run *r)
{
    for (int i = 0; i < r->walls; i++) {
        char text[sizeof(r->wall[0].name) + 40];
        snprintf(text, sizeof(text), "conditions: %s %d", r->wall[i].name, r->wall[i].count);
        expected_meet(&r->expected, text);
    }
}

static void add_filters(struct run *r, const char *sql)
{
    struct sql_filter f[SQL_FILTERS];
    int n = sql_filters(sql, f);
    for (int i = 0; i < n; i++) {
        if (!is_wall(sql, &f[i]))
            continue;
        count_wall(r, sql, &f[i]);
        add_mutant(r, (struct mutant){.sql = sql, .filter = f[i]});
        if (r->filters++ % CONTROL_EACH == 0)
            add_mutant(r, (struct mutant){.sql = sql, .filter = f[i], .control = true});
    }
}

static void add_keys(struct run *r, const char *schema)
{
    struct sql_key k[SQL_KEYS];
    int n = sql_keys(schema, k);
    for (int i = 0; i < n; i++)
        add_mutant(r, (struct mutant){.schema = schema, .key = k[i]});
    r->keys += n;
}

static void reap(struct run *r)
{
    int status;
    pid_t pid = wait(&status);
    for (int i = 0; i < r->count; i++) {
        struct mutant *m = &r->mutant[i];
        if (m->pid != pid)
            continue;
        m->survived = ended_same(status);
        m->ruled = !m->survived && !(WIFEXITED(status) && WEXITSTATUS(status) == DIFFERENT);
        temp_remove(m->dir);
    }
}

static void run_mutants(struct run *r)
{
    int running = 0;
    for (int i = 0; i < r->count; i++) {
        struct mutant *m = &r->mutant[i];
        temp_make(m->dir);
        m->pid = start(m->dir, m);
        if (++running == AT_ONCE) {
            reap(r);
            running--;
        }
    }
    for (; running > 0; running--)
        reap(r);
}

static void meet(struct run *r, const char *what, const char *sql, const struct sql_filter *f)
{
    struct buf text = BUF_INIT(2 * STATEMENT);
    (void)buf_printf(&text, "%s: ", what);
    sql_show(sql, f, &text);
    expected_meet(&r->expected, text.p);
    buf_release(&text);
}

static void meet_key(struct run *r, const struct mutant *m)
{
    char text[400];
    int len = (int)(m->key.end - m->key.start);
    snprintf(text, sizeof(text), "a key of %s: %.*s", m->key.table, len, m->schema + m->key.start);
    expected_meet(&r->expected, text);
}

/* What is known to change nothing must survive: else a kill would say nothing. */
static void judge_control(struct run *r, const struct mutant *m)
{
    r->controls++;
    r->failed += !m->survived;
    if (!m->survived)
        printf("NOTHING WAS FORGOTTEN, and it was killed: %s\n", m->sql);
}

static void count_kill(struct run *r, const struct mutant *m)
{
    r->killed++;
    r->ruled += m->ruled;
}

static void judge_mutants(struct run *r)
{
    for (int i = 0; i < r->count; i++) {
        const struct mutant *m = &r->mutant[i];
        if (m->control)
            judge_control(r, m);
        else if (!m->survived)
            count_kill(r, m);
        else if (m->schema)
            meet_key(r, m);
        else
            meet(r, "survives", m->sql, &m->filter);
    }
}

/* ---- what there is ---- */

static void find_tables(struct run *r, const char *dir)
{
    char path[TEMP_PATH + 20];
    sqlite3 *db;
    sqlite3_stmt *s;
    snprintf(path, sizeof(path), "%s/" PLAY_DATABASE, dir);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db,
            "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND c.name = 'company'",
            -1, &s, NULL) != SQLITE_OK)
        BUG("cannot look into %s", path);
    for (int n = 0; sqlite3_step(s) == SQLITE_ROW && n < TABLES; n++) {
        str_copy(r->table[n], LIM_ID, (const char *)sqlite3_column_text(s, 0));
        r->tables[n] = r->table[n];
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void first_play(struct run *r)
{
    static const char *const companies[] = {"company", NULL};
    int status;
    char dir[TEMP_PATH];
    temp_make(dir);
    start(dir, NULL);
    wait(&status);
    if (!ended_same(status))
        BUG("the play itself fails");
    find_tables(r, dir);
    temp_remove(dir);
    for (int i = 0; i < seen->count; i++) {
        if (sql_touches(seen->sql[i], r->tables) || sql_touches(seen->sql[i], companies))
            add_filters(r, seen->sql[i]);
        if (sql_unguarded(seen->sql[i], r->tables))
            meet(r, "of all", seen->sql[i], NULL);
    }
    for (int i = 0; i < seen->migration_count; i++)
        add_keys(r, seen->migrations[i].sql);
    meet_walls(r);
}

/* ---- what the play never prepares ---- */

/* A text that ends with a space is the beginning of statements that are put together. */
static bool was_seen(const char *sql)
{
    size_t len = strlen(sql);
    bool whole = sql[len - 1] != ' ';
    for (int i = 0; i < seen->count; i++)
        if (strncmp(seen->sql[i], sql, whole ? len + 1 : len) == 0)
            return true;
    return false;
}

/* What PostgreSQL is asked about itself, or told to be in force: there is no row of the server's in
 * it, and this play is in a file. */
static bool is_of_postgres(const char *sql)
{
    static const char *const names[] = {
        "current_schema()", "pg_catalog.", "to_regclass(", "set_config(", "schema_version", NULL};
    int i = 0;
    while (names[i] && !strstr(sql, names[i]))
        i++;
    return names[i];
}

static void see_text(void *context, const char *sql)
{
    struct run *r = context;
    if (is_of_postgres(sql))
        return;
    r->texts++;
    r->failed += !was_seen(sql);
    if (!was_seen(sql))
        printf("NEVER PREPARED by the play: %s\n", sql);
}

/* All of the compiled room. */
static void check_texts(struct run *r)
{
    char path[400];
    const char *build = getenv("ACHT_BUILD");
    snprintf(path, sizeof(path), "%s/lib/libcentral.a", build ? build : "build");
    sql_texts(path, see_text, r);
    r->failed += r->texts == 0;
}

int main(void)
{
    static struct run r;
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED)
        BUG("no memory");
    made_up_begin(NOW);
    expected_read(&r.expected, EXPECTED);
    first_play(&r);
    check_texts(&r);
    run_mutants(&r);
    judge_mutants(&r);
    expected_end(&r.expected);
    printf("%d texts in the room, %d statements prepared, %zu bytes told\n", r.texts, seen->count,
        seen->len);
    printf("%d conditions and %d keys left out, %d noticed (%d against a rule of the play);"
           " %d controls changed nothing\n",
        r.filters, r.keys, r.killed, r.ruled, r.controls);
    int failed = r.failed + r.expected.failed;
    printf("%d passed, %d failed\n", r.killed + r.controls + r.expected.listed, failed);
    return failed > 0;
}
