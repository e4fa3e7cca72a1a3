/* SPDX-License-Identifier: EUPL-1.2 */
/* The clerk: what waits together is written together, and nobody's failure is another's. */
#include "central_pins.h"

#include <pthread.h>
#include <time.h>

#include "central/clerk.h"

enum { MANY = 100, PATIENCE = 120 /* seconds until a test gives up */ };

struct job {
    struct clerk_job job;
    struct http_request rq;
    struct http_response rs;
    struct buf body;
    struct office *office;
    int done; /* how often it was called */
};

struct office {
    bool hold; /* whoever is done first keeps everybody else from writing */
    struct house house;
    struct central writer;
    struct clerk *clerk;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done;
    struct job jobs[MANY];
};

static void open_office(struct office *o)
{
    memset(o, 0, sizeof(*o));
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->changed, NULL);
    house_people(&o->house);
    o->writer = o->house.central;
    o->writer.pages = NULL; /* those are one thread's own */
    OK(database_open(&o->writer.db, o->house.where, &err));
    OK(clerk_start(&o->clerk, &o->writer, &err));
}

static void close_office(struct office *o)
{
    if (o->clerk)
        clerk_stop(o->clerk);
    clerk_free(o->clerk);
    database_close(o->writer.db);
    house_close(&o->house);
    for (int i = 0; i < MANY; i++) {
        response_release(&o->jobs[i].rs);
        buf_release(&o->jobs[i].body);
    }
    pthread_cond_destroy(&o->changed);
    pthread_mutex_destroy(&o->lock);
}

static void is_done(struct clerk_job *job)
{
    struct job *j = (struct job *)job;
    if (j->office->hold && j->office->done == 0)
        OK(database_begin(j->office->house.central.db, &err));
    pthread_mutex_lock(&j->office->lock);
    j->done++;
    j->office->done++;
    pthread_cond_signal(&j->office->changed);
    pthread_mutex_unlock(&j->office->lock);
}

static int hand_in(struct office *o, struct job *j, const char *person, const char *pin)
{
    j->office = o;
    j->rq = house_request("POST", "/v1/journal", TOKEN_A);
    buf_init(&j->body, LIM_BODY);
    act_add(&o->house, &o->house.a,
        &(struct act){pin ? TYPE_SIGN_IN : TYPE_ASK, person, .pin = pin}, &j->body);
    j->rq.body = j->body.p;
    j->rq.len = j->body.len;
    response_init(&j->rs);
    j->job = (struct clerk_job){.rq = &j->rq, .rs = &j->rs, .done = is_done};
    return clerk_take(o->clerk, &j->job);
}

static void wait_for(struct office *o, int count)
{
    pthread_mutex_lock(&o->lock);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE;
    while (o->done < count)
        if (pthread_cond_timedwait(&o->changed, &o->lock, &until) != 0)
            fail_msg("%d of %d are done", o->done, count);
    pthread_mutex_unlock(&o->lock);
}

/* While somebody else writes, everything that arrives waits, and is one group then. */
static void hand_in_together(struct office *o, const char *const *people, int count)
{
    OK(database_begin(o->house.central.db, &err));
    for (int i = 0; i < count; i++)
        assert_int_equal(hand_in(o, &o->jobs[i], people[i % 2], NULL), 0);
    clerk_note(o->clerk, o->house.a.id,
        &(struct feed_note){1, 1, NOW, NOW}); /* is to be written with them */
    database_rollback(o->house.central.db);
    wait_for(o, count);
}

