/* SPDX-License-Identifier: EUPL-1.2 */
/* What guards ask: about the visit, about the list, and about the one request of the screen. */
#include "model/request.h"
#include "screen/step.h"

/* What the screen is about, when that is a request; or NULL. */
static const struct record *ticket_of(const struct screen *s, const struct rowset *rows)
{
    for (int d = 0; rows && d < s->data_count; d++) {
        const struct word *query = &vocab_queries[s->data[d].query];
        if (!query->many && query->type == TYPE_TICKET)
            return rows[d].count > 0 ? &rows[d].rows[0] : NULL;
    }
    return NULL;
}

static bool in(const struct record *ticket, unsigned states)
{
    int64_t state = record_number(ticket, TICKET_state);
    return state >= 0 && state < REQUEST_STATES_COUNT && states & 1U << state;
}

/* Whether the table of transitions has this step for that maker. */
static bool may(const struct record *ticket, enum step_kind step, enum maker maker)
{
    for (int i = 0; i < request_transition_count; i++) {
        const struct transition *t = &request_transitions[i];
        if (t->step == step && t->maker == maker && in(ticket, t->from))
            return true;
    }
    return false;
}

static bool came_to_nothing(const struct record *ticket)
{
    return in(ticket, 1U << REQUEST_no | 1U << REQUEST_withdrawn | 1U << REQUEST_expired |
                          1U << REQUEST_refused | 1U << REQUEST_not_attended);
}

/* Who has said yes already has nothing to say now. */
static bool asked_to_agree(const struct record *ticket)
{
    int64_t state = record_number(ticket, TICKET_state);
    return may(ticket, STEP_AGREE, MAKER_WORKER) &&
           request_holder((enum request_state)state, false) == HOLDER_worker;
}

static bool ticket_guard(const struct record *ticket, int guard)
{
    if (!ticket)
        return false;
    switch (guard) {
    case GUARD_can_withdraw: /* where a no does the same, that is offered */
        return may(ticket, STEP_WITHDRAW, MAKER_WORKER) && !asked_to_agree(ticket);
    case GUARD_can_agree:
        return asked_to_agree(ticket);
    case GUARD_can_reply:
        return may(ticket, STEP_REPLY, MAKER_WORKER);
    case GUARD_can_decide:
        return may(ticket, STEP_YES, MAKER_DECIDER);
    default:
        return came_to_nothing(ticket);
    }
}

static bool decides(const struct session *who)
{
    return who->identified && (who->role != ROLE_worker || who->deputy);
}

static bool narrowed(const struct state *st)
{
    for (int f = 0; f < FACETS_COUNT; f++)
        if (st->search.chosen[f][0])
            return true;
    return false;
}

/* What was answered here stays in the list until it is sent. */
static bool several(const struct screen *s, const struct rowset *rows)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    if (!w || w->source < 0 || !rows)
        return false;
    const struct rowset *rs = &rows[w->source];
    int64_t waiting = rs->total;
    for (int i = 0; i < rs->count; i++)
        waiting -= !in(&rs->rows[i], 1U << REQUEST_asked | 1U << REQUEST_seen);
    return waiting >= 2;
}

static bool taught(const struct screen *s, const struct state *st, const struct rowset *rows)
{
    const struct record *row = focused_row(s, st, rows);
    return row && row->type == type_get(TYPE_ABILITY) && record_text(row, ABILITY_course)[0];
}

bool guard_holds(
    const struct screen *s, const struct state *st, const struct rowset *rows, int guard)
{
    const struct session *who = &st->session;
    switch (guard) {
    case GUARD_identified:
        return who->identified;
    case GUARD_unlocked:
        return who->identified && who->proof >= VISIT_NO_PIN;
    case GUARD_pinned:
        return who->identified && who->proof >= VISIT_CHECKING;
    case GUARD_proven:
        return who->identified && who->proof == VISIT_PROVEN;
    case GUARD_checking:
        return who->identified && who->proof == VISIT_CHECKING;
    case GUARD_supervises:
        return decides(who) && who->proof >= VISIT_CHECKING;
    case GUARD_decides:
        return decides(who);
    case GUARD_narrowed:
        return narrowed(st);
    case GUARD_dated:
        return state_frame_const(st)->param[PARAM_run][0];
    case GUARD_several:
        return several(s, rows);
    case GUARD_taught:
        return taught(s, st, rows);
    case -1:
        return true;
    default:
        return ticket_guard(ticket_of(s, rows), guard);
    }
}
