/* SPDX-License-Identifier: EUPL-1.2 */
/* The choices of the present screen: static items, rows, static items. */
#include "screen/state.h"

static int64_t shown(const struct item *items, int count, const struct screen *s,
    const struct state *st, const struct rowset *rows)
{
    int64_t n = 0;
    for (int i = 0; i < count; i++)
        n += guard_holds(s, st, rows, items[i].guard);
    return n;
}

static int64_t shown_before(
    const struct screen *s, const struct state *st, const struct rowset *rows)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    return shown(w->before, w->before_count, s, st, rows);
}

/* Where the n-th item that is shown stands among all, or NULL. */
static const struct item *nth_shown(const struct item *items, int count, const struct screen *s,
    const struct state *st, const struct rowset *rows, int64_t n)
{
    for (int i = 0; i < count; i++)
        if (guard_holds(s, st, rows, items[i].guard) && n-- == 0)
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
    return shown_before(s, st, rows) + row_total(w, rows) +
           shown(w->after, w->after_count, s, st, rows);
}

struct choice list_choice(
    const struct screen *s, const struct state *st, const struct rowset *rows, int64_t index)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    struct choice none = {NULL, -1};
    if (!w || index < 0)
        return none;
    int64_t before = shown_before(s, st, rows), total = row_total(w, rows);
    if (index < before)
        return (struct choice){nth_shown(w->before, w->before_count, s, st, rows, index), -1};
    if (index < before + total)
        return (struct choice){NULL, index - before};
    index -= before + total;
    return (struct choice){nth_shown(w->after, w->after_count, s, st, rows, index), -1};
}

int64_t list_row_index(
    const struct screen *s, const struct state *st, const struct rowset *rows, int64_t row)
{
    return screen_widget(s, WIDGET_list) ? shown_before(s, st, rows) + row : row;
}

int64_t page_first(const struct state *st, int per_page)
{
    return state_frame_const(st)->focus / per_page * per_page;
}

bool digits_pick(const struct screen *s)
{
    return screen_widget(s, WIDGET_list) && !screen_widget(s, WIDGET_input);
}
