/* SPDX-License-Identifier: EUPL-1.2 */
/* The wall behind the statements' own conditions: row-level security of PostgreSQL. Of each
 * statement of the server each condition is left out in turn, and then all of them; each is run
 * while one company is named, with the rows of two companies in all tables. What it gives and what
 * it leaves must be what the same statement gives and leaves where the other company has no rows at
 * all. The control is the same without the wall. Then two connections, used by turns for two
 * companies, with failures in the middle of transactions. */
#include <regex.h>

#include "support/pg_rows.h"
#include "support/rng.h"
#include "support/sql_filters.h"
#include "support/sql_texts.h"
#include "unit/central_house.h"

#define STATEMENTS 400
#define TABLES 40
#define PARAMS 32
#define TURNS 10000

enum wall { WALL, ALONE, NO_WALL }; /* the other company behind it, gone, or there */

struct outcome {
    bool refused;
    char rows[DIGEST_HEX], ours[33], theirs[33]; /* given, and left in the tables */
};

static struct wall_test {
    struct house house;
    PGconn *conn;
    const char *table[TABLES], *column[TABLES]; /* which says whose */
    int tables;
    char *sql[STATEMENTS];
    int statements;
    struct buf dump; /* asks for the rows of a company, or of all others */
    char theirs[33];
    int mutants, refused, leaked, seen_without, foreign;
} t;

static int failed, passed;

static void check(bool fine, const char *what)
{
    passed += fine;
    failed += !fine;
    if (!fine)
        printf("FAILED: %s\n", what);
}

static PGresult *run(const char *sql)
{
    return PQexec(t.conn, sql);
}

