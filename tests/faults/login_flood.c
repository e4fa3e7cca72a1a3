/* SPDX-License-Identifier: EUPL-1.2 */
/* I-08: a thousand sign-ins at once, each with a right PIN, at a real server. Its memory and its
 * slow hashes are bounded, others are served meanwhile, who gets no answer is told when to come
 * back, and in the end every entry has exactly one verdict. What passes is counted; times are only
 * printed. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "central/people.h"
#include "central/pin.h"
#include "central/secrets.h"
#include "proto/proof.h"
#include "support/rig.h"

#define FLOOD 1000
#define PATIENCE 120000 /* milliseconds until the test gives up */
#define SERVER_THREADS 8
#define SERVER_KIB (300 * 1024)
#define PIN "483516"

static struct rig rig;
static struct enrolment kiosk;
static char person[LIM_ID], pin_key[LIM_SEAL];
static struct buf entries[FLOOD];

/* ---- before ---- */

static void keep_person(void *context, const char *company, const char *body)
{
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    (void)context, (void)company;
    if (record_from_json(body, strlen(body), &mem, &r, &err) == 0)
        str_copy(person, sizeof(person), r.id);
    arena_release(&mem);
}

static void give_pin(struct database *db, const struct secrets *s)
{
    char claim[DIGEST_HEX];
    struct err err = {0};
    struct kept_pin pin = {.set_at = clock_now() - 60000};
    pin_claim(s, PIN_SECRET, "acme", person, PIN, claim);
    if (slow_hash(claim, pin.hash, &err) < 0 || database_begin(db, &err) < 0 ||
        database_pin_put(db, "acme", person, &pin, clock_now(), &err) < 0 ||
        database_commit(db, &err) < 0)
        fail_msg("%s", err.msg);
}

static void open_for_a_moment(void)
{
    char path[RIG_PATH + 16];
    struct database *db;
    struct secrets secrets;
    struct err err = {0};
    snprintf(path, sizeof(path), "%s.secrets", rig.database);
    if (database_open(&db, rig.database, &err) < 0 || secrets_open(db, path, &secrets, &err) < 0 ||
        database_each(db, TYPE_PERSON, "acme", keep_person, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    give_pin(db, &secrets);
    str_copy(pin_key, sizeof(pin_key), secrets.keys.public_key);
    database_close(db);
}

/* Every one has an id and a seal of its own. */
static void make_entry(int i, struct buf *out)
{
    char id[UUID_TEXT];
    struct arena mem = {0};
    struct err err = {0};
    struct seal_keys visit;
    struct proof proof = {.pin = PIN};
    seal_keys_make(&visit);
    uuid7(clock_now(), id);
    struct entry e = {
        .id = id, .kiosk = kiosk.kiosk, .epoch = "e", .seq = i + 1, .made_at = clock_now()};
    record_init(&e.fields, TYPE_SIGN_IN);
    e.fields.id = id;
    record_set_text(&e.fields, SIGN_IN_person, person);
    record_set_text(&e.fields, SIGN_IN_key, visit.public_key);
    if (proof_seal(&proof, pin_key, &e, &mem, &err) < 0)
        fail_msg("%s", err.msg);
    buf_init(out, LIM_LINE);
    assert_int_equal(entry_to_json(&e, out), 0);
    buf_putc(out, '\n');
    arena_release(&mem);
}

static void serve_many(void)
{
    char listen[32];
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", rig.port);
    const char *const argv[] = {rig.central, "serve", "--database", rig.database, "--listen",
        listen, "--per-address", "512", "--kiosk-rate", "0", NULL};
    rig.server = rig_spawn(&rig, argv, -1);
}

static int set_up(void **unused)
{
    (void)unused;
    char data[RIG_PATH];
    struct err err = {0};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    rig_start(&rig, 3, 1);
    rig_enrol(&rig, "kiosk", rig.port, data);
    if (enrolment_load(data, &kiosk, &err) < 0)
        fail_msg("%s", err.msg);
    rig_kill_server(&rig);
    open_for_a_moment();
    for (int i = 0; i < FLOOD; i++)
        make_entry(i, &entries[i]);
    serve_many();
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    for (int i = 0; i < FLOOD; i++)
        buf_release(&entries[i]);
    rig_end(&rig);
    return 0;
}

/* ---- connections ---- */

struct talk {
    int fd;
    struct buf out, in;
    size_t said;
    int status;    /* of the answer; 0: none yet; -1: cut off without one */
    int64_t began; /* when it was asked */
};

static int connect_now(bool wait)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rig.port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0);
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    return fd;
}

