/* SPDX-License-Identifier: EUPL-1.2 */
/* What is on the own route: nobody at the company learns of it, by any list, feed or answer. */
#include "central/audit.h"
#include "court_house.h"

#define ROUNDS 60
#define ACTS 25
#define OWN_COURSE "tig" /* asked for on the own route only */

static uint64_t seed;
static int below(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

static const char *const people[] = {"wim", "wil", "ans", "bas", "eva", "dirk", "sam", "cor"};

/* ---- all that a company or its kiosks can read ---- */

static void read_feed(struct house *h, const char *token, struct buf *out)
{
    struct http_request rq = house_request("GET", "/v1/feed", token);
    struct http_response rs;
    assert_int_equal(house_send(h, &rq, &rs), 200);
    assert_null(strstr(rs.body.p, "\"more\":true"));
    buf_puts(out, rs.body.p);
    response_release(&rs);
}

static void read_lists(struct house *h, struct buf *out)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    for (int json = 0; json < 2; json++)
        for (int one = 0; one < 2; one++) {
            const struct request_filter filter = {
                .company = one ? "amber" : NULL, .json = json != 0};
            OK(admin_list_requests(h->central.db, &filter, file, &err));
            OK(admin_list_held(h->central.db, &filter, file, &err));
        }
    OK(admin_list_kiosks(h->central.db, file, &err));
    fclose(file);
    buf_puts(out, text);
    free(text);
}

static void read_metrics(struct house *h, struct buf *out)
{
    struct http_request rq = house_request("GET", "/metrics", "");
    struct http_response rs;
    assert_int_equal(house_send(h, &rq, &rs), 200);
    buf_puts(out, rs.body.p);
    response_release(&rs);
}

static void read_records(struct house *h, struct buf *out)
{
    static const enum type_id types[] = {TYPE_REQUEST, TYPE_NOTICE, TYPE_LETTER, TYPE_DELEGATION};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        house_dump(h, types[i], out);
}

static void read_looks(struct house *h, struct buf *out)
{
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        struct arena mem = {0};
        struct audit_line lines[50];
        int count = 0;
        OK(audit_looks(h->central.db, "amber", people[i], 50, &mem, lines, &count, &err));
        for (int k = 0; k < count; k++)
            buf_printf(out, "%s %s\n", lines[k].subject, lines[k].request);
        arena_release(&mem);
    }
}

static void read_all(struct house *h, struct buf *out)
{
    buf_clear(out);
    read_feed(h, TOKEN_A, out);
    read_feed(h, TOKEN_B, out);
    read_lists(h, out);
    read_metrics(h, out);
    read_records(h, out);
    read_looks(h, out);
}

/* ---- what must not be in it ---- */

static bool has_both(const char *text, const char *a, const char *b)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        if (memmem(line, n, a, strlen(a)) && memmem(line, n, b, strlen(b)))
            return true;
        line += n + (line[n] == '\n');
    }
    return false;
}

/* Which own request shows in the text, or -1. */
static int leaks(const char *text, const int *own, int count)
{
    char id[UUID_TEXT];
    for (int i = 0; i < count; i++)
        if (strstr(text, court_id(own[i], id)))
            return own[i];
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
        if (has_both(text, people[i], OWN_COURSE))
            return (int)i;
    return -1;
}

/* ---- people at random ---- */

struct play {
    struct house house;
    int own[ACTS], owns; /* requests on the own route */
    int all[ACTS], count;
    const char *asker[ACTS];
};

static void ask_own(struct play *p, int id)
{
    const char *who = people[below(8)];
    bool sealed = below(2);
    struct act act = {.type = TYPE_ASK,
        .id = id,
        .person = who,
        .course = OWN_COURSE,
        .sealed = sealed,
        .own = !sealed};
    court_act(&p->house, &p->house.a, NOW, &act);
    p->asker[p->count] = who;
    p->own[p->owns++] = p->all[p->count++] = id;
}

