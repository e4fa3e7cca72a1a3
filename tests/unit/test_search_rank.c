/* SPDX-License-Identifier: EUPL-1.2 */
/* The ranking against a slow and simple one of the same meaning, on random catalogues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "search/search.h"

enum { COURSES = 120, TODAY_YEAR = 2027 };

static uint64_t random_state;

static int below(int n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((random_state >> 33) % (uint64_t)n);
}

static uint64_t random_set(int bits)
{
    uint64_t set = 0;
    for (int n = below(4); n > 0; n--)
        set |= UINT64_C(1) << below(bits);
    return set;
}

struct world {
    struct catalogue cat;
    uint8_t tier[5 * COURSES];
    struct tiers tiers;
    int64_t today;
    char names[3][70][16];
    char *name[3][70];
};

static void fill_names(struct world *w, int kind, struct name_list *list, int count)
{
    for (int i = 0; i < count; i++) {
        (void)snprintf(w->names[kind][i], sizeof(w->names[kind][i]), "n%d-%d", kind, i);
        w->name[kind][i] = w->names[kind][i];
    }
    list->name = w->name[kind];
    list->count = count;
}

/* A number below n, or once in four times what says that there is none. */
static int sometimes(int n, int absent)
{
    return below(4) ? below(n) : absent;
}

static struct course_facts random_course(const struct world *w, int64_t rowid)
{
    int themes = w->cat.themes.count;
    int start = sometimes(200, -1);
    return (struct course_facts){rowid, random_set(themes ? themes > 64 ? 64 : themes : 1),
        random_set(5), random_set(64), below(5) ? below(300000) : -1,
        start < 0 ? INT32_MAX : (int32_t)w->today - 30 + start, sometimes(2000, INT32_MAX),
        (uint16_t)below(w->cat.providers.count), (uint8_t)below(4)};
}

static void fill_world(struct world *w, struct course_facts *course)
{
    w->today = date_from_civil(TODAY_YEAR, 1 + below(12), 1 + below(28));
    w->cat = (struct catalogue){.course = course, .count = 1 + below(COURSES)};
    fill_names(w, 0, &w->cat.themes, below(70));
    fill_names(w, 1, &w->cat.regions, below(5));
    fill_names(w, 2, &w->cat.providers, 1 + below(6));
    int64_t rowid = 0;
    memset(w->tier, 0, sizeof(w->tier));
    for (int i = 0; i < w->cat.count; i++) {
        rowid += 1 + below(3);
        course[i] = random_course(w, rowid);
        w->tier[rowid] = (uint8_t)(below(3) ? 1 + below(4) : 0);
        if (!below(5)) /* matched, but the catalogue does not know it */
            w->tier[++rowid] = 4;
    }
    w->tiers = (struct tiers){w->tier, rowid + below(2)};
    if (w->tiers.size == rowid)
        w->tier[rowid] = 0;
}

/* ---- the simple way ---- */

static bool has_value(
    const struct world *w, const struct course_facts *c, enum facet facet, int value)
{
    struct civil now = civil_from_date(w->today);
    int band = 0;
    switch (facet) {
    case FACET_theme:
        return c->themes >> value & 1;
    case FACET_form:
        return c->form == value;
    case FACET_region:
        return c->regions >> value & 1;
    case FACET_provider:
        return c->provider == value;
    case FACET_month:
        return c->months >> ((now.year * 12 + now.month - 1 + value) % 64) & 1;
    default:
        while (c->price > price_band_limit[band])
            band++;
        return c->price >= 0 && band == value;
    }
}

static bool passes(
    const struct world *w, const struct course_facts *c, const struct search_input *in, int without)
{
    for (int f = 0; f < FACETS_COUNT; f++) {
        if (f == without || !in->chosen[f][0])
            continue;
        int value = facet_value(&w->cat, (enum facet)f, in->chosen[f], w->today);
        if (value < 0 || !has_value(w, c, (enum facet)f, value))
            return false;
    }
    return true;
}

/* -1: it does not match. */
static int tier_of(const struct world *w, int64_t rowid, bool all)
{
    return all ? 0 : w->tier[rowid] ? w->tier[rowid] : -1;
}

static const struct world *sorting;
static const struct search_input *sorting_in;
static bool sorting_all;

static int64_t start_of(const struct course_facts *c)
{
    return c->start < sorting->today ? INT32_MAX : c->start;
}

static int64_t first_key(const struct course_facts *c)
{
    switch (sorting_in->sort) {
    case SORT_soonest:
        return start_of(c);
    case SORT_cheapest:
        return c->price < 0 ? INT64_MAX : c->price;
    case SORT_shortest:
        return c->length;
    default:
        return -tier_of(sorting, c->rowid, sorting_all);
    }
}

