/* SPDX-License-Identifier: EUPL-1.2 */
/* The server on a real socket, with a client that keeps to no rules. */
#include "central_pins.h"
#include "served.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#define PATIENCE 20000 /* milliseconds until a test gives up */

/* A connection from 127.0.0.HOST. */
static int connect_from(const struct served *s, unsigned char host)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = {.sin_family = AF_INET}, there = own;
    own.sin_addr.s_addr = htonl(0x7F000000u | host);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(s->port);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof(there)), 0);
    return fd;
}

static void say(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* it closed on us, which the test will see */
        text += n;
        len -= (size_t)n;
    }
}

static void say_text(int fd, const char *text)
{
    say(fd, text, strlen(text));
}

/* Adds what comes next; 0 when the other side has closed. */
static ssize_t hear_some(int fd, struct buf *in)
{
    char chunk[4096];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, PATIENCE) <= 0)
        fail_msg("no answer");
    ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
    if (n > 0)
        buf_add(in, chunk, (size_t)n);
    return n < 0 ? 0 : n;
}

/* Hears one answer with its body; returns its status, or 0 when the connection was closed. */
static int hear(int fd, struct buf *in)
{
    buf_clear(in);
    for (;;) {
        char *end = strstr(in->p, "\r\n\r\n"), *length = strcasestr(in->p, "\r\nContent-Length: ");
        size_t body = length ? strtoul(length + 18, NULL, 10) : 0;
        if (end && in->len >= (size_t)(end - in->p) + 4 + body)
            break;
        if (hear_some(fd, in) == 0 && !end)
            return 0;
    }
    return (int)strtol(in->p + strlen("HTTP/1.1 "), NULL, 10);
}

static void answers_over_one_connection(void **unused)
{
    (void)unused;
    struct served s;
    struct buf in = BUF_INIT(2 * LIM_PAGE);
    serve(&s, LIM_PER_ADDRESS);
    int fd = connect_from(&s, 1);
    for (int i = 0; i < 3; i++) {
        say_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_int_equal(hear(fd, &in), 200);
        assert_non_null(strstr(in.p, "\r\nContent-Type: application/json\r\n"));
        assert_non_null(strstr(in.p, database_server_id(s.house.central.db)));
        assert_non_null(strstr(in.p, "\r\n\r\n{\"status\":\"ok\"}\n"));
    }
    say_text(fd,
        "GET /v1/feed?cursor= HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " TOKEN_A "\r\n\r\n");
    assert_int_equal(hear(fd, &in), 200);
    assert_non_null(strstr(in.p, "\r\nContent-Type: application/x-ndjson\r\n"));
    assert_non_null(strstr(in.p, "{\"end\":true,\"count\":11,"));
    char etag[LIM_CURSOR + 2], request[512];
    char *at = strcasestr(in.p, "\r\nETag: ") + 8;
    snprintf(etag, sizeof(etag), "%.*s", (int)strcspn(at, "\r"), at);
    snprintf(request, sizeof(request),
        "GET /v1/feed?cursor=%.*s HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n"
        "Authorization: Bearer " TOKEN_A "\r\n\r\n",
        (int)strlen(etag) - 2, etag + 1, etag);
    say_text(fd, request);
    assert_int_equal(hear(fd, &in), 304);
    assert_true(in.len < 1024);
    close(fd);
    buf_release(&in);
    stop(&s);
}

static void bodies_come_with_a_length(void **unused)
{
    (void)unused;
    static const struct ask ask = {"1", "anna", "mig", NULL, NULL};
    struct served s;
    struct buf in = BUF_INIT(LIM_PAGE), line = BUF_INIT(LIM_LINE), out = BUF_INIT(LIM_PAGE);
    serve(&s, LIM_PER_ADDRESS);
    int fd = connect_from(&s, 1);
    house_ask(&s.house.a, &ask, &line);
    static const char head[] =
        "POST /v1/journal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " TOKEN_A "\r\n";
    buf_printf(&out, "%sContent-Length: %zu\r\n\r\n%s", head, line.len, line.p);
    say(fd, out.p, out.len);
    assert_int_equal(hear(fd, &in), 200);
    assert_non_null(strstr(in.p, "\"verdict\":\"accepted\""));
    for (size_t i = 0; i < out.len; i++) /* byte by byte */
        say(fd, out.p + i, 1);
    assert_int_equal(hear(fd, &in), 200);
    assert_non_null(strstr(in.p, "\"verdict\":\"accepted\""));
    assert_int_equal(s.writer.counts.judged.again, 1);
    close(fd);
    buf_release(&in);
    buf_release(&line);
    buf_release(&out);
    stop(&s);
}

