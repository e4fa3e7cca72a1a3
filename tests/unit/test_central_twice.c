/* SPDX-License-Identifier: EUPL-1.2 */
/* Several processes on one database: the same batch from two at the same moment has one effect
 * (S-03), and whoever reads the feed while four write misses nothing (S-04). */
#include "central_house.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
    BATCHES = 100,
    ENTRIES = 100,
    WRITERS = 4,
    CHANGES = 400, /* of each */
    ALL_CHANGES = WRITERS * CHANGES,
};

/* What the processes share. */
struct shared {
    pthread_barrier_t start;
    struct judge_counts judged[2];
    char digest[2][DIGEST_HEX]; /* of all verdicts */
    int tried_again[2];
    volatile int ended;
};

static struct shared *share(unsigned processes)
{
    struct shared *s =
        mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_barrierattr_t attributes;
    assert_true(s != MAP_FAILED);
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&s->start, &attributes, processes);
    return s;
}

static void must(int rc, const struct err *err)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "in a process of its own: %s\n", err->msg);
    _exit(1);
}

static void expect_ended(int count)
{
    for (int i = 0; i < count; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

static int64_t number(struct house *h, const char *sql)
{
    struct sql_stmt *s = sql_stmt_made(h->central.db->sql, sql);
    struct err err = {0};
    if (sql_step(s, &err) != 1)
        fail_msg("%s: %s", sql, err.msg);
    int64_t n = sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

/* ---- S-03 ---- */

static int batches(void)
{
    return getenv("ACHT_LONG") ? BATCHES : BATCHES / house_every(20);
}

static void put_world(struct house *h)
{
    OK(database_begin(h->central.db, &err));
    h->central.db->grouped = true; /* house_put() has a transaction each */
    for (int i = 0; i < batches(); i++) {
        char line[256];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'p%d','name':'P','role':'worker'," BADGE "}", i);
        house_put(h, "amber", "roster", line);
    }
    for (int i = 0; i < ENTRIES; i++) {
        char line[256];
        snprintf(line, sizeof(line),
            "{'type':'course','id':'c%d','source':'s','title':'C','provider':'P','form':'online'}",
            i);
        house_put(h, "", "s", line);
    }
    h->central.db->grouped = false;
    OK(database_commit(h->central.db, &err));
}

static void make_batch(const struct house *h, int batch, struct buf *body)
{
    buf_clear(body);
    for (int i = 0; i < ENTRIES; i++) {
        char id[16], person[16], course[16];
        snprintf(id, sizeof(id), "%d", batch * ENTRIES + i + 1);
        snprintf(person, sizeof(person), "p%d", batch);
        snprintf(course, sizeof(course), "c%d", i);
        house_ask(&h->a, &(struct ask){id, person, course, NULL, NULL}, body);
    }
}

/* Sends each batch when the other is about to, until it is answered. */
static void send_all(const struct house *h, struct shared *shared, int me)
{
    struct house own = {.secrets = h->secrets};
    struct err err = {0};
    struct buf body = BUF_INIT(LIM_BODY), verdicts = BUF_INIT(64 * 1024 * 1024);
    own.central.secrets = &own.secrets;
    must(database_open(&own.central.db, h->where, &err), &err);
    for (int i = 0; i < batches(); i++) {
        struct http_response rs;
        make_batch(h, i, &body);
        pthread_barrier_wait(&shared->start);
        while (house_post(&own, "/v1/journal", TOKEN_A, body.p, body.len, &rs) == 503) {
            response_release(&rs);
            shared->tried_again[me]++;
        }
        if (rs.status != 200 || buf_puts(&verdicts, rs.body.p) < 0)
            _exit(1);
        response_release(&rs);
    }
    shared->judged[me] = own.central.counts.judged;
    sha256_hex(verdicts.p, verdicts.len, shared->digest[me]);
    database_close(own.central.db);
    _exit(0);
}

static void the_same_from_two_at_once_counts_once(void **unused)
{
    (void)unused;
    struct house h;
    struct shared *shared = share(2);
    int64_t ops = 2 * (int64_t)batches() * ENTRIES;
    house_open(&h);
    house_fill(&h);
    put_world(&h);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            send_all(&h, shared, i);
    expect_ended(2);
    int64_t accepted = 0, again = 0;
    for (int i = 0; i < 2; i++) {
        accepted += shared->judged[i].by_kind[VERDICT_accepted];
        again += shared->judged[i].again;
    }
    print_message("S-03: %lld operations, %lld answered from what was there, %d asked once more\n",
        (long long)ops, (long long)again, shared->tried_again[0] + shared->tried_again[1]);
    assert_int_equal(accepted, ops);
    assert_int_equal(again, ops / 2);
    assert_string_equal(shared->digest[0], shared->digest[1]);
    assert_int_equal(number(&h, "SELECT count(*) FROM entry"), ops / 2);
    assert_int_equal(number(&h, "SELECT count(*) FROM request"), ops / 2);
    assert_int_equal(number(&h, "SELECT count(*) FROM step"), ops / 2);
    assert_int_equal(number(&h, "SELECT count(*) FROM audit WHERE event = 'asked'"), ops / 2);
    munmap(shared, sizeof(*shared));
    house_close(&h);
}

/* ---- S-04 ---- */

static uint64_t random_below(uint64_t *state, uint64_t limit)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state >> 33) % limit;
}

