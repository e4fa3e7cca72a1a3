/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/utf8.h"
#include "screen/state.h"

/* One step's hands: what it works on. */
struct stepper {
    const struct app *app;
    struct state *st;
    const struct context *cx;
    struct effect *effect;
};

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

void state_forget(struct state *st)
{
    memory_wipe(&st->session, sizeof(st->session));
    memory_wipe(&st->search, sizeof(st->search));
    memory_wipe(st->badge, sizeof(st->badge));
    memory_wipe(st->then_param, sizeof(st->then_param));
    st->then_set = false;
    st->message = NULL;
    st->countdown = 0;
}

/* ---- bindings ---- */

static const struct record *focused_row(
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
        if (!vocab_queries[s->data[d].query].many && rows && rows[d].count > 0)
            return &rows[d].rows[0];
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

static void bind_all(const struct binding *with, const struct frame *frame,
    const struct record *row, char out[PARAMS_COUNT][LIM_PARAM])
{
    for (int p = 0; p < PARAMS_COUNT; p++)
        str_copy(out[p], LIM_PARAM, bound(&with[p], frame, row));
}

void data_args(
    const struct screen *s, const struct state *st, int d, char param[PARAMS_COUNT][LIM_PARAM])
{
    bind_all(s->data[d].args, state_frame_const(st), NULL, param);
}

/* ---- moving ---- */

/* A screen is on the stack at most once: pushing one that is there goes back to it, so that the
 * stack stays short whatever a person presses. */
static void show(
    struct state *st, int screen, enum stack_op op, char param[PARAMS_COUNT][LIM_PARAM])
{
    if (op == STACK_RESET)
        st->depth = 0;
    else if (op == STACK_REPLACE)
        st->depth--;
    for (int i = 0; i < st->depth; i++)
        if (st->stack[i].screen == screen)
            st->depth = i;
    if (st->depth == LIM_STACK)
        BUG("screen stack of more than %d", LIM_STACK);
    struct frame *f = &st->stack[st->depth++];
    *f = (struct frame){.screen = screen};
    memcpy(f->param, param, sizeof(f->param));
}

static void show_bare(struct state *st, int screen)
{
    char none[PARAMS_COUNT][LIM_PARAM] = {{0}};
    show(st, screen, STACK_RESET, none);
}

static void go_back(struct stepper *sp)
{
    if (sp->st->depth > 1)
        sp->st->depth--;
    else if (state_frame(sp->st)->screen != sp->app->start)
        show_bare(sp->st, sp->app->home);
}

static void go_home(struct stepper *sp)
{
    if (state_frame(sp->st)->screen != sp->app->home)
        show_bare(sp->st, sp->app->home);
}

/* On from a detour: the screen of the detour gives way to where the person was going. */
static void go_then(struct stepper *sp)
{
    struct state *st = sp->st;
    if (!st->then_set) {
        go_home(sp);
        return;
    }
    char param[PARAMS_COUNT][LIM_PARAM];
    memcpy(param, st->then_param, sizeof(param));
    st->then_set = false;
    show(st, st->then_screen, STACK_REPLACE, param);
}

static void set_then(struct stepper *sp, const struct branch *b, const struct record *row)
{
    struct state *st = sp->st;
    st->then_set = b->then != NULL;
    if (!b->then)
        return;
    st->then_screen = b->then->screen;
    bind_all(b->then->with, state_frame(st), row, st->then_param);
}

static void move(struct stepper *sp, const struct branch *b, const struct record *row)
{
    char param[PARAMS_COUNT][LIM_PARAM];
    switch (b->target) {
    case TARGET_NONE:
        break;
    case TARGET_BACK:
        go_back(sp);
        break;
    case TARGET_HOME:
        go_home(sp);
        break;
    case TARGET_START:
        show_bare(sp->st, sp->app->start);
        break;
    case TARGET_THEN:
        go_then(sp);
        break;
    default:
        bind_all(b->with, state_frame(sp->st), row, param);
        /* A detour is remembered until the person goes anywhere but to an overlay. */
        if (b->then)
            set_then(sp, b, row);
        show(sp->st, b->target, b->stack, param);
    }
}

/* Lets the screen, else the whole kiosk, handle an event; returns whether either did. */
static bool emit(struct stepper *sp, const char *event)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct handler *h = screen_handler(s, event);
    if (!h)
        h = screen_handler(&sp->app->global, event);
    for (int i = 0; h && i < h->count; i++) {
        const struct branch *b = &h->branch[i];
        if (!guard_holds(sp->st, b->guard))
            continue;
        const struct record *row = focused_row(s, sp->st, sp->cx->rows);
        sp->st->message = b->message;
        if (b->action >= 0) {
            sp->effect->wanted = true;
            sp->effect->action = (enum action)b->action;
            bind_all(b->with, state_frame(sp->st), row, sp->effect->param);
        } else {
            move(sp, b, row);
        }
        return true;
    }
    return false;
}

/* ---- the list ---- */

static void focus(struct stepper *sp, int64_t index)
{
    int64_t n = list_length(state_screen(sp->app, sp->st), sp->st, sp->cx->rows);
    if (n > 0)
        state_frame(sp->st)->focus = index < 0 ? 0 : index >= n ? n - 1 : index;
}

static void pick(struct stepper *sp, int64_t index)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    if (index < 0 || index >= list_length(s, sp->st, sp->cx->rows))
        return;
    state_frame(sp->st)->focus = index;
    struct choice c = list_choice(s, sp->st, sp->cx->rows, index);
    emit(sp, c.item ? c.item->event : "choose");
}