static void must(const char *sql)
{
    PGresult *result = run(sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        BUG("%s: %s", sql, PQerrorMessage(t.conn));
    PQclear(result);
}

/* ---- the tables ---- */

#define COMPANY_TABLES                                                                             \
    "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"        \
    " AND a.attname = CASE c.relname WHEN 'company' THEN 'id' ELSE 'company' END"                  \
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"                   \
    " ORDER BY c.relname <> 'company', c.relname"

/* Those of them that no wall, or one with a gap, surrounds. */
#define OPEN_TABLES                                                                                \
    "SELECT count(*) FROM (" COMPANY_TABLES ") t (name, col) JOIN pg_class c ON c.relname = name"  \
    " AND c.relnamespace = current_schema()::regnamespace WHERE NOT c.relrowsecurity"              \
    " OR NOT c.relforcerowsecurity OR (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid"  \
    " AND p.polcmd = '*' AND p.polpermissive AND pg_get_expr(p.polqual, p.polrelid) LIKE"          \
    " '%' || col || ' = ANY (ARRAY[''''::text, current_setting(%') <> 1"                           \
    " OR (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) <> 1"

static int64_t count(const char *sql)
{
    PGresult *result = run(sql);
    if (PQntuples(result) != 1)
        BUG("%s: %s", sql, PQerrorMessage(t.conn));
    int64_t n = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return n;
}

static void find_tables(void)
{
    PGresult *result = run(COMPANY_TABLES);
    t.tables = PQntuples(result);
    if (t.tables == 0 || t.tables > TABLES)
        BUG("%d tables of companies", t.tables);
    for (int i = 0; i < t.tables; i++) {
        t.table[i] = strdup(PQgetvalue(result, i, 0));
        t.column[i] = strdup(PQgetvalue(result, i, 1));
    }
    PQclear(result);
}

static void every_table_is_walled(void)
{
    check(
        count(OPEN_TABLES) == 0, "each table with a company has a policy, in force for its owner");
    must("BEGIN; CREATE TABLE gap (company text, body text)");
    check(count(OPEN_TABLES) == 1, "control: a table without a policy is noticed");
    must("ROLLBACK; BEGIN; ALTER TABLE entry NO FORCE ROW LEVEL SECURITY");
    check(count(OPEN_TABLES) == 1, "control: a table whose owner is free is noticed");
    must("ROLLBACK");
}

/* ---- rows: the same in both companies, as far as keys let them ---- */

/* Columns whose values must differ from one company to the other. */
#define ROW_OF                                                                                     \
    "SELECT string_agg(CASE WHEN a.attname = $2 THEN quote_literal($3) WHEN EXISTS (SELECT 1 FROM" \
    " pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)"    \
    " AND NOT (SELECT attnum FROM pg_attribute w WHERE w.attrelid = a.attrelid AND w.attname = "   \
    "$2)"                                                                                          \
    " = ANY (i.indkey)) THEN quote_literal('x' || $3) WHEN a.atttypid = 'text'::regtype"           \
    " THEN '''x''' ELSE '1' END, ', ' ORDER BY a.attnum) FROM pg_attribute a"                      \
    " WHERE a.attrelid = $1::regclass AND a.attnum > 0"

static void put_row(int table, const char *company)
{
    const char *values[] = {t.table[table], t.column[table], company};
    struct buf sql = BUF_INIT(LIM_LINE);
    PGresult *result = PQexecParams(t.conn, ROW_OF, 3, NULL, values, NULL, NULL, 0);
    if (PQntuples(result) != 1)
        BUG("%s: %s", t.table[table], PQerrorMessage(t.conn));
    (void)buf_printf(&sql, "INSERT INTO %s VALUES (%s)", t.table[table], PQgetvalue(result, 0, 0));
    must(sql.p);
    PQclear(result);
    buf_release(&sql);
}

static void fill(void)
{
    must("SELECT set_config('acht.company', 'every company', false)");
    for (int i = 0; i < t.tables; i++) {
        put_row(i, "amber");
        put_row(i, "beril");
    }
    (void)buf_puts(&t.dump, "SELECT md5(coalesce(string_agg(r, E'\\n' ORDER BY r), '')) FROM (");
    for (int i = 0; i < t.tables; i++)
        (void)buf_printf(&t.dump,
            "%sSELECT '%s' || x::text AS r FROM %s x WHERE (%s = 'beril') = $1",
            i ? " UNION ALL " : "", t.table[i], t.table[i], t.column[i]);
    (void)buf_puts(&t.dump, ") rows");
}

static void digest_rows(const char *theirs, char out[33])
{
    PGresult *result = PQexecParams(t.conn, t.dump.p, 1, NULL, &theirs, NULL, NULL, 0);
    snprintf(out, 33, "%s", PQntuples(result) ? PQgetvalue(result, 0, 0) : PQerrorMessage(t.conn));
    PQclear(result);
}

/* ---- statements ---- */

static void keep_text(void *context, const char *sql)
{
    (void)context;
    if (sql[strlen(sql) - 1] == ' ' || strchr(sql, '%') || strstr(sql, "sqlite_schema") ||
        sql_is_of_postgres(sql))
        return; /* a piece, or of the back ends */
    if (t.statements == STATEMENTS)
        BUG("more statements than this test has room for");
    t.sql[t.statements++] = strdup(sql);
}

static bool is_of_company(const char *sql)
{
    static const char *tables[TABLES + 1];
    for (int i = 0; i < t.tables; i++)
        tables[i] = t.table[i];
    return sql_touches(sql, tables);
}

/* Parameters that stand beside a column called company are companies. */
static void find_companies(const char *sql, bool is_company[PARAMS])
{
    static regex_t re;
    static bool made;
    if (!made)
        made = regcomp(&re, "company *= *(coalesce\\()?[?]([0-9]+)", REG_EXTENDED) == 0;
    memset(is_company, 0, PARAMS * sizeof(bool));
    regmatch_t part[3];
    for (const char *at = sql; regexec(&re, at, 3, part, 0) == 0; at += part[0].rm_eo)
        is_company[strtol(at + part[2].rm_so, NULL, 10) % PARAMS] = true;
    const char *into = strstr(sql, "INSERT INTO ");
    if (into) /* in all of them the company comes first, but where it is no table of companies */
        is_company[1] |= is_of_company(sql);
}

static int translate(const char *sql, char *out, size_t size)
{
    int params = 0;
    snprintf(out, size, "%s", sql);
    for (char *c = out; *c; c++) {
        if (*c != '?')
            continue;
        *c = '$';
        int n = (int)strtol(c + 1, NULL, 10);
        params = n > params ? n : params;
    }
    return params;
}

/* Runs a statement that the server has prepared as "m", with values of the types it wants. */
static PGresult *exec_mutant(const bool is_company[PARAMS])
{
    const char *values[PARAMS];
    PGresult *types = PQdescribePrepared(t.conn, "m");
    int n = PQnparams(types);
    for (int i = 0; i < n; i++)
        values[i] = is_company[i + 1] ? "amber" : PQparamtype(types, i) == 25 ? "x" : "1";
    PQclear(types);
    return PQexecPrepared(t.conn, "m", n, values, NULL, NULL, 0);
}

static void delete_theirs(void)
{
    for (int i = t.tables - 1; i >= 0; i--) {
        char sql[200];
        snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE %s = 'beril'", t.table[i], t.column[i]);
        must(sql);
    }
}

static void try_mutant(enum wall wall, const bool is_company[PARAMS], struct outcome *o)
{
    must("BEGIN");
    if (wall == ALONE)
        delete_theirs();
    if (wall == WALL)
        must("SELECT set_config('acht.company', 'amber', true)");
    PGresult *result = exec_mutant(is_company);
    ExecStatusType status = PQresultStatus(result);
    o->refused = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
    *o->rows = *o->ours = *o->theirs = '\0';
    if (!o->refused) {
        pg_rows_digest(result, o->rows);
        must("SELECT set_config('acht.company', 'every company', true)");
        digest_rows("f", o->ours);
        digest_rows("t", o->theirs);
    }
    PQclear(result);
    must("ROLLBACK");
}

static bool same(const struct outcome *a, const struct outcome *b)
{
    return strcmp(a->rows, b->rows) == 0 && strcmp(a->ours, b->ours) == 0;
}

/* PostgreSQL cannot tell the type of what is only compared with NULL first: the server binds it as
 * a text, as it does companies. */
static int find_types(const char *sql, const bool is_company[PARAMS], Oid types[PARAMS])
{
    int params = 0;
    for (int i = 1; i < PARAMS; i++) {
        char null[24];
        snprintf(null, sizeof(null), "?%d IS NULL", i);
        if (!is_company[i] && !strstr(sql, null))
            continue;
        types[i - 1] = 25;
        params = i;
    }
    return params;
}

static bool try_all(const char *sql, const bool is_company[PARAMS])
{
    struct outcome behind, alone, open;
    char text[8192];
    translate(sql, text, sizeof(text));
    Oid types[PARAMS] = {0};
    int params = find_types(sql, is_company, types);
    PGresult *result = PQprepare(t.conn, "m", text, params, types);
    bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!fine)
        return false; /* nobody can forget it so: PostgreSQL does not take it */
    try_mutant(WALL, is_company, &behind);
    try_mutant(ALONE, is_company, &alone);
    try_mutant(NO_WALL, is_company, &open);
    must("DEALLOCATE m");
    t.mutants++;
    t.refused += behind.refused;
    bool leaks =
        !behind.refused && (strcmp(behind.theirs, t.theirs) != 0 || !same(&behind, &alone));
    t.leaked += leaks;
    if (leaks)
        printf("LEAKS: %s\n", sql);
    t.seen_without += open.refused || strcmp(open.theirs, t.theirs) != 0 || !same(&open, &alone);
    return true;
}

