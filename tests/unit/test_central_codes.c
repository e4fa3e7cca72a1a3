/* SPDX-License-Identifier: EUPL-1.2 */
/* guessing enrolment codes, and one right code used by many at once. */
#include "central_house.h"

#include <pthread.h>

#include "central/code.h"

#define GUESSES 100000
#define LIVE 20 /* codes that somebody could hit */
#define AT_ONCE 10
#define ROUNDS 20

static uint64_t state;

static unsigned random_below(unsigned limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static void seed(void)
{
    const char *given = getenv("ACHT_SEED");
    state = given ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
    print_message("ACHT_SEED=%llu\n", (unsigned long long)state);
}

static int64_t number(struct house *h, const char *text)
{
    struct err err = {0};
    struct sql_stmt *s = sql_stmt_made(h->central.db->sql, text);
    assert_int_equal(sql_step(s, &err), 1);
    int64_t n = sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

/* Without asserts: it runs in threads too. */
static int enrol(struct central *c, const char *code, const char *address, int64_t now)
{
    char body[80];
    struct http_response rs;
    struct http_request rq = {.method = "POST",
        .path = "/v1/enrol",
        .cursor = "",
        .authorization = "",
        .if_none_match = "",
        .body = body,
        .mark = "",
        .address = address,
        .now = now,
        .clock = NO_NUMBER};
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    rq.len = strlen(body);
    response_init(&rs);
    route(&rq, c, &rs);
    int status = rs.status;
    response_release(&rs);
    return status;
}

static void add(struct house *h, int n, const char *company, char code[CODE_TEXT])
{
    char name[16];
    struct kiosk kiosk;
    snprintf(name, sizeof(name), "Hal %d", n);
    OK(admin_add_kiosk(h->central.db, name, company, "", NOW, code, &kiosk, &err));
}

/* The code with other letters in the places that are secret, or in all of them. */
static void guess(const char code[CODE_TEXT], bool handle_is_known, char out[CODE_TEXT])
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    str_copy(out, CODE_TEXT, code);
    do {
        for (int i = handle_is_known ? 7 : 0; out[i]; i++)
            if (out[i] != '-')
                out[i] = alphabet[random_below(32)];
    } while (strcmp(out, code) == 0);
}

static const char enrolled[] = "SELECT count(*) FROM kiosk WHERE token_hash IS NOT NULL";
static const char most_tries[] = "SELECT coalesce(max(code_tries), 0) FROM kiosk";
static const char refused[] = "SELECT count(*) FROM audit WHERE event = 'code_refused'";

/* Half of the guesses know which kiosks wait. After them even the right codes open nothing. */
static void a_hundred_thousand_guesses(void **unused)
{
    (void)unused;
    struct house h;
    char code[LIVE][CODE_TEXT], wrong[CODE_TEXT];
    const int guesses = house_rounds(GUESSES);
    int opened = 0;
    house_open(&h);
    for (int i = 0; i < LIVE; i++)
        add(&h, i, "amber", code[i]);
    assert_int_equal(enrol(&h.central, code[0], "", NOW), 200); /* the control: one opens */
    for (int i = 0; i < guesses; i++) {
        guess(code[1 + random_below(LIVE - 1)], i % 2, wrong);
        opened += enrol(&h.central, wrong, "", NOW) != 403;
    }
    for (int i = 1; i < LIVE; i++)
        opened += enrol(&h.central, code[i], "", NOW) != 403;
    print_message("A-05: %d guesses at %d codes: %d opened, %lld tries on record\n", guesses, LIVE,
        opened, (long long)number(&h, refused));
    assert_int_equal(opened, 0);
    assert_int_equal(number(&h, enrolled), 1);
    assert_int_equal(number(&h, most_tries), CODE_TRIES);
    assert_int_equal(number(&h, refused), (LIVE - 1) * CODE_TRIES);
    assert_int_equal(h.central.counts.enrol_refused, guesses + LIVE - 1);
    house_close(&h);
}

/* An address that guesses has ten tries an hour; a right code from elsewhere works meanwhile, and
 * right ones cost nothing. */
static void an_address_that_guesses_is_stopped(void **unused)
{
    (void)unused;
    struct house h;
    const struct rates usual = {.of = {[LIMIT_CODE] = LIM_CODE_RATE}};
    char code[LIVE][CODE_TEXT], wrong[CODE_TEXT];
    int tried = 0, told = 0;
    house_open(&h);
    h.central.throttle = throttle_new(&usual);
    for (int i = 0; i < LIVE; i++)
        add(&h, i, "amber", code[i]);
    for (int i = 0; i < LIVE - 1; i++)
        assert_int_equal(enrol(&h.central, code[i], "127.0.0.1", NOW), 200);
    for (int i = 0; i < 1000; i++) {
        guess(code[LIVE - 1], false, wrong);
        int status = enrol(&h.central, wrong, "127.0.0.1", NOW + i);
        tried += status == 403;
        told += status == 429;
    }
    print_message("A-05: of 1000 guesses from one address %d were looked at\n", tried);
    assert_int_equal(tried, LIM_CODE_RATE);
    assert_int_equal(tried + told, 1000);
    assert_int_equal(enrol(&h.central, code[LIVE - 1], "127.0.0.1", NOW), 429);
    assert_int_equal(enrol(&h.central, code[LIVE - 1], "127.0.0.2", NOW), 200);
    throttle_free(h.central.throttle);
    house_close(&h);
}

/* Expired, used, of a kiosk that was given another: refused alike, and each of them on record where
 * there is still a code to be tried. A code enrols its own company's kiosk and no other. */
static void codes_that_are_none(void **unused)
{
    (void)unused;
    struct house h;
    char late[CODE_TEXT], used[CODE_TEXT], before[CODE_TEXT], now[CODE_TEXT];
    house_open(&h);
    add(&h, 1, "amber", late);
    add(&h, 2, "amber", used);
    add(&h, 3, "beril", before);
    add(&h, 3, "beril", now);
    assert_int_equal(enrol(&h.central, late, "", NOW + CODE_LIFE), 403);
    assert_int_equal(number(&h, refused), 1);
    assert_int_equal(enrol(&h.central, used, "", NOW), 200);
    assert_int_equal(enrol(&h.central, used, "", NOW), 403);
    assert_int_equal(enrol(&h.central, before, "", NOW), 403);
    assert_int_equal(number(&h, refused), 1); /* those are gone, so nobody knows whose they were */
    assert_int_equal(number(&h, enrolled), 1);
    assert_int_equal(enrol(&h.central, now, "", NOW), 200);
    assert_int_equal(
        number(&h, "SELECT count(*) FROM kiosk WHERE company = 'beril' AND token_hash IS NOT NULL"),
        1);
    assert_int_equal(number(&h, "SELECT count(*) FROM audit WHERE event = 'kiosk_enrolled'"), 2);
    house_close(&h);
}

/* ---- many at once ---- */

struct runner {
    struct central central;
    pthread_t thread;
    pthread_barrier_t *start;
    const char *code;
    int status;
};

static void *run(void *context)
{
    struct runner *r = context;
    pthread_barrier_wait(r->start);
    do
        r->status = enrol(&r->central, r->code, "", NOW);
    while (r->status == 503); /* the database was busy: as the kiosk does it */
    return NULL;
}

/* Each with a connection of its own, as several servers on one database have. Returns how many got
 * in; control: each with a code of its own. */
static int race(struct runner *r, char code[AT_ONCE][CODE_TEXT], bool control)
{
    int won = 0, lost = 0;
    for (int i = 0; i < AT_ONCE; i++) {
        r[i].code = code[control ? i : 0];
        assert_int_equal(pthread_create(&r[i].thread, NULL, run, &r[i]), 0);
    }
    for (int i = 0; i < AT_ONCE; i++) {
        pthread_join(r[i].thread, NULL);
        won += r[i].status == 200;
        lost += r[i].status == 403;
    }
    assert_int_equal(won + lost, AT_ONCE);
    return won;
}

static void one_code_has_one_winner(void **unused)
{
    (void)unused;
    struct house h;
    struct runner r[AT_ONCE];
    char code[AT_ONCE][CODE_TEXT];
    pthread_barrier_t start;
    int winners = 0, rounds = house_is_postgres() ? ROUNDS / 4 : ROUNDS;
    house_open(&h);
    pthread_barrier_init(&start, NULL, AT_ONCE);
    for (int i = 0; i < AT_ONCE; i++) {
        r[i] = (struct runner){.central = {.secrets = &h.secrets}, .start = &start};
        OK(database_open(&r[i].central.db, h.where, &err));
    }
    for (int round = 0; round < rounds; round++) {
        add(&h, round, "amber", code[0]);
        int won = race(r, code, false);
        assert_int_equal(won, 1);
        winners += won;
    }
    for (int i = 0; i < AT_ONCE; i++)
        add(&h, 100 + i, "amber", code[i]);
    assert_int_equal(race(r, code, true), AT_ONCE); /* the control: there is room for all */
    print_message(
        "A-05: %d codes, each used by %d at once: %d winners\n", rounds, AT_ONCE, winners);
    assert_int_equal(number(&h, enrolled), rounds + AT_ONCE);
    assert_int_equal(
        number(&h, "SELECT count(*) FROM audit WHERE event = 'kiosk_enrolled'"), rounds + AT_ONCE);
    for (int i = 0; i < AT_ONCE; i++)
        database_close(r[i].central.db);
    pthread_barrier_destroy(&start);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_thousand_guesses),
        cmocka_unit_test(an_address_that_guesses_is_stopped),
        cmocka_unit_test(codes_that_are_none),
        cmocka_unit_test(one_code_has_one_winner),
    };
    seed();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