static int64_t second_key(const struct course_facts *c)
{
    return sorting_in->sort == SORT_soonest ? -tier_of(sorting, c->rowid, sorting_all)
                                            : start_of(c);
}

static int compare_simply(const void *a, const void *b)
{
    const struct course_facts *x = a;
    const struct course_facts *y = b;
    if (first_key(x) != first_key(y))
        return first_key(x) < first_key(y) ? -1 : 1;
    if (second_key(x) != second_key(y))
        return second_key(x) < second_key(y) ? -1 : 1;
    return x->rowid < y->rowid ? -1 : x->rowid > y->rowid;
}

static void check_counts(const struct world *w, const struct search_input *in, bool all,
    const struct facet_counts *counts)
{
    for (int f = 0; f < FACETS_COUNT; f++) {
        int size = facet_size(&w->cat, (enum facet)f, w->today);
        int any = 0;
        for (int v = -1; v < size; v++) {
            int want = 0;
            for (int i = 0; i < w->cat.count; i++) {
                const struct course_facts *c = &w->cat.course[i];
                if (tier_of(w, c->rowid, all) < 0 || !passes(w, c, in, f))
                    continue;
                any += v < 0;
                want += v >= 0 && has_value(w, c, (enum facet)f, v);
            }
            if (v >= 0)
                assert_int_equal(counts->count[f][v], want);
        }
        assert_int_equal(counts->any[f], any);
    }
}

static void check_rank(const struct world *w, const struct search_input *in, bool all)
{
    static struct course_facts want[COURSES];
    int n = 0;
    for (int i = 0; i < w->cat.count; i++)
        if (tier_of(w, w->cat.course[i].rowid, all) >= 0 && passes(w, &w->cat.course[i], in, -1))
            want[n++] = w->cat.course[i];
    sorting = w;
    sorting_in = in;
    sorting_all = all;
    qsort(want, (size_t)n, sizeof(*want), compare_simply);

    int64_t window[20];
    struct arena mem = {0};
    struct facet_counts counts;
    int first = below(n + 3);
    int limit = below(20);
    int wrote = search_rank(
        &w->cat, in, w->today, all ? NULL : &w->tiers, first, limit, window, &counts, &mem);
    assert_int_equal(counts.total, n);
    int left = first < n ? n - first : 0;
    assert_int_equal(wrote, left < limit ? left : limit);
    for (int i = 0; i < wrote; i++)
        assert_int_equal(window[i], want[first + i].rowid);
    check_counts(w, in, all, &counts);
    arena_release(&mem);
}

static void choose(const struct world *w, struct search_input *in)
{
    *in = (struct search_input){.sort = (enum sort)below(4)};
    for (int f = 0; f < FACETS_COUNT; f++) {
        int size = facet_size(&w->cat, (enum facet)f, w->today);
        if (size > 0 && !below(4))
            facet_label(&w->cat, (enum facet)f, below(size), w->today, in->chosen[f]);
        else if (!below(30))
            (void)str_copy(in->chosen[f], sizeof(in->chosen[f]), "no such value");
    }
}

static void ranks_as_the_simple_way(void **state)
{
    static struct world w;
    static struct course_facts course[COURSES];
    const char *seed = getenv("ACHT_SEED");
    (void)state;
    random_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("ACHT_SEED=%llu\n", (unsigned long long)random_state);
    for (int round = 0; round < 300; round++) {
        struct search_input in;
        fill_world(&w, course);
        choose(&w, &in);
        check_rank(&w, &in, below(4) == 0);
    }
}

static void labels(void **state)
{
    char label[LIM_ID + 64];
    char names[][16] = {"Lassen", "", "Veiligheid"};
    char *themes[] = {names[0], names[1], names[2]};
    struct catalogue cat = {.themes = {themes, 3}};
    int64_t november = date_from_civil(2026, 11, 24);
    (void)state;
    facet_label(&cat, FACET_month, 0, november, label);
    assert_string_equal(label, "2026-11");
    facet_label(&cat, FACET_month, 2, november, label);
    assert_string_equal(label, "2027-01");
    assert_int_equal(facet_value(&cat, FACET_month, "2027-01", november), 2);
    assert_int_equal(facet_value(&cat, FACET_month, "2026-10", november), -1);
    assert_int_equal(facet_value(&cat, FACET_theme, "Veiligheid", november), 2);
    assert_int_equal(facet_value(&cat, FACET_theme, "", november), -1);
    assert_int_equal(facet_value(&cat, FACET_form, "online", november), FORM_online);
    assert_int_equal(facet_value(&cat, FACET_price, "5", november), 5);
    assert_int_equal(facet_value(&cat, FACET_price, "6", november), -1);
    cat.themes.count = 65;
    assert_int_equal(facet_size(&cat, FACET_theme, november), 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_as_the_simple_way),
        cmocka_unit_test(labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
