/* SPDX-License-Identifier: EUPL-1.2 */
/* S-14 to S-17: over TLS a kiosk talks to its own server only, tells a wrong certificate from a
 * wrong clock and from a network that wants a login, and nothing in its environment changes that.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "store/store.h"
#include "support/rig.h"
#include "sync/engine.h"
#include "sync/transport_curl.h"

static struct rig rig;
static char data[RIG_PATH];
static struct enrolment enrolment;

static int set_up(void **unused)
{
    (void)unused;
    struct err err = {0};
    rig_start(&rig, 3, 3);
    rig_enrol(&rig, "kiosk", rig.port, data);
    return enrolment_load(data, &enrolment, &err);
}

static int tear_down(void **unused)
{
    (void)unused;
    rig_end(&rig);
    return 0;
}

/* ca: a name in tests/support/tls; "": the system's. */
static void trust(const char *ca)
{
    struct err err = {0};
    char here[RIG_PATH];
    assert_non_null(getcwd(here, sizeof(here)));
    snprintf(enrolment.server, sizeof(enrolment.server), "https://127.0.0.1:%d", rig.port);
    snprintf(enrolment.ca, sizeof(enrolment.ca), "%s/" RIG_TLS "/%s", here, ca);
    if (!*ca)
        enrolment.ca[0] = '\0';
    assert_int_equal(enrolment_save(data, &enrolment, &err), 0);
}

static void present(const char *certificate)
{
    rig_kill_server(&rig);
    rig.certificate = certificate;
    rig.key = strcmp(certificate, "next.pem") == 0 ? "next-test-only.key" : NULL;
    rig_serve(&rig);
}

static void read_cause(char cause[LIM_ID])
{
    struct store *s;
    struct store_status status;
    struct err err = {0};
    if (store_open(&s, data, rig.share, STORE_KIOSK, NULL, &err) < 0 ||
        store_status(s, &status, &err) < 0)
        fail_msg("%s", err.msg);
    memcpy(cause, status.cause, LIM_ID);
    store_close(s);
}

static void certificates_are_told_apart(void **unused)
{
    (void)unused;
    static const struct {
        const char *certificate, *ca, *cause;
        int code;
    } cases[] = {
        {"good.pem", "good.pem", "ok", 0},
        {"good.pem", "other.pem", "certificate", 75},
        {"good.pem", "", "portal", 75}, /* signed by itself, where only the public ones count */
        {"good.pem", "missing.pem", "certificate", 75},
        {"other.pem", "other.pem", "portal", 75}, /* another name */
        {"past.pem", "past.pem", "certificate", 75},
        {"future.pem", "future.pem", "clock", 75},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char cause[LIM_ID];
        present(cases[i].certificate);
        trust(cases[i].ca);
        int code =
            rig_run(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, NULL);
        read_cause(cause);
        if (code != cases[i].code || strcmp(cause, cases[i].cause) != 0)
            fail_msg("%s trusting %s: %d, %s", cases[i].certificate, cases[i].ca, code, cause);
    }
}

static int sync_once(char cause[LIM_ID])
{
    int code = rig_run(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, NULL);
    read_cause(cause);
    return code;
}

#define PIN_OF_GOOD "sha256//LTfyfBejDCHGbeJhZQJV4OGDv9p9XXiwOvCK+GXKLic="
#define PIN_OF_NEXT "sha256//vHUeElG5w8cI2rYMEiNDcYIaCgLZ0yCr/O9XSR1zhy4="

/* S-14, S-16: a certificate that is trusted is not enough where keys are pinned; and a server gets
 * a new key without a sync that fails. */
static void pinned_keys_are_asked_for(void **unused)
{
    (void)unused;
    static const struct {
        const char *certificate, *pins, *cause;
        int code;
    } cases[] = {
        {"good.pem", "", "ok", 0},
        {"good.pem", PIN_OF_NEXT, "intercepted", 75},
        {"next.pem", PIN_OF_GOOD, "intercepted", 75},
        {"good.pem", PIN_OF_GOOD ";" PIN_OF_NEXT, "ok", 0},
        {"next.pem", PIN_OF_GOOD ";" PIN_OF_NEXT, "ok", 0},
        {"next.pem", PIN_OF_NEXT, "ok", 0},
        {"next.pem", "sha256//nonsense", "ok", 78}, /* said, not synced: the cause stays */
        {"next.pem", PIN_OF_NEXT ";", "ok", 78},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char cause[LIM_ID];
        present(cases[i].certificate);
        str_copy(enrolment.pins, sizeof(enrolment.pins), cases[i].pins);
        trust(cases[i].certificate);
        int code = sync_once(cause);
        if (code != cases[i].code || strcmp(cause, cases[i].cause) != 0)
            fail_msg("%s pinned to %s: %d, %s", cases[i].certificate, cases[i].pins, code, cause);
    }
    enrolment.pins[0] = '\0';
}

