/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/search.h"

#include "base/clock.h"

/* What a search asks of a course. */
struct asked {
    const struct search_input *in;
    int32_t today;
    int month_shift; /* bit of today's month */
    int size[FACETS_COUNT];
    int chosen[FACETS_COUNT];
    bool narrowed; /* something was chosen */
};

enum { CHOSEN_NONE = -1, CHOSEN_GONE = -2 /* a value that is no more */ };

static void ask(struct asked *a, const struct catalogue *cat, int64_t today)
{
    struct civil c = civil_from_date(today);
    a->today = (int32_t)today;
    a->month_shift = (c.year * 12 + c.month - 1) % 64;
    for (int f = 0; f < FACETS_COUNT; f++) {
        const char *label = a->in->chosen[f];
        a->size[f] = facet_size(cat, (enum facet)f, today);
        a->chosen[f] = CHOSEN_NONE;
        if (!label[0])
            continue;
        int value = facet_value(cat, (enum facet)f, label, today);
        a->chosen[f] = value < 0 ? CHOSEN_GONE : value;
        a->narrowed = true;
    }
}

static uint64_t low_bits(int n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static int price_band(int32_t price)
{
    int band = 0;
    while (price > price_band_limit[band])
        band++;
    return price < 0 ? -1 : band;
}

static uint64_t month_bits(uint64_t months, int shift)
{
    return shift ? months >> shift | months << (64 - shift) : months;
}

/* The facet values of a course: a set where it may have several, else one, or -1. */
struct values {
    uint64_t set[FACETS_COUNT];
    int one[FACETS_COUNT];
};

static const enum facet set_facets[] = {FACET_theme, FACET_region, FACET_month};
static const enum facet one_facets[] = {FACET_form, FACET_provider, FACET_price};
enum { EACH_FACETS = 3 };

static void set_values(const struct asked *a, const struct course_facts *c, struct values *v)
{
    v->set[FACET_theme] = c->themes & low_bits(a->size[FACET_theme]);
    v->set[FACET_region] = c->regions & low_bits(a->size[FACET_region]);
    v->set[FACET_month] = month_bits(c->months, a->month_shift) & low_bits(a->size[FACET_month]);
    v->one[FACET_form] = c->form < a->size[FACET_form] ? c->form : -1;
    v->one[FACET_provider] = c->provider < a->size[FACET_provider] ? c->provider : -1;
    v->one[FACET_price] = price_band(c->price);
}

/* The facets by which the course falls out, as bits. */
static unsigned misses(const struct asked *a, const struct values *v)
{
    unsigned out = 0;
    for (int i = 0; i < EACH_FACETS; i++) {
        int chosen = a->chosen[set_facets[i]];
        if (chosen != CHOSEN_NONE && (chosen < 0 || !(v->set[set_facets[i]] >> chosen & 1)))
            out |= 1u << set_facets[i];
        chosen = a->chosen[one_facets[i]];
        if (chosen != CHOSEN_NONE && (chosen < 0 || v->one[one_facets[i]] != chosen))
            out |= 1u << one_facets[i];
    }
    return out;
}

static void count_set(struct facet_counts *counts, enum facet f, uint64_t set)
{
    counts->any[f]++;
    for (; set; set &= set - 1)
        counts->count[f][__builtin_ctzll(set)]++;
}

static void count_one(struct facet_counts *counts, enum facet f, int value)
{
    counts->any[f]++;
    if (value >= 0)
        counts->count[f][value]++;
}

/* A course counts for a facet when no other facet throws it out. */
static void count_course(const struct values *v, unsigned missed, struct facet_counts *counts)
{
    counts->total += missed == 0;
    for (int i = 0; i < EACH_FACETS; i++) {
        if (!(missed & ~(1u << set_facets[i])))
            count_set(counts, set_facets[i], v->set[set_facets[i]]);
        if (!(missed & ~(1u << one_facets[i])))
            count_one(counts, one_facets[i], v->one[one_facets[i]]);
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
    struct values v;
    set_values(a, c, &v);
    unsigned missed = a->narrowed ? misses(a, &v) : 0;
    if (missed & (missed - 1))
        return; /* two facets throw it out: it counts nowhere */
    count_course(&v, missed, counts);
    if (missed == 0)
        offer(heap, (struct ranked){sort_key(a, c, tier), at});
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
    const struct tiers *tiers, int64_t first, int limit, int64_t *window,
    struct facet_counts *counts, struct arena *mem)
{
    struct asked a = {.in = in};
    struct heap heap;
    ask(&a, cat, today);
    prepare(&a, cat, first + limit, &heap, counts, mem);
    for (int i = 0; i < cat->count; i++) {
        int64_t rowid = cat->course[i].rowid;
        if (!tiers)
            take(&a, cat, i, 0, &heap, counts);
        else if (rowid < tiers->size && tiers->tier[rowid])
            take(&a, cat, i, tiers->tier[rowid], &heap, counts);
    }
    sort_best_first(&heap);
    int wrote = 0;
    for (int64_t i = first; i < heap.count && wrote < limit; i++)
        window[wrote++] = cat->course[heap.row[i].at].rowid;
    return wrote;
}
