/* SPDX-License-Identifier: EUPL-1.2 */
/* What is left behind when people have used a kiosk: nothing secret in any file and nobody's name
 * in any log (I-17), and nothing on the kiosk that a guessed PIN could be compared with (I-01). */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "support/disk_tree.h"
#include "support/visit.h"

#define PIN_HENK "482913"
#define PIN_SANNE "730496"
#define PIN_JOOST "395062"
#define PIN_WRONG "904417"
#define PIN_OFFLINE "617730"

static struct rig rig;
static struct visit kiosk;
static struct enrolment enrolled;
static char codes[3][32], enrol_code[64]; /* those of people as digits */

/* ---- a day ---- */

static void choose(const char *text)
{
    visit_press(&kiosk, visit_digit(&kiosk, text));
}

static void stop(void)
{
    if (visit_sees(&kiosk, "Typ je pincode"))
        visit_press(&kiosk, "Esc"); /* 0 is a digit there */
    visit_press(&kiosk, "0");
    choose("Stop");
}

static void sync_now(int code)
{
    assert_int_equal(visit_sync(&kiosk), code);
}

static void keep_digits(const char *text, char out[32])
{
    size_t n = 0;
    for (; *text && *text != '\n' && n < 31; text++)
        if (*text >= '0' && *text <= '9')
            out[n++] = *text;
    out[n] = '\0';
}

static void code_from_the_fund(const char *badge, char code[32])
{
    struct buf out = BUF_INIT(4096);
    visit_central(
        &rig, (const char *const[]){"people", "code", badge, "--company", "acme", NULL}, &out);
    keep_digits(out.p, code);
    buf_release(&out);
    assert_int_equal(strlen(code), LIM_CODE);
}

static void sign_in(const char *what, const char *badge, const char *pin)
{
    char keys[128];
    visit_press(&kiosk, "Enter");
    choose(what);
    snprintf(keys, sizeof(keys), "#%s %s Enter", badge, pin);
    visit_press(&kiosk, keys);
}

static void set_pin(const char *badge, const char *code, const char *pin)
{
    char keys[256];
    visit_press(&kiosk, "Enter");
    choose("Mijn gegevens en pincode");
    snprintf(keys, sizeof(keys), "#%s Enter", badge);
    visit_press(&kiosk, keys);
    choose("Pincode kiezen of veranderen");
    snprintf(keys, sizeof(keys), "%s Enter %s Enter %s Enter", code, pin, pin);
    visit_press(&kiosk, keys);
    SEE(&kiosk, "Je pincode is genoteerd");
    sync_now(0);
    stop();
}

/* The supervisor makes a code at the kiosk, which shows it once, as spaced digits. */
static void code_from_henk(char code[32])
{
    sign_in("Mijn aanvragen", "1001", PIN_HENK);
    sync_now(0);
    visit_press(&kiosk, "0");
    choose("Aanvragen van mijn team");
    choose("Mijn team");
    choose("Joost");
    choose("Geef een code voor een pincode");
    SEE(&kiosk, "Schrijf de code nu op");
    code[0] = '\0';
    for (int row = 1; row < 24 && strlen(code) != LIM_CODE; row++)
        keep_digits(pty_row(kiosk.pty, row), code);
    assert_int_equal(strlen(code), LIM_CODE);
    stop();
    sync_now(0);
}

/* Asks for the tests' own course, without a server that could check the PIN. */
static void ask_offline(const char *pin)
{
    char keys[128];
    rig_kill_server(&rig);
    sync_now(75);
    visit_press(&kiosk, "Enter 2 1 zandsmeden Down Enter");
    choose("6 jan 2098");
    snprintf(keys, sizeof(keys), "#%s %s Enter", SANNE, pin);
    visit_press(&kiosk, keys);
    if (visit_sees(&kiosk, "We vragen het fonds of dit je pincode is."))
        visit_pass_time(&kiosk, 5);
    choose("Ja, vraag aan");
    stop();
    rig_serve(&rig);
    sync_now(0);
}

