/* SPDX-License-Identifier: EUPL-1.2 */
/* Where the person is: asked, begun, forgotten; and what bindings give there. */
#include <string.h>

#include "screen/step.h"

const struct screen *state_screen(const struct app *app, const struct state *st)
{
    return &app->screen[state_frame_const(st)->screen];
}

struct frame *state_frame(struct state *st)
{
    return &st->stack[st->depth - 1];
}

const struct frame *state_frame_const(const struct state *st)
{
    return &st->stack[st->depth - 1];
}

void state_init(const struct app *app, struct state *st, const char *language)
{
    *st = (struct state){.depth = 1};
    st->stack[0].screen = app->start;
    str_copy(st->language, sizeof(st->language), language);
}

void forget_then(struct state *st)
{
    explicit_bzero(st->then_param, sizeof(st->then_param));
    st->then_screen = 0;
    st->then_guard = 0;
    st->then_set = false;
}

void state_forget(struct state *st)
{
    explicit_bzero(&st->session, sizeof(st->session));
    explicit_bzero(&st->search, sizeof(st->search));
    explicit_bzero(st->badge, sizeof(st->badge));
    forget_digits(st);
    forget_words(st);
    forget_marks(st);
    forget_then(st);
    st->tastes = 0;
    st->message = NULL;
    st->countdown = 0;
    st->wait_seconds = 0;
}

/* ---- bindings ---- */

const struct record *focused_row(
    const struct screen *s, const struct state *st, const struct rowset *rows)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    if (w && w->source >= 0 && rows) {
        int64_t row = list_choice(s, st, rows, state_frame_const(st)->focus).row;
        const struct rowset *rs = &rows[w->source];
        if (row >= rs->first && row < rs->first + rs->count)
            return &rs->rows[row - rs->first];
        if (row >= 0)
            return NULL;
    }
    /* No row is focused: the one thing that the screen is about. */
    for (int d = 0; d < s->data_count; d++)
        if (!vocab_queries[s->data[d].query].many)
            return rows && rows[d].count > 0 ? &rows[d].rows[0] : NULL;
    return NULL;
}

static const char *row_field(const struct record *row, const char *field)
{
    int f = row ? type_field(row->type, field) : -1;
    return f >= 0 && kind_is_text(row->type->fields[f].kind) ? record_text(row, f) : "";
}

static const char *bound(
    const struct binding *b, const struct frame *frame, const struct record *row)
{
    switch (b->from) {
    case BIND_PARAM:
        return frame->param[b->param];
    case BIND_ROW_ID:
        return row ? row->id : "";
    case BIND_ROW_FIELD:
        return row_field(row, b->field);
    case BIND_LITERAL:
        return b->literal;
    case BIND_NOTHING:
        break;
    }
    return "";
}

void bind_all(const struct binding *with, const struct frame *frame, const struct record *row,
    char out[PARAMS_COUNT][LIM_PARAM])
{
    for (int p = 0; p < PARAMS_COUNT; p++)
        str_copy(out[p], LIM_PARAM, bound(&with[p], frame, row));
}

void data_args(
    const struct screen *s, const struct state *st, int d, char param[PARAMS_COUNT][LIM_PARAM])
{
    bind_all(s->data[d].args, state_frame_const(st), NULL, param);
}
