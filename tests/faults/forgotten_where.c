/* SPDX-License-Identifier: EUPL-1.2 */
/* A forgotten WHERE: whoever leaves out one condition of one statement of the server must
 * meet a test that notices. The play of two_companies.h is played once as the code is; the
 * statements that it prepares are found there, and no list of them is kept by hand. Then it is
 * played again for each condition of each of them, without that one: what is told must differ.
 * What survives is named and must stand in forgotten_where.expected with its reason, and so must
 * each statement that finds rows of companies without saying whose; a line of that list that is not
 * so any more fails as well. Statements of the server that the play never prepares fail too.
 *
 * Linked with --wrap: statements are changed where src/central asks for them (store/db.h), clock
 * and slow hashes are made up. */
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "store/db.h"
#include "support/sql_filters.h"
#include "support/temp.h"
#include "support/two_companies.h"

#define EXPECTED "tests/faults/forgotten_where.expected"
#define STATEMENTS 400
#define STATEMENT 2000
#define MUTANTS 2000
#define TOLD_MOST (64 * 1024 * 1024)
#define TABLES 40
#define AT_ONCE 2
#define SECONDS_MOST 60 /* of a mutant that never ends */

/* What the first play leaves for the others: other processes see it. */
struct seen {
    int count;
    int64_t asked; /* times that a statement was asked for */
    char sql[STATEMENTS][STATEMENT];
    size_t len;
    char told[TOLD_MOST];
};

enum { SAME, KILLED }; /* how a play ends */

static struct seen *seen;
static bool writing; /* the first play */
static const char *target;
static char *mutated;

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

static const char *changed(const char *sql)
{
    static int64_t asked;
    asked++;
    if (!writing && asked > 2 * seen->asked)
        _exit(KILLED); /* it goes round for ever */
    if (writing) {
        note(sql);
        seen->asked = asked;
    }
    return target && strcmp(sql, target) == 0 ? mutated : sql;
}

struct stmt *__wrap_db_stmt(struct db *db, const char *sql)
{
    return __real_db_stmt(db, changed(sql));
}

struct stmt *__wrap_db_stmt_named(struct db *db, const char *name, const char *sql)
{
    return __real_db_stmt_named(db, name, changed(sql));
}

/* ---- nothing else differs from one play to the next ---- */

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
    return NOW;
}

int __wrap_slow_hash(const char *secret, char out[SLOW_HASH], struct err *err);
int __wrap_slow_hash(const char *secret, char out[SLOW_HASH], struct err *err)
{
    (void)err;
    return str_copy(out, SLOW_HASH, secret);
}

bool __wrap_slow_hash_opens(const char *hash, const char *secret);
bool __wrap_slow_hash_opens(const char *hash, const char *secret)
{
    return strcmp(hash, secret) == 0;
}

bool __wrap_slow_hash_is_old(const char *hash);
bool __wrap_slow_hash_is_old(const char *hash)
{
    (void)hash;
    return false;
}

static const char *counted_name(void)
{
    return "counted";
}

static uint32_t counted(void)
{
    static uint32_t n;
    return n++ * UINT32_C(2654435761) ^ 0x5eed;
}

static void counted_bytes(void *const out, const size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)out)[i] = (unsigned char)(counted() >> 13);
}

static struct randombytes_implementation counted_numbers = {
    .implementation_name = counted_name, .random = counted, .buf = counted_bytes};

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
        _exit(KILLED);
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

static void play(const char *dir)
{
    static struct play p;
    p = (struct play){.dir = dir, .look = writing ? keep : compare};
    play_all(&p);
    _exit(SAME);
}

static pid_t start(const char *dir)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        BUG("cannot fork");
    if (pid == 0) {
        if (!writing)
            be_quiet();
        play(dir);
    }
    return pid;
}

static bool ended_same(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == SAME;
}

/* ---- mutants ---- */

struct mutant {
    const char *sql;
    struct sql_filter filter;
    pid_t pid;
    char dir[TEMP_PATH];
    bool survived;
};

struct run {
    struct mutant mutant[MUTANTS];
    int count;
    char table[TABLES][LIM_ID];
    const char *tables[TABLES + 1];
    struct expected {
        char *line;
        bool met;
    } expected[MUTANTS];
    int expected_count;
    int killed, listed, failed;
};

static void launch(struct mutant *m)
{
    struct buf sql = BUF_INIT(2 * STATEMENT);
    temp_make(m->dir);
    sql_without(m->sql, &m->filter, &sql);
    target = m->sql;
    mutated = sql.p;
    m->pid = start(m->dir);
    target = NULL;
    buf_release(&sql);
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
        temp_remove(m->dir);
    }
}