static void fail_to_enrol(void)
{
    char url[64], data[RIG_PATH + 16];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", rig.port);
    snprintf(data, sizeof(data), "%s/stranger", rig.dir);
    const char *const argv[] = {
        rig.sync, "enrol", "--server", url, "--code", "WRONG-CODEX-WRONG", "--data", data, NULL};
    assert_int_equal(rig_run(&rig, argv, NULL), 78);
}

static void code_for_a_kiosk(void)
{
    struct buf out = BUF_INIT(4096);
    visit_central(
        &rig, (const char *const[]){"kiosk", "add", "Hal 9", "--company", "acme", NULL}, &out);
    snprintf(enrol_code, sizeof(enrol_code), "%.*s", (int)strcspn(out.p, "\n"), out.p);
    assert_true(strlen(enrol_code) > 10);
    buf_release(&out);
}

static void keep(const char *name, const struct buf *text)
{
    char path[RIG_PATH + 32];
    snprintf(path, sizeof(path), "%s/%s.log", rig.dir, name);
    FILE *f = fopen(path, "w");
    assert_true(f && fwrite(text->p, 1, text->len, f) == text->len && fclose(f) == 0);
}

/* What the programs say of themselves, as files beside the log. */
static void keep_status(void)
{
    char program[RIG_PATH];
    struct buf out = BUF_INIT(1 << 16);
    snprintf(program, sizeof(program), "%.200s/bin/acht", getenv("ACHT_BUILD"));
    static const char *const forms[] = {NULL, "--json"};
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            rig_run(&rig,
                (const char *const[]){program, "status", "--data", kiosk.data, forms[i], NULL},
                &out),
            0);
    assert_true(out.len > 100);
    keep("status", &out);
    buf_release(&out);
}

static void keep_metrics(void)
{
    static const char ask[] = "GET /metrics HTTP/1.0\r\nHost: x\r\n\r\n";
    char chunk[4096];
    struct buf text = BUF_INIT(1 << 16);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rig.port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(send(fd, ask, strlen(ask), MSG_NOSIGNAL), (ssize_t)strlen(ask));
    for (ssize_t n; (n = recv(fd, chunk, sizeof(chunk), 0)) > 0;)
        buf_add(&text, chunk, (size_t)n);
    close(fd);
    assert_non_null(strstr(text.p, "acht_wrong_pins_total"));
    keep("metrics", &text);
    buf_release(&text);
}

static int a_day(void **unused)
{
    (void)unused;
    char people[RIG_PATH + 16];
    struct err err = {0};
    visit_rig(&rig);
    snprintf(people, sizeof(people), "%s/people.csv", rig.dir);
    assert_int_equal(remove(people), 0); /* it was the operator's */
    visit_begin(&kiosk, &rig);
    if (enrolment_load(kiosk.data, &enrolled, &err) < 0)
        fail_msg("%s", err.msg);
    code_from_the_fund("1001", codes[0]);
    set_pin("1001", codes[0], PIN_HENK);
    code_from_the_fund(SANNE, codes[1]);
    set_pin(SANNE, codes[1], PIN_SANNE);
    code_from_henk(codes[2]);
    set_pin(JOOST, codes[2], PIN_JOOST);
    sign_in("Mijn aanvragen", SANNE, PIN_WRONG);
    sync_now(0);
    SEE(&kiosk, "Die pincode klopt niet");
    stop();
    ask_offline(PIN_OFFLINE); /* nor is that one hers */
    ask_offline(PIN_SANNE);
    fail_to_enrol();
    code_for_a_kiosk();
    keep_status();
    keep_metrics();
    return 0;
}

/* ---- every file ---- */

static struct disk_tree disk;

static bool is_log(int i)
{
    const char *path = disk.file[i].path;
    return strcmp(path, rig.log) == 0 || strcmp(path + strlen(path) - 4, ".log") == 0;
}

/* How often it stands there; digits only where no hexadecimal digit is beside them, because six
 * digits stand in a long hash now and then. */
