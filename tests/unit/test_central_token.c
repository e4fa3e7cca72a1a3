/* SPDX-License-Identifier: EUPL-1.2 */
/* Tokens at the server: replaced with an overlap, revoked at once in every process, in no
 * dump, and compared by their digests. faults/renewed.c has the kiosk's side. */
#include "central_pins.h"
#include "house_files.h"
#include "times.h"

#include "central/admit.h"
#include "central/code.h"

#define TOKEN_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define TOKEN_D "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

static int announce(struct house *h, const char *token, const char *next)
{
    char hash[DIGEST_HEX];
    struct buf body = BUF_INIT(LIM_LINE);
    struct http_response rs;
    sha256_hex(next, strlen(next), hash);
    assert_int_equal(token_to_json(hash, &body), 0);
    int status = house_post(h, "/v1/token", token, body.p, body.len, &rs);
    assert_false(rs.renew);
    response_release(&rs);
    buf_release(&body);
    return status;
}

static int feed_status(struct central *c, const char *token, int64_t now, bool *renew)
{
    struct http_response rs;
    struct http_request rq = house_request("GET", "/v1/feed", token);
    rq.now = now;
    response_init(&rs);
    route(&rq, c, &rs);
    int status = rs.status;
    *renew = rs.renew;
    response_release(&rs);
    return status;
}

static int status(struct house *h, const char *token)
{
    bool renew;
    return feed_status(&h->central, token, NOW, &renew);
}

/* ---- A-06 ---- */

static void both_are_good_until_the_new_one_is_used(void **unused)
{
    (void)unused;
    struct house h;
    house_people(&h);
    assert_int_equal(status(&h, TOKEN_C), 401);
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_C), 200);
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_C), 200);
    assert_int_equal(status(&h, TOKEN_A), 200);
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_D), 200); /* another one instead */
    assert_int_equal(status(&h, TOKEN_C), 401);
    assert_int_equal(status(&h, TOKEN_D), 200);
    assert_int_equal(status(&h, TOKEN_A), 401);
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_C), 401);
    assert_int_equal(h.central.counts.copies, 2);
    assert_int_equal(announce(&h, TOKEN_D, TOKEN_D), 200); /* as good as done */
    assert_int_equal(status(&h, TOKEN_D), 200);
    house_close(&h);
}

static void what_cannot_be_announced(void **unused)
{
    (void)unused;
    static const char *const bodies[] = {"", "{}", "[]", "{\"token_hash\":7}",
        "{\"token_hash\":\"\"}", "{\"token_hash\":\"" TOKEN_C "c\"}",
        "{\"token_hash\":\"CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC\"}",
        "{\"token_hash\":\"" TOKEN_C "\",\"token_hash\":\"" TOKEN_D "\"}"};
    struct house h;
    struct http_response rs;
    house_people(&h);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        int got = house_post(&h, "/v1/token", TOKEN_A, bodies[i], strlen(bodies[i]), &rs);
        assert_int_equal(got, 400);
        response_release(&rs);
    }
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_B), 409); /* another kiosk's */
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_C), 200);
    assert_int_equal(status(&h, TOKEN_C), 200);
    assert_int_equal(announce(&h, TOKEN_C, TOKEN_A), 409); /* one that was ended */
    assert_int_equal(announce(&h, TOKEN_B, TOKEN_C), 409);
    assert_int_equal(status(&h, TOKEN_B), 200);
    house_close(&h);
}

static void a_token_is_replaced_after_thirty_days(void **unused)
{
    (void)unused;
    struct house h;
    bool renew;
    house_people(&h);
    OK(database_begin(h.central.db, &err));
    OK(house_sql(h.central.db, "UPDATE kiosk SET token_at = 1795521600000", &err)); /* NOW */
    OK(database_commit(h.central.db, &err));
    assert_int_equal(feed_status(&h.central, TOKEN_A, NOW + TOKEN_LIFE - 1, &renew), 200);
    assert_false(renew);
    assert_int_equal(feed_status(&h.central, TOKEN_A, NOW + TOKEN_LIFE, &renew), 200);
    assert_true(renew);
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_C), 200);
    assert_int_equal(feed_status(&h.central, TOKEN_C, NOW + TOKEN_LIFE, &renew), 200);
    assert_false(renew); /* it begins with its first use */
    assert_int_equal(feed_status(&h.central, TOKEN_C, NOW + 2 * TOKEN_LIFE, &renew), 200);
    assert_true(renew);
    house_close(&h);
}

/* Each process has a connection of its own, and nothing of tokens in memory. All tokens of a
 * revoked kiosk say that it is to forget. */
static void a_revocation_counts_at_once_everywhere(void **unused)
{
    (void)unused;
    enum { PROCESSES = 3 };
    static const char *const tokens[] = {TOKEN_A, TOKEN_C, TOKEN_D};
    struct house h;
    struct central other[PROCESSES];
    bool renew;
    house_people(&h);
    assert_int_equal(announce(&h, TOKEN_A, TOKEN_C), 200);
    assert_int_equal(status(&h, TOKEN_C), 200);
    assert_int_equal(announce(&h, TOKEN_C, TOKEN_D), 200);
    for (int i = 0; i < PROCESSES; i++) {
        other[i] = (struct central){.secrets = &h.secrets};
        OK(database_open(&other[i].db, h.where, &err));
        assert_int_equal(feed_status(&other[i], TOKEN_C, NOW, &renew), 200);
    }
    OK(admin_revoke_kiosk(h.central.db, h.a.id, &err));
    for (int i = 0; i < PROCESSES * 3; i++) {
        struct http_response rs;
        char code[LIM_ID];
        struct http_request rq = house_request("GET", "/v1/feed", tokens[i % 3]);
        response_init(&rs);
        route(&rq, &other[i / 3], &rs);
        assert_int_equal(rs.status, 401);
        error_code_from_json(rs.body.p, rs.body.len, code);
        assert_string_equal(code, ERROR_REVOKED);
        response_release(&rs);
    }
    for (int i = 0; i < PROCESSES; i++)
        database_close(other[i].db);
    house_close(&h);
}

