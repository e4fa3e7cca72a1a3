/* SPDX-License-Identifier: EUPL-1.2 */
/* I-13: visits that are left open, that another badge cuts off, and two badges at once, wherever
 * the person has got to by then. ACHT_SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/burst.h"
#include "support/rng.h"
#include "support/visit.h"

#define RUNS 50
#define KEYS 12
#define SILENCE 60 /* seconds until the countdown, and of it: screens/kiosk.json */
#define COUNTDOWN 20
#define WORD "qzxvwk" /* what everybody searches for here, and nobody else may see */

static struct rig rig;
static struct visit v;
static uint64_t seed;

static const struct {
    const char *badge, *name;
} people[] = {{SANNE, "Sanne"}, {PIET, "Piet"}, {DELROY, "Delroy"}, {JOOST, "Joost"}};
#define PEOPLE (int)(sizeof(people) / sizeof(people[0]))

static int below(int limit)
{
    return (int)rng_below(&seed, (uint64_t)limit);
}

static bool at_start(void)
{
    return visit_sees(&v, "Druk op een toets om te beginnen");
}

static void scan(int who)
{
    char keys[80];
    snprintf(keys, sizeof(keys), "#%s", people[who].badge);
    visit_press(&v, keys);
}

/* Somebody comes, searches, and presses this and that; perhaps in another language. */
static void wander(int who)
{
    static const char *const keys[] = {"1", "1", "2", "3", "4", "5", "6", "8", "Down", "Enter",
        "Esc", "Tab", "PgDn", "735142", "F2"};
    visit_press(&v, "Enter");
    scan(who);
    visit_press(&v, "2 1 " WORD);
    for (int i = below(KEYS); i > 0 && !at_start(); i--)
        visit_press(&v, keys[below((int)(sizeof(keys) / sizeof(keys[0])))]);
}

static bool shows(int who)
{
    return visit_sees(&v, people[who].name);
}

/* The next person looks where the last one typed. */
static void nothing_is_left(int who)
{
    HOLDS(&v, !shows(who) && !visit_sees(&v, WORD));
    HOLDS(&v, !pty_bytes_contain(v.pty, people[who].name));
}

static void left_open(int who)
{
    wander(who);
    bool open = !at_start();
    visit_pass_time(&v, SILENCE + COUNTDOWN - 5);
    HOLDS(&v, at_start() == !open);
    pty_bytes_reset(v.pty);
    visit_pass_time(&v, 6);
    HOLDS(&v, at_start());
    nothing_is_left(who);
}

static void cut_off(int who, int next)
{
    wander(who);
    pty_bytes_reset(v.pty);
    scan(next);
    SEE(&v, "Wat wil je doen?"); /* in the kiosk's language again */
    visit_press(&v, "Down");
    HOLDS(&v, shows(next));
    nothing_is_left(who);
    visit_press(&v, "2 1");
    nothing_is_left(who);
}

/* The second one comes within the reader's breath: one person stands there, not two. */
static void two_at_once(int who, int next)
{
    char line[80];
    wander(PEOPLE - 1);
    snprintf(line, sizeof(line), "%s\r%s\r", people[who].badge, people[next].badge);
    pty_bytes_reset(v.pty);
    HOLDS(&v, pty_type(v.pty, line) == PTY_IDLE);
    HOLDS(&v, pty_advance(v.pty, BURST_PAUSE + 1) == PTY_IDLE);
    visit_press(&v, "Down");
    HOLDS(&v, shows(who) && !shows(next));
    nothing_is_left(PEOPLE - 1);
}

static void nothing_is_carried_over(void **state)
{
    int count[3] = {0};
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        int who = below(PEOPLE - 1), next = (who + 1 + below(PEOPLE - 2)) % (PEOPLE - 1);
        int kind = i % 3;
        if (kind == 0)
            left_open(who);
        else if (kind == 1)
            cut_off(who, next);
        else
            two_at_once(who, next);
        count[kind]++;
        visit_pass_time(&v, SILENCE + COUNTDOWN + 5);
        HOLDS(&v, at_start());
    }
    printf(
        "%d runs: %d left open, %d cut off by a badge, %d with two badges; nothing carried over\n",
        RUNS, count[0], count[1], count[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_carried_over),
    };
    seed = rng_seed();
    visit_rig(&rig);
    visit_begin(&v, &rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    visit_end(&v);
    rig_end(&rig);
    return failed;
}
