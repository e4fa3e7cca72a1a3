/* SPDX-License-Identifier: EUPL-1.2 */
/* What a worker does: asks, answers, takes back. */
#include <string.h>

#include "kiosk/effects.h"

/* ---- asking ---- */

/* What the person saw on the screen goes into the entry, so that a later price or name cannot be
 * put into his mouth. */
static const char *write_ask(
    struct kiosk *k, const struct effect *e, const struct record *course, enum route_kind route)
{
    struct record ask;
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, k->state.session.person);
    if (route == ROUTE_own)
        record_set_number(&ask, ASK_route, route);
    record_set_text(&ask, ASK_course, e->param[PARAM_course]);
    record_set_text(&ask, ASK_run, e->param[PARAM_run]);
    record_set_text(&ask, ASK_title, record_text(course, COURSE_title));
    record_set_number(&ask, ASK_price, record_number(course, COURSE_price));
    record_set_text(&ask, ASK_words, k->state.words);
    const char *outcome = effect_write_one(k, &ask, route == ROUTE_own);
    if (strcmp(outcome, "saved") == 0)
        memory_wipe(k->state.words, sizeof(k->state.words));
    return outcome;
}

static const char *ask_by(struct kiosk *k, const struct effect *e, enum route_kind route)
{
    struct viewer v = kiosk_viewer(k);
    struct rowset rs = {0};
    struct err err = {0};
    bool asked = false;
    if (k->rehearsal)
        return "saved";
    if (!k->enrolled || !k->state.session.identified ||
        store_has_asked(k->store, &v, e->param[PARAM_course], e->param[PARAM_run], &asked, &err) <
            0)
        return "store_failed";
    if (asked)
        return "already_asked";
    const struct record *course = effect_course(k, e->param[PARAM_course], &rs);
    const char *outcome = course ? write_ask(k, e, course, route) : "store_failed";
    rowset_release(&rs);
    return outcome;
}

const char *effect_ask(struct kiosk *k, const struct effect *e)
{
    return ask_by(k, e, ROUTE_employer);
}

const char *effect_ask_privately(struct kiosk *k, const struct effect *e)
{
    return visit_pinned(k) ? ask_by(k, e, ROUTE_own) : "needs_pin";
}

/* ---- steps of an own request ---- */

/* Whether it is the person's, as far as he may see it, and on which route. */
struct own {
    bool is, private, badge_only;
};

static struct own find_own(struct kiosk *k, const char *id)
{
    struct viewer v = kiosk_viewer(k);
    struct rowset rs = {0};
    struct err ignored = {0};
    struct own own = {0};
    if (store_ticket(k->store, &v, id, &rs, &ignored) == 0 && rs.count == 1)
        own = (struct own){true, record_number(&rs.rows[0], TICKET_own) == 1,
            record_number(&rs.rows[0], TICKET_badge_only) == 1};
    arena_wipe(&rs.mem);
    return own;
}

static const char *write_step(struct kiosk *k, struct record *fields, const struct effect *e)
{
    if (k->rehearsal)
        return "saved";
    struct own own = find_own(k, e->param[PARAM_request]);
    bool takes_back = fields->type == type_get(TYPE_WITHDRAW) && own.badge_only;
    if (!own.is || !(visit_pinned(k) || takes_back))
        return "store_failed";
    record_set_text(fields, type_field(fields->type, "person"), k->state.session.person);
    record_set_text(fields, type_field(fields->type, "request"), e->param[PARAM_request]);
    return effect_write_one(k, fields, own.private);
}

const char *effect_withdraw(struct kiosk *k, const struct effect *e)
{
    struct record fields;
    record_init(&fields, TYPE_WITHDRAW);
    return write_step(k, &fields, e);
}

const char *effect_accept(struct kiosk *k, const struct effect *e, bool agrees)
{
    struct record fields;
    record_init(&fields, TYPE_ACCEPT);
    record_set_number(&fields, ACCEPT_agrees, agrees);
    return write_step(k, &fields, e);
}

const char *effect_reply(struct kiosk *k, const struct effect *e)
{
    struct record fields;
    record_init(&fields, TYPE_REPLY);
    record_set_text(&fields, REPLY_words, k->state.words);
    const char *outcome = write_step(k, &fields, e);
    if (strcmp(outcome, "saved") == 0)
        memory_wipe(k->state.words, sizeof(k->state.words));
    return outcome;
}
