/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is of a company, where and when, and that kiosks elsewhere or at other times never hear of
 * it.
 */
#include "central_pins.h"

#include "central/import.h"
#include "central/jobs.h"
#include "central/person_id.h"

#define HEAD "badge,name,team,role,site,language,from,to\n"
#define TOKEN_N "1111111111111111111111111111111111111111111111111111111111111111"
#define TOKEN_S "2222222222222222222222222222222222222222222222222222222222222222"

static void import(struct house *h, const char *rows, int64_t now, struct import_result *result)
{
    char csv[96];
    snprintf(csv, sizeof(csv), "%s.csv", h->path);
    FILE *f = fopen(csv, "w");
    assert_non_null(f);
    fprintf(f, HEAD "%s", rows);
    fclose(f);
    struct import_job job = {.path = csv, .now = now, .problems = {.file = csv}};
    OK(import_people(h->central.db, "amber", &job, result, &err));
    assert_int_equal(job.problems.rows, 0);
}

static void site_kiosk(
    struct house *h, const char *name, const char *site, const char *token, struct kiosk *kiosk)
{
    char code[CODE_TEXT], hash[DIGEST_HEX];
    OK(admin_add_kiosk(h->central.db, name, "amber", site, NOW, code, kiosk, &err));
    sha256_hex(token, strlen(token), hash);
    OK(database_begin(h->central.db, &err));
    OK(database_kiosk_enrol(h->central.db, kiosk->id, hash, &err));
    OK(database_commit(h->central.db, &err));
}

/* What a kiosk gets from `cursor` on, on one page; the next cursor is put there. */
static void feed(
    struct house *h, const char *token, char cursor[LIM_CURSOR], int64_t now, struct buf *out)
{
    struct http_response rs;
    struct trailer t;
    size_t lines;
    struct http_request rq = house_request("GET", "/v1/feed", token);
    rq.cursor = cursor;
    rq.now = now;
    assert_int_equal(house_send(h, &rq, &rs), 200);
    OK(trailer_check(rs.body.p, rs.body.len, &lines, &t, &err));
    str_copy(cursor, LIM_CURSOR, t.next);
    buf_clear(out);
    buf_add(out, rs.body.p, lines);
    response_release(&rs);
}

static int count_lines(const char *text, const char *with)
{
    int n = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        const char *found = strstr(line, with);
        n += found && found < line + strcspn(line, "\n");
    }
    return n;
}

#define expect_count(text, with, want)                                                             \
    do {                                                                                           \
        if (count_lines(text, with) != (want))                                                     \
            fail_msg("line %d: not %d times '%s' in: %s", __LINE__, want, with, text);             \
    } while (0)

#define PERSON_LINE "{\"type\":\"person\""

/* I-23: three sites, two people who work at two of them, one everywhere. A kiosk has the people of
 * its site and, of each, the declared fields only. */
static void a_kiosk_knows_its_site_only(void **unused)
{
    (void)unused;
    static const struct {
        const char *token, *site;
        int people;
        const char *names[4], *others[4];
    } kiosks[] = {
        {TOKEN_N, "Noord", 3, {"Nel", "Nico", "Dora"}, {"Zoe", "Otto", "Zuid"}},
        {TOKEN_S, "Zuid", 3, {"Zoe", "Nico", "Dora"}, {"Nel\"", "Otto", "Noord"}},
        {TOKEN_A, "Oost west", 1, {"Dora"}, {"Nel\"", "Nico", "Zoe", "Otto"}},
        {TOKEN_B, "", 5, {"Nel", "Nico", "Zoe", "Otto"}, {"Noord"}},
    };
    struct house h;
    struct kiosk kiosk;
    struct import_result result;
    struct buf got = BUF_INIT(LIM_PAGE);
    house_open(&h);
    for (int i = 0; i < 4; i++)
        site_kiosk(&h, kiosks[i].token + 56, kiosks[i].site, kiosks[i].token, &kiosk);
    import(&h,
        "1,Nel,T,worker,Noord,nl,2020-01-01,\n2,Nico,T,supervisor, Noord ;Zuid,pl,,\n"
        "3,Zoe,T,worker,Zuid,tr,,2030-01-01\n4,Dora,,contact,,,,\n5,Otto,T,worker,Oost;,uk,,\n",
        NOW, &result);
    assert_int_equal(result.people.fresh, 5);
    for (int i = 0; i < 4; i++) {
        char cursor[LIM_CURSOR] = "";
        feed(&h, kiosks[i].token, cursor, NOW, &got);
        expect_count(got.p, PERSON_LINE, kiosks[i].people);
        expect_count(got.p, "\"gone\"", 0);
        for (int k = 0; k < 4 && kiosks[i].names[k]; k++)
            expect_count(got.p, kiosks[i].names[k], 1);
        for (int k = 0; k < 4 && kiosks[i].others[k]; k++)
            expect_count(got.p, kiosks[i].others[k], 0);
        static const char *const kept_back[] = {
            "\"site\"", "\"sites\"", "language", "from", "\"to\"", "2020-01-01", "2030-01-01"};
        for (size_t k = 0; k < sizeof(kept_back) / sizeof(kept_back[0]); k++)
            expect_count(got.p, kept_back[k], 0);
    }
    buf_release(&got);
    house_close(&h);
}