static int hits(const struct buf *b, const char *what, bool alone)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    const size_t len = strlen(what);
    const char *at = b->p, *end = b->p + b->len;
    int n = 0;
    for (; (at = memmem(at, (size_t)(end - at), what, len)); at++) {
        bool before = at > b->p && at[-1] && strchr(hex, at[-1]);
        bool after = at + len < end && at[len] && strchr(hex, at[len]);
        n += !alone || !(before || after);
    }
    return n;
}

enum where { ANYWHERE, LOGS, ELSEWHERE };

static int search(const char *what, enum where where, bool alone)
{
    int n = 0;
    for (int i = 0; i < disk.count; i++) {
        int here = where == ANYWHERE || (where == LOGS) == is_log(i)
                       ? hits(&disk.file[i].bytes, what, alone)
                       : 0;
        if (here && where != ELSEWHERE)
            print_message("%s: %.4s... %d times\n", disk.file[i].path, what, here);
        n += here;
    }
    return n;
}

/* A code as people see it: "482 913 0567". */
static int search_code(const char *digits)
{
    char shown[32];
    snprintf(shown, sizeof(shown), "%.3s %.3s %.4s", digits, digits + 3, digits + 6);
    return search(digits, ANYWHERE, true) + search(shown, ANYWHERE, true);
}

static const char *const pins[] = {PIN_HENK, PIN_SANNE, PIN_JOOST, PIN_WRONG, PIN_OFFLINE};
static const char *const names[] = {
    "Henk Bosma", "Sanne", "Joost", "Piet van Oosterzee", "Agnieszka", "Oleh Marchenko"};
static const char *const badges[] = {SANNE, JOOST, PIET, DELROY};

static int count_secrets(void)
{
    int n = 0;
    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
        n += search(pins[i], ANYWHERE, true);
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        n += search_code(codes[i]);
    for (size_t i = 0; i < sizeof(badges) / sizeof(badges[0]); i++)
        n += search(badges[i] + strspn(badges[i], "0"), ANYWHERE, true);
    return n + search(enrol_code, ANYWHERE, false);
}

static int count_in_logs(void)
{
    int n = search(enrolled.token, LOGS, false) + search(enrolled.badge_key, LOGS, false);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        n += search(names[i], LOGS, false);
    return n;
}

static void write_control(void)
{
    FILE *f = fopen(rig.log, "a");
    assert_true(f &&
                fprintf(f, "signed in: %s with %s, code %s, badge %s, token %s, %s\n", names[0],
                    PIN_HENK, codes[2], JOOST, enrolled.token, enrol_code) > 0 &&
                fclose(f) == 0);
}

static void no_secret_and_no_name_is_left(void **unused)
{
    (void)unused;
    int logs = 0, known = 0;
    disk_tree_read(&disk, rig.dir);
    for (int i = 0; i < disk.count; i++)
        logs += is_log(i);
    int secrets = count_secrets(), in_logs = count_in_logs();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        known += search(names[i], ELSEWHERE, false);
    print_message("%d files, %d of them logs: %d secrets, %d names or tokens in logs\n", disk.count,
        logs, secrets, in_logs);
    assert_int_equal(secrets, 0);
    assert_int_equal(in_logs, 0);
    assert_int_equal(logs, 3);
    assert_true(known > 0);                                        /* the databases have names */
    assert_int_equal(search(enrolled.token, ELSEWHERE, false), 1); /* in the kiosk's enrolment */
    write_control();
    disk_tree_read(&disk, rig.dir);
    assert_int_equal(count_secrets(), 4); /* PIN, code, badge, the code of a kiosk */
    assert_int_equal(count_in_logs(), 2); /* name, token */
}

static int the_end(void **unused)
{
    (void)unused;
    disk_tree_forget(&disk);
    visit_end(&kiosk);
    rig_end(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_secret_and_no_name_is_left),
    };
    return cmocka_run_group_tests(tests, a_day, the_end);
}
