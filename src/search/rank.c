/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/search.h"

#include "base/clock.h"

/* What a search asks of a course: per facet a set of values, and which of them was chosen.
 * Providers are numbers, because there are more than a set can hold. */
struct asked {
    const struct search_input *in;
    int32_t today;
    int month_shift; /* bit of today's month */
    int size[FACETS_COUNT];
    int chosen[FACETS_COUNT]; /* -1: nothing, -2: a value that is no more */
};

enum { CHOSEN_NONE = -1, CHOSEN_GONE = -2 };

static void ask(
    struct asked *a, const struct catalogue *cat, const struct search_input *in, int64_t today)
{
    struct civil c = civil_from_date(today);
    a->in = in;
    a->today = (int32_t)today;
    a->month_shift = (c.year * 12 + c.month - 1) % 64;
    for (int f = 0; f < FACETS_COUNT; f++) {
        a->size[f] = facet_size(cat, (enum facet)f, today);
        a->chosen[f] = CHOSEN_NONE;
        if (in->chosen[f][0]) {
            int value = facet_value(cat, (enum facet)f, in->chosen[f], today);
            a->chosen[f] = value < 0 ? CHOSEN_GONE : value;
        }
    }
}

static uint64_t low_bits(int n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static uint64_t price_bit(int32_t price)
{
    if (price < 0)
        return 0;
    int band = 0;
    while (price > price_band_limit[band])
        band++;
    return UINT64_C(1) << band;
}

static uint64_t month_bits(uint64_t months, int shift)
{
    return shift ? months >> shift | months << (64 - shift) : months;
}

/* The facet values of a course as sets; the provider's is left empty. */
static void course_sets(
    const struct asked *a, const struct course_facts *c, uint64_t set[FACETS_COUNT])
{
    set[FACET_theme] = c->themes;
    set[FACET_form] = UINT64_C(1) << c->form;
    set[FACET_region] = c->regions;
    set[FACET_provider] = 0;
    set[FACET_month] = month_bits(c->months, a->month_shift);
    set[FACET_price] = price_bit(c->price);
    for (int f = 0; f < FACETS_COUNT; f++)
        set[f] &= low_bits(a->size[f]);
}

/* The facets by which the course falls out, as bits. */
static unsigned misses(
    const struct asked *a, const struct course_facts *c, const uint64_t set[FACETS_COUNT])
{
    unsigned out = 0;
    for (int f = 0; f < FACETS_COUNT; f++) {
        int chosen = a->chosen[f];
        if (chosen == CHOSEN_NONE)
            continue;
        bool has =
            chosen >= 0 && (f == FACET_provider ? c->provider == chosen : set[f] >> chosen & 1);
        if (!has)
            out |= 1u << f;
    }
    return out;
}

/* A course counts for a facet when no other facet throws it out. */
static void count_course(const struct asked *a, const struct course_facts *c,
    const uint64_t set[FACETS_COUNT], unsigned missed, struct facet_counts *counts)
{
    counts->total += missed == 0;
    for (int f = 0; f < FACETS_COUNT; f++) {
        if (missed & ~(1u << f))
            continue;
        counts->any[f]++;
        if (f == FACET_provider && c->provider < a->size[f])
            counts->count[f][c->provider]++;
        for (uint64_t s = set[f]; s; s &= s - 1)
            counts->count[f][__builtin_ctzll(s)]++;
    }
}

/* The best rows so far, as a heap with the worst on top. */
struct ranked {
    uint64_t key; /* smaller is better */
    int32_t at;   /* index of the course; decides between equals */
};

struct heap {
    struct ranked *row;
    int count, room;
};

static bool is_worse(const struct ranked *a, const struct ranked *b)
{
    return a->key != b->key ? a->key > b->key : a->at > b->at;
}

static void sink(struct heap *h, int i)
{
    struct ranked row = h->row[i];
    for (int child = 2 * i + 1; child < h->count; child = 2 * i + 1) {
        if (child + 1 < h->count && is_worse(&h->row[child + 1], &h->row[child]))
            child++;
        if (!is_worse(&h->row[child], &row))
            break;
        h->row[i] = h->row[child];
        i = child;
    }
    h->row[i] = row;
}

static void offer(struct heap *h, struct ranked row)
{
    if (h->count == h->room) {
        if (h->room == 0 || !is_worse(&h->row[0], &row))
            return;
        h->row[0] = row;
        sink(h, 0);
        return;
    }
    int i = h->count++;
    for (; i > 0 && is_worse(&row, &h->row[(i - 1) / 2]); i = (i - 1) / 2)
        h->row[i] = h->row[(i - 1) / 2];
    h->row[i] = row;
}

static void sort_best_first(struct heap *h)
{
    int all = h->count;
    while (h->count > 1) {
        struct ranked worst = h->row[0];
        h->row[0] = h->row[--h->count];
        h->row[h->count] = worst;
        sink(h, 0);
    }
    h->count = all;
}

static uint64_t sort_key(const struct asked *a, const struct course_facts *c, uint8_t tier)
{
    uint32_t start = c->start < a->today ? INT32_MAX : (uint32_t)c->start;
    uint32_t worse = (uint32_t)(UINT8_MAX - tier);
    switch (a->in->sort) {
    case SORT_soonest:
        return (uint64_t)start << 32 | worse;
    case SORT_cheapest:
        return (uint64_t)(c->price < 0 ? UINT32_MAX : (uint32_t)c->price) << 32 | start;
    case SORT_shortest:
        return (uint64_t)(uint32_t)c->length << 32 | start;
    default:
        return (uint64_t)worse << 32 | start;
    }
}

static void take(const struct asked *a, const struct catalogue *cat, int at, uint8_t tier,
    struct heap *heap, struct facet_counts *counts)
{
    const struct course_facts *c = &cat->course[at];
    uint64_t set[FACETS_COUNT];
    course_sets(a, c, set);
    unsigned missed = misses(a, c, set);
    if (missed & (missed - 1))
        return; /* two facets throw it out: it counts nowhere */
    count_course(a, c, set, missed, counts);
    if (missed == 0)
        offer(heap, (struct ranked){sort_key(a, c, tier), at});
}

static void take_matches(const struct asked *a, const struct catalogue *cat,
    const struct match *matches, int64_t n, struct heap *heap, struct facet_counts *counts)
{
    int at = 0;
    for (int64_t i = 0; i < n; i++) {
        while (at < cat->count && cat->course[at].rowid < matches[i].rowid)
            at++;
        if (at < cat->count && cat->course[at].rowid == matches[i].rowid)
            take(a, cat, at, matches[i].tier, heap, counts);
    }
}

static void prepare(const struct asked *a, const struct catalogue *cat, int64_t rows,
    struct heap *heap, struct facet_counts *counts, struct arena *mem)
{
    *counts = (struct facet_counts){0};
    for (int f = 0; f < FACETS_COUNT; f++)
        counts->count[f] = arena_alloc(mem, sizeof(int32_t) * (size_t)(a->size[f] + 1));
    heap->count = 0;
    heap->room = rows < cat->count ? (int)rows : cat->count;
    heap->row = arena_alloc(mem, sizeof(*heap->row) * (size_t)(heap->room + 1));
}

int search_rank(const struct catalogue *cat, const struct search_input *in, int64_t today,
    const struct match *matches, int64_t match_count, int64_t first, int limit, int64_t *window,
    struct facet_counts *counts, struct arena *mem)
{
    struct asked a;
    struct heap heap;
    ask(&a, cat, in, today);
    prepare(&a, cat, first + limit, &heap, counts, mem);
    if (matches)
        take_matches(&a, cat, matches, match_count, &heap, counts);
    else
        for (int i = 0; i < cat->count; i++)
            take(&a, cat, i, 0, &heap, counts);
    sort_best_first(&heap);
    int wrote = 0;
    for (int64_t i = first; i < heap.count && wrote < limit; i++)
        window[wrote++] = cat->course[heap.row[i].at].rowid;
    return wrote;
}