/* Somebody moves: the old site's kiosks forget him and what is about him, the new one's learn of
 * it, and a third site's hear an id at most. */
static void who_moves_is_forgotten_there(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk kiosk;
    struct import_result result;
    struct buf got = BUF_INIT(LIM_PAGE);
    char north[LIM_CURSOR] = "", south[LIM_CURSOR] = "", line[256], nel[LIM_ID];
    const char **ids;
    int64_t count;
    struct arena mem = {0};
    house_open(&h);
    site_kiosk(&h, "n", "Noord", TOKEN_N, &kiosk);
    site_kiosk(&h, "s", "Zuid", TOKEN_S, &kiosk);
    import(&h, "1,Nel,T,worker,Noord,nl,,\n", NOW, &result);
    OK(database_members(h.central.db, "amber", &mem, &ids, &count, &err));
    assert_int_equal(count, 1);
    str_copy(nel, sizeof(nel), ids[0]);
    snprintf(line, sizeof(line),
        "{'type':'notice','id':'n1','person':'%s','kind':'pin_set','at':'2026-11-24T10:00:00Z'}",
        ids[0]);
    house_put(&h, "amber", "judge", line);
    feed(&h, TOKEN_N, north, NOW, &got);
    expect_count(got.p, ids[0], 2);
    feed(&h, TOKEN_S, south, NOW, &got);
    expect_count(got.p, ids[0], 0);
    import(&h, "1,Nel,T,worker,Zuid,nl,,\n", NOW, &result);
    assert_int_equal(result.people.changed, 1);
    feed(&h, TOKEN_N, north, NOW, &got);
    expect_count(got.p, "\"gone\":true", 2);
    expect_count(got.p, "Nel", 0);
    expect_count(got.p, "pin_set", 0);
    feed(&h, TOKEN_S, south, NOW, &got);
    expect_count(got.p, "\"gone\"", 0);
    expect_count(got.p, "Nel", 1);
    expect_count(got.p, "pin_set", 1);
    import(&h, "1,Nel,T,worker,Zuid,nl,,\n", NOW, &result); /* nothing new */
    assert_int_equal(result.people.same, 1);
    feed(&h, TOKEN_S, south, NOW, &got);
    assert_int_equal(got.len, 0);
    import(&h, "2,Nico,T,worker,Zuid,nl,,\n", NOW, &result); /* and leaves */
    feed(&h, TOKEN_S, south, NOW, &got);
    expect_count(got.p, "\"gone\":true", 1);
    OK(database_members(h.central.db, "amber", &mem, &ids, &count, &err));
    assert_int_equal(count, 1);
    for (int i = 1; i <= 2; i++) { /* what is still said of her stays where she was */
        snprintf(line, sizeof(line),
            "{'type':'notice','id':'n%d','person':'%s','kind':'exported',"
            "'at':'2026-11-24T11:00:00Z'}",
            i, nel);
        house_put(&h, "amber", "judge", line);
    }
    feed(&h, TOKEN_N, north, NOW, &got);
    expect_count(got.p, "exported", 0);
    feed(&h, TOKEN_S, south, NOW, &got);
    expect_count(got.p, "exported", 2);
    arena_release(&mem);
    buf_release(&got);
    house_close(&h);
}

