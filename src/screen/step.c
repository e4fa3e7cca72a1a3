/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/utf8.h"
#include "screen/step.h"

/* One step's hands: what it works on. */
struct stepper {
    const struct app *app;
    struct state *st;
    const struct context *cx;
    struct effect *effect;
    bool everywhere; /* what is done now is done by a handler of kiosk.json */
};

/* ---- moving ---- */

/* What is left is wiped: its params say what somebody looked at. */
static void cut_stack(struct state *st, int depth)
{
    explicit_bzero(&st->stack[depth], sizeof(st->stack[0]) * (size_t)(st->depth - depth));
    st->depth = depth;
    if (depth < st->words_depth)
        forget_words(st);
}

/* A screen is on the stack at most once: pushing one that is there goes back to it, so that the
 * stack stays short whatever a person presses. */
static void show(
    struct state *st, int screen, enum stack_op op, char param[PARAMS_COUNT][LIM_PARAM])
{
    if (op == STACK_RESET)
        cut_stack(st, 0);
    else if (op == STACK_REPLACE)
        cut_stack(st, st->depth - 1);
    for (int i = 0; i < st->depth; i++)
        if (st->stack[i].screen == screen)
            cut_stack(st, i);
    if (st->depth == LIM_STACK)
        BUG("screen stack of more than %d", LIM_STACK);
    struct frame *f = &st->stack[st->depth++];
    *f = (struct frame){.screen = screen};
    memcpy(f->param, param, sizeof(f->param));
}

static void show_bare(struct state *st, int screen)
{
    char none[PARAMS_COUNT][LIM_PARAM] = {{0}};
    forget_then(st);
    forget_digits(st);
    show(st, screen, STACK_RESET, none);
}

static void go_back(struct stepper *sp)
{
    if (shows_digits(state_screen(sp->app, sp->st)))
        forget_digits(sp->st);
    if (sp->st->depth > 1)
        cut_stack(sp->st, sp->st->depth - 1);
    else if (state_frame(sp->st)->screen != sp->app->start)
        show_bare(sp->st, sp->app->home);
}

static void go_home(struct stepper *sp)
{
    if (state_frame(sp->st)->screen != sp->app->home)
        show_bare(sp->st, sp->app->home);
}

/* What was typed stays where it is asked for, and where one looks something up on the way. */
static void arrive(struct stepper *sp, const struct branch *b)
{
    struct state *st = sp->st;
    const struct screen *s = state_screen(sp->app, st);
    const struct widget *input = screen_widget(s, WIDGET_input);
    size_t size;
    char *typed = typed_text(s, st, &size);
    if (typed && typed_secret(input->bind))
        explicit_bzero(typed, size);
    else if (!shows_digits(s) && !sp->everywhere)
        forget_digits(st);
    if (input && input->bind == TYPED_words && b->stack == STACK_PUSH)
        st->words_depth = st->depth - 1;
}

static bool emit(struct stepper *sp, const char *event);

/* On from a detour: the screen of the detour gives way to where the person was going, unless that
 * is not for this person. */
static void go_then(struct stepper *sp)
{
    struct state *st = sp->st;
    const struct screen *s = state_screen(sp->app, st);
    if (!st->then_set) {
        go_home(sp);
        return;
    }
    if (!guard_holds(s, st, sp->cx->rows, st->then_guard)) {
        forget_then(st);
        emit(sp, "barred");
        return;
    }
    char param[PARAMS_COUNT][LIM_PARAM];
    int screen = st->then_screen;
    memcpy(param, st->then_param, sizeof(param));
    forget_then(st);
    forget_digits(st);
    show(st, screen, STACK_REPLACE, param);
}

static void set_then(struct stepper *sp, const struct branch *b, const struct record *row)
{
    struct state *st = sp->st;
    st->then_set = true;
    st->then_screen = b->then->screen;
    st->then_guard = b->then->guard;
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
        arrive(sp, b);
    }
}

