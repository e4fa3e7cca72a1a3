/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits to be sent: every entry gets its own end, whatever the others of its batch do. */
#include <malloc.h>

#include "unit/sync_house.h"

static int positions(void)
{
    return getenv("ACHT_LONG") ? 1 : 7; /* every so many of the 200 */
}

static void ask_batch(struct kiosk *k, int poison)
{
    struct record r[2];
    struct err err = {0};
    static struct draft drafts[LIM_BATCH];
    for (int i = 0; i < 2; i++) {
        record_init(&r[i], TYPE_ASK);
        record_set_text(&r[i], ASK_person, "p1");
        record_set_text(&r[i], ASK_course, i ? "poison" : "c1");
        record_set_text(&r[i], ASK_title, "Lassen");
    }
    for (int i = 0; i < LIM_BATCH; i++)
        drafts[i] = (struct draft){.fields = &r[i == poison]};
    assert_int_equal(journal_add(k->store, drafts, LIM_BATCH, "k1", clock_now(), &err), 0);
}

/* ---- S-09 ---- */

static int position; /* of the entry that is answered otherwise */
static const char *lie_kind;

static void all_but_one(struct buf *out, int i, const char *id, const char *hash)
{
    bool odd = i == position;
    if (!odd || *lie_kind != 'm')
        add_verdict(out, id, hash, odd && *lie_kind == 'r' ? VERDICT_refused : VERDICT_accepted);
    if (odd && *lie_kind == 't')
        add_verdict(out, id, hash, VERDICT_refused);
    if (odd && *lie_kind == 'u')
        add_verdict(out, "01936c5e-0000-7000-8000-000000000001", hash, VERDICT_refused);
}

static void lie_about_one(struct server *s, const struct request *q, struct response *r)
{
    (void)s;
    if (!q->body)
        return;
    int one = position;
    if (s->requests > 1) /* what is left of the batch comes again, alone */
        position = *lie_kind == 'm' || *lie_kind == 't' ? 0 : -1;
    buf_clear(&r->body);
    each_entry(q, &r->body, all_but_one);
    add_trailer(&r->body, "", false);
    position = one;
}

static void only_named_entries_change(void **unused)
{
    (void)unused;
    static const struct {
        const char *kind;
        int waiting, rc;
    } kinds[] = {{"refused", 0, 0}, {"missing", 1, -1}, {"unknown", 0, 0}, {"twice", 1, -1}};
    int tried = 0;
    for (position = 0; position < LIM_BATCH; position += positions())
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++, tried++) {
            struct kiosk k;
            struct err err = {0};
            start(&k);
            ask_batch(&k, -1);
            k.server.lie = lie_about_one;
            lie_kind = kinds[i].kind;
            if (sync_now(&k, &err) != kinds[i].rc || k.result.waiting != kinds[i].waiting)
                fail_msg(
                    "%s at %d: %d wait: %s", lie_kind, position, (int)k.result.waiting, err.msg);
            end(&k);
        }
    print_message("%d answers with one odd verdict\n", tried);
}

/* ---- S-10 ---- */

static void one_bad_entry_costs_eight_requests(void **unused)
{
    (void)unused;
    int most = 0, tried = 0;
    for (int bad = 0; bad < LIM_BATCH; bad += positions(), tried++) {
        struct kiosk k;
        start(&k);
        ask_batch(&k, bad);
        k.server.refused = "poison";
        sync_well(&k);
        assert_int_equal(k.result.sent, LIM_BATCH - 1); /* all others, in the same sync */
        assert_int_equal(k.result.skipped, 1);
        /* Beside the refused batch, what was left of it, and two pages of the feed. */
        int extra = k.server.requests - 1 - (bad < LIM_BATCH - 1) - 2;
        most = extra > most ? extra : most;
        struct store_status status = status_of(&k);
        assert_int_equal(status.waiting, 1);
        assert_int_equal(status.stuck, 1);
        end(&k);
    }
    print_message("%d positions, at most %d requests to find it\n", tried, most);
    assert_in_range(most, 1, 8);
}

/* It stands in nobody's way any more, is tried again alone, and is taken when the server is mended.
 */
static void what_is_stuck_waits_apart(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    ask_batch(&k, 3);
    k.server.refused = "poison";
    sync_well(&k);
    for (int i = 0; i < 2; i++) {
        ask(&k, "c1");
        sync_well(&k);
        assert_int_equal(k.result.sent, 1);
        assert_int_equal(k.server.requests, 3); /* the new one, the stuck one, the feed */
        assert_int_equal(status_of(&k).stuck, 1);
    }
    k.server.refused = NULL;
    sync_well(&k);
    assert_int_equal(status_of(&k).stuck, 0);
    assert_int_equal(status_of(&k).waiting, 0);
    end(&k);
}

static void a_lone_bad_entry_is_told_too(void **unused)
{
    (void)unused;
    struct kiosk k;
    start(&k);
    ask(&k, "poison");
    k.server.refused = "poison";
    sync_well(&k);
    assert_int_equal(status_of(&k).stuck, 1);
    sync_well(&k);
    assert_int_equal(status_of(&k).stuck, 1);
    end(&k);
}

/* ---- S-32 ---- */

static void ten_thousand_go_in_the_memory_of_two_hundred(void **unused)
{
    (void)unused;
    enum { MANY = 10000 };
    struct kiosk k;
    start(&k);
    size_t first = 0, last = 0;
    for (int i = 0; i < MANY; i += LIM_BATCH) {
        ask_batch(&k, -1);
        if (i == 0) {
            sync_well(&k);
            first = mallinfo2().uordblks;
        }
    }
    sync_well(&k);
    last = mallinfo2().uordblks;
    assert_int_equal(k.result.sent, MANY - LIM_BATCH);
    assert_int_equal(k.result.waiting, 0);
    print_message(
        "%d entries; %zu KB in use after 200, %zu KB after all\n", MANY, first / 1024, last / 1024);
    assert_true(last < first + (8u << 20));
    end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_named_entries_change),
        cmocka_unit_test(one_bad_entry_costs_eight_requests),
        cmocka_unit_test(what_is_stuck_waits_apart),
        cmocka_unit_test(a_lone_bad_entry_is_told_too),
        cmocka_unit_test(ten_thousand_go_in_the_memory_of_two_hundred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
