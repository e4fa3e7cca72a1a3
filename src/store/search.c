/* SPDX-License-Identifier: EUPL-1.2 */
/* The search of the kiosk: matches, ranked, as rows; and the facets. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

static int prepare(struct store *s, const struct search_input *in, struct err *err)
{
    if (lexicon_load(s, err) < 0 || catalogue_load(s, err) < 0)
        return -1;
    return match_words(s, in->text, err);
}

/* Keeps the counts, for the facets that are asked for next. */
static int rank(struct store *s, const struct search_input *in, int64_t today, int64_t first,
    int limit, int64_t *window)
{
    struct found *f = &s->found;
    arena_clear(&f->counts_mem);
    f->in = *in;
    f->today = today;
    f->counted = true;
    return search_rank(&s->cat, in, today, f->all ? NULL : &f->tiers, first, limit, window,
        &f->counts, &f->counts_mem);
}

static const struct facet_counts *count(
    struct store *s, const struct search_input *in, int64_t today)
{
    const struct found *f = &s->found;
    int64_t none;
    if (!f->counted || f->today != today ||
        memcmp(f->in.chosen, in->chosen, sizeof(in->chosen)) != 0)
        (void)rank(s, in, today, 0, 0, &none);
    return &f->counts;
}

/* ---- hits ---- */

/* The next run, of those in the region and the month that were asked for if there are. */
static int add_next_run(struct store *s, struct record *hit, const struct search_input *in,
    int64_t today, struct arena *mem, struct err *err)
{
    struct stmt *q = db_stmt(s->cache,
        "SELECT \"start\", place, seats_left FROM run WHERE course = ?1 AND \"start\" >= ?2 "
        "ORDER BY coalesce(region = ?3, 0) DESC, "
        "strftime('%Y-%m', \"start\" * 86400, 'unixepoch') = ?4 DESC, \"start\", id LIMIT 1");
    stmt_text(q, 1, hit->id);
    stmt_number(q, 2, today);
    stmt_text(q, 3, in->chosen[FACET_region]);
    stmt_text(q, 4, in->chosen[FACET_month]);
    int rc = stmt_step(q, err);
    if (rc > 0) {
        record_set_number(hit, HIT_start, stmt_get_number(q, 0));
        record_set_text(hit, HIT_place, arena_strdup(mem, stmt_get_text(q, 1)));
        record_set_number(hit, HIT_seats_left, stmt_get_number(q, 2));
    }
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static struct record *add_hit(struct stmt *q, struct rowset *rs)
{
    struct record *hit = rowset_add(rs, TYPE_HIT);
    hit->id = arena_strdup(&rs->mem, stmt_get_text(q, 0));
    record_set_text(hit, HIT_title, arena_strdup(&rs->mem, stmt_get_text(q, 1)));
    record_set_text(hit, HIT_provider, arena_strdup(&rs->mem, stmt_get_text(q, 2)));
    record_set_number(hit, HIT_form, stmt_get_number(q, 3));
    record_set_number(hit, HIT_days, stmt_get_number(q, 4));
    record_set_number(hit, HIT_hours, stmt_get_number(q, 5));
    record_set_number(hit, HIT_price, stmt_get_number(q, 6));
    record_set_text(hit, HIT_certificate, arena_strdup(&rs->mem, stmt_get_text(q, 7)));
    record_set_number(hit, HIT_checked, stmt_get_number(q, 8));
    return hit;
}

static int fetch_hit(struct store *s, int64_t rowid, const struct search_input *in, int64_t today,
    struct rowset *rs, struct err *err)
{
    struct stmt *q = db_stmt(s->cache,
        "SELECT course.id, title, provider, form, days, hours, price, certificate, checked "
        "FROM course LEFT JOIN source ON source.id = course.source WHERE course.rowid = ?");
    stmt_number(q, 1, rowid);
    int rc = stmt_step(q, err);
    struct record *hit = rc > 0 ? add_hit(q, rs) : NULL;
    stmt_reset(q);
    if (rc < 0)
        return -1;
    return hit ? add_next_run(s, hit, in, today, &rs->mem, err) : 0;
}

static int read_hits(struct store *s, const struct search_input *in, int64_t today, int limit,
    struct rowset *rs, struct err *err)
{
    if (prepare(s, in, err) < 0)
        return -1;
    int64_t *window = arena_alloc(&s->scratch, sizeof(*window) * ((size_t)limit + 1));
    int n = rank(s, in, today, rs->first, limit, window);
    rs->total = s->found.counts.total;
    for (int i = 0; i < n; i++)
        if (fetch_hit(s, window[i], in, today, rs, err) < 0)
            return -1;
    return 0;
}

int store_search(struct store *s, const struct search_input *in, int64_t today, int64_t first,
    int limit, struct rowset *rs, char *corrected, struct err *err)
{
    rowset_start(rs, limit);
    rs->first = first;
    if (corrected)
        corrected[0] = '\0';
    if (!cache_read_begin(s))
        return 0;
    int rc = read_hits(s, in, today, limit, rs, err);
    if (rc == 0 && corrected)
        (void)str_copy(corrected, LIM_QUERY, s->found.corrected);
    return cache_read_end(s, rc, rs, err);
}

/* ---- facets ---- */

struct facet_row {
    enum facet facet;
    char label[LIM_ID + 64];
    int64_t count;
    bool chosen;
};

static void add_facet(struct rowset *rs, const struct facet_row *row, const char *id)
{
    struct record *r = rowset_add(rs, TYPE_FACET);
    r->id = arena_strdup(&rs->mem, id);
    record_set_number(r, FACET_facet, row->facet);
    record_set_text(r, FACET_label, arena_strdup(&rs->mem, row->label));
    record_set_number(r, FACET_count, row->count);
    record_set_number(r, FACET_chosen, row->chosen);
}

static void list_facets(struct store *s, const struct search_input *in, int64_t today, int limit,
    const struct facet_counts *counts, struct rowset *rs)
{
    rs->total = FACETS_COUNT;
    for (int f = (int)rs->first; f < FACETS_COUNT && rs->count < limit; f++) {
        char id[LIM_ID];
        struct facet_row row = {.facet = (enum facet)f};
        choice_name(FACETS, f, id);
        (void)str_copy(row.label, sizeof(row.label), in->chosen[f]);
        row.chosen = row.label[0];
        int value = facet_value(&s->cat, row.facet, row.label, today);
        row.count = !row.chosen ? counts->any[f] : value >= 0 ? counts->count[f][value] : 0;
        add_facet(rs, &row, id);
    }
}

/* Most first. */
static int compare_rows(const void *a, const void *b)
{
    const struct facet_row *x = a;
    const struct facet_row *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->label, y->label);
}