static bool binds_row(const struct binding *with)
{
    for (int p = 0; p < PARAMS_COUNT; p++)
        if (with[p].from == BIND_ROW_ID || with[p].from == BIND_ROW_FIELD)
            return true;
    return false;
}

/* The search is about to change: the places in the lists of what it found mean nothing then. */
static void leave_found(struct stepper *sp)
{
    for (int i = 0; i < sp->st->depth; i++) {
        const struct screen *s = &sp->app->screen[sp->st->stack[i].screen];
        const struct widget *w = screen_widget(s, WIDGET_list);
        if (w && w->source >= 0 && s->data[w->source].query == QUERY_search)
            sp->st->stack[i].focus = 0;
    }
}

static void ask_for(struct stepper *sp, const struct branch *b, const struct record *row)
{
    sp->effect->wanted = true;
    sp->effect->action = (enum action)b->action;
    bind_all(b->with, state_frame(sp->st), row, sp->effect->param);
    if (b->action == ACTION_choose_value || b->action == ACTION_widen ||
        b->action == ACTION_next_order)
        leave_found(sp);
}

/* Carries one branch out. One that speaks of a row where none is (it went away, or is not fetched
 * yet) does nothing: an empty id could mean something else. */
static void follow(struct stepper *sp, const struct branch *b)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct record *row = focused_row(s, sp->st, sp->cx->rows);
    if (!row && (binds_row(b->with) || (b->then && binds_row(b->then->with))))
        return;
    sp->st->message = b->message;
    if (b->action >= 0)
        ask_for(sp, b, row);
    else
        move(sp, b, row);
}

/* Lets the screen, else the whole kiosk, handle an event; returns whether either did. */
static bool emit(struct stepper *sp, const char *event)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct handler *h = screen_handler(s, event);
    sp->everywhere = !h;
    if (!h)
        h = screen_handler(&sp->app->global, event);
    for (int i = 0; h && i < h->count; i++) {
        if (guard_holds(s, sp->st, sp->cx->rows, h->branch[i].guard)) {
            follow(sp, &h->branch[i]);
            return true;
        }
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

/* The last page leads to the first. */
static void next_page(struct stepper *sp)
{
    int64_t n = list_length(state_screen(sp->app, sp->st), sp->st, sp->cx->rows);
    int64_t next = page_first(sp->st, sp->cx->per_page) + sp->cx->per_page;
    focus(sp, next >= n ? 0 : next);
}

/* A digit picks what bears it on the screen; where the list has several pages, 9 is the next one.
 */
static void pick_digit(struct stepper *sp, int digit)
{
    int64_t n = list_length(state_screen(sp->app, sp->st), sp->st, sp->cx->rows);
    if (n > sp->cx->per_page && digit == 9)
        next_page(sp);
    else if (digit <= sp->cx->per_page)
        pick(sp, page_first(sp->st, sp->cx->per_page) + digit - 1);
}

static void turn_page(struct stepper *sp, int by)
{
    struct frame *f = state_frame(sp->st);
    if (sp->cx->pages > 1) {
        int page = f->page + by;
        f->page = page < 0 ? 0 : page >= sp->cx->pages ? sp->cx->pages - 1 : page;
        return;
    }
    focus(sp, page_first(sp->st, sp->cx->per_page) + by * sp->cx->per_page);
}

/* ---- typing ---- */

static void erase(struct stepper *sp)
{
    if (erase_char(state_screen(sp->app, sp->st), sp->st))
        state_frame(sp->st)->focus = 0;
    else
        go_back(sp);
}

/* 0 is home wherever it is not typed: no word that people look for begins with it. */
static void char_event(struct stepper *sp, uint32_t ch)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct widget *input = screen_widget(s, WIDGET_input);
    bool typing = input && (input->bind != TYPED_query || sp->st->search.text[0]);
    if (ch == '0' && !typing)
        go_home(sp);
    else if (input && type_char(s, sp->st, ch))
        state_frame(sp->st)->focus = 0;
    else if (!input && ch >= '1' && ch <= '9' && digits_pick(s))
        pick_digit(sp, (int)(ch - '0'));
    else if (!input)
        emit(sp, "any");
}

