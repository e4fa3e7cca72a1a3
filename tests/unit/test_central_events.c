/* SPDX-License-Identifier: EUPL-1.2 */
/* I-16: every event of the audit trail has a small scenario here in which it happens once, and one
 * line says so. The list is the trail's own: an event without a scenario fails. */
#include "court_house.h"

#define act pin_act /* both houses have acts of their own: this one's carry PINs */
#include "central_pins.h"
#undef act

#include "central/database_inner.h"
#include "central/erase.h"
#include "central/export.h"
#include "central/import.h"
#include "central/retention.h"

#define WRONG "904417"
#define CODE "4829130567"

#define ASK(number, who) .type = TYPE_ASK, .id = number, .person = who
#define YES(number, who, of) .type = TYPE_DECIDE, .id = number, .person = who, .request = of
#define OF(kind, number, who, of) .type = TYPE_##kind, .id = number, .person = who, .request = of

static int64_t count_event(struct house *h, const char *event)
{
    struct err err = {0};
    struct sql_stmt *s =
        sql_stmt(h->central.db->sql, "SELECT count(*) FROM audit WHERE event = ?1");
    sql_text(s, 1, event);
    assert_int_equal(sql_step(s, &err), 1);
    int64_t n = sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

/* ---- PINs ---- */

static void try_pin(struct house *h, const char *person, const char *pin)
{
    pin_act(h, &h->a, (struct pin_act){TYPE_SIGN_IN, person, .pin = pin});
}

static void happen_signed_in(struct house *h)
{
    house_pin(h, "wim", PIN_ANNA, NOW - DAY);
    try_pin(h, "wim", PIN_ANNA);
}

static void happen_wrong_pin(struct house *h)
{
    try_pin(h, "wim", WRONG);
}

static void happen_slowed_down(struct house *h)
{
    for (int i = 0; i <= PIN_FREE_TRIES; i++)
        try_pin(h, "wim", WRONG);
}

static void happen_spraying(struct house *h)
{
    for (int i = 0; i < SPRAY_KIOSK_PEOPLE + 2; i++) {
        char person[LIM_ID];
        snprintf(person, sizeof(person), "stranger-%d", i);
        try_pin(h, person, WRONG);
    }
}

static void set_pin(struct house *h, const char *code)
{
    pin_act(h, &h->a, (struct pin_act){TYPE_SET_PIN, "wim", PIN_ANNA, .secret = code});
}

static void happen_pin_set(struct house *h)
{
    OK(database_begin(h->central.db, &err));
    OK(pin_code_keep(h->central.db, &h->secrets, "amber", "wim", CODE, NOW, &err));
    OK(database_commit(h->central.db, &err));
    set_pin(h, CODE);
}

static void happen_pin_refused(struct house *h)
{
    set_pin(h, CODE); /* nobody gave it */
}

static void happen_code_given(struct house *h)
{
    house_pin(h, "ans", PIN_SARA, NOW - DAY);
    pin_act(h, &h->a, (struct pin_act){TYPE_GIVE_CODE, "ans", PIN_SARA, CODE, .worker = "wim"});
}

/* ---- requests ---- */

static void happen_asked(struct house *h)
{
    EXPECT(ACT(h, ASK(1, "wim")), accepted, none);
}

static void happen_proposed(struct house *h)
{
    ACT(h, .type = TYPE_PROPOSE, .id = 1, .person = "ans", .worker = "wim");
}

static void happen_opened(struct house *h)
{
    ACT(h, ASK(1, "wim"));
    ACT(h, OF(SEE, 2, "ans", 1));
}

static void happen_decided(struct house *h)
{
    ACT(h, ASK(1, "wim"));
    ACT(h, YES(2, "ans", 1));
}

static void happen_objected(struct house *h)
{
    happen_decided(h);
    ACT(h, YES(3, "bas", 1), .answer = ANSWER_no, .because = BECAUSE_busy);
}

static void happen_replied(struct house *h)
{
    ACT(h, ASK(1, "wim"));
    ACT(h, YES(2, "ans", 1), .answer = ANSWER_info, .because = BECAUSE_why);
    ACT(h, OF(REPLY, 3, "wim", 1));
}

static void happen_agreed(struct house *h)
{
    happen_proposed(h);
    ACT(h, OF(ACCEPT, 2, "wim", 1), .agrees = true);
}

static void happen_declined(struct house *h)
{
    happen_proposed(h);
    ACT(h, OF(ACCEPT, 2, "wim", 1), .agrees = false);
}

static void happen_withdrawn(struct house *h)
{
    ACT(h, ASK(1, "wim"));
    ACT(h, OF(WITHDRAW, 2, "wim", 1));
}

static void happen_escalated(struct house *h)
{
    ACT(h, ASK(1, "wim"));
    for (int day = 7; day < 12; day++)
        court_tick(h, NOW + day * DAY);
}

static void happen_seat_given(struct house *h)
{
    ACT(h, ASK(1, "wim"), .run = "one", .at = NOW - HOUR);
    ACT(h, YES(2, "ans", 1));
    court_tick(h, NOW + MINUTE);
}

static void happen_absent(struct house *h)
{
    happen_seat_given(h);
    court_tick(h, NOW + 27 * DAY);
    court_tick(h, NOW + 29 * DAY);
    ACT_AT(h, NOW + 30 * DAY, OF(ABSENT, 3, "ans", 1));
}

/* wil stands on the list behind wim. */
static void wait_for_seat(struct house *h)
{
    happen_seat_given(h);
    ACT(h, ASK(4, "wil"), .run = "one");
    ACT(h, YES(5, "ans", 4));
}

static void happen_seat_offered(struct house *h)
{
    wait_for_seat(h);
    ACT(h, OF(WITHDRAW, 6, "wim", 1));
    court_tick(h, NOW + MINUTE);
}

static void happen_seat_lost(struct house *h)
{
    happen_seat_given(h);
    ACT_AT(h, NOW + DAY, ASK(4, "wil"), .run = "one", .at = NOW - 2 * HOUR);
    ACT_AT(h, NOW + DAY, YES(5, "ans", 4));
    court_tick(h, NOW + DAY);
}

static void happen_expired(struct house *h)
{
    wait_for_seat(h);
    for (int day = 27; day < 31; day++)
        court_tick(h, NOW + day * DAY);
}

static void happen_not_allowed(struct house *h)
{
    ACT(h, ASK(1, "wim"));
    EXPECT(ACT(h, YES(2, "dirk", 1)), refused, not_allowed);
}

static void happen_delegated(struct house *h)
{
    const int64_t today = date_from_instant(NOW);
    EXPECT(ACT(h, .type = TYPE_DELEGATE, .id = 1, .person = "ans", .deputy = "bas", .start = today,
               .end = today + 7),
        accepted, none);
}

/* ---- operators ---- */

static void happen_exported(struct house *h)
{
    char dir[80];
    snprintf(dir, sizeof(dir), "%s/out", h->dir);
    OK(export_person(&(struct export_job){h->central.db, NULL, "amber", "wim", dir, NOW}, &err));
    static const char *const files[] = {"person.json", "person.csv", ""};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[120];
        snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
        assert_int_equal(remove(path), 0);
    }
}

