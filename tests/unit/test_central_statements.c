/* SPDX-License-Identifier: EUPL-1.2 */
/* What an ask costs on PostgreSQL: statements, and how often the server waits for their answers.
 * Counted and printed, not judged, but for what would be a gross fault. */
#include "court_house.h"

/* The linker puts these in the place of libpq's (tests.mk). */
int __real_PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values,
    const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values,
    const int *lengths, const int *formats, int format);
int __real_PQsendFlushRequest(PGconn *conn);
int __wrap_PQsendFlushRequest(PGconn *conn);
int __real_PQpipelineSync(PGconn *conn);
int __wrap_PQpipelineSync(PGconn *conn);

static int statements, waits;

int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values,
    const int *lengths, const int *formats, int format)
{
    statements++;
    return __real_PQsendQueryPrepared(conn, name, count, values, lengths, formats, format);
}

int __wrap_PQsendFlushRequest(PGconn *conn)
{
    waits++;
    return __real_PQsendFlushRequest(conn);
}

int __wrap_PQpipelineSync(PGconn *conn)
{
    waits++;
    return __real_PQpipelineSync(conn);
}

enum { ASKS = 20 };

/* So many asks of one batch, each of somebody else or for something else. */
static void ask(struct house *h, int first, int count, const char *run)
{
    static const char *const people[] = {"wim", "wil", "eva", "sam", "anna"};
    struct buf body = BUF_INIT(LIM_BODY);
    struct http_response rs;
    for (int i = first; i < first + count; i++) {
        char id[16];
        snprintf(id, sizeof(id), "%d", i);
        const struct ask a = {id, people[i % 5], i % 2 ? "mig" : "tig", run, NULL};
        house_ask(&h->a, &a, &body);
    }
    statements = waits = 0;
    assert_int_equal(house_post(h, "/v1/journal", TOKEN_A, body.p, body.len, &rs), 200);
    assert_null(strstr(rs.body.p, "refused"));
    response_release(&rs);
    buf_release(&body);
}

static void statements_of_an_ask(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    court_fill(&h);
    ask(&h, 1, 5, NULL); /* what is prepared once */
    ask(&h, 10, 1, NULL);
    int one = statements, one_waits = waits;
    ask(&h, 20, ASKS, NULL);
    print_message("a request with 1 ask: %d statements, %d waits; each of %d: %.1f and %.1f\n", one,
        one_waits, ASKS, (double)statements / ASKS, (double)waits / ASKS);
    assert_true(statements / ASKS < 100);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(statements_of_an_ask)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