static uint64_t seed(void)
{
    const char *given = getenv("ACHT_SEED");
    return given ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
}

/* Each change waits for a while that nobody knows between its number and its commit. */
static void write_all(const struct house *h, struct shared *shared, int me, uint64_t state)
{
    struct database *db;
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    enum put_result result;
    state += (uint64_t)me;
    must(database_open(&db, h->where, &err), &err);
    pthread_barrier_wait(&shared->start);
    for (int i = 0; i < CHANGES; i++) {
        char line[160];
        snprintf(line, sizeof(line),
            "{\"type\":\"course\",\"id\":\"w%d-%d\",\"source\":\"s\",\"title\":\"C\","
            "\"provider\":\"P\",\"form\":\"online\"}",
            me, i);
        must(record_from_json(line, strlen(line), &mem, &r, &err), &err);
        while (database_begin(db, &err) < 0)
            if (err.code != ERR_BUSY)
                must(-1, &err);
        must(database_put(db, "", "s", &r, false, &result, &err), &err);
        for (uint64_t n = random_below(&state, 30); n > 0; n--)
            sched_yield();
        must(database_commit(db, &err), &err);
    }
    database_close(db);
    __atomic_add_fetch(&shared->ended, 1, __ATOMIC_SEQ_CST);
    _exit(0);
}

static void mark(const struct buf *lines, bool seen[WRITERS][CHANGES], int *count)
{
    for (const char *at = lines->p; at && (at = strstr(at, "\"id\":\"w")); at++) {
        int writer = at[7] - '0';
        long change = strtol(at + 9, NULL, 10);
        *count += !seen[writer][change];
        seen[writer][change] = true;
    }
}

static void who_reads_while_four_write_misses_nothing(void **unused)
{
    (void)unused;
    static bool seen[WRITERS][CHANGES];
    struct house h;
    struct shared *shared = share(WRITERS + 1);
    struct buf lines = BUF_INIT(LIM_PAGE);
    uint64_t state = seed();
    int count = 0, polls = 0, partly = 0;
    bool all = false, before;
    house_open(&h);
    house_fill(&h);
    struct feed_page page = {0};
    for (int i = 0; i < WRITERS; i++)
        if (fork() == 0)
            write_all(&h, shared, i, state);
    pthread_barrier_wait(&shared->start);
    memset(seen, 0, sizeof(seen));
    do {
        before = all;
        all = shared->ended == WRITERS;
        buf_clear(&lines);
        page = (struct feed_page){.after = page.last};
        OK(database_feed(h.central.db, "amber", &page, &lines, &err));
        mark(&lines, seen, &count);
        polls++;
        partly += page.count > 0 && !all;
    } while (!before || page.more);
    expect_ended(WRITERS);
    print_message("S-04: ACHT_SEED=%llu, %d changes by %d writers, %d polls, %d of them in between:"
                  " %d missed\n",
        (unsigned long long)state, ALL_CHANGES, WRITERS, polls, partly, ALL_CHANGES - count);
    assert_int_equal(count, ALL_CHANGES);
    buf_release(&lines);
    munmap(shared, sizeof(*shared));
    house_close(&h);
}

/* The control: the same with the numbers of a sequence, which are given before the commit and
 * without waiting for each other. */
static void a_sequence_misses_some(void **unused)
{
    (void)unused;
    PGconn *writer[WRITERS], *reader;
    bool open[WRITERS] = {false};
    char text[24], sql[80];
    uint64_t state = seed();
    int64_t last = 0, got = 0, read;
    if (!house_is_postgres()) /* a file has one writer at a time */
        skip();
    reader = house_superuser(house_database());
    house_do(reader, "CREATE TABLE late (n bigserial)", NULL, 0);
    for (int i = 0; i < WRITERS; i++)
        writer[i] = house_superuser(house_database());
    for (int begun = 0, ended = 0; ended < ALL_CHANGES;) {
        int i = (int)random_below(&state, WRITERS);
        if (!open[i] && begun == ALL_CHANGES)
            continue;
        begun += !open[i];
        ended += open[i];
        house_do(writer[i], open[i] ? "COMMIT" : "BEGIN; INSERT INTO late DEFAULT VALUES", NULL, 0);
        open[i] = !open[i];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM late WHERE n > %lld", (long long)last);
        house_do(reader, sql, text, sizeof(text));
        read = strtoll(text, NULL, 10);
        got += read;
        house_do(reader, "SELECT coalesce(max(n), 0) FROM late", text, sizeof(text));
        last = strtoll(text, NULL, 10);
    }
    print_message("S-04, the control: a sequence: %lld of %d missed\n",
        (long long)(ALL_CHANGES - got), ALL_CHANGES);
    assert_true(got < ALL_CHANGES);
    house_do(reader, "DROP TABLE late", NULL, 0);
    PQfinish(reader);
    for (int i = 0; i < WRITERS; i++)
        PQfinish(writer[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_from_two_at_once_counts_once),
        cmocka_unit_test(who_reads_while_four_write_misses_nothing),
        cmocka_unit_test(a_sequence_misses_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