/* Sets a PIN at a kiosk whose clock is an hour late, and tells when that counts as done. */
static int64_t set_pin_late(struct served *s, const char *clock, int64_t *made_at)
{
    struct buf in = BUF_INIT(LIM_PAGE), line = BUF_INIT(LIM_LINE), out = BUF_INIT(LIM_PAGE);
    struct kept_pin pins[PINS_MAX];
    int count;
    *made_at = clock_now() - HOUR;
    OK(database_begin(s->house.central.db, &err));
    OK(pin_code_keep(
        s->house.central.db, &s->house.secrets, "amber", "anna", "4829130567", *made_at, &err));
    OK(database_commit(s->house.central.db, &err));
    act_add(&s->house, &s->house.a,
        &(struct act){
            TYPE_SET_PIN, "anna", .pin = PIN_ANNA, .secret = "4829130567", .at = *made_at},
        &line);
    *made_at = *made_at / 1000 * 1000; /* as the line says it */
    buf_printf(&out,
        "POST /v1/journal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " TOKEN_A "\r\n%s"
        "Content-Length: %zu\r\n\r\n%s",
        clock, line.len, line.p);
    int fd = connect_from(s, 1);
    say(fd, out.p, out.len);
    assert_int_equal(hear(fd, &in), 200);
    assert_non_null(strstr(in.p, "\"verdict\":\"accepted\""));
    close(fd);
    OK(database_pins(s->house.central.db, "amber", "anna", clock_now(), pins, &count, &err));
    buf_release(&in);
    buf_release(&line);
    buf_release(&out);
    return pins[0].set_at;
}

/* What a kiosk says of its clock puts its entries' times right; what is no time says nothing. */
static void a_late_clock_is_put_right(void **unused)
{
    (void)unused;
    static const char *const nonsense[] = {"", "Acht-Clock: soon\r\n", "Acht-Clock: -5\r\n",
        "Acht-Clock:\r\n", "Acht-Clock: 1e9\r\n", "Acht-Clock: 99999999999999999999\r\n"};
    struct served s;
    int64_t made_at;
    char clock[64];
    for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
        serve(&s, LIM_PER_ADDRESS);
        int64_t set_at = set_pin_late(&s, nonsense[i], &made_at);
        assert_int_equal(set_at, made_at);
        stop(&s);
    }
    serve(&s, LIM_PER_ADDRESS);
    snprintf(clock, sizeof(clock), "Acht-Clock: %lld\r\n", (long long)(clock_now() - HOUR));
    int64_t set_at = set_pin_late(&s, clock, &made_at);
    assert_in_range(set_at, made_at + HOUR - 10 * MINUTE, made_at + HOUR + 10 * MINUTE);
    stop(&s);
}

/* I-08: more sign-ins at once than may wait for their turn. Each is answered, with a verdict or
 * with when to come back; whoever is cut off while waiting leaves the turn to the next; and a
 * server that is told to stop while they wait ends. */
