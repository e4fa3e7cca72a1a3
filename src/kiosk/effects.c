/* SPDX-License-Identifier: EUPL-1.2 */
/* The vocabulary's actions, carried out. */
#include <string.h>

#include "kiosk/kiosk.h"

/* What was typed and found before belongs to who then shows a badge; of somebody who was known here
 * before, nothing may be seen. */
static const char *greet(struct kiosk *k, const struct record *person)
{
    struct state *st = &k->state;
    bool another = st->session.identified && strcmp(st->session.person, person->id) != 0;
    if (another)
        state_forget(st);
    st->session.identified = true;
    str_copy(st->session.person, sizeof(st->session.person), person->id);
    str_copy(st->session.name, sizeof(st->session.name), record_text(person, PERSON_name));
    return another ? "another_person" : "identified";
}

static const char *identify(struct kiosk *k)
{
    struct state *st = &k->state;
    char hash[DIGEST_HEX];
    struct rowset found = {0};
    struct err err = {0};
    const char *outcome;
    if (!k->enrolled)
        outcome = "not_enrolled";
    else if (badge_hash(k->enrolment.badge_key, st->badge, hash) < 0)
        outcome = "no_badge";
    else if (store_person(k->store, hash, &found, &err) < 0)
        outcome = "store_failed";
    else if (found.count == 0)
        outcome = "unknown_badge";
    else
        outcome = greet(k, &found.rows[0]);
    memory_wipe(st->badge, sizeof(st->badge));
    rowset_release(&found);
    return outcome;
}

/* The course as the screen showed it, or NULL. */
static const struct record *shown_course(const struct kiosk *k, const char *id)
{
    for (int d = 0; d < LIM_DATA; d++) {
        const struct rowset *rs = &k->rows[d];
        if (rs->count > 0 && rs->rows[0].type == type_get(TYPE_COURSE) &&
            strcmp(rs->rows[0].id, id) == 0)
            return &rs->rows[0];
    }
    return NULL;
}

/* What the person saw on the screen goes into the entry, so that a later price or name cannot be
 * put into his mouth. */
static int write_ask(
    struct kiosk *k, const struct effect *e, const struct record *course, struct err *err)
{
    struct record ask;
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, k->state.session.person);
    record_set_text(&ask, ASK_course, e->param[PARAM_course]);
    record_set_text(&ask, ASK_run, e->param[PARAM_run]);
    record_set_text(&ask, ASK_title, record_text(course, COURSE_title));
    record_set_number(&ask, ASK_price, record_number(course, COURSE_price));
    return journal_append(k->store, &ask, k->enrolment.kiosk, k->now, NULL, err);
}

static const char *ask(struct kiosk *k, const struct effect *e)
{
    const struct record *course = shown_course(k, e->param[PARAM_course]);
    struct err err = {0};
    bool asked = false;
    if (k->rehearsal)
        return "saved";
    if (!course || !k->enrolled || !k->state.session.identified)
        return "store_failed";
    if (store_has_asked(k->store, k->state.session.person, e->param[PARAM_course],
            e->param[PARAM_run], &asked, &err) < 0)
        return "store_failed";
    if (asked)
        return "already_asked";
    if (write_ask(k, e, course, &err) < 0)
        return err.code == ERR_FULL ? "disk_full" : "store_failed";
    kiosk_stale(k);
    return "saved";
}

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

const char *kiosk_effect(struct kiosk *k, const struct effect *effect)
{
    struct state *st = &k->state;
    switch (effect->action) {
    case ACTION_identify:
        return identify(k);
    case ACTION_ask:
        return ask(k, effect);
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
    case ACTION_speak:
        str_copy(st->language, sizeof(st->language), effect->param[PARAM_language]);
        return "spoken";
    case ACTION_end_session:
        state_forget(st);
        str_copy(st->language, sizeof(st->language), k->language);
        return "ended";
    case ACTION_enter_pin:
    case ACTION_ask_privately:
    case ACTION_withdraw:
    case ACTION_agree:
    case ACTION_decline:
    case ACTION_reply:
    case ACTION_look:
    case ACTION_say_yes:
    case ACTION_say_yes_all:
    case ACTION_say_yes_if:
    case ACTION_say_info:
    case ACTION_say_no:
    case ACTION_say_absent:
    case ACTION_propose:
    case ACTION_delegate:
    case ACTION_give_code:
    case ACTION_set_pin:
    case ACTION_wish_export:
    case ACTION_wish_erase:
        return "store_failed";
    case ACTIONS_COUNT:
        break;
    }
    BUG("no action %d", (int)effect->action);
}