static void happen_erased(struct house *h)
{
    OK(erase_person(
        &(struct erasing){h->central.db, &h->secrets, NULL, NOW, 0}, "amber", "wim", &err));
}

static void happen_imported(struct house *h)
{
    char path[80];
    struct import_result result;
    snprintf(path, sizeof(path), "%s.csv", h->path);
    FILE *f = fopen(path, "w");
    assert_true(f && fputs("badge,name,team,role\n1,Zoe,las,worker\n", f) > 0 && fclose(f) == 0);
    OK(import_people(
        h->central.db, "amber", &(struct import_job){.path = path, .now = NOW}, &result, &err));
}

static void add_kiosk(struct house *h, char code[CODE_TEXT])
{
    struct kiosk kiosk;
    OK(admin_add_kiosk(h->central.db, "Hal 9", "amber", "", clock_now(), code, &kiosk, &err));
}

static void happen_kiosk_added(struct house *h)
{
    char code[CODE_TEXT];
    add_kiosk(h, code);
}

static void happen_kiosk_enrolled(struct house *h)
{
    char code[CODE_TEXT], body[80];
    struct http_response rs;
    add_kiosk(h, code);
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    struct http_request rq = house_request("POST", "/v1/enrol", "");
    rq.body = body;
    rq.len = strlen(body);
    rq.now = clock_now();
    for (int again = 0; again < 2; again++) { /* it works once */
        assert_int_equal(house_send(h, &rq, &rs), again ? 403 : 200);
        response_release(&rs);
    }
}

