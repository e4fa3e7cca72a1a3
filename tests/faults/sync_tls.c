/* SPDX-License-Identifier: EUPL-1.2 */
/* Over TLS a kiosk talks to its own server only, and tells a wrong certificate from a wrong clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "store/store.h"
#include "support/rig.h"

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
        {"good.pem", "", "certificate", 75},
        {"good.pem", "missing.pem", "certificate", 75},
        {"other.pem", "other.pem", "certificate", 75},
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
        "--ca", good, "--data", data, NULL};
    assert_int_equal(rig_run(&rig, enrol, NULL), 0);
    struct enrolment e;
    assert_int_equal(enrolment_load(data, &e, &err), 0);
    assert_string_equal(e.name, "second");
    assert_string_equal(e.ca, enrolment.ca);
    assert_int_equal(
        rig_run(&rig, (const char *const[]){rig.sync, "--once", "--data", data, NULL}, NULL), 0);
    buf_release(&code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_are_told_apart),
        cmocka_unit_test(a_kiosk_enrols_over_tls),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
