/* SPDX-License-Identifier: EUPL-1.2 */
/* I-19 on PostgreSQL: who looks at the database since before somebody was erased keeps the rows
 * from going; the erasing waits for him. */
#include "erase_scene.h"

#include <pthread.h>
#include <stdatomic.h>

struct erasing_thread {
    struct scene scene;
    atomic_bool ended;
    int rc;
};

static void *erase_it(void *context)
{
    struct erasing_thread *t = context;
    struct err err = {0};
    t->rc = erase_person(&t->scene.erasing, "amber", t->scene.person, &err);
    t->ended = true;
    return NULL;
}

/* It asks again and again who runs. */
static bool it_waits(void)
{
    char n[24];
    house_postgres_get("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                       " AND state = 'idle' AND query LIKE '%virtualtransaction = ANY%'",
        n, sizeof(n));
    return strcmp(n, "0") != 0;
}

static void expect_waiting(const char *database, const char *transaction)
{
    static struct erasing_thread t;
    pthread_t thread;
    t = (struct erasing_thread){.rc = -1};
    scene_open(&t.scene);
    PGconn *looks = house_superuser(database);
    house_do(looks, transaction, NULL, 0);
    assert_true(house_hits(&t.scene.h, NAME) > 0);
    assert_int_equal(pthread_create(&thread, NULL, erase_it, &t), 0);
    while (!t.ended && !it_waits())
        ;
    assert_false(t.ended);
    assert_true(house_hits(&t.scene.h, NAME) > 0);
    house_do(looks, "COMMIT", NULL, 0);
    pthread_join(thread, NULL);
    assert_int_equal(t.rc, 0);
    assert_int_equal(house_hits(&t.scene.h, NAME), 0);
    assert_int_equal(house_hits(&t.scene.h, WORDS), 0);
    PQfinish(looks);
    scene_close(&t.scene);
}

static void an_old_look_is_waited_for(void **unused)
{
    (void)unused;
    expect_waiting(
        house_database(), "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class");
}

static void so_is_whoever_writes_in_another_database(void **unused)
{
    (void)unused;
    expect_waiting("postgres", "BEGIN; SELECT pg_current_xact_id()");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_look_is_waited_for),
        cmocka_unit_test(so_is_whoever_writes_in_another_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