static int post(struct house *h, const char *path, const char *token, const char *body)
{
    struct http_response rs;
    struct http_request rq = house_request("POST", path, token);
    rq.body = body;
    rq.len = strlen(body);
    rq.now = clock_now();
    int status = house_send(h, &rq, &rs);
    response_release(&rs);
    return status;
}

static void happen_code_refused(struct house *h)
{
    char code[CODE_TEXT], body[80];
    add_kiosk(h, code);
    code[CODE_TEXT - 2] = code[CODE_TEXT - 2] == '2' ? '3' : '2';
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    assert_int_equal(post(h, "/v1/enrol", "", body), 403);
}

/* It is announced, and used twice. */
static void happen_token_renewed(struct house *h)
{
    char token[KEY_HEX], hash[DIGEST_HEX];
    struct buf body = BUF_INIT(LIM_LINE);
    random_key_hex(token);
    sha256_hex(token, strlen(token), hash);
    assert_int_equal(token_to_json(hash, &body), 0);
    assert_int_equal(post(h, "/v1/token", TOKEN_A, body.p), 200);
    for (int again = 0; again < 2; again++)
        assert_int_equal(post(h, "/v1/token", token, body.p), 200);
    buf_release(&body);
}

/* Whoever has the token before comes twice within an hour. */
static void happen_kiosk_copied(struct house *h)
{
    happen_token_renewed(h);
    for (int again = 0; again < 2; again++)
        assert_int_equal(post(h, "/v1/token", TOKEN_A, "{}"), 401);
}

static void happen_kiosk_revoked(struct house *h)
{
    char code[CODE_TEXT];
    add_kiosk(h, code);
    OK(admin_revoke_kiosk(h->central.db, "Hal 9", &err));
}

static void happen_retention(struct house *h)
{
    struct retention_counts counts;
    char code[CODE_TEXT];
    add_kiosk(h, code);
    for (int again = 0; again < 2; again++) /* nothing is left for the second time */
        OK(retention_run(h->central.db, clock_now() + HOUR, &counts, &err));
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    void (*happen)(struct house *h);
} events[] = {
#define AUDIT(event, says) {#event, happen_##event},
    AUDIT_EVENTS
#undef AUDIT
};

static int64_t lines_of(size_t i)
{
    struct house h;
    house_open(&h);
    court_fill(&h);
    int64_t before = count_event(&h, events[i].name);
    events[i].happen(&h);
    int64_t lines = count_event(&h, events[i].name) - before;
    house_close(&h);
    return lines;
}

static void every_event_is_one_line(void **unused)
{
    (void)unused;
    int wrong = 0;
    for (size_t i = 0; i < AUDIT_COUNT; i++) {
        int64_t lines = lines_of(i);
        wrong += lines != 1;
        if (lines != 1)
            print_message("%s: %lld lines\n", events[i].name, (long long)lines);
    }
    print_message("%d events, %d of them not one line\n", (int)AUDIT_COUNT, wrong);
    assert_int_equal(wrong, 0);
    assert_true(AUDIT_COUNT >= 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_event_is_one_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
