/* SPDX-License-Identifier: EUPL-1.2 */
/* The vocabulary's queries, answered by the store. */
#include <string.h>

#include "base/clock.h"
#include "kiosk/kiosk.h"

static int languages(struct kiosk *k, int64_t first, int limit, struct rowset *rs)
{
    char codes[LIM_LANGUAGES][LANGUAGE_CODE];
    int n = text_languages(codes);
    rowset_start(rs, n);
    rs->total = n;
    rs->first = first;
    for (int64_t i = first; i < n && i < first + limit; i++) {
        struct record *r = rowset_add(rs, TYPE_LANGUAGE);
        r->id = arena_strdup(&rs->mem, codes[i]);
        record_set_text(r, LANGUAGE_name, text_language_name(r->id));
        record_set_number(r, LANGUAGE_chosen, strcmp(codes[i], k->state.language) == 0);
    }
    return 0;
}

static int facet_number(const char *name)
{
    return choice_index(FACETS, name, strlen(name));
}

/* What concerns people. */
static int query_people(struct kiosk *k, enum query query, char param[PARAMS_COUNT][LIM_PARAM],
    int64_t first, int limit, struct rowset *rs, struct err *err)
{
    struct viewer v = kiosk_viewer(k);
    switch (query) {
    case QUERY_tickets:
        return store_tickets(k->store, &v, first, limit, rs, err);
    case QUERY_ticket:
        return store_ticket(k->store, &v, param[PARAM_request], rs, err);
    case QUERY_inbox:
        return store_inbox(k->store, &v, first, limit, rs, err);
    case QUERY_matter:
        return store_matter(k->store, &v, param[PARAM_request], rs, err);
    case QUERY_proposals:
        return store_proposals(k->store, &v, first, limit, rs, err);
    case QUERY_attending:
        return store_attending(k->store, &v, first, limit, rs, err);
    case QUERY_team:
        return store_team(k->store, &v, first, limit, rs, err);
    case QUERY_proposable:
        return store_proposable(k->store, &v, first, limit, rs, err);
    case QUERY_member:
        return store_member(k->store, &v, param[PARAM_person], rs, err);
    case QUERY_myself:
        return store_myself(k->store, &v, rs, err);
    case QUERY_notices:
        return store_notices(k->store, &v, first, limit, rs, err);
    case QUERY_looks:
        store_looks(&v, first, limit, rs);
        return 0;
    default:
        BUG("no query %d", (int)query);
    }
}

static int query_summary(struct kiosk *k, int64_t today, struct rowset *rs, struct err *err)
{
    if (store_summary(k->store, today, rs, err) < 0)
        return -1;
    record_set_number(&rs->rows[0], SUMMARY_clock_wrong, k->clock.wrong);
    return 0;
}

static int query_careers(struct kiosk *k, enum query query, char param[PARAMS_COUNT][LIM_PARAM],
    int64_t first, int limit, struct rowset *rs, struct err *err)
{
    const char *lang = k->state.language, *occupation = param[PARAM_occupation];
    switch (query) {
    case QUERY_ladders:
        return store_ladders(k->store, lang, first, limit, rs, err);
    case QUERY_ladder:
        return store_ladder(k->store, occupation, lang, first, limit, rs, err);
    case QUERY_wanted:
        return store_wanted(k->store, param[PARAM_want], lang, first, limit, rs, err);
    case QUERY_liked:
        return store_liked(k->store, k->state.tastes, lang, first, limit, rs, err);
    case QUERY_trades:
        return store_trades(k->store, lang, first, limit, rs, err);
    case QUERY_occupation:
        return store_card(k->store, occupation, lang, rs, err);
    case QUERY_steps:
        return store_neighbours(k->store, occupation, lang, first, limit, rs, err);
    case QUERY_ways_in:
        return store_ways_in(k->store, occupation, lang, first, limit, rs, err);
    case QUERY_abilities:
        return store_abilities(
            k->store, occupation, "", lang, date_from_instant(k->now), first, limit, rs, err);
    default:
        return query_people(k, query, param, first, limit, rs, err);
    }
}

static int query_courses(struct kiosk *k, enum query query, char param[PARAMS_COUNT][LIM_PARAM],
    int64_t first, int limit, struct rowset *rs, struct err *err)
{
    static const struct search_input everything;
    const struct search_input *in = &k->state.search;
    int64_t today = date_from_instant(k->now);
    switch (query) {
    case QUERY_summary:
        return query_summary(k, today, rs, err);
    case QUERY_search:
        return store_search(k->store, in, today, first, limit, rs, k->corrected, err);
    case QUERY_facets:
        return store_facets(k->store, in, today, -1, first, limit, rs, err);
    case QUERY_values:
        return store_facets(
            k->store, in, today, facet_number(param[PARAM_facet]), first, limit, rs, err);
    case QUERY_themes:
        return store_facets(k->store, &everything, today, FACET_theme, first, limit, rs, err);
    case QUERY_course:
        return store_course(k->store, param[PARAM_course], rs, err);
    case QUERY_runs:
        return store_runs(k->store, param[PARAM_course], today, first, limit, rs, err);
    case QUERY_run:
        return store_run(k->store, param[PARAM_run], rs, err);
    case QUERY_occasions:
        return store_occasions(
            k->store, param[PARAM_course], param[PARAM_run], today, first, limit, rs, err);
    default:
        return query_careers(k, query, param, first, limit, rs, err);
    }
}

int kiosk_query(struct kiosk *k, enum query query, char param[PARAMS_COUNT][LIM_PARAM],
    int64_t first, int limit, struct rowset *rs, struct err *err)
{
    if (query == QUERY_languages)
        return languages(k, first, limit, rs);
    if (query == QUERY_fridays) {
        store_fridays(date_from_instant(k->now), first, limit, rs);
        return 0;
    }
    return query_courses(k, query, param, first, limit, rs, err);
}