static void sign_ins_take_turns(void **unused)
{
    (void)unused;
    enum { MANY = 2 * LIM_SLOW };
    struct served s;
    int fd[MANY], status[600] = {0};
    struct buf in = BUF_INIT(LIM_PAGE), line = BUF_INIT(LIM_LINE), out = BUF_INIT(LIM_PAGE);
    serve(&s, LIM_PER_ADDRESS);
    house_pin(&s.house, "anna", PIN_ANNA, clock_now() - DAY);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++) {
            buf_clear(&line);
            buf_clear(&out);
            act_add(&s.house, &s.house.a,
                &(struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = clock_now()}, &line);
            buf_printf(&out,
                "POST /v1/journal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " TOKEN_A "\r\n"
                "Content-Length: %zu\r\n\r\n%s",
                line.len, line.p);
            fd[i] = connect_from(&s, 1);
            say(fd[i], out.p, out.len);
        }
        for (int i = 0; i < MANY; i++) {
            if (round == 0 || (round == 1 && i % 2))
                status[hear(fd[i], &in)]++;
            if (round < 2)
                close(fd[i]);
        }
    }
    print_message("%d judged, %d to come back\n", status[200], status[429]);
    assert_int_equal(status[200] + status[429], MANY + MANY / 2);
    assert_true(status[200] > 0);
    http_stop(s.server);
    for (int i = 0; i < MANY; i++)
        close(fd[i]);
    database_close(s.writer.db);
    house_close(&s.house);
    buf_release(&in);
    buf_release(&line);
    buf_release(&out);
}

#define TAIL "GET /healthz HTTP/1.1\r\nHost: x\r\n"