static void ask_employer(struct play *p, int id)
{
    const char *who = people[below(8)];
    static const char *const runs[] = {"", "one", "soon"};
    struct act act = {.type = TYPE_ASK, .id = id, .person = who, .run = runs[below(3)]};
    court_act(&p->house, &p->house.a, NOW, &act);
    p->asker[p->count] = who;
    p->all[p->count++] = id;
}

static void do_something(struct play *p, int id)
{
    static const enum type_id types[] = {
        TYPE_SEE, TYPE_DECIDE, TYPE_DECIDE, TYPE_WITHDRAW, TYPE_ACCEPT, TYPE_REPLY, TYPE_ABSENT};
    int i = below(p->count);
    struct act act = {.type = types[below(7)],
        .id = id,
        .person = below(3) ? people[below(8)] : p->asker[i],
        .request = p->all[i],
        .answer = (enum answer)below(4),
        .because = (enum because)below(14),
        .agrees = below(2)};
    /* Only the person knows of it, and what is done about it is sealed at the kiosk. */
    for (int k = 0; k < p->owns; k++)
        act.sealed |= p->own[k] == act.request;
    if (act.sealed)
        act.person = p->asker[i];
    court_act(&p->house, &p->house.a, NOW, &act);
}

static void play(struct play *p)
{
    *p = (struct play){0};
    house_open(&p->house);
    court_fill(&p->house);
    ask_own(p, 1);
    for (int id = 2; id < ACTS; id++) {
        int what = below(5);
        if (what == 0)
            ask_own(p, id);
        else if (what == 1)
            ask_employer(p, id);
        else
            do_something(p, id);
    }
    court_tick(&p->house, NOW + below(40) * DAY);
}

static void nothing_of_the_own_route_shows(void **unused)
{
    (void)unused;
    static struct play p;
    int shown = 0;
    struct buf text = BUF_INIT(4 * 1024 * 1024);
    const char *given = getenv("ACHT_SEED");
    seed = given ? strtoull(given, NULL, 10) : 20261125;
    print_message(
        "%d rounds of %d acts, seed %llu\n", house_rounds(ROUNDS), ACTS, (unsigned long long)seed);
    for (int round = 0; round < house_rounds(ROUNDS); round++) {
        play(&p);
        read_all(&p.house, &text);
        int found = leaks(text.p, p.own, p.owns);
        if (found >= 0)
            fail_msg("round %d: %d shows in\n%s", round, found, text.p);
        for (int i = 0; i < p.owns; i++)
            shown += court_row(&p.house, p.own[i]).id[0] != 0;
        house_close(&p.house);
    }
    assert_true(shown > house_rounds(ROUNDS)); /* they were there all the time */
    buf_release(&text);
}

/* The same eyes see what is on the employer's route. */
static void the_test_would_see_it(void **unused)
{
    (void)unused;
    struct house h;
    struct buf text = BUF_INIT(4 * 1024 * 1024);
    static const int one[] = {1};
    house_open(&h);
    court_fill(&h);
    ACT(&h, .type = TYPE_ASK, .id = 1, .person = "wim", .course = OWN_COURSE);
    read_all(&h, &text);
    assert_int_equal(leaks(text.p, one, 1), 1);
    assert_true(has_both(text.p, "wim", OWN_COURSE));
    buf_release(&text);
    house_close(&h);
}

/* ---- single rules ---- */

static void the_person_and_the_fund_see_it(void **unused)
{
    (void)unused;
    struct house h;
    char *text = NULL;
    size_t size;
    struct buf lines = BUF_INIT(LIM_PAGE);
    const struct request_filter fund = {.fund = true, .json = true};
    house_open(&h);
    court_fill(&h);
    EXPECT(ACT(&h, .type = TYPE_ASK, .id = 1, .person = "wim", .run = "one", .sealed = true),
        accepted, none);
    OK(database_begin(h.central.db, &err));
    OK(requests_own(h.central.db, "amber", "wim", &lines, &err));
    assert_non_null(strstr(lines.p, "\"state\":\"placed\""));
    buf_clear(&lines);
    OK(requests_own(h.central.db, "amber", "wil", &lines, &err));
    OK(requests_own(h.central.db, "beril", "wim", &lines, &err));
    assert_int_equal(lines.len, 0);
    OK(database_commit(h.central.db, &err));
    FILE *out = open_memstream(&text, &size);
    OK(admin_list_requests(h.central.db, &fund, out, &err));
    fclose(out);
    assert_non_null(strstr(text, "\"route\":\"own\""));
    free(text);
    buf_release(&lines);
    house_close(&h);
}