/* Without one condition of `from` and all after it, or without that one alone. */
static void forget(const char *sql, int from, bool all, struct buf *out)
{
    struct sql_filter f[SQL_FILTERS];
    char *now = strdup(sql);
    int n = sql_filters(now, f);
    for (int i = all ? n - 1 : from; i >= from; i--) {
        struct buf next = BUF_INIT(16384);
        sql_without(now, &f[i], &next);
        free(now);
        now = buf_take(&next);
    }
    (void)buf_puts(out, now);
    free(now);
}

static void forget_each(const char *sql)
{
    struct sql_filter f[SQL_FILTERS];
    bool is_company[PARAMS];
    int n = sql_filters(sql, f);
    find_companies(sql, is_company);
    if (!try_all(sql, is_company))
        check(false, sql);
    for (int i = 0; i <= n && n > 0; i++) {
        struct buf mutant = BUF_INIT(16384);
        forget(sql, i < n ? i : 0, i == n, &mutant);
        (void)try_all(mutant.p, is_company);
        buf_release(&mutant);
    }
}

static void no_statement_sees_the_other_company(void)
{
    char path[400];
    const char *build = getenv("ACHT_BUILD");
    int touching = 0;
    snprintf(path, sizeof(path), "%s/lib/libcentral.a", build ? build : "build");
    sql_texts(path, keep_text, NULL);
    digest_rows("t", t.theirs);
    for (int i = 0; i < t.statements; i++) {
        if (!is_of_company(t.sql[i]))
            continue;
        touching++;
        forget_each(t.sql[i]);
    }
    printf(
        "A-02: %d statements, %d of them with a condition less or as they are: %d gave or changed"
        " a row of the other company, %d were refused; without the wall %d did\n",
        touching, t.mutants, t.leaked, t.refused, t.seen_without);
    check(touching > 80 && t.mutants > 2 * touching, "the statements were found");
    check(t.leaked == 0, "0 rows of another company");
    check(t.seen_without > t.mutants / 4, "control: without the wall they are seen");
}