static void hostile_requests_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *before;
        char fill;
        int count;
        const char *after;
        int status; /* or 0: cut off */
    } cases[] = {
        {"GARBAGE\r\n\r\n", 0, 0, "", 0},
        {"GARBAGE / HTTP/1.1\r\nHost: x\r\n\r\n", 0, 0, "", 404},
        {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 0, 0, "", 505},
        {"GET / HTTP/1.1\r\n\r\n", 0, 0, "", 400}, /* no Host */
        {"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", 'a', 100000, "\r\n\r\n", 431},
        {"GET /", 'a', 600, " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET /", 'a', 100000, " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n", 0, 0, "", 413},
        {"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n", 'x', 5000, "",
            413},
        {TAIL "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 0, 0, "", 400},
        {TAIL "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 0, "", 400},
        {TAIL "Content-Length: +0\r\n\r\n", 0, 0, "", 400},
        {TAIL "Content-Length: 0x0\r\n\r\n", 0, 0, "", 400},
        {"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n", 'a',
            400000, "", 411},
    };
    struct served s;
    struct buf in = BUF_INIT(LIM_PAGE), out = BUF_INIT(LIM_PAGE);
    serve(&s, LIM_PER_ADDRESS);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int fd = connect_from(&s, 1);
        buf_clear(&out);
        buf_puts(&out, cases[i].before);
        for (int k = 0; k < cases[i].count; k++)
            buf_putc(&out, cases[i].fill);
        buf_puts(&out, cases[i].after);
        say(fd, out.p, out.len);
        int status = hear(fd, &in);
        if (status != cases[i].status)
            fail_msg("case %zu: %d: %s", i, status, in.p);
        close(fd);
    }
    int fd = connect_from(&s, 1);
    say_text(fd, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(hear(fd, &in), 200);
    close(fd);
    buf_release(&in);
    buf_release(&out);
    stop(&s);
}

/* Half a request from everywhere one address may call from; another address is served at once. */
static void slow_clients_hinder_nobody(void **unused)
{
    (void)unused;
    struct served s;
    struct buf in = BUF_INIT(LIM_PAGE);
    int slow[60];
    serve(&s, 20);
    for (size_t i = 0; i < 60; i++) {
        slow[i] = connect_from(&s, 1);
        say_text(slow[i], "POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n");
    }
    int64_t before = clock_monotonic();
    int fd = connect_from(&s, 2);
    say_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(hear(fd, &in), 200);
    assert_true(clock_monotonic() - before < 1000);
    close(fd);
    /* Their time is up: each is closed, and the address may call again. */
    before = clock_monotonic();
    http_tick(s.server, before + (LIM_SLOW_SECONDS + 1) * 1000);
    for (size_t i = 0; i < 60; i++) {
        while (hear_some(slow[i], &in) > 0)
            ;
        close(slow[i]);
    }
    assert_true(clock_monotonic() - before < LIM_IDLE_SECONDS * 1000 / 2);
    int status = 0;
    for (int tries = 0; status != 200 && tries < 1000; tries++) { /* until it has noticed */
        fd = connect_from(&s, 1);
        say_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        status = hear(fd, &in);
        close(fd);
    }
    assert_int_equal(status, 200);
    buf_release(&in);
    stop(&s);
}

static void a_tick_spares_who_is_in_time(void **unused)
{
    (void)unused;
    struct served s;
    struct buf in = BUF_INIT(LIM_PAGE);
    serve(&s, LIM_PER_ADDRESS);
    int fd = connect_from(&s, 1);
    say_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(hear(fd, &in), 200);
    http_tick(s.server, clock_monotonic() + 1000);
    say_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(hear(fd, &in), 200);
    close(fd);
    buf_release(&in);
    stop(&s);
}

/* U-07: one request that is never done keeps everybody from being served, though the process lives.
 * Here another writer of the database does not let go. */
static void a_request_that_hangs_is_noticed(void **unused)
{
    (void)unused;
    static const struct ask ask = {"1", "anna", "mig", NULL, NULL};
    const int64_t limit = 15000, later = 60 * 60 * INT64_C(1000);
    struct served s;
    struct database *other;
    struct buf in = BUF_INIT(LIM_PAGE), line = BUF_INIT(LIM_LINE), out = BUF_INIT(LIM_PAGE);
    serve(&s, LIM_PER_ADDRESS);
    assert_true(http_moves(s.server, clock_monotonic() + later, limit));
    OK(database_open(&other, s.house.where, &err));
    OK(database_begin(other, &err));
    int fd = connect_from(&s, 1);
    house_ask(&s.house.a, &ask, &line);
    buf_printf(&out,
        "POST /v1/journal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " TOKEN_A
        "\r\nContent-Length: %zu\r\n\r\n%s",
        line.len, line.p);
    say(fd, out.p, out.len);
    int64_t until = clock_monotonic() + PATIENCE;
    while (http_moves(s.server, clock_monotonic() + later, limit))
        assert_true(poll(NULL, 0, 1) == 0 && clock_monotonic() < until);
    assert_true(http_moves(s.server, clock_monotonic(), limit)); /* not yet too long */
    database_rollback(other);
    database_close(other);
    assert_int_not_equal(hear(fd, &in), 0);
    assert_true(http_moves(s.server, clock_monotonic() + later, limit));
    close(fd);
    buf_release(&in);
    buf_release(&line);
    buf_release(&out);
    stop(&s);
}

static void where_it_may_listen(void **unused)
{
    (void)unused;
    static const struct {
        const char *listen, *certificate, *key;
        enum err_code code;
    } cases[] = {
        {"0.0.0.0:0", NULL, NULL, ERR_CONFIG},
        {"[::]:0", NULL, NULL, ERR_CONFIG},
        {"127.0.0.1:0", "c.pem", NULL, ERR_CONFIG},
        {"127.0.0.1:0", NULL, "k.pem", ERR_CONFIG},
        {"127.0.0.1:0", "/nonexistent/c.pem", "/nonexistent/k.pem", ERR_CONFIG},
        {"localhost:80", NULL, NULL, ERR_USAGE},
        {"127.0.0.1", NULL, NULL, ERR_USAGE},
        {"127.0.0.1:", NULL, NULL, ERR_USAGE},
        {"127.0.0.1:99999", NULL, NULL, ERR_USAGE},
        {":80", NULL, NULL, ERR_USAGE},
        {"[]:80", NULL, NULL, ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct central central = {0};
        struct http_server *server;
        struct err err = {0};
        struct http_options options = {cases[i].listen, cases[i].certificate, cases[i].key, 20};
        assert_int_equal(http_start(&server, &central, &options, &err), -1);
        if (err.code != cases[i].code)
            fail_msg("%s: %s", cases[i].listen, err.msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_over_one_connection),
        cmocka_unit_test(bodies_come_with_a_length),
        cmocka_unit_test(a_late_clock_is_put_right),
        cmocka_unit_test(sign_ins_take_turns),
        cmocka_unit_test(hostile_requests_are_refused),
        cmocka_unit_test(slow_clients_hinder_nobody),
        cmocka_unit_test(a_tick_spares_who_is_in_time),
        cmocka_unit_test(a_request_that_hangs_is_noticed),
        cmocka_unit_test(where_it_may_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
