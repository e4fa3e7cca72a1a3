/* SPDX-License-Identifier: EUPL-1.2 */
/* 100 kiosks ask offline for the last seat and sync in any order (S-30). test_model_seats.c has the
 * rule by itself; this is the server with its database. */
#include "court_house.h"

#define KIOSKS 100
#define ROUNDS 1000
#define WHOLE_ROUNDS 15 /* with all kiosks; the others have a few, for the time they take */

static uint64_t seed;
static int below(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

static void shuffle(int *order, int n)
{
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int j = below(i + 1), t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
}

/* A house with so many workers, and a run with one seat for each round. */
static void fill(struct house *h, int rounds)
{
    char line[300];
    house_open(h);
    house_kiosk(h, "amber", TOKEN_A, &h->a);
    house_put(h, "", "s", "{'type':'source','id':'s','name':'S','checked':'2026-11-24T02:00:00Z'}");
    house_put(h, "", "s",
        "{'type':'course','id':'mig','source':'s','title':'MIG','provider':'P','form':'online'}");
    for (int i = 0; i < KIOSKS; i++) {
        snprintf(line, sizeof(line),
            "{'type':'person','id':'w%d','name':'W','team':'las','role':'worker'," BADGE "}", i);
        house_put(h, "amber", "roster", line);
    }
    for (int i = 0; i < rounds; i++) {
        snprintf(line, sizeof(line),
            "{'type':'run','id':'r%d','course':'mig','start':'2026-12-21','seats_left':1}", i);
        house_put(h, "", "s", line);
    }
}

struct seated {
    int count;
    int64_t asked_at;
    char id[LIM_ID];
};

static struct seated who_sits(struct house *h, int run)
{
    char name[LIM_ID];
    struct seated found = {0};
    struct arena mem = {0};
    struct docket_rows rows;
    snprintf(name, sizeof(name), "r%d", run);
    OK(docket_run(h->central.db, name, &mem, &rows, &err));
    for (int i = 0; i < rows.count; i++)
        if (rows.row[i].seat == SEAT_PLACED) {
            found.count++;
            found.asked_at = rows.row[i].asked_at;
            str_copy(found.id, sizeof(found.id), rows.row[i].id);
        }
    arena_release(&mem);
    return found;
}

/* Asks on the own route: one entry each, and the worker's yes is all that is needed. */
static int race(struct house *h, int run, const int64_t *asked, int kiosks)
{
    int order[KIOSKS], over = 0;
    char name[LIM_ID], person[LIM_ID], id[UUID_TEXT];
    snprintf(name, sizeof(name), "r%d", run);
    shuffle(order, kiosks);
    for (int i = 0; i < kiosks; i++) {
        int k = order[i];
        snprintf(person, sizeof(person), "w%d", k);
        struct act act = {.type = TYPE_ASK,
            .id = run * KIOSKS + k + 1,
            .person = person,
            .run = name,
            .own = true,
            .at = asked[k]};
        EXPECT(court_act(h, &h->a, NOW, &act), accepted, none);
        over += who_sits(h, run).count > 1;
    }
    int first = 0;
    for (int k = 1; k < kiosks; k++)
        if (asked[k] < asked[first])
            first = k;
    struct seated winner = who_sits(h, run);
    assert_int_equal(winner.count, 1);
    assert_string_equal(winner.id, court_id(run * KIOSKS + first + 1, id));
    return over;
}

static void always_the_one_who_asked_first(void **unused)
{
    (void)unused;
    struct house h;
    int64_t asked[KIOSKS], asks = 0;
    int over = 0, rounds = ROUNDS / house_every(50),
        whole = (WHOLE_ROUNDS - 1) / house_every(7) + 1;
    const char *given = getenv("ACHT_SEED");
    seed = given ? strtoull(given, NULL, 10) : 20261126;
    print_message("S-30: seed %llu\n", (unsigned long long)seed);
    fill(&h, rounds);
    for (int round = 0; round < rounds; round++) {
        int kiosks = round < whole ? KIOSKS : 4;
        for (int k = 0; k < kiosks; k++)
            asked[k] = NOW - HOUR + below(1000);
        over += race(&h, round, asked, kiosks);
        asks += kiosks;
    }
    print_message("%d rounds, %lld asks: %d times too many\n", rounds, (long long)asks, over);
    assert_int_equal(over, 0);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(always_the_one_who_asked_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