static int collect_values(struct store *s, enum facet facet, const char *chosen, int64_t today,
    const struct facet_counts *counts, struct facet_row *rows)
{
    int n = 0;
    int size = facet_size(&s->cat, facet, today);
    for (int i = 0; i < size; i++) {
        struct facet_row *row = &rows[n];
        row->facet = facet;
        facet_label(&s->cat, facet, i, today, row->label);
        row->count = counts->count[facet][i];
        row->chosen = strcmp(row->label, chosen) == 0;
        n += row->label[0] && (row->count > 0 || row->chosen);
    }
    if (facet != FACET_month && facet != FACET_price)
        qsort(rows, (size_t)n, sizeof(*rows), compare_rows);
    return n;
}

static void list_values(struct store *s, const struct search_input *in, enum facet facet,
    int64_t today, int limit, const struct facet_counts *counts, struct rowset *rs)
{
    int size = facet_size(&s->cat, facet, today);
    struct facet_row *rows = arena_alloc(&s->scratch, sizeof(*rows) * ((size_t)size + 1));
    struct facet_row all = {facet, "", counts->any[facet], !in->chosen[facet][0]};
    int n = collect_values(s, facet, in->chosen[facet], today, counts, rows);
    rs->total = n + 1;
    if (rs->first == 0 && limit > 0)
        add_facet(rs, &all, "*");
    for (int64_t i = rs->first > 0 ? rs->first - 1 : 0; i < n && rs->count < limit; i++)
        add_facet(rs, &rows[i], rows[i].label);
}

static int read_facets(struct store *s, const struct search_input *in, int64_t today, int facet,
    int limit, struct rowset *rs, struct err *err)
{
    if (prepare(s, in, err) < 0)
        return -1;
    const struct facet_counts *counts = count(s, in, today);
    if (facet < 0)
        list_facets(s, in, today, limit, counts, rs);
    else
        list_values(s, in, (enum facet)facet, today, limit, counts, rs);
    return 0;
}

int store_facets(struct store *s, const struct search_input *in, int64_t today, int facet,
    int64_t first, int limit, struct rowset *rs, struct err *err)
{
    rowset_start(rs, limit);
    rs->first = first;
    if (!cache_read_begin(s))
        return 0;
    return cache_read_end(s, read_facets(s, in, today, facet, limit, rs, err), rs, err);
}