/* ---- A-07 ---- */

#define PERSONAL_CODE "4829130567"

static void nothing_of_use_is_in_a_dump(void **unused)
{
    (void)unused;
    struct house h;
    char code[CODE_TEXT], bare[CODE_TEXT], token[3][KEY_HEX], hash[DIGEST_HEX];
    struct kiosk kiosk;
    house_people(&h);
    for (int i = 0; i < 3; i++)
        random_key_hex(token[i]);
    assert_int_equal(announce(&h, TOKEN_A, token[0]), 200);
    assert_int_equal(status(&h, token[0]), 200);
    assert_int_equal(announce(&h, token[0], token[1]), 200);
    assert_int_equal(status(&h, token[1]), 200);
    assert_int_equal(announce(&h, token[1], token[2]), 200);
    house_pin(&h, "anna", PIN_ANNA, NOW);
    expect_accepted(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}));
    OK(database_begin(h.central.db, &err));
    OK(pin_code_keep(h.central.db, &h.secrets, "amber", "aad", PERSONAL_CODE, NOW, &err));
    OK(database_commit(h.central.db, &err));
    OK(admin_add_kiosk(h.central.db, "Hal 7", "amber", "", NOW, code, &kiosk, &err));
    snprintf(bare, sizeof(bare), "%.6s%.5s%.5s", code, code + 7, code + 13);
    sha256_hex(token[1], strlen(token[1]), hash);
    database_close(h.central.db);
    h.central.db = NULL;
    const char *const secret[] = {token[0], token[1], token[2], TOKEN_A, TOKEN_B, PIN_ANNA,
        PERSONAL_CODE, code, bare, code + 7, code + 13};
    int found = 0;
    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
        found += house_hits(&h, secret[i]);
    print_message(
        "A-07: %zu secrets looked for, %d found\n", sizeof(secret) / sizeof(secret[0]), found);
    assert_int_equal(found, 0);
    assert_true(house_hits(&h, hash) > 0); /* the control: what is kept is found */
    assert_true(house_hits(&h, kiosk.id) > 0);
    assert_true(house_hits(&h, "$argon2id$") > 0);
    house_close(&h);
}

/* ---- A-08 ---- */

static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/* A token of which the first digits are right, and the rest is by lot. */
static void nearly(const char *right, size_t digits, char out[KEY_HEX])
{
    random_key_hex(out);
    memcpy(out, right, digits);
    if (digits < KEY_HEX - 1) /* the next one is wrong for sure */
        out[digits] = right[digits] == '0' ? '1' : '0';
}

/* How far a comparison of the digests, by which tokens are found, gets: it is the work that whoever
 * looks on could measure, and it does not depend on how much of the token is right. */
static void a_right_beginning_gets_nobody_further(void **unused)
{
    (void)unused;
    enum { TRIES = 1000 };
    char right[KEY_HEX], kept[DIGEST_HEX], guess[KEY_HEX], hash[DIGEST_HEX];
    double least = 64, most = 0;
    random_key_hex(right);
    sha256_hex(right, strlen(right), kept);
    for (size_t bytes = 0; bytes < KEY_BYTES; bytes++) {
        size_t steps = 0;
        for (int i = 0; i < TRIES; i++) {
            nearly(right, 2 * bytes, guess);
            assert_int_equal(common_prefix(guess, right), 2 * bytes); /* what a naive one tells */
            sha256_hex(guess, strlen(guess), hash);
            size_t got = common_prefix(hash, kept);
            assert_true(got < 16);
            steps += got;
        }
        double mean = (double)steps / TRIES;
        least = mean < least ? mean : least;
        most = mean > most ? mean : most;
    }
    print_message("A-08: digits that agree in the digests: %.3f to %.3f, whatever is right of the "
                  "token\n",
        least, most);
    assert_true(most < 0.2); /* 1/15 is the mean of chance; its deviation here is 0.008 */
}

/* For who wants to see the time itself: what is wrong from its first and from its last byte on. */
static void times_are_printed(void **unused)
{
    (void)unused;
    const int samples = house_rounds(getenv("ACHT_LONG") ? 100000 : 2000);
    struct house h;
    struct times times[2] = {0};
    char right[KEY_HEX], guess[KEY_HEX];
    house_people(&h);
    random_key_hex(right);
    assert_int_equal(announce(&h, TOKEN_A, right), 200);
    assert_int_equal(status(&h, right), 200);
    for (int i = 0; i < 2 * samples; i++) {
        nearly(right, i % 2 ? 62 : 0, guess);
        double began = now_ms();
        assert_int_equal(status(&h, guess), 401);
        add_time(&times[i % 2], now_ms() - began);
    }
    print_message("A-08: %d samples each, 0 and 31 bytes right: t = %.2f\n", samples,
        welch(&times[0], &times[1]));
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_good_until_the_new_one_is_used),
        cmocka_unit_test(what_cannot_be_announced),
        cmocka_unit_test(a_token_is_replaced_after_thirty_days),
        cmocka_unit_test(a_revocation_counts_at_once_everywhere),
        cmocka_unit_test(nothing_of_use_is_in_a_dump),
        cmocka_unit_test(a_right_beginning_gets_nobody_further),
        cmocka_unit_test(times_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