static int64_t entries(struct office *o)
{
    struct sql_stmt *s = sql_stmt(o->house.central.db->sql, "SELECT count(*) FROM entry");
    OK(sql_step(s, &err));
    int64_t n = sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

static void each_is_done_once(void **unused)
{
    (void)unused;
    static const char *const people[] = {"anna", "aad"};
    static struct office o;
    struct central_counts counts;
    open_office(&o);
    hand_in_together(&o, people, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(o.jobs[i].done, 1);
        assert_int_equal(o.jobs[i].rs.status, 200);
    }
    assert_int_equal(entries(&o), MANY);
    clerk_counts(o.clerk, &counts);
    assert_int_equal(counts.judged.by_kind[VERDICT_accepted], 2); /* of each person the first */
    assert_int_equal(counts.judged.by_kind[VERDICT_merged], MANY - 2);
    close_office(&o);
}

/* A row that cannot be read fails whoever needs it: half of the group, of which the rest is written
 * all the same. */
static void one_failure_spoils_nothing(void **unused)
{
    (void)unused;
    static const char *const people[] = {"anna", "aad"};
    static struct office o;
    open_office(&o);
    OK(database_begin(o.house.central.db, &err));
    OK(house_sql(
        o.house.central.db, "UPDATE standing SET role = 'spoiled' WHERE person = 'aad'", &err));
    OK(database_commit(o.house.central.db, &err));
    hand_in_together(&o, people, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(o.jobs[i].done, 1);
        assert_int_equal(o.jobs[i].rs.status, i % 2 ? 500 : 200);
    }
    assert_int_equal(entries(&o), MANY / 2);
    close_office(&o);
}

/* More sign-ins than may wait for their turn, and others among them: all are answered. */
static void turns_are_taken(void **unused)
{
    (void)unused;
    static struct office o;
    int judged = 0, busy = 0;
    enum { SIGN_INS = 2 * LIM_SLOW };
    open_office(&o);
    house_pin(&o.house, "anna", PIN_ANNA, NOW - DAY);
    OK(database_begin(o.house.central.db, &err));
    for (int i = 0; i < 2 * SIGN_INS; i++)
        assert_int_equal(hand_in(&o, &o.jobs[i], "anna", i % 2 ? NULL : PIN_ANNA), 0);
    database_rollback(o.house.central.db);
    wait_for(&o, 2 * SIGN_INS);
    for (int i = 0; i < 2 * SIGN_INS; i++) {
        assert_int_equal(o.jobs[i].done, 1);
        if (i % 2)
            assert_int_equal(o.jobs[i].rs.status, 200);
        judged += i % 2 == 0 && o.jobs[i].rs.status == 200;
        busy += o.jobs[i].rs.status == 429;
    }
    assert_int_equal(judged + busy, SIGN_INS);
    assert_true(judged >= LIM_SLOW);
    assert_true(busy > 0);
    close_office(&o);
}

/* Who waits for a turn is answered like the others when nothing can be written. */
static void turns_end_with_the_database(void **unused)
{
    (void)unused;
    static struct office o;
    int answers[600] = {0};
    open_office(&o);
    o.hold = true;
    house_pin(&o.house, "anna", PIN_ANNA, NOW - DAY);
    OK(database_begin(o.house.central.db, &err));
    for (int i = 0; i < LIM_SLOW; i++)
        assert_int_equal(hand_in(&o, &o.jobs[i], "anna", PIN_ANNA), 0);
    database_rollback(o.house.central.db);
    wait_for(&o, LIM_SLOW);
    database_rollback(o.house.central.db);
    for (int i = 0; i < LIM_SLOW; i++)
        answers[o.jobs[i].rs.status]++;
    assert_int_equal(answers[200], 1);
    assert_int_equal(answers[503], LIM_SLOW - 1);
    close_office(&o);
}

/* Stopping does what was taken, notes too. */
static void stopping_loses_nothing(void **unused)
{
    (void)unused;
    static struct office o;
    struct kiosk kiosk;
    char hash[DIGEST_HEX];
    open_office(&o);
    house_pin(&o.house, "anna", PIN_ANNA, NOW - DAY);
    for (int i = 0; i < LIM_SLOW; i++)
        assert_int_equal(hand_in(&o, &o.jobs[i], "anna", i % 2 ? NULL : PIN_ANNA), 0);
    clerk_note(o.clerk, o.house.a.id, &(struct feed_note){7, 7, NOW + 5, NOW + 5});
    clerk_stop(o.clerk);
    assert_int_equal(o.done, LIM_SLOW);
    /* Who still answers may ask for the counts and leave notes, which nobody writes. */
    struct central_counts counts;
    clerk_note(o.clerk, o.house.a.id, &(struct feed_note){8, 8, NOW + 6, NOW + 6});
    clerk_counts(o.clerk, &counts);
    assert_int_equal(counts.judged.hashes, LIM_SLOW / 2);
    clerk_free(o.clerk);
    o.clerk = NULL;
    sha256_hex(TOKEN_A, strlen(TOKEN_A), hash);
    OK(database_kiosk_by_token(o.house.central.db, hash, &kiosk, &err));
    assert_int_equal(kiosk.served, 7);
    close_office(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_done_once),
        cmocka_unit_test(one_failure_spoils_nothing),
        cmocka_unit_test(turns_are_taken),
        cmocka_unit_test(turns_end_with_the_database),
        cmocka_unit_test(stopping_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
