/* SPDX-License-Identifier: EUPL-1.2 */
/* A page that was kept for the next who asks is the page that would be made for him. */
#include "tenants.h"

#include "support/made_up.h"

enum { ROUNDS = 300, CURSORS = 40 };

static struct tenants all;
static uint64_t seed;

static uint64_t dice(uint64_t sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % sides;
}

/* Something of everyone's, or of one company, comes, changes or goes. */
static void change(void)
{
    char line[300];
    int n = (int)dice(12), c = (int)dice(COMPANIES);
    bool gone = dice(4) == 0;
    if (dice(3) == 0) {
        snprintf(line, sizeof(line),
            "{'type':'notice','id':'n%d','person':'%s','kind':'pin_set','at':'2026-11-2%dT02:00:"
            "00Z'}",
            n, all.company[c].worker, (int)dice(5));
        house_put(&all.house, company_names[c], "judge", line);
        return;
    }
    if (gone)
        snprintf(line, sizeof(line), "{'type':'course','id':'c%d','gone':true}", n);
    else
        snprintf(line, sizeof(line),
            "{'type':'course','id':'c%d','source':'s','title':'%d','provider':'P','form':'online'}",
            n, (int)dice(1000));
    house_put(&all.house, "", "s", line);
}

static void ask(int c, int s, const char *cursor, struct http_response *rs)
{
    struct http_request rq = tenant_request(&all, c, s, "GET", "/v1/feed");
    rq.cursor = cursor;
    house_send(&all.house, &rq, rs);
}

/* Asks with and without kept pages; next: the cursor that comes of it. */
static void compare(int c, int s, const char *cursor, char next[LIM_CURSOR])
{
    struct http_response kept, made;
    struct trailer t = {0};
    size_t lines;
    struct pages *pages = all.house.central.pages;
    ask(c, s, cursor, &kept);
    all.house.central.pages = NULL;
    ask(c, s, cursor, &made);
    all.house.central.pages = pages;
    assert_int_equal(kept.status, made.status);
    assert_string_equal(kept.etag, made.etag);
    if (kept.body.len != made.body.len || memcmp(kept.body.p, made.body.p, kept.body.len) != 0)
        fail_msg("%s of %d %d:\n%s\n%s", cursor, c, s, kept.body.p, made.body.p);
    OK(trailer_check(kept.body.p, kept.body.len, &lines, &t, &err));
    str_copy(next, LIM_CURSOR, t.next);
    response_release(&kept);
    response_release(&made);
}

static const struct kept_page *kept_for(int c, const char *cursor)
{
    char *at;
    struct feed_news news;
    int64_t after = 0, start = INT64_MAX;
    if (*cursor) {
        after = strtoll(strchr(cursor, '.') + 1, &at, 10);
        start = strtoll(at + 1, NULL, 10);
    }
    OK(database_feed_news(all.house.central.db, company_names[c], after, &news, &err));
    struct page_key key = {news.first, news.last, news.first > start ? 0 : start};
    return pages_find(all.house.central.pages, &key);
}

static void kept_pages_are_those_that_would_be_made(void **unused)
{
    (void)unused;
    static char cursor[COMPANIES][SITES][CURSORS][LIM_CURSOR];
    int hits = 0, asked = 0;
    seed = 8;
    for (int i = 0; i < house_rounds(ROUNDS); i++) {
        change();
        for (int k = 0; k < 4 * COMPANIES * SITES; k++, asked++) {
            int c = k % COMPANIES, s = k / COMPANIES % SITES, of = (int)dice(CURSORS);
            hits += kept_for(c, cursor[c][s][of]) != NULL;
            compare(c, s, cursor[c][s][of], cursor[c][s][(int)dice(CURSORS)]);
        }
    }
    print_message("%d pages, of %d there was one kept\n", asked, hits);
    assert_true(asked > 100 && hits > 0);
}

/* Records of everyone only: the second kiosk's page is the first one's; a change makes another. */
static void a_page_is_made_once(void **unused)
{
    (void)unused;
    char next[LIM_CURSOR], cursor[COMPANIES][LIM_CURSOR];
    for (int c = 0; c < COMPANIES; c++)
        compare(c, 0, "", cursor[c]);
    for (int i = 0; i < 20; i++) {
        char line[200];
        snprintf(line, sizeof(line), "{'type':'run','id':'r%d','course':'mig'}", i);
        house_put(&all.house, "", "s", line);
    }
    assert_null(kept_for(0, cursor[0]));
    compare(0, 0, cursor[0], next);
    const struct kept_page *kept = kept_for(0, cursor[0]);
    assert_non_null(kept);
    assert_int_equal(kept->count, 20);
    uint64_t used = kept->used;
    compare(1, 0, cursor[1], next);
    assert_int_equal(kept->used, used + 1);
    /* What is not committed, and taken back, is not kept. */
    struct err taken_back = {0};
    OK(database_group_begin(all.house.central.db, &err));
    house_put(&all.house, "", "s", "{'type':'run','id':'dream','course':'mig'}");
    struct http_response rs;
    ask(2, 0, cursor[2], &rs);
    assert_non_null(strstr(rs.body.p, "dream"));
    response_release(&rs);
    assert_int_equal(database_group_commit(all.house.central.db, -1, &taken_back), -1);
    ask(2, 0, cursor[2], &rs);
    assert_null(strstr(rs.body.p, "dream"));
    response_release(&rs);
}

static int setup(void **unused)
{
    (void)unused;
    made_up_begin(NOW);
    tenants_open(&all);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    house_close(&all.house);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_page_is_made_once, setup, teardown),
        cmocka_unit_test_setup_teardown(kept_pages_are_those_that_would_be_made, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