static void talk_about(struct talk *t, const char *path, const char *body, size_t len)
{
    buf_clear(&t->out);
    buf_clear(&t->in);
    buf_printf(&t->out, "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n",
        body ? "POST" : "GET", path, kiosk.token);
    if (body)
        buf_printf(&t->out, "Content-Length: %zu\r\n", len);
    buf_puts(&t->out, "\r\n");
    buf_add(&t->out, body ? body : "", len);
    t->said = 0;
    t->status = 0;
    t->began = clock_monotonic();
}

static void talk_open(struct talk *t, int fd)
{
    *t = (struct talk){.fd = fd};
    buf_init(&t->out, LIM_BODY + 1024);
    buf_init(&t->in, LIM_PAGE);
}

static void talk_close(struct talk *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
    buf_release(&t->out);
    buf_release(&t->in);
}

/* Whether the answer is whole: its head and as many bytes as that says. */
static bool is_whole(const struct buf *in)
{
    const char *end = in->len ? strstr(in->p, "\r\n\r\n") : NULL;
    const char *length = end ? strcasestr(in->p, "\r\nContent-Length: ") : NULL;
    return length && in->len >= (size_t)(end + 4 - in->p) + strtoul(length + 18, NULL, 10);
}

static void hear(struct talk *t)
{
    char chunk[16384];
    ssize_t n = recv(t->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
    if (n > 0)
        buf_add(&t->in, chunk, (size_t)n);
    if (is_whole(&t->in))
        t->status = (int)strtol(t->in.p + strlen("HTTP/1.1 "), NULL, 10);
    else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        t->status = -1;
}

static void talk_on(struct talk *t, short events)
{
    if (events & POLLOUT) {
        ssize_t n =
            send(t->fd, t->out.p + t->said, t->out.len - t->said, MSG_NOSIGNAL | MSG_DONTWAIT);
        t->said += n > 0 ? (size_t)n : 0;
        if (n < 0 && errno != EAGAIN)
            t->status = -1;
    }
    if (events & (POLLIN | POLLHUP | POLLERR))
        hear(t);
}

static void poll_for(const struct talk *t, struct pollfd *p)
{
    *p = (struct pollfd){.fd = t->status == 0 ? t->fd : -1, .events = POLLIN};
    if (t->said < t->out.len)
        p->events |= POLLOUT;
}

/* ---- the flood, and somebody else meanwhile ---- */

struct flood {
    struct talk talk[FLOOD], other;
    struct pollfd polls[FLOOD + 1];
    int64_t took[100000]; /* by the other's requests */
    int others, judged, busy, cut, without_time, open;
};

static void count_one(struct flood *f, struct talk *t)
{
    f->judged += t->status == 200;
    f->busy += t->status == 429;
    f->without_time += t->status == 429 && !strcasestr(t->in.p, "\r\nRetry-After: ");
    f->cut += t->status == -1;
    if (t->status != 200 && t->status != 429 && t->status != -1)
        fail_msg("an answer with %d", t->status);
    talk_close(t);
    f->open--;
}

/* In turns: is it alive, and what is new. */
static void ask_other(struct flood *f)
{
    talk_about(&f->other, f->others % 2 ? "/v1/feed?cursor=" : "/healthz", NULL, 0);
}

static void count_other(struct flood *f)
{
    if (f->other.status != 200)
        fail_msg("the other is answered with %d after %lld ms, %d before; %d judged, %d busy, %d "
                 "cut, %d open",
            f->other.status, (long long)(clock_monotonic() - f->other.began), f->others, f->judged,
            f->busy, f->cut, f->open);
    assert_true((size_t)f->others < sizeof(f->took) / sizeof(f->took[0]));
    f->took[f->others++] = clock_monotonic() - f->other.began;
    ask_other(f);
}

static void flood_turn(struct flood *f)
{
    for (int i = 0; i < FLOOD; i++)
        poll_for(&f->talk[i], &f->polls[i]);
    poll_for(&f->other, &f->polls[FLOOD]);
    assert_true(poll(f->polls, FLOOD + 1, PATIENCE) > 0);
    for (int i = 0; i < FLOOD; i++) {
        struct talk *t = &f->talk[i];
        if (t->fd < 0 || !f->polls[i].revents)
            continue;
        talk_on(t, f->polls[i].revents);
        if (t->status != 0)
            count_one(f, t);
    }
    talk_on(&f->other, f->polls[FLOOD].revents);
    if (f->other.status != 0)
        count_other(f);
}

static int wait_for_server(void)
{
    int fd;
    int64_t until = clock_monotonic() + PATIENCE;
    while ((fd = connect_now(true)) < 0 && clock_monotonic() < until)
        poll(NULL, 0, 2);
    assert_true(fd >= 0);
    return fd;
}

static void run_flood(struct flood *f)
{
    talk_open(&f->other, wait_for_server());
    ask_other(f);
    for (int i = 0; i < FLOOD; i++) {
        talk_open(&f->talk[i], connect_now(false));
        talk_about(&f->talk[i], "/v1/journal", entries[i].p, entries[i].len);
        f->open++;
    }
    while (f->open > 0)
        flood_turn(f);
}

/* ---- what the server says of itself ---- */

static long of_process(const char *name)
{
    char path[64];
    struct buf text = BUF_INIT(1 << 16);
    struct err err = {0};
    snprintf(path, sizeof(path), "/proc/%d/status", (int)rig.server);
    assert_int_equal(buf_read_file(&text, path, &err), 0);
    const char *at = strstr(text.p, name);
    assert_non_null(at);
    long n = strtol(at + strlen(name), NULL, 10);
    buf_release(&text);
    return n;
}

/* One request and its whole answer, in t->in. */
static int ask_once(struct talk *t, const char *path, const char *body, size_t len)
{
    talk_open(t, connect_now(true));
    talk_about(t, path, body, len);
    while (t->status == 0) {
        struct pollfd p;
        poll_for(t, &p);
        assert_true(poll(&p, 1, PATIENCE) > 0);
        talk_on(t, p.revents);
    }
    return t->status;
}

static long metric(const char *name)
{
    struct talk t;
    assert_int_equal(ask_once(&t, "/metrics", NULL, 0), 200);
    const char *at = strstr(t.in.p, name);
    assert_non_null(at);
    long n = strtol(at + strlen(name), NULL, 10);
    talk_close(&t);
    return n;
}

/* ---- the test ---- */

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static struct flood flood;

static void a_flood_is_bounded(void **unused)
{
    (void)unused;
    int64_t began = clock_monotonic();
    run_flood(&flood);
    int64_t took = clock_monotonic() - began;
    long hashes = metric("\nacht_pin_hashes_total "), threads = of_process("\nThreads:");
    long peak = of_process("\nVmHWM:");
    qsort(flood.took, (size_t)flood.others, sizeof(flood.took[0]), by_time);
    print_message("%d sign-ins in %lld ms: %d judged, %d told to come back (429), %d cut off\n",
        FLOOD, (long long)took, flood.judged, flood.busy, flood.cut);
    print_message("%ld slow hashes, %ld threads, at most %ld KiB\n", hashes, threads, peak);
    print_message("%d other requests: p50 %lld ms, p99 %lld ms, worst %lld ms\n", flood.others,
        (long long)flood.took[flood.others / 2], (long long)flood.took[flood.others * 99 / 100],
        (long long)flood.took[flood.others - 1]);
    assert_int_equal(flood.judged + flood.busy + flood.cut, FLOOD);
    assert_int_equal(flood.without_time, 0);
    assert_true(flood.busy > 0 && flood.judged > 0);
    assert_int_equal(hashes, flood.judged);
    assert_true(threads <= SERVER_THREADS); /* so no more hashes are made at once */
    assert_true(peak < SERVER_KIB);
    assert_true(flood.others > 0);
    talk_close(&flood.other);
}

/* Sends up to so many entries from there on; returns how many of them got a verdict. */
static int send_again(int at, int most)
{
    struct talk t;
    struct buf body = BUF_INIT(LIM_BODY);
    int verdicts = 0;
    for (int i = at; i < FLOOD && i < at + most; i++)
        buf_add(&body, entries[i].p, entries[i].len);
    int status = ask_once(&t, "/v1/journal", body.p, body.len);
    assert_true(status == 200 || status == 429);
    for (const char *v = t.in.p; status == 200 && (v = strstr(v, "\"verdict\":\"accepted\"")); v++)
        verdicts++;
    talk_close(&t);
    buf_release(&body);
    return verdicts;
}

/* All of them once more, as a kiosk does until each has its verdict. */
static void nothing_of_it_is_lost(void **unused)
{
    (void)unused;
    int64_t until = clock_monotonic() + PATIENCE;
    assert_int_equal(metric("\nacht_entries_total{verdict=\"accepted\"} "), flood.judged);
    for (int at = 0; at < FLOOD; assert_true(clock_monotonic() < until))
        at += send_again(at, 100);
    assert_int_equal(metric("\nacht_entries_again_total "), flood.judged);
    assert_int_equal(metric("\nacht_entries_total{verdict=\"accepted\"} "), FLOOD + flood.judged);
    assert_int_equal(metric("\nacht_entries_total{verdict=\"refused\"} "), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_is_bounded),
        cmocka_unit_test(nothing_of_it_is_lost),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
