/* SPDX-License-Identifier: EUPL-1.2 */
/* whatever keeps the server from writing, /readyz says so with its cause, on a real socket,
 * and /healthz goes on answering. */
#include "central_house.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "central/clerk.h"
#include "central/http.h"
#include "central/schema.h"

#define PATIENCE 20000 /* milliseconds until a test gives up */

static struct served {
    struct house house;
    struct central writer;  /* the clerk's */
    struct database *other; /* another program's */
    struct http_server *server;
    uint16_t port;
} s;

/* broken: what is wrong with the writer's connection from the start; NULL: nothing. */
static void serve(const char *broken)
{
    house_open(&s.house);
    s.writer = s.house.central;
    OK(database_open(&s.writer.db, s.house.where, &err));
    OK(database_open(&s.other, s.house.where, &err));
    if (broken)
        OK(house_sql(s.writer.db, broken, &err));
    struct http_options options = {.listen = "127.0.0.1:0", .per_address = LIM_PER_ADDRESS};
    OK(clerk_start(&s.house.central.clerk, &s.writer, &err));
    OK(http_start(&s.server, &s.house.central, &options, &err));
    s.port = (uint16_t)strtol(strrchr(http_url(s.server), ':') + 1, NULL, 10);
}

static void stop(void)
{
    http_stop(s.server);
    database_close(s.other);
    database_close(s.writer.db);
    house_close(&s.house);
}

/* ---- a client ---- */

static int ask(const char *path)
{
    char text[100];
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(s.port)};
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof(there)), 0);
    int n = snprintf(
        text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
    return fd;
}

/* The whole answer; its status. While it does not come, the server's clock runs ahead by so much.
 */
static int hear(int fd, int64_t ahead, struct buf *in)
{
    char chunk[4096];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t until = clock_monotonic() + PATIENCE;
    ssize_t n = 1;
    buf_clear(in);
    while (n > 0) {
        http_tick(s.server, clock_monotonic() + ahead);
        if (clock_monotonic() > until)
            fail_msg("no answer");
        if (poll(&p, 1, 20) > 0 && (n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
            buf_add(in, chunk, (size_t)n);
    }
    close(fd);
    return (int)strtol(in->p + strlen("HTTP/1.1 "), NULL, 10);
}

static void expect(const char *path, int64_t ahead, int status, const char *says)
{
    struct buf in = BUF_INIT(LIM_PAGE);
    int got = hear(ask(path), ahead, &in);
    if (got != status || !strstr(in.p, says))
        fail_msg("%s: %s", path, in.p);
    buf_release(&in);
}

/* What is written to show that it can be written is the time: the same millisecond once more would
 * not be. */
static void expect_trouble(const char *says)
{
    int64_t now = clock_now();
    while (clock_now() == now)
        continue;
    int64_t began = clock_monotonic();
    expect("/readyz", 0, 503, says);
    print_message("A-20: in %lld ms: %s\n", (long long)(clock_monotonic() - began), says);
    expect("/healthz", 0, 200, "\"ok\"");
}

static void expect_ready(void)
{
    expect("/readyz", 0, 200, "\"ready\"");
}

/* ---- what may be wrong ---- */

static atomic_bool full;
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER; /* who holds it has stopped the disk */

/* What SQLite writes with: stands before the system's own. */
ssize_t pwrite64(int fd, const void *buf, size_t n, off64_t offset)
{
    pthread_mutex_lock(&disk);
    pthread_mutex_unlock(&disk);
    if (!full)
        return syscall(SYS_pwrite64, fd, buf, n, offset);
    errno = ENOSPC;
    return -1;
}

static void let_it_write(bool writes)
{
    if (house_is_postgres())
        house_postgres_open(writes);
    else
        full = !writes;
}

/* The other back end's disk is its own matter: there the database goes away. */
static void the_disk_is_full(void **unused)
{
    (void)unused;
    serve(NULL);
    expect_ready();
    let_it_write(false);
    expect_trouble(
        house_is_postgres() ? "the database does not answer" : "the disk of the database is full");
    let_it_write(true);
    expect_ready();
    stop();
}

static void it_can_only_be_read(void **unused)
{
    (void)unused;
    serve(
        house_is_postgres() ? "SET default_transaction_read_only = on" : "PRAGMA query_only = ON");
    expect_trouble("the database can only be read");
    stop();
}

/* As a newer version would. */
static void change_schema(bool to)
{
    char sql[100];
    int known = schema_sqlite[schema_sqlite_count - 1].version;
    if (house_is_postgres())
        snprintf(sql, sizeof(sql), "UPDATE schema_version SET version = %d WHERE version = %d",
            to ? 99 : known, to ? known : 99);
    else
        snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", to ? 99 : known);
    OK(database_begin(s.other, &err));
    OK(house_sql(s.other, sql, &err));
    OK(database_commit(s.other, &err));
}

static void another_program_changed_the_schema(void **unused)
{
    (void)unused;
    serve(NULL);
    expect_ready();
    change_schema(true);
    expect_trouble("the database has another schema than this version of acht-central");
    change_schema(false);
    expect_ready();
    stop();
}

/* The disk stops; or another program keeps the database. */
static void stick(void)
{
    if (house_is_postgres())
        OK(database_begin(s.other, &err));
    else
        pthread_mutex_lock(&disk);
}

static void unstick(void)
{
    if (house_is_postgres())
        database_rollback(s.other);
    else
        pthread_mutex_unlock(&disk);
}

/* Who asks hears of it after LIM_READY_SECONDS, by the server's own clock; several ask, and none
 * waits for what another began. */
static void the_writer_is_stuck(void **unused)
{
    (void)unused;
    struct buf in = BUF_INIT(LIM_PAGE);
    serve(NULL);
    expect_ready();
    stick();
    int64_t began = clock_monotonic();
    int first = ask("/readyz"), second = ask("/readyz");
    expect("/healthz", 0, 200, "\"ok\"");
    assert_int_equal(hear(first, LIM_READY_SECONDS * 1000, &in), 503);
    assert_non_null(strstr(in.p, "the writer is stuck"));
    assert_int_equal(hear(second, LIM_READY_SECONDS * 1000, &in), 503);
    print_message(
        "A-20: after %lld ms: the writer is stuck\n", (long long)(clock_monotonic() - began));
    unstick();
    expect_ready();
    buf_release(&in);
    stop();
}

/* Who still waits when the server ends is answered. */
static void nobody_is_left_waiting(void **unused)
{
    (void)unused;
    struct buf in = BUF_INIT(LIM_PAGE);
    char chunk[4096];
    ssize_t n;
    serve(NULL);
    OK(database_begin(s.other, &err));
    int fd = ask("/readyz");
    expect("/healthz", 0, 200, "\"ok\""); /* so that it was heard */
    stop();
    while ((n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
        buf_add(&in, chunk, (size_t)n);
    assert_non_null(strstr(in.p, "HTTP/1.1 503 "));
    close(fd);
    buf_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_disk_is_full),
        cmocka_unit_test(it_can_only_be_read),
        cmocka_unit_test(another_program_changed_the_schema),
        cmocka_unit_test(the_writer_is_stuck),
        cmocka_unit_test(nobody_is_left_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
