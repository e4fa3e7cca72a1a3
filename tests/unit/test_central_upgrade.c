/* SPDX-License-Identifier: EUPL-1.2 */
/* A PostgreSQL database of every version becomes one of today (D-18): broken off at any statement
 * it is as it was, and started again it is what it would have been; two servers that start at once
 * do it once; what is newer is refused in words. test_central_migrate.c has the same for a file. */
#include "central_house.h"

#include <pthread.h>

#include "central/schema.h"

/* What the server takes for its schema in this program (--wrap): all steps, or some of them, of
 * which the last one breaks off. */
enum { STEPS_MAX = 32, TEXT_MAX = 256 * 1024, AT_ONCE = 20 };
extern const struct migration __real_schema_postgres[];
extern const int __real_schema_postgres_count;
struct migration __wrap_schema_postgres[STEPS_MAX];
int __wrap_schema_postgres_count;

#define SCHEMA "steps"

struct scene {
    PGconn *admin;
    char where[256];
};

static void take_steps(int count)
{
    assert_true(count < STEPS_MAX);
    memcpy(
        __wrap_schema_postgres, __real_schema_postgres, (size_t)count * sizeof(struct migration));
    __wrap_schema_postgres_count = count;
}

static void take_all(void)
{
    take_steps(__real_schema_postgres_count);
}

static void scene_open(struct scene *s)
{
    s->admin = house_superuser(house_database());
    snprintf(s->where, sizeof(s->where),
        "postgresql://acht@/%s?host=%s&options=-csearch_path%%3D%s", house_database(),
        house_cluster(), SCHEMA);
    take_all();
}

static void scene_close(struct scene *s)
{
    house_do(s->admin, "DROP SCHEMA IF EXISTS " SCHEMA " CASCADE", NULL, 0);
    PQfinish(s->admin);
}

static int open_once(const struct scene *s, struct err *err)
{
    struct sql *sql;
    if (sql_open(&sql, s->where, err) < 0)
        return -1;
    sql_close(sql);
    return 0;
}

/* ---- what stands in it, seen by somebody whom nothing binds ---- */

/* Two rows in each table, whatever its columns are. */
#define FILL                                                                                       \
    "DO $$ DECLARE t text; names text; things text; BEGIN FOR t IN SELECT relname FROM pg_class"   \
    " WHERE relnamespace = '" SCHEMA "'::regnamespace AND relkind = 'r' AND relname NOT IN"        \
    " ('schema_version', 'meta') ORDER BY relname <> 'company', relname LOOP FOR i IN 1..2 LOOP"   \
    " SELECT string_agg(column_name, ',' ORDER BY ordinal_position), string_agg(CASE"              \
    " WHEN data_type = 'bigint' THEN i::text"                                                      \
    " WHEN column_name = 'company' OR t || column_name = 'companyid' THEN quote_literal('c' || i)" \
    " WHEN column_name = 'body' THEN quote_literal('{\"team\":\"las\",\"role\":\"worker\"}')"      \
    " ELSE quote_literal(column_name || i) END, ',' ORDER BY ordinal_position) INTO names, things" \
    " FROM information_schema.columns WHERE table_schema = '" SCHEMA "' AND table_name = t;"       \
    " EXECUTE format('INSERT INTO " SCHEMA ".%I (%s) VALUES (%s)', t, names, things);"             \
    " END LOOP; END LOOP; END $$"

/* Every row, and all that the schema is made of. */
#define DUMP                                                                                       \
    "SELECT coalesce(string_agg(x, E'\\n' ORDER BY x), '') FROM (SELECT concat_ws(' ', c.relname," \
    " a.attnum, a.attname, a.atttypid::regtype, a.attnotnull, a.attstattarget,"                    \
    " pg_get_expr(d.adbin, d.adrelid)) AS x FROM pg_class c JOIN pg_attribute a ON"                \
    " a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND"         \
    " d.adnum = a.attnum WHERE c.relkind = 'r' AND c.relnamespace = '" SCHEMA "'::regnamespace"    \
    " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '" SCHEMA "'"                   \
    " UNION ALL SELECT tablename || policyname || qual FROM pg_policies WHERE schemaname ="        \
    " '" SCHEMA "' UNION ALL SELECT proname || prosrc FROM pg_proc WHERE pronamespace ="           \
    " '" SCHEMA "'::regnamespace UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM"       \
    " pg_constraint WHERE connamespace = '" SCHEMA "'::regnamespace UNION ALL SELECT relname ||"   \
    " relrowsecurity || relforcerowsecurity FROM pg_class WHERE relkind = 'r' AND relnamespace ="  \
    " '" SCHEMA "'::regnamespace UNION ALL SELECT t.relname || ' row ' || unnest(xpath('/table/*'" \
    ", query_to_xml('SELECT * FROM " SCHEMA ".' || t.relname, true, false, '')))::text FROM"       \
    " pg_class t WHERE t.relkind = 'r' AND t.relnamespace = '" SCHEMA "'::regnamespace) all_of_it"