/* Letters come to one kiosk, and others do not even hear that there was one. */
static void a_letter_comes_to_one_kiosk(void **unused)
{
    (void)unused;
    struct house h;
    struct buf got = BUF_INIT(LIM_PAGE);
    struct kiosk other;
    char mine[LIM_CURSOR] = "", its[LIM_CURSOR] = "";
    house_people(&h);
    site_kiosk(&h, "other", "", TOKEN_N, &other);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    feed(&h, TOKEN_A, mine, NOW, &got);
    feed(&h, TOKEN_N, its, NOW, &got);
    for (int i = 0; i < 2; i++) {
        expect_accepted(act(&h, &h.a, (struct act){TYPE_SIGN_IN, "anna", .pin = PIN_ANNA}));
        feed(&h, TOKEN_A, mine, NOW, &got);
        expect_count(got.p, "{\"type\":\"letter\"", 1 + i); /* the first one goes */
        expect_count(got.p, "\"gone\"", i);
        feed(&h, TOKEN_N, its, NOW, &got);
        expect_count(got.p, "letter", 0);
    }
    its[0] = '\0';
    feed(&h, TOKEN_N, its, NOW, &got);
    expect_count(got.p, "letter", 0);
    buf_release(&got);
    house_close(&h);
}

/* First and last day count without another import. */
static void days_come_and_go(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk kiosk;
    struct import_result result;
    struct buf got = BUF_INIT(LIM_PAGE);
    char cursor[LIM_CURSOR] = "";
    house_open(&h);
    site_kiosk(&h, "n", "Noord", TOKEN_N, &kiosk);
    import(&h,
        "1,Nel,T,worker,Noord,nl,2026-11-26,\n2,Nico,T,worker,Noord,nl,,2026-11-25\n"
        "3,Zoe,T,worker,Zuid,nl,2026-11-26,2026-11-26\n",
        NOW, &result);
    assert_int_equal(result.people.fresh, 1);
    feed(&h, TOKEN_N, cursor, NOW, &got);
    expect_count(got.p, PERSON_LINE, 1);
    expect_count(got.p, "Nico", 1);
    OK(requests_tick(h.central.db, NOW + DAY, NULL, &err));
    feed(&h, TOKEN_N, cursor, NOW + DAY, &got);
    assert_int_equal(got.len, 0);
    OK(requests_tick(h.central.db, NOW + 2 * DAY, NULL, &err));
    feed(&h, TOKEN_N, cursor, NOW + 2 * DAY, &got);
    expect_count(got.p, "Nel", 1);
    expect_count(got.p, "\"gone\":true", 2); /* Nico; and Zoe, of whom only the id is told */
    expect_count(got.p, "Zoe", 0);
    buf_release(&got);
    house_close(&h);
}

/* An entry counts by the day on which it was made. */
static void an_entry_counts_on_its_day(void **unused)
{
    (void)unused;
    struct house h;
    struct verdict v;
    struct judge_counts counts;
    struct buf body = BUF_INIT(LIM_BODY);
    int64_t moved;
    const struct member m = {.person = "anna",
        .sites = "",
        .language = "nl",
        .first = NO_NUMBER,
        .last = date_from_civil(2026, 11, 24),
        .body = "{\"type\":\"person\",\"id\":\"anna\",\"name\":\"Anna\",\"role\":\"worker\","
                "\"badge\":\"0000000000000000000000000000000000000000000000000000000000000000\"}"};
    house_people(&h);
    house_pin(&h, "anna", PIN_ANNA, NOW - DAY);
    OK(database_begin(h.central.db, &err));
    OK(database_member_put(h.central.db, "amber", &m, NOW, &moved, &err));
    OK(database_commit(h.central.db, &err));
    OK(members_new_day(h.central.db, date_from_civil(2026, 11, 25), &err));
    const struct act late = {TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW + DAY},
                     early = {TYPE_SIGN_IN, "anna", .pin = PIN_ANNA, .at = NOW};
    act_add(&h, &h.a, &late, &body);
    judge_body(&h, &h.a, body.p, body.len, NOW + DAY, &v, &counts);
    expect_refused(v, REASON_wrong_pin); /* as if there were nobody */
    /* She is found, though she has left the feed. */
    buf_clear(&body);
    act_add(&h, &h.a, &early, &body);
    judge_body(&h, &h.a, body.p, body.len, NOW + DAY, &v, &counts);
    expect_accepted(v);
    buf_release(&body);
    house_close(&h);
}

/* Who left, and what he asked for before, whichever the server hears of first. What a later roster
 * says of a day that was over does not undo it either. */