/* A digit picks what bears it on the screen; where the list has several pages, 9 is the next page
 * and the last page leads to the first. */
static void pick_digit(struct stepper *sp, int digit)
{
    int64_t n = list_length(state_screen(sp->app, sp->st), sp->st, sp->cx->rows);
    int64_t per = sp->cx->per_page, first = state_frame(sp->st)->focus / per * per;
    if (n > per && digit == 9)
        focus(sp, first + per >= n ? 0 : first + per);
    else if (digit <= per)
        pick(sp, first + digit - 1);
}

static void turn_page(struct stepper *sp, int by)
{
    struct frame *f = state_frame(sp->st);
    if (sp->cx->pages > 1) {
        int page = f->page + by;
        f->page = page < 0 ? 0 : page >= sp->cx->pages ? sp->cx->pages - 1 : page;
        return;
    }
    focus(sp, f->focus / sp->cx->per_page * sp->cx->per_page + by * sp->cx->per_page);
}

/* ---- typing ---- */

static char *input_text(const struct screen *s, struct state *st, size_t *size)
{
    const struct widget *w = screen_widget(s, WIDGET_input);
    if (!w)
        return NULL;
    *size = w->badge ? sizeof(st->badge) : sizeof(st->search.text);
    return w->badge ? st->badge : st->search.text;
}

static void type_char(struct stepper *sp, uint32_t ch)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    size_t size, len;
    char *text = input_text(s, sp->st, &size);
    char bytes[4];
    size_t n = utf8_encode(ch, bytes);
    if (!text || utf8_cp_unsafe(ch) || (len = strlen(text)) + n >= size)
        return;
    if (ch == ' ' && len == 0)
        return;
    memcpy(text + len, bytes, n);
    text[len + n] = '\0';
    state_frame(sp->st)->focus = 0;
}

static void erase_char(struct stepper *sp)
{
    size_t size, len;
    char *text = input_text(state_screen(sp->app, sp->st), sp->st, &size);
    if (!text || !*text) {
        go_back(sp);
        return;
    }
    len = strlen(text) - 1;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    text[len] = '\0';
    state_frame(sp->st)->focus = 0;
}

/* 0 is home wherever it is not the digit of a badge: no word that people look for begins with it.
 */
static void char_event(struct stepper *sp, uint32_t ch)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct widget *input = screen_widget(s, WIDGET_input);
    bool typing = input && (input->badge || sp->st->search.text[0]);
    if (ch == '0' && !typing)
        go_home(sp);
    else if (input)
        type_char(sp, ch);
    else if (ch >= '1' && ch <= '9' && digits_pick(s))
        pick_digit(sp, (int)(ch - '0'));
    else
        emit(sp, "any");
}

/* ---- keys ---- */

static void enter(struct stepper *sp)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct widget *input = screen_widget(s, WIDGET_input);
    struct frame *f = state_frame(sp->st);
    if (input && input->badge)
        emit(sp, "submit");
    else if (list_length(s, sp->st, sp->cx->rows) > 0)
        pick(sp, f->focus);
    else if (f->page + 1 < sp->cx->pages)
        f->page++;
    else
        emit(sp, "any");
}

static bool bound_key(struct stepper *sp, const struct screen *s, enum key key)
{
    for (int i = 0; i < s->key_count; i++)
        if (s->keys[i].key == key)
            return emit(sp, s->keys[i].event);
    return false;
}

static void key_event(struct stepper *sp, enum key key)
{
    struct frame *f = state_frame(sp->st);
    if (bound_key(sp, state_screen(sp->app, sp->st), key) || bound_key(sp, &sp->app->global, key))
        return;
    switch (key) {
    case KEY_Enter:
        enter(sp);
        break;
    case KEY_Up:
        focus(sp, f->focus - 1);
        break;
    case KEY_Down:
        focus(sp, f->focus + 1);
        break;
    case KEY_PgUp:
        turn_page(sp, -1);
        break;
    case KEY_PgDn:
        turn_page(sp, 1);
        break;
    case KEY_Home:
        focus(sp, 0);
        break;
    case KEY_End:
        focus(sp, INT64_MAX - 1);
        break;
    case KEY_Backspace:
        erase_char(sp);
        break;
    case KEY_Esc:
    case KEY_Left:
        go_back(sp);
        break;
    default:
        emit(sp, "any");
    }
}

void step(const struct app *app, struct state *st, const struct event *ev, const struct context *cx,
    struct effect *effect)
{
    struct stepper sp = {app, st, cx, effect};
    *effect = (struct effect){0};
    if (ev->kind != EVENT_OUTCOME) {
        st->message = NULL;
        st->countdown = 0;
    }
    switch (ev->kind) {
    case EVENT_KEY:
        key_event(&sp, ev->key);
        break;
    case EVENT_CHAR:
        char_event(&sp, ev->ch);
        break;
    case EVENT_BADGE:
        str_copy(st->badge, sizeof(st->badge), ev->text);
        emit(&sp, screen_widget(state_screen(app, st), WIDGET_input) &&
                          screen_widget(state_screen(app, st), WIDGET_input)->badge
                      ? "submit"
                      : "badge");
        break;
    case EVENT_OUTCOME:
        emit(&sp, ev->text);
        break;
    case EVENT_PICK:
        pick(&sp, ev->index);
        break;
    case EVENT_IDLE:
        emit(&sp, "idle");
        break;
    }
}
