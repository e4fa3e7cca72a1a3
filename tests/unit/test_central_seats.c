/* SPDX-License-Identifier: EUPL-1.2 */
/* Who has the last seat after some of those who asked for it gave it back: the same whatever the
 * order in which it all comes in (S-28), as long as nobody was told anything for certain. */
#include "court_house.h"

enum { ASKS = 3, BACKS = 2, EVENTS = ASKS + BACKS };

/* Who asks in this order, an hour after each other; and when the first two take it back. */
static const char *const people[ASKS] = {"wim", "wil", "eva"};
#define ASKED(i) (NOW - (10 - (i)) * HOUR)
static const int64_t first_back[] = {ASKED(0) + MINUTE, ASKED(1) + MINUTE, ASKED(2) + MINUTE};
static const int64_t second_back[] = {ASKED(1) + MINUTE, ASKED(1) + 2 * MINUTE, ASKED(2) + MINUTE};

static struct act event(int i, const int64_t back[BACKS])
{
    if (i < ASKS)
        return (struct act){.type = TYPE_ASK,
            .id = i + 1,
            .person = people[i],
            .run = "one",
            .sealed = true,
            .at = ASKED(i)};
    return (struct act){.type = TYPE_WITHDRAW,
        .id = i + 10,
        .person = people[i - ASKS],
        .request = i - ASKS + 1,
        .sealed = true,
        .at = back[i - ASKS]};
}

static void show(struct house *h, struct buf *out)
{
    buf_clear(out);
    for (int i = 1; i <= ASKS; i++) {
        char seat[LIM_ID];
        const struct docket_row row = court_row(h, i);
        choice_name(SEAT_STATUSES, (int)row.seat, seat);
        buf_printf(
            out, "%s %s %d; ", row.person, seat, row.place == NO_NUMBER ? 0 : (int)row.place);
    }
}

static void run_order(const int order[EVENTS], const int64_t back[BACKS], struct buf *out)
{
    struct house h;
    house_open(&h);
    court_fill(&h);
    for (int i = 0; i < EVENTS; i++) {
        const struct act a = event(order[i], back);
        court_act(&h, &h.a, NOW + i * MINUTE, &a);
    }
    court_tick(&h, NOW + HOUR);
    show(&h, out);
    house_close(&h);
}

/* The n-th order of the events; false when it is none, or something is given back before it was
 * asked for: a kiosk sends both in their order. */
static bool make_order(int n, int order[EVENTS])
{
    int place[EVENTS], seen = 0;
    for (int i = 0; i < EVENTS; i++, n /= EVENTS) {
        order[i] = n % EVENTS;
        place[order[i]] = i;
        seen |= 1 << order[i];
    }
    return seen == (1 << EVENTS) - 1 && place[3] > place[0] && place[4] > place[1];
}

/* All orders of one set of times; returns how many. */
static int every_order(const int64_t back[BACKS], const char *want)
{
    struct buf got = BUF_INIT(LIM_TEXT);
    int orders = 0, order[EVENTS];
    for (int n = 0; n < EVENTS * EVENTS * EVENTS * EVENTS * EVENTS; n++) {
        if (!make_order(n, order) || n % house_every(31))
            continue;
        run_order(order, back, &got);
        if (strcmp(got.p, want) != 0)
            fail_msg("order %d%d%d%d%d: %s instead of %s", order[0], order[1], order[2], order[3],
                order[4], got.p, want);
        orders++;
    }
    buf_release(&got);
    return orders;
}

static void a_seat_that_came_back_in_every_order(void **unused)
{
    (void)unused;
    int orders = 0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            const int64_t back[BACKS] = {first_back[i], second_back[k]};
            /* She is asked whether she still wants what was taken when she asked for it. */
            bool taken = back[0] > ASKED(2) || back[1] > ASKED(2);
            orders += every_order(back, taken ? "wim none 0; wil none 0; eva offered 0; "
                                              : "wim none 0; wil none 0; eva placed 0; ");
        }
    if (house_is_postgres())
        assert_true(orders > 0);
    else
        assert_int_equal(orders, 9 * 30);
    print_message("S-28: %d orders of asks and of what was given back end the same\n", orders);
}

static void ask_own(struct house *h, int id, const char *person, int64_t at, int64_t now)
{
    const struct act a = {
        .type = TYPE_ASK, .id = id, .person = person, .run = "one", .sealed = true, .at = at};
    court_act(h, &h->a, now, &a);
}

static void read_own(struct house *h, const char *person)
{
    struct buf lines = BUF_INIT(LIM_PAGE);
    OK(database_begin(h->central.db, &err));
    OK(requests_own(h->central.db, "amber", person, &lines, &err));
    OK(database_commit(h->central.db, &err));
    court_tick(h, NOW);
    buf_release(&lines);
}

/* An offer that the worker has read, and the seat that comes of it, stay his when an earlier ask
 * comes in late; one that nobody has read does not. */
static void an_offer_that_was_read_stays(void **unused)
{
    (void)unused;
    for (int read = 0; read < 3; read++) {
        struct house h;
        house_open(&h);
        court_fill(&h);
        ask_own(&h, 1, "wim", ASKED(0), NOW);
        ask_own(&h, 3, "eva", ASKED(2), NOW);
        ACT(&h, .type = TYPE_WITHDRAW, .id = 11, .person = "wim", .request = 1, .sealed = true);
        assert_int_equal(court_row(&h, 3).seat, SEAT_OFFERED);
        if (read > 0)
            read_own(&h, "eva");
        if (read > 1)
            ACT_AT(&h, NOW + MINUTE, .type = TYPE_ACCEPT, .id = 12, .person = "eva", .request = 3,
                .agrees = true, .sealed = true);
        ask_own(&h, 2, "wil", ASKED(1), NOW + HOUR);
        static const enum seat_status eva[] = {SEAT_WAITING, SEAT_OFFERED, SEAT_PLACED};
        assert_int_equal(court_row(&h, 3).seat, eva[read]);
        assert_int_equal(court_row(&h, 2).seat, read ? SEAT_WAITING : SEAT_OFFERED);
        house_close(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seat_that_came_back_in_every_order),
        cmocka_unit_test(an_offer_that_was_read_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