/* ---- servers that are none ---- */

static int listen_here(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

/* Answers whatever comes, and says how often the token was in it. */
static int tokens_told(int listener, const char *answer, size_t len, pid_t client)
{
    int told = 0;
    struct pollfd p = {listener, POLLIN, 0};
    for (int status; waitpid(client, &status, WNOHANG) == 0;) {
        static char heard[1 << 16];
        if (poll(&p, 1, 50) <= 0)
            continue;
        int fd = accept(listener, NULL, NULL);
        ssize_t n = recv(fd, heard, sizeof(heard), 0);
        told += n > 0 && memmem(heard, (size_t)n, enrolment.token, 16) != NULL;
        if (len > 0)
            (void)!send(fd, answer, len, MSG_NOSIGNAL);
        close(fd);
    }
    return told;
}

/* S-15: no TLS at all, only an old one, or a way down to http: the token is told to nobody. */
static void without_tls_the_token_is_not_told(void **unused)
{
    (void)unused;
    /* The hello of a server that knows TLS 1.1 only. */
    static const char old[] =
        "\x16\3\2\0\x2a\2\0\0\x26\3\2rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\0\0\x2f";
    static const char down[] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n";
    static const struct {
        const char *answer;
        size_t len;
    } answers[] = {{"", 0}, {old, sizeof(old)}, {down, sizeof(down) - 1}};
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        int port, listener = listen_here(&port), real = rig.port;
        char cause[LIM_ID];
        rig.port = port;
        trust("good.pem");
        rig.port = real;
        pid_t pid =
            rig_spawn(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, -1);
        assert_int_equal(tokens_told(listener, answers[i].answer, answers[i].len, pid), 0);
        close(listener);
        read_cause(cause);
        assert_string_equal(cause, "no_network");
    }
}

/* ---- S-08 ---- */

/* Moves at most so many bytes of what has come; 0 when there are no more. */
static long move(int from, int to, long most)
{
    char chunk[4096];
    size_t room = most < (long)sizeof(chunk) ? (size_t)most : sizeof(chunk);
    ssize_t n = recv(from, chunk, room, 0);
    return n > 0 && send(to, chunk, (size_t)n, MSG_NOSIGNAL) == n ? n : 0;
}

static int connect_here(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ? -1 : fd;
}

/* Hands on to the server, and so many bytes of what it says; then it hangs up, in the middle of
 * TLS. */
static void cut_after(int listener, int server_port, long bytes)
{
    int client = accept(listener, NULL, NULL), server = connect_here(server_port);
    struct pollfd p[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    bool open = server >= 0;
    while (open && bytes > 0 && poll(p, 2, -1) > 0) {
        if (p[0].revents)
            open = move(client, server, LIM_PAGE) > 0;
        if (open && p[1].revents) {
            long n = move(server, client, bytes);
            open = n > 0;
            bytes -= n;
        }
    }
    _exit(server < 0);
}

static struct sync_result sync_through(
    struct store *s, const struct enrolment *e, int real, long bytes)
{
    struct transport *t;
    struct sync_result result;
    struct err err = {0};
    struct enrolment through = *e;
    int port, listener = listen_here(&port);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        cut_after(listener, real, bytes);
    close(listener);
    snprintf(through.server, sizeof(through.server), "https://127.0.0.1:%d", port);
    assert_int_equal(transport_curl_open(&t, through.server, e->ca, e->token, -1, &err), 0);
    (void)!sync_run(s, &through, t, false, &result, &err);
    transport_curl_close(t);
    assert_int_equal(rig_wait(pid), 0);
    return result;
}

/* Without close_notify: whatever libcurl makes of it, the page is not applied before it is whole.
 */
static void tls_that_is_cut_off_brings_nothing(void **unused)
{
    (void)unused;
    char dir[RIG_PATH];
    struct store *s;
    struct err err = {0};
    long cuts = 0, bytes = 0;
    long step = getenv("ACHT_LONG") ? 1 : 53;
    present("good.pem");
    trust("good.pem");
    snprintf(dir, sizeof(dir), "%.200s/cut", rig.dir);
    assert_int_equal(store_open(&s, dir, rig.share, STORE_SYNC, NULL, &err), 0);
    for (;; bytes += step, cuts++) {
        struct store_status status;
        struct sync_result r = sync_through(s, &enrolment, rig.port, bytes);
        assert_int_equal(store_status(s, &status, &err), 0);
        if (r.cause == CAUSE_ok && status.courses == 3)
            break;
        if (r.cause != CAUSE_no_network || status.courses != 0 || bytes > 100000)
            fail_msg("cut after %ld bytes: cause %d, %d courses", bytes, (int)r.cause,
                (int)status.courses);
    }
    print_message("%ld cuts in %ld bytes of TLS, nothing applied\n", cuts, bytes);
    assert_true(cuts > 20);
    store_close(s);
}

/* ---- S-17 ---- */

#define ENVIRONMENT 10
static char environment[ENVIRONMENT][2][RIG_PATH];

static void poison_environment(int proxy_port)
{
    static const char *const names[ENVIRONMENT] = {"https_proxy", "HTTPS_PROXY", "ALL_PROXY",
        "http_proxy", "SSLKEYLOGFILE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "OPENSSL_CONF", "HOME",
        "NETRC"};
    for (int i = 0; i < ENVIRONMENT; i++) {
        str_copy(environment[i][0], RIG_PATH, names[i]);
        snprintf(
            environment[i][1], RIG_PATH, i < 4 ? "http://127.0.0.1:%d" : "/nowhere/%d", proxy_port);
    }
    snprintf(environment[4][1], RIG_PATH, "%.200s/keylog", rig.dir);
    snprintf(environment[8][1], RIG_PATH, "%.200s", rig.dir);
    for (int i = 0; i < ENVIRONMENT; i++)
        setenv(environment[i][0], environment[i][1], 1);
    char path[RIG_PATH];
    snprintf(path, sizeof(path), "%.200s/.netrc", rig.dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "machine 127.0.0.1 login me password secret\n");
    fclose(f);
}

static void clean_environment(void)
{
    for (int i = 0; i < ENVIRONMENT; i++)
        unsetenv(environment[i][0]);
}

/* Negative control: what a program does that leaves libcurl as it is. */
static void get_naively(int port)
{
    char url[64];
    CURL *easy = curl_easy_init();
    snprintf(url, sizeof(url), "https://127.0.0.1:%d/", port);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 3000L);
    curl_easy_perform(easy);
    _exit(0);
}