static void dump(const struct scene *s, struct buf *out)
{
    PGresult *r = PQexec(s->admin, DUMP);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(s->admin));
    buf_clear(out);
    buf_puts(out, PQgetvalue(r, 0, 0));
    assert_false(out->overflow);
    PQclear(r);
}

static int64_t number(const struct scene *s, const char *query)
{
    char text[24];
    house_do(s->admin, query, text, sizeof(text));
    return strtoll(text, NULL, 10);
}

/* A database of the first so many steps, with rows; none: an empty one. */
static void make(const struct scene *s, int steps)
{
    house_do(s->admin,
        "DROP SCHEMA IF EXISTS " SCHEMA " CASCADE; CREATE SCHEMA " SCHEMA " AUTHORIZATION acht",
        NULL, 0);
    if (steps == 0)
        return;
    take_steps(steps);
    OK(open_once(s, &err));
    house_do(s->admin, FILL, NULL, 0);
}

/* ---- breaking off ---- */

/* Behind the semicolon of the statement that begins here. */
static const char *statement_end(const char *sql)
{
    bool quoted = false, body = false;
    for (; *sql && (quoted || body || *sql != ';'); sql++) {
        quoted ^= *sql == '\'' && !body;
        body ^= sql[0] == '$' && sql[1] == '$';
    }
    return *sql ? sql + 1 : sql;
}

/* From these steps on, the first k statements of what follows, and then the end of the connection,
 * or a refusal. Returns how many statements there are. */
static int break_off_after(int steps, int k, bool kill, struct buf *text)
{
    int all = 0, newest = __real_schema_postgres_count - 1;
    buf_clear(text);
    for (int i = steps; i <= newest; i++)
        for (const char *at = __real_schema_postgres[i].sql, *end; *at; at = end, all++) {
            end = statement_end(at);
            if (all < k)
                buf_add(text, at, (size_t)(end - at));
        }
    buf_puts(
        text, kill ? "SELECT pg_terminate_backend(pg_backend_pid());" : "SELECT no_such_thing();");
    take_steps(steps);
    __wrap_schema_postgres[steps] =
        (struct migration){__real_schema_postgres[newest].version, text->p};
    __wrap_schema_postgres_count = steps + 1;
    return all;
}

struct dumps {
    struct buf text, old, got, want;
};

static int break_once(
    const struct scene *s, int steps, int k, bool kill, bool whole, struct dumps *d)
{
    struct err why = {0};
    make(s, steps);
    dump(s, &d->old);
    int all = break_off_after(steps, k, kill, &d->text);
    assert_int_equal(open_once(s, &why), -1);
    assert_int_equal(why.code, kill ? ERR_NET : ERR_CORRUPT);
    dump(s, &d->got);
    assert_string_equal(d->got.p, d->old.p);
    if (!whole)
        return all;
    take_all();
    OK(open_once(s, &err));
    dump(s, &d->got);
    assert_string_equal(d->got.p, d->want.p);
    return all;
}

static void want_of(const struct scene *s, int steps, struct dumps *d)
{
    make(s, steps);
    take_all();
    OK(open_once(s, &err));
    dump(s, &d->want);
}

/* In a part of the points, or all of them. */
static int step_of(void)
{
    return getenv("ACHT_LONG") ? 1 : 12;
}

