/* SPDX-License-Identifier: EUPL-1.2 */
/* What PostgreSQL does to those who use it: each fault strikes in the middle of a request's
 * transaction, or before it. The request is answered as if nothing had happened, or with 503; then
 * nothing of it is there, and the same request again has its effect once. */
#include "central_house.h"

enum { ROUNDS = 20 };

/* What a fault does when a row of an entry is written, or when that is committed. */
#define MAKE_FAULT(deed, when)                                                                     \
    "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN " deed                  \
    "; RETURN NULL; END $f$; CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON entry " when          \
    " FOR EACH ROW EXECUTE FUNCTION fault()"
#define AT_ONCE "NOT DEFERRABLE"
#define AT_COMMIT "DEFERRABLE INITIALLY DEFERRED"
#define RAISE(state) "RAISE EXCEPTION 'made up' USING ERRCODE = '" state "'"
#define KILLED "PERFORM pg_terminate_backend(pg_backend_pid())"

static const struct fault {
    const char *name, *make; /* NULL: no trigger */
    bool shut;               /* nobody is let in while it lasts */
    int status;              /* while it lasts */
} faults[] = {
    {"its connection was ended before", NULL, false, 200},
    {"nobody is let in, as while it restarts", NULL, true, 503},
    {"its connection is ended in the middle", MAKE_FAULT(KILLED, AT_ONCE), false, 503},
    {"its connection is ended at the commit", MAKE_FAULT(KILLED, AT_COMMIT), false, 503},
    {"in the way of another transaction", MAKE_FAULT(RAISE("40001"), AT_ONCE), false, 503},
    {"the same, found at the commit", MAKE_FAULT(RAISE("40001"), AT_COMMIT), false, 503},
    {"its disk is full", MAKE_FAULT(RAISE("53100"), AT_ONCE), false, 503},
    {"no lock in time", MAKE_FAULT(RAISE("55P03"), AT_ONCE), false, 503},
};

struct scene {
    struct house h;
    PGconn *admin;
    struct buf body;
    int asks;
};

static int64_t number(struct scene *s, const char *sql)
{
    char text[24];
    house_do(s->admin, sql, text, sizeof(text));
    return strtoll(text, NULL, 10);
}

static void expect_effects(struct scene *s, const struct fault *f, int count)
{
    int64_t entries = number(s, "SELECT count(*) FROM entry");
    int64_t requests = number(s, "SELECT count(*) FROM request");
    int64_t steps = number(s, "SELECT count(*) FROM step");
    int64_t lines = number(s, "SELECT count(*) FROM audit WHERE event = 'asked'");
    int64_t records = number(s, "SELECT count(*) FROM record WHERE type = 'request'");
    if (entries != count || requests != count || steps != count || lines != count ||
        records != count)
        fail_msg(
            "%s: %d asks, but %lld entries, %lld requests, %lld steps, %lld lines, %lld records",
            f->name, count, (long long)entries, (long long)requests, (long long)steps,
            (long long)lines, (long long)records);
}

static int post(struct scene *s)
{
    struct http_response rs;
    int status = house_post(&s->h, "/v1/journal", TOKEN_A, s->body.p, s->body.len, &rs);
    if (status == 503)
        assert_true(rs.retry_after > 0);
    response_release(&rs);
    return status;
}

static void begin_fault(struct scene *s, const struct fault *f)
{
    if (f->make)
        house_do(s->admin, f->make, NULL, 0);
    else if (f->shut)
        house_postgres_open(false);
    else
        house_do(s->admin,
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'acht'",
            NULL, 0);
}

static void connect_admin(struct scene *s)
{
    char sql[80];
    s->admin = house_superuser(house_database());
    snprintf(sql, sizeof(sql), "SET search_path = %s", s->h.schema);
    house_do(s->admin, sql, NULL, 0);
}

static void end_fault(struct scene *s, const struct fault *f)
{
    if (f->make)
        house_do(s->admin, "DROP TRIGGER fault ON entry; DROP FUNCTION fault", NULL, 0);
    if (!f->shut)
        return;
    house_postgres_open(true);
    PQfinish(s->admin); /* was thrown out too */
    connect_admin(s);
}

static void strike(struct scene *s, const struct fault *f)
{
    char id[16], person[16], course[16];
    int n = ++s->asks;
    snprintf(id, sizeof(id), "%d", n);
    snprintf(person, sizeof(person), "p%d", n / 16);
    snprintf(course, sizeof(course), "c%d", n % 16);
    buf_clear(&s->body);
    house_ask(&s->h.a, &(struct ask){id, person, course, NULL, NULL}, &s->body);
    begin_fault(s, f);
    int status = post(s);
    end_fault(s, f);
    if (status != f->status)
        fail_msg("%s: %d instead of %d", f->name, status, f->status);
    expect_effects(s, f, status == 200 ? n : n - 1);
    for (int again = 0; again < 2; again++)
        assert_int_equal(post(s), 200);
    expect_effects(s, f, n);
}

static void fill(struct scene *s)
{
    char line[256];
    house_open(&s->h);
    house_fill(&s->h);
    for (int i = 0; i < 16; i++) {
        snprintf(line, sizeof(line),
            "{'type':'person','id':'p%d','name':'P','role':'worker'," BADGE "}", i);
        house_put(&s->h, "amber", "roster", line);
        snprintf(line, sizeof(line),
            "{'type':'course','id':'c%d','source':'s','title':'C','provider':'P','form':'online'}",
            i);
        house_put(&s->h, "", "s", line);
    }
    buf_init(&s->body, LIM_BODY);
    connect_admin(s);
}

static void no_fault_leaves_half_of_anything(void **unused)
{
    (void)unused;
    static struct scene s;
    int told = 0;
    fill(&s);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        for (int round = 0; round < ROUNDS; round++) {
            strike(&s, &faults[i]);
            told += faults[i].status == 503;
        }
    print_message("A-18: %zu faults x %d: %d answered 503, %d as if nothing had happened;"
                  " no half effect\n",
        sizeof(faults) / sizeof(faults[0]), ROUNDS, told, s.asks - told);
    PQfinish(s.admin);
    buf_release(&s.body);
    house_close(&s.h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_fault_leaves_half_of_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