static int calls_of(int listener)
{
    struct pollfd p = {listener, POLLIN, 0};
    int calls = 0;
    for (; poll(&p, 1, 0) > 0; calls++)
        close(accept(listener, NULL, NULL));
    return calls;
}

static void the_environment_changes_nothing(void **unused)
{
    (void)unused;
    int port, proxy = listen_here(&port);
    char cause[LIM_ID];
    present("good.pem");
    trust("good.pem");
    poison_environment(port);
    int code = sync_once(cause);
    bool logged = access(environment[4][1], F_OK) == 0;
    int calls = calls_of(proxy);
    fflush(stdout);
    unsetenv("OPENSSL_CONF");
    pid_t naive = fork();
    if (naive == 0)
        get_naively(rig.port);
    struct pollfd p = {proxy, POLLIN, 0};
    bool proxied = poll(&p, 1, 5000) > 0;
    close(proxy);
    rig_wait(naive);
    clean_environment();
    assert_int_equal(code, 0);
    assert_string_equal(cause, "ok");
    assert_int_equal(calls, 0);
    assert_false(logged);
    assert_true(proxied);
}

static void a_kiosk_enrols_over_tls(void **unused)
{
    (void)unused;
    struct buf code = BUF_INIT(4096);
    struct err err = {0};
    present("good.pem");
    const char *const add[] = {rig.central, "kiosk", "add", "second", "--company", "acme",
        "--database", rig.database, NULL};
    assert_int_equal(rig_run(&rig, add, &code), 0);
    buf_truncate(&code, strcspn(code.p, "\n"));
    trust("good.pem");
    static const char good[] = RIG_TLS "/good.pem";
    const char *const enrol[] = {rig.sync, "enrol", "--server", enrolment.server, "--code", code.p,
        "--ca", good, "--pins", PIN_OF_GOOD, "--data", data, NULL};
    assert_int_equal(rig_run(&rig, enrol, NULL), 0);
    struct enrolment e;
    assert_int_equal(enrolment_load(data, &e, &err), 0);
    assert_string_equal(e.name, "second");
    assert_string_equal(e.ca, enrolment.ca);
    assert_string_equal(e.pins, PIN_OF_GOOD);
    assert_int_equal(
        rig_run(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, NULL), 0);
    buf_release(&code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_are_told_apart),
        cmocka_unit_test(pinned_keys_are_asked_for),
        cmocka_unit_test(without_tls_the_token_is_not_told),
        cmocka_unit_test(tls_that_is_cut_off_brings_nothing),
        cmocka_unit_test(the_environment_changes_nothing),
        cmocka_unit_test(a_kiosk_enrols_over_tls),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