static void broken_off_at_every_statement(void **unused)
{
    (void)unused;
    struct scene s;
    struct dumps d = {
        BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX)};
    int times = 0, statements = 0;
    scene_open(&s);
    for (int steps = 0; steps < __real_schema_postgres_count; steps++) {
        want_of(&s, steps, &d);
        int all = 0;
        for (int k = 0; k <= all; k += step_of(), times++)
            all = break_once(&s, steps, k, true, true, &d);
        for (int k = 1; k <= all; k += step_of(), times++)
            (void)break_once(&s, steps, k, false, false, &d);
        statements += all;
    }
    print_message(
        "D-18, PostgreSQL: from %d versions and from nothing, %d statements: %d times broken"
        " off, as before, then as without that\n",
        __real_schema_postgres_count - 1, statements, times);
    buf_release(&d.text);
    buf_release(&d.old);
    buf_release(&d.got);
    buf_release(&d.want);
    scene_close(&s);
}

/* The control: a row or an index less is seen. */
static void what_is_lost_would_be_seen(void **unused)
{
    (void)unused;
    static const char *const losses[] = {"DELETE FROM " SCHEMA ".record WHERE seq = 1",
        "UPDATE " SCHEMA ".entry SET made_at = NULL WHERE made_at = 1",
        "DROP INDEX " SCHEMA ".request_run",
        "ALTER TABLE " SCHEMA ".record NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY company ON " SCHEMA ".audit"};
    struct scene s;
    struct buf want = BUF_INIT(TEXT_MAX), got = BUF_INIT(TEXT_MAX);
    scene_open(&s);
    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        make(&s, __real_schema_postgres_count);
        dump(&s, &want);
        house_do(s.admin, losses[i], NULL, 0);
        dump(&s, &got);
        assert_string_not_equal(got.p, want.p);
    }
    buf_release(&want);
    buf_release(&got);
    scene_close(&s);
}

/* ---- at once ---- */

struct starter {
    const struct scene *scene;
    pthread_t thread;
    pthread_barrier_t *barrier;
    struct err err;
    int rc;
};

static void *start(void *context)
{
    struct starter *s = context;
    pthread_barrier_wait(s->barrier);
    s->rc = open_once(s->scene, &s->err);
    return NULL;
}

static void start_both(const struct scene *s)
{
    pthread_barrier_t barrier;
    struct starter starter[2];
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++) {
        starter[i] = (struct starter){.scene = s, .barrier = &barrier};
        pthread_create(&starter[i].thread, NULL, start, &starter[i]);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(starter[i].thread, NULL);
    for (int i = 0; i < 2; i++)
        if (starter[i].rc < 0)
            fail_msg("%s", starter[i].err.msg);
    pthread_barrier_destroy(&barrier);
}

static void two_servers_that_start_at_once_do_it_once(void **unused)
{
    (void)unused;
    struct scene s;
    struct dumps d = {
        BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX)};
    scene_open(&s);
    for (int i = 0; i < AT_ONCE; i++) {
        int steps = i % __real_schema_postgres_count;
        want_of(&s, steps, &d);
        make(&s, steps);
        take_all();
        start_both(&s);
        dump(&s, &d.got);
        assert_string_equal(d.got.p, d.want.p);
        assert_int_equal(number(&s, "SELECT count(*) FROM " SCHEMA ".schema_version"),
            __real_schema_postgres_count);
    }
    print_message("D-18, PostgreSQL: %d times two started at once\n", AT_ONCE);
    buf_release(&d.got);
    buf_release(&d.want);
    scene_close(&s);
}

/* ---- a newer one ---- */

static void a_newer_one_is_refused_in_words(void **unused)
{
    (void)unused;
    struct scene s;
    struct err why = {0};
    struct buf before = BUF_INIT(TEXT_MAX), after = BUF_INIT(TEXT_MAX);
    scene_open(&s);
    make(&s, __real_schema_postgres_count);
    house_do(s.admin, "INSERT INTO " SCHEMA ".schema_version VALUES (99)", NULL, 0);
    dump(&s, &before);
    take_all();
    assert_int_equal(open_once(&s, &why), -1);
    assert_int_equal(why.code, ERR_TOO_NEW);
    assert_non_null(strstr(why.msg, "is of a newer version of acht-central"));
    dump(&s, &after);
    assert_string_equal(after.p, before.p);
    buf_release(&before);
    buf_release(&after);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_off_at_every_statement),
        cmocka_unit_test(what_is_lost_would_be_seen),
        cmocka_unit_test(two_servers_that_start_at_once_do_it_once),
        cmocka_unit_test(a_newer_one_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