static void own_route_needs_a_pin_and_only_the_person_acts(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    court_fill(&h);
    EXPECT(ACT(&h, .type = TYPE_ASK, .id = 1, .person = "wim", .sealed = true, .unproven = true),
        refused, no_pin);
    EXPECT(ACT(&h, .type = TYPE_PROPOSE, .id = 2, .person = "ans", .worker = "wim", .sealed = true),
        refused, not_allowed);
    EXPECT(ACT(&h, .type = TYPE_ASK, .id = 3, .person = "wim", .sealed = true), accepted, none);
    /* As if there were no such request. */
    EXPECT(ACT(&h, .type = TYPE_SEE, .id = 4, .person = "ans", .request = 3), held, no_request);
    EXPECT(ACT(&h, .type = TYPE_SEE, .id = 5, .person = "ans", .request = 99), held, no_request);
    EXPECT(ACT(&h, .type = TYPE_WITHDRAW, .id = 6, .person = "wim", .request = 3, .sealed = true),
        accepted, none);
    assert_int_equal(court_row(&h, 3).state, REQUEST_withdrawn);
    house_close(&h);
}

/* The same wish on both routes: neither merges into the other, or it would tell. */
static void the_routes_do_not_meet(void **unused)
{
    (void)unused;
    struct house h;
    house_open(&h);
    court_fill(&h);
    EXPECT(ACT(&h, .type = TYPE_ASK, .id = 1, .person = "wim", .sealed = true), accepted, none);
    EXPECT(ACT(&h, .type = TYPE_ASK, .id = 2, .person = "wim"), accepted, none);
    EXPECT(ACT(&h, .type = TYPE_ASK, .id = 3, .person = "wim", .own = true), merged, none);
    assert_int_equal(court_state(&h, 2), REQUEST_asked);
    assert_int_equal(court_state(&h, 1), -1);
    house_close(&h);
}

/* An offer on the own route runs from the letter in which it stood. */
static void an_own_offer_runs_from_its_letter(void **unused)
{
    (void)unused;
    struct house h;
    struct buf lines = BUF_INIT(LIM_PAGE);
    house_open(&h);
    court_fill(&h);
    ACT(&h, .type = TYPE_ASK, .id = 1, .person = "wil", .run = "one", .sealed = true);
    ACT(&h, .type = TYPE_ASK, .id = 2, .person = "wim", .run = "one", .sealed = true);
    assert_int_equal(court_row(&h, 2).seat, SEAT_WAITING);
    ACT(&h, .type = TYPE_WITHDRAW, .id = 3, .person = "wil", .request = 1, .sealed = true);
    assert_int_equal(court_row(&h, 2).seat, SEAT_OFFERED);
    court_tick(&h, NOW + 15 * DAY);
    assert_int_equal(court_row(&h, 2).delivered_at, NO_NUMBER);
    OK(database_begin(h.central.db, &err));
    OK(requests_own(h.central.db, "amber", "wim", &lines, &err));
    OK(database_commit(h.central.db, &err));
    court_tick(&h, NOW);
    assert_int_equal(court_row(&h, 2).delivered_at, NOW);
    buf_release(&lines);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_the_own_route_shows),
        cmocka_unit_test(the_test_would_see_it),
        cmocka_unit_test(the_person_and_the_fund_see_it),
        cmocka_unit_test(own_route_needs_a_pin_and_only_the_person_acts),
        cmocka_unit_test(the_routes_do_not_meet),
        cmocka_unit_test(an_own_offer_runs_from_its_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
