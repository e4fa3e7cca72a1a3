/* SPDX-License-Identifier: EUPL-1.2 */
/* The choices of the present screen: static items, rows, static items. */
#include "screen/state.h"

bool guard_holds(const struct state *st, int guard)
{
    switch (guard) {
    case GUARD_identified:
        return st->session.identified;
    case GUARD_unlocked:
        return st->session.proof >= VISIT_NO_PIN;
    case GUARD_pinned:
        return st->session.proof >= VISIT_CHECKING;
    case GUARD_proven:
        return st->session.proof == VISIT_PROVEN;
    case GUARD_supervises:
        return st->session.proof >= VISIT_CHECKING &&
               (st->session.role != ROLE_worker || st->session.deputy);
    case GUARD_narrowed:
        for (int f = 0; f < FACETS_COUNT; f++)
            if (st->search.chosen[f][0])
                return true;
        return false;
    case GUARD_dated:
        return state_frame_const(st)->param[PARAM_run][0];
    default:
        return guard < 0;
    }
}

static int64_t shown(const struct item *items, int count, const struct state *st)
{
    int64_t n = 0;
    for (int i = 0; i < count; i++)
        n += guard_holds(st, items[i].guard);
    return n;
}

static const struct item *nth_shown(
    const struct item *items, int count, const struct state *st, int64_t n)
{
    for (int i = 0; i < count; i++)
        if (guard_holds(st, items[i].guard) && n-- == 0)
            return &items[i];
    return NULL;
}

static int64_t row_total(const struct widget *w, const struct rowset *rows)
{
    return w->source >= 0 && rows ? rows[w->source].total : 0;
}

int64_t list_length(const struct screen *s, const struct state *st, const struct rowset *rows)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    if (!w)
        return 0;
    return shown(w->before, w->before_count, st) + row_total(w, rows) +
           shown(w->after, w->after_count, st);
}

struct choice list_choice(
    const struct screen *s, const struct state *st, const struct rowset *rows, int64_t index)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    struct choice none = {NULL, -1};
    if (!w || index < 0)
        return none;
    int64_t before = shown(w->before, w->before_count, st), total = row_total(w, rows);
    if (index < before)
        return (struct choice){nth_shown(w->before, w->before_count, st, index), -1};
    if (index < before + total)
        return (struct choice){NULL, index - before};
    return (struct choice){nth_shown(w->after, w->after_count, st, index - before - total), -1};
}

int64_t list_row_index(const struct screen *s, const struct state *st, int64_t row)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    return w ? shown(w->before, w->before_count, st) + row : row;
}

int64_t page_first(const struct state *st, int per_page)
{
    return state_frame_const(st)->focus / per_page * per_page;
}

bool digits_pick(const struct screen *s)
{
    return screen_widget(s, WIDGET_list) && !screen_widget(s, WIDGET_input);
}