static void run_mutants(struct run *r)
{
    int running = 0;
    for (int i = 0; i < r->count; i++) {
        launch(&r->mutant[i]);
        if (++running == AT_ONCE) {
            reap(r);
            running--;
        }
    }
    for (; running > 0; running--)
        reap(r);
}

/* ---- the list of what survives, each with its reason ---- */

/* A reason is a comment above; an empty line ends what it is the reason of. */
static void load_expected(struct run *r)
{
    char line[STATEMENT];
    bool reason = false;
    FILE *f = fopen(EXPECTED, "r");
    if (!f)
        BUG("no file %s", EXPECTED);
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        if (*line == '#' || !*line) {
            reason = *line == '#';
            continue;
        }
        r->failed += !reason;
        if (!reason)
            printf("without a reason: %s\n", line);
        r->expected[r->expected_count++].line = mem_strdup(line);
    }
    fclose(f);
}

static void expect(struct run *r, const char *what, const char *sql, const struct sql_filter *f)
{
    struct buf name = BUF_INIT(2 * STATEMENT);
    (void)buf_printf(&name, "%s: ", what);
    sql_show(sql, f, &name);
    int i = 0;
    while (i < r->expected_count && strcmp(r->expected[i].line, name.p) != 0)
        i++;
    if (i < r->expected_count) {
        r->expected[i].met = true;
        r->listed++;
    } else {
        r->failed++;
        printf("NOT EXPECTED %s\n", name.p);
    }
    buf_release(&name);
}

static void settle_list(struct run *r)
{
    for (int i = 0; i < r->expected_count; i++) {
        if (!r->expected[i].met)
            printf("no longer so: %s\n", r->expected[i].line);
        r->failed += !r->expected[i].met;
        free(r->expected[i].line);
    }
}

/* ---- what there is ---- */

/* Tables whose rows are a company's. */
static void find_tables(struct run *r, const char *dir)
{
    char path[TEMP_PATH + 20];
    sqlite3 *db;
    sqlite3_stmt *s;
    int n = 0;
    snprintf(path, sizeof(path), "%s/central.db", dir);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db,
            "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND c.name = 'company'",
            -1, &s, NULL) != SQLITE_OK)
        BUG("cannot look into %s", path);
    while (sqlite3_step(s) == SQLITE_ROW && n < TABLES) {
        str_copy(r->table[n], LIM_ID, (const char *)sqlite3_column_text(s, 0));
        r->tables[n] = r->table[n];
        n++;
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

/* Conditions on these say when, what kind or how far, and not whose. */
static bool is_wall(const char *sql, const struct sql_filter *f)
{
    static const char *const others[] = {"agreed_at", "asked_at", "at", "body", "code_expires",
        "delivered_at", "event", "expires", "first", "given_at", "gone", "judged_at", "kind",
        "last", "merged", "place", "ready", "received_at", "refused", "revoked", "run", "salt",
        "seat", "seq", "served", "set_at", "sprayed_at", "type", "wake", NULL};
    char name[SQL_NAME];
    sql_column(sql, f, name);
    for (int i = 0; others[i]; i++)
        if (strcmp(others[i], name) == 0)
            return false;
    return true;
}

static void add_mutants(struct run *r, const char *sql)
{
    struct sql_filter f[SQL_FILTERS];
    int n = sql_filters(sql, f);
    for (int i = 0; i < n; i++) {
        if (!is_wall(sql, &f[i]))
            continue;
        if (r->count == MUTANTS)
            BUG("more conditions than this test has room for");
        r->mutant[r->count++] = (struct mutant){.sql = sql, .filter = f[i]};
    }
}

static void first_play(struct run *r)
{
    int status;
    char dir[TEMP_PATH];
    temp_make(dir);
    writing = true;
    start(dir);
    wait(&status);
    writing = false;
    if (!ended_same(status))
        BUG("the play itself fails");
    find_tables(r, dir);
    temp_remove(dir);
    for (int i = 0; i < seen->count; i++)
        if (sql_touches(seen->sql[i], r->tables))
            add_mutants(r, seen->sql[i]);
}

int main(void)
{
    static struct run r;
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED)
        BUG("no memory");
    randombytes_set_implementation(&counted_numbers);
    load_expected(&r);
    first_play(&r);
    printf("%d statements, %d conditions, %zu bytes told\n", seen->count, r.count, seen->len);
    run_mutants(&r);
    for (int i = 0; i < r.count; i++) {
        if (r.mutant[i].survived)
            expect(&r, "survives", r.mutant[i].sql, &r.mutant[i].filter);
        else
            r.killed++;
    }
    for (int i = 0; i < seen->count; i++)
        if (sql_unguarded(seen->sql[i], r.tables))
            expect(&r, "of all", seen->sql[i], NULL);
    settle_list(&r);
    printf("%d passed, %d failed\n", r.killed + r.listed, r.failed);
    return r.failed > 0;
}
