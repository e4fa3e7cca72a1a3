/* SPDX-License-Identifier: EUPL-1.2 */
/* What a kiosk says of itself: what is news, once, and nothing about people. */
#include "sync_house.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "sync/report.h"

#define DAY (24 * 60 * 60 * INT64_C(1000))
#define QUIET_BYTES 1024 /* S-27: of one request */

/* A server that hears reports. */
static struct hearer {
    struct transport base;
    int status;
    int heard;
    char body[LIM_STATUS];
    int64_t ahead;
} h;

static struct kiosk k;
static int64_t starts;

static int hear(struct transport *t, const struct request *q, struct response *r, enum cause *cause,
    struct err *err)
{
    (void)t, (void)err;
    *cause = CAUSE_ok;
    assert_string_equal(q->path, WIRE_STATUS);
    assert_string_equal(q->type, WIRE_JSON);
    assert_true(q->clock > 0);
    assert_in_range(q->len, 2, QUIET_BYTES);
    snprintf(h.body, sizeof(h.body), "%.*s", (int)q->len, q->body);
    h.heard++;
    r->status = h.status;
    str_copy(r->server_id, sizeof(r->server_id), SERVER);
    return 0;
}

static int64_t later(struct transport *t)
{
    (void)t;
    return clock_now() + h.ahead;
}

static void begin(void)
{
    h = (struct hearer){.base = {.exchange = hear, .now = later}, .status = 204};
    starts = 0;
    start(&k);
    sync_well(&k);
}

static int report(bool again)
{
    struct err err = {0};
    const struct report_job job = {k.store, &enrolled, &h.base, starts, again, true};
    h.heard = 0;
    return sync_report(&job, &err);
}

/* It is said now, and then it is known. */
static void expect_news(const char *says)
{
    assert_int_equal(report(false), 1);
    assert_int_equal(h.heard, 1);
    if (!strstr(h.body, says))
        fail_msg("no %s in %s", says, h.body);
    assert_int_equal(report(false), 0);
    assert_int_equal(h.heard, 0);
}

static void expect_nothing_new(void)
{
    assert_int_equal(report(false), 0);
    assert_int_equal(h.heard, 0);
}

static void contact(const char *cause)
{
    struct err err = {0};
    assert_int_equal(cache_set_contact(k.store, cause, clock_now(), &err), 0);
}

static void what_is_known_is_not_said_again(void **unused)
{
    (void)unused;
    begin();
    expect_news("\"version\":");
    for (int night = 1; night < 4; night++) {
        sync_well(&k);
        h.ahead = night * DAY;
        expect_nothing_new();
    }
    assert_int_equal(report(true), 1); /* the server may have lost it */
    end(&k);
}

static void failures_are_counted_and_told_once(void **unused)
{
    (void)unused;
    begin();
    assert_int_equal(report(false), 1);
    assert_null(strstr(h.body, "failures"));
    contact("no_network");
    contact("certificate");
    contact("certificate");
    contact("ok");
    expect_news("\"cause\":\"certificate\",\"failures\":3,\"failing_since\":\"20");
    contact("ok");
    expect_nothing_new();
    contact("busy"); /* another row of them */
    contact("ok");
    expect_news("\"cause\":\"busy\",\"failures\":1,");
    end(&k);
}

/* An entry that was only just made is no news; one that waits for a day is. */
static void old_entries_are_news(void **unused)
{
    (void)unused;
    begin();
    assert_int_equal(report(false), 1);
    ask(&k, "c1");
    expect_nothing_new();
    h.ahead = 2 * DAY;
    expect_news("\"waiting\":1,\"oldest\":\"20");
    assert_non_null(strstr(h.body, ":00:00Z\",\"stuck\":0")); /* to the hour */
    end(&k);
}

static void nothing_is_about_people(void **unused)
{
    (void)unused;
    static const char *const personal[] = {"p1", "Lassen", "lassen-bij-jansen", "k1", "\"id\""};
    const struct type *type = type_get(TYPE_REPORT);
    begin();
    ask(&k, "lassen-bij-jansen");
    h.ahead = 2 * DAY;
    assert_int_equal(report(false), 1);
    for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
        assert_null(strstr(h.body, personal[i]));
    for (int i = 0; i < type->count; i++)
        assert_int_equal(type->fields[i].purpose, PURPOSE_NOBODY);
    end(&k);
}

static void write_starts(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/acht-%s", k.dir, name);
    assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
    snprintf(path, sizeof(path), "%s/acht-%s/starts", k.dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* As many as bring the picture on the screen (U-08); the worst of several terminals counts. */
static void a_screen_that_does_not_start_is_news(void **unused)
{
    (void)unused;
    begin();
    assert_int_equal(report(false), 1);
    assert_int_equal(report_starts(k.dir), 0);
    write_starts("tty1", "5\nno screens");
    write_starts("tty2", "nonsense");
    starts = report_starts(k.dir);
    assert_int_equal(starts, 5);
    expect_nothing_new();
    write_starts("tty2", "17\nno screens");
    starts = report_starts(k.dir);
    expect_news("\"starts\":17,");
    starts = 18;
    expect_nothing_new();
    starts = 0;
    expect_news("\"starts\":0,");
    assert_int_equal(report_starts("/nonexistent"), 0);
    end(&k);
}

static void damage_cache(void)
{
    char path[100];
    struct err err = {0};
    store_close(k.store);
    snprintf(path, sizeof(path), "%s/cache.db", k.dir);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "damaged", 7, 0), 7);
    close(fd);
    if (store_open(&k.store, k.dir, share_dir(), STORE_SYNC, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    sync_well(&k);
}

static void what_was_made_anew_is_counted(void **unused)
{
    (void)unused;
    begin();
    expect_news("\"rebuilt\":0,\"lost\":0}");
    damage_cache();
    expect_news("\"rebuilt\":1,\"lost\":0}");
    damage_cache();
    expect_news("\"rebuilt\":2,\"lost\":0}");
    end(&k);
}

static void what_was_not_heard_is_said_again(void **unused)
{
    (void)unused;
    static const struct {
        int status, rc;
    } answers[] = {{404, 0}, {500, -1}, {503, -1}, {401, -1}, {400, -1}, {200, -1}, {204, 1}};
    begin();
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        h.status = answers[i].status;
        assert_int_equal(report(false), answers[i].rc);
        assert_int_equal(h.heard, 1);
    }
    expect_nothing_new();
    end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_is_not_said_again),
        cmocka_unit_test(failures_are_counted_and_told_once),
        cmocka_unit_test(old_entries_are_news),
        cmocka_unit_test(nothing_is_about_people),
        cmocka_unit_test(a_screen_that_does_not_start_is_news),
        cmocka_unit_test(what_was_made_anew_is_counted),
        cmocka_unit_test(what_was_not_heard_is_said_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