static void who_left_asked_before(void **unused)
{
    (void)unused;
    static const char *const rosters[] = {
        "2,Nico,T,worker,,nl,,\n", "1,Nel,T,worker,,nl,,2026-11-20\n2,Nico,T,worker,,nl,,\n"};
    for (int i = 0; i < 4; i++) {
        struct house h;
        struct verdict v;
        struct judge_counts counts;
        struct import_result result;
        struct buf body = BUF_INIT(LIM_BODY);
        char nel[LIM_ID];
        const struct act before = {TYPE_ASK, nel, .at = NOW + HOUR},
                         after = {TYPE_ASK, nel, .at = NOW + 3 * HOUR};
        house_people(&h);
        import(&h, "1,Nel,T,worker,,nl,,\n2,Nico,T,worker,,nl,,\n", NOW, &result);
        OK(person_id_find(h.central.db, "amber", "1", nel, &err));
        act_add(&h, &h.a, &before, &body);
        if (i % 2)
            judge_body(&h, &h.a, body.p, body.len, NOW + HOUR, &v, &counts);
        import(&h, rosters[i / 2], NOW + 2 * HOUR, &result);
        if (i % 2 == 0)
            judge_body(&h, &h.a, body.p, body.len, NOW + 4 * HOUR, &v, &counts);
        expect_accepted(v);
        expect_refused(act(&h, &h.a, after), REASON_unknown_person);
        buf_release(&body);
        house_close(&h);
    }
}

static void bad_cells_are_told(void **unused)
{
    (void)unused;
    static const struct {
        const char *row, *says;
    } cases[] = {
        {"1,Nel,T,worker,Noord,dutch,,\n", "column language: 'dutch' is not a code like nl"},
        {"1,Nel,T,worker,Noord,xx,,\n", "column language: 'xx' is not a code like nl"},
        {"1,Nel,T,worker,Noord,NL,,\n", "column language: 'NL' is not a code like nl"},
        {"1,Nel,T,worker,"
         "0123456789012345678901234567890123456789012345678901234567890123456789,nl,,\n",
            "column site: a site is too long"},
        {"1,Nel,T,worker,Noord,nl,2020-13-01,\n", "column from:"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct house h;
        char csv[96], *told = NULL;
        size_t size;
        struct import_result result;
        house_open(&h);
        snprintf(csv, sizeof(csv), "%s.csv", h.path);
        FILE *f = fopen(csv, "w"), *out = open_memstream(&told, &size);
        fprintf(f, HEAD "%s", cases[i].row);
        fclose(f);
        struct import_job job = {.path = csv, .now = NOW, .problems = {.out = out, .file = csv}};
        OK(import_people(h.central.db, "amber", &job, &result, &err));
        fclose(out);
        assert_int_equal(job.problems.rows, 1);
        if (!strstr(told, cases[i].says))
            fail_msg("not '%s' but: %s", cases[i].says, told);
        free(told);
        house_close(&h);
    }
}

/* A kiosk that gets another site starts over, so that it keeps nothing of the old one. */
static void a_kiosk_moves(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk kiosk;
    struct import_result result;
    struct http_response rs;
    struct buf got = BUF_INIT(LIM_PAGE);
    char cursor[LIM_CURSOR] = "", code[CODE_TEXT];
    house_open(&h);
    site_kiosk(&h, "n", "Noord", TOKEN_N, &kiosk);
    import(&h, "1,Nel,T,worker,Noord,nl,,\n3,Zoe,T,worker,Zuid,nl,,\n", NOW, &result);
    feed(&h, TOKEN_N, cursor, NOW, &got);
    OK(admin_add_kiosk(h.central.db, "n", "amber", "", NOW, code, &kiosk, &err));
    assert_string_equal(kiosk.site, "Noord"); /* as it was */
    feed(&h, TOKEN_N, cursor, NOW, &got);
    OK(admin_add_kiosk(h.central.db, "n", "amber", "Zuid", NOW, code, &kiosk, &err));
    struct http_request rq = house_request("GET", "/v1/feed", TOKEN_N);
    rq.cursor = cursor;
    assert_int_equal(house_send(&h, &rq, &rs), 410);
    response_release(&rs);
    cursor[0] = '\0';
    feed(&h, TOKEN_N, cursor, NOW, &got);
    expect_count(got.p, "Zoe", 1);
    expect_count(got.p, "Nel", 0);
    buf_release(&got);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kiosk_knows_its_site_only),
        cmocka_unit_test(who_moves_is_forgotten_there),
        cmocka_unit_test(a_letter_comes_to_one_kiosk),
        cmocka_unit_test(days_come_and_go),
        cmocka_unit_test(an_entry_counts_on_its_day),
        cmocka_unit_test(who_left_asked_before),
        cmocka_unit_test(bad_cells_are_told),
        cmocka_unit_test(a_kiosk_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
