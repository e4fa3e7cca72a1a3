/* SPDX-License-Identifier: EUPL-1.2 */
/* The vocabulary's actions, carried out. */
#include <string.h>

#include "kiosk/effects.h"

/* ---- writing ---- */

const char *effect_failed(const struct err *err)
{
    return err->code == ERR_FULL ? "disk_full" : "store_failed";
}

const char *effect_write(struct kiosk *k, struct draft *drafts, int count)
{
    struct visit *v = k->visit;
    struct err err = {0};
    if (k->rehearsal)
        return "saved";
    if (!k->enrolled || !k->state.session.identified)
        return "store_failed";
    for (int i = 0; i < count && v->proof.pin[0]; i++)
        drafts[i].proof = &v->proof;
    if (journal_add(k->store, drafts, count, k->enrolment.kiosk, k->now, &err) < 0)
        return effect_failed(&err);
    for (int i = 0; i < count; i++)
        if (drafts[i].sealed)
            visit_keep(v, &drafts[i], k->now);
    kiosk_stale(k);
    return "saved";
}

const char *effect_write_one(struct kiosk *k, const struct record *fields, bool sealed)
{
    struct draft d = {.fields = fields, .sealed = sealed};
    return effect_write(k, &d, 1);
}

const struct record *effect_course(struct kiosk *k, const char *id, struct rowset *rs)
{
    struct err ignored = {0};
    for (int d = 0; d < LIM_DATA; d++) {
        const struct rowset *shown = &k->rows[d];
        if (shown->count > 0 && shown->rows[0].type == type_get(TYPE_COURSE) &&
            strcmp(shown->rows[0].id, id) == 0)
            return &shown->rows[0];
    }
    if (store_course(k->store, id, rs, &ignored) < 0 || rs->count == 0)
        return NULL;
    return &rs->rows[0];
}

/* ---- the list ---- */

static const char *choose_value(struct state *st, const struct effect *e)
{
    const char *name = e->param[PARAM_facet], *value = e->param[PARAM_value];
    int facet = choice_index(FACETS, name, strlen(name));
    if (facet >= 0) {
        char *chosen = st->search.chosen[facet];
        bool all = strcmp(value, "*") == 0;
        str_copy(chosen, sizeof(st->search.chosen[facet]), all ? "" : value);
    }
    return "chosen";
}

static const char *next_order(struct state *st)
{
    st->search.sort = st->search.sort == SORT_shortest ? SORT_best : st->search.sort + 1;
    return "ordered";
}

/* The other one of the pair is taken back. */
static const char *like(struct state *st, const char *taste)
{
    int i = choice_index(TASTES, taste, strlen(taste));
    if (i >= 0) {
        st->tastes &= ~(3u << (i & ~1));
        st->tastes |= 1u << i;
    }
    return "liked";
}

static const char *search_effect(struct state *st, const struct effect *effect)
{
    switch (effect->action) {
    case ACTION_choose_value:
        return choose_value(st, effect);
    case ACTION_new_search:
        memory_wipe(&st->search, sizeof(st->search));
        return "fresh";
    case ACTION_browse:
        memory_wipe(&st->search, sizeof(st->search));
        choose_value(st, effect);
        return "browsing";
    case ACTION_widen:
        memset(st->search.chosen, 0, sizeof(st->search.chosen));
        return "widened";
    case ACTION_next_order:
        return next_order(st);
    case ACTION_mark:
        return toggle_mark(st, effect->param[PARAM_request]) ? "marked" : "marks_full";
    case ACTION_new_tastes:
        st->tastes = 0;
        return "fresh";
    case ACTION_like:
        return like(st, effect->param[PARAM_taste]);
    case ACTION_speak:
        str_copy(st->language, sizeof(st->language), effect->param[PARAM_language]);
        return "spoken";
    default:
        BUG("no action %d", (int)effect->action);
    }
}

/* ---- all ---- */

static const char *decider_effect(struct kiosk *k, const struct effect *e)
{
    switch (e->action) {
    case ACTION_look:
        return effect_look(k, e);
    case ACTION_say_yes:
        return effect_decide(k, e, ANSWER_yes);
    case ACTION_say_yes_all:
        return effect_yes_several(k, false);
    case ACTION_say_yes_marked:
        return effect_yes_several(k, true);
    case ACTION_say_yes_if:
        return effect_decide(k, e, ANSWER_yes_if);
    case ACTION_say_info:
        return effect_decide(k, e, ANSWER_info);
    case ACTION_say_no:
        return effect_decide(k, e, ANSWER_no);
    case ACTION_say_absent:
        return effect_absent(k, e);
    case ACTION_propose:
        return effect_propose(k, e);
    case ACTION_delegate:
        return effect_delegate(k, e);
    case ACTION_give_code:
        return effect_give_code(k, e);
    default:
        return search_effect(&k->state, e);
    }
}

const char *kiosk_effect(struct kiosk *k, const struct effect *e)
{
    switch (e->action) {
    case ACTION_identify:
        return effect_identify(k);
    case ACTION_enter_pin:
        return effect_enter_pin(k);
    case ACTION_set_pin:
        return effect_set_pin(k);
    case ACTION_wish_export:
        return effect_wish(k, 0);
    case ACTION_wish_erase:
        return effect_wish(k, 1);
    case ACTION_end_session:
        return effect_end_session(k);
    case ACTION_ask:
        return effect_ask(k, e);
    case ACTION_ask_privately:
        return effect_ask_privately(k, e);
    case ACTION_withdraw:
        return effect_withdraw(k, e);
    case ACTION_agree:
        return effect_accept(k, e, true);
    case ACTION_decline:
        return effect_accept(k, e, false);
    case ACTION_reply:
        return effect_reply(k, e);
    default:
        return decider_effect(k, e);
    }
}