/* ---- keys ---- */

static void enter(struct stepper *sp)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    const struct widget *input = screen_widget(s, WIDGET_input);
    struct frame *f = state_frame(sp->st);
    if (input && input->bind != TYPED_query)
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

/* Nothing stands here to choose, to type in or to leave: every key means the same. */
static bool begins(const struct stepper *sp)
{
    const struct screen *s = state_screen(sp->app, sp->st);
    return sp->st->depth == 1 && state_frame(sp->st)->screen == sp->app->start &&
           !screen_widget(s, WIDGET_list) && !screen_widget(s, WIDGET_input);
}

static void move_focus(struct stepper *sp, int by)
{
    if (screen_widget(state_screen(sp->app, sp->st), WIDGET_list))
        focus(sp, state_frame(sp->st)->focus + by);
    else
        turn_page(sp, by);
}

static void key_event(struct stepper *sp, enum key key)
{
    if (bound_key(sp, state_screen(sp->app, sp->st), key) || bound_key(sp, &sp->app->global, key))
        return;
    if (begins(sp)) {
        emit(sp, "any");
        return;
    }
    switch (key) {
    case KEY_Enter:
        enter(sp);
        break;
    case KEY_Up:
        move_focus(sp, -1);
        break;
    case KEY_Down:
        move_focus(sp, 1);
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
        erase(sp);
        break;
    case KEY_Esc:
    case KEY_Left:
        go_back(sp);
        break;
    default:
        emit(sp, "any");
    }
}

/* There may be fewer rows than when the focus was put where it is. */
static void settle(const struct app *app, struct state *st, const struct rowset *rows)
{
    const struct screen *s = state_screen(app, st);
    const struct widget *w = screen_widget(s, WIDGET_list);
    struct frame *f = state_frame(st);
    if (!w || (w->source >= 0 && !rows))
        return;
    int64_t n = list_length(s, st, rows);
    if (f->focus >= n)
        f->focus = n > 0 ? n - 1 : 0;
}

/* A badge that was looked up is not needed any more, and the next one must not grow from it. */
static void outcome_event(struct stepper *sp, const char *outcome)
{
    const char *outcomes = vocab_actions[ACTION_identify].outcomes;
    if (choice_index(outcomes, outcome, strlen(outcome)) >= 0)
        explicit_bzero(sp->st->badge, sizeof(sp->st->badge));
    emit(sp, outcome);
}

static void badge_event(struct stepper *sp, const char *badge)
{
    const struct widget *input = screen_widget(state_screen(sp->app, sp->st), WIDGET_input);
    str_copy(sp->st->badge, sizeof(sp->st->badge), badge);
    emit(sp, input && input->bind == TYPED_badge ? "submit" : "badge");
}

/* The start screen is for nobody: under whoever is known, wherever he said so, lies home. */
static void leave_start(const struct app *app, struct state *st)
{
    if (st->session.identified && st->stack[0].screen == app->start)
        st->stack[0] = (struct frame){.screen = app->home};
}

void step(const struct app *app, struct state *st, const struct event *ev, const struct context *cx,
    struct effect *effect)
{
    struct stepper sp = {app, st, cx, effect, false};
    *effect = (struct effect){0};
    settle(app, st, cx->rows);
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
        badge_event(&sp, ev->text);
        break;
    case EVENT_OUTCOME:
        outcome_event(&sp, ev->text);
        break;
    case EVENT_PICK:
        if (ev->index == PICK_MORE)
            next_page(&sp);
        else
            pick(&sp, ev->index);
        break;
    case EVENT_WORLD:
        emit(&sp, ev->text);
        break;
    case EVENT_IDLE:
        emit(&sp, "idle");
        break;
    }
    leave_start(app, st);
}