/* ---- who is let in ---- */

static void only_bound_roles_get_in(void)
{
    static const char *const roles[] = {"postgres", "unbound"};
    PGconn *admin = house_superuser("postgres");
    PQclear(PQexec(admin, "CREATE ROLE unbound LOGIN BYPASSRLS"));
    PQfinish(admin);
    for (int i = 0; i < 2; i++) {
        char url[256];
        struct database *db = NULL;
        struct err err = {0};
        snprintf(url, sizeof(url), "postgresql://%s@/%s?host=%s&options=-csearch_path%%3D%s",
            roles[i], house_database(), house_cluster(), t.house.schema);
        int rc = database_open(&db, url, &err);
        check(rc < 0 && err.code == ERR_CONFIG, "a role that row-level security does not bind");
    }
}

static void the_owner_is_bound(void)
{
    must("SELECT set_config('acht.company', '', false)");
    check(count("SELECT count(*) FROM member") == 0, "who names nobody sees nobody");
    must("SELECT set_config('acht.company', 'amber', false)");
    check(count("SELECT count(*) FROM member") == 1, "who names one sees one");
    must("SELECT set_config('acht.company', 'every company', false)");
    check(count("SELECT count(*) FROM member") == 2, "control: who names all sees all");
}

/* ---- A-03 ---- */

static void count_foreign(struct database *db, const char *company)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT company FROM record");
    struct err err = {0};
    int rc, rows = 0;
    while ((rc = sql_step(s, &err)) > 0) {
        rows++;
        t.foreign += strcmp(sql_get_text(s, 0), company) != 0;
    }
    if (rc < 0 || rows != 1)
        BUG("%d rows: %s", rows, err.msg);
}

static int fail_in_the_middle(struct database *db)
{
    struct err err = {0};
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT 1 / (CAST(?1 AS bigint) - 1)");
    sql_number(s, 1, 1);
    return sql_step(s, &err);
}

struct turns {
    struct database *db[2];
    uint64_t rng;
    int inside; /* whose transaction is open, or -1: there is one at a time */
    int statements, failures, transactions;
};

static void begin_turn(struct turns *u, int at)
{
    struct err err = {0};
    if (database_begin(u->db[at], &err) < 0)
        BUG("%s", err.msg);
    u->inside = at;
    u->transactions++;
}

/* Commits, rolls back, or fails before. */
static void end_turn(struct turns *u, int how)
{
    struct err err = {0};
    struct database *db = u->db[u->inside];
    u->failures += how < 2 && fail_in_the_middle(db) < 0;
    if (how == 3 && database_commit(db, &err) < 0)
        BUG("%s", err.msg);
    if (how < 3)
        database_rollback(db);
    u->inside = -1;
}

static void take_turn(struct turns *u)
{
    static const char *const company[] = {"amber", "beril"};
    int at = (int)rng_below(&u->rng, 2), what = (int)rng_below(&u->rng, 8);
    const char *whose = company[rng_below(&u->rng, 2)];
    (void)database_only(u->db[at], whose);
    if (u->inside < 0 && what < 2)
        begin_turn(u, at);
    else if (u->inside == at && what < 4)
        end_turn(u, what);
    count_foreign(u->db[at], whose);
    u->statements++;
}

static void two_companies_by_turns(void)
{
    struct turns u = {.db = {t.house.central.db}, .rng = rng_seed(), .inside = -1};
    struct err err = {0};
    if (database_open(&u.db[1], t.house.where, &err) < 0)
        BUG("%s", err.msg);
    while (u.statements < TURNS)
        take_turn(&u);
    if (u.inside >= 0)
        end_turn(&u, 2);
    database_close(u.db[1]);
    printf("A-03: %d statements on 2 connections, %d transactions, %d failed in the middle:"
           " %d rows of the other company\n",
        u.statements, u.transactions, u.failures, t.foreign);
    check(t.foreign == 0 && u.failures > 100, "a connection never keeps the company before");
}

int main(void)
{
    setenv("ACHT_BACK_END", "postgres", 1);
    t.dump = (struct buf)BUF_INIT(64 * 1024);
    house_open(&t.house);
    t.conn = PQconnectdb(t.house.where);
    if (PQstatus(t.conn) != CONNECTION_OK)
        BUG("%s", PQerrorMessage(t.conn));
    find_tables();
    every_table_is_walled();
    fill();
    no_statement_sees_the_other_company();
    only_bound_roles_get_in();
    the_owner_is_bound();
    two_companies_by_turns();
    PQfinish(t.conn);
    house_close(&t.house);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
